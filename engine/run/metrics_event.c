#include "engine/run/metrics.h"

/* A prompt that stopped longer ago was stopped by something else than the turn that follows. */
#define BARGE_IN_MAX_MS 5000

typedef void count_h(const struct sy_event *event, struct sy_metrics_call *call);

static void add(struct sy_metrics_call *call, enum sy_metric which, const char *first, const char *second)
{
	sy_metrics_add(call->metrics, which, &(struct sy_labels){first, second}, 1);
}

static void observe(struct sy_metrics_call *call, enum sy_metric which, const char *first, int64_t ms)
{
	sy_metrics_observe(call->metrics, which, &(struct sy_labels){first, NULL}, (double)ms / 1000);
}

static void count_call(const struct sy_event *event, struct sy_metrics_call *call)
{
	(void)event;
	add(call, SY_METRIC_CALLS_IN_PROGRESS, call->kind, NULL);
}

static void count_say(const struct sy_event *event, struct sy_metrics_call *call)
{
	add(call, SY_METRIC_PROMPTS, event->interrupted ? "interrupted" : "whole", NULL);
	if (!call->spoken)
		observe(call, SY_METRIC_FIRST_WORD_SECONDS, NULL, event->t_ms);
	call->spoken = true;
	if (call->waiting && event->t_ms >= call->turn_end_ms) {
		observe(call, SY_METRIC_ANSWER_SECONDS, call->number ? "number" : "sentence",
			event->t_ms - call->turn_end_ms);
		call->waiting = false;
	}
	call->stopped = event->interrupted;
	call->stopped_ms = event->t_ms + event->duration_ms;
}

static void count_heard(const struct sy_event *event, struct sy_metrics_call *call)
{
	const struct sy_hypothesis *heard = event->hypothesis;
	int64_t over_ms = call->stopped_ms - event->turn_begin_ms;

	add(call, SY_METRIC_TURNS, sy_sounded_name(heard->sounded), NULL);
	add(call, SY_METRIC_DECISIONS, sy_decision_name(heard->decision), NULL);
	observe(call, SY_METRIC_DECODE_SECONDS, NULL, heard->decode_ms);
	if (call->stopped && over_ms >= 0 && over_ms <= BARGE_IN_MAX_MS)
		observe(call, SY_METRIC_BARGE_IN_SECONDS, NULL, over_ms);
	call->stopped = false;
	call->waiting = true;
	call->turn_end_ms = event->turn_end_ms;
	call->number = sy_event_open_number(event);
}

static void count_key(const struct sy_event *event, struct sy_metrics_call *call)
{
	(void)event;
	add(call, SY_METRIC_KEYS, NULL, NULL);
	call->stopped = false;
}

static void count_silence(const struct sy_event *event, struct sy_metrics_call *call)
{
	(void)event;
	add(call, SY_METRIC_SILENCES, NULL, NULL);
	call->waiting = false;
}

static void count_answer(const struct sy_event *event, struct sy_metrics_call *call)
{
	(void)event;
	add(call, SY_METRIC_ANSWERS, NULL, NULL);
}

static void count_handoff(const struct sy_event *event, struct sy_metrics_call *call)
{
	add(call, SY_METRIC_HANDOFFS, event->reason, NULL);
}

static void count_end(const struct sy_event *event, struct sy_metrics_call *call)
{
	add(call, SY_METRIC_CALLS, call->kind, event->outcome);
	sy_metrics_add(call->metrics, SY_METRIC_CALLS_IN_PROGRESS, &(struct sy_labels){call->kind, NULL}, -1);
	observe(call, SY_METRIC_CALL_SECONDS, call->kind, event->t_ms);
}

void sy_metrics_event(const struct sy_event *event, void *call)
{
	static count_h *const counts[] = {
		[SY_EVENT_CALL] = count_call,
		[SY_EVENT_SAY] = count_say,
		[SY_EVENT_HEARD] = count_heard,
		[SY_EVENT_KEY] = count_key,
		[SY_EVENT_SILENCE] = count_silence,
		[SY_EVENT_ANSWER] = count_answer,
		[SY_EVENT_HANDOFF] = count_handoff,
		[SY_EVENT_END] = count_end,
	};

	counts[event->kind](event, call);
}
