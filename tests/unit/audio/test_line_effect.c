#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audio/frame.h"
#include "audio/g711.h"
#include "audio/line_effect.h"
#include "audio/wav.h"

static struct sy_sound tone(int rate, double hz, double amplitude, int ms)
{
	size_t n = (size_t)rate / 1000 * (size_t)ms;
	struct sy_sound sound = {.rate = rate, .n = n, .pcm = calloc(n, sizeof(int16_t))};

	assert_non_null(sound.pcm);
	for (size_t i = 0; i < n; i++)
		sound.pcm[i] = (int16_t)lrint(amplitude * sin(2 * M_PI * hz * (double)i / rate));
	return sound;
}

/* A word of 500 ms in 3 s of digital silence. */
static struct sy_sound word(int rate)
{
	struct sy_sound sound = tone(rate, 1000, 5000, 3000);
	size_t from = (size_t)rate, to = (size_t)rate * 3 / 2;

	memset(sound.pcm, 0, from * sizeof(int16_t));
	memset(sound.pcm + to, 0, (sound.n - to) * sizeof(int16_t));
	return sound;
}

static void apply(const struct sy_line_effect *effect, struct sy_sound *sound)
{
	assert_int_equal(sy_line_effect_apply(effect, sound), 0);
}

static void near(double value, double expected, double tolerance)
{
	if (fabs(value - expected) > tolerance)
		fail_msg("%f is not within %f of %f", value, tolerance, expected);
}

static double middle_dbfs(const struct sy_sound *sound)
{
	return sy_level_dbfs(sound->pcm + sound->n / 4, sound->n / 2);
}

static void nothing_set_changes_nothing(void **state)
{
	(void)state;
	int16_t all[65536];
	struct sy_sound sound = {.rate = 8000, .n = 65536, .pcm = all};
	const struct sy_line_effect effect = {0};

	for (int i = 0; i < 65536; i++)
		all[i] = (int16_t)(i - 32768);
	apply(&effect, &sound);
	for (int i = 0; i < 65536; i++)
		assert_int_equal(all[i], i - 32768);
	sound.n = 0;
	apply(&effect, &sound);
}

/* libsndfile decodes all 256 codes the same way, and encodes within one step. */
static void g711_is_what_libsndfile_reads(void **state)
{
	(void)state;
	const int formats[] = {SF_FORMAT_ULAW, SF_FORMAT_ALAW};
	char path[] = "/tmp/sayso_g711_XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	close(fd);
	for (int f = 0; f < 2; f++) {
		SF_INFO info = {.samplerate = 8000, .channels = 1, .format = SF_FORMAT_RAW | formats[f]};
		uint8_t codes[256];
		int16_t samples[256];
		for (int i = 0; i < 256; i++)
			codes[i] = (uint8_t)i;
		SNDFILE *file = sf_open(path, SFM_WRITE, &info);
		assert_non_null(file);
		assert_int_equal(sf_write_raw(file, codes, 256), 256);
		sf_close(file);
		file = sf_open(path, SFM_READ, &info);
		assert_non_null(file);
		assert_int_equal(sf_read_short(file, samples, 256), 256);
		sf_close(file);
		for (int i = 0; i < 256; i++)
			assert_int_equal(
				samples[i], f == 0 ? sy_g711_from_mulaw((uint8_t)i) : sy_g711_from_alaw((uint8_t)i));
	}
	unlink(path);
}

static void g711_codes_come_back(void **state)
{
	(void)state;
	for (int i = 0; i < 256; i++) {
		uint8_t code = (uint8_t)i;
		/* mu-law has two zeros; the negative one comes back as the positive one */
		assert_int_equal(sy_g711_to_mulaw(sy_g711_from_mulaw(code)), code == 0x7f ? 0xff : code);
		assert_int_equal(sy_g711_to_alaw(sy_g711_from_alaw(code)), code);
	}
}

static void g711_packs_as_sample_by_sample(void **state)
{
	int16_t pcm[256], mulaw[256], alaw[256];
	uint8_t codes[256], packed[256];

	(void)state;
	for (int i = 0; i < 256; i++)
		codes[i] = (uint8_t)i;
	sy_g711_unpack_mulaw(codes, 256, mulaw);
	sy_g711_unpack_alaw(codes, 256, alaw);
	for (int i = 0; i < 256; i++) {
		assert_int_equal(mulaw[i], sy_g711_from_mulaw(codes[i]));
		assert_int_equal(alaw[i], sy_g711_from_alaw(codes[i]));
	}
	for (int first = -32768; first <= 32767; first += 256) {
		for (int i = 0; i < 256; i++)
			pcm[i] = (int16_t)(first + i);
		sy_g711_pack_mulaw(pcm, 256, packed);
		for (int i = 0; i < 256; i++)
			assert_int_equal(packed[i], sy_g711_to_mulaw(pcm[i]));
		sy_g711_pack_alaw(pcm, 256, packed);
		for (int i = 0; i < 256; i++)
			assert_int_equal(packed[i], sy_g711_to_alaw(pcm[i]));
	}
}

static void g711_takes_the_nearest_step(void **state)
{
	(void)state;
	for (int s = -32768; s <= 32767; s++) {
		int mu = sy_g711_from_mulaw(sy_g711_to_mulaw((int16_t)s));
		int a = sy_g711_from_alaw(sy_g711_to_alaw((int16_t)s));
		/* half a step: the step is a sixteenth of the segment; the top of mu-law is at 32124 */
		assert_true(abs(mu - s) <= (abs(s) + 132) / 32 + 1 || abs(s) > 32635);
		assert_true(abs(a - s) <= abs(s) / 32 + 8);
		assert_true(s == 0 || mu == 0 || (mu < 0) == (s < 0));
		assert_true((a < 0) == (s < 0));
	}
	assert_int_equal(sy_g711_from_mulaw(sy_g711_to_mulaw(INT16_MIN)), -32124);
	assert_int_equal(sy_g711_from_mulaw(sy_g711_to_mulaw(INT16_MAX)), 32124);
	assert_int_equal(sy_g711_from_alaw(sy_g711_to_alaw(INT16_MIN)), -32256);
	assert_int_equal(sy_g711_from_mulaw(sy_g711_to_mulaw(0)), 0);
}

static void coding_keeps_level_and_adds_little(void **state)
{
	(void)state;
	const enum sy_line_coding codings[] = {SY_LINE_MULAW, SY_LINE_ALAW};

	for (int c = 0; c < 2; c++) {
		struct sy_sound sound = tone(8000, 440, 10000, 1000), before = {0};
		assert_int_equal(sy_sound_copy(&sound, &before), 0);
		apply(&(struct sy_line_effect){.coding = codings[c]}, &sound);
		near(middle_dbfs(&sound), middle_dbfs(&before), 0.1);
		for (size_t i = 0; i < sound.n; i++)
			before.pcm[i] = (int16_t)(sound.pcm[i] - before.pcm[i]);
		double snr = middle_dbfs(&sound) - middle_dbfs(&before);
		assert_true(snr > 35 && snr < 42); /* G.711: about 38 dB */
		sy_sound_reset(&before);
		sy_sound_reset(&sound);
	}
}

static void the_band_is_that_of_a_telephone(void **state)
{
	(void)state;
	const struct {
		double hz;
		double low, high; /* change of level, dB */
	} points[] = {{60, -200, -40}, {100, -200, -40}, {200, -60, -8}, {300, -8, -4}, {500, -0.3, 0.3},
		{1000, -0.2, 0.2}, {3000, -0.3, 0.3}, {3400, -8, -4}, {3900, -200, -40}};
	const int rates[] = {8000, 16000, 44100};

	for (size_t r = 0; r < 3; r++)
		for (size_t p = 0; p < sizeof(points) / sizeof(points[0]); p++) {
			struct sy_sound sound = tone(rates[r], points[p].hz, 10000, 1000);
			double before = middle_dbfs(&sound);
			apply(&(struct sy_line_effect){.band = true}, &sound);
			double change = middle_dbfs(&sound) - before;
			if (change < points[p].low || change > points[p].high)
				fail_msg("%d Hz: %g Hz: %g dB", rates[r], points[p].hz, change);
			sy_sound_reset(&sound);
		}
}

static void the_band_does_not_delay(void **state)
{
	(void)state;
	struct sy_sound sound = tone(16000, 1000, 0, 200);

	sound.pcm[1600] = 20000;
	apply(&(struct sy_line_effect){.band = true}, &sound);
	for (size_t i = 0; i < sound.n; i++)
		assert_true(abs(sound.pcm[i]) <= abs(sound.pcm[1600]));
	sy_sound_reset(&sound);
}

static void level_and_clipping(void **state)
{
	(void)state;
	struct sy_sound sound = tone(8000, 440, 1000, 1000);
	double before = middle_dbfs(&sound);

	apply(&(struct sy_line_effect){.level_db = 12}, &sound);
	near(middle_dbfs(&sound), before + 12, 0.05);
	apply(&(struct sy_line_effect){.level_db = -12}, &sound);
	near(middle_dbfs(&sound), before, 0.05);
	apply(&(struct sy_line_effect){.level_db = 60}, &sound);
	int16_t low = 0, high = 0;
	for (size_t i = 0; i < sound.n; i++) {
		low = sound.pcm[i] < low ? sound.pcm[i] : low;
		high = sound.pcm[i] > high ? sound.pcm[i] : high;
	}
	assert_int_equal(low, INT16_MIN);
	assert_int_equal(high, INT16_MAX);
	apply(&(struct sy_line_effect){.clip_dbfs = -20}, &sound);
	for (size_t i = 0; i < sound.n; i++)
		assert_true(abs(sound.pcm[i]) <= 3277);
	sy_sound_reset(&sound);
}

/* Only the word counts for the level of the speech, though it is a sixth of the sound. */
static void noise_is_held_against_the_active_speech(void **state)
{
	(void)state;
	const enum sy_noise_kind kinds[] = {
		SY_NOISE_WHITE, SY_NOISE_PINK, SY_NOISE_BABBLE, SY_NOISE_HUM, SY_NOISE_CLATTER, SY_NOISE_DRONE};

	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
		for (int band = 0; band < 2; band++) {
			struct sy_sound sound = word(16000), clean = word(16000);
			apply(&(struct sy_line_effect){.band = band == 1}, &clean);
			double speech = sy_line_effect_active_dbfs(&clean);
			near(speech, 20 * log10(5000 / sqrt(2) / 32768), 0.3);
			apply(&(struct sy_line_effect){.noise = kinds[k], .snr_db = 10, .band = band == 1, .seed = 5},
				&sound);
			for (size_t i = 0; i < sound.n; i++)
				sound.pcm[i] = (int16_t)(sound.pcm[i] - clean.pcm[i]);
			near(speech - sy_level_dbfs(sound.pcm, sound.n), 10, 0.1);
			sy_sound_reset(&sound);
			sy_sound_reset(&clean);
		}
}

static void noise_alone_is_held_against_ordinary_speech(void **state)
{
	(void)state;
	struct sy_sound sound = tone(8000, 440, 0, 2000);

	near(sy_line_effect_active_dbfs(&sound), -96, 1e-9);
	apply(&(struct sy_line_effect){.noise = SY_NOISE_WHITE, .snr_db = 14}, &sound);
	near(sy_level_dbfs(sound.pcm, sound.n), SY_LINE_SPEECH_DBFS - 14, 0.1);
	sy_sound_reset(&sound);
}

/* Power below and above 1 kHz tells the kinds apart; babble comes and goes. */
static double share_below(const double *samples, size_t n, int rate, double hz)
{
	double low = 0, sum = 0, all = 0, keep = exp(-2 * M_PI * hz / rate);

	for (size_t i = 0; i < n; i++) {
		low = keep * low + (1 - keep) * samples[i];
		sum += low * low;
		all += samples[i] * samples[i];
	}
	return sum / all;
}

static void noises_sound_like_their_names(void **state)
{
	(void)state;
	size_t n = 80000;
	double *samples = calloc(n, sizeof(*samples));
	double white, pink, babble;

	assert_non_null(samples);
	sy_noise_fill(SY_NOISE_WHITE, 8000, 1, samples, n);
	white = share_below(samples, n, 8000, 500);
	sy_noise_fill(SY_NOISE_PINK, 8000, 1, samples, n);
	pink = share_below(samples, n, 8000, 500);
	sy_noise_fill(SY_NOISE_BABBLE, 8000, 1, samples, n);
	babble = share_below(samples, n, 8000, 500);
	assert_true(white < 0.3);
	assert_true(pink > 0.45 && pink < 0.9);
	assert_true(babble > 0.2 && babble < 0.9);
	/* the loudest tenth of a second is well above the softest, as in speech and unlike white noise */
	double least = 1e30, most = 0;
	for (size_t at = 0; at + 800 <= n; at += 800) {
		double power = 0;
		for (size_t i = 0; i < 800; i++)
			power += samples[at + i] * samples[at + i];
		least = power < least ? power : least;
		most = power > most ? power : most;
	}
	assert_true(10 * log10(most / least) > 6);
	sy_noise_fill(SY_NOISE_HUM, 8000, 1, samples, n);
	for (size_t i = 0; i + 160 < n; i++) /* 20 ms later it is the same again */
		assert_true(fabs(samples[i] - samples[i + 160]) < 1e-6);
	free(samples);
}

static void noises_are_known_by_name(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		enum sy_noise_kind kind;
	} known[] = {{"none", SY_NOISE_NONE}, {"white", SY_NOISE_WHITE}, {"pink", SY_NOISE_PINK},
		{"babble", SY_NOISE_BABBLE}, {"hum", SY_NOISE_HUM}, {"clatter", SY_NOISE_CLATTER},
		{"drone", SY_NOISE_DRONE}};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		struct sy_line_effect effect = {.noise = SY_NOISE_WHITE};
		struct sy_problem why = {0};
		assert_int_equal(sy_line_effect_noise_from(known[i].name, &effect, &why), 0);
		assert_int_equal(effect.noise, known[i].kind);
		assert_int_equal(effect.recording.n, 0);
		sy_line_effect_reset(&effect);
	}
}

static double power_of(const double *samples, size_t n)
{
	double power = 0;

	for (size_t i = 0; i < n; i++) {
		assert_true(isfinite(samples[i]));
		power += samples[i] * samples[i];
	}
	return n ? power / (double)n : 0;
}

/* At telephone rate and at the best, where the partials of a clatter lie above and below half the rate. */
static void noises_are_finite_audible_and_the_same_by_seed(void **state)
{
	(void)state;
	enum { N = 24000 };
	static const int rates[] = {8000, 16000, 48000};
	static const enum sy_noise_kind kinds[] = {
		SY_NOISE_WHITE, SY_NOISE_PINK, SY_NOISE_BABBLE, SY_NOISE_HUM, SY_NOISE_CLATTER, SY_NOISE_DRONE};
	double *one = calloc(N, sizeof *one), *two = calloc(N, sizeof *two);

	assert_non_null(one);
	assert_non_null(two);
	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
		for (size_t r = 0; r < sizeof rates / sizeof *rates; r++) {
			sy_noise_fill(kinds[k], rates[r], 7, one, N);
			sy_noise_fill(kinds[k], rates[r], 7, two, N);
			assert_true(power_of(one, N) > 1e-6);
			assert_memory_equal(one, two, N * sizeof *one);
			sy_noise_fill(kinds[k], rates[r], 8, two, N);
			assert_memory_not_equal(one, two, N * sizeof *one);
			sy_noise_fill(kinds[k], rates[r], 7, one, 0);
			sy_noise_fill(kinds[k], rates[r], 7, one, 1);
			assert_true(isfinite(one[0]));
		}
	free(one);
	free(two);
}

/* Of the tenths of a second, how far the loudest is above the softest. */
static double swing_db(const double *samples, size_t n, size_t tenth)
{
	double least = 1e30, most = 0;

	for (size_t at = 0; at + tenth <= n; at += tenth) {
		double power = power_of(samples + at, tenth);
		least = power < least ? power : least;
		most = power > most ? power : most;
	}
	return 10 * log10(most / least);
}

/* Dishes come one by one; a fan goes on and on, in a band below 2 kHz. */
static void clatter_comes_in_bursts_and_a_drone_stays(void **state)
{
	(void)state;
	size_t n = 80000;
	double *samples = calloc(n, sizeof *samples);

	assert_non_null(samples);
	for (uint32_t seed = 1; seed <= 5; seed++) {
		sy_noise_fill(SY_NOISE_CLATTER, 8000, seed, samples, n);
		assert_true(swing_db(samples, n, 800) > 10);
		sy_noise_fill(SY_NOISE_DRONE, 8000, seed, samples, n);
		assert_true(swing_db(samples, n, 800) < 10);
		assert_true(share_below(samples, n, 8000, 2000) > 0.4);
	}
	free(samples);
}

static void a_drone_and_a_clatter_on_a_line_are_the_same_by_seed(void **state)
{
	(void)state;
	static const char *const names[] = {"clatter", "drone"};

	for (size_t k = 0; k < 2; k++) {
		struct sy_sound a = word(8000), b = word(8000), c = word(8000);
		struct sy_line_effect effect = {.snr_db = 5, .seed = 1};
		struct sy_problem why = {0};
		assert_int_equal(sy_line_effect_noise_from(names[k], &effect, &why), 0);
		apply(&effect, &a);
		apply(&effect, &b);
		assert_memory_equal(a.pcm, b.pcm, a.n * sizeof(int16_t));
		effect.seed = 2;
		apply(&effect, &c);
		assert_memory_not_equal(a.pcm, c.pcm, a.n * sizeof(int16_t));
		/* Before the word there was nothing. */
		assert_true(sy_level_dbfs(a.pcm, 8000) > -60);
		sy_sound_reset(&a);
		sy_sound_reset(&b);
		sy_sound_reset(&c);
	}
}

static void random_numbers_are_spread_evenly(void **state)
{
	(void)state;
	struct sy_noise_random random = {.state = 3};
	double sum = 0, squares = 0;

	for (int i = 0; i < 100000; i++) {
		double u = sy_noise_uniform(&random);
		assert_true(u >= 0 && u < 1);
		double x = sy_noise_normal(&random);
		sum += x;
		squares += x * x;
	}
	near(sum / 100000, 0, 0.02);
	near(squares / 100000, 1, 0.02);
}

static void a_recording_is_repeated_as_noise(void **state)
{
	(void)state;
	char path[] = "/tmp/sayso_noise_XXXXXX.wav";
	int fd = mkstemps(path, 4);
	struct sy_sound noise = tone(16000, 700, 8000, 500), sound = tone(8000, 440, 0, 3000);
	struct sy_line_effect effect = {.snr_db = 0};
	struct sy_problem why = {0};

	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(sy_wav_write(path, &noise, &why), 0);
	assert_int_equal(sy_line_effect_noise_from(path, &effect, &why), 0);
	unlink(path);
	apply(&effect, &sound);
	near(sy_level_dbfs(sound.pcm, sound.n), SY_LINE_SPEECH_DBFS, 0.1);
	near(sy_level_dbfs(sound.pcm + 20000, 4000), SY_LINE_SPEECH_DBFS, 0.3);
	assert_int_equal(sy_line_effect_noise_from("hum", &effect, &why), 0);
	assert_int_equal(effect.recording.n, 0);
	assert_int_equal(effect.noise, SY_NOISE_HUM);
	assert_int_equal(sy_line_effect_noise_from("none", &effect, &why), 0);
	assert_int_equal(effect.noise, SY_NOISE_NONE);
	sy_line_effect_reset(&effect);
	sy_sound_reset(&noise);
	sy_sound_reset(&sound);
}

static void unknown_noises_are_refused(void **state)
{
	(void)state;
	struct sy_line_effect effect = {.noise = SY_NOISE_PINK};
	struct sy_problem why = {0};

	assert_int_equal(sy_line_effect_noise_from("purple", &effect, &why), EINVAL);
	assert_string_equal(why.text, "no noise called \"purple\"; expected none, white, pink, babble, hum, clatter, "
				      "drone or a .wav or .flac "
				      "file");
	assert_int_equal(sy_line_effect_noise_from("/no/such.wav", &effect, &why), ENOENT);
	assert_string_equal(why.text, "/no/such.wav: no such file; check the name");
	assert_int_equal(effect.noise, SY_NOISE_PINK);
}

static void the_same_seed_gives_the_same_line(void **state)
{
	(void)state;
	struct sy_sound a = word(8000), b = word(8000), c = word(8000);
	struct sy_line_effect effect = {.level_db = -3,
		.band = true,
		.noise = SY_NOISE_BABBLE,
		.snr_db = 10,
		.coding = SY_LINE_MULAW,
		.loss = 0.1,
		.seed = 1};

	apply(&effect, &a);
	apply(&effect, &b);
	assert_memory_equal(a.pcm, b.pcm, a.n * sizeof(int16_t));
	effect.seed = 2;
	apply(&effect, &c);
	assert_memory_not_equal(a.pcm, c.pcm, a.n * sizeof(int16_t));
	sy_sound_reset(&a);
	sy_sound_reset(&b);
	sy_sound_reset(&c);
}

/* Each packet holds its own number, so that it shows where what was heard came from. */
static void lost_packets_repeat_the_last_and_fade(void **state)
{
	(void)state;
	struct sy_sound sound = tone(8000, 440, 0, 20000);
	size_t lost = 0, run = 0;
	int last = 0;

	for (size_t i = 0; i < sound.n; i++)
		sound.pcm[i] = (int16_t)(10 * (i / 160) + 1000);
	apply(&(struct sy_line_effect){.loss = 0.3, .seed = 9}, &sound);
	for (size_t p = 0; p < 1000; p++) {
		const int16_t *packet = sound.pcm + 160 * p;
		const double levels[] = {1, 0.6, 0.2};
		for (int i = 1; i < 160; i++)
			assert_int_equal(packet[i], packet[0]);
		if (packet[0] == (int)(10 * p + 1000)) {
			last = packet[0];
			run = 0;
			continue;
		}
		assert_int_equal(packet[0], run < 3 ? lrint(last * levels[run]) : 0);
		run++;
		lost++;
	}
	assert_true(lost > 250 && lost < 350);
	apply(&(struct sy_line_effect){.loss = 1}, &sound);
	near(sy_level_dbfs(sound.pcm, sound.n), -96, 1e-9);
	sy_sound_reset(&sound);
}

static void parameters_outside_their_range_are_refused(void **state)
{
	(void)state;
	const struct sy_line_effect bad[] = {{.level_db = NAN}, {.level_db = 60.1}, {.level_db = -60.1},
		{.snr_db = 90.1}, {.snr_db = -30.1}, {.clip_dbfs = 0.1}, {.clip_dbfs = -96.1}, {.loss = -0.01},
		{.loss = 1.01}};
	struct sy_sound sound = tone(8000, 440, 1000, 100), same = tone(8000, 440, 1000, 100);

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(sy_line_effect_apply(&bad[i], &sound), EINVAL);
	sound.rate = 7999;
	assert_int_equal(sy_line_effect_apply(&(struct sy_line_effect){.band = true}, &sound), EINVAL);
	sound.rate = 3999;
	assert_int_equal(sy_line_effect_apply(&(struct sy_line_effect){0}, &sound), EINVAL);
	assert_memory_equal(sound.pcm, same.pcm, sound.n * sizeof(int16_t));
	sy_sound_reset(&sound);
	sy_sound_reset(&same);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_set_changes_nothing),
		cmocka_unit_test(g711_is_what_libsndfile_reads),
		cmocka_unit_test(g711_codes_come_back),
		cmocka_unit_test(g711_packs_as_sample_by_sample),
		cmocka_unit_test(g711_takes_the_nearest_step),
		cmocka_unit_test(coding_keeps_level_and_adds_little),
		cmocka_unit_test(the_band_is_that_of_a_telephone),
		cmocka_unit_test(the_band_does_not_delay),
		cmocka_unit_test(level_and_clipping),
		cmocka_unit_test(noise_is_held_against_the_active_speech),
		cmocka_unit_test(noise_alone_is_held_against_ordinary_speech),
		cmocka_unit_test(noises_sound_like_their_names),
		cmocka_unit_test(noises_are_known_by_name),
		cmocka_unit_test(noises_are_finite_audible_and_the_same_by_seed),
		cmocka_unit_test(clatter_comes_in_bursts_and_a_drone_stays),
		cmocka_unit_test(a_drone_and_a_clatter_on_a_line_are_the_same_by_seed),
		cmocka_unit_test(random_numbers_are_spread_evenly),
		cmocka_unit_test(a_recording_is_repeated_as_noise),
		cmocka_unit_test(unknown_noises_are_refused),
		cmocka_unit_test(the_same_seed_gives_the_same_line),
		cmocka_unit_test(lost_packets_repeat_the_last_and_fade),
		cmocka_unit_test(parameters_outside_their_range_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
