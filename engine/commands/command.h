/*
 * command: what the commands of `sayso` share: their table, their exit codes, and how they speak to a terminal.
 *
 * Results go to standard output, complaints to standard error in one to three lines. One thread.
 */
#ifndef SY_COMMANDS_COMMAND_H
#define SY_COMMANDS_COMMAND_H

#include <getopt.h>
#include <jansson.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/problem.h"

enum sy_exit {
	SY_EXIT_GOOD = 0,
	SY_EXIT_UNMET = 1, /* an expectation failed, or a check found something */
	SY_EXIT_BAD = 2,   /* bad input */
};

struct sy_command {
	const char *name;
	const char *summary; /* one line of `sayso --help` */
	bool inner;          /* the program starts it itself: no word of it in --help */
	const char *help;    /* what `sayso NAME --help` prints */
	int (*run)(const struct sy_command *command, int argc, char **argv);
};

extern const struct sy_command sy_command_hear;
extern const struct sy_command sy_command_call;
extern const struct sy_command sy_command_talk;
extern const struct sy_command sy_command_kb;
extern const struct sy_command sy_command_line;
extern const struct sy_command sy_command_calls;
extern const struct sy_command sy_command_check;
extern const struct sy_command sy_command_worker;
extern const struct sy_command sy_command_serve;

/* "sayso NAME: text" on standard error; returns SY_EXIT_BAD. */
int sy_complain(const struct sy_command *command, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The same for what a module reported: `why`, or the errno's own text where it said nothing. */
int sy_complain_why(const struct sy_command *command, int err, const struct sy_problem *why);

/*
 * The next option, as getopt_long() gives it, -1 after the last. --help is answered here (*ret_exit is SY_EXIT_GOOD)
 * and so is an option that there is none of (SY_EXIT_BAD): -2 is returned, and the command leaves with *ret_exit.
 */
int sy_next_option(
	const struct sy_command *command, int argc, char **argv, const struct option *options, int *ret_exit);
#define SY_OPTION_LEAVE (-2)
#define SY_OPTION_HELP 'h'

/* One JSON value on one line of standard output, at once. The reference is taken. */
void sy_print_json(json_t *json);

/* A line of a list: `head`, then the text, wrapped under `indent` on a terminal. */
void sy_print_entry(const char *head, const char *text, int indent);

/* "  12 of 300 …" over itself on standard error, on a terminal only. n == of ends the line. */
void sy_progress(const char *doing, size_t n, size_t of);

/* One path or text a line; an empty line stays in its place as "", so that entry i is line i + 1. "-" is standard
 * input. Caller frees with sy_lines_free(). */
int sy_lines_read(const char *path, char ***ret_lines, size_t *ret_n, struct sy_problem *why);
void sy_lines_free(char **lines, size_t n);

/* Ctrl-C and SIGTERM ask for an end instead of ending the program at once; a second Ctrl-C does. */
const volatile sig_atomic_t *sy_stop_flag(void);

#endif
