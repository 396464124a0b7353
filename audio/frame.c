#include "audio/frame.h"

#include <math.h>

/* The noise of 16 bits themselves; a level below it means digital silence. */
#define SILENCE_DBFS (-96.0)
#define FULL_SCALE 32768.0

double sy_level_dbfs(const int16_t *pcm, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)pcm[i] * pcm[i];
	if (sum <= 0)
		return SILENCE_DBFS;
	double level = 10 * log10(sum / (double)n / (FULL_SCALE * FULL_SCALE));
	return level > SILENCE_DBFS ? level : SILENCE_DBFS;
}
