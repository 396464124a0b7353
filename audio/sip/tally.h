/*
 * tally: what the RTP of all calls comes to, counted while they are up.
 *
 * Each call tells once a second, and at its end, what it has counted since it last did. Owner: the service. Thread
 * rule: a call's `told` belongs to the thread that has its media; the tally itself to all.
 */
#ifndef SY_SIP_TALLY_H
#define SY_SIP_TALLY_H

#include <stdatomic.h>
#include <stdint.h>

#include "audio/media/media.h"

/* Reading a call's counters with each frame would cost more than it tells. */
#define SY_TALLY_FRAMES 50

enum sy_tally_count {
	SY_TALLY_IN,
	SY_TALLY_OUT,
	SY_TALLY_LOST,
	SY_TALLY_LATE,
	SY_TALLY_CONCEALED,
	SY_TALLY_FOREIGN,
	SY_TALLY_REFUSED,
	SY_TALLY_N
};

struct sy_tally {
	_Atomic uint64_t counts[SY_TALLY_N];
};

/* Of one call, and zeroed with it. */
struct sy_tally_told {
	uint64_t counts[SY_TALLY_N];
	unsigned frames;
};

/* A count that went back (a packet that was given up as lost has come after all) adds nothing until it is past what was
 * told. */
void sy_tally_tell(struct sy_tally *tally, struct sy_tally_told *told, const struct sy_media_counters *counters);

/* With each frame of the call. */
void sy_tally_frame(struct sy_tally *tally, struct sy_tally_told *told, const struct sy_media *media);

uint64_t sy_tally_of(const struct sy_tally *tally, enum sy_tally_count which);

#endif
