/*
 * marks: the speech marks in a text (docs/speech-marks.md) -> stretches that are spoken alike.
 *
 * A small subset of W3C SSML 1.1 and [pause]. Plain value with one owner; sy_marks_reset() frees it. Pure, thread-safe.
 *
 * Errors: EINVAL with the mark and its place (an unknown or unbalanced mark, a value that is not of its kind, past one
 * of the limits below), ENOMEM.
 */
#ifndef SY_PROMPTS_MARKS_H
#define SY_PROMPTS_MARKS_H

#include <stddef.h>

#include "base/problem.h"

#define SY_MARKS_DEPTH_MAX 16  /* nested marks: more is a slip of the pen */
#define SY_MARKS_MAX 500       /* stretches of one text: a mark for each word of the longest */
#define SY_PAUSE_MS 350        /* [pause]: a breath */
#define SY_PAUSE_MAX_MS 10000  /* of one pause: a longer one sounds like a line gone dead */
#define SY_PAUSES_MAX_MS 60000 /* of one text, all together */
#define SY_MARK_PACE_MIN 0.5   /* of one mark and of marks in marks, as for a whole text */
#define SY_MARK_PACE_MAX 2.0
#define SY_MARK_GAIN_MIN_DB (-20.0)
#define SY_MARK_GAIN_MAX_DB 12.0

/* Words, or a pause. */
struct sy_segment {
	char *text;     /* as written, for screens and events; NULL: nothing is written here */
	char *spoken;   /* what is said instead; NULL: the text */
	double pace;    /* times the job's */
	double gain_db; /* beside the job's */
	int pause_ms;   /* > 0: a pause, without words */
};

struct sy_marks {
	struct sy_segment *at;
	size_t n;
};

int sy_marks_parse(const char *text, struct sy_marks *ret_marks, struct sy_problem *why);
void sy_marks_reset(struct sy_marks *marks);

/* Are the marks of a template (prompts/template.h) sound? A value inside <say-as> that is still a {placeholder} is not
 * read. */
int sy_marks_check(const char *template, struct sy_problem *why);

/* The text without its marks, as screens and events show it. Caller frees. */
int sy_marks_plain(const char *text, char **ret_text, struct sy_problem *why);

#endif
