#include "audio/media/reception.h"

#include <stdlib.h>

/* How far a sequence number may run ahead or lag behind and still belong (RFC 3550, A.1). */
#define DROPOUT_MAX 3000
#define DISORDER_MAX 100
#define CYCLE 65536
/* The report has 24 bits, signed. */
#define LOST_MAX 0x7fffff
#define JITTER_SHARE 16.0

static uint64_t expected(const struct sy_reception *reception)
{
	return reception->begun ? (uint64_t)reception->cycles + reception->max_seq - reception->first_seq + 1 : 0;
}

static uint64_t lost_here(const struct sy_reception *reception)
{
	const uint64_t due = expected(reception);

	return due > reception->received ? due - reception->received : 0;
}

void sy_reception_begin(struct sy_reception *reception, uint32_t ssrc, int clock)
{
	*reception = (struct sy_reception){
		.ssrc = ssrc, .clock = clock, .lost_before = reception->lost_before + lost_here(reception)};
}

static void start(struct sy_reception *reception, uint16_t seq)
{
	sy_reception_begin(reception, reception->ssrc, reception->clock);
	reception->begun = true;
	reception->first_seq = reception->max_seq = seq;
}

/* Follows the sequence; false while a jump is not confirmed by the packet after it. */
static bool follow(struct sy_reception *reception, uint16_t seq)
{
	const uint16_t ahead = (uint16_t)(seq - reception->max_seq);

	if (!reception->begun) {
		start(reception, seq);
		return true;
	}
	if (ahead < DROPOUT_MAX) {
		if (seq < reception->max_seq)
			reception->cycles += CYCLE;
		reception->max_seq = seq;
	} else if (ahead <= CYCLE - DISORDER_MAX) {
		const bool confirmed = reception->jumped && seq == reception->jumped_to;
		reception->jumped = true;
		reception->jumped_to = (uint16_t)(seq + 1);
		if (!confirmed)
			return false;
		start(reception, (uint16_t)(seq - 1));
		reception->received = 1;
	}
	reception->jumped = false;
	return true;
}

static void follow_jitter(struct sy_reception *reception, uint32_t ts, uint64_t arrival_us)
{
	const uint32_t arrival = (uint32_t)(arrival_us * (uint64_t)reception->clock / 1000000);
	const uint32_t transit = arrival - ts;
	const double difference = abs((int32_t)(transit - reception->transit));

	/* More than a second is a jump of the sender's clock (a pause, a new source behind it), not jitter. */
	if (reception->received > 0 && difference < reception->clock)
		reception->jitter += (difference - reception->jitter) / JITTER_SHARE;
	reception->transit = transit;
}

bool sy_reception_take(struct sy_reception *reception, const struct sy_rtp *rtp, uint64_t arrival_us)
{
	if (!follow(reception, rtp->seq))
		return false;
	follow_jitter(reception, rtp->ts, arrival_us);
	reception->received++;
	return true;
}

uint64_t sy_reception_lost(const struct sy_reception *reception)
{
	return reception->lost_before + lost_here(reception);
}

int sy_reception_jitter_ms(const struct sy_reception *reception)
{
	return reception->clock > 0 ? (int)(reception->jitter * 1000 / reception->clock + 0.5) : 0;
}

void sy_reception_report(struct sy_reception *reception, struct sy_rtcp_report *ret_report)
{
	const uint64_t due = expected(reception), got = reception->received;
	const uint64_t due_now = due - reception->expected_reported, got_now = got - reception->received_reported;
	const uint64_t lost = lost_here(reception);

	reception->expected_reported = due;
	reception->received_reported = got;
	*ret_report = (struct sy_rtcp_report){
		.ssrc = reception->ssrc,
		.fraction = due_now > got_now ? (uint8_t)((due_now - got_now) * 255 / due_now) : 0,
		.lost = (int32_t)(lost < LOST_MAX ? lost : LOST_MAX),
		.highest_seq = reception->cycles + reception->max_seq,
		.jitter = (uint32_t)reception->jitter,
	};
}
