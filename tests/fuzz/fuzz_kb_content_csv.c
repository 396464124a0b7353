/* Phrases as a table, added to content that has some. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "kb/content_csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sy_content content = {0};
	struct sy_csv_added added = {0};
	struct sy_problem why = {""};
	struct sy_article *article = sy_content_add_article(&content);

	if (!article)
		return 0;
	article->id = strdup("a");
	if (article->id && !sy_strings_add(&article->phrases, "hello") &&
		!sy_content_csv_read("fuzz", data, size, &content, &added, &why) &&
		sy_content_n_phrases(&content) != added.n_phrases + 1)
		abort();
	sy_csv_added_reset(&added);
	sy_content_reset(&content);
	return 0;
}
