#include "stock.h"

#include <math.h>

#include "engine/hear/evidence.h"

/* A made-up turn: 60 frames, the loop costs 10 a frame, a phone begins every 10 frames. */
#define FRAMES 60

static int best[FRAMES + 1], along[FRAMES + 1];
static uint8_t phone[FRAMES], entry[FRAMES];

static const struct sy_phone_loop *made_loop(void)
{
	static struct sy_phone_loop loop = {FRAMES, best, along, phone, entry};

	for (int t = 0; t <= FRAMES; t++)
		best[t] = along[t] = 10 * t;
	for (int t = 0; t < FRAMES; t++) {
		phone[t] = (uint8_t)(t / 10 + 1);
		entry[t] = t % 10 == 0;
	}
	return &loop;
}

/* `two` 0..20 and `loaves` 20..40 with these costs above the loop a frame, then silence. */
static struct sy_path made_path(struct sy_heard_word words[3], int over_two, int over_loaves)
{
	words[0] = (struct sy_heard_word){.word = "two", .begin = 0, .end = 20, .cost = 20 * (10 + over_two)};
	words[1] = (struct sy_heard_word){.word = "loaves", .begin = 20, .end = 40, .cost = 20 * (10 + over_loaves)};
	words[2] = (struct sy_heard_word){.begin = 40, .end = 60, .cost = 20 * 10, .silence = 1};
	return (struct sy_path){
		.at = words, .n = 3, .n_words = 2, .cost = words[0].cost + words[1].cost + words[2].cost};
}

static bool near(float a, float b)
{
	return fabsf(a - b) < 1e-3f;
}

static void excess_is_above_the_loop(void **state)
{
	struct sy_heard_word words[3];
	struct sy_path path = made_path(words, 4, 8);
	struct sy_evidence evidence;

	(void)state;
	sy_evidence_gather(&path, NULL, made_loop(), &evidence);
	assert_true(near(evidence.at[SY_EVIDENCE_ONE], 1));
	assert_true(near(evidence.at[SY_EVIDENCE_EXCESS], 6));
	assert_true(near(evidence.at[SY_EVIDENCE_WORST], 8));
	assert_true(near(evidence.at[SY_EVIDENCE_AGREEMENT], SY_AGREEMENT_UNKNOWN));
	assert_true(near(evidence.at[SY_EVIDENCE_FILLER], 0));
	assert_true(near(evidence.at[SY_EVIDENCE_SHORT], 1.0f / 4));
	assert_true(near(evidence.at[SY_EVIDENCE_PACE], fabsf(logf(10.0f / 8))));
}

static void noise_between_words_counts_and_silence_does_not(void **state)
{
	struct sy_heard_word words[3];
	struct sy_path path = made_path(words, 4, 4);
	struct sy_evidence evidence;

	(void)state;
	words[2].silence = 2;
	sy_evidence_gather(&path, NULL, made_loop(), &evidence);
	assert_true(near(evidence.at[SY_EVIDENCE_FILLER], 1.0f / 3));
	assert_true(near(evidence.at[SY_EVIDENCE_EXCESS], 4));
}

/* Other people's talk, taken for silence: 20 frames of it beside 40 of words. */
static void speech_that_silence_hides_counts(void **state)
{
	struct sy_heard_word words[3];
	struct sy_path path = made_path(words, 4, 4);
	struct sy_evidence evidence;

	(void)state;
	sy_evidence_gather(&path, NULL, made_loop(), &evidence);
	assert_true(near(evidence.at[SY_EVIDENCE_HIDDEN], 0));
	words[2].cost = 20 * (10 + 1); /* noise fits silence no worse than that */
	sy_evidence_gather(&path, NULL, made_loop(), &evidence);
	assert_true(near(evidence.at[SY_EVIDENCE_HIDDEN], 0));
	words[2].cost = 20 * (10 + 11);
	sy_evidence_gather(&path, NULL, made_loop(), &evidence);
	assert_true(near(evidence.at[SY_EVIDENCE_HIDDEN], 1.0f / 2));
	assert_true(near(evidence.at[SY_EVIDENCE_EXCESS], 4));
	words[2].cost = 20 * (10 + 1 + 10 * 2 * SY_HIDDEN_MAX - 1);
	sy_evidence_gather(&path, NULL, made_loop(), &evidence);
	assert_true(evidence.at[SY_EVIDENCE_HIDDEN] < SY_HIDDEN_MAX);
	words[2].cost = 20 * (10 + 1 + 10 * 2 * SY_HIDDEN_MAX + 1);
	sy_evidence_gather(&path, NULL, made_loop(), &evidence);
	assert_true(near(evidence.at[SY_EVIDENCE_HIDDEN], SY_HIDDEN_MAX));
}

static void details_are_shared_where_both_have_them(void **state)
{
	struct sy_heard_word ours[3], theirs[3];
	const struct sy_path path = made_path(ours, 0, 0), other = made_path(theirs, 0, 0);
	const bool second[] = {false, true, false}, none[] = {false, false, true};

	(void)state;
	assert_true(sy_path_shares(&path, second, &other));
	assert_false(sy_path_shares(&path, none, &other)); /* silence is no detail */
	theirs[1].begin = 41;                              /* 0.2 s and more apart is another word */
	assert_false(sy_path_shares(&path, second, &other));
	theirs[1].begin = 39;
	assert_true(sy_path_shares(&path, second, &other));
	theirs[1].word = "leaves";
	assert_false(sy_path_shares(&path, second, &other));
}

static void no_words_are_no_evidence(void **state)
{
	struct sy_heard_word silence = {.begin = 0, .end = 60, .cost = 600, .silence = 1};
	const struct sy_path none = {0}, quiet = {.at = &silence, .n = 1};
	struct sy_evidence evidence;

	(void)state;
	sy_evidence_gather(&none, &none, made_loop(), &evidence);
	for (int id = 0; id < SY_EVIDENCE_COUNT; id++)
		assert_true(isfinite(evidence.at[id]));
	assert_true(near(evidence.at[SY_EVIDENCE_EXCESS], 0));
	sy_evidence_gather(&quiet, NULL, made_loop(), &evidence);
	for (int id = 0; id < SY_EVIDENCE_COUNT; id++)
		assert_true(isfinite(evidence.at[id]));
}

/* A path may end one frame after the loop: nothing is read past it. */
static void ends_with_the_turn(void **state)
{
	struct sy_heard_word word = {.word = "two", .begin = 50, .end = FRAMES + 1, .cost = 150};
	const struct sy_path path = {.at = &word, .n = 1, .n_words = 1};
	struct sy_evidence evidence;

	(void)state;
	sy_evidence_gather(&path, NULL, made_loop(), &evidence);
	assert_true(near(evidence.at[SY_EVIDENCE_EXCESS], 5));
}

static void agreement_is_the_share_of_shared_words(void **state)
{
	struct sy_heard_word mine[3], theirs[3];
	struct sy_path path = made_path(mine, 0, 0), other = made_path(theirs, 0, 0);
	const struct sy_path none = {0};

	(void)state;
	assert_true(near(sy_path_agreement(&path, &other), 1));
	theirs[1].word = "rolls";
	assert_true(near(sy_path_agreement(&path, &other), 0.5f));
	theirs[0].word = "rolls";
	assert_true(near(sy_path_agreement(&path, &other), 0));
	assert_true(near(sy_path_agreement(&path, &none), 0));
	assert_true(near(sy_path_agreement(&none, &none), 0));
	/* The same words somewhere else are other words. */
	other = made_path(theirs, 0, 0);
	theirs[0].begin += 19;
	assert_true(near(sy_path_agreement(&path, &other), 1));
	theirs[0].begin += 1;
	assert_true(near(sy_path_agreement(&path, &other), 0.5f));
	/* Each word is shared once: "two two" against "two". */
	mine[1] = mine[0];
	other = (struct sy_path){.at = mine, .n = 1, .n_words = 1};
	assert_true(near(sy_path_agreement(&path, &other), 2.0f / 3));
	assert_true(near(sy_path_agreement(&other, &path), 2.0f / 3));
}

static void a_looser_path_is_weighed(void **state)
{
	struct sy_heard_word mine[3], theirs[3];
	struct sy_path path = made_path(mine, 6, 6), loose = made_path(theirs, 3, 3);
	struct sy_evidence evidence;

	(void)state;
	sy_evidence_gather(&path, &loose, made_loop(), &evidence);
	assert_true(near(evidence.at[SY_EVIDENCE_AGREEMENT], 1));
	assert_true(near(evidence.at[SY_EVIDENCE_LOOSE], 40 * 3 / 60.0f));
}

static void requests_are_measured_against_the_words(void **state)
{
	struct sy_heard_word words[3];
	struct sy_path path = made_path(words, 7, 7);
	struct sy_spot spot = {.phrase = "operator", .begin = 10, .end = 30, .excess = 2, .worst = 5, .pace = 4};
	const struct sy_spot none = {0};
	struct sy_request request;

	(void)state;
	sy_request_gather(&spot, &path, made_loop(), &request);
	assert_true(near(request.at[SY_REQUEST_ONE], 1));
	assert_true(near(request.at[SY_REQUEST_EXCESS], 2));
	assert_true(near(request.at[SY_REQUEST_WORST], 5));
	assert_true(near(request.at[SY_REQUEST_MARGIN], 5));
	assert_true(near(request.at[SY_REQUEST_PACE], fabsf(logf(4.0f / 8))));
	assert_true(near(request.at[SY_REQUEST_SHORT], 4.0f / 20));
	sy_request_gather(&none, &path, made_loop(), &request);
	for (int id = 0; id < SY_REQUEST_COUNT; id++)
		assert_true(isfinite(request.at[id]));
	assert_true(near(request.at[SY_REQUEST_EXCESS], 0));
}

/* "a double shot of a coffee", a noise between "double" and "shot". */
static struct sy_path order_of(struct sy_heard_word words[7])
{
	static const char *const said[] = {"a", "double", NULL, "shot", "of", "a", "coffee"};

	for (size_t i = 0; i < 7; i++)
		words[i] = (struct sy_heard_word){.word = said[i], .trust = 0.5f, .silence = said[i] ? 0 : 2};
	return (struct sy_path){.at = words, .n = 7, .n_words = 6};
}

static void only_words_of_details_are_meant(void **state)
{
	static const bool expected[] = {false, true, true, true, false, false, true};
	struct sy_heard_word words[7];
	struct sy_path path = order_of(words);
	struct sy_pairs slots = {0};
	bool meant[7];

	(void)state;
	sy_path_meant(&path, &slots, meant);
	for (size_t i = 0; i < 7; i++)
		assert_true(meant[i]);
	assert_int_equal(sy_pairs_set(&slots, "shots", "double shot"), 0);
	assert_int_equal(sy_pairs_set(&slots, "drink", "coffee"), 0);
	assert_int_equal(sy_pairs_set(&slots, "size", "sho"), 0); /* no word of the path */
	assert_int_equal(sy_pairs_set(&slots, "milk", "coffee with milk"), 0);
	sy_path_meant(&path, &slots, meant);
	assert_memory_equal(meant, expected, sizeof expected);
	assert_true(near(sy_path_doubt(&path, meant), 3 * logf(2)));
	assert_true(near(sy_path_doubt(&path, NULL), 6 * logf(2)));
	/* Said twice, the last one counts. */
	assert_int_equal(sy_pairs_set(&slots, "drink", "a"), 0);
	sy_path_meant(&path, &slots, meant);
	assert_true(!meant[0] && meant[5]);
	sy_pairs_reset(&slots);
}

static void doubt_is_bounded(void **state)
{
	struct sy_heard_word words[7];
	struct sy_path path = order_of(words);

	(void)state;
	words[1].trust = 1e-9f;
	assert_true(near(sy_path_doubt(&path, NULL), 9));
	for (size_t i = 0; i < 7; i++)
		words[i].trust = 0; /* not known */
	assert_true(sy_path_doubt(&path, NULL) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_words_of_details_are_meant),
		cmocka_unit_test(doubt_is_bounded),
		cmocka_unit_test(excess_is_above_the_loop),
		cmocka_unit_test(noise_between_words_counts_and_silence_does_not),
		cmocka_unit_test(speech_that_silence_hides_counts),
		cmocka_unit_test(details_are_shared_where_both_have_them),
		cmocka_unit_test(no_words_are_no_evidence),
		cmocka_unit_test(ends_with_the_turn),
		cmocka_unit_test(agreement_is_the_share_of_shared_words),
		cmocka_unit_test(a_looser_path_is_weighed),
		cmocka_unit_test(requests_are_measured_against_the_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
