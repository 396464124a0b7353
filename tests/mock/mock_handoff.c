#include "tests/mock/mock_handoff.h"

#include <stdlib.h>

static int mock_pass(void *state, const struct sy_card *card, enum sy_handed *ret_handed, struct sy_problem *why)
{
	struct mock_handoff *mock = state;

	mock->n++;
	if (mock->err)
		return sy_problem_set(why, mock->err, "the mock reaches nobody");
	*ret_handed = mock->handed;
	return sy_card_copy(card, &mock->last);
}

static void mock_destroy(void *state)
{
	struct mock_handoff *mock = state;

	mock->destroyed = true;
}

static const struct sy_handoff_impl mock_impl = {.name = "mock", .pass = mock_pass, .destroy = mock_destroy};

void mock_handoff_create(struct mock_handoff *mock, struct sy_handoff **ret_handoff)
{
	struct sy_handoff *handoff = calloc(1, sizeof(*handoff));

	if (handoff)
		*handoff = (struct sy_handoff){.impl = &mock_impl, .state = mock};
	*ret_handoff = handoff;
}
