/*
 * mock_call_seams: what stands in, at link time, for the endpointer (loud frames are speech), for the snapshot and for
 * the search. Defines their functions: include it once, in the test program, beside mock_call.h.
 */
#ifndef SY_MOCK_CALL_SEAMS_H
#define SY_MOCK_CALL_SEAMS_H

#include <stdlib.h>
#include <string.h>

#include "audio/endpoint.h"
#include "audio/frame.h"
#include "kb/search_heard.h"
#include "tests/mock/mock_call.h"

/* --- the endpointer: loud frames are speech --- */

struct sy_endpoint {
	int16_t *pcm;
	size_t n;
	int rate;
	bool in_speech;
	bool paused;
	bool too_long;
	int loud; /* in a row */
	int silent;
	int frames;
	int speech;
	int kept; /* frames for which the turn before may be gone on with */
	size_t added;
};

int sy_endpoint_create(int rate, struct sy_endpoint **ret_endpoint)
{
	struct sy_endpoint *endpoint = calloc(1, sizeof(*endpoint));

	assert_non_null(endpoint);
	endpoint->rate = rate;
	endpoint->pcm = calloc((size_t)rate * 60, sizeof(*endpoint->pcm));
	assert_non_null(endpoint->pcm);
	*ret_endpoint = endpoint;
	return 0;
}

void sy_endpoint_destroy(struct sy_endpoint *endpoint)
{
	if (!endpoint)
		return;
	free(endpoint->pcm);
	free(endpoint);
}

static enum sy_endpoint_event go_on(struct sy_endpoint *endpoint, bool loud)
{
	endpoint->silent = loud ? 0 : endpoint->silent + 1;
	endpoint->speech += loud;
	if (++endpoint->frames * SY_FRAME_MS >= SY_ENDPOINT_TURN_MAX_MS) {
		endpoint->too_long = true;
		return SY_ENDPOINT_TOO_LONG;
	}
	if (endpoint->paused && endpoint->loud >= 2) {
		endpoint->paused = false;
		return SY_ENDPOINT_RESUME;
	}
	if (!endpoint->paused && endpoint->silent * SY_FRAME_MS >= SY_ENDPOINT_PAUSE_MS) {
		endpoint->paused = true;
		return SY_ENDPOINT_PAUSE;
	}
	return SY_ENDPOINT_NOTHING;
}

int sy_endpoint_feed(
	struct sy_endpoint *endpoint, const int16_t *frame, bool prompting, enum sy_endpoint_event *ret_event)
{
	size_t samples = sy_frame_samples(endpoint->rate);
	bool loud = frame[0] > 1000;

	*ret_event = SY_ENDPOINT_NOTHING;
	if (endpoint->too_long)
		return 0;
	if (!endpoint->in_speech && !endpoint->kept && endpoint->n >= 18 * samples) {
		memmove(endpoint->pcm, endpoint->pcm + (endpoint->n - 17 * samples),
			17 * samples * sizeof(*endpoint->pcm));
		endpoint->n = 17 * samples;
	}
	memcpy(endpoint->pcm + endpoint->n, frame, samples * sizeof(*frame));
	endpoint->n += samples;
	endpoint->loud = loud ? endpoint->loud + 1 : 0;
	if (endpoint->in_speech) {
		*ret_event = go_on(endpoint, loud);
	} else if (endpoint->loud >= (prompting ? 6 : 3)) {
		endpoint->in_speech = true;
		endpoint->silent = 0;
		endpoint->added = endpoint->kept ? endpoint->n - 18 * samples : 0;
		*ret_event = SY_ENDPOINT_ONSET;
	} else if (endpoint->kept) {
		endpoint->kept--;
	}
	return 0;
}

bool sy_endpoint_in_speech(const struct sy_endpoint *endpoint)
{
	return endpoint->in_speech;
}

int sy_endpoint_silence_ms(const struct sy_endpoint *endpoint)
{
	return endpoint->silent * SY_FRAME_MS;
}

int sy_endpoint_speech_ms(const struct sy_endpoint *endpoint)
{
	return endpoint->speech * SY_FRAME_MS;
}

double sy_endpoint_noise_dbfs(const struct sy_endpoint *endpoint)
{
	(void)endpoint;
	return -60;
}

void sy_endpoint_turn(const struct sy_endpoint *endpoint, const int16_t **ret_pcm, size_t *ret_n)
{
	*ret_pcm = endpoint->pcm;
	*ret_n = endpoint->n;
}

void sy_endpoint_restart(struct sy_endpoint *endpoint)
{
	endpoint->in_speech = endpoint->paused = endpoint->too_long = false;
	endpoint->n = 0;
	endpoint->loud = endpoint->silent = endpoint->frames = endpoint->speech = 0;
	endpoint->kept = 0;
	endpoint->added = 0;
}

void sy_endpoint_restart_kept(struct sy_endpoint *endpoint, int ms)
{
	const size_t n = endpoint->n;

	sy_endpoint_restart(endpoint);
	endpoint->n = n;
	endpoint->kept = ms / SY_FRAME_MS;
}

void sy_endpoint_let_go(struct sy_endpoint *endpoint)
{
	endpoint->kept = 0;
}

size_t sy_endpoint_added(const struct sy_endpoint *endpoint)
{
	return endpoint->added;
}

/* --- the knowledge base --- */

const struct sy_content *sy_snapshot_content(const struct sy_snapshot *snapshot)
{
	(void)snapshot;
	return &mock_content;
}

int64_t sy_snapshot_version(const struct sy_snapshot *snapshot)
{
	(void)snapshot;
	return 7;
}

int sy_search_heard(const struct sy_search *search, const struct sy_heard_words *heard, struct sy_ranked *ret_ranked,
	size_t max, size_t *ret_n, struct sy_heard_evidence *ret_evidence)
{
	(void)search;
	(void)heard;
	assert_true(max >= SY_HEARD_RANKED_MIN);
	assert_null(ret_evidence);
	*ret_n = 0;
	if (!mock_now->search_finds)
		return 0;
	ret_ranked[0] = (struct sy_ranked){.article = mock_now->search_finds, .confidence = mock_now->search_is};
	ret_ranked[1] = (struct sy_ranked){
		.article = "lost", .confidence = mock_now->search_second_is > 0 ? mock_now->search_second_is : 0.1};
	*ret_n = 2;
	return 0;
}

#endif
