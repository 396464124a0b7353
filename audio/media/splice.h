/*
 * splice: makes sound shorter without a click, by leaving out a whole pitch period or so. No state.
 */
#ifndef SY_AUDIO_MEDIA_SPLICE_H
#define SY_AUDIO_MEDIA_SPLICE_H

#include <stddef.h>
#include <stdint.h>

/* What it needs to look at, and the most it leaves out. */
#define SY_SPLICE_MS 40
#define SY_SPLICE_OUT_MS_MAX 20

/* Shortens pcm by 5 to SY_SPLICE_OUT_MS_MAX ms in place; returns the samples left out, 0 for less than SY_SPLICE_MS. */
size_t sy_splice_shorten(int16_t *pcm, size_t n, int rate);

#endif
