#include "audio/bridge.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int sy_bridge_exchange(struct sy_bridge *bridge, struct sy_exchange *exchange)
{
	memset(exchange->caller, 0, sizeof(exchange->caller));
	memset(exchange->keys, 0, sizeof(exchange->keys));
	exchange->gone = false;
	exchange->passing = SY_PASSING_NONE;
	return bridge->impl->exchange(bridge->state, exchange);
}

int sy_bridge_pass(struct sy_bridge *bridge, const struct sy_bridge_pass *to)
{
	if (bridge->impl->pass == NULL)
		return ENOTSUP;
	return bridge->impl->pass(bridge->state, to);
}

void sy_bridge_destroy(struct sy_bridge *bridge)
{
	if (bridge == NULL)
		return;
	if (bridge->impl != NULL && bridge->impl->destroy != NULL)
		bridge->impl->destroy(bridge->state);
	free(bridge);
}
