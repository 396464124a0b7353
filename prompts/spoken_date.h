/*
 * spoken_date: days, dates and times of day as people say them in Britain.
 *
 * Reading and saying are apart, so that a caller can look before it speaks. Saying appends to `words`; 0, ENOMEM or
 * E2BIG. Pure, thread-safe.
 */
#ifndef SY_PROMPTS_SPOKEN_DATE_H
#define SY_PROMPTS_SPOKEN_DATE_H

#include <stdbool.h>
#include <stddef.h>

#include "prompts/spoken_words.h"

struct sy_day {
	int year; /* 1583..9999 */
	int month;
	int day;
};

struct sy_clock {
	int hour; /* 0..23 */
	int minute;
	bool half_known; /* it said am or pm, or an hour that only 24 have */
};

/* Each returns the bytes read at the start of `s`, 0 if it is none (the 30th of February, 25:00). */
size_t sy_day_read(const char *s, struct sy_day *ret_day);       /* 2026-05-03, 3/5/2026 (day first) */
size_t sy_clock_read(const char *s, struct sy_clock *ret_clock); /* 16:30, 16:30:00, 4pm, 4.30 p.m., 430pm */
size_t sy_weekday_read(const char *s, int *ret_weekday);         /* "monday", "Mon"; 0 is Sunday */
size_t sy_month_read(const char *s, int *ret_month);             /* "may"; 1..12 */

const char *sy_weekday_name(int weekday);
const char *sy_month_name(int month);

/* "Sunday the third of May", and its year where asked. */
int sy_say_day(struct sy_words *words, const struct sy_day *day, bool year);

/* "half past four in the afternoon", "midday" */
int sy_say_clock(struct sy_words *words, const struct sy_clock *clock);

/* As it is written: "four thirty p m", "ten o'clock". */
int sy_say_clock_plain(struct sy_words *words, const struct sy_clock *clock);

#endif
