/*
 * board: the calls in progress as text for people: a table that fills a terminal, or plain lines.
 *
 * Works on what a service answered to /health and /calls, and trusts none of it: a missing field is left blank, control
 * characters are never passed on, and no line is wider than the terminal. No state. Any thread; the widths of
 * characters come from the locale.
 */
#ifndef SY_RUN_BOARD_H
#define SY_RUN_BOARD_H

#include <jansson.h>
#include <stdbool.h>

#include "base/text.h"

/* A narrower terminal is written to as if it had so many columns. */
#define SY_BOARD_WIDTH_MIN 20
#define SY_BOARD_HEIGHT_MIN 4
/* The quietest level that a meter shows; its other end is full scale. */
#define SY_BOARD_QUIET_DBFS (-60)
#define SY_BOARD_METER_CELLS 8

struct sy_board {
	int width;  /* columns */
	int height; /* lines; calls that find no room are counted in the last one */
	bool colours;
};

/* At most `height` lines, each ended by a line break. Columns that find no room are left out, the least needed first.
 */
int sy_board_table(const struct sy_board *board, const json_t *health, const json_t *calls, struct sy_text *ret_text);

/* A line of titles and one for each call, everything in full; "no calls" where there are none. */
int sy_board_lines(const json_t *calls, struct sy_text *ret_text);

/* Level in SY_BOARD_METER_CELLS cells, in steps of an eighth, padded with spaces. Room for SY_BOARD_METER_BYTES. */
#define SY_BOARD_METER_BYTES (3 * SY_BOARD_METER_CELLS + 1)
void sy_board_meter(double dbfs, char *ret_meter);

#endif
