#include "tools/progress.h"

#include <stdio.h>
#include <unistd.h>

#define BAR 30

void sy_tool_progress(const char *what, size_t done, size_t of)
{
	if (!isatty(STDERR_FILENO))
		return;
	if (of == 0) {
		fprintf(stderr, "\r%8zu %s", done, what);
		return;
	}
	fprintf(stderr, "\r%8zu of %zu %s [", done, of, what);
	for (size_t i = 0; i < BAR; i++)
		fputc(i < done * BAR / of ? '#' : ' ', stderr);
	fprintf(stderr, "]%s", done == of ? "\n" : "");
}
