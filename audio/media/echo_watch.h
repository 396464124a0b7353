/*
 * echo_watch: does our own sound come back to us, and how late?
 *
 * The caller's sound is correlated with ours at every delay up to SY_ECHO_WATCH_LAG_MS, at 4 kHz and over some 50 ms:
 * an echo explains 0.8 of the sound and more, always at the same delay; of a real voice our own explains up to 0.4
 * by chance, at a delay that jumps about (prompts against 50 people of recorded calls). So an echo is known for sure
 * after three frames, 60 ms, which is before a voice over a prompt is believed. Costs nothing while either side is
 * silent. One thread.
 */
#ifndef SY_AUDIO_MEDIA_ECHO_WATCH_H
#define SY_AUDIO_MEDIA_ECHO_WATCH_H

#include <stdbool.h>
#include <stdint.h>

/* 200 ms of the line and back, and what both ends keep against jitter. */
#define SY_ECHO_WATCH_LAG_MS 320

struct sy_echo_watch;

/* SY_RATE_LINE or SY_RATE_WIDE. */
int sy_echo_watch_create(int rate, struct sy_echo_watch **ret_watch);
void sy_echo_watch_destroy(struct sy_echo_watch *watch);

struct sy_echo_watch_seen {
	double share;  /* of the caller's sound that ours explains, 0 to 1 */
	double lag_ms; /* with this delay */
	bool likely;   /* more than a real voice's sound ever is, be it that the delay is not sure yet */
	bool found;    /* it is an echo */
};

/* A frame of ours, each tick, also when it is silence. */
void sy_echo_watch_ours(struct sy_echo_watch *watch, const int16_t *frame);
/* The caller's frame of the same tick, where it is loud enough to matter. */
void sy_echo_watch_caller(struct sy_echo_watch *watch, const int16_t *frame, struct sy_echo_watch_seen *ret_seen);

#endif
