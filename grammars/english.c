#include "grammars/english.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/place.h"
#include "grammars/intern.h"
#include "grammars/pronounce.h"

struct sy_english {
	struct sy_intern words;
	float *shares;
	size_t cap_shares;
	struct sy_english_pair *pairs;
	size_t n_pairs, cap_pairs;
};

static int add_word(struct sy_english *english, const char *word, float share)
{
	const size_t n = english->words.n;
	size_t number;
	int err;

	if (strcmp(word, ".") == 0)
		return EINVAL;
	if (n == SY_ENGLISH_WORDS_MAX)
		return E2BIG;
	err = SY_GROW(&english->shares, n + 1, &english->cap_shares);

	if (!err)
		err = sy_intern_add(&english->words, word, strlen(word), &number);
	if (!err && number < n)
		return EINVAL;
	if (!err)
		english->shares[number] = share;
	return err;
}

/* A word that has its line above; "." is the edge of a sentence. */
static int find_word(const struct sy_english *english, const char *word, uint32_t *ret_number)
{
	long number;

	if (strcmp(word, ".") == 0) {
		*ret_number = SY_ENGLISH_EDGE;
		return 0;
	}
	number = sy_intern_find(&english->words, word, strlen(word));
	if (number < 0)
		return EINVAL;
	*ret_number = (uint32_t)number;
	return 0;
}

static int add_pair(struct sy_english *english, const char *before, const char *after, float p)
{
	struct sy_english_pair pair = {.p = p};
	int err = find_word(english, before, &pair.before);

	if (!err)
		err = find_word(english, after, &pair.after);
	if (!err && english->n_pairs == SY_ENGLISH_PAIRS_MAX)
		err = E2BIG;
	if (!err)
		err = SY_GROW(&english->pairs, english->n_pairs + 1, &english->cap_pairs);
	if (!err)
		english->pairs[english->n_pairs++] = pair;
	return err;
}

static int add_line(struct sy_english *english, char *line)
{
	char before[SY_WORD_MAX + 2], after[SY_WORD_MAX + 2],
		more; /* a letter more than words have tells longer ones */
	float p;

	line[strcspn(line, "#\r\n")] = '\0';
	if (line[strspn(line, " \t")] == '\0')
		return 0;
	if (sscanf(line, "%65s %65s %f %c", before, after, &p, &more) != 3 || !(p > 0 && p <= 1))
		return EINVAL;
	if (strlen(before) > SY_WORD_MAX || strlen(after) > SY_WORD_MAX)
		return EINVAL;
	return strcmp(before, "-") == 0 ? add_word(english, after, p) : add_pair(english, before, after, p);
}

static int read_lines(struct sy_english *english, FILE *file, const char *path, struct sy_problem *why)
{
	char line[SY_ENGLISH_LINE_MAX + 2];
	int err = 0;

	for (int n = 1; !err && fgets(line, sizeof line, file); n++) {
		if (!strchr(line, '\n') && !feof(file))
			return sy_problem_at(
				why, EINVAL, path, n, 0, "expected a line of at most %d bytes", SY_ENGLISH_LINE_MAX);
		err = add_line(english, line);
		if (err == EINVAL)
			(void)sy_problem_at(why, err, path, n, 0,
				"expected a word or a pair of words that have lines above, and a share up to 1");
		else if (err == E2BIG)
			(void)sy_problem_at(why, err, path, n, 0, "more than %d words or %d pairs",
				SY_ENGLISH_WORDS_MAX, SY_ENGLISH_PAIRS_MAX);
	}
	if (!err && ferror(file))
		err = sy_problem_set(why, errno, "%s: %s", path, strerror(errno));
	return err;
}

int sy_english_load(const char *path, struct sy_english **ret_english, struct sy_problem *why)
{
	struct sy_english *english = calloc(1, sizeof *english);
	char *own = NULL;
	FILE *file = NULL;
	int err = english ? 0 : ENOMEM;

	if (!err && !path) {
		err = sy_place_data("grammars/english.pairs", &own, why);
		path = own;
	}
	if (!err && !(file = fopen(path, "re")))
		err = sy_problem_set(why, errno, "%s: %s", path, strerror(errno));
	if (!err)
		err = read_lines(english, file, path, why);
	if (file)
		(void)fclose(file);
	free(own);
	if (err)
		sy_english_destroy(english);
	else
		*ret_english = english;
	return err;
}

void sy_english_destroy(struct sy_english *english)
{
	if (!english)
		return;
	sy_intern_reset(&english->words);
	free(english->shares);
	free(english->pairs);
	free(english);
}

size_t sy_english_n_words(const struct sy_english *english)
{
	return english->words.n;
}

const char *sy_english_word(const struct sy_english *english, size_t i)
{
	return english->words.at[i];
}

double sy_english_share(const struct sy_english *english, size_t i)
{
	return (double)english->shares[i];
}

size_t sy_english_n_pairs(const struct sy_english *english)
{
	return english->n_pairs;
}

const struct sy_english_pair *sy_english_pair(const struct sy_english *english, size_t i)
{
	return &english->pairs[i];
}
