/*
 * dictionary: one file of pronunciations in CMU format, scanned for wanted words.
 *
 * A line is "word PHONE PHONE …", a variant "word(2) PHONE …"; ";;;" begins a comment. The phones are those of the
 * model, ARPAbet without stress. Thread-safe: no state.
 *
 * Errors: ENOENT and other errno of opening, EINVAL with FILE:LINE for a line that is no pronunciation, E2BIG, ENOMEM.
 */
#ifndef SY_GRAMMARS_DICTIONARY_H
#define SY_GRAMMARS_DICTIONARY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/problem.h"
#include "grammars/intern.h"

/* Twenty times the CMU dictionary. */
#define SY_DICTIONARY_BYTES_MAX (64u << 20)

/* The phones of PocketSphinx's en-us model: 39 of ARPAbet. */
#define SY_PHONES 39
bool sy_is_phone(const char *s, size_t n);
int sy_phone_number(const char *s, size_t n); /* 0 to SY_PHONES - 1; -1: none */
const char *sy_phone_name(int number);

struct sy_dictionary_found {
	size_t word;        /* its number in the wanted set */
	const char *phones; /* borrowed for the call, not NUL-terminated */
	size_t n;
};

struct sy_dictionary_scan {
	const char *path;
	bool check_all; /* every line, not only those of wanted words: for files people write */
	const struct sy_intern *wanted;
	int (*found)(void *state, const struct sy_dictionary_found *found);
	void *state;
};

int sy_dictionary_scan(const struct sy_dictionary_scan *scan, struct sy_problem *why);

#endif
