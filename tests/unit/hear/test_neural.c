#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/hear/neural_parts.h"

/* Two layers: the first keeps what is above 0 of bands 0 and 1, the second adds a neighbour's and has three outputs. */
#define HEAD                                                                                                           \
	SY_NEURAL_MAGIC "\noutputs 3 layers 2\nAA 0 -1.0\nAA 1 -1.5\nB 0 -2.0\n"                                       \
			"layer -1 -1 1 32 2 1 0\nlayer 0 -1 0 2 3 2 0 1\n"

static const float first[32 * 2] = {1, 0, 0, 1}; /* [band][out] */
static const float first_bias[2] = {0, 0.5f};
static const float second[4 * 3] = {1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0}; /* this moment's two, the next one's two */
static const float second_bias[3] = {0, 0, 0};

struct file {
	char path[64];
	FILE *out;
};

static void put(struct file *file, const float *at, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t bits;
		memcpy(&bits, &at[i], sizeof bits);
		fputc((int)(bits >> 16 & 255), file->out);
		fputc((int)(bits >> 24), file->out);
	}
}

static void begin(struct file *file, const char *head)
{
	int fd;

	(void)snprintf(file->path, sizeof file->path, "/tmp/neural-XXXXXX");
	fd = mkstemp(file->path);
	assert_true(fd >= 0);
	file->out = fdopen(fd, "w");
	assert_non_null(file->out);
	fputs(head, file->out);
}

static void put_all(struct file *file)
{
	put(file, first, 64);
	put(file, first_bias, 2);
	put(file, second, 12);
	put(file, second_bias, 3);
}

static int load(struct file *file, struct sy_neural **ret_neural, struct sy_problem *why)
{
	int err;

	assert_int_equal(fclose(file->out), 0);
	err = sy_neural_load(file->path, ret_neural, why);
	(void)unlink(file->path);
	return err;
}

static void computes_what_the_file_says(void **state)
{
	struct sy_mel mel = {.n = 5, .at = calloc(5, sizeof *mel.at)};
	struct sy_neural *neural = NULL;
	struct sy_problem why = {""};
	struct file file;
	float *rows = NULL;
	size_t n = 0;

	(void)state;
	begin(&file, HEAD);
	put_all(&file);
	assert_int_equal(load(&file, &neural, &why), 0);
	assert_int_equal(sy_neural_n_outputs(neural), 3);
	assert_string_equal(sy_neural_output(neural, 1), "AA 1");
	assert_true(sy_neural_log_priors(neural)[2] == -2.0f);
	mel.at[0][0] = 3;
	mel.at[0][1] = -7;
	mel.at[2][0] = 1;
	mel.at[4][0] = 2;
	assert_int_equal(sy_neural_run(neural, &mel, &rows, &n), 0);
	assert_int_equal(n, 3);
	/* Moment 0: (3, max(0, -6.5) = 0) and of the next one 1; the last moment stands in for the one after it. */
	const float expected[3][3] = {{3, 0, 1}, {1, 0.5f, 2}, {2, 0.5f, 2}};
	for (size_t t = 0; t < n; t++) {
		float sum = 0;
		for (int k = 0; k < 3; k++)
			sum += expf(expected[t][k]);
		for (int k = 0; k < 3; k++)
			assert_true(fabsf(rows[t * 3 + (size_t)k] - (expected[t][k] - logf(sum))) < 1e-4f);
	}
	free(rows);
	free(mel.at);
	sy_neural_destroy(neural);
}

static void nothing_gives_nothing(void **state)
{
	struct sy_mel mel = {0};
	struct sy_neural *neural = NULL;
	struct sy_problem why = {""};
	struct file file;
	float *rows = NULL;
	size_t n = 9;

	(void)state;
	begin(&file, HEAD);
	put_all(&file);
	assert_int_equal(load(&file, &neural, &why), 0);
	mel.at = calloc(1, sizeof *mel.at);
	assert_int_equal(sy_neural_run(neural, &mel, &rows, &n), 0);
	assert_int_equal(n, 0);
	free(rows);
	free(mel.at);
	sy_neural_destroy(neural);
}

static void what_is_no_model_is_refused(void **state)
{
	static const char *const heads[] = {
		"", "hello\n", "sayso neural 2\n", SY_NEURAL_MAGIC "\n", SY_NEURAL_MAGIC "\noutputs 0 layers 1\n",
		SY_NEURAL_MAGIC "\noutputs 3 layers 33\n",
		/* a layer that takes what does not come before it; one too wide; a tap out of reach; a width that does
		 * not fit */
		SY_NEURAL_MAGIC "\noutputs 1 layers 1\nAA 0 0\nlayer 0 -1 0 32 1 1 0\n",
		SY_NEURAL_MAGIC "\noutputs 1 layers 1\nAA 0 0\nlayer -1 -1 0 32 4097 1 0\n",
		SY_NEURAL_MAGIC "\noutputs 1 layers 1\nAA 0 0\nlayer -1 -1 0 32 1 1 65\n",
		SY_NEURAL_MAGIC "\noutputs 1 layers 1\nAA 0 0\nlayer -1 -1 0 31 1 1 0\n",
		SY_NEURAL_MAGIC "\noutputs 2 layers 1\nAA 0 0\nAA 1 0\nlayer -1 -1 0 32 1 1 0\n",
		HEAD, /* without its weights */
	};

	(void)state;
	for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
		struct sy_neural *neural = NULL;
		struct sy_problem why = {""};
		struct file file;
		begin(&file, heads[i]);
		assert_int_equal(load(&file, &neural, &why), EINVAL);
		assert_null(neural);
		assert_non_null(strstr(why.text, file.path));
	}
}

static void too_much_or_no_number_is_damage(void **state)
{
	struct sy_neural *neural = NULL;
	struct sy_problem why = {""};
	struct file file;
	const float bad = NAN;

	(void)state;
	begin(&file, HEAD);
	put_all(&file);
	fputc(0, file.out);
	assert_int_equal(load(&file, &neural, &why), EINVAL);
	begin(&file, HEAD);
	put(&file, &bad, 1);
	put_all(&file);
	assert_int_equal(load(&file, &neural, &why), EINVAL);
	assert_int_equal(sy_neural_load("/no/such/file", &neural, &why), ENOENT);
	assert_null(neural);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(computes_what_the_file_says),
		cmocka_unit_test(nothing_gives_nothing),
		cmocka_unit_test(what_is_no_model_is_refused),
		cmocka_unit_test(too_much_or_no_number_is_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
