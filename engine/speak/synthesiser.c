#include "engine/speak/synthesiser.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audio/frame.h"

#define GAIN_MIN_DB (-20.0)
#define GAIN_MAX_DB 12.0

static int check_job(const struct sy_say_job *job, struct sy_problem *why)
{
	size_t len = strlen(job->text);

	if (len > SY_SAY_TEXT_MAX)
		return sy_problem_set(why, E2BIG,
			"a text of %zu bytes is too long to say at once: at most %d; split it", len, SY_SAY_TEXT_MAX);
	if (job->rate != SY_RATE_LINE && job->rate != SY_RATE_WIDE)
		return sy_problem_set(
			why, EINVAL, "speech at %d Hz: the rate is %d or %d", job->rate, SY_RATE_LINE, SY_RATE_WIDE);
	if (job->pace != 0 && !(job->pace >= SY_PACE_MIN && job->pace <= SY_PACE_MAX))
		return sy_problem_set(
			why, EINVAL, "pace %g: it lies between %g and %g", job->pace, SY_PACE_MIN, SY_PACE_MAX);
	if (!(job->gain_db >= GAIN_MIN_DB && job->gain_db <= GAIN_MAX_DB))
		return sy_problem_set(why, EINVAL, "loudness %g dB: it lies between %g and %g", job->gain_db,
			GAIN_MIN_DB, GAIN_MAX_DB);
	return 0;
}

int sy_synthesiser_say(struct sy_synthesiser *synthesiser, const struct sy_say_job *job, struct sy_sound *ret_sound,
	struct sy_problem *why)
{
	struct sy_say_job plain = *job;
	int err = check_job(job, why);

	if (err)
		return err;
	if (plain.pace == 0)
		plain.pace = 1;
	if (!plain.voice)
		plain.voice = SY_VOICE_DEFAULT;
	return synthesiser->impl->say(synthesiser->state, &plain, ret_sound, why);
}

void sy_synthesiser_destroy(struct sy_synthesiser *synthesiser)
{
	if (!synthesiser)
		return;
	if (synthesiser->impl)
		synthesiser->impl->destroy(synthesiser->state);
	free(synthesiser);
}
