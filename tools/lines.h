/*
 * lines: sends a recording down a telephone line drawn at random, as one of many callers would.
 *
 * Room, level, band, noise (made up, recorded, or other people of the corpus), coding, packet loss; and the voice a
 * little quicker or slower, higher or lower. The same seed draws the same line.
 */
#ifndef SY_TOOLS_LINES_H
#define SY_TOOLS_LINES_H

#include "tools/corpus.h"

struct sy_line_drawn {
	struct sy_sound sound; /* at 8 kHz */
	double speed;          /* frame t of it was frame t * speed of the recording */
};

/* plain: level and coding only, nothing drawn (what a good line makes of it). */
int sy_lines_draw(const struct sy_corpus *corpus, const struct sy_utterance *utterance, uint64_t seed, bool plain,
	struct sy_line_drawn *ret_drawn);

#endif
