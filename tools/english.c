/*
 * sayso-english: the language model that comes with PocketSphinx -> grammars/english.pairs (grammars/english.h).
 *
 * The commonest words and, of the pairs that the model has, those which are likely and more so than their second word
 * alone. The model was made from talk on the telephone and read text.
 *
 * usage: sayso-english MODEL.lm.bin >FILE
 */
#include <ctype.h>
#include <sphinxbase/err.h>
#include <sphinxbase/logmath.h>
#include <sphinxbase/ngram_model.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS 3000
#define PAIR_LEAST 0.01 /* rarer pairs cost more to search than they give */
#define RATIO_LEAST 4.0 /* times the second word alone */
#define LOG_BASE 1.0001

struct word {
	int id;
	const char *name; /* NULL: the edge of a sentence */
	double share;
};

struct model {
	ngram_model_t *ngram;
	logmath_t *log;
	struct word *words;
	size_t n;
};

static int by_share(const void *a, const void *b)
{
	const struct word *x = a, *y = b;

	return (x->share < y->share) - (x->share > y->share);
}

/* Letters and apostrophes; of single letters the two that are words. */
static bool is_word(const char *name)
{
	size_t n = 0;

	for (; name[n]; n++)
		if (!islower((unsigned char)name[n]) && (name[n] != '\'' || n == 0))
			return false;
	return n > 1 || (n == 1 && strchr("ai", *name));
}

static int list_words(struct model *model)
{
	const int n = (int)ngram_model_get_counts(model->ngram)[0];
	int used;

	model->words = calloc((size_t)n + 1, sizeof *model->words);
	if (!model->words)
		return 1;
	for (int id = 0; id < n; id++) {
		const char *name = ngram_word(model->ngram, id);
		if (name && is_word(name))
			model->words[model->n++] = (struct word){
				id, name, logmath_exp(model->log, ngram_ng_score(model->ngram, id, NULL, 0, &used))};
	}
	qsort(model->words, model->n, sizeof *model->words, by_share);
	model->n = model->n < WORDS ? model->n : WORDS;
	return 0;
}

static void print_pairs(const struct model *model, const char *name, int before)
{
	for (size_t i = 0; i <= model->n; i++) {
		const bool edge = i == model->n;
		const int after = edge ? ngram_wid(model->ngram, "</s>") : model->words[i].id;
		int used;
		const double p = logmath_exp(model->log, ngram_bg_score(model->ngram, after, before, &used));
		if (used == 2 && p >= PAIR_LEAST && (edge || p >= RATIO_LEAST * model->words[i].share))
			printf("%s %s %.2g\n", name, edge ? "." : model->words[i].name, p);
	}
}

int main(int argc, char **argv)
{
	struct model model = {0};
	int failed;

	if (argc != 2) {
		fprintf(stderr, "usage: sayso-english MODEL.lm.bin >FILE\n");
		return 2;
	}
	err_set_logfp(NULL);
	model.log = logmath_init(LOG_BASE, 0, 0);
	model.ngram = ngram_model_read(NULL, argv[1], NGRAM_AUTO, model.log);
	failed = !model.ngram || list_words(&model);
	if (failed)
		fprintf(stderr, "sayso-english: %s is no language model that can be read\n", argv[1]);
	else
		printf("# Words of English and pairs of them with their shares (grammars/english.h). Made by "
		       "tools/english from the\n"
		       "# language model of Debian's pocketsphinx-en-us (en-us.lm.bin, CMU Sphinx, BSD licence).\n");
	for (size_t i = 0; !failed && i < model.n; i++)
		printf("- %s %.3g\n", model.words[i].name, model.words[i].share);
	if (!failed)
		print_pairs(&model, ".", ngram_wid(model.ngram, "<s>"));
	for (size_t i = 0; !failed && i < model.n; i++)
		print_pairs(&model, model.words[i].name, model.words[i].id);
	free(model.words);
	ngram_model_free(model.ngram);
	logmath_free(model.log);
	return failed;
}
