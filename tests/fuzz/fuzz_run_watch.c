/* What a server answers to `sayso line`: taken apart only where it is whole, and never outside its bytes. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/run/watch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sy_watch_answer answer;
	char *text = malloc(size + 1);

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if (!sy_watch_parse(text, size, &answer)) {
		if (answer.status < 0 || answer.status > 999 || answer.body + answer.n_body != text + size)
			abort();
		json_decref(json_loadb(answer.body, answer.n_body, 0, NULL));
	}
	free(text);
	return 0;
}
