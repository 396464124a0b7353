/* Any bytes: the parser ends, keeps its bounds, its plain text parses again, and splitting loses nothing. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/speak/marks.h"
#include "engine/speak/sentence.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_marks(const char *s)
{
	struct sy_marks marks = {0};
	char *plain = NULL;
	int pauses = 0, err = sy_marks_parse(s, &marks, NULL);

	if ((sy_marks_plain(s, &plain, NULL) != 0) != (err != 0))
		abort();
	free(plain);
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

static void check_split(const char *s)
{
	const char *at = s;
	size_t n;

	while ((n = sy_say_split(at)) > 0)
		at += n;
	if (*at)
		abort();
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
	check_split(s);
	free(s);
	return 0;
}
