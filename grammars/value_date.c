/*
 * Dates and days of the week, counted from the day of the call.
 *
 * A date without a year is the next one, today included: callers ask about what is to come. "Friday" and "this
 * Friday" are the next Friday, today included; "next Friday" is the one of the week after this, weeks beginning on
 * Monday; "last Friday" is before today.
 */
#include <errno.h>
#include <string.h>

#include "grammars/value_kinds.h"

#define N(list) (sizeof(list) / sizeof *(list))

enum { YEAR_FIRST = 1900, YEAR_LAST = 2099 };

struct date {
	int year;
	int month; /* 1 .. 12 */
	int day;
};

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_in(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	return days[month - 1] + (month == 2 && is_leap(year));
}

static bool exists(const struct date *date)
{
	return date->day >= 1 && date->day <= days_in(date->year, date->month);
}

static struct date today_of(const struct tm *now)
{
	return (struct date){now->tm_year + 1900, now->tm_mon + 1, now->tm_mday};
}

/* Day by day, since nobody asks for a day further off than some months. */
static struct date move(struct date date, int days)
{
	for (; days > 0; days--) {
		if (++date.day <= days_in(date.year, date.month))
			continue;
		date.day = 1;
		date.year += date.month == 12;
		date.month = date.month % 12 + 1;
	}
	for (; days < 0; days++) {
		if (--date.day > 0)
			continue;
		date.year -= date.month == 1;
		date.month = date.month == 1 ? 12 : date.month - 1;
		date.day = days_in(date.year, date.month);
	}
	return date;
}

/* The same day of another month, or that month's last. */
static struct date move_months(struct date date, int months)
{
	int month = date.year * 12 + date.month - 1 + months;
	date.year = month / 12;
	date.month = month % 12 + 1;
	int last = days_in(date.year, date.month);
	date.day = date.day < last ? date.day : last;
	return date;
}

static int compare(const struct date *a, const struct date *b)
{
	if (a->year != b->year)
		return a->year - b->year;
	return a->month != b->month ? a->month - b->month : a->day - b->day;
}

static int add_date(struct sy_text *value, struct date date)
{
	return sy_text_addf(value, "%04d-%02d-%02d", date.year, date.month, date.day);
}

/* Days of the week: 0 is Monday. */

static const char *const weekdays[] = {
	"monday",
	"tuesday",
	"wednesday",
	"thursday",
	"friday",
	"saturday",
	"sunday",
};

static int weekday_of(const struct tm *now)
{
	return (now->tm_wday + 6) % 7;
}

static int take_weekday(struct sy_value_words *words)
{
	return sy_value_take_one(words, weekdays, N(weekdays));
}

/* Days from today to what is said of a weekday. False for none. */
static bool take_weekday_distance(struct sy_value_words *words, const struct tm *now, int *ret_days)
{
	static const char *const forms[] = {"this coming", "this", "next", "last", "a week on"};
	enum { THIS_COMING, THIS, NEXT, LAST, WEEK_ON };
	size_t pos = words->pos;
	int form = sy_value_take_one(words, forms, N(forms)), weekday = take_weekday(words), today = weekday_of(now);
	if (weekday < 0) {
		words->pos = pos;
		return false;
	}
	int ahead = (weekday - today + 7) % 7;
	if (form == NEXT)
		*ret_days = weekday - today + 7;
	else if (form == LAST)
		*ret_days = ahead - 7;
	else
		*ret_days = ahead + (form == WEEK_ON || sy_value_take(words, "week") ? 7 : 0);
	return true;
}

/* Relative days. */

static bool take_named_distance(struct sy_value_words *words, int *ret_days)
{
	static const struct {
		const char *said;
		int days;
	} names[] = {{"today", 0}, {"tonight", 0}, {"tomorrow", 1}, {"yesterday", -1}, {"the day after tomorrow", 2},
		{"the day before yesterday", -2}, {"a week today", 7}, {"a week from today", 7}, {"a week tomorrow", 8},
		{"a week from tomorrow", 8}};
	for (size_t i = 0; i < N(names); i++) {
		if (sy_value_take(words, names[i].said)) {
			*ret_days = names[i].days;
			return true;
		}
	}
	return false;
}

/* "in three days", "two weeks ago", "in a month". */
static int read_span(struct sy_value_words *words, struct date today, struct sy_text *ret_value)
{
	static const char *const units[] = {"day", "days", "week", "weeks", "fortnight", "month", "months"};
	static const int days[] = {1, 1, 7, 7, 14};
	bool ahead = sy_value_take(words, "in");
	int n = sy_value_take(words, "a") ? 1 : sy_value_take_below_100(words);
	int unit = sy_value_take_one(words, units, N(units));
	if (n < 0 || unit < 0 || (!ahead && !sy_value_take(words, "ago")))
		return EINVAL;
	n = ahead ? n : -n;
	if (unit >= (int)N(days))
		return add_date(ret_value, move_months(today, n));
	return add_date(ret_value, move(today, n * days[unit]));
}

/* Calendar dates. */

static int take_month(struct sy_value_words *words)
{
	static const char *const months[] = {"january", "february", "march", "april", "may", "june", "july", "august",
		"september", "october", "november", "december"};
	int month = sy_value_take_one(words, months, N(months));
	return month < 0 ? -1 : month + 1;
}

/* "twenty twenty six", "two thousand and six", "nineteen oh five", 2026. 0: none is said; -1: what is said is none. */
static int take_year(struct sy_value_words *words)
{
	size_t pos = words->pos;
	long year = 0;
	int century = sy_value_take(words, "twenty") ? 20 : sy_value_take(words, "nineteen") ? 19 : 0;
	if (century) {
		int rest =
			sy_value_take(words, "oh") ? sy_value_take_digit(words, false) : sy_value_take_below_100(words);
		year = rest < 0 ? -1 : century * 100 + rest;
	}
	/* "nineteen hundred" and "two thousand and six" are plain numbers. */
	if (year <= 0) {
		words->pos = pos;
		year = sy_value_take_cardinal(words);
		if (year < 0)
			return 0;
	}
	return year >= YEAR_FIRST && year <= YEAR_LAST ? (int)year : -1;
}

/* The first such day that is not before today; the thirty first or a 29th of February may be some months or years off.
 */
static int find_next(struct date *date, bool any_month, struct date today)
{
	enum { MONTHS = 12 * 9 }; /* 1896 .. 1904 and 2096 .. 2104: eight years without a 29th of February */
	int month = date->month;
	struct date one = {today.year, today.month, 1};
	for (int i = 0; i < MONTHS; i++, one = move_months(one, 1)) {
		struct date tried = {one.year, one.month, date->day};
		if ((!any_month && one.month != month) || !exists(&tried) || compare(&tried, &today) < 0)
			continue;
		*date = tried;
		return 0;
	}
	return EINVAL;
}

/* "[friday] the third of may [twenty twenty six]", "may [the] third …", "the third". */
static int read_calendar(struct sy_value_words *words, struct date today, struct sy_text *ret_value)
{
	(void)take_weekday(words);
	int month = take_month(words);
	(void)sy_value_take(words, "the");
	struct date date = {.day = sy_value_take_ordinal(words)};
	if (date.day < 0)
		return EINVAL;
	if (month < 0) {
		size_t pos = words->pos;
		(void)sy_value_take(words, "of");
		month = take_month(words);
		if (month < 0)
			words->pos = pos;
	}
	date.month = month;
	date.year = month < 0 ? 0 : take_year(words);
	int err = date.year < 0 ? EINVAL : 0;
	if (!err && !date.year)
		err = find_next(&date, month < 0, today);
	if (!err && !exists(&date))
		err = EINVAL;
	return err ? err : add_date(ret_value, date);
}

int sy_value_read_date(struct sy_value_words *words, const struct tm *now, struct sy_text *ret_value)
{
	struct date today = today_of(now);
	if (!sy_value_take(words, "on"))
		(void)sy_value_take(words, "for");
	size_t pos = words->pos;
	int days;
	if (take_named_distance(words, &days))
		return add_date(ret_value, move(today, days));
	/* A weekday alone, or one in front of a calendar date. */
	if (take_weekday_distance(words, now, &days) && sy_value_words_done(words))
		return add_date(ret_value, move(today, days));
	words->pos = pos;
	if (read_calendar(words, today, ret_value) == 0)
		return 0;
	words->pos = pos;
	return read_span(words, today, ret_value);
}

int sy_value_read_day(struct sy_value_words *words, const struct tm *now, struct sy_text *ret_value)
{
	int days;
	if (sy_value_take(words, "on the weekend") || sy_value_take(words, "at the weekend") ||
		sy_value_take(words, "this weekend") || sy_value_take(words, "the weekend") ||
		sy_value_take(words, "weekend"))
		return sy_text_add(ret_value, "saturday");
	(void)sy_value_take(words, "on");
	if (take_named_distance(words, &days) || take_weekday_distance(words, now, &days))
		return sy_text_add(ret_value, weekdays[(weekday_of(now) + days % 7 + 7) % 7]);
	static const char *const plurals[] = {
		"mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays"};
	int day = sy_value_take_one(words, plurals, N(plurals));
	return day < 0 ? EINVAL : sy_text_add(ret_value, weekdays[day]);
}
