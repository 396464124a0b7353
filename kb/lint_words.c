#include "kb/lint_words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "grammars/pronounce.h"
#include "kb/phrase.h"
#include "prompts/spoken.h"

/* A word and where it was seen. */
struct seen {
	char *word;          /* owned */
	const char *article; /* borrowed from the content */
	size_t order;        /* of the first sight */
};

struct words {
	struct seen *at;
	size_t n;
	size_t cap;
};

static int add_word(struct words *words, const char *word, size_t n, const char *article)
{
	int err = SY_GROW(&words->at, words->n + 1, &words->cap);

	if (err)
		return err;
	words->at[words->n] = (struct seen){.word = strndup(word, n), .article = article, .order = words->n};
	return words->at[words->n].word ? (words->n++, 0) : ENOMEM;
}

/* A text that cannot be spoken is told by sy_content_check(). */
static int add_text(struct words *words, const char *text, const char *article)
{
	char *spoken = NULL;
	int err = sy_spoken_phrase(text, &spoken, NULL);

	if (err)
		return err == ENOMEM ? err : 0;
	for (const char *at = spoken; *at && !err;) {
		size_t n = strcspn(at, " ");

		err = n ? add_word(words, at, n, article) : 0;
		at += n;
		at += strspn(at, " ");
	}
	free(spoken);
	return err;
}

static int add_article(struct words *words, const struct sy_article *article)
{
	int err = 0;

	for (size_t i = 0; i < article->phrases.n && !err; i++) {
		struct sy_phrase_piece piece;
		const char *at = article->phrases.at[i];

		while (!err && !sy_phrase_next(&at, &piece, NULL))
			err = piece.slot ? 0 : add_text(words, piece.text, article->id);
	}
	for (size_t i = 0; i < article->n_slots && !err; i++)
		for (size_t j = 0; j < article->slots[i].choices.n && !err; j++)
			err = add_text(words, article->slots[i].choices.at[j], article->id);
	return err;
}

static int by_word(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;
	int order = strcmp(x->word, y->word);

	return order ? order : (x->order > y->order) - (x->order < y->order);
}

/* Keeps the first sight of each word; those with an editor's phones go. */
static void keep_first(struct words *words, const struct sy_pairs *known)
{
	size_t kept = 0;

	qsort(words->at, words->n, sizeof(*words->at), by_word);
	for (size_t i = 0; i < words->n; i++) {
		if ((kept && !strcmp(words->at[kept - 1].word, words->at[i].word)) ||
			sy_pairs_get(known, words->at[i].word))
			free(words->at[i].word);
		else
			words->at[kept++] = words->at[i];
	}
	words->n = kept;
}

static int look_up(const struct words *words, struct sy_lexicon **ret_lexicon, struct sy_problem *why)
{
	const char **list = calloc(words->n + 1, sizeof(*list));
	struct sy_lexicon *lexicon = NULL;
	int err = list ? sy_lexicon_create(NULL, &lexicon, why) : ENOMEM;

	for (size_t i = 0; i < words->n && !err; i++)
		list[i] = words->at[i].word;
	if (!err)
		err = sy_lexicon_add(lexicon, list, words->n, why);
	free(list);
	if (err)
		sy_lexicon_destroy(lexicon);
	else
		*ret_lexicon = lexicon;
	return err;
}

int sy_lint_words(const struct sy_content *content, void (*each)(void *arg, const struct sy_guess *guess), void *arg,
	struct sy_problem *why)
{
	struct words words = {0};
	struct sy_lexicon *lexicon = NULL;
	int err = 0;

	for (size_t i = 0; i < content->n_articles && !err; i++)
		err = add_article(&words, &content->articles[i]);
	if (!err && words.n) {
		keep_first(&words, &content->words);
		err = look_up(&words, &lexicon, why);
	}
	for (size_t i = 0; lexicon && i < words.n; i++) {
		const char *word = words.at[i].word;
		const char *phones = sy_lexicon_phones(lexicon, word, 0);

		if (phones && sy_lexicon_source(lexicon, word) == SY_BY_LETTERS)
			each(arg, &(struct sy_guess){.word = word, .phones = phones, .article = words.at[i].article});
	}
	sy_lexicon_destroy(lexicon);
	for (size_t i = 0; i < words.n; i++)
		free(words.at[i].word);
	free(words.at);
	return err;
}
