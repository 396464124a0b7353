/* Any bytes: the parser ends and keeps its bounds, and a text that can be said is a sound template. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "prompts/marks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_marks(const char *s)
{
	struct sy_marks marks = {0};
	char *plain = NULL;
	int pauses = 0, err = sy_marks_parse(s, &marks, NULL);

	if ((sy_marks_plain(s, &plain, NULL) != 0) != (err != 0))
		abort();
	free(plain);
	if (!err && sy_marks_check(s, NULL))
		abort();
	if (err)
		return;
	for (size_t i = 0; i < marks.n; i++) {
		const struct sy_segment *at = &marks.at[i];

		pauses += at->pause_ms;
		if (!at->text != (at->pause_ms > 0))
			abort();
		if (at->pace < SY_MARK_PACE_MIN || at->pace > SY_MARK_PACE_MAX)
			abort();
		if (at->gain_db < SY_MARK_GAIN_MIN_DB || at->gain_db > SY_MARK_GAIN_MAX_DB)
			abort();
	}
	if (pauses > SY_PAUSES_MAX_MS || marks.n > SY_MARKS_MAX)
		abort();
	sy_marks_reset(&marks);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = malloc(size + 1);

	if (!s)
		return 0;
	if (size)
		memcpy(s, data, size);
	s[size] = '\0';
	check_marks(s);
	free(s);
	return 0;
}
