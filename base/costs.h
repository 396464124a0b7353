/*
 * costs: what mistakes cost a company and its callers, and how sure one must be for each way to go on.
 *
 * With p, the share of such results that are right, the expected costs are
 *   to answer at once     (1 - p) wrong_answer
 *   to ask back           question + (1 - p) turned_down
 *   to ask "X, or Y?"     SY_EITHER_TIMES question + (1 - p - p2) turned_down, p2 being Y's share
 *   to ask anew           turned_down = question + SY_TURNED_DOWN_MINUTES person_minute
 * and the cheapest is done; the thresholds are where two of them cost the same (Chow, "On optimum recognition error and
 * reject tradeoff", 1970). Only the ratios count, so that any money will do.
 *
 * Pure; plain values; thread-safe.
 */
#ifndef SY_BASE_COSTS_H
#define SY_BASE_COSTS_H

#include <stdbool.h>

#include "base/problem.h"

/* All above 0, in one money. */
struct sy_costs {
	double wrong_answer;  /* an answer that is not to the caller's question */
	double question;      /* one more question to the caller: ten seconds of theirs */
	double person_minute; /* a minute of a person's time */
};

/* A caller who is turned down once fails again one time in six and is offered a person; half of them want one, and a
 * talk takes three minutes. */
#define SY_TURNED_DOWN_MINUTES 0.25

/* A question that names a second thing takes so many times as long: two seconds more of the ten. */
#define SY_EITHER_TIMES 1.2

/* Bounds of an amount: beyond them somebody has mistaken the money. */
#define SY_COST_MIN 0.001
#define SY_COST_MAX 1000000.0

/* A wrong answer has a caller ring again. */
#define SY_COSTS_USUAL ((struct sy_costs){.wrong_answer = 1.4, .question = 0.1, .person_minute = 1})

/* How sure a result must be, 0..1; confirm <= accept. */
struct sy_thresholds {
	double accept;  /* at or above: answer */
	double confirm; /* at or above: ask back; below: ask anew */
	double either;  /* the two best together at or above, */
	double second;  /* and the second of them by itself: ask which of the two; both 0: never */
};

/* What is more likely wrong than right is never answered, and nothing is so dear that certainty does not do. */
#define SY_ACCEPT_LEAST 0.5
#define SY_ACCEPT_MOST 0.99

struct sy_thresholds sy_costs_thresholds(const struct sy_costs *costs);
/* Whether, of two things that may be meant and neither of which is to be answered, both are named in one question. */
bool sy_thresholds_either(const struct sy_thresholds *thresholds, double first, double second);

/* An amount of money: a number within the bounds. EINVAL says so. */
int sy_cost_from(const char *text, double *ret_cost, struct sy_problem *why);
/* Of a wrong answer: an amount, or "bearable", "bad" or "very bad" beside what asking anew costs by `costs`, whose own
 * wrong_answer is not looked at. EINVAL says what is possible. */
int sy_cost_of_wrong(const char *text, const struct sy_costs *costs, double *ret_cost, struct sy_problem *why);

#endif
