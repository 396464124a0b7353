#include "base/costs.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Times what asking anew costs. With the usual costs answers are given from 62, 90 and 96 in a hundred on. */
static const struct {
	const char *name;
	double times;
} words[] = {{"bearable", 1.75}, {"bad", 4}, {"very bad", 8}};

static double of_asking_anew(const struct sy_costs *costs)
{
	return costs->question + SY_TURNED_DOWN_MINUTES * costs->person_minute;
}

static double between(double value, double least, double most)
{
	return fmin(fmax(value, least), most);
}

struct sy_thresholds sy_costs_thresholds(const struct sy_costs *costs)
{
	const double down = of_asking_anew(costs);
	/* Where answering costs what asking anew does, and where it costs what asking back does. */
	const double against_anew = 1 - down / costs->wrong_answer,
		     against_back = costs->wrong_answer > down ? 1 - costs->question / (costs->wrong_answer - down) : 0;
	const double confirm = costs->question / down;
	const double accept =
		between(confirm < against_back ? against_back : against_anew, SY_ACCEPT_LEAST, SY_ACCEPT_MOST);

	return (struct sy_thresholds){.accept = accept,
		.confirm = fmin(confirm, accept),
		.either = SY_EITHER_TIMES * confirm,
		.second = (SY_EITHER_TIMES - 1) * confirm};
}

bool sy_thresholds_either(const struct sy_thresholds *thresholds, double first, double second)
{
	return thresholds->second > 0 && second >= thresholds->second && first + second >= thresholds->either;
}

int sy_cost_from(const char *text, double *ret_cost, struct sy_problem *why)
{
	char *end;
	const double cost = strtod(text, &end);

	if (end == text || *end || !(cost >= SY_COST_MIN && cost <= SY_COST_MAX))
		return sy_problem_set(why, EINVAL, "\"%.40s\" is no amount of money between %g and %g", text,
			SY_COST_MIN, SY_COST_MAX);
	*ret_cost = cost;
	return 0;
}

int sy_cost_of_wrong(const char *text, const struct sy_costs *costs, double *ret_cost, struct sy_problem *why)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (strcmp(text, words[i].name) == 0) {
			*ret_cost = words[i].times * of_asking_anew(costs);
			return 0;
		}
	if (sy_cost_from(text, ret_cost, NULL) == 0)
		return 0;
	return sy_problem_set(why, EINVAL,
		"\"%.40s\": say \"bearable\", \"bad\" or \"very bad\", or an amount of money between %g and %g", text,
		SY_COST_MIN, SY_COST_MAX);
}
