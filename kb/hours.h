/*
 * hours: is a place open, until when, and when next?
 *
 * Reads two data tables that an editor keeps like any other:
 *
 *   hours            day (monday .. sunday), opens, closes ("09:00", "17:30"); a day without a row is closed, a second
 *                    row is a second opening (after lunch); closes <= opens runs past midnight, "24:00" is midnight.
 *   hours_exception  date (2026-12-25), opens, closes, note; replaces that day; an empty `opens`: closed all day.
 *
 * Both may have a column `place` (shop, line, …) where places keep different hours.
 *
 * An article uses them through its own look-up, by the SQL function hours(what, place, day): `day` is a weekday,
 * "today", "tomorrow", a date, or NULL for now; `place` may be NULL. Sentences stay in the knowledge base: a table of
 * words with `state` and `when` as keys (kb/seed/about.yaml shows it). `what` is one of:
 *
 * - state: open, later (opens again today), over (was open today), closed (all of today); where another day was asked
 *   for: day (open then), day-closed
 * - opens, closes: HH:MM of the opening that matters, the running one or the first one to come
 * - again_opens, again_closes: of a second opening on the same day, or ""
 * - day, date: of that opening
 * - when: now (running since yesterday), today, tomorrow, a weekday within six days of the day asked for, else "date"
 * - note: of the exception on the day that was asked for, or ""
 *
 * All are NULL where the tables are missing, or nothing opens within SY_HOURS_DAYS_MAX days.
 */
#ifndef SY_KB_HOURS_H
#define SY_KB_HOURS_H

#include <time.h>

#include "base/pairs.h"
#include "base/problem.h"
#include "kb/store.h"

#define SY_HOURS_DAYS_MAX 21 /* how far the next opening is looked for: longer than any company holiday */
#define SY_HOURS_SPANS_MAX 4 /* openings of one day */

struct sy_hours_question {
	const struct tm *now; /* local time */
	const char *place;    /* NULL or "": any */
	const char *day;      /* NULL or "": now */
};

/* Fills ret_pairs with the names above. No hours at all is a result: ret_pairs is empty. EINVAL: an unknown day, or a
 * time in the tables that is not HH:MM. */
int sy_hours_describe(struct sy_store *store, const struct sy_hours_question *question, struct sy_pairs *ret_pairs,
	struct sy_problem *why);

/* Makes hours() known to the store's connection, with `now` (may be NULL: every result is NULL, for checks). */
int sy_hours_register(struct sy_store *store, const struct tm *now);

#endif
