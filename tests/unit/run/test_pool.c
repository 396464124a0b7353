/*
 * pool: speech workers as processes. The workers are this program itself with ears and a mouth that do as a job tells
 * them: answer, fail, take long, hang, talk nonsense, die.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mailbox.h"
#include "engine/run/pool.h"
#include "engine/run/speech_worker.h"

/* What a turn's first sample, or a text's first word, tells a worker to do. */
enum trick { TRICK_NONE, TRICK_DIE, TRICK_DIE_ONCE, TRICK_SLOW, TRICK_HANG };

#define MARKER "SAYSO_TEST_MARKER" /* a file that is there once a worker has died for "once" */
#define GRAMMAR "#JSGF V1.0;\ngrammar g;\npublic <hours> = when are you open;\n"

/* --- the worker --- */

static void play_trick(enum trick trick)
{
	int fd = -1;

	if (trick == TRICK_SLOW)
		(void)usleep(300000);
	while (trick == TRICK_HANG)
		(void)pause();
	if (trick == TRICK_DIE_ONCE)
		fd = open(getenv(MARKER), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
	if (trick == TRICK_DIE || fd >= 0)
		(void)raise(SIGKILL);
}

static char taught[8][64];
static size_t n_taught;

static int load(void *state, const char *grammar, const struct sy_graph *graph, struct sy_problem *why)
{
	(void)state;
	(void)graph;
	if (strstr(grammar, "killer"))
		(void)raise(SIGSEGV);
	if (strstr(grammar, "bad"))
		return sy_problem_set(why, EINVAL, "a word without phones");
	(void)snprintf(taught[n_taught++ % 8], sizeof taught[0], "%s", grammar);
	return 0;
}

static void unload(void *state, const char *grammar)
{
	(void)state;
	(void)grammar;
}

static bool knows(const char *grammar)
{
	for (size_t i = 0; i < 8; i++)
		if (!strcmp(taught[i], grammar))
			return true;
	return false;
}

static int hear(void *state, const struct sy_hear_job *job, struct sy_hypothesis *ret_hypothesis,
	struct sy_voice *ret_voice, struct sy_problem *why)
{
	(void)state;
	play_trick((enum trick)job->pcm[0]);
	for (size_t i = 0; i < job->n_grammars; i++)
		if (!knows(job->grammars[i]))
			return sy_problem_set(why, ENOENT, "there is no grammar %s", job->grammars[i]);
	*ret_voice = job->voice;
	*ret_hypothesis = (struct sy_hypothesis){.text = strdup("when are you open"),
		.intent = strdup("hours"),
		.confidence = 0.9,
		.decision = SY_ACCEPT,
		.completeness = SY_COMPLETE,
		.audio_ms = (int)(job->n / 8),
		.words = {{0, 200, 0.5F}},
		.n_words = 1};
	return sy_pairs_set(&ret_hypothesis->slots, "day", "sunday");
}

static int say(void *state, const struct sy_say_job *job, struct sy_sound *ret_sound, struct sy_problem *why)
{
	static const struct {
		const char *word;
		enum trick trick;
	} words[] = {{"die", TRICK_DIE}, {"once", TRICK_DIE_ONCE}, {"slow", TRICK_SLOW}, {"hang", TRICK_HANG}};
	size_t n = strlen(job->text) * 160;

	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!strcmp(job->text, words[i].word))
			play_trick(words[i].trick);
	if (!strcmp(job->text, "fail"))
		return sy_problem_set(why, EIO, "the voice failed");
	if (!strcmp(job->text, "nonsense") && write(SY_SPEECH_WORKER_FD, "\377\377\377\377", 4) != 4)
		return EIO;
	*ret_sound = (struct sy_sound){.rate = job->rate, .n = n, .pcm = calloc(n, sizeof(int16_t))};
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

/* --- the tests --- */

static char program[4096];
static const char *const argv_worker[] = {program, "--worker", NULL};

struct fixture {
	struct sy_pool *pool;
	struct sy_mailbox *results;
	uint32_t edition;
	pthread_mutex_t lock;
	uint32_t blamed;
	char folder[64];
	char marker[96];
};

static void on_result(void *arg, struct sy_job *job)
{
	struct fixture *f = arg;

	assert_int_equal(0, sy_mailbox_put(f->results, job));
}

static void on_blamed(void *arg, uint32_t edition)
{
	struct fixture *f = arg;

	(void)pthread_mutex_lock(&f->lock);
	f->blamed = edition;
	(void)pthread_mutex_unlock(&f->lock);
}

/* What is said ahead; none mostly. */
static const struct sy_strings *sayings;

static int open_edition(struct sy_pool *pool, const char *grammar, uint32_t *ret_edition, struct sy_problem *why)
{
	char word[] = "larkfield";
	char phones[] = "L AA R K F IY L D";
	struct sy_pair pair = {.name = word, .value = phones};
	const struct sy_pairs words = {.at = &pair, .n = 1};
	const struct sy_lesson lesson = {.grammar = grammar, .jsgf = GRAMMAR, .words = &words, .sayings = sayings};

	return sy_pool_open(pool, &lesson, ret_edition, why);
}

static void open_pool(struct fixture *f, size_t n, int64_t job_ms)
{
	struct sy_pool_prm prm = {
		.argv = argv_worker, .n = n, .job_ms = job_ms, .result = on_result, .blamed = on_blamed, .arg = f};
	struct sy_problem why = {0};

	assert_int_equal(0, sy_pool_create(&prm, &f->pool));
	if (open_edition(f->pool, "articles-1", &f->edition, &why))
		fail_msg("%s", why.text);
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	assert_non_null(f);
	*state = f;
	sayings = NULL;
	(void)pthread_mutex_init(&f->lock, NULL);
	(void)snprintf(f->folder, sizeof f->folder, "/tmp/sayso-pool-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	(void)snprintf(f->marker, sizeof f->marker, "%s/died", f->folder);
	assert_int_equal(0, setenv(MARKER, f->marker, 1));
	return sy_mailbox_create(10000, &f->results);
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	struct sy_job *job;

	sy_pool_destroy(f->pool);
	while ((job = sy_mailbox_take(f->results)))
		sy_job_destroy(job);
	sy_mailbox_destroy(f->results);
	(void)pthread_mutex_destroy(&f->lock);
	(void)unlink(f->marker);
	(void)rmdir(f->folder);
	free(f);
	return 0;
}

static void ask_hear(struct fixture *f, uint64_t call, uint32_t id, enum trick trick, const char *grammar)
{
	int16_t pcm[1600] = {(int16_t)trick};
	struct sy_hear_job what = {.pcm = pcm,
		.n = 1600,
		.rate = 8000,
		.grammars = {grammar ? grammar : "articles-1"},
		.n_grammars = 1,
		.voice = {.mean = {1.5F}, .frames = 7}};
	struct sy_job *job = NULL;

	assert_int_equal(0, sy_job_hear(id, &what, &job));
	job->call = call;
	job->edition = f->edition;
	assert_int_equal(0, sy_pool_give(f->pool, job));
}

static void ask_say(struct fixture *f, uint64_t call, uint32_t id, const char *text)
{
	struct sy_say_job what = {.text = text, .rate = 8000};
	struct sy_job *job = NULL;

	assert_int_equal(0, sy_job_say(id, &what, &job));
	job->call = call;
	job->edition = f->edition;
	assert_int_equal(0, sy_pool_give(f->pool, job));
}

static void teach(struct fixture *f, const char *grammar)
{
	struct sy_job *job = NULL;

	assert_int_equal(0, sy_job_learn(grammar, GRAMMAR, NULL, &job));
	job->call = 1;
	job->edition = f->edition;
	assert_int_equal(0, sy_pool_give(f->pool, job));
}

/* The next result; half a minute is for a machine that is busy with something else. */
static struct sy_job *next(struct fixture *f)
{
	for (int i = 0; i < 30000; i++) {
		struct sy_job *job = sy_mailbox_take(f->results);

		if (job)
			return job;
		(void)usleep(1000);
	}
	fail_msg("no result within half a minute");
	return NULL;
}

static void next_is(struct fixture *f, uint32_t id, int err)
{
	struct sy_job *job = next(f);

	if (job->id != id || job->err != err)
		fail_msg("job %u: %d (%s), not %u: %d", job->id, job->err, job->why.text, id, err);
	sy_job_destroy(job);
}

static void wait_alive(struct fixture *f, size_t n)
{
	for (int i = 0; i < 30000 && sy_pool_counts(f->pool).alive != n; i++)
		(void)usleep(1000);
	assert_int_equal(n, sy_pool_counts(f->pool).alive);
}

static void jobs_come_back_with_all_they_brought(void **state)
{
	struct fixture *f = *state;
	struct sy_job *job;

	open_pool(f, 1, 10000);
	ask_hear(f, 1, 5, TRICK_NONE, NULL);
	job = next(f);
	assert_int_equal(0, job->err);
	assert_int_equal(5, job->id);
	assert_int_equal(1, job->call);
	assert_string_equal("when are you open", job->hypothesis.text);
	assert_string_equal("hours", job->hypothesis.intent);
	assert_null(job->hypothesis.second);
	assert_string_equal("sunday", sy_pairs_get(&job->hypothesis.slots, "day"));
	assert_int_equal(200, job->hypothesis.audio_ms);
	assert_int_equal(1, job->hypothesis.n_words);
	assert_int_equal(200, job->hypothesis.words[0].end_ms);
	assert_true(job->voice.mean[0] == 1.5F && job->voice.frames == 7);
	sy_job_destroy(job);
	ask_say(f, 2, 6, "hello");
	job = next(f);
	assert_int_equal(0, job->err);
	assert_int_equal(100, sy_sound_ms(&job->sound));
	sy_job_destroy(job);
	ask_say(f, 2, 7, "fail");
	job = next(f);
	assert_int_equal(EIO, job->err);
	assert_string_equal("the voice failed", job->why.text);
	sy_job_destroy(job);
}

static void said_ahead(struct fixture *f, const char *text)
{
	struct sy_job *job = next(f);

	assert_int_equal(SY_JOB_SAY, job->kind);
	assert_true(job->call == SY_CREW_NOBODY);
	assert_string_equal(text, job->say.text);
	assert_int_equal(8000, job->say.rate);
	assert_true(job->say.pace == 1);
	sy_job_destroy(job);
}

static void sentences_are_said_ahead(void **state)
{
	static char first[] = "welcome", second[] = "fail", third[] = "how can I help";
	char *at[] = {first, second, third};
	const struct sy_strings three = {.at = at, .n = 3};
	struct fixture *f = *state;

	sayings = &three;
	open_pool(f, 1, 10000);
	said_ahead(f, "welcome"); /* before the edition was open, by a worker that then heard it */
	wait_alive(f, 1);
	said_ahead(f, "welcome");
	said_ahead(f, "fail"); /* one that cannot be said holds up nothing */
	said_ahead(f, "how can I help");
	ask_say(f, 1, 1, "hello");
	next_is(f, 1, 0);
	assert_null(sy_mailbox_take(f->results));
}

static void a_sentence_that_kills_keeps_no_worker_from_callers(void **state)
{
	static char killer[] = "die", other[] = "how can I help";
	char *at[] = {killer, other};
	const struct sy_strings two = {.at = at, .n = 2};
	struct fixture *f = *state;
	struct sy_job *job;

	sayings = &two;
	open_pool(f, 1, 10000);
	job = next(f);
	assert_int_equal(EIO, job->err);
	assert_string_equal("die", job->say.text);
	sy_job_destroy(job);
	said_ahead(f, "how can I help");
	ask_hear(f, 1, 1, TRICK_NONE, NULL);
	next_is(f, 1, 0);
}

/* What is to be said goes before turns, in the order in which it was asked for. */
static void sentences_go_before_turns(void **state)
{
	struct fixture *f = *state;

	open_pool(f, 1, 10000);
	ask_hear(f, 1, 1, TRICK_SLOW, NULL);
	(void)usleep(100000); /* it is under way */
	ask_hear(f, 2, 2, TRICK_NONE, NULL);
	ask_say(f, 3, 3, "hello");
	ask_hear(f, 4, 4, TRICK_NONE, NULL);
	ask_say(f, 5, 5, "good morning");
	next_is(f, 1, 0);
	next_is(f, 3, 0);
	next_is(f, 5, 0);
	next_is(f, 2, 0);
	next_is(f, 4, 0);
}

static void hundreds_of_jobs_are_all_answered(void **state)
{
	struct fixture *f = *state;
	bool seen[400] = {false};

	open_pool(f, 3, 10000);
	for (uint32_t i = 0; i < 400; i++) {
		if (i % 2)
			ask_say(f, 1 + i, i, "good morning");
		else
			ask_hear(f, 1 + i, i, TRICK_NONE, NULL);
	}
	for (int i = 0; i < 400; i++) {
		struct sy_job *job = next(f);

		assert_int_equal(0, job->err);
		assert_true(job->id < 400 && !seen[job->id]);
		seen[job->id] = true;
		sy_job_destroy(job);
	}
}

static void a_turn_outlives_its_worker(void **state)
{
	struct fixture *f = *state;

	open_pool(f, 2, 10000);
	ask_hear(f, 1, 1, TRICK_DIE_ONCE, NULL);
	next_is(f, 1, 0);
	wait_alive(f, 2);
	assert_int_equal(0, f->blamed);
}

static void what_kills_two_workers_is_given_up(void **state)
{
	struct fixture *f = *state;

	open_pool(f, 2, 10000);
	ask_say(f, 1, 1, "die");
	next_is(f, 1, EIO);
	assert_int_equal(0, f->blamed);
	ask_hear(f, 1, 2, TRICK_DIE, NULL);
	next_is(f, 2, EIO);
	(void)pthread_mutex_lock(&f->lock);
	assert_int_equal(f->edition, f->blamed);
	(void)pthread_mutex_unlock(&f->lock);
	wait_alive(f, 2);
	ask_hear(f, 1, 3, TRICK_NONE, NULL);
	next_is(f, 3, 0);
}

static void a_detail_s_grammar_is_taught_when_it_is_needed(void **state)
{
	struct fixture *f = *state;

	open_pool(f, 2, 10000);
	teach(f, "slot-towns");
	next_is(f, 0, 0);
	for (uint32_t i = 1; i < 20; i++)
		ask_hear(f, i, i, TRICK_NONE, "slot-towns");
	for (uint32_t i = 1; i < 20; i++) {
		struct sy_job *job = next(f);

		assert_int_equal(0, job->err);
		sy_job_destroy(job);
	}
	ask_hear(f, 1, 30, TRICK_NONE, "slot-unheard-of");
	next_is(f, 30, ENOENT);
}

/* It dies over learning, twice; from then on turns that name it fail at once, and all others are heard. */
static void a_detail_s_grammar_that_kills_is_set_aside(void **state)
{
	struct fixture *f = *state;

	open_pool(f, 2, 10000);
	teach(f, "slot-killer");
	next_is(f, 0, 0);
	ask_hear(f, 1, 1, TRICK_NONE, "slot-killer");
	next_is(f, 1, EPERM);
	ask_hear(f, 1, 2, TRICK_NONE, "slot-killer");
	next_is(f, 2, EPERM);
	ask_hear(f, 1, 3, TRICK_NONE, NULL);
	next_is(f, 3, 0);
	wait_alive(f, 2);
}

static void content_that_kills_is_refused(void **state)
{
	struct fixture *f = *state;
	struct sy_problem why = {0};
	uint32_t edition = 99;

	open_pool(f, 2, 10000);
	assert_int_equal(EIO, open_edition(f->pool, "articles-killer", &edition, &why));
	assert_int_equal(99, edition);
	assert_non_null(strstr(why.text, "two speech workers died"));
	assert_int_equal(EIO, open_edition(f->pool, "articles-bad", &edition, &why));
	assert_non_null(strstr(why.text, "a word without phones"));
	ask_hear(f, 1, 1, TRICK_NONE, NULL);
	next_is(f, 1, 0);
}

static void editions_live_side_by_side(void **state)
{
	struct fixture *f = *state;
	uint32_t first;

	open_pool(f, 1, 10000);
	first = f->edition;
	assert_int_equal(0, open_edition(f->pool, "articles-2", &f->edition, NULL));
	ask_hear(f, 1, 1, TRICK_NONE, "articles-2");
	next_is(f, 1, 0);
	f->edition = first;
	ask_hear(f, 2, 2, TRICK_NONE, "articles-1");
	next_is(f, 2, 0);
	sy_pool_close(f->pool, first);
	ask_hear(f, 2, 3, TRICK_NONE, "articles-1");
	next_is(f, 3, ECANCELED);
}

static void editions_are_bounded(void **state)
{
	struct fixture *f = *state;
	struct sy_problem why = {0};
	uint32_t edition;

	open_pool(f, 1, 10000);
	for (int i = 1; i < SY_POOL_EDITIONS_MAX; i++)
		assert_int_equal(0, open_edition(f->pool, "articles-n", &edition, NULL));
	assert_int_equal(ENOSPC, open_edition(f->pool, "articles-n", &edition, &why));
	sy_pool_close(f->pool, edition);
	assert_int_equal(0, open_edition(f->pool, "articles-n", &edition, NULL));
}

static void a_worker_that_hangs_is_replaced(void **state)
{
	struct fixture *f = *state;

	open_pool(f, 1, 200);
	ask_hear(f, 1, 1, TRICK_HANG, NULL);
	ask_hear(f, 2, 2, TRICK_NONE, NULL);
	next_is(f, 1, EIO);
	next_is(f, 2, 0);
}

static void a_worker_that_talks_nonsense_is_replaced(void **state)
{
	struct fixture *f = *state;

	open_pool(f, 1, 10000);
	ask_say(f, 1, 1, "nonsense");
	next_is(f, 1, EIO);
	ask_say(f, 1, 2, "hello");
	next_is(f, 2, 0);
}

/* While the only worker is busy a call speaks on: of its turns the last one is decoded. */
static void a_newer_turn_overtakes_the_older(void **state)
{
	struct fixture *f = *state;

	open_pool(f, 1, 10000);
	ask_say(f, 9, 1, "slow");
	(void)usleep(50000);
	ask_hear(f, 1, 2, TRICK_NONE, NULL);
	ask_hear(f, 2, 3, TRICK_NONE, NULL);
	ask_hear(f, 1, 4, TRICK_NONE, NULL);
	next_is(f, 1, 0);
	next_is(f, 3, 0);
	next_is(f, 4, 0);
}

static void a_call_that_ended_is_forgotten(void **state)
{
	struct fixture *f = *state;

	open_pool(f, 1, 10000);
	ask_say(f, 9, 1, "slow");
	(void)usleep(50000);
	ask_hear(f, 1, 2, TRICK_NONE, NULL);
	ask_say(f, 1, 3, "hello");
	ask_say(f, 2, 4, "hello");
	sy_pool_forget(f->pool, 1);
	next_is(f, 1, 0);
	next_is(f, 4, 0);
}

static void a_worker_that_cannot_be_started_is_an_error(void **state)
{
	static const char *const nobody[] = {"/nowhere/sayso", NULL};
	struct fixture *f = *state;
	struct sy_pool_prm prm = {.argv = nobody, .n = 1, .job_ms = 1000, .result = on_result, .arg = f};
	struct sy_problem why = {0};
	uint32_t edition;

	assert_int_equal(0, sy_pool_create(&prm, &f->pool));
	assert_int_equal(ENOENT, open_edition(f->pool, "articles-1", &edition, &why));
	assert_non_null(strstr(why.text, "/nowhere/sayso"));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(jobs_come_back_with_all_they_brought, set_up, tear_down),
		cmocka_unit_test_setup_teardown(sentences_are_said_ahead, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_sentence_that_kills_keeps_no_worker_from_callers, set_up, tear_down),
		cmocka_unit_test_setup_teardown(sentences_go_before_turns, set_up, tear_down),
		cmocka_unit_test_setup_teardown(hundreds_of_jobs_are_all_answered, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_turn_outlives_its_worker, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_kills_two_workers_is_given_up, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_detail_s_grammar_is_taught_when_it_is_needed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_detail_s_grammar_that_kills_is_set_aside, set_up, tear_down),
		cmocka_unit_test_setup_teardown(content_that_kills_is_refused, set_up, tear_down),
		cmocka_unit_test_setup_teardown(editions_live_side_by_side, set_up, tear_down),
		cmocka_unit_test_setup_teardown(editions_are_bounded, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_worker_that_hangs_is_replaced, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_worker_that_talks_nonsense_is_replaced, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_newer_turn_overtakes_the_older, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_call_that_ended_is_forgotten, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_worker_that_cannot_be_started_is_an_error, set_up, tear_down),
	};

	if (argc > 1 && !strcmp(argv[1], "--worker"))
		return be_worker();
	if (readlink("/proc/self/exe", program, sizeof program - 1) < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
