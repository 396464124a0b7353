#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <signal.h>
#include <sndfile.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audio/frame.h"
#include "audio/wav.h"

#define PATH_ROOM 200

static char folder[64];

static int setup(void **state)
{
	(void)state;
	(void)snprintf(folder, sizeof(folder), "/tmp/sayso_wav_XXXXXX");
	return mkdtemp(folder) != NULL ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	char command[PATH_ROOM];

	(void)snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	return system(command);
}

static const char *in_folder(const char *name)
{
	static char path[PATH_ROOM];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static int files_in_folder(void)
{
	DIR *dir = opendir(folder);
	int n = 0;

	assert_non_null(dir);
	for (struct dirent *entry = readdir(dir); entry != NULL; entry = readdir(dir))
		n += entry->d_name[0] != '.';
	closedir(dir);
	return n;
}

static void put_file(const char *path, const void *bytes, size_t n)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, n, file), n);
	assert_int_equal(fclose(file), 0);
}

/* One second of a 440 Hz tone (-9 dBFS) on the left; the other channels hold it at a third. */
static const char *record(const char *name, int format, int rate, int channels)
{
	const char *path = in_folder(name);
	SF_INFO info = {.samplerate = rate, .channels = channels, .format = format};
	SNDFILE *file = sf_open(path, SFM_WRITE, &info);

	assert_non_null(file);
	for (int i = 0; i < rate; i++) {
		float frame[4];
		for (int c = 0; c < channels; c++)
			frame[c] = (float)(0.5 * sin(2 * M_PI * 440 * i / rate)) / (c == 0 ? 1 : 3);
		assert_int_equal(sf_writef_float(file, frame, 1), 1);
	}
	sf_close(file);
	return path;
}

static void refuse(const char *path, int err, const char *expected)
{
	struct sy_sound sound = {.rate = 7, .n = 7};
	struct sy_problem why = {0};
	char line[SY_PROBLEM_MAX];

	assert_int_equal(sy_wav_read(path, 16000, &sound, &why), err);
	assert_int_equal(sound.rate, 7); /* untouched */
	(void)snprintf(line, sizeof(line), "%s: %s", path, expected);
	assert_string_equal(why.text, line);
}

static void check_tone(const struct sy_sound *sound, int rate, double dbfs)
{
	assert_int_equal(sound->rate, rate);
	if (labs((long)sound->n - rate) > 1)
		fail_msg("%zu samples", sound->n);
	double level = sy_level_dbfs(sound->pcm + rate / 4, (size_t)rate / 2);
	if (fabs(level - dbfs) > 0.15)
		fail_msg("%f dBFS instead of %f", level, dbfs);
}

static void every_coding_is_read(void **state)
{
	(void)state;
	const int codings[] = {SF_FORMAT_WAV | SF_FORMAT_PCM_U8, SF_FORMAT_WAV | SF_FORMAT_PCM_16,
		SF_FORMAT_WAV | SF_FORMAT_PCM_24, SF_FORMAT_WAV | SF_FORMAT_PCM_32, SF_FORMAT_WAV | SF_FORMAT_FLOAT,
		SF_FORMAT_WAV | SF_FORMAT_DOUBLE, SF_FORMAT_WAV | SF_FORMAT_ULAW, SF_FORMAT_WAV | SF_FORMAT_ALAW,
		SF_FORMAT_WAVEX | SF_FORMAT_PCM_16, SF_FORMAT_WAV | SF_FORMAT_PCM_16 | SF_ENDIAN_BIG,
		SF_FORMAT_FLAC | SF_FORMAT_PCM_16, SF_FORMAT_FLAC | SF_FORMAT_PCM_24};

	for (size_t i = 0; i < sizeof(codings) / sizeof(codings[0]); i++) {
		struct sy_sound sound = {0};
		struct sy_problem why = {0};
		const char *path = record("tone", codings[i], 8000, 1);
		if (sy_wav_read(path, 0, &sound, &why) != 0)
			fail_msg("%x: %s", (unsigned)codings[i], why.text);
		check_tone(&sound, 8000, -9.03);
		sy_sound_reset(&sound);
		assert_int_equal(sy_wav_read(path, 16000, &sound, &why), 0);
		check_tone(&sound, 16000, -9.03);
		sy_sound_reset(&sound);
	}
}

static void channels_are_averaged_and_rates_converted(void **state)
{
	(void)state;
	const int rates[] = {4000, 8000, 11025, 16000, 22050, 44100, 48000, 192000};

	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		struct sy_sound sound = {0};
		const char *path = record("stereo", SF_FORMAT_WAV | SF_FORMAT_PCM_16, rates[i], 2);
		assert_int_equal(sy_wav_read(path, 16000, &sound, NULL), 0);
		check_tone(&sound, 16000, -9.03 - 3.52); /* (1 + 1/3) / 2 = 2/3 */
		sy_sound_reset(&sound);
	}
}

static void sixteen_bits_come_back_exactly(void **state)
{
	(void)state;
	int16_t all[65536];
	struct sy_sound sound = {.rate = 8000, .n = 65536, .pcm = all}, read = {0};
	struct sy_problem why = {0};

	for (int i = 0; i < 65536; i++)
		all[i] = (int16_t)(i - 32768);
	const char *path = in_folder("all.wav");
	assert_int_equal(sy_wav_write(path, &sound, &why), 0);
	assert_int_equal(sy_wav_read(path, 0, &read, &why), 0);
	assert_int_equal(read.n, 65536);
	assert_memory_equal(read.pcm, all, sizeof(all));
	sy_sound_reset(&read);
	assert_int_equal(files_in_folder(), 1);
}

static void strange_float_values_become_samples(void **state)
{
	(void)state;
	const float values[] = {NAN, INFINITY, -INFINITY, 1.0f, -1.0f, 2.0f, 1e30f, -1e30f, 0.5f};
	const int16_t expected[] = {0, 32767, -32768, 32767, -32768, 32767, 32767, -32768, 16384};
	const char *path = in_folder("float.wav");
	SF_INFO info = {.samplerate = 8000, .channels = 1, .format = SF_FORMAT_WAV | SF_FORMAT_FLOAT};
	SNDFILE *file = sf_open(path, SFM_WRITE, &info);
	struct sy_sound sound = {0};

	assert_non_null(file);
	sf_writef_float(file, values, 9);
	sf_close(file);
	assert_int_equal(sy_wav_read(path, 0, &sound, NULL), 0);
	assert_int_equal(sound.n, 9);
	assert_memory_equal(sound.pcm, expected, sizeof(expected));
	sy_sound_reset(&sound);
}

static void what_is_no_recording_is_refused(void **state)
{
	(void)state;
	const char *path = in_folder("x.wav");
	const char *aiff = NULL;

	refuse(path, ENOENT, "no such file; check the name");
	refuse(folder, EISDIR, "a folder; name a WAV or FLAC file in it");
	refuse("/dev/zero", EINVAL, "not a plain file; save the recording to a file first");
	put_file(path, "", 0);
	refuse(path, ENODATA, "the file is empty; record or copy it again");
	put_file(path, "hello\n", 6);
	refuse(path, EINVAL, "not a recording; expected a WAV or FLAC file");
	put_file(path, "RIFF\4\0\0\0AVI ", 12);
	refuse(path, EINVAL, "not a recording; expected a WAV or FLAC file");
	put_file(path, "fLaC", 4);
	struct sy_problem why = {0};
	struct sy_sound sound = {0};
	assert_int_equal(sy_wav_read(path, 0, &sound, &why), EINVAL);
	assert_non_null(strstr(why.text, "not a readable recording"));
	aiff = record("x.aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_16, 8000, 1);
	refuse(aiff, EINVAL, "not a recording; expected a WAV or FLAC file");
	path = record("adpcm.wav", SF_FORMAT_WAV | SF_FORMAT_IMA_ADPCM, 8000, 1);
	refuse(path, EINVAL, "its coding is not read here; convert it to 16-bit WAV, G.711 or FLAC");
	path = record("slow.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 3999, 1);
	refuse(path, EINVAL, "recorded at 3999 Hz; expected 4000 to 192000 Hz");
	path = record("fast.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 192001, 1);
	refuse(path, EINVAL, "recorded at 192001 Hz; expected 4000 to 192000 Hz");
}

/* The tone's 44-byte header and 16000 bytes of sound, to be damaged. */
static size_t tone_bytes(uint8_t *bytes, size_t room)
{
	FILE *file = fopen(record("whole.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, 8000, 1), "rb");

	assert_non_null(file);
	size_t n = fread(bytes, 1, room, file);
	fclose(file);
	assert_int_equal(n, 16044);
	return n;
}

static void a_recording_cut_off_is_refused_everywhere(void **state)
{
	(void)state;
	uint8_t bytes[20000];
	size_t n = tone_bytes(bytes, sizeof(bytes));

	for (size_t cut = 1; cut < n; cut += cut < 60 ? 1 : 997) {
		struct sy_sound sound = {0};
		struct sy_problem why = {0};
		uint8_t *exact = malloc(cut);
		assert_non_null(exact);
		memcpy(exact, bytes, cut);
		int err = sy_wav_read_bytes("cut.wav", exact, cut, 0, &sound, &why);
		assert_int_equal(err, cut == 44 ? ENODATA : EINVAL);
		assert_null(sound.pcm);
		assert_non_null(strstr(why.text, "cut.wav: "));
		free(exact);
	}
	put_file(in_folder("cut.wav"), bytes, 40);
	refuse(in_folder("cut.wav"), EINVAL,
		"the recording is cut off within its header (40 bytes); copy or record it again");
	put_file(in_folder("cut.wav"), bytes, n - 1);
	refuse(in_folder("cut.wav"), EINVAL,
		"the recording is cut off: its header promises 16000 bytes of sound, 15999 are there; copy or record "
		"it "
		"again");
}

static void a_flac_cut_off_is_refused(void **state)
{
	(void)state;
	const char *path = record("tone.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 8000, 1);
	struct sy_problem why = {0};
	struct sy_sound sound = {0};
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(truncate(path, st.st_size * 3 / 4), 0);
	assert_int_equal(sy_wav_read(path, 0, &sound, &why), EINVAL);
	assert_null(sound.pcm);
	assert_true(strstr(why.text, "cut off") != NULL || strstr(why.text, "damaged") != NULL);
}

static void put_size(uint8_t *bytes, size_t at, uint32_t size)
{
	for (int i = 0; i < 4; i++)
		bytes[at + (size_t)i] = (uint8_t)(size >> 8 * i);
}

/* A recorder that writes into a pipe cannot go back to fill in the length. */
static void streaming_headers_are_read_to_the_end(void **state)
{
	(void)state;
	const uint32_t sizes[][2] = {{0, 0}, {0xffffffff, 0xffffffff}, {0x7ffff024, 0x7ffff000},
		{0x80000024, 0x80000000}, {0xffffffff, 0}, {36 + 16000, 0xffffffff}};
	uint8_t bytes[20000];
	size_t n = tone_bytes(bytes, sizeof(bytes));

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct sy_sound sound = {0};
		struct sy_problem why = {0};
		put_size(bytes, 4, sizes[i][0]);
		put_size(bytes, 40, sizes[i][1]);
		if (sy_wav_read_bytes("pipe.wav", bytes, n, 0, &sound, &why) != 0)
			fail_msg("%x %x: %s", sizes[i][0], sizes[i][1], why.text);
		check_tone(&sound, 8000, -9.03);
		sy_sound_reset(&sound);
	}
	/* an honest zero: the rest of the file is another chunk */
	struct sy_sound sound = {0};
	put_size(bytes, 4, (uint32_t)n - 8);
	put_size(bytes, 40, 0);
	assert_int_equal(sy_wav_read_bytes("empty.wav", bytes, n, 0, &sound, NULL), ENODATA);
}

static void many_chunks_end_the_search(void **state)
{
	(void)state;
	size_t n = 12 + 8 * 1000;
	uint8_t *bytes = calloc(1, n);
	struct sy_sound sound = {0};
	struct sy_problem why = {0};

	assert_non_null(bytes);
	memcpy(bytes, "RIFF\0\0\0\0WAVE", 12);
	assert_int_equal(sy_wav_read_bytes("junk.wav", bytes, n, 0, &sound, &why), EINVAL);
	assert_string_equal(
		why.text, "junk.wav: no sound within the first 256 parts of this WAV; convert it to a plain WAV");
	free(bytes);
}

/* At the lowest rate, so that the file stays small. */
static void the_longest_recording_is_read_and_one_sample_more_is_not(void **state)
{
	(void)state;
	size_t n = (size_t)SY_WAV_MAX_S * 4000;
	struct sy_sound sound = {.rate = 4000, .n = n + 1, .pcm = calloc(n + 1, sizeof(int16_t))}, read = {0};
	struct sy_problem why = {0};
	const char *path = in_folder("long.wav");

	assert_non_null(sound.pcm);
	assert_int_equal(sy_wav_write(path, &sound, &why), 0);
	refuse(path, EFBIG, "longer than 600 seconds, the most that is read; cut it into shorter ones");
	sound.n = n;
	assert_int_equal(sy_wav_write(path, &sound, &why), 0);
	assert_int_equal(sy_wav_read(path, 0, &read, &why), 0);
	assert_int_equal(read.n, n);
	sy_sound_reset(&read);
	sy_sound_reset(&sound);
}

static void stereo_is_written_interleaved(void **state)
{
	(void)state;
	const int16_t frames[] = {100, -100, 200, -200, 300, -300};
	struct sy_wav_writer *writer = NULL;
	struct sy_problem why = {0};
	int16_t back[6] = {0};
	SF_INFO info = {0};
	const char *path = in_folder("stereo.wav");

	assert_int_equal(sy_wav_writer_create(path, 8000, 2, &writer, &why), 0);
	assert_int_equal(sy_wav_writer_add(writer, frames, 2), 0);
	assert_int_equal(sy_wav_writer_add(writer, frames + 4, 1), 0);
	assert_int_equal(access(path, F_OK), -1); /* not there before it is whole */
	assert_int_equal(sy_wav_writer_finish(writer, &why), 0);
	SNDFILE *file = sf_open(path, SFM_READ, &info);
	assert_non_null(file);
	assert_int_equal(info.channels, 2);
	assert_int_equal(info.frames, 3);
	assert_int_equal(sf_readf_short(file, back, 3), 3);
	assert_memory_equal(back, frames, sizeof(frames));
	sf_close(file);
	assert_int_equal(files_in_folder(), 1);
}

static void discard_leaves_nothing(void **state)
{
	(void)state;
	const int16_t frames[100] = {0};
	struct sy_wav_writer *writer = NULL;

	assert_int_equal(sy_wav_writer_create(in_folder("gone.wav"), 8000, 1, &writer, NULL), 0);
	assert_int_equal(sy_wav_writer_add(writer, frames, 100), 0);
	assert_int_equal(files_in_folder(), 1);
	sy_wav_writer_discard(writer);
	assert_int_equal(files_in_folder(), 0);
	sy_wav_writer_discard(NULL);
}

static void impossible_targets_are_refused(void **state)
{
	(void)state;
	struct sy_wav_writer *writer = NULL;
	struct sy_problem why = {0};
	struct stat st;

	assert_int_equal(sy_wav_writer_create(folder, 8000, 1, &writer, &why), EISDIR);
	assert_int_equal(sy_wav_writer_create("/dev/full", 8000, 1, &writer, &why), EINVAL);
	assert_string_equal(why.text, "/dev/full: not a plain file; name a WAV file to write");
	assert_int_equal(stat("/dev/full", &st), 0);
	assert_true(S_ISCHR(st.st_mode));
	assert_int_equal(sy_wav_writer_create(in_folder("no/such/x.wav"), 8000, 1, &writer, &why), ENOENT);
	assert_non_null(strstr(why.text, "cannot be written: No such file"));
	assert_int_equal(sy_wav_writer_create("", 8000, 1, &writer, &why), EINVAL);
	assert_int_equal(sy_wav_writer_create(in_folder("x.wav"), 0, 1, &writer, &why), EINVAL);
	assert_int_equal(sy_wav_writer_create(in_folder("x.wav"), 8000, 0, &writer, &why), EINVAL);
	assert_null(writer);
	assert_int_equal(files_in_folder(), 0);
}

static void a_link_is_followed(void **state)
{
	(void)state;
	int16_t one = 1;
	struct sy_sound sound = {.rate = 8000, .n = 1, .pcm = &one}, read = {0};
	char link_path[PATH_ROOM];
	struct stat st;

	(void)snprintf(link_path, sizeof(link_path), "%s/link.wav", folder);
	put_file(in_folder("target.wav"), "old", 3);
	assert_int_equal(symlink("target.wav", link_path), 0);
	assert_int_equal(sy_wav_write(link_path, &sound, NULL), 0);
	assert_int_equal(lstat(link_path, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(sy_wav_read(in_folder("target.wav"), 0, &read, NULL), 0);
	sy_sound_reset(&read);
}

/* The limit on a file's size fails a write half-way, as a full disk does. */
static void a_full_disk_leaves_the_old_file(void **state)
{
	(void)state;
	struct sy_sound sound = {.rate = 8000, .n = 80000, .pcm = calloc(80000, 2)};
	struct rlimit before, small;
	struct sy_problem why = {0};
	struct stat st;
	const char *path = in_folder("old.wav");

	assert_non_null(sound.pcm);
	put_file(path, "old", 3);
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = before;
	small.rlim_cur = 50000;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	int err = sy_wav_write(path, &sound, &why);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	(void)signal(SIGXFSZ, SIG_DFL);
	assert_int_equal(err, EFBIG);
	assert_non_null(strstr(why.text, "old.wav: cannot be written: File too large; make room"));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_size, 3);
	assert_int_equal(files_in_folder(), 1);
	sy_sound_reset(&sound);
}

/* A failed add is kept: what follows does not make half a recording look whole. */
static void more_than_a_wav_can_hold_is_refused(void **state)
{
	(void)state;
	const int16_t frame[2] = {0};
	struct sy_wav_writer *writer = NULL;
	struct sy_problem why = {0};

	assert_int_equal(sy_wav_writer_create(in_folder("big.wav"), 8000, 2, &writer, NULL), 0);
	assert_int_equal(sy_wav_writer_add(writer, frame, (size_t)UINT32_MAX / 4), EFBIG);
	assert_int_equal(sy_wav_writer_add(writer, frame, 1), EFBIG);
	assert_int_equal(sy_wav_writer_finish(writer, &why), EFBIG);
	assert_int_equal(files_in_folder(), 0);
}

#define test(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(every_coding_is_read),
		test(channels_are_averaged_and_rates_converted),
		test(sixteen_bits_come_back_exactly),
		test(strange_float_values_become_samples),
		test(what_is_no_recording_is_refused),
		test(a_recording_cut_off_is_refused_everywhere),
		test(a_flac_cut_off_is_refused),
		test(streaming_headers_are_read_to_the_end),
		test(many_chunks_end_the_search),
		test(the_longest_recording_is_read_and_one_sample_more_is_not),
		test(stereo_is_written_interleaved),
		test(discard_leaves_nothing),
		test(impossible_targets_are_refused),
		test(a_link_is_followed),
		test(a_full_disk_leaves_the_old_file),
		test(more_than_a_wav_can_hold_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
