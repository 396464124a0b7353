#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <string.h>

#include "base/costs.h"

static double down(const struct sy_costs *costs)
{
	return costs->question + SY_TURNED_DOWN_MINUTES * costs->person_minute;
}

static double to_answer(const struct sy_costs *costs, double p)
{
	return (1 - p) * costs->wrong_answer;
}

static double to_ask_back(const struct sy_costs *costs, double p)
{
	return costs->question + (1 - p) * down(costs);
}

/* At every p the thresholds choose what costs least, but for the two bounds. */
static void chooses_what_costs_least(const struct sy_costs *costs)
{
	const struct sy_thresholds at = sy_costs_thresholds(costs);

	assert_true(at.confirm > 0 && at.confirm <= at.accept);
	assert_true(at.accept >= SY_ACCEPT_LEAST && at.accept <= SY_ACCEPT_MOST);
	for (double p = 0.0005; p < 1; p += 0.001) {
		const double answer = to_answer(costs, p), back = to_ask_back(costs, p), anew = down(costs);
		const double chosen = p >= at.accept ? answer : p >= at.confirm ? back : anew;
		if (p >= SY_ACCEPT_LEAST && p < SY_ACCEPT_MOST)
			assert_true(chosen <= fmin(answer, fmin(back, anew)) + 1e-9);
		if (p < SY_ACCEPT_LEAST)
			assert_true(p < at.accept);
	}
}

static void the_cheapest_is_done(void **state)
{
	static const double amounts[] = {SY_COST_MIN, 0.01, 0.1, 0.35, 0.6, 1, 1.05, 3, 100, SY_COST_MAX};
	const size_t n = sizeof amounts / sizeof *amounts;

	(void)state;
	for (size_t w = 0; w < n; w++)
		for (size_t q = 0; q < n; q++)
			for (size_t m = 0; m < n; m++)
				chooses_what_costs_least(&(struct sy_costs){amounts[w], amounts[q], amounts[m]});
}

static void only_ratios_count(void **state)
{
	const struct sy_costs usual = SY_COSTS_USUAL,
			      pence = {usual.wrong_answer * 100, usual.question * 100, usual.person_minute * 100};
	const struct sy_thresholds a = sy_costs_thresholds(&usual), b = sy_costs_thresholds(&pence);

	(void)state;
	assert_true(fabs(a.accept - b.accept) < 1e-9 && fabs(a.confirm - b.confirm) < 1e-9);
}

static void dearer_mistakes_need_more_certainty(void **state)
{
	struct sy_costs costs = SY_COSTS_USUAL;
	double before = 0;

	(void)state;
	for (costs.wrong_answer = 0.2; costs.wrong_answer < 50; costs.wrong_answer *= 1.5) {
		const double accept = sy_costs_thresholds(&costs).accept;
		assert_true(accept >= before);
		before = accept;
	}
	assert_true(before == SY_ACCEPT_MOST);
	/* Where questions are dear there is less asking back: answers come sooner, and guesses are asked back later. */
	costs = SY_COSTS_USUAL;
	const struct sy_thresholds cheap = sy_costs_thresholds(&costs);
	costs.question *= 2;
	const struct sy_thresholds dear = sy_costs_thresholds(&costs);
	assert_true(dear.accept < cheap.accept && dear.confirm > cheap.confirm);
	/* A person's time that is dear keeps more callers in talk with us. */
	costs = SY_COSTS_USUAL;
	costs.person_minute *= 2;
	assert_true(sy_costs_thresholds(&costs).confirm < cheap.confirm);
}

static void a_mistake_that_costs_nothing_is_still_no_guess(void **state)
{
	const struct sy_costs costs = {.wrong_answer = SY_COST_MIN, .question = 1, .person_minute = 1};

	(void)state;
	assert_true(sy_costs_thresholds(&costs).accept == SY_ACCEPT_LEAST);
	assert_true(sy_costs_thresholds(&costs).confirm == SY_ACCEPT_LEAST); /* nothing is asked back */
}

static double wrong(const char *text)
{
	const struct sy_costs costs = SY_COSTS_USUAL;
	struct sy_problem why = {""};
	double cost = -1;

	if (sy_cost_of_wrong(text, &costs, &cost, &why))
		fail_msg("%s", why.text);
	return cost;
}

static double accept_at(double cost)
{
	struct sy_costs costs = SY_COSTS_USUAL;

	costs.wrong_answer = cost;
	return sy_costs_thresholds(&costs).accept;
}

static void words_stand_for_costs(void **state)
{
	struct sy_costs dear = SY_COSTS_USUAL;
	double cost = 0;

	(void)state;
	assert_true(fabs(accept_at(wrong("bearable")) - 0.62) < 0.005);
	assert_true(fabs(accept_at(wrong("bad")) - 0.905) < 0.005);
	assert_true(fabs(accept_at(wrong("very bad")) - 0.96) < 0.005);
	assert_true(fabs(wrong("bad") - SY_COSTS_USUAL.wrong_answer) < 1e-9);
	assert_true(wrong("2.50") == 2.5);
	/* Words are worth the same decisions in any money. */
	dear.question *= 10;
	dear.person_minute *= 10;
	assert_int_equal(sy_cost_of_wrong("bad", &dear, &cost, NULL), 0);
	assert_true(fabs(cost - 10 * wrong("bad")) < 1e-9);
}

static void amounts_have_bounds(void **state)
{
	static const char *const bad[] = {
		"", " ", "x", "1 pound", "0", "-1", "0.0009", "1000001", "nan", "inf", "awful", "Bad"};
	const struct sy_costs costs = SY_COSTS_USUAL;
	struct sy_problem why = {""};
	double cost = 7;

	(void)state;
	assert_int_equal(sy_cost_from("0.001", &cost, &why), 0);
	assert_true(cost == SY_COST_MIN);
	assert_int_equal(sy_cost_from("1000000", &cost, &why), 0);
	assert_true(cost == SY_COST_MAX);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		cost = 7;
		assert_int_equal(sy_cost_from(bad[i], &cost, &why), EINVAL);
		assert_non_null(strstr(why.text, "amount of money"));
		assert_int_equal(sy_cost_of_wrong(bad[i], &costs, &cost, &why), EINVAL);
		assert_non_null(strstr(why.text, "\"very bad\""));
		assert_true(cost == 7);
	}
}

/* At every pair of shares, where nothing is answered, what is asked costs least. */
static void two_are_named_where_that_costs_least(void **state)
{
	const struct sy_costs usual = SY_COSTS_USUAL;
	const struct sy_thresholds at = sy_costs_thresholds(&usual);

	(void)state;
	for (double p = 0.0005; p < at.accept; p += 0.01)
		for (double second = 0; second <= fmin(p, 1 - p); second += 0.003) {
			const double one = fmin(to_ask_back(&usual, p), down(&usual));
			const double two = SY_EITHER_TIMES * usual.question + (1 - p - second) * down(&usual);
			if (fabs(one - two) > 1e-9)
				assert_int_equal(sy_thresholds_either(&at, p, second), two < one);
		}
	/* Who was told no more than when to answer and to ask back never names two. */
	assert_false(sy_thresholds_either(&(struct sy_thresholds){.accept = 0.7, .confirm = 0.4}, 0.5, 0.5));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_cheapest_is_done),
		cmocka_unit_test(only_ratios_count),
		cmocka_unit_test(dearer_mistakes_need_more_certainty),
		cmocka_unit_test(a_mistake_that_costs_nothing_is_still_no_guess),
		cmocka_unit_test(words_stand_for_costs),
		cmocka_unit_test(amounts_have_bounds),
		cmocka_unit_test(two_are_named_where_that_costs_least),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
