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

#include "base/text.h"
#include "engine/run/edition.h"
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
			      "    answer: Yes, to {town}.\n"
			      "  - id: price\n"
			      "    title: prices\n"
			      "    phrases: [what does a cup cost, price of a cup, how much is a cup]\n"
			      "    lookup: price\n"
			      "    answer: A cup costs {pounds} pounds.\n"
			      "lookups:\n"
			      "  - {name: price, sql: \"SELECT pounds FROM price WHERE thing = 'cup'\"}\n"
			      "tables:\n"
			      "  - name: price\n"
			      "    columns: [thing, pounds]\n"
			      "    rows: [[cup, \"3\"]]\n";

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
	int err_at_ms;           /* the bridge fails then; 0: never */
	enum sy_passing passing; /* how a hand-off by the bridge ends; NONE: it cannot */
	int passed_ms;           /* when it was asked to, 0: never */
	char passed_to[32];
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
	if (caller->passed_ms)
		exchange->passing = caller->now_ms - caller->passed_ms < 500 ? SY_PASSING_TRYING : caller->passing;
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

static int pass(void *state, const struct sy_bridge_pass *to)
{
	struct caller *caller = state;

	if (!caller->passing)
		return ENOTSUP;
	caller->passed_ms = caller->now_ms;
	(void)snprintf(caller->passed_to, sizeof caller->passed_to, "%s %s", to->target, to->case_key);
	return 0;
}

static const struct sy_bridge_impl virtual_bridge = {
	.name = "test", .real_time = false, .exchange = exchange, .pass = pass, .destroy = nothing};
static const struct sy_bridge_impl real_bridge = {
	.name = "test", .real_time = true, .exchange = exchange, .destroy = nothing};

struct fixture {
	char folder[64];
	char path[96];
	char reply[96];
	struct sy_store *store;
	struct sy_store *desk_store;
	struct sy_edition *edition;
	struct sy_handoff *handoff;
	struct sy_mock_ears ears;
	struct sy_mock_mouth mouth;
	struct sy_recogniser *recogniser;
	struct sy_synthesiser *synthesiser;
	struct caller caller;
	struct sy_bridge bridge;
	struct sy_worker *worker;
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
	assert_int_equal(0, sy_edition_open(f->store, 0, &f->edition, &why));
	assert_int_equal(0, sy_edition_read_ahead(f->edition, f->store));
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
	sy_worker_destroy(f->worker);
	sy_recogniser_destroy(f->recogniser);
	sy_synthesiser_destroy(f->synthesiser);
	sy_handoff_destroy(f->handoff);
	sy_edition_let_go(f->edition);
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
	struct sy_job_tools tools = {
		.recogniser = f->recogniser, .synthesiser = f->synthesiser, .handoff = f->handoff, .store = f->store};

	sy_worker_destroy(f->worker);
	f->worker = NULL;
	assert_int_equal(0, f->bridge.impl->real_time ? sy_worker_thread_create(&tools, &f->worker)
						      : sy_worker_virtual_create(&tools, &f->worker));
	return (struct sy_line_prm){.store = f->store,
		.bridge = &f->bridge,
		.worker = f->worker,
		.snapshot = f->edition->snapshot,
		.search = f->edition->search,
		.prompts = f->edition->prompts,
		.articles_grammar = f->edition->grammar,
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
	prm = line_of(f);
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
	assert_memory_equal("slot-", f->ears.loaded[0], 5);
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
	prm = line_of(f);
	prm.reply = "/nowhere/reply.wav";
	assert_int_not_equal(0, sy_line_run(&prm, &why));
	assert_non_null(strstr(why.text, "/nowhere/reply.wav"));
}

/* What the media thread does: no SQL of its own, the answer comes a little later. */
static void look_ups_can_be_jobs(void **state)
{
	static const struct sy_mock_turn turns[] = {
		{"what does a cup cost", "price", 0.95, 0}, {"what does a cup cost", "price", 0.95, 0}};
	struct fixture *f = *state;
	struct sy_line_prm prm = line_of(f);
	const char *first;

	prm.store = NULL;
	prm.book = f->edition->book;
	tell(f, turns, 2);
	assert_int_equal(0, sy_line_run(&prm, NULL));
	first = strstr(sy_text_str(&f->events), "\"answer\",\"state\":\"pursuing\"");
	assert_non_null(first);
	assert_non_null(strstr(first, "A cup costs 3 pounds."));
	assert_non_null(strstr(first + 1, "\"answer\",\"state\":\"pursuing\""));
}

static void choices_come_from_the_book(void **state)
{
	static const struct sy_mock_turn turns[] = {
		{"where do you deliver", "delivery", 0.95, 0}, {"operator", "agent", 0.95, 0}};
	struct fixture *f = *state;
	struct sy_line_prm prm = line_of(f);

	assert_int_equal(0, sy_slot_book_refresh(f->edition->book, f->store));
	prm.store = NULL;
	prm.book = f->edition->book;
	tell(f, turns, 2);
	assert_int_equal(0, sy_line_run(&prm, NULL));
	assert_non_null(strstr(sy_text_str(&f->events), "To which town?"));
	assert_int_equal(1, f->ears.n_loaded);
}

/* Passed on by the bridge, but not before what was said about it was heard. */
static void a_bridge_passes_the_caller_on(void **state)
{
	struct fixture *f = *state;
	struct sy_line_prm prm = line_of(f);

	f->caller.keys = "0";
	f->caller.passing = SY_PASSING_DONE;
	prm.pass_to = "sip:agents@pbx.test";
	assert_int_equal(0, sy_line_run(&prm, NULL));
	assert_string_equal("sip:agents@pbx.test 48213", f->caller.passed_to);
	assert_true(f->caller.passed_ms > 1500);
	assert_string_equal("handoff", f->outcome);
	assert_null(strstr(sy_text_str(&f->events), "You are through to a person"));
}

static void a_bridge_that_fails_to_pass_leaves_the_caller_with_us(void **state)
{
	struct fixture *f = *state;
	struct sy_line_prm prm = line_of(f);

	f->caller.keys = "0";
	f->caller.passing = SY_PASSING_FAILED;
	f->caller.gone_ms = 20000;
	prm.pass_to = "sip:agents@pbx.test";
	assert_int_equal(0, sy_line_run(&prm, NULL));
	assert_true(f->caller.passed_ms > 0);
	assert_non_null(strstr(sy_text_str(&f->events), "I could not reach a person just now"));
	assert_string_equal("hangup", f->outcome);
}

static void a_bridge_that_cannot_pass_leaves_it_to_the_desk(void **state)
{
	struct fixture *f = *state;
	struct sy_line_prm prm = line_of(f);

	f->caller.keys = "0";
	prm.pass_to = "sip:agents@pbx.test";
	assert_int_equal(0, sy_line_run(&prm, NULL));
	assert_int_equal(0, f->caller.passed_ms);
	assert_string_equal("handoff", f->outcome);
	assert_non_null(strstr(sy_text_str(&f->events), "Our team now has your case"));
}

/* A call that comes back goes on: greeted so, and what was filled is not asked again. */
static void a_case_goes_on(void **state)
{
	static const struct sy_mock_turn turns[] = {
		{"where do you deliver", "delivery", 0.95, 0}, {"operator", "agent", 0.95, 0}};
	struct fixture *f = *state;
	struct sy_line_prm prm = line_of(f);
	struct sy_card card = {0};

	assert_int_equal(0, sy_pairs_set(&card.slots, "town", "Milton"));
	assert_int_equal(0, sy_card_add_heard(&card, "accept: where do you deliver"));
	prm.earlier = &card;
	tell(f, turns, 2);
	assert_int_equal(0, sy_line_run(&prm, NULL));
	assert_non_null(strstr(sy_text_str(&f->events), "We go on with your case"));
	assert_non_null(strstr(sy_text_str(&f->events), "Yes, to Milton."));
	assert_null(strstr(sy_text_str(&f->events), "To which town?"));
	sy_card_reset(&card);
}

static void in_real_time_jobs_run_on_a_thread(void **state)
{
	struct fixture *f = *state;
	struct sy_line_prm prm;

	f->bridge.impl = &real_bridge;
	prm = line_of(f);
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
		cmocka_unit_test_setup_teardown(look_ups_can_be_jobs, set_up, tear_down),
		cmocka_unit_test_setup_teardown(choices_come_from_the_book, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_bridge_passes_the_caller_on, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_bridge_that_fails_to_pass_leaves_the_caller_with_us, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_bridge_that_cannot_pass_leaves_it_to_the_desk, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_case_goes_on, set_up, tear_down),
		cmocka_unit_test_setup_teardown(in_real_time_jobs_run_on_a_thread, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
