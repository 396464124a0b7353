/*
 * log_line: one line of the log, put together within its bounds (logfmt).
 *
 * A plain value. A value that is not a plain word stands in quotes; control characters and bytes that are no UTF-8 are
 * written as escapes, so that nobody outside can end a line, fake a key or steer a terminal.
 */
#ifndef SY_RUN_LOG_LINE_H
#define SY_RUN_LOG_LINE_H

#include <time.h>

#include "engine/run/log.h"

struct sy_log_line {
	char text[SY_LOG_LINE_MAX]; /* NUL-terminated; sy_log_line_end() adds the line's end */
	size_t n;
	bool colours;
	bool cut;
};

/* colours: as a terminal shows them. priority: "<6>" …, or "". */
void sy_log_line_begin(struct sy_log_line *line, const char *priority, bool colours);
void sy_log_line_time(struct sy_log_line *line, const struct timespec *now); /* UTC */
void sy_log_line_level(struct sy_log_line *line, enum sy_log_level level);
void sy_log_line_field(struct sy_log_line *line, const struct sy_log_field *field);
void sy_log_line_end(struct sy_log_line *line);

#endif
