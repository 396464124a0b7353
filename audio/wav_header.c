#include "audio/wav_header.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#define RIFF_BYTES 12
#define CHUNK_BYTES 8
/* SoX writes 0x7FFFF000 less its header for "unknown", arecord 0x7FFFFFFF and 0x80000000. */
#define UNKNOWN_FROM 0x7ffff000u
#define UNKNOWN_SLACK 0x1000u

static size_t read_file(const struct sy_wav_source *source, uint64_t offset, uint8_t *bytes, size_t n)
{
	size_t got = 0;

	while (got < n) {
		ssize_t r = pread(source->fd, bytes + got, n - got, (off_t)(offset + got));
		if (r < 0 && errno == EINTR)
			continue;
		if (r <= 0)
			break;
		got += (size_t)r;
	}
	return got;
}

static void apply_patch(const struct sy_wav_source *source, uint64_t offset, uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i < sizeof(source->patch) && source->patch_at != 0; i++) {
		uint64_t at = source->patch_at + i;
		if (at >= offset && at - offset < n)
			bytes[at - offset] = source->patch[i];
	}
}

size_t sy_wav_source_read(const struct sy_wav_source *source, uint64_t offset, void *ret_bytes, size_t n)
{
	if (offset >= source->size)
		return 0;
	if (n > source->size - offset)
		n = (size_t)(source->size - offset);
	if (source->bytes != NULL)
		memcpy(ret_bytes, source->bytes + offset, n);
	else
		n = read_file(source, offset, ret_bytes, n);
	apply_patch(source, offset, ret_bytes, n);
	return n;
}

static uint32_t word(const uint8_t *bytes, bool big_endian)
{
	uint32_t a = bytes[0], b = bytes[1], c = bytes[2], d = bytes[3];

	return big_endian ? a << 24 | b << 16 | c << 8 | d : d << 24 | c << 16 | b << 8 | a;
}

static bool is_unknown(uint32_t size)
{
	return size >= UNKNOWN_FROM - UNKNOWN_SLACK;
}

static int refuse_cut_header(const struct sy_wav_source *source, struct sy_problem *why)
{
	return sy_problem_set(why, EINVAL,
		"%s: the recording is cut off within its header (%" PRIu64 " bytes); copy or record it again",
		source->name, source->size);
}

static void patch_size(struct sy_wav_source *source, uint64_t at, uint64_t size, bool big_endian)
{
	uint32_t value = size < UNKNOWN_FROM ? (uint32_t)size : UNKNOWN_FROM;

	source->patch_at = at;
	for (unsigned i = 0; i < 4; i++)
		source->patch[i] = (uint8_t)(value >> (big_endian ? 24 - 8 * i : 8 * i));
}

/* The data chunk's header ends at `start`. */
static int check_data(struct sy_wav_source *source, uint64_t start, bool big_endian, struct sy_problem *why)
{
	uint8_t bytes[4];
	uint64_t there = source->size - start;

	(void)sy_wav_source_read(source, 4, bytes, sizeof(bytes));
	uint32_t riff_size = word(bytes, big_endian);
	(void)sy_wav_source_read(source, start - 4, bytes, sizeof(bytes));
	uint32_t size = word(bytes, big_endian);
	bool unknown = is_unknown(size) || (size == 0 && (riff_size == 0 || is_unknown(riff_size)));
	if (there == 0 || (size == 0 && !unknown))
		return sy_problem_set(why, ENODATA,
			"%s: the recording holds no sound (its data is empty); record it again", source->name);
	if (unknown)
		patch_size(source, start - 4, there, big_endian);
	if (unknown || size <= there)
		return 0;
	return sy_problem_set(why, EINVAL,
		"%s: the recording is cut off: its header promises %" PRIu32 " bytes of sound, %" PRIu64
		" are there; copy or record it again",
		source->name, size, there);
}

/* Walks the chunks up to "data" (RIFF: id, size, content padded to an even length). */
static int check_riff(struct sy_wav_source *source, bool big_endian, struct sy_problem *why)
{
	uint64_t at = RIFF_BYTES;
	bool format_seen = false;

	for (int i = 0; i < SY_WAV_CHUNKS_MAX; i++) {
		uint8_t chunk[CHUNK_BYTES];
		if (sy_wav_source_read(source, at, chunk, sizeof(chunk)) < sizeof(chunk))
			return refuse_cut_header(source, why);
		uint32_t size = word(chunk + 4, big_endian);
		at += CHUNK_BYTES;
		if (memcmp(chunk, "data", 4) == 0 && format_seen)
			return check_data(source, at, big_endian, why);
		if (memcmp(chunk, "fmt ", 4) == 0)
			format_seen = true;
		at += (uint64_t)size + (size & 1);
	}
	return sy_problem_set(why, EINVAL,
		"%s: no sound within the first %d parts of this WAV; convert it to a plain WAV", source->name,
		SY_WAV_CHUNKS_MAX);
}

int sy_wav_header_check(struct sy_wav_source *source, struct sy_problem *why)
{
	uint8_t magic[RIFF_BYTES] = {0};

	if (source->size == 0)
		return sy_problem_set(why, ENODATA, "%s: the file is empty; record or copy it again", source->name);
	size_t n = sy_wav_source_read(source, 0, magic, sizeof(magic));
	bool riff = n >= 4 && memcmp(magic, "RIFF", 4) == 0;
	bool rifx = n >= 4 && memcmp(magic, "RIFX", 4) == 0;
	if ((riff || rifx) && (n < sizeof(magic) || memcmp(magic + 8, "WAVE", 4) == 0))
		return check_riff(source, rifx, why);
	if (n >= 4 && memcmp(magic, "fLaC", 4) == 0)
		return 0;
	return sy_problem_set(why, EINVAL, "%s: not a recording; expected a WAV or FLAC file", source->name);
}
