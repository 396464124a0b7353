#include "engine/run/board.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

/* Columns are two apart. */
#define GAP 2
#define CELL_MAX 512
/* What fits "9:59:59"; no call is that long. */
#define TIME_MAX_S 35999
/* Room that what was heard needs before another column may have it. */
#define HEARD_MIN 14
/* Speech on a telephone peaks at some -12 dBFS; above -6 it will soon clip. */
#define LOUD_DBFS (-18)
#define TOO_LOUD_DBFS (-6)

enum tone { PLAIN, GOOD, DOUBTFUL, BAD, FAINT };

static const char *const codes[] = {
	[PLAIN] = "", [GOOD] = "\033[32m", [DOUBTFUL] = "\033[33m", [BAD] = "\033[31m", [FAINT] = "\033[2m"};

/* What one cell shows. */
struct cell {
	char text[CELL_MAX];
	enum tone tone;
};

struct column {
	const char *title;
	int width; /* 0: all that is left */
	int rank;  /* the highest is left out first where there is no room */
	void (*fill)(const json_t *call, struct cell *ret_cell);
};

static const char *string_of(const json_t *json, const char *name)
{
	const char *text = json_string_value(json_object_get(json, name));

	return text ? text : "";
}

static double number_of(const json_t *json, const char *name)
{
	return json_number_value(json_object_get(json, name));
}

static void fill_text(struct cell *cell, const char *text)
{
	(void)snprintf(cell->text, sizeof cell->text, "%s", text);
}

static void fill_id(const json_t *call, struct cell *cell)
{
	fill_text(cell, string_of(call, "id"));
}

static void fill_kind(const json_t *call, struct cell *cell)
{
	fill_text(cell, string_of(call, "kind"));
	cell->tone = FAINT;
}

static void fill_time(const json_t *call, struct cell *cell)
{
	double seconds = number_of(call, "seconds");
	long s = seconds > 0 ? (long)(seconds < TIME_MAX_S ? seconds : TIME_MAX_S) : 0;

	if (s < 3600)
		(void)snprintf(cell->text, sizeof cell->text, "%4ld:%02ld", s / 60, s % 60);
	else
		(void)snprintf(cell->text, sizeof cell->text, "%ld:%02ld:%02ld", s / 3600, s / 60 % 60, s % 60);
}

static void fill_state(const json_t *call, struct cell *cell)
{
	fill_text(cell, string_of(call, "state"));
}

static void fill_level(double dbfs, struct cell *cell)
{
	sy_board_meter(dbfs, cell->text);
	cell->tone = dbfs >= TOO_LOUD_DBFS ? BAD : dbfs >= LOUD_DBFS ? DOUBTFUL : GOOD;
}

static void fill_caller(const json_t *call, struct cell *cell)
{
	fill_level(number_of(call, "caller_dbfs"), cell);
}

static void fill_ours(const json_t *call, struct cell *cell)
{
	fill_level(number_of(call, "ours_dbfs"), cell);
}

static void fill_decision(const json_t *call, struct cell *cell)
{
	const char *decision = string_of(call, "decision");

	if (!*decision)
		return;
	(void)snprintf(cell->text, sizeof cell->text, "%.7s %.0f%%", decision, 100 * number_of(call, "confidence"));
	cell->tone = !strcmp(decision, "accept") ? GOOD : !strcmp(decision, "confirm") ? DOUBTFUL : BAD;
}

/* The words where the service shows them, else what they were taken for. */
static void fill_heard(const json_t *call, struct cell *cell)
{
	const char *words = json_string_value(json_object_get(call, "heard"));

	if (words && *words)
		(void)snprintf(cell->text, sizeof cell->text, "\"%s\"", words);
	else
		fill_text(cell, string_of(call, "intent"));
	cell->tone = words && *words ? PLAIN : FAINT;
}

static const struct column columns[] = {
	{"call", 8, 6, fill_id},
	{"by", 5, 7, fill_kind},
	{"   time", 7, 2, fill_time},
	{"state", 11, 0, fill_state},
	{"caller", SY_BOARD_METER_CELLS, 3, fill_caller},
	{"sayso", SY_BOARD_METER_CELLS, 5, fill_ours},
	{"decision", 12, 4, fill_decision},
	{"heard", 0, 1, fill_heard},
};
#define N_COLUMNS (sizeof columns / sizeof *columns)

void sy_board_meter(double dbfs, char *ret_meter)
{
	static const char *const parts[] = {" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};
	double share = (dbfs - SY_BOARD_QUIET_DBFS) / -SY_BOARD_QUIET_DBFS;
	int eighths = (int)((share < 0 ? 0 : share > 1 ? 1 : share) * 8 * SY_BOARD_METER_CELLS + 0.5);

	ret_meter[0] = '\0';
	for (int i = 0; i < SY_BOARD_METER_CELLS; i++) {
		int full = eighths - 8 * i;

		strcat(ret_meter, parts[full < 0 ? 0 : full > 8 ? 8 : full]);
	}
}

/* Adds as much of the text as `width` columns hold, and spaces up to `pad`. What is no character, or steers a terminal,
 * is left out. */
static int add_cut(struct sy_text *text, const char *from, int width, int pad)
{
	size_t left = strlen(from);
	mbstate_t state = {0};
	int used = 0;
	int err = 0;

	while (left && !err) {
		wchar_t character;
		size_t n = mbrtowc(&character, from, left, &state);
		int cells;

		if (n == (size_t)-1 || n == (size_t)-2) {
			memset(&state, 0, sizeof state);
			from++;
			left--;
			continue;
		}
		cells = wcwidth(character);
		if (cells > 0 && used + cells > width)
			break;
		if (cells > 0)
			err = sy_text_add_n(text, from, n);
		used += cells > 0 ? cells : 0;
		from += n;
		left -= n;
	}
	while (used++ < pad && !err)
		err = sy_text_add(text, " ");
	return err;
}

static int add_toned(const struct sy_board *board, struct sy_text *text, const struct cell *cell, int width, int pad)
{
	bool toned = board->colours && cell->tone != PLAIN;
	int err = toned ? sy_text_add(text, codes[cell->tone]) : 0;

	if (!err)
		err = add_cut(text, cell->text, width, pad);
	if (!err && toned)
		err = sy_text_add(text, "\033[0m");
	return err;
}

/* Which columns there is room for, and how wide the last one is. */
struct layout {
	bool shown[N_COLUMNS];
	int rest;
};

static struct layout lay_out(int width)
{
	struct layout layout = {.rest = width};

	for (int ranks = N_COLUMNS; ranks; ranks--) {
		int used = 0;

		for (size_t i = 0; i < N_COLUMNS; i++) {
			layout.shown[i] = columns[i].rank < ranks;
			if (layout.shown[i] && columns[i].width)
				used += columns[i].width + GAP;
		}
		layout.rest = width - used;
		if (layout.rest >= HEARD_MIN || ranks == 1)
			break;
	}
	return layout;
}

static int add_row(const struct sy_board *board, const struct layout *layout, const json_t *call, struct sy_text *text)
{
	const char *gap = "";
	int err = 0;

	for (size_t i = 0; i < N_COLUMNS && !err; i++) {
		int width = columns[i].width ? columns[i].width : layout->rest;
		struct cell cell = {.tone = PLAIN};

		if (!layout->shown[i])
			continue;
		if (call)
			columns[i].fill(call, &cell);
		else
			cell = (struct cell){.tone = FAINT};
		if (!call)
			fill_text(&cell, columns[i].title);
		err = sy_text_add(text, gap);
		if (!err)
			err = add_toned(board, text, &cell, width, columns[i].width ? width : 0);
		gap = "  ";
	}
	return err ? err : sy_text_add(text, "\n");
}

static int add_line(const struct sy_board *board, enum tone tone, const char *line, struct sy_text *text)
{
	struct cell cell = {.tone = tone};
	int err;

	fill_text(&cell, line);
	err = add_toned(board, text, &cell, board->width, 0);
	return err ? err : sy_text_add(text, "\n");
}

/* "sayso 0.1.0  ok  2 of 200 calls  2 of 2 workers  knowledge base 12" */
static int add_service(const struct sy_board *board, const json_t *health, struct sy_text *text)
{
	const char *status = string_of(health, "status");
	char line[CELL_MAX];

	(void)snprintf(line, sizeof line,
		"sayso %.20s  %.20s  %.0f of %.0f calls  %.0f of %.0f workers  knowledge base %.0f",
		string_of(health, "version"), status, number_of(health, "calls"), number_of(health, "calls_limit"),
		number_of(health, "workers"), number_of(health, "workers_wanted"), number_of(health, "kb_version"));
	return add_line(board, !strcmp(status, "ok") ? GOOD : DOUBTFUL, line, text);
}

static int add_reasons(const struct sy_board *board, const json_t *health, struct sy_text *text)
{
	const json_t *reasons = json_object_get(health, "reasons");
	char line[CELL_MAX];
	size_t at = 0;

	line[0] = '\0';
	for (size_t i = 0; i < json_array_size(reasons) && at < sizeof line; i++) {
		const char *reason = json_string_value(json_array_get(reasons, i));

		at += (size_t)snprintf(line + at, sizeof line - at, "%s%s", i ? "; " : "", reason ? reason : "");
	}
	return add_line(board, DOUBTFUL, line, text);
}

static int add_calls(const struct sy_board *board, const json_t *calls, int lines, struct sy_text *text)
{
	struct layout layout = lay_out(board->width);
	size_t n = json_array_size(calls);
	size_t shown = n;
	char more[80];
	int err = add_row(board, &layout, NULL, text);

	lines--;
	if (n > (size_t)lines)
		shown = (size_t)lines - 1;
	for (size_t i = 0; i < shown && !err; i++)
		err = add_row(board, &layout, json_array_get(calls, i), text);
	if (err || shown == n)
		return err;
	(void)snprintf(more, sizeof more, "and %zu more", n - shown);
	return add_line(board, FAINT, more, text);
}

int sy_board_table(const struct sy_board *given, const json_t *health, const json_t *calls, struct sy_text *ret_text)
{
	struct sy_board board = *given;
	bool reasons = json_array_size(json_object_get(health, "reasons")) > 0;
	int err;

	board.width = board.width < SY_BOARD_WIDTH_MIN ? SY_BOARD_WIDTH_MIN : board.width;
	board.height = board.height < SY_BOARD_HEIGHT_MIN ? SY_BOARD_HEIGHT_MIN : board.height;
	err = add_service(&board, health, ret_text);
	if (!err && reasons)
		err = add_reasons(&board, health, ret_text);
	if (err)
		return err;
	if (!json_array_size(calls))
		return add_line(&board, FAINT, "no calls", ret_text);
	return add_calls(&board, calls, board.height - 1 - reasons, ret_text);
}

/* For people who read it, and for awk: words that have spaces come last. */
static int add_plain(const json_t *call, int id_width, struct sy_text *text)
{
	struct cell heard = {.tone = PLAIN};
	const char *decision = string_of(call, "decision");
	const char *state = string_of(call, "state");
	char line[CELL_MAX];

	fill_heard(call, &heard);
	(void)snprintf(line, sizeof line, "%-*.40s  %-11.16s  %7.1f  %-11.48s  %6.1f  %6.1f  %-7.7s  %4.2f  ", id_width,
		string_of(call, "id"), string_of(call, "kind"), number_of(call, "seconds"), *state ? state : "-",
		number_of(call, "caller_dbfs"), number_of(call, "ours_dbfs"), *decision ? decision : "-",
		number_of(call, "confidence"));
	if (add_cut(text, line, CELL_MAX, 0) || add_cut(text, *heard.text ? heard.text : "-", CELL_MAX, 0))
		return ENOMEM;
	return sy_text_add(text, "\n");
}

int sy_board_lines(const json_t *calls, struct sy_text *ret_text)
{
	int id_width = 4;
	int err = 0;

	if (!json_array_size(calls))
		return sy_text_add(ret_text, "no calls\n");
	for (size_t i = 0; i < json_array_size(calls); i++) {
		int n = (int)strlen(string_of(json_array_get(calls, i), "id"));

		id_width = n > id_width ? n : id_width;
	}
	id_width = id_width > 40 ? 40 : id_width;
	err = sy_text_addf(ret_text, "%-*s  %-11s  %7s  %-11s  %6s  %6s  %-7s  %4s  %s\n", id_width, "call", "by",
		"seconds", "state", "caller", "sayso", "turn", "sure", "heard");
	for (size_t i = 0; i < json_array_size(calls) && !err; i++)
		err = add_plain(json_array_get(calls, i), id_width, ret_text);
	return err;
}
