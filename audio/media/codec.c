#include "audio/media/codec.h"

#include <stddef.h>
#include <strings.h>

#include "audio/media/codec_impl.h"

static const struct sy_codec_impl *const codecs[SY_CODECS] = {
	[SY_CODEC_PCMU] = &sy_codec_pcmu,
	[SY_CODEC_PCMA] = &sy_codec_pcma,
	[SY_CODEC_G722] = &sy_codec_g722,
	[SY_CODEC_OPUS] = &sy_codec_opus,
};

const struct sy_codec_impl *sy_codec(enum sy_codec_id id)
{
	return codecs[id];
}

const struct sy_codec_impl *sy_codec_find(const char *name, int clock)
{
	for (size_t i = 0; i < SY_CODECS; i++) {
		if (strcasecmp(codecs[i]->name, name) == 0 && codecs[i]->clock == clock)
			return codecs[i];
	}
	return NULL;
}

const struct sy_codec_impl *sy_codec_find_static(int payload_type)
{
	for (size_t i = 0; i < SY_CODECS; i++) {
		if (codecs[i]->payload_type >= 0 && codecs[i]->payload_type == payload_type)
			return codecs[i];
	}
	return NULL;
}
