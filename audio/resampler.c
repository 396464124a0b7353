#include "audio/resampler.h"

#include <errno.h>
#include <speex/speex_resampler.h>
#include <stdlib.h>
#include <string.h>

#define RATE_MIN 4000
#define RATE_MAX 192000

struct sy_resampler {
	SpeexResamplerState *state; /* NULL: equal rates */
	int from_rate;
	int to_rate;
};

static int out_of_range(int rate)
{
	return rate < RATE_MIN || rate > RATE_MAX;
}

int sy_resampler_create(int from_rate, int to_rate, struct sy_resampler **ret_resampler)
{
	int failed = RESAMPLER_ERR_SUCCESS;

	if (out_of_range(from_rate) || out_of_range(to_rate))
		return EINVAL;
	struct sy_resampler *resampler = calloc(1, sizeof(*resampler));
	if (resampler == NULL)
		return ENOMEM;
	resampler->from_rate = from_rate;
	resampler->to_rate = to_rate;
	if (from_rate != to_rate)
		resampler->state = speex_resampler_init(
			1, (spx_uint32_t)from_rate, (spx_uint32_t)to_rate, SPEEX_RESAMPLER_QUALITY_DESKTOP, &failed);
	if (failed != RESAMPLER_ERR_SUCCESS) {
		sy_resampler_destroy(resampler);
		return ENOMEM;
	}
	*ret_resampler = resampler;
	return 0;
}

void sy_resampler_destroy(struct sy_resampler *resampler)
{
	if (resampler == NULL)
		return;
	if (resampler->state != NULL)
		speex_resampler_destroy(resampler->state);
	free(resampler);
}

size_t sy_resampler_room(const struct sy_resampler *resampler, size_t n)
{
	return n * (size_t)resampler->to_rate / (size_t)resampler->from_rate + 2;
}

size_t sy_resampler_feed(struct sy_resampler *resampler, const int16_t *pcm, size_t n, int16_t *ret_pcm)
{
	size_t room = sy_resampler_room(resampler, n);
	size_t made = 0;

	if (resampler->state == NULL) {
		memcpy(ret_pcm, pcm, n * sizeof(*pcm));
		return n;
	}
	while (n > 0 && made < room) {
		spx_uint32_t in = (spx_uint32_t)n, out = (spx_uint32_t)(room - made);
		if (speex_resampler_process_int(resampler->state, 0, pcm, &in, ret_pcm + made, &out) !=
			RESAMPLER_ERR_SUCCESS)
			break;
		pcm += in;
		n -= in;
		made += out;
		if (in == 0 && out == 0)
			break;
	}
	return made;
}
