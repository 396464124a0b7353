#include "tools/audiosocket_script.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/wav.h"
#include "tools/bench_span.h"

#define NAME_MAX_BYTES 4096
/* Ten minutes, as long as a recording may be. */
#define SECONDS_MAX SY_WAV_MAX_S

/* A number of seconds that ends its text. */
static int seconds_of(const char *text, double *ret_s)
{
	char *end = NULL;
	const double s = strtod(text, &end);

	if (end == text || *end != '\0' || !(s >= 0 && s <= SECONDS_MAX))
		return EINVAL;
	*ret_s = s;
	return 0;
}

/* "…@S" at the end of a name; a name may have an @ of its own. */
static size_t cut_time(const char *argument, double *ret_at_s)
{
	const char *at = strrchr(argument, '@');

	*ret_at_s = -1;
	return at != NULL && seconds_of(at + 1, ret_at_s) == 0 ? (size_t)(at - argument) : strlen(argument);
}

static int read_turn(struct sy_audiosocket_turn *turn, const char *name, int rate, struct sy_problem *why)
{
	size_t begin;
	double s;

	if (strncmp(name, "key:", 4) == 0) {
		turn->keys = turn->text + 4;
		turn->n_keys = strlen(name + 4);
		if (turn->n_keys == 0 || strspn(turn->keys, "0123456789*#ABCDabcd") < turn->n_keys)
			return sy_problem_set(why, EINVAL, "%s: keys are 0 to 9, *, #, A to D", turn->text);
		return 0;
	}
	if (strncmp(name, "wait:", 5) == 0) {
		if (seconds_of(name + 5, &s) != 0)
			return sy_problem_set(why, EINVAL, "%s: expected seconds, 0 to %d", turn->text, SECONDS_MAX);
		turn->sound = (struct sy_sound){.rate = rate, .n = (size_t)(s * rate)};
		turn->sound.pcm = calloc(turn->sound.n + 1, sizeof(*turn->sound.pcm));
		return turn->sound.pcm != NULL ? 0 : ENOMEM;
	}
	int err = sy_wav_read(name, rate, &turn->sound, why);
	if (err == 0)
		sy_bench_span(&turn->sound, &begin, &turn->speech_end);
	return err;
}

int sy_audiosocket_script_add(
	struct sy_audiosocket_script *script, const char *argument, int rate, struct sy_problem *why)
{
	struct sy_audiosocket_turn turn = {.text = argument};
	char name[NAME_MAX_BYTES];
	const size_t n = cut_time(argument, &turn.at_s);

	if (script->n == SY_AUDIOSOCKET_TURNS_MAX)
		return sy_problem_set(why, E2BIG, "more than %d turns", SY_AUDIOSOCKET_TURNS_MAX);
	if (n >= sizeof(name))
		return sy_problem_set(why, ENAMETOOLONG, "%.40s…: the name is too long", argument);
	(void)snprintf(name, sizeof(name), "%.*s", (int)n, argument);
	int err = read_turn(&turn, name, rate, why);
	if (err == 0)
		script->turns[script->n++] = turn;
	else
		sy_sound_reset(&turn.sound);
	return err;
}

void sy_audiosocket_script_reset(struct sy_audiosocket_script *script)
{
	for (size_t i = 0; i < script->n; i++)
		sy_sound_reset(&script->turns[i].sound);
	script->n = 0;
}
