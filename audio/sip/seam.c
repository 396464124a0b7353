#include "audio/sip/seam.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Read 50 times a second; a peer may send 200 messages in one. */
#define CHANGES_MAX 64

struct change {
	char key; /* '\0': the flow */
	struct sy_media_flow flow;
};

int sy_seam_init(struct sy_seam *seam, const struct sy_seam_prm *prm)
{
	*seam = (struct sy_seam){
		.pass = {prm->pass, prm->arg},
		.let_go = {prm->let_go, prm->arg},
		.errands = prm->errands,
		.silences = prm->silences,
		.tally = prm->tally,
	};
	return sy_mailbox_create(CHANGES_MAX, &seam->changes);
}

static void end_media(struct sy_seam *seam)
{
	struct sy_media_counters counters;

	if (!seam->media)
		return;
	sy_media_read_counters(seam->media, &counters);
	sy_tally_tell(seam->tally, &seam->told, &counters);
	sy_media_destroy(seam->media);
	seam->media = NULL;
}

void sy_seam_reset(struct sy_seam *seam)
{
	if (seam->changes)
		for (void *change; (change = sy_mailbox_take(seam->changes));)
			free(change);
	sy_mailbox_destroy(seam->changes);
	end_media(seam);
	seam->changes = NULL;
}

static void apply(struct sy_seam *seam, const struct change *change)
{
	/* A flow was checked by negotiation, and a key by its reader; what media still refuses stays as it was. */
	if (change->key)
		(void)sy_media_key(seam->media, change->key);
	else
		(void)sy_media_change(seam->media, &change->flow);
}

static int send_change(struct sy_seam *seam, const struct change *change)
{
	struct change *copy;
	int err;

	if (!seam->taken && !seam->media)
		return EPIPE;
	if (!seam->taken) {
		apply(seam, change);
		return 0;
	}
	copy = malloc(sizeof *copy);
	if (!copy)
		return ENOMEM;
	*copy = *change;
	err = sy_mailbox_put(seam->changes, copy);
	if (err)
		free(copy);
	return err;
}

int sy_seam_change(struct sy_seam *seam, const struct sy_media_flow *flow)
{
	struct change change = {.flow = *flow};

	return send_change(seam, &change);
}

int sy_seam_key(struct sy_seam *seam, char key)
{
	struct change change = {.key = key};

	return send_change(seam, &change);
}

int sy_seam_exchange(struct sy_seam *seam, struct sy_exchange *exchange)
{
	struct change *change;
	int err = 0;

	while ((change = sy_mailbox_take(seam->changes))) {
		apply(seam, change);
		free(change);
	}
	if (atomic_load(&seam->gone)) {
		memset(exchange->caller, 0, sizeof exchange->caller);
		exchange->keys[0] = '\0';
		exchange->gone = true;
	} else {
		err = sy_media_exchange(seam->media, exchange);
		sy_tally_frame(seam->tally, &seam->told, seam->media);
	}
	if (exchange->gone && !seam->silent && !atomic_load(&seam->gone)) {
		seam->silent = true;
		atomic_fetch_add(seam->silences, 1);
	}
	exchange->passing = (enum sy_passing)atomic_load(&seam->passing);
	return err;
}

static int bridge_exchange(void *state, struct sy_exchange *exchange)
{
	return sy_seam_exchange(state, exchange);
}

/* EBUSY while one is on its way; EINVAL for a target or key that has no room. */
static int bridge_pass(void *state, const struct sy_bridge_pass *to)
{
	struct sy_seam *seam = state;
	const char *target = to->target ? to->target : "";
	const char *case_key = to->case_key ? to->case_key : "";
	int err;

	if (atomic_load(&seam->passing) == SY_PASSING_TRYING)
		return EBUSY;
	if (strlen(target) >= sizeof seam->target || strlen(case_key) >= sizeof seam->case_key)
		return EINVAL;
	strcpy(seam->target, target);
	strcpy(seam->case_key, case_key);
	atomic_store(&seam->passing, SY_PASSING_TRYING);
	err = sy_errands_post(seam->errands, &seam->pass);
	if (err)
		atomic_store(&seam->passing, SY_PASSING_FAILED);
	return err;
}

static void bridge_destroy(void *state)
{
	struct sy_seam *seam = state;

	if (!atomic_load(&seam->bridged))
		end_media(seam);
	(void)sy_errands_post(seam->errands, &seam->let_go);
}

static const struct sy_bridge_impl impl = {
	.name = "sip",
	.exchange = bridge_exchange,
	.pass = bridge_pass,
	.destroy = bridge_destroy,
};

int sy_seam_bridge(struct sy_seam *seam, int rate, struct sy_bridge **ret_bridge)
{
	struct sy_bridge *bridge = calloc(1, sizeof *bridge);

	if (!bridge)
		return ENOMEM;
	*bridge = (struct sy_bridge){.impl = &impl, .state = seam, .rate = rate};
	*ret_bridge = bridge;
	return 0;
}
