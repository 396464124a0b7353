/* confusions: the file, the distance of two rows, and the classes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <math.h>
#include <string.h>

#include "confusion_file.h"

static double error_of(const struct sy_confusions *confusions, const char *said, const char *heard)
{
	uint8_t a[SY_SOUNDS_MAX], b[SY_SOUNDS_MAX];
	size_t n = sounds_of(said, a), m = sounds_of(heard, b);

	return sy_confusions_error(confusions, a, n, b, m);
}

static bool near(double a, double b)
{
	return fabs(a - b) < 1e-4;
}

static void adds_up_changes(void **state)
{
	struct sy_confusions *confusions = confusions_with("M N 10 10\nT - 8 4\n- AH 12 6 # put in\nS F -3 5\n");

	(void)state;
	assert_true(near(error_of(confusions, "M AE N", "M AE N"), 0.5));
	assert_true(near(error_of(confusions, "", ""), 0.5));
	assert_true(near(error_of(confusions, "M AE P", "N AE P"), 0.169155)); /* Phi(-10 / sqrt(100 + 9)) */
	assert_true(near(error_of(confusions, "N AE P", "M AE P"), 0.012903)); /* 60 and 20: the other way is surer */
	assert_true(near(error_of(confusions, "K AE T", "K AE"), 0.043238));   /* 8 and 4 */
	assert_true(near(error_of(confusions, "K AE", "K AH AE"), 0.043238));
	assert_true(near(error_of(confusions, "M T", "N"), 0.067628)); /* 18 and sqrt(116) */
	assert_true(near(error_of(confusions, "S", "F"), 0.5));
	sy_confusions_destroy(confusions);
	sy_confusions_destroy(NULL);
}

static void knows_slots(void **state)
{
	struct sy_confusions *confusions = confusions_with("M N 10 10\n");

	(void)state;
	assert_true(near(error_of(confusions, "M 1", "N 1"), 0.169155));
	assert_true(error_of(confusions, "M 1", "N 2") == 0);
	assert_true(error_of(confusions, "M 0", "N") == 0);
	assert_true(error_of(confusions, "M 0", "N M") == 0);
	assert_true(error_of(confusions, "0", "") == 0);
	sy_confusions_destroy(confusions);
}

/* Rows whose lengths are too far apart are never alike; long ones count up to the bound. */
static void keeps_its_bounds(void **state)
{
	struct sy_confusions *confusions = confusions_with("T - 0.1 5\n- T 0.1 5\n");
	uint8_t a[SY_SOUNDS_MAX + 20], b[SY_SOUNDS_MAX + 20];

	(void)state;
	memset(a, sy_phone_number("T", 1), sizeof(a));
	memset(b, sy_phone_number("T", 1), sizeof(b));
	assert_true(sy_confusions_error(confusions, a, 9, b, 9 + SY_SOUNDS_SHIFT_MAX) > 0.4);
	assert_true(sy_confusions_error(confusions, a, 9, b, 10 + SY_SOUNDS_SHIFT_MAX) == 0);
	assert_true(sy_confusions_error(confusions, a, 10 + SY_SOUNDS_SHIFT_MAX, b, 9) == 0);
	assert_true(near(sy_confusions_error(confusions, a, sizeof(a), b, SY_SOUNDS_MAX), 0.5));
	sy_confusions_destroy(confusions);
}

static int class_of(const struct sy_confusions *confusions, const char *phone)
{
	return sy_confusions_class(confusions, (uint8_t)sy_phone_number(phone, strlen(phone)));
}

/* M and NG are each near N but not near each other, so one of them stays out. */
static void makes_classes(void **state)
{
	struct sy_confusions *confusions = confusions_with("M N 5 10\nNG N 7 10\nS F 30 10\n");

	(void)state;
	assert_int_equal(class_of(confusions, "M"), class_of(confusions, "N"));
	assert_int_not_equal(class_of(confusions, "NG"), class_of(confusions, "N"));
	assert_int_not_equal(class_of(confusions, "S"), class_of(confusions, "F"));
	assert_int_equal(class_of(confusions, "T"), sy_phone_number("T", 1));
	assert_int_equal(sy_confusions_class(confusions, SY_SOUND_SLOT + 3), SY_SOUND_SLOT + 3);
	sy_confusions_destroy(confusions);
}

static void refuses_bad_files(void **state)
{
	static const struct {
		const char *skip;
		const char *more;
		const char *part;
	} bad[] = {
		{NULL, "M N 10\n", ":1563: expected two phones"},
		{NULL, "M N 10 10 10\n", "expected two phones"},
		{NULL, "M N 10 0\n", "expected two phones"},
		{NULL, "M N 1e9 1\n", "expected two phones"},
		{NULL, "M N nan 1\n", "expected two phones"},
		{NULL, "M M 10 10\n", "expected two phones"},
		{NULL, "- - 10 10\n", "expected two phones"},
		{NULL, "M QQ 10 10\n", "expected two phones"},
		{"M N", "", "there is no line \"M N ...\""},
		{"- AH", "", "there is no line \"- AH ...\""},
	};
	struct sy_confusions *confusions = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		char path[sizeof(CONFUSION_FILE)];
		struct sy_problem why = {""};

		confusion_file(path, bad[i].skip, bad[i].more);
		assert_int_equal(sy_confusions_load(path, &confusions, &why), EINVAL);
		if (!strstr(why.text, bad[i].part))
			fail_msg("%s", why.text);
		(void)unlink(path);
	}
	assert_int_equal(sy_confusions_load("/nowhere", &confusions, NULL), ENOENT);
	assert_null(confusions);
}

/* What the project comes with: what people mistake on a telephone is nearer than what they do not. */
static void our_own_file_is_sensible(void **state)
{
	static const char *const nearer[][3] = {
		{"F", "S", "AA"}, {"M", "N", "K"}, {"T", "P", "OW"}, {"IY", "IH", "AO"}, {"B", "D", "SH"}};
	struct sy_confusions *confusions = NULL;
	struct sy_problem why = {""};

	(void)state;
	if (sy_confusions_load(NULL, &confusions, &why))
		fail_msg("%s", why.text);
	for (size_t i = 0; i < sizeof(nearer) / sizeof(*nearer); i++)
		assert_true(error_of(confusions, nearer[i][0], nearer[i][1]) >
			    error_of(confusions, nearer[i][0], nearer[i][2]));
	assert_true(error_of(confusions, "F AY V", "N AY N") < 0.25);
	assert_true(error_of(confusions, "AA P ER EY T ER", "B AE L AH N S") < 0.01);
	sy_confusions_destroy(confusions);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adds_up_changes),
		cmocka_unit_test(knows_slots),
		cmocka_unit_test(keeps_its_bounds),
		cmocka_unit_test(makes_classes),
		cmocka_unit_test(refuses_bad_files),
		cmocka_unit_test(our_own_file_is_sensible),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
