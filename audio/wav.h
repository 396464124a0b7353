/*
 * wav: reads recordings and writes them.
 *
 * Reading takes WAV (any linear or G.711 coding libsndfile knows) and FLAC, up to 64
 * channels and any rate from 4 to 192 kHz; the result is mono (channels
 * averaged) at the rate asked for. Writing goes to a temporary file beside the
 * target, which is renamed at finish: a WAV is there whole or not at all (a link is followed;
 * a folder or device is refused). Only plain files are read; a WAV whose length is unknown is read
 * to its end (wav_header.h says which those are). A program that writes to a disk with a quota ignores SIGXFSZ,
 * so that a full one comes back as an error.
 * One thread per reader or writer.
 *
 * Errors: ENOENT, EACCES, EISDIR, ENODATA (no samples), EINVAL (not a recording, or cut off
 * before the length its header states), EFBIG (longer than SY_WAV_MAX_S), ENOSPC, ENOMEM;
 * `why` names the file and what to do.
 */
#ifndef SY_AUDIO_WAV_H
#define SY_AUDIO_WAV_H

#include "audio/sound.h"
#include "base/problem.h"

/* Ten minutes: no caller's turn is longer, and a mistaken file is refused before it fills memory. */
#define SY_WAV_MAX_S 600

/* rate 0 keeps the file's own rate. */
int sy_wav_read(const char *path, int rate, struct sy_sound *ret_sound, struct sy_problem *why);
int sy_wav_read_bytes(
	const char *name, const void *bytes, size_t n, int rate, struct sy_sound *ret_sound, struct sy_problem *why);

struct sy_wav_writer;
int sy_wav_writer_create(
	const char *path, int rate, int channels, struct sy_wav_writer **ret_writer, struct sy_problem *why);
/* `n` samples per channel, interleaved. */
int sy_wav_writer_add(struct sy_wav_writer *writer, const int16_t *interleaved, size_t n);
/* Renames into place and frees the writer, also on failure. */
int sy_wav_writer_finish(struct sy_wav_writer *writer, struct sy_problem *why);
/* Drops the temporary file. NULL is allowed. */
void sy_wav_writer_discard(struct sy_wav_writer *writer);

/* One sound to one mono file, in one step. */
int sy_wav_write(const char *path, const struct sy_sound *sound, struct sy_problem *why);

#endif
