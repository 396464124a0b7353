#include "audio/talk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audio/frame.h"
#include "audio/talk_file.h"
#include "base/yaml.h"

int sy_talk_keep(struct sy_talk *talk, char *string)
{
	struct sy_talk_memory *memory = talk->memory;
	char **strings = realloc(memory->strings, (memory->n + 1) * sizeof(*strings));

	if (!strings) {
		free(string);
		return ENOMEM;
	}
	memory->strings = strings;
	strings[memory->n++] = string;
	return 0;
}

int sy_talk_make(const char *path, size_t n_turns, struct sy_talk **ret_talk)
{
	struct sy_talk *talk = calloc(1, sizeof(*talk));
	int err = ENOMEM;

	if (!talk)
		return ENOMEM;
	talk->memory = calloc(1, sizeof(*talk->memory));
	talk->turns = calloc(n_turns ? n_turns : 1, sizeof(*talk->turns));
	char *kept = strdup(path);
	if (!talk->memory || !talk->turns || !kept)
		goto out;
	err = sy_talk_keep(talk, kept);
	if (err) {
		kept = NULL;
		goto out;
	}
	talk->path = kept;
	kept = NULL;
	talk->n_turns = n_turns;
	talk->rate = SY_RATE_LINE;
	*ret_talk = talk;
	talk = NULL;
out:
	free(kept);
	sy_talk_destroy(talk);
	return err;
}

/* The path seen from the script's folder. Kept by the talk. */
int sy_talk_join(struct sy_talk *talk, const char *relative, const char **ret_path)
{
	const char *slash = strrchr(talk->path, '/');
	const size_t folder = *relative == '/' || !slash ? 0 : (size_t)(slash - talk->path) + 1;
	char *path = malloc(folder + strlen(relative) + 1);

	if (!path)
		return ENOMEM;
	memcpy(path, talk->path, folder);
	strcpy(path + folder, relative);
	const int err = sy_talk_keep(talk, path);
	if (!err)
		*ret_path = path;
	return err;
}

int sy_talk_now(const char *text, struct tm *ret_now)
{
	struct tm now = {.tm_isdst = -1};
	const char *end = strptime(text, "%Y-%m-%dT%H:%M", &now);

	if (!end || *end)
		return EINVAL;
	/* Fills in the day of the week, and shows a day that does not exist, without any time zone. */
	struct tm whole = now;
	const time_t seconds = timegm(&whole);
	if (seconds == (time_t)-1 || whole.tm_mday != now.tm_mday || whole.tm_mon != now.tm_mon)
		return EINVAL;
	whole.tm_isdst = -1;
	*ret_now = whole;
	return 0;
}

int sy_talk_from_wavs(const char *const *paths, size_t n, int rate, struct sy_talk **ret_talk, struct sy_problem *why)
{
	struct sy_talk *talk = NULL;

	if (n > SY_TALK_TURNS_MAX)
		return sy_problem_set(
			why, E2BIG, "%zu recordings are too many for one call: at most %d", n, SY_TALK_TURNS_MAX);
	int err = sy_talk_make("", n, &talk);
	if (err)
		return err;
	talk->name = "recordings";
	talk->rate = rate;
	err = sy_talk_now(SY_TALK_NOW, &talk->now);
	for (size_t i = 0; !err && i < n; i++) {
		struct sy_talk_turn *turn = &talk->turns[i];
		*turn = (struct sy_talk_turn){
			.act = SY_TALK_WAV, .after_ms = SY_TALK_AFTER_MS, .during_ms = -1, .voice = SY_TALK_VOICE};
		err = sy_talk_join(talk, paths[i], &turn->wav);
	}
	if (err) {
		sy_talk_destroy(talk);
		return err;
	}
	*ret_talk = talk;
	return 0;
}

void sy_talk_destroy(struct sy_talk *talk)
{
	if (!talk)
		return;
	for (size_t i = 0; talk->turns && i < talk->n_turns; i++)
		sy_pairs_reset(&talk->turns[i].expect.slots);
	sy_pairs_reset(&talk->expect.filled);
	free(talk->turns);
	if (talk->memory) {
		for (size_t i = 0; i < talk->memory->n; i++)
			free(talk->memory->strings[i]);
		free(talk->memory->strings);
		sy_yaml_free(&sy_talk_file_schema, talk->memory->file);
	}
	free(talk->memory);
	free(talk);
}
