/*
 * sayso-adapt: teaches the acoustic model of a telephone line (engine/hear/model/line.neural).
 *
 * Four steps. The stock wideband model finds, in wideband recordings whose words are known, which state of which phone
 * each moment is. A network learns to tell that from what a telephone line makes of the same recordings, a line drawn
 * anew each time (tools/lines). Then the network itself finds the states in the recordings from real lines, and learns
 * on from all. At last it learns whole sequences (tools/sequence). With --start only the last two are done, from a
 * network that was written before, of this width or narrower. With --mean what is written in the end is the mean of
 * what was learned and of another network, such as the one it went on from.
 *
 * usage: sayso-adapt [--first N] [--second N] [--sequences N] [--seed N] [--start FILE] [--mean FILE] --out FILE
 *                    MANIFEST
 * (tools/corpus.h says what is in it; N: times through the recordings in each step)
 */
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "engine/hear/neural.h"
#include "engine/hear/senones.h"
#include "tools/align.h"
#include "tools/lines.h"
#include "tools/progress.h"
#include "tools/sequence.h"
#include "tools/trainer.h"

#define FIRST 3     /* times through the wideband recordings */
#define SECOND 5    /* and through all of them after that */
#define SEQUENCES 5 /* and again, by whole sequences: half an hour on two cores for 6,600 recordings */
#define TIMES_MAX 200
#define BATCH 2 /* recordings of one thread to a step */
#define THREADS_MAX 64
#define RATE_FIRST 1e-3
#define RATE_LAST 3e-5
#define RATE_SEQUENCES 2e-4
#define WARM_STEPS 150.0
/* A recording whose states the network finds less likely than this (nats a frame) is not what its words say. */
#define MISFIT 3.0
/* Of the silence around what is said this much is learned from: 10 ms each. */
#define SILENCE_FRAMES 40

struct adaptation {
	struct sy_acoustic_model *model;
	struct sy_corpus *corpus;
	struct sy_trainer *trainer;
	uint64_t seed;
	int n_threads;
	int times[2];
	int sequences;     /* times through all of them in the last step */
	const char *start; /* a model to go on from, or NULL */
	const char *mean;  /* one to take the mean with, or NULL */
	const char *out;
};

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* How well each phone's states fit each 10 ms of a wideband recording, by the stock model. Caller frees the costs. */
static int stock_scores(
	const struct adaptation *adaptation, const struct sy_sound *sound, struct sy_align_scores *ret_scores)
{
	const char *folder = sy_acoustic_model_folder();
	const struct sy_acoustic_model *model = adaptation->model;
	struct sy_front_end *hearing = NULL, *whole = NULL;
	struct sy_features features = {0};
	struct sy_senones *senones = NULL;
	struct sy_voice voice;
	float *rows = NULL, *cost = NULL;
	size_t n;
	int err, n_outputs = sy_model_n_phones(model) * SY_STATES;

	if ((err = sy_front_end_create(folder, &hearing, NULL)) ||
		(err = sy_front_end_create_whole(folder, &whole, NULL)) ||
		(err = sy_front_end_cepstra(hearing, sound->pcm, sound->n, &rows, &n)))
		goto out;
	sy_cepstral_mean(rows, n, NULL, &voice);
	free(rows);
	rows = NULL;
	if ((err = sy_front_end_cepstra(whole, sound->pcm, sound->n, &rows, &n)) ||
		(err = sy_cepstra_features(rows, n, &voice, &features)) ||
		(err = sy_senones_create(model, &features, &senones)))
		goto out;
	if (!(cost = malloc((n + 1) * (size_t)n_outputs * sizeof *cost))) {
		err = ENOMEM;
		goto out;
	}
	for (size_t t = 0; t < n; t++) {
		const int16_t *score = sy_senones_frame(senones, t);
		for (int phone = 0; phone < n_outputs / SY_STATES; phone++) {
			uint16_t of[SY_STATES];
			sy_model_triphone(model, phone, -1, -1, SY_WORD_SINGLE, of);
			for (int s = 0; s < SY_STATES; s++)
				cost[t * (size_t)n_outputs + (size_t)(phone * SY_STATES + s)] =
					(float)(score[of[s]] * SY_SENONE_UNIT);
		}
	}
	*ret_scores = (struct sy_align_scores){.cost = cost, .n = n, .n_outputs = n_outputs};
out:
	free(rows);
	sy_senones_destroy(senones);
	sy_features_reset(&features);
	sy_front_end_destroy(hearing);
	sy_front_end_destroy(whole);
	return err;
}

/* The same by the network, from what a good line makes of the recording. */
static int neural_scores(
	const struct adaptation *adaptation, const struct sy_utterance *utterance, struct sy_align_scores *ret_scores)
{
	const struct sy_neural *neural = sy_trainer_neural(adaptation->trainer);
	const size_t n_outputs = (size_t)sy_neural_n_outputs(neural);
	struct sy_line_drawn drawn = {0};
	struct sy_mel mel = {0};
	float *rows = NULL, *cost = NULL;
	size_t n;
	int err;

	if ((err = sy_lines_draw(adaptation->corpus, utterance, 1, true, &drawn)) ||
		(err = sy_mel_of(drawn.sound.pcm, drawn.sound.n, NULL, &mel, NULL)) ||
		(err = sy_neural_run(neural, &mel, &rows, &n)))
		goto out;
	if (!(cost = malloc((mel.n + 1) * n_outputs * sizeof *cost))) {
		err = ENOMEM;
		goto out;
	}
	for (size_t t = 0; t < mel.n; t++)
		for (size_t k = 0; k < n_outputs; k++)
			cost[t * n_outputs + k] = -rows[t / SY_NEURAL_STRIDE * n_outputs + k];
	*ret_scores = (struct sy_align_scores){.cost = cost, .n = mel.n, .n_outputs = (int)n_outputs};
out:
	free(rows);
	sy_mel_reset(&mel);
	sy_sound_reset(&drawn.sound);
	return err;
}

static double misfit(const struct sy_align_scores *scores, const uint8_t *labels)
{
	double sum = 0;

	for (size_t t = 0; t < scores->n; t++)
		sum += (double)scores->cost[t * (size_t)scores->n_outputs + labels[t]];
	return sum / (double)scores->n;
}

/* Cuts off most of the silence before the first word and after the last. */
static void trim(const struct sy_acoustic_model *model, struct sy_utterance *utterance)
{
	struct sy_sound *sound = &utterance->sound;
	const size_t frame = (size_t)sound->rate / SY_MEL_RATE;
	size_t begin = 0, end = utterance->n_labels;

	while (begin < end && sy_model_is_filler(model, utterance->labels[begin] / SY_STATES))
		begin++;
	while (end > begin && sy_model_is_filler(model, utterance->labels[end - 1] / SY_STATES))
		end--;
	begin = begin > SILENCE_FRAMES ? begin - SILENCE_FRAMES : 0;
	end = end + SILENCE_FRAMES < utterance->n_labels ? end + SILENCE_FRAMES : utterance->n_labels;
	if (end == utterance->n_labels || end * frame > sound->n)
		end = utterance->n_labels;
	else
		sound->n = end * frame;
	memmove(utterance->labels, utterance->labels + begin, end - begin);
	memmove(sound->pcm, sound->pcm + begin * frame, (sound->n - begin * frame) * sizeof *sound->pcm);
	sound->n -= begin * frame;
	utterance->n_labels = end - begin;
}

static int align(const struct adaptation *adaptation, struct sy_utterance *utterance, bool by_stock)
{
	struct sy_align_scores scores = {0};
	uint8_t *labels = NULL;
	int err = by_stock ? stock_scores(adaptation, &utterance->sound, &scores)
			   : neural_scores(adaptation, utterance, &scores);

	if (!err && !(labels = malloc(scores.n + 1)))
		err = ENOMEM;
	if (!err)
		err = sy_align_words(adaptation->model, adaptation->corpus->lexicon, utterance->words, &scores, labels);
	free(utterance->labels);
	utterance->labels = NULL;
	utterance->n_labels = 0;
	if (!err && (by_stock || misfit(&scores, labels) < MISFIT)) {
		utterance->labels = labels;
		utterance->n_labels = scores.n;
		labels = NULL;
		trim(adaptation->model, utterance);
	}
	free((void *)(uintptr_t)scores.cost);
	free(labels);
	return err == ENOMEM ? err : 0; /* one that does not fit its words is left out */
}

enum aligner { BY_STOCK, LINES_BY_NETWORK, ALL_BY_NETWORK };

/* Work that all threads share: recordings in any order, a step of learning together. */
struct team {
	struct adaptation *adaptation;
	struct sy_trainer_worker *workers[THREADS_MAX];
	size_t *order;
	size_t n;
	uint64_t pass;
	atomic_size_t next;
	pthread_barrier_t barrier;
	enum aligner aligner;
	double rate_from, rate_to;
	atomic_int err;
	double progress_at;
};

struct member {
	struct team *team;
	int id;
	pthread_t thread;
};

static bool is_meant(enum aligner aligner, const struct sy_utterance *utterance)
{
	return aligner == ALL_BY_NETWORK || (aligner == BY_STOCK) == (utterance->sound.rate == SY_FEATURE_HZ);
}

static void *align_some(void *arg)
{
	struct member *member = arg;
	struct team *team = member->team;
	size_t i;

	while ((i = atomic_fetch_add(&team->next, 1)) < team->n) {
		struct sy_utterance *utterance = &team->adaptation->corpus->utterances[i];
		if (is_meant(team->aligner, utterance)) {
			int err = align(team->adaptation, utterance, team->aligner == BY_STOCK);
			if (err)
				atomic_store(&team->err, err);
		}
		if (member->id == 0)
			sy_tool_progress("recordings aligned", i + 1, team->n);
	}
	return NULL;
}

static int learn_one(struct team *team, struct sy_trainer_worker *worker, size_t i)
{
	const struct sy_utterance *utterance = &team->adaptation->corpus->utterances[team->order[i]];
	struct sy_noise_random random = {.state = team->adaptation->seed + team->pass * SY_CORPUS_MAX * 7 + i * 3 + 1};
	struct sy_line_drawn drawn = {0};
	struct sy_mel mel = {0};
	uint8_t *labels = NULL;
	int err = sy_lines_draw(team->adaptation->corpus, utterance, random.state, false, &drawn);

	if (!err)
		err = sy_mel_of(drawn.sound.pcm, drawn.sound.n, NULL, &mel, NULL);
	if (!err && !(labels = malloc(mel.n + 1)))
		err = ENOMEM;
	for (size_t t = 0; !err && t < mel.n; t++) {
		size_t at = (size_t)((double)t * drawn.speed + 0.5);
		labels[t] = utterance->labels[at < utterance->n_labels ? at : utterance->n_labels - 1];
	}
	if (!err)
		err = sy_trainer_learn(worker, &mel,
			&(struct sy_trainer_labels){labels, utterance->labels, utterance->n_labels}, &random);
	free(labels);
	sy_mel_reset(&mel);
	sy_sound_reset(&drawn.sound);
	return err;
}

static void *learn_some(void *arg)
{
	struct member *member = arg;
	struct team *team = member->team;
	const struct adaptation *adaptation = team->adaptation;

	while (atomic_load(&team->next) < team->n) {
		pthread_barrier_wait(&team->barrier);
		for (int k = 0; k < BATCH; k++) {
			size_t i = atomic_fetch_add(&team->next, 1);
			int err = i < team->n ? learn_one(team, team->workers[member->id], i) : 0;
			if (err)
				atomic_store(&team->err, err);
		}
		pthread_barrier_wait(&team->barrier);
		if (member->id == 0) {
			size_t done = atomic_load(&team->next);
			double share = (double)(done < team->n ? done : team->n) / (double)team->n;
			double rate = team->rate_from * pow(team->rate_to / team->rate_from, share);
			double warm = team->pass == 0 ? fmin(1, ((double)done / BATCH + 1) / WARM_STEPS) : 1;
			sy_trainer_step(adaptation->trainer, team->workers, adaptation->n_threads, rate * warm);
			sy_tool_progress("recordings learned", done < team->n ? done : team->n, team->n);
		}
		pthread_barrier_wait(&team->barrier);
	}
	return NULL;
}

static int all_together(struct team *team, void *(*work)(void *))
{
	struct member members[THREADS_MAX];
	int n = team->adaptation->n_threads;

	atomic_store(&team->next, 0);
	atomic_store(&team->err, 0);
	pthread_barrier_init(&team->barrier, NULL, (unsigned)n);
	for (int i = 0; i < n; i++) {
		members[i] = (struct member){.team = team, .id = i};
		if (pthread_create(&members[i].thread, NULL, work, &members[i]) != 0)
			abort(); /* the others wait at the barrier for ever */
	}
	for (int i = 0; i < n; i++)
		pthread_join(members[i].thread, NULL);
	pthread_barrier_destroy(&team->barrier);
	return atomic_load(&team->err);
}

static int align_all(struct adaptation *adaptation, struct team *team, enum aligner aligner)
{
	size_t all = 0, kept = 0;
	int err;

	team->aligner = aligner;
	team->n = adaptation->corpus->n;
	err = all_together(team, align_some);
	for (size_t i = 0; i < team->n; i++) {
		const struct sy_utterance *utterance = &adaptation->corpus->utterances[i];
		all += is_meant(aligner, utterance);
		kept += is_meant(aligner, utterance) && utterance->labels;
	}
	printf("aligned by %s: %zu of %zu recordings\n", aligner == BY_STOCK ? "the stock model" : "the network", kept,
		all);
	fflush(stdout);
	return err;
}

/* Share of the frames of the recordings that are not learned from whose state is found. */
static int check(const struct adaptation *adaptation, double *ret_right)
{
	const struct sy_neural *neural = sy_trainer_neural(adaptation->trainer);
	const int n_outputs = sy_neural_n_outputs(neural);
	size_t right = 0, all = 0;
	int err = 0;

	for (size_t i = 0; !err && i < adaptation->corpus->n; i++) {
		const struct sy_utterance *utterance = &adaptation->corpus->utterances[i];
		struct sy_line_drawn drawn = {0};
		struct sy_mel mel = {0};
		float *rows = NULL;
		size_t n = 0;
		if (!utterance->check || !utterance->labels)
			continue;
		if (!(err = sy_lines_draw(adaptation->corpus, utterance, i + 1, false, &drawn)) &&
			!(err = sy_mel_of(drawn.sound.pcm, drawn.sound.n, NULL, &mel, NULL)))
			err = sy_neural_run(neural, &mel, &rows, &n);
		for (size_t t = 0; t < n; t++) {
			size_t at = (size_t)((double)(t * SY_NEURAL_STRIDE) * drawn.speed + 0.5);
			const float *row = rows + t * (size_t)n_outputs;
			int best = 0;
			for (int k = 1; k < n_outputs; k++)
				best = row[k] > row[best] ? k : best;
			right += best == utterance->labels[at < utterance->n_labels ? at : utterance->n_labels - 1];
			all++;
		}
		free(rows);
		sy_mel_reset(&mel);
		sy_sound_reset(&drawn.sound);
	}
	*ret_right = all ? (double)right / (double)all : 0;
	return err;
}

static void shuffle(struct team *team)
{
	struct sy_noise_random random = {.state = team->adaptation->seed * 31 + team->pass};

	team->n = 0;
	for (size_t i = 0; i < team->adaptation->corpus->n; i++) {
		const struct sy_utterance *utterance = &team->adaptation->corpus->utterances[i];
		if (!utterance->check && utterance->labels)
			team->order[team->n++] = i;
	}
	for (size_t i = team->n; i > 1; i--) {
		size_t other = (size_t)(sy_noise_uniform(&random) * (double)i), swap = team->order[i - 1];
		team->order[i - 1] = team->order[other];
		team->order[other] = swap;
	}
}

static void count_states(const struct adaptation *adaptation)
{
	size_t counts[256] = {0};

	for (size_t i = 0; i < adaptation->corpus->n; i++)
		for (size_t t = 0; t < adaptation->corpus->utterances[i].n_labels; t++)
			counts[adaptation->corpus->utterances[i].labels[t]]++;
	sy_trainer_set_priors(adaptation->trainer, counts);
}

/* Goes through the recordings `times` times; writes after each, so that nothing is lost. */
static int learn(
	struct adaptation *adaptation, struct team *team, int times, double from, double to, struct sy_problem *why)
{
	int err = 0;

	count_states(adaptation);
	for (int pass = 0; pass < times && !err; pass++) {
		double begin = seconds(), loss = 0, gain = 0, right = 0;
		team->rate_from = from * pow(to / from, (double)pass / times);
		team->rate_to = from * pow(to / from, (double)(pass + 1) / times);
		shuffle(team);
		if ((err = all_together(team, learn_some)) || (err = check(adaptation, &right)))
			break;
		for (int w = 0; w < adaptation->n_threads; w++) {
			double of_worker;
			loss += sy_trainer_worker_loss(team->workers[w], &of_worker) / adaptation->n_threads;
			gain += of_worker / adaptation->n_threads;
		}
		printf("%d of %d: loss %.3f, sequences %.4f, states found in others %.1f %%, %.0f s\n", pass + 1, times,
			loss, gain, 100 * right, seconds() - begin);
		fflush(stdout);
		team->pass++;
		err = sy_trainer_write(adaptation->trainer, adaptation->out, why);
	}
	return err;
}

/* The last step: whole sequences, by a lower rate, as the network knows the single moments already. */
static int learn_sequences(struct adaptation *adaptation, struct team *team, struct sy_problem *why)
{
	struct sy_sequence *sequence = NULL;
	int err = sy_sequence_create(sy_model_n_phones(adaptation->model), &sequence);

	for (size_t i = 0; !err && i < adaptation->corpus->n; i++) {
		const struct sy_utterance *utterance = &adaptation->corpus->utterances[i];
		if (!utterance->check && utterance->labels)
			sy_sequence_count(sequence, utterance->labels, utterance->n_labels);
	}
	if (!err) {
		sy_sequence_settle(sequence);
		sy_trainer_set_sequence(adaptation->trainer, sequence);
		err = learn(adaptation, team, adaptation->sequences, RATE_SEQUENCES, RATE_LAST, why);
		sy_trainer_set_sequence(adaptation->trainer, NULL);
	}
	sy_sequence_destroy(sequence);
	return err;
}

static int adapt(struct adaptation *adaptation, const char *manifest, struct sy_problem *why)
{
	struct team team = {.adaptation = adaptation};
	const double middle = RATE_FIRST / 3;
	int err;

	if ((err = sy_acoustic_model_load(sy_acoustic_model_folder(), &adaptation->model, why)) ||
		(err = sy_corpus_read(manifest, &adaptation->corpus, why)) ||
		(err = sy_trainer_create(adaptation->model, adaptation->seed, &adaptation->trainer)))
		return err;
	if (adaptation->mean && (err = sy_trainer_can_mean(adaptation->trainer, adaptation->mean, why)))
		return err;
	team.order = malloc((adaptation->corpus->n + 1) * sizeof *team.order);
	err = team.order ? 0 : ENOMEM;
	for (int i = 0; i < adaptation->n_threads && !err; i++)
		err = sy_trainer_worker_create(adaptation->trainer, &team.workers[i]);
	if (!err && adaptation->start)
		err = sy_trainer_resume(adaptation->trainer, adaptation->start, why);
	else if (!err && !(err = align_all(adaptation, &team, BY_STOCK)))
		err = learn(adaptation, &team, adaptation->times[0], RATE_FIRST, middle, why);
	if (!err && !(err = align_all(adaptation, &team, adaptation->start ? ALL_BY_NETWORK : LINES_BY_NETWORK)))
		err = learn(adaptation, &team, adaptation->times[1], adaptation->start ? middle : middle * 2, RATE_LAST,
			why);
	if (!err && adaptation->sequences > 0)
		err = learn_sequences(adaptation, &team, why);
	if (!err && adaptation->mean && !(err = sy_trainer_mean(adaptation->trainer, adaptation->mean, why)))
		err = sy_trainer_write(adaptation->trainer, adaptation->out, why);
	for (int i = 0; i < adaptation->n_threads; i++)
		sy_trainer_worker_destroy(team.workers[i]);
	free(team.order);
	return err;
}

static int number(const char *text, int max, int *ret_number)
{
	char *end;
	long value = strtol(text, &end, 10);

	if (*end || value < 0 || value > max)
		return EINVAL;
	*ret_number = (int)value;
	return 0;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {{"first", required_argument, NULL, 'f'},
		{"second", required_argument, NULL, 's'}, {"sequences", required_argument, NULL, 'q'},
		{"seed", required_argument, NULL, 'r'}, {"start", required_argument, NULL, 't'},
		{"mean", required_argument, NULL, 'm'}, {"out", required_argument, NULL, 'o'}, {0}};
	struct adaptation adaptation = {.times = {FIRST, SECOND}, .sequences = SEQUENCES, .seed = 1};
	struct sy_problem why = {""};
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	int err = 0, c, seed = 1;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'f' || c == 's')
			err = err ? err : number(optarg, TIMES_MAX, &adaptation.times[c == 's']);
		else if (c == 'q')
			err = err ? err : number(optarg, TIMES_MAX, &adaptation.sequences);
		else if (c == 'r')
			err = err ? err : number(optarg, 1000000, &seed);
		else if (c == 't')
			adaptation.start = optarg;
		else if (c == 'm')
			adaptation.mean = optarg;
		else if (c == 'o')
			adaptation.out = optarg;
		else
			err = EINVAL;
	}
	if (err || !adaptation.out || optind + 1 != argc) {
		fputs("usage: sayso-adapt [--first N] [--second N] [--sequences N] [--seed N] [--start FILE] [--mean "
		      "FILE]\n"
		      "                   --out FILE MANIFEST\n",
			stderr);
		return 2;
	}
	adaptation.seed = (uint64_t)seed;
	adaptation.n_threads = cores < 1 ? 1 : cores > THREADS_MAX ? THREADS_MAX : (int)cores;
	err = adapt(&adaptation, argv[optind], &why);
	if (err)
		fprintf(stderr, "sayso-adapt: %s\n", why.text[0] ? why.text : strerror(err));
	sy_trainer_destroy(adaptation.trainer);
	sy_corpus_destroy(adaptation.corpus);
	sy_acoustic_model_destroy(adaptation.model);
	return err ? 2 : 0;
}
