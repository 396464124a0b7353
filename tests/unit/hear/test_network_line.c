/* The search over the telephone's model, whose phones sound the same beside all others. */
#include "stock.h"

#include <math.h>

#include "engine/hear/network.h"
#include "engine/hear/neural.h"
#include "grammars/jsgf.h"
#include "grammars/ngram.h"
#include "grammars/pronounce.h"

#define NEURAL SAYSO_SOURCE_DIR "/engine/hear/model/line.neural"
#define NUMBERS                                                                                                        \
	"public <number> = (one | two | three | four | five | six | seven | eight | nine) "                            \
	"(hundred | thousand) [and (ten | twenty | thirty)];"
/* "nine" and "mine" are heard as one or the other; six intents, of which one has "nine". */
#define RIVALS                                                                                                         \
	"public <a> = nine people | nine of us | nine seats; public <b> = this is mine | that is mine too; "           \
	"public <c> = open on monday; public <d> = open on tuesday; public <e> = pay by card; "                        \
	"public <f> = pay in cash;"

/* What the line is heard with, and one turn. */
struct line {
	struct sy_acoustic_model *model;
	struct sy_neural *neural;
	struct sy_senones *senones;
};

static void line_of(const char *text, struct line *line)
{
	struct sy_sound speech = spoken(text, SY_MEL_HZ);
	struct sy_problem why = {0};
	struct sy_mel mel = {0};

	if (sy_acoustic_model_load_phones(stock_folder(), &line->model, &why) != 0 ||
		sy_neural_load(NEURAL, &line->neural, &why) != 0)
		fail_msg("%s", why.text);
	assert_int_equal(sy_mel_of(speech.pcm, speech.n, NULL, &mel, NULL), 0);
	assert_int_equal(sy_senones_create_neural(line->model, line->neural, &mel, &line->senones), 0);
	sy_mel_reset(&mel);
	sy_sound_reset(&speech);
}

static void line_reset(struct line *line)
{
	sy_senones_destroy(line->senones);
	sy_neural_destroy(line->neural);
	sy_acoustic_model_destroy(line->model);
}

static struct sy_graph *graph_of(const char *rules)
{
	struct sy_graph *graph = NULL;
	struct sy_problem why = {0};
	char text[1024];

	(void)snprintf(text, sizeof text, "#JSGF V1.0; grammar test; %s", rules);
	if (sy_jsgf_graph_text("test", text, strlen(text), &graph, &why) != 0)
		fail_msg("%s", why.text);
	return graph;
}

static struct sy_network *network_of(struct sy_network_prm *prm)
{
	struct sy_lexicon *lexicon = NULL;
	struct sy_network *network = NULL;
	struct sy_problem why = {0};
	const char *words[64];
	size_t n = sy_graph_n_words(prm->acceptor);

	assert_in_range(n, 1, sizeof words / sizeof *words);
	for (size_t i = 0; i < n; i++)
		words[i] = sy_graph_word(prm->acceptor, i);
	assert_int_equal(sy_lexicon_create(NULL, &lexicon, &why), 0);
	prm->lexicon = lexicon;
	if (sy_lexicon_add(lexicon, words, n, &why) != 0 || sy_network_create(prm, &network, &why) != 0)
		fail_msg("%s", why.text);
	sy_lexicon_destroy(lexicon);
	return network;
}

static struct sy_findings found(const struct sy_network *network, const struct line *line, size_t max)
{
	struct sy_findings findings = {0};

	assert_int_equal(sy_network_run(network, line->senones, max, &findings), 0);
	assert_true(findings.n >= 1);
	return findings;
}

/* What is left because it is sure to fall behind would not have been found: a search that leaves nothing finds the same
 * sentences at the same costs. */
static void looking_ahead_loses_no_sentence(void **state)
{
	struct sy_graph *graph = graph_of(NUMBERS), *acceptor = NULL;
	struct line line;

	(void)state;
	line_of("five hundred and twenty", &line);
	assert_int_equal(sy_graph_acceptor(graph, &acceptor), 0);
	struct sy_network_prm prm = {.model = line.model, .acceptor = acceptor},
			      wide = {.model = line.model, .acceptor = acceptor, .beam = 30000, .word_beam = 30000};
	struct sy_network *network = network_of(&prm), *all = network_of(&wide);
	struct sy_findings findings = found(network, &line, 3), every = found(all, &line, 3);
	assert_int_equal(findings.at[0].n_words, 4);
	for (size_t i = 0; i < findings.n; i++) {
		char *ours = NULL, *theirs = NULL;
		assert_int_equal(sy_path_text(&findings.at[i], &ours), 0);
		assert_int_equal(sy_path_text(&every.at[i], &theirs), 0);
		assert_string_equal(ours, theirs);
		assert_int_equal(findings.at[i].cost, every.at[i].cost);
		free(ours);
		free(theirs);
	}
	sy_findings_reset(&findings);
	sy_findings_reset(&every);
	sy_network_destroy(network);
	sy_network_destroy(all);
	sy_graph_destroy(acceptor);
	sy_graph_destroy(graph);
	line_reset(&line);
}

static float times_of(const struct sy_guesses *guesses, const char *word)
{
	for (size_t i = 0; i < guesses->n; i++)
		if (strcmp(guesses->at[i].word, word) == 0)
			return guesses->at[i].times;
	return 0;
}

/* Words in any order, guessed with what the intents tell of each other's words or (no intents) without. */
static float expected(const struct line *line, const struct sy_graph *intents, const struct sy_graph *told_by,
	const char *word, float *ret_rival, const char *rival)
{
	const struct sy_ngram_prm pairs = {0};
	struct sy_graph *acceptor = NULL, *ngram = NULL;
	struct sy_topics *topics = NULL;
	float times;

	assert_int_equal(sy_graph_acceptor(intents, &acceptor), 0);
	assert_int_equal(sy_graph_ngram(acceptor, &pairs, &ngram), 0);
	assert_int_equal(sy_topics_create(&told_by, told_by ? 1 : 0, &topics), 0);
	struct sy_network_prm prm = {
		.model = line->model, .acceptor = ngram, .language_weight = 4.5, .trust_scale = 0.01, .topics = topics};
	struct sy_network *network = network_of(&prm);
	struct sy_findings findings = found(network, line, 1);
	times = times_of(&findings.guesses, word);
	*ret_rival = times_of(&findings.guesses, rival);
	sy_findings_reset(&findings);
	sy_network_destroy(network);
	sy_topics_destroy(topics);
	sy_graph_destroy(ngram);
	sy_graph_destroy(acceptor);
	return times;
}

static void words_that_go_together_are_guessed_together(void **state)
{
	struct sy_graph *graph = graph_of(RIVALS);
	struct line line;
	float alone, together, rival_alone, rival_together;

	(void)state;
	line_of("mine seats of us", &line);
	alone = expected(&line, graph, NULL, "nine", &rival_alone, "mine");
	together = expected(&line, graph, graph, "nine", &rival_together, "mine");
	assert_true(rival_alone > 0);
	assert_true(together > alone);
	assert_true(rival_together < rival_alone);
	sy_graph_destroy(graph);
	line_reset(&line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(looking_ahead_loses_no_sentence),
		cmocka_unit_test(words_that_go_together_are_guessed_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
