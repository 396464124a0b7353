/*
 * serve: the telephone service.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "engine/commands/command.h"
#include "engine/run/doors.h"
#include "engine/run/notify.h"
#include "kb/snapshot.h"

/* Sockets: two for each call's sound, and what else there is. */
#define DESCRIPTORS_BESIDE 256
#define DESCRIPTORS_EACH 4
/* Before other processes, behind the media thread. */
#define NICE (-10)
/* How long a goodbye may take once calls are put down. */
#define LEAVE_S 3

struct asked {
	const struct sy_command *command;
	const char *config;
	const char *db;
	bool check;
	bool print;
	bool man;
};

/* Everything that runs, for as long as it does. */
struct serving {
	const struct asked *asked;
	struct sy_config *config;
	struct sy_notify *notify;
	struct sy_service *service;
	struct sy_doors *doors;
};

static int64_t now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- the configuration, without a service --- */

static int read_config(const struct asked *asked, struct sy_config **ret_config, struct sy_problem *why)
{
	struct sy_config *config = NULL;
	char *db = NULL;
	int err = sy_config_load(asked->config, &config, why);

	if (!err && asked->db) {
		db = strdup(asked->db);
		err = db ? 0 : ENOMEM;
	}
	if (err) {
		sy_config_destroy(config);
		return err;
	}
	if (db) {
		free(config->content.db);
		config->content.db = db;
	}
	*ret_config = config;
	return 0;
}

static int load(const struct asked *asked, struct sy_config **ret_config)
{
	struct sy_problem why = {0};
	int err = read_config(asked, ret_config, &why);

	if (err)
		(void)sy_complain_why(asked->command, err, &why);
	return err;
}

static int print(const struct asked *asked)
{
	struct sy_config *config = NULL;
	struct sy_text text = {0};
	int err = asked->man ? sy_config_print_man(&text) : load(asked, &config);

	if (!err && config)
		err = sy_config_print(config, false, &text);
	if (!err)
		(void)fputs(sy_text_str(&text), stdout);
	sy_text_reset(&text);
	sy_config_destroy(config);
	return err ? SY_EXIT_BAD : SY_EXIT_GOOD;
}

/* Could calls be answered from it? The demonstration's is made at the first start, so it need not be there. */
static int check_content(const struct sy_config *config, struct sy_problem *why)
{
	struct sy_snapshot *snapshot = NULL;
	struct sy_store *store = NULL;
	int err;

	if (!config->content.db || !*config->content.db)
		return 0;
	err = sy_store_open(config->content.db, SY_STORE_READ, &store, why);
	if (!err)
		err = sy_snapshot_load(store, 0, &snapshot, why);
	sy_snapshot_destroy(snapshot);
	sy_store_close(store);
	return err;
}

static int check(const struct asked *asked)
{
	struct sy_config *config = NULL;
	struct sy_problem why = {0};
	int err;

	if (load(asked, &config))
		return SY_EXIT_BAD;
	err = check_content(config, &why);
	if (err)
		(void)sy_complain_why(asked->command, err, &why);
	else
		(void)printf("%s: good\n", asked->config ? asked->config : "the defaults");
	sy_config_destroy(config);
	return err ? SY_EXIT_BAD : SY_EXIT_GOOD;
}

/* --- the service --- */

static void allow_descriptors(const struct sy_config *config)
{
	const rlim_t wanted = DESCRIPTORS_BESIDE + (rlim_t)config->calls.max * DESCRIPTORS_EACH;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur >= wanted)
		return;
	limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
	(void)setrlimit(RLIMIT_NOFILE, &limit);
}

/* What shares a lock or a heap with the media thread must not be put aside for long while it holds it. Where the system
 * does not allow it, a busy neighbour costs a gap now and then. */
static void prefer(const struct sy_config *config)
{
	if (config->media.priority)
		(void)setpriority(PRIO_PROCESS, 0, NICE);
}

/* Every thread is started with them blocked, so they wait for this one. */
static void block_signals(sigset_t *ret_signals)
{
	(void)sigemptyset(ret_signals);
	(void)sigaddset(ret_signals, SIGTERM);
	(void)sigaddset(ret_signals, SIGINT);
	(void)sigaddset(ret_signals, SIGHUP);
	(void)pthread_sigmask(SIG_BLOCK, ret_signals, NULL);
}

static int begin(struct serving *serving, struct sy_problem *why)
{
	static char memory[16];
	static const char *const worker[] = {"/proc/self/exe", "worker", "--memory", memory, NULL};
	const struct sy_service_prm prm = {.config = serving->config, .worker = worker};
	int err = sy_notify_create(&serving->notify, why);

	(void)snprintf(memory, sizeof memory, "%d", serving->config->workers.memory_mb);
	if (!err)
		err = sy_service_create(&prm, &serving->service, why);
	if (!err)
		err = sy_doors_open(serving->config, serving->service, &serving->doors, why);
	return err;
}

static void tell(const struct serving *serving)
{
	struct sy_text lines = {0};

	if (!sy_doors_list(serving->doors, &lines))
		(void)printf("%sready: %d calls at once; Ctrl-C or SIGTERM ends it when they have ended\n",
			sy_text_str(&lines), serving->config->calls.max);
	(void)fflush(stdout);
	sy_text_reset(&lines);
	(void)sy_notify_ready(serving->notify, "answering calls");
	sy_log(sy_service_log(serving->service), SY_LOG_INFO, "ready", NULL,
		SY_LOG_FIELDS(SY_LOG_WHOLE("calls-max", serving->config->calls.max)));
}

/* Does more than the level of the log differ? That needs a new start: addresses, limits and workers are set up once. */
static bool needs_restart(const struct sy_config *old, const struct sy_config *new)
{
	struct sy_text before = {0};
	struct sy_text after = {0};
	struct sy_config same = *new;
	bool differs = true;

	same.log.level = old->log.level;
	if (!sy_config_print(old, true, &before) && !sy_config_print(&same, true, &after))
		differs = strcmp(sy_text_str(&before), sy_text_str(&after)) != 0;
	sy_text_reset(&before);
	sy_text_reset(&after);
	return differs;
}

/* A file that is wrong now changes nothing. */
static void reload_config(struct serving *serving)
{
	struct sy_log *log = sy_service_log(serving->service);
	struct sy_config *config = NULL;
	struct sy_problem why = {0};

	if (read_config(serving->asked, &config, &why)) {
		sy_log(log, SY_LOG_ERROR, "config-refused", NULL, SY_LOG_FIELDS(SY_LOG_TEXT("why", why.text)));
		return;
	}
	sy_log_set_level(log, (enum sy_log_level)config->log.level);
	if (needs_restart(serving->config, config))
		sy_log(log, SY_LOG_WARNING, "config-needs-restart", NULL,
			SY_LOG_FIELDS(SY_LOG_TEXT("do", "restart the service: only log.level changes while it runs")));
	sy_config_destroy(config);
}

static void reload(struct serving *serving)
{
	(void)sy_notify_reloading(serving->notify);
	sy_log_reopen(sy_service_log(serving->service));
	reload_config(serving);
	sy_service_reload(serving->service);
	(void)sy_notify_ready(serving->notify, "answering calls");
}

/* One look at a time until a signal wants an end; 0: `until_ms` came first. */
static int watch_until(struct serving *serving, const sigset_t *signals, int64_t until_ms, bool draining)
{
	const struct timespec second = {.tv_sec = 1};
	const struct timespec moment = {.tv_nsec = 100000000};

	for (;;) {
		int number = sigtimedwait(signals, NULL, draining ? &moment : &second);

		if (number == SIGTERM || number == SIGINT)
			return number;
		if (number == SIGHUP && !draining)
			reload(serving);
		sy_doors_look(serving->doors);
		(void)sy_notify_alive(serving->notify, sy_service_beats(serving->service), now_ms());
		if (draining && (!sy_service_calls(serving->service) || now_ms() >= until_ms))
			return 0;
	}
}

/* No new calls; those in progress may end, until a second signal or the time limit. */
static void drain(struct serving *serving, const sigset_t *signals)
{
	size_t calls = sy_service_calls(serving->service);

	(void)sy_notify_stopping(serving->notify, "waiting for calls to end");
	(void)sy_notify_extend(serving->notify, (unsigned)serving->config->calls.drain_s + LEAVE_S);
	sy_log(sy_service_log(serving->service), SY_LOG_INFO, "draining", NULL,
		SY_LOG_FIELDS(SY_LOG_WHOLE("calls", calls)));
	sy_service_drain(serving->service);
	sy_doors_shut(serving->doors);
	if (calls)
		(void)printf("%zu call%s in progress; a second Ctrl-C puts them down\n", calls, calls == 1 ? "" : "s");
	(void)fflush(stdout);
	(void)watch_until(serving, signals, now_ms() + (int64_t)serving->config->calls.drain_s * 1000, true);
	if (!sy_service_calls(serving->service))
		return;
	sy_service_put_down(serving->service);
	(void)watch_until(serving, signals, now_ms() + LEAVE_S * 1000, true);
}

static void end(struct serving *serving)
{
	if (serving->service)
		sy_service_stop(serving->service);
	sy_doors_close(serving->doors);
	sy_service_destroy(serving->service);
	sy_notify_destroy(serving->notify);
	sy_config_destroy(serving->config);
}

static int serve(const struct asked *asked)
{
	struct serving serving = {.asked = asked};
	struct sy_problem why = {0};
	sigset_t signals;
	int status = SY_EXIT_GOOD;
	int err;

	if (load(asked, &serving.config))
		return SY_EXIT_BAD;
	allow_descriptors(serving.config);
	prefer(serving.config);
	block_signals(&signals);
	err = begin(&serving, &why);
	if (err) {
		status = sy_complain_why(asked->command, err, &why);
	} else {
		tell(&serving);
		(void)watch_until(&serving, &signals, 0, false);
		drain(&serving, &signals);
	}
	end(&serving);
	return status;
}

static int run(const struct sy_command *command, int argc, char **argv)
{
	static const struct option options[] = {{"config", required_argument, NULL, 'c'},
		{"db", required_argument, NULL, 'd'}, {"check", no_argument, NULL, 'k'},
		{"print-config", no_argument, NULL, 'p'}, {"print-man", no_argument, NULL, 'm'},
		{"help", no_argument, NULL, SY_OPTION_HELP}, {0}};
	struct asked asked = {.command = command};
	int status = SY_EXIT_GOOD;
	int option;

	while ((option = sy_next_option(command, argc, argv, options, &status)) >= 0) {
		if (option == 'c')
			asked.config = optarg;
		else if (option == 'd')
			asked.db = optarg;
		else if (option == 'k')
			asked.check = true;
		else if (option == 'p' || option == 'm')
			asked.print = true;
		asked.man = asked.man || option == 'm';
	}
	if (option == SY_OPTION_LEAVE)
		return status;
	if (optind < argc)
		return sy_complain(command, "what is \"%s\"? See sayso serve --help", argv[optind]);
	if (asked.print)
		return print(&asked);
	return asked.check ? check(&asked) : serve(&asked);
}

const struct sy_command sy_command_serve = {
	.name = "serve",
	.summary = "answer telephone calls: SIP, AudioSocket",
	.help = "Usage: sayso serve [--config FILE] [--db FILE] [--check | --print-config]\n"
		"Answers calls until it is told to end. Without a configuration it listens on this machine\n"
		"alone, for the demonstration company: SIP on 127.0.0.1:5060 (UDP and TCP), AudioSocket on\n"
		"127.0.0.1:8090, web pages (/health, /metrics) on 127.0.0.1:8080.\n\n"
		"  --config FILE   the settings, as sayso serve --print-config shows them\n"
		"  --db FILE       the knowledge base, instead of the configuration's\n"
		"  --check         reads the configuration and looks at the knowledge base, says what is\n"
		"                  wrong, and leaves\n"
		"  --print-config  prints the configuration, every setting with its meaning, and leaves;\n"
		"                  passwords are left out\n"
		"\nSIGHUP reads the content anew, opens the log's file again and takes over log.level.\n"
		"SIGTERM and Ctrl-C take no more calls and end when those in progress have; the second puts\n"
		"them down. Exit status 0: ended so; 2: it could not begin.\n",
	.run = run,
};
