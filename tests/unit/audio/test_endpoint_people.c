#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "audio/endpoint.h"
#include "audio/frame.h"
#include "audio/wav.h"

/*
 * The endpointer on people in real telephone calls. Its thresholds were tuned on one half of the speakers; the other
 * half was only looked at afterwards. Rates are coarse bounds, the exact ones are printed.
 */

#define LATENCIES_MAX 2000

struct half {
	int files, found, cut;
	int words, false_onsets, ended;
	int interrupted, interrupting;
	int stop_ms[LATENCIES_MAX]; /* from the start of speech to the onset over a prompt */
	int stops;
};

struct utterance {
	struct sy_sound sound;
	double start_s, end_s;
	bool sentence; /* the times are those of one word inside it */
	struct half *half;
};

static char speech_dir[4096];

/* The recordings, or skip(). */
static const char *speech(const char *set)
{
	static char path[4200];
	const char *given = getenv("SAYSO_SPEECH");
	struct stat there;

	(void)snprintf(speech_dir, sizeof(speech_dir), "%s", given ? given : SAYSO_TESTS_DIR "/../../shared/speech");
	(void)snprintf(path, sizeof(path), "%s/%s", speech_dir, set);
	if (stat(path, &there) != 0) {
		print_message("no recordings in %s: set SAYSO_SPEECH to their folder\n", path);
		skip();
	}
	return path;
}

static int half_of(const char *speaker)
{
	unsigned hash = 0;

	for (; *speaker; speaker++)
		hash = hash * 31 + (unsigned char)*speaker;
	return hash >> 3 & 1;
}

struct seen {
	bool found, cut, false_onset;
	double found_s, begin_s, last_speech_s;
};

/* What becomes of the labelled word when the owner takes a turn after 0.8 s of silence. */
static struct seen listen(const struct utterance *utterance, bool prompting)
{
	struct seen seen = {.last_speech_s = -1};
	struct sy_endpoint *endpoint;
	double turn_begin_s = 0;

	assert_int_equal(sy_endpoint_create(SY_RATE_LINE, &endpoint), 0);
	for (size_t at = 0; at + 160 <= utterance->sound.n; at += 160) {
		const double now_s = (double)(at + 160) / SY_RATE_LINE;
		enum sy_endpoint_event event;
		const int16_t *pcm;
		size_t n;
		assert_int_equal(sy_endpoint_feed(endpoint, utterance->sound.pcm + at, prompting, &event), 0);
		sy_endpoint_turn(endpoint, &pcm, &n);
		const int silence_ms = sy_endpoint_silence_ms(endpoint);
		if (event == SY_ENDPOINT_ONSET) {
			turn_begin_s = now_s - (double)n / SY_RATE_LINE;
			seen.false_onset = seen.false_onset || now_s < utterance->start_s;
		}
		if (event == SY_ENDPOINT_PAUSE)
			seen.last_speech_s = now_s - silence_ms / 1000.0;
		if (!seen.found && sy_endpoint_in_speech(endpoint) && silence_ms == 0 && now_s > utterance->start_s &&
			now_s < utterance->end_s + 0.1) {
			seen.found = true;
			seen.found_s = now_s;
			seen.begin_s = turn_begin_s;
			seen.cut = turn_begin_s > utterance->start_s;
		}
		if (sy_endpoint_in_speech(endpoint) && silence_ms >= 800)
			sy_endpoint_restart(endpoint);
	}
	sy_endpoint_destroy(endpoint);
	return seen;
}

static void judge_word(const struct utterance *utterance, const struct seen *seen)
{
	struct half *half = utterance->half;
	const struct seen over = listen(utterance, true);

	half->words++;
	half->false_onsets += seen->false_onset;
	half->ended += seen->last_speech_s > utterance->end_s - 0.15;
	half->interrupting++;
	half->interrupted += over.found;
	/* Labels begin up to 0.1 s late; where the turn reaches further back something else was heard before. */
	const double first_s = over.begin_s + SY_ENDPOINT_PREROLL_MS / 1000.0;
	if (over.found && !over.false_onset && first_s > utterance->start_s - 0.1 && half->stops < LATENCIES_MAX) {
		const double from_s = first_s > utterance->start_s ? first_s : utterance->start_s;
		half->stop_ms[half->stops++] = (int)((over.found_s - from_s) * 1000 + 0.5);
	}
}

static void judge(const struct utterance *utterance)
{
	const struct seen seen = listen(utterance, false);

	utterance->half->files++;
	utterance->half->found += seen.found;
	utterance->half->cut += seen.found && seen.cut;
	if (!utterance->sentence)
		judge_word(utterance, &seen);
}

static bool read_utterance(const char *dir, json_t *label, struct half *halves, struct utterance *ret)
{
	char path[8192];

	ret->start_s = json_number_value(json_object_get(label, "start_s"));
	ret->end_s = json_number_value(json_object_get(label, "end_s"));
	ret->sentence = strstr(json_string_value(json_object_get(label, "kind")), "in-sentence") != NULL;
	ret->half = &halves[half_of(json_string_value(json_object_get(label, "speaker")))];
	(void)snprintf(path, sizeof(path), "%s/%s", dir, json_string_value(json_object_get(label, "file")));
	ret->sound = (struct sy_sound){0};
	assert_int_equal(sy_wav_read(path, SY_RATE_LINE, &ret->sound, NULL), 0);
	/* Some labels are empty, reversed, or beyond the end. */
	return ret->end_s > ret->start_s && ret->end_s <= (double)ret->sound.n / SY_RATE_LINE;
}

static int compare(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

static double per_cent(int part, int whole)
{
	return whole ? 100.0 * part / whole : 0;
}

static void report(struct half *half, const char *name)
{
	qsort(half->stop_ms, (size_t)half->stops, sizeof(int), compare);
	print_message(
		"%s half: %d utterances, found %.2f %%, start cut %.2f %%; %d single words, onset before the word "
		"%.2f %%, end found %.2f %%; over a prompt found %.2f %%, after %d ms (p50), %d ms (p95)\n",
		name, half->files, per_cent(half->found, half->files), per_cent(half->cut, half->files), half->words,
		per_cent(half->false_onsets, half->words), per_cent(half->ended, half->words),
		per_cent(half->interrupted, half->interrupting), half->stop_ms[half->stops / 2],
		half->stop_ms[half->stops * 95 / 100]);
}

static void check(const struct half *half)
{
	assert_true(half->files > 500);
	assert_true(per_cent(half->found, half->files) >= 99);
	assert_true(per_cent(half->cut, half->files) <= 1);
	assert_true(per_cent(half->false_onsets, half->words) <= 3);
	assert_true(per_cent(half->ended, half->words) >= 90);
	assert_true(per_cent(half->interrupted, half->interrupting) >= 98);
	assert_true(half->stop_ms[half->stops / 2] <= 140);
	assert_true(half->stop_ms[half->stops * 95 / 100] <= 200);
}

static void people_on_real_lines_are_found(void **state)
{
	static struct half halves[2];
	char labels[8192], dir[4200], line[8192];

	(void)state;
	(void)snprintf(dir, sizeof(dir), "%s", speech("operator"));
	(void)snprintf(labels, sizeof(labels), "%s/labels.jsonl", dir);
	FILE *file = fopen(labels, "r");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		json_t *label = json_loads(line, 0, NULL);
		struct utterance utterance;
		assert_non_null(label);
		if (read_utterance(dir, label, halves, &utterance))
			judge(&utterance);
		sy_sound_reset(&utterance.sound);
		json_decref(label);
	}
	(void)fclose(file);
	report(&halves[0], "tuned");
	report(&halves[1], "other");
	check(&halves[0]);
	check(&halves[1]);
}

static int is_wav(const struct dirent *entry)
{
	return strstr(entry->d_name, ".wav") != NULL;
}

/* Share of a set's files in which a turn begins. */
static double found_in(const char *set)
{
	struct dirent **names;
	char dir[4200], path[8192];
	int found = 0;

	(void)snprintf(dir, sizeof(dir), "%s", speech(set));
	const int n = scandir(dir, &names, is_wav, alphasort);
	assert_true(n > 0);
	for (int i = 0; i < n; i++) {
		struct utterance utterance = {.end_s = 1e9};
		(void)snprintf(path, sizeof(path), "%s/%s", dir, names[i]->d_name);
		assert_int_equal(sy_wav_read(path, SY_RATE_LINE, &utterance.sound, NULL), 0);
		found += listen(&utterance, false).found;
		sy_sound_reset(&utterance.sound);
		free(names[i]);
	}
	free(names);
	print_message("%s: a turn in %.2f %% of %d\n", set, per_cent(found, n), n);
	return per_cent(found, n);
}

static void people_in_a_noisy_kitchen_are_found(void **state)
{
	(void)state;
	assert_true(found_in("coffee/kitchen-09db") >= 99);
}

/* The recordings are cut tight: some begin in the middle of the word and last 0.15 s. */
static void single_digits_are_found(void **state)
{
	(void)state;
	assert_true(found_in("digits") >= 90);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(people_on_real_lines_are_found),
		cmocka_unit_test(people_in_a_noisy_kitchen_are_found),
		cmocka_unit_test(single_digits_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
