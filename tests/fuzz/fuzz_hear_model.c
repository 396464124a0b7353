#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/hear/acoustic_model.h"

/*
 * A model of two phones, small enough to be loaded thousands of times a second. The input says which of its files is
 * damaged and how: byte 0 the file and the manner, bytes 1 and 2 where, the rest what is put there.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MDEF, MEANS, VARIANCES, SENDUMP, TRANSITIONS, N_FILES };
static const char *const names[N_FILES] = {"mdef", "means", "variances", "sendump", "transition_matrices"};

#define PHONES 2
#define SENONES (PHONES * SY_STATES)
#define VALUES (PHONES * SY_STREAMS * SY_DENSITIES * SY_STREAM_DIMS)
#define ROOM (VALUES * 4 + 256)

static uint8_t files[N_FILES][ROOM];
static size_t sizes[N_FILES];
static char folder[] = "/tmp/sayso-fuzz-model-XXXXXX";

static void put(int file, const void *bytes, size_t n)
{
	memcpy(&files[file][sizes[file]], bytes, n);
	sizes[file] += n;
}

static void put_ints(int file, const int32_t *ints, size_t n)
{
	put(file, ints, n * sizeof *ints);
}

static void make_mdef(void)
{
	static const int32_t header[] = {1, 0, PHONES, PHONES, SY_STATES, SENONES, SENONES, PHONES, PHONES, 3, 10, 0};
	static const char phones[] = "SIL\0AA\0";
	/* Positions, each with both phones under it, which lead to their own entries: {ctx, n_down}, down. */
	static const int16_t tree[10][4] = {{0, 2, 4, 0}, {1, 2, 4, 0}, {2, 2, 6, 0}, {3, 2, 8, 0}, {0, 0, 0, 0},
		{1, 0, 1, 0}, {0, 0, 0, 0}, {1, 0, 1, 0}, {0, 0, 0, 0}, {1, 0, 1, 0}};
	static const int32_t entries[] = {0, 0, 0, 1, 1, 0}, codes = SENONES;
	static const uint16_t sequences[] = {0, 1, 2, 3, 4, 5};

	put(MDEF, "BMDF", 4);
	put_ints(MDEF, header, sizeof header / sizeof *header);
	put(MDEF, phones, sizeof phones);
	put(MDEF, tree, sizeof tree);
	put_ints(MDEF, entries, sizeof entries / sizeof *entries);
	put_ints(MDEF, &codes, 1);
	put(MDEF, sequences, sizeof sequences);
}

static void make_s3(int file, const int32_t *dims, size_t n, size_t values)
{
	static const char header[] = "s3\nversion 1.0\nendhdr\n";
	static const uint32_t order = 0x11223344;
	float value = 0.25f;

	put(file, header, sizeof header - 1);
	put(file, &order, sizeof order);
	put_ints(file, dims, n);
	for (size_t i = 0; i < values; i++)
		put(file, &value, sizeof value);
}

static void make_sendump(void)
{
	static const int32_t header[] = {0, SY_DENSITIES, SENONES};

	put_ints(SENDUMP, header, 3);
	sizes[SENDUMP] += (size_t)SENONES * SY_STREAMS * SY_DENSITIES;
}

static void write_file(int file, const uint8_t *bytes, size_t n)
{
	char path[128];
	int fd;

	(void)snprintf(path, sizeof path, "%s/%s", folder, names[file]);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, bytes, n) != (ssize_t)n)
		abort();
	(void)close(fd);
}

static void remove_folder(void)
{
	char path[128];

	for (int i = 0; i < N_FILES; i++) {
		(void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
		(void)unlink(path);
	}
	(void)rmdir(folder);
}

static void make_model(void)
{
	static const int32_t gaussians[] = {
		PHONES, SY_STREAMS, SY_DENSITIES, SY_STREAM_DIMS, SY_STREAM_DIMS, SY_STREAM_DIMS, VALUES};
	static const int32_t transitions[] = {PHONES, SY_STATES, SY_STATES + 1, PHONES * SY_STATES * (SY_STATES + 1)};
	struct sy_acoustic_model *model = NULL;
	struct sy_problem why = {0};

	if (!mkdtemp(folder) || atexit(remove_folder) != 0)
		abort();
	make_mdef();
	make_s3(MEANS, gaussians, 7, VALUES);
	make_s3(VARIANCES, gaussians, 7, VALUES);
	make_sendump();
	make_s3(TRANSITIONS, transitions, 4, PHONES * SY_STATES * (SY_STATES + 1));
	for (int i = 0; i < N_FILES; i++)
		write_file(i, files[i], sizes[i]);
	if (sy_acoustic_model_load(folder, &model, &why) != 0) {
		(void)fprintf(stderr, "the whole model is refused: %s\n", why.text);
		abort();
	}
	sy_acoustic_model_destroy(model);
}

/* Everything that a search asks a model for. */
static void use(const struct sy_acoustic_model *model)
{
	double sum = 0;

	for (int phone = 0; phone < sy_model_n_phones(model); phone++) {
		const uint16_t *ids;
		uint16_t senones[SY_STATES];
		size_t n = sy_model_codebook_senones(model, phone, &ids);
		for (int position = SY_INTERNAL; position <= SY_WORD_SINGLE; position++) {
			sy_model_triphone(model, phone, -1, phone, (enum sy_word_position)position, senones);
			for (int s = 0; s < SY_STATES; s++)
				if (senones[s] >= sy_model_n_senones(model))
					abort();
		}
		for (int from = 0; from < SY_STATES; from++)
			sum += (double)sy_model_transition(model, phone, from, SY_STATES);
		for (size_t i = 0; i < n; i++)
			sum += (double)sy_model_weights(model, phone, SY_STREAMS - 1, SY_DENSITIES - 1)[i];
		sum += (double)sy_model_codebook(model, phone, SY_STREAMS - 1)->norm[SY_DENSITIES - 1];
		(void)sy_model_is_filler(model, phone);
		(void)sy_model_phone(model, sy_model_phone_name(model, phone));
	}
	if (sum == 12345)
		(void)fputs("so that the sum is needed\n", stderr);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t damaged[ROOM];
	struct sy_acoustic_model *model = NULL;
	struct sy_problem why = {0};

	if (sizes[MDEF] == 0)
		make_model();
	if (size < 3)
		return 0;
	int file = data[0] % N_FILES, manner = data[0] / N_FILES % 3;
	size_t at = (size_t)(data[1] | data[2] << 8) % sizes[file], n = size - 3, length = sizes[file];
	memcpy(damaged, files[file], length);
	n = n < length - at ? n : length - at;
	if (manner == 0) /* overwritten */
		memcpy(&damaged[at], data + 3, n);
	else if (manner == 1) /* cut off */
		length = at;
	else { /* its end replaced */
		memcpy(&damaged[at], data + 3, n);
		length = at + n;
	}
	write_file(file, damaged, length);
	if (sy_acoustic_model_load(folder, &model, &why) == 0)
		use(model);
	else if (!why.text[0])
		abort();
	sy_acoustic_model_destroy(model);
	write_file(file, files[file], sizes[file]);
	return 0;
}
