#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audio/frame.h"
#include "engine/speak/sentence.h"
#include "engine/speak/speech_cache.h"
#include "engine/speak/speech_folder.h"

#define SOUND_SAMPLES 1000

/* A voice that counts: its sound tells text, pace and how often it spoke. */
struct counting {
	int *said;
};

static int count_say(void *state, const struct sy_say_job *job, struct sy_sound *ret_sound, struct sy_problem *why)
{
	struct counting *counting = state;
	struct sy_sound sound = {.rate = job->rate};
	int16_t pcm[SOUND_SAMPLES];

	if (!strcmp(job->text, "fail"))
		return sy_problem_set(why, EINVAL, "no");
	++*counting->said;
	for (size_t i = 0; i < SOUND_SAMPLES; i++)
		pcm[i] = (int16_t)(job->text[0] * 100 + job->pace * 10);
	if (sy_sound_append(&sound, pcm, SOUND_SAMPLES))
		return ENOMEM;
	*ret_sound = sound;
	return 0;
}

static const struct sy_synthesiser_impl count_impl = {.name = "count", .say = count_say, .destroy = free};

struct fixture {
	char folder[64];
	int said;
	struct sy_synthesiser *cache;
};

static void open_cache(struct fixture *f, const char *folder)
{
	struct sy_synthesiser *behind = calloc(1, sizeof(*behind));
	struct counting *counting = calloc(1, sizeof(*counting));

	assert_non_null(behind);
	assert_non_null(counting);
	counting->said = &f->said;
	*behind = (struct sy_synthesiser){.impl = &count_impl, .state = counting};
	assert_int_equal(sy_speech_cache_create(behind, folder, &f->cache, NULL), 0);
}

static void reopen_cache(struct fixture *f)
{
	sy_synthesiser_destroy(f->cache);
	open_cache(f, f->folder);
}

static int make_fixture(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	strcpy(f->folder, "/tmp/sayso-cache-XXXXXX");
	if (!mkdtemp(f->folder))
		return -1;
	open_cache(f, f->folder);
	*state = f;
	return 0;
}

/* Calls `each` for every file of the folder; returns how many there are. */
static int each_file(const struct fixture *f, void (*each)(const char *path))
{
	DIR *dir = opendir(f->folder);
	char path[512];
	int n = 0;

	for (struct dirent *entry; dir && (entry = readdir(dir));) {
		if (entry->d_name[0] == '.')
			continue;
		(void)snprintf(path, sizeof(path), "%s/%s", f->folder, entry->d_name);
		if (each)
			each(path);
		n++;
	}
	if (dir)
		(void)closedir(dir);
	return n;
}

static void remove_file(const char *path)
{
	(void)unlink(path);
}

static int drop_fixture(void **state)
{
	struct fixture *f = *state;

	sy_synthesiser_destroy(f->cache);
	(void)chmod(f->folder, 0700);
	(void)each_file(f, remove_file);
	(void)rmdir(f->folder);
	free(f);
	return 0;
}

static void say(struct fixture *f, const char *text, double pace)
{
	struct sy_say_job job = {.text = text, .pace = pace, .rate = SY_RATE_LINE};
	struct sy_sound sound = {0};

	assert_int_equal(sy_synthesiser_say(f->cache, &job, &sound, NULL), 0);
	assert_int_equal(sound.rate, SY_RATE_LINE);
	assert_int_equal(sound.n, SOUND_SAMPLES);
	assert_int_equal(sound.pcm[SOUND_SAMPLES - 1], text[0] * 100 + (int)((pace ? pace : 1) * 10));
	sy_sound_reset(&sound);
}

static void makes_each_sound_once(void **state)
{
	struct fixture *f = *state;
	struct sy_speech_cache_counts counts;

	say(f, "a", 1);
	say(f, "a", 0); /* 0 is 1 */
	say(f, "a", 1);
	assert_int_equal(f->said, 1);
	say(f, "a", 0.5);
	say(f, "b", 1);
	assert_int_equal(f->said, 3);
	counts = sy_speech_cache_counts(f->cache);
	assert_int_equal(counts.memory_hits, 2);
	assert_int_equal(counts.misses, 3);
	assert_int_equal(counts.sounds, 3);
}

static size_t samples_of(struct fixture *f, const char *text, double pace)
{
	struct sy_say_job job = {.text = text, .pace = pace, .rate = SY_RATE_LINE};
	struct sy_sound sound = {0};
	size_t n;

	assert_int_equal(sy_synthesiser_say(f->cache, &job, &sound, NULL), 0);
	n = sound.n;
	sy_sound_reset(&sound);
	return n;
}

/* A text costs what of it was never said before, wherever that stood. */
static void shares_sentences(void **state)
{
	struct fixture *f = *state;
	const size_t gap = SY_SENTENCE_GAP_MS * SY_RATE_LINE / 1000;

	assert_int_equal(samples_of(f, "One. Two.", 1), 2 * SOUND_SAMPLES + gap);
	assert_int_equal(f->said, 2);
	assert_int_equal(samples_of(f, "  Two.\n One.  Three.", 1), 3 * SOUND_SAMPLES + 2 * gap);
	assert_int_equal(f->said, 3);
	assert_int_equal(samples_of(f, "Three. ", 1), SOUND_SAMPLES + gap);
	assert_int_equal(samples_of(f, "One. [pause] Three.", 1), 2 * SOUND_SAMPLES);
	assert_int_equal(f->said, 4); /* a pause belongs to the sentence before it */
	assert_int_equal(samples_of(f, "One. Two.", 0.5), 2 * SOUND_SAMPLES + 2 * gap);
	assert_int_equal(f->said, 6);
	assert_int_equal(
		samples_of(f, "  ", 1) + samples_of(f, "", 1), SOUND_SAMPLES); /* the test's voice says blanks too */
	assert_int_equal(sy_speech_cache_counts(f->cache).sounds, 7);
}

static void names_the_voice_once(void **state)
{
	struct fixture *f = *state;
	struct sy_say_job job = {.text = "a", .voice = SY_VOICE_DEFAULT, .rate = SY_RATE_LINE};
	struct sy_sound sound = {0};

	say(f, "a", 1);
	assert_int_equal(sy_synthesiser_say(f->cache, &job, &sound, NULL), 0);
	assert_int_equal(f->said, 1);
	sy_sound_reset(&sound);
}

static void keeps_sounds_between_runs(void **state)
{
	struct fixture *f = *state;

	say(f, "a", 1);
	reopen_cache(f);
	say(f, "a", 1);
	say(f, "a", 1);
	assert_int_equal(f->said, 1);
	assert_int_equal(sy_speech_cache_counts(f->cache).folder_hits, 1);
	assert_int_equal(sy_speech_cache_counts(f->cache).memory_hits, 1);
}

static void bounds_memory(void **state)
{
	struct fixture *f = *state;
	struct sy_speech_cache_counts counts;

	sy_synthesiser_destroy(f->cache);
	open_cache(f, NULL);
	sy_speech_cache_bound(f->cache, 3 * (2 * SOUND_SAMPLES + 200), 0, 0);
	say(f, "a", 1);
	say(f, "b", 1);
	say(f, "c", 1);
	say(f, "a", 1); /* b is now the one not wanted for longest */
	say(f, "d", 1);
	counts = sy_speech_cache_counts(f->cache);
	assert_int_equal(counts.sounds, 3);
	assert_true(counts.bytes <= 3 * (2 * SOUND_SAMPLES + 200));
	assert_int_equal(f->said, 4);
	say(f, "a", 1);
	assert_int_equal(f->said, 4);
	say(f, "b", 1);
	assert_int_equal(f->said, 5);
	sy_speech_cache_bound(f->cache, 100, 0, 0); /* no sound is this small: none is kept */
	say(f, "e", 1);
	say(f, "e", 1);
	assert_int_equal(f->said, 7);
}

static void bounds_the_folder(void **state)
{
	struct fixture *f = *state;
	char text[2] = "a";

	sy_speech_cache_bound(f->cache, 1, 1000000, 10);
	for (int i = 0; i < 25; i++) {
		text[0] = (char)('a' + i);
		say(f, text, 1);
	}
	assert_in_range(each_file(f, NULL), 5, 10);
	say(f, text, 1); /* the newest is still there */
	assert_int_equal(f->said, 25);
	sy_speech_cache_bound(f->cache, 1, 5000, 10);
	say(f, "A", 1);
	assert_in_range(each_file(f, NULL), 1, 2);
}

/* A file that lost its writer an hour ago: it goes when the folder is counted. */
static void leave_behind(const struct fixture *f, char ret_path[128])
{
	const struct timespec long_ago[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
	int fd;

	(void)snprintf(ret_path, 128, "%s/1-1.tmp", f->folder);
	fd = open(ret_path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(futimens(fd, long_ago), 0);
	(void)close(fd);
}

static void counts_the_folder_once(void **state)
{
	struct fixture *f = *state;
	char path[128], text[2] = " ";

	leave_behind(f, path);
	for (int i = 0; i < SY_SPEECH_FOLDER_UNCOUNTED; i++) {
		text[0] = (char)('0' + i);
		say(f, text, 1);
	}
	assert_int_equal(access(path, F_OK), -1);
	leave_behind(f, path);
	for (int i = 0; i < SY_SPEECH_FOLDER_UNCOUNTED; i++) {
		text[0]++;
		say(f, text, 1);
	}
	assert_int_equal(f->said, 2 * SY_SPEECH_FOLDER_UNCOUNTED);
	assert_int_equal(access(path, F_OK), 0);
}

static void damage(const char *path)
{
	int fd = open(path, O_WRONLY);

	assert_true(fd >= 0);
	assert_int_equal(lseek(fd, -3, SEEK_END) > 0, 1);
	assert_int_equal(write(fd, "x", 1), 1);
	(void)close(fd);
}

static void cut(const char *path)
{
	assert_int_equal(truncate(path, 50), 0);
}

static void empty(const char *path)
{
	assert_int_equal(truncate(path, 0), 0);
}

static void put_folder(const char *path)
{
	(void)unlink(path);
	assert_int_equal(mkdir(path, 0700), 0);
}

static void replaces_what_is_corrupt(void **state)
{
	static void (*const harms[])(const char *path) = {damage, cut, empty};
	struct fixture *f = *state;

	say(f, "a", 1);
	for (size_t i = 0; i < sizeof(harms) / sizeof(harms[0]); i++) {
		assert_int_equal(each_file(f, harms[i]), 1);
		reopen_cache(f);
		say(f, "a", 1);
		assert_int_equal(f->said, 2 + (int)i);
		reopen_cache(f); /* and it was replaced */
		say(f, "a", 1);
		assert_int_equal(f->said, 2 + (int)i);
	}
}

static void rename_to_other(const char *path)
{
	char other[512];

	/* As if two keys had the same hash. */
	(void)snprintf(other, sizeof(other), "%.*s/0123456789abcdef.say", (int)(strrchr(path, '/') - path), path);
	assert_int_equal(rename(path, other), 0);
}

static const char *foreign_path;

static void rename_to_foreign(const char *path)
{
	assert_int_equal(rename(path, foreign_path), 0);
}

static void remember(const char *path)
{
	static char kept[512];

	(void)snprintf(kept, sizeof(kept), "%s", path);
	foreign_path = kept;
}

static void tells_equal_hashes_apart(void **state)
{
	struct fixture *f = *state;

	say(f, "a", 1);
	(void)each_file(f, remember);
	(void)each_file(f, remove_file);
	reopen_cache(f);
	say(f, "b", 1);
	(void)each_file(f, rename_to_other);
	(void)each_file(f, rename_to_foreign); /* b's sound where a's would lie */
	reopen_cache(f);
	say(f, "a", 1);
	assert_int_equal(f->said, 3);
}

static void does_without_a_folder(void **state)
{
	struct fixture *f = *state;

	sy_synthesiser_destroy(f->cache);
	open_cache(f, "/dev/null/cache");
	say(f, "a", 1);
	say(f, "a", 1);
	assert_int_equal(f->said, 1);
	reopen_cache(f);
	say(f, "b", 1);
	(void)each_file(f, put_folder); /* a folder where the file should be */
	reopen_cache(f);
	say(f, "b", 1);
	say(f, "b", 1);
	assert_int_equal(f->said, 3);
}

static void remove_folder(const char *path)
{
	(void)rmdir(path);
}

static void does_with_a_read_only_folder(void **state)
{
	struct fixture *f = *state;

	say(f, "a", 1);
	assert_int_equal(chmod(f->folder, 0500), 0);
	reopen_cache(f);
	say(f, "a", 1);
	assert_int_equal(f->said, 1);
	say(f, "b", 1);
	say(f, "b", 1);
	assert_int_equal(f->said, 2);
	assert_int_equal(chmod(f->folder, 0700), 0);
	(void)each_file(f, remove_folder);
}

static void keeps_no_failure(void **state)
{
	struct fixture *f = *state;
	struct sy_say_job job = {.text = "fail", .rate = SY_RATE_LINE};
	struct sy_problem why = {""};
	struct sy_sound sound = {0};

	assert_int_equal(sy_synthesiser_say(f->cache, &job, &sound, &why), EINVAL);
	assert_string_equal(why.text, "no");
	assert_int_equal(sy_speech_cache_counts(f->cache).sounds, 0);
	assert_int_equal(each_file(f, NULL), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_fixture, drop_fixture)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(makes_each_sound_once),
		TEST(shares_sentences),
		TEST(names_the_voice_once),
		TEST(keeps_sounds_between_runs),
		TEST(bounds_memory),
		TEST(bounds_the_folder),
		TEST(counts_the_folder_once),
		TEST(replaces_what_is_corrupt),
		TEST(tells_equal_hashes_apart),
		TEST(does_without_a_folder),
		TEST(does_with_a_read_only_folder),
		TEST(keeps_no_failure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
