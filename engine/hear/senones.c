#include "engine/hear/senones.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TOP 4              /* Gaussians of a codebook that count (PocketSphinx's -topn) */
#define CLAMP 96.0f        /* a Gaussian's cost against the best of all codebooks (MAX_NEG_ASCR) */
#define SCORE_MAX 16000.0f /* well inside 16 bits, and beyond what three clamped streams can cost */
#define LOG_BASE "1.000100"
/* How much a nat of the neural model counts against the costs of words and phones, which are PocketSphinx's. Measured.
 */
#define NEURAL_WEIGHT 2.0f
#define PRIOR_WEIGHT 0.8f

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__)
/* The inner loops run over Gaussians and senones; one build serves old and new processors. (Which one is chosen before
 * the thread sanitizer is ready, and GCC instruments the choice.) */
#define FOR_EACH_CPU __attribute__((target_clones("avx512f", "avx2,fma", "default"), optimize("O3")))
#else
#define FOR_EACH_CPU
#endif

/* Frames are scored in blocks, so that a codebook's numbers are fetched once for all of them. */
#define BLOCK 16
#define LANES 16

typedef float lanes __attribute__((vector_size(LANES * sizeof(float)), aligned(4)));

struct top {
	int density[TOP];
	float log[TOP];
};

struct sy_senones {
	const struct sy_acoustic_model *model;
	size_t n;                           /* frames */
	const struct sy_features *features; /* NULL: all scores were given */
	struct sy_features own;             /* where they were taken */
	size_t n_scored;                    /* kept: frames scored so far */
	int16_t *kept;                      /* all frames; NULL for a long turn */
	int16_t *block;                     /* a long turn's present block */
	size_t block_at;                    /* its first frame */
	float *cost;                        /* [BLOCK][senones], in the model's order of codebooks */
	float *likelihood;                  /* of one codebook's senones in one stream */
	struct top *top;                    /* [stream][phone][BLOCK] */
};

/* Log density (nats) of a block's frames in one stream under each Gaussian of a codebook. */
FOR_EACH_CPU static void densities(
	const struct sy_codebook *restrict cb, const float *const x[BLOCK], float (*restrict ret)[SY_DENSITIES])
{
	for (int k = 0; k < SY_DENSITIES; k += LANES) {
		lanes sum[BLOCK];
		for (int f = 0; f < BLOCK; f++)
			sum[f] = *(const lanes *)&cb->norm[k];
		for (int d = 0; d < SY_STREAM_DIMS; d++) {
			lanes mean = *(const lanes *)&cb->mean[d][k], precision = *(const lanes *)&cb->precision[d][k];
			for (int f = 0; f < BLOCK; f++) {
				lanes away = mean - x[f][d];
				sum[f] -= away * away * precision;
			}
		}
		for (int f = 0; f < BLOCK; f++)
			*(lanes *)&ret[f][k] = sum[f];
	}
}

static void insert(struct top *top, int *n, float log_density, int density)
{
	int at = *n < TOP ? (*n)++ : TOP - 1;

	for (; at > 0 && top->log[at - 1] < log_density; at--) {
		top->log[at] = top->log[at - 1];
		top->density[at] = top->density[at - 1];
	}
	top->log[at] = log_density;
	top->density[at] = density;
}

static inline __attribute__((always_inline)) bool any_at_least(const lanes *values, float floor)
{
	union {
		int32_t lane __attribute__((vector_size(LANES * sizeof(int32_t))));
		int64_t pair[LANES / 2];
	} at_least;
	int64_t any = 0;

	at_least.lane = *values >= floor;
	for (int i = 0; i < LANES / 2; i++)
		any |= at_least.pair[i];
	return any != 0;
}

/* `before` are the top Gaussians of the frame before: still good ones, so nearly all others are passed over unsorted.
 */
FOR_EACH_CPU static void find_top(const float *log_density, const struct top *before, struct top *ret_top)
{
	float floor = log_density[before->density[0]];
	struct top top;
	int n = 0;

	for (int k = 1; k < TOP; k++)
		floor = log_density[before->density[k]] < floor ? log_density[before->density[k]] : floor;
	for (int first = 0; first < SY_DENSITIES; first += LANES) {
		if (!any_at_least((const lanes *)&log_density[first], floor))
			continue;
		for (int k = first; k < first + LANES; k++)
			if (log_density[k] >= floor) {
				insert(&top, &n, log_density[k], k);
				floor = n == TOP ? top.log[TOP - 1] : floor;
			}
	}
	*ret_top = top;
}

FOR_EACH_CPU static void mix(float *restrict ret, const float *const weights[TOP], const float by[TOP], size_t n)
{
	for (size_t i = 0; i < n; i++)
		ret[i] = by[0] * weights[0][i] + by[1] * weights[1][i] + by[2] * weights[2][i] + by[3] * weights[3][i];
}

/* cost -= ln(likelihood) / unit, by a fifth-degree fit of log2 on [1, 2): error below 0.00002, far less than half a
 * unit. */
FOR_EACH_CPU static void add_cost(float *restrict cost, const float *restrict likelihood, size_t n)
{
	const float scale = (float)(M_LN2 / SY_SENONE_UNIT);

	for (size_t i = 0; i < n; i++) {
		union {
			float f;
			uint32_t u;
		} v = {.f = likelihood[i]}, m;
		float exponent = (float)((int32_t)(v.u >> 23) - 127);
		m.u = (v.u & 0x007fffff) | 0x3f800000;
		float x = m.f - 1;
		float log2 =
			x * (1.4418359f + x * (-0.7083722f + x * (0.4135551f + x * (-0.1912625f + x * 0.0442437f))));
		cost[i] -= scale * (exponent + log2);
	}
}

static struct top *tops_of(const struct sy_senones *senones, int stream, int phone)
{
	return &senones->top[(stream * sy_model_n_phones(senones->model) + phone) * BLOCK];
}

static void find_tops(struct sy_senones *senones, const float *const x[BLOCK], int stream, float ret_best[BLOCK])
{
	float log_density[BLOCK][SY_DENSITIES];

	for (int f = 0; f < BLOCK; f++)
		ret_best[f] = -INFINITY;
	for (int phone = 0; phone < sy_model_n_phones(senones->model); phone++) {
		struct top *top = tops_of(senones, stream, phone);
		const struct top *before = &top[BLOCK - 1];
		densities(sy_model_codebook(senones->model, phone, stream), x, log_density);
		for (int f = 0; f < BLOCK; f++) {
			find_top(log_density[f], before, &top[f]);
			before = &top[f];
			ret_best[f] = top[f].log[0] > ret_best[f] ? top[f].log[0] : ret_best[f];
		}
	}
}

/* What one codebook's senones cost in one stream and frame: the mixture of its top Gaussians, each clamped. */
static void add_mixture(
	struct sy_senones *senones, int phone, int stream, const struct top *top, float best, float *cost)
{
	const uint16_t *unused;
	size_t n = sy_model_codebook_senones(senones->model, phone, &unused);
	const float *weights[TOP];
	float by[TOP];

	for (int k = 0; k < TOP; k++) {
		float units = floorf((best - top->log[k]) / (float)SY_SENONE_UNIT + 0.5f);
		by[k] = expf(-(units < CLAMP ? units : CLAMP) * (float)SY_SENONE_UNIT);
		weights[k] = sy_model_weights(senones->model, phone, stream, top->density[k]);
	}
	mix(senones->likelihood, weights, by, n);
	add_cost(cost, senones->likelihood, n);
}

static void score_stream(struct sy_senones *senones, const float *const x[BLOCK], int stream)
{
	size_t n_senones = (size_t)sy_model_n_senones(senones->model), first = 0;
	float best[BLOCK];

	find_tops(senones, x, stream, best);
	for (int phone = 0; phone < sy_model_n_phones(senones->model); phone++) {
		const uint16_t *unused;
		for (int f = 0; f < BLOCK; f++)
			add_mixture(senones, phone, stream, &tops_of(senones, stream, phone)[f], best[f],
				&senones->cost[(size_t)f * n_senones + first]);
		first += sy_model_codebook_senones(senones->model, phone, &unused);
	}
}

FOR_EACH_CPU static float smallest(const float *values, size_t n)
{
	float least = values[0];

	for (size_t i = 1; i < n; i++)
		least = values[i] < least ? values[i] : least;
	return least;
}

static void put_scores(const struct sy_senones *senones, const float *cost, int16_t *ret_scores)
{
	float best = smallest(cost, (size_t)sy_model_n_senones(senones->model)) - 0.5f;

	for (int phone = 0; phone < sy_model_n_phones(senones->model); phone++) {
		const uint16_t *ids;
		size_t n = sy_model_codebook_senones(senones->model, phone, &ids);
		for (size_t i = 0; i < n; i++) {
			float over = *cost++ - best;
			ret_scores[ids[i]] = (int16_t)(over < SCORE_MAX ? over : SCORE_MAX);
		}
	}
}

/* Up to BLOCK frames from t on. Past the end the last frame stands in and its scores are not stored. */
static void score_block(struct sy_senones *senones, size_t t, int16_t *ret_scores)
{
	size_t n_senones = (size_t)sy_model_n_senones(senones->model), left = senones->n - t;
	const float *x[BLOCK];

	memset(senones->cost, 0, BLOCK * n_senones * sizeof *senones->cost);
	for (int stream = 0; stream < SY_STREAMS; stream++) {
		for (size_t f = 0; f < BLOCK; f++)
			x[f] = &senones->features->at[t + (f < left ? f : left - 1)][stream * SY_STREAM_DIMS];
		score_stream(senones, x, stream);
	}
	for (size_t f = 0; f < BLOCK && f < left; f++)
		put_scores(senones, &senones->cost[f * n_senones], &ret_scores[f * n_senones]);
}

/* Any four different Gaussians do for the first frame. */
static struct top *first_tops(int n)
{
	struct top *tops = calloc((size_t)n, sizeof *tops);

	for (int i = 0; tops && i < n; i++)
		for (int k = 0; k < TOP; k++)
			tops[i].density[k] = k;
	return tops;
}

int sy_senones_create(
	const struct sy_acoustic_model *model, const struct sy_features *features, struct sy_senones **ret_senones)
{
	struct sy_senones *senones = calloc(1, sizeof *senones);
	size_t n_senones = (size_t)sy_model_n_senones(model);

	if (!senones)
		return ENOMEM;
	senones->model = model;
	senones->features = features;
	senones->n = senones->block_at = features->n;
	senones->cost = malloc(BLOCK * n_senones * sizeof *senones->cost);
	senones->likelihood = malloc(n_senones * sizeof *senones->likelihood);
	senones->top = first_tops(SY_STREAMS * sy_model_n_phones(model) * BLOCK);
	if (senones->n <= SY_SENONES_KEPT_MS / (1000 / SY_FEATURE_RATE))
		senones->kept = malloc((senones->n ? senones->n : 1) * n_senones * sizeof *senones->kept);
	else
		senones->block = malloc(BLOCK * n_senones * sizeof *senones->block);
	if (!senones->cost || !senones->likelihood || !senones->top || (!senones->kept && !senones->block)) {
		sy_senones_destroy(senones);
		return ENOMEM;
	}
	*ret_senones = senones;
	return 0;
}

void sy_senones_take(struct sy_senones *senones, struct sy_features *features)
{
	senones->own = *features;
	senones->features = &senones->own;
	*features = (struct sy_features){0};
}

int sy_senones_create_neural(const struct sy_acoustic_model *phones, const struct sy_neural *neural,
	const struct sy_mel *mel, struct sy_senones **ret_senones)
{
	struct sy_senones *senones = calloc(1, sizeof *senones);
	const size_t n_senones = (size_t)sy_model_n_senones(phones);
	const float *log_priors = sy_neural_log_priors(neural);
	float *rows = NULL;
	size_t n_rows;
	int err = senones ? sy_neural_run(neural, mel, &rows, &n_rows) : ENOMEM;

	if (!err && !(senones->kept = malloc((mel->n + 1) * n_senones * sizeof *senones->kept)))
		err = ENOMEM;
	if (err) {
		free(rows);
		sy_senones_destroy(senones);
		return err;
	}
	senones->model = phones;
	senones->n = senones->n_scored = mel->n;
	for (size_t t = 0; t < mel->n; t++)
		for (size_t k = 0; k < n_senones; k++) {
			const float nats = PRIOR_WEIGHT * log_priors[k] - rows[t / SY_NEURAL_STRIDE * n_senones + k];
			senones->kept[t * n_senones + k] =
				(int16_t)fminf(nats * (NEURAL_WEIGHT / (float)SY_SENONE_UNIT), SCORE_MAX);
		}
	free(rows);
	*ret_senones = senones;
	return 0;
}

void sy_senones_destroy(struct sy_senones *senones)
{
	if (!senones)
		return;
	sy_features_reset(&senones->own);
	free(senones->kept);
	free(senones->block);
	free(senones->cost);
	free(senones->likelihood);
	free(senones->top);
	free(senones);
}

size_t sy_senones_frames(const struct sy_senones *senones)
{
	return senones->n;
}

const int16_t *sy_senones_frame(struct sy_senones *senones, size_t t)
{
	size_t n = (size_t)sy_model_n_senones(senones->model);

	if (senones->kept) {
		for (; senones->n_scored <= t; senones->n_scored += BLOCK)
			score_block(senones, senones->n_scored, &senones->kept[senones->n_scored * n]);
		return &senones->kept[t * n];
	}
	if (senones->block_at != t - t % BLOCK) {
		senones->block_at = t - t % BLOCK;
		score_block(senones, senones->block_at, senones->block);
	}
	return &senones->block[t % BLOCK * n];
}

/* What PocketSphinx reads: a header, then for each frame the number of senones and their scores. */
struct stream {
	struct sy_senones *senones;
	char header[160];
	size_t n_header;
	size_t at; /* bytes given so far */
};

static ssize_t stream_read(void *cookie, char *bytes, size_t n)
{
	struct stream *stream = cookie;
	size_t n_senones = (size_t)sy_model_n_senones(stream->senones->model);
	size_t n_frame = (n_senones + 1) * sizeof(int16_t), done = 0;

	while (done < n) {
		const void *from;
		size_t left;
		int16_t count = (int16_t)n_senones;
		if (stream->at < stream->n_header) {
			from = stream->header + stream->at;
			left = stream->n_header - stream->at;
		} else {
			size_t t = (stream->at - stream->n_header) / n_frame,
			       in = (stream->at - stream->n_header) % n_frame;
			if (t >= stream->senones->n)
				break;
			from = in < sizeof count
				       ? (const char *)&count + in
				       : (const char *)sy_senones_frame(stream->senones, t) + (in - sizeof count);
			left = in < sizeof count ? sizeof count - in : n_frame - in;
		}
		left = left < n - done ? left : n - done;
		memcpy(bytes + done, from, left);
		done += left;
		stream->at += left;
	}
	return (ssize_t)done;
}

static int stream_close(void *cookie)
{
	free(cookie);
	return 0;
}

int sy_senones_stream(struct sy_senones *senones, FILE **ret_stream)
{
	static const cookie_io_functions_t functions = {.read = stream_read, .close = stream_close};
	static const uint32_t order = 0x11223344;
	struct stream *stream = calloc(1, sizeof *stream);
	FILE *file;

	if (!stream)
		return ENOMEM;
	stream->senones = senones;
	int n = snprintf(stream->header, sizeof stream->header - sizeof order,
		"s3\nversion 0.1\nn_sen %d\nlogbase " LOG_BASE "\nendhdr\n", sy_model_n_senones(senones->model));
	memcpy(stream->header + n, &order, sizeof order);
	stream->n_header = (size_t)n + sizeof order;
	file = fopencookie(stream, "r", functions);
	if (!file) {
		free(stream);
		return ENOMEM;
	}
	*ret_stream = file;
	return 0;
}
