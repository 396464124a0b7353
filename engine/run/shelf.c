#include "engine/run/shelf.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* One kept sound, in a list that begins with the one used last: a few hundred, told apart by a number. */
struct kept {
	struct kept *next;
	struct sy_sound sound;
	size_t cost;
	uint64_t hash;
	char key[];
};

/* Sentences said of late that had no room, by a part of their number: one for each answer of an hour or so. */
#define DOOR 1024

struct sy_shelf {
	uint64_t door[DOOR]; /* 0: nobody */
	struct kept *first;
	size_t bytes;
	size_t bytes_max;
};

/* FNV-1a, 64 bits (draft-eastlake-fnv). */
static uint64_t hash_of(const char *key)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (; *key; key++)
		hash = (hash ^ (unsigned char)*key) * 0x100000001b3u;
	return hash;
}

static int make_key(const struct sy_say_job *what, struct sy_text *ret_key)
{
	return sy_text_addf(ret_key, "%s|%d|%.3f|%.2f|%s", what->voice ? what->voice : SY_VOICE_DEFAULT, what->rate,
		what->pace, what->gain_db, what->text);
}

int sy_shelf_create(size_t bytes_max, struct sy_shelf **ret_shelf)
{
	struct sy_shelf *shelf = calloc(1, sizeof *shelf);

	if (!shelf)
		return ENOMEM;
	shelf->bytes_max = bytes_max;
	*ret_shelf = shelf;
	return 0;
}

static void drop(struct sy_shelf *shelf, struct kept **at)
{
	struct kept *gone = *at;

	*at = gone->next;
	shelf->bytes -= gone->cost;
	sy_sound_reset(&gone->sound);
	free(gone);
}

void sy_shelf_destroy(struct sy_shelf *shelf)
{
	if (!shelf)
		return;
	while (shelf->first)
		drop(shelf, &shelf->first);
	free(shelf);
}

/* Puts it first. */
static struct kept *find(struct sy_shelf *shelf, const char *key)
{
	uint64_t hash = hash_of(key);

	for (struct kept **at = &shelf->first; *at; at = &(*at)->next) {
		struct kept *found = *at;

		if (found->hash != hash || strcmp(found->key, key) != 0)
			continue;
		*at = found->next;
		found->next = shelf->first;
		shelf->first = found;
		return found;
	}
	return NULL;
}

bool sy_shelf_find(struct sy_shelf *shelf, const struct sy_say_job *what, struct sy_sound *ret_sound)
{
	struct sy_text key = {0};
	struct kept *found = NULL;
	bool there;

	if (shelf && !make_key(what, &key))
		found = find(shelf, key.s);
	there = found && !sy_sound_part(&found->sound, 0, ret_sound);
	sy_text_reset(&key);
	return there;
}

static void drop_last(struct sy_shelf *shelf)
{
	struct kept **at = &shelf->first;

	while ((*at)->next)
		at = &(*at)->next;
	drop(shelf, at);
}

/* Has it been here before? It has from now on. */
static bool knocks_again(struct sy_shelf *shelf, uint64_t hash)
{
	uint64_t *place = &shelf->door[hash % DOOR];
	bool again = *place == hash;

	*place = hash;
	return again;
}

static void put(struct sy_shelf *shelf, const struct sy_text *key, struct sy_sound *sound)
{
	size_t cost = sizeof(struct kept) + key->len + 1 + sound->n * sizeof *sound->pcm;
	struct kept *kept = NULL;

	if (shelf->bytes + cost <= shelf->bytes_max || knocks_again(shelf, hash_of(key->s)))
		kept = cost <= shelf->bytes_max ? calloc(1, sizeof *kept + key->len + 1) : NULL;
	if (!kept)
		return;
	if (sy_sound_part(sound, 0, &kept->sound)) {
		free(kept);
		return;
	}
	memcpy(kept->key, key->s, key->len + 1);
	kept->hash = hash_of(key->s);
	kept->cost = cost;
	kept->next = shelf->first;
	shelf->first = kept;
	shelf->bytes += cost;
	while (shelf->bytes > shelf->bytes_max)
		drop_last(shelf);
}

void sy_shelf_keep(struct sy_shelf *shelf, const struct sy_say_job *what, struct sy_sound *sound)
{
	struct sy_text key = {0};

	if (shelf && sound->n && !make_key(what, &key) && !find(shelf, key.s))
		put(shelf, &key, sound);
	sy_text_reset(&key);
}

size_t sy_shelf_bytes(const struct sy_shelf *shelf)
{
	return shelf->bytes;
}
