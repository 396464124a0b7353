#include "engine/hear/network_parts.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "grammars/pronounce.h"

#define PHONES_MAX 64 /* of one word */

/* PocketSphinx's -lw, -wip, -silprob and -fillprob, as costs. */
#define LANGUAGE_WEIGHT 6.5
#define WORD_PROBABILITY 0.65
#define SILENCE_PROBABILITY 0.005
#define NOISE_PROBABILITY 1e-8

static int weighted_cost(double weight, double p)
{
	return p >= 1 ? 0 : (int)(-weight * log(p > 1e-30 ? p : 1e-30) / SY_SENONE_UNIT + 0.5);
}

/* One way to say a word. */
struct saying {
	uint8_t ids[PHONES_MAX];
	uint8_t n;
};

/* A word of the acceptor, known by its pointer, its number in the network, and where its ways to be said are. */
struct said {
	const char *word;
	uint32_t number;
	uint32_t first, n;
};

struct build {
	struct sy_network *network;
	const struct sy_graph *acceptor;
	const struct sy_lexicon *lexicon;
	struct sy_problem *why;
	double weight;                  /* of the language */
	uint64_t *before;               /* by graph state: last phones of the words that lead there */
	uint64_t *after;                /* first phones of the words that go on */
	uint64_t phones[SY_PHONES_MAX]; /* names, packed */
	int n_phones;
	struct said *words; /* by pointer; as many as the acceptor has */
	struct saying *sayings;
	size_t n_sayings, cap_sayings;
	struct blend_index blends;
	/* While nodes are added those side by side are lists. */
	struct links *links; /* by node */
	size_t cap_links;
	uint32_t *begin; /* by graph state */
};

struct links {
	uint32_t child;
	uint32_t sibling;
};

/* A phone's name as a number; names are at most 7 letters. */
static uint64_t packed(const char *name, size_t n)
{
	uint64_t letters = 0;

	memcpy(&letters, name, n < sizeof letters ? n : sizeof letters);
	return letters;
}

static void pack_phones(struct build *build)
{
	build->n_phones = sy_model_n_phones(build->network->model);
	for (int phone = 0; phone < build->n_phones; phone++) {
		const char *name = sy_model_phone_name(build->network->model, phone);
		build->phones[phone] = packed(name, strlen(name));
	}
}

/* The phones of a pronunciation; n is 0 where the model lacks one of them. */
static struct saying read_phones(const struct build *build, const char *phones)
{
	struct saying saying = {.n = 0};

	for (phones += strspn(phones, " "); *phones && saying.n < PHONES_MAX; phones += strspn(phones, " ")) {
		const size_t length = strcspn(phones, " ");
		const uint64_t name = packed(phones, length);
		int phone = 0;
		while (phone < build->n_phones && build->phones[phone] != name)
			phone++;
		if (phone == build->n_phones)
			return (struct saying){.n = 0};
		saying.ids[saying.n++] = (uint8_t)phone;
		phones += length;
	}
	return saying;
}

static int read_word(struct build *build, struct said *said)
{
	const char *phones;
	int err = 0;

	said->first = (uint32_t)build->n_sayings;
	for (size_t v = 0; !err && (phones = sy_lexicon_phones(build->lexicon, said->word, v)); v++) {
		const struct saying saying = read_phones(build, phones);
		if (saying.n == 0)
			return sy_problem_set(build->why, EINVAL,
				"\"%s\" has a phone that the acoustic model has not: %s", said->word, phones);
		err = SY_GROW(&build->sayings, build->n_sayings + 1, &build->cap_sayings);
		if (!err)
			build->sayings[build->n_sayings++] = saying;
	}
	said->n = (uint32_t)build->n_sayings - said->first;
	if (!err && said->n == 0)
		return sy_problem_set(
			build->why, EINVAL, "\"%s\" has no pronunciation; add it to grammars/*.dict", said->word);
	return err;
}

static int compare_said(const void *a, const void *b)
{
	const uintptr_t x = (uintptr_t)((const struct said *)a)->word, y = (uintptr_t)((const struct said *)b)->word;

	return x < y ? -1 : x > y;
}

/* Each word once: it stands on many arcs. The acceptor goes when its owner likes, so the network has its own. */
static int read_words(struct build *build)
{
	const size_t n = sy_graph_n_words(build->acceptor);
	size_t number;
	int err = 0;

	build->words = calloc(n + 1, sizeof *build->words);
	if (!build->words)
		return ENOMEM;
	for (size_t i = 0; i < n && !err; i++) {
		const char *word = sy_graph_word(build->acceptor, i);
		if ((err = sy_intern_add(&build->network->words, word, strlen(word), &number)))
			break;
		build->words[i] = (struct said){.word = word, .number = (uint32_t)number};
		err = read_word(build, &build->words[i]);
	}
	if (!err && n)
		qsort(build->words, n, sizeof *build->words, compare_said);
	return err;
}

/* Of an arc that has a word. */
static const struct said *said_of(const struct build *build, const struct sy_graph_arc *arc)
{
	const struct said key = {.word = arc->word};

	return bsearch(&key, build->words, sy_graph_n_words(build->acceptor), sizeof *build->words, compare_said);
}

/* Which phones meet at each state, words' ends before it and words' beginnings after it. */
static void find_neighbours(struct build *build)
{
	const struct sy_graph *graph = build->acceptor;
	uint64_t silence = sy_network_phone(sy_model_silence(build->network->model));
	bool changed = true;

	build->before[sy_graph_start(graph)] = build->after[sy_graph_final(graph)] = silence;
	for (size_t i = 0; i < sy_graph_n_arcs(graph); i++) {
		const struct sy_graph_arc *arc = sy_graph_arc(graph, i);
		const struct said *said = arc->word ? said_of(build, arc) : NULL;
		for (uint32_t v = 0; said && v < said->n; v++) {
			const struct saying *saying = &build->sayings[said->first + v];
			build->after[arc->from] |= sy_network_phone(saying->ids[0]);
			build->before[arc->to] |= sy_network_phone(saying->ids[saying->n - 1]);
		}
	}
	while (changed) {
		changed = false;
		for (size_t i = 0; i < sy_graph_n_arcs(graph); i++) {
			const struct sy_graph_arc *arc = sy_graph_arc(graph, i);
			if (arc->word)
				continue;
			uint64_t after = build->after[arc->from] | build->after[arc->to];
			uint64_t before = build->before[arc->to] | build->before[arc->from];
			changed = changed || after != build->after[arc->from] || before != build->before[arc->to];
			build->after[arc->from] = after;
			build->before[arc->to] = before;
		}
	}
}

static int add_node(struct build *build, const struct node *node, uint32_t *ret_id)
{
	struct sy_network *network = build->network;
	int err;

	if (network->n_nodes == SY_NETWORK_NODES_MAX)
		return sy_problem_set(build->why, E2BIG, "the grammar has more than %d phones; give it fewer phrases",
			SY_NETWORK_NODES_MAX);
	err = SY_GROW(&network->nodes, network->n_nodes + 1, &network->cap_nodes);
	if (!err)
		err = SY_GROW(&build->links, network->n_nodes + 1, &build->cap_links);
	if (err)
		return err;
	network->nodes[network->n_nodes] = *node;
	*ret_id = (uint32_t)network->n_nodes++;
	return 0;
}

/* Where the list of the phones below a node begins, or (NONE) of those that begin the words of a state. */
static uint32_t *list_below(struct build *build, int state, uint32_t parent)
{
	return parent == NONE ? &build->begin[state] : &build->links[parent].child;
}

/* A phone in the middle of a word that is there already, for another word that begins alike. */
static uint32_t find_shared(const struct build *build, uint32_t list, int phone, int next_phone)
{
	const struct node *nodes = build->network->nodes;

	for (; list != NONE; list = build->links[list].sibling)
		if (nodes[list].arc < 0 && nodes[list].phone == phone && nodes[list].next_phone == next_phone)
			break;
	return list;
}

/* Phone `i` of a word below `parent`; an equal one there is shared. */
static int add_phone(struct build *build, const struct sy_graph_arc *arc, const uint8_t *ids, int n, int i,
	uint32_t parent, uint32_t *ret_id)
{
	const bool last = i == n - 1;
	const enum sy_word_position position = n == 1   ? SY_WORD_SINGLE
					       : i == 0 ? SY_WORD_BEGIN
					       : last   ? SY_WORD_END
							: SY_INTERNAL;
	struct node node = {.phone = (uint8_t)ids[i],
		.next_phone = last ? NO_PHONE : (uint8_t)ids[i + 1],
		.arc = last ? (int)(arc - sy_graph_arc(build->acceptor, 0)) : -1};
	uint32_t shared = last ? NONE : find_shared(build, *list_below(build, arc->from, parent), ids[i], ids[i + 1]);
	int err;

	if (shared != NONE) {
		*ret_id = shared;
		return 0;
	}
	err = sy_network_sound(build->network, &build->blends,
		&(struct phone_place){.phone = ids[i],
			.left = i == 0 ? build->before[arc->from] : sy_network_phone(ids[i - 1]),
			.right = last ? build->after[arc->to] : sy_network_phone(ids[i + 1]),
			.position = position},
		&node.sound);
	if (err || (err = add_node(build, &node, ret_id)))
		return err;
	uint32_t *list = list_below(build, arc->from, parent);
	build->links[*ret_id] = (struct links){.child = NONE, .sibling = *list};
	*list = *ret_id;
	return 0;
}

static int add_word(struct build *build, const struct sy_graph_arc *arc, const struct saying *saying)
{
	uint32_t at = NONE;
	int err = 0;

	for (int i = 0; i < saying->n && !err; i++)
		err = add_phone(build, arc, saying->ids, saying->n, i, at, &at);
	return err;
}

static int add_words(struct build *build)
{
	int err = 0;

	for (size_t i = 0; !err && i < sy_graph_n_arcs(build->acceptor); i++) {
		const struct sy_graph_arc *arc = sy_graph_arc(build->acceptor, i);
		const struct said *said = arc->word ? said_of(build, arc) : NULL;
		build->network->arcs[i] = (struct arc){.word = said ? said->number : NONE,
			.from = arc->from,
			.to = arc->to,
			.cost = weighted_cost(build->weight, (double)arc->p) +
				(arc->word ? weighted_cost(build->weight, WORD_PROBABILITY) : 0)};
		for (uint32_t v = 0; said && v < said->n && !err; v++)
			err = add_word(build, arc, &build->sayings[said->first + v]);
	}
	return err;
}

/* Silence and noises may stand at every state; they are nodes without a word that lead back to where they began. */
static void add_fillers(const struct build *build)
{
	struct sy_network *network = build->network;

	for (int phone = 0; phone < sy_model_n_phones(network->model); phone++) {
		bool silence = phone == sy_model_silence(network->model);
		uint16_t senones[SY_STATES];
		struct filler *filler = &network->fillers[network->n_fillers];
		if (!sy_model_is_filler(network->model, phone) || network->n_fillers == FILLERS_MAX)
			continue;
		sy_model_triphone(network->model, phone, -1, -1, SY_WORD_SINGLE, senones);
		filler->phone = phone;
		filler->kind = silence ? 1 : 2;
		filler->cost = weighted_cost(build->weight, silence ? SILENCE_PROBABILITY : NOISE_PROBABILITY);
		for (int s = 0; s < SY_STATES; s++)
			filler->sound.state[s] = senones[s];
		network->n_fillers++;
	}
}

static void take_transitions(struct sy_network *network)
{
	for (int phone = 0; phone < sy_model_n_phones(network->model); phone++)
		for (int s = 0; s < SY_STATES; s++)
			for (int on = 0; on < 2; on++) {
				float log_p = sy_model_transition(network->model, phone, s, s + on);
				network->step[phone][s][on] =
					log_p < -50 ? FAR / 4 : (int)(-log_p / SY_SENONE_UNIT + 0.5);
			}
}

static int reserve(struct sy_network *network, const struct sy_graph *acceptor)
{
	network->n_states = sy_graph_n_states(acceptor);
	network->n_arcs = sy_graph_n_arcs(acceptor);
	network->start = sy_graph_start(acceptor);
	network->final = sy_graph_final(acceptor);
	network->begin = calloc(network->n_states + 1, sizeof *network->begin);
	network->arcs = calloc(network->n_arcs + 1, sizeof *network->arcs);
	network->leap = calloc(network->n_states + 1, sizeof *network->leap);
	if (!network->begin || !network->arcs || !network->leap)
		return ENOMEM;
	for (size_t s = 0; s < network->n_states; s++)
		network->leap[s] = NONE;
	return 0;
}

/* Room that was taken in advance. What cannot be made smaller stays as large as it was. */
static void give_back_room(struct sy_network *network)
{
	(void)SY_SHRINK(&network->nodes, network->n_nodes + 1, &network->cap_nodes);
	(void)SY_SHRINK(&network->sounds, network->n_sounds + 1, &network->cap_sounds);
	(void)SY_SHRINK(&network->blends, network->n_blends + 1, &network->cap_blends);
	(void)SY_SHRINK(&network->blended, network->n_blended + 1, &network->cap_blended);
}

/* Epsilon arcs of a state as a list. */
static void link_leaps(struct sy_network *network)
{
	for (size_t i = 0; i < network->n_arcs; i++) {
		struct arc *arc = &network->arcs[i];
		if (arc->word != NONE || arc->from == arc->to)
			continue;
		arc->next_leap = network->leap[arc->from];
		network->leap[arc->from] = (uint32_t)i;
	}
}

/* A node on its way to its place, and what the cheapest word below it costs. */
struct settling {
	uint32_t node;
	int ahead;
};

static int compare_ahead(const void *a, const void *b)
{
	const struct settling *x = a, *y = b;

	if (x->ahead != y->ahead)
		return x->ahead < y->ahead ? -1 : 1;
	return x->node < y->node ? -1 : x->node > y->node;
}

/* By node. Children were added after their parents. Caller frees; NULL: no memory. */
static int *find_ahead(const struct build *build)
{
	const struct sy_network *network = build->network;
	int *ahead = malloc((network->n_nodes + 1) * sizeof *ahead);

	for (size_t i = network->n_nodes; ahead && i-- > 0;) {
		const int arc = network->nodes[i].arc;
		ahead[i] = arc >= 0 ? network->arcs[arc].cost : FAR;
		for (uint32_t child = build->links[i].child; child != NONE; child = build->links[child].sibling)
			ahead[i] = ahead[child] < ahead[i] ? ahead[child] : ahead[i];
	}
	return ahead;
}

/* Gives the nodes of a list the next places, the cheapest first. */
static struct span take_places(
	const struct build *build, uint32_t list, const int *ahead, struct settling *order, uint32_t *n)
{
	struct span span = {.first = *n};

	for (; list != NONE; list = build->links[list].sibling)
		order[(*n)++] = (struct settling){list, ahead[list]};
	span.n = *n - span.first;
	if (span.n > 1)
		qsort(order + span.first, span.n, sizeof *order, compare_ahead);
	return span;
}

/* Moves each node to its place, along the rings in which they take each other's. */
static void move_nodes(struct sy_network *network, struct settling *order)
{
	struct node *nodes = network->nodes;

	for (uint32_t i = 0; i < network->n_nodes; i++) {
		const struct node first = nodes[i];
		uint32_t at = i, from;
		for (; (from = order[at].node) != i; at = from) {
			nodes[at] = nodes[from];
			order[at].node = at;
		}
		nodes[at] = first;
		order[at].node = at;
	}
}

/* Fills `order`, by place, and the nodes' children and costs. */
static void find_places(struct build *build, const int *ahead, struct settling *order)
{
	struct sy_network *network = build->network;
	uint32_t n = 0;

	for (size_t s = 0; s < network->n_states; s++) {
		network->begin[s] = take_places(build, build->begin[s], ahead, order, &n);
		for (uint32_t i = network->begin[s].first; i < n; i++)
			network->nodes[order[i].node].cost = (uint16_t)order[i].ahead;
	}
	for (uint32_t i = 0; i < n; i++) {
		struct span *children = &network->nodes[order[i].node].children;
		*children = take_places(build, build->links[order[i].node].child, ahead, order, &n);
		for (uint32_t k = children->first; k < n; k++)
			network->nodes[order[k].node].cost = (uint16_t)(order[k].ahead - order[i].ahead);
	}
}

/*
 * Lists become spans: nodes side by side go where a search finds them together. What a word costs is charged as soon as
 * it is known: each phone has what the cheapest word below it costs beyond what was charged before. Whole words cost
 * the same, but a search sees early which of them are too dear (Ortmanns, Ney and Eiden, "Language-model look-ahead for
 * large vocabulary speech recognition", 1996).
 */
static int settle(struct build *build)
{
	struct sy_network *network = build->network;
	struct settling *order = malloc((network->n_nodes + 1) * sizeof *order);
	int *ahead = find_ahead(build);
	const int err = order && ahead ? 0 : ENOMEM;

	if (!err) {
		find_places(build, ahead, order);
		move_nodes(network, order);
	}
	free(ahead);
	free(order);
	return err;
}

int sy_network_create(const struct sy_network_prm *prm, struct sy_network **ret_network, struct sy_problem *why)
{
	struct sy_network *network = calloc(1, sizeof *network);
	struct build build = {.network = network,
		.acceptor = prm->acceptor,
		.lexicon = prm->lexicon,
		.why = why,
		.weight = prm->language_weight > 0 ? prm->language_weight : LANGUAGE_WEIGHT};
	size_t n = sy_graph_n_states(prm->acceptor) + 1;
	int err = network ? 0 : ENOMEM;

	if (err)
		return err;
	network->model = prm->model;
	network->beam = prm->beam > 0 ? prm->beam : SY_NETWORK_BEAM;
	network->word_beam = prm->word_beam > 0 ? prm->word_beam : SY_NETWORK_WORD_BEAM;
	network->trust_scale = (float)(prm->trust_scale > 0 ? prm->trust_scale : SY_TRUST_SCALE);
	network->word_scale = network->trust_scale * (float)(build.weight / SY_SENONE_UNIT);
	network->topics = prm->topics;
	network->n_senones = (uint32_t)sy_model_n_senones(prm->model);
	pack_phones(&build);
	build.before = calloc(n, sizeof *build.before);
	build.after = calloc(n, sizeof *build.after);
	build.begin = malloc(n * sizeof *build.begin);
	if (!build.before || !build.after || !build.begin || reserve(network, prm->acceptor) != 0)
		err = ENOMEM;
	for (size_t s = 0; !err && s < n; s++)
		build.begin[s] = NONE;
	if (!err && sy_model_is_flat(prm->model))
		err = sy_network_flat_sounds(network);
	if (!err && !(err = read_words(&build))) {
		find_neighbours(&build);
		if (!(err = add_words(&build)))
			err = settle(&build);
	}
	if (!err) {
		add_fillers(&build);
		link_leaps(network);
		give_back_room(network);
		take_transitions(network);
		*ret_network = network;
		network = NULL;
	}
	free(build.before);
	free(build.after);
	free(build.blends.slots);
	free(build.links);
	free(build.begin);
	free(build.words);
	free(build.sayings);
	sy_network_destroy(network);
	return err;
}

void sy_network_destroy(struct sy_network *network)
{
	if (!network)
		return;
	free(network->nodes);
	free(network->sounds);
	free(network->arcs);
	free(network->begin);
	free(network->leap);
	free(network->blends);
	free(network->blended);
	sy_intern_reset(&network->words);
	free(network);
}

size_t sy_network_nodes(const struct sy_network *network)
{
	return network->n_nodes;
}

size_t sy_network_bytes(const struct sy_network *network)
{
	return sizeof *network + network->cap_nodes * sizeof *network->nodes +
	       network->cap_sounds * sizeof *network->sounds + network->n_arcs * sizeof *network->arcs +
	       network->n_states * (sizeof *network->begin + sizeof *network->leap) +
	       network->cap_blends * sizeof *network->blends + network->cap_blended * sizeof *network->blended +
	       sy_intern_bytes(&network->words);
}
