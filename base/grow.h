/*
 * grow: room in an array that is filled one by one and never told how far.
 *
 * Owner: whoever holds the array; it is freed with free(). NULL and a capacity of 0 are an empty one.
 * The capacity doubles from SY_GROW_FIRST, a power of two, so that n additions copy at most 2 n elements.
 * How many elements there may be is the caller's to bound.
 *
 * Errors: ENOMEM, also for more than half the bytes a size_t counts; the array and its capacity are then as they were.
 */
#ifndef SY_BASE_GROW_H
#define SY_BASE_GROW_H

#include <stddef.h>

#define SY_GROW_FIRST 64 /* what a short list takes: seldom more than a few hundred bytes to spare */

/* `array` is the address of the pointer; room for at least `need` elements. */
#define SY_GROW(array, need, cap) sy_grow((array), (need), (cap), sizeof **(array))

/* `array` points to a pointer to elements of `size` bytes: SY_GROW() sees to that. */
int sy_grow(void *array, size_t need, size_t *cap, size_t size);

/* Gives back the room behind the first `keep` elements, at least 1, which there is room for. */
#define SY_SHRINK(array, keep, cap) sy_shrink((array), (keep), (cap), sizeof **(array))
int sy_shrink(void *array, size_t keep, size_t *cap, size_t size);

#endif
