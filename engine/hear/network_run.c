#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "engine/hear/network_parts.h"

/* What comes to the same place this much (60 nats) dearer is kept as a rival: it says how sure the better one is. */
#define RIVAL_BEAM 600
/* Tokens that ended: 24 bytes each; in the worst noise a second makes 50,000. */
#define HISTORY_MAX 4000000

/* This much (30 nats) cheaper must a beginning be than a whole sentence, for the caller to have stopped in the middle.
 */
#define BROKEN_OFF 300

/* The three states of a phone that is alive. */
struct live {
	int cost[SY_STATES];
	uint32_t past[SY_STATES];
	uint32_t cell;
	int best; /* of its states, in the frame at hand, and what they cannot but pay in the next two */
	const uint32_t *sounds;
	int phone;
};

/* What a path in each state of a phone pays in the next two frames beyond their least, wherever it goes on. */
struct ahead {
	int cost[SY_STATES];
};

/* A path that leaves a phone. */
struct exit {
	uint32_t cell;
	int cost;
	uint32_t past;
};

struct run {
	const struct sy_network *network;
	struct sy_senones *senones;
	const int16_t *scores;
	/* Cells: all nodes, then the fillers of each graph state. */
	size_t n_cells;
	struct live *live; /* in the frame at hand, side by side: most of the time goes by them */
	size_t n_live;
	uint32_t *place;    /* by cell: where it is among them, if it is */
	struct exit *exits; /* from this frame to the next */
	size_t n_exits;
	int *blend_at; /* frame for which a blend's cost is known */
	int *blend_cost;
	struct past *pasts;
	size_t n_pasts, cap_pasts;
	/* By graph state, in the frame at hand: the best path that reached it. */
	int *reached_at;
	int *reached_cost;
	uint32_t *reached_past;
	int *queue;
	size_t n_queue;
	int best_before;                   /* of the frame before */
	int best;                          /* of the frame at hand */
	int least;                         /* of the frame's senones */
	struct ahead ahead[SY_PHONES_MAX]; /* by phone; 0 where phones sound different in different words */
	bool last;                         /* the turn is over: alternatives are kept */
};

static int min(int a, int b)
{
	return a < b ? a : b;
}

static void run_finish(struct run *run)
{
	free(run->live);
	free(run->place);
	free(run->exits);
	free(run->blend_at);
	free(run->blend_cost);
	free(run->pasts);
	free(run->reached_at);
	free(run->reached_cost);
	free(run->reached_past);
	free(run->queue);
}

static int run_init(struct run *run, const struct sy_network *network, struct sy_senones *senones)
{
	size_t n_states = network->n_states + 1;

	*run = (struct run){.network = network, .senones = senones};
	run->n_cells = network->n_nodes + network->n_states * (size_t)network->n_fillers;
	/* Most cells are never alive at once, and room takes no memory while nobody writes to it. */
	run->live = malloc((run->n_cells + 1) * sizeof *run->live);
	run->place = calloc(run->n_cells + 1, sizeof *run->place);
	run->exits = malloc((run->n_cells + 1) * sizeof *run->exits);
	run->blend_at = malloc((network->n_blends + 1) * sizeof *run->blend_at);
	run->blend_cost = malloc((network->n_blends + 1) * sizeof *run->blend_cost);
	run->reached_at = malloc(n_states * sizeof *run->reached_at);
	run->reached_cost = malloc(n_states * sizeof *run->reached_cost);
	run->reached_past = malloc(n_states * sizeof *run->reached_past);
	run->queue = malloc(n_states * sizeof *run->queue);
	if (!run->live || !run->place || !run->exits || !run->blend_at || !run->blend_cost || !run->reached_at ||
		!run->reached_cost || !run->reached_past || !run->queue) {
		run_finish(run);
		return ENOMEM;
	}
	for (size_t i = 0; i < network->n_blends; i++)
		run->blend_at[i] = -1;
	for (size_t i = 0; i < n_states; i++)
		run->reached_at[i] = -1;
	return 0;
}

static int blend_cost(struct run *run, uint32_t id, int t)
{
	const struct blend *blend = &run->network->blends[id];
	const uint16_t *senones = &run->network->blended[blend->first];
	int best;

	if (run->blend_at[id] == t)
		return run->blend_cost[id];
	best = run->scores[senones[0]];
	for (uint32_t i = 1; i < blend->n; i++)
		best = run->scores[senones[i]] < best ? run->scores[senones[i]] : best;
	run->blend_at[id] = t;
	run->blend_cost[id] = best;
	return best;
}

static int sound_cost(struct run *run, uint32_t sound, int t)
{
	return sound < run->network->n_senones ? run->scores[sound]
					       : blend_cost(run, sound - run->network->n_senones, t);
}

static bool is_node(const struct run *run, uint32_t cell)
{
	return cell < run->network->n_nodes;
}

static const struct filler *filler_of(const struct run *run, uint32_t cell)
{
	return &run->network->fillers[(cell - run->network->n_nodes) % (size_t)run->network->n_fillers];
}

static int phone_of(const struct run *run, uint32_t cell)
{
	return is_node(run, cell) ? run->network->nodes[cell].phone : filler_of(run, cell)->phone;
}

static const uint32_t *sounds_of(const struct run *run, uint32_t cell)
{
	return is_node(run, cell) ? run->network->sounds[run->network->nodes[cell].sound].state
				  : filler_of(run, cell)->sound.state;
}

/* Whether what costs so much need not begin in the frame at hand, whatever it sounds like. */
static bool too_dear(const struct run *run, int cost)
{
	return cost + run->least > run->best + run->network->beam;
}

/* A path enters a cell's first state in frame t, unless it is too far behind already. The cells that were alive have
 * been scored. */
static void enter(struct run *run, uint32_t cell, int cost, uint32_t past, int t)
{
	const uint32_t *sounds = sounds_of(run, cell);
	const int phone = phone_of(run, cell), ahead = run->ahead[phone].cost[0];
	struct live *live = &run->live[run->place[cell]];

	cost += sound_cost(run, sounds[0], t);
	if (cost + ahead > run->best + run->network->beam)
		return;
	if (run->place[cell] >= run->n_live || live->cell != cell) {
		run->place[cell] = (uint32_t)run->n_live;
		run->live[run->n_live++] = (struct live){.cost = {cost, FAR, FAR},
			.past = {past},
			.cell = cell,
			.best = cost + ahead,
			.sounds = sounds,
			.phone = phone};
	} else if (cost < live->cost[0]) {
		live->cost[0] = cost;
		live->past[0] = past;
		live->best = min(live->best, cost + ahead);
	}
	run->best = min(run->best, cost);
}

/* Into nodes that stand side by side, the cheapest first. */
static void enter_span(struct run *run, const struct span *span, int cost, uint32_t past, int t)
{
	for (uint32_t i = 0; i < span->n; i++) {
		const int more = run->network->nodes[span->first + i].cost;
		if (too_dear(run, cost + more))
			break;
		enter(run, span->first + i, cost + more, past, t);
	}
}

/* Moves a phone's paths by one frame's transitions; what leaves it is noted. */
static void advance(struct run *run, struct live *live)
{
	const int(*step)[2] = run->network->step[live->phone];
	const int out = live->cost[SY_STATES - 1] + step[SY_STATES - 1][1];

	if (out <= run->best_before + run->network->beam)
		run->exits[run->n_exits++] = (struct exit){live->cell, out, live->past[SY_STATES - 1]};
	for (int s = SY_STATES - 1; s >= 0; s--) {
		const int stay = live->cost[s] + step[s][0];
		const int come = s > 0 ? live->cost[s - 1] + step[s - 1][1] : FAR;
		if (come < stay)
			live->past[s] = live->past[s - 1];
		live->cost[s] = min(min(come, stay), FAR);
	}
}

static void score(struct run *run, struct live *live, int t)
{
	const int *ahead = run->ahead[live->phone].cost;

	live->best = FAR;
	for (int s = 0; s < SY_STATES; s++) {
		if (live->cost[s] >= FAR)
			continue;
		live->cost[s] += sound_cost(run, live->sounds[s], t);
		live->best = min(live->best, live->cost[s] + ahead[s]);
		run->best = min(run->best, live->cost[s]);
	}
}

static void reach(struct run *run, int state, int cost, uint32_t past, int t)
{
	if (run->reached_at[state] == t && run->reached_cost[state] <= cost)
		return;
	if (run->reached_at[state] != t)
		run->queue[run->n_queue++] = state;
	run->reached_at[state] = t;
	run->reached_cost[state] = cost;
	run->reached_past[state] = past;
	for (uint32_t i = run->network->leap[state]; i != NONE; i = run->network->arcs[i].next_leap)
		reach(run, run->network->arcs[i].to, cost + run->network->arcs[i].cost, past, t);
}

static int remember(struct run *run, const struct past *past, uint32_t *ret_id)
{
	if (run->n_pasts == HISTORY_MAX || SY_GROW(&run->pasts, run->n_pasts + 1, &run->cap_pasts) != 0)
		return ENOMEM;
	run->pasts[run->n_pasts] = *past;
	*ret_id = (uint32_t)run->n_pasts++;
	return 0;
}

static int words_cost(const struct run *run, uint32_t past)
{
	return past == NONE ? 0 : run->pasts[past].words_cost;
}

/* A word or a filler has ended before frame t. */
static int leave(struct run *run, const struct exit *exit, int t)
{
	const struct sy_network *network = run->network;
	struct past past = {
		.before = exit->past, .end = t, .cost = exit->cost, .words_cost = words_cost(run, exit->past)};
	uint32_t id;
	int to, more, err;

	if (is_node(run, exit->cell)) {
		past.arc = network->nodes[exit->cell].arc;
		more = network->arcs[past.arc].cost;
		to = network->arcs[past.arc].to;
	} else {
		const struct filler *filler = filler_of(run, exit->cell);
		past.arc = -1 - filler->kind;
		more = filler->cost;
		past.cost += more;
		to = (int)((exit->cell - network->n_nodes) / (size_t)network->n_fillers);
	}
	past.to = to;
	past.words_cost += more;
	if (!run->last && run->reached_at[to] == t && run->reached_cost[to] <= past.cost)
		return past.cost <= run->reached_cost[to] + RIVAL_BEAM ? remember(run, &past, &id) : 0;
	err = remember(run, &past, &id);
	if (!err && !run->last)
		reach(run, to, past.cost, id, t);
	return err;
}

/* On to the phones that follow, or out of the word. */
static int pass_on(struct run *run, const struct exit *exit, int t)
{
	const struct node *node = is_node(run, exit->cell) ? &run->network->nodes[exit->cell] : NULL;

	if (!node || node->arc >= 0)
		return exit->cost <= run->best_before + run->network->word_beam ? leave(run, exit, t) : 0;
	if (!run->last)
		enter_span(run, &node->children, exit->cost, exit->past, t);
	return 0;
}

static void begin_words(struct run *run, int t)
{
	const struct sy_network *network = run->network;

	for (size_t i = 0; i < run->n_queue; i++) {
		const int state = run->queue[i], cost = run->reached_cost[state];
		size_t fillers = network->n_nodes + (size_t)state * (size_t)network->n_fillers;
		if (cost > run->best_before + run->network->beam)
			continue;
		enter_span(run, &network->begin[state], cost, run->reached_past[state], t);
		for (int f = 0; f < network->n_fillers; f++)
			if (!too_dear(run, cost))
				enter(run, (uint32_t)(fillers + (size_t)f), cost, run->reached_past[state], t);
	}
	run->n_queue = 0;
}

/* Drops what has fallen behind. */
static void prune(struct run *run)
{
	size_t n = 0;

	for (size_t i = 0; i < run->n_live; i++)
		if (run->live[i].best <= run->best + run->network->beam) {
			run->place[run->live[i].cell] = (uint32_t)n;
			run->live[n++] = run->live[i];
		}
	run->n_live = n;
}

/* All paths move on into frame t. Those that stay in their phones go first: the best of them tells which of the others
 * need not begin. At the end of the turn they only leave their words. */
static int step_frame(struct run *run, int t)
{
	int err = 0;

	run->n_exits = 0;
	run->best_before = run->best;
	run->best = FAR;
	for (size_t i = 0; i < run->n_live; i++) {
		advance(run, &run->live[i]);
		if (!run->last)
			score(run, &run->live[i], t);
	}
	for (size_t i = 0; !err && i < run->n_exits; i++)
		err = pass_on(run, &run->exits[i], t);
	if (err || run->last)
		return err;
	begin_words(run, t);
	prune(run);
	return 0;
}

static int least_of(const int16_t *score, uint32_t n)
{
	int16_t least = INT16_MAX;

	for (uint32_t i = 0; i < n; i++)
		least = score[i] < least ? score[i] : least;
	return least;
}

/* What is sure to fall behind in the next two frames need not live until then: of the nodes of a net of pairs that are
 * alive half are left, and all words that ended before end (Ney, Haeb-Umbach, Tran and Oerder, "Improvements in beam
 * search for 10000-word continuous speech recognition", 1992: phoneme look-ahead). */
static void look_ahead(struct run *run, int t)
{
	const struct sy_network *network = run->network;
	const int16_t *next = sy_senones_frame(run->senones, (size_t)t + 1);
	const int16_t *after = sy_senones_frame(run->senones, (size_t)t + 2);
	const int least_next = least_of(next, network->n_senones), least_after = least_of(after, network->n_senones);

	for (size_t phone = 0; phone < network->n_sounds; phone++) {
		const uint32_t *state = network->sounds[phone].state;
		const int later = min(after[state[0]], min(after[state[1]], after[state[2]])) - least_after;
		run->ahead[phone].cost[0] = min(next[state[0]], next[state[1]]) - least_next + later;
		run->ahead[phone].cost[1] = min(next[state[1]], next[state[2]]) - least_next;
	}
}

static int search(struct run *run)
{
	const bool flat = sy_model_is_flat(run->network->model);
	const int n = (int)sy_senones_frames(run->senones);
	int err = 0;

	run->best = 0;
	reach(run, run->network->start, 0, NONE, 0);
	for (int t = 0; !err && t <= n; t++) {
		run->last = t == n;
		if (flat && t + 2 < n)
			look_ahead(run, t);
		else
			memset(run->ahead, 0, sizeof run->ahead);
		run->scores = run->last ? NULL : sy_senones_frame(run->senones, (size_t)t);
		run->least = run->last ? 0 : least_of(run->scores, run->network->n_senones);
		err = step_frame(run, t);
	}
	return err;
}

/* The cheapest way from a state to the end without a word; FAR: there is none. */
static int cost_to_end(const struct sy_network *network, int state)
{
	int best = state == network->final ? 0 : FAR;

	for (uint32_t i = network->leap[state]; i != NONE; i = network->arcs[i].next_leap) {
		int cost = network->arcs[i].cost + cost_to_end(network, network->arcs[i].to);
		best = cost < best ? cost : best;
	}
	return best;
}

struct ending {
	uint32_t past;
	int cost;
	int word; /* the last arc with a word; -1: none */
};

static int last_word(const struct run *run, uint32_t past)
{
	while (past != NONE && run->pasts[past].arc < 0)
		past = run->pasts[past].before;
	return past == NONE ? -1 : run->pasts[past].arc;
}

/* Puts an ending in its place among the best, one for each last word. */
static void consider(struct ending *best, size_t *n, size_t max, const struct ending *ending)
{
	size_t at = 0;

	while (at < *n && best[at].word != ending->word)
		at++;
	if (at < *n && best[at].cost <= ending->cost)
		return;
	if (at == *n) {
		if (*n == max && best[max - 1].cost <= ending->cost)
			return;
		at = *n < max ? (*n)++ : max - 1;
	}
	for (; at > 0 && best[at - 1].cost > ending->cost; at--)
		best[at] = best[at - 1];
	best[at] = *ending;
}

/* Whole sentences, best first; when there is none, the best beginning of one. */
static size_t find_endings(const struct run *run, struct ending *ret_endings, size_t max, bool *ret_broken_off)
{
	int frames = (int)sy_senones_frames(run->senones);
	struct ending open = {.past = NONE, .cost = FAR};
	size_t n = 0;

	for (size_t i = run->n_pasts; i-- > 0 && run->pasts[i].end == frames;) {
		struct ending ending = {
			.past = (uint32_t)i, .cost = run->pasts[i].cost, .word = last_word(run, (uint32_t)i)};
		int more = cost_to_end(run->network, run->pasts[i].to);
		if (ending.cost < open.cost && more >= FAR)
			open = ending;
		ending.cost += more;
		if (more < FAR)
			consider(ret_endings, &n, max, &ending);
	}
	*ret_broken_off = open.past != NONE && (n == 0 || open.cost + BROKEN_OFF < ret_endings[0].cost);
	if (n == 0 && open.past != NONE)
		ret_endings[n++] = open;
	return n;
}

static int fill_path(const struct run *run, const struct ending *ending, struct sy_path *ret_path)
{
	struct sy_path path = {.cost = ending->cost};
	size_t n = 0, bytes = 1, at;
	char *names;

	for (uint32_t i = ending->past; i != NONE; i = run->pasts[i].before, n++)
		bytes += run->pasts[i].arc >= 0 ? strlen(sy_network_word(run->network, run->pasts[i].arc)) + 1 : 0;
	path.at = calloc(n ? n : 1, sizeof *path.at);
	path.names = names = malloc(bytes);
	if (!path.at || !path.names) {
		sy_path_reset(&path);
		return ENOMEM;
	}
	path.n = at = n;
	for (uint32_t i = ending->past; i != NONE; i = run->pasts[i].before) {
		const struct past *past = &run->pasts[i],
				  *before = past->before == NONE ? NULL : &run->pasts[past->before];
		struct sy_heard_word *heard = &path.at[--at];
		*heard = (struct sy_heard_word){.begin = before ? before->end : 0,
			.end = past->end,
			.cost = past->cost - past->words_cost - (before ? before->cost - before->words_cost : 0)};
		if (past->arc < 0) {
			heard->silence = -1 - past->arc;
			continue;
		}
		const char *word = sy_network_word(run->network, past->arc);
		size_t length = strlen(word) + 1;
		heard->word = memcpy(names, word, length);
		names += length;
		path.n_words++;
	}
	*ret_path = path;
	return 0;
}

int sy_network_run(
	const struct sy_network *network, struct sy_senones *senones, size_t max, struct sy_findings *ret_findings)
{
	struct sy_findings findings = {0};
	struct ending endings[SY_NETWORK_BEST_MAX];
	struct run run;
	size_t n = 0;
	int err = max == 0 ? EINVAL : run_init(&run, network, senones);

	if (err)
		return err;
	if (sy_senones_frames(senones) > 0 && !(err = search(&run)))
		n = find_endings(
			&run, endings, max < SY_NETWORK_BEST_MAX ? max : SY_NETWORK_BEST_MAX, &findings.broken_off);
	while (!err && findings.n < n) {
		err = fill_path(&run, &endings[findings.n], &findings.at[findings.n]);
		findings.n += !err;
	}
	if (!err && findings.n > 0)
		err = sy_network_trust(network, &(struct pasts){run.pasts, run.n_pasts}, endings[0].past, &findings);
	run_finish(&run);
	if (err)
		sy_findings_reset(&findings);
	else
		*ret_findings = findings;
	return err;
}

void sy_findings_reset(struct sy_findings *findings)
{
	for (size_t i = 0; i < findings->n; i++)
		sy_path_reset(&findings->at[i]);
	sy_guesses_reset(&findings->guesses);
	*findings = (struct sy_findings){0};
}
