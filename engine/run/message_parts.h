/*
 * message_parts: numbers, texts and samples inside a message; for message.c alone.
 *
 * A writer and a reader remember the first failure, so fields are listed without a check after each.
 */
#ifndef SY_RUN_MESSAGE_PARTS_H
#define SY_RUN_MESSAGE_PARTS_H

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/pairs.h"
#include "base/text.h"

struct sy_message_writer {
	struct sy_text *out;
	int err;
};

static inline void put(struct sy_message_writer *writer, const void *bytes, size_t n)
{
	if (!writer->err && n)
		writer->err = sy_text_add_n(writer->out, bytes, n);
}

static inline void put_int(struct sy_message_writer *writer, int64_t value)
{
	put(writer, &value, sizeof value);
}

static inline void put_real(struct sy_message_writer *writer, double value)
{
	put(writer, &value, sizeof value);
}

/* NULL is kept apart from "". */
static inline void put_text(struct sy_message_writer *writer, const char *text)
{
	int64_t n = text ? (int64_t)strlen(text) : -1;

	put_int(writer, n);
	if (text)
		put(writer, text, (size_t)n);
}

static inline void put_samples(struct sy_message_writer *writer, const int16_t *pcm, size_t n)
{
	put_int(writer, (int64_t)n);
	put(writer, pcm, n * sizeof *pcm);
}

static inline void put_pairs(struct sy_message_writer *writer, const struct sy_pairs *pairs)
{
	put_int(writer, (int64_t)pairs->n);
	for (size_t i = 0; i < pairs->n; i++) {
		put_text(writer, pairs->at[i].name);
		put_text(writer, pairs->at[i].value);
	}
}

struct sy_message_reader {
	const uint8_t *at;
	size_t left;
	int err;
};

static inline void get(struct sy_message_reader *reader, void *ret_bytes, size_t n)
{
	if (!reader->err && n > reader->left)
		reader->err = EBADMSG;
	if (reader->err || !n)
		return;
	memcpy(ret_bytes, reader->at, n);
	reader->at += n;
	reader->left -= n;
}

static inline int64_t get_int(struct sy_message_reader *reader, int64_t min, int64_t max)
{
	int64_t value = min;

	get(reader, &value, sizeof value);
	if (value >= min && value <= max)
		return value;
	reader->err = reader->err ? reader->err : EBADMSG;
	return min;
}

static inline double get_real(struct sy_message_reader *reader)
{
	double value = 0;

	get(reader, &value, sizeof value);
	if (isfinite(value))
		return value;
	reader->err = reader->err ? reader->err : EBADMSG;
	return 0;
}

/* A real that is too large for a float would become one that is not finite. */
static inline float get_float(struct sy_message_reader *reader)
{
	const double value = get_real(reader);

	if (fabs(value) <= (double)FLT_MAX)
		return (float)value;
	reader->err = reader->err ? reader->err : EBADMSG;
	return 0;
}

/* NULL where NULL was put, or after a failure. */
static inline char *get_text(struct sy_message_reader *reader)
{
	int64_t n = get_int(reader, -1, (int64_t)reader->left);
	char *text;

	if (reader->err || n < 0)
		return NULL;
	if ((size_t)n > reader->left || memchr(reader->at, '\0', (size_t)n)) {
		reader->err = EBADMSG;
		return NULL;
	}
	text = malloc((size_t)n + 1);
	if (!text) {
		reader->err = ENOMEM;
		return NULL;
	}
	get(reader, text, (size_t)n);
	text[n] = '\0';
	return text;
}

/* The same for a text that must be there. */
static inline char *get_some_text(struct sy_message_reader *reader)
{
	char *text = get_text(reader);

	if (!text && !reader->err)
		reader->err = EBADMSG;
	return text;
}

static inline int16_t *get_samples(struct sy_message_reader *reader, size_t *ret_n)
{
	size_t n = (size_t)get_int(reader, 0, (int64_t)(reader->left / sizeof(int16_t)));
	int16_t *pcm;

	if (reader->err)
		return NULL;
	pcm = malloc(n ? n * sizeof *pcm : 1);
	if (!pcm) {
		reader->err = ENOMEM;
		return NULL;
	}
	get(reader, pcm, n * sizeof *pcm);
	*ret_n = n;
	return pcm;
}

static inline void get_pairs(struct sy_message_reader *reader, struct sy_pairs *pairs)
{
	int64_t n = get_int(reader, 0, SY_PAIRS_MAX);

	for (int64_t i = 0; i < n && !reader->err; i++) {
		char *name = get_some_text(reader);
		char *value = get_some_text(reader);

		if (!reader->err)
			reader->err = sy_pairs_set(pairs, name, value);
		free(name);
		free(value);
	}
}

#endif
