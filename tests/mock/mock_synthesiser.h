/*
 * mock_synthesiser: speaks a soft tone, SY_MOCK_CHAR_MS for each character, without a voice.
 */
#ifndef SY_MOCK_SYNTHESISER_H
#define SY_MOCK_SYNTHESISER_H

#include "engine/speak/synthesiser.h"

#define SY_MOCK_CHAR_MS 20

struct sy_mock_mouth {
	size_t n_said;
	int err; /* what every job gives, 0: sound */
};

/* `mouth` is borrowed and outlives the synthesiser. */
struct sy_synthesiser *sy_mock_synthesiser_create(struct sy_mock_mouth *mouth);

#endif
