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
#include "audio/media/codec.h"

#define ROOM (SY_CODEC_PACKET_MS_MAX * (SY_RATE_WIDE / 1000) + 2)

static void codecs_are_found_as_sdp_names_them(void **state)
{
	(void)state;
	assert_int_equal(sy_codec_find("pcmu", 8000)->id, SY_CODEC_PCMU);
	assert_int_equal(sy_codec_find("PCMA", 8000)->id, SY_CODEC_PCMA);
	assert_int_equal(sy_codec_find("G722", 8000)->id, SY_CODEC_G722); /* RFC 3551, 4.5.2 */
	assert_int_equal(sy_codec_find("OPUS", 48000)->id, SY_CODEC_OPUS);
	assert_null(sy_codec_find("opus", 8000));
	assert_null(sy_codec_find("G729", 8000));
	assert_int_equal(sy_codec_find_static(0)->id, SY_CODEC_PCMU);
	assert_int_equal(sy_codec_find_static(8)->id, SY_CODEC_PCMA);
	assert_int_equal(sy_codec_find_static(9)->id, SY_CODEC_G722);
	assert_null(sy_codec_find_static(-1));
	assert_null(sy_codec_find_static(18));
	for (int id = 0; id < SY_CODECS; id++)
		assert_int_equal(sy_codec((enum sy_codec_id)id)->id, id);
}

static int16_t hum(double s)
{
	return (int16_t)lrint(3000 * sin(2 * M_PI * 300 * s) + 1500 * sin(2 * M_PI * 1100 * s));
}

/* Level and tone come through at every rate and packet time; the first 100 ms are the codec's. */
static void sound_comes_through(void **state)
{
	(void)state;
	for (int id = 0; id < SY_CODECS; id++) {
		const struct sy_codec_impl *codec = sy_codec((enum sy_codec_id)id);
		for (int at = 0; at < 6; at++) {
			const int rate = at < 3 ? SY_RATE_LINE : SY_RATE_WIDE, ms = 20 * (at % 3 + 1);
			const size_t samples = (size_t)(rate / 1000 * ms);
			double sum = 0;
			void *codec_state;
			assert_int_equal(codec->create(rate, &codec_state), 0);
			for (int packet = 0; packet < 20; packet++) {
				int16_t pcm[ROOM], back[ROOM];
				uint8_t bytes[SY_CODEC_BYTES_MAX];
				size_t n = 0, n_back = 0;
				for (size_t i = 0; i < samples; i++)
					pcm[i] = hum((double)((size_t)packet * samples + i) / rate);
				assert_int_equal(codec->encode(codec_state, pcm, samples, bytes, &n), 0);
				assert_int_equal(codec->length(bytes, n), codec->clock / 1000 * ms);
				assert_int_equal(codec->decode(codec_state, bytes, n, back, &n_back), 0);
				assert_int_equal(n_back, samples);
				sum += packet >= 5 ? sy_level_dbfs(back, samples) / 15 : 0;
			}
			assert_true(fabs(sum - 20 * log10(sqrt((3000.0 * 3000 + 1500.0 * 1500) / 2) / 32768)) < 1);
			codec->destroy(codec_state);
		}
	}
}

static void packets_of_120_ms_are_taken_and_no_longer_ones(void **state)
{
	(void)state;
	for (int id = 0; id < SY_CODEC_OPUS; id++) {
		const struct sy_codec_impl *codec = sy_codec((enum sy_codec_id)id);
		const uint8_t bytes[SY_CODEC_PACKET_MS_MAX * 8 + 1] = {0};
		for (int rate = SY_RATE_LINE; rate <= SY_RATE_WIDE; rate *= 2) {
			int16_t pcm[ROOM];
			void *codec_state;
			size_t n = 0;
			assert_int_equal(codec->create(rate, &codec_state), 0);
			assert_int_equal(codec->decode(codec_state, bytes, sizeof(bytes) - 1, pcm, &n), 0);
			assert_int_equal(n, rate / 1000 * SY_CODEC_PACKET_MS_MAX);
			assert_int_equal(codec->decode(codec_state, bytes, sizeof(bytes), pcm, &n), EBADMSG);
			assert_int_equal(codec->decode(codec_state, bytes, 0, pcm, &n), EBADMSG);
			assert_int_equal(codec->length(bytes, sizeof(bytes)), 0);
			codec->destroy(codec_state);
		}
	}
}

static void bytes_that_are_no_opus_are_refused(void **state)
{
	const struct sy_codec_impl *codec = sy_codec(SY_CODEC_OPUS);
	/* Code 3 with 63 frames of 60 ms; code 1 with an odd rest; code 3 without its count. */
	static const uint8_t bad[][4] = {{0x1b, 63, 0, 0}, {0x09, 1, 2, 3}, {0x03, 0, 0, 0}};
	int16_t pcm[ROOM];
	void *codec_state;
	size_t n = 77;

	(void)state;
	assert_int_equal(codec->create(SY_RATE_LINE, &codec_state), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_int_equal(codec->decode(codec_state, bad[i], 4, pcm, &n), EBADMSG);
	assert_int_equal(codec->length(bad[0], 4), 0);
	assert_int_equal(codec->length(bad[2], 1), 0);
	assert_int_equal(codec->length(NULL, 0), 0);
	assert_int_equal(n, 77);
	codec->destroy(codec_state);
}

static void opus_makes_up_for_what_is_lost(void **state)
{
	const struct sy_codec_impl *codec = sy_codec(SY_CODEC_OPUS);
	int16_t pcm[160], back[ROOM];
	uint8_t bytes[SY_CODEC_BYTES_MAX];
	void *codec_state;
	size_t n = 0, n_back = 0;

	(void)state;
	assert_int_equal(codec->create(SY_RATE_LINE, &codec_state), 0);
	for (int packet = 0; packet < 30; packet++) {
		for (size_t i = 0; i < 160; i++)
			pcm[i] = hum((packet * 160 + (int)i) / 8000.0);
		assert_int_equal(codec->encode(codec_state, pcm, 160, bytes, &n), 0);
		if (packet == 20)
			continue;
		if (packet == 21) {
			assert_int_equal(codec->conceal(codec_state, bytes, n, back, 160), 0);
			assert_true(sy_level_dbfs(back, 160) > -30);
		}
		assert_int_equal(codec->decode(codec_state, bytes, n, back, &n_back), 0);
	}
	assert_int_equal(codec->conceal(codec_state, NULL, 0, back, 160), 0);
	/* Opus knows multiples of 2.5 ms only. */
	assert_int_equal(codec->conceal(codec_state, NULL, 0, back, 33), EBADMSG);
	codec->destroy(codec_state);
}

static void destroy_takes_null(void **state)
{
	(void)state;
	for (int id = 0; id < SY_CODECS; id++)
		sy_codec((enum sy_codec_id)id)->destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codecs_are_found_as_sdp_names_them),
		cmocka_unit_test(sound_comes_through),
		cmocka_unit_test(packets_of_120_ms_are_taken_and_no_longer_ones),
		cmocka_unit_test(bytes_that_are_no_opus_are_refused),
		cmocka_unit_test(opus_makes_up_for_what_is_lost),
		cmocka_unit_test(destroy_takes_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
