#include "tools/load/soak.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/hear/grammar_set.h"
#include "engine/run/shelf.h"
#include "engine/run/speech_worker.h"

void sy_soak_add(struct sy_soak *soak, const struct sy_service_sample *sample)
{
	if (soak->n == SY_SOAK_MINUTES_MAX)
		return;
	soak->memory_mb[soak->n] = sample->main_mb + sample->workers_mb;
	soak->descriptors[soak->n] = (double)sample->descriptors;
	soak->n++;
}

static int by_size(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(const double *values, size_t n)
{
	double *sorted = malloc(n * sizeof(*sorted));

	if (sorted == NULL)
		return 0;
	memcpy(sorted, values, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), by_size);
	const double middle = n % 2 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
	free(sorted);
	return middle;
}

static double growth(const double *values, size_t n)
{
	if (n < SY_SOAK_WARM_MINUTES + 4)
		return 0;
	values += SY_SOAK_WARM_MINUTES;
	n -= SY_SOAK_WARM_MINUTES;
	const size_t quarter = n / 4;
	return median(values + n - quarter, quarter) - median(values, quarter);
}

double sy_soak_growth_mb(const struct sy_soak *soak)
{
	return growth(soak->memory_mb, soak->n);
}

double sy_soak_growth_descriptors(const struct sy_soak *soak)
{
	return growth(soak->descriptors, soak->n);
}

void sy_soak_print_bounds(void)
{
	(void)printf(
		"the first %d minutes are not counted, in which caches fill: sounds that calls share, up to %u MB; in "
		"each worker unions of grammars, up to %u MB or %d of the largest, and sentences, up to %u MB\n",
		SY_SOAK_WARM_MINUTES, SY_SHELF_BYTES >> 20, SY_UNIONS_BYTES >> 20, SY_UNIONS_LARGEST,
		SY_SPEECH_WORKER_VOICE_BYTES >> 20);
}
