#include "tests/mock/mock_call.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audio/frame.h"

#define RATE SY_RATE_LINE
#define LOUD 8000
#define TWO_MINUTES 6000

static char *hours_followups[] = {(char[]){"balance"}, (char[]){"missing"}, (char[]){"branch"}, (char[]){"cancel"}};
static char *balance_followups[] = {(char[]){"hours"}};
static char *towns[] = {
	(char[]){"Harwick"}, (char[]){"Dunmore"}, (char[]){"Elm Cross"}, (char[]){"Ashby"}, (char[]){"Brook End"}};

static struct sy_slot hours_slots[] = {
	{.name = (char[]){"day"}, .kind = SY_VALUE_DAY, .optional = true, .ask = (char[]){"For which day?"}},
};
static struct sy_slot balance_slots[] = {
	{.name = (char[]){"account"},
		.kind = SY_VALUE_DIGITS,
		.length = 6,
		.ask = (char[]){"What is your account number?"}},
};
static struct sy_slot branch_slots[] = {
	{.name = (char[]){"town"},
		.kind = SY_VALUE_TEXT,
		.choices = {.at = towns, .n = 5},
		.ask = (char[]){"In which town?"}},
};
static struct sy_slot pay_slots[] = {
	{.name = (char[]){"account"},
		.kind = SY_VALUE_DIGITS,
		.length = 6,
		.ask = (char[]){"What is your account number?"}},
	{.name = (char[]){"order"},
		.kind = SY_VALUE_DIGITS,
		.confirm = true,
		.ask = (char[]){"What is the order number?"}},
	{.name = (char[]){"when"}, .kind = SY_VALUE_DATE, .ask = (char[]){"On which day?"}},
};
static struct sy_slot card_slots[] = {
	{.name = (char[]){"cardno"},
		.kind = SY_VALUE_DIGITS,
		.length = 4,
		.check_digit = (char[]){"luhn"},
		.ask = (char[]){"What are the last four digits?"}},
};

static struct sy_article articles[] = {
	{.id = (char[]){"hours"},
		.title = (char[]){"our opening hours"},
		.topic = (char[]){"shops"},
		.review = (char[]){"2030-01-01"},
		.slots = hours_slots,
		.n_slots = 1,
		.answer = (char[]){"We are open from nine to five. On {day|days} we close at one."},
		.followups = {.at = hours_followups, .n = 4}},
	{.id = (char[]){"balance"},
		.title = (char[]){"the balance of your account"},
		.topic = (char[]){"bills"},
		.slots = balance_slots,
		.n_slots = 1,
		.lookup = (char[]){"balance"},
		.answer = (char[]){"The balance of account {account|digits} is {balance|money}."},
		.none = (char[]){"There is no account {account|digits}."},
		.followups = {.at = balance_followups, .n = 1}},
	{.id = (char[]){"branch"},
		.title = (char[]){"a branch in your town"},
		.topic = (char[]){"shops"},
		.slots = branch_slots,
		.n_slots = 1,
		.lookup = (char[]){"branch"},
		.answer = (char[]){"Our branch in {town} is at {address}."}},
	{.id = (char[]){"cancel"},
		.title = (char[]){"ending your contract"},
		.topic = (char[]){"contracts"},
		.review = (char[]){"2020-01-31"},
		.answer = (char[]){"You can leave with thirty days of notice."},
		.handoff = true},
	{.id = (char[]){"pay"},
		.title = (char[]){"paying an order"},
		.topic = (char[]){"orders"},
		.slots = pay_slots,
		.n_slots = 3,
		.answer = (char[]){"Order {order|digits} will be paid on {when|date}."}},
	{.id = (char[]){"card"},
		.title = (char[]){"your card"},
		.topic = (char[]){"mobile"},
		.slots = card_slots,
		.n_slots = 1,
		.answer = (char[]){"The card ends in {cardno|digits}."}},
	{.id = (char[]){"lost"}, .title = (char[]){"a lost phone"}, .answer = (char[]){"We block the phone at once."}},
};

static char company[] = "Larkfield";
static char wrong_answers[] = "very bad";
const struct sy_content mock_content = {.company = company,
	.wrong_answers = wrong_answers,
	.articles = articles,
	.n_articles = sizeof(articles) / sizeof(articles[0])};
struct mock *mock_now;

/* --- the handlers --- */

static struct mock_job *add_job(struct mock *mock, enum mock_job_kind kind, uint32_t id, int64_t ms)
{
	struct mock_job *job = &mock->jobs[mock->n_jobs++];

	assert_true(mock->n_jobs <= MOCK_JOBS_MAX);
	*job = (struct mock_job){.kind = kind, .id = id, .due_ms = sy_call_ms(mock->call) + ms};
	return job;
}

static int on_hear(void *arg, uint32_t id, const struct sy_hear_job *what)
{
	struct mock *mock = arg;
	size_t i;

	assert_true(what->n > 0);
	assert_true(what->universals);
	assert_true(what->n_grammars <= SY_HEAR_GRAMMARS_MAX);
	mock->n_hears++;
	mock->n_heard_samples = what->n;
	mock->most_samples = what->n > mock->most_samples ? what->n : mock->most_samples;
	mock->thresholds = what->thresholds;
	mock->grammars[0] = '\0';
	for (i = 0; i < what->n_grammars; i++) {
		strcat(mock->grammars, i ? " " : "");
		strcat(mock->grammars, what->grammars[i]);
	}
	if (!mock->late)
		add_job(mock, MOCK_HEAR, id, MOCK_HEAR_MS)->heard = mock->hears;
	if (mock->then)
		mock->hears = *mock->then;
	mock->then = NULL;
	return 0;
}

static int on_say(void *arg, uint32_t id, const struct sy_say_job *what)
{
	struct mock *mock = arg;
	struct mock_job *job = add_job(mock, MOCK_SAY, id, MOCK_SAY_MS);
	int ms = (int)((double)(strlen(what->text) * MOCK_LETTER_MS) / what->pace);

	mock->n_says++;
	mock->last_pace = what->pace;
	mock->last_gain_db = what->gain_db;
	assert_int_equal(what->rate, RATE);
	job->sound = (struct sy_sound){.rate = RATE, .n = (size_t)(RATE / 1000 * ms)};
	job->sound.pcm = calloc(job->sound.n, sizeof(*job->sound.pcm));
	assert_non_null(job->sound.pcm);
	return 0;
}

static int on_look_up(void *arg, const char *lookup, const struct sy_pairs *params, const struct tm *now,
	struct sy_pairs *ret_row, size_t *ret_n, struct sy_problem *why)
{
	struct mock *mock = arg;

	assert_non_null(now);
	assert_true(params->n >= 1);
	if (mock->lookup_err)
		return sy_problem_set(why, mock->lookup_err, "the look-up %s failed", lookup);
	*ret_n = mock->rows;
	if (!mock->rows)
		return 0;
	assert_int_equal(sy_pairs_set(ret_row, "balance", "20.50"), 0);
	assert_int_equal(sy_pairs_set(ret_row, "address", "4 High Street"), 0);
	return 0;
}

static int on_slot_grammar(void *arg, const struct sy_article *article, const struct sy_slot *slot, char *ret_grammar,
	struct sy_strings *ret_choices, struct sy_problem *why)
{
	struct mock *mock = arg;
	size_t i;

	assert_non_null(article);
	if (mock->grammar_err)
		return sy_problem_set(why, mock->grammar_err, "no grammar");
	strcpy(ret_grammar, "slot-");
	strcat(ret_grammar, slot->name);
	for (i = 0; i < slot->choices.n; i++)
		assert_int_equal(sy_strings_add(ret_choices, slot->choices.at[i]), 0);
	return 0;
}

static int on_pass(void *arg, uint32_t id, const struct sy_card *card)
{
	struct mock *mock = arg;
	json_t *json = sy_card_json(card);

	assert_non_null(json);
	free(mock->card);
	mock->card = json_dumps(json, 0);
	json_decref(json);
	mock->n_cards++;
	if (mock->pass_call_err)
		return mock->pass_call_err;
	(void)add_job(mock, MOCK_PASS, id, mock->pass_ms);
	return 0;
}

static void on_event(const struct sy_event *event, void *arg)
{
	struct mock *mock = arg;
	json_t *json = sy_event_json(event);

	assert_non_null(json);
	assert_int_equal(json_array_append_new(mock->events, json), 0);
}

static void give_heard(struct mock *mock, const struct mock_job *job)
{
	const struct mock_heard *heard = &job->heard;
	struct sy_hypothesis hypothesis = {.decision = heard->decision,
		.completeness = heard->completeness,
		.sounded = heard->sounded,
		.confidence = heard->confidence > 0 ? heard->confidence : 0.9,
		.audio_ms = 1000,
		.decode_ms = 10};
	struct sy_voice voice = {.frames = 1};

	hypothesis.text = strdup(heard->text ? heard->text : "");
	hypothesis.intent = heard->intent ? strdup(heard->intent) : NULL;
	hypothesis.second = heard->second ? strdup(heard->second) : NULL;
	while (hypothesis.n_words < SY_HYPOTHESIS_WORDS_MAX && heard->scores[hypothesis.n_words] > 0) {
		hypothesis.words[hypothesis.n_words].confidence = heard->scores[hypothesis.n_words];
		hypothesis.n_words++;
	}
	if (heard->slot)
		assert_int_equal(sy_pairs_set(&hypothesis.slots, heard->slot, heard->words), 0);
	if (heard->guess)
		assert_int_equal(sy_guesses_add(&hypothesis.guesses, heard->guess, 0.5F), 0);
	sy_call_heard(mock->call, job->id, heard->err, heard->err ? NULL : &hypothesis, heard->err ? NULL : &voice);
	sy_hypothesis_reset(&hypothesis);
}

static void give(struct mock *mock, struct mock_job *job)
{
	switch (job->kind) {
	case MOCK_HEAR:
		give_heard(mock, job);
		break;
	case MOCK_SAY:
		if (mock->say_err)
			sy_sound_reset(&job->sound);
		sy_call_said(mock->call, job->id, mock->say_err, &job->sound);
		break;
	case MOCK_PASS:
		sy_call_passed(mock->call, job->id, mock->pass_err, mock->handed);
		break;
	}
}

static void deliver(struct mock *mock)
{
	size_t i = 0;

	while (i < mock->n_jobs) {
		struct mock_job job = mock->jobs[i];

		if (job.due_ms > sy_call_ms(mock->call)) {
			i++;
			continue;
		}
		memmove(&mock->jobs[i], &mock->jobs[i + 1], (--mock->n_jobs - i) * sizeof(job));
		give(mock, &job);
	}
}

/* --- driving --- */

void mock_start(struct mock *mock)
{
	struct sy_call_prm prm = {.rate = RATE,
		.case_key = MOCK_CASE_KEY,
		.now = {.tm_year = 126, .tm_mon = 2, .tm_mday = 11, .tm_hour = 10, .tm_min = 30, .tm_wday = 3},
		.articles_grammar = "articles",
		.costs = {.wrong_answer = 0.5, .question = 0.1, .person_minute = 1},
		.handlers = {on_hear, on_say, on_look_up, on_slot_grammar, on_pass, on_event, mock}};

	*mock = (struct mock){.handed = SY_HANDED_WAITING, .rows = 1, .pass_ms = SY_FRAME_MS, .voiced_at_ms = -1};
	mock_now = mock;
	mock->events = json_array();
	assert_int_equal(sy_prompts_load(SAYSO_SOURCE_DIR "/prompts/en", &mock->prompts, NULL), 0);
	prm.prompts = mock->prompts;
	prm.search = (const struct sy_search *)mock;
	prm.snapshot = (const struct sy_snapshot *)mock;
	assert_int_equal(sy_call_create(&prm, &mock->call, NULL), 0);
}

void mock_stop(struct mock *mock)
{
	size_t i;

	for (i = 0; i < mock->n_jobs; i++)
		sy_sound_reset(&mock->jobs[i].sound);
	sy_call_destroy(mock->call);
	sy_prompts_destroy(mock->prompts);
	json_decref(mock->events);
	free(mock->card);
	mock->call = NULL;
}

void mock_frame(struct mock *mock, bool loud)
{
	int16_t caller[SY_FRAME_SAMPLES_MAX] = {0};
	int16_t ours[SY_FRAME_SAMPLES_MAX];
	size_t i;

	for (i = 0; i < sy_frame_samples(RATE); i++)
		caller[i] = loud ? LOUD : 0;
	deliver(mock);
	assert_int_equal(sy_call_frame(mock->call, caller, ours), 0);
	if (loud) {
		mock->speech_end_ms = sy_call_ms(mock->call);
		mock->voiced_at_ms = -1;
	}
	if (sy_call_speaking(mock->call)) {
		mock->prompt_end_ms = sy_call_ms(mock->call);
		if (mock->voiced_at_ms < 0)
			mock->voiced_at_ms = sy_call_ms(mock->call) - SY_FRAME_MS;
	}
}

void mock_quiet(struct mock *mock, int ms)
{
	for (; ms > 0; ms -= SY_FRAME_MS)
		mock_frame(mock, false);
}

void mock_speak(struct mock *mock, int ms, const struct mock_heard *heard)
{
	mock->hears = *heard;
	for (; ms > 0; ms -= SY_FRAME_MS)
		mock_frame(mock, true);
}

void mock_listen(struct mock *mock)
{
	int frames = 0;

	while (!sy_call_listening(mock->call) && !sy_call_ended(mock->call)) {
		mock_frame(mock, false);
		assert_true(++frames < TWO_MINUTES);
	}
}

void mock_turn(struct mock *mock, const struct mock_heard *heard)
{
	mock_listen(mock);
	mock_speak(mock, 600, heard);
	mock_listen(mock);
}

void mock_keys(struct mock *mock, const char *keys)
{
	for (; *keys; keys++) {
		assert_int_equal(sy_call_key(mock->call, *keys), 0);
		mock_quiet(mock, 200);
	}
}

void mock_end(struct mock *mock)
{
	int frames = 0;

	while (!sy_call_ended(mock->call)) {
		mock_frame(mock, false);
		assert_true(++frames < TWO_MINUTES);
	}
}

/* --- looking --- */

json_t *mock_event(const struct mock *mock, const char *name)
{
	size_t i = json_array_size(mock->events);

	while (i--) {
		json_t *event = json_array_get(mock->events, i);

		if (!strcmp(json_string_value(json_object_get(event, "event")), name))
			return event;
	}
	return NULL;
}

const char *mock_string(const struct mock *mock, const char *event, const char *field)
{
	const char *s = json_string_value(json_object_get(mock_event(mock, event), field));

	return s ? s : "";
}

size_t mock_count(const struct mock *mock, const char *name)
{
	size_t n = 0;
	size_t i;

	for (i = 0; i < json_array_size(mock->events); i++)
		n += !strcmp(json_string_value(json_object_get(json_array_get(mock->events, i), "event")), name);
	return n;
}

size_t mock_n(const struct mock *mock)
{
	return json_array_size(mock->events);
}

bool mock_said(const struct mock *mock, size_t from, const char *words)
{
	for (; from < mock_n(mock); from++) {
		const json_t *event = json_array_get(mock->events, from);

		if (!strcmp(json_string_value(json_object_get(event, "event")), "say") &&
			strstr(json_string_value(json_object_get(event, "text")), words))
			return true;
	}
	return false;
}

char *mock_events_text(const struct mock *mock)
{
	return json_dumps(mock->events, 0);
}

const struct mock_heard mock_yes = {.text = "yes", .intent = "yes", .decision = SY_ACCEPT, .completeness = SY_COMPLETE};
const struct mock_heard mock_no = {.text = "no", .intent = "no", .decision = SY_ACCEPT, .completeness = SY_COMPLETE};
const struct mock_heard mock_agent = {
	.text = "a person please", .intent = "agent", .decision = SY_ACCEPT, .completeness = SY_COMPLETE};
const struct mock_heard mock_goodbye = {
	.text = "goodbye", .intent = "goodbye", .decision = SY_ACCEPT, .completeness = SY_COMPLETE};
const struct mock_heard mock_noise = {.decision = SY_REJECT, .completeness = SY_OUTSIDE, .sounded = SY_SOUNDED_NOISE};
const struct mock_heard mock_garbage = {
	.text = "blue seven perhaps", .decision = SY_REJECT, .completeness = SY_OUTSIDE, .confidence = 0.05};
const struct mock_heard mock_hours = {
	.text = "when are you open", .intent = "hours", .decision = SY_ACCEPT, .completeness = SY_COMPLETE};
const struct mock_heard mock_hours_maybe = {
	.text = "when open", .intent = "hours", .second = "lost", .decision = SY_CONFIRM, .completeness = SY_COMPLETE};
const struct mock_heard mock_balance = {
	.text = "what is my balance", .intent = "balance", .decision = SY_ACCEPT, .completeness = SY_COMPLETE};
