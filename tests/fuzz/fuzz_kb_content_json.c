/* A version's content, as a damaged base may hold it. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "kb/content_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sy_content content = {0};
	char *text = strndup((const char *)data, size);
	char *again = NULL;

	if (text && !sy_content_json_read(text, &content) && sy_content_json_write(&content, &again))
		abort();
	free(again);
	free(text);
	sy_content_reset(&content);
	return 0;
}
