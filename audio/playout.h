/*
 * playout: what the caller hears next, frame by frame.
 *
 * Holds a queue of sounds; each is played to its end or stopped. One thread.
 */
#ifndef SY_AUDIO_PLAYOUT_H
#define SY_AUDIO_PLAYOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "audio/sound.h"

struct sy_playout;

int sy_playout_create(int rate, struct sy_playout **ret_playout);
void sy_playout_destroy(struct sy_playout *playout);

/* Queues a sound (taken). Its rate must be the playout's: EINVAL. E2BIG past ten minutes queued. */
int sy_playout_add(struct sy_playout *playout, struct sy_sound *sound);

/* Fills one frame (silence when nothing is queued); true while it carries queued sound. */
bool sy_playout_frame(struct sy_playout *playout, int16_t *ret_frame);

/* Drops the queue after a 5 ms fade in the next frame, so that the stop does not click. */
void sy_playout_stop(struct sy_playout *playout);

bool sy_playout_busy(const struct sy_playout *playout);
int sy_playout_played_ms(const struct sy_playout *playout);    /* since the queue was last empty */
int sy_playout_remaining_ms(const struct sy_playout *playout); /* still queued */

#endif
