#include "grammars/soundalike.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

#define PARTS (SY_SOUNDALIKE_CHANGES + 1)

/* One part of one phrase's row of classes. */
struct part {
	uint64_t key; /* of its length, its number and its classes */
	uint32_t phrase;
};

struct row {
	uint8_t class[SY_SOUNDS_MAX];
	size_t n;
};

struct finding {
	const struct sy_confusions *confusions;
	const struct sy_sounding *phrases;
	size_t n;
	double least;
	struct row *rows;
	struct part *parts;
	uint32_t *seen; /* by phrase: the one that it was compared with last, + 1 */
	struct sy_soundalike *pairs;
	size_t n_pairs;
	size_t room;
};

/* FNV-1a, 64 bits. */
static uint64_t add_to_key(uint64_t key, const uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		key = (key ^ bytes[i]) * 1099511628211u;
	return key;
}

static uint64_t key_of(size_t length, size_t part, const uint8_t *classes, size_t n)
{
	const uint8_t head[] = {(uint8_t)length, (uint8_t)part};

	return add_to_key(add_to_key(14695981039346656037u, head, sizeof(head)), classes, n);
}

/* Where part `part` of a row of `length` begins; part PARTS begins at its end. */
static size_t part_begin(size_t length, size_t part)
{
	return length * part / PARTS;
}

static int by_key(const void *a, const void *b)
{
	const struct part *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return (x->phrase > y->phrase) - (x->phrase < y->phrase);
}

static int make_index(struct finding *finding)
{
	finding->rows = calloc(finding->n + 1, sizeof(*finding->rows));
	finding->parts = calloc(finding->n * PARTS + 1, sizeof(*finding->parts));
	finding->seen = calloc(finding->n + 1, sizeof(*finding->seen));
	if (!finding->rows || !finding->parts || !finding->seen)
		return ENOMEM;
	for (size_t i = 0; i < finding->n; i++) {
		const struct sy_sounding *phrase = &finding->phrases[i];
		struct row *row = &finding->rows[i];

		row->n = phrase->n < SY_SOUNDS_MAX ? phrase->n : SY_SOUNDS_MAX;
		for (size_t k = 0; k < row->n; k++)
			row->class[k] = sy_confusions_class(finding->confusions, phrase->sounds[k]);
		for (size_t part = 0; part < PARTS; part++) {
			size_t begin = part_begin(row->n, part), end = part_begin(row->n, part + 1);

			finding->parts[i * PARTS + part] = (struct part){
				.key = key_of(row->n, part, row->class + begin, end - begin), .phrase = (uint32_t)i};
		}
	}
	qsort(finding->parts, finding->n * PARTS, sizeof(*finding->parts), by_key);
	return 0;
}

static int keep(struct finding *finding, size_t said, size_t heard, double error)
{
	int err = SY_GROW(&finding->pairs, finding->n_pairs + 1, &finding->room);

	if (!err)
		finding->pairs[finding->n_pairs++] = (struct sy_soundalike){.a = said, .b = heard, .error = error};
	return err;
}

static int compare(struct finding *finding, size_t i, size_t k)
{
	const struct sy_sounding *a = &finding->phrases[i], *b = &finding->phrases[k];
	double there, back;

	if (finding->seen[k] == i + 1 || a->group == b->group)
		return 0;
	finding->seen[k] = (uint32_t)i + 1;
	there = sy_confusions_error(finding->confusions, a->sounds, a->n, b->sounds, b->n);
	back = sy_confusions_error(finding->confusions, b->sounds, b->n, a->sounds, a->n);
	if (there < finding->least && back < finding->least)
		return 0;
	return there > back ? keep(finding, i, k, there) : keep(finding, k, i, back);
}

/* The first part with this key, or where it would stand. */
static size_t find_key(const struct finding *finding, uint64_t key)
{
	size_t low = 0, high = finding->n * PARTS;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (finding->parts[middle].key < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Phrases of one length that have this part where row i has it nearly at the same place. Of two phrases the longer one,
 * or of equals the later one, asks for the other. */
static int look_for_part(struct finding *finding, size_t i, size_t length, size_t part)
{
	const struct row *row = &finding->rows[i];
	size_t begin = part_begin(length, part), n = part_begin(length, part + 1) - begin;
	size_t from = begin > SY_SOUNDALIKE_CHANGES ? begin - SY_SOUNDALIKE_CHANGES : 0;
	int err = 0;

	for (size_t at = from; at <= begin + SY_SOUNDALIKE_CHANGES && at + n <= row->n && !err; at++) {
		uint64_t key = key_of(length, part, row->class + at, n);

		for (size_t p = find_key(finding, key); p < finding->n * PARTS && finding->parts[p].key == key && !err;
			p++) {
			size_t k = finding->parts[p].phrase;

			if (finding->rows[k].n < row->n || k < i)
				err = compare(finding, i, k);
		}
	}
	return err;
}

static int look_for_alike(struct finding *finding, size_t i)
{
	size_t n = finding->rows[i].n;
	size_t length = n > SY_SOUNDALIKE_CHANGES ? n - SY_SOUNDALIKE_CHANGES : 0;
	int err = 0;

	for (; length <= n && !err; length++)
		for (size_t part = 0; part < PARTS && !err; part++)
			err = look_for_part(finding, i, length, part);
	return err;
}

static int by_error(const void *a, const void *b)
{
	const struct sy_soundalike *x = a, *y = b;

	if (x->error != y->error)
		return x->error > y->error ? -1 : 1;
	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	return (x->b > y->b) - (x->b < y->b);
}

int sy_soundalikes_find(const struct sy_confusions *confusions, const struct sy_sounding *phrases, size_t n,
	double least, struct sy_soundalike **ret_pairs, size_t *ret_n)
{
	struct finding finding = {.confusions = confusions, .phrases = phrases, .n = n, .least = least};
	int err = n > SY_SOUNDALIKE_PHRASES_MAX ? E2BIG : make_index(&finding);

	for (size_t i = 0; i < n && !err; i++)
		err = look_for_alike(&finding, i);
	free(finding.rows);
	free(finding.parts);
	free(finding.seen);
	if (err) {
		free(finding.pairs);
		return err;
	}
	if (finding.n_pairs)
		qsort(finding.pairs, finding.n_pairs, sizeof(*finding.pairs), by_error);
	*ret_pairs = finding.pairs;
	*ret_n = finding.n_pairs;
	return 0;
}
