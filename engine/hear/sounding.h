/*
 * sounding: what a turn is before anyone asks for its words: silence, clipped, with a voice in it or noise alone.
 *
 * Pure functions over a job's samples, thread-safe. Thresholds of a voice are the endpointer's (audio/endpoint).
 */
#ifndef SY_HEAR_SOUNDING_H
#define SY_HEAR_SOUNDING_H

#include "engine/hear/recogniser.h"

/* Quieter all through than any caller on a bad line. */
bool sy_sounding_silent(const struct sy_hear_job *job);
/* What it is else, into `sounded`: clipped is so much at full scale that it is no speech recorded a little too loud. No
 * command comes from what is no speech, and none unasked from what is clipped. */
void sy_sounding_judge(const struct sy_hear_job *job, struct sy_hypothesis *hypothesis);

#endif
