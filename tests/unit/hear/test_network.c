#include "stock.h"

#include <errno.h>

#include "engine/hear/network.h"
#include "grammars/jsgf.h"
#include "grammars/pronounce.h"

#define DIGIT "(zero | one | two | three | four | five | six | seven | eight | nine)"
#define DIGITS "public <code> = " DIGIT " " DIGIT " " DIGIT ";"
#define DRINKS                                                                                                         \
	"public <order> = (i would like | can i have) (one | two | three | four) "                                     \
	"(coffees | teas | juices | waters) [please];"
/* More words than a fan needs, after a greeting and without one. */
#define THINGS                                                                                                         \
	"public <thing> = [hello | good morning] (apples | oranges | bananas | lemons | cherries | carrots | onions "  \
	"| potatoes | tomatoes | mushrooms | beans | butter | bread | cheese | flour | sugar | coffee | chocolate "    \
	"| honey | pepper | salt | chicken | turkey | salmon | water | window | garden | kitchen | table | monday "    \
	"| tuesday | wednesday | thursday | friday | saturday | sunday);"

static struct sy_graph *acceptor_of(const char *rules)
{
	struct sy_graph *graph = NULL, *acceptor = NULL;
	struct sy_problem why = {0};
	char text[4096];

	(void)snprintf(text, sizeof text, "#JSGF V1.0; grammar test; %s", rules);
	if (sy_jsgf_graph_text("test", text, strlen(text), &graph, &why) != 0)
		fail_msg("%s", why.text);
	assert_int_equal(sy_graph_acceptor(graph, &acceptor), 0);
	sy_graph_destroy(graph);
	return acceptor;
}

static struct sy_lexicon *lexicon_of(const struct sy_graph *graph, const char *but)
{
	struct sy_lexicon *lexicon = NULL;
	struct sy_problem why = {0};
	const char *words[64];
	size_t n = 0;

	assert_int_equal(sy_lexicon_create(NULL, &lexicon, &why), 0);
	for (size_t i = 0; i < sy_graph_n_words(graph); i++) {
		assert_true(n < sizeof words / sizeof *words);
		if (!but || strcmp(sy_graph_word(graph, i), but) != 0)
			words[n++] = sy_graph_word(graph, i);
	}
	if (sy_lexicon_add(lexicon, words, n, &why) != 0)
		fail_msg("%s", why.text);
	return lexicon;
}

static struct sy_network *network_with(const struct sy_graph *acceptor, const struct sy_topics *topics)
{
	struct sy_lexicon *lexicon = lexicon_of(acceptor, NULL);
	struct sy_network *network = NULL;
	struct sy_problem why = {0};

	if (sy_network_create(
		    &(struct sy_network_prm){
			    .model = stock_model(), .acceptor = acceptor, .lexicon = lexicon, .topics = topics},
		    &network, &why) != 0)
		fail_msg("%s", why.text);
	sy_lexicon_destroy(lexicon);
	return network;
}

static struct sy_network *network_from(const struct sy_graph *acceptor)
{
	return network_with(acceptor, NULL);
}

/* Of a graph that is gone: the network keeps what it needs. */
static struct sy_network *network_of(const char *rules)
{
	struct sy_graph *acceptor = acceptor_of(rules);
	struct sy_network *network = network_from(acceptor);

	sy_graph_destroy(acceptor);
	return network;
}

struct turn {
	struct sy_features features;
	size_t n_frames; /* of the whole */
	struct sy_senones *senones;
};

/* The senones borrow the features, so a turn stays where it is. */
static void turn_of(const char *text, struct turn *turn)
{
	struct sy_sound speech = spoken(text, SY_FEATURE_HZ);

	turn->features = stock_features(&speech, false);
	turn->n_frames = turn->features.n;
	assert_int_equal(sy_senones_create(stock_model(), &turn->features, &turn->senones), 0);
	sy_sound_reset(&speech);
}

/* The turn's first frames alone. */
static void cut(struct turn *turn, size_t n_frames)
{
	assert_true(n_frames <= turn->n_frames);
	sy_senones_destroy(turn->senones);
	turn->features.n = n_frames;
	assert_int_equal(sy_senones_create(stock_model(), &turn->features, &turn->senones), 0);
}

static void turn_reset(struct turn *turn)
{
	sy_senones_destroy(turn->senones);
	sy_features_reset(&turn->features);
}

static struct sy_findings found(const struct sy_network *network, const struct turn *turn, size_t max)
{
	struct sy_findings findings = {0};

	assert_int_equal(sy_network_run(network, turn->senones, max, &findings), 0);
	assert_true(findings.n <= max && findings.n <= SY_NETWORK_BEST_MAX);
	return findings;
}

static const char *text_of(const struct sy_path *path)
{
	static char text[512];
	size_t at = 0;

	text[0] = 0;
	for (size_t i = 0; i < path->n; i++)
		if (path->at[i].word)
			at += (size_t)snprintf(text + at, sizeof text - at, "%s%s", at ? " " : "", path->at[i].word);
	return text;
}

static const char *last_word(const struct sy_path *path)
{
	for (size_t i = path->n; i-- > 0;)
		if (path->at[i].word)
			return path->at[i].word;
	return "";
}

/* Every frame of the turn belongs to one word or filler, and what they cost is part of the whole. */
static void assert_contiguous(const struct sy_path *path, size_t n_frames)
{
	size_t n_words = 0;
	long sum = 0;
	int end = 0;

	for (size_t i = 0; i < path->n; i++) {
		const struct sy_heard_word *heard = &path->at[i];
		assert_int_equal(heard->begin, end);
		assert_true(heard->end > heard->begin);
		assert_true(heard->cost >= 0);
		assert_int_equal(heard->word == NULL, heard->silence != 0);
		assert_in_range(heard->silence, 0, 2);
		end = heard->end;
		sum += heard->cost;
		n_words += heard->word != NULL;
	}
	assert_int_equal(end, n_frames);
	assert_int_equal(n_words, path->n_words);
	assert_true(sum <= path->cost);
}

static void assert_findings(const struct sy_findings *findings, const struct turn *turn)
{
	for (size_t i = 0; i < findings->n; i++)
		assert_contiguous(&findings->at[i], turn->features.n);
	for (size_t i = 1; i < findings->n; i++)
		assert_true(findings->at[i - 1].cost <= findings->at[i].cost);
}

static void assert_same(const struct sy_findings *one, const struct sy_findings *other)
{
	assert_int_equal(one->n, other->n);
	assert_int_equal(one->broken_off, other->broken_off);
	for (size_t i = 0; i < one->n; i++) {
		const struct sy_path *a = &one->at[i], *b = &other->at[i];
		assert_int_equal(a->n, b->n);
		assert_int_equal(a->n_words, b->n_words);
		assert_int_equal(a->cost, b->cost);
		for (size_t k = 0; k < a->n; k++) {
			assert_int_equal(a->at[k].begin, b->at[k].begin);
			assert_int_equal(a->at[k].end, b->at[k].end);
			assert_int_equal(a->at[k].cost, b->at[k].cost);
			assert_int_equal(a->at[k].silence, b->at[k].silence);
			assert_string_equal(a->at[k].word ? a->at[k].word : "", b->at[k].word ? b->at[k].word : "");
		}
	}
}

static void hears(const struct sy_network *network, const char *sentence)
{
	struct turn turn;

	turn_of(sentence, &turn);
	struct sy_findings findings = found(network, &turn, SY_NETWORK_BEST_MAX);

	assert_true(findings.n > 0);
	assert_string_equal(text_of(&findings.at[0]), sentence);
	assert_false(findings.broken_off);
	assert_findings(&findings, &turn);
	sy_findings_reset(&findings);
	turn_reset(&turn);
}

static void finds_the_words_of_a_sentence(void **state)
{
	static const char *const codes[] = {"three five seven", "nine zero two"},
				 *const orders[] = {"i would like two coffees please", "can i have three waters"};
	struct sy_network *digits = network_of(DIGITS), *drinks = network_of(DRINKS);

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		hears(digits, codes[i]);
		hears(drinks, orders[i]);
	}
	sy_network_destroy(digits);
	sy_network_destroy(drinks);
	sy_network_destroy(NULL);
}

/* What this search says in a clean sentence is what PocketSphinx says. */
static void agrees_with_the_decoder(void **state)
{
	static const struct {
		const char *rules, *sentence;
	} cases[] = {{DIGITS, "four one eight"}, {DRINKS, "i would like four juices"}};
	struct sy_decoder *decoder = NULL;
	struct sy_problem why = {0};

	(void)state;
	if (sy_decoder_create(stock_folder(), &decoder, &why) != 0)
		fail_msg("%s", why.text);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct turn turn;
		turn_of(cases[i].sentence, &turn);
		struct sy_graph *acceptor = acceptor_of(cases[i].rules);
		struct sy_lexicon *lexicon = lexicon_of(acceptor, NULL);
		struct sy_network *network = network_from(acceptor);
		struct sy_findings findings = found(network, &turn, 1);
		struct sy_path path = {0};
		char heard[512];
		if (sy_decoder_load(decoder, "test", acceptor, lexicon, &why) != 0)
			fail_msg("%s", why.text);
		assert_int_equal(sy_decoder_run(decoder, "test", turn.senones, &path, NULL), 0);
		(void)snprintf(heard, sizeof heard, "%s", text_of(&path));
		assert_int_equal(findings.n, 1);
		assert_string_equal(text_of(&findings.at[0]), heard);
		assert_string_equal(heard, cases[i].sentence);
		sy_path_reset(&path);
		sy_findings_reset(&findings);
		sy_network_destroy(network);
		sy_lexicon_destroy(lexicon);
		sy_graph_destroy(acceptor);
		turn_reset(&turn);
	}
	sy_decoder_destroy(decoder);
}

/* "potatoes", "tomatoes" and "bananas" are long and end alike. The silence after the word is cut off. */
static void potatoes(const struct sy_network *things, struct turn *turn)
{
	turn_of("potatoes", turn);
	struct sy_findings findings = found(things, turn, 1);
	assert_int_equal(findings.n, 1);
	size_t last = findings.at[0].n - 1;
	while (!findings.at[0].at[last].word)
		last--;
	cut(turn, (size_t)findings.at[0].at[last].end);
	sy_findings_reset(&findings);
}

static void other_sentences_differ_in_their_last_word(void **state)
{
	struct sy_network *things = network_of(THINGS);
	struct turn turn;

	(void)state;
	potatoes(things, &turn);
	struct sy_findings findings = found(things, &turn, SY_NETWORK_BEST_MAX);
	assert_true(findings.n > 1);
	assert_string_equal(text_of(&findings.at[0]), "potatoes");
	assert_findings(&findings, &turn);
	for (size_t i = 0; i < findings.n; i++) {
		assert_true(findings.at[i].n_words > 0);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(last_word(&findings.at[i]), last_word(&findings.at[k]));
	}
	sy_findings_reset(&findings);
	turn_reset(&turn);
	sy_network_destroy(things);
}

/* More are never given than are asked for, and the best ones stay the same. */
static void gives_as_many_as_are_asked_for(void **state)
{
	struct sy_network *things = network_of(THINGS);
	struct turn turn;

	(void)state;
	potatoes(things, &turn);
	struct sy_findings all = found(things, &turn, SY_NETWORK_BEST_MAX);
	assert_true(all.n > 1);
	for (size_t max = 1; max <= SY_NETWORK_BEST_MAX; max++) {
		struct sy_findings findings = found(things, &turn, max);
		assert_int_equal(findings.n, max < all.n ? max : all.n);
		for (size_t i = 0; i < findings.n; i++) {
			assert_int_equal(findings.at[i].cost, all.at[i].cost);
			assert_string_equal(last_word(&findings.at[i]), last_word(&all.at[i]));
		}
		sy_findings_reset(&findings);
	}
	struct sy_findings more = {0};
	assert_int_equal(sy_network_run(things, turn.senones, SY_NETWORK_BEST_MAX + 1, &more), 0);
	assert_same(&more, &all);
	sy_findings_reset(&more);
	sy_findings_reset(&all);
	turn_reset(&turn);
	sy_network_destroy(things);
}

/* A turn that stops where a word ends, and one that stops within the word. */
static void a_sentence_cut_off_gives_its_beginning(void **state)
{
	static const char whole[] = "i would like two coffees please";
	struct sy_network *drinks = network_of(DRINKS);
	struct turn turn;

	turn_of(whole, &turn);
	struct sy_findings all = found(drinks, &turn, 1);
	int end_of_two = 0;

	(void)state;
	for (size_t i = 0; i < all.at[0].n; i++)
		if (all.at[0].at[i].word && strcmp(all.at[0].at[i].word, "two") == 0)
			end_of_two = all.at[0].at[i].end;
	assert_in_range(end_of_two, 10, turn.n_frames - 10);
	cut(&turn, (size_t)end_of_two);
	struct sy_findings beginning = found(drinks, &turn, SY_NETWORK_BEST_MAX);
	assert_int_equal(beginning.n, 1);
	assert_true(beginning.broken_off);
	assert_string_equal(text_of(&beginning.at[0]), "i would like two");
	assert_findings(&beginning, &turn);
	sy_findings_reset(&beginning);
	for (int less = 4; less <= 12; less += 4) {
		cut(&turn, (size_t)(end_of_two - less));
		beginning = found(drinks, &turn, SY_NETWORK_BEST_MAX);
		assert_findings(&beginning, &turn);
		assert_true(beginning.n == 0 || beginning.broken_off);
		assert_true(beginning.n == 0 || strcmp(last_word(&beginning.at[0]), "please") != 0);
		sy_findings_reset(&beginning);
	}
	sy_findings_reset(&all);
	turn_reset(&turn);
	sy_network_destroy(drinks);
}

/* A sentence that may go on is whole all the same. */
static void a_short_sentence_is_not_broken_off(void **state)
{
	struct sy_network *free_digits = network_of("public <number> = " DIGIT "+;");
	struct turn turn;

	turn_of("five two", &turn);
	struct sy_findings findings = found(free_digits, &turn, SY_NETWORK_BEST_MAX);

	(void)state;
	assert_true(findings.n > 0);
	assert_false(findings.broken_off);
	assert_string_equal(text_of(&findings.at[0]), "five two");
	assert_findings(&findings, &turn);
	sy_findings_reset(&findings);
	turn_reset(&turn);
	sy_network_destroy(free_digits);
}

static float times_of(const struct sy_guesses *guesses, const char *word)
{
	for (size_t i = 0; i < guesses->n; i++)
		if (strcmp(guesses->at[i].word, word) == 0)
			return guesses->at[i].times;
	return 0;
}

/* What was clearly said is expected as often as it was said, and rivals of it seldom. */
static void guesses_are_the_words_that_may_have_been_said(void **state)
{
	struct sy_graph *acceptor = acceptor_of(DIGITS);
	struct sy_topics *topics = NULL;
	struct sy_network *network, *plain = network_from(acceptor);
	struct sy_findings findings;
	struct turn turn;

	(void)state;
	assert_int_equal(sy_topics_create(NULL, 0, &topics), 0);
	network = network_with(acceptor, topics);
	turn_of("three five three", &turn);
	findings = found(network, &turn, 1);
	assert_string_equal(text_of(&findings.at[0]), "three five three");
	assert_true(findings.guesses.n >= 2 && findings.guesses.n <= SY_GUESSES_MAX);
	assert_string_equal(findings.guesses.at[0].word, "three");
	for (size_t i = 1; i < findings.guesses.n; i++)
		assert_true(findings.guesses.at[i].times <= findings.guesses.at[i - 1].times);
	assert_true(times_of(&findings.guesses, "three") > 1 && times_of(&findings.guesses, "three") < 3);
	assert_true(times_of(&findings.guesses, "five") > 0.5f && times_of(&findings.guesses, "five") < 1.5f);
	sy_findings_reset(&findings);
	assert_null(findings.guesses.at);
	findings = found(plain, &turn, 1);
	assert_int_equal(findings.guesses.n, 0);
	sy_findings_reset(&findings);
	turn_reset(&turn);
	sy_network_destroy(plain);
	sy_network_destroy(network);
	sy_topics_destroy(topics);
	sy_graph_destroy(acceptor);
}

static void hears_nothing_in_no_frames(void **state)
{
	struct sy_network *digits = network_of(DIGITS);
	struct turn none = {0};
	struct sy_findings findings = {.n = 3, .broken_off = true};

	(void)state;
	assert_int_equal(sy_senones_create(stock_model(), &none.features, &none.senones), 0);
	assert_int_equal(sy_network_run(digits, none.senones, SY_NETWORK_BEST_MAX, &findings), 0);
	assert_int_equal(findings.n, 0);
	assert_false(findings.broken_off);
	sy_findings_reset(&findings);
	turn_reset(&none);
	sy_network_destroy(digits);
}

/* The shortest digit has six states, so no word ends here; a filler ends after three frames. */
static void hears_no_word_in_few_frames(void **state)
{
	struct sy_network *digits = network_of(DIGITS);
	struct turn turn;

	turn_of("three five seven", &turn);

	(void)state;
	for (size_t n = 1; n <= 5; n++) {
		cut(&turn, n);
		struct sy_findings findings = found(digits, &turn, SY_NETWORK_BEST_MAX);
		assert_true(findings.n <= 1);
		assert_true(n >= SY_STATES || findings.n == 0);
		assert_int_equal(findings.at[0].n_words, 0);
		assert_findings(&findings, &turn);
		sy_findings_reset(&findings);
	}
	turn_reset(&turn);
	sy_network_destroy(digits);
}

static void noise_is_no_trouble(void **state)
{
	struct sy_network *drinks = network_of(DRINKS);
	struct sy_sound noise = white_noise(SY_FEATURE_HZ, 2000, 6000);
	struct turn turn = {.features = stock_features(&noise, true)};

	(void)state;
	turn.n_frames = turn.features.n;
	cut(&turn, turn.n_frames);
	struct sy_findings findings = found(drinks, &turn, SY_NETWORK_BEST_MAX);
	assert_findings(&findings, &turn);
	sy_findings_reset(&findings);
	turn_reset(&turn);
	sy_sound_reset(&noise);
	sy_network_destroy(drinks);
}

static void words_need_a_pronunciation(void **state)
{
	static const char *const missing[] = {"eight", "zero"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct sy_graph *acceptor = acceptor_of(DIGITS);
		struct sy_lexicon *lexicon = lexicon_of(acceptor, missing[i]);
		struct sy_network *network = NULL;
		struct sy_problem why = {0};
		char quoted[32];
		(void)snprintf(quoted, sizeof quoted, "\"%s\"", missing[i]);
		assert_int_equal(sy_network_create(
					 &(struct sy_network_prm){
						 .model = stock_model(), .acceptor = acceptor, .lexicon = lexicon},
					 &network, &why),
			EINVAL);
		assert_says(&why, quoted);
		assert_null(network);
		sy_lexicon_destroy(lexicon);
		sy_graph_destroy(acceptor);
	}
}

/* Epsilon arcs between the states of a graph make it smaller; what is said clearly is heard as before. */
/* Nothing of a run is left in the network, whatever was heard in between. */
static void runs_leave_nothing_behind(void **state)
{
	struct sy_network *digits = network_of(DIGITS), *twin = network_of(DIGITS);
	struct turn turn, between;

	turn_of("six four one", &turn);
	turn_of("zero nine nine", &between);
	struct sy_findings first = found(digits, &turn, SY_NETWORK_BEST_MAX);
	struct sy_findings other = found(digits, &between, SY_NETWORK_BEST_MAX);
	struct sy_findings again = found(digits, &turn, SY_NETWORK_BEST_MAX);
	struct sy_findings twins = found(twin, &turn, SY_NETWORK_BEST_MAX);

	(void)state;
	assert_string_equal(text_of(&other.at[0]), "zero nine nine");
	assert_same(&first, &again);
	assert_same(&first, &twins);
	assert_int_equal(sy_network_nodes(digits), sy_network_nodes(twin));
	sy_network_destroy(digits);
	sy_network_destroy(twin);
	/* What was found has its own words. */
	assert_string_equal(text_of(&first.at[0]), "six four one");
	sy_findings_reset(&first);
	sy_findings_reset(&other);
	sy_findings_reset(&again);
	sy_findings_reset(&twins);
	turn_reset(&turn);
	turn_reset(&between);
}

static void findings_can_be_reset_at_any_time(void **state)
{
	struct sy_findings findings = {0};

	(void)state;
	sy_findings_reset(&findings);
	sy_findings_reset(&findings);
	assert_int_equal(findings.n, 0);
	struct sy_network *digits = network_of(DIGITS);
	struct turn turn;

	turn_of("two two two", &turn);
	findings = found(digits, &turn, SY_NETWORK_BEST_MAX);
	assert_true(findings.n > 0);
	sy_findings_reset(&findings);
	assert_int_equal(findings.n, 0);
	assert_null(findings.at[0].at);
	sy_findings_reset(&findings);
	turn_reset(&turn);
	sy_network_destroy(digits);
}

/* Words that begin alike share their phones. */
static void equal_beginnings_are_shared(void **state)
{
	struct sy_network *one = network_of("public <x> = monday;"),
			  *two = network_of("public <x> = monday | monday's;"),
			  *apart = network_of("public <x> = monday | tuesday;");

	(void)state;
	assert_true(sy_network_nodes(two) > sy_network_nodes(one));
	assert_true(sy_network_nodes(two) < sy_network_nodes(apart));
	sy_network_destroy(one);
	sy_network_destroy(two);
	sy_network_destroy(apart);
}

/* A chain of arcs with one word of 64 phones, which is as long as a word's phones may be. */
static struct sy_graph *chain_of(const char *word, int n_arcs)
{
	struct sy_graph *graph = NULL;
	int state;

	assert_int_equal(sy_graph_create("chain", &graph), 0);
	for (int i = 0; i <= n_arcs; i++)
		assert_int_equal(sy_graph_add_state(graph, &state), 0);
	for (int i = 0; i < n_arcs; i++)
		assert_int_equal(
			sy_graph_add_arc(graph, &(struct sy_graph_arc){.from = i, .to = i + 1, .p = 1, .word = word}),
			0);
	sy_graph_set_ends(graph, 0, n_arcs);
	return graph;
}

static void networks_have_a_largest_size(void **state)
{
	enum { PHONES = 64 };
	static const char word[] = "longest";
	const char *words[] = {word};
	char path[] = "/tmp/sayso-dict-XXXXXX";
	struct sy_lexicon *lexicon = NULL;
	struct sy_problem why = {0};
	int fd = mkstemp(path), most = SY_NETWORK_NODES_MAX / PHONES;
	FILE *dict = fd >= 0 ? fdopen(fd, "w") : NULL;

	(void)state;
	assert_non_null(dict);
	assert_int_equal(most * PHONES, SY_NETWORK_NODES_MAX);
	(void)fputs(word, dict);
	for (int i = 0; i < PHONES / 2; i++)
		(void)fputs(" L AA", dict);
	(void)fputs("\n", dict);
	(void)fclose(dict);
	assert_int_equal(sy_lexicon_create(path, &lexicon, &why), 0);
	if (sy_lexicon_add(lexicon, words, 1, &why) != 0)
		fail_msg("%s", why.text);
	(void)unlink(path);
	for (int more = 0; more <= 1; more++) {
		struct sy_graph *chain = chain_of(word, most + more);
		struct sy_network *network = NULL;
		assert_int_equal(
			sy_network_create(
				&(struct sy_network_prm){.model = stock_model(), .acceptor = chain, .lexicon = lexicon},
				&network, &why),
			more ? E2BIG : 0);
		if (more)
			assert_null(network);
		else
			assert_int_equal(sy_network_nodes(network), SY_NETWORK_NODES_MAX);
		sy_network_destroy(network);
		sy_graph_destroy(chain);
	}
	sy_lexicon_destroy(lexicon);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_words_of_a_sentence),
		cmocka_unit_test(agrees_with_the_decoder),
		cmocka_unit_test(other_sentences_differ_in_their_last_word),
		cmocka_unit_test(gives_as_many_as_are_asked_for),
		cmocka_unit_test(a_sentence_cut_off_gives_its_beginning),
		cmocka_unit_test(a_short_sentence_is_not_broken_off),
		cmocka_unit_test(guesses_are_the_words_that_may_have_been_said),
		cmocka_unit_test(hears_nothing_in_no_frames),
		cmocka_unit_test(hears_no_word_in_few_frames),
		cmocka_unit_test(noise_is_no_trouble),
		cmocka_unit_test(words_need_a_pronunciation),
		cmocka_unit_test(runs_leave_nothing_behind),
		cmocka_unit_test(findings_can_be_reset_at_any_time),
		cmocka_unit_test(equal_beginnings_are_shared),
		cmocka_unit_test(networks_have_a_largest_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
