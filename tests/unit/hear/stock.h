/*
 * stock: what the tests of hearing share: the stock acoustic model, speech made by a synthesiser's program, noise.
 * Each needs something that may not be installed; the test is skipped with a reason then.
 */
#ifndef SY_TESTS_HEAR_STOCK_H
#define SY_TESTS_HEAR_STOCK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audio/wav.h"
#include "engine/hear/senones.h"

#define STOCK_UNUSED __attribute__((unused))

/* The stock model's folder, or the test is skipped. */
STOCK_UNUSED static const char *stock_folder(void)
{
	static char mdef[4200];
	const char *folder = sy_acoustic_model_folder();

	(void)snprintf(mdef, sizeof mdef, "%s/mdef", folder);
	if (access(mdef, R_OK) != 0) {
		print_message("no acoustic model in %s: install pocketsphinx-en-us\n", folder);
		skip();
	}
	return folder;
}

/* One process loads the model once. */
STOCK_UNUSED static struct sy_acoustic_model *stock_model(void)
{
	static struct sy_acoustic_model *model;
	struct sy_problem why = {0};

	if (!model && sy_acoustic_model_load(stock_folder(), &model, &why) != 0)
		fail_msg("%s", why.text);
	return model;
}

/* `text` in Flite's voice slt, at `rate`. Skips where the program is not installed. No quotes in `text`. */
STOCK_UNUSED static struct sy_sound spoken(const char *text, int rate)
{
	char path[] = "/tmp/sayso-hear-XXXXXX", command[512];
	struct sy_sound sound = {0};
	struct sy_problem why = {0};
	int fd;

	if (system("command -v flite >/dev/null 2>&1") != 0) {
		print_message("no speech to hear: install flite\n");
		skip();
	}
	fd = mkstemp(path);
	assert_true(fd >= 0);
	(void)close(fd);
	(void)snprintf(command, sizeof command, "flite -voice slt -t '%s' -o %s", text, path);
	assert_int_equal(system(command), 0);
	if (sy_wav_read(path, rate, &sound, &why) != 0)
		fail_msg("%s", why.text);
	(void)unlink(path);
	return sound;
}

/* White noise, the same each time; `level` is its peak. */
STOCK_UNUSED static struct sy_sound white_noise(int rate, int ms, int level)
{
	struct sy_sound sound = {.rate = rate, .n = (size_t)rate * (size_t)ms / 1000};
	uint32_t state = 20240229;

	sound.pcm = malloc(sound.n * sizeof *sound.pcm);
	assert_non_null(sound.pcm);
	for (size_t i = 0; i < sound.n; i++) {
		state = state * 1664525 + 1013904223; /* Numerical Recipes' generator */
		sound.pcm[i] = (int16_t)((int32_t)(state >> 16) % (2 * level + 1) - level);
	}
	return sound;
}

/* Features of a sound at SY_FEATURE_HZ; `whole`: a frame for every 10 ms. */
STOCK_UNUSED static struct sy_features stock_features(const struct sy_sound *sound, bool whole)
{
	struct sy_front_end *front_end = NULL;
	struct sy_features features = {0};
	struct sy_problem why = {0};
	int err = whole ? sy_front_end_create_whole(stock_folder(), &front_end, &why)
			: sy_front_end_create(stock_folder(), &front_end, &why);

	if (err)
		fail_msg("%s", why.text);
	assert_int_equal(sy_front_end_features(front_end, sound->pcm, sound->n, NULL, &features, NULL), 0);
	sy_front_end_destroy(front_end);
	return features;
}

/* One line of text, with what is wrong and where. */
STOCK_UNUSED static void assert_says(const struct sy_problem *why, const char *part)
{
	if (!strstr(why->text, part))
		fail_msg("\"%s\" says nothing of \"%s\"", why->text, part);
	assert_null(strchr(why->text, '\n'));
}

#endif
