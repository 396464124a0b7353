#include "engine/converse/typed.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int sy_typed_add(struct sy_typed *typed, char key, int64_t now_ms)
{
	if (typed->n == SY_TYPED_MAX)
		return E2BIG;
	typed->keys[typed->n++] = key;
	typed->keys[typed->n] = '\0';
	typed->last_ms = now_ms;
	return 0;
}

/* What the keys of one kind are. Numbers end with hash unless they have a length. */
struct typing {
	int length;
	bool zero; /* may begin with 0 */
	enum sy_prompt_id hint;
	int (*value)(const char *keys, const struct sy_typed_prm *prm, char **ret_value); /* NULL: chosen from a menu */
};

static int copy(const char *s, char **ret_value)
{
	*ret_value = strdup(s);
	return *ret_value ? 0 : ENOMEM;
}

static int typed_digits(const char *keys, const struct sy_typed_prm *prm, char **ret_value)
{
	(void)prm;
	return copy(keys, ret_value);
}

static int typed_figures(const char *keys, const char *after, char **ret_value)
{
	while (*keys == '0' && keys[1])
		keys++;
	return asprintf(ret_value, "%s%s", keys, after) < 0 ? ENOMEM : 0;
}

static int typed_number(const char *keys, const struct sy_typed_prm *prm, char **ret_value)
{
	(void)prm;
	return typed_figures(keys, "", ret_value);
}

static int typed_money(const char *keys, const struct sy_typed_prm *prm, char **ret_value)
{
	(void)prm;
	return typed_figures(keys, ".00", ret_value);
}

/* A number of two, or four, figures that lies between two. */
static int typed_between(const char *keys, int first, int last, char **ret_value)
{
	int n = strlen(keys) <= 4 ? atoi(keys) : -1;

	if (n < first || n > last)
		return EINVAL;
	return asprintf(ret_value, "%d", n) < 0 ? ENOMEM : 0;
}

static int typed_month_day(const char *keys, const struct sy_typed_prm *prm, char **ret_value)
{
	(void)prm;
	return typed_between(keys, 1, 31, ret_value);
}

static int typed_month(const char *keys, const struct sy_typed_prm *prm, char **ret_value)
{
	(void)prm;
	return typed_between(keys, 1, 12, ret_value);
}

static int typed_year(const char *keys, const struct sy_typed_prm *prm, char **ret_value)
{
	(void)prm;
	return typed_between(keys, 1900, 2099, ret_value);
}

static int days_of(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

static int pair_at(const char *keys)
{
	return (keys[0] - '0') * 10 + keys[1] - '0';
}

static int typed_date(const char *keys, const struct sy_typed_prm *prm, char **ret_value)
{
	int year = prm->now.tm_year + 1900;
	int today = (prm->now.tm_mon + 1) * 100 + prm->now.tm_mday;
	int day;
	int month;

	if (strlen(keys) != 4)
		return EINVAL;
	day = pair_at(prm->month_first ? keys + 2 : keys);
	month = pair_at(prm->month_first ? keys : keys + 2);
	if (month < 1 || month > 12)
		return EINVAL;
	year += month * 100 + day < today;
	if (day < 1 || day > days_of(year, month))
		return EINVAL;
	return asprintf(ret_value, "%04d-%02d-%02d", year, month, day) < 0 ? ENOMEM : 0;
}

static int typed_time(const char *keys, const struct sy_typed_prm *prm, char **ret_value)
{
	(void)prm;
	if (strlen(keys) != 4 || pair_at(keys) > 23 || pair_at(keys + 2) > 59)
		return EINVAL;
	return asprintf(ret_value, "%.2s:%.2s", keys, keys + 2) < 0 ? ENOMEM : 0;
}

static int typed_one(const char *const *names, int n, const char *keys, char **ret_value)
{
	int i = keys[0] - '1';

	return i < 0 || i >= n || keys[1] ? EINVAL : copy(names[i], ret_value);
}

static int typed_day(const char *keys, const struct sy_typed_prm *prm, char **ret_value)
{
	static const char *const days[] = {
		"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

	(void)prm;
	return typed_one(days, 7, keys, ret_value);
}

static int typed_yes_no(const char *keys, const struct sy_typed_prm *prm, char **ret_value)
{
	static const char *const answers[] = {"yes", "no"};

	(void)prm;
	return typed_one(answers, 2, keys, ret_value);
}

static int typed_half_day(const char *keys, const struct sy_typed_prm *prm, char **ret_value)
{
	static const char *const halves[] = {"am", "pm"};

	(void)prm;
	return typed_one(halves, 2, keys, ret_value);
}

static int typed_which(const char *keys, const struct sy_typed_prm *prm, char **ret_value)
{
	static const char *const which[] = {"1", "2"};

	(void)prm;
	return typed_one(which, 2, keys, ret_value);
}

static const struct typing typings[SY_VALUE_N] = {
	[SY_VALUE_TEXT] = {.length = 1, .hint = SY_PROMPT_NONE},
	[SY_VALUE_SPELLED] = {.length = 1, .hint = SY_PROMPT_NONE},
	[SY_VALUE_DIGITS] = {.zero = true, .hint = SY_PROMPT_TYPE_DIGITS, .value = typed_digits},
	[SY_VALUE_PHONE] = {.zero = true, .hint = SY_PROMPT_TYPE_DIGITS, .value = typed_digits},
	[SY_VALUE_NUMBER] = {.zero = true, .hint = SY_PROMPT_TYPE_DIGITS, .value = typed_number},
	[SY_VALUE_MONEY] = {.zero = true, .hint = SY_PROMPT_TYPE_MONEY, .value = typed_money},
	[SY_VALUE_DATE] = {.length = 4, .zero = true, .hint = SY_PROMPT_TYPE_DATE, .value = typed_date},
	[SY_VALUE_TIME] = {.length = 4, .zero = true, .hint = SY_PROMPT_TYPE_TIME, .value = typed_time},
	[SY_VALUE_YES_NO] = {.length = 1, .hint = SY_PROMPT_TYPE_YES_NO, .value = typed_yes_no},
	[SY_VALUE_DAY] = {.length = 1, .hint = SY_PROMPT_TYPE_DAY, .value = typed_day},
	[SY_VALUE_MONTH_DAY] = {.length = 2, .zero = true, .hint = SY_PROMPT_TYPE_TWO, .value = typed_month_day},
	[SY_VALUE_MONTH] = {.length = 2, .zero = true, .hint = SY_PROMPT_TYPE_TWO, .value = typed_month},
	[SY_VALUE_YEAR] = {.length = 4, .hint = SY_PROMPT_TYPE_YEAR, .value = typed_year},
	[SY_VALUE_HALF_DAY] = {.length = 1, .hint = SY_PROMPT_TYPE_WHICH, .value = typed_half_day},
	[SY_VALUE_WHICH] = {.length = 1, .hint = SY_PROMPT_TYPE_WHICH, .value = typed_which},
};

int sy_typed_length(const struct sy_slot *slot)
{
	return slot->kind == SY_VALUE_DIGITS ? slot->length : typings[slot->kind].length;
}

bool sy_typed_zero(const struct sy_slot *slot)
{
	return typings[slot->kind].zero;
}

bool sy_typed_chosen(const struct sy_slot *slot)
{
	return !typings[slot->kind].value;
}

int sy_typed_value(const struct sy_slot *slot, const char *keys, const struct sy_typed_prm *prm, char **ret_value)
{
	size_t n = strlen(keys);

	if (!n || strspn(keys, "0123456789") != n || sy_typed_chosen(slot))
		return EINVAL;
	return typings[slot->kind].value(keys, prm, ret_value);
}

enum sy_prompt_id sy_typed_hint(const struct sy_slot *slot)
{
	if (slot->kind == SY_VALUE_DIGITS && slot->length)
		return slot->length == 1 ? SY_PROMPT_TYPE_ONE : SY_PROMPT_TYPE_LENGTH;
	return typings[slot->kind].hint;
}
