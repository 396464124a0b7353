#include "audio/audiosocket.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static const int rates[] = {8000, 12000, 16000, 24000, 32000, 44100, 48000, 96000, 192000};
#define RATES (sizeof(rates) / sizeof(rates[0]))

int sy_audiosocket_rate(uint8_t kind)
{
	return kind >= SY_AUDIOSOCKET_PCM && kind <= SY_AUDIOSOCKET_PCM_LAST ? rates[kind - SY_AUDIOSOCKET_PCM] : 0;
}

uint8_t sy_audiosocket_kind_of(int rate)
{
	for (size_t i = 0; i < RATES; i++)
		if (rates[i] == rate)
			return (uint8_t)(SY_AUDIOSOCKET_PCM + i);
	return 0;
}

static int check_header(uint8_t kind, size_t length, struct sy_problem *why)
{
	static const struct {
		uint8_t kind;
		size_t min, max;
	} lengths[] = {
		/* An error's code may be left out; so may, in the first protocol, the payload of silence. */
		{SY_AUDIOSOCKET_HANG_UP, 0, 0},
		{SY_AUDIOSOCKET_UUID, SY_AUDIOSOCKET_UUID_BYTES, SY_AUDIOSOCKET_UUID_BYTES},
		{SY_AUDIOSOCKET_SILENCE, 0, SY_AUDIOSOCKET_UUID_BYTES},
		{SY_AUDIOSOCKET_KEY, 1, 1},
		{SY_AUDIOSOCKET_ERROR, 0, SY_AUDIOSOCKET_UUID_BYTES},
	};

	if (sy_audiosocket_rate(kind) != 0)
		return length % sizeof(int16_t) == 0
			       ? 0
			       : sy_problem_set(why, EPROTO, "%zu bytes of sound are not whole samples", length);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++)
		if (lengths[i].kind == kind)
			return length >= lengths[i].min && length <= lengths[i].max
				       ? 0
				       : sy_problem_set(
						 why, EPROTO, "a message of kind %02x has %zu bytes", kind, length);
	return sy_problem_set(why, EPROTO, "a message is of kind %02x, which does not exist", kind);
}

static int16_t sample_of(const uint8_t *bytes)
{
	return (int16_t)(uint16_t)(bytes[0] | bytes[1] << 8);
}

/* Takes up to a piece of the sound; returns how many bytes. */
static size_t read_sound(
	struct sy_audiosocket_reader *reader, const uint8_t *bytes, size_t n, const struct sy_audiosocket_found *found)
{
	int16_t piece[SY_AUDIOSOCKET_PIECE_MAX];
	const int rate = sy_audiosocket_rate(reader->header[0]);
	size_t at = 0, made = 0;

	n = n < reader->left ? n : reader->left;
	if (reader->n_payload == 1) {
		const uint8_t both[2] = {reader->payload[0], bytes[0]};
		piece[made++] = sample_of(both);
		reader->n_payload = 0;
		at = 1;
	}
	while (at + 1 < n && made < SY_AUDIOSOCKET_PIECE_MAX) {
		piece[made++] = sample_of(bytes + at);
		at += 2;
	}
	if (at + 1 == n && made < SY_AUDIOSOCKET_PIECE_MAX) {
		reader->payload[0] = bytes[at++];
		reader->n_payload = 1;
	}
	if (made > 0)
		found->sound(found->arg, rate, piece, made);
	reader->left -= at;
	return at;
}

static size_t read_payload(struct sy_audiosocket_reader *reader, const uint8_t *bytes, size_t n)
{
	n = n < reader->left ? n : reader->left;
	memcpy(reader->payload + reader->n_payload, bytes, n);
	reader->n_payload = (uint8_t)(reader->n_payload + n);
	reader->left -= n;
	return n;
}

static void end_message(struct sy_audiosocket_reader *reader, const struct sy_audiosocket_found *found)
{
	const struct sy_audiosocket_reader whole = *reader;

	*reader = (struct sy_audiosocket_reader){0};
	if (sy_audiosocket_rate(whole.header[0]) == 0)
		found->message(found->arg, whole.header[0], whole.payload, whole.n_payload);
}

int sy_audiosocket_read(struct sy_audiosocket_reader *reader, const uint8_t *bytes, size_t n,
	const struct sy_audiosocket_found *found, struct sy_problem *why)
{
	size_t at = 0;

	while (at < n) {
		if (reader->n_header < SY_AUDIOSOCKET_HEADER_BYTES) {
			reader->header[reader->n_header++] = bytes[at++];
			if (reader->n_header < SY_AUDIOSOCKET_HEADER_BYTES)
				continue;
			reader->left = (size_t)reader->header[1] << 8 | reader->header[2];
			int err = check_header(reader->header[0], reader->left, why);
			if (err != 0)
				return err;
		} else if (sy_audiosocket_rate(reader->header[0]) != 0) {
			at += read_sound(reader, bytes + at, n - at, found);
		} else {
			at += read_payload(reader, bytes + at, n - at);
		}
		if (reader->left == 0)
			end_message(reader, found);
	}
	return 0;
}

bool sy_audiosocket_within(const struct sy_audiosocket_reader *reader)
{
	return reader->n_header > 0;
}

static size_t write_header(uint8_t kind, size_t n, uint8_t *ret_bytes)
{
	ret_bytes[0] = kind;
	ret_bytes[1] = (uint8_t)(n >> 8);
	ret_bytes[2] = (uint8_t)n;
	return SY_AUDIOSOCKET_HEADER_BYTES;
}

size_t sy_audiosocket_write(uint8_t kind, const void *payload, size_t n, uint8_t *ret_bytes)
{
	const size_t at = write_header(kind, n, ret_bytes);

	if (n > 0)
		memcpy(ret_bytes + at, payload, n);
	return at + n;
}

size_t sy_audiosocket_write_sound(int rate, const int16_t *pcm, size_t n, uint8_t *ret_bytes)
{
	size_t at = write_header(sy_audiosocket_kind_of(rate), n * sizeof(*pcm), ret_bytes);

	for (size_t i = 0; i < n; i++) {
		const uint16_t sample = (uint16_t)pcm[i];
		ret_bytes[at++] = (uint8_t)sample;
		ret_bytes[at++] = (uint8_t)(sample >> 8);
	}
	return at;
}

/* A UUID's text has hyphens before these bytes (RFC 9562, section 4). */
static bool hyphen_before(size_t byte)
{
	return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

void sy_audiosocket_uuid_text(const uint8_t *uuid, char *ret_text)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < SY_AUDIOSOCKET_UUID_BYTES; i++) {
		if (hyphen_before(i))
			*ret_text++ = '-';
		*ret_text++ = digits[uuid[i] >> 4];
		*ret_text++ = digits[uuid[i] & 15];
	}
	*ret_text = '\0';
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	const int low = tolower((unsigned char)c);
	return low >= 'a' && low <= 'f' ? low - 'a' + 10 : -1;
}

int sy_audiosocket_uuid_parse(const char *text, uint8_t *ret_uuid)
{
	uint8_t uuid[SY_AUDIOSOCKET_UUID_BYTES];

	for (size_t i = 0; i < SY_AUDIOSOCKET_UUID_BYTES; i++) {
		if (hyphen_before(i) && *text++ != '-')
			return EINVAL;
		const int high = digit_of(text[0]);
		const int low = high < 0 ? -1 : digit_of(text[1]);
		if (low < 0)
			return EINVAL;
		uuid[i] = (uint8_t)(high << 4 | low);
		text += 2;
	}
	if (*text != '\0')
		return EINVAL;
	memcpy(ret_uuid, uuid, sizeof(uuid));
	return 0;
}
