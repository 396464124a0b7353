#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audio/caller_voice.h"
#include "audio/endpoint.h"
#include "audio/frame.h"
#include "audio/g711.h"
#include "audio/media/echo.h"
#include "audio/noise.h"

/* A prompt of ours goes out and comes back; a caller may speak over it. What does the endpointer make of it? */
struct scene {
	int rate;
	const char *voice; /* of the prompt */
	double delay_ms;
	double echo_db; /* against our own; -100: none */
	bool room;      /* the echo comes from a room: several paths */
	const char *caller;
	double caller_at_ms;
	double caller_db;
	bool bare; /* without the canceller */
};

struct heard {
	int onsets;      /* while nobody spoke */
	double onset_ms; /* after the caller began; -1: none */
	int delay_ms;
	double level_db; /* of what the endpointer got while the prompt came back, the second half */
};

#define PROMPT                                                                                                         \
	"You have reached the coffee company. I can tell you about opening hours, prices and orders. "                 \
	"What would you like to know today?"

/* Scenes by the dozen say the same few sentences, and some voices are programs, started for each. */
#define SAID_MAX 16
static struct said {
	const char *voice, *text; /* of the tests themselves */
	int rate;
	struct sy_sound sound;
} said[SAID_MAX];
static size_t n_said;

static struct sy_sound make(const char *voice, const char *text, int rate)
{
	struct sy_sound wide = {0}, sound = {0};
	struct sy_problem why = {0};

	const int err = sy_caller_voice_say(voice, text, &wide, &why);
	if (err == ENOENT) {
		print_message("%s\n", why.text);
		skip();
	}
	assert_int_equal(err, 0);
	assert_int_equal(sy_sound_resample(&wide, rate, &sound), 0);
	sy_sound_reset(&wide);
	return sound;
}

static struct sy_sound say(const char *voice, const char *text, int rate)
{
	struct sy_sound sound = {0};
	size_t i = 0;

	while (i < n_said &&
		(strcmp(said[i].voice, voice) != 0 || strcmp(said[i].text, text) != 0 || said[i].rate != rate))
		i++;
	if (i == n_said) {
		assert_true(n_said < SAID_MAX);
		said[n_said] = (struct said){voice, text, rate, make(voice, text, rate)};
		n_said++;
	}
	assert_int_equal(sy_sound_copy(&said[i].sound, &sound), 0);
	return sound;
}

static int forget_said(void **state)
{
	(void)state;
	while (n_said > 0)
		sy_sound_reset(&said[--n_said].sound);
	return 0;
}

/* To -22 dBFS, as prompts are. */
static void set_level(struct sy_sound *sound, double dbfs)
{
	const double gain = pow(10, (dbfs - sy_level_dbfs(sound->pcm, sound->n)) / 20);

	for (size_t i = 0; i < sound->n; i++)
		sound->pcm[i] = (int16_t)lrint(fmax(-32768, fmin(32767, sound->pcm[i] * gain)));
}

static double at(const struct sy_sound *sound, double sample)
{
	if (sample < 0 || sample + 1 >= (double)sound->n)
		return 0;
	const size_t i = (size_t)sample;
	const double share = sample - (double)i;
	return sound->pcm[i] * (1 - share) + sound->pcm[i + 1] * share;
}

static double echo_at(const struct scene *scene, const struct sy_sound *prompt, double sample)
{
	const double ms = scene->rate / 1000.0, first = sample - scene->delay_ms * ms;

	if (!scene->room)
		return at(prompt, first);
	return 0.8 * at(prompt, first) - 0.4 * at(prompt, first - 3.3 * ms) + 0.3 * at(prompt, first - 9.1 * ms) +
	       0.2 * at(prompt, first - 17 * ms);
}

static struct heard play(const struct scene *scene)
{
	struct sy_sound prompt = say(scene->voice, PROMPT, scene->rate), caller = {0};
	const size_t frame = sy_frame_samples(scene->rate);
	const double ms = scene->rate / 1000.0, gain = pow(10, scene->echo_db / 20);
	struct heard heard = {.onset_ms = -1};
	struct sy_noise_random random = {1};
	struct sy_endpoint *endpoint;
	struct sy_echo *echo;
	double sum = 0;
	int frames = 0;

	set_level(&prompt, -22);
	if (scene->caller != NULL) {
		caller = say(scene->caller, "agent please", scene->rate);
		set_level(&caller, scene->caller_db);
	}
	assert_int_equal(sy_echo_create(scene->rate, &echo), 0);
	assert_int_equal(sy_endpoint_create(scene->rate, &endpoint), 0);
	/* Half a second before and after the prompt. */
	const int lead = 25, ticks = lead + (int)(prompt.n / frame) + 25;
	for (int tick = 0; tick < ticks; tick++) {
		int16_t ours[SY_FRAME_SAMPLES_MAX], back[SY_FRAME_SAMPLES_MAX];
		enum sy_endpoint_event event;
		for (size_t i = 0; i < frame; i++) {
			const double sample = (double)(tick - lead) * (double)frame + (double)i;
			const double x = gain * echo_at(scene, &prompt, sample) +
					 at(&caller, sample - scene->caller_at_ms * ms) + sy_noise_normal(&random) * 15;
			ours[i] = (int16_t)lrint(at(&prompt, sample));
			back[i] = sy_g711_from_mulaw(sy_g711_to_mulaw((int16_t)lrint(fmax(-32768, fmin(32767, x)))));
		}
		if (!scene->bare)
			sy_echo_frame(echo, ours, back);
		const bool prompting = tick >= lead && tick < ticks - 25;
		assert_int_equal(sy_endpoint_feed(endpoint, back, prompting, &event), 0);
		if (tick > ticks / 2 && prompting) {
			sum += pow(10, sy_level_dbfs(back, frame) / 10);
			frames++;
		}
		const double now_ms = (tick + 1 - lead) * (double)SY_FRAME_MS - scene->caller_at_ms;
		if (event != SY_ENDPOINT_ONSET)
			continue;
		if (scene->caller != NULL && now_ms > 0) {
			heard.onset_ms = heard.onset_ms < 0 ? now_ms : heard.onset_ms;
		} else {
			heard.onsets++;
			sy_endpoint_restart(endpoint);
		}
	}
	heard.level_db = 10 * log10(sum / frames);
	heard.delay_ms = sy_echo_delay_ms(echo);
	sy_endpoint_destroy(endpoint);
	sy_echo_destroy(echo);
	sy_sound_reset(&prompt);
	sy_sound_reset(&caller);
	return heard;
}

static const char *const voices[] = {"flite:slt", "flite:rms", "flite:awb"};
#define VOICES (sizeof(voices) / sizeof(*voices))

static void an_echo_of_the_prompt_is_not_a_caller(void **state)
{
	static const double delays_ms[] = {0.5, 20, 61.3, 100, 137.06, 180, 200};

	(void)state;
	for (int rate = SY_RATE_LINE; rate <= SY_RATE_WIDE; rate *= 2) {
		for (size_t v = 0; v < VOICES; v++) {
			/* At 16 kHz everything is the same but for the cost. */
			for (size_t d = v; d < sizeof(delays_ms) / sizeof(*delays_ms);
				d += rate == SY_RATE_LINE ? 1 : VOICES) {
				struct scene scene = {
					.rate = rate, .voice = voices[v], .delay_ms = delays_ms[d], .echo_db = -6};
				const struct heard heard = play(&scene);
				if (heard.onsets > 0 || d == 4)
					print_message("%d Hz, %s, %.1f ms: %d onsets, found %d ms, left %.1f dBFS\n",
						rate, voices[v], delays_ms[d], heard.onsets, heard.delay_ms,
						heard.level_db);
				assert_int_equal(heard.onsets, 0);
				assert_true(abs(heard.delay_ms - (int)delays_ms[d]) <= 1);
				assert_true(heard.level_db < -45); /* 17 dB less than came back */
			}
		}
	}
}

static void without_the_canceller_it_would_be(void **state)
{
	(void)state;
	struct scene scene = {.rate = SY_RATE_LINE, .voice = "flite:slt", .delay_ms = 137, .echo_db = -6, .bare = true};
	assert_true(play(&scene).onsets > 0);
}

static void a_room_is_learnt_within_the_first_words(void **state)
{
	static const double delays_ms[] = {30, 90, 170}, echoes_db[] = {-6, -12};

	(void)state;
	for (size_t i = 0; i < VOICES * 6; i++) {
		struct scene scene = {.rate = SY_RATE_LINE,
			.voice = voices[i % VOICES],
			.delay_ms = delays_ms[i / VOICES % 3],
			.echo_db = echoes_db[i / VOICES / 3],
			.room = true};
		const struct heard heard = play(&scene);
		print_message("room, %s, %.0f dB: %d onsets, found %d ms, left %.1f dBFS\n", scene.voice, scene.echo_db,
			heard.onsets, heard.delay_ms, heard.level_db);
		assert_int_equal(heard.onsets, 0);
	}
}

static void a_caller_over_the_prompt_is_heard(void **state)
{
	static const char *const callers[] = {"espeak:en-gb", "espeak:en-us+f3", "flite:kal16", "flite:slt"};

	(void)state;
	for (int echo = 0; echo < 2; echo++) {
		for (size_t c = 0; c < sizeof(callers) / sizeof(*callers); c++) {
			for (int i = 0; i < 3; i++) {
				struct scene scene = {.rate = SY_RATE_LINE,
					.voice = "flite:slt",
					.delay_ms = 120,
					.echo_db = echo ? -6 : -100,
					.caller = callers[c],
					.caller_at_ms = 300 + i * 1150,
					.caller_db = i % 2 ? -20 : -26};
				const struct heard with = play(&scene);
				scene.bare = true;
				scene.echo_db = -100;
				const struct heard without = play(&scene);
				if (with.onset_ms != without.onset_ms)
					print_message("%s at %.0f ms: %.0f ms, without an echo %.0f ms\n", callers[c],
						scene.caller_at_ms, with.onset_ms, without.onset_ms);
				assert_int_equal(with.onsets, 0);
				assert_true(with.onset_ms > 0 && with.onset_ms <= without.onset_ms + 60);
				if (echo == 0)
					assert_true(with.onset_ms == without.onset_ms && with.delay_ms == -1);
			}
		}
	}
}

static void other_rates_are_refused(void **state)
{
	struct sy_echo *echo = NULL;

	(void)state;
	assert_int_equal(sy_echo_create(11025, &echo), EINVAL);
	assert_null(echo);
	sy_echo_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_echo_of_the_prompt_is_not_a_caller),
		cmocka_unit_test(without_the_canceller_it_would_be),
		cmocka_unit_test(a_room_is_learnt_within_the_first_words),
		cmocka_unit_test(a_caller_over_the_prompt_is_heard),
		cmocka_unit_test(other_rates_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, forget_said);
}
