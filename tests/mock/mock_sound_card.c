#include "mock_sound_card.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#define TICK_MAX 1920 /* 10 ms at 192 kHz */

struct mock_sound_card mock_card;

static void tick(struct mock_sound_card *card)
{
	int16_t in[TICK_MAX] = {0}, out[TICK_MAX];
	size_t n = (size_t)card->prm.rate / 100;

	for (size_t i = 0; i < n && card->at < card->n_in; i++)
		in[i] = card->in[card->at++];
	card->prm.tick(card->prm.user, in, out, n);
	for (size_t i = 0; i < n && card->n_out < card->n_out_max; i++)
		card->out[card->n_out++] = out[i];
	card->ticks++;
}

static void *run(void *user)
{
	struct mock_sound_card *card = user;
	const struct timespec pause = {.tv_nsec = 100000};

	while (atomic_load(&card->running)) {
		if (!atomic_load(&card->pulled_out))
			tick(card);
		nanosleep(&pause, NULL);
	}
	return NULL;
}

static int mock_open(const struct sy_sound_card_prm *prm, void **ret_card, int *ret_rate, struct sy_problem *why)
{
	if (mock_card.open_err != 0)
		return sy_problem_set(why, mock_card.open_err, "no sound card found");
	mock_card.prm = *prm;
	if (mock_card.rate != 0)
		mock_card.prm.rate = mock_card.rate;
	mock_card.opened++;
	*ret_card = &mock_card;
	*ret_rate = mock_card.prm.rate;
	return 0;
}

static int mock_start(void *state)
{
	struct mock_sound_card *card = state;

	if (card->start_err != 0)
		return card->start_err;
	card->started++;
	if (!card->threaded)
		return 0;
	atomic_store(&card->running, true);
	return pthread_create(&card->thread, NULL, run, card);
}

static void mock_wait(void *state)
{
	struct mock_sound_card *card = state;
	const struct timespec pause = {.tv_nsec = 50000};

	if (card->threaded)
		nanosleep(&pause, NULL);
	else if (!atomic_load(&card->pulled_out))
		tick(card);
}

static void mock_stop(void *state)
{
	struct mock_sound_card *card = state;

	card->stopped++;
	if (atomic_exchange(&card->running, false))
		(void)pthread_join(card->thread, NULL);
}

static void mock_close(void *state)
{
	struct mock_sound_card *card = state;

	card->closed++;
}

static int mock_list(struct sy_text *ret_list, struct sy_problem *why)
{
	if (mock_card.open_err != 0)
		return sy_problem_set(why, mock_card.open_err, "no sound card found");
	return sy_text_add(ret_list, " 0  mock\n");
}

const struct sy_sound_card_impl mock_sound_card = {
	.name = "mock",
	.open = mock_open,
	.start = mock_start,
	.wait = mock_wait,
	.stop = mock_stop,
	.close = mock_close,
	.list = mock_list,
};
