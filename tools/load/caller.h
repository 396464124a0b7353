/*
 * caller: one caller of a load: when they speak, and what is measured of how they are answered.
 *
 * Has no socket and no clock: it is asked for a packet every 20 ms, told of each packet that came, and given the time
 * (milliseconds of any clock that does not jump). One thread.
 *
 * The answer is timed from the packet in which the last sample of speech was sent (as if it had been spoken when it
 * was sent) to the arrival of the first packet with voice in it.
 */
#ifndef SY_TOOLS_LOAD_CALLER_H
#define SY_TOOLS_LOAD_CALLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/load/histogram.h"
#include "tools/load/turns.h"

#define SY_LOAD_PACKET 160
/* Louder than this, a packet of the engine's carries voice; a silent line is at -96, G.711's own noise at -72. */
#define SY_LOAD_VOICE_DBFS -50
/* Pauses inside a prompt are shorter, pauses between a prompt and the next longer. */
#define SY_LOAD_QUIET_MS 700
/* A prompt that has been stopped stays so at least this long. */
#define SY_LOAD_STOPPED_MS 300
/* How far into a prompt a caller interrupts it. */
#define SY_LOAD_INTERRUPT_MS 1000
/* A turn without an answer in this time was not answered: longer than any wait on purpose. */
#define SY_LOAD_PATIENCE_MS 6000
/* A service whose packets do not come for so long has lost the call. */
#define SY_LOAD_LOST_MS 2000
/* Every so many turns one speaks over the prompt. */
#define SY_LOAD_INTERRUPT_EVERY 5

/* Of all callers together. */
struct sy_load_figures {
	struct sy_histogram answer; /* all but numbers */
	struct sy_histogram number; /* digits that might have gone on */
	struct sy_histogram of_kind[SY_LOAD_KINDS];
	struct sy_histogram interrupt;
	struct sy_histogram first_word; /* from the ACK */
	struct sy_histogram late;       /* packets against the earliest of their call */
	uint64_t turns;
	uint64_t answered;
	uint64_t unanswered;
	uint64_t early; /* answered before the turn had ended */
	uint64_t packets;
	uint64_t gaps; /* sequence numbers that never came */
};

struct sy_load_caller {
	const struct sy_load_turns *turns; /* borrowed */
	struct sy_load_figures *figures;   /* borrowed */
	unsigned turn_every_ms;
	size_t nth; /* turns begun, offset by the caller's number so that not all say the same */

	double up_ms;
	bool greeted;
	double due_ms;
	const struct sy_load_turn *turn; /* NULL: listens */
	const struct sy_load_turn *said; /* the last one, or NULL */
	size_t at;
	uint32_t noise; /* of the line, the last random number */
	bool interrupts;
	double onset_ms; /* of speech in this turn, 0: not yet */
	double end_ms;   /* of the last turn's speech, while its answer is waited for; 0: not */
	bool was_early;
	enum sy_load_kind end_kind;

	double prompt_ms;   /* when the prompt that sounds began */
	double voiced_ms;   /* last packet with voice */
	double stopping_ms; /* last packet with voice of a prompt that is being interrupted; 0: none */
	double stop_onset_ms;

	double packet_ms; /* last packet */
	bool timed;
	double earliest_ms; /* arrival less media time */
	uint32_t first_timestamp;
	uint16_t sequence;
};

/* The call is up. `nth`: the caller's number, any. Keeps turns, figures and turn_every_ms, which are set before. */
void sy_load_caller_begin(struct sy_load_caller *caller, size_t nth, double now_ms);

/* The next 20 ms, as mu-law. */
void sy_load_caller_speak(struct sy_load_caller *caller, double now_ms, uint8_t *ret_mulaw);

struct sy_load_packet {
	double at_ms;
	uint16_t sequence;
	uint32_t timestamp;
	const uint8_t *mulaw;
	size_t n;
};
void sy_load_caller_hear(struct sy_load_caller *caller, const struct sy_load_packet *packet);

/* Nothing came for SY_LOAD_LOST_MS. */
bool sy_load_caller_lost(const struct sy_load_caller *caller, double now_ms);

#endif
