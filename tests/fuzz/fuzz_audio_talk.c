/* A talk script from outside: loads or is refused with one line. */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "audio/talk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sy_problem why = {0};
	struct sy_talk *talk = NULL;
	const int err = sy_talk_load_bytes("fuzz/talk.yaml", data, size, &talk, &why);

	if (err) {
		if (strchr(why.text, '\n') || (err == EINVAL && !why.text[0]))
			abort();
		return 0;
	}
	if (talk->n_turns > SY_TALK_TURNS_MAX)
		abort();
	sy_talk_destroy(talk);
	return 0;
}
