/*
 * soak: whether a service grows while it runs for hours: its memory and descriptors, looked at each minute.
 *
 * Plain value, zeroed at first. One thread.
 */
#ifndef SY_TOOLS_LOAD_SOAK_H
#define SY_TOOLS_LOAD_SOAK_H

#include <stddef.h>

#include "tools/load/service.h"

/* A week. */
#define SY_SOAK_MINUTES_MAX (7 * 24 * 60)
/* Not looked at: caches fill, each up to its bound (sy_soak_print_bounds()), and memory is fetched once that is kept.
 */
#define SY_SOAK_WARM_MINUTES 15
/* Growth of the last quarter over the first that still is flat: a page here and there, one call more up. */
#define SY_SOAK_FLAT_MB 2.0
#define SY_SOAK_FLAT_DESCRIPTORS 2.0

struct sy_soak {
	double memory_mb[SY_SOAK_MINUTES_MAX];
	double descriptors[SY_SOAK_MINUTES_MAX];
	size_t n;
};

/* Descriptors less what each call up holds are what may leak. */
void sy_soak_add(struct sy_soak *soak, const struct sy_service_sample *sample);
/* Medians of the last quarter less those of the first; 0 while there are fewer than 4 minutes after warming. */
double sy_soak_growth_mb(const struct sy_soak *soak);
double sy_soak_growth_descriptors(const struct sy_soak *soak);
/* What fills by design while it warms. */
void sy_soak_print_bounds(void);

#endif
