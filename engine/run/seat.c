#include "engine/run/seat.h"

#include <errno.h>
#include <stdlib.h>

#include "engine/run/edition.h"

#define PUBLISH_FRAMES (SY_ROSTER_PUBLISH_MS / SY_FRAME_MS)

struct sy_seat {
	const struct sy_ticker_prm *ticker;
	uint64_t call;
	struct sy_guest *guest;
	struct sy_edition *edition;
	struct sy_worker *worker;
	struct sy_line *line;
	struct sy_log_call log;
	struct sy_metrics_call metrics;
	struct sy_roster_entry entry;
	size_t place; /* in the roster */
	bool shown;
	int frames; /* since it was published */
};

static void on_event(const struct sy_event *event, void *arg)
{
	struct sy_seat *seat = arg;

	(void)sy_clerk_event(seat->ticker->clerk, seat->call, event); /* a loss is counted there */
	sy_log_event(event, &seat->log);
	sy_metrics_event(event, &seat->metrics);
	sy_roster_entry_event(event, &seat->entry);
}

static void on_frame(void *arg, const int16_t *caller, const int16_t *ours)
{
	struct sy_seat *seat = arg;
	const struct sy_call *call = sy_line_call(seat->line);
	const struct sy_roster_tick tick = {.state = sy_call_state(call),
		.call_ms = sy_call_ms(call),
		.speaking = sy_call_speaking(call),
		.caller = caller,
		.ours = ours,
		.samples = sy_frame_samples(seat->guest->arrival.bridge->rate)};

	if (!seat->shown)
		return;
	sy_roster_entry_tick(&seat->entry, &tick);
	if (++seat->frames < PUBLISH_FRAMES)
		return;
	seat->frames = 0;
	sy_roster_publish(seat->ticker->roster, seat->place, &seat->entry);
}

static int start_line(struct sy_seat *seat, struct sy_problem *why)
{
	const struct sy_ticker_prm *ticker = seat->ticker;
	const struct sy_guest *guest = seat->guest;
	const struct sy_call_worker_prm worker = {.call = seat->call,
		.edition = seat->edition->crew,
		.pool = ticker->pool,
		.clerk = ticker->clerk,
		.reader = ticker->reader,
		.shelf = ticker->shelf};
	struct sy_line_prm line = {.bridge = guest->arrival.bridge,
		.book = seat->edition->book,
		.snapshot = seat->edition->snapshot,
		.search = seat->edition->search,
		.prompts = seat->edition->prompts,
		.articles_grammar = seat->edition->grammar,
		.case_key = guest->case_key,
		.earlier = guest->goes_on ? &guest->earlier : NULL,
		.now = guest->now,
		.pass_to = ticker->pass_to ? ticker->pass_to(ticker->arg, guest->arrival.kind) : NULL,
		.event = on_event,
		.frame = on_frame,
		.arg = seat,
		.max_s = ticker->longest_s,
		.costs = ticker->costs};
	int err = sy_call_worker_create(&worker, &seat->worker);

	line.worker = seat->worker;
	return err ? err : sy_line_start(&line, &seat->line, why);
}

static void begin_record(struct sy_seat *seat)
{
	const struct sy_arrival *arrival = &seat->guest->arrival;
	const struct sy_clerk_call call = {
		.call = seat->call, .bridge = arrival->kind, .caller = arrival->from, .goes_on = seat->guest->goes_on};

	(void)sy_clerk_begin(seat->ticker->clerk, &call); /* a loss is counted there */
}

int sy_seat_create(const struct sy_seat_prm *prm, struct sy_seat **ret_seat, struct sy_problem *why)
{
	struct sy_seat *seat = calloc(1, sizeof *seat);
	const struct sy_arrival *arrival = &prm->guest->arrival;
	int err;

	if (!seat) {
		sy_guest_destroy(prm->guest);
		sy_edition_let_go(prm->edition);
		return ENOMEM;
	}
	seat->ticker = prm->ticker;
	seat->call = prm->call;
	seat->guest = prm->guest;
	seat->edition = prm->edition;
	seat->log = (struct sy_log_call){.log = prm->ticker->log, .call = arrival->id, .kind = arrival->kind};
	seat->metrics = (struct sy_metrics_call){.metrics = prm->ticker->metrics, .kind = arrival->kind};
	sy_roster_entry_begin(&seat->entry, arrival->id, arrival->kind);
	err = start_line(seat, why);
	if (err) {
		sy_seat_destroy(seat);
		return err;
	}
	begin_record(seat);
	seat->shown = prm->ticker->roster && !sy_roster_enter(prm->ticker->roster, &seat->entry, &seat->place);
	*ret_seat = seat;
	return 0;
}

static void complain(struct sy_seat *seat, const struct sy_problem *why)
{
	sy_log(seat->ticker->log, SY_LOG_WARNING, "call-broke", seat->guest->arrival.id,
		SY_LOG_FIELDS(SY_LOG_TEXT("why", why->text)));
}

void sy_seat_destroy(struct sy_seat *seat)
{
	struct sy_problem why = {0};

	if (!seat)
		return;
	if (sy_line_end(seat->line, &why))
		complain(seat, &why);
	if (seat->line)
		(void)sy_clerk_end(seat->ticker->clerk, seat->call);
	if (seat->shown)
		sy_roster_leave(seat->ticker->roster, seat->place);
	sy_worker_destroy(seat->worker);
	sy_guest_destroy(seat->guest);
	sy_edition_let_go(seat->edition);
	free(seat);
}

bool sy_seat_step(struct sy_seat *seat)
{
	struct sy_problem why = {0};

	if (sy_line_step(seat->line, &why))
		complain(seat, &why);
	return !sy_line_over(seat->line);
}

void sy_seat_put_down(struct sy_seat *seat)
{
	sy_line_put_down(seat->line);
}

void sy_seat_deliver(struct sy_seat *seat, struct sy_job *job)
{
	sy_call_worker_deliver(seat->worker, job);
}

uint64_t sy_seat_call(const struct sy_seat *seat)
{
	return seat->call;
}
