#include "audio/g711.h"

/* Added before the segment is looked up, so that each segment begins at a power of two (G.711, table 2a). */
#define MULAW_BIAS 132
/* The largest magnitude that stays below 2^15 with the bias on it. */
#define MULAW_MAX 32635
#define SIGN 0x80
/* A-law goes over the line with every second bit turned (G.711, clause 3). */
#define ALAW_TURNED 0x55

static const int16_t mulaw_samples[256] = {-32124, -31100, -30076, -29052, -28028, -27004, -25980, -24956, -23932,
	-22908, -21884, -20860, -19836, -18812, -17788, -16764, -15996, -15484, -14972, -14460, -13948, -13436, -12924,
	-12412, -11900, -11388, -10876, -10364, -9852, -9340, -8828, -8316, -7932, -7676, -7420, -7164, -6908, -6652,
	-6396, -6140, -5884, -5628, -5372, -5116, -4860, -4604, -4348, -4092, -3900, -3772, -3644, -3516, -3388, -3260,
	-3132, -3004, -2876, -2748, -2620, -2492, -2364, -2236, -2108, -1980, -1884, -1820, -1756, -1692, -1628, -1564,
	-1500, -1436, -1372, -1308, -1244, -1180, -1116, -1052, -988, -924, -876, -844, -812, -780, -748, -716, -684,
	-652, -620, -588, -556, -524, -492, -460, -428, -396, -372, -356, -340, -324, -308, -292, -276, -260, -244,
	-228, -212, -196, -180, -164, -148, -132, -120, -112, -104, -96, -88, -80, -72, -64, -56, -48, -40, -32, -24,
	-16, -8, 0, 32124, 31100, 30076, 29052, 28028, 27004, 25980, 24956, 23932, 22908, 21884, 20860, 19836, 18812,
	17788, 16764, 15996, 15484, 14972, 14460, 13948, 13436, 12924, 12412, 11900, 11388, 10876, 10364, 9852, 9340,
	8828, 8316, 7932, 7676, 7420, 7164, 6908, 6652, 6396, 6140, 5884, 5628, 5372, 5116, 4860, 4604, 4348, 4092,
	3900, 3772, 3644, 3516, 3388, 3260, 3132, 3004, 2876, 2748, 2620, 2492, 2364, 2236, 2108, 1980, 1884, 1820,
	1756, 1692, 1628, 1564, 1500, 1436, 1372, 1308, 1244, 1180, 1116, 1052, 988, 924, 876, 844, 812, 780, 748, 716,
	684, 652, 620, 588, 556, 524, 492, 460, 428, 396, 372, 356, 340, 324, 308, 292, 276, 260, 244, 228, 212, 196,
	180, 164, 148, 132, 120, 112, 104, 96, 88, 80, 72, 64, 56, 48, 40, 32, 24, 16, 8, 0};

static const int16_t alaw_samples[256] = {-5504, -5248, -6016, -5760, -4480, -4224, -4992, -4736, -7552, -7296, -8064,
	-7808, -6528, -6272, -7040, -6784, -2752, -2624, -3008, -2880, -2240, -2112, -2496, -2368, -3776, -3648, -4032,
	-3904, -3264, -3136, -3520, -3392, -22016, -20992, -24064, -23040, -17920, -16896, -19968, -18944, -30208,
	-29184, -32256, -31232, -26112, -25088, -28160, -27136, -11008, -10496, -12032, -11520, -8960, -8448, -9984,
	-9472, -15104, -14592, -16128, -15616, -13056, -12544, -14080, -13568, -344, -328, -376, -360, -280, -264, -312,
	-296, -472, -456, -504, -488, -408, -392, -440, -424, -88, -72, -120, -104, -24, -8, -56, -40, -216, -200, -248,
	-232, -152, -136, -184, -168, -1376, -1312, -1504, -1440, -1120, -1056, -1248, -1184, -1888, -1824, -2016,
	-1952, -1632, -1568, -1760, -1696, -688, -656, -752, -720, -560, -528, -624, -592, -944, -912, -1008, -976,
	-816, -784, -880, -848, 5504, 5248, 6016, 5760, 4480, 4224, 4992, 4736, 7552, 7296, 8064, 7808, 6528, 6272,
	7040, 6784, 2752, 2624, 3008, 2880, 2240, 2112, 2496, 2368, 3776, 3648, 4032, 3904, 3264, 3136, 3520, 3392,
	22016, 20992, 24064, 23040, 17920, 16896, 19968, 18944, 30208, 29184, 32256, 31232, 26112, 25088, 28160, 27136,
	11008, 10496, 12032, 11520, 8960, 8448, 9984, 9472, 15104, 14592, 16128, 15616, 13056, 12544, 14080, 13568, 344,
	328, 376, 360, 280, 264, 312, 296, 472, 456, 504, 488, 408, 392, 440, 424, 88, 72, 120, 104, 24, 8, 56, 40, 216,
	200, 248, 232, 152, 136, 184, 168, 1376, 1312, 1504, 1440, 1120, 1056, 1248, 1184, 1888, 1824, 2016, 1952, 1632,
	1568, 1760, 1696, 688, 656, 752, 720, 560, 528, 624, 592, 944, 912, 1008, 976, 816, 784, 880, 848};

/* Both codings double the step from one of 8 segments to the next; segment 0 holds magnitudes below 256. */
static int segment(int magnitude)
{
	return 24 - __builtin_clz((unsigned)magnitude | 0xff);
}

/* In int: the magnitude of -32768 has no place in 16 bits. */
uint8_t sy_g711_to_mulaw(int16_t sample)
{
	int magnitude = sample < 0 ? -(int)sample : sample;
	int sign = sample < 0 ? SIGN : 0;

	if (magnitude > MULAW_MAX)
		magnitude = MULAW_MAX;
	magnitude += MULAW_BIAS;
	int exponent = segment(magnitude);
	int mantissa = (magnitude >> (exponent + 3)) & 0x0f;
	return (uint8_t) ~(sign | exponent << 4 | mantissa);
}

int16_t sy_g711_from_mulaw(uint8_t code)
{
	return mulaw_samples[code];
}

/* One's complement below zero: A-law has no zero, its two smallest steps lie on either side of it. */
uint8_t sy_g711_to_alaw(int16_t sample)
{
	int magnitude = sample < 0 ? -(int)sample - 1 : sample;
	int sign = sample < 0 ? 0 : SIGN;
	int exponent = segment(magnitude);
	int mantissa = (magnitude >> (exponent > 0 ? exponent + 3 : 4)) & 0x0f;

	return (uint8_t)((sign | exponent << 4 | mantissa) ^ ALAW_TURNED);
}

int16_t sy_g711_from_alaw(uint8_t code)
{
	return alaw_samples[code];
}

void sy_g711_pack_mulaw(const int16_t *pcm, size_t n, uint8_t *ret_codes)
{
	for (size_t i = 0; i < n; i++)
		ret_codes[i] = sy_g711_to_mulaw(pcm[i]);
}

void sy_g711_unpack_mulaw(const uint8_t *codes, size_t n, int16_t *ret_pcm)
{
	for (size_t i = 0; i < n; i++)
		ret_pcm[i] = mulaw_samples[codes[i]];
}

void sy_g711_pack_alaw(const int16_t *pcm, size_t n, uint8_t *ret_codes)
{
	for (size_t i = 0; i < n; i++)
		ret_codes[i] = sy_g711_to_alaw(pcm[i]);
}

void sy_g711_unpack_alaw(const uint8_t *codes, size_t n, int16_t *ret_pcm)
{
	for (size_t i = 0; i < n; i++)
		ret_pcm[i] = alaw_samples[codes[i]];
}
