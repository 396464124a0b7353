/*
 * Any text as sayso.yaml: refused with one line, or a configuration that prints and reads back.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/run/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sy_config *config = NULL;
	struct sy_config *again = NULL;
	struct sy_problem why = {0};
	struct sy_text text = {0};

	if (sy_config_load_text("fuzz", (const char *)data, size, &config, &why)) {
		if (config || strchr(why.text, '\n'))
			abort();
		return 0;
	}
	if (sy_config_print(config, true, &text) ||
		sy_config_load_text("printed", sy_text_str(&text), text.len, &again, &why))
		abort();
	sy_config_destroy(config);
	sy_config_destroy(again);
	sy_text_reset(&text);
	return 0;
}
