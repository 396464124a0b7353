#include "engine/run/roster.h"

#include <errno.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/frame.h"

#define WORDS ((sizeof(struct sy_roster_entry) + 7) / 8)
/* A writer needs less than a microsecond; one that was put to sleep in between is soon back. */
#define TRIES_MAX 1000
#define SILENCE_DBFS (-96.0F)

/* A sequence lock: odd while the words are being written. The words are atomic too, so that reading them meanwhile is
 * merely in vain. (H. Boehm, "Can seqlocks get along with programming language memory models?", 2012; with the order
 * on the words instead of fences.) */
struct place {
	_Atomic uint32_t turn;
	_Atomic bool taken;
	_Atomic uint64_t words[WORDS];
};

struct sy_roster {
	size_t max;
	bool show_heard;
	/* the media thread's */
	uint64_t began;
	size_t *free;
	size_t n_free;
	struct place places[];
};

static void copy_name(char *ret_name, size_t size, const char *name)
{
	(void)snprintf(ret_name, size, "%s", name ? name : "");
}

/* Cut between characters, so that it stays UTF-8. */
static void copy_words(char *ret_words, size_t size, const char *words)
{
	size_t n = strlen(words);

	if (n >= size)
		for (n = size - 1; n && ((unsigned char)words[n] & 0xC0) == 0x80;)
			n--;
	memcpy(ret_words, words, n);
	ret_words[n] = '\0';
}

void sy_roster_entry_begin(struct sy_roster_entry *entry, const char *id, const char *kind)
{
	*entry = (struct sy_roster_entry){.caller_dbfs = SILENCE_DBFS, .ours_dbfs = SILENCE_DBFS};
	copy_name(entry->id, sizeof entry->id, id);
	copy_name(entry->kind, sizeof entry->kind, kind);
}

void sy_roster_entry_event(const struct sy_event *event, void *arg)
{
	struct sy_roster_entry *entry = arg;

	if (event->kind == SY_EVENT_CALL)
		entry->kb_version = event->kb_version;
	if (event->kind != SY_EVENT_HEARD)
		return;
	entry->turns++;
	entry->decided = true;
	entry->decision = event->hypothesis->decision;
	entry->confidence = (float)event->hypothesis->confidence;
	copy_name(entry->intent, sizeof entry->intent, event->hypothesis->intent);
	copy_words(entry->heard, sizeof entry->heard, event->hypothesis->text ? event->hypothesis->text : "");
}

static void raise_level(float *level, const int16_t *pcm, size_t n)
{
	float dbfs = (float)sy_level_dbfs(pcm, n);

	*level = dbfs > *level ? dbfs : *level;
}

void sy_roster_entry_tick(struct sy_roster_entry *entry, const struct sy_roster_tick *tick)
{
	copy_name(entry->state, sizeof entry->state, tick->state);
	entry->call_ms = tick->call_ms;
	entry->speaking = tick->speaking;
	raise_level(&entry->caller_dbfs, tick->caller, tick->samples);
	raise_level(&entry->ours_dbfs, tick->ours, tick->samples);
}

int sy_roster_create(size_t max, bool show_heard, struct sy_roster **ret_roster)
{
	struct sy_roster *roster;

	if (!max || max > SY_ROSTER_MAX)
		return EINVAL;
	roster = calloc(1, sizeof *roster + max * sizeof *roster->places);
	if (!roster)
		return ENOMEM;
	roster->free = calloc(max, sizeof *roster->free);
	if (!roster->free) {
		free(roster);
		return ENOMEM;
	}
	roster->max = max;
	roster->show_heard = show_heard;
	while (roster->n_free < max) {
		roster->free[roster->n_free] = max - 1 - roster->n_free;
		roster->n_free++;
	}
	*ret_roster = roster;
	return 0;
}

void sy_roster_destroy(struct sy_roster *roster)
{
	if (!roster)
		return;
	free(roster->free);
	free(roster);
}

static void write_place(struct place *place, const struct sy_roster_entry *entry)
{
	uint32_t turn = atomic_load_explicit(&place->turn, memory_order_relaxed);
	uint64_t words[WORDS] = {0};

	memcpy(words, entry, sizeof *entry);
	atomic_store_explicit(&place->turn, turn + 1, memory_order_relaxed);
	for (size_t i = 0; i < WORDS; i++)
		atomic_store_explicit(&place->words[i], words[i], memory_order_release);
	atomic_store_explicit(&place->turn, turn + 2, memory_order_release);
}

/* false: the place is free, or was being written all the while. */
static bool read_place(const struct place *place, struct sy_roster_entry *ret_entry)
{
	uint64_t words[WORDS];

	for (int tries = 0; tries < TRIES_MAX; tries++) {
		uint32_t turn = atomic_load_explicit(&place->turn, memory_order_acquire);

		if (!atomic_load_explicit(&place->taken, memory_order_acquire))
			return false;
		for (size_t i = 0; i < WORDS; i++)
			words[i] = atomic_load_explicit(&place->words[i], memory_order_acquire);
		if (!(turn & 1) && turn == atomic_load_explicit(&place->turn, memory_order_relaxed)) {
			memcpy(ret_entry, words, sizeof *ret_entry);
			return true;
		}
		(void)sched_yield();
	}
	return false;
}

static void show(struct sy_roster *roster, size_t place, const struct sy_roster_entry *entry)
{
	struct sy_roster_entry shown = *entry;

	if (!roster->show_heard)
		shown.heard[0] = '\0';
	write_place(&roster->places[place], &shown);
}

int sy_roster_enter(struct sy_roster *roster, struct sy_roster_entry *entry, size_t *ret_place)
{
	size_t place;

	if (!roster->n_free)
		return ENOSPC;
	place = roster->free[--roster->n_free];
	entry->order = ++roster->began;
	show(roster, place, entry);
	atomic_store_explicit(&roster->places[place].taken, true, memory_order_release);
	*ret_place = place;
	return 0;
}

void sy_roster_publish(struct sy_roster *roster, size_t place, struct sy_roster_entry *entry)
{
	show(roster, place, entry);
	entry->caller_dbfs = entry->ours_dbfs = SILENCE_DBFS;
}

void sy_roster_leave(struct sy_roster *roster, size_t place)
{
	struct sy_roster_entry nobody = {0};

	atomic_store_explicit(&roster->places[place].taken, false, memory_order_release);
	/* What the caller said last does not stay in memory. */
	write_place(&roster->places[place], &nobody);
	roster->free[roster->n_free++] = place;
}

static int by_order(const void *a, const void *b)
{
	const struct sy_roster_entry *left = a, *right = b;

	return (left->order > right->order) - (left->order < right->order);
}

size_t sy_roster_copy(const struct sy_roster *roster, struct sy_roster_entry *ret_entries, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < roster->max && n < max; i++)
		if (read_place(&roster->places[i], &ret_entries[n]))
			n += ret_entries[n].order != 0;
	qsort(ret_entries, n, sizeof *ret_entries, by_order);
	return n;
}

/* Tenths of a decibel are more than a meter shows. */
static double tenths(float value)
{
	return (double)(int)(value * 10 - 0.5F) / 10;
}

static json_t *entry_json(const struct sy_roster_entry *entry, bool heard)
{
	json_t *json = json_pack("{s:s, s:s, s:s, s:f, s:I, s:i, s:s?, s:f, s:s?, s:b, s:f, s:f}", "id", entry->id,
		"kind", entry->kind, "state", entry->state, "seconds", (double)entry->call_ms / 1000, "kb_version",
		(json_int_t)entry->kb_version, "turns", (int)entry->turns, "decision",
		entry->decided ? sy_decision_name(entry->decision) : NULL, "confidence", (double)entry->confidence,
		"intent", *entry->intent ? entry->intent : NULL, "speaking", entry->speaking, "caller_dbfs",
		tenths(entry->caller_dbfs), "ours_dbfs", tenths(entry->ours_dbfs));

	if (json && heard && json_object_set_new(json, "heard", json_string(entry->heard))) {
		json_decref(json);
		return NULL;
	}
	return json;
}

json_t *sy_roster_json(const struct sy_roster *roster, bool local)
{
	struct sy_roster_entry *entries = calloc(roster->max, sizeof *entries);
	json_t *array = entries ? json_array() : NULL;
	size_t n = array ? sy_roster_copy(roster, entries, roster->max) : 0;

	for (size_t i = 0; i < n; i++) {
		if (!json_array_append_new(array, entry_json(&entries[i], local && roster->show_heard)))
			continue;
		json_decref(array);
		array = NULL;
		break;
	}
	free(entries);
	return array;
}
