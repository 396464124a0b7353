/*
 * screen: a call's conversation for people, as it happens.
 *
 * Reads the stream of events and writes who said what, what was understood and how surely, the answer, and the card
 * that goes with a caller to a person. Colours where asked for. The stream is borrowed. One thread.
 */
#ifndef SY_RUN_SCREEN_H
#define SY_RUN_SCREEN_H

#include <stdbool.h>
#include <stdio.h>

#include "engine/converse/event.h"

struct sy_screen {
	FILE *out; /* borrowed */
	bool colours;
	int width; /* columns; longer sentences are wrapped */
};

/* Width and colours from what `out` is: a terminal has colours unless NO_COLOR is set. */
struct sy_screen sy_screen_of(FILE *out);

/* The words of a text from column `at` on, wrapped under `indent`, and the end of the line. */
void sy_screen_wrap(const struct sy_screen *screen, const char *text, int at, int indent);

/* A sy_event_h; `screen` is a struct sy_screen. */
void sy_screen_event(const struct sy_event *event, void *screen);

/* The same for an event as JSON, from a record. */
void sy_screen_json(const struct sy_screen *screen, const json_t *event);

/* Confidence in five cells, "▮▮▮▮▯". Room for SY_BAR_BYTES. */
#define SY_BAR_CELLS 5
#define SY_BAR_BYTES (3 * SY_BAR_CELLS + 1)
void sy_screen_bar(double confidence, char *ret_bar);

#endif
