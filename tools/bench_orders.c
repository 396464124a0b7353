#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tools/bench_parts.h"

#define LINE_MAX_BYTES 4096

int sy_bench_orders(const struct sy_bench *bench, const char *set, sy_bench_order_h *order, void *arg)
{
	char line[LINE_MAX_BYTES], path[LINE_MAX_BYTES];
	FILE *labels;
	size_t i = 0;

	(void)snprintf(path, sizeof path, "%s/coffee/labels.jsonl", bench->speech);
	labels = fopen(path, "re");
	if (!labels)
		return errno;
	while (fgets(line, sizeof line, labels)) {
		json_t *label = json_loads(line, 0, NULL);
		const char *file = json_string_value(json_object_get(label, "file"));
		if (file && strncmp(file, set, strlen(set)) == 0 && i++ % bench->every == 0) {
			(void)snprintf(path, sizeof path, "%s/coffee/%s", bench->speech, file);
			order(label, path, arg);
		}
		json_decref(label);
	}
	(void)fclose(labels);
	return 0;
}

void sy_bench_doing(const char *what)
{
	if (isatty(STDERR_FILENO))
		(void)fprintf(stderr, "bench: %s\n", what);
}
