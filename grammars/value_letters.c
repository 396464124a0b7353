/*
 * Spelled words: "b o s t o n", "b as in boston, double l", "bravo oscar", letters and figures mixed.
 *
 * Where letter and word do not fit ("v for bravo") the word is believed: it has more sounds to be told by.
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "grammars/value_kinds.h"

#define N(list) (sizeof(list) / sizeof *(list))

/* ICAO Annex 10, volume II, figure 5-1, and spellings that writers use. */
static const char *const alphabet[] = {"alpha", "alfa", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel",
	"india", "juliet", "juliett", "kilo", "lima", "mike", "november", "oscar", "papa", "quebec", "romeo", "sierra",
	"tango", "uniform", "victor", "whiskey", "whisky", "x ray", "xray", "yankee", "zulu"};

static const struct {
	const char *said;
	char letter;
} names[] = {{"double u", 'W'}, {"double you", 'W'}, {"zed", 'Z'}, {"zee", 'Z'}, {"aitch", 'H'}, {"haitch", 'H'},
	{"oh", 'O'}, {"zero", '0'}, {"nought", '0'}, {"one", '1'}, {"two", '2'}, {"three", '3'}, {"four", '4'},
	{"five", '5'}, {"six", '6'}, {"seven", '7'}, {"eight", '8'}, {"nine", '9'}};

/* Of no account between letters. */
static const char *const between[] = {"um", "uh", "er", "then", "and then", "space", "new word", "hyphen", "dash",
	"apostrophe", "capital", "big", "small", "that's", "it's"};
static const char *const links[] = {"as in", "is for", "for", "like", "as"};
static const char *const corrections[] = {"no sorry", "no wait", "sorry", "no", "i mean"};

static int take_letter(struct sy_value_words *words)
{
	for (size_t i = 0; i < N(names); i++)
		if (sy_value_take(words, names[i].said))
			return names[i].letter;
	if (sy_value_words_done(words))
		return -1;
	const char *word = words->at[words->pos];
	if (!isalnum((unsigned char)word[0]) || word[1])
		return -1;
	words->pos++;
	return toupper((unsigned char)word[0]);
}

static int take_alphabet(struct sy_value_words *words)
{
	int i = sy_value_take_one(words, alphabet, N(alphabet));
	return i < 0 ? -1 : toupper((unsigned char)alphabet[i][0]);
}

/* "as in boston": the word's letter, or -1 with nothing taken. */
static int take_example(struct sy_value_words *words)
{
	size_t pos = words->pos;
	if (sy_value_take_one(words, links, N(links)) >= 0 && !sy_value_words_done(words)) {
		if (sy_value_take(words, "x ray"))
			return 'X';
		const char *word = words->at[words->pos];
		if (isalpha((unsigned char)word[0]) && word[1]) {
			words->pos++;
			return toupper((unsigned char)word[0]);
		}
	}
	words->pos = pos;
	return -1;
}

/* One letter or figure, however it is said, and how often. */
static int take_sign(struct sy_value_words *words, int *ret_times)
{
	int sign = take_alphabet(words);
	*ret_times = 1;
	if (sign >= 0)
		return sign;
	sign = take_letter(words);
	if (sign < 0) {
		*ret_times = sy_value_take(words, "double") ? 2 : sy_value_take(words, "triple") ? 3 : 1;
		sign = *ret_times > 1 ? take_letter(words) : -1;
	}
	return sign;
}

/* One sign with its examples, of which the last counts. */
static int add_sign(struct sy_value_reader *reader)
{
	size_t word = reader->words.pos, at = reader->text.len;
	int times, sign = take_sign(&reader->words, &times), err = sign < 0 ? EINVAL : 0;
	for (int example = sign; !err && example >= 0; example = take_example(&reader->words))
		sign = example;
	for (; !err && times; times--)
		err = sy_text_addf(&reader->text, "%c", sign);
	if (!err && reader->text.len > SY_VALUE_SPELLED_MAX)
		err = EINVAL;
	if (!err)
		sy_value_mark(reader, SY_PART_LETTERS, word, at, reader->text.len - at);
	return err;
}

/* "d, no, b": the letter before is not meant. */
static void take_back(struct sy_value_reader *reader)
{
	if (!reader->text.len || sy_value_take_one(&reader->words, corrections, N(corrections)) < 0)
		return;
	reader->text.s[--reader->text.len] = '\0';
	sy_value_unmark(reader, reader->text.len);
	reader->corrected = true;
}

int sy_value_read_spelled(struct sy_value_reader *reader)
{
	int err = 0;
	while (!err && !sy_value_words_done(&reader->words)) {
		while (sy_value_take_one(&reader->words, between, N(between)) >= 0)
			;
		if (sy_value_words_done(&reader->words))
			break;
		take_back(reader);
		err = add_sign(reader);
	}
	return !err && !reader->text.len ? EINVAL : err;
}
