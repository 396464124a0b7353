#include "stock.h"

#include <errno.h>
#include <math.h>

#include "audio/frame.h"
#include "engine/hear/recogniser_sphinx.h"
#include "grammars/jsgf.h"

static struct sy_recogniser *recogniser;

static void load(const char *fixture)
{
	struct sy_graph *graph = NULL;
	struct sy_problem why = {0};
	char path[512];

	(void)snprintf(path, sizeof path, "%s/fixtures/hear/%s.gram", SAYSO_TESTS_DIR, fixture);
	if (sy_jsgf_graph_file(path, &graph, &why) != 0 || sy_recogniser_load(recogniser, fixture, graph, &why) != 0)
		fail_msg("%s", why.text);
	sy_graph_destroy(graph);
}

static void need_recogniser(void)
{
	struct sy_problem why = {0};

	(void)stock_folder();
	if (recogniser)
		return;
	if (sy_recogniser_sphinx_create(&recogniser, &why) != 0)
		fail_msg("%s", why.text);
	load("bakery");
	load("numbers");
}

static int drop_recogniser(void **state)
{
	(void)state;
	sy_recogniser_destroy(recogniser);
	sy_recogniser_destroy(NULL);
	return 0;
}

static struct sy_hear_job job_of(const struct sy_sound *sound, const char *grammar, bool universals)
{
	struct sy_hear_job job = {.pcm = sound->pcm, .n = sound->n, .rate = sound->rate, .universals = universals};

	if (grammar)
		job.grammars[job.n_grammars++] = grammar;
	return job;
}

static struct sy_hypothesis hear(const struct sy_sound *sound, const char *grammar, bool universals)
{
	const struct sy_hear_job job = job_of(sound, grammar, universals);
	struct sy_hypothesis heard = {0};
	struct sy_problem why = {0};

	need_recogniser();
	if (sy_recogniser_hear(recogniser, &job, &heard, NULL, &why) != 0)
		fail_msg("%s", why.text);
	assert_non_null(heard.text);
	assert_true(heard.confidence >= 0 && heard.confidence <= 1);
	/* Nothing is not surely heard. */
	assert_true(heard.text[0] || heard.confidence == 0);
	return heard;
}

static struct sy_hypothesis hear_text(const char *text, int rate, const char *grammar, bool universals)
{
	struct sy_sound sound = spoken(text, rate);
	struct sy_hypothesis heard = hear(&sound, grammar, universals);

	assert_int_equal(heard.sounded, SY_SOUNDED_SPEECH);
	assert_in_range(heard.audio_ms, sy_sound_ms(&sound) - 1, sy_sound_ms(&sound) + 1);
	sy_sound_reset(&sound);
	return heard;
}

static void assert_order(struct sy_hypothesis *heard)
{
	assert_string_equal(heard->text, "i would like two oranges please");
	assert_non_null(heard->intent);
	assert_string_equal(heard->intent, "order");
	assert_string_equal(sy_pairs_get(&heard->slots, "count"), "two");
	assert_string_equal(sy_pairs_get(&heard->slots, "thing"), "oranges");
	assert_int_equal(heard->slots.n, 2);
	assert_int_equal(heard->completeness, SY_COMPLETE);
	assert_int_equal(heard->decision, SY_ACCEPT);
	sy_hypothesis_reset(heard);
}

static void orders_give_intent_and_slots(void **state)
{
	struct sy_hypothesis heard;

	(void)state;
	need_recogniser();
	heard = hear_text("i would like two oranges please", SY_RATE_WIDE, "bakery", false);
	assert_order(&heard);
	heard = hear_text("i would like two oranges please", SY_RATE_LINE, "bakery", true);
	assert_order(&heard);
	heard = hear_text("what time do you close on saturday", SY_RATE_LINE, "bakery", true);
	assert_string_equal(heard.intent, "opening");
	assert_string_equal(sy_pairs_get(&heard.slots, "kind"), "closing");
	assert_string_equal(sy_pairs_get(&heard.slots, "day"), "saturday");
	sy_hypothesis_reset(&heard);
}

static double random_pm1(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return (double)(*seed >> 8) / (1 << 23) - 1.0;
}

/* The whole band is heard as well as the telephone's part of it, in noise too, where its own model is unsure. */
static void the_whole_band_is_heard_as_well(void **state)
{
	struct sy_sound wide, line = {0};
	uint32_t seed = 1;

	(void)state;
	need_recogniser();
	wide = spoken("i would like two oranges please", SY_RATE_WIDE);
	const double gain = 32768 * pow(10, (sy_level_dbfs(wide.pcm, wide.n) - 12) / 20) * sqrt(3);
	for (size_t i = 0; i < wide.n; i++)
		wide.pcm[i] = (int16_t)fmax(-32768, fmin(32767, wide.pcm[i] + gain * random_pm1(&seed)));
	assert_int_equal(sy_sound_resample(&wide, SY_RATE_LINE, &line), 0);
	struct sy_hypothesis low = hear(&line, "bakery", true), high = hear(&wide, "bakery", true);
	print_message("12 dB: at 8 kHz %.2f, at 16 kHz %.2f\n", low.confidence, high.confidence);
	assert_true(high.confidence >= low.confidence);
	assert_true(high.decision <= low.decision);
	assert_string_equal(high.intent, "order");
	sy_hypothesis_reset(&low);
	sy_hypothesis_reset(&high);
	sy_sound_reset(&line);
	sy_sound_reset(&wide);
}

static void what_no_grammar_holds_is_not_accepted(void **state)
{
	struct sy_hypothesis heard;

	(void)state;
	need_recogniser();
	heard = hear_text("my grandmother sailed around the world in a wooden boat", SY_RATE_LINE, "bakery", true);
	assert_int_not_equal(heard.decision, SY_ACCEPT);
	sy_hypothesis_reset(&heard);
}

/* The middle of a number must not end the turn. */
static void half_a_number_is_incomplete(void **state)
{
	struct sy_hypothesis heard;

	(void)state;
	need_recogniser();
	heard = hear_text("three seven five", SY_RATE_LINE, "numbers", false);
	assert_string_equal(heard.text, "three seven five");
	assert_int_equal(heard.completeness, SY_COMPLETE);
	sy_hypothesis_reset(&heard);
	heard = hear_text("three", SY_RATE_LINE, "numbers", false);
	assert_true(heard.decision != SY_ACCEPT || heard.completeness == SY_INCOMPLETE);
	sy_hypothesis_reset(&heard);
}

static void requests_for_a_person_get_through(void **state)
{
	static const char *const requests[] = {"operator please", "operator", "i want to speak to an operator",
		"can i talk to a real person please", "i need a representative"};

	(void)state;
	need_recogniser();
	for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
		const char *grammar = i % 2 ? "bakery" : NULL;
		struct sy_hypothesis heard = hear_text(requests[i], SY_RATE_LINE, grammar, true);
		if (!heard.intent || strcmp(heard.intent, "agent") != 0 || heard.decision != SY_ACCEPT)
			fail_msg("\"%s\": %s %s %.2f", requests[i], heard.intent ? heard.intent : "nothing",
				sy_decision_name(heard.decision), heard.confidence);
		sy_hypothesis_reset(&heard);
	}
	/* Without the universals nobody is there to ask for. */
	struct sy_hypothesis heard = hear_text("operator please", SY_RATE_LINE, "bakery", false);
	assert_true(!heard.intent || strcmp(heard.intent, "agent") != 0);
	sy_hypothesis_reset(&heard);
}

static void hears_silence_as_silence(void **state)
{
	struct sy_sound silence = white_noise(SY_RATE_LINE, 1500, 1);
	struct sy_voice known = {.mean = {7, 1}, .frames = 90}, voice = {0};
	struct sy_hypothesis heard = {0};
	struct sy_hear_job job;

	(void)state;
	need_recogniser();
	for (int i = 0; i < 3; i++) { /* faint noise, nothing at all, and no samples */
		job = job_of(&silence, "bakery", true);
		job.voice = known;
		assert_int_equal(sy_recogniser_hear(recogniser, &job, &heard, &voice, NULL), 0);
		assert_int_equal(heard.sounded, SY_SOUNDED_SILENCE);
		assert_int_equal(heard.decision, SY_REJECT);
		assert_null(heard.intent);
		assert_string_equal(heard.text, "");
		assert_int_equal(heard.audio_ms, i < 2 ? 1500 : 0);
		assert_true(voice.frames == known.frames && voice.mean[0] == known.mean[0]);
		sy_hypothesis_reset(&heard);
		memset(silence.pcm, 0, silence.n * sizeof *silence.pcm);
		silence.n = i == 0 ? silence.n : 0;
	}
	sy_sound_reset(&silence);
}

static void noise_is_never_a_command(void **state)
{
	(void)state;
	need_recogniser();
	for (int level = 300; level <= 20000; level *= 4)
		for (int ms = 400; ms <= 3200; ms *= 2) {
			struct sy_sound noise = white_noise(SY_RATE_LINE, ms, level);
			struct sy_hypothesis heard = hear(&noise, "bakery", true);
			assert_int_not_equal(heard.decision, SY_ACCEPT);
			sy_hypothesis_reset(&heard);
			heard = hear(&noise, "numbers", false);
			assert_int_not_equal(heard.decision, SY_ACCEPT);
			sy_hypothesis_reset(&heard);
			sy_sound_reset(&noise);
		}
}

static void clipping_is_never_a_command(void **state)
{
	(void)state;
	need_recogniser();
	for (int period = 8; period <= 80; period *= 2) { /* 1000 to 100 Hz */
		struct sy_sound square = white_noise(SY_RATE_LINE, 1200, 1);
		for (size_t i = 0; i < square.n; i++)
			square.pcm[i] = (int)(i % (size_t)period) < period / 2 ? INT16_MAX : INT16_MIN;
		struct sy_hypothesis heard = hear(&square, "bakery", true);
		assert_int_not_equal(heard.decision, SY_ACCEPT);
		assert_int_not_equal(heard.sounded, SY_SOUNDED_SPEECH);
		sy_hypothesis_reset(&heard);
		sy_sound_reset(&square);
	}
}

/* Speech driven far over the top is heard as what it is. */
static void clipped_speech_is_told(void **state)
{
	struct sy_sound loud = spoken("i would like two oranges please", SY_RATE_LINE);
	struct sy_hypothesis heard;

	(void)state;
	for (size_t i = 0; i < loud.n; i++) {
		int sample = loud.pcm[i] * 60;
		loud.pcm[i] = (int16_t)(sample > INT16_MAX ? INT16_MAX : sample < INT16_MIN ? INT16_MIN : sample);
	}
	heard = hear(&loud, "bakery", true);
	assert_int_equal(heard.sounded, SY_SOUNDED_CLIPPED);
	assert_int_not_equal(heard.decision, SY_ACCEPT);
	sy_hypothesis_reset(&heard);
	sy_sound_reset(&loud);
}

static void assert_same(const struct sy_hypothesis *a, const struct sy_hypothesis *b)
{
	assert_string_equal(a->text, b->text);
	assert_string_equal(a->intent ? a->intent : "", b->intent ? b->intent : "");
	assert_true(a->confidence == b->confidence);
	assert_int_equal(a->decision, b->decision);
	assert_int_equal(a->completeness, b->completeness);
	assert_int_equal(a->slots.n, b->slots.n);
}

static void what_was_heard_before_does_not_matter(void **state)
{
	struct sy_sound order = spoken("i would like seven cucumber please", SY_RATE_LINE);
	struct sy_sound noise = white_noise(SY_RATE_LINE, 2000, 15000);
	struct sy_hypothesis first, second, between;

	(void)state;
	first = hear(&order, "bakery", true);
	between = hear(&noise, "numbers", false);
	sy_hypothesis_reset(&between);
	between = hear_text("operator please", SY_RATE_LINE, NULL, true);
	second = hear(&order, "bakery", true);
	assert_same(&first, &second);
	sy_hypothesis_reset(&first);
	sy_hypothesis_reset(&between);
	sy_hypothesis_reset(&second);
	sy_sound_reset(&order);
	sy_sound_reset(&noise);
}

/* In another recogniser, too: two workers answer alike. */
static void another_recogniser_hears_the_same(void **state)
{
	struct sy_sound order = spoken("what time do you open on tuesday", SY_RATE_LINE);
	struct sy_hypothesis first = hear(&order, "bakery", true), second;
	struct sy_recogniser *kept = recogniser;

	(void)state;
	recogniser = NULL;
	second = hear(&order, "bakery", true);
	assert_same(&first, &second);
	sy_recogniser_destroy(recogniser);
	recogniser = kept;
	sy_hypothesis_reset(&first);
	sy_hypothesis_reset(&second);
	sy_sound_reset(&order);
}

static void a_voice_is_carried_on(void **state)
{
	struct sy_sound order = spoken("i would like two oranges please", SY_RATE_LINE);
	struct sy_hear_job job = job_of(&order, "bakery", false);
	struct sy_voice voice = {0}, next = {0};
	struct sy_hypothesis heard = {0};

	(void)state;
	need_recogniser();
	assert_int_equal(sy_recogniser_hear(recogniser, &job, &heard, &voice, NULL), 0);
	sy_hypothesis_reset(&heard);
	assert_true(voice.frames > 50 && isfinite(voice.mean[0]));
	job.voice = voice;
	assert_int_equal(sy_recogniser_hear(recogniser, &job, &heard, &next, NULL), 0);
	assert_true(next.frames > voice.frames);
	for (int d = 0; d < SY_VOICE_DIMS; d++) /* the same words again: the same mean */
		assert_true(fabsf(next.mean[d] - voice.mean[d]) < 0.01f);
	assert_order(&heard);
	sy_sound_reset(&order);
}

static void jobs_that_cannot_be_done(void **state)
{
	struct sy_sound noise = white_noise(SY_RATE_LINE, 300, 900);
	struct sy_hear_job job = job_of(&noise, "bakery", true);
	struct sy_hypothesis heard = {.audio_ms = 77};
	struct sy_problem why = {0};
	static const int rates[] = {11025, 44100, 4000, 0, -8000};

	(void)state;
	need_recogniser();
	for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
		job.rate = rates[i];
		assert_int_equal(sy_recogniser_hear(recogniser, &job, &heard, NULL, &why), EINVAL);
		assert_says(&why, "Hz");
	}
	job = job_of(&noise, "never loaded", true);
	assert_int_equal(sy_recogniser_hear(recogniser, &job, &heard, NULL, &why), ENOENT);
	assert_says(&why, "never loaded");
	job = job_of(&noise, NULL, false);
	assert_int_equal(sy_recogniser_hear(recogniser, &job, &heard, NULL, &why), EINVAL);
	assert_int_equal(heard.audio_ms, 77);
	sy_sound_reset(&noise);
}

static void grammars_come_and_go(void **state)
{
	struct sy_sound order = spoken("i would like two oranges please", SY_RATE_LINE);
	struct sy_hear_job job = job_of(&order, "bakery", false);
	struct sy_hypothesis heard = {0};
	struct sy_problem why = {0};

	(void)state;
	need_recogniser();
	sy_recogniser_unload(recogniser, "bakery");
	sy_recogniser_unload(recogniser, "never loaded");
	sy_recogniser_unload(recogniser, "universals");
	assert_int_equal(sy_recogniser_hear(recogniser, &job, &heard, NULL, &why), ENOENT);
	load("bakery");
	heard = hear(&order, "bakery", true);
	assert_order(&heard);
	sy_sound_reset(&order);
}

static void the_universals_name_is_taken(void **state)
{
	static const char text[] = "#JSGF V1.0; grammar mine; public <mine> = hello;";
	struct sy_graph *graph = NULL;
	struct sy_problem why = {0};

	(void)state;
	need_recogniser();
	assert_int_equal(sy_jsgf_graph_text("mine", text, strlen(text), &graph, &why), 0);
	assert_int_equal(sy_recogniser_load(recogniser, "universals", graph, &why), EINVAL);
	assert_says(&why, "universals");
	sy_graph_destroy(graph);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(orders_give_intent_and_slots),
		cmocka_unit_test(the_whole_band_is_heard_as_well),
		cmocka_unit_test(what_no_grammar_holds_is_not_accepted),
		cmocka_unit_test(half_a_number_is_incomplete),
		cmocka_unit_test(requests_for_a_person_get_through),
		cmocka_unit_test(hears_silence_as_silence),
		cmocka_unit_test(noise_is_never_a_command),
		cmocka_unit_test(clipping_is_never_a_command),
		cmocka_unit_test(clipped_speech_is_told),
		cmocka_unit_test(what_was_heard_before_does_not_matter),
		cmocka_unit_test(another_recogniser_hears_the_same),
		cmocka_unit_test(a_voice_is_carried_on),
		cmocka_unit_test(jobs_that_cannot_be_done),
		cmocka_unit_test(grammars_come_and_go),
		cmocka_unit_test(the_universals_name_is_taken),
	};

	return cmocka_run_group_tests(tests, NULL, drop_recogniser);
}
