/*
 * echo: takes our own sound out of the caller's, so that a prompt that comes back does not interrupt itself and a
 * caller who speaks over it is understood.
 *
 * Nothing is touched on a line without an echo, which is most of them. Where echo_watch finds one, speexdsp's
 * canceller is set to its delay; it needs a second or so to learn the line, and meanwhile frames that our own sound
 * explains are turned down. Works while we sound and SY_ECHO_WATCH_LAG_MS longer. One thread.
 *
 * Cost a frame at 8 kHz: below 1 us while one side is silent, 18 us while both sound, and 35 to 100 us more on a line
 * with an echo (twice that at 16 kHz); memory 27 kB, on a line with an echo 40 kB more (80 kB at 16 kHz).
 */
#ifndef SY_AUDIO_MEDIA_ECHO_H
#define SY_AUDIO_MEDIA_ECHO_H

#include <stdbool.h>
#include <stdint.h>

struct sy_echo;

/* SY_RATE_LINE or SY_RATE_WIDE. */
int sy_echo_create(int rate, struct sy_echo **ret_echo);
void sy_echo_destroy(struct sy_echo *echo);

/* Each tick: what is sent now and what has just come; the caller's frame is changed in place. */
void sy_echo_frame(struct sy_echo *echo, const int16_t *ours, int16_t *caller);

/* The echo's delay here, or -1 while none was found. */
int sy_echo_delay_ms(const struct sy_echo *echo);

#endif
