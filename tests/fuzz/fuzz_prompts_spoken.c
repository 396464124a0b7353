/* Any bytes: every reading ends, keeps to its letters, and reads its own output to itself. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "prompts/spoken.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_phrase(const char *s)
{
	const char *slots_and_letters = "abcdefghijklmnopqrstuvwxyz' {}_-ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	char *words = NULL, *again = NULL;
	int err;

	if (sy_spoken_phrase(s, &words, NULL))
		return;
	if (words[0] == '\0' || words[0] == ' ' || words[strlen(words) - 1] == ' ' || strstr(words, "  "))
		abort();
	if (words[strspn(words, slots_and_letters)] != '\0')
		abort();
	err = sy_spoken_phrase(words, &again, NULL);
	if (strlen(words) <= SY_SPOKEN_PHRASE_MAX && (err || strcmp(words, again) != 0))
		abort();
	free(words);
	free(again);
}

static void check_text(const char *s)
{
	char *words = NULL, *again = NULL;

	if (sy_spoken_text(s, &words))
		return;
	if (strlen(words) <= SY_SPOKEN_TEXT_MAX) {
		if (sy_spoken_text(words, &again) || strcmp(words, again) != 0)
			abort();
	}
	free(words);
	free(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = malloc(size + 1);

	if (!s)
		return 0;
	if (size)
		memcpy(s, data, size);
	s[size] = '\0';
	check_phrase(s);
	check_text(s);
	for (int as = SY_SAY_PLAIN; as <= SY_SAY_DATE_YEAR; as++) {
		char *words = NULL;

		if (!sy_spoken_value((enum sy_say_as)as, s, &words, NULL))
			free(words);
	}
	free(s);
	return 0;
}
