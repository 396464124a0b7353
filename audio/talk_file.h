/*
 * talk_file: a talk script as it stands in its file, for libcyaml. Only audio/talk*.c know it.
 *
 * Pointers are optional keys. Slots are written "name=value", as libcyaml knows no free keys.
 */
#ifndef SY_AUDIO_TALK_FILE_H
#define SY_AUDIO_TALK_FILE_H

#include <cyaml/cyaml.h>

#include "audio/talk.h"

struct sy_talk_file_line {
	char *codec, *noise;
	double *snr_db, *level_db, *loss_percent;
};

struct sy_talk_file_noise {
	char *kind;
	int ms;
	double *level_db;
};

struct sy_talk_file_words {
	char **at;
	unsigned n;
};

struct sy_talk_file_expect {
	char *intent, *decision, *text, *answer, *state, *handoff;
	struct sy_talk_file_words slots, say, not_say;
	bool *interrupted, *silence;
	int *within_ms;
};

struct sy_talk_file_turn {
	char *say, *wav, *key;
	int *silence_ms;
	struct sy_talk_file_noise *noise;
	bool *hang_up;
	char *voice;
	struct sy_talk_file_line *line;
	int *gap_ms, *after_ms, *during_ms;
	struct sy_talk_file_expect *expect;
};

struct sy_talk_file_end {
	char *outcome, *handoff;
	struct sy_talk_file_words answers, filled;
	int *max_ms;
};

struct sy_talk_file {
	char *name, *about, *voice, *now, *db;
	int *rate;
	unsigned *seed;
	struct sy_talk_file_line *line;
	struct sy_talk_file_turn *turns;
	unsigned turns_n;
	struct sy_talk_file_end *expect;
};

extern const cyaml_schema_value_t sy_talk_file_schema;

/* What the public struct's pointers point into. */
struct sy_talk_memory {
	struct sy_talk_file *file; /* by libcyaml; NULL for one made from recordings */
	char **strings;            /* joined paths */
	size_t n;
};

/* Takes the string, also on failure. */
int sy_talk_keep(struct sy_talk *talk, char *string);
/* An empty talk with room for so many turns. */
int sy_talk_make(const char *path, size_t n_turns, struct sy_talk **ret_talk);
/* The path as seen from the script's folder; kept by the talk. */
int sy_talk_join(struct sy_talk *talk, const char *relative, const char **ret_path);
/* "YYYY-MM-DDTHH:MM". EINVAL. */
int sy_talk_now(const char *text, struct tm *ret_now);

#endif
