#include "audio/endpoint.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audio/frame.h"
#include "audio/spectrum.h"

/*
 * A frame is *active* when some bands stand out from the line's own noise, and *voiced* when it is also periodic and no
 * steady tone. Speech begins with enough active frames of which some are voiced: noise and clicks are never voiced,
 * hum and beeps are steady, a fricative at a word's edge is active and becomes part of the turn by its neighbours.
 * All thresholds were tuned on one half of the speakers of real telephone calls (tests/unit/audio/test_endpoint.c).
 */

/* Noise floor: the minimum of the smoothed level over FLOOR_PARTS parts of FLOOR_PART_FRAMES (1.6 s); R. Martin, 2001.
 */
#define FLOOR_PARTS 8
#define FLOOR_PART_FRAMES 10
#define FLOOR_SMOOTH 0.7f
#define FLOOR_BIAS_DB 3.0f
/* No line is quieter than G.711's own steps; below it any sample counts as speech. Per band. */
#define FLOOR_MIN_DB -68.0f
/* Until so much was heard, what seems to be loud noise may be a caller who speaks from the first frame on. */
#define FLOOR_SETTLED_PARTS 4
#define FLOOR_UNSETTLED_DB -45.0f
/* Below this a frame is a gap in the line (lost packets, a muted far end) and says nothing about its noise. */
#define GAP_DB -85.0f

/* How far bands stand out: two by this much, or one by half as much again. */
#define ACTIVE_DB 6.0f
#define ACTIVE_IN_TURN_DB 5.0f
#define VOICED_PERIODICITY 0.55f
#define VOICED_DB 8.0f
/* Tones of the line lie above this; below it, as much in two peaks is a high voice's pitch and its octave ("we", "no"),
 * 95 of 100 such frames, unless it stands still from one frame to the next. */
#define TONE_SHARE 0.97f
#define TONE_HZ 320.0f
#define STILL_DB 0.5f
#define VOICED_LEVEL_DB -52.0f
/* A voice moves by more than this within STEADY_FRAMES in some strong band, hum and beeps do not. */
#define STEADY_FRAMES 6
#define STEADY_DB 1.0f
#define STEADY_STRONG_DB 12.0f

/* Onset: frames of the last ONSET_WINDOW. */
#define ONSET_WINDOW 9
#define ONSET_ACTIVE 5
#define ONSET_VOICED 4
/* So many frames of pure tone: a key or a beep, whose edges seem voiced. */
#define ONSET_TONES 3
/* A voiced frame so far above the noise counts twice: the vowel of "six" may be over in 40 ms. */
#define STRONG_DB 20.0f
/* Over a prompt: a cough is shorter or less voiced, an echo weaker. Leaves 20 ms to stop within 200. A hoarse voice, or
 * one that begins with "s", is hardly voiced in so short a time, but goes on for longer than a cough's burst. */
#define PROMPTING_ACTIVE 5
#define PROMPTING_VOICED 6
#define PROMPTING_LASTING 7
#define PROMPTING_LASTING_VOICED 4
#define PROMPTING_LEVEL_DB -50.0f

/* Gaps inside the first word, looking back for its start ("t" in "eight o'clock" closes for 80 ms). */
#define LOOK_BACK_GAP 6
/* After a voiced frame, active ones count as speech for so long: "-sts" in "costs", not a fan that started. */
#define UNVOICED_FRAMES 20
/* After a pause speech goes on with so many active frames of the last RESUME_WINDOW: not with one click. */
#define RESUME_WINDOW 5
#define RESUME_ACTIVE 3
#define RESUME_VOICED 1

/* Within a turn, sound so far below its loudest frame is the room's echo or breath. The loudest fades with time. */
#define TAIL_DB 36.0f
#define LOUDEST_FADE_DB 0.1f

#define HISTORY_FRAMES 64 /* bits of a uint64_t */
/* What is kept while waiting slides when it has grown by this part. */
#define SLIDE_SHARE 4
#define PREROLL_FRAMES (SY_ENDPOINT_PREROLL_MS / SY_FRAME_MS)
#define PAUSE_FRAMES (SY_ENDPOINT_PAUSE_MS / SY_FRAME_MS)
#define TURN_FRAMES (SY_ENDPOINT_TURN_MAX_MS / SY_FRAME_MS)

struct noise_floor {
	float smooth[SY_SPECTRUM_BANDS]; /* power, as dB would favour the dips */
	float part[FLOOR_PARTS][SY_SPECTRUM_BANDS];
	float now_db[SY_SPECTRUM_BANDS];
	int parts; /* filled, at most FLOOR_PARTS */
	int at;
	int frames; /* in the present part */
};

struct sy_endpoint {
	struct sy_spectrum spectrum;
	struct noise_floor floor;
	size_t frame_n;
	uint64_t active, voiced, strong, tones; /* bit 0: the last frame */
	float bands_db[STEADY_FRAMES][SY_SPECTRUM_BANDS];
	unsigned frame; /* fed since creation, wraps */
	int heard;      /* frames since restart, up to HISTORY_FRAMES: what the bits and `pcm` hold while waiting */

	bool in_speech;
	bool paused;
	bool too_long;
	int turn_frames; /* from the first speech frame, without pre-roll */
	int speech_frames;
	int silence_frames;
	int unvoiced_frames; /* since the last voiced one */
	float loudest_db;    /* of the turn, fading */

	int kept_frames; /* for so long the turn before may still be gone on with */
	size_t added;    /* 0, or where in `pcm` what goes on with it begins */

	int16_t *pcm; /* waiting: the last frames; in speech: the turn */
	size_t n, cap;
};

static float db_of(float power)
{
	return power > 1e-10f ? 10.0f * log10f(power) : -100.0f;
}

static void floor_init(struct noise_floor *floor)
{
	for (int band = 0; band < SY_SPECTRUM_BANDS; band++)
		floor->now_db[band] = FLOOR_UNSETTLED_DB;
}

static void floor_settle(struct noise_floor *floor, int band)
{
	float least = floor->part[floor->at][band];

	for (int part = 0; part < floor->parts; part++)
		least = fminf(least, floor->part[part][band]);
	float db = fmaxf(FLOOR_MIN_DB, db_of(least) + FLOOR_BIAS_DB);
	if (floor->parts < FLOOR_SETTLED_PARTS)
		db = fminf(db, FLOOR_UNSETTLED_DB);
	floor->now_db[band] = db;
}

static void floor_feed(struct noise_floor *floor, const struct sy_spectrum *spectrum)
{
	if (spectrum->level_db < GAP_DB)
		return;
	const bool fresh = floor->frames == 0;
	const float old = fresh && floor->parts == 0 ? 0 : FLOOR_SMOOTH;
	for (int band = 0; band < SY_SPECTRUM_BANDS; band++) {
		const float power = powf(10.0f, spectrum->band_db[band] / 10.0f);
		floor->smooth[band] = old * floor->smooth[band] + (1 - old) * power;
		float *part = &floor->part[floor->at][band];
		*part = fresh ? floor->smooth[band] : fminf(*part, floor->smooth[band]);
		floor_settle(floor, band);
	}
	if (++floor->frames < FLOOR_PART_FRAMES)
		return;
	floor->frames = 0;
	floor->at = (floor->at + 1) % FLOOR_PARTS;
	if (floor->parts < FLOOR_PARTS)
		floor->parts++;
}

int sy_endpoint_create(int rate, struct sy_endpoint **ret_endpoint)
{
	struct sy_endpoint *endpoint = calloc(1, sizeof(*endpoint));
	if (!endpoint)
		return ENOMEM;
	const int err = sy_spectrum_init(&endpoint->spectrum, rate);
	if (err) {
		sy_endpoint_destroy(endpoint);
		return err;
	}
	endpoint->frame_n = sy_frame_samples(rate);
	floor_init(&endpoint->floor);
	sy_endpoint_restart(endpoint);
	*ret_endpoint = endpoint;
	return 0;
}

void sy_endpoint_destroy(struct sy_endpoint *endpoint)
{
	if (!endpoint)
		return;
	free(endpoint->pcm);
	free(endpoint);
}

/* What the bits hold from now on is the silence after a turn. */
static void forget_before_silence(struct sy_endpoint *endpoint)
{
	int frames = endpoint->in_speech ? endpoint->silence_frames : 0;

	if (frames >= HISTORY_FRAMES)
		frames = HISTORY_FRAMES - 1;
	endpoint->heard = frames;
	const uint64_t kept = (UINT64_C(1) << frames) - 1;
	endpoint->active &= kept;
	endpoint->voiced &= kept;
	endpoint->strong &= kept;
	endpoint->tones &= kept;
}

/* The silence after a turn stays as the next one's pre-roll: its first word may have begun in it. */
static void keep_silence(struct sy_endpoint *endpoint)
{
	const size_t n = (size_t)endpoint->heard * endpoint->frame_n;

	if (n > 0)
		memmove(endpoint->pcm, endpoint->pcm + endpoint->n - n, n * sizeof(*endpoint->pcm));
	endpoint->n = n;
}

/* Room that a long turn took is not kept for the rest of the call. */
static void give_back(struct sy_endpoint *endpoint)
{
	const size_t most = 2 * HISTORY_FRAMES * endpoint->frame_n;

	if (endpoint->cap <= most || endpoint->n > most)
		return;
	int16_t *pcm = realloc(endpoint->pcm, most * sizeof(*pcm));
	if (!pcm)
		return;
	endpoint->pcm = pcm;
	endpoint->cap = most;
}

static void wait_for_speech(struct sy_endpoint *endpoint)
{
	endpoint->in_speech = endpoint->paused = endpoint->too_long = false;
	endpoint->turn_frames = endpoint->speech_frames = endpoint->silence_frames = 0;
	endpoint->unvoiced_frames = 0;
	endpoint->kept_frames = 0;
	endpoint->added = 0;
}

void sy_endpoint_restart(struct sy_endpoint *endpoint)
{
	forget_before_silence(endpoint);
	keep_silence(endpoint);
	give_back(endpoint);
	wait_for_speech(endpoint);
}

void sy_endpoint_restart_kept(struct sy_endpoint *endpoint, int ms)
{
	if (!endpoint->in_speech || endpoint->too_long) {
		sy_endpoint_restart(endpoint);
		return;
	}
	forget_before_silence(endpoint);
	wait_for_speech(endpoint);
	endpoint->kept_frames = ms / SY_FRAME_MS;
}

void sy_endpoint_let_go(struct sy_endpoint *endpoint)
{
	if (endpoint->in_speech || endpoint->kept_frames == 0)
		return;
	endpoint->kept_frames = 0;
	keep_silence(endpoint);
	give_back(endpoint);
}

static int reserve(struct sy_endpoint *endpoint, size_t n)
{
	if (n <= endpoint->cap)
		return 0;
	const size_t cap = n + n / 4;
	int16_t *pcm = realloc(endpoint->pcm, cap * sizeof(*pcm));
	if (!pcm)
		return ENOMEM;
	endpoint->pcm = pcm;
	endpoint->cap = cap;
	return 0;
}

static int keep_frame(struct sy_endpoint *endpoint, const int16_t *frame)
{
	const size_t history = HISTORY_FRAMES * endpoint->frame_n;

	/* Slides only once in a while, so that waiting does not move the whole history for each frame. */
	if (!endpoint->in_speech && endpoint->kept_frames == 0 && endpoint->n >= history + history / SLIDE_SHARE) {
		memmove(endpoint->pcm, endpoint->pcm + endpoint->n - history, history * sizeof(*endpoint->pcm));
		endpoint->n = history;
	}
	const int err = reserve(endpoint, endpoint->n + endpoint->frame_n);
	if (err)
		return err;
	memcpy(endpoint->pcm + endpoint->n, frame, endpoint->frame_n * sizeof(*frame));
	endpoint->n += endpoint->frame_n;
	return 0;
}

static bool stands_out(const struct sy_endpoint *endpoint, float least_db)
{
	int bands = 0;

	for (int band = 0; band < SY_SPECTRUM_BANDS; band++) {
		const float above = endpoint->spectrum.band_db[band] - endpoint->floor.now_db[band];
		if (above >= least_db * 1.5f)
			return true;
		bands += above >= least_db;
	}
	return bands >= 2;
}

static float above_noise_db(const struct sy_endpoint *endpoint)
{
	return endpoint->spectrum.level_db - (float)sy_endpoint_noise_dbfs(endpoint);
}

/* No strong band has moved within STEADY_FRAMES. */
static bool steady(const struct sy_endpoint *endpoint)
{
	for (int band = 0; band < SY_SPECTRUM_BANDS; band++) {
		float least = endpoint->bands_db[0][band], most = least;
		for (int i = 1; i < STEADY_FRAMES; i++) {
			least = fminf(least, endpoint->bands_db[i][band]);
			most = fmaxf(most, endpoint->bands_db[i][band]);
		}
		if (most > endpoint->spectrum.level_db - STEADY_STRONG_DB && most - least > STEADY_DB)
			return false;
	}
	return true;
}

/* No strong band has moved since the frame before. */
static bool still(const struct sy_endpoint *endpoint)
{
	const float *now = endpoint->spectrum.band_db;
	const float *before = endpoint->bands_db[(endpoint->frame + STEADY_FRAMES - 2) % STEADY_FRAMES];

	for (int band = 0; band < SY_SPECTRUM_BANDS; band++)
		if (now[band] > endpoint->spectrum.level_db - STEADY_STRONG_DB &&
			fabsf(now[band] - before[band]) > STILL_DB)
			return false;
	return true;
}

static bool is_tone(const struct sy_endpoint *endpoint)
{
	return endpoint->spectrum.peak_share >= TONE_SHARE &&
	       (endpoint->spectrum.peak_hz >= TONE_HZ || still(endpoint));
}

static void classify(struct sy_endpoint *endpoint)
{
	struct sy_spectrum *spectrum = &endpoint->spectrum;
	const float least_db = endpoint->in_speech ? ACTIVE_IN_TURN_DB : ACTIVE_DB;

	memcpy(endpoint->bands_db[endpoint->frame % STEADY_FRAMES], spectrum->band_db, sizeof(spectrum->band_db));
	endpoint->frame++;

	const bool active = stands_out(endpoint, least_db);
	const bool tone = active && is_tone(endpoint);
	const bool voiced = active && above_noise_db(endpoint) >= VOICED_DB && spectrum->level_db >= VOICED_LEVEL_DB &&
			    !tone && !steady(endpoint) && sy_spectrum_periodicity(spectrum) >= VOICED_PERIODICITY;
	endpoint->tones = endpoint->tones << 1 | tone;
	endpoint->active = endpoint->active << 1 | active;
	endpoint->voiced = endpoint->voiced << 1 | voiced;
	endpoint->strong = endpoint->strong << 1 | (voiced && above_noise_db(endpoint) >= STRONG_DB);
	endpoint->unvoiced_frames = voiced ? 0 : endpoint->unvoiced_frames + 1;
	if (endpoint->heard < HISTORY_FRAMES)
		endpoint->heard++;
}

static int count(uint64_t bits, int frames)
{
	return __builtin_popcountll(bits & ((UINT64_C(1) << frames) - 1));
}

static bool onset(const struct sy_endpoint *endpoint, bool prompting)
{
	if (!(endpoint->active & 1) || count(endpoint->tones, ONSET_WINDOW) >= ONSET_TONES)
		return false;
	const int active = count(endpoint->active, ONSET_WINDOW);
	const int voiced = count(endpoint->voiced, ONSET_WINDOW) + count(endpoint->strong, ONSET_WINDOW);
	if (!prompting)
		return active >= ONSET_ACTIVE && voiced >= ONSET_VOICED;
	return ((active >= PROMPTING_ACTIVE && voiced >= PROMPTING_VOICED) ||
		       (active >= PROMPTING_LASTING && voiced >= PROMPTING_LASTING_VOICED)) &&
	       endpoint->spectrum.level_db >= PROMPTING_LEVEL_DB;
}

/* How many frames ago (0: the last one) the speech that led here began. */
static int frames_since_start(const struct sy_endpoint *endpoint)
{
	int first = 0;

	for (int i = 0; i < endpoint->heard && i - first <= LOOK_BACK_GAP; i++)
		first = endpoint->active >> i & 1 ? i : first;
	return first;
}

static void begin_turn(struct sy_endpoint *endpoint)
{
	const int first = frames_since_start(endpoint);
	const size_t keep = (size_t)(first + 1 + PREROLL_FRAMES) * endpoint->frame_n;

	endpoint->turn_frames = first + 1;
	if (endpoint->kept_frames > 0) {
		endpoint->added = endpoint->n > keep ? endpoint->n - keep : endpoint->frame_n;
		endpoint->turn_frames = (int)(endpoint->n / endpoint->frame_n);
	} else if (endpoint->n > keep) {
		memmove(endpoint->pcm, endpoint->pcm + endpoint->n - keep, keep * sizeof(*endpoint->pcm));
		endpoint->n = keep;
	}
	endpoint->in_speech = true;
	endpoint->speech_frames = count(endpoint->active, first + 1 < HISTORY_FRAMES ? first + 1 : HISTORY_FRAMES - 1);
	endpoint->silence_frames = 0;
	endpoint->loudest_db = endpoint->spectrum.level_db;
}

static enum sy_endpoint_event go_on(struct sy_endpoint *endpoint)
{
	const float level_db = endpoint->spectrum.level_db;

	endpoint->loudest_db = fmaxf(level_db, endpoint->loudest_db - LOUDEST_FADE_DB);
	bool speech = (endpoint->active & 1) && endpoint->unvoiced_frames <= UNVOICED_FRAMES &&
		      level_db > endpoint->loudest_db - TAIL_DB;
	endpoint->turn_frames++;
	if (endpoint->paused)
		speech = speech && count(endpoint->active, RESUME_WINDOW) >= RESUME_ACTIVE &&
			 count(endpoint->voiced, RESUME_WINDOW) >= RESUME_VOICED;
	endpoint->speech_frames += speech;
	endpoint->silence_frames = speech ? 0 : endpoint->silence_frames + 1;
	if (endpoint->turn_frames >= TURN_FRAMES) {
		endpoint->too_long = true;
		return SY_ENDPOINT_TOO_LONG;
	}
	if (endpoint->paused && speech) {
		endpoint->paused = false;
		return SY_ENDPOINT_RESUME;
	}
	if (!endpoint->paused && endpoint->silence_frames >= PAUSE_FRAMES) {
		endpoint->paused = true;
		return SY_ENDPOINT_PAUSE;
	}
	return SY_ENDPOINT_NOTHING;
}

int sy_endpoint_feed(
	struct sy_endpoint *endpoint, const int16_t *frame, bool prompting, enum sy_endpoint_event *ret_event)
{
	*ret_event = SY_ENDPOINT_NOTHING;
	if (endpoint->too_long)
		return 0;
	const int err = keep_frame(endpoint, frame);
	if (err)
		return err;

	sy_spectrum_feed(&endpoint->spectrum, frame);
	classify(endpoint);
	floor_feed(&endpoint->floor, &endpoint->spectrum);
	if (endpoint->in_speech) {
		*ret_event = go_on(endpoint);
	} else if (onset(endpoint, prompting)) {
		begin_turn(endpoint);
		*ret_event = SY_ENDPOINT_ONSET;
	} else if (endpoint->kept_frames == 1) {
		sy_endpoint_let_go(endpoint);
	} else if (endpoint->kept_frames > 1) {
		endpoint->kept_frames--;
	}
	return 0;
}

bool sy_endpoint_in_speech(const struct sy_endpoint *endpoint)
{
	return endpoint->in_speech;
}

int sy_endpoint_silence_ms(const struct sy_endpoint *endpoint)
{
	return endpoint->silence_frames * SY_FRAME_MS;
}

int sy_endpoint_speech_ms(const struct sy_endpoint *endpoint)
{
	return endpoint->speech_frames * SY_FRAME_MS;
}

double sy_endpoint_noise_dbfs(const struct sy_endpoint *endpoint)
{
	float power = 0;

	for (int band = 0; band < SY_SPECTRUM_BANDS; band++)
		power += powf(10.0f, endpoint->floor.now_db[band] / 10.0f);
	return db_of(power);
}

void sy_endpoint_turn(const struct sy_endpoint *endpoint, const int16_t **ret_pcm, size_t *ret_n)
{
	*ret_pcm = endpoint->pcm;
	*ret_n = endpoint->in_speech ? endpoint->n : 0;
}

size_t sy_endpoint_added(const struct sy_endpoint *endpoint)
{
	return endpoint->added;
}
