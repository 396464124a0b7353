/*
 * intern: a set of strings, each kept once, found by hash and numbered in the order of arrival.
 *
 * Owner: whoever holds the struct; sy_intern_reset() frees it. A zeroed struct is an empty set. The strings stay
 * where they are until the reset, so a pointer to one stands for it. Safe to read from many threads once filled.
 *
 * Errors: ENOMEM.
 */
#ifndef SY_GRAMMARS_INTERN_H
#define SY_GRAMMARS_INTERN_H

#include <stddef.h>
#include <stdint.h>

struct sy_intern {
	char **at; /* by number */
	size_t n;
	size_t cap;
	uint32_t *slots; /* number + 1; 0: free */
	size_t n_slots;  /* a power of two */
};

/* Finds or adds. The characters hold no NUL. */
int sy_intern_add(struct sy_intern *set, const char *s, size_t len, size_t *ret_number);

/* The number, or -1; any bytes may be asked for. */
long sy_intern_find(const struct sy_intern *set, const char *s, size_t len);

/* Memory that it holds, as far as it can tell: a block of the heap for each string. */
size_t sy_intern_bytes(const struct sy_intern *set);

void sy_intern_reset(struct sy_intern *set);

#endif
