#include "grammars/confusions.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/place.h"

#define NOTHING SY_PHONES /* "-": the row or column of what is not there */
#define NEVER 1e6f        /* nats: of a change that cannot be */
#define COST_MAX 1000.0   /* nats, of one change in a file */

/* A caller or a line that is hard to hear is so for every phone: a share of the whole difference that all of its
 * changes have in common. Measured on single digits of three speakers, each heard against one other: 9.9 % were
 * mistaken, where this estimates 3.8 % (without a common part 2.0 %), most of it for one speaker. The order of pairs is
 * worth more than the number. */
#define COMMON 0.3

/* Phones are of one class where the surer direction of each pair is mistaken at least this often: mean below one
 * deviation, one word in six. */
#define CLASS_DEVIATIONS 1.0f

struct change {
	float mean;
	float variance;
};

struct sy_confusions {
	struct change changes[SY_PHONES + 1][SY_PHONES + 1]; /* [said][heard] */
	uint8_t class[SY_PHONES];
};

static int read_sound(const char *name)
{
	return !strcmp(name, "-") ? NOTHING : sy_phone_number(name, strlen(name));
}

static bool is_cost(double value)
{
	return isfinite(value) && value >= -COST_MAX && value <= COST_MAX;
}

/* False: the line is no change. */
static bool read_line(struct sy_confusions *confusions, const char *line)
{
	char said[8], heard[8], more;
	double mean, deviation;
	int a, b;

	if (sscanf(line, "%7s %7s %lf %lf %c", said, heard, &mean, &deviation, &more) != 4)
		return false;
	a = read_sound(said);
	b = read_sound(heard);
	if (a < 0 || b < 0 || a == b || !is_cost(mean) || !is_cost(deviation) || deviation <= 0)
		return false;
	confusions->changes[a][b] = (struct change){(float)mean, (float)(deviation * deviation)};
	return true;
}

static int read_file(struct sy_confusions *confusions, const char *path, FILE *file, struct sy_problem *why)
{
	char *line = NULL;
	size_t room = 0;
	int err = 0;

	for (int number = 1; !err && getline(&line, &room, file) >= 0; number++) {
		line[strcspn(line, "#\r\n")] = '\0';
		if (line[strspn(line, " \t")] && !read_line(confusions, line))
			err = sy_problem_at(why, EINVAL, path, number, 0,
				"expected two phones, a mean and a deviation in nats, as \"M N 29.5 25.3\"");
	}
	free(line);
	return err;
}

static int check_complete(const struct sy_confusions *confusions, const char *path, struct sy_problem *why)
{
	for (int a = 0; a <= NOTHING; a++)
		for (int b = 0; b <= NOTHING; b++)
			if (a != b && confusions->changes[a][b].variance == 0)
				return sy_problem_set(why, EINVAL, "%s: there is no line \"%s %s ...\"", path,
					a == NOTHING ? "-" : sy_phone_name(a), b == NOTHING ? "-" : sy_phone_name(b));
	return 0;
}

/* Deviations by which the model tells two phones apart, in the direction it does so worse. */
static float apart(const struct sy_confusions *confusions, int a, int b)
{
	const struct change *there = &confusions->changes[a][b], *back = &confusions->changes[b][a];

	return fminf(there->mean / sqrtf(there->variance), back->mean / sqrtf(back->variance));
}

/* How far the two least alike phones of two classes are apart. */
static float classes_apart(const struct sy_confusions *confusions, int a, int b)
{
	float most = -NEVER;

	for (int i = 0; i < SY_PHONES; i++)
		for (int k = 0; k < SY_PHONES; k++)
			if (confusions->class[i] == a && confusions->class[k] == b)
				most = fmaxf(most, apart(confusions, i, k));
	return most;
}

/* Complete linkage: joins the two nearest classes until the nearest ones are too far apart. */
static void make_classes(struct sy_confusions *confusions)
{
	for (int i = 0; i < SY_PHONES; i++)
		confusions->class[i] = (uint8_t)i;
	for (;;) {
		float nearest = CLASS_DEVIATIONS;
		int a = -1, b = -1;

		for (int i = 0; i < SY_PHONES; i++)
			for (int k = i + 1; k < SY_PHONES; k++) {
				float far;

				if (confusions->class[i] != i || confusions->class[k] != k)
					continue;
				far = classes_apart(confusions, i, k);
				if (far >= nearest)
					continue;
				nearest = far;
				a = i;
				b = k;
			}
		if (a < 0)
			return;
		for (int i = 0; i < SY_PHONES; i++)
			if (confusions->class[i] == b)
				confusions->class[i] = (uint8_t)a;
	}
}

int sy_confusions_load(const char *path, struct sy_confusions **ret_confusions, struct sy_problem *why)
{
	struct sy_confusions *confusions = calloc(1, sizeof(*confusions));
	char *own = NULL;
	FILE *file = NULL;
	int err = confusions ? 0 : ENOMEM;

	if (!err && !path)
		err = sy_place_data("engine/hear/model/confusions.txt", &own, why);
	path = path ? path : own;
	if (!err) {
		file = fopen(path, "re");
		err = file ? 0 : sy_problem_set(why, errno, "%s cannot be read: %s", path, strerror(errno));
	}
	if (!err)
		err = read_file(confusions, path, file, why);
	if (!err)
		err = check_complete(confusions, path, why);
	if (file)
		(void)fclose(file);
	free(own);
	if (err) {
		sy_confusions_destroy(confusions);
		return err;
	}
	make_classes(confusions);
	*ret_confusions = confusions;
	return 0;
}

void sy_confusions_destroy(struct sy_confusions *confusions)
{
	free(confusions);
}

uint8_t sy_confusions_class(const struct sy_confusions *confusions, uint8_t sound)
{
	return sound < SY_PHONES ? confusions->class[sound] : sound;
}

static struct change change_of(const struct sy_confusions *confusions, int said, int heard)
{
	static const struct change none = {0, 0}, never = {NEVER, 0};

	if (said == heard)
		return none;
	return said > NOTHING || heard > NOTHING ? never : confusions->changes[said][heard];
}

/* A slot's number as it stands in a row: past NOTHING, which no row holds. */
static int sound_at(const uint8_t *row, size_t i)
{
	return row[i] < SY_PHONES ? row[i] : row[i] + 1;
}

static struct change plus(struct change a, struct change b)
{
	return (struct change){a.mean + b.mean, a.variance + b.variance};
}

static void keep_cheaper(struct change *best, struct change other)
{
	if (other.mean < best->mean)
		*best = other;
}

/* The cheapest changes between two rows whose lengths differ by SY_SOUNDS_SHIFT_MAX at most. Cells off the diagonal by
 * more than that are not looked at. */
static struct change compare(
	const struct sy_confusions *confusions, const uint8_t *said, size_t n, const uint8_t *heard, size_t m)
{
	enum { WIDTH = 2 * SY_SOUNDS_SHIFT_MAX + 1 };
	const struct change never = {NEVER, 0};
	struct change row[WIDTH + 1], above[WIDTH + 1];

	for (size_t i = 0; i <= n; i++) {
		for (int d = 0; d < WIDTH; d++) {
			long k = (long)i + d - SY_SOUNDS_SHIFT_MAX;

			row[d] = i == 0 && k == 0 ? (struct change){0, 0} : never;
			if (k < 0 || k > (long)m)
				continue;
			if (i && k)
				keep_cheaper(&row[d], plus(above[d], change_of(confusions, sound_at(said, i - 1),
									     sound_at(heard, (size_t)k - 1))));
			if (i && d + 1 < WIDTH)
				keep_cheaper(&row[d],
					plus(above[d + 1], change_of(confusions, sound_at(said, i - 1), NOTHING)));
			if (k && d)
				keep_cheaper(&row[d], plus(row[d - 1], change_of(confusions, NOTHING,
									       sound_at(heard, (size_t)k - 1))));
		}
		memcpy(above, row, sizeof(above));
	}
	return above[(long)m - (long)n + SY_SOUNDS_SHIFT_MAX];
}

double sy_confusions_error(
	const struct sy_confusions *confusions, const uint8_t *said, size_t n, const uint8_t *heard, size_t m)
{
	struct change change;

	n = n < SY_SOUNDS_MAX ? n : SY_SOUNDS_MAX;
	m = m < SY_SOUNDS_MAX ? m : SY_SOUNDS_MAX;
	if (n > m + SY_SOUNDS_SHIFT_MAX || m > n + SY_SOUNDS_SHIFT_MAX)
		return 0;
	change = compare(confusions, said, n, heard, m);
	if (change.mean <= 0)
		return 0.5;
	if (change.mean >= NEVER / 2)
		return 0;
	return 0.5 * erfc(change.mean / sqrt(2 * (change.variance + pow(COMMON * change.mean, 2))));
}
