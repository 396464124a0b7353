/*
 * audiosocket: the messages that Asterisk's AudioSocket carries over TCP, read and written.
 *
 * A message is its kind (1 byte), the length of its payload (2 bytes, big-endian) and the payload; sound is signed
 * 16-bit little-endian mono. Source: Asterisk 22, include/asterisk/res_audiosocket.h and the page "AudioSocket" of its
 * documentation.
 *
 * The reader takes bytes in pieces of any size and keeps what is not whole yet; plain value, one thread.
 */
#ifndef SY_AUDIO_AUDIOSOCKET_H
#define SY_AUDIO_AUDIOSOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"

enum sy_audiosocket_kind {
	SY_AUDIOSOCKET_HANG_UP = 0x00,
	SY_AUDIOSOCKET_UUID = 0x01,
	SY_AUDIOSOCKET_SILENCE = 0x02, /* of the first protocol (2019): nothing was said; taken, never sent */
	SY_AUDIOSOCKET_KEY = 0x03,
	SY_AUDIOSOCKET_PCM = 0x10,      /* 8 kHz */
	SY_AUDIOSOCKET_PCM_LAST = 0x18, /* 192 kHz */
	SY_AUDIOSOCKET_ERROR = 0xff,
};

#define SY_AUDIOSOCKET_HEADER_BYTES 3
#define SY_AUDIOSOCKET_UUID_BYTES 16
#define SY_AUDIOSOCKET_UUID_TEXT_BYTES 37
/* The length field's own limit: 4 s at 8 kHz. */
#define SY_AUDIOSOCKET_PAYLOAD_MAX 65535
/* Sound is handed on in pieces of at most so many samples, whatever the message's length. */
#define SY_AUDIOSOCKET_PIECE_MAX 512

/* The rate of a kind of sound: 8000, 12000, 16000, 24000, 32000, 44100, 48000, 96000, 192000; 0 for other kinds. */
int sy_audiosocket_rate(uint8_t kind);
/* The kind that carries sound of a rate; 0 where none does. */
uint8_t sy_audiosocket_kind_of(int rate);

/* What the reader found; called during sy_audiosocket_read(). */
struct sy_audiosocket_found {
	void (*sound)(void *arg, int rate, const int16_t *pcm, size_t n);
	/* Whole messages of the other kinds, their length already checked. */
	void (*message)(void *arg, uint8_t kind, const uint8_t *payload, size_t n);
	void *arg;
};

struct sy_audiosocket_reader {
	uint8_t header[SY_AUDIOSOCKET_HEADER_BYTES];
	uint8_t n_header;
	uint8_t payload[SY_AUDIOSOCKET_UUID_BYTES]; /* of other kinds than sound; of sound, half a sample */
	uint8_t n_payload;
	size_t left; /* of the payload, not seen yet */
};

/* A zeroed reader stands before a message. EPROTO: unknown kind, or a length its kind cannot have (`why` names it);
 * the stream cannot be read on. */
int sy_audiosocket_read(struct sy_audiosocket_reader *reader, const uint8_t *bytes, size_t n,
	const struct sy_audiosocket_found *found, struct sy_problem *why);
/* True while a message has begun and not ended. */
bool sy_audiosocket_within(const struct sy_audiosocket_reader *reader);

/* Writes header and payload together; ret_bytes has room for SY_AUDIOSOCKET_HEADER_BYTES more than the payload, which
 * is at most SY_AUDIOSOCKET_PAYLOAD_MAX bytes. Returns how many bytes were written. */
size_t sy_audiosocket_write(uint8_t kind, const void *payload, size_t n, uint8_t *ret_bytes);
size_t sy_audiosocket_write_sound(int rate, const int16_t *pcm, size_t n, uint8_t *ret_bytes);

/* "40325ec2-5efd-4bd3-805f-53576e581d13"; ret_text has SY_AUDIOSOCKET_UUID_TEXT_BYTES. */
void sy_audiosocket_uuid_text(const uint8_t *uuid, char *ret_text);
/* EINVAL where text is not a UUID. */
int sy_audiosocket_uuid_parse(const char *text, uint8_t *ret_uuid);

#endif
