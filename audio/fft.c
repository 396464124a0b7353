#include "audio/fft.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdint.h>

#define LANES 4
typedef float lanes __attribute__((vector_size(LANES * sizeof(float)), aligned(sizeof(float)), may_alias));

static struct {
	float cosine[SY_FFT_MAX / 2];
	float sine[SY_FFT_MAX / 2];
	/* The same for the pass whose butterflies are `half` wide, side by side from index `half` on. */
	float pass_cosine[SY_FFT_MAX];
	float pass_sine[SY_FFT_MAX]; /* its negative */
	uint16_t reversed[SY_FFT_MAX];
} tables;
static pthread_once_t tables_once = PTHREAD_ONCE_INIT;

static void make_tables(void)
{
	for (int i = 0; i < SY_FFT_MAX / 2; i++) {
		tables.cosine[i] = (float)cos(2 * M_PI * i / SY_FFT_MAX);
		tables.sine[i] = (float)sin(2 * M_PI * i / SY_FFT_MAX);
	}
	for (unsigned half = 1; half < SY_FFT_MAX; half *= 2) {
		for (unsigned k = 0; k < half; k++) {
			tables.pass_cosine[half + k] = tables.cosine[k * (SY_FFT_MAX / 2 / half)];
			tables.pass_sine[half + k] = -tables.sine[k * (SY_FFT_MAX / 2 / half)];
		}
	}
	for (unsigned i = 0; i < SY_FFT_MAX; i++) {
		unsigned reversed = 0;
		for (unsigned bit = 1, top = SY_FFT_MAX / 2; bit < SY_FFT_MAX; bit <<= 1, top >>= 1)
			reversed |= i & bit ? top : 0;
		tables.reversed[i] = (uint16_t)reversed;
	}
}

/* Where the i-th of n goes: its bits the other way round. */
static unsigned place_of(unsigned i, unsigned n)
{
	return (unsigned)tables.reversed[i] >> __builtin_ctz(SY_FFT_MAX / n);
}

static void reorder(float *re, float *im, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		const unsigned j = place_of(i, n);
		if (j <= i)
			continue;
		const float r = re[i], m = im[i];
		re[i] = re[j], im[i] = im[j];
		re[j] = r, im[j] = m;
	}
}

/* The first pass turns by nothing. */
static void add_neighbours(float *re, float *im, unsigned n)
{
	for (unsigned a = 0; a < n; a += 2) {
		const float r = re[a + 1], m = im[a + 1];
		re[a + 1] = re[a] - r, im[a + 1] = im[a] - m;
		re[a] += r, im[a] += m;
	}
}

static void pass_of_two(float *re, float *im, unsigned n)
{
	const float *cosine = &tables.pass_cosine[2], *sine = &tables.pass_sine[2];

	for (unsigned start = 0; start < n; start += 4) {
		for (unsigned k = 0; k < 2; k++) {
			const unsigned a = start + k, b = a + 2;
			const float r = re[b] * cosine[k] - im[b] * sine[k], m = re[b] * sine[k] + im[b] * cosine[k];
			re[b] = re[a] - r, im[b] = im[a] - m;
			re[a] += r, im[a] += m;
		}
	}
}

static void pass(float *re, float *im, unsigned n, unsigned half)
{
	for (unsigned start = 0; start < n; start += 2 * half) {
		for (unsigned k = 0; k < half; k += LANES) {
			const lanes c = *(const lanes *)&tables.pass_cosine[half + k];
			const lanes s = *(const lanes *)&tables.pass_sine[half + k];
			lanes *re_a = (lanes *)&re[start + k], *im_a = (lanes *)&im[start + k];
			lanes *re_b = (lanes *)&re[start + k + half], *im_b = (lanes *)&im[start + k + half];
			const lanes r = *re_b * c - *im_b * s, m = *re_b * s + *im_b * c;
			*re_b = *re_a - r;
			*im_b = *im_a - m;
			*re_a += r;
			*im_a += m;
		}
	}
}

/* What was reordered. */
static void transform(float *re, float *im, unsigned n)
{
	add_neighbours(re, im, n);
	if (n >= 4)
		pass_of_two(re, im, n);
	for (unsigned half = LANES; half < n; half *= 2)
		pass(re, im, n, half);
}

int sy_fft(float *re, float *im, unsigned n)
{
	if (n < 2 || n > SY_FFT_MAX || (n & (n - 1)) != 0)
		return EINVAL;
	const int err = pthread_once(&tables_once, make_tables);
	if (err)
		return err;
	reorder(re, im, n);
	transform(re, im, n);
	return 0;
}

/* The spectra of the even and of the odd samples, at k, from the one of both; and what they make together. */
struct halves {
	const float *re, *im;
	unsigned half;
	float *ret_re, *ret_im;
};

static void part_one(const struct halves *of, unsigned k)
{
	const float *re = of->re, *im = of->im;
	const unsigned half = of->half;
	const float even_re = (re[k] + re[half - k]) / 2, even_im = (im[k] - im[half - k]) / 2;
	const float odd_re = (im[k] + im[half - k]) / 2, odd_im = (re[half - k] - re[k]) / 2;
	const float c = k < half ? tables.pass_cosine[half + k] : -1, s = k < half ? tables.pass_sine[half + k] : 0;

	of->ret_re[k] = even_re + c * odd_re - s * odd_im;
	of->ret_im[k] = even_im + c * odd_im + s * odd_re;
}

static lanes turned(const float *last)
{
	const lanes x = *(const lanes *)(last + 1 - LANES);

	return __builtin_shufflevector(x, x, 3, 2, 1, 0);
}

/* LANES of them from k on. */
static void part_some(const struct halves *of, unsigned k)
{
	const unsigned half = of->half;
	const lanes re = *(const lanes *)&of->re[k], im = *(const lanes *)&of->im[k];
	const lanes back_re = turned(&of->re[half - k]), back_im = turned(&of->im[half - k]);
	const lanes even_re = (re + back_re) / 2, even_im = (im - back_im) / 2;
	const lanes odd_re = (im + back_im) / 2, odd_im = (back_re - re) / 2;
	const lanes c = *(const lanes *)&tables.pass_cosine[half + k], s = *(const lanes *)&tables.pass_sine[half + k];

	*(lanes *)&of->ret_re[k] = even_re + c * odd_re - s * odd_im;
	*(lanes *)&of->ret_im[k] = even_im + c * odd_im + s * odd_re;
}

/* Even samples as real parts, odd ones as imaginary, transformed together and taken apart again. */
int sy_fft_real(const float *x, unsigned n, float *ret_re, float *ret_im)
{
	const unsigned half = n / 2;
	float re[SY_FFT_MAX / 2 + 1], im[SY_FFT_MAX / 2 + 1];
	const struct halves of = {re, im, half, ret_re, ret_im};
	unsigned k = 0;

	if (n < 4 || n > SY_FFT_MAX || (n & (n - 1)) != 0)
		return EINVAL;
	const int err = pthread_once(&tables_once, make_tables);
	if (err)
		return err;
	for (unsigned i = 0; i < half; i++) {
		const unsigned j = place_of(i, half);
		re[j] = x[2 * i];
		im[j] = x[2 * i + 1];
	}
	transform(re, im, half);
	re[half] = re[0];
	im[half] = im[0];
	for (; k + LANES <= half; k += LANES)
		part_some(&of, k);
	for (; k <= half; k++)
		part_one(&of, k);
	return 0;
}
