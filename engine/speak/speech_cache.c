#include "engine/speak/speech_cache.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "engine/speak/sentence.h"
#include "engine/speak/speech_folder.h"

/* Changes whenever the same text comes to sound otherwise (prompts/spoken, loudness), so that no kept sound is stale.
 */
#define MADE_BY "sayso-" SAYSO_VERSION "-2"

#define BLANKS " \t\r\n"

/* One kept sound, in a list that begins with the one used last. A few hundred at most: bounded by bytes, and looked
 * for by comparing keys, which differ early. */
struct sound {
	struct sound *next;
	struct sy_sound sound;
	size_t cost;
	char key[];
};

struct cache {
	struct sy_synthesiser *behind;   /* owned */
	struct sy_speech_folder *folder; /* owned; NULL: none */
	struct sound *first;
	size_t bytes_max;
	struct sy_speech_cache_counts counts;
};

static int make_key(const struct cache *cache, const struct sy_say_job *job, struct sy_text *ret_key)
{
	return sy_text_addf(ret_key, "%s|%s|%s|%d|%.3f|%.2f|%s", MADE_BY, cache->behind->impl->name, job->voice,
		job->rate, job->pace, job->gain_db, job->text);
}

static void drop(struct cache *cache, struct sound **at)
{
	struct sound *gone = *at;

	*at = gone->next;
	cache->counts.bytes -= gone->cost;
	cache->counts.sounds--;
	sy_sound_reset(&gone->sound);
	free(gone);
}

static const struct sound *find(struct cache *cache, const char *key)
{
	for (struct sound **at = &cache->first; *at; at = &(*at)->next) {
		struct sound *found = *at;

		if (strcmp(found->key, key) != 0)
			continue;
		*at = found->next;
		found->next = cache->first;
		cache->first = found;
		return found;
	}
	return NULL;
}

static void drop_last(struct cache *cache)
{
	struct sound **at = &cache->first;

	while ((*at)->next)
		at = &(*at)->next;
	drop(cache, at);
}

/* Keeps a copy; without memory for it the sound is simply made again next time. */
static void keep(struct cache *cache, const char *key, const struct sy_sound *sound)
{
	size_t len = strlen(key), cost = sizeof(struct sound) + len + 1 + sound->n * sizeof(*sound->pcm);
	struct sound *kept;

	if (cost > cache->bytes_max)
		return;
	kept = calloc(1, sizeof(*kept) + len + 1);
	if (!kept)
		return;
	if (sy_sound_copy(sound, &kept->sound)) {
		free(kept);
		return;
	}
	memcpy(kept->key, key, len + 1);
	kept->cost = cost;
	kept->next = cache->first;
	cache->first = kept;
	cache->counts.bytes += cost;
	cache->counts.sounds++;
	while (cache->counts.bytes > cache->bytes_max)
		drop_last(cache);
}

/* From the folder or the synthesiser. */
static int make(struct cache *cache, const char *key, const struct sy_say_job *job, struct sy_sound *ret_sound,
	struct sy_problem *why)
{
	int err;

	if (cache->folder && sy_speech_folder_get(cache->folder, key, ret_sound)) {
		cache->counts.folder_hits++;
		return 0;
	}
	err = sy_synthesiser_say(cache->behind, job, ret_sound, why);
	if (err)
		return err;
	cache->counts.misses++;
	if (cache->folder)
		sy_speech_folder_put(cache->folder, key, ret_sound);
	return 0;
}

static int say_sentence(
	struct cache *cache, const struct sy_say_job *job, struct sy_sound *ret_sound, struct sy_problem *why)
{
	struct sy_text key = {0};
	const struct sound *found;
	int err = make_key(cache, job, &key);

	if (err)
		goto out;
	found = find(cache, key.s);
	if (found) {
		err = sy_sound_copy(&found->sound, ret_sound);
		cache->counts.memory_hits += !err;
		goto out;
	}
	err = make(cache, key.s, job, ret_sound, why);
	if (!err)
		keep(cache, key.s, ret_sound);
out:
	sy_text_reset(&key);
	return err;
}

/* A sentence without the blanks around it and with single ones inside, so that it is the same in every text. */
static int take_sentence(const char *at, size_t n, struct sy_text *ret_sentence)
{
	const char *end = at + n;
	int err = sy_text_add(ret_sentence, "");

	while (!err) {
		const char *word = at + strspn(at, BLANKS);
		size_t len = strcspn(word, BLANKS);

		if (word >= end || !len)
			return 0;
		err = sy_text_addf(ret_sentence, "%s%.*s", ret_sentence->len ? " " : "", (int)len, word);
		at = word + len;
	}
	return err;
}

static int add_silence(struct sy_sound *sound, double ms)
{
	size_t n = (size_t)(sound->rate * ms / 1000);
	int16_t *silence = n ? calloc(n, sizeof(*silence)) : NULL;
	int err = silence ? sy_sound_append(sound, silence, n) : n ? ENOMEM : 0;

	free(silence);
	return err;
}

static int add_sentence(
	struct cache *cache, const struct sy_say_job *job, size_t n, struct sy_sound *sound, struct sy_problem *why)
{
	struct sy_say_job part = *job;
	struct sy_sound said = {0};
	struct sy_text text = {0};
	int err = take_sentence(job->text, n, &text);

	part.text = sy_text_str(&text);
	if (!err)
		err = say_sentence(cache, &part, &said, why);
	if (!err)
		err = sy_sound_append(sound, said.pcm, said.n);
	if (!err)
		err = add_silence(sound, sy_say_gap(job->text, n) / job->pace);
	sy_sound_reset(&said);
	sy_text_reset(&text);
	return err;
}

static int say(void *state, const struct sy_say_job *job, struct sy_sound *ret_sound, struct sy_problem *why)
{
	struct sy_say_job rest = *job;
	struct sy_sound sound = {.rate = job->rate};
	int err = 0;

	for (size_t n; !err && (n = sy_say_split(rest.text)); rest.text += n)
		err = add_sentence(state, &rest, n, &sound, why);
	if (err)
		sy_sound_reset(&sound);
	else
		*ret_sound = sound;
	return err;
}

static void destroy(void *state)
{
	struct cache *cache = state;

	while (cache->first)
		drop(cache, &cache->first);
	sy_speech_folder_close(cache->folder);
	sy_synthesiser_destroy(cache->behind);
	free(cache);
}

static const struct sy_synthesiser_impl impl = {
	.name = "cache",
	.say = say,
	.destroy = destroy,
};

int sy_speech_cache_create(struct sy_synthesiser *behind, const char *folder, struct sy_synthesiser **ret_synthesiser,
	struct sy_problem *why)
{
	struct sy_synthesiser *synthesiser = calloc(1, sizeof(*synthesiser));
	struct cache *cache = calloc(1, sizeof(*cache));

	if (!synthesiser || !cache) {
		free(synthesiser);
		free(cache);
		sy_synthesiser_destroy(behind); /* taken, also on failure */
		return sy_problem_set(why, ENOMEM, "no memory for a speech cache");
	}
	cache->behind = behind;
	cache->bytes_max = SY_SPEECH_CACHE_BYTES;
	cache->folder = folder ? sy_speech_folder_open(folder) : NULL;
	*synthesiser = (struct sy_synthesiser){.impl = &impl, .state = cache};
	*ret_synthesiser = synthesiser;
	return 0;
}

struct sy_speech_cache_counts sy_speech_cache_counts(const struct sy_synthesiser *cache)
{
	const struct cache *state = cache->state;

	return state->counts;
}

void sy_speech_cache_keep(struct sy_synthesiser *cache, size_t memory)
{
	struct cache *state = cache->state;

	state->bytes_max = memory;
}

void sy_speech_cache_bound(struct sy_synthesiser *cache, size_t memory, unsigned long long folder, unsigned files)
{
	struct cache *state = cache->state;

	sy_speech_cache_keep(cache, memory);
	if (state->folder)
		sy_speech_folder_bound(state->folder, folder, files);
}
