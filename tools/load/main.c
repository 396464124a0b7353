/*
 * sayso-bench-line: holds hundreds of calls at once with `sayso serve` over SIP and RTP, and measures how they are
 * answered. Every caller speaks a turn every so many seconds, recorded or synthetic, and is answered; nothing is
 * echoed. Exit status 1 where a target was missed.
 */
#include <errno.h>
#include <ftw.h>
#include <getopt.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tools/bench_child.h"
#include "tools/load/report.h"
#include "tools/load/soak.h"

#define LEVELS_MAX 16
#define WORK_BYTES 256
/* Before a few calls are taken as the service's memory at rest: two turns each, so that every worker has worked. */
#define FEW_CALLS 10
#define FEW_S 25
#define CALLS_BEGUN_A_SECOND 20
/* Calls to a service that was just started for the first time. */
#define FIRST_CALLS 10
#define FIRST_S 4
#define SETTLE_S 10
#define SOAK_SLICE_S 60
#define IDLE_S 180
#define PUBLISHINGS_MAX 30
#define IDLE_STEP_S 3

static const char usage[] =
	"usage: sayso-bench-line [OPTION…]\n"
	"  --calls N,N,…   levels of load, one service each (default 200,400,800)\n"
	"  --seconds S     measured at each level (default 60)\n"
	"  --every S       a turn of each caller (default 10)\n"
	"  --hours H       instead: the first level for so long; memory and descriptors must stay flat\n"
	"  --workers N     of the service (default: one a core)\n"
	"  --price USD     of a core-hour (default 0.0425: a machine of 2 virtual cores at $0.085 an hour)\n"
	"  --minutes M     of a call, for its cost (default 4)\n"
	"  --keep          the folder with the service's log and last /metrics, to look into\n"
	"  --sayso PROGRAM --speech FOLDER --questions FILE --json --help\n";

struct options {
	size_t calls[LEVELS_MAX];
	size_t levels;
	double seconds;
	double hours;
	unsigned turn_every_ms;
	unsigned workers;
	struct sy_load_price price;
	const char *sayso;
	const char *speech;
	const char *questions;
	bool json;
	bool keep;
};

struct bench {
	struct options options;
	struct sy_load_turns turns;
	struct sy_machine *machine; /* NULL: cannot be looked at */
	char work[WORK_BYTES];
	size_t missed;
};

static double own_cpu_s(void)
{
	struct rusage used;

	(void)getrusage(RUSAGE_SELF, &used);
	return (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
	       (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static void save(const struct bench *bench, size_t calls, const char *text)
{
	char path[WORK_BYTES + 32];

	(void)snprintf(path, sizeof(path), "%s/metrics-%zu.txt", bench->work, calls);
	FILE *file = fopen(path, "we");
	if (file == NULL)
		return;
	(void)fputs(text, file);
	(void)fclose(file);
}

/* What it tells of itself. */
struct told {
	struct sy_service_ticks ticks;
	struct sy_service_ticks own;
	double planned; /* calls that it has ended as it should */
};

static void read_metrics(
	const struct bench *bench, const struct sy_service *service, size_t calls, struct told *ret_told)
{
	static const char *const outcomes[] = {"outcome=\"answered\"", "outcome=\"goodbye\"", "outcome=\"handoff\""};
	struct sy_text body = {0};

	(void)sy_service_get(service, "/metrics", &body);
	const char *text = sy_text_str(&body);
	*ret_told = (struct told){0};
	sy_service_read_ticks(text, SY_SERVICE_TICKS_LATE, &ret_told->ticks);
	sy_service_read_ticks(text, SY_SERVICE_TICKS_OWN, &ret_told->own);
	for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++)
		ret_told->planned += sy_service_metric(text, "sayso_calls_total", outcomes[i]);
	save(bench, calls, text);
	sy_text_reset(&body);
}

/* What it still does for itself after it says that it takes calls: a service that has run for a minute is measured, not
 * one that has just begun. */
static void wait_until_idle(const struct sy_service *service)
{
	double jobs = -1;

	for (int waited_s = 0; waited_s < IDLE_S; waited_s += IDLE_STEP_S) {
		struct sy_text body = {0};
		(void)sy_service_get(service, "/metrics", &body);
		const double now = sy_service_metric(sy_text_str(&body), "sayso_worker_jobs_total", NULL);
		const double queue = sy_service_metric(sy_text_str(&body), "sayso_worker_queue", NULL);
		sy_text_reset(&body);
		if (queue <= 0 && now <= jobs)
			return;
		jobs = now;
		(void)sleep(IDLE_STEP_S);
	}
}

static void print_table(struct bench *bench, const char *group, struct sy_bench_table *table)
{
	for (size_t i = 0; i < table->n; i++)
		table->rows[i].group = group;
	if (bench->options.json) {
		(void)sy_bench_print_json(table);
	} else {
		(void)printf("%s\n", group);
		sy_bench_print(table);
		(void)printf("\n");
	}
	(void)fflush(stdout);
	bench->missed += sy_bench_missed(table);
}

static void print_level(struct bench *bench, const struct sy_load_level *level)
{
	struct sy_bench_table *table = calloc(1, sizeof(*table));
	char group[32];

	if (table == NULL)
		return;
	(void)snprintf(group, sizeof(group), "%zu calls", level->calls);
	sy_load_report(level, table);
	print_table(bench, group, table);
	free(table);
}

static void print_first(struct bench *bench, const struct sy_load_figures *figures)
{
	struct sy_bench_table *table = calloc(1, sizeof(*table));

	if (table == NULL)
		return;
	sy_load_report_first(figures, table);
	print_table(bench, "the first calls of all, nothing spoken before", table);
	free(table);
}

/* A few calls first, for the memory that the service has anyway; then all of them. */
static int fill(struct sy_crowd *crowd, const struct sy_service *service, struct sy_load_level *level)
{
	level->few = level->calls < FEW_CALLS ? level->calls : FEW_CALLS;
	sy_crowd_want(crowd, level->few);
	int err = sy_crowd_run(crowd, FEW_S);
	if (err == 0)
		err = sy_service_look(service, &level->idle);
	if (err != 0)
		return err;
	sy_crowd_want(crowd, level->calls);
	return sy_crowd_run(crowd, (double)level->calls / CALLS_BEGUN_A_SECOND + SETTLE_S);
}

static int measure(const struct bench *bench, struct sy_crowd *crowd, const struct sy_service *service,
	struct sy_load_level *level)
{
	int err = fill(crowd, service, level);
	if (err == 0)
		err = sy_service_look(service, &level->begin);
	if (err != 0)
		return err;
	struct told begin, end;
	sy_crowd_forget(crowd);
	read_metrics(bench, service, level->calls, &begin);
	if (bench->machine != NULL)
		sy_machine_forget(bench->machine);
	level->own_cpu_s = -own_cpu_s();
	err = sy_crowd_run(crowd, level->seconds);
	level->own_cpu_s += own_cpu_s();
	if (bench->machine != NULL)
		level->machine = sy_machine_ticks(bench->machine);
	level->counts = sy_crowd_counts(crowd);
	level->figures = sy_crowd_figures(crowd);
	read_metrics(bench, service, level->calls, &end);
	level->ticks_begin = begin.ticks;
	level->ticks_end = end.ticks;
	level->own_begin = begin.own;
	level->own_end = end.own;
	level->planned = end.planned - begin.planned;
	return err != 0 ? err : sy_service_look(service, &level->end);
}

static int soak(
	struct bench *bench, struct sy_crowd *crowd, const struct sy_service *service, struct sy_load_level *level)
{
	struct sy_soak *minutes = calloc(1, sizeof(*minutes));
	const size_t slices = (size_t)(bench->options.hours * 3600 / SOAK_SLICE_S);

	int err = minutes != NULL ? fill(crowd, service, level) : ENOMEM;
	level->seconds = SOAK_SLICE_S;
	for (size_t i = 0; err == 0 && i < slices; i++) {
		sy_crowd_forget(crowd);
		err = sy_crowd_run(crowd, SOAK_SLICE_S);
		if (err == 0)
			err = sy_service_look(service, &level->end);
		const struct sy_crowd_counts counts = sy_crowd_counts(crowd);
		const struct sy_load_figures *figures = sy_crowd_figures(crowd);
		if (err == 0) {
			sy_soak_add(minutes, &level->end);
			(void)fprintf(stderr,
				"minute %zu: %llu calls up, lost %llu, main %.1f MB, workers %.1f MB, descriptors "
				"%zu, answer p95 %.2f s of %llu\n",
				i + 1, (unsigned long long)counts.up_now, (unsigned long long)counts.lost,
				level->end.main_mb, level->end.workers_mb, level->end.descriptors,
				sy_histogram_quantile(&figures->answer, 0.95) / 1000,
				(unsigned long long)figures->answer.n);
		}
		bench->missed += counts.lost > 0 ? 1 : 0;
	}
	if (err == 0) {
		const double grown = sy_soak_growth_mb(minutes), more = sy_soak_growth_descriptors(minutes);
		bench->missed += grown > SY_SOAK_FLAT_MB || more > SY_SOAK_FLAT_DESCRIPTORS ? 1 : 0;
		(void)printf("%.2f h at %zu calls: memory %+.2f MB (<= %.0f), descriptors %+.0f (<= %.0f)\n",
			bench->options.hours, level->calls, grown, SY_SOAK_FLAT_MB, more, SY_SOAK_FLAT_DESCRIPTORS);
		sy_soak_print_bounds();
	}
	free(minutes);
	return err;
}

static int run_level(struct bench *bench, size_t calls, struct sy_problem *why)
{
	const struct options *options = &bench->options;
	const struct sy_service_prm service_prm = {.sayso = options->sayso,
		.work = bench->work,
		.calls_max = calls + FEW_CALLS,
		.workers = options->workers};
	struct sy_load_level level = {.calls = calls,
		.seconds = options->seconds,
		.turn_every_ms = options->turn_every_ms,
		.price = options->price};
	struct sy_crowd *crowd = NULL;
	struct sy_service service;

	int err = sy_service_start(&service_prm, &service, why);
	if (err != 0)
		return err;
	wait_until_idle(&service);
	const struct sy_crowd_prm crowd_prm = {.service_port = service.sip_port,
		.calls = calls,
		.calls_s = CALLS_BEGUN_A_SECOND,
		.turn_every_ms = options->turn_every_ms,
		.turns = &bench->turns};
	err = sy_crowd_create(&crowd_prm, &crowd, why);
	if (err == 0)
		err = options->hours > 0 ? soak(bench, crowd, &service, &level)
					 : measure(bench, crowd, &service, &level);
	if (err != 0 && why->text[0] == '\0')
		(void)sy_problem_set(why, err, "the service died under %zu calls; see %s", calls, service.log);
	if (crowd != NULL)
		sy_crowd_hang_up(crowd);
	level.orderly = sy_service_stop(&service);
	if (err == 0 && options->hours <= 0)
		print_level(bench, &level);
	sy_crowd_destroy(crowd);
	return err;
}

/* As soon as it says that it takes calls, on a base and a cache that are empty. */
static int measure_first(struct bench *bench, struct sy_problem *why)
{
	const struct sy_service_prm service_prm = {.sayso = bench->options.sayso,
		.work = bench->work,
		.calls_max = FIRST_CALLS,
		.workers = bench->options.workers};
	struct sy_crowd *crowd = NULL;
	struct sy_service service;

	int err = sy_service_start(&service_prm, &service, why);
	if (err != 0)
		return err;
	const struct sy_crowd_prm crowd_prm = {.service_port = service.sip_port,
		.calls = FIRST_CALLS,
		.calls_s = CALLS_BEGUN_A_SECOND,
		.turn_every_ms = bench->options.turn_every_ms,
		.turns = &bench->turns};
	err = sy_crowd_create(&crowd_prm, &crowd, why);
	if (err == 0) {
		sy_crowd_want(crowd, FIRST_CALLS);
		err = sy_crowd_run(crowd, FIRST_S);
		print_first(bench, sy_crowd_figures(crowd));
		sy_crowd_hang_up(crowd);
	}
	(void)sy_service_stop(&service);
	sy_crowd_destroy(crowd);
	return err;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)st;
	(void)kind;
	(void)where;
	return remove(path);
}

/* A user of its own: neither this user's base nor their cache of prompts is touched. The voices of callers are kept in
 * the real cache, and are spoken before. */
static int make_home(struct bench *bench)
{
	char path[WORK_BYTES + 16];

	(void)snprintf(bench->work, sizeof(bench->work), "/tmp/sayso-bench-line-XXXXXX");
	if (mkdtemp(bench->work) == NULL)
		return errno;
	(void)snprintf(path, sizeof(path), "%s/data", bench->work);
	if (setenv("XDG_DATA_HOME", path, 1) != 0)
		return errno;
	(void)snprintf(path, sizeof(path), "%s/cache", bench->work);
	return setenv("XDG_CACHE_HOME", path, 1) != 0 ? errno : 0;
}

/* Callers' telephones are not on this machine and keep their own time; the service's sound still comes first. Nothing
 * that is started from here inherits it. */
static void prefer(void)
{
	const struct sched_param param = {.sched_priority = SY_MACHINE_PRIORITY / 2};

	(void)sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &param);
}

/* Publishing speaks what it can in its time, so that calls find it; what it says when some is left over. */
static int rehearse(const struct bench *bench, struct sy_problem *why)
{
	static const char left_over[] = "are ready to be said";
	const char *const argv[] = {bench->options.sayso, "kb", "publish", NULL};
	bool all = false;

	for (int i = 0; !all && i < PUBLISHINGS_MAX; i++) {
		struct sy_bench_child child = {0};
		const int err = sy_bench_child_run(argv, &child);
		all = err == 0 && child.status == 0 && strstr(sy_text_str(&child.out), left_over) == NULL;
		const bool failed = err != 0 || child.status != 0;
		sy_text_reset(&child.out);
		if (failed)
			return sy_problem_set(why, err != 0 ? err : EIO, "%s kb publish failed", bench->options.sayso);
	}
	return 0;
}

static int run(struct bench *bench)
{
	struct sy_problem why = {0};

	int err = sy_load_turns_read(&bench->turns, bench->options.questions, bench->options.speech, &why);
	if (err == 0)
		err = make_home(bench);
	if (err == 0)
		err = measure_first(bench, &why);
	if (err == 0)
		err = rehearse(bench, &why);
	if (err == 0)
		(void)sy_machine_create(&bench->machine);
	prefer();
	for (size_t i = 0; err == 0 && i < bench->options.levels; i++)
		err = run_level(bench, bench->options.calls[i], &why);
	if (err != 0)
		(void)fprintf(stderr, "bench-line: %s\n", why.text[0] != '\0' ? why.text : strerror(err));
	if (bench->options.keep && bench->work[0] != '\0')
		(void)fprintf(stderr, "bench-line: the service's log and metrics are in %s\n", bench->work);
	else if (err == 0) /* after a failure its log is wanted */
		(void)nftw(bench->work, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	sy_machine_destroy(bench->machine);
	sy_load_turns_reset(&bench->turns);
	return err != 0 ? 2 : bench->missed > 0;
}

static int read_levels(struct options *options, const char *text)
{
	options->levels = 0;
	for (char *end = NULL; options->levels < LEVELS_MAX; text = end + 1) {
		const unsigned long calls = strtoul(text, &end, 10);
		if (end == text || calls == 0 || calls > SY_CROWD_CALLS_MAX)
			return EINVAL;
		options->calls[options->levels++] = calls;
		if (*end == '\0')
			return 0;
		if (*end != ',')
			return EINVAL;
	}
	return E2BIG;
}

/* A number above 0 and at most `most`. */
static int read_number(const char *text, double most, double *ret_number)
{
	char *end = NULL;
	const double number = strtod(text, &end);

	if (end == text || *end != '\0' || !(number > 0 && number <= most))
		return EINVAL;
	*ret_number = number;
	return 0;
}

static int read_option(struct options *options, int option, const char *text)
{
	double number = 0;

	switch (option) {
	case 'c':
		return read_levels(options, text);
	case 's':
		return read_number(text, 86400, &options->seconds);
	case 'H':
		return read_number(text, SY_SOAK_MINUTES_MAX / 60.0, &options->hours);
	case 'e':
		if (read_number(text, 3600, &number) != 0)
			return EINVAL;
		options->turn_every_ms = (unsigned)(number * 1000);
		return 0;
	case 'w':
		if (read_number(text, 64, &number) != 0)
			return EINVAL;
		options->workers = (unsigned)number;
		return 0;
	case 'p':
		return read_number(text, 1000, &options->price.core_hour);
	case 'm':
		return read_number(text, 600, &options->price.call_minutes);
	case 'S':
		options->sayso = text;
		return 0;
	case 'f':
		options->speech = text;
		return 0;
	case 'q':
		options->questions = text;
		return 0;
	case 'j':
		options->json = true;
		return 0;
	case 'k':
		options->keep = true;
		return 0;
	default:
		return EINVAL;
	}
}

static int read_options(struct options *options, int argc, char **argv)
{
	static const struct option names[] = {{"calls", required_argument, NULL, 'c'},
		{"seconds", required_argument, NULL, 's'}, {"hours", required_argument, NULL, 'H'},
		{"every", required_argument, NULL, 'e'}, {"workers", required_argument, NULL, 'w'},
		{"price", required_argument, NULL, 'p'}, {"minutes", required_argument, NULL, 'm'},
		{"sayso", required_argument, NULL, 'S'}, {"speech", required_argument, NULL, 'f'},
		{"questions", required_argument, NULL, 'q'}, {"json", no_argument, NULL, 'j'},
		{"keep", no_argument, NULL, 'k'}, {"help", no_argument, NULL, 'h'}, {0}};
	int option, index = 0;

	while ((option = getopt_long(argc, argv, "", names, &index)) != -1) {
		if (option == 'h') {
			(void)fputs(usage, stdout);
			return ECANCELED;
		}
		if (option == '?')
			return EINVAL;
		if (read_option(options, option, optarg) != 0) {
			(void)fprintf(stderr, "bench-line: --%s: \"%s\" is out of range; see --help\n",
				names[index].name, optarg);
			return EINVAL;
		}
	}
	if (optind < argc)
		(void)fprintf(stderr, "bench-line: \"%s\": no argument is expected; see --help\n", argv[optind]);
	return optind < argc ? EINVAL : 0;
}

int main(int argc, char **argv)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	if (bench == NULL)
		return 2;
	bench->options = (struct options){.calls = {200, 400, 800},
		.levels = 3,
		.seconds = 60,
		.turn_every_ms = 10000,
		.price = {.core_hour = 0.0425, .call_minutes = 4},
		.sayso = "sayso",
		.speech = SAYSO_SOURCE_DIR "/../shared/speech",
		.questions = SAYSO_SOURCE_DIR "/tools/load/questions.txt"};
	const int err = read_options(&bench->options, argc, argv);
	const int status = err == 0 ? run(bench) : err == ECANCELED ? 0 : 2;
	free(bench);
	return status;
}
