/*
 * wav_header: is the start of a file a recording, and is all of it there.
 *
 * libsndfile reads a WAV that was cut off without a word and tries some thirty formats
 * on unknown bytes; this looks first. A WAV is refused when its data chunk ends past
 * the end of the file. Taken as "length unknown, read what is there" (a recorder writing
 * into a pipe, or one that was killed before it filled the length in): a data size of
 * 0xFFFFFFFF (FFmpeg), of 0x7FFFF000 or more (SoX, arecord), and 0 where the RIFF size is
 * unknown too. No state.
 */
#ifndef SY_AUDIO_WAV_HEADER_H
#define SY_AUDIO_WAV_HEADER_H

#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"

/* A recording has fewer than ten chunks before its data; a file made of empty ones must not keep us busy. */
#define SY_WAV_CHUNKS_MAX 256

/* Where the bytes come from: memory, or a file. */
struct sy_wav_source {
	const char *name;     /* for messages */
	const uint8_t *bytes; /* NULL: read from fd */
	int fd;
	uint64_t size;
	/* What reads deliver instead of the file's own 4 bytes there (a length filled in); 0: nothing. */
	uint64_t patch_at;
	uint8_t patch[4];
};

/* Bytes read at an offset: fewer than n at the end, 0 past it or when the file cannot be read. */
size_t sy_wav_source_read(const struct sy_wav_source *source, uint64_t offset, void *ret_bytes, size_t n);

/*
 * ENODATA: nothing in it; EINVAL: neither WAV nor FLAC, or cut off. Where the length
 * is unknown, the true one is put in the source's patch, as libsndfile would take a 0 for no sound.
 */
int sy_wav_header_check(struct sy_wav_source *source, struct sy_problem *why);

#endif
