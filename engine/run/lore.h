/*
 * lore: grammars of details, by name, that workers can be taught.
 *
 * Owner: the crew; one thread. The one that was not asked for for longest makes room for a new one.
 */
#ifndef SY_RUN_LORE_H
#define SY_RUN_LORE_H

#include <stddef.h>

struct sy_lore;

int sy_lore_create(size_t max, struct sy_lore **ret_lore);
void sy_lore_destroy(struct sy_lore *lore); /* NULL is allowed */

/* A copy of the grammar, under its name; one that is there stays as it is. */
int sy_lore_keep(struct sy_lore *lore, const char *name, const char *jsgf);
/* Borrowed until the next keep. ENOENT: it was never kept, or too long ago. EPERM: it was set aside. */
int sy_lore_find(struct sy_lore *lore, const char *name, const char **ret_jsgf);

/* One more worker died over it; returns how many have since it was kept. */
unsigned sy_lore_died(struct sy_lore *lore, const char *name);
void sy_lore_set_aside(struct sy_lore *lore, const char *name);

#endif
