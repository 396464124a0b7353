/*
 * bench_span: where in a recording someone speaks. No state.
 */
#ifndef SY_TOOLS_BENCH_SPAN_H
#define SY_TOOLS_BENCH_SPAN_H

#include "audio/sound.h"

/* How far below its loudest 20 ms a recording still has speech: the weakest consonants of a quiet recording. */
#define SY_BENCH_SPAN_DB 30
/* How far a room's noise, which a tenth of the 20 ms do not exceed, may come up to that; what is above
 * the second figure below the loudest is speech in any room (none of the recordings is noisier). */
#define SY_BENCH_SPAN_NOISE_DB 10
#define SY_BENCH_SPAN_SURE_DB 20
/* Where it begins and ends there is no longer gap: a closed "t" lasts 80 ms, a breath or a knock lies further off. */
#define SY_BENCH_SPAN_GAP_MS 100
/* So short a sound by itself is a click of the line or the lips, however loud: no vowel is over in it. */
#define SY_BENCH_SPAN_CLICK_MS 40

/* First and one past the last sample of its speech, in whole 20 ms; both 0 where there is none. */
void sy_bench_span(const struct sy_sound *sound, size_t *ret_begin, size_t *ret_end);

#endif
