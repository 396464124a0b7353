#include "engine/person/handoff.h"

#include <stdlib.h>

int sy_handoff_pass(
	struct sy_handoff *handoff, const struct sy_card *card, enum sy_handed *ret_handed, struct sy_problem *why)
{
	return handoff->impl->pass(handoff->state, card, ret_handed, why);
}

int sy_handoff_settle(struct sy_handoff *handoff, struct sy_problem *why)
{
	return handoff->impl->settle ? handoff->impl->settle(handoff->state, why) : 0;
}

void sy_handoff_destroy(struct sy_handoff *handoff)
{
	if (!handoff)
		return;
	if (handoff->impl && handoff->impl->destroy)
		handoff->impl->destroy(handoff->state);
	free(handoff);
}
