#include "engine/hear/phone_loop.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* Cost of beginning a new phone, in SY_SENONE_UNIT (3 nats): without it the loop follows every flicker. Source:
 * separation of right and foreign speech on the development recordings, flat between 20 and 50. */
#define PHONE_PENALTY 30
#define FAR (INT_MAX / 4)
#define CELLS_MAX (255 * SY_STATES)

/* Where a cell's best predecessor was. */
enum { FROM_SELF, FROM_LEFT, FROM_ENTRY };

struct walk {
	const struct sy_acoustic_model *model;
	struct sy_senones *senones;
	int n_cells;            /* phones * states */
	int16_t *cell_of;       /* by senone */
	int cost[CELLS_MAX];    /* of the best path into each cell */
	int16_t *emission;      /* [n][n_cells] */
	int step[CELLS_MAX][2]; /* transition costs: staying, leaving */
	uint8_t *from;          /* [n][n_cells] */
	int16_t *exit_phone;    /* [n] whose exit was best at the end of frame t */
};

static int units(float log_p)
{
	return log_p < -100 ? FAR : (int)(-log_p / SY_SENONE_UNIT + 0.5);
}

/* Each senone belongs to one state of one phone; found from the contexts it is used in. */
static int prepare(struct walk *walk)
{
	int n_phones = sy_model_n_phones(walk->model), n_senones = sy_model_n_senones(walk->model);

	walk->n_cells = n_phones * SY_STATES;
	walk->cell_of = malloc((size_t)n_senones * sizeof *walk->cell_of);
	if (!walk->cell_of)
		return ENOMEM;
	for (int s = 0; s < n_senones; s++)
		walk->cell_of[s] = (int16_t)(sy_model_senone_phone(walk->model, s) * SY_STATES +
					     sy_model_senone_state(walk->model, s));
	for (int phone = 0; phone < n_phones; phone++)
		for (int s = 0; s < SY_STATES; s++) {
			walk->step[phone * SY_STATES + s][0] = units(sy_model_transition(walk->model, phone, s, s));
			walk->step[phone * SY_STATES + s][1] = units(sy_model_transition(walk->model, phone, s, s + 1));
			walk->cost[phone * SY_STATES + s] = FAR;
		}
	return 0;
}

static const int16_t *emissions(struct walk *walk, size_t t)
{
	const int16_t *score = sy_senones_frame(walk->senones, t);
	int16_t *emission = &walk->emission[t * (size_t)walk->n_cells];
	int n_senones = sy_model_n_senones(walk->model);

	for (int c = 0; c < walk->n_cells; c++)
		emission[c] = INT16_MAX;
	for (int s = 0; s < n_senones; s++) {
		int16_t *cell = &emission[walk->cell_of[s]];
		*cell = score[s] < *cell ? score[s] : *cell;
	}
	return emission;
}

/* One frame for one phone, its states from the last to the first so that each sees its left neighbour's old cost. */
static int advance(struct walk *walk, const int16_t *emission, int phone, int entry, uint8_t *from)
{
	int first = phone * SY_STATES;

	for (int c = first + SY_STATES - 1; c >= first; c--) {
		int best = walk->cost[c] + walk->step[c][0];
		int left = c > first ? walk->cost[c - 1] + walk->step[c - 1][1] : entry;
		from[c] = FROM_SELF;
		if (left < best) {
			best = left;
			from[c] = c > first ? FROM_LEFT : FROM_ENTRY;
		}
		walk->cost[c] = best + emission[c] < FAR ? best + emission[c] : FAR;
	}
	return walk->cost[first + SY_STATES - 1] + walk->step[first + SY_STATES - 1][1];
}

static void forward(struct walk *walk, struct sy_phone_loop *loop)
{
	int n_phones = sy_model_n_phones(walk->model);

	loop->best[0] = 0;
	for (size_t t = 0; t < loop->n; t++) {
		int best = FAR;
		const int16_t *emission = emissions(walk, t);
		for (int phone = 0; phone < n_phones; phone++) {
			int out = advance(walk, emission, phone, loop->best[t] + PHONE_PENALTY,
				&walk->from[t * (size_t)walk->n_cells]);
			if (out < best) {
				best = out;
				walk->exit_phone[t] = (int16_t)phone;
			}
		}
		loop->best[t + 1] =
			best < FAR ? best : FAR; /* before the shortest phone can end there is no exit yet */
	}
}

/* Back along the best run: which phone each frame belongs to, and what it cost up to there. */
static void trace(struct walk *walk, struct sy_phone_loop *loop)
{
	if (loop->n == 0)
		return;
	int cell = walk->exit_phone[loop->n - 1] * SY_STATES + SY_STATES - 1;

	for (size_t t = loop->n; t-- > 0;) {
		uint8_t from = walk->from[t * (size_t)walk->n_cells + (size_t)cell];
		int left = from == FROM_LEFT ? cell - 1 : cell;
		loop->phone[t] = (uint8_t)(cell / SY_STATES);
		loop->entry[t] = from == FROM_ENTRY;
		loop->along[t + 1] = walk->emission[t * (size_t)walk->n_cells + (size_t)cell] +
				     (from == FROM_ENTRY ? PHONE_PENALTY : walk->step[left][from == FROM_LEFT]);
		cell = from == FROM_ENTRY && t > 0 ? walk->exit_phone[t - 1] * SY_STATES + SY_STATES - 1 : left;
	}
	for (size_t t = 0; t < loop->n; t++)
		loop->along[t + 1] += loop->along[t];
}

int sy_phone_loop_run(const struct sy_acoustic_model *model, struct sy_senones *senones, struct sy_phone_loop *ret_loop)
{
	struct sy_phone_loop loop = {.n = sy_senones_frames(senones)};
	struct walk *walk = calloc(1, sizeof *walk);
	int err = ENOMEM;

	if (!walk)
		return ENOMEM;
	walk->model = model;
	walk->senones = senones;
	if (prepare(walk) != 0)
		goto out;
	loop.best = calloc(loop.n + 1, sizeof *loop.best);
	loop.along = calloc(loop.n + 1, sizeof *loop.along);
	loop.phone = calloc(loop.n + 1, sizeof *loop.phone);
	loop.entry = calloc(loop.n + 1, sizeof *loop.entry);
	walk->from = calloc(loop.n + 1, (size_t)walk->n_cells);
	walk->emission = malloc((loop.n + 1) * (size_t)walk->n_cells * sizeof *walk->emission);
	walk->exit_phone = calloc(loop.n + 1, sizeof *walk->exit_phone);
	if (!loop.best || !loop.along || !loop.phone || !loop.entry || !walk->from || !walk->emission ||
		!walk->exit_phone)
		goto out;
	forward(walk, &loop);
	trace(walk, &loop);
	*ret_loop = loop;
	loop = (struct sy_phone_loop){0};
	err = 0;
out:
	sy_phone_loop_reset(&loop);
	free(walk->cell_of);
	free(walk->from);
	free(walk->emission);
	free(walk->exit_phone);
	free(walk);
	return err;
}

void sy_phone_loop_reset(struct sy_phone_loop *loop)
{
	free(loop->best);
	free(loop->along);
	free(loop->phone);
	free(loop->entry);
	*loop = (struct sy_phone_loop){0};
}

int sy_phone_loop_cost(const struct sy_phone_loop *loop, int begin, int end)
{
	return loop->along[end] - loop->along[begin];
}
