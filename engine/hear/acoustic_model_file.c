#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/hear/acoustic_model_parts.h"

#define MATRICES_MAX 255     /* of transitions; a phone is one byte in BMDF */
#define SENONES_MAX 32767    /* a senone is 16 bits, and -1 is kept */
#define VARIANCE_FLOOR 1e-4f /* PocketSphinx's -varfloor */
#define POSITIONS 4

/* Units of a quantised weight in sendump: log base 1.0001, shifted right by ten bits (PocketSphinx, SENSCR_SHIFT). */
#define WEIGHT_UNIT (1024.0 * 9.9995000333308e-5)

/* A file being read: every read is checked against its end. */
struct cursor {
	const char *file;
	const uint8_t *at;
	const uint8_t *end;
	void *map;
	size_t size;
	struct sy_problem *why;
};

static int bad_file(struct cursor *cursor, const char *what)
{
	return sy_problem_set(cursor->why, EINVAL,
		"%s: %s; install the pocketsphinx-en-us package again, or set SAYSO_MODEL", cursor->file, what);
}

static int cursor_open(struct cursor *cursor, const char *path, struct sy_problem *why)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	*cursor = (struct cursor){.file = path, .why = why};
	if (fd < 0)
		return sy_problem_set(why, errno, "%s: %s; install the pocketsphinx-en-us package, or set SAYSO_MODEL",
			path, strerror(errno));
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size == 0) {
		close(fd);
		return bad_file(cursor, "not a model file");
	}
	cursor->size = (size_t)st.st_size;
	cursor->map = mmap(NULL, cursor->size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (cursor->map == MAP_FAILED) {
		cursor->map = NULL;
		return ENOMEM;
	}
	cursor->at = cursor->map;
	cursor->end = cursor->at + cursor->size;
	return 0;
}

static void cursor_close(struct cursor *cursor)
{
	if (cursor->map)
		munmap(cursor->map, cursor->size);
	cursor->map = NULL;
}

static int take(struct cursor *cursor, void *ret_bytes, size_t n)
{
	if ((size_t)(cursor->end - cursor->at) < n)
		return bad_file(cursor, "is cut off");
	if (ret_bytes)
		memcpy(ret_bytes, cursor->at, n);
	cursor->at += n;
	return 0;
}

static int take_int(struct cursor *cursor, int32_t min, int32_t max, int32_t *ret_value)
{
	int32_t value = 0;
	int err = take(cursor, &value, sizeof value);

	if (err)
		return err;
	if (value < min || value > max)
		return bad_file(cursor, "holds a number that no such model has");
	*ret_value = value;
	return 0;
}

/* "s3\nkey value\n…endhdr\n", then a byte-order mark. */
static int take_s3_header(struct cursor *cursor)
{
	static const char mark[] = "endhdr\n";
	uint32_t order = 0;
	const uint8_t *found = memmem(cursor->at, (size_t)(cursor->end - cursor->at), mark, sizeof mark - 1);

	if (memcmp(cursor->at, "s3\n", 3) != 0 || !found)
		return bad_file(cursor, "is no Sphinx model file");
	cursor->at = found + sizeof mark - 1;
	if (take(cursor, &order, sizeof order) != 0 || order != 0x11223344)
		return bad_file(cursor, "was written on a machine of the other byte order");
	return 0;
}

static int take_phone_names(struct cursor *cursor, struct sy_acoustic_model *model)
{
	const uint8_t *first = cursor->at;

	model->names = calloc((size_t)model->n_phones, sizeof *model->names);
	model->filler = calloc((size_t)model->n_phones, sizeof *model->filler);
	if (!model->names || !model->filler)
		return ENOMEM;
	for (int i = 0; i < model->n_phones; i++) {
		size_t n = strnlen((const char *)cursor->at, (size_t)(cursor->end - cursor->at));
		if (n == (size_t)(cursor->end - cursor->at) || n >= sizeof model->names[i])
			return bad_file(cursor, "has a phone name that is too long");
		memcpy(model->names[i], cursor->at, n + 1);
		cursor->at += n + 1;
		model->filler[i] = model->names[i][0] == '+' || strcmp(model->names[i], "SIL") == 0;
	}
	size_t odd = (size_t)(cursor->at - first) % 4;
	return odd ? take(cursor, NULL, 4 - odd) : 0;
}

static int take_array(struct cursor *cursor, size_t n, size_t size, void **ret_array)
{
	void *array;

	if (n > (size_t)(cursor->end - cursor->at) / size)
		return bad_file(cursor, "is cut off");
	array = malloc(n * size);
	if (!array)
		return ENOMEM;
	memcpy(array, cursor->at, n * size);
	cursor->at += n * size;
	*ret_array = array;
	return 0;
}

static int check_mdef(struct cursor *cursor, const struct sy_acoustic_model *model)
{
	for (int i = 0; i < model->n_entries; i++)
		if (model->entries[i].ssid < 0 || model->entries[i].ssid >= model->n_sequences ||
			model->entries[i].tmat < 0)
			return bad_file(cursor, "has a phone without states");
	for (int i = 0; i < model->n_sequences * SY_STATES; i++)
		if (model->sequences[i] >= model->n_senones)
			return bad_file(cursor, "has a state without senone");
	for (int i = 0; i < model->n_tree; i++) {
		const struct node *node = &model->tree[i];
		int64_t last = (int64_t)node->down + node->n_down;
		bool fits = node->n_down ? node->n_down > 0 && node->down >= 0 && last <= model->n_tree
					 : node->down < model->n_entries;
		if (!fits)
			return bad_file(cursor, "has a broken tree of triphones");
	}
	return model->n_tree < POSITIONS ? bad_file(cursor, "has no tree of triphones") : 0;
}

static int read_mdef(const char *path, struct sy_acoustic_model *model, struct sy_problem *why)
{
	struct cursor cursor;
	int32_t magic = 0, version = 0, skip = 0, n_states = 0, n_ci_senones = 0, n_ctx = 0, n_codes = 0;
	int err = cursor_open(&cursor, path, why);

	if (err)
		return err;
	if ((err = take(&cursor, &magic, 4)))
		goto out;
	if (memcmp(&magic, "BMDF", 4) != 0) {
		err = bad_file(&cursor, "is no binary model definition");
		goto out;
	}
	if ((err = take_int(&cursor, 1, 1, &version)) || (err = take_int(&cursor, 0, 1 << 16, &skip)) ||
		(err = take(&cursor, NULL, (size_t)skip)) ||
		(err = take_int(&cursor, 1, INT32_MAX, &model->n_phones)) ||
		(err = model->n_phones > SY_PHONES_MAX ? bad_file(&cursor, "has more phones than 64") : 0) ||
		(err = take_int(&cursor, model->n_phones, 1 << 24, &model->n_entries)) ||
		(err = take_int(&cursor, SY_STATES, SY_STATES, &n_states)) ||
		(err = take_int(&cursor, 1, SENONES_MAX, &n_ci_senones)) ||
		(err = take_int(&cursor, n_ci_senones, SENONES_MAX, &model->n_senones)) ||
		(err = take_int(&cursor, 1, MATRICES_MAX, &model->n_tmat)) ||
		(err = take_int(&cursor, 1, 1 << 24, &model->n_sequences)) || (err = take_int(&cursor, 3, 3, &n_ctx)) ||
		(err = take_int(&cursor, 1, 1 << 26, &model->n_tree)) ||
		(err = take_int(&cursor, 0, model->n_phones - 1, &model->silence)) ||
		(err = take_phone_names(&cursor, model)) ||
		(err = take_array(&cursor, (size_t)model->n_tree, sizeof *model->tree, (void **)&model->tree)) ||
		(err = take_array(
			 &cursor, (size_t)model->n_entries, sizeof *model->entries, (void **)&model->entries)) ||
		(err = take_int(&cursor, model->n_sequences * SY_STATES, model->n_sequences * SY_STATES, &n_codes)) ||
		(err = take_array(&cursor, (size_t)n_codes, sizeof *model->sequences, (void **)&model->sequences)))
		goto out;
	err = check_mdef(&cursor, model);
out:
	cursor_close(&cursor);
	return err;
}

/* One codebook for each phone, three streams, a senone's codebook is its base phone's. */
static int group_senones(struct sy_acoustic_model *model)
{
	size_t *next;

	model->senone_phone = calloc((size_t)model->n_senones, 1);
	model->senone_state = calloc((size_t)model->n_senones, 1);
	model->cb_senones = malloc((size_t)model->n_senones * sizeof *model->cb_senones);
	model->cb_first = calloc((size_t)model->n_phones + 1, sizeof *model->cb_first);
	next = calloc((size_t)model->n_phones + 1, sizeof *next);
	if (!model->senone_phone || !model->senone_state || !model->cb_senones || !model->cb_first || !next) {
		free(next);
		return ENOMEM;
	}
	for (int i = model->n_entries - 1; i >= 0; i--) {
		int phone = i < model->n_phones ? i : model->entries[i].attr[1];
		for (int s = 0; s < SY_STATES && phone < model->n_phones; s++) {
			int senone = model->sequences[model->entries[i].ssid * SY_STATES + s];
			model->senone_phone[senone] = (uint8_t)phone;
			model->senone_state[senone] = (uint8_t)s;
		}
	}
	for (int s = 0; s < model->n_senones; s++)
		model->cb_first[model->senone_phone[s] + 1]++;
	for (int p = 0; p < model->n_phones; p++)
		model->cb_first[p + 1] += model->cb_first[p];
	memcpy(next, model->cb_first, ((size_t)model->n_phones + 1) * sizeof *next);
	for (int s = 0; s < model->n_senones; s++)
		model->cb_senones[next[model->senone_phone[s]]++] = (uint16_t)s;
	free(next);
	return 0;
}

/* Reads `means` or `variances` into the codebooks; `put` places one value. */
static int read_gaussians(const char *path, struct sy_acoustic_model *model,
	void (*put)(struct sy_codebook *codebook, int dim, int density, float value), struct sy_problem *why)
{
	struct cursor cursor;
	int32_t n;
	int err = cursor_open(&cursor, path, why);

	if (err)
		return err;
	if ((err = take_s3_header(&cursor)) || (err = take_int(&cursor, model->n_phones, model->n_phones, &n)) ||
		(err = take_int(&cursor, SY_STREAMS, SY_STREAMS, &n)) ||
		(err = take_int(&cursor, SY_DENSITIES, SY_DENSITIES, &n)))
		goto out;
	for (int s = 0; s < SY_STREAMS; s++)
		if ((err = take_int(&cursor, SY_STREAM_DIMS, SY_STREAM_DIMS, &n)))
			goto out;
	int32_t total = model->n_phones * SY_STREAMS * SY_DENSITIES * SY_STREAM_DIMS;
	if ((err = take_int(&cursor, total, total, &n)))
		goto out;
	if ((size_t)(cursor.end - cursor.at) < (size_t)total * sizeof(float)) {
		err = bad_file(&cursor, "is cut off");
		goto out;
	}
	for (int32_t i = 0; i < total; i++) {
		float value;
		memcpy(&value, cursor.at + (size_t)i * sizeof value, sizeof value);
		if (!isfinite(value)) {
			err = bad_file(&cursor, "holds something that is no number");
			goto out;
		}
		put(&model->codebooks[i / (SY_DENSITIES * SY_STREAM_DIMS)], i % SY_STREAM_DIMS,
			i / SY_STREAM_DIMS % SY_DENSITIES, value);
	}
out:
	cursor_close(&cursor);
	return err;
}

static void put_mean(struct sy_codebook *codebook, int dim, int density, float value)
{
	codebook->mean[dim][density] = value;
}

static void put_variance(struct sy_codebook *codebook, int dim, int density, float value)
{
	if (dim == 0)
		codebook->norm[density] = 0;
	if (value < VARIANCE_FLOOR)
		value = VARIANCE_FLOOR;
	codebook->precision[dim][density] = 0.5f / value;
	codebook->norm[density] -= 0.5f * logf(2 * (float)M_PI * value);
}

/* Strings with their lengths, until a length of 0; then rows, columns, and one byte a weight. */
static int take_sendump_header(struct cursor *cursor, const struct sy_acoustic_model *model, int32_t *ret_columns)
{
	int32_t n = 0, rows = 0;
	int err;

	while (!(err = take_int(cursor, 0, 999, &n)) && n > 0) {
		if ((size_t)(cursor->end - cursor->at) < (size_t)n)
			return bad_file(cursor, "is cut off");
		if (memmem(cursor->at, (size_t)n, "cluster_count ", 14) &&
			!memmem(cursor->at, (size_t)n, "cluster_count 0", 15))
			return bad_file(cursor, "has clustered weights, which are not read here");
		cursor->at += n;
	}
	if (err || (err = take_int(cursor, SY_DENSITIES, SY_DENSITIES, &rows)))
		return err;
	return take_int(cursor, model->n_senones, model->n_senones + 16, ret_columns);
}

static int read_weights(const char *path, struct sy_acoustic_model *model, struct sy_problem *why)
{
	struct cursor cursor;
	int32_t columns = 0;
	float level[256];
	int err = cursor_open(&cursor, path, why);

	if (err)
		return err;
	if ((err = take_sendump_header(&cursor, model, &columns)))
		goto out;
	if ((size_t)(cursor.end - cursor.at) < (size_t)columns * SY_STREAMS * SY_DENSITIES) {
		err = bad_file(&cursor, "is cut off");
		goto out;
	}
	model->weights = malloc((size_t)model->n_senones * SY_STREAMS * SY_DENSITIES * sizeof *model->weights);
	if (!model->weights) {
		err = ENOMEM;
		goto out;
	}
	for (int q = 0; q < 256; q++)
		level[q] = (float)exp(-q * WEIGHT_UNIT);
	float *weight = model->weights;
	for (int phone = 0; phone < model->n_phones; phone++)
		for (int row = 0; row < SY_STREAMS * SY_DENSITIES; row++)
			for (size_t i = model->cb_first[phone]; i < model->cb_first[phone + 1]; i++)
				*weight++ = level[cursor.at[(size_t)row * (size_t)columns + model->cb_senones[i]]];
out:
	cursor_close(&cursor);
	return err;
}

static int read_transitions(const char *path, struct sy_acoustic_model *model, struct sy_problem *why)
{
	struct cursor cursor;
	int32_t n;
	size_t total = (size_t)model->n_tmat * SY_STATES * (SY_STATES + 1);
	int err = cursor_open(&cursor, path, why);

	if (err)
		return err;
	if ((err = take_s3_header(&cursor)) || (err = take_int(&cursor, model->n_tmat, model->n_tmat, &n)) ||
		(err = take_int(&cursor, SY_STATES, SY_STATES, &n)) ||
		(err = take_int(&cursor, SY_STATES + 1, SY_STATES + 1, &n)) ||
		(err = take_int(&cursor, (int32_t)total, (int32_t)total, &n)) ||
		(err = take_array(&cursor, total, sizeof *model->transitions, (void **)&model->transitions)))
		goto out;
	for (size_t i = 0; i < total; i += SY_STATES + 1) {
		float sum = 0;
		for (int to = 0; to <= SY_STATES; to++) {
			float p = model->transitions[i + (size_t)to];
			if (!isfinite(p) || p < 0) {
				err = bad_file(&cursor, "holds something that is no probability");
				goto out;
			}
			sum += p;
		}
		for (int to = 0; to <= SY_STATES; to++) {
			float p = sum > 0 ? model->transitions[i + (size_t)to] / sum : 0;
			model->transitions[i + (size_t)to] = p > 0 ? logf(fmaxf(p, 1e-4f)) : -INFINITY;
		}
	}
out:
	cursor_close(&cursor);
	return err;
}

static int read_part(const char *folder, const char *file, struct sy_acoustic_model *model,
	int (*read)(const char *path, struct sy_acoustic_model *model, struct sy_problem *why), struct sy_problem *why)
{
	char path[4096];

	if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, file) >= sizeof path)
		return sy_problem_set(why, ENAMETOOLONG, "%s: the path is too long", folder);
	return read(path, model, why);
}

static int read_means(const char *path, struct sy_acoustic_model *model, struct sy_problem *why)
{
	return read_gaussians(path, model, put_mean, why);
}

static int read_variances(const char *path, struct sy_acoustic_model *model, struct sy_problem *why)
{
	return read_gaussians(path, model, put_variance, why);
}

int sy_acoustic_model_load(const char *folder, struct sy_acoustic_model **ret_model, struct sy_problem *why)
{
	struct sy_acoustic_model *model = calloc(1, sizeof *model);
	int err;

	if (!model)
		return ENOMEM;
	if ((err = read_part(folder, "mdef", model, read_mdef, why)) || (err = group_senones(model)))
		goto out;
	model->codebooks = calloc((size_t)model->n_phones * SY_STREAMS, sizeof *model->codebooks);
	if (!model->codebooks) {
		err = ENOMEM;
		goto out;
	}
	if ((err = read_part(folder, "means", model, read_means, why)) ||
		(err = read_part(folder, "variances", model, read_variances, why)) ||
		(err = read_part(folder, "sendump", model, read_weights, why)) ||
		(err = read_part(folder, "transition_matrices", model, read_transitions, why)))
		goto out;
	*ret_model = model;
	model = NULL;
out:
	sy_acoustic_model_destroy(model);
	return err;
}

static int flatten(struct sy_acoustic_model *model)
{
	const size_t n = (size_t)model->n_phones * SY_STATES;

	model->flat = true;
	model->n_senones = (int)n;
	model->senone_phone = malloc(n);
	model->senone_state = malloc(n);
	if (!model->senone_phone || !model->senone_state)
		return ENOMEM;
	for (int senone = 0; senone < model->n_senones; senone++) {
		model->senone_phone[senone] = (uint8_t)(senone / SY_STATES);
		model->senone_state[senone] = (uint8_t)(senone % SY_STATES);
	}
	free(model->tree);
	free(model->sequences);
	model->tree = NULL;
	model->sequences = NULL;
	return 0;
}

int sy_acoustic_model_load_phones(const char *folder, struct sy_acoustic_model **ret_model, struct sy_problem *why)
{
	struct sy_acoustic_model *model = calloc(1, sizeof *model);
	int err;

	if (!model)
		return ENOMEM;
	if ((err = read_part(folder, "mdef", model, read_mdef, why)) ||
		(err = read_part(folder, "transition_matrices", model, read_transitions, why)) ||
		(err = flatten(model))) {
		sy_acoustic_model_destroy(model);
		return err;
	}
	*ret_model = model;
	return 0;
}
