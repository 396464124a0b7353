/*
 * problem: one line that tells a person what is wrong, where, and what to do.
 *
 * A function that reads outside bytes takes a `struct sy_problem *why` (may be
 * NULL) beside its 0-or-errno result. Core modules fill it; only the owner of
 * the terminal or the log prints it, once. Plain value, no thread rule.
 */
#ifndef SY_BASE_PROBLEM_H
#define SY_BASE_PROBLEM_H

/* Room for a path, a position and a sentence; a longer text is cut. */
#define SY_PROBLEM_MAX 768

struct sy_problem {
	char text[SY_PROBLEM_MAX]; /* one line, without newline; "" when unset */
};

/* Writes the text and returns `err`, so that `return sy_problem_set(...)` reads straight. */
int sy_problem_set(struct sy_problem *why, int err, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/*
 * The same with a position in front: "FILE:LINE:COLUMN: text".
 * line and column count from 1; 0 leaves that part out.
 */
int sy_problem_at(struct sy_problem *why, int err, const char *file, int line, int column, const char *fmt, ...)
	__attribute__((format(printf, 6, 7)));

#endif
