#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "grammars/spelling.h"

static char *towns[] = {(char[]){"Boston"}, (char[]){"Bolton"}, (char[]){"St. Ives"}, (char[]){"New York"},
	(char[]){"Dunmore"}, (char[]){"Ely"}, (char[]){"Elm Cross"}, (char[]){"Deal"}};
#define N_TOWNS (sizeof(towns) / sizeof(towns[0]))

static void the_nearest_is_found(void **state)
{
	static const struct {
		const char *letters;
		const char *town; /* NULL: none */
	} spelled[] = {{"BOSTON", "Boston"}, {"boston", "Boston"}, {"DOSDOM", "Boston"}, {"BOFTON", "Boston"},
		{"STIVES", "St. Ives"}, {"NEWYORK", "New York"}, {"TUNMORE", "Dunmore"}, {"ELMCROF", "Elm Cross"},
		{"ALY", "Ely"}, {"PEAL", "Deal"}, {"QUXWWZ", NULL}, {"X", NULL}, {"", NULL}};

	(void)state;
	for (size_t i = 0; i < sizeof(spelled) / sizeof(spelled[0]); i++) {
		struct sy_spelling_match match = {.nearest = 99};
		int err = sy_spelling_nearest(spelled[i].letters, towns, N_TOWNS, &match);

		if (err != (spelled[i].town ? 0 : ENOENT) ||
			(!err && strcmp(towns[match.nearest], spelled[i].town) != 0))
			fail_msg("%s is %d, %s", spelled[i].letters, err, err ? "" : towns[match.nearest]);
		assert_true(!err || match.nearest == 99);
	}
}

static void the_margin_tells_doubt(void **state)
{
	struct sy_spelling_match sure, doubtful;

	(void)state;
	assert_int_equal(sy_spelling_nearest("DUNMORE", towns, N_TOWNS, &sure), 0);
	assert_true(sure.margin > SY_SPELLING_MARGIN);
	/* a letter lost where Boston and Bolton differ */
	assert_int_equal(sy_spelling_nearest("BOTON", towns, N_TOWNS, &doubtful), 0);
	assert_true(doubtful.margin < SY_SPELLING_MARGIN);
}

static void long_words_and_empty_lists_do_no_harm(void **state)
{
	char letters[512];
	struct sy_spelling_match match = {.nearest = 7};

	(void)state;
	memset(letters, 'B', sizeof(letters) - 1);
	letters[sizeof(letters) - 1] = '\0';
	assert_int_equal(sy_spelling_nearest(letters, towns, N_TOWNS, &match), ENOENT);
	assert_int_equal(sy_spelling_nearest("BOSTON", NULL, 0, &match), ENOENT);
	assert_int_equal(match.nearest, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_nearest_is_found),
		cmocka_unit_test(the_margin_tells_doubt),
		cmocka_unit_test(long_words_and_empty_lists_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
