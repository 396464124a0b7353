/*
 * slot_book: the grammar and the choices of every detail that one version asks for, read ahead.
 *
 * Choices may come from a look-up, which is SQL; the media thread must not wait for a disk. So they are read when the
 * version is opened and again when the base has changed, and the media thread takes copies.
 *
 * Owner: the edition. Create, refresh and destroy belong to one thread; sy_slot_book_find() to any.
 */
#ifndef SY_RUN_SLOT_BOOK_H
#define SY_RUN_SLOT_BOOK_H

#include "kb/snapshot.h"

struct sy_slot_book;

/* The snapshot is borrowed and outlives the book; the store is borrowed for the call. A slot whose choices cannot be
 * had now is kept without any: its question fails as a look-up does. */
int sy_slot_book_create(const struct sy_snapshot *snapshot, struct sy_store *store, struct sy_slot_book **ret_book);
void sy_slot_book_destroy(struct sy_slot_book *book); /* NULL is allowed */

/* Reads anew what comes from look-ups. */
int sy_slot_book_refresh(struct sy_slot_book *book, struct sy_store *store);

/* Copies, the caller frees. ENOENT: there are none for this slot now. */
int sy_slot_book_find(struct sy_slot_book *book, const struct sy_slot *slot, char **ret_jsgf,
	struct sy_strings *ret_choices, struct sy_problem *why);

#endif
