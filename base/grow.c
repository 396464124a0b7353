#include "base/grow.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int sy_grow(void *array, size_t need, size_t *cap, size_t size)
{
	size_t more = *cap ? *cap : SY_GROW_FIRST;
	void *at;

	if (need <= *cap)
		return 0;
	if (need > SIZE_MAX / 2 / size)
		return ENOMEM;
	while (more < need)
		more *= 2;
	/* The pointer is copied as bytes: it may point to any type, which void ** may not stand for. */
	memcpy(&at, array, sizeof(at));
	at = realloc(at, more * size);
	if (at == NULL)
		return ENOMEM;
	memcpy(array, &at, sizeof(at));
	*cap = more;
	return 0;
}
