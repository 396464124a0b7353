#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "engine/speak/respell.h"

static void becomes(const char *text, const char *wanted)
{
	char *s = NULL;

	assert_int_equal(sy_respell(text, &s), 0);
	assert_string_equal(s, wanted);
	free(s);
}

static void changes_whole_words_only(void **state)
{
	(void)state;
	becomes("Ten kilometres, to organise a Login.", "Ten kilometers, to organize a log in.");
	becomes("geometres disorganised", "geometres disorganised");
	becomes("", "");
	becomes("metre", "meter");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(changes_whole_words_only)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
