/*
 * fft: the discrete Fourier transform of short stretches, for spectra.
 *
 * In place, radix 2, decimation in time (Cooley and Tukey 1965). No state but tables that are made once. Thread-safe.
 */
#ifndef SY_AUDIO_FFT_H
#define SY_AUDIO_FFT_H

#define SY_FFT_MAX 512

/* Transforms n complex numbers, n a power of two from 2 to SY_FFT_MAX. EINVAL for any other n. */
int sy_fft(float *re, float *im, unsigned n);

/* Of n real numbers, n from 4 to SY_FFT_MAX: the n / 2 + 1 complex ones that say it all, at half the cost. */
int sy_fft_real(const float *x, unsigned n, float *ret_re, float *ret_im);

#endif
