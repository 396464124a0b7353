/*
 * service: calls from memory, through the media thread, to speech workers that are this program itself, and into the
 * base. Real threads and real time, and every wait has an end.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "engine/run/service.h"
#include "engine/run/speech_worker.h"
#include "kb/import.h"
#include "kb/publish.h"

#define CALLS 200
/* A loud turn is a question, a soft one asks for a person. */
#define LOUD 250
#define SOFT 150

static const char content[] = "articles:\n"
			      "  - id: hours\n"
			      "    title: our opening hours\n"
			      "    phrases: [when are you open, what are your opening hours, are you open today]\n"
			      "    answer: We are open from nine to five.\n";
static const char content_more[] = "articles:\n"
				   "  - id: parking\n"
				   "    title: parking\n"
				   "    phrases: [where can I park, is there parking, do you have parking]\n"
				   "    answer: Behind the house.\n";
static const char content_killer[] = "articles:\n"
				     "  - id: killer\n"
				     "    title: killers\n"
				     "    phrases: [who is the killer, what about the killer, where is the killer]\n"
				     "    answer: Nobody knows.\n";

/* --- the speech worker --- */

static int load(void *state, const char *grammar, const struct sy_graph *graph, struct sy_problem *why)
{
	(void)state;
	(void)grammar;
	(void)why;
	if (sy_graph_find_word(graph, "killer"))
		(void)raise(SIGSEGV);
	return 0;
}

static void unload(void *state, const char *grammar)
{
	(void)state;
	(void)grammar;
}

static int hear(void *state, const struct sy_hear_job *job, struct sy_hypothesis *ret_hypothesis,
	struct sy_voice *ret_voice, struct sy_problem *why)
{
	bool person = true;

	for (size_t i = 0; i < job->n; i++)
		person = person && abs(job->pcm[i]) <= 32 * (LOUD + SOFT) / 2;
	(void)state;
	(void)why;
	*ret_voice = job->voice;
	*ret_hypothesis = (struct sy_hypothesis){.text = strdup(person ? "operator" : "when are you open"),
		.intent = strdup(person ? "agent" : "hours"),
		.confidence = 0.95,
		.decision = SY_ACCEPT,
		.completeness = SY_COMPLETE,
		.audio_ms = (int)(job->n / 8)};
	return 0;
}

/* Two milliseconds a letter: the tests run in real time. */
static int say(void *state, const struct sy_say_job *job, struct sy_sound *ret_sound, struct sy_problem *why)
{
	size_t n = strlen(job->text) * 16;

	(void)state;
	(void)why;
	*ret_sound = (struct sy_sound){.rate = job->rate, .n = n, .pcm = malloc((n + 1) * sizeof(int16_t))};
	for (size_t i = 0; ret_sound->pcm && i < n; i++)
		ret_sound->pcm[i] = 1000;
	return ret_sound->pcm ? 0 : ENOMEM;
}

static void nothing(void *state)
{
	(void)state;
}

static int be_worker(void)
{
	static const struct sy_recogniser_impl ears = {
		.name = "test", .load = load, .unload = unload, .hear = hear, .destroy = nothing};
	static const struct sy_synthesiser_impl mouth = {.name = "test", .say = say, .destroy = nothing};
	struct sy_recogniser recogniser = {&ears, NULL};
	struct sy_synthesiser synthesiser = {&mouth, NULL};
	struct sy_speech_worker worker = {
		.fd = SY_SPEECH_WORKER_FD, .tools = {.recogniser = &recogniser, .synthesiser = &synthesiser}};

	(void)sy_speech_worker_settle(0, NULL);
	return sy_speech_worker_run(&worker) ? 1 : 0;
}

/* --- callers --- */

/* Asks a question, then for a person. */
struct caller {
	atomic_bool ended; /* its bridge was destroyed */
	int turns;
	bool patient; /* says nothing at all */
	int quiet_ms;
	int speech_ms;
	unsigned noise;
	int loud; /* frames of ours that were not silent */
};

static int exchange(void *state, struct sy_exchange *exchange)
{
	struct caller *caller = state;

	memset(exchange->caller, 0, sizeof exchange->caller);
	caller->loud += exchange->ours[0] != 0;
	caller->quiet_ms = exchange->listening ? caller->quiet_ms + SY_FRAME_MS : 0;
	if (!caller->patient && caller->quiet_ms > 200 && caller->turns < 2 && !caller->speech_ms) {
		caller->speech_ms = 400;
		caller->turns++;
	}
	if (!caller->speech_ms)
		return 0;
	caller->speech_ms -= SY_FRAME_MS;
	caller->quiet_ms = 0;
	/* A voiced buzz: 125 Hz with harmonics, as an end-pointer takes for speech. */
	for (size_t i = 0; i < sy_frame_samples(8000); i++)
		exchange->caller[i] = (int16_t)(((int)(caller->noise++ % 64) - 32) * (caller->turns > 1 ? SOFT : LOUD));
	return 0;
}

static void hang_up(void *state)
{
	struct caller *caller = state;

	atomic_store(&caller->ended, true);
}

static const struct sy_bridge_impl bridge_impl = {
	.name = "test", .real_time = true, .exchange = exchange, .destroy = hang_up};

/* --- the service --- */

static char program[4096];
static const char *const worker[] = {program, "--worker", NULL};

struct fixture {
	char folder[64];
	char db[96];
	struct sy_store *store;
	struct sy_config *config;
	struct sy_service *service;
	struct caller callers[CALLS];
};

static void publish(struct fixture *f, const char *yaml)
{
	struct sy_publish how = {0};
	struct sy_published published;
	struct sy_imported imported;
	struct sy_problem why = {0};

	assert_int_equal(0, sy_import_bytes(f->store, "shop.yaml", yaml, strlen(yaml), &imported, &why));
	if (sy_publish(f->store, &how, &published, &why))
		fail_msg("%s", why.text);
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	struct sy_problem why = {0};

	assert_non_null(f);
	*state = f;
	(void)snprintf(f->folder, sizeof f->folder, "/tmp/sayso-service-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	(void)snprintf(f->db, sizeof f->db, "%s/kb.db", f->folder);
	assert_int_equal(0, sy_store_open(f->db, SY_STORE_MAKE, &f->store, &why));
	publish(f, content);
	return 0;
}

/* calls_max 0: the default. */
static void start(struct fixture *f, int calls_max)
{
	struct sy_service_prm prm = {.worker = worker};
	struct sy_problem why = {0};
	char yaml[512];

	(void)snprintf(yaml, sizeof yaml,
		"content: {db: %s}\ncalls: {max: %d}\nlog: {file: %s/log}\nworkers: {count: 2}\n", f->db,
		calls_max ? calls_max : CALLS, f->folder);
	assert_int_equal(0, sy_config_load_text("test.yaml", yaml, strlen(yaml), &f->config, &why));
	prm.config = f->config;
	if (sy_service_create(&prm, &f->service, &why))
		fail_msg("%s", why.text);
}

static int tear_down(void **state)
{
	static const char *const files[] = {"kb.db", "kb.db-wal", "kb.db-shm", "kb.db.lock", "log"};
	struct fixture *f = *state;
	char path[128];

	sy_service_destroy(f->service);
	sy_config_destroy(f->config);
	sy_store_close(f->store);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", f->folder, files[i]);
		(void)unlink(path);
	}
	(void)rmdir(f->folder);
	free(f);
	return 0;
}

static int call_with(struct fixture *f, size_t i, const char *case_key)
{
	struct sy_bridge *bridge = calloc(1, sizeof *bridge);
	struct sy_arrival arrival = {.bridge = bridge, .kind = "test"};
	int err;

	assert_non_null(bridge);
	*bridge = (struct sy_bridge){.impl = &bridge_impl, .state = &f->callers[i], .rate = 8000};
	atomic_store(&f->callers[i].ended, false);
	(void)snprintf(arrival.id, sizeof arrival.id, "call-%zu", i);
	(void)snprintf(arrival.from, sizeof arrival.from, "55501%02zu", i % 100);
	(void)snprintf(arrival.case_key, sizeof arrival.case_key, "%s", case_key);
	err = sy_service_arrive(f->service, &arrival);
	if (err)
		sy_bridge_destroy(bridge);
	return err;
}

static void wait_for_end(struct fixture *f, size_t n)
{
	for (int ms = 0; ms < 120000; ms += 10) {
		size_t ended = 0;

		for (size_t i = 0; i < n; i++)
			ended += atomic_load(&f->callers[i].ended);
		if (ended == n && !sy_service_calls(f->service))
			return;
		(void)usleep(10000);
	}
	fail_msg("%zu calls did not end within two minutes", sy_service_calls(f->service));
}

static int64_t number(struct fixture *f, const char *sql)
{
	sqlite3_stmt *statement = NULL;
	int64_t value = -1;

	assert_int_equal(0, sy_store_prepare(f->store, sql, &statement, NULL));
	if (sqlite3_step(statement) == SQLITE_ROW)
		value = sqlite3_column_int64(statement, 0);
	(void)sqlite3_finalize(statement);
	return value;
}

/* Records are written behind the calls. */
static void wait_for_number(struct fixture *f, const char *sql, int64_t wanted)
{
	for (int ms = 0; ms < 10000 && number(f, sql) != wanted; ms += 10)
		(void)usleep(10000);
	assert_int_equal(wanted, number(f, sql));
}

static void wait_for_metric(struct fixture *f, enum sy_metric which, double wanted)
{
	struct sy_metrics *metrics = sy_service_metrics(f->service);

	for (int ms = 0; ms < 30000 && sy_metrics_sum(metrics, which) != wanted; ms += 10)
		(void)usleep(10000);
	assert_true(sy_metrics_sum(metrics, which) == wanted);
}

static void a_call_is_answered_and_recorded(void **state)
{
	struct fixture *f = *state;

	start(f, 0);
	assert_int_equal(0, call_with(f, 0, ""));
	wait_for_end(f, 1);
	assert_true(f->callers[0].loud > 20);
	wait_for_number(f, "SELECT count(*) FROM call WHERE outcome = 'handoff' AND caller = '5550100'", 1);
	assert_int_equal(1, number(f, "SELECT count(*) FROM turn WHERE article = 'hours'"));
	assert_int_equal(1, number(f, "SELECT count(*) FROM desk WHERE reason = 'asked' AND call_id NOT NULL"));
}

static long resident_kb(void)
{
	FILE *file = fopen("/proc/self/statm", "re");
	long all = 0;
	long resident = 0;

	if (file && fscanf(file, "%ld %ld", &all, &resident) != 2)
		resident = 0;
	if (file)
		(void)fclose(file);
	return resident * (sysconf(_SC_PAGESIZE) / 1024);
}

static void two_hundred_calls_at_once(void **state)
{
	struct fixture *f = *state;
	long before;
	long most = 0;

	start(f, 0);
	before = resident_kb();
	for (size_t i = 0; i < CALLS; i++)
		assert_int_equal(0, call_with(f, i, ""));
	for (int ms = 0; ms < 6000; ms += 100) {
		long now = resident_kb();

		most = now > most ? now : most;
		(void)usleep(100000);
	}
	wait_for_end(f, CALLS);
	print_message("main process: %ld kB for each of %d calls\n", (most - before) / CALLS, CALLS);
	wait_for_number(f, "SELECT count(*) FROM call WHERE outcome = 'handoff'", CALLS);
	assert_int_equal(CALLS, number(f, "SELECT count(*) FROM desk"));
	assert_int_equal(CALLS, number(f, "SELECT count(DISTINCT call_id) FROM turn WHERE article = 'hours'"));
}

static void calls_are_bounded(void **state)
{
	struct fixture *f = *state;

	start(f, 2);
	f->callers[0].patient = f->callers[1].patient = true;
	assert_true(sy_service_room(f->service));
	assert_int_equal(0, call_with(f, 0, ""));
	assert_int_equal(0, call_with(f, 1, ""));
	assert_false(sy_service_room(f->service));
	assert_int_equal(EBUSY, call_with(f, 2, ""));
	sy_service_put_down(f->service);
	wait_for_end(f, 2);
	assert_int_equal(0, call_with(f, 2, ""));
}

/* Calls in progress go on to their own end; those that stay are put down. */
static void draining_takes_no_new_call(void **state)
{
	struct fixture *f = *state;

	start(f, 0);
	f->callers[1].patient = true;
	assert_int_equal(0, call_with(f, 0, ""));
	assert_int_equal(0, call_with(f, 1, ""));
	sy_service_drain(f->service);
	assert_int_equal(ESHUTDOWN, call_with(f, 2, ""));
	assert_false(sy_service_room(f->service));
	while (!atomic_load(&f->callers[0].ended))
		(void)usleep(10000);
	assert_int_equal(1, sy_service_calls(f->service));
	sy_service_put_down(f->service);
	wait_for_end(f, 2);
	wait_for_number(f, "SELECT count(*) FROM call WHERE outcome = 'hangup'", 1);
}

static void a_service_may_end_with_calls_up(void **state)
{
	struct fixture *f = *state;

	start(f, 0);
	for (size_t i = 0; i < 20; i++)
		assert_int_equal(0, call_with(f, i, ""));
	sy_service_destroy(f->service);
	f->service = NULL;
	for (size_t i = 0; i < 20; i++)
		assert_true(atomic_load(&f->callers[i].ended));
	assert_int_equal(0, number(f, "SELECT count(*) FROM call WHERE outcome IS NULL"));
}

static void new_content_is_for_new_calls(void **state)
{
	struct fixture *f = *state;

	start(f, 0);
	f->callers[0].patient = true;
	assert_int_equal(0, call_with(f, 0, ""));
	publish(f, content_more);
	wait_for_metric(f, SY_METRIC_KB_VERSION, 2);
	assert_int_equal(0, call_with(f, 1, ""));
	while (!atomic_load(&f->callers[1].ended))
		(void)usleep(10000);
	assert_false(atomic_load(&f->callers[0].ended));
	sy_service_put_down(f->service);
	wait_for_end(f, 2);
	wait_for_number(f, "SELECT count(*) FROM call WHERE version = 1 AND outcome = 'hangup'", 1);
	wait_for_number(f, "SELECT count(*) FROM call WHERE version = 2 AND outcome = 'handoff'", 1);
	sy_service_reload(f->service);
	wait_for_metric(f, SY_METRIC_RELOADS, 2);
}

static void content_that_kills_workers_is_set_aside(void **state)
{
	struct fixture *f = *state;

	start(f, 0);
	publish(f, content_killer);
	wait_for_metric(f, SY_METRIC_VERSIONS_SET_ASIDE, 1);
	assert_int_equal(0, call_with(f, 0, ""));
	wait_for_end(f, 1);
	wait_for_number(f, "SELECT count(*) FROM call WHERE version = 1 AND outcome = 'handoff'", 1);
	assert_true(sy_metrics_sum(sy_service_metrics(f->service), SY_METRIC_KB_VERSION) == 1);
}

/* A call that comes back with its key is the same case; a key that nobody had is not. */
static void a_case_goes_on(void **state)
{
	struct fixture *f = *state;
	char key[16];

	start(f, 0);
	assert_int_equal(0, call_with(f, 0, "00000"));
	wait_for_end(f, 1);
	wait_for_number(f, "SELECT count(*) FROM call WHERE outcome = 'handoff' AND continues IS NULL", 1);
	assert_int_equal(0, number(f, "SELECT count(*) FROM call WHERE case_key = '00000'"));
	(void)snprintf(key, sizeof key, "%lld", (long long)number(f, "SELECT case_key FROM call"));
	f->callers[0].turns = 0;
	assert_int_equal(0, call_with(f, 0, key));
	wait_for_end(f, 1);
	wait_for_number(f, "SELECT count(*) FROM call WHERE continues = 1 AND outcome = 'handoff'", 1);
	assert_int_equal(1, number(f, "SELECT count(DISTINCT case_key) FROM call"));
	assert_true(
		number(f, "SELECT count(*) FROM event WHERE call_id = 2 AND json LIKE '%go on with your case%'") > 0);
}

/* No byte can be written: calls are held all the same, and what is to be recorded waits. */
static void a_full_disk_costs_no_call(void **state)
{
	struct fixture *f = *state;
	struct rlimit full = {0};
	struct rlimit before;

	(void)signal(SIGXFSZ, SIG_IGN);
	start(f, 0);
	assert_int_equal(0, getrlimit(RLIMIT_FSIZE, &before));
	full = (struct rlimit){.rlim_cur = 0, .rlim_max = before.rlim_max};
	assert_int_equal(0, setrlimit(RLIMIT_FSIZE, &full));
	f->callers[1].patient = true;
	assert_int_equal(0, call_with(f, 0, ""));
	assert_int_equal(0, call_with(f, 1, ""));
	for (int ms = 0; ms < 30000 && sy_metrics_sum(sy_service_metrics(f->service), SY_METRIC_RECORDS_WAITING) < 3;
		ms += 10)
		(void)usleep(10000);
	assert_true(sy_metrics_sum(sy_service_metrics(f->service), SY_METRIC_RECORDS_WAITING) >= 3);
	assert_int_equal(2, sy_service_calls(f->service));
	assert_int_equal(0, setrlimit(RLIMIT_FSIZE, &before));
	wait_for_metric(f, SY_METRIC_RECORDS_WAITING, 0);
	sy_service_put_down(f->service);
	wait_for_end(f, 2);
	wait_for_number(f, "SELECT count(*) FROM call WHERE outcome NOT NULL", 2);
	assert_true(sy_metrics_sum(sy_service_metrics(f->service), SY_METRIC_RECORDS_LOST) == 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_call_is_answered_and_recorded, set_up, tear_down),
		cmocka_unit_test_setup_teardown(two_hundred_calls_at_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(calls_are_bounded, set_up, tear_down),
		cmocka_unit_test_setup_teardown(draining_takes_no_new_call, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_service_may_end_with_calls_up, set_up, tear_down),
		cmocka_unit_test_setup_teardown(new_content_is_for_new_calls, set_up, tear_down),
		cmocka_unit_test_setup_teardown(content_that_kills_workers_is_set_aside, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_case_goes_on, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_full_disk_costs_no_call, set_up, tear_down),
	};

	if (argc > 1 && !strcmp(argv[1], "--worker"))
		return be_worker();
	if (readlink("/proc/self/exe", program, sizeof program - 1) < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
