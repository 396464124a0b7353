#include "engine/hear/sounding.h"

#include "audio/frame.h"
#include "audio/spectrum.h"

/* Quieter than this all through is a line without a caller: a far talker on a bad line still reaches -50 dBFS. */
#define SILENCE_DBFS -56.0
/* This share of samples at full scale is not speech that was recorded a little too loud. */
#define CLIPPED_SHARE 0.08
#define FULL_SCALE 32600
/* 60 ms of vowel: the shortest in the recordings of digits ("six") have as much. Thresholds as the endpointer's. */
#define VOICED_FRAMES 3
#define VOICED_DBFS (-52.0f)
#define VOICED_PERIODICITY 0.55f

bool sy_sounding_silent(const struct sy_hear_job *job)
{
	size_t frame = sy_frame_samples(job->rate);

	for (size_t at = 0; at + frame <= job->n; at += frame)
		if (sy_level_dbfs(job->pcm + at, frame) > SILENCE_DBFS)
			return false;
	return true;
}

static bool is_clipped(const struct sy_hear_job *job)
{
	size_t n = 0;

	for (size_t i = 0; i < job->n; i++)
		n += job->pcm[i] >= FULL_SCALE || job->pcm[i] <= -FULL_SCALE;
	return (double)n > CLIPPED_SHARE * (double)job->n;
}

/* Speech has a voice in it: a few frames that are periodic. Noise has none. */
static bool has_voice(const struct sy_hear_job *job)
{
	struct sy_spectrum spectrum;
	size_t frame = sy_frame_samples(job->rate);
	int voiced = 0;

	if (sy_spectrum_init(&spectrum, job->rate) != 0)
		return false;
	for (size_t at = 0; voiced < VOICED_FRAMES && at + frame <= job->n; at += frame) {
		sy_spectrum_feed(&spectrum, job->pcm + at);
		voiced += spectrum.level_db >= VOICED_DBFS && sy_spectrum_periodicity(&spectrum) >= VOICED_PERIODICITY;
	}
	return voiced == VOICED_FRAMES;
}

void sy_sounding_judge(const struct sy_hear_job *job, struct sy_hypothesis *hypothesis)
{
	bool voice = has_voice(job);

	hypothesis->sounded = is_clipped(job) ? SY_SOUNDED_CLIPPED : voice ? SY_SOUNDED_SPEECH : SY_SOUNDED_NOISE;
	if (hypothesis->sounded == SY_SOUNDED_NOISE)
		hypothesis->decision = SY_REJECT;
	else if (hypothesis->sounded == SY_SOUNDED_CLIPPED && hypothesis->decision == SY_ACCEPT)
		hypothesis->decision = SY_CONFIRM;
}
