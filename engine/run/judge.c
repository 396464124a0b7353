#include "engine/run/judge.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audio/frame.h"
#include "base/text.h"

struct sy_judge {
	const struct sy_talk *talk;
	json_t *events; /* an array */
	bool lost;
	/* while judging */
	const struct sy_judge_span *spans;
	void (*failed)(void *arg, const char *line);
	void *arg;
	size_t n_failed;
};

/* The events of one turn: those with from_ms <= t < to_ms. */
struct window {
	size_t turn;
	int64_t from_ms;
	int64_t to_ms;
};

int sy_judge_create(const struct sy_talk *talk, struct sy_judge **ret_judge)
{
	struct sy_judge *judge = calloc(1, sizeof *judge);

	if (judge)
		judge->events = json_array();
	if (!judge || !judge->events) {
		free(judge);
		return ENOMEM;
	}
	judge->talk = talk;
	*ret_judge = judge;
	return 0;
}

void sy_judge_destroy(struct sy_judge *judge)
{
	if (!judge)
		return;
	json_decref(judge->events);
	free(judge);
}

void sy_judge_event(const struct sy_event *event, void *arg)
{
	struct sy_judge *judge = arg;

	if (json_array_size(judge->events) >= SY_JUDGE_EVENTS_MAX ||
		json_array_append_new(judge->events, sy_event_json(event)))
		judge->lost = true;
}

static const char *string_of(const json_t *event, const char *name)
{
	const char *text = json_string_value(json_object_get(event, name));

	return text ? text : "";
}

static int64_t int_of(const json_t *event, const char *name)
{
	return json_integer_value(json_object_get(event, name));
}

static bool is_kind(const json_t *event, const char *kind)
{
	return !strcmp(string_of(event, "event"), kind);
}

/* Where an event lies on the call's clock: what was heard where it was spoken, everything else where it began. */
static int64_t when(const json_t *event)
{
	if (is_kind(event, "heard"))
		return (int_of(event, "turn_begin_ms") + int_of(event, "turn_end_ms")) / 2;
	return int_of(event, "t_ms");
}

/* The next event of that kind in the window after `*at`; NULL when there is none. */
static const json_t *next(const struct sy_judge *judge, const struct window *window, const char *kind, size_t *at)
{
	while (*at < json_array_size(judge->events)) {
		const json_t *event = json_array_get(judge->events, (*at)++);

		if (is_kind(event, kind) && when(event) >= window->from_ms && when(event) < window->to_ms)
			return event;
	}
	return NULL;
}

/* Reports "FILE:LINE: turn N: expected …, but …". Turn SIZE_MAX: the whole call. Takes both texts. */
static void fail(struct sy_judge *judge, const struct window *window, struct sy_text *expected, struct sy_text *came)
{
	const struct sy_talk *talk = judge->talk;
	struct sy_text line = {0};
	int number = window ? talk->turns[window->turn].line_number : 0;

	if (talk->path && *talk->path)
		(void)sy_text_addf(&line, "%s:", talk->path);
	if (talk->path && *talk->path && number)
		(void)sy_text_addf(&line, "%d:", number);
	if (window)
		(void)sy_text_addf(&line, "%sturn %zu: ", line.len ? " " : "", window->turn + 1);
	else
		(void)sy_text_addf(&line, "%sthe whole call: ", line.len ? " " : "");
	(void)sy_text_addf(&line, "expected %s, but %s", sy_text_str(expected), sy_text_str(came));
	judge->failed(judge->arg, sy_text_str(&line));
	judge->n_failed++;
	sy_text_reset(&line);
	sy_text_reset(expected);
	sy_text_reset(came);
}

/* All events of a kind in the window as "a, b"; `describe` adds one. */
static void add_all(const struct sy_judge *judge, const struct window *window, const char *kind,
	void (*describe)(const json_t *event, struct sy_text *text), struct sy_text *came)
{
	const char *between = "";
	const json_t *event;
	size_t at = 0;

	while ((event = next(judge, window, kind, &at))) {
		(void)sy_text_add(came, between);
		describe(event, came);
		between = ", then ";
	}
	if (!*between)
		(void)sy_text_addf(came, "there was no %s", kind);
}

static void describe_heard(const json_t *event, struct sy_text *text)
{
	const char *intent = string_of(event, "intent");
	const char *name;
	json_t *value;

	(void)sy_text_addf(text, "\"%s\" was heard (%s%s%s", string_of(event, "text"), string_of(event, "decision"),
		*intent ? ", " : "", intent);
	json_object_foreach(json_object_get(event, "slots"), name, value)(void)
		sy_text_addf(text, ", %s=%s", name, json_string_value(value));
	(void)sy_text_add(text, ")");
}

static void describe_said(const json_t *event, struct sy_text *text)
{
	(void)sy_text_addf(text, "\"%s\"%s", string_of(event, "text"),
		json_is_true(json_object_get(event, "interrupted")) ? " (interrupted)" : "");
}

static void describe_answer(const json_t *event, struct sy_text *text)
{
	(void)sy_text_addf(text, "the answer was %s", string_of(event, "article"));
}

static void describe_handoff(const json_t *event, struct sy_text *text)
{
	(void)sy_text_addf(text, "the reason was %s", string_of(event, "reason"));
}

/* A value as it was normalised, else the words. */
static bool slots_match(const struct sy_pairs *expected, const json_t *event)
{
	for (size_t i = 0; i < expected->n; i++) {
		const char *name = expected->at[i].name;
		const char *value = string_of(json_object_get(event, "values"), name);
		const char *words = string_of(json_object_get(event, "slots"), name);

		if (strcasecmp(value, expected->at[i].value) && strcasecmp(words, expected->at[i].value))
			return false;
	}
	return true;
}

static bool heard_matches(const struct sy_talk_expect *expect, const json_t *event)
{
	const char *intent = string_of(event, "intent");

	/* "none": the words were no sentence, or it was not believed. */
	if (expect->intent && strcmp(expect->intent, *intent ? intent : "none"))
		return false;
	if (expect->decision && strcmp(expect->decision, string_of(event, "decision")))
		return false;
	if (expect->text && !strcasestr(string_of(event, "text"), expect->text))
		return false;
	return slots_match(&expect->slots, event);
}

static void judge_heard(struct sy_judge *judge, const struct window *window, const struct sy_talk_expect *expect)
{
	struct sy_text expected = {0};
	struct sy_text came = {0};
	const json_t *event;
	size_t at = 0;

	if (!expect->intent && !expect->decision && !expect->text && !expect->slots.n)
		return;
	while ((event = next(judge, window, "heard", &at)))
		if (heard_matches(expect, event))
			return;
	(void)sy_text_add(&expected, "to hear");
	if (expect->text)
		(void)sy_text_addf(&expected, " \"%s\"", expect->text);
	if (expect->intent)
		(void)sy_text_addf(&expected, " intent %s", expect->intent);
	if (expect->decision)
		(void)sy_text_addf(&expected, " (%s)", expect->decision);
	for (size_t i = 0; i < expect->slots.n; i++)
		(void)sy_text_addf(&expected, " %s=%s", expect->slots.at[i].name, expect->slots.at[i].value);
	add_all(judge, window, "heard", describe_heard, &came);
	fail(judge, window, &expected, &came);
}

/* One event of the kind whose member is the value; "none": there must not be one. */
static void judge_one(
	struct sy_judge *judge, const struct window *window, const char *kind, const char *member, const char *value)
{
	bool answer = !strcmp(kind, "answer");
	struct sy_text expected = {0};
	struct sy_text came = {0};
	const json_t *event;
	bool any = false;
	size_t at = 0;

	if (!value)
		return;
	while ((event = next(judge, window, kind, &at))) {
		any = true;
		if (!strcmp(string_of(event, member), value))
			return;
	}
	if (!any && !strcmp(value, "none"))
		return;
	(void)sy_text_addf(&expected, answer ? "the answer %s" : "a hand-off for the reason %s", value);
	add_all(judge, window, kind, answer ? describe_answer : describe_handoff, &came);
	fail(judge, window, &expected, &came);
}

static bool was_said(const struct sy_judge *judge, const struct window *window, const char *words)
{
	const json_t *event;
	size_t at = 0;

	while ((event = next(judge, window, "say", &at)))
		if (strcasestr(string_of(event, "text"), words))
			return true;
	return false;
}

static void judge_said(struct sy_judge *judge, const struct window *window, const struct sy_talk_expect *expect)
{
	struct sy_text expected = {0};
	struct sy_text came = {0};

	for (unsigned i = 0; i < expect->say.n; i++) {
		if (was_said(judge, window, expect->say.at[i]))
			continue;
		(void)sy_text_addf(&expected, "\"%s\" to be said", expect->say.at[i]);
		add_all(judge, window, "say", describe_said, &came);
		fail(judge, window, &expected, &came);
	}
	for (unsigned i = 0; i < expect->not_say.n; i++) {
		if (!was_said(judge, window, expect->not_say.at[i]))
			continue;
		(void)sy_text_addf(&expected, "\"%s\" not to be said", expect->not_say.at[i]);
		add_all(judge, window, "say", describe_said, &came);
		fail(judge, window, &expected, &came);
	}
}

/* A prompt that a key cuts off ends with the last frame that was heard of it, just before the key. */
#define CUT_OFF_MS (3 * SY_FRAME_MS)

/* A prompt that the turn cut off began before the turn, so its end counts. */
static void judge_interrupted(struct sy_judge *judge, const struct window *window, const bool *expect)
{
	struct sy_text expected = {0};
	struct sy_text came = {0};
	bool was = false;
	json_t *event;
	size_t i;

	if (!expect)
		return;
	json_array_foreach(judge->events, i, event)
	{
		int64_t end_ms = int_of(event, "t_ms") + int_of(event, "duration_ms");

		if (is_kind(event, "say") && json_is_true(json_object_get(event, "interrupted")) &&
			end_ms >= window->from_ms - CUT_OFF_MS && end_ms < window->to_ms - CUT_OFF_MS)
			was = true;
	}
	if (was == *expect)
		return;
	(void)sy_text_add(&expected, was ? "no prompt to be interrupted" : "a prompt to be interrupted");
	(void)sy_text_add(&came, was ? "one was" : "none was");
	fail(judge, window, &expected, &came);
}

static void judge_silence(struct sy_judge *judge, const struct window *window, const bool *expect)
{
	struct sy_text expected = {0};
	struct sy_text came = {0};
	size_t at = 0;
	bool was = next(judge, window, "silence", &at) != NULL;

	if (!expect || was == *expect)
		return;
	(void)sy_text_add(&expected, was ? "no silence to be noticed" : "the silence to be noticed");
	(void)sy_text_add(&came, was ? "it was" : "it was not");
	fail(judge, window, &expected, &came);
}

static void judge_within(struct sy_judge *judge, const struct window *window, const int *within_ms)
{
	struct window after = *window;
	struct sy_text expected = {0};
	struct sy_text came = {0};
	const json_t *event;
	size_t at = 0;

	if (!within_ms)
		return;
	after.from_ms = judge->spans[window->turn].end_ms;
	event = next(judge, &after, "say", &at);
	if (event && when(event) - after.from_ms <= *within_ms)
		return;
	(void)sy_text_addf(&expected, "the reply to begin within %d ms", *within_ms);
	if (event)
		(void)sy_text_addf(&came, "it came after %lld ms", (long long)(when(event) - after.from_ms));
	else
		(void)sy_text_add(&came, "nothing was said");
	fail(judge, window, &expected, &came);
}

/* The state in which the next thing that the caller did, or the end, found the dialogue. */
static void judge_state(struct sy_judge *judge, const struct window *window, const char *expect)
{
	static const char *const kinds[] = {"heard", "key", "silence", "end"};
	struct sy_text expected = {0};
	struct sy_text came = {0};
	const char *state = NULL;
	json_t *event;
	size_t i;

	if (!expect)
		return;
	json_array_foreach(judge->events, i, event)
	{
		for (size_t k = 0; k < 4 && !state; k++)
			if (is_kind(event, kinds[k]) && when(event) >= window->to_ms)
				state = string_of(event, "state");
		if (!state && is_kind(event, "end"))
			state = string_of(event, "state");
	}
	if (state && !strcmp(state, expect))
		return;
	(void)sy_text_addf(&expected, "the state %s", expect);
	(void)sy_text_addf(&came, "it was %s", state ? state : "never known");
	fail(judge, window, &expected, &came);
}

static void judge_turn(struct sy_judge *judge, const struct window *window)
{
	const struct sy_talk_expect *expect = &judge->talk->turns[window->turn].expect;

	judge_heard(judge, window, expect);
	judge_one(judge, window, "answer", "article", expect->answer);
	judge_one(judge, window, "handoff", "reason", expect->handoff);
	judge_said(judge, window, expect);
	judge_interrupted(judge, window, expect->interrupted);
	judge_silence(judge, window, expect->silence);
	judge_within(judge, window, expect->within_ms);
	judge_state(judge, window, expect->state);
}

static bool expects_anything(const struct sy_talk_expect *expect)
{
	return expect->intent || expect->decision || expect->text || expect->slots.n || expect->answer ||
	       expect->say.n || expect->not_say.n || expect->state || expect->handoff || expect->interrupted ||
	       expect->silence || expect->within_ms;
}

static void judge_turns(struct sy_judge *judge)
{
	const struct sy_talk *talk = judge->talk;

	for (size_t i = 0; i < talk->n_turns; i++) {
		struct window window = {i, judge->spans[i].begin_ms, INT64_MAX};
		struct sy_text expected = {0};
		struct sy_text came = {0};

		if (i + 1 < talk->n_turns && judge->spans[i + 1].played)
			window.to_ms = judge->spans[i + 1].begin_ms;
		if (judge->spans[i].played) {
			judge_turn(judge, &window);
		} else if (expects_anything(&talk->turns[i].expect)) {
			(void)sy_text_add(&expected, "the call to come to this turn");
			(void)sy_text_add(&came, "it had ended");
			fail(judge, &window, &expected, &came);
			return;
		}
	}
}

static const json_t *last(const struct sy_judge *judge, const char *kind)
{
	const json_t *found = NULL;
	json_t *event;
	size_t i;

	json_array_foreach(judge->events, i, event)
	{
		if (is_kind(event, kind))
			found = event;
	}
	return found;
}

static void judge_end_word(struct sy_judge *judge, const char *what, const char *expect, const char *was)
{
	struct sy_text expected = {0};
	struct sy_text came = {0};

	if (!expect || !strcmp(expect, was))
		return;
	(void)sy_text_addf(&expected, "%s %s", what, expect);
	(void)sy_text_addf(&came, "it was %s", was);
	fail(judge, NULL, &expected, &came);
}

static void judge_answers(struct sy_judge *judge, const struct sy_talk_words *answers)
{
	struct sy_text expected = {0};
	struct sy_text came = {0};
	json_t *event;
	size_t i;

	if (!answers->n)
		return;
	for (unsigned k = 0; k < answers->n; k++)
		(void)sy_text_addf(&expected, "%s%s", k ? ", " : "", answers->at[k]);
	json_array_foreach(judge->events, i, event)
	{
		if (is_kind(event, "answer"))
			(void)sy_text_addf(&came, "%s%s", came.len ? ", " : "", string_of(event, "article"));
	}
	if (strcmp(sy_text_str(&expected), sy_text_str(&came)))
		judge_end_word(judge, "the answers", sy_text_str(&expected), came.len ? sy_text_str(&came) : "none");
	sy_text_reset(&expected);
	sy_text_reset(&came);
}

static void judge_card(struct sy_judge *judge, const struct sy_pairs *filled)
{
	const json_t *slots = json_object_get(json_object_get(last(judge, "handoff"), "card"), "slots");

	for (size_t i = 0; i < filled->n; i++) {
		const char *was = string_of(slots, filled->at[i].name);
		struct sy_text what = {0};

		(void)sy_text_addf(&what, "on the card %s", filled->at[i].name);
		judge_end_word(judge, sy_text_str(&what), filled->at[i].value, *was ? was : "not there");
		sy_text_reset(&what);
	}
}

static void judge_whole(struct sy_judge *judge)
{
	const struct sy_talk_end *expect = &judge->talk->expect;
	const json_t *handoff = last(judge, "handoff");
	const json_t *end = last(judge, "end");
	struct sy_text expected = {0};
	struct sy_text came = {0};

	judge_end_word(judge, "the outcome", expect->outcome, end ? string_of(end, "outcome") : "no end at all");
	judge_end_word(
		judge, "the reason of the hand-off", expect->handoff, handoff ? string_of(handoff, "reason") : "none");
	judge_answers(judge, &expect->answers);
	judge_card(judge, &expect->filled);
	if (!expect->max_ms || (end && int_of(end, "t_ms") <= *expect->max_ms))
		return;
	(void)sy_text_addf(&expected, "an end within %d ms", *expect->max_ms);
	(void)sy_text_addf(&came, "it came after %lld ms", end ? (long long)int_of(end, "t_ms") : -1LL);
	fail(judge, NULL, &expected, &came);
}

size_t sy_judge_verdict(struct sy_judge *judge, const struct sy_judge_span *spans,
	void (*failed)(void *arg, const char *line), void *arg)
{
	struct sy_text expected = {0};
	struct sy_text came = {0};

	judge->spans = spans;
	judge->failed = failed;
	judge->arg = arg;
	judge->n_failed = 0;
	if (judge->lost) {
		(void)sy_text_addf(&expected, "at most %d events", SY_JUDGE_EVENTS_MAX);
		(void)sy_text_add(&came, "there were more");
		fail(judge, NULL, &expected, &came);
	}
	judge_turns(judge);
	judge_whole(judge);
	return judge->n_failed;
}
