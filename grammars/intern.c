#include "grammars/intern.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

#define SLOTS_FIRST 64
#define STRING_BYTES 32 /* of the heap: words and names are short */

/* FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/ */
static uint64_t hash_of(const char *s, size_t len)
{
	uint64_t hash = 14695981039346656037u;
	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)s[i]) * 1099511628211u;
	return hash ^ hash >> 32;
}

/* The slot that holds the string, or the free one where it belongs. */
static size_t slot_of(const struct sy_intern *set, const char *s, size_t len)
{
	size_t slot = hash_of(s, len) & (set->n_slots - 1);
	for (; set->slots[slot]; slot = (slot + 1) & (set->n_slots - 1)) {
		const char *other = set->at[set->slots[slot] - 1];
		/* A NUL among the characters ends the comparison, so the length is compared too. */
		if (strncmp(other, s, len) == 0 && strlen(other) == len)
			break;
	}
	return slot;
}

static int grow_slots(struct sy_intern *set)
{
	struct sy_intern larger = *set;
	larger.n_slots = set->n_slots ? set->n_slots * 2 : SLOTS_FIRST;
	larger.slots = calloc(larger.n_slots, sizeof *larger.slots);
	if (!larger.slots)
		return ENOMEM;
	for (size_t i = 0; i < set->n; i++)
		larger.slots[slot_of(&larger, set->at[i], strlen(set->at[i]))] = (uint32_t)i + 1;
	free(set->slots);
	*set = larger;
	return 0;
}

static int make_room(struct sy_intern *set)
{
	if (set->n * 2 >= set->n_slots) {
		int err = grow_slots(set);
		if (err)
			return err;
	}
	return SY_GROW(&set->at, set->n + 1, &set->cap);
}

int sy_intern_add(struct sy_intern *set, const char *s, size_t len, size_t *ret_number)
{
	long known = sy_intern_find(set, s, len);
	if (known >= 0) {
		*ret_number = (size_t)known;
		return 0;
	}
	int err = make_room(set);
	if (err)
		return err;
	char *copy = strndup(s, len);
	if (!copy)
		return ENOMEM;
	set->slots[slot_of(set, s, len)] = (uint32_t)set->n + 1;
	set->at[set->n] = copy;
	*ret_number = set->n++;
	return 0;
}

long sy_intern_find(const struct sy_intern *set, const char *s, size_t len)
{
	if (!set->n_slots)
		return -1;
	uint32_t found = set->slots[slot_of(set, s, len)];
	return found ? (long)found - 1 : -1;
}

size_t sy_intern_bytes(const struct sy_intern *set)
{
	return set->cap * sizeof *set->at + set->n_slots * sizeof *set->slots + set->n * STRING_BYTES;
}

void sy_intern_reset(struct sy_intern *set)
{
	for (size_t i = 0; i < set->n; i++)
		free(set->at[i]);
	free(set->at);
	free(set->slots);
	*set = (struct sy_intern){0};
}
