#include "base/grow.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The pointer is copied as bytes: it may point to any type, which void ** may not stand for. */
static int resize(void *array, size_t n, size_t *cap, size_t size)
{
	void *at;

	memcpy(&at, array, sizeof(at));
	at = realloc(at, n * size);
	if (at == NULL)
		return ENOMEM;
	memcpy(array, &at, sizeof(at));
	*cap = n;
	return 0;
}

int sy_grow(void *array, size_t need, size_t *cap, size_t size)
{
	size_t more = *cap ? *cap : SY_GROW_FIRST;

	if (need <= *cap)
		return 0;
	if (need > SIZE_MAX / 2 / size)
		return ENOMEM;
	while (more < need)
		more *= 2;
	return resize(array, more, cap, size);
}

int sy_shrink(void *array, size_t keep, size_t *cap, size_t size)
{
	return keep < *cap ? resize(array, keep, cap, size) : 0;
}
