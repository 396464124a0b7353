#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audio/talk_file.h"
#include "base/text.h"
#include "base/yaml.h"

/* libcyaml writes from structs without const and does not change them. */
union borrowed {
	const void *from;
	void *to;
};

static void *borrow(const void *pointer)
{
	return ((union borrowed){.from = pointer}).to;
}

/* What the file struct needs beyond the talk: numbers to point at, written pairs. Freed whole. */
struct save {
	const struct sy_talk *talk;
	const char *folder; /* of the script, with its slash; length folder_n */
	size_t folder_n;
	struct sy_talk_file file;
	struct sy_talk_file_turn *turns;
	struct sy_talk_file_line *lines;
	struct sy_talk_file_noise *noises;
	struct sy_talk_file_expect *expects;
	struct sy_talk_file_end end;
	char now[20];
	bool yes;
	struct sy_talk_file_words *written; /* of each turn, and the end's */
};

static struct sy_talk_file_words borrow_words(const struct sy_talk_words *words)
{
	return (struct sy_talk_file_words){.at = borrow(words->at), .n = words->n};
}

static void free_written(struct sy_talk_file_words *words)
{
	for (unsigned i = 0; words->at && i < words->n; i++)
		free(words->at[i]);
	free(words->at);
}

static int write_pairs(const struct sy_pairs *pairs, struct sy_talk_file_words *words)
{
	if (pairs->n == 0)
		return 0;
	words->at = calloc(pairs->n, sizeof(*words->at));
	if (!words->at)
		return ENOMEM;
	for (words->n = 0; words->n < pairs->n; words->n++) {
		const struct sy_pair *pair = &pairs->at[words->n];
		if (asprintf(&words->at[words->n], "%s=%s", pair->name, pair->value) < 0) {
			words->at[words->n] = NULL;
			return ENOMEM;
		}
	}
	return 0;
}

static char *relative(const struct save *save, const char *path)
{
	const bool inside = save->folder_n > 0 && strncmp(path, save->folder, save->folder_n) == 0;

	return borrow(inside ? path + save->folder_n : path);
}

static bool line_is_empty(const struct sy_talk_line *line)
{
	return !line->codec && !line->noise && !line->snr_db && !line->level_db && !line->loss_percent;
}

static int save_expect(
	const struct sy_talk_expect *from, struct sy_talk_file_words *written, struct sy_talk_file_expect *expect)
{
	*expect = (struct sy_talk_file_expect){
		.intent = borrow(from->intent),
		.decision = borrow(from->decision),
		.text = borrow(from->text),
		.answer = borrow(from->answer),
		.say = borrow_words(&from->say),
		.not_say = borrow_words(&from->not_say),
		.state = borrow(from->state),
		.handoff = borrow(from->handoff),
		.interrupted = borrow(from->interrupted),
		.silence = borrow(from->silence),
		.within_ms = borrow(from->within_ms),
	};
	const int err = write_pairs(&from->slots, written);
	expect->slots = *written;
	return err;
}

static bool expects_something(const struct sy_talk_expect *expect)
{
	return expect->intent || expect->decision || expect->text || expect->slots.n || expect->answer ||
	       expect->say.n || expect->not_say.n || expect->state || expect->handoff || expect->interrupted ||
	       expect->silence || expect->within_ms;
}

static int save_turn(struct save *save, size_t i)
{
	const struct sy_talk_turn *from = &save->talk->turns[i];
	struct sy_talk_file_turn *turn = &save->turns[i];

	*turn = (struct sy_talk_file_turn){
		.say = borrow(from->say),
		.wav = from->wav ? relative(save, from->wav) : NULL,
		.key = borrow(from->keys),
		.silence_ms = from->act == SY_TALK_SILENCE ? borrow(&from->ms) : NULL,
		.hang_up = from->act == SY_TALK_HANG_UP ? &save->yes : NULL,
		.voice = from->act == SY_TALK_SAY ? borrow(from->voice) : NULL,
		.gap_ms = from->act == SY_TALK_KEY ? borrow(&from->gap_ms) : NULL,
		.after_ms = from->after_ms >= 0 ? borrow(&from->after_ms) : NULL,
		.during_ms = from->during_ms >= 0 ? borrow(&from->during_ms) : NULL,
	};
	if (from->act == SY_TALK_NOISE) {
		save->noises[i] = (struct sy_talk_file_noise){
			.kind = relative(save, from->noise), .ms = from->ms, .level_db = borrow(&from->level_db)};
		turn->noise = &save->noises[i];
	}
	if (!line_is_empty(&from->line)) {
		save->lines[i] = (struct sy_talk_file_line){borrow(from->line.codec),
			from->line.noise ? relative(save, from->line.noise) : NULL, borrow(from->line.snr_db),
			borrow(from->line.level_db), borrow(from->line.loss_percent)};
		turn->line = &save->lines[i];
	}
	if (expects_something(&from->expect))
		turn->expect = &save->expects[i];
	return save_expect(&from->expect, &save->written[i], &save->expects[i]);
}

static int save_end(struct save *save)
{
	const struct sy_talk_end *from = &save->talk->expect;
	struct sy_talk_file_words *written = &save->written[save->talk->n_turns];
	const int err = write_pairs(&from->filled, written);

	save->end = (struct sy_talk_file_end){.outcome = borrow(from->outcome),
		.handoff = borrow(from->handoff),
		.answers = borrow_words(&from->answers),
		.filled = *written,
		.max_ms = borrow(from->max_ms)};
	if (from->outcome || from->handoff || from->answers.n || from->filled.n || from->max_ms)
		save->file.expect = &save->end;
	return err;
}

static int allocate(struct save *save)
{
	const size_t n = save->talk->n_turns + 1;

	save->turns = calloc(n, sizeof(*save->turns));
	save->lines = calloc(n, sizeof(*save->lines));
	save->noises = calloc(n, sizeof(*save->noises));
	save->expects = calloc(n, sizeof(*save->expects));
	save->written = calloc(n, sizeof(*save->written));
	return save->turns && save->lines && save->noises && save->expects && save->written ? 0 : ENOMEM;
}

static int fill(struct save *save)
{
	const struct sy_talk *talk = save->talk;
	int err = allocate(save);

	if (err)
		return err;
	(void)strftime(save->now, sizeof(save->now), "%Y-%m-%dT%H:%M", &talk->now);
	save->yes = true;
	const struct sy_talk_line *line = &talk->line;
	save->lines[talk->n_turns] =
		(struct sy_talk_file_line){borrow(line->codec), line->noise ? relative(save, line->noise) : NULL,
			borrow(line->snr_db), borrow(line->level_db), borrow(line->loss_percent)};
	save->file = (struct sy_talk_file){
		.name = talk->name && *talk->name ? borrow(talk->name) : NULL,
		.about = talk->about && *talk->about ? borrow(talk->about) : NULL,
		.now = save->now,
		.db = talk->db ? relative(save, talk->db) : NULL,
		.rate = borrow(&talk->rate),
		.seed = borrow(&talk->seed),
		.line = line_is_empty(line) ? NULL : &save->lines[talk->n_turns],
		.turns = save->turns,
		.turns_n = (unsigned)talk->n_turns,
	};
	for (size_t i = 0; !err && i < talk->n_turns; i++)
		err = save_turn(save, i);
	return err ? err : save_end(save);
}

static void release(struct save *save)
{
	for (size_t i = 0; save->written && i <= save->talk->n_turns; i++)
		free_written(&save->written[i]);
	free(save->written);
	free(save->turns);
	free(save->lines);
	free(save->noises);
	free(save->expects);
}

static int write_all(int fd, const char *text, size_t n)
{
	while (n > 0) {
		const ssize_t written = write(fd, text, n);
		if (written < 0 && errno != EINTR)
			return errno;
		if (written > 0) {
			text += written;
			n -= (size_t)written;
		}
	}
	return 0;
}

/* Beside the target first, so that a full disk leaves what was there. */
static int write_file(const char *path, const struct sy_text *text)
{
	char *fresh = NULL;
	int err = 0;

	if (asprintf(&fresh, "%s.XXXXXX", path) < 0)
		return ENOMEM;
	const int fd = mkstemp(fresh);
	if (fd < 0) {
		err = errno;
		goto out;
	}
	err = write_all(fd, sy_text_str(text), text->len);
	if (!err && fchmod(fd, 0644) != 0)
		err = errno;
	if (close(fd) != 0 && !err)
		err = errno;
	if (!err && rename(fresh, path) != 0)
		err = errno;
	if (err)
		(void)unlink(fresh);
out:
	free(fresh);
	return err;
}

int sy_talk_save(const struct sy_talk *talk, const char *path, struct sy_problem *why)
{
	const char *slash = strrchr(path, '/');
	struct save save = {.talk = talk, .folder = path, .folder_n = slash ? (size_t)(slash - path) + 1 : 0};
	struct sy_text text = {0};
	int err = fill(&save);

	if (!err)
		err = sy_yaml_save(&save.file, &sy_talk_file_schema, &text, why);
	if (!err) {
		err = write_file(path, &text);
		if (err)
			err = sy_problem_set(why, err, "%s: cannot be written: %s", path, strerror(err));
	}
	sy_text_reset(&text);
	release(&save);
	return err;
}
