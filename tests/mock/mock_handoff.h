/*
 * mock_handoff: a hand-off without people: says what it is told to say and keeps the last card.
 */
#ifndef SY_MOCK_HANDOFF_H
#define SY_MOCK_HANDOFF_H

#include "engine/person/handoff.h"

struct mock_handoff {
	enum sy_handed handed;
	int err;
	size_t n; /* cards so far */
	struct sy_card last;
	bool destroyed;
};

/* The mock is borrowed, outlives the hand-off, and its card is reset by the test. */
void mock_handoff_create(struct mock_handoff *mock, struct sy_handoff **ret_handoff);

#endif
