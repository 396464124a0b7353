#include "tools/load/caller.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "audio/frame.h"
#include "audio/g711.h"

/* Never two things in a row that the company knows nothing of. As many as have no factor in common with
 * SY_LOAD_INTERRUPT_EVERY, so that each kind comes to interrupt. */
static const enum sy_load_kind mix[] = {SY_LOAD_QUESTION, SY_LOAD_ORDER, SY_LOAD_QUESTION, SY_LOAD_QUESTION,
	SY_LOAD_SENTENCE, SY_LOAD_QUESTION, SY_LOAD_NUMBER, SY_LOAD_QUESTION, SY_LOAD_READ, SY_LOAD_QUESTION,
	SY_LOAD_QUESTION};
#define MIX (sizeof(mix) / sizeof(mix[0]))
static_assert(MIX % SY_LOAD_INTERRUPT_EVERY != 0, "each kind comes to interrupt");

void sy_load_caller_begin(struct sy_load_caller *caller, size_t nth, double now_ms)
{
	*caller = (struct sy_load_caller){.turns = caller->turns,
		.figures = caller->figures,
		.turn_every_ms = caller->turn_every_ms,
		.nth = nth,
		.up_ms = now_ms,
		.packet_ms = now_ms};
	/* Callers do not speak in step. */
	caller->due_ms = now_ms + caller->turn_every_ms * (0.5 + (double)(nth * 37 % 100) / 100);
}

static const struct sy_load_turn *next_turn(struct sy_load_caller *caller)
{
	/* Who is asked for an account number says it, and nothing out of the blue. */
	if (caller->said != NULL && caller->said->then > 0)
		return &caller->turns->at[caller->said->then];
	const struct sy_load_turn *turn =
		sy_load_turns_pick(caller->turns, mix[caller->nth % MIX], caller->nth / MIX * 7 + caller->nth);

	/* A load without recordings, or without questions, is made of the rest. */
	return turn != NULL ? turn : &caller->turns->at[caller->nth % caller->turns->n];
}

static bool due(const struct sy_load_caller *caller, double now_ms)
{
	const bool sounds = caller->voiced_ms > 0 && now_ms - caller->voiced_ms < SY_LOAD_QUIET_MS;

	if (!caller->greeted || now_ms < caller->due_ms)
		return false;
	if (caller->nth % SY_LOAD_INTERRUPT_EVERY != SY_LOAD_INTERRUPT_EVERY - 1)
		return !sounds && caller->end_ms <= 0;
	/* This one speaks over the answer to the one before; where none comes, it does not wait for ever. */
	if (!sounds)
		return caller->end_ms <= 0 && now_ms >= caller->due_ms + caller->turn_every_ms;
	return now_ms - caller->prompt_ms >= SY_LOAD_INTERRUPT_MS && now_ms - caller->voiced_ms <= 2 * SY_FRAME_MS;
}

static void begin_turn(struct sy_load_caller *caller, double now_ms)
{
	caller->turn = caller->said = next_turn(caller);
	caller->interrupts = now_ms - caller->voiced_ms < SY_LOAD_QUIET_MS;
	caller->at = 0;
	caller->onset_ms = 0;
	caller->was_early = false;
	caller->nth++;
	caller->figures->turns++;
	/* The one that interrupts comes as soon as there is a prompt to interrupt. */
	caller->due_ms = caller->nth % SY_LOAD_INTERRUPT_EVERY == SY_LOAD_INTERRUPT_EVERY - 1
				 ? now_ms + (double)caller->turn_every_ms / 2
				 : now_ms + caller->turn_every_ms;
}

static void on_onset(struct sy_load_caller *caller, double now_ms)
{
	caller->onset_ms = now_ms;
	if (!caller->interrupts || now_ms - caller->voiced_ms > SY_LOAD_STOPPED_MS)
		return;
	caller->stop_onset_ms = now_ms;
	caller->stopping_ms = caller->voiced_ms;
}

static void on_end(struct sy_load_caller *caller, double now_ms)
{
	/* An interrupted prompt and the answer behind it cannot be told apart by their sound alone. */
	if (caller->interrupts)
		return;
	caller->end_ms = now_ms;
	caller->end_kind = caller->turn->kind;
}

/* Whether the prompt that was interrupted has stopped. */
static void look_at_stop(struct sy_load_caller *caller, double now_ms)
{
	if (caller->stopping_ms <= 0 || now_ms - caller->stopping_ms < SY_LOAD_STOPPED_MS ||
		now_ms - caller->stop_onset_ms < SY_LOAD_STOPPED_MS)
		return;
	sy_histogram_add(&caller->figures->interrupt, caller->stopping_ms - caller->stop_onset_ms);
	caller->stopping_ms = 0;
}

static void look_at_patience(struct sy_load_caller *caller, double now_ms)
{
	if (caller->end_ms <= 0 || now_ms - caller->end_ms < SY_LOAD_PATIENCE_MS)
		return;
	caller->figures->unanswered++;
	caller->end_ms = 0;
}

/* A line is never digital silence: what the engine takes for its noise would stay that of what was said before, which
 * is another recording. Soft noise, -65 dBFS. */
static void be_quiet(struct sy_load_caller *caller, uint8_t *ret_mulaw)
{
	for (size_t i = 0; i < SY_LOAD_PACKET; i++) {
		caller->noise = caller->noise * 1664525u + 1013904223u;
		ret_mulaw[i] = sy_g711_to_mulaw((int16_t)((int)(caller->noise >> 26) - 32));
	}
}

void sy_load_caller_speak(struct sy_load_caller *caller, double now_ms, uint8_t *ret_mulaw)
{
	be_quiet(caller, ret_mulaw);
	look_at_stop(caller, now_ms);
	look_at_patience(caller, now_ms);
	if (caller->turn == NULL && due(caller, now_ms))
		begin_turn(caller, now_ms);
	if (caller->turn == NULL)
		return;
	const double begin_ms = (double)caller->at * SY_FRAME_MS / SY_LOAD_PACKET, end_ms = begin_ms + SY_FRAME_MS;
	memcpy(ret_mulaw, caller->turn->mulaw + caller->at, SY_LOAD_PACKET);
	if (caller->onset_ms <= 0 && caller->turn->onset_ms < end_ms)
		on_onset(caller, now_ms);
	if (caller->turn->end_ms > begin_ms && caller->turn->end_ms <= end_ms)
		on_end(caller, now_ms);
	caller->at += SY_LOAD_PACKET;
	if (caller->at >= caller->turn->n)
		caller->turn = NULL;
}

static bool has_voice(const struct sy_load_packet *packet)
{
	int16_t pcm[SY_LOAD_PACKET];
	const size_t n = packet->n < SY_LOAD_PACKET ? packet->n : SY_LOAD_PACKET;

	for (size_t i = 0; i < n; i++)
		pcm[i] = sy_g711_from_mulaw(packet->mulaw[i]);
	return n > 0 && sy_level_dbfs(pcm, n) > SY_LOAD_VOICE_DBFS;
}

static void time_packet(struct sy_load_caller *caller, const struct sy_load_packet *packet)
{
	if (caller->timed) {
		const uint16_t step = (uint16_t)(packet->sequence - caller->sequence);
		caller->figures->gaps += step > 1 && step < UINT16_MAX / 2 ? step - 1u : 0u;
	} else {
		caller->first_timestamp = packet->timestamp;
		caller->earliest_ms = packet->at_ms;
	}
	const double media_ms = (double)(int32_t)(packet->timestamp - caller->first_timestamp) * 1000 / SY_RATE_LINE;
	caller->timed = true;
	caller->sequence = packet->sequence;
	caller->earliest_ms = fmin(caller->earliest_ms, packet->at_ms - media_ms);
	sy_histogram_add(&caller->figures->late, packet->at_ms - media_ms - caller->earliest_ms);
}

/* Voice while the caller still speaks: the engine took a pause for the end. */
static void note_early(struct sy_load_caller *caller, double at_ms)
{
	const bool speaks = caller->turn != NULL && caller->onset_ms > 0 && caller->end_ms <= 0;

	if (!speaks || caller->interrupts || caller->was_early || at_ms - caller->voiced_ms < SY_LOAD_QUIET_MS)
		return;
	caller->was_early = true;
	caller->figures->early++;
}

static void note_answer(struct sy_load_caller *caller, double at_ms)
{
	if (caller->end_ms <= 0)
		return;
	if (!caller->was_early) {
		struct sy_load_figures *figures = caller->figures;
		sy_histogram_add(caller->end_kind == SY_LOAD_NUMBER ? &figures->number : &figures->answer,
			at_ms - caller->end_ms);
		sy_histogram_add(&figures->of_kind[caller->end_kind], at_ms - caller->end_ms);
		figures->answered++;
	}
	caller->end_ms = 0;
}

void sy_load_caller_hear(struct sy_load_caller *caller, const struct sy_load_packet *packet)
{
	caller->figures->packets++;
	caller->packet_ms = packet->at_ms;
	time_packet(caller, packet);
	if (!has_voice(packet))
		return;
	if (!caller->greeted) {
		sy_histogram_add(&caller->figures->first_word, packet->at_ms - caller->up_ms);
		caller->greeted = true;
	}
	look_at_stop(caller, packet->at_ms);
	if (caller->stopping_ms > 0)
		caller->stopping_ms = packet->at_ms;
	note_early(caller, packet->at_ms);
	note_answer(caller, packet->at_ms);
	if (packet->at_ms - caller->voiced_ms >= SY_LOAD_QUIET_MS)
		caller->prompt_ms = packet->at_ms;
	caller->voiced_ms = packet->at_ms;
}

bool sy_load_caller_lost(const struct sy_load_caller *caller, double now_ms)
{
	return now_ms - caller->packet_ms > SY_LOAD_LOST_MS;
}
