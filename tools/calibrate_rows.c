#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audio/frame.h"
#include "audio/line_effect.h"
#include "tools/bench_hear_items.h"
#include "tools/calibrate_parts.h"
#include "tools/progress.h"

#define ROW 6 /* digits: an account number */
#define PAUSE_MS 80
#define EDGE_MS 300
#define HEARD_MAX 32 /* words: more were heard by mistake alone */

/* Digits of people are clean; numbers come over good and bad lines. */
static const struct sy_line_effect lines[] = {
	{.coding = SY_LINE_MULAW},
	{.coding = SY_LINE_MULAW, .noise = SY_NOISE_PINK, .snr_db = 18},
	{.coding = SY_LINE_ALAW, .noise = SY_NOISE_BABBLE, .snr_db = 12},
	{.coding = SY_LINE_MULAW, .noise = SY_NOISE_PINK, .snr_db = 9},
};

/* By speaker, and mixed within. */
static int by_speaker(const void *a, const void *b)
{
	const struct sy_item *left = a, *right = b;
	const int order = strcmp(sy_item_text(left, "speaker"), sy_item_text(right, "speaker"));
	const unsigned mixed[] = {sy_fit_part(left->path, 1u << 16), sy_fit_part(right->path, 1u << 16)};

	if (order)
		return order;
	return mixed[0] == mixed[1] ? strcmp(left->path, right->path) : mixed[0] < mixed[1] ? -1 : 1;
}

static int add_pause(struct sy_sound *sound, int ms)
{
	static const int16_t silence[SY_RATE_LINE * EDGE_MS / 1000];

	return sy_sound_append(sound, silence, (size_t)(SY_RATE_LINE * ms / 1000));
}

static int join(const struct sy_item *row, size_t line, struct sy_sound *ret_sound, struct sy_problem *why)
{
	struct sy_line_effect effect = lines[line % (sizeof lines / sizeof *lines)];
	struct sy_sound whole = {.rate = SY_RATE_LINE};
	int err = add_pause(&whole, EDGE_MS);

	for (size_t i = 0; i < ROW && !err; i++) {
		struct sy_sound digit = {0};
		err = sy_item_sound(&row[i], &digit, why);
		if (!err)
			err = sy_sound_append(&whole, digit.pcm, digit.n);
		if (!err)
			err = add_pause(&whole, i + 1 < ROW ? PAUSE_MS : EDGE_MS);
		sy_sound_reset(&digit);
	}
	effect.seed = (uint32_t)line;
	if (!err)
		err = sy_line_effect_apply(&effect, &whole);
	if (err)
		sy_sound_reset(&whole);
	else
		*ret_sound = whole;
	return err;
}

static size_t least(size_t a, size_t b, size_t c)
{
	const size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* Which of the words heard are those that were said, in their places (the cheapest way to turn the one into the other).
 */
static void match(const struct sy_item *row, char *const *heard, size_t n, bool *ret_right)
{
	size_t cost[ROW + 1][HEARD_MAX + 1];
	size_t i = ROW, j = n;

	for (size_t r = 0; r <= ROW; r++)
		for (size_t c = 0; c <= n; c++)
			cost[r][c] =
				!r   ? c
				: !c ? r
				     : least(cost[r - 1][c] + 1, cost[r][c - 1] + 1,
					       cost[r - 1][c - 1] + (strcmp(sy_item_text(&row[r - 1], "transcript"),
									     heard[c - 1]) != 0));
	while (j > 0) {
		const bool same = i > 0 && strcmp(sy_item_text(&row[i - 1], "transcript"), heard[j - 1]) == 0;

		if (i > 0 && cost[i][j] == cost[i - 1][j - 1] + !same) {
			ret_right[--j] = same;
			i--;
		} else if (i > 0 && cost[i][j] == cost[i - 1][j] + 1) {
			i--;
		} else {
			ret_right[--j] = false;
		}
	}
}

static size_t cut(char *text, char **words)
{
	char *rest = NULL;
	size_t n = 0;

	for (char *word = strtok_r(text, " ", &rest); word && n < HEARD_MAX; word = strtok_r(NULL, " ", &rest))
		words[n++] = word;
	return n;
}

static int add_words(struct sy_calibration_run *run, const struct sy_item *row, char *text)
{
	struct sy_recogniser_evidence evidence;
	char *heard[HEARD_MAX];
	bool right[HEARD_MAX];
	const size_t n = cut(text, heard);
	int err = 0;

	sy_recogniser_sphinx_evidence(run->recogniser, &evidence);
	match(row, heard, n, right);
	for (size_t i = 0; i < n && !evidence.replaced && !err; i++) {
		struct sy_fit_sample sample = {.right = right[i],
			.part = sy_fit_part(sy_item_text(row, "speaker"), SY_CALIBRATE_HALVES),
			.set = "digits",
			.x = {[SY_WORD_ONE] = 1, [SY_WORD_DOUBT] = (double)sy_word_doubt(evidence.trust[i])}};
		if (evidence.trust[i] > 0)
			err = sy_fit_add(&run->rows, &sample, SY_WORD_COUNT);
	}
	return err;
}

static int hear_row(struct sy_calibration_run *run, const struct sy_item *row, size_t line, struct sy_problem *why)
{
	struct sy_hypothesis hypothesis = {0};
	struct sy_sound sound = {0};
	int err = join(row, line, &sound, why);

	if (!err)
		err = sy_recogniser_hear(run->recogniser,
			&(struct sy_hear_job){.pcm = sound.pcm,
				.n = sound.n,
				.rate = sound.rate,
				.grammars = {"digits"},
				.n_grammars = 1,
				.universals = true},
			&hypothesis, NULL, why);
	if (!err && hypothesis.sounded != SY_SOUNDED_SILENCE)
		err = add_words(run, row, hypothesis.text);
	sy_hypothesis_reset(&hypothesis);
	sy_sound_reset(&sound);
	return err;
}

int sy_calibrate_rows_hear(struct sy_calibration_run *run, struct sy_problem *why)
{
	const struct sy_items_prm prm = {.folder = run->folder, .set = "digits", .every = (size_t)run->every};
	struct sy_items items = {0};
	size_t line = 0;
	int err = sy_items_read(&prm, &items, why);

	if (!err && items.n)
		qsort(items.at, items.n, sizeof *items.at, by_speaker);
	for (size_t i = 0; i + ROW <= items.n && !err;) {
		const struct sy_item *row = &items.at[i];
		if (strcmp(sy_item_text(row, "speaker"), sy_item_text(&row[ROW - 1], "speaker")) != 0) {
			i++; /* the last few of one are no row */
			continue;
		}
		err = hear_row(run, row, line++, why);
		i += ROW;
		sy_tool_progress("digits in rows", i, items.n);
	}
	sy_items_reset(&items);
	return err;
}
