/*
 * kb_verb: what the verbs of `sayso kb` share. One row of a table for each; kb.c reads the command line.
 */
#ifndef SY_COMMANDS_KB_VERB_H
#define SY_COMMANDS_KB_VERB_H

#include "engine/commands/command.h"
#include "kb/store.h"

struct sy_kb_asked {
	const struct sy_command *command;
	const char *db; /* NULL: this user's demonstration base */
	const char *out;
	const char *voice;
	const char *note;
	const char *list;
	const char *company;
	bool json;
	char **words; /* what follows the verb */
	size_t n_words;
};

struct sy_kb_verb {
	const char *name;
	const char *usage; /* what follows the name */
	const char *summary;
	const char *options; /* letters of the options that it takes beside --db */
	size_t min_words;
	size_t max_words;
	/* 0, or an errno with `why`; *ret_exit is SY_EXIT_GOOD unless the verb says otherwise. */
	int (*run)(const struct sy_kb_asked *asked, int *ret_exit, struct sy_problem *why);
};

int sy_kb_open(
	const struct sy_kb_asked *asked, enum sy_store_open how, struct sy_store **ret_store, struct sy_problem *why);

int sy_kb_ask(const struct sy_kb_asked *asked, int *ret_exit, struct sy_problem *why);
int sy_kb_say(const struct sy_kb_asked *asked, int *ret_exit, struct sy_problem *why);
int sy_kb_publish(const struct sy_kb_asked *asked, int *ret_exit, struct sy_problem *why);
int sy_kb_log(const struct sy_kb_asked *asked, int *ret_exit, struct sy_problem *why);
int sy_kb_diff(const struct sy_kb_asked *asked, int *ret_exit, struct sy_problem *why);
int sy_kb_rollback(const struct sy_kb_asked *asked, int *ret_exit, struct sy_problem *why);

/* How the user calls this base on the command line, for advice: "sayso kb --db FILE". */
#define SY_KB_COMMAND_MAX 4352
void sy_kb_command(const struct sy_kb_asked *asked, char ret_command[SY_KB_COMMAND_MAX]);

/* The words after the verb as one text. Caller frees; NULL if out of memory. */
char *sy_kb_text(const struct sy_kb_asked *asked);

#endif
