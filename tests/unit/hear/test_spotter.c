#include "stock.h"

#include <errno.h>

#include "engine/hear/spotter.h"

#define OPERATOR "AA P ER EY T ER"
#define REPRESENTATIVE "R EH P R IH Z EH N T AH T IH V"

static struct sy_spotter *spotter_of(const char *phrase, const char *phones)
{
	struct sy_spotter *spotter = NULL;
	struct sy_problem why = {0};

	assert_int_equal(sy_spotter_create(stock_model(), &spotter), 0);
	if (phrase && sy_spotter_add(spotter, phrase, phones, &why) != 0)
		fail_msg("%s", why.text);
	return spotter;
}

static void refused(struct sy_spotter *spotter, const char *phones)
{
	struct sy_problem why = {0};

	assert_int_equal(sy_spotter_add(spotter, "a phrase", phones, &why), EINVAL);
	assert_says(&why, "a phrase");
}

static void refuses_phones_it_cannot_look_for(void **state)
{
	struct sy_spotter *spotter = spotter_of(NULL, NULL);
	char phones[SY_SPOTTER_PHONES_MAX * 3 + 8] = "";

	(void)state;
	refused(spotter, "");
	refused(spotter, "   ");
	refused(spotter, "AA");
	refused(spotter, "AA P QQ");
	refused(spotter, "AA P ERRRRRRRRRR");
	refused(spotter, "aa p er");
	for (int i = 0; i < SY_SPOTTER_PHONES_MAX; i++)
		strcat(phones, "AA ");
	assert_int_equal(sy_spotter_add(spotter, "the longest", phones, NULL), 0);
	strcat(phones, "P");
	refused(spotter, phones);
	sy_spotter_destroy(spotter);
	sy_spotter_destroy(NULL);
}

static void takes_so_many_phrases(void **state)
{
	struct sy_spotter *spotter = spotter_of(NULL, NULL);
	struct sy_problem why = {0};

	(void)state;
	for (int i = 0; i < SY_SPOTTER_PHRASES_MAX; i++)
		assert_int_equal(sy_spotter_add(spotter, "operator", OPERATOR, &why), 0);
	assert_int_equal(sy_spotter_add(spotter, "operator", OPERATOR, &why), E2BIG);
	assert_says(&why, "64");
	sy_spotter_destroy(spotter);
}

static struct sy_spot spot_in(const struct sy_spotter *spotter, const struct sy_features *features)
{
	struct sy_senones *senones = NULL;
	struct sy_phone_loop loop = {0};
	struct sy_spot spot = {.begin = -1};

	assert_int_equal(sy_senones_create(stock_model(), features, &senones), 0);
	assert_int_equal(sy_phone_loop_run(stock_model(), senones, &loop), 0);
	assert_int_equal(sy_spotter_run(spotter, senones, &loop, &spot), 0);
	sy_phone_loop_reset(&loop);
	sy_senones_destroy(senones);
	return spot;
}

static struct sy_spot spot_text(const struct sy_spotter *spotter, const char *text)
{
	struct sy_sound speech = spoken(text, SY_FEATURE_HZ);
	struct sy_features features = stock_features(&speech, false);
	struct sy_spot spot = spot_in(spotter, &features);

	if (spot.phrase) {
		assert_true(spot.begin >= 0 && spot.begin < spot.end && spot.end <= (int)features.n);
		assert_true(spot.pace >= 3);
		assert_true(spot.worst >= 0);
	}
	sy_features_reset(&features);
	sy_sound_reset(&speech);
	return spot;
}

static void finds_the_phrase_that_was_said(void **state)
{
	struct sy_spotter *spotter = spotter_of("operator", OPERATOR);
	struct sy_spot said, inside, other;

	(void)state;
	assert_int_equal(sy_spotter_add(spotter, "representative", REPRESENTATIVE, NULL), 0);
	said = spot_text(spotter, "operator");
	assert_string_equal(said.phrase, "operator");
	inside = spot_text(spotter, "my bill is wrong so put me through to the operator this minute");
	assert_string_equal(inside.phrase, "operator");
	assert_true(inside.begin > 100);
	assert_string_equal(spot_text(spotter, "i need a representative").phrase, "representative");
	other = spot_text(spotter, "i would like some cheese and a cucumber");
	assert_true(!other.phrase || (other.excess > said.excess && other.excess > inside.excess));
	sy_spotter_destroy(spotter);
}

static void short_turns_hold_no_phrase(void **state)
{
	struct sy_spotter *spotter = spotter_of("operator", OPERATOR), *nothing = spotter_of(NULL, NULL);
	struct sy_sound noise = white_noise(SY_FEATURE_HZ, 300, 5000);
	struct sy_features features = stock_features(&noise, true);
	size_t all = features.n;

	(void)state;
	assert_null(spot_in(nothing, &features).phrase);
	for (size_t n = 0; n < 18; n++) { /* six phones of three states */
		features.n = n;
		assert_null(spot_in(spotter, &features).phrase);
	}
	features.n = all;
	sy_features_reset(&features);
	sy_sound_reset(&noise);
	sy_spotter_destroy(spotter);
	sy_spotter_destroy(nothing);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_phones_it_cannot_look_for),
		cmocka_unit_test(takes_so_many_phrases),
		cmocka_unit_test(finds_the_phrase_that_was_said),
		cmocka_unit_test(short_turns_hold_no_phrase),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
