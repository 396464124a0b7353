/* A call from end to end over loopback: the client, the server and the bridge, with an engine that only answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "audio/audiosocket_server.h"
#include "audio/wav.h"
#include "tools/audiosocket_dial.h"

/* The engine's prompts, and what it takes for the end of a turn: in frames. */
#define PROMPT_FRAMES 20
#define PAUSE_FRAMES 40 /* 0.8 s: a machine that is busy may hold a caller up for half of that */
#define EVENTS_MAX 64

static const uint8_t uuid[16] = {0x40, 0x32};

/* An engine that says 0.4 s of tone when called, and again after each turn; the key 0 makes it end the call. */
static struct engine {
	struct sy_audiosocket_server *server;
	struct sy_bridge *bridge;
	pthread_t thread;
	int answers;   /* in: prompts it may say, then it is silent */
	int passes_at; /* in: lets go after so many turns; 0: never */
	int turns;
	char keys[16];
	char id[SY_ARRIVAL_ID_BYTES];
	bool taken;
} engine;

static json_t *events[EVENTS_MAX];
static size_t n_events;
static char folder[] = "/tmp/sayso-test-XXXXXX";

static void wait_for_frame(struct timespec *next)
{
	next->tv_nsec += SY_FRAME_MS * 1000000L;
	if (next->tv_nsec >= 1000000000L) {
		next->tv_sec++;
		next->tv_nsec -= 1000000000L;
	}
	(void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, next, NULL);
}

static void *talk(void *arg)
{
	int16_t tone[SY_FRAME_SAMPLES_MAX] = {0}, silence[SY_FRAME_SAMPLES_MAX] = {0};
	int saying = PROMPT_FRAMES, quiet = 0;
	bool heard = false, over = false;
	struct timespec next;

	for (size_t i = 0; i < SY_FRAME_SAMPLES_MAX; i++)
		tone[i] = (int16_t)(6000 * sin((double)i / 3));
	(void)clock_gettime(CLOCK_MONOTONIC, &next);
	while (!over) {
		struct sy_exchange x = {.ours = saying > 0 && engine.answers > 0 ? tone : silence};
		(void)sy_bridge_exchange(engine.bridge, &x);
		if (saying > 0 && --saying == 0)
			engine.answers--;
		if (sy_level_dbfs(x.caller, sy_frame_samples(engine.bridge->rate)) > -30) {
			heard = true;
			quiet = 0;
		} else if (heard && ++quiet == PAUSE_FRAMES) {
			heard = false;
			saying = PROMPT_FRAMES;
			if (++engine.turns == engine.passes_at)
				(void)sy_bridge_pass(engine.bridge, &(struct sy_bridge_pass){.target = ""});
		}
		if (x.keys[0] != '\0') {
			(void)strncat(engine.keys, x.keys, sizeof(engine.keys) - strlen(engine.keys) - 1);
			saying = PROMPT_FRAMES;
		}
		over = x.gone || x.passing == SY_PASSING_DONE || strchr(engine.keys, '0') != NULL;
		wait_for_frame(&next);
	}
	sy_bridge_destroy(engine.bridge);
	return arg;
}

static int on_arrival(void *arg, struct sy_arrival *arrival)
{
	(void)arg;
	engine.bridge = arrival->bridge;
	(void)snprintf(engine.id, sizeof(engine.id), "%s", arrival->id);
	engine.taken = pthread_create(&engine.thread, NULL, talk, NULL) == 0;
	return engine.taken ? 0 : EBUSY;
}

/* After it the engine's fields may be read. */
static void end_engine(void)
{
	sy_audiosocket_server_stop(engine.server);
	if (engine.taken)
		(void)pthread_join(engine.thread, NULL);
	engine.taken = false;
}

static int setup(void **state)
{
	(void)state;
	const struct sy_audiosocket_server_prm prm = {.address = "127.0.0.1", .arrival = on_arrival};

	engine = (struct engine){.answers = 100};
	return sy_audiosocket_server_create(&prm, &engine.server, NULL);
}

static int teardown(void **state)
{
	(void)state;
	end_engine();
	sy_audiosocket_server_destroy(engine.server);
	while (n_events > 0)
		json_decref(events[--n_events]);
	return 0;
}

static int make_recordings(void **state)
{
	(void)state;
	struct sy_sound sound = {.rate = 8000, .n = 8000, .pcm = calloc(8000, sizeof(int16_t))};
	char path[64];

	if (mkdtemp(folder) == NULL || sound.pcm == NULL)
		return -1;
	/* Half a second of speech, and as much silence behind it. */
	for (size_t i = 0; i < 4000; i++)
		sound.pcm[i] = (int16_t)(9000 * sin((double)i / 5));
	(void)snprintf(path, sizeof(path), "%s/turn.wav", folder);
	const int err = sy_wav_write(path, &sound, NULL);
	sy_sound_reset(&sound);
	return err;
}

static int remove_recordings(void **state)
{
	(void)state;
	char path[64];

	(void)snprintf(path, sizeof(path), "%s/turn.wav", folder);
	return remove(path) != 0 || rmdir(folder) != 0;
}

static int connect_to_engine(void)
{
	const struct sockaddr_in in = {.sin_family = AF_INET,
		.sin_port = htons(sy_audiosocket_server_port(engine.server)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_storage address = {0};
	const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memcpy(&address, &in, sizeof(in));
	assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof(in)), 0);
	return fd;
}

static enum sy_audiosocket_result call(
	const char *const *turns, struct sy_audiosocket_dial_prm prm, struct sy_sound *said)
{
	static struct sy_audiosocket_script script;
	struct sy_problem why = {0};
	char path[64], *text = NULL;
	size_t size = 0;

	script.n = 0;
	prm.rate = prm.rate != 0 ? prm.rate : 8000;
	for (; *turns != NULL; turns++) {
		(void)snprintf(path, sizeof(path), "%s/turn.wav", folder);
		if (sy_audiosocket_script_add(&script, strcmp(*turns, "WAV") == 0 ? path : *turns, prm.rate, &why) != 0)
			fail_msg("%s", why.text);
	}
	prm.fd = connect_to_engine();
	prm.packet_ms = prm.packet_ms != 0 ? prm.packet_ms : 20;
	prm.uuid = uuid;
	prm.quiet_ms = 300;
	prm.patience_ms = prm.patience_ms != 0 ? prm.patience_ms : 10000;
	prm.longest_ms = 30000;
	prm.script = &script;
	prm.events = open_memstream(&text, &size);
	prm.said = said;
	const enum sy_audiosocket_result result = sy_audiosocket_dial(&prm);
	(void)close(prm.fd);
	end_engine();
	(void)fclose(prm.events);
	for (char *line = strtok(text, "\n"); line != NULL && n_events < EVENTS_MAX; line = strtok(NULL, "\n")) {
		events[n_events] = json_loads(line, 0, NULL);
		assert_non_null(events[n_events++]);
	}
	free(text);
	sy_audiosocket_script_reset(&script);
	return result;
}

static const json_t *event(const char *name, int nth)
{
	for (size_t i = 0; i < n_events; i++)
		if (strcmp(json_string_value(json_object_get(events[i], "event")), name) == 0 && nth-- == 0)
			return events[i];
	return NULL;
}

static const char *why_ended(void)
{
	return json_string_value(json_object_get(event("end", 0), "why"));
}

static void turns_wait_for_the_answer_before(void **state)
{
	(void)state;
	static const char *const turns[] = {"WAV", "WAV", NULL};
	struct sy_sound said = {.rate = 8000};
	size_t loud = 0;

	assert_int_equal(call(turns, (struct sy_audiosocket_dial_prm){0}, &said), SY_AUDIOSOCKET_PLAYED);
	assert_string_equal(engine.id, "40320000-0000-0000-0000-000000000000");
	assert_string_equal(json_string_value(json_object_get(event("connected", 0), "uuid")), engine.id);
	assert_int_equal(engine.turns, 2);
	assert_string_equal(why_ended(), "all played");
	assert_non_null(event("answer", 2));
	assert_null(event("answer", 3));
	/* The engine waits 15 frames of silence; the wait is counted from the end of speech, not of the recording. */
	const double after = json_real_value(json_object_get(event("answer", 1), "after_s"));
	assert_true(after >= PAUSE_FRAMES * SY_FRAME_MS / 1000.0 - 0.04);
	for (size_t at = 0; at + 160 <= said.n; at += 160)
		loud += sy_level_dbfs(said.pcm + at, 160) > -50;
	assert_in_range(loud, 3 * PROMPT_FRAMES - 1, 3 * PROMPT_FRAMES + 3);
	sy_sound_reset(&said);
}

static void keys_are_sent_and_the_engine_may_end_the_call(void **state)
{
	(void)state;
	static const char *const turns[] = {"key:12#", "key:0", NULL};

	assert_int_equal(call(turns, (struct sy_audiosocket_dial_prm){.stay = true}, NULL), SY_AUDIOSOCKET_PLAYED);
	assert_string_equal(engine.keys, "12#0");
	assert_string_equal(why_ended(), "hang-up");
}

static void a_call_that_ends_too_early_is_told(void **state)
{
	(void)state;
	static const char *const turns[] = {"key:0", "WAV", NULL};

	assert_int_equal(call(turns, (struct sy_audiosocket_dial_prm){0}, NULL), SY_AUDIOSOCKET_ENDED);
	assert_string_equal(why_ended(), "hang-up");
	assert_null(event("turn", 1));
}

static void being_let_go_is_an_orderly_close(void **state)
{
	(void)state;
	static const char *const turns[] = {"WAV", NULL};

	engine.passes_at = 1;
	assert_int_equal(call(turns, (struct sy_audiosocket_dial_prm){.stay = true}, NULL), SY_AUDIOSOCKET_PLAYED);
	assert_string_equal(why_ended(), "closed");
}

static void a_silent_engine_is_not_waited_for(void **state)
{
	(void)state;
	static const char *const turns[] = {"WAV", NULL};

	engine.answers = 1;
	assert_int_equal(
		call(turns, (struct sy_audiosocket_dial_prm){.patience_ms = 600}, NULL), SY_AUDIOSOCKET_UNANSWERED);
	assert_string_equal(why_ended(), "no answer");
}

static void a_turn_with_a_time_does_not_wait(void **state)
{
	(void)state;
	static const char *const turns[] = {"key:5@0.1", NULL};

	assert_int_equal(
		call(turns, (struct sy_audiosocket_dial_prm){.rate = 16000, .packet_ms = 60, .patience_ms = 2000},
			NULL),
		SY_AUDIOSOCKET_PLAYED);
	assert_string_equal(engine.keys, "5");
	const double begun = json_real_value(json_object_get(event("turn", 0), "t"));
	const double quiet = json_real_value(json_object_get(event("quiet", 0), "t"));
	assert_true(begun < quiet);
}

static void what_is_no_turn_is_named(void **state)
{
	(void)state;
	static const struct {
		const char *argument;
		int err;
		const char *words;
	} cases[] = {{"key:", EINVAL, "keys are"}, {"key:x", EINVAL, "keys are"}, {"wait:x", EINVAL, "seconds"},
		{"wait:601", EINVAL, "seconds"}, {"/nowhere/turn.wav@3", ENOENT, "/nowhere/turn.wav"}};
	static struct sy_audiosocket_script script;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sy_problem why = {0};
		assert_int_equal(sy_audiosocket_script_add(&script, cases[i].argument, 8000, &why), cases[i].err);
		assert_non_null(strstr(why.text, cases[i].words));
	}
	assert_int_equal(script.n, 0);
	for (int i = 0; i < SY_AUDIOSOCKET_TURNS_MAX; i++)
		assert_int_equal(sy_audiosocket_script_add(&script, "key:1@2.5", 8000, NULL), 0);
	assert_int_equal(sy_audiosocket_script_add(&script, "key:1", 8000, NULL), E2BIG);
	assert_int_equal(script.turns[0].n_keys, 1);
	assert_float_equal(script.turns[0].at_s, 2.5, 1e-9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(turns_wait_for_the_answer_before, setup, teardown),
		cmocka_unit_test_setup_teardown(keys_are_sent_and_the_engine_may_end_the_call, setup, teardown),
		cmocka_unit_test_setup_teardown(a_call_that_ends_too_early_is_told, setup, teardown),
		cmocka_unit_test_setup_teardown(being_let_go_is_an_orderly_close, setup, teardown),
		cmocka_unit_test_setup_teardown(a_silent_engine_is_not_waited_for, setup, teardown),
		cmocka_unit_test_setup_teardown(a_turn_with_a_time_does_not_wait, setup, teardown),
		cmocka_unit_test(what_is_no_turn_is_named),
	};

	return cmocka_run_group_tests(tests, make_recordings, remove_recordings);
}
