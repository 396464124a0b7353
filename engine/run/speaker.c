#include "engine/run/speaker.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

/* A card that has taken nothing for this many waits of SY_SOUND_CARD_WAIT_MS was pulled out. */
#define STALLED_WAITS 1000

struct speaker {
	struct sy_sound sound; /* at the card's rate; not changed while the card runs */
	atomic_size_t at;      /* moved by the card's thread only */
};

static void tick(void *user, const int16_t *in, int16_t *ret_out, size_t n)
{
	struct speaker *speaker = user;
	size_t at = atomic_load(&speaker->at);
	size_t left = speaker->sound.n - at;
	size_t copied = n < left ? n : left;

	(void)in;
	memcpy(ret_out, speaker->sound.pcm + at, copied * sizeof *ret_out);
	memset(ret_out + copied, 0, (n - copied) * sizeof *ret_out);
	atomic_store(&speaker->at, at + copied);
}

static bool wait_for_end(struct speaker *speaker, const struct sy_sound_card_impl *impl, void *card)
{
	size_t before = 0;
	int stalled = 0;

	while (atomic_load(&speaker->at) < speaker->sound.n && stalled < STALLED_WAITS) {
		size_t at = atomic_load(&speaker->at);

		stalled = at == before ? stalled + 1 : 0;
		before = at;
		impl->wait(card);
	}
	return stalled < STALLED_WAITS;
}

int sy_speaker_play_on(const struct sy_sound_card_impl *impl, const struct sy_sound *sound, struct sy_problem *why)
{
	struct speaker speaker = {0};
	struct sy_sound_card_prm prm = {.rate = sound->rate, .tick = tick, .user = &speaker};
	void *card = NULL;
	int rate = 0;
	int err;

	if (!sound->n)
		return 0;
	err = impl->open(&prm, &card, &rate, why);

	if (err)
		return err;
	err = sy_sound_resample(sound, rate, &speaker.sound);
	if (!err)
		err = impl->start(card);
	if (!err && !wait_for_end(&speaker, impl, card))
		err = EIO;
	if (card) {
		impl->stop(card);
		impl->close(card);
	}
	sy_sound_reset(&speaker.sound);
	return err ? sy_problem_set(why, err, "the sound card stopped: %s", strerror(err)) : 0;
}

int sy_speaker_play(const struct sy_sound *sound, struct sy_problem *why)
{
	return sy_speaker_play_on(&sy_sound_card_portaudio, sound, why);
}
