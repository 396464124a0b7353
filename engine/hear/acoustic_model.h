/*
 * acoustic_model: the phones' sounds, as PocketSphinx's model folder holds them.
 *
 * Reads a phonetically tied ("ptm") model: mdef (binary), means, variances, sendump and transition_matrices. The
 * scores of all senones are computed here and not by PocketSphinx, so that a turn is scored once and searched as
 * often as useful (ps_decode_senscr).
 *
 * Owner: the creator. Immutable after load and then safe to read from many threads.
 *
 * Errors: ENOENT, EINVAL (a file is not what the folder promises; `why` names it), ENOMEM.
 * Source: the file formats of SphinxTrain 1.0.8 ("s3" headers) and PocketSphinx's BMDF, format version 1.
 */
#ifndef SY_HEAR_ACOUSTIC_MODEL_H
#define SY_HEAR_ACOUSTIC_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"

#define SY_STREAMS 3 /* cepstra, their deltas, and the deltas of those */
#define SY_STREAM_DIMS 13
#define SY_STATES 3      /* emitting states of a phone */
#define SY_DENSITIES 128 /* Gaussians of one phone's codebook in one stream */

/* Where in a word a phone stands: its senones differ. */
enum sy_word_position { SY_INTERNAL, SY_WORD_BEGIN, SY_WORD_END, SY_WORD_SINGLE };

/* The Gaussians of one codebook and stream, laid out so that the inner loop runs over the Gaussians. */
struct sy_codebook {
	float mean[SY_STREAM_DIMS][SY_DENSITIES];
	float precision[SY_STREAM_DIMS][SY_DENSITIES]; /* 1 / (2 variance) */
	float norm[SY_DENSITIES];                      /* log density at the mean, nats */
};

#define SY_PHONES_MAX 64 /* fillers included; sets of phones are bits of 64, and English has 40 */

struct sy_acoustic_model;

int sy_acoustic_model_load(const char *folder, struct sy_acoustic_model **ret_model, struct sy_problem *why);
/*
 * The phones without their sounds, each state one senone whatever stands beside the phone (phone * SY_STATES + state):
 * for scores that come from elsewhere (neural.h). Codebooks and weights must not be asked for.
 */
int sy_acoustic_model_load_phones(const char *folder, struct sy_acoustic_model **ret_model, struct sy_problem *why);
void sy_acoustic_model_destroy(struct sy_acoustic_model *model);

/* The stock model's folder: $SAYSO_MODEL, else where Debian's pocketsphinx-en-us puts it. */
const char *sy_acoustic_model_folder(void);

int sy_model_n_phones(const struct sy_acoustic_model *model); /* context-independent phones, fillers included */
int sy_model_n_senones(const struct sy_acoustic_model *model);
int sy_model_silence(const struct sy_acoustic_model *model); /* phone id */
const char *sy_model_phone_name(const struct sy_acoustic_model *model, int phone);
int sy_model_phone(const struct sy_acoustic_model *model, const char *name); /* -1: no such phone */
bool sy_model_is_filler(const struct sy_acoustic_model *model, int phone);

/* A phone's senones are the same whatever stands beside it. */
bool sy_model_is_flat(const struct sy_acoustic_model *model);
/* The codebook (= base phone) of a senone. */
int sy_model_senone_phone(const struct sy_acoustic_model *model, int senone);
/* The state of that phone (0 .. SY_STATES-1) that a senone models. */
int sy_model_senone_state(const struct sy_acoustic_model *model, int senone);

/* Senones of a phone between two others; falls back to the phone without context. left/right -1: none known. */
void sy_model_triphone(const struct sy_acoustic_model *model, int phone, int left, int right,
	enum sy_word_position position, uint16_t ret_senones[SY_STATES]);

/* Log probability (nats) of going from emitting state `from` to `to` (SY_STATES: out of the phone). */
float sy_model_transition(const struct sy_acoustic_model *model, int phone, int from, int to);

/* For scoring: a codebook's Gaussians; its senones; and the weights of one Gaussian for those senones, in that order.
 */
const struct sy_codebook *sy_model_codebook(const struct sy_acoustic_model *model, int phone, int stream);
size_t sy_model_codebook_senones(const struct sy_acoustic_model *model, int phone, const uint16_t **ret_senones);
const float *sy_model_weights(const struct sy_acoustic_model *model, int phone, int stream, int density);

#endif
