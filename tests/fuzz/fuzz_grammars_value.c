/* Words -> value, of every kind: the first byte chooses the kind and the day, or all words are common ones. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "grammars/value.h"

/* Even bytes choose from here, so that sentences come about that mean something. */
static const char *const common[] = {"one", "two", "twenty", "thirty", "hundred", "thousand", "million", "and", "a",
	"the", "of", "first", "thirty first", "twenty ninth", "february", "may", "monday", "next", "last", "in", "days",
	"months", "ago", "half", "quarter", "past", "to", "p m", "a m", "o'clock", "double", "triple", "oh", "point",
	"minus", "pounds", "pence", "fifty", "nineteen", "yes", "no", "not", "right", "week", "on", "at night", "16:30",
	"20.50", "99999999"};

static char *sentence_of(const uint8_t *data, size_t n)
{
	char *sentence = calloc(n + 1, 16);
	for (size_t i = 0, len = 0; sentence && i < n; i++) {
		if (data[i] % 2)
			sentence[len++] = (char)data[i];
		else
			len += strlen(strcat(strcpy(sentence + len, " "), common[data[i] / 2 % 49]));
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
	}
	free(sentence);
	free(plain);
	return 0;
}
