#include "audio/frame.h"

#include <math.h>

/* The noise of 16 bits themselves; a level below it means digital silence. */
#define SILENCE_DBFS (-96.0)
#define FULL_SCALE 32768.0

double sy_level_dbfs(const int16_t *pcm, size_t n)
{
	uint64_t sum = 0;

	/* Two squares fit 32 bits without a sign. */
	for (size_t i = 0; i + 1 < n; i += 2)
		sum += (uint32_t)(pcm[i] * pcm[i]) + (uint32_t)(pcm[i + 1] * pcm[i + 1]);
	if (n % 2)
		sum += (uint32_t)(pcm[n - 1] * pcm[n - 1]);
	if (sum == 0)
		return SILENCE_DBFS;
	double level = 10 * log10((double)sum / (double)n / (FULL_SCALE * FULL_SCALE));
	return level > SILENCE_DBFS ? level : SILENCE_DBFS;
}
