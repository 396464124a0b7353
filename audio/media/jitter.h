/*
 * jitter: packets that wait for their moment.
 *
 * Packets go in as they come (late, early, twice, out of order), pieces come out in the order of their timestamps,
 * whenever the player needs more. The player's clock is its own; the buffer watches how long packets have to spare
 * when they come (their slack) and tells the player when to wait a little longer or to hurry a little:
 *
 * - nothing here when some is due: the player fills in, and the sender's time stands still meanwhile. When the next
 *   packet comes, its timestamp tells whether the one before was late (it is still played, the wait has grown) or
 *   lost or never sent (the time filled in is counted as passed);
 * - more than 3 of the last 100 packets come too late: wait one frame longer, up to SY_JITTER_WAIT_MS_MAX;
 * - all but 3 of them have more than a frame to spare: hurry. This also follows a sender whose clock is not ours.
 *
 * Speexdsp's jitter buffer was tried for this place on paper and left: it learns from packets' arrival in whole ticks
 * only, so on a clean line whose packets come about when the tick does it keeps a frame more than needed; it cannot
 * tell silence from loss; and it copies every packet into memory of its own.
 *
 * Sequence numbers order nothing here: timestamps do, so a jump of numbers does no harm. One thread.
 */
#ifndef SY_AUDIO_MEDIA_JITTER_H
#define SY_AUDIO_MEDIA_JITTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audio/media/rtp.h"

/* Waiting for late packets is worth so much delay at most: more hurts a conversation more than a gap does. */
#define SY_JITTER_WAIT_MS_MAX 200
/* A line that stalled brings all at once; what is older than this is left out. */
#define SY_JITTER_DEPTH_MS_MAX 400
/* SY_JITTER_DEPTH_MS_MAX of 10 ms packets and more. A power of two. */
#define SY_JITTER_PACKETS_MAX 64

enum sy_jitter_piece_kind {
	SY_JITTER_EMPTY,   /* nothing here and nothing known: fill in a frame and ask again in the next tick */
	SY_JITTER_PACKET,  /* play it */
	SY_JITTER_COMFORT, /* a comfort noise packet: the sender is silent from here on */
	SY_JITTER_LOST,    /* `units` are missing before a packet that is here */
	SY_JITTER_SILENCE, /* the same, but the sender paused: the packet behind begins a talk spurt */
	SY_JITTER_WAIT,    /* fill in a frame: what is here is worth keeping back a little longer */
};

struct sy_jitter_piece {
	enum sy_jitter_piece_kind kind;
	/* Borrowed until the next put. LOST: of the packet right behind the piece, else NULL. */
	const uint8_t *payload;
	size_t n;
	uint32_t units; /* of timestamp: how long the piece is; a gap comes in pieces of a packet */
};

enum sy_jitter_fate { SY_JITTER_TAKEN, SY_JITTER_LATE, SY_JITTER_TWICE };

struct sy_jitter_packet {
	const struct sy_rtp *rtp; /* its payload is copied */
	bool comfort;
	uint32_t units;  /* the sound's length; 0 for comfort noise */
	uint32_t played; /* decoded sound before it that was not played yet, in units */
	uint32_t age_us; /* how long ago it came */
};

struct sy_jitter;

int sy_jitter_create(int clock, struct sy_jitter **ret_jitter);
void sy_jitter_destroy(struct sy_jitter *jitter);

/* Forgets all packets: another source, another clock. What was learned of the line's jitter is kept. */
void sy_jitter_restart(struct sy_jitter *jitter, int clock);

/* ENOMEM; then the packet is as good as lost. */
int sy_jitter_put(struct sy_jitter *jitter, const struct sy_jitter_packet *packet, enum sy_jitter_fate *ret_fate);

/* The next piece. The player asks until it has a frame. */
void sy_jitter_take(struct sy_jitter *jitter, struct sy_jitter_piece *ret_piece);

/* How much the player should leave out, in ms; 0 mostly. Having left out or put in some, it says so (ms, - for out). */
int sy_jitter_excess_ms(const struct sy_jitter *jitter);
void sy_jitter_shifted(struct sy_jitter *jitter, double ms);

/* How long packets wait here, as most of them do. */
int sy_jitter_delay_ms(const struct sy_jitter *jitter);

#endif
