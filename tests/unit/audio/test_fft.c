#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audio/fft.h"

static void a_wave_is_one_line(void **state)
{
	(void)state;
	for (unsigned n = 8; n <= SY_FFT_MAX; n *= 2) {
		float re[SY_FFT_MAX], im[SY_FFT_MAX] = {0};
		for (unsigned i = 0; i < n; i++)
			re[i] = (float)cos(2 * M_PI * 3 * i / n);
		assert_int_equal(sy_fft(re, im, n), 0);
		for (unsigned k = 0; k < n; k++) {
			const float expected = k == 3 || k == n - 3 ? (float)n / 2 : 0;
			assert_true(fabsf(re[k] - expected) < 1e-3f * (float)n);
			assert_true(fabsf(im[k]) < 1e-3f * (float)n);
		}
	}
}

/* Against the definition, for numbers without a pattern. */
static void agrees_with_the_sum(void **state)
{
	float re[16], im[16], x[16], y[16];

	(void)state;
	for (int i = 0; i < 16; i++) {
		x[i] = re[i] = (float)((i * 37 + 11) % 23) - 11;
		y[i] = im[i] = (float)((i * 53 + 5) % 19) - 9;
	}
	assert_int_equal(sy_fft(re, im, 16), 0);
	for (int k = 0; k < 16; k++) {
		double sum_re = 0, sum_im = 0;
		for (int i = 0; i < 16; i++) {
			const double angle = -2 * M_PI * k * i / 16;
			sum_re += (double)x[i] * cos(angle) - (double)y[i] * sin(angle);
			sum_im += (double)x[i] * sin(angle) + (double)y[i] * cos(angle);
		}
		assert_true(fabs((double)re[k] - sum_re) < 1e-3 && fabs((double)im[k] - sum_im) < 1e-3);
	}
}

static void real_numbers_at_half_the_cost(void **state)
{
	(void)state;
	for (unsigned n = 4; n <= SY_FFT_MAX; n *= 2) {
		float x[SY_FFT_MAX], re[SY_FFT_MAX], im[SY_FFT_MAX] = {0};
		float half_re[SY_FFT_MAX / 2 + 1], half_im[SY_FFT_MAX / 2 + 1];
		for (unsigned i = 0; i < n; i++)
			re[i] = x[i] = (float)((i * 37 + 11) % 23) - 11;
		assert_int_equal(sy_fft(re, im, n), 0);
		assert_int_equal(sy_fft_real(x, n, half_re, half_im), 0);
		for (unsigned k = 0; k <= n / 2; k++) {
			assert_true(fabsf(re[k] - half_re[k]) < 1e-3f * (float)n);
			assert_true(fabsf(im[k] - half_im[k]) < 1e-3f * (float)n);
		}
	}
}

static void only_powers_of_two(void **state)
{
	float re[2 * SY_FFT_MAX] = {0}, im[2 * SY_FFT_MAX] = {0};

	(void)state;
	assert_int_equal(sy_fft(re, im, 0), EINVAL);
	assert_int_equal(sy_fft(re, im, 1), EINVAL);
	assert_int_equal(sy_fft(re, im, 96), EINVAL);
	assert_int_equal(sy_fft(re, im, 2 * SY_FFT_MAX), EINVAL);
	assert_int_equal(sy_fft(re, im, 2), 0);
	assert_int_equal(sy_fft_real(re, 2, re, im), EINVAL);
	assert_int_equal(sy_fft_real(re, 100, re, im), EINVAL);
	assert_int_equal(sy_fft_real(re, 2 * SY_FFT_MAX, re, im), EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wave_is_one_line),
		cmocka_unit_test(agrees_with_the_sum),
		cmocka_unit_test(real_numbers_at_half_the_cost),
		cmocka_unit_test(only_powers_of_two),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
