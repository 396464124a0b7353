#include "audio/wav.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEADER_BYTES 44
/* The RIFF size is 32 bits and counts the header less its first 8 bytes. */
#define DATA_BYTES_MAX (UINT32_MAX - HEADER_BYTES)
#define CHANNELS_MAX 64
#define RATE_MAX 192000
/* Names tried for the temporary file: each is taken only by a run that was killed. */
#define NAMES_MAX 100
#define BLOCK_SAMPLES 1024

struct sy_wav_writer {
	char *target;
	char *temporary; /* NULL before it was made */
	FILE *file;
	int rate;
	int channels;
	uint64_t data_bytes;
	int err; /* the first failure; kept until finish */
};

static void put16(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)value;
	at[1] = (uint8_t)(value >> 8);
}

static void put32(uint8_t *at, uint32_t value)
{
	put16(at, value);
	put16(at + 2, value >> 16);
}

/* Canonical 44-byte header: RIFF, fmt (format 1: linear PCM), data. */
static void make_header(const struct sy_wav_writer *writer, uint8_t *header)
{
	uint32_t frame_bytes = (uint32_t)writer->channels * 2;

	memcpy(header, "RIFF....WAVEfmt ", 16);
	put32(header + 4, (uint32_t)writer->data_bytes + HEADER_BYTES - 8);
	put32(header + 16, 16);
	put16(header + 20, 1);
	put16(header + 22, (uint32_t)writer->channels);
	put32(header + 24, (uint32_t)writer->rate);
	put32(header + 28, (uint32_t)writer->rate * frame_bytes);
	put16(header + 32, frame_bytes);
	put16(header + 34, 16);
	memcpy(header + 36, "data", 4);
	put32(header + 40, (uint32_t)writer->data_bytes);
}

/* Follows a symbolic link, and refuses what a rename would wrongly replace: a folder, a device. */
static int find_target(const char *path, char **ret_target, struct sy_problem *why)
{
	struct stat st;

	if (path[0] == '\0')
		return sy_problem_set(why, EINVAL, "no name given for the recording to write");
	if (stat(path, &st) != 0) {
		*ret_target = strdup(path);
		return *ret_target != NULL ? 0 : ENOMEM;
	}
	if (S_ISDIR(st.st_mode))
		return sy_problem_set(why, EISDIR, "%s: a folder; name a WAV file to write in it", path);
	if (!S_ISREG(st.st_mode))
		return sy_problem_set(why, EINVAL, "%s: not a plain file; name a WAV file to write", path);
	*ret_target = realpath(path, NULL);
	return *ret_target != NULL ? 0 : errno;
}

static int open_temporary(struct sy_wav_writer *writer)
{
	static atomic_uint counter;
	int err = EEXIST;

	for (int i = 0; i < NAMES_MAX && err == EEXIST; i++) {
		char *name = NULL;
		unsigned n = atomic_fetch_add(&counter, 1);
		if (asprintf(&name, "%s.%ld-%u.tmp", writer->target, (long)getpid(), n) < 0)
			return ENOMEM;
		int fd = open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		err = fd >= 0 ? 0 : errno;
		if (fd < 0) {
			free(name);
			continue;
		}
		writer->temporary = name;
		writer->file = fdopen(fd, "wb");
		if (writer->file == NULL) {
			err = errno;
			(void)close(fd);
		}
	}
	return err;
}

static int refuse_write(const struct sy_wav_writer *writer, int err, struct sy_problem *why)
{
	const char *what_to_do =
		err == ENOSPC || err == EDQUOT || err == EFBIG ? "; make room or choose another place" : "";

	return sy_problem_set(why, err, "%s: cannot be written: %s%s", writer->target, strerror(err), what_to_do);
}

int sy_wav_writer_create(
	const char *path, int rate, int channels, struct sy_wav_writer **ret_writer, struct sy_problem *why)
{
	const uint8_t room[HEADER_BYTES] = {0};

	if (rate < 1 || rate > RATE_MAX || channels < 1 || channels > CHANNELS_MAX)
		return sy_problem_set(why, EINVAL, "%s: cannot write %d channels at %d Hz", path, channels, rate);
	struct sy_wav_writer *writer = calloc(1, sizeof(*writer));
	if (writer == NULL)
		return ENOMEM;
	writer->rate = rate;
	writer->channels = channels;
	int err = find_target(path, &writer->target, why);
	if (err == 0) {
		err = open_temporary(writer);
		if (err == 0 && fwrite(room, 1, sizeof(room), writer->file) < sizeof(room))
			err = errno;
		if (err != 0)
			(void)refuse_write(writer, err, why);
	}
	if (err != 0) {
		sy_wav_writer_discard(writer);
		return err;
	}
	*ret_writer = writer;
	return 0;
}

static int write_block(struct sy_wav_writer *writer, const int16_t *samples, size_t n)
{
	uint8_t bytes[BLOCK_SAMPLES * 2] = {0};

	for (size_t i = 0; i < n; i++)
		put16(bytes + 2 * i, (uint16_t)samples[i]);
	errno = 0;
	if (fwrite(bytes, 2, n, writer->file) < n)
		return errno != 0 ? errno : EIO;
	writer->data_bytes += 2 * n;
	return 0;
}

int sy_wav_writer_add(struct sy_wav_writer *writer, const int16_t *interleaved, size_t n)
{
	size_t channels = (size_t)writer->channels;

	if (writer->err == 0 && n > (DATA_BYTES_MAX - writer->data_bytes) / (2 * channels))
		writer->err = EFBIG;
	for (size_t total = n * channels, at = 0; writer->err == 0 && at < total;) {
		size_t step = total - at < BLOCK_SAMPLES ? total - at : BLOCK_SAMPLES;
		writer->err = write_block(writer, interleaved + at, step);
		at += step;
	}
	return writer->err;
}

/* The name must survive a power cut as well as the bytes: the folder is synchronised too. */
static void sync_folder(const char *path)
{
	char *folder = strdup(path);

	if (folder == NULL)
		return;
	char *slash = strrchr(folder, '/');
	if (slash != NULL)
		slash[slash == folder] = '\0';
	int fd = open(slash != NULL ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		(void)fsync(fd);
		(void)close(fd);
	}
	free(folder);
}

static int complete(struct sy_wav_writer *writer)
{
	uint8_t header[HEADER_BYTES];

	make_header(writer, header);
	if (fflush(writer->file) != 0 || fseek(writer->file, 0, SEEK_SET) != 0)
		return errno;
	if (fwrite(header, 1, sizeof(header), writer->file) < sizeof(header) || fflush(writer->file) != 0)
		return errno;
	if (fsync(fileno(writer->file)) != 0)
		return errno;
	int failed = fclose(writer->file);
	writer->file = NULL;
	if (failed != 0)
		return errno;
	return rename(writer->temporary, writer->target) == 0 ? 0 : errno;
}

int sy_wav_writer_finish(struct sy_wav_writer *writer, struct sy_problem *why)
{
	int err = writer->err != 0 ? writer->err : complete(writer);

	if (err == 0) {
		sync_folder(writer->target);
		free(writer->temporary);
		writer->temporary = NULL;
	} else {
		(void)refuse_write(writer, err, why);
	}
	sy_wav_writer_discard(writer);
	return err;
}

void sy_wav_writer_discard(struct sy_wav_writer *writer)
{
	if (writer == NULL)
		return;
	if (writer->file != NULL)
		(void)fclose(writer->file);
	if (writer->temporary != NULL)
		(void)unlink(writer->temporary);
	free(writer->temporary);
	free(writer->target);
	free(writer);
}

int sy_wav_write(const char *path, const struct sy_sound *sound, struct sy_problem *why)
{
	struct sy_wav_writer *writer = NULL;
	int err = sy_wav_writer_create(path, sound->rate, 1, &writer, why);

	if (err != 0)
		return err;
	(void)sy_wav_writer_add(writer, sound->pcm, sound->n); /* finish reports it */
	return sy_wav_writer_finish(writer, why);
}
