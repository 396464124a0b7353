#include "tools/load/turns.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/caller_voice.h"
#include "audio/frame.h"
#include "audio/g711.h"
#include "audio/wav.h"
#include "tools/bench_span.h"

#define LINE_MAX_BYTES 4096
#define PACKET (SY_RATE_LINE / 1000 * SY_FRAME_MS)
/* Recordings of each kind: a few dozen voices. */
#define A_KIND 40
/* Every so many lines of a set, so that many speakers come in. */
#define ORDERS_STEP 5
#define SENTENCES_STEP 40
#define READS_STEP 15

/* Not the one that the engine speaks with (slt): a caller has a voice of their own. */
static const char *const voices[] = {"flite:rms", "espeak:en-us", "flite:awb", "espeak:en-us+f3"};
#define VOICES (sizeof(voices) / sizeof(voices[0]))

static size_t sample_of(double ms)
{
	return (size_t)(ms * SY_RATE_LINE / 1000);
}

static double ms_of(size_t sample)
{
	return (double)sample * 1000 / SY_RATE_LINE;
}

/* Takes `sound`. */
static int add_turn(struct sy_load_turns *turns, enum sy_load_kind kind, struct sy_sound *sound)
{
	const size_t n = (sound->n + PACKET - 1) / PACKET * PACKET;
	struct sy_load_turn *turn = &turns->at[turns->n];
	size_t begin, end;

	if (turns->n == SY_LOAD_TURNS_MAX || sound->n == 0 || n > sample_of(SY_LOAD_TURN_MS_MAX)) {
		sy_sound_reset(sound);
		return 0;
	}
	sy_bench_span(sound, &begin, &end);
	*turn = (struct sy_load_turn){.kind = kind, .n = n, .mulaw = malloc(n)};
	turn->onset_ms = ms_of(begin);
	turn->end_ms = ms_of(end);
	if (turn->mulaw != NULL) {
		memset(turn->mulaw, sy_g711_to_mulaw(0), n);
		for (size_t i = 0; i < sound->n; i++)
			turn->mulaw[i] = sy_g711_to_mulaw(sound->pcm[i]);
		turns->n++;
		turns->of_kind[kind]++;
	}
	sy_sound_reset(sound);
	return turn->mulaw != NULL ? 0 : ENOMEM;
}

/* One line of the questions. */
struct line {
	enum sy_load_kind kind;
	bool is_reply;
	const char *text;
};

/* The turn that was added last is what this voice replies to what it said in the line before. */
static void chain(struct sy_load_turns *turns, size_t *before, bool is_reply)
{
	struct sy_load_turn *turn = &turns->at[turns->n - 1];

	if (is_reply) {
		turn->is_reply = true;
		turns->of_kind[turn->kind]--;
		turns->at[*before].then = turns->n - 1;
	}
	*before = turns->n - 1;
}

/* `before`: where each voice's turn of the line before is. */
static int say(struct sy_load_turns *turns, const struct line *line, size_t *before, struct sy_problem *why)
{
	for (size_t i = 0; i < VOICES; i++) {
		struct sy_sound wide = {0}, sound = {0};
		const size_t n = turns->n;
		int err = sy_caller_voice_say(voices[i], line->text, &wide, why);
		if (err == 0)
			err = sy_sound_resample(&wide, SY_RATE_LINE, &sound);
		sy_sound_reset(&wide);
		if (err == 0)
			err = add_turn(turns, line->kind, &sound);
		if (err != 0)
			return err;
		if (turns->n > n)
			chain(turns, &before[i], line->is_reply);
	}
	return 0;
}

static bool read_line(char *text, struct line *ret_line)
{
	static const char then[] = "then ", question[] = "question: ", number[] = "number: ";

	*ret_line = (struct line){.is_reply = strncmp(text, then, strlen(then)) == 0};
	text += ret_line->is_reply ? strlen(then) : 0;
	const bool asks = strncmp(text, question, strlen(question)) == 0;
	if (!asks && strncmp(text, number, strlen(number)) != 0)
		return false;
	ret_line->kind = asks ? SY_LOAD_QUESTION : SY_LOAD_NUMBER;
	ret_line->text = text + (asks ? strlen(question) : strlen(number));
	return true;
}

static int read_questions(struct sy_load_turns *turns, const char *path, struct sy_problem *why)
{
	size_t before[VOICES] = {0};
	char text[LINE_MAX_BYTES];
	FILE *file = fopen(path, "re");
	struct line line;
	int err = 0;

	if (file == NULL)
		return sy_problem_set(why, errno, "%s: %s", path, strerror(errno));
	for (int n = 1; err == 0 && fgets(text, sizeof(text), file) != NULL; n++) {
		text[strcspn(text, "\n")] = '\0';
		if (text[0] == '\0' || text[0] == '#')
			continue;
		if (read_line(text, &line) && (!line.is_reply || turns->n > 0))
			err = say(turns, &line, before, why);
		else
			err = sy_problem_at(why, EINVAL, path, n, 0,
				"expected \"question: TEXT\" or \"number: TEXT\", with \"then \" before it if it "
				"replies to "
				"what is asked after the line before, or # and a remark");
	}
	(void)fclose(file);
	return err;
}

/* A set of recordings: which lines of its labels.jsonl are taken, and as what. */
struct set {
	const char *folder;
	enum sy_load_kind kind;
	size_t step;
	bool (*wanted)(const json_t *label);
};

static bool is_clean(const json_t *label)
{
	const char *file = json_string_value(json_object_get(label, "file"));

	return file != NULL && strncmp(file, "clean/", 6) == 0;
}

/* In their own words, and not for a person: that would end the conversation. */
static bool is_other_sentence(const json_t *label)
{
	const char *words = json_string_value(json_object_get(label, "transcript"));

	return json_is_false(json_object_get(label, "says_operator")) && words != NULL && strchr(words, ' ') != NULL;
}

static bool is_read(const json_t *label)
{
	const char *file = json_string_value(json_object_get(label, "file"));

	return file != NULL && strncmp(file, "read/", 5) == 0;
}

static const struct set sets[] = {
	{"coffee", SY_LOAD_ORDER, ORDERS_STEP, is_clean},
	{"operator", SY_LOAD_SENTENCE, SENTENCES_STEP, is_other_sentence},
	{"wide", SY_LOAD_READ, READS_STEP, is_read},
};

/* Times in labels are those of one word of interest, so speech is looked for in the sound. */
static int add_recording(struct sy_load_turns *turns, const struct set *set, const char *folder, const json_t *label)
{
	const char *file = json_string_value(json_object_get(label, "file"));
	struct sy_sound sound = {0};
	char path[LINE_MAX_BYTES];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, file);
	if (sy_wav_read(path, SY_RATE_LINE, &sound, NULL) != 0)
		return 0;
	return add_turn(turns, set->kind, &sound);
}

static int read_set(struct sy_load_turns *turns, const struct set *set, const char *speech)
{
	char line[LINE_MAX_BYTES], folder[LINE_MAX_BYTES - 64], path[LINE_MAX_BYTES];
	size_t i = 0;
	int err = 0;

	(void)snprintf(folder, sizeof(folder), "%s/%s", speech, set->folder);
	(void)snprintf(path, sizeof(path), "%s/labels.jsonl", folder);
	FILE *labels = fopen(path, "re");
	if (labels == NULL)
		return 0;
	while (err == 0 && turns->of_kind[set->kind] < A_KIND && fgets(line, sizeof(line), labels) != NULL) {
		json_t *label = json_loads(line, 0, NULL);
		if (label != NULL && set->wanted(label) && i++ % set->step == 0)
			err = add_recording(turns, set, folder, label);
		json_decref(label);
	}
	(void)fclose(labels);
	return err;
}

int sy_load_turns_read(struct sy_load_turns *turns, const char *questions, const char *speech, struct sy_problem *why)
{
	int err = read_questions(turns, questions, why);

	for (size_t i = 0; err == 0 && i < sizeof(sets) / sizeof(sets[0]); i++)
		err = read_set(turns, &sets[i], speech);
	if (err == 0 && turns->n == 0)
		err = sy_problem_set(why, ENODATA, "%s: nothing for callers to say", questions);
	return err;
}

void sy_load_turns_reset(struct sy_load_turns *turns)
{
	for (size_t i = 0; i < turns->n; i++)
		free(turns->at[i].mulaw);
	*turns = (struct sy_load_turns){0};
}

const struct sy_load_turn *sy_load_turns_pick(const struct sy_load_turns *turns, enum sy_load_kind kind, size_t nth)
{
	if (turns->of_kind[kind] == 0)
		return NULL;
	nth %= turns->of_kind[kind];
	for (size_t i = 0; i < turns->n; i++)
		if (turns->at[i].kind == kind && !turns->at[i].is_reply && nth-- == 0)
			return &turns->at[i];
	return NULL;
}
