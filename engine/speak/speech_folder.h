/*
 * speech_folder: synthesised sounds kept in a folder between runs.
 *
 * A sound is one file: a header (format, rate, checksum), the whole key that it was made for, samples. It is written
 * under a temporary name and renamed, so a reader finds it whole or not at all; what is corrupt, foreign or of another
 * format counts as not there, and is replaced. The folder is bounded; the sounds that were not wanted for longest go
 * first. Several processes may share one.
 *
 * One thread per struct. Errors never reach a caller: without a folder there are just no kept sounds.
 */
#ifndef SY_SPEAK_SPEECH_FOLDER_H
#define SY_SPEAK_SPEECH_FOLDER_H

#include <stdbool.h>

#include "audio/sound.h"

#define SY_SPEECH_FOLDER_BYTES (64u << 20) /* about an hour at the telephone's rate */
#define SY_SPEECH_FOLDER_FILES 4000        /* more than the prompts and answers of a large knowledge base */

/* A folder that nobody has counted yet is counted after at most so many sounds: which of them depends on the process,
 * so that programs that end after a few sounds take turns, and few wait for it. */
#define SY_SPEECH_FOLDER_UNCOUNTED 32

struct sy_speech_folder;

/* The folder is made if need be. NULL if that fails (read-only, out of memory): a folder that is not there. */
struct sy_speech_folder *sy_speech_folder_open(const char *path);
void sy_speech_folder_close(struct sy_speech_folder *folder); /* NULL is allowed */

/* Smaller bounds, for tests; counted at the next sound. */
void sy_speech_folder_bound(struct sy_speech_folder *folder, unsigned long long bytes, unsigned files);

bool sy_speech_folder_get(struct sy_speech_folder *folder, const char *key, struct sy_sound *ret_sound);
void sy_speech_folder_put(struct sy_speech_folder *folder, const char *key, const struct sy_sound *sound);

#endif
