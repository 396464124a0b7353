/* Words -> value, of every kind: the first byte chooses the kind and the day, or all words are common ones. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "grammars/check_digit.h"
#include "grammars/spelling.h"
#include "grammars/value.h"

/* Even bytes choose from here, so that sentences come about that mean something. */
static const char *const common[] = {"one", "two", "twenty", "thirty", "hundred", "thousand", "million", "and", "a",
	"the", "of", "first", "thirty first", "twenty ninth", "february", "may", "monday", "next", "last", "in", "days",
	"months", "ago", "half", "quarter", "past", "to", "p m", "a m", "o'clock", "double", "triple", "oh", "point",
	"minus", "pounds", "pence", "fifty", "nineteen", "yes", "no", "not", "right", "week", "on", "at night", "16:30",
	"20.50", "99999999", "sorry", "slash", "plus", "extension", "end", "month", "b", "as in", "boston", "seven",
	"start again", "3/5"};

static char *sentence_of(const uint8_t *data, size_t n)
{
	char *sentence = calloc(n + 1, 16);
	for (size_t i = 0, len = 0; sentence && i < n; i++) {
		if (data[i] % 2)
			sentence[len++] = (char)data[i];
		else
			len += strlen(strcat(
				strcpy(sentence + len, " "), common[data[i] / 2 % (sizeof common / sizeof *common)]));
	}
	return sentence;
}

static void normalise(int kind, const char *words, const struct tm *now)
{
	char *value = NULL;
	int err = sy_value_normalise((enum sy_value_kind)kind, words, now, &value);
	if (!err != !!value || (value && !*value))
		abort();
	if (value && kind == SY_VALUE_DATE && strlen(value) != 10)
		abort();
	if (value && kind == SY_VALUE_TIME && strlen(value) != 5)
		abort();
	if (value && kind == SY_VALUE_DIGITS)
		(void)sy_value_luhn(value);
	free(value);
}

/* Parts lie within the words and the value, in its order or all over it. */
static void read_parts(int kind, const char *words, const struct tm *now, int length)
{
	struct sy_value_prm prm = {
		.kind = (enum sy_value_kind)kind, .now = *now, .length = length, .month_first = length & 1};
	struct sy_value value = {0};
	if (sy_value_read(&prm, words, &value))
		return;
	size_t len = strlen(value.text);
	if (!value.n_parts || value.n_parts > SY_VALUE_PARTS_MAX)
		abort();
	for (size_t i = 0; i < value.n_parts; i++)
		if (value.parts[i].at + value.parts[i].n > len || value.parts[i].word + value.parts[i].n_words > 64)
			abort();
	sy_value_reset(&value);
}

static void check(const char *text)
{
	static char boston[] = "Boston", st_ives[] = "St. Ives", empty[] = "", *list[] = {boston, st_ives, empty};
	struct sy_check_digit scheme;
	struct sy_spelling_match match;
	double sure[SY_CHECK_WEIGHTS_MAX] = {0};
	char repaired[SY_CHECK_WEIGHTS_MAX + 1];
	if (!sy_check_digit_from(text, &scheme, NULL)) {
		(void)sy_check_digit_holds(&scheme, "1234567890");
		if (sy_check_digit_repair(&scheme, "1234567890", sure, repaired) > 1.000001)
			abort();
	}
	if (!sy_spelling_nearest(text, list, 3, &match) && match.nearest > 2)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	if (n < 1 || n > 4096)
		return 0;
	struct tm now = {.tm_year = 100 + data[0] % 64,
		.tm_mon = data[0] % 12,
		.tm_mday = 1 + data[0] % 28,
		.tm_wday = data[0] % 7};
	char *sentence = sentence_of(data + 1, n - 1), *plain = strndup((const char *)data + 1, n - 1);
	for (int kind = SY_VALUE_TEXT; sentence && plain && kind <= SY_VALUE_N - 1; kind++) {
		normalise(kind, sentence, &now);
		normalise(kind, plain, &now);
		read_parts(kind, sentence, &now, data[0] % 20);
	}
	if (plain)
		check(plain);
	free(sentence);
	free(plain);
	return 0;
}
