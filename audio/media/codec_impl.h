/*
 * codec_impl: the back-ends of codec, for its table alone.
 */
#ifndef SY_AUDIO_MEDIA_CODEC_IMPL_H
#define SY_AUDIO_MEDIA_CODEC_IMPL_H

#include "audio/media/codec.h"

extern const struct sy_codec_impl sy_codec_pcmu;
extern const struct sy_codec_impl sy_codec_pcma;
extern const struct sy_codec_impl sy_codec_g722;
extern const struct sy_codec_impl sy_codec_opus;

#endif
