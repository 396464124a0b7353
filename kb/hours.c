#include "kb/hours.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DAY_MINUTES (24 * 60)
#define DATE_BYTES 16
#define TIME_BYTES 8

static const char *const weekdays[] = {"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};

struct span { /* minutes after the day's midnight; `closes` may lie past 24:00 */
	int opens;
	int closes;
};

struct day {
	char date[DATE_BYTES];
	const char *weekday;
	struct span spans[SY_HOURS_SPANS_MAX];
	size_t n;
	char note[SY_PROBLEM_MAX];
};

struct asking { /* one question on its way */
	struct sy_store *store;
	const struct sy_hours_question *question;
	struct sy_problem *why;
};

/* The day `offset` days from `now`, in a calendar without summer time. */
static void name_day(const struct tm *now, int offset, struct day *ret_day)
{
	struct tm tm = {
		.tm_year = now->tm_year, .tm_mon = now->tm_mon, .tm_mday = now->tm_mday + offset, .tm_hour = 12};
	time_t noon = timegm(&tm);

	*ret_day = (struct day){0};
	(void)gmtime_r(&noon, &tm);
	(void)strftime(ret_day->date, sizeof(ret_day->date), "%Y-%m-%d", &tm);
	ret_day->weekday = weekdays[tm.tm_wday];
}

static bool read_time(const char *text, int *ret_minutes)
{
	int hour, minute, used = 0;

	if (!text || sscanf(text, "%2d:%2d%n", &hour, &minute, &used) != 2 || text[used])
		return false;
	if (hour < 0 || minute < 0 || minute > 59 || hour * 60 + minute > DAY_MINUTES)
		return false;
	*ret_minutes = hour * 60 + minute;
	return true;
}

static int add_span(const struct asking *asking, sqlite3_stmt *row, struct day *day)
{
	const char *opens = (const char *)sqlite3_column_text(row, 0);
	const char *closes = (const char *)sqlite3_column_text(row, 1);
	struct span span;

	if (!opens || !*opens)
		return 0;
	if (!read_time(opens, &span.opens) || !read_time(closes, &span.closes))
		return sy_problem_set(asking->why, EINVAL, "opening hours of %s: '%s' to '%s' are not times like 09:00",
			day->date, opens, closes ? closes : "");
	if (day->n == SY_HOURS_SPANS_MAX)
		return sy_problem_set(asking->why, E2BIG, "opening hours of %s: more than %d openings in a day",
			day->date, SY_HOURS_SPANS_MAX);
	if (span.closes <= span.opens)
		span.closes += DAY_MINUTES;
	day->spans[day->n++] = span;
	return 0;
}

static void keep_note(sqlite3_stmt *row, struct day *day)
{
	const char *note = sqlite3_column_count(row) > 2 ? (const char *)sqlite3_column_text(row, 2) : NULL;

	if (note && *note)
		(void)snprintf(day->note, sizeof(day->note), "%s", note);
}

/* Reads the rows of `key` (a weekday or a date) by the given SQL; a table that is not there has no rows. */
static int read_rows(const struct asking *asking, const char *sql, const char *key, struct day *day, size_t *ret_n)
{
	const char *place = asking->question->place;
	sqlite3_stmt *statement = NULL;
	char all[256];
	int err = 0;
	int rc;

	(void)snprintf(
		all, sizeof(all), "%s%s ORDER BY opens", sql, place && *place ? " AND place = ?2 COLLATE NOCASE" : "");
	*ret_n = 0;
	if (sqlite3_prepare_v2(sy_store_db(asking->store), all, -1, &statement, NULL) != SQLITE_OK)
		return 0;
	(void)sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
	if (place && *place)
		(void)sqlite3_bind_text(statement, 2, place, -1, SQLITE_STATIC);
	while (!err && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
		(*ret_n)++;
		keep_note(statement, day);
		err = add_span(asking, statement, day);
	}
	if (!err && rc != SQLITE_DONE)
		err = sy_store_error(asking->store, rc, "read the opening hours", asking->why);
	sqlite3_finalize(statement);
	return err;
}

static int load_day(const struct asking *asking, int offset, struct day *ret_day)
{
	size_t n = 0;
	int err;

	name_day(asking->question->now, offset, ret_day);
	err = read_rows(
		asking, "SELECT opens, closes, note FROM hours_exception WHERE date = ?1", ret_day->date, ret_day, &n);
	if (!err && !n)
		err = read_rows(asking, "SELECT opens, closes FROM hours WHERE day = ?1 COLLATE NOCASE",
			ret_day->weekday, ret_day, &n);
	return err;
}

/* Days from now to the day asked for; -1: not a day. */
static int day_offset(const struct sy_hours_question *question)
{
	struct day day;
	int i;

	if (!question->day || !*question->day || !strcasecmp(question->day, "today"))
		return 0;
	if (!strcasecmp(question->day, "tomorrow"))
		return 1;
	for (i = 0; i < 7; i++) {
		name_day(question->now, i, &day);
		if (!strcasecmp(question->day, day.weekday))
			return i;
	}
	for (i = 0; i <= 366; i++) {
		name_day(question->now, i, &day);
		if (!strcmp(question->day, day.date))
			return i;
	}
	return -1;
}

/* `asked` is the offset of the day that was asked for: a weekday within six days of it is understood. */
static const char *when_of(const struct day *day, int offset, int asked)
{
	if (offset < 0)
		return "now";
	if (offset == 0)
		return "today";
	if (offset == 1)
		return "tomorrow";
	return offset - asked < 7 ? day->weekday : "date";
}

static int set_time(struct sy_pairs *pairs, const char *name, int minutes)
{
	char text[TIME_BYTES * 2];

	(void)snprintf(text, sizeof(text), "%02d:%02d", minutes / 60 % 24, minutes % 60);
	return sy_pairs_set(pairs, name, text);
}

struct finding {
	const char *state;
	struct day day; /* of the opening */
	size_t span;
	int offset; /* days from now */
	int asked;  /* the same, of the day asked for */
};

static int describe(const struct finding *finding, const char *note, struct sy_pairs *pairs)
{
	const struct day *day = &finding->day;
	const struct span *span = &day->spans[finding->span];
	bool again = finding->span + 1 < day->n;
	const struct {
		const char *name, *value;
	} texts[] = {{"state", finding->state}, {"day", day->weekday}, {"date", day->date},
		{"when", when_of(day, finding->offset, finding->asked)}, {"note", note}, {"again_opens", ""},
		{"again_closes", ""}};
	int err = 0;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts) && !err; i++)
		err = sy_pairs_set(pairs, texts[i].name, texts[i].value);
	if (!err)
		err = set_time(pairs, "opens", span->opens);
	if (!err)
		err = set_time(pairs, "closes", span->closes);
	if (!err && again)
		err = set_time(pairs, "again_opens", span[1].opens);
	if (!err && again)
		err = set_time(pairs, "again_closes", span[1].closes);
	return err;
}

/* The opening that runs now or comes later on `day`; `minute` counts from that day's midnight. */
static bool find_span(const struct day *day, int minute, struct finding *finding)
{
	for (size_t i = 0; i < day->n; i++) {
		if (minute >= day->spans[i].closes)
			continue;
		finding->state = minute >= day->spans[i].opens ? "open" : "later";
		finding->day = *day;
		finding->span = i;
		return true;
	}
	return false;
}

static int find_next(const struct asking *asking, int from, struct finding *finding)
{
	int err = 0;

	finding->day.n = 0;
	finding->span = 0;
	for (int i = 0; i < SY_HOURS_DAYS_MAX && !err && !finding->day.n; i++) {
		finding->offset = from + i;
		err = load_day(asking, finding->offset, &finding->day);
	}
	return err;
}

static int find_now(const struct asking *asking, struct finding *finding, const struct day *today)
{
	int minute = asking->question->now->tm_hour * 60 + asking->question->now->tm_min;
	struct day yesterday;
	int err = load_day(asking, -1, &yesterday);

	if (err)
		return err;
	finding->offset = -1;
	if (find_span(&yesterday, minute + DAY_MINUTES, finding) && !strcmp(finding->state, "open"))
		return 0;
	finding->offset = 0;
	if (find_span(today, minute, finding))
		return 0;
	finding->state = today->n ? "over" : "closed";
	return find_next(asking, 1, finding);
}

int sy_hours_describe(struct sy_store *store, const struct sy_hours_question *question, struct sy_pairs *ret_pairs,
	struct sy_problem *why)
{
	const struct asking asking = {.store = store, .question = question, .why = why};
	struct finding finding = {.offset = day_offset(question)};
	struct sy_pairs pairs = {0};
	struct day asked;
	int err;

	finding.asked = finding.offset;
	if (finding.offset < 0)
		return sy_problem_set(
			why, EINVAL, "opening hours: '%s' is no day; use monday, today, or 2026-12-24", question->day);
	err = load_day(&asking, finding.offset, &asked);
	if (!err && finding.offset == 0) {
		err = find_now(&asking, &finding, &asked);
	} else if (!err) {
		finding.state = asked.n ? "day" : "day-closed";
		err = find_next(&asking, finding.offset, &finding);
	}
	if (!err && finding.day.n)
		err = describe(&finding, asked.note, &pairs);
	if (err) {
		sy_pairs_reset(&pairs);
		return err;
	}
	sy_pairs_reset(ret_pairs);
	*ret_pairs = pairs;
	return 0;
}

/* What hours() knows of its run, and the last answer: one row asks for several parts of it. */
struct context {
	struct sy_store *store;
	struct tm now;
	bool has_now;
	char *key; /* place and day of `last` */
	struct sy_pairs last;
};

static void free_context(void *arg)
{
	struct context *context = arg;

	free(context->key);
	sy_pairs_reset(&context->last);
	free(context);
}

static int refresh(struct context *context, const char *place, const char *day, struct sy_problem *why)
{
	const struct sy_hours_question question = {.now = &context->now, .place = place, .day = day};
	char *key = NULL;
	int err;

	if (asprintf(&key, "%s\n%s", place ? place : "", day ? day : "") < 0)
		return ENOMEM;
	if (context->key && !strcmp(context->key, key)) {
		free(key);
		return 0;
	}
	err = sy_hours_describe(context->store, &question, &context->last, why);
	if (err) {
		free(key);
		return err;
	}
	free(context->key);
	context->key = key;
	return 0;
}

static void hours_function(sqlite3_context *call, int n, sqlite3_value **values)
{
	struct context *context = sqlite3_user_data(call);
	const char *what = (const char *)sqlite3_value_text(values[0]);
	const char *value;
	struct sy_problem why = {""};
	int err;

	(void)n;
	if (!context->has_now)
		return; /* NULL */
	err = refresh(context, (const char *)sqlite3_value_text(values[1]), (const char *)sqlite3_value_text(values[2]),
		&why);
	if (err) {
		sqlite3_result_error(call, why.text[0] ? why.text : strerror(err), -1);
		return;
	}
	value = what ? sy_pairs_get(&context->last, what) : NULL;
	if (value)
		sqlite3_result_text(call, value, -1, SQLITE_TRANSIENT);
}

int sy_hours_register(struct sy_store *store, const struct tm *now)
{
	struct context *context = calloc(1, sizeof(*context));
	int rc;

	if (!context)
		return ENOMEM;
	context->store = store;
	context->has_now = now != NULL;
	if (now)
		context->now = *now;
	/* On failure SQLite calls free_context() itself. */
	rc = sqlite3_create_function_v2(
		sy_store_db(store), "hours", 3, SQLITE_UTF8, context, hours_function, NULL, NULL, free_context);
	return rc == SQLITE_OK ? 0 : rc == SQLITE_BUSY ? EBUSY : ENOMEM;
}
