/*
 * sayso-bench: the figures that Sayso is held to, measured here and now, the target beside each.
 *
 * Programs are measured from outside in fresh processes first, while this one is small; then calls are held in this
 * process. Everything is compared within one run. Exit status 1 where a target was missed.
 *
 * usage: sayso-bench [--json] [--every N] [--sayso PROGRAM] [--speech FOLDER]
 */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/bench_home.h"
#include "tools/bench_parts.h"

static const char usage[] = "usage: sayso-bench [--json] [--every N] [--sayso PROGRAM] [--speech FOLDER]\n"
			    "  --every N    of the recordings and scripts only each Nth (1: all)\n";

static int measure(struct sy_bench *bench, bool json)
{
	char work[] = SY_BENCH_HOME_TEMPLATE;
	int err = sy_bench_home_make(work);

	if (err) {
		(void)fprintf(stderr, "bench: %s: %s\n", work, strerror(err));
		return 2;
	}
	bench->work = work;
	sy_bench_program(bench);
	sy_bench_rival(bench);
	sy_bench_calls(bench);
	sy_bench_home_remove(work);
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
