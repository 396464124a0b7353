#include "engine/run/log.h"

#define FIELDS(...) fields(event, call, SY_LOG_FIELDS(__VA_ARGS__))

typedef void line_h(const struct sy_event *event, const struct sy_log_call *call);

static void fields(const struct sy_event *event, const struct sy_log_call *call, const struct sy_log_field *given)
{
	sy_log(call->log, SY_LOG_INFO, sy_event_name(event->kind), call->call, given);
}

static double seconds(int64_t ms)
{
	return (double)ms / 1000;
}

static void line_call(const struct sy_event *event, const struct sy_log_call *call)
{
	FIELDS(SY_LOG_TEXT("kind", call->kind), SY_LOG_WHOLE("version", event->kb_version));
}

static void line_say(const struct sy_event *event, const struct sy_log_call *call)
{
	sy_log(call->log, SY_LOG_DEBUG, "say", call->call,
		SY_LOG_FIELDS(SY_LOG_REAL("t", seconds(event->t_ms), 2), SY_LOG_TEXT("state", event->state),
			SY_LOG_REAL("seconds", seconds(event->duration_ms), 2),
			SY_LOG_TEXT("interrupted", event->interrupted ? "true" : "false")));
}

/* The intent is a name from the content, not the caller's words. */
static void line_heard(const struct sy_event *event, const struct sy_log_call *call)
{
	const struct sy_hypothesis *heard = event->hypothesis;

	FIELDS(SY_LOG_REAL("t", seconds(event->t_ms), 2), SY_LOG_TEXT("state", event->state),
		SY_LOG_TEXT("decision", sy_decision_name(heard->decision)),
		SY_LOG_REAL("confidence", heard->confidence, 2),
		SY_LOG_TEXT("intent", heard->intent ? heard->intent : "none"),
		SY_LOG_TEXT("sounded", sy_sounded_name(heard->sounded)), SY_LOG_WHOLE("slots", heard->slots.n),
		SY_LOG_REAL("seconds", seconds(heard->audio_ms), 2),
		SY_LOG_REAL("decode", seconds(heard->decode_ms), 3));
}

/* Which key is not told: keys are account numbers and passwords. */
static void line_key(const struct sy_event *event, const struct sy_log_call *call)
{
	sy_log(call->log, SY_LOG_DEBUG, "key", call->call,
		SY_LOG_FIELDS(SY_LOG_REAL("t", seconds(event->t_ms), 2), SY_LOG_TEXT("state", event->state)));
}

static void line_silence(const struct sy_event *event, const struct sy_log_call *call)
{
	FIELDS(SY_LOG_REAL("t", seconds(event->t_ms), 2), SY_LOG_TEXT("state", event->state),
		SY_LOG_REAL("seconds", seconds(event->duration_ms), 2));
}

static void line_answer(const struct sy_event *event, const struct sy_log_call *call)
{
	FIELDS(SY_LOG_REAL("t", seconds(event->t_ms), 2),
		SY_LOG_TEXT("article", event->article ? event->article : "none"));
}

static void line_handoff(const struct sy_event *event, const struct sy_log_call *call)
{
	FIELDS(SY_LOG_REAL("t", seconds(event->t_ms), 2), SY_LOG_TEXT("state", event->state),
		SY_LOG_TEXT("reason", event->reason ? event->reason : "other"));
}

static void line_end(const struct sy_event *event, const struct sy_log_call *call)
{
	FIELDS(SY_LOG_REAL("seconds", seconds(event->t_ms), 2), SY_LOG_TEXT("kind", call->kind),
		SY_LOG_TEXT("outcome", event->outcome ? event->outcome : "other"));
}

void sy_log_event(const struct sy_event *event, void *call)
{
	static line_h *const lines[] = {
		[SY_EVENT_CALL] = line_call,
		[SY_EVENT_SAY] = line_say,
		[SY_EVENT_HEARD] = line_heard,
		[SY_EVENT_KEY] = line_key,
		[SY_EVENT_SILENCE] = line_silence,
		[SY_EVENT_ANSWER] = line_answer,
		[SY_EVENT_HANDOFF] = line_handoff,
		[SY_EVENT_END] = line_end,
	};

	lines[event->kind](event, call);
}
