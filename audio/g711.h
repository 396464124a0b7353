/*
 * g711: the two codings of the telephone network (ITU-T G.711), 8 bits a sample.
 *
 * mu-law in North America and Japan, A-law elsewhere. 16-bit samples are used at full scale, as in every
 * softphone: G.711 itself has 14 bits (mu-law) and 13 (A-law), the rest is the rounding. No state.
 */
#ifndef SY_AUDIO_G711_H
#define SY_AUDIO_G711_H

#include <stddef.h>
#include <stdint.h>

uint8_t sy_g711_to_mulaw(int16_t sample);
int16_t sy_g711_from_mulaw(uint8_t code);

uint8_t sy_g711_to_alaw(int16_t sample);
int16_t sy_g711_from_alaw(uint8_t code);

/* A packet's samples at once. */
void sy_g711_pack_mulaw(const int16_t *pcm, size_t n, uint8_t *ret_codes);
void sy_g711_unpack_mulaw(const uint8_t *codes, size_t n, int16_t *ret_pcm);
void sy_g711_pack_alaw(const int16_t *pcm, size_t n, uint8_t *ret_codes);
void sy_g711_unpack_alaw(const uint8_t *codes, size_t n, int16_t *ret_pcm);

#endif
