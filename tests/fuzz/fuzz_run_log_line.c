/* Values from outside in a line of the log: the line stays one, and its keys are ours. */
#include <ctype.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/run/log_line.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Past the value: " k=" and a word, or quotes in which each quote has a backslash before it. */
static const char *after_field(const char *at)
{
	if (strncmp(at, " k=", 3))
		abort();
	at += 3;
	if (*at != '"')
		return at + strcspn(at, " \n");
	for (at++; *at != '"'; at++) {
		if (*at == '\\')
			at++;
		if (!*at)
			abort();
	}
	return at + 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *value = strndup((const char *)data, size);
	const struct sy_log_field field = {.key = "k", .text = value};
	struct sy_log_line line;
	const char *at;

	if (!value)
		return 0;
	sy_log_line_begin(&line, "", false);
	for (int i = 0; i < 8; i++)
		sy_log_line_field(&line, &field);
	sy_log_line_end(&line);
	if (line.n >= sizeof line.text || strlen(line.text) != line.n || line.text[line.n - 1] != '\n')
		abort();
	for (size_t i = 0; i + 1 < line.n; i++)
		if (iscntrl((unsigned char)line.text[i]))
			abort();
	for (at = line.text; *at != '\n' && strcmp(at, " cut=true\n") != 0;)
		at = after_field(at);
	free(value);
	return 0;
}
