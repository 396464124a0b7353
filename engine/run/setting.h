/*
 * setting: the one table of all settings: name, type, default, range, unit and a line of meaning.
 *
 * Const, thread-safe.
 */
#ifndef SY_RUN_SETTING_H
#define SY_RUN_SETTING_H

#include <stddef.h>

#include "engine/run/config.h"

enum sy_setting_type {
	SY_SETTING_TEXT,     /* char * */
	SY_SETTING_SECRET,   /* char *, not printed */
	SY_SETTING_ADDRESS,  /* char *, "HOST:PORT" with a numeric host, or "" */
	SY_SETTING_NUMBER,   /* int, min..max */
	SY_SETTING_SWITCH,   /* bool */
	SY_SETTING_CHOICE,   /* int: the index of one of `words` */
	SY_SETTING_WORDS,    /* struct sy_config_list, each one of `words` */
	SY_SETTING_NETWORKS, /* struct sy_config_list, each an address or ADDRESS/BITS */
};

struct sy_setting {
	const char *name;
	enum sy_setting_type type;
	size_t at;          /* offset in the group's struct */
	const char *preset; /* as it would stand in the file; of a list: joined by ", " */
	int min;
	int max;
	const char *unit;         /* or NULL */
	const char *const *words; /* NULL-terminated */
	const char *meaning;      /* one line, without full stop */
};

/* A key of the file's top level with settings below it; a repeated one is a list of such groups. */
struct sy_setting_group {
	const char *name;
	const char *meaning;
	const struct sy_setting *settings;
	size_t n;
	/* repeated: where the entries and their number are, how large one is, how many there may be */
	size_t at;
	size_t at_n;
	size_t size; /* 0: not repeated */
	size_t max;
};

const struct sy_setting_group *sy_setting_groups(size_t *ret_n);

#endif
