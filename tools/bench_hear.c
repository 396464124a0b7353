/*
 * sayso-bench-hear: how well people are heard, by noise, line, accent and speaker, and PocketSphinx as installed beside
 * it on the same recordings in the same run.
 *
 * Exit status 0; with --gate 1 where a target is missed, by the worst cohort or by all together; 2 for bad input.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "grammars/jsgf.h"
#include "tools/bench_hear_parts.h"
#include "tools/bench_home.h"

static const char usage[] =
	"usage: sayso-bench-hear [--set NAME]... [--held-out] [--every N] [--workers N] [--no-rival]\n"
	"                        [--json] [--plots FOLDER] [--gate]\n"
	"                        [--sayso PROGRAM] [--speech FOLDER] [--wording FOLDER]\n"
	"  --set NAME      cost, coffee, confidence, digits, operator, foreign, wording or natural; again for more "
	"(all)\n"
	"  --held-out      of the coffee orders only those that no model was made from\n"
	"  --every N       of the recordings only about each Nth (1: all)\n"
	"  --workers N     recognisers at once (as many as processors)\n"
	"  --no-rival      without PocketSphinx beside it\n"
	"  --plots FOLDER  draws the figures as SVG\n"
	"  --gate          exit status 1 where a target is missed, named on standard error\n";

/* A single digit, said as the recordings say it. */
static const char digit_grammar[] =
	"#JSGF V1.0;\ngrammar digit;\n"
	"public <digit> = zero | one | two | three | four | five | six | seven | eight | nine;\n";

static const struct {
	const char *name;
	void (*run)(struct sy_bench_hear *bench);
} parts[] = {{"cost", sy_bench_hear_cost}, {"coffee", sy_bench_hear_orders}, {"confidence", sy_bench_hear_confidence},
	{"digits", sy_bench_hear_digits}, {"operator", sy_bench_hear_person}, {"foreign", sy_bench_hear_foreign},
	{"wording", sy_bench_hear_wording}, {"natural", sy_bench_hear_natural}};
#define PARTS (sizeof parts / sizeof *parts)

struct asked {
	bool parts[PARTS];
	bool some;
	bool json, gate, no_rival;
};

static int write_digit_grammar(const char *path, struct sy_problem *why)
{
	FILE *file = fopen(path, "we");
	int failed;

	if (!file)
		return sy_problem_set(why, errno, "%s: %s", path, strerror(errno));
	failed = fputs(digit_grammar, file) < 0;
	return fclose(file) != 0 || failed ? sy_problem_set(why, EIO, "%s: could not be written", path) : 0;
}

/* Where there are no recordings each part says so. */
static int open_grammars(struct sy_bench_hear *bench, struct sy_problem *why)
{
	int err;

	(void)snprintf(
		bench->grammars[SY_BENCH_HEAR_ORDERS], sizeof bench->grammars[0], "%s/coffee.gram", bench->speech);
	(void)snprintf(bench->grammars[SY_BENCH_HEAR_DIGIT], sizeof bench->grammars[0], "%s/digit.gram", bench->work);
	err = write_digit_grammar(bench->grammars[SY_BENCH_HEAR_DIGIT], why);
	for (int i = 0; i < 2 && !err; i++)
		if (access(bench->grammars[i], R_OK) == 0)
			err = sy_jsgf_graph_file(bench->grammars[i], &bench->graphs[i], why);
	return err;
}

static int measure(struct sy_bench_hear *bench, const struct asked *asked, struct sy_problem *why)
{
	int err = open_grammars(bench, why);

	if (!err && bench->plots && mkdir(bench->plots, 0777) != 0 && errno != EEXIST)
		err = sy_problem_set(why, errno, "%s: %s", bench->plots, strerror(errno));
	if (err)
		return err;
	if (asked->no_rival)
		(void)sy_problem_set(&bench->rival_why, 0, "left out");
	else
		(void)sy_rival_create(bench->work, bench->workers, &bench->rival, &bench->rival_why);
	for (size_t i = 0; i < PARTS; i++)
		if (asked->parts[i] || !asked->some)
			parts[i].run(bench);
	sy_bench_hear_speed(bench);
	if (!bench->rival)
		sy_figures_skip(&bench->figures, "PocketSphinx", "as installed", bench->rival_why.text);
	return 0;
}

static int report(const struct sy_bench_hear *bench, const struct asked *asked)
{
	int err = 0;

	if (asked->json)
		err = sy_figures_print_json(&bench->figures);
	else
		sy_figures_print(&bench->figures);
	if (err)
		return 2;
	return asked->gate && sy_figures_gate(&bench->figures, stderr) > 0 ? 1 : 0;
}

static int run(struct sy_bench_hear *bench, const struct asked *asked)
{
	char work[] = SY_BENCH_HOME_TEMPLATE;
	struct sy_problem why = {""};
	int err = sy_bench_home_make(work), status = 2;

	bench->work = work;
	if (!err)
		err = measure(bench, asked, &why);
	if (err)
		(void)fprintf(stderr, "sayso-bench-hear: %s\n", why.text[0] ? why.text : strerror(err));
	else
		status = report(bench, asked);
	sy_bench_home_remove(work);
	sy_bench_hear_forget(bench);
	sy_rival_destroy(bench->rival);
	for (int i = 0; i < 2; i++)
		sy_graph_destroy(bench->graphs[i]);
	return status;
}

static bool ask_for(const char *name, struct asked *asked)
{
	for (size_t i = 0; i < PARTS; i++)
		if (strcmp(parts[i].name, name) == 0) {
			asked->parts[i] = asked->some = true;
			return true;
		}
	(void)fprintf(stderr,
		"sayso-bench-hear: no set \"%s\"; there are cost, coffee, confidence, digits, operator, "
		"foreign, wording and natural\n",
		name);
	return false;
}

/* Whether the arguments are good. */
static bool take(int option, const char *value, struct sy_bench_hear *bench, struct asked *asked)
{
	switch (option) {
	case 't':
		return ask_for(value, asked);
	case 'o':
		return bench->held_out = true;
	case 'e':
		return (bench->every = strtoul(value, NULL, 10)) > 0;
	case 'w':
		return (bench->workers = strtoul(value, NULL, 10)) > 0;
	case 'r':
		return asked->no_rival = true;
	case 'j':
		return asked->json = true;
	case 'g':
		return asked->gate = true;
	case 'l':
		return (bench->plots = value);
	case 's':
		return (bench->sayso = value);
	case 'p':
		return (bench->speech = value);
	case 'd':
		return (bench->wording = value);
	default:
		return false;
	}
}

int main(int argc, char **argv)
{
	static const struct option options[] = {{"set", required_argument, NULL, 't'},
		{"held-out", no_argument, NULL, 'o'}, {"every", required_argument, NULL, 'e'},
		{"workers", required_argument, NULL, 'w'}, {"no-rival", no_argument, NULL, 'r'},
		{"json", no_argument, NULL, 'j'}, {"gate", no_argument, NULL, 'g'},
		{"plots", required_argument, NULL, 'l'}, {"sayso", required_argument, NULL, 's'},
		{"speech", required_argument, NULL, 'p'}, {"wording", required_argument, NULL, 'd'},
		{"help", no_argument, NULL, 'h'}, {0}};
	struct sy_bench_hear *bench = calloc(1, sizeof *bench);
	const long processors = sysconf(_SC_NPROCESSORS_ONLN);
	struct asked asked = {.some = false};
	int option, status = -1;

	if (!bench)
		return 2;
	*bench = (struct sy_bench_hear){.sayso = "sayso",
		.speech = SAYSO_SOURCE_DIR "/../shared/speech",
		.wording = SAYSO_SOURCE_DIR "/../shared/wording",
		.every = 1,
		.workers = processors > 0 ? (size_t)processors : 1};
	while (status < 0 && (option = getopt_long(argc, argv, "", options, NULL)) != -1)
		if (option == 'h' || !take(option, optarg, bench, &asked)) {
			(void)fputs(usage, option == 'h' ? stdout : stderr);
			status = option == 'h' ? 0 : 2;
		}
	if (status < 0 && optind != argc) {
		(void)fputs(usage, stderr);
		status = 2;
	}
	if (status < 0)
		status = run(bench, &asked);
	free(bench);
	return status;
}
