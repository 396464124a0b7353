/*
 * audiosocket_dial: one call over AudioSocket, from the side of the PBX: sends the script's sound and keys in time,
 * takes what the engine says, and prints what happens as one JSON object a line.
 *
 * One thread; waits by poll().
 */
#ifndef SY_TOOLS_AUDIOSOCKET_DIAL_H
#define SY_TOOLS_AUDIOSOCKET_DIAL_H

#include <stdint.h>
#include <stdio.h>

#include "tools/audiosocket_script.h"

/* How a call ended; the program's exit status. */
enum sy_audiosocket_result {
	SY_AUDIOSOCKET_PLAYED = 0,     /* every turn was played and answered */
	SY_AUDIOSOCKET_ENDED = 1,      /* the engine ended the call before */
	SY_AUDIOSOCKET_USAGE = 2,      /* never began */
	SY_AUDIOSOCKET_UNANSWERED = 3, /* no answer in time */
	SY_AUDIOSOCKET_UNCONNECTED = 4,
};

struct sy_audiosocket_dial_prm {
	int fd; /* borrowed: connected, blocking or not */
	int rate;
	unsigned packet_ms; /* 10, 20 … 60: sound sent at once */
	const uint8_t *uuid;
	unsigned quiet_ms;    /* so much silence ends a prompt */
	unsigned patience_ms; /* the longest wait for an answer */
	unsigned longest_ms;  /* of the call */
	bool stay;            /* after the last turn: until the engine ends the call */
	const struct sy_audiosocket_script *script;
	FILE *events;          /* borrowed */
	struct sy_sound *said; /* what the engine said is added here; may be NULL */
};

enum sy_audiosocket_result sy_audiosocket_dial(const struct sy_audiosocket_dial_prm *prm);

#endif
