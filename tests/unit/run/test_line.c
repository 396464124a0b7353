/* A whole call over a bridge of our own, with ears and mouth that do as they are told: virtual clock and real time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/place.h"
#include "base/text.h"
#include "engine/run/line.h"
#include "kb/import.h"
#include "kb/publish.h"
#include "tests/mock/mock_recogniser.h"
#include "tests/mock/mock_synthesiser.h"

static const char content[] = "articles:\n"
			      "  - id: hours\n"
			      "    title: our opening hours\n"
			      "    phrases: [when are you open, what are your opening hours, are you open today]\n"
			      "    answer: We are open from nine to five.\n"
			      "  - id: delivery\n"
			      "    title: delivery\n"
			      "    phrases: [deliver to my town, where do you deliver, do you deliver]\n"
			      "    slots:\n"
			      "      - {name: town, kind: text, choices: [Ashford, Milton], ask: \"To which town?\"}\n"
			      "    answer: Yes, to {town}.\n";

/* The caller speaks for half a second, half a second after each prompt, `n_turns` times. */
struct caller {
	int n_turns;
	int spoken;
	int quiet_ms;
	int speech_ms;
	int gone_ms; /* hangs up then; 0: never */
	int now_ms;
	const char *keys; /* pressed in the first frame */
	int n_frames;
	int err_at_ms; /* the bridge fails then; 0: never */
	unsigned noise;
};

static int exchange(void *state, struct sy_exchange *exchange)
{
	struct caller *caller = state;

	caller->now_ms += SY_FRAME_MS;
	caller->n_frames++;
	if (caller->err_at_ms && caller->now_ms > caller->err_at_ms)
		return EIO;
	memset(exchange->caller, 0, sizeof exchange->caller);
	if (caller->keys && caller->now_ms > 1000) {
		(void)snprintf(exchange->keys, sizeof exchange->keys, "%s", caller->keys);
		caller->keys = NULL;
	}
	exchange->gone = caller->gone_ms && caller->now_ms >= caller->gone_ms;
	caller->quiet_ms = exchange->listening ? caller->quiet_ms + SY_FRAME_MS : 0;
	if (caller->quiet_ms > 500 && caller->spoken < caller->n_turns && !caller->speech_ms) {
		caller->speech_ms = 500;
		caller->spoken++;
	}
	if (!caller->speech_ms)
		return 0;
	caller->speech_ms -= SY_FRAME_MS;
	caller->quiet_ms = 0;
	/* A voiced buzz: 125 Hz with harmonics, as an end-pointer takes for speech. */
	for (size_t i = 0; i < sy_frame_samples(8000); i++)
		exchange->caller[i] = (int16_t)((caller->noise++ % 64) * 250 - 8000);
	return 0;
}

static void nothing(void *state)
{
	(void)state;
}

static const struct sy_bridge_impl virtual_bridge = {
	.name = "test", .real_time = false, .exchange = exchange, .destroy = nothing};
static const struct sy_bridge_impl real_bridge = {
	.name = "test", .real_time = true, .exchange = exchange, .destroy = nothing};

struct fixture {
	char folder[64];
	char path[96];
	char reply[96];
	struct sy_store *store;
	struct sy_store *desk_store;
	struct sy_snapshot *snapshot;
	struct sy_search *search;
	struct sy_prompts *prompts;
	struct sy_handoff *handoff;
	struct sy_mock_ears ears;
	struct sy_mock_mouth mouth;
	struct sy_recogniser *recogniser;
	struct sy_synthesiser *synthesiser;
	struct caller caller;
	struct sy_bridge bridge;
	struct sy_text events;
	char outcome[32];
	char reason[32];
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	struct sy_publish how = {0};
	struct sy_published published;
	struct sy_imported imported;
	struct sy_problem why = {0};
	char *folder = NULL;

	assert_non_null(f);
	*state = f;
	(void)snprintf(f->folder, sizeof f->folder, "/tmp/sayso-line-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	(void)snprintf(f->path, sizeof f->path, "%s/kb.db", f->folder);
	(void)snprintf(f->reply, sizeof f->reply, "%s/reply.wav", f->folder);
	assert_int_equal(0, sy_store_open(f->path, SY_STORE_MAKE, &f->store, &why));
	assert_int_equal(0, sy_import_bytes(f->store, "shop.yaml", content, sizeof content - 1, &imported, &why));
	assert_int_equal(0, sy_publish(f->store, &how, &published, &why));
	assert_int_equal(0, sy_store_open(f->path, SY_STORE_WRITE, &f->desk_store, &why));
	assert_int_equal(0, sy_snapshot_load(f->store, 0, &f->snapshot, &why));
	assert_int_equal(0, sy_search_create(f->snapshot, &f->search, &why));
	assert_int_equal(0, sy_place_data("prompts/en", &folder, &why));
	assert_int_equal(0, sy_prompts_load(folder, &f->prompts, &why));
	free(folder);
	assert_int_equal(0, sy_handoff_desk_create(f->desk_store, &f->handoff, &why));
	f->recogniser = sy_mock_recogniser_create(&f->ears);
	f->synthesiser = sy_mock_synthesiser_create(&f->mouth);
	f->bridge = (struct sy_bridge){&virtual_bridge, &f->caller, 8000};
	return 0;
}

static int tear_down(void **state)
{
	static const char *const files[] = {"kb.db", "kb.db-wal", "kb.db-shm", "reply.wav"};
	struct fixture *f = *state;
	char path[128];

	sy_text_reset(&f->events);
	sy_recogniser_destroy(f->recogniser);
	sy_synthesiser_destroy(f->synthesiser);
	sy_handoff_destroy(f->handoff);
	sy_prompts_destroy(f->prompts);
	sy_search_destroy(f->search);
	sy_snapshot_destroy(f->snapshot);
	sy_store_close(f->desk_store);
	sy_store_close(f->store);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", f->folder, files[i]);
		(void)unlink(path);
	}
	(void)rmdir(f->folder);
	free(f);
	return 0;
}

static void on_event(const struct sy_event *event, void *arg)
{
	struct fixture *f = arg;
	json_t *json = sy_event_json(event);
	char *line = json_dumps(json, JSON_COMPACT);

	assert_int_equal(0, sy_text_addf(&f->events, "%s\n", line));
	if (event->outcome)
		(void)snprintf(f->outcome, sizeof f->outcome, "%s", event->outcome);
	if (event->reason)
		(void)snprintf(f->reason, sizeof f->reason, "%s", event->reason);
	free(line);
	json_decref(json);
}

static struct sy_line_prm line_of(struct fixture *f)
{
	return (struct sy_line_prm){.store = f->store,
		.bridge = &f->bridge,
		.recogniser = f->recogniser,
		.synthesiser = f->synthesiser,
		.handoff = f->handoff,
		.snapshot = f->snapshot,
		.search = f->search,
		.prompts = f->prompts,
		.articles_grammar = "articles",
		.case_key = "48213",
		.now = {.tm_year = 126, .tm_mon = 2, .tm_mday = 11, .tm_hour = 10, .tm_wday = 3},
		.event = on_event,
		.arg = f};
}

static const struct sy_mock_turn asks[] = {{"when are you open", "hours", 0.95, 0}, {"operator", "agent", 0.95, 0}};

static void tell(struct fixture *f, const struct sy_mock_turn *turns, int n)
{
	f->ears.turns = turns;
	f->ears.n = (size_t)n;
	f->caller.n_turns = n;
}

static void a_question_is_answered_and_the_caller_passed_on(void **state)
{
	struct fixture *f = *state;
	struct sy_line_prm prm = line_of(f);
	struct sy_problem why = {0};

	tell(f, asks, 2);
	assert_int_equal(0, sy_line_run(&prm, &why));
	assert_non_null(strstr(sy_text_str(&f->events), "\"answer\",\"state\""));
	assert_non_null(strstr(sy_text_str(&f->events), "We are open from nine to five."));
	assert_string_equal("handoff", f->outcome);
	assert_string_equal("asked", f->reason);
}

static void the_same_call_gives_the_same_events(void **state)
{
	struct fixture *f = *state;
	struct sy_line_prm prm = line_of(f);
	char *first;

	tell(f, asks, 2);
	assert_int_equal(0, sy_line_run(&prm, NULL));
	first = sy_text_take(&f->events);
	memset(&f->caller, 0, sizeof f->caller);
	f->ears.next = 0;
	tell(f, asks, 2);
	assert_int_equal(0, sy_line_run(&prm, NULL));
	assert_string_equal(first, sy_text_str(&f->events));
	free(first);
}

static void a_slot_s_grammar_is_learnt_before_it_is_heard(void **state)
{
	static const struct sy_mock_turn turns[] = {
		{"where do you deliver", "delivery", 0.95, 0}, {"operator", "agent", 0.95, 0}};
	struct fixture *f = *state;
	struct sy_line_prm prm = line_of(f);

	tell(f, turns, 2);
	assert_int_equal(0, sy_line_run(&prm, NULL));
	assert_non_null(strstr(sy_text_str(&f->events), "To which town?"));
	assert_int_equal(1, f->ears.n_loaded);
	assert_string_equal("slot-0", f->ears.loaded[0]);
}

/* Decodes that fail and a grammar that cannot be learnt: the caller still reaches a person. */
static void failing_ears_lead_to_a_person(void **state)
{
	static const struct sy_mock_turn turns[] = {{"", NULL, 0, EIO}, {"", NULL, 0, EIO}, {"", NULL, 0, EIO},
		{"", NULL, 0, EIO}, {"", NULL, 0, EIO}, {"", NULL, 0, EIO}};
	struct fixture *f = *state;
	struct sy_line_prm prm = line_of(f);

	tell(f, turns, 6);
	assert_int_equal(0, sy_line_run(&prm, NULL));
	assert_string_equal("handoff", f->outcome);
}

static void a_failing_voice_leads_to_an_end(void **state)
{
	struct fixture *f = *state;
	struct sy_line_prm prm = line_of(f);
	struct sy_problem why = {0};

	f->mouth.err = ENOMEM;
	assert_int_equal(0, sy_line_run(&prm, &why));
	assert_string_not_equal("", f->outcome);
}

static void a_key_reaches_a_person(void **state)
{
	struct fixture *f = *state;
	struct sy_line_prm prm = line_of(f);

	f->caller.keys = "0";
	assert_int_equal(0, sy_line_run(&prm, NULL));
	assert_string_equal("handoff", f->outcome);
	assert_string_equal("asked", f->reason);
}

static void hanging_up_ends_the_call(void **state)
{
	struct fixture *f = *state;
	struct sy_line_prm prm = line_of(f);

	f->caller.gone_ms = 2000;
	assert_int_equal(0, sy_line_run(&prm, NULL));
	assert_string_equal("hangup", f->outcome);
}

static void a_signal_hangs_up(void **state)
{
	static volatile sig_atomic_t stop = 1;
	struct fixture *f = *state;
	struct sy_line_prm prm = line_of(f);

	prm.stop = &stop;
	assert_int_equal(0, sy_line_run(&prm, NULL));
	assert_string_equal("hangup", f->outcome);
	assert_int_equal(0, f->caller.n_frames);
}

static void a_broken_bridge_is_an_error_with_an_end(void **state)
{
	struct fixture *f = *state;
	struct sy_line_prm prm = line_of(f);
	struct sy_problem why = {0};

	f->caller.err_at_ms = 2000;
	assert_int_equal(EIO, sy_line_run(&prm, &why));
	assert_non_null(strstr(why.text, "broke off at"));
	assert_string_equal("hangup", f->outcome);
}

static void the_longest_call_is_bounded(void **state)
{
	struct fixture *f = *state;
	struct sy_line_prm prm = line_of(f);
	struct sy_problem why = {0};

	prm.max_s = 2;
	assert_int_equal(ETIMEDOUT, sy_line_run(&prm, &why));
	assert_int_equal(2000 / SY_FRAME_MS, f->caller.n_frames);
	assert_string_equal("hangup", f->outcome);
}

static void the_reply_has_both_sides(void **state)
{
	struct fixture *f = *state;
	struct sy_line_prm prm = line_of(f);
	struct sy_problem why = {0};
	struct sy_sound sound = {0};

	tell(f, asks, 2);
	prm.reply = f->reply;
	assert_int_equal(0, sy_line_run(&prm, &why));
	assert_int_equal(0, sy_wav_read(f->reply, 0, &sound, &why));
	assert_int_equal(f->caller.n_frames * SY_FRAME_MS, sy_sound_ms(&sound));
	sy_sound_reset(&sound);
	prm.reply = "/nowhere/reply.wav";
	assert_int_not_equal(0, sy_line_run(&prm, &why));
	assert_non_null(strstr(why.text, "/nowhere/reply.wav"));
}

static void in_real_time_jobs_run_on_a_thread(void **state)
{
	struct fixture *f = *state;
	struct sy_line_prm prm = line_of(f);

	f->bridge.impl = &real_bridge;
	f->caller.keys = "0";
	prm.max_s = 3600;
	assert_int_equal(0, sy_line_run(&prm, NULL));
	assert_string_equal("handoff", f->outcome);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_question_is_answered_and_the_caller_passed_on, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_same_call_gives_the_same_events, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_slot_s_grammar_is_learnt_before_it_is_heard, set_up, tear_down),
		cmocka_unit_test_setup_teardown(failing_ears_lead_to_a_person, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_failing_voice_leads_to_an_end, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_key_reaches_a_person, set_up, tear_down),
		cmocka_unit_test_setup_teardown(hanging_up_ends_the_call, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_signal_hangs_up, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_broken_bridge_is_an_error_with_an_end, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_longest_call_is_bounded, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_reply_has_both_sides, set_up, tear_down),
		cmocka_unit_test_setup_teardown(in_real_time_jobs_run_on_a_thread, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
