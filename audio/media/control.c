#include "audio/media/control.h"

#include <errno.h>
#include <stdio.h>
#include <sys/random.h>

#include "audio/frame.h"

/* From 1900, where NTP begins, to 1970. */
#define NTP_EPOCH_S 2208988800u
#define US_A_SECOND 1000000
/* Reports count time in 1/65536 s. */
#define SHORT_SECOND 65536
/* A longer round trip is a wrong clock, not a line. */
#define ROUND_TRIP_S_MAX 60
#define ROUNDING (SHORT_SECOND / 500)

static uint64_t ntp_of(uint64_t us)
{
	const uint64_t seconds = us / US_A_SECOND + NTP_EPOCH_S;

	return seconds << 32 | ((us % US_A_SECOND) << 32) / US_A_SECOND;
}

static uint32_t middle(uint64_t ntp)
{
	return (uint32_t)(ntp >> 16);
}

static void draw_interval(struct sy_control *control)
{
	control->due_ms = (int)(SY_CONTROL_INTERVAL_MS * (0.5 + sy_noise_uniform(&control->random)));
}

int sy_control_init(struct sy_control *control)
{
	uint64_t chance[2];

	if (getrandom(chance, sizeof(chance), 0) != sizeof(chance))
		return EIO;
	*control = (struct sy_control){.random = {chance[0]}, .round_trip_ms = -1, .far_lost_percent = -1};
	(void)snprintf(control->name, sizeof(control->name), "%016llx", (unsigned long long)chance[1]);
	draw_interval(control);
	control->due_ms /= 2; /* the first one comes sooner (6.2) */
	return 0;
}

bool sy_control_tick(struct sy_control *control)
{
	control->due_ms -= SY_FRAME_MS;
	if (control->due_ms > 0)
		return false;
	draw_interval(control);
	return true;
}

size_t sy_control_write(
	struct sy_control *control, const struct sy_control_sides *sides, uint64_t now_us, bool bye, uint8_t *ret_bytes)
{
	const struct sy_outgoing *outgoing = sides->outgoing;
	struct sy_rtcp rtcp = {
		.ssrc = outgoing->ssrc,
		.sender = outgoing->packets != control->packets_reported,
		.ntp = ntp_of(now_us),
		.ts = outgoing->ts,
		.packets = (uint32_t)outgoing->packets,
		.bytes = (uint32_t)outgoing->bytes,
		.reported = sides->reception->begun,
		.bye = bye,
		.name = control->name,
	};

	control->packets_reported = outgoing->packets;
	if (rtcp.reported)
		sy_reception_report(sides->reception, &rtcp.report);
	if (rtcp.reported && control->last_sr_us != 0) {
		rtcp.report.last_sr = control->last_sr;
		rtcp.report.delay = (uint32_t)((now_us - control->last_sr_us) * SHORT_SECOND / US_A_SECOND);
	}
	return sy_rtcp_write(&rtcp, ret_bytes);
}

/* RFC 3550, 6.4.1: now - last SR - delay since it. */
static void take_report(struct sy_control *control, const struct sy_rtcp_report *report, uint64_t now_us)
{
	control->far_lost_percent = (report->fraction * 100 + 128) / 256;
	if (report->last_sr == 0)
		return;
	/* Rounding alone may take a short one a little below 0. */
	const int64_t trip = (int32_t)(middle(ntp_of(now_us)) - report->last_sr - report->delay);
	if (trip > -ROUNDING && trip < ROUND_TRIP_S_MAX * SHORT_SECOND)
		control->round_trip_ms = trip > 0 ? (int)(trip * 1000 / SHORT_SECOND) : 0;
}

int sy_control_take(struct sy_control *control, const uint8_t *bytes, size_t n, uint32_t ssrc, uint64_t now_us)
{
	struct sy_rtcp rtcp;
	const int err = sy_rtcp_read(bytes, n, ssrc, &rtcp);

	if (err != 0)
		return err;
	if (rtcp.sender) {
		control->last_sr = middle(rtcp.ntp);
		control->last_sr_us = now_us;
	}
	if (rtcp.reported)
		take_report(control, &rtcp.report, now_us);
	control->bye = control->bye || rtcp.bye;
	return 0;
}
