#include "audio/playout.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audio/frame.h"

/* Ten minutes: no prompt is longer, and a mistake cannot fill memory. */
#define QUEUED_MAX_S 600
#define FADE_MS 5

struct entry {
	struct sy_sound sound;
	struct entry *next;
};

struct sy_playout {
	int rate;
	struct entry *first, *last;
	size_t at; /* samples of the first entry that were played */
	size_t queued;
	size_t played; /* since the queue was last empty */
	bool stopping;
};

int sy_playout_create(int rate, struct sy_playout **ret_playout)
{
	if (rate != SY_RATE_LINE && rate != SY_RATE_WIDE)
		return EINVAL;
	struct sy_playout *playout = calloc(1, sizeof(*playout));
	if (!playout)
		return ENOMEM;
	playout->rate = rate;
	*ret_playout = playout;
	return 0;
}

static void drop_first(struct sy_playout *playout)
{
	struct entry *entry = playout->first;

	playout->first = entry->next;
	if (!playout->first)
		playout->last = NULL;
	playout->queued -= entry->sound.n - playout->at;
	playout->at = 0;
	sy_sound_reset(&entry->sound);
	free(entry);
}

static void drop_all(struct sy_playout *playout)
{
	while (playout->first)
		drop_first(playout);
}

void sy_playout_destroy(struct sy_playout *playout)
{
	if (!playout)
		return;
	drop_all(playout);
	free(playout);
}

int sy_playout_add(struct sy_playout *playout, struct sy_sound *sound)
{
	if (sound->rate != playout->rate)
		return EINVAL;
	if (sound->n > (size_t)QUEUED_MAX_S * (size_t)playout->rate - playout->queued)
		return E2BIG;
	struct entry *entry = calloc(1, sizeof(*entry));
	if (!entry)
		return ENOMEM;

	/* What was being stopped is gone for good: the new sound must not fade with it. */
	if (playout->stopping)
		drop_all(playout);
	playout->stopping = false;
	if (!playout->first)
		playout->played = 0;
	entry->sound = *sound;
	*sound = (struct sy_sound){0};
	playout->queued += entry->sound.n;
	if (playout->last)
		playout->last->next = entry;
	else
		playout->first = entry;
	playout->last = entry;
	return 0;
}

/* Moves up to `n` queued samples; returns how many. */
static size_t take(struct sy_playout *playout, int16_t *pcm, size_t n)
{
	size_t done = 0;

	while (playout->first) {
		const struct sy_sound *sound = &playout->first->sound;
		size_t part = sound->n - playout->at;
		if (part > n - done)
			part = n - done;
		if (part > 0)
			memcpy(pcm + done, sound->pcm + playout->at, part * sizeof(*pcm));
		done += part;
		playout->at += part;
		playout->queued -= part;
		if (playout->at < sound->n)
			break;
		drop_first(playout);
	}
	playout->played += done;
	return done;
}

static void fade_out(int16_t *pcm, size_t n, size_t fade)
{
	for (size_t i = 0; i < n; i++)
		pcm[i] = i < fade ? (int16_t)(pcm[i] * (int)(fade - i) / (int)fade) : 0;
}

bool sy_playout_frame(struct sy_playout *playout, int16_t *ret_frame)
{
	const size_t n = sy_frame_samples(playout->rate);
	const size_t done = take(playout, ret_frame, n);

	memset(ret_frame + done, 0, (n - done) * sizeof(*ret_frame));
	if (playout->stopping) {
		fade_out(ret_frame, n, (size_t)(playout->rate / 1000 * FADE_MS));
		drop_all(playout);
		playout->stopping = false;
	}
	return done > 0;
}

void sy_playout_stop(struct sy_playout *playout)
{
	playout->stopping = playout->first != NULL;
}

bool sy_playout_busy(const struct sy_playout *playout)
{
	return playout->first != NULL;
}

int sy_playout_played_ms(const struct sy_playout *playout)
{
	return (int)(playout->played * 1000 / (size_t)playout->rate);
}

int sy_playout_remaining_ms(const struct sy_playout *playout)
{
	return (int)(playout->queued * 1000 / (size_t)playout->rate);
}
