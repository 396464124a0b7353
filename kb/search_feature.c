#include "kb/search_feature.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GROUP_MIN 2
#define GROUP_MAX 5
#define EDGE_KEY 7u /* the word before the first and after the last */

struct word {
	char text[SY_SEARCH_LETTERS_MAX + 3]; /* a blank at both ends: letter groups know where a word begins */
	size_t n;                             /* with the blanks */
	uint32_t key;
	bool wild;
};

/* What a number or a weekday is counted as. */
static const struct {
	const char *word;
	const char *as;
} folded[] = {
	{"zero", "0"},
	{"one", "0"},
	{"two", "0"},
	{"three", "0"},
	{"four", "0"},
	{"five", "0"},
	{"six", "0"},
	{"seven", "0"},
	{"eight", "0"},
	{"nine", "0"},
	{"ten", "0"},
	{"eleven", "0"},
	{"twelve", "0"},
	{"thirteen", "0"},
	{"fourteen", "0"},
	{"fifteen", "0"},
	{"sixteen", "0"},
	{"seventeen", "0"},
	{"eighteen", "0"},
	{"nineteen", "0"},
	{"twenty", "0"},
	{"thirty", "0"},
	{"forty", "0"},
	{"fifty", "0"},
	{"sixty", "0"},
	{"seventy", "0"},
	{"eighty", "0"},
	{"ninety", "0"},
	{"hundred", "0"},
	{"thousand", "0"},
	{"monday", "weekday"},
	{"tuesday", "weekday"},
	{"wednesday", "weekday"},
	{"thursday", "weekday"},
	{"friday", "weekday"},
	{"saturday", "weekday"},
	{"sunday", "weekday"},
};

/* Said while thinking; in no phrase, so that each would count as something strange. */
static bool is_filler(const struct word *word)
{
	static const char *const fillers[] = {" um ", " uh ", " er ", " erm ", " uhm ", " hmm ", " mm "};

	for (size_t i = 0; i < sizeof(fillers) / sizeof(*fillers); i++)
		if (word->n == strlen(fillers[i]) && !strncmp(word->text, fillers[i], word->n))
			return true;
	return false;
}

/* FNV-1a, 32 bits, with a last stir so that short strings spread too. */
static uint32_t hash(const char *s, size_t n, uint32_t seed)
{
	uint32_t h = 2166136261u ^ seed * 2654435769u;

	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)s[i]) * 16777619u;
	h ^= h >> 15;
	h *= 2246822519u;
	return h ^ h >> 13;
}

static uint32_t pair_key(uint32_t a, uint32_t b, uint32_t seed)
{
	const uint32_t both[] = {a, b};

	return hash((const char *)both, sizeof(both), seed);
}

static bool is_letter(char c)
{
	return isalnum((unsigned char)c) || (c & 0x80);
}

/* Bytes of an apostrophe at `s`, typed or typeset; 0: none. */
static size_t apostrophe(const char *s)
{
	return *s == '\'' ? 1 : strncmp(s, "\xe2\x80\x99", 3) == 0 ? 3 : 0;
}

static void add_letter(struct word *word, char c)
{
	if (isdigit((unsigned char)c))
		c = '0';
	if (c == '0' && word->n && word->text[word->n - 1] == '0')
		return;
	if (word->n <= SY_SEARCH_LETTERS_MAX)
		word->text[word->n++] = (char)tolower((unsigned char)c);
}

static void finish(struct word *word)
{
	for (size_t i = 0; i < sizeof(folded) / sizeof(*folded); i++) {
		if (word->n - 1 != strlen(folded[i].word) || strncmp(word->text + 1, folded[i].word, word->n - 1) != 0)
			continue;
		word->n = 1 + strlen(folded[i].as);
		memcpy(word->text + 1, folded[i].as, word->n - 1);
		break;
	}
	word->key = hash(word->text + 1, word->n - 1, 1);
	word->text[word->n++] = ' ';
}

/* The next word of the text, false at its end. */
static bool next_word(const char **text, struct word *word)
{
	const char *at = *text;
	size_t n;

	*word = (struct word){.text = " ", .n = 1};
	while (*at && *at != '{' && !is_letter(*at))
		at++;
	word->wild = *at == '{';
	if (word->wild)
		at += strcspn(at, "}");
	while (!word->wild && (is_letter(*at) || apostrophe(at))) {
		n = apostrophe(at);
		if (!n)
			add_letter(word, *at);
		at += n ? n : 1;
	}
	*text = at;
	if (word->wild)
		word->n += (size_t)snprintf(word->text + 1, sizeof(word->text) - 1, "slot");
	if (word->n > 1)
		finish(word);
	return word->n > 1;
}

static size_t split(const char *text, struct word words[SY_SEARCH_WORDS_MAX])
{
	size_t n = 0;

	while (n < SY_SEARCH_WORDS_MAX && next_word(&text, &words[n])) {
		if (is_filler(&words[n]))
			continue;
		/* "twenty four" and "2 4" are one number. */
		if (!n || words[n].key != words[n - 1].key || words[n].text[1] != '0')
			n++;
	}
	return n;
}

static void add(struct sy_features *features, const struct sy_feature *feature)
{
	if (features->n < SY_SEARCH_FEATURES_MAX)
		features->at[features->n++] = *feature;
}

static void add_word(struct sy_features *features, const struct word *word, float count)
{
	add(features, &(struct sy_feature){.key = word->key, .count = count, .word = true, .wild = word->wild});
}

static void add_pair(struct sy_features *features, uint32_t key, bool wild)
{
	add(features, &(struct sy_feature){.key = key, .count = 1, .wild = wild});
}

static void add_words(const struct word *words, size_t n, struct sy_features *features)
{
	for (size_t i = 0; i < n; i++)
		add_word(features, &words[i], 1);
	for (size_t i = 0; i <= n; i++) {
		uint32_t before = i ? words[i - 1].key : EDGE_KEY;
		uint32_t after = i < n ? words[i].key : EDGE_KEY;
		bool wild = (i && words[i - 1].wild) || (i < n && words[i].wild);

		add_pair(features, pair_key(before, after, 2), wild);
	}
	for (size_t i = 2; i < n; i++)
		add_pair(features, pair_key(words[i - 2].key, words[i].key, 3), words[i - 2].wild || words[i].wild);
}

static void add_groups(const struct word *word, float count, struct sy_features *features)
{
	for (size_t from = 0; from < word->n; from++) {
		for (size_t n = GROUP_MIN; n <= GROUP_MAX && from + n <= word->n; n++)
			add(features, &(struct sy_feature){.key = hash(word->text + from, n, 10 + (uint32_t)n),
					      .count = count,
					      .letters = true,
					      .wild = word->wild});
	}
}

static int by_key(const void *a, const void *b)
{
	const struct sy_feature *x = a, *y = b;

	return (x->key > y->key) - (x->key < y->key);
}

static void merge(struct sy_features *features)
{
	size_t n = 0;

	qsort(features->at, features->n, sizeof(*features->at), by_key);
	for (size_t i = 0; i < features->n; i++) {
		if (n && features->at[n - 1].key == features->at[i].key)
			features->at[n - 1].count += features->at[i].count;
		else
			features->at[n++] = features->at[i];
	}
	features->n = n;
}

void sy_features_read(const char *text, struct sy_features *ret_features)
{
	struct word words[SY_SEARCH_WORDS_MAX];
	size_t n = split(text, words);

	ret_features->n = 0;
	ret_features->n_words = n;
	add_words(words, n, ret_features);
	for (size_t i = 0; i < n; i++)
		add_groups(&words[i], 1, ret_features);
	merge(ret_features);
}

void sy_features_guess(const struct sy_guesses *guesses, struct sy_features *ret_features)
{
	ret_features->n = ret_features->n_words = 0;
	for (size_t i = 0; i < guesses->n; i++) {
		const char *at = guesses->at[i].word;
		struct word word;

		if (!next_word(&at, &word) || is_filler(&word))
			continue;
		add_word(ret_features, &word, guesses->at[i].times);
		add_groups(&word, guesses->at[i].times, ret_features);
		ret_features->n_words++;
	}
	merge(ret_features);
}
