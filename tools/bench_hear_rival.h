/*
 * bench_hear_rival: PocketSphinx as installed on the same recordings: pocketsphinx_batch with the stock model, its
 * dictionary and its defaults, over recordings brought to 16 kHz, several programs at once.
 *
 * Its words are read through our grammar, so that both are judged alike. It has no confidence: its score a frame stands
 * for one. Owner: the creator. One thread.
 */
#ifndef SY_TOOLS_BENCH_HEAR_RIVAL_H
#define SY_TOOLS_BENCH_HEAR_RIVAL_H

#include "tools/bench_hear_trial.h"

struct sy_rival;

/* `work`: a folder for sound and lists. ENOENT: pocketsphinx_batch is not installed. */
int sy_rival_create(const char *work, size_t workers, struct sy_rival **ret_rival, struct sy_problem *why);
void sy_rival_destroy(struct sy_rival *rival); /* NULL is allowed */

/* Brings the recordings to where it can read them; replaces those of an earlier call. Borrowed until then. */
int sy_rival_take(struct sy_rival *rival, const struct sy_items *items, struct sy_problem *why);

struct sy_rival_heard {
	double cpu_s;   /* of all recordings, starting left out */
	double audio_s; /* how long they are */
};

/* What a grammar makes of them; its tags are left out for PocketSphinx. ret_outcomes: one for each recording. */
int sy_rival_hear(struct sy_rival *rival, const char *jsgf_path, struct sy_outcome *ret_outcomes,
	struct sy_rival_heard *ret_heard, struct sy_problem *why);
/* Whether a keyphrase is spotted, at a threshold as -kws_threshold takes it: `sentence` and `person` say so. */
int sy_rival_spot(struct sy_rival *rival, const char *phrase, const char *threshold, struct sy_outcome *ret_outcomes,
	struct sy_problem *why);

/* One recording in a fresh process. */
struct sy_rival_cold {
	double wall_s;
	double rss_mb;
};
int sy_rival_cold(
	struct sy_rival *rival, const char *jsgf_path, struct sy_rival_cold *ret_cold, struct sy_problem *why);

#endif
