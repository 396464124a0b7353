/* An editor's content file: read, checked, written, and read again as the same content. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "kb/content_yaml.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What passed every check must survive being written. */
static void write_and_read(const struct sy_content_file *file)
{
	struct sy_content_file again = {0};
	struct sy_text first = {0}, second = {0};

	if (sy_content_yaml_write(&file->content, &first))
		abort();
	if (sy_content_yaml_parse("again", sy_text_str(&first), first.len, &again, NULL) ||
		sy_content_yaml_check(&again, NULL, NULL) || sy_content_yaml_write(&again.content, &second))
		abort();
	if (strcmp(sy_text_str(&first), sy_text_str(&second)) != 0)
		abort();
	sy_text_reset(&first);
	sy_text_reset(&second);
	sy_content_file_reset(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sy_content_file file = {0};
	struct sy_problem why = {""};

	if (sy_content_yaml_parse("fuzz", data, size, &file, &why))
		return 0;
	if (!sy_content_yaml_check(&file, NULL, &why))
		write_and_read(&file);
	sy_content_file_reset(&file);
	return 0;
}
