#include "audio/wav.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sndfile.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audio/wav_header.h"

/* Samples of all channels taken from libsndfile at once. */
#define BLOCK_SAMPLES 16384
/* What a sound card or a conference recorder writes; one frame of it fits in a block many times. */
#define CHANNELS_MAX 64
#define RATE_MIN 4000
#define RATE_MAX 192000

/* libsndfile's view of a source: the same bytes with a position. */
struct reader {
	struct sy_wav_source source;
	uint64_t at;
	SNDFILE *file;
	SF_INFO info;
};

static sf_count_t on_length(void *user)
{
	const struct reader *reader = user;

	return (sf_count_t)reader->source.size;
}

static sf_count_t on_seek(sf_count_t offset, int whence, void *user)
{
	struct reader *reader = user;
	sf_count_t from = whence == SEEK_CUR ? (sf_count_t)reader->at : whence == SEEK_END ? on_length(user) : 0;

	if (offset < -from || offset > on_length(user) - from)
		return -1;
	reader->at = (uint64_t)(from + offset);
	return (sf_count_t)reader->at;
}

static sf_count_t on_read(void *ptr, sf_count_t count, void *user)
{
	struct reader *reader = user;
	size_t n = count > 0 ? sy_wav_source_read(&reader->source, reader->at, ptr, (size_t)count) : 0;

	reader->at += n;
	return (sf_count_t)n;
}

static sf_count_t on_write(const void *ptr, sf_count_t count, void *user)
{
	(void)ptr;
	(void)count;
	(void)user;
	return 0;
}

static sf_count_t on_tell(void *user)
{
	const struct reader *reader = user;

	return (sf_count_t)reader->at;
}

static bool is_linear_or_g711(int format)
{
	switch (format & SF_FORMAT_SUBMASK) {
	case SF_FORMAT_PCM_S8:
	case SF_FORMAT_PCM_U8:
	case SF_FORMAT_PCM_16:
	case SF_FORMAT_PCM_24:
	case SF_FORMAT_PCM_32:
	case SF_FORMAT_FLOAT:
	case SF_FORMAT_DOUBLE:
	case SF_FORMAT_ULAW:
	case SF_FORMAT_ALAW:
		return true;
	default:
		return false;
	}
}

static int check_info(const struct reader *reader, struct sy_problem *why)
{
	const SF_INFO *info = &reader->info;
	const char *name = reader->source.name;

	if (!is_linear_or_g711(info->format))
		return sy_problem_set(
			why, EINVAL, "%s: its coding is not read here; convert it to 16-bit WAV, G.711 or FLAC", name);
	if (info->channels < 1 || info->channels > CHANNELS_MAX)
		return sy_problem_set(
			why, EINVAL, "%s: %d channels; expected 1 to %d", name, info->channels, CHANNELS_MAX);
	if (info->samplerate < RATE_MIN || info->samplerate > RATE_MAX)
		return sy_problem_set(why, EINVAL, "%s: recorded at %d Hz; expected %d to %d Hz", name,
			info->samplerate, RATE_MIN, RATE_MAX);
	return 0;
}

static int refuse_long(const struct reader *reader, struct sy_problem *why)
{
	return sy_problem_set(why, EFBIG, "%s: longer than %d seconds, the most that is read; cut it into shorter ones",
		reader->source.name, SY_WAV_MAX_S);
}

static int16_t to_sample(double value)
{
	if (isnan(value))
		return 0;
	value *= 32768.0;
	if (value >= INT16_MAX)
		return INT16_MAX;
	return value <= INT16_MIN ? INT16_MIN : (int16_t)lrint(value);
}

static void average(const float *frames, int channels, int16_t *mono, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		double sum = 0;
		for (int c = 0; c < channels; c++)
			sum += (double)frames[i * (size_t)channels + (size_t)c];
		mono[i] = to_sample(sum / channels);
	}
}

/* Memory grows with the samples found, not with the length a header claims. */
static int read_samples(struct reader *reader, struct sy_sound *sound, struct sy_problem *why)
{
	int channels = reader->info.channels;
	size_t frames_max = (size_t)SY_WAV_MAX_S * (size_t)reader->info.samplerate;
	float *block = malloc(BLOCK_SAMPLES * sizeof(*block));
	int16_t *mono = malloc(BLOCK_SAMPLES * sizeof(*mono));
	int err = block != NULL && mono != NULL ? 0 : ENOMEM;

	while (err == 0) {
		sf_count_t n = sf_readf_float(reader->file, block, BLOCK_SAMPLES / channels);
		if (n <= 0)
			break;
		if ((size_t)n > frames_max - sound->n) {
			err = refuse_long(reader, why);
			break;
		}
		average(block, channels, mono, (size_t)n);
		err = sy_sound_append(sound, mono, (size_t)n);
	}
	free(mono);
	free(block);
	return err;
}

/* After reading: was everything there that libsndfile found in the header? */
static int check_whole(const struct reader *reader, const struct sy_sound *sound, struct sy_problem *why)
{
	const char *name = reader->source.name;
	/* A FLAC encoder that wrote into a pipe leaves the length open. */
	bool open_ended = reader->info.frames <= 0 || reader->info.frames == SF_COUNT_MAX;

	if (sf_error(reader->file) != SF_ERR_NO_ERROR)
		return sy_problem_set(why, EINVAL, "%s: the recording is damaged (%s); copy or record it again", name,
			sf_strerror(reader->file));
	if (!open_ended && sound->n < (size_t)reader->info.frames)
		return sy_problem_set(why, EINVAL,
			"%s: the recording is cut off: its header promises %.2f s, %.2f s are there; copy or record it "
			"again",
			name, (double)reader->info.frames / reader->info.samplerate, (double)sound->n / sound->rate);
	if (sound->n == 0)
		return sy_problem_set(why, ENODATA, "%s: the recording holds no sound; record it again", name);
	return 0;
}

static int read_opened(struct reader *reader, struct sy_sound *ret_sound, struct sy_problem *why)
{
	struct sy_sound sound = {0};
	int err = check_info(reader, why);

	if (err == 0 && reader->info.frames != SF_COUNT_MAX &&
		reader->info.frames > (sf_count_t)SY_WAV_MAX_S * reader->info.samplerate)
		err = refuse_long(reader, why);
	if (err != 0)
		return err;
	sound.rate = reader->info.samplerate;
	err = read_samples(reader, &sound, why);
	if (err == 0)
		err = check_whole(reader, &sound, why);
	if (err != 0) {
		sy_sound_reset(&sound);
		return err;
	}
	*ret_sound = sound;
	return 0;
}

static int to_rate(struct sy_sound *sound, int rate)
{
	struct sy_sound converted = {0};

	if (rate == 0 || rate == sound->rate)
		return 0;
	int err = sy_sound_resample(sound, rate, &converted);
	if (err != 0)
		return err;
	sy_sound_reset(sound);
	*sound = converted;
	return 0;
}

static int read_source(const struct sy_wav_source *source, int rate, struct sy_sound *ret_sound, struct sy_problem *why)
{
	static const SF_VIRTUAL_IO io = {
		.get_filelen = on_length, .seek = on_seek, .read = on_read, .write = on_write, .tell = on_tell};
	struct reader reader = {.source = *source};
	struct sy_sound sound = {0};
	int err = sy_wav_header_check(&reader.source, why);

	if (err != 0)
		return err;
	SF_VIRTUAL_IO own = io; /* libsndfile takes it without const */
	reader.file = sf_open_virtual(&own, SFM_READ, &reader.info, &reader);
	if (reader.file == NULL)
		return sy_problem_set(why, EINVAL, "%s: not a readable recording (%s); convert it to 16-bit WAV",
			source->name, sf_strerror(NULL));
	err = read_opened(&reader, &sound, why);
	(void)sf_close(reader.file);
	if (err == 0)
		err = to_rate(&sound, rate);
	if (err == 0)
		*ret_sound = sound;
	else
		sy_sound_reset(&sound);
	return err;
}

int sy_wav_read_bytes(
	const char *name, const void *bytes, size_t n, int rate, struct sy_sound *ret_sound, struct sy_problem *why)
{
	const struct sy_wav_source source = {.name = name, .bytes = bytes, .fd = -1, .size = n};

	return read_source(&source, rate, ret_sound, why);
}

/* A pipe or device has no length to check against, so only plain files are read. */
static int open_file(const char *path, struct sy_wav_source *source, struct sy_problem *why)
{
	struct stat st;

	source->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int err = source->fd >= 0 && fstat(source->fd, &st) == 0 ? 0 : errno;
	if (err == ENOENT)
		return sy_problem_set(why, err, "%s: no such file; check the name", path);
	if (err != 0)
		return sy_problem_set(why, err, "%s: cannot be read: %s", path, strerror(err));
	if (S_ISDIR(st.st_mode))
		return sy_problem_set(why, EISDIR, "%s: a folder; name a WAV or FLAC file in it", path);
	if (!S_ISREG(st.st_mode))
		return sy_problem_set(why, EINVAL, "%s: not a plain file; save the recording to a file first", path);
	source->size = (uint64_t)st.st_size;
	return 0;
}

int sy_wav_read(const char *path, int rate, struct sy_sound *ret_sound, struct sy_problem *why)
{
	struct sy_wav_source source = {.name = path, .fd = -1};
	int err = open_file(path, &source, why);

	if (err == 0)
		err = read_source(&source, rate, ret_sound, why);
	if (source.fd >= 0)
		(void)close(source.fd);
	return err;
}
