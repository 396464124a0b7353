/*
 * control: when RTCP is due and what it says (RFC 3550, 6.2 to 6.4), and the round trip from what comes back.
 *
 * A plain value; times are the caller's (microseconds since 1970, the wall clock, as reports carry it). One thread.
 */
#ifndef SY_AUDIO_MEDIA_CONTROL_H
#define SY_AUDIO_MEDIA_CONTROL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audio/media/outgoing.h"
#include "audio/media/reception.h"
#include "audio/media/rtcp.h"
#include "audio/noise.h"

/* RFC 3550, 6.2: the smallest interval; each is drawn from half to one and a half times this. */
#define SY_CONTROL_INTERVAL_MS 5000

struct sy_control {
	char name[SY_RTCP_NAME_BYTES];
	struct sy_noise_random random;
	int due_ms;
	uint32_t last_sr; /* middle bits of the peer's last sender report */
	uint64_t last_sr_us;
	int round_trip_ms; /* -1: unknown */
	int far_lost_percent;
	bool bye;
	uint64_t packets_reported; /* of ours: a receiver report suffices while nothing was sent */
};

/* EIO where the system has no random numbers. */
int sy_control_init(struct sy_control *control);

/* A frame's time has passed: is a report due? */
bool sy_control_tick(struct sy_control *control);

struct sy_control_sides {
	const struct sy_outgoing *outgoing;
	struct sy_reception *reception;
};

/* ret_bytes has room for SY_RTCP_BYTES_MAX; returns how many were written. */
size_t sy_control_write(struct sy_control *control, const struct sy_control_sides *sides, uint64_t now_us, bool bye,
	uint8_t *ret_bytes);

/* The peer's packet; `ssrc` is ours. EBADMSG. */
int sy_control_take(struct sy_control *control, const uint8_t *bytes, size_t n, uint32_t ssrc, uint64_t now_us);

#endif
