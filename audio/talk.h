/*
 * talk: a talk script: what a caller says and does in one call, and what must come of it.
 *
 * Plain data, read from YAML (docs/talk-scripts.md) or made from recordings. audio/bridge_script plays it; whoever
 * watches the call's events judges it by the expectations, which are only kept here.
 * Owner: whoever holds the pointer; sy_talk_destroy() frees all of it. Read-only once loaded.
 *
 * Errors: those of base/yaml.h, and EINVAL for a turn that does nothing, or two things; `why` names file and line.
 */
#ifndef SY_AUDIO_TALK_H
#define SY_AUDIO_TALK_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

#include "base/pairs.h"
#include "base/problem.h"

/* A long script is some 20 turns; a mistaken file is refused before it fills memory. */
#define SY_TALK_BYTES_MAX (256 * 1024)
#define SY_TALK_TURNS_MAX 200
/* All sounds and waits of one script together. */
#define SY_TALK_SECONDS_MAX 1800
/* One `say`: about a minute of speech. */
#define SY_TALK_TEXT_MAX 1000
#define SY_TALK_KEYS_MAX 32
#define SY_TALK_AFTER_MS 300
#define SY_TALK_KEY_GAP_MS 300
#define SY_TALK_LEVEL_DB (-26)
/* Nothing given: a Wednesday before noon, when the demonstration's shops are open. */
#define SY_TALK_NOW "2026-03-11T10:30"
#define SY_TALK_VOICE "espeak:en-us"

/* What the line does to the caller's sound. Fields are NULL where the script is silent. */
struct sy_talk_line {
	const char *codec;          /* "none" | "mulaw" ("ulaw") | "alaw"; both limit the band, too */
	const char *noise;          /* as in audio/line_effect.h; a recording's path is joined already */
	const double *snr_db;       /* of the turn's own speech against the noise */
	const double *level_db;     /* louder or softer */
	const double *loss_percent; /* of 20 ms packets */
};

struct sy_talk_words {
	const char *const *at;
	unsigned n;
};

/* NULL, zero or empty: not asked for. */
struct sy_talk_expect {
	const char *intent, *decision, *text; /* of a `heard`; text is a part of what was heard */
	struct sy_pairs slots;
	const char *answer;           /* article */
	struct sy_talk_words say;     /* each is part of some prompt */
	struct sy_talk_words not_say; /* none is part of any */
	const char *state;            /* the dialogue's, when the next turn begins */
	const char *handoff;          /* reason */
	const bool *interrupted;      /* a prompt was, or none was */
	const bool *silence;          /* the engine noticed that nothing was said, or it did not */
	const int *within_ms;         /* from the end of the turn to the first sound of what follows */
};

/* How a whole call must end. */
struct sy_talk_end {
	const char *outcome;          /* "handoff" | "answered" | "goodbye" | "hangup" | "abandoned" */
	const char *handoff;          /* reason; "none" */
	struct sy_talk_words answers; /* articles, in order */
	struct sy_pairs filled;       /* slots on the hand-off card ("case" in the file) */
	const int *max_ms;            /* of the whole call */
};

enum sy_talk_act {
	SY_TALK_SAY,
	SY_TALK_WAV,
	SY_TALK_KEY,
	SY_TALK_SILENCE,
	SY_TALK_NOISE,
	SY_TALK_HANG_UP,
	SY_TALK_ACTS,
};

struct sy_talk_turn {
	enum sy_talk_act act;
	int line_number;          /* in the file; 0: none */
	const char *say;          /* SAY: the text, with [pause 800ms] and the like */
	const char *wav;          /* WAV: the path, relative ones already joined to the script's folder */
	const char *keys;         /* KEY */
	int gap_ms;               /* KEY: between two of them */
	int ms;                   /* SILENCE, NOISE */
	const char *noise;        /* NOISE: the kind */
	double level_db;          /* NOISE: dBFS */
	const char *voice;        /* SAY: this turn's, or the script's, or the default */
	struct sy_talk_line line; /* the turn's own, filled up from the script's */
	int after_ms;             /* after the end of the prompt; -1: see during_ms */
	int during_ms;            /* after the beginning of the prompt; -1: see after_ms */
	struct sy_talk_expect expect;
};

struct sy_talk {
	const char *name, *about;
	const char *path; /* of the script; "" for one made from recordings */
	int rate;
	struct tm now;            /* of the call's first frame */
	const char *db;           /* path, already joined; NULL: the demonstration's */
	unsigned seed;            /* of noise and loss */
	struct sy_talk_line line; /* of the whole call: runs softly between turns */
	struct sy_talk_turn *turns;
	size_t n_turns;
	struct sy_talk_end expect;
	struct sy_talk_memory *memory; /* what the pointers above point into */
};

int sy_talk_load(const char *path, struct sy_talk **ret_talk, struct sy_problem *why);
/* `name` stands for the file: in messages, and its folder for relative paths. */
int sy_talk_load_bytes(
	const char *name, const void *bytes, size_t n, struct sy_talk **ret_talk, struct sy_problem *why);

/* Each recording is one turn, spoken when the prompt before it ends. E2BIG past SY_TALK_TURNS_MAX. */
int sy_talk_from_wavs(const char *const *paths, size_t n, int rate, struct sy_talk **ret_talk, struct sy_problem *why);

/* Writes the script beside its recordings: `path` whole or not at all. Recordings in the same folder are named
 * relative. */
int sy_talk_save(const struct sy_talk *talk, const char *path, struct sy_problem *why);

void sy_talk_destroy(struct sy_talk *talk); /* NULL is allowed */

#endif
