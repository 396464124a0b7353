#include "stock.h"

#include <errno.h>
#include <math.h>

#include "engine/hear/confidence.h"
#include "tests/unit/base/written.h"

#define STOCK SAYSO_TESTS_DIR "/../engine/hear/model/line.confidence"
#define LINES_MAX 200

/* The file as it ships, line by line: names may be added to it, and each one stays necessary. */
struct lines {
	char at[LINES_MAX][256];
	int n;
};

static struct lines stock_lines(void)
{
	struct lines lines = {.n = 0};
	FILE *file = fopen(STOCK, "re");

	assert_non_null(file);
	while (lines.n < LINES_MAX && fgets(lines.at[lines.n], sizeof lines.at[0], file))
		lines.n++;
	(void)fclose(file);
	return lines;
}

static bool holds_a_number(const char *line)
{
	return line[strspn(line, " \t\r")] != '#' && line[strspn(line, " \t\r\n")] != '\0';
}

static void write_lines(const struct lines *lines, const char *last)
{
	static char text[(LINES_MAX + 2) * sizeof lines->at[0]];
	size_t n = 0;

	for (int i = 0; i < lines->n; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "%s", lines->at[i]);
	assert_true(n + strlen(last) < sizeof text);
	strcpy(text + n, last);
	write_text(text);
}

static struct sy_confidence *loaded(const char *path)
{
	struct sy_confidence *confidence = NULL;
	struct sy_problem why = {0};

	if (sy_confidence_load(path, &confidence, &why) != 0)
		fail_msg("%s", why.text);
	return confidence;
}

static void refused(const char *part)
{
	struct sy_confidence *confidence = NULL;
	struct sy_problem why = {0};

	assert_int_equal(sy_confidence_load(written, &confidence, &why), EINVAL);
	assert_null(confidence);
	assert_says(&why, written);
	assert_says(&why, part);
}

static void every_name_is_needed_once(void **state)
{
	struct lines lines = stock_lines();
	char place[32];

	(void)state;
	for (int i = 0; i < lines.n; i++) {
		char line[256], name[40] = "";
		if (!holds_a_number(lines.at[i]))
			continue;
		memcpy(line, lines.at[i], sizeof line);
		assert_int_equal(sscanf(line, "%39s", name), 1);
		(void)snprintf(lines.at[i], sizeof lines.at[i], "# nothing here\n");
		write_lines(&lines, "");
		refused(name);
		memcpy(lines.at[i], line, sizeof line);
		write_lines(&lines, line); /* a second time, at the end */
		(void)snprintf(place, sizeof place, ":%d", lines.n + 1);
		refused(place);
	}
}

static void errors_name_the_line(void **state)
{
	static const char *const bad[] = {"unheard-of 1\n", "let_through\n", "let_through much\n",
		"let_through 0.5 0.6\n", "let_through nan\n", "0.5 let_through\n", "let_through=0.5\n",
		"a_name_that_is_longer_than_any_of_the_names_that_the_file_may_hold 1\n"};
	struct lines lines = stock_lines();
	char place[32];

	(void)state;
	(void)snprintf(place, sizeof place, ":%d", lines.n + 1);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		write_lines(&lines, bad[i]);
		refused(place);
	}
}

static void comments_and_blanks_are_passed_over(void **state)
{
	struct lines lines = stock_lines();

	(void)state;
	write_lines(&lines, "\n   \t\r\n# a remark\n  # another");
	sy_confidence_destroy(loaded(written));
	sy_confidence_destroy(NULL);
}

static void a_missing_file_is_named(void **state)
{
	struct sy_confidence *confidence = NULL;
	struct sy_problem why = {0};

	(void)state;
	assert_int_equal(sy_confidence_load("/nowhere/confidence.txt", &confidence, &why), ENOENT);
	assert_null(confidence);
	assert_says(&why, "/nowhere/confidence.txt");
}

static void names_differ(void **state)
{
	char names[SY_HEARD_KINDS * SY_EVIDENCE_COUNT][SY_WEIGHT_NAME_MAX];

	(void)state;
	for (int a = 0; a < SY_HEARD_KINDS * SY_EVIDENCE_COUNT; a++) {
		sy_evidence_name((enum sy_heard_kind)(a / SY_EVIDENCE_COUNT),
			(enum sy_evidence_id)(a % SY_EVIDENCE_COUNT), names[a]);
		for (int b = 0; b < a; b++)
			assert_string_not_equal(names[a], names[b]);
		for (int b = 0; b < SY_REQUEST_COUNT; b++)
			assert_string_not_equal(names[a], sy_request_name((enum sy_request_id)b));
		for (int b = 0; b < SY_WORD_COUNT; b++)
			assert_string_not_equal(names[a], sy_word_name((enum sy_word_id)b));
	}
}

/* The weight of a name in the file as it ships. */
static double weight(const char *name)
{
	struct lines lines = stock_lines();
	char read[40];
	double value;

	for (int i = 0; i < lines.n; i++)
		if (sscanf(lines.at[i], "%39s %lf", read, &value) == 2 && strcmp(read, name) == 0)
			return value;
	fail_msg("no %s in " STOCK, name);
	return 0;
}

static void a_word_is_surer_the_more_it_is_trusted(void **state)
{
	struct sy_confidence *confidence = loaded(STOCK);
	double before = 0;

	(void)state;
	for (int doubt = SY_DOUBT_MAX; doubt >= 0; doubt--) {
		const double p = sy_confidence_word_of(confidence, expf((float)-doubt));

		assert_true(p > before && p < 1);
		before = p;
	}
	assert_true(before > 0.9);
	/* No less than what is not trusted at all. */
	assert_true(
		sy_confidence_word_of(confidence, 1e-30f) == sy_confidence_word_of(confidence, expf(-SY_DOUBT_MAX)));
	sy_confidence_destroy(confidence);
}

static void counts_in_one_direction(
	const struct sy_confidence *confidence, enum sy_heard_kind kind, enum sy_evidence_id id)
{
	struct sy_evidence evidence = {.at = {[SY_EVIDENCE_ONE] = 1}};
	char name[SY_WEIGHT_NAME_MAX];
	double w, before = -1;

	sy_evidence_name(kind, id, name);
	w = weight(name);
	for (int step = 0; step <= 8; step++, evidence.at[id] += 0.125f) {
		double p = sy_confidence_of(confidence, kind, &evidence);
		assert_true(p >= 0 && p <= 1);
		if (step > 0)
			assert_true(w > 0 ? p >= before : w < 0 ? p <= before : p == before);
		before = p;
	}
}

/* More of any piece of evidence moves the result the way its weight points. */
static void evidence_counts_in_one_direction(void **state)
{
	struct sy_confidence *confidence = loaded(STOCK);

	(void)state;
	for (int kind = 0; kind < SY_HEARD_KINDS; kind++)
		for (int id = 0; id < SY_EVIDENCE_COUNT; id++)
			counts_in_one_direction(confidence, (enum sy_heard_kind)kind, (enum sy_evidence_id)id);
	for (int id = 0; id < SY_REQUEST_COUNT; id++) {
		double w = weight(sy_request_name((enum sy_request_id)id));
		struct sy_request request = {.at = {[SY_REQUEST_ONE] = 1}};
		double before = sy_confidence_request_of(confidence, &request), after;
		request.at[id] += 2;
		after = sy_confidence_request_of(confidence, &request);
		assert_true(after >= 0 && after <= 1);
		assert_true(w > 0 ? after >= before : w < 0 ? after <= before : after == before);
	}
	sy_confidence_destroy(confidence);
}

static void extremes_stay_between_0_and_1(void **state)
{
	struct sy_confidence *confidence = loaded(STOCK);

	(void)state;
	for (int sign = -1; sign <= 1; sign += 2) {
		struct sy_evidence evidence;
		struct sy_request request;
		for (int id = 0; id < SY_EVIDENCE_COUNT; id++)
			evidence.at[id] = (float)sign * 1e6f;
		for (int id = 0; id < SY_REQUEST_COUNT; id++)
			request.at[id] = (float)sign * 1e6f;
		double p = sy_confidence_of(confidence, SY_HEARD_AS_ORDER, &evidence),
		       q = sy_confidence_request_of(confidence, &request);
		assert_true(p >= 0 && p <= 1 && q >= 0 && q <= 1);
	}
	sy_confidence_destroy(confidence);
}

static void requests_are_let_through_from_a_threshold_on(void **state)
{
	struct sy_confidence *confidence = loaded(STOCK);
	const double least = weight("let_through");

	(void)state;
	assert_false(sy_confidence_lets_through(confidence, 0));
	assert_false(sy_confidence_lets_through(confidence, nextafter(least, 0)));
	assert_true(sy_confidence_lets_through(confidence, least));
	assert_true(sy_confidence_lets_through(confidence, 1));
	sy_confidence_destroy(confidence);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_name_is_needed_once),
		cmocka_unit_test(errors_name_the_line),
		cmocka_unit_test(comments_and_blanks_are_passed_over),
		cmocka_unit_test(a_missing_file_is_named),
		cmocka_unit_test(names_differ),
		cmocka_unit_test(a_word_is_surer_the_more_it_is_trusted),
		cmocka_unit_test(evidence_counts_in_one_direction),
		cmocka_unit_test(extremes_stay_between_0_and_1),
		cmocka_unit_test(requests_are_let_through_from_a_threshold_on),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
