/*
 * call_shared: what `sayso call` and `sayso talk` have in common: options, how a call is shown, and what is said of it
 * afterwards.
 */
#ifndef SY_COMMANDS_CALL_SHARED_H
#define SY_COMMANDS_CALL_SHARED_H

#include "engine/commands/command.h"
#include "engine/run/screen.h"
#include "engine/run/session.h"

struct sy_call_asked {
	const struct sy_command *command;
	const char *db;    /* NULL: this user's demonstration base */
	const char *reply; /* where the sound of the call goes, or NULL */
	bool json;
	struct sy_screen screen;
};

/* The beginning of a command's table of options; sy_call_option() reads these. */
#define SY_CALL_OPTIONS                                                                                                \
	{"db", required_argument, NULL, 'd'}, {"json", no_argument, NULL, 'j'},                                        \
		{"reply", required_argument, NULL, 'r'},                                                               \
	{                                                                                                              \
		"help", no_argument, NULL, SY_OPTION_HELP                                                              \
	}

/* All options of a command, and what it does with its own. */
struct sy_call_more {
	const struct option *options;
	void (*read)(void *arg, int option); /* the value is in optarg */
	void *arg;
};

/* Reads the command line; what is beside the shared options goes to `more`. false: the command leaves with *ret_exit.
 */
bool sy_call_options(
	struct sy_call_asked *asked, int argc, char **argv, const struct sy_call_more *more, int *ret_exit);

/* One event, for people or as JSON. */
void sy_call_show(const struct sy_call_asked *asked, const struct sy_event *event);

/* What could not be written, a line each. */
void sy_call_report(const struct sy_call_asked *asked, const struct sy_session_call *call);

#endif
