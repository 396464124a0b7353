#include "tools/bench_span.h"

#include "audio/frame.h"

void sy_bench_span(const struct sy_sound *sound, size_t *ret_begin, size_t *ret_end)
{
	const size_t frame = sy_frame_samples(sound->rate);
	double loudest = -96;

	*ret_begin = *ret_end = 0;
	for (size_t at = 0; at + frame <= sound->n; at += frame) {
		const double level = sy_level_dbfs(sound->pcm + at, frame);
		loudest = level > loudest ? level : loudest;
	}
	for (size_t at = 0; at + frame <= sound->n; at += frame)
		if (sy_level_dbfs(sound->pcm + at, frame) > loudest - SY_BENCH_SPAN_DB) {
			*ret_begin = *ret_end ? *ret_begin : at;
			*ret_end = at + frame;
		}
}
