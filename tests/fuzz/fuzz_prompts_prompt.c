/* Prompt files and templates from outside: no input may crash, leak, or touch an output on failure. */
#include <stdint.h>
#include <stdlib.h>

#include "base/text.h"
#include "prompts/prompt.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fill_all(const struct sy_prompts *prompts, const struct sy_pairs *values)
{
	struct sy_problem why;
	size_t i;

	for (i = 0; i < sy_prompts_n(prompts); i++) {
		char *text = NULL;

		if (!sy_prompt_fill(prompts, sy_prompts_id(prompts, i), values, &text, &why))
			free(text);
		else if (text)
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sy_prompts *prompts = NULL;
	struct sy_problem why;
	struct sy_pairs values = {0};
	struct sy_text value = {0};

	if (sy_prompts_load_text("fuzz", (const char *)data, size, &prompts, &why)) {
		if (prompts)
			abort();
		return 0;
	}
	if (!sy_text_add_n(&value, (const char *)data, size < 16 ? size : 16) && !sy_pairs_set(&values, "a", value.s))
		fill_all(prompts, &values);
	(void)sy_prompts_lint(prompts, NULL, NULL);
	sy_text_reset(&value);
	sy_pairs_reset(&values);
	sy_prompts_destroy(prompts);
	return 0;
}
