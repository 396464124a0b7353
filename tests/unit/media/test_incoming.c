#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audio/frame.h"
#include "audio/media/incoming.h"
#include "audio/media/jitter.h"
#include "audio/noise.h"

/*
 * A line on a made-up clock: packets of a voice are sent every ptime by the sender's clock and arrive when the line
 * says; every 20 ms of our clock all that have arrived are taken and a frame is played.
 */
#define SOUND 100
#define EVENTS 101
#define COMFORT 13
#define PACKETS_MAX 20000
/* A voice that holds a vowel: harmonics of its pitch, falling off. */
#define PITCH_HZ 120
#define HARMONICS 20
#define VOICE_AMPLITUDE 2500

struct sent {
	double arrives_ms; /* HUGE_VAL: never */
	double spoken_ms;  /* when its first sample was spoken */
	uint16_t seq;
	uint32_t ts;
	uint32_t ssrc;
	uint8_t type;
	bool marker;
	bool taken;
};

struct line {
	enum sy_codec_id codec;
	int rate;
	int ptime_ms;
	double seconds;
	double jitter_ms;   /* extra delay, exponential */
	double loss;        /* share */
	double twice;       /* share */
	double swapped;     /* share that comes 1.5 packets late */
	double ppm;         /* how much faster the sender's clock runs */
	double phase_ms;    /* of the first packet's arrival after a tick */
	double stall_at_ms; /* nothing comes for stall_ms, then everything */
	double stall_ms;
	double pause_at_ms; /* the sender is silent for pause_ms */
	double pause_ms;
	bool pause_is_told; /* by a comfort noise packet */
	double new_source_at_ms;
	double jump_at_ms; /* of sequence number and timestamp */
};

struct outcome {
	struct sy_media_counters counters;
	double quiet_share; /* of frames from the second on that are 6 dB or more below the voice */
	double loud_share;  /* that are 3 dB above it */
	double delay_ms;    /* of the last packets: from arrival to play */
	double level_dbfs;  /* in the pause */
};

static struct sent sent[PACKETS_MAX];
static uint8_t payloads[PACKETS_MAX][480]; /* 60 ms of G.711 */
static size_t payload_n[PACKETS_MAX];

static struct line clean(void)
{
	return (struct line){
		.codec = SY_CODEC_PCMU, .rate = SY_RATE_LINE, .ptime_ms = 20, .seconds = 20, .phase_ms = 7};
}

static int16_t voice(double s)
{
	double x = 0;

	for (int k = 1; k <= HARMONICS; k++)
		x += sin(2 * M_PI * PITCH_HZ * k * s + k * k) / (1 + k / 4);
	return (int16_t)lrint(VOICE_AMPLITUDE * x);
}

static double voice_dbfs(void)
{
	double sum = 0;

	for (int k = 1; k <= HARMONICS; k++)
		sum += 0.5 / (1 + k / 4) / (1 + k / 4);
	return 20 * log10(VOICE_AMPLITUDE * sqrt(sum) / 32768);
}

static size_t speak(const struct line *line, struct sy_noise_random *random)
{
	const struct sy_codec_impl *codec = sy_codec(line->codec);
	const size_t samples = (size_t)(line->rate / 1000 * line->ptime_ms);
	void *encoder;
	size_t n = 0;
	uint16_t seq = 65000;
	uint32_t ts = 0xffff0000, ssrc = 1;
	bool silent = false, jumped = false;

	assert_int_equal(codec->create(line->rate, &encoder), 0);
	for (size_t i = 0; i * (size_t)line->ptime_ms < line->seconds * 1000; i++) {
		const double spoken = (double)i * line->ptime_ms / (1 + line->ppm / 1e6);
		int16_t pcm[60 * 16];
		if (line->new_source_at_ms > 0 && ssrc == 1 && spoken >= line->new_source_at_ms) {
			ssrc = 2;
			seq = 7;
			ts = 12345;
		}
		if (line->jump_at_ms > 0 && !jumped && spoken >= line->jump_at_ms) {
			seq = (uint16_t)(seq + 20000);
			ts -= 5000000;
			jumped = true;
		}
		const bool pause = line->pause_ms > 0 && spoken >= line->pause_at_ms &&
				   spoken < line->pause_at_ms + line->pause_ms;
		for (size_t at = 0; at < samples; at++)
			pcm[at] = voice((double)(i * samples + at) / line->rate);
		struct sent *packet = &sent[n];
		*packet = (struct sent){.spoken_ms = spoken, .seq = seq, .ts = ts, .ssrc = ssrc, .type = SOUND};
		packet->marker = silent && !pause;
		packet->arrives_ms = spoken + line->phase_ms - log(1 - sy_noise_uniform(random)) * line->jitter_ms;
		if (sy_noise_uniform(random) < line->swapped)
			packet->arrives_ms += 1.5 * line->ptime_ms;
		if (packet->arrives_ms >= line->stall_at_ms && packet->arrives_ms < line->stall_at_ms + line->stall_ms)
			packet->arrives_ms = line->stall_at_ms + line->stall_ms;
		if (sy_noise_uniform(random) < line->loss)
			packet->arrives_ms = HUGE_VAL;
		assert_int_equal(codec->encode(encoder, pcm, samples, payloads[n], &payload_n[n]), 0);
		if (pause && !silent && line->pause_is_told) {
			packet->type = COMFORT;
			payloads[n][0] = 60;
			payload_n[n] = 1;
		}
		if (!pause || packet->type == COMFORT) {
			seq++;
			n++;
		}
		if (!pause && sy_noise_uniform(random) < line->twice) {
			sent[n] = *packet;
			memcpy(payloads[n], payloads[n - 1], sizeof(payloads[n]));
			payload_n[n] = payload_n[n - 1];
			n++;
		}
		silent = pause;
		ts += (uint32_t)(codec->clock / 1000 * line->ptime_ms);
		assert_true(n + 2 < PACKETS_MAX);
	}
	codec->destroy(encoder);
	return n;
}

static void deliver(struct sy_incoming *incoming, size_t i, double now_ms, uint32_t *ssrc)
{
	struct sent *packet = &sent[i];
	const struct sy_rtp rtp = {
		.payload_type = packet->type,
		.marker = packet->marker,
		.seq = packet->seq,
		.ts = packet->ts,
		.ssrc = packet->ssrc,
		.payload = payloads[i],
		.n = payload_n[i],
	};

	packet->taken = true;
	if (*ssrc != packet->ssrc)
		sy_incoming_restart(incoming);
	*ssrc = packet->ssrc;
	assert_int_equal(sy_incoming_take(incoming, &rtp, (uint32_t)((now_ms - packet->arrives_ms) * 1000)), 0);
}

static struct outcome run(const struct line *line)
{
	const struct sy_media_numbers numbers = {SOUND, EVENTS, COMFORT};
	const double usual_dbfs = voice_dbfs();
	struct sy_noise_random random = {1};
	struct sy_incoming *incoming;
	struct outcome outcome = {0};
	uint32_t ssrc = 1;
	void *decoder;
	int frames = 0;

	const size_t n = speak(line, &random);
	assert_int_equal(sy_codec(line->codec)->create(line->rate, &decoder), 0);
	assert_int_equal(sy_incoming_create(line->rate, true, &incoming), 0);
	sy_incoming_settle(incoming, sy_codec(line->codec), decoder, &numbers);
	size_t from = 0;
	for (double now_ms = 20; now_ms < line->seconds * 1000 - 200; now_ms += 20) {
		int16_t frame[SY_FRAME_SAMPLES_MAX];
		char keys[SY_EXCHANGE_KEYS_MAX + 1];
		for (size_t i = from; i < n && sent[i].spoken_ms < now_ms; i++) {
			if (!sent[i].taken && sent[i].arrives_ms <= now_ms)
				deliver(incoming, i, now_ms, &ssrc);
		}
		while (from < n && sent[from].spoken_ms < now_ms - 2000)
			from++;
		sy_incoming_frame(incoming, frame);
		sy_keys_read(sy_incoming_keys(incoming), keys);
		assert_string_equal(keys, "");
		const double level = sy_level_dbfs(frame, sy_frame_samples(line->rate));
		const bool pause = line->pause_ms > 0 && now_ms > line->pause_at_ms + 100 &&
				   now_ms < line->pause_at_ms + line->pause_ms;
		if (pause)
			outcome.level_dbfs = level;
		if (pause || now_ms < 1000)
			continue;
		frames++;
		outcome.quiet_share += level < usual_dbfs - 6;
		outcome.loud_share += level > usual_dbfs + 3;
	}
	sy_incoming_count(incoming, &outcome.counters);
	outcome.quiet_share /= frames;
	outcome.loud_share /= frames;
	outcome.delay_ms = outcome.counters.delay_ms;
	sy_incoming_destroy(incoming);
	sy_codec(line->codec)->destroy(decoder);
	return outcome;
}

static void show(const char *name, const struct outcome *outcome)
{
	print_message("%-28s wait %3.0f ms, concealed %4llu, comfort %4llu, late %3llu, quiet %.2f %%, loud %.2f %%\n",
		name, outcome->delay_ms, (unsigned long long)outcome->counters.concealed,
		(unsigned long long)outcome->counters.comfort, (unsigned long long)outcome->counters.late,
		outcome->quiet_share * 100, outcome->loud_share * 100);
}

static void a_clean_line_waits_less_than_40_ms(void **state)
{
	(void)state;
	for (int codec = 0; codec < SY_CODECS; codec++) {
		for (int rate = SY_RATE_LINE; rate <= SY_RATE_WIDE; rate *= 2) {
			for (int ptime_ms = 20; ptime_ms <= 60; ptime_ms += 20) {
				struct line line = clean();
				line.codec = (enum sy_codec_id)codec;
				line.rate = rate;
				line.ptime_ms = ptime_ms;
				const struct outcome outcome = run(&line);
				assert_true(outcome.delay_ms <= 20);
				assert_int_equal(outcome.counters.concealed + outcome.counters.late, 0);
				if (outcome.quiet_share > 0 || outcome.loud_share > 0)
					show(sy_codec(line.codec)->name, &outcome);
				assert_true(outcome.quiet_share < 0.003 && outcome.loud_share == 0);
			}
		}
	}
}

/* The worst moment: packets come just when the tick does, a little before or after. */
static void packets_that_race_the_tick_are_not_torn(void **state)
{
	(void)state;
	struct line line = clean();
	line.phase_ms = 19.5;
	line.jitter_ms = 0.5;
	line.seconds = 60;
	const struct outcome outcome = run(&line);
	show("race", &outcome);
	assert_true(outcome.delay_ms <= 40);
	assert_true(outcome.counters.concealed <= 3);
}

static void drift_is_followed(void **state)
{
	static const double ppm[] = {-200, 200};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct line line = clean();
		line.ppm = ppm[i];
		line.seconds = 300; /* 60 ms apart at the end */
		line.jitter_ms = 0.5;
		const struct outcome outcome = run(&line);
		show(ppm[i] < 0 ? "slow sender" : "fast sender", &outcome);
		assert_true(outcome.delay_ms <= 40);
		assert_true(outcome.counters.concealed <= 8);
		assert_true(outcome.quiet_share < 0.001 && outcome.loud_share == 0);
	}
}

static void losses_are_concealed(void **state)
{
	(void)state;
	for (int codec = 0; codec < SY_CODECS; codec++) {
		struct line line = clean();
		line.codec = (enum sy_codec_id)codec;
		line.loss = 0.05;
		line.jitter_ms = 2;
		line.seconds = 60;
		const struct outcome outcome = run(&line);
		show(sy_codec(line.codec)->name, &outcome);
		assert_in_range(outcome.counters.concealed, 100, 220);
		assert_true(outcome.counters.late <= 5);
		assert_true(outcome.quiet_share < 0.01 && outcome.loud_share < 0.002);
		assert_true(outcome.delay_ms <= 40);
	}
}

static void jitter_makes_the_wait_grow_as_needed(void **state)
{
	(void)state;
	struct line line = clean();
	line.jitter_ms = 15;
	line.seconds = 60;
	const struct outcome outcome = run(&line);
	show("jitter 15 ms", &outcome);
	assert_true(outcome.delay_ms > 20 && outcome.delay_ms < 120);
	assert_true(outcome.counters.concealed + outcome.counters.late < 60 * 50 / 10);
	assert_true(outcome.loud_share < 0.002);
}

static void packets_out_of_order_and_twice_do_no_harm(void **state)
{
	(void)state;
	struct line line = clean();
	line.swapped = 0.1;
	line.twice = 0.1;
	line.seconds = 60;
	const struct outcome outcome = run(&line);
	show("10 % swapped, 10 % twice", &outcome);
	assert_true(outcome.counters.twice > 200);
	assert_true(outcome.counters.late < 30);
	assert_true(outcome.delay_ms < 80);
	assert_true(outcome.quiet_share < 0.005 && outcome.loud_share == 0);
}

static void a_stall_is_caught_up_with(void **state)
{
	(void)state;
	struct line line = clean();
	line.stall_at_ms = 5000;
	line.stall_ms = 300;
	const struct outcome outcome = run(&line);
	show("stall of 300 ms", &outcome);
	assert_in_range(outcome.counters.concealed, 2, 20);
	assert_true(outcome.delay_ms <= 40);
	assert_true(outcome.loud_share == 0);
}

static void pauses_are_filled_with_comfort_noise(void **state)
{
	(void)state;
	for (int told = 0; told < 2; told++) {
		struct line line = clean();
		line.pause_at_ms = 5000;
		line.pause_ms = 2000;
		line.pause_is_told = told;
		const struct outcome outcome = run(&line);
		show(told ? "pause, told" : "pause", &outcome);
		if (told)
			assert_true(fabs(outcome.level_dbfs + 60) < 2);
		assert_true(outcome.level_dbfs > -80 && outcome.level_dbfs < -40);
		assert_in_range(outcome.counters.concealed, 0, told ? 1 : 4);
		assert_in_range(outcome.counters.comfort, 90, 105);
		assert_true(outcome.delay_ms <= 40);
		assert_true(outcome.quiet_share < 0.01);
	}
}

static void a_new_source_and_a_jump_are_followed(void **state)
{
	(void)state;
	for (int jump = 0; jump < 2; jump++) {
		struct line line = clean();
		line.new_source_at_ms = jump ? 0 : 5000;
		line.jump_at_ms = jump ? 5000 : 0;
		line.seconds = 6;
		const struct outcome outcome = run(&line);
		show(jump ? "jump" : "new source", &outcome);
		assert_true(outcome.counters.concealed <= 2);
		assert_true(outcome.quiet_share < 0.01 && outcome.loud_share == 0);
	}
}

static void unknown_and_malformed_packets_are_refused(void **state)
{
	const struct sy_media_numbers numbers = {SOUND, EVENTS, COMFORT};
	struct sy_incoming *incoming;
	uint8_t bytes[SY_CODEC_BYTES_MAX] = {0};
	struct sy_rtp rtp = {.payload_type = 99, .payload = bytes, .n = 160};
	void *decoder;

	(void)state;
	assert_int_equal(sy_codec(SY_CODEC_PCMU)->create(SY_RATE_LINE, &decoder), 0);
	assert_int_equal(sy_incoming_create(SY_RATE_LINE, true, &incoming), 0);
	sy_incoming_settle(incoming, sy_codec(SY_CODEC_PCMU), decoder, &numbers);
	assert_int_equal(sy_incoming_take(incoming, &rtp, 0), EBADMSG);
	rtp.payload_type = SOUND;
	rtp.n = 0;
	assert_int_equal(sy_incoming_take(incoming, &rtp, 0), EBADMSG);
	rtp.n = 961;
	assert_int_equal(sy_incoming_take(incoming, &rtp, 0), EBADMSG);
	rtp.n = 960; /* 120 ms */
	assert_int_equal(sy_incoming_take(incoming, &rtp, 0), 0);
	rtp.payload_type = EVENTS;
	rtp.n = 3;
	assert_int_equal(sy_incoming_take(incoming, &rtp, 0), EBADMSG);
	rtp.payload_type = COMFORT;
	rtp.n = 0;
	assert_int_equal(sy_incoming_take(incoming, &rtp, 0), EBADMSG);
	sy_incoming_destroy(incoming);
	sy_incoming_destroy(NULL);
	sy_codec(SY_CODEC_PCMU)->destroy(decoder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_clean_line_waits_less_than_40_ms),
		cmocka_unit_test(packets_that_race_the_tick_are_not_torn),
		cmocka_unit_test(drift_is_followed),
		cmocka_unit_test(losses_are_concealed),
		cmocka_unit_test(jitter_makes_the_wait_grow_as_needed),
		cmocka_unit_test(packets_out_of_order_and_twice_do_no_harm),
		cmocka_unit_test(a_stall_is_caught_up_with),
		cmocka_unit_test(pauses_are_filled_with_comfort_noise),
		cmocka_unit_test(a_new_source_and_a_jump_are_followed),
		cmocka_unit_test(unknown_and_malformed_packets_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
