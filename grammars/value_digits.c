/*
 * Digit strings and telephone numbers.
 *
 * Callers put themselves right while they speak: "four, no, five" and "four four one, sorry, four four seven". What the
 * words after "no" stand for is not said: with a known length it follows from the count, else it is what looks most
 * like what they are put in place of. Such a value is marked as corrected.
 */
#include <errno.h>
#include <string.h>

#include "grammars/value_kinds.h"

#define N(list) (sizeof(list) / sizeof *(list))

/* Said between the groups of a number, and no part of it. */
static const char *const between[] = {
	"um", "uh", "er", "erm", "and then", "and", "then", "dash", "hyphen", "stroke", "slash", "space"};
/* What follows is right, and some of what was said before is not. Longer ones first. */
static const char *const corrections[] = {"no sorry", "no wait", "no i mean", "sorry no", "sorry i mean", "no it's",
	"no that's", "oh no", "no", "sorry", "i mean", "i meant", "correction", "make that", "rather", "wait"};
/* All of it is said again. */
static const char *const restarts[] = {"start again", "let me start again", "scratch that", "sorry start again",
	"no start again", "no let me start again", "sorry let me start again", "wait let me start again",
	"wait start again", "i'll start again", "once more", "from the start"};

/* How "one hundred twenty" is meant: two groups (100, 20), or one (120). */
enum style { APART, JOINED };

/* "3307" in figures, as keys or a typed text give it. */
static int take_figures(struct sy_value_words *words, struct sy_text *digits)
{
	if (sy_value_words_done(words))
		return EINVAL;
	const char *word = words->at[words->pos];
	if (!*word || word[strspn(word, "0123456789")])
		return EINVAL;
	words->pos++;
	return sy_text_add(digits, word);
}

static int add_repeated(struct sy_value_words *words, int times, struct sy_text *digits)
{
	int digit = sy_value_take_digit(words, true);
	if (digit < 0)
		return EINVAL;
	int err = 0;
	for (int i = 0; !err && i < times; i++)
		err = sy_text_addf(digits, "%d", digit);
	return err;
}

static bool scale_follows(const struct sy_value_words *words)
{
	struct sy_value_words ahead = *words;
	return sy_value_take(&ahead, "hundred") || sy_value_take(&ahead, "thousand");
}

/* What "hundred" is followed by as part of its number: 0 .. 99. In "one hundred and ninety, two hundred" that is 90. */
static int take_rest(struct sy_value_words *words, enum style style)
{
	size_t pos = words->pos;
	bool joined = sy_value_take(words, "and") || style == JOINED;
	size_t number = words->pos;
	int rest = joined ? sy_value_take_below_100(words) : -1;
	if (rest >= 0 && scale_follows(words)) {
		words->pos = number;
		rest = sy_value_take_tens(words);
	}
	if (rest >= 0 && !scale_follows(words))
		return rest;
	words->pos = pos;
	return 0;
}

/* "two thousand and six", and joined "two thousand five hundred and six": what follows "thousand", 0 .. 999. */
static int take_thousands_rest(struct sy_value_words *words, enum style style)
{
	size_t pos = words->pos;
	int hundreds = style == JOINED ? sy_value_take_digit(words, false) : 0;
	if (hundreds > 0 && sy_value_take(words, "hundred"))
		return hundreds * 100 + take_rest(words, style);
	words->pos = pos;
	return take_rest(words, style);
}

/*
 * A digit or a pair, alone or as "four hundred" (400), "four hundred and five" (405), "thirty two thousand" (32000).
 * Without "and" what follows is further digits: "eight hundred five five five" is 800555.
 */
static int add_number(int n, struct sy_value_words *words, enum style style, struct sy_text *digits)
{
	if (n && sy_value_take(words, "thousand"))
		return sy_text_addf(digits, "%d%03d", n, take_thousands_rest(words, style));
	if (!n || !sy_value_take(words, "hundred"))
		return sy_text_addf(digits, "%d", n);
	return sy_text_addf(digits, "%d%02d", n, take_rest(words, style));
}

static int read_group(struct sy_value_words *words, enum style style, struct sy_text *digits)
{
	if (sy_value_take(words, "double"))
		return add_repeated(words, 2, digits);
	if (sy_value_take(words, "triple") || sy_value_take(words, "treble"))
		return add_repeated(words, 3, digits);
	if (sy_value_take(words, "quadruple"))
		return add_repeated(words, 4, digits);
	if (sy_value_take(words, "a hundred"))
		return sy_text_addf(digits, "1%02d", take_rest(words, style));
	int digit = sy_value_take_digit(words, true);
	if (digit >= 0)
		return add_number(digit, words, style, digits);
	int pair = sy_value_take_below_100(words);
	if (pair >= 0)
		return add_number(pair, words, style, digits);
	return take_figures(words, digits);
}

/* A run of groups up to a correction, the end, or a word that is none; each group is marked. */
static int read_run(struct sy_value_reader *reader, enum style style)
{
	struct sy_value_words *words = &reader->words;
	int err = 0;
	while (!err && !sy_value_words_done(words)) {
		size_t word = words->pos, at = reader->text.len;
		err = read_group(words, style, &reader->text);
		if (!err && reader->text.len > SY_VALUE_DIGITS_MAX)
			err = E2BIG;
		if (!err)
			sy_value_mark(reader, SY_PART_DIGITS, word, at, reader->text.len - at);
		else if (err == EINVAL)
			words->pos = word;
		/* "oh five, and seven", but not "seven and" */
		size_t after = words->pos;
		if (!err && sy_value_take_one(words, between, N(between)) >= 0 && sy_value_words_done(words))
			words->pos = after;
	}
	return err == EINVAL ? 0 : err;
}

/* How many of the digits before the correction it takes away, `length` being that of the whole, if it is known. */
static size_t count_replaced(const char *before, size_t n, const char *after, size_t m, size_t length)
{
	size_t most = n < m ? n : m;
	if (length && m == length)
		return n;
	if (length && n + m > length && n + m - length <= most)
		return n + m - length;
	for (size_t r = most; r > 1; r--) {
		size_t same = 0;
		for (size_t i = 0; i < r; i++)
			same += before[n - r + i] == after[i];
		if (same + 1 >= r)
			return r;
	}
	return most ? 1 : 0;
}

/* The digits from `from` on take the place of the last ones before it. */
static int replace(struct sy_value_reader *reader, size_t from, size_t n_replaced)
{
	struct sy_text kept = {0};
	struct sy_value_part parts[SY_VALUE_PARTS_MAX];
	size_t n_parts = 0;
	int err = sy_text_add_n(&kept, reader->text.s, from - n_replaced);
	if (!err)
		err = sy_text_add(&kept, reader->text.s + from);
	for (size_t i = 0; i < reader->n_parts; i++)
		if (reader->parts[i].at >= from)
			parts[n_parts++] = reader->parts[i];
	sy_value_unmark(reader, from - n_replaced);
	for (size_t i = 0; i < n_parts && reader->n_parts < SY_VALUE_PARTS_MAX; i++) {
		parts[i].at -= n_replaced;
		reader->parts[reader->n_parts++] = parts[i];
	}
	sy_text_reset(&reader->text);
	reader->text = kept;
	return err;
}

/* True where the caller puts something right; *ret_all: everything. */
static bool take_correction(struct sy_value_words *words, bool *ret_all)
{
	size_t pos = words->pos;
	*ret_all = sy_value_take_one(words, restarts, N(restarts)) >= 0;
	bool taken = *ret_all || sy_value_take_one(words, corrections, N(corrections)) >= 0;
	while (taken && (sy_value_take_one(words, corrections, N(corrections)) >= 0 || sy_value_take(words, "it's") ||
				sy_value_take(words, "that's") || sy_value_take(words, "um")))
		;
	if (taken && sy_value_words_done(words)) {
		words->pos = pos;
		return false;
	}
	return taken;
}

static int read_corrected(struct sy_value_reader *reader, enum style style)
{
	int err = read_run(reader, style);
	bool all;
	while (!err && reader->text.len && take_correction(&reader->words, &all)) {
		size_t from = reader->text.len;
		err = read_run(reader, style);
		if (err || reader->text.len == from)
			return err ? err : EINVAL;
		size_t length = sy_value_words_done(&reader->words) ? (size_t)reader->prm->length : 0;
		size_t n = all ? from
			       : count_replaced(
					 reader->text.s, from, reader->text.s + from, reader->text.len - from, length);
		reader->corrected = true;
		err = replace(reader, from, n);
	}
	return err == E2BIG || (!err && !reader->text.len) ? EINVAL : err;
}

/* Whether the reading with "one hundred twenty" as one number is what is meant: it alone has the length that is wanted,
 * or all that was said is one number. */
static bool is_joined(const struct sy_value_reader *joined, size_t n_apart)
{
	size_t length = (size_t)joined->prm->length;
	if (!sy_value_words_done(&joined->words))
		return false;
	return length ? n_apart != length && joined->text.len == length : joined->n_parts == 1;
}

int sy_value_read_digits(struct sy_value_reader *reader)
{
	struct sy_value_reader joined = {.prm = reader->prm, .words = reader->words};
	int err = read_corrected(reader, APART);
	if (err == ENOMEM || read_corrected(&joined, JOINED) || !is_joined(&joined, reader->text.len)) {
		sy_text_reset(&joined.text);
		return err;
	}
	sy_text_reset(&reader->text);
	*reader = joined;
	return 0;
}

static bool take_extension(struct sy_value_words *words)
{
	static const char *const names[] = {"extension number", "extension", "ext", "x"};
	return sy_value_take_one(words, names, N(names)) >= 0;
}

/* "0044" is "+44" said by people who dial it. */
static int put_plus(struct sy_value_reader *reader)
{
	struct sy_text plus = {0};
	if (!reader->text.s || strncmp(reader->text.s, "00", 2) != 0 || !reader->text.s[2])
		return 0;
	int err = sy_text_addf(&plus, "+%s", reader->text.s + 2);
	for (size_t i = 0; i < reader->n_parts; i++) {
		struct sy_value_part *part = &reader->parts[i];
		size_t end = part->at + part->n;
		part->at = part->at ? part->at - 1 : 0;
		part->n = end - 1 - part->at;
	}
	sy_text_reset(&reader->text);
	reader->text = plus;
	return err;
}

int sy_value_read_phone(struct sy_value_reader *reader)
{
	struct sy_value_words *words = &reader->words;
	bool plus = sy_value_take(words, "plus");
	if (!sy_value_words_done(words) && words->at[words->pos][0] == '+' && words->at[words->pos][1]) {
		words->at[words->pos]++;
		plus = true;
	}
	int err = plus ? sy_text_add(&reader->text, "+") : 0;
	if (!err)
		err = read_corrected(reader, APART);
	if (!err && reader->text.len == plus)
		err = EINVAL;
	if (!err && !plus)
		err = put_plus(reader);
	if (err || !take_extension(words))
		return err;
	size_t word = words->pos - 1;
	struct sy_text digits = {0};
	while (!err && !sy_value_words_done(words))
		err = read_group(words, APART, &digits);
	if (!err && (!digits.len || digits.len > 8))
		err = EINVAL;
	size_t at = reader->text.len;
	if (!err)
		err = sy_text_addf(&reader->text, " ext %s", digits.s);
	if (!err)
		sy_value_mark(reader, SY_PART_DIGITS, word, at, reader->text.len - at);
	sy_text_reset(&digits);
	return err;
}
