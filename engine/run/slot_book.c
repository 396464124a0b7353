#include "engine/run/slot_book.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct entry {
	const struct sy_article *article;
	const struct sy_slot *slot;
	char *jsgf; /* NULL: none now */
	struct sy_strings choices;
};

struct sy_slot_book {
	const struct sy_snapshot *snapshot;
	pthread_mutex_t lock; /* of what entries point to; held for a copy or a swap */
	struct entry *entries;
	size_t n;
};

/* An entry's facts as they are now, without the lock: only one thread changes them. */
static int read_facts(
	const struct sy_slot_book *book, struct sy_store *store, const struct entry *entry, struct entry *ret_facts)
{
	int err = sy_snapshot_slot_grammar(book->snapshot, store, entry->article, entry->slot, &ret_facts->jsgf, NULL);

	if (!err && sy_slot_is_chosen(entry->slot))
		err = sy_snapshot_choices(book->snapshot, store, entry->slot, &ret_facts->choices, NULL);
	return err;
}

static void reset_facts(struct entry *facts)
{
	free(facts->jsgf);
	sy_strings_reset(&facts->choices);
	facts->jsgf = NULL;
}

static int read_entry(struct sy_slot_book *book, struct sy_store *store, struct entry *entry)
{
	struct entry facts = {0};
	struct entry old = *entry;
	int err = read_facts(book, store, entry, &facts);

	if (err == ENOMEM) {
		reset_facts(&facts);
		return err;
	}
	if (err)
		reset_facts(&facts);
	(void)pthread_mutex_lock(&book->lock);
	entry->jsgf = facts.jsgf;
	entry->choices = facts.choices;
	(void)pthread_mutex_unlock(&book->lock);
	reset_facts(&old);
	return 0;
}

static int read_entries(struct sy_slot_book *book, struct sy_store *store, bool all)
{
	int err = 0;

	for (size_t i = 0; i < book->n && !err; i++)
		if (all || book->entries[i].slot->choices_from)
			err = read_entry(book, store, &book->entries[i]);
	return err;
}

static int list_slots(struct sy_slot_book *book)
{
	const struct sy_content *content = sy_snapshot_content(book->snapshot);
	size_t n = 0;

	for (size_t i = 0; i < content->n_articles; i++)
		n += content->articles[i].n_slots;
	book->entries = calloc(n + 1, sizeof *book->entries);
	if (!book->entries)
		return ENOMEM;
	for (size_t i = 0; i < content->n_articles; i++)
		for (size_t k = 0; k < content->articles[i].n_slots; k++)
			book->entries[book->n++] = (struct entry){
				.article = &content->articles[i], .slot = &content->articles[i].slots[k]};
	return 0;
}

/* The media thread may hold the lock under SCHED_FIFO, and must never wait behind a thread that was put aside. */
static int init_lock(pthread_mutex_t *lock)
{
	pthread_mutexattr_t attributes;
	int err = pthread_mutexattr_init(&attributes);

	if (err)
		return err;
	err = pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
	if (!err)
		err = pthread_mutex_init(lock, &attributes);
	(void)pthread_mutexattr_destroy(&attributes);
	return err;
}

int sy_slot_book_create(const struct sy_snapshot *snapshot, struct sy_store *store, struct sy_slot_book **ret_book)
{
	struct sy_slot_book *book = calloc(1, sizeof *book);
	int err = book ? init_lock(&book->lock) : ENOMEM;

	if (err) {
		free(book);
		return err;
	}
	book->snapshot = snapshot;
	err = list_slots(book);
	if (!err)
		err = read_entries(book, store, true);
	if (err)
		sy_slot_book_destroy(book);
	else
		*ret_book = book;
	return err;
}

void sy_slot_book_destroy(struct sy_slot_book *book)
{
	if (!book)
		return;
	for (size_t i = 0; i < book->n; i++)
		reset_facts(&book->entries[i]);
	free(book->entries);
	(void)pthread_mutex_destroy(&book->lock);
	free(book);
}

int sy_slot_book_refresh(struct sy_slot_book *book, struct sy_store *store)
{
	return read_entries(book, store, false);
}

static int copy_strings(const struct sy_strings *from, struct sy_strings *ret_copy)
{
	struct sy_strings copy = {0};
	int err = 0;

	for (size_t i = 0; i < from->n && !err; i++)
		err = sy_strings_add(&copy, from->at[i]);
	if (err)
		sy_strings_reset(&copy);
	else
		*ret_copy = copy;
	return err;
}

static struct entry *find(struct sy_slot_book *book, const struct sy_slot *slot)
{
	for (size_t i = 0; i < book->n; i++)
		if (book->entries[i].slot == slot)
			return &book->entries[i];
	return NULL;
}

int sy_slot_book_find(struct sy_slot_book *book, const struct sy_slot *slot, char **ret_jsgf,
	struct sy_strings *ret_choices, struct sy_problem *why)
{
	const struct entry *entry = find(book, slot);
	char *jsgf = NULL;
	int err = ENOENT;

	if (!entry)
		return sy_problem_set(why, ENOENT, "the slot '%s' is none of this version", slot->name);
	(void)pthread_mutex_lock(&book->lock);
	if (entry->jsgf) {
		jsgf = strdup(entry->jsgf);
		err = jsgf ? copy_strings(&entry->choices, ret_choices) : ENOMEM;
	}
	(void)pthread_mutex_unlock(&book->lock);
	if (!err) {
		*ret_jsgf = jsgf;
		return 0;
	}
	free(jsgf);
	return sy_problem_set(why, err, "slot '%s' has no choices now; its look-up found none", slot->name);
}
