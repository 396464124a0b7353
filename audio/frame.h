/*
 * frame: the unit of time of the whole engine.
 *
 * A call is advanced 20 ms at a time. A frame is sy_frame_samples(rate) signed
 * 16-bit mono samples at the call's rate, which is SY_RATE_LINE (telephone band)
 * or SY_RATE_WIDE (microphone, G.722).
 */
#ifndef SY_AUDIO_FRAME_H
#define SY_AUDIO_FRAME_H

#include <stddef.h>
#include <stdint.h>

#define SY_FRAME_MS 20
#define SY_RATE_LINE 8000
#define SY_RATE_WIDE 16000
#define SY_FRAME_SAMPLES_MAX (SY_RATE_WIDE / 1000 * SY_FRAME_MS)

static inline size_t sy_frame_samples(int rate)
{
	return (size_t)(rate / 1000 * SY_FRAME_MS);
}

/* dBFS of a run of samples: root mean square against full scale, -96 for digital silence. */
double sy_level_dbfs(const int16_t *pcm, size_t n);

#endif
