/*
 * speech_cache: what a speech cache did, for tests and measurements. It is made by sy_speech_cache_create()
 * (synthesiser.h) and used as any synthesiser.
 */
#ifndef SY_SPEAK_SPEECH_CACHE_H
#define SY_SPEAK_SPEECH_CACHE_H

#include "engine/speak/synthesiser.h"

#define SY_SPEECH_CACHE_BYTES (8u << 20) /* in memory: eight minutes at the telephone's rate */

struct sy_speech_cache_counts {
	unsigned long long memory_hits;
	unsigned long long folder_hits;
	unsigned long long misses; /* synthesised */
	size_t bytes;              /* samples in memory now */
	size_t sounds;
};

/* `cache` is one that sy_speech_cache_create() made. */
struct sy_speech_cache_counts sy_speech_cache_counts(const struct sy_synthesiser *cache);

/* Another bound in memory, before anything was said. */
void sy_speech_cache_keep(struct sy_synthesiser *cache, size_t memory);
/* Smaller bounds, for tests. */
void sy_speech_cache_bound(struct sy_synthesiser *cache, size_t memory, unsigned long long folder, unsigned files);

#endif
