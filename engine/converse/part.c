#include "engine/converse/part.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "prompts/spoken_date.h"

#define DIGITS_MAX 24 /* of a slot with a length (kb/article_check.c) */

static char part_name[] = SY_PART_NAME;

#define D(n) [n] = {.name = part_name, .kind = SY_VALUE_DIGITS, .length = (n)}
static const struct sy_slot digits_slots[DIGITS_MAX + 1] = {D(0), D(1), D(2), D(3), D(4), D(5), D(6), D(7), D(8), D(9),
	D(10), D(11), D(12), D(13), D(14), D(15), D(16), D(17), D(18), D(19), D(20), D(21), D(22), D(23), D(24)};
#undef D
#define K(k) [k] = {.name = part_name, .kind = (k)}
static const struct sy_slot kind_slots[SY_VALUE_N] = {K(SY_VALUE_NUMBER), K(SY_VALUE_MONTH_DAY), K(SY_VALUE_MONTH),
	K(SY_VALUE_YEAR), K(SY_VALUE_HALF_DAY), K(SY_VALUE_WHICH)};
#undef K

/* What is known of a date. 0: not known, or not said. */
struct known_date {
	int day;
	int month;
	int year;
};

struct sy_part {
	const struct sy_slot *slot;
	enum sy_value_kind whole; /* kind of the value that it is part of */
	enum sy_part_name name;
	enum sy_prompt_id prompt;
	struct sy_pairs words;
	struct known_date date;
	char *before; /* digits, or the pounds */
	char *after;  /* digits, or the pence */
	char *first;
	char *second;
};

void sy_part_destroy(struct sy_part *part)
{
	if (!part)
		return;
	sy_pairs_reset(&part->words);
	free(part->before);
	free(part->after);
	free(part->first);
	free(part->second);
	free(part);
}

const struct sy_slot *sy_part_slot(const struct sy_part *part)
{
	return part->slot;
}

enum sy_prompt_id sy_part_prompt(const struct sy_part *part)
{
	return part->prompt;
}

const struct sy_pairs *sy_part_words(const struct sy_part *part)
{
	return &part->words;
}

bool sy_part_offers(const struct sy_part *part, const char *value)
{
	return part->first && (!strcmp(part->first, value) || !strcmp(part->second, value));
}

static int copy(const char *s, size_t n, char **ret_copy)
{
	*ret_copy = strndup(s, n);
	return *ret_copy ? 0 : ENOMEM;
}

static int set_number(struct sy_pairs *words, const char *name, int n)
{
	char text[16];

	(void)snprintf(text, sizeof(text), "%d", n);
	return sy_pairs_set(words, name, text);
}

/* --- digits --- */

static enum sy_prompt_id digits_prompt(size_t kept, size_t rest, int length)
{
	if (!length)
		return SY_PROMPT_PART_REST;
	if (!rest)
		return length == 1 ? SY_PROMPT_PART_LAST_ONE : SY_PROMPT_PART_LAST;
	if (!kept)
		return length == 1 ? SY_PROMPT_PART_FIRST_ONE : SY_PROMPT_PART_FIRST;
	return length == 1 ? SY_PROMPT_PART_MIDDLE_ONE : SY_PROMPT_PART_MIDDLE;
}

/* From the first doubtful digit to the last. */
static bool find_gap(const struct sy_value *value, const double *confidence, size_t *ret_from, size_t *ret_to)
{
	bool found = false;
	size_t i;

	for (i = 0; i < value->n_parts; i++) {
		const struct sy_value_part *part = &value->parts[i];

		if (confidence[i] >= SY_PART_SURE)
			continue;
		if (!found)
			*ret_from = part->at;
		*ret_to = part->at + part->n;
		found = true;
	}
	return found;
}

static int make_digits(
	struct sy_part *part, const struct sy_slot *slot, const struct sy_value *value, const double *confidence)
{
	size_t len = strlen(value->text);
	size_t from = 0;
	size_t to = 0;
	size_t rest;
	int length;
	int err;

	if (!find_gap(value, confidence, &from, &to))
		return ENOENT;
	/* Where nobody knows how many are missing, what follows the gap is said again with it. */
	rest = slot->length ? len - to : 0;
	length = slot->length ? slot->length - (int)(from + rest) : 0;
	if (from + rest < SY_PART_KEPT_MIN || length < 0 || (slot->length && !length) || length > DIGITS_MAX)
		return ENOENT;
	part->slot = &digits_slots[length];
	part->prompt = digits_prompt(from, rest, length);
	err = copy(value->text, from, &part->before);
	if (!err)
		err = copy(value->text + len - rest, rest, &part->after);
	if (!err)
		err = sy_pairs_set(&part->words, "kept", part->before);
	if (!err)
		err = sy_pairs_set(&part->words, "rest", part->after);
	return err ? err : set_number(&part->words, "length", length);
}

/* --- dates --- */

static int number_at(const char *value, size_t at, size_t n)
{
	char text[8] = "";

	memcpy(text, value + at, n < sizeof(text) ? n : sizeof(text) - 1);
	return atoi(text);
}

/* What was said for sure; *ret_doubt: the one that was not. ENOENT where that is not exactly one. */
static int know_date(const struct sy_value *value, const double *confidence, struct known_date *ret_date,
	enum sy_part_name *ret_doubt)
{
	struct known_date date = {0};
	size_t n = 0;
	size_t i;

	for (i = 0; i < value->n_parts; i++) {
		const struct sy_value_part *said = &value->parts[i];
		int number = number_at(value->text, said->at, said->n);

		if (confidence[i] < SY_PART_SURE) {
			*ret_doubt = said->name;
			n++;
			continue;
		}
		date.day = said->name == SY_PART_DAY ? number : date.day;
		date.month = said->name == SY_PART_MONTH ? number : date.month;
		date.year = said->name == SY_PART_YEAR ? number : date.year;
	}
	if (n != 1)
		return ENOENT;
	*ret_date = date;
	return 0;
}

static int make_date(
	struct sy_part *part, const struct sy_slot *slot, const struct sy_value *value, const double *confidence)
{
	const struct known_date *date = &part->date;
	int err = know_date(value, confidence, &part->date, &part->name);

	(void)slot;
	if (err)
		return err;
	if (part->name == SY_PART_DAY && date->month) {
		part->slot = &kind_slots[SY_VALUE_MONTH_DAY];
		part->prompt = SY_PROMPT_PART_DAY;
		return sy_pairs_set(&part->words, "month", sy_month_name(date->month));
	}
	if (part->name == SY_PART_MONTH && date->day) {
		part->slot = &kind_slots[SY_VALUE_MONTH];
		part->prompt = SY_PROMPT_PART_MONTH;
		return set_number(&part->words, "day", date->day);
	}
	if (part->name == SY_PART_YEAR && date->day && date->month) {
		part->slot = &kind_slots[SY_VALUE_YEAR];
		part->prompt = SY_PROMPT_PART_YEAR;
		return sy_pairs_set(&part->words, "date", value->text);
	}
	return ENOENT;
}

/* --- money --- */

static int make_money(
	struct sy_part *part, const struct sy_slot *slot, const struct sy_value *value, const double *confidence)
{
	const char *point = strchr(value->text, '.');
	bool major;
	int err;

	(void)slot;
	if (value->n_parts != 2 || !point || (confidence[0] < SY_PART_SURE) == (confidence[1] < SY_PART_SURE))
		return ENOENT;
	major = confidence[0] < SY_PART_SURE;
	part->slot = &kind_slots[SY_VALUE_NUMBER];
	part->prompt = major ? SY_PROMPT_PART_MAJOR : SY_PROMPT_PART_MINOR;
	if (major)
		err = copy(point + 1, strlen(point + 1), &part->after);
	else
		err = copy(value->text, (size_t)(point - value->text), &part->before);
	return err ? err : sy_pairs_set(&part->words, "kept", major ? part->after : part->before);
}

/* --- both --- */

typedef int make_f(
	struct sy_part *part, const struct sy_slot *slot, const struct sy_value *value, const double *confidence);

int sy_part_create(
	const struct sy_slot *slot, const struct sy_value *value, const double *confidence, struct sy_part **ret_part)
{
	static make_f *const makes[SY_VALUE_N] = {
		[SY_VALUE_DIGITS] = make_digits, [SY_VALUE_DATE] = make_date, [SY_VALUE_MONEY] = make_money};
	struct sy_part *part;
	int err;

	if (!makes[slot->kind])
		return ENOENT;
	part = calloc(1, sizeof(*part));
	if (!part)
		return ENOMEM;
	part->whole = slot->kind;
	err = makes[slot->kind](part, slot, value, confidence);
	if (err)
		sy_part_destroy(part);
	else
		*ret_part = part;
	return err;
}

int sy_part_create_either(const struct sy_slot *slot, const struct sy_value *value, struct sy_part **ret_part)
{
	static const enum sy_prompt_id prompts[SY_VALUE_N] = {[SY_VALUE_DATE] = SY_PROMPT_EITHER_DATE,
		[SY_VALUE_TIME] = SY_PROMPT_EITHER_TIME,
		[SY_VALUE_MONEY] = SY_PROMPT_EITHER_MONEY};
	bool in_order;
	struct sy_part *part;
	int err;

	if (!value->other || !prompts[slot->kind])
		return ENOENT;
	part = calloc(1, sizeof(*part));
	if (!part)
		return ENOMEM;
	/* Named in their order, so that "the earlier" and "the first" are the same. */
	in_order = strlen(value->text) != strlen(value->other) ? strlen(value->text) < strlen(value->other)
							       : strcmp(value->text, value->other) < 0;
	part->whole = slot->kind;
	part->slot = &kind_slots[slot->kind == SY_VALUE_TIME ? SY_VALUE_HALF_DAY : SY_VALUE_WHICH];
	part->prompt = prompts[slot->kind];
	part->first = strdup(in_order ? value->text : value->other);
	part->second = strdup(in_order ? value->other : value->text);
	err = part->first && part->second ? sy_pairs_set(&part->words, "first", part->first) : ENOMEM;
	if (!err)
		err = sy_pairs_set(&part->words, "second", part->second);
	if (err)
		sy_part_destroy(part);
	else
		*ret_part = part;
	return err;
}

static int join_date(const struct sy_part *part, const char *answer, const struct tm *now, char **ret_value)
{
	struct known_date date = part->date;
	char text[32];

	if (part->name == SY_PART_DAY)
		date.day = atoi(answer);
	else if (part->name == SY_PART_MONTH)
		date.month = atoi(answer);
	else
		date.year = atoi(answer);
	if (date.year)
		(void)snprintf(text, sizeof(text), "%d/%d/%d", date.day, date.month, date.year);
	else
		(void)snprintf(text, sizeof(text), "%d/%d", date.day, date.month);
	return sy_value_normalise(SY_VALUE_DATE, text, now, ret_value);
}

static int join_money(const struct sy_part *part, const char *answer, char **ret_value)
{
	int n = atoi(answer);

	if (answer[strspn(answer, "0123456789")] || (part->before && n > 99))
		return EINVAL;
	if (part->before)
		return asprintf(ret_value, "%s.%02d", part->before, n) < 0 ? ENOMEM : 0;
	return asprintf(ret_value, "%d.%s", n, part->after) < 0 ? ENOMEM : 0;
}

int sy_part_join(const struct sy_part *part, const char *answer, const struct tm *now, char **ret_value)
{
	if (part->first) {
		const char *chosen = !strcmp(answer, "2") || !strcmp(answer, "pm") ? part->second : part->first;

		return copy(chosen, strlen(chosen), ret_value);
	}
	if (part->whole == SY_VALUE_DATE)
		return join_date(part, answer, now, ret_value);
	if (part->whole == SY_VALUE_MONEY)
		return join_money(part, answer, ret_value);
	/* Asked what comes after "four four one", people also begin anew. */
	if (!part->slot->length && strlen(part->before) > SY_PART_KEPT_MIN &&
		!strncmp(answer, part->before, strlen(part->before)))
		return copy(answer, strlen(answer), ret_value);
	return asprintf(ret_value, "%s%s%s", part->before, answer, part->after) < 0 ? ENOMEM : 0;
}
