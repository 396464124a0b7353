#include "audio/fft.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdint.h>

static struct {
	float cosine[SY_FFT_MAX / 2];
	float sine[SY_FFT_MAX / 2];
	uint16_t reversed[SY_FFT_MAX];
} tables;
static pthread_once_t tables_once = PTHREAD_ONCE_INIT;

static void make_tables(void)
{
	for (int i = 0; i < SY_FFT_MAX / 2; i++) {
		tables.cosine[i] = (float)cos(2 * M_PI * i / SY_FFT_MAX);
		tables.sine[i] = (float)sin(2 * M_PI * i / SY_FFT_MAX);
	}
	for (unsigned i = 0; i < SY_FFT_MAX; i++) {
		unsigned reversed = 0;
		for (unsigned bit = 1, top = SY_FFT_MAX / 2; bit < SY_FFT_MAX; bit <<= 1, top >>= 1)
			reversed |= i & bit ? top : 0;
		tables.reversed[i] = (uint16_t)reversed;
	}
}

static void reorder(float *re, float *im, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		const unsigned j = tables.reversed[i] / (SY_FFT_MAX / n);
		if (j <= i)
			continue;
		const float r = re[i], m = im[i];
		re[i] = re[j], im[i] = im[j];
		re[j] = r, im[j] = m;
	}
}

int sy_fft(float *re, float *im, unsigned n)
{
	if (n < 2 || n > SY_FFT_MAX || (n & (n - 1)) != 0)
		return EINVAL;
	const int err = pthread_once(&tables_once, make_tables);
	if (err)
		return err;
	reorder(re, im, n);
	for (unsigned half = 1; half < n; half *= 2) {
		const unsigned stride = SY_FFT_MAX / 2 / half;
		for (unsigned start = 0; start < n; start += 2 * half) {
			for (unsigned k = 0; k < half; k++) {
				const unsigned a = start + k, b = a + half;
				const float c = tables.cosine[k * stride], s = -tables.sine[k * stride];
				const float r = re[b] * c - im[b] * s, m = re[b] * s + im[b] * c;
				re[b] = re[a] - r, im[b] = im[a] - m;
				re[a] += r, im[a] += m;
			}
		}
	}
	return 0;
}

/* Even samples as real parts, odd ones as imaginary, transformed together and taken apart again. */
int sy_fft_real(const float *x, unsigned n, float *ret_re, float *ret_im)
{
	const unsigned half = n / 2, stride = SY_FFT_MAX / (n ? n : 1);
	float re[SY_FFT_MAX / 2 + 1], im[SY_FFT_MAX / 2 + 1];

	if (n < 4 || n > SY_FFT_MAX)
		return EINVAL;
	for (unsigned i = 0; i < half; i++) {
		re[i] = x[2 * i];
		im[i] = x[2 * i + 1];
	}
	const int err = sy_fft(re, im, half);
	if (err)
		return err;
	re[half] = re[0];
	im[half] = im[0];
	for (unsigned k = 0; k <= half; k++) {
		const float even_re = (re[k] + re[half - k]) / 2, even_im = (im[k] - im[half - k]) / 2;
		const float odd_re = (im[k] + im[half - k]) / 2, odd_im = (re[half - k] - re[k]) / 2;
		const float c = k < half ? tables.cosine[k * stride] : -1, s = k < half ? -tables.sine[k * stride] : 0;
		ret_re[k] = even_re + c * odd_re - s * odd_im;
		ret_im[k] = even_im + c * odd_im + s * odd_re;
	}
	return 0;
}
