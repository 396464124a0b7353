/* soundalike: the index finds what comparing all pairs finds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "confusion_file.h"
#include "grammars/soundalike.h"

#define ROWS 400
#define ROW_MAX 24

static uint32_t random_state;

static uint32_t draw(uint32_t n)
{
	random_state = random_state * 1664525u + 1013904223u;
	return (random_state >> 8) % n;
}

static void finds_the_worst_first(void **state)
{
	static const char *const texts[] = {"P EY DH AH B IH L", "P L EY DH AH B IH L", "P EY DH AH B IH L",
		"HH EH L OW", "P EY DH AH M IH L", "", "P EY"};
	struct sy_confusions *confusions = confusions_with("B M 10 10\nL - 12 10\n- L 15 10\n");
	uint8_t sounds[7][ROW_MAX];
	struct sy_sounding phrases[7];
	struct sy_soundalike *pairs = NULL;
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < 7; i++)
		phrases[i] = (struct sy_sounding){sounds[i], sounds_of(texts[i], sounds[i]), i == 2 ? 0 : i};
	assert_int_equal(sy_soundalikes_find(confusions, phrases, 7, 0.1, &pairs, &n), 0);
	assert_int_equal(n, 4);
	assert_int_equal(pairs[0].a, 0); /* bill to mill: one in six; the same for its twin in the group */
	assert_int_equal(pairs[0].b, 4);
	assert_int_equal(pairs[1].a, 2);
	assert_int_equal(pairs[2].a, 1); /* play to pay is worse than pay to play */
	assert_int_equal(pairs[2].b, 0);
	assert_true(pairs[2].error > 0.12 && pairs[2].error < 0.14);
	free(pairs);
	pairs = NULL;
	assert_int_equal(sy_soundalikes_find(confusions, phrases, 0, 0.1, &pairs, &n), 0);
	assert_int_equal(n, 0);
	free(pairs);
	assert_int_equal(
		sy_soundalikes_find(confusions, phrases, SY_SOUNDALIKE_PHRASES_MAX + 1, 0.1, &pairs, &n), E2BIG);
	sy_confusions_destroy(confusions);
}

/* Rows, each third of them another one with one or two changes; some are very short. */
static void make_rows(uint8_t sounds[ROWS][ROW_MAX], struct sy_sounding *phrases)
{
	random_state = 7;
	for (size_t i = 0; i < ROWS; i++) {
		size_t n = draw(ROW_MAX - 2);

		for (size_t k = 0; k < n; k++)
			sounds[i][k] = (uint8_t)draw(SY_PHONES);
		if (i % 3 && i) {
			size_t from = draw((uint32_t)i);

			n = phrases[from].n;
			memcpy(sounds[i], sounds[from], ROW_MAX);
			for (size_t changes = 0; changes < 1 + i % 2 && n > 1; changes++) {
				size_t at = draw((uint32_t)n);

				if (draw(3) == 0) /* left out */
					memmove(&sounds[i][at], &sounds[i][at + 1], --n - at);
				else
					sounds[i][at] = (uint8_t)draw(SY_PHONES);
			}
		}
		phrases[i] = (struct sy_sounding){sounds[i], n, i % 50};
	}
}

/* Every change costs 20 nats at 20: two changes are under the least error, three are not. */
static void misses_no_pair(void **state)
{
	static uint8_t sounds[ROWS][ROW_MAX];
	static struct sy_sounding phrases[ROWS];
	struct sy_confusions *confusions = NULL;
	char path[sizeof(CONFUSION_FILE)], *more = calloc(SY_PHONES + 2, 20 * (SY_PHONES + 2));
	struct sy_soundalike *pairs = NULL;
	size_t n = 0, n_all = 0, at = 0;

	(void)state;
	for (int a = 0; a <= SY_PHONES; a++)
		for (int b = 0; b <= SY_PHONES; b++)
			if (a != b)
				at += (size_t)sprintf(more + at, "%s %s 24 20\n",
					a < SY_PHONES ? sy_phone_name(a) : "-", b < SY_PHONES ? sy_phone_name(b) : "-");
	confusion_file(path, NULL, more);
	free(more);
	assert_int_equal(sy_confusions_load(path, &confusions, NULL), 0);
	(void)unlink(path);
	make_rows(sounds, phrases);
	assert_int_equal(sy_soundalikes_find(confusions, phrases, ROWS, 0.05, &pairs, &n), 0);
	for (size_t i = 0; i < ROWS; i++)
		for (size_t k = 0; k < i; k++)
			n_all += phrases[i].group != phrases[k].group &&
				 sy_confusions_error(confusions, sounds[i], phrases[i].n, sounds[k], phrases[k].n) >=
					 0.05;
	assert_true(n_all > 200);
	assert_int_equal(n, n_all);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < i; k++)
			if ((pairs[i].a == pairs[k].a && pairs[i].b == pairs[k].b) ||
				(pairs[i].a == pairs[k].b && pairs[i].b == pairs[k].a))
				fail_msg("a pair is there twice");
	free(pairs);
	sy_confusions_destroy(confusions);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_worst_first),
		cmocka_unit_test(misses_no_pair),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
