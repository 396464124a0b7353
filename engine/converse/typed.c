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

int sy_typed_length(const struct sy_slot *slot)
{
	switch (slot->kind) {
	case SY_VALUE_DIGITS:
		return slot->length;
	case SY_VALUE_DATE:
	case SY_VALUE_TIME:
		return 4;
	case SY_VALUE_TEXT:
	case SY_VALUE_DAY:
	case SY_VALUE_YES_NO:
		return 1;
	case SY_VALUE_NUMBER:
	case SY_VALUE_MONEY:
		break;
	}
	return 0;
}

bool sy_typed_zero(const struct sy_slot *slot)
{
	return slot->kind == SY_VALUE_DIGITS || slot->kind == SY_VALUE_DATE || slot->kind == SY_VALUE_TIME ||
	       slot->kind == SY_VALUE_NUMBER || slot->kind == SY_VALUE_MONEY;
}

static int days_of(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

static int typed_date(int first, int second, const struct tm *now, char **ret_value)
{
	int year = now->tm_year + 1900;
	int today = (now->tm_mon + 1) * 100 + now->tm_mday;

	if (second < 1 || second > 12)
		return EINVAL;
	year += second * 100 + first < today;
	if (first < 1 || first > days_of(year, second))
		return EINVAL;
	return asprintf(ret_value, "%04d-%02d-%02d", year, second, first) < 0 ? ENOMEM : 0;
}

static int typed_one(const char *const *names, int n, const char *keys, char **ret_value)
{
	int i = keys[0] - '1';

	if (i < 0 || i >= n || keys[1])
		return EINVAL;
	*ret_value = strdup(names[i]);
	return *ret_value ? 0 : ENOMEM;
}

static int typed_number(const char *keys, const char *after, char **ret_value)
{
	while (*keys == '0' && keys[1])
		keys++;
	return asprintf(ret_value, "%s%s", keys, after) < 0 ? ENOMEM : 0;
}

int sy_typed_value(const struct sy_slot *slot, const char *keys, const struct tm *now, char **ret_value)
{
	static const char *const days[] = {
		"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
	static const char *const yes_no[] = {"yes", "no"};
	size_t n = strlen(keys);
	int first = n == 4 ? (keys[0] - '0') * 10 + keys[1] - '0' : -1;
	int second = n == 4 ? (keys[2] - '0') * 10 + keys[3] - '0' : -1;

	if (!n || strspn(keys, "0123456789") != n)
		return EINVAL;
	switch (slot->kind) {
	case SY_VALUE_DIGITS:
		*ret_value = strdup(keys);
		return *ret_value ? 0 : ENOMEM;
	case SY_VALUE_NUMBER:
		return typed_number(keys, "", ret_value);
	case SY_VALUE_MONEY:
		return typed_number(keys, ".00", ret_value);
	case SY_VALUE_DATE:
		return typed_date(first, second, now, ret_value);
	case SY_VALUE_TIME:
		if (first < 0 || first > 23 || second > 59)
			return EINVAL;
		return asprintf(ret_value, "%02d:%02d", first, second) < 0 ? ENOMEM : 0;
	case SY_VALUE_DAY:
		return typed_one(days, 7, keys, ret_value);
	case SY_VALUE_YES_NO:
		return typed_one(yes_no, 2, keys, ret_value);
	case SY_VALUE_TEXT:
		break;
	}
	return EINVAL;
}

enum sy_prompt_id sy_typed_hint(const struct sy_slot *slot)
{
	switch (slot->kind) {
	case SY_VALUE_DIGITS:
		return slot->length ? SY_PROMPT_TYPE_LENGTH : SY_PROMPT_TYPE_DIGITS;
	case SY_VALUE_NUMBER:
		return SY_PROMPT_TYPE_DIGITS;
	case SY_VALUE_MONEY:
		return SY_PROMPT_TYPE_MONEY;
	case SY_VALUE_DATE:
		return SY_PROMPT_TYPE_DATE;
	case SY_VALUE_TIME:
		return SY_PROMPT_TYPE_TIME;
	case SY_VALUE_DAY:
		return SY_PROMPT_TYPE_DAY;
	case SY_VALUE_YES_NO:
		return SY_PROMPT_TYPE_YES_NO;
	case SY_VALUE_TEXT:
		break;
	}
	return SY_PROMPT_NONE;
}
