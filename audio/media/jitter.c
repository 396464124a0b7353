#include "audio/media/jitter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audio/frame.h"

/* So many of the last SLACKS packets may come too late before the wait grows. */
#define SLACKS 100
#define SPARED 3
/* Beyond a frame, so that a line whose packets come about when the tick does is not shortened and lengthened by turns.
 */
#define MARGIN_MS 5.0f
#define EXCESS_MS (SY_FRAME_MS + MARGIN_MS)
/* A packet's wait for the tick cannot be longer than this; a clock that was set says otherwise. */
#define AGE_US_MAX 200000

struct waiting {
	bool used;
	bool comfort;
	bool spurt; /* its marker was set */
	uint16_t seq;
	uint32_t ts;
	uint32_t units;
	uint8_t *bytes; /* owned; grows to the largest packet seen */
	size_t n, cap;
};

struct sy_jitter {
	int clock;
	bool begun;
	bool silent;      /* the last piece was comfort noise */
	uint16_t top_seq; /* the newest packet's */
	uint32_t next;    /* timestamp of the next piece */
	uint32_t filled;  /* units given as EMPTY since the last packet: time that has passed for us only */
	struct waiting slot[SY_JITTER_PACKETS_MAX];
	int count;
	float slack_ms[SLACKS];
	int slacks, slack_at;
	int tight;   /* of the slacks: below EXCESS_MS */
	bool unsure; /* too many came late: keep back a frame */
};

int sy_jitter_create(int clock, struct sy_jitter **ret_jitter)
{
	struct sy_jitter *jitter = calloc(1, sizeof(*jitter));

	if (jitter == NULL)
		return ENOMEM;
	jitter->clock = clock;
	*ret_jitter = jitter;
	return 0;
}

void sy_jitter_destroy(struct sy_jitter *jitter)
{
	if (jitter == NULL)
		return;
	for (size_t i = 0; i < SY_JITTER_PACKETS_MAX; i++)
		free(jitter->slot[i].bytes);
	free(jitter);
}

static void forget_packets(struct sy_jitter *jitter)
{
	for (size_t i = 0; i < SY_JITTER_PACKETS_MAX; i++)
		jitter->slot[i].used = false;
	jitter->count = 0;
}

void sy_jitter_restart(struct sy_jitter *jitter, int clock)
{
	forget_packets(jitter);
	jitter->clock = clock;
	jitter->begun = jitter->silent = false;
	jitter->filled = 0;
}

static float ms_of(const struct sy_jitter *jitter, int64_t units)
{
	return (float)units * 1000 / (float)jitter->clock;
}

static uint32_t units_of(const struct sy_jitter *jitter, int ms)
{
	return (uint32_t)(ms * (jitter->clock / 1000));
}

/* The slack that all but SPARED packets have. */
static float common_slack_ms(const struct sy_jitter *jitter)
{
	float least[SPARED + 1];
	int n = 0;

	for (int i = 0; i < jitter->slacks; i++) {
		const float slack = jitter->slack_ms[i];
		int at = n;
		while (at > 0 && least[at - 1] > slack)
			at--;
		if (at > SPARED)
			continue;
		n = n <= SPARED ? n + 1 : n;
		memmove(least + at + 1, least + at, (size_t)(n - 1 - at) * sizeof(*least));
		least[at] = slack;
	}
	return n > SPARED ? least[SPARED] : 0;
}

static void learn(struct sy_jitter *jitter, float slack_ms)
{
	if (jitter->slacks == SLACKS)
		jitter->tight -= jitter->slack_ms[jitter->slack_at] < EXCESS_MS;
	jitter->tight += slack_ms < EXCESS_MS;
	jitter->slack_ms[jitter->slack_at] = slack_ms;
	jitter->slack_at = (jitter->slack_at + 1) % SLACKS;
	if (jitter->slacks < SLACKS)
		jitter->slacks++;
	if (slack_ms < 0 && common_slack_ms(jitter) < 0)
		jitter->unsure = true;
}

void sy_jitter_shifted(struct sy_jitter *jitter, double ms)
{
	jitter->tight = 0;
	for (int i = 0; i < jitter->slacks; i++) {
		jitter->slack_ms[i] += (float)ms;
		jitter->tight += jitter->slack_ms[i] < EXCESS_MS;
	}
}

int sy_jitter_excess_ms(const struct sy_jitter *jitter)
{
	/* Asked for each frame: mostly without a look at all of them. */
	if (jitter->slacks < SLACKS || jitter->tight > SPARED)
		return 0;
	const float excess = common_slack_ms(jitter) - MARGIN_MS;
	return excess >= SY_FRAME_MS ? (int)excess : 0;
}

int sy_jitter_delay_ms(const struct sy_jitter *jitter)
{
	double sum = 0;

	for (int i = 0; i < jitter->slacks; i++)
		sum += (double)jitter->slack_ms[i];
	return jitter->slacks > 0 && sum > 0 ? (int)(sum / jitter->slacks + 0.5) : 0;
}

static void begin_at(struct sy_jitter *jitter, const struct sy_rtp *rtp)
{
	forget_packets(jitter);
	jitter->begun = true;
	jitter->next = rtp->ts;
	jitter->top_seq = rtp->seq;
	jitter->filled = 0;
}

/* The first packet after EMPTY tells how much of the time filled in was the sender's too. */
static void settle_filled(struct sy_jitter *jitter, uint32_t ts)
{
	const uint32_t gap = ts - jitter->next;
	const uint32_t passed = gap < jitter->filled ? gap : jitter->filled;

	jitter->next += passed;
	if (jitter->filled > passed)
		sy_jitter_shifted(jitter, (double)ms_of(jitter, (int64_t)jitter->filled - passed));
	jitter->filled = 0;
}

/* A timestamp that fits neither what is here nor the time that has passed: the sender's clock has jumped. */
static bool jumped(const struct sy_jitter *jitter, const struct sy_rtp *rtp)
{
	const int64_t reach = units_of(jitter, SY_JITTER_DEPTH_MS_MAX);
	const int64_t ahead = (int32_t)(rtp->ts - jitter->next);
	const bool newer = (int16_t)(rtp->seq - jitter->top_seq) > 0;

	return ahead > reach + jitter->filled || (ahead < 0 && newer && ahead < -reach);
}

static int keep(struct waiting *slot, const struct sy_jitter_packet *packet)
{
	const struct sy_rtp *rtp = packet->rtp;

	if (rtp->n > slot->cap) {
		uint8_t *bytes = realloc(slot->bytes, rtp->n);
		if (bytes == NULL)
			return ENOMEM;
		slot->bytes = bytes;
		slot->cap = rtp->n;
	}
	if (rtp->n > 0)
		memcpy(slot->bytes, rtp->payload, rtp->n);
	slot->n = rtp->n;
	slot->used = true;
	slot->comfort = packet->comfort;
	slot->spurt = rtp->marker;
	slot->seq = rtp->seq;
	slot->ts = rtp->ts;
	slot->units = packet->units;
	return 0;
}

int sy_jitter_put(struct sy_jitter *jitter, const struct sy_jitter_packet *packet, enum sy_jitter_fate *ret_fate)
{
	const struct sy_rtp *rtp = packet->rtp;
	const uint32_t age_us = packet->age_us < AGE_US_MAX ? packet->age_us : AGE_US_MAX;
	struct waiting *slot = &jitter->slot[rtp->seq % SY_JITTER_PACKETS_MAX];

	if (!jitter->begun || jumped(jitter, rtp))
		begin_at(jitter, rtp);
	if (slot->used && slot->seq == rtp->seq && slot->ts == rtp->ts) {
		*ret_fate = SY_JITTER_TWICE;
		return 0;
	}
	int64_t ahead = (int32_t)(rtp->ts - jitter->next);
	if (ahead >= 0)
		settle_filled(jitter, rtp->ts);
	ahead = (int32_t)(rtp->ts - jitter->next);
	if (!packet->comfort)
		learn(jitter, ms_of(jitter, ahead + packet->played) + (float)age_us / 1000);
	if (ahead < 0) {
		*ret_fate = SY_JITTER_LATE;
		return 0;
	}
	jitter->count -= slot->used;
	slot->used = false;
	const int err = keep(slot, packet);
	if (err != 0)
		return err;
	jitter->count++;
	if ((int16_t)(rtp->seq - jitter->top_seq) > 0)
		jitter->top_seq = rtp->seq;
	*ret_fate = SY_JITTER_TAKEN;
	return 0;
}

/* The packet that is due first. Of two with one timestamp (comfort noise right behind sound) the older one. */
static struct waiting *first(struct sy_jitter *jitter, uint32_t *ret_depth)
{
	struct waiting *best = NULL;
	uint32_t depth = 0;

	for (size_t i = 0; i < SY_JITTER_PACKETS_MAX && jitter->count > 0; i++) {
		struct waiting *slot = &jitter->slot[i];
		if (!slot->used)
			continue;
		const uint32_t ahead = slot->ts - jitter->next;
		depth = ahead + slot->units > depth ? ahead + slot->units : depth;
		if (best == NULL || ahead < best->ts - jitter->next ||
			(slot->ts == best->ts && (int16_t)(slot->seq - best->seq) < 0))
			best = slot;
	}
	*ret_depth = depth;
	return best;
}

static void give(struct sy_jitter *jitter, struct waiting *slot, struct sy_jitter_piece *ret_piece)
{
	slot->used = false;
	jitter->count--;
	jitter->next = slot->ts + slot->units;
	jitter->silent = slot->comfort;
	*ret_piece = (struct sy_jitter_piece){
		.kind = slot->comfort ? SY_JITTER_COMFORT : SY_JITTER_PACKET,
		.payload = slot->bytes,
		.n = slot->n,
		.units = slot->units,
	};
}

static void give_gap(struct sy_jitter *jitter, const struct waiting *slot, struct sy_jitter_piece *ret_piece)
{
	const uint32_t gap = slot->ts - jitter->next;
	const uint32_t one = slot->units > 0 ? slot->units : units_of(jitter, SY_FRAME_MS);
	const bool behind = gap <= one && !slot->comfort;

	*ret_piece = (struct sy_jitter_piece){
		.kind = slot->spurt || jitter->silent ? SY_JITTER_SILENCE : SY_JITTER_LOST,
		.payload = behind ? slot->bytes : NULL,
		.n = behind ? slot->n : 0,
		.units = gap < one ? gap : one,
	};
	jitter->next += ret_piece->units;
}

/* Too much is here after a stall: the oldest is left out. */
static struct waiting *leave_out_old(struct sy_jitter *jitter, struct waiting *slot, uint32_t depth)
{
	const uint32_t most = units_of(jitter, SY_JITTER_DEPTH_MS_MAX);

	while (slot != NULL && depth > most) {
		const uint32_t was = jitter->next;
		struct sy_jitter_piece dropped;
		give(jitter, slot, &dropped);
		sy_jitter_shifted(jitter, -(double)ms_of(jitter, jitter->next - was));
		slot = first(jitter, &depth);
	}
	return slot;
}

void sy_jitter_take(struct sy_jitter *jitter, struct sy_jitter_piece *ret_piece)
{
	uint32_t depth;
	struct waiting *slot = first(jitter, &depth);

	slot = leave_out_old(jitter, slot, depth);
	*ret_piece = (struct sy_jitter_piece){.units = units_of(jitter, SY_FRAME_MS)};
	if (slot == NULL) {
		/* Half the timestamps' circle is where before and after turn round. */
		if (jitter->begun && jitter->filled < INT32_MAX / 2)
			jitter->filled += ret_piece->units;
		return;
	}
	if (jitter->unsure) {
		jitter->unsure = false;
		if (sy_jitter_delay_ms(jitter) < SY_JITTER_WAIT_MS_MAX) {
			sy_jitter_shifted(jitter, SY_FRAME_MS);
			ret_piece->kind = SY_JITTER_WAIT;
			return;
		}
	}
	if (slot->ts == jitter->next)
		give(jitter, slot, ret_piece);
	else
		give_gap(jitter, slot, ret_piece);
}
