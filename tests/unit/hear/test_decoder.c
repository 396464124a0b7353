#include "stock.h"

#include <errno.h>

#include "engine/hear/decoder.h"
#include "grammars/jsgf.h"
#include "grammars/pronounce.h"

static struct sy_decoder *decoder_of(void)
{
	struct sy_decoder *decoder = NULL;
	struct sy_problem why = {0};

	if (sy_decoder_create(stock_folder(), &decoder, &why) != 0)
		fail_msg("%s", why.text);
	return decoder;
}

static struct sy_graph *acceptor_of(const char *fixture)
{
	struct sy_graph *graph = NULL, *acceptor = NULL;
	struct sy_problem why = {0};
	char path[512];

	(void)snprintf(path, sizeof path, "%s/fixtures/hear/%s.gram", SAYSO_TESTS_DIR, fixture);
	if (sy_jsgf_graph_file(path, &graph, &why) != 0)
		fail_msg("%s", why.text);
	assert_int_equal(sy_graph_acceptor(graph, &acceptor), 0);
	sy_graph_destroy(graph);
	return acceptor;
}

static struct sy_lexicon *lexicon_of(const struct sy_graph *graph)
{
	struct sy_lexicon *lexicon = NULL;
	struct sy_problem why = {0};

	assert_int_equal(sy_lexicon_create(NULL, &lexicon, &why), 0);
	for (size_t i = 0; graph && i < sy_graph_n_words(graph); i++) {
		const char *word = sy_graph_word(graph, i);
		assert_int_equal(sy_lexicon_add(lexicon, &word, 1, &why), 0);
	}
	return lexicon;
}

static void load(struct sy_decoder *decoder, const char *name, const char *fixture)
{
	struct sy_graph *acceptor = acceptor_of(fixture);
	struct sy_lexicon *lexicon = lexicon_of(acceptor);
	struct sy_problem why = {0};

	if (sy_decoder_load(decoder, name, acceptor, lexicon, &why) != 0)
		fail_msg("%s", why.text);
	sy_graph_destroy(acceptor);
	sy_lexicon_destroy(lexicon);
}

struct turn {
	struct sy_features features;
	struct sy_senones *senones;
};

static void turn_of(const char *text, struct turn *turn)
{
	struct sy_sound speech = spoken(text, SY_FEATURE_HZ);

	turn->features = stock_features(&speech, false);
	assert_int_equal(sy_senones_create(stock_model(), &turn->features, &turn->senones), 0);
	sy_sound_reset(&speech);
}

static void turn_reset(struct turn *turn)
{
	sy_senones_destroy(turn->senones);
	sy_features_reset(&turn->features);
}

/* Words in order, of time and of text; what they cost adds up to less than the whole. */
static void assert_path(const struct sy_path *path, const char *words, size_t n_frames)
{
	char text[256] = "";
	size_t n_words = 0;
	int end = 0;

	for (size_t i = 0; i < path->n; i++) {
		const struct sy_heard_word *heard = &path->at[i];
		assert_int_equal(heard->begin, end);
		assert_true(heard->end > heard->begin);
		assert_true(heard->cost >= 0);
		assert_int_equal(heard->word == NULL, heard->silence != 0);
		end = heard->end;
		if (!heard->word)
			continue;
		n_words++;
		strcat(text, text[0] ? " " : "");
		strcat(text, heard->word);
	}
	assert_string_equal(text, words);
	assert_int_equal(n_words, path->n_words);
	assert_true(end >= (int)n_frames - 1 && end <= (int)n_frames + 1);
	assert_true(path->cost > 0);
}

static void finds_the_words_of_a_graph(void **state)
{
	struct sy_decoder *decoder = decoder_of();
	struct sy_path path = {0}, other = {0}, again = {0};
	struct turn turn, between;

	(void)state;
	load(decoder, "bakery", "bakery");
	turn_of("i would like two oranges please", &turn);
	turn_of("what time do you close on saturday", &between);
	assert_int_equal(sy_decoder_run(decoder, "bakery", turn.senones, &path, NULL), 0);
	assert_path(&path, "i would like two oranges please", turn.features.n);
	assert_int_equal(sy_decoder_run(decoder, "bakery", between.senones, &other, NULL), 0);
	assert_path(&other, "what time do you close on saturday", between.features.n);
	/* What was heard in between leaves nothing behind. */
	assert_int_equal(sy_decoder_run(decoder, "bakery", turn.senones, &again, NULL), 0);
	assert_int_equal(again.n, path.n);
	assert_int_equal(again.cost, path.cost);
	for (size_t i = 0; i < path.n; i++) {
		assert_int_equal(again.at[i].begin, path.at[i].begin);
		assert_int_equal(again.at[i].cost, path.at[i].cost);
	}
	sy_path_reset(&path);
	sy_path_reset(&other);
	sy_path_reset(&again);
	sy_path_reset(&again);
	turn_reset(&turn);
	turn_reset(&between);
	sy_decoder_destroy(decoder);
}

static void knows_graphs_by_name(void **state)
{
	struct sy_decoder *decoder = decoder_of();
	struct sy_path path = {0};
	struct sy_problem why = {0};
	struct turn turn;

	(void)state;
	turn_of("three five seven", &turn);
	load(decoder, "bakery", "bakery");
	assert_int_equal(sy_decoder_run(decoder, "numbers", turn.senones, &path, &why), ENOENT);
	assert_says(&why, "numbers");
	assert_int_equal(path.n, 0);
	load(decoder, "numbers", "numbers");
	assert_int_equal(sy_decoder_run(decoder, "numbers", turn.senones, &path, &why), 0);
	assert_path(&path, "three five seven", turn.features.n);
	sy_path_reset(&path);
	/* Another graph under a name that is taken. */
	load(decoder, "bakery", "numbers");
	assert_int_equal(sy_decoder_run(decoder, "bakery", turn.senones, &path, &why), 0);
	assert_path(&path, "three five seven", turn.features.n);
	sy_path_reset(&path);
	sy_decoder_unload(decoder, "bakery");
	assert_int_equal(sy_decoder_run(decoder, "bakery", turn.senones, &path, &why), ENOENT);
	sy_decoder_unload(decoder, "bakery");
	sy_decoder_unload(decoder, "never loaded");
	turn_reset(&turn);
	sy_decoder_destroy(decoder);
	sy_decoder_destroy(NULL);
}

static void hears_nothing_in_no_frames(void **state)
{
	struct sy_decoder *decoder = decoder_of();
	struct sy_features none = {0};
	struct sy_senones *senones = NULL;
	struct sy_path path = {.n = 3};

	(void)state;
	load(decoder, "bakery", "bakery");
	assert_int_equal(sy_senones_create(stock_model(), &none, &senones), 0);
	assert_int_equal(sy_decoder_run(decoder, "bakery", senones, &path, NULL), 0);
	assert_int_equal(path.n, 0);
	assert_int_equal(path.n_words, 0);
	sy_path_reset(&path);
	sy_senones_destroy(senones);
	sy_decoder_destroy(decoder);
}

/* A sentence needs some forty frames; one, two and ten of them end in no path or a short one, never in a crash. */
static void hears_little_in_few_frames(void **state)
{
	static const size_t few[] = {1, 2, 3, 10};
	struct sy_decoder *decoder = decoder_of();
	struct sy_sound noise = white_noise(SY_FEATURE_HZ, 300, 6000);
	struct sy_features features = stock_features(&noise, true);
	size_t all = features.n;

	(void)state;
	load(decoder, "bakery", "bakery");
	for (size_t i = 0; i < sizeof few / sizeof *few; i++) {
		struct sy_senones *senones = NULL;
		struct sy_path path = {0};
		features.n = few[i];
		assert_int_equal(sy_senones_create(stock_model(), &features, &senones), 0);
		assert_int_equal(sy_decoder_run(decoder, "bakery", senones, &path, NULL), 0);
		assert_int_equal(path.n_words, 0);
		sy_path_reset(&path);
		sy_senones_destroy(senones);
	}
	features.n = all;
	sy_features_reset(&features);
	sy_sound_reset(&noise);
	sy_decoder_destroy(decoder);
}

static void words_need_a_pronunciation(void **state)
{
	struct sy_decoder *decoder = decoder_of();
	struct sy_graph *acceptor = acceptor_of("numbers");
	struct sy_lexicon *empty = lexicon_of(NULL);
	struct sy_problem why = {0};

	(void)state;
	assert_int_equal(sy_decoder_load(decoder, "numbers", acceptor, empty, &why), EINVAL);
	assert_says(&why, "\"eight\"");
	sy_lexicon_destroy(empty);
	sy_graph_destroy(acceptor);
	sy_decoder_destroy(decoder);
}

static void a_folder_without_model_is_refused(void **state)
{
	struct sy_decoder *decoder = NULL;
	struct sy_problem why = {0};

	(void)state;
	(void)stock_folder();
	assert_int_equal(sy_decoder_create("/nowhere/model", &decoder, &why), EINVAL);
	assert_says(&why, "/nowhere/model");
	assert_null(decoder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_words_of_a_graph),
		cmocka_unit_test(knows_graphs_by_name),
		cmocka_unit_test(hears_nothing_in_no_frames),
		cmocka_unit_test(hears_little_in_few_frames),
		cmocka_unit_test(words_need_a_pronunciation),
		cmocka_unit_test(a_folder_without_model_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
