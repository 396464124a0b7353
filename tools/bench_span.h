/*
 * bench_span: where in a recording someone speaks. No state.
 */
#ifndef SY_TOOLS_BENCH_SPAN_H
#define SY_TOOLS_BENCH_SPAN_H

#include "audio/sound.h"

/* How far below its loudest 20 ms a recording still has speech: the weakest consonants of a quiet recording. */
#define SY_BENCH_SPAN_DB 30

/* First and one past the last sample of the 20 ms that are within SY_BENCH_SPAN_DB of the loudest; both 0 where there
 * are none. */
void sy_bench_span(const struct sy_sound *sound, size_t *ret_begin, size_t *ret_end);

#endif
