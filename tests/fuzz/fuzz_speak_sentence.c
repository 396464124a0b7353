/* Any bytes: splitting into sentences ends, and loses nothing. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/speak/sentence.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s = malloc(size + 1);
	const char *at = s;
	size_t n;

	if (!s)
		return 0;
	if (size)
		memcpy(s, data, size);
	s[size] = '\0';
	while ((n = sy_say_split(at)) > 0)
		at += n;
	if (*at)
		abort();
	free(s);
	return 0;
}
