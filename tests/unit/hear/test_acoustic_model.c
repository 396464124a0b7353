#include "stock.h"

#include <errno.h>
#include <math.h>
#include <sys/stat.h>

/* A folder of links to the stock model's files; a test replaces one of them by a damaged copy. */

#define N_FILES 5
static const char *const files[N_FILES] = {"mdef", "means", "variances", "sendump", "transition_matrices"};

static char folder[] = "/tmp/sayso-model-XXXXXX";

static const char *path_in(const char *file)
{
	static char path[128];

	(void)snprintf(path, sizeof path, "%s/%s", folder, file);
	return path;
}

static void link_stock(const char *file)
{
	char target[4200];

	(void)snprintf(target, sizeof target, "%s/%s", sy_acoustic_model_folder(), file);
	(void)unlink(path_in(file));
	(void)rmdir(path_in(file));
	assert_int_equal(symlink(target, path_in(file)), 0);
}

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	for (int i = 0; i < N_FILES; i++)
		link_stock(files[i]);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	for (int i = 0; i < N_FILES; i++)
		(void)unlink(path_in(files[i]));
	return rmdir(folder);
}

struct bytes {
	uint8_t *at;
	size_t n;
};

static struct bytes stock_bytes(const char *file)
{
	char path[4200];
	struct bytes bytes = {0};
	struct stat st;
	FILE *in;

	(void)snprintf(path, sizeof path, "%s/%s", stock_folder(), file);
	in = fopen(path, "re");
	assert_non_null(in);
	assert_int_equal(fstat(fileno(in), &st), 0);
	bytes.n = (size_t)st.st_size;
	bytes.at = malloc(bytes.n);
	assert_non_null(bytes.at);
	assert_int_equal(fread(bytes.at, 1, bytes.n, in), bytes.n);
	(void)fclose(in);
	return bytes;
}

static void replace(const char *file, const void *at, size_t n)
{
	FILE *out;

	(void)unlink(path_in(file));
	out = fopen(path_in(file), "we");
	assert_non_null(out);
	assert_int_equal(fwrite(at, 1, n, out), n);
	assert_int_equal(fclose(out), 0);
}

/* The folder as it is now is refused with `err`, in one line that names the file. */
static void refused(const char *file, int err)
{
	struct sy_acoustic_model *model = NULL;
	struct sy_problem why = {0};
	int got = sy_acoustic_model_load(folder, &model, &why);

	if (got != err)
		fail_msg("%s: %d instead of %d: %s", file, got, err, why.text);
	assert_null(model);
	assert_says(&why, path_in(file));
	link_stock(file);
}

static void refused_bytes(const char *file, const void *at, size_t n)
{
	replace(file, at, n);
	refused(file, EINVAL);
}

/* The first number after the names and the byte-order mark. */
static size_t body(const char *file, const struct bytes *bytes)
{
	static const char end[] = "endhdr\n";
	size_t at = 0;

	if (strcmp(file, "mdef") == 0) { /* "BMDF", the version, the length of a description, that description */
		int32_t skip_bytes;
		memcpy(&skip_bytes, bytes->at + 8, sizeof skip_bytes);
		return 12 + (size_t)skip_bytes;
	}
	if (strcmp(file, "sendump") == 0) { /* strings with their lengths, up to a length of 0 */
		for (int32_t n = 1; n > 0; at += (size_t)n + sizeof n)
			memcpy(&n, bytes->at + at, sizeof n);
		return at;
	}
	const uint8_t *found = memmem(bytes->at, bytes->n, end, sizeof end - 1);
	assert_non_null(found);
	return (size_t)(found - bytes->at) + sizeof end - 1 + sizeof(uint32_t);
}

static void put_int(struct bytes *bytes, size_t at, int32_t value)
{
	assert_true(at + sizeof value <= bytes->n);
	memcpy(bytes->at + at, &value, sizeof value);
}

static int32_t get_int(const struct bytes *bytes, size_t at)
{
	int32_t value;

	assert_true(at + sizeof value <= bytes->n);
	memcpy(&value, bytes->at + at, sizeof value);
	return value;
}

static void loads_the_stock_model(void **state)
{
	const struct sy_acoustic_model *model = stock_model();

	(void)state;
	assert_int_equal(sy_model_n_phones(model), 42);
	assert_int_equal(sy_model_n_senones(model), 5126);
	assert_string_equal(sy_model_phone_name(model, sy_model_silence(model)), "SIL");
	assert_true(sy_model_phone(model, "AA") >= 0);
	assert_int_equal(sy_model_phone(model, "QQ"), -1);
	assert_int_equal(sy_model_phone(model, ""), -1);
	assert_true(sy_model_is_filler(model, sy_model_silence(model)));
	assert_true(sy_model_is_filler(model, sy_model_phone(model, "+NSN+")));
	assert_false(sy_model_is_filler(model, sy_model_phone(model, "AA")));
}

static void every_senone_has_one_codebook(void **state)
{
	const struct sy_acoustic_model *model = stock_model();
	size_t n_senones = (size_t)sy_model_n_senones(model), n = 0;
	bool *seen = calloc(n_senones, sizeof *seen);

	(void)state;
	assert_non_null(seen);
	for (int phone = 0; phone < sy_model_n_phones(model); phone++) {
		const uint16_t *ids;
		size_t of_phone = sy_model_codebook_senones(model, phone, &ids);
		assert_true(of_phone >= SY_STATES);
		for (size_t i = 0; i < of_phone; i++) {
			assert_int_equal(sy_model_senone_phone(model, ids[i]), phone);
			assert_in_range(sy_model_senone_state(model, ids[i]), 0, SY_STATES - 1);
			assert_false(seen[ids[i]]);
			seen[ids[i]] = true;
		}
		n += of_phone;
	}
	assert_int_equal(n, n_senones);
	free(seen);
}

/* Whatever its neighbours and place, a phone's states are modelled by senones of that phone and state. */
static void triphones_stay_with_their_phone(void **state)
{
	const struct sy_acoustic_model *model = stock_model();
	int n = sy_model_n_phones(model), different = 0;
	uint16_t alone[SY_STATES], senones[SY_STATES];

	(void)state;
	for (int phone = 0; phone < n; phone++)
		for (int i = -1; i < n; i += 5)
			for (int position = SY_INTERNAL; position <= SY_WORD_SINGLE; position++) {
				sy_model_triphone(model, phone, i, n - 1 - i < n ? n - 1 - i : -1,
					(enum sy_word_position)position, senones);
				for (int s = 0; s < SY_STATES; s++) {
					assert_int_equal(sy_model_senone_phone(model, senones[s]), phone);
					assert_int_equal(sy_model_senone_state(model, senones[s]), s);
				}
			}
	sy_model_triphone(model, sy_model_phone(model, "P"), sy_model_phone(model, "AA"), sy_model_phone(model, "ER"),
		SY_INTERNAL, senones);
	sy_model_triphone(model, sy_model_phone(model, "P"), -1, -1, SY_WORD_SINGLE, alone);
	for (int s = 0; s < SY_STATES; s++)
		different += senones[s] != alone[s];
	assert_true(different > 0);
}

static void leaving_and_staying_make_one(void **state)
{
	const struct sy_acoustic_model *model = stock_model();

	(void)state;
	for (int phone = 0; phone < sy_model_n_phones(model); phone++)
		for (int from = 0; from < SY_STATES; from++) {
			double sum = 0;
			for (int to = 0; to <= SY_STATES; to++)
				sum += exp((double)sy_model_transition(model, phone, from, to));
			assert_true(fabs(sum - 1) < 0.001);
			assert_true(isfinite(sy_model_transition(model, phone, from, from)));
			assert_true(isfinite(sy_model_transition(model, phone, from, from + 1)));
		}
}

static void gaussians_and_weights_are_numbers(void **state)
{
	const struct sy_acoustic_model *model = stock_model();

	(void)state;
	for (int phone = 0; phone < sy_model_n_phones(model); phone += 7)
		for (int stream = 0; stream < SY_STREAMS; stream++) {
			const struct sy_codebook *codebook = sy_model_codebook(model, phone, stream);
			const uint16_t *ids;
			size_t n = sy_model_codebook_senones(model, phone, &ids);
			for (int k = 0; k < SY_DENSITIES; k++) {
				const float *weights = sy_model_weights(model, phone, stream, k);
				assert_true(isfinite(codebook->norm[k]));
				for (int d = 0; d < SY_STREAM_DIMS; d++)
					assert_true(codebook->precision[d][k] > 0 && isfinite(codebook->mean[d][k]));
				for (size_t i = 0; i < n; i++)
					assert_true(weights[i] > 0 && weights[i] <= 1);
			}
		}
}

static void names_a_file_that_is_missing(void **state)
{
	(void)state;
	(void)stock_folder();
	for (int i = 0; i < N_FILES; i++) {
		assert_int_equal(unlink(path_in(files[i])), 0);
		refused(files[i], ENOENT);
	}
}

static void refuses_what_is_no_file(void **state)
{
	(void)state;
	(void)stock_folder();
	for (int i = 0; i < N_FILES; i++) {
		refused_bytes(files[i], "", 0);
		assert_int_equal(unlink(path_in(files[i])), 0);
		assert_int_equal(mkdir(path_in(files[i]), 0700), 0);
		refused(files[i], EINVAL);
	}
}

static void refuses_files_that_are_cut_off(void **state)
{
	(void)state;
	for (int i = 0; i < N_FILES; i++) {
		struct bytes bytes = stock_bytes(files[i]);
		size_t begin = body(files[i], &bytes);
		const size_t cuts[] = {1, 3, 7, begin - 1, begin, begin + 3, begin + 12, bytes.n / 2, bytes.n - 700};
		for (size_t k = 0; k < sizeof cuts / sizeof *cuts; k++)
			refused_bytes(files[i], bytes.at, cuts[k]);
		free(bytes.at);
	}
}

static void refuses_files_of_another_kind(void **state)
{
	(void)state;
	for (int i = 0; i < N_FILES; i++) {
		struct bytes bytes = stock_bytes(files[i]);
		size_t begin = body(files[i], &bytes);
		memcpy(bytes.at, "RIFF", 4);
		refused_bytes(files[i], bytes.at, bytes.n);
		if (strcmp(files[i], "mdef") != 0 && strcmp(files[i], "sendump") != 0) {
			memcpy(bytes.at, "s3\nv", 4);
			put_int(&bytes, begin - 4, 0x44332211);
			refused_bytes(files[i], bytes.at, bytes.n);
		}
		free(bytes.at);
	}
}

/* Each number of a file's dimensions, one more and one less than the others promise. */
static void refuses_other_sizes(void **state)
{
	static const struct {
		const char *file;
		int first, n;
	} headers[] = {{"means", 0, 7}, {"variances", 0, 7}, {"sendump", 0, 1}, {"transition_matrices", 0, 4},
		{"mdef", 2, 1} /* states of a phone */, {"mdef", 7, 1} /* phones of a context */};

	(void)state;
	for (size_t h = 0; h < sizeof headers / sizeof *headers; h++) {
		struct bytes bytes = stock_bytes(headers[h].file);
		size_t begin = body(headers[h].file, &bytes) + (size_t)headers[h].first * 4;
		for (int i = 0; i < headers[h].n; i++) {
			size_t at = begin + (size_t)i * 4;
			int32_t was = get_int(&bytes, at);
			const int32_t others[] = {was + 1, was - 1, 0, -1, INT32_MAX, INT32_MIN};
			for (size_t k = 0; k < sizeof others / sizeof *others; k++) {
				put_int(&bytes, at, others[k]);
				refused_bytes(headers[h].file, bytes.at, bytes.n);
			}
			put_int(&bytes, at, was);
		}
		free(bytes.at);
	}
}

/* Numbers of mdef that only have an upper bound: nothing read past the file, whatever they promise. */
static void refuses_counts_beyond_the_file(void **state)
{
	struct bytes bytes = stock_bytes("mdef");
	size_t begin = body("mdef", &bytes);

	(void)state;
	for (size_t i = 0; i < 10; i++) {
		const int32_t others[] = {INT32_MAX, INT32_MIN, -1};
		int32_t was = get_int(&bytes, begin + 4 * i);
		for (size_t k = 0; k < sizeof others / sizeof *others; k++) {
			put_int(&bytes, begin + 4 * i, others[k]);
			refused_bytes("mdef", bytes.at, bytes.n);
		}
		put_int(&bytes, begin + 4 * i, was);
	}
	free(bytes.at);
}

/* Sets of phones are 64 bits wide. */
static void refuses_more_phones_than_a_set_has(void **state)
{
	struct bytes bytes = stock_bytes("mdef");
	struct sy_acoustic_model *model = NULL;
	struct sy_problem why = {0};
	const size_t at = body("mdef", &bytes);

	(void)state;
	assert_true(sy_model_n_phones(stock_model()) <= SY_PHONES_MAX);
	put_int(&bytes, at, SY_PHONES_MAX + 1);
	replace("mdef", bytes.at, bytes.n);
	assert_int_equal(sy_acoustic_model_load(folder, &model, &why), EINVAL);
	assert_says(&why, "64");
	link_stock("mdef");
	free(bytes.at);
}

static void refuses_states_and_trees_that_lead_nowhere(void **state)
{
	struct bytes bytes = stock_bytes("mdef");
	size_t at = body("mdef", &bytes);
	int32_t n_phones = get_int(&bytes, at), n_entries = get_int(&bytes, at + 4), n_tree = get_int(&bytes, at + 32);
	size_t names = at + 40, tree = names;
	int32_t was;

	(void)state;
	for (int i = 0; i < n_phones; i++)
		tree += strlen((const char *)bytes.at + tree) + 1;
	tree += (4 - (tree - names) % 4) % 4;

	memset(bytes.at + names, 'A', 40); /* the names run together */
	refused_bytes("mdef", bytes.at, bytes.n);
	free(bytes.at);

	bytes = stock_bytes("mdef");
	was = get_int(&bytes, tree + 4);
	put_int(&bytes, tree + 4, n_tree); /* the first node's children */
	refused_bytes("mdef", bytes.at, bytes.n);
	put_int(&bytes, tree + 4, was);

	size_t entries = tree + (size_t)n_tree * 8, sequences = entries + (size_t)n_entries * 12 + 4;
	was = get_int(&bytes, entries);
	put_int(&bytes, entries, INT32_MAX); /* the first phone's states */
	refused_bytes("mdef", bytes.at, bytes.n);
	put_int(&bytes, entries, was);
	put_int(&bytes, sequences, -1); /* two senones that there are none of */
	refused_bytes("mdef", bytes.at, bytes.n);
	free(bytes.at);
}

static void refuses_what_is_no_number(void **state)
{
	static const float bad[] = {NAN, INFINITY, -INFINITY};

	(void)state;
	for (int i = 1; i <= 2; i++) {
		struct bytes bytes = stock_bytes(files[i]);
		const size_t ats[] = {body(files[i], &bytes) + 28, body(files[i], &bytes) + 28 + 4 * 209663};
		for (size_t a = 0; a < 2; a++)
			for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
				int32_t was = get_int(&bytes, ats[a]);
				memcpy(bytes.at + ats[a], &bad[k], sizeof bad[k]);
				refused_bytes(files[i], bytes.at, bytes.n);
				put_int(&bytes, ats[a], was);
			}
		free(bytes.at);
	}
}

static void phones_alone_know_no_neighbours(void **state)
{
	const struct sy_acoustic_model *stock = stock_model();
	struct sy_acoustic_model *phones = NULL;
	struct sy_problem why = {0};

	(void)state;
	assert_int_equal(sy_acoustic_model_load_phones(stock_folder(), &phones, &why), 0);
	assert_int_equal(sy_model_n_phones(phones), sy_model_n_phones(stock));
	assert_int_equal(sy_model_n_senones(phones), sy_model_n_phones(stock) * SY_STATES);
	for (int phone = 0; phone < sy_model_n_phones(phones); phone++) {
		uint16_t alone[SY_STATES], between[SY_STATES];
		assert_string_equal(sy_model_phone_name(phones, phone), sy_model_phone_name(stock, phone));
		sy_model_triphone(phones, phone, -1, -1, SY_WORD_SINGLE, alone);
		sy_model_triphone(phones, phone, 5, 7, SY_INTERNAL, between);
		for (int s = 0; s < SY_STATES; s++) {
			assert_int_equal(alone[s], phone * SY_STATES + s);
			assert_int_equal(between[s], alone[s]);
			assert_int_equal(sy_model_senone_phone(phones, alone[s]), phone);
			assert_int_equal(sy_model_senone_state(phones, alone[s]), s);
		}
		assert_true(sy_model_transition(phones, phone, 0, 1) == sy_model_transition(stock, phone, 0, 1));
	}
	sy_acoustic_model_destroy(phones);
	phones = NULL;
	assert_int_equal(sy_acoustic_model_load_phones("/nowhere", &phones, &why), ENOENT);
	assert_null(phones);
}

static void the_folder_can_be_chosen(void **state)
{
	const char *before = getenv("SAYSO_MODEL");
	char *kept = before ? strdup(before) : NULL;

	(void)state;
	assert_int_equal(setenv("SAYSO_MODEL", "/nowhere/model", 1), 0);
	assert_string_equal(sy_acoustic_model_folder(), "/nowhere/model");
	assert_int_equal(setenv("SAYSO_MODEL", "", 1), 0);
	assert_true(sy_acoustic_model_folder()[0] == '/');
	assert_int_equal(kept ? setenv("SAYSO_MODEL", kept, 1) : unsetenv("SAYSO_MODEL"), 0);
	free(kept);
	sy_acoustic_model_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(loads_the_stock_model),
		cmocka_unit_test(every_senone_has_one_codebook),
		cmocka_unit_test(triphones_stay_with_their_phone),
		cmocka_unit_test(leaving_and_staying_make_one),
		cmocka_unit_test(gaussians_and_weights_are_numbers),
		cmocka_unit_test(names_a_file_that_is_missing),
		cmocka_unit_test(refuses_what_is_no_file),
		cmocka_unit_test(refuses_files_that_are_cut_off),
		cmocka_unit_test(refuses_files_of_another_kind),
		cmocka_unit_test(refuses_other_sizes),
		cmocka_unit_test(refuses_counts_beyond_the_file),
		cmocka_unit_test(refuses_more_phones_than_a_set_has),
		cmocka_unit_test(refuses_states_and_trees_that_lead_nowhere),
		cmocka_unit_test(refuses_what_is_no_number),
		cmocka_unit_test(phones_alone_know_no_neighbours),
		cmocka_unit_test(the_folder_can_be_chosen),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
