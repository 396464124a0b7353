#include "prompts/spoken_date.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "prompts/spoken_number.h"

static const char *const weekdays[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
static const char *const months[] = {"January", "February", "March", "April", "May", "June", "July", "August",
	"September", "October", "November", "December"};

static int month_days(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return days[month - 1] + (month == 2 && leap);
}

/* 0 is Sunday; Sakamoto's method, for the Gregorian calendar. */
static int weekday_of(const struct sy_day *day)
{
	static const int shift[] = {0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4};
	int year = day->year - (day->month < 3);

	return (year + year / 4 - year / 100 + year / 400 + shift[day->month - 1] + day->day) % 7;
}

/* A number of `least` to `most` figures; 0 bytes if there is none. */
static size_t read_number(const char *s, size_t least, size_t most, int *ret_n)
{
	size_t len = strspn(s, "0123456789");
	int n = 0;

	if (len < least || len > most)
		return 0;
	for (size_t i = 0; i < len; i++)
		n = n * 10 + (s[i] - '0');
	*ret_n = n;
	return len;
}

static size_t read_three(const char *s, char between, const size_t most[3], int *ret_numbers)
{
	size_t at = 0;

	for (int i = 0; i < 3; i++) {
		size_t len;

		if (i && s[at++] != between)
			return 0;
		len = read_number(s + at, most[i] == 4 ? 4 : 1, most[i], &ret_numbers[i]);
		if (!len)
			return 0;
		at += len;
	}
	return at;
}

size_t sy_day_read(const char *s, struct sy_day *ret_day)
{
	static const size_t year_first[] = {4, 2, 2}, day_first[] = {2, 2, 4};
	struct sy_day day;
	int n[3];
	size_t len = read_three(s, '-', year_first, n);

	if (len) {
		day = (struct sy_day){.year = n[0], .month = n[1], .day = n[2]};
	} else {
		len = read_three(s, '/', day_first, n);
		if (!len)
			return 0;
		day = (struct sy_day){.year = n[2], .month = n[1], .day = n[0]};
	}
	if (day.year < 1583 || day.month < 1 || day.month > 12)
		return 0;
	if (day.day < 1 || day.day > month_days(day.year, day.month))
		return 0;
	*ret_day = day;
	return len;
}

/* " am", "p.m.": bytes, and whether it is the afternoon. */
static size_t read_half(const char *s, bool *ret_pm)
{
	size_t at = *s == ' ' ? 1 : 0;
	char half = (char)tolower((unsigned char)s[at]);

	if (half != 'a' && half != 'p')
		return 0;
	at++;
	if (s[at] == '.' && tolower((unsigned char)s[at + 1]) == 'm' && s[at + 2] == '.')
		at += 3;
	else if (tolower((unsigned char)s[at]) == 'm')
		at++;
	else
		return 0;
	if (isalnum((unsigned char)s[at]) || s[at] == '\'')
		return 0;
	*ret_pm = half == 'p';
	return at;
}

/* "16:30", "16:30:00", "4.30": bytes; minutes alone are at least two figures. */
static size_t read_parts(const char *s, struct sy_clock *ret_clock)
{
	int second = 0;
	size_t at = read_number(s, 1, 2, &ret_clock->hour), len;

	ret_clock->minute = 0;
	if (!at || (s[at] != ':' && s[at] != '.'))
		return at;
	len = read_number(s + at + 1, 2, 2, &ret_clock->minute);
	if (!len)
		return s[at] == ':' ? 0 : at;
	at += 1 + len;
	if (s[at] == ':') {
		len = read_number(s + at + 1, 2, 2, &second);
		if (!len || second > 59)
			return 0;
		at += 1 + len;
	}
	return at;
}

static bool fold_half(struct sy_clock *clock, bool pm)
{
	if (clock->hour < 1 || clock->hour > 12)
		return false;
	clock->hour = clock->hour % 12 + (pm ? 12 : 0);
	clock->half_known = true;
	return true;
}

size_t sy_clock_read(const char *s, struct sy_clock *ret_clock)
{
	struct sy_clock clock = {0};
	int joined;
	size_t at = read_parts(s, &clock), half;
	bool pm = false;

	if (!at) { /* 430pm */
		at = read_number(s, 3, 4, &joined);
		if (!at)
			return 0;
		clock = (struct sy_clock){.hour = joined / 100, .minute = joined % 100};
	}
	half = read_half(s + at, &pm);
	if (half && !fold_half(&clock, pm))
		return 0;
	if (!half && !memchr(s, ':', at))
		return 0;
	if (clock.hour == 24 && clock.minute == 0)
		clock = (struct sy_clock){.half_known = true};
	if (clock.hour > 23 || clock.minute > 59 || (!half && isalnum((unsigned char)s[at])))
		return 0;
	clock.half_known = clock.half_known || clock.hour > 12 || s[0] == '0';
	*ret_clock = clock;
	return at + half;
}

/* A name of a table in full, or its first three letters. */
static size_t read_name(const char *s, const char *const *names, int n, int *ret_index)
{
	size_t len = 0;

	while (isalpha((unsigned char)s[len]))
		len++;
	for (int i = 0; i < n; i++) {
		if (strncasecmp(s, names[i], len) == 0 && (len == 3 || len == strlen(names[i]))) {
			*ret_index = i;
			return len;
		}
	}
	return 0;
}

size_t sy_weekday_read(const char *s, int *ret_weekday)
{
	return read_name(s, weekdays, 7, ret_weekday);
}

size_t sy_month_read(const char *s, int *ret_month)
{
	size_t len = read_name(s, months, 12, ret_month);

	if (len)
		(*ret_month)++;
	return len;
}

const char *sy_weekday_name(int weekday)
{
	return weekdays[weekday];
}

const char *sy_month_name(int month)
{
	return months[month - 1];
}

int sy_say_day(struct sy_words *words, const struct sy_day *day, bool year)
{
	int err = sy_words_add(words, weekdays[weekday_of(day)]);

	if (!err)
		err = sy_words_add(words, "the");
	if (!err)
		err = sy_say_ordinal(words, (unsigned)day->day);
	if (!err)
		err = sy_words_add(words, "of");
	if (!err)
		err = sy_words_add(words, sy_month_name(day->month));
	if (!err && year)
		err = sy_say_year(words, (unsigned)day->year);
	return err;
}

static const char *part_of_day(int hour)
{
	static const struct part {
		int before;
		const char *name;
	} parts[] = {{1, "at night"}, {12, "in the morning"}, {18, "in the afternoon"}, {22, "in the evening"},
		{24, "at night"}};
	size_t i = 0;

	while (hour >= parts[i].before)
		i++;
	return parts[i].name;
}

static int say_hour(struct sy_words *words, int hour)
{
	return sy_say_cardinal(words, (unsigned)((hour + 11) % 12 + 1));
}

static int say_minutes_past(struct sy_words *words, int minute)
{
	int err;

	if (minute == 15)
		return sy_words_add(words, "a quarter");
	if (minute == 30)
		return sy_words_add(words, "half");
	err = sy_say_cardinal(words, (unsigned)minute);
	if (err || minute % 5 == 0)
		return err;
	return sy_words_add(words, minute == 1 ? "minute" : "minutes");
}

int sy_say_clock(struct sy_words *words, const struct sy_clock *clock)
{
	bool to = clock->minute > 30;
	int err;

	if (clock->minute == 0 && clock->hour % 12 == 0)
		return sy_words_add(words, clock->hour ? "midday" : "midnight");
	if (clock->minute == 0) {
		err = say_hour(words, clock->hour);
		if (!err)
			err = sy_words_add(words, "o'clock");
	} else {
		err = say_minutes_past(words, to ? 60 - clock->minute : clock->minute);
		if (!err)
			err = sy_words_add(words, to ? "to" : "past");
		if (!err)
			err = say_hour(words, clock->hour + to);
	}
	return err ? err : sy_words_add(words, part_of_day(clock->hour));
}

int sy_say_clock_plain(struct sy_words *words, const struct sy_clock *clock)
{
	int err = say_hour(words, clock->hour);

	if (!err && clock->minute && clock->minute < 10)
		err = sy_words_add(words, "oh");
	if (!err && clock->minute)
		err = sy_say_cardinal(words, (unsigned)clock->minute);
	if (!err && clock->half_known) {
		err = sy_words_letter(words, clock->hour < 12 ? 'a' : 'p');
		return err ? err : sy_words_letter(words, 'm');
	}
	if (!err && !clock->minute)
		err = sy_words_add(words, "o'clock");
	return err;
}
