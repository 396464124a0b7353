/*
 * Dates and days of the week, counted from the day of the call.
 *
 * A date without a year is the next one, today included: callers ask about what is to come. "Friday" and "this
 * Friday" are the next Friday, today included; "next Friday" is the one of the week after this, weeks beginning on
 * Monday; "last Friday" is before today. Where people mean two different days by the same words ("next Friday" while
 * this week's is still to come, "Friday" on a Friday) the second one is given as well.
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

/* Days from today to what is said of a weekday, and to what it may mean as well (the same where nothing). */
struct distance {
	int days;
	int other;
};

/* False for none. */
static bool take_weekday_distance(struct sy_value_words *words, const struct tm *now, struct distance *ret_distance)
{
	static const char *const forms[] = {"this coming", "the coming", "this", "next", "last", "a week on"};
	enum { THIS_COMING, THE_COMING, THIS, NEXT, LAST, WEEK_ON };
	size_t pos = words->pos;
	int form = sy_value_take_one(words, forms, N(forms)), weekday = take_weekday(words), today = weekday_of(now);
	if (weekday < 0) {
		words->pos = pos;
		return false;
	}
	int ahead = (weekday - today + 7) % 7, days = ahead, other = ahead;
	if (form == NEXT) {
		days = weekday - today + 7;
		other = weekday > today ? weekday - today : weekday == today ? 14 : days;
	} else if (form == LAST) {
		days = other = ahead - 7;
	} else if (form == WEEK_ON || sy_value_take(words, "week") || sy_value_take(words, "week later")) {
		days = other = ahead + 7;
	} else if (form < 0 || form == THIS_COMING || form == THE_COMING) {
		other = ahead ? ahead : 7;
	}
	*ret_distance = (struct distance){days, other};
	return true;
}

/* Relative days. */

static bool take_named_distance(struct sy_value_words *words, int *ret_days)
{
	static const struct {
		const char *said;
		int days;
	} names[] = {{"today week", 7}, {"today", 0}, {"tonight", 0}, {"now", 0}, {"right now", 0},
		{"tomorrow week", 8}, {"tomorrow morning", 1}, {"tomorrow", 1}, {"yesterday", -1},
		{"the day after tomorrow", 2}, {"day after tomorrow", 2}, {"the day before yesterday", -2},
		{"a week today", 7}, {"a week from today", 7}, {"a week from now", 7}, {"this day next week", 7},
		{"this time next week", 7}, {"a week tomorrow", 8}, {"a week from tomorrow", 8},
		{"a fortnight today", 14}};
	for (size_t i = 0; i < N(names); i++) {
		if (sy_value_take(words, names[i].said)) {
			*ret_days = names[i].days;
			return true;
		}
	}
	return false;
}

/* "a", "a couple of", "ten": how many of what follows. -1 for none. */
static int take_count(struct sy_value_words *words)
{
	if (sy_value_take(words, "a couple of"))
		return 2;
	return sy_value_take(words, "a") || sy_value_take(words, "one") ? 1 : sy_value_take_below_100(words);
}

/* "in three days", "in two weeks time", "two weeks from today", "two weeks ago", "in a month". */
static int read_span(struct sy_value_reader *reader, struct date today)
{
	static const char *const units[] = {"day", "day's", "days", "week", "week's", "weeks", "fortnight",
		"fortnight's", "month", "month's", "months"};
	static const int days[] = {1, 1, 1, 7, 7, 7, 14, 14};
	struct sy_value_words *words = &reader->words;
	bool ahead = sy_value_take(words, "in");
	int n = take_count(words);
	int unit = sy_value_take_one(words, units, N(units));
	if (n < 0 || unit < 0)
		return EINVAL;
	if (ahead)
		(void)sy_value_take(words, "time");
	else if (sy_value_take(words, "from now") || sy_value_take(words, "from today"))
		ahead = true;
	else if (!sy_value_take(words, "ago"))
		return EINVAL;
	n = ahead ? n : -n;
	if (unit >= (int)N(days))
		return add_date(&reader->text, move_months(today, n));
	return add_date(&reader->text, move(today, n * days[unit]));
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

static int take_ordinal(struct sy_value_words *words)
{
	static const char *const written[] = {"1st", "2nd", "3rd", "4th", "5th", "6th", "7th", "8th", "9th", "10th",
		"11th", "12th", "13th", "14th", "15th", "16th", "17th", "18th", "19th", "20th", "21st", "22nd", "23rd",
		"24th", "25th", "26th", "27th", "28th", "29th", "30th", "31st"};
	int n = sy_value_take_ordinal(words), figure = n < 0 ? sy_value_take_one(words, written, N(written)) : -1;
	return figure < 0 ? n : figure + 1;
}

/* Where the words of a part began and ended; equal: it was not said. */
struct said {
	size_t from;
	size_t to;
};

struct calendar {
	struct date date; /* month or year 0: not said */
	struct said day, month, year;
	int months_on; /* "of next month": 1, "of this month": 0; -1: neither */
};

static void mark_said(struct sy_value_reader *reader, enum sy_part_name name, struct said said, size_t at, size_t n)
{
	size_t pos = reader->words.pos;
	if (said.from == said.to)
		return;
	reader->words.pos = said.to;
	sy_value_mark(reader, name, said.from, at, n);
	reader->words.pos = pos;
}

static int add_calendar(struct sy_value_reader *reader, const struct calendar *calendar)
{
	enum { YEAR_AT = 0, MONTH_AT = 5, DAY_AT = 8 };
	if (!exists(&calendar->date))
		return EINVAL;
	mark_said(reader, SY_PART_YEAR, calendar->year, YEAR_AT, 4);
	mark_said(reader, SY_PART_MONTH, calendar->month, MONTH_AT, 2);
	mark_said(reader, SY_PART_DAY, calendar->day, DAY_AT, 2);
	return add_date(&reader->text, calendar->date);
}

static bool take_this_or_next_month(struct sy_value_words *words, int *ret_months_on)
{
	if (sy_value_take(words, "next month"))
		*ret_months_on = 1;
	else if (sy_value_take(words, "this month") || sy_value_take(words, "the month"))
		*ret_months_on = 0;
	else
		return false;
	return true;
}

/* What comes after "the third": "of may", "of next month", or nothing. */
static void take_month_after(struct sy_value_words *words, struct calendar *calendar)
{
	size_t pos = words->pos;
	(void)sy_value_take(words, "of");
	calendar->month.from = words->pos;
	int month = take_month(words);
	if (month > 0)
		calendar->date.month = month;
	else if (!take_this_or_next_month(words, &calendar->months_on))
		words->pos = calendar->month.from = pos;
	calendar->month.to = words->pos;
}

/* The month that was said, or the next that has such a day. */
static int complete(struct calendar *calendar, struct date today)
{
	struct date *date = &calendar->date;
	if (calendar->months_on >= 0) {
		struct date month = move_months((struct date){today.year, today.month, 1}, calendar->months_on);
		date->year = month.year;
		date->month = month.month;
		date->day = date->day ? date->day : days_in(month.year, month.month);
		return 0;
	}
	if (date->year)
		return 0;
	return find_next(date, !date->month, today);
}

/* "[friday] the third of may [twenty twenty six]", "may [the] third …", "the third [of next month]". */
static int read_calendar(struct sy_value_reader *reader, struct date today)
{
	struct sy_value_words *words = &reader->words;
	struct calendar calendar = {.months_on = -1};
	(void)take_weekday(words);
	calendar.month.from = words->pos;
	int month = take_month(words);
	calendar.month.to = words->pos;
	(void)sy_value_take(words, "the");
	calendar.day.from = words->pos;
	calendar.date.day = take_ordinal(words);
	calendar.day.to = words->pos;
	if (calendar.date.day < 0)
		return EINVAL;
	if (month > 0)
		calendar.date.month = month;
	else
		take_month_after(words, &calendar);
	calendar.year.from = words->pos;
	int year = calendar.date.month ? take_year(words) : 0;
	calendar.year.to = words->pos;
	calendar.date.year = year;
	int err = year < 0 ? EINVAL : complete(&calendar, today);
	return err ? err : add_calendar(reader, &calendar);
}

/* "the last day of may", "the end of the month", "the first of next month" is a calendar date. */
static int read_last_of_month(struct sy_value_reader *reader, struct date today)
{
	static const char *const ends[] = {"the last day", "last day", "the last", "last", "the end", "end"};
	struct sy_value_words *words = &reader->words;
	struct calendar calendar = {.months_on = -1};
	if (sy_value_take_one(words, ends, N(ends)) < 0 || !sy_value_take(words, "of"))
		return EINVAL;
	calendar.month.from = words->pos;
	int month = take_month(words);
	if (month < 0 && !take_this_or_next_month(words, &calendar.months_on))
		return EINVAL;
	calendar.month.to = words->pos;
	if (month < 0)
		(void)complete(&calendar, today);
	else
		calendar.date = (struct date){
			today.year + (month < today.month), month, days_in(today.year + (month < today.month), month)};
	return add_calendar(reader, &calendar);
}

static int read_holiday(struct sy_value_reader *reader, struct date today)
{
	static const struct {
		const char *said;
		int month;
		int day;
	} holidays[] = {{"christmas eve", 12, 24}, {"christmas day", 12, 25}, {"christmas", 12, 25},
		{"boxing day", 12, 26}, {"new year's eve", 12, 31}, {"new year's day", 1, 1}};
	for (size_t i = 0; i < N(holidays); i++) {
		struct date date = {.month = holidays[i].month, .day = holidays[i].day};
		if (!sy_value_take(&reader->words, holidays[i].said))
			continue;
		int err = find_next(&date, false, today);
		return err ? err : add_date(&reader->text, date);
	}
	return EINVAL;
}

/* 1 .. 31 as a number of a date: "three", "oh three", "twenty one", "21". -1 for none. */
static int take_small(struct sy_value_words *words)
{
	size_t pos = words->pos;
	bool zero = sy_value_take(words, "oh") || sy_value_take(words, "zero");
	int n = zero ? sy_value_take_digit(words, false) : sy_value_take_below_100(words);
	if (n < 0 && !sy_value_words_done(words)) {
		const char *s = words->at[words->pos];
		size_t digits = strspn(s, "0123456789");
		if (digits && digits < 3 && !s[digits]) {
			n = digits == 1 ? s[0] - '0' : (s[0] - '0') * 10 + s[1] - '0';
			words->pos++;
		}
	}
	if (n >= 1 && n <= 31)
		return n;
	words->pos = pos;
	return -1;
}

/* "3/5/2026" and "2026-05-03" are one word each, hyphens apart. */
static void part_slashes(struct sy_value_words *words)
{
	for (size_t i = words->pos; i < words->n && words->n + 2 <= SY_VALUE_WORDS_MAX; i++) {
		char *slash = strchr(words->letters + (words->at[i] - words->letters), '/');
		if (!slash || slash == words->at[i] || !slash[1])
			continue;
		*slash = '\0';
		memmove(&words->at[i + 2], &words->at[i + 1], (words->n - i - 1) * sizeof *words->at);
		words->at[i + 1] = slash + 1;
		words->n++;
	}
}

/* "three slash five", "the third of the fifth", "three five twenty twenty six", 3/5/2026. */
static int read_numeric(struct sy_value_reader *reader, struct date today)
{
	static const char *const slashes[] = {"slash", "stroke", "dash", "of the", "the"};
	struct sy_value_words *words = &reader->words;
	size_t first = words->pos;
	part_slashes(words);
	bool written = words->n > first + 1 && words->at[first][0] >= '0' && words->at[first][0] <= '9';
	(void)sy_value_take(words, "the");
	struct said one = {.from = words->pos};
	int a = take_ordinal(words);
	a = a < 0 ? take_small(words) : a;
	one.to = words->pos;
	bool slash = sy_value_take_one(words, slashes, N(slashes)) >= 0;
	struct said two = {.from = words->pos};
	int b = take_ordinal(words);
	b = b < 0 ? take_small(words) : b;
	two.to = words->pos;
	if (a < 0 || b < 0)
		return EINVAL;
	(void)sy_value_take_one(words, slashes, N(slashes));
	struct said year = {.from = words->pos};
	int y = take_year(words);
	year.to = words->pos;
	if (y < 0 || (!y && !slash && !written))
		return EINVAL;
	/* The order of the company, unless there is no such month. */
	bool month_first = reader->prm->month_first ? a <= 12 : b > 12;
	struct calendar calendar = {.date = {y, month_first ? a : b, month_first ? b : a},
		.day = month_first ? two : one,
		.month = month_first ? one : two,
		.year = year,
		.months_on = -1};
	if (calendar.date.month > 12)
		return EINVAL;
	int err = complete(&calendar, today);
	return err ? err : add_calendar(reader, &calendar);
}

static int read_relative(struct sy_value_reader *reader, struct date today)
{
	struct sy_value_words *words = &reader->words;
	struct distance distance;
	int days, err;
	if (take_named_distance(words, &days))
		return add_date(&reader->text, move(today, days));
	/* A weekday alone; one in front of a calendar date is read with that. */
	if (!take_weekday_distance(words, &reader->prm->now, &distance) || !sy_value_words_done(words))
		return EINVAL;
	err = add_date(&reader->text, move(today, distance.days));
	if (!err && distance.other != distance.days)
		err = add_date(&reader->other, move(today, distance.other));
	return err;
}

int sy_value_read_date(struct sy_value_reader *reader)
{
	static int (*const readers[])(struct sy_value_reader *, struct date) = {
		read_relative, read_calendar, read_last_of_month, read_holiday, read_span, read_numeric};
	struct date today = today_of(&reader->prm->now);
	struct sy_value_words *words = &reader->words;
	if (!sy_value_take(words, "on") && !sy_value_take(words, "for"))
		(void)sy_value_take(words, "by");
	size_t pos = words->pos;
	for (size_t i = 0; i < N(readers); i++) {
		words->pos = pos;
		int err = readers[i](reader, today);
		if ((!err && sy_value_words_done(words)) || err == ENOMEM)
			return err;
		sy_text_reset(&reader->text);
		sy_text_reset(&reader->other);
		reader->n_parts = 0;
	}
	return EINVAL;
}

int sy_value_read_day(struct sy_value_reader *reader)
{
	struct sy_value_words *words = &reader->words;
	struct distance distance;
	int days;
	if (sy_value_take(words, "on the weekend") || sy_value_take(words, "at the weekend") ||
		sy_value_take(words, "this weekend") || sy_value_take(words, "the weekend") ||
		sy_value_take(words, "weekend"))
		return sy_text_add(&reader->text, "saturday");
	(void)sy_value_take(words, "on");
	if (take_named_distance(words, &days))
		distance.days = days;
	else if (!take_weekday_distance(words, &reader->prm->now, &distance)) {
		static const char *const plurals[] = {
			"mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays"};
		int day = sy_value_take_one(words, plurals, N(plurals));
		return day < 0 ? EINVAL : sy_text_add(&reader->text, weekdays[day]);
	}
	return sy_text_add(&reader->text, weekdays[(weekday_of(&reader->prm->now) + distance.days % 7 + 7) % 7]);
}

/* The parts of a date, for a question about one of them. */

int sy_value_read_month_day(struct sy_value_reader *reader)
{
	(void)sy_value_take(&reader->words, "on");
	(void)sy_value_take(&reader->words, "the");
	int day = take_ordinal(&reader->words);
	if (day < 0)
		day = take_small(&reader->words);
	return day < 0 ? EINVAL : sy_text_addf(&reader->text, "%d", day);
}

int sy_value_read_month(struct sy_value_reader *reader)
{
	(void)sy_value_take(&reader->words, "of");
	int month = take_month(&reader->words);
	return month < 0 ? EINVAL : sy_text_addf(&reader->text, "%d", month);
}

int sy_value_read_year(struct sy_value_reader *reader)
{
	(void)sy_value_take(&reader->words, "in");
	int year = take_year(&reader->words);
	return year <= 0 ? EINVAL : sy_text_addf(&reader->text, "%d", year);
}

int sy_value_read_which(struct sy_value_reader *reader)
{
	static const char *const firsts[] = {"the first one", "the first", "first one", "first", "the former",
		"the earlier one", "the earlier", "earlier", "the sooner one", "the sooner", "sooner", "this one",
		"one"};
	static const char *const seconds[] = {"the second one", "the second", "second one", "second", "the latter",
		"the later one", "the later", "later", "the other one", "the other", "the last one", "two"};
	if (sy_value_take_one(&reader->words, firsts, N(firsts)) >= 0)
		return sy_text_add(&reader->text, "1");
	if (sy_value_take_one(&reader->words, seconds, N(seconds)) >= 0)
		return sy_text_add(&reader->text, "2");
	return EINVAL;
}
