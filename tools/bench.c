/*
 * sayso-bench: the figures that Sayso is held to, measured here and now, the target beside each.
 *
 * Programs are measured from outside in fresh processes first, while this one is small; then calls are held in this
 * process. Everything is compared within one run. Exit status 1 where a target was missed.
 *
 * usage: sayso-bench [--json] [--every N] [--sayso PROGRAM] [--speech FOLDER]
 */
#include <errno.h>
#include <ftw.h>
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/bench_parts.h"

#define LINE_MAX_BYTES 4096

static const char usage[] = "usage: sayso-bench [--json] [--every N] [--sayso PROGRAM] [--speech FOLDER]\n"
			    "  --every N    of the recordings and scripts only each Nth (1: all)\n";

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

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)st;
	(void)kind;
	(void)where;
	return remove(path);
}

/* A user of its own: neither this user's base nor their cache is touched. */
static int make_home(char *work)
{
	char path[256];

	if (!mkdtemp(work))
		return errno;
	(void)snprintf(path, sizeof path, "%s/data", work);
	if (setenv("XDG_DATA_HOME", path, 1) != 0)
		return errno;
	(void)snprintf(path, sizeof path, "%s/cache", work);
	return setenv("XDG_CACHE_HOME", path, 1) != 0 ? errno : 0;
}

static int measure(struct sy_bench *bench, bool json)
{
	char work[] = "/tmp/sayso-bench-XXXXXX";
	int err = make_home(work);

	if (err) {
		(void)fprintf(stderr, "bench: %s: %s\n", work, strerror(err));
		return 2;
	}
	bench->work = work;
	sy_bench_program(bench);
	sy_bench_rival(bench);
	sy_bench_calls(bench);
	(void)nftw(work, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	if (json)
		err = sy_bench_print_json(&bench->table);
	else
		sy_bench_print(&bench->table);
	return err ? 2 : sy_bench_missed(&bench->table) > 0;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {{"json", no_argument, NULL, 'j'},
		{"every", required_argument, NULL, 'e'}, {"sayso", required_argument, NULL, 's'},
		{"speech", required_argument, NULL, 'p'}, {"help", no_argument, NULL, 'h'}, {0}};
	struct sy_bench *bench = calloc(1, sizeof *bench);
	bool json = false;
	int option, status;

	if (!bench)
		return 2;
	*bench = (struct sy_bench){.sayso = "sayso", .speech = SAYSO_SOURCE_DIR "/../shared/speech", .every = 1};
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'j')
			json = true;
		else if (option == 'e')
			bench->every = (size_t)strtoul(optarg, NULL, 10);
		else if (option == 's')
			bench->sayso = optarg;
		else if (option == 'p')
			bench->speech = optarg;
		else {
			(void)fputs(usage, option == 'h' ? stdout : stderr);
			free(bench);
			return option == 'h' ? 0 : 2;
		}
	}
	if (bench->every == 0 || optind != argc) {
		(void)fputs(usage, stderr);
		free(bench);
		return 2;
	}
	status = measure(bench, json);
	free(bench);
	return status;
}
