/*
 * bench_hear_items: recordings of a set with what is said in them, as its labels.jsonl tells.
 *
 * Owner: whoever holds the list; sy_items_reset() frees it. Safe to read from several threads.
 */
#ifndef SY_TOOLS_BENCH_HEAR_ITEMS_H
#define SY_TOOLS_BENCH_HEAR_ITEMS_H

#include <jansson.h>
#include <stdbool.h>

#include "audio/sound.h"
#include "base/problem.h"

struct sy_item {
	char *path;
	json_t *label; /* owned */
	bool wide;     /* from before the line: it is sent down one when it is read */
	bool held_out; /* of the orders: no model was made from it */
};

struct sy_items {
	struct sy_item *at;
	size_t n;
};

struct sy_items_prm {
	const char *folder; /* with a folder a set */
	const char *set;
	size_t every; /* about one of so many; the same voice in all noises */
	/* Whether a recording is wanted; NULL: all are. */
	bool (*wanted)(const json_t *label);
};

/* Of one set. Adds to what is there. ENOENT: no such set. */
int sy_items_read(const struct sy_items_prm *prm, struct sy_items *items, struct sy_problem *why);
int sy_items_add(struct sy_items *items, const char *path, json_t *label); /* the label is taken */
void sy_items_reset(struct sy_items *items);

/*
 * Marks the orders that training leaves alone: of the names of clean/, sorted, every fourth, and their noisy twins.
 * `folder` as above.
 */
int sy_items_hold_out(const char *folder, struct sy_items *items, struct sy_problem *why);

/* A text of the label, "" where it has none. */
const char *sy_item_text(const struct sy_item *item, const char *key);
/* As a telephone brings it, 8 kHz. */
int sy_item_sound(const struct sy_item *item, struct sy_sound *ret_sound, struct sy_problem *why);

#endif
