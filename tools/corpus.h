/*
 * corpus: the recordings that a manifest names, in memory, with what is said in them.
 *
 * A manifest has one recording a line, fields separated by tabs, paths relative to the manifest, `#` comments:
 *
 *     speech  PATH  words that are said in it      learned from
 *     check   PATH  words that are said in it      never learned from: how well others are heard
 *     noise   PATH                                 what may be heard beside a caller
 *     noise   PATH  CLEAN                          the same, from a recording and its twin without the noise
 *
 * A recording at 16 kHz or more is sent down made-up lines; one at 8 kHz has been down a real one.
 */
#ifndef SY_TOOLS_CORPUS_H
#define SY_TOOLS_CORPUS_H

#include "audio/sound.h"
#include "base/problem.h"
#include "grammars/pronounce.h"

#define SY_CORPUS_MAX 50000
/* A recording whose loudest 20 ms are softer than this (dBFS) has nobody in it: teachers would learn silence as words.
 */
#define SY_CORPUS_SILENCE -60.0

struct sy_utterance {
	char *path;
	char *words;
	struct sy_sound sound; /* at 16 or 8 kHz */
	uint8_t *labels;       /* by 10 ms; NULL: could not be aligned */
	size_t n_labels;
	bool check;
};

struct sy_corpus {
	struct sy_utterance *utterances;
	size_t n;
	struct sy_sound *noises; /* at 8 kHz */
	size_t n_noises;
	struct sy_lexicon *lexicon; /* of all words */
};

/* EINVAL names the line of what is no recording, is slower than SY_RATE_LINE, or silent; ENODATA: there is nothing to
 * learn from. */
int sy_corpus_read(const char *manifest, struct sy_corpus **ret_corpus, struct sy_problem *why);
void sy_corpus_destroy(struct sy_corpus *corpus);

#endif
