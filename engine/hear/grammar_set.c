#include "engine/hear/grammar_set.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "engine/hear/recogniser.h"
#include "grammars/ngram.h"
#include "grammars/pronounce.h"

struct grammar {
	char *name;
	struct sy_graph *graph;
	struct grammar *next;
};

struct sy_joined {
	char *key; /* the names, a line each; NULL: free */
	char strict[24];
	char loose[24];
	bool has_strict;
	bool has_loose;
	struct sy_network *network;
	struct sy_network *ngram;
	struct sy_topics *topics; /* made with it */
	struct sy_graph *graph;
	unsigned long used;
	size_t bytes;
};

struct sy_grammar_set {
	const struct sy_acoustic_model *model;
	struct sy_decoder *decoder;
	struct sy_lexicon *lexicon;
	struct grammar *grammars;
	char *carriers[SY_CARRIERS_MAX];
	size_t n_carriers;
	struct sy_english *english; /* NULL until words in any order are first asked for */
	struct sy_joined joined[SY_UNIONS_MAX];
	unsigned long clock;
	size_t bytes_max; /* of the unions */
};

int sy_grammar_set_create(const struct sy_acoustic_model *model, struct sy_decoder *decoder,
	struct sy_grammar_set **ret_set, struct sy_problem *why)
{
	struct sy_grammar_set *set = calloc(1, sizeof *set);
	int err;

	if (!set)
		return ENOMEM;
	set->model = model;
	set->decoder = decoder;
	set->bytes_max = SY_UNIONS_BYTES;
	err = sy_lexicon_create(NULL, &set->lexicon, why);
	if (err) {
		sy_grammar_set_destroy(set);
		return err;
	}
	*ret_set = set;
	return 0;
}

static void drop_joined(struct sy_grammar_set *set, struct sy_joined *joined)
{
	if (!joined->key)
		return;
	if (joined->has_strict)
		sy_decoder_unload(set->decoder, joined->strict);
	if (joined->has_loose)
		sy_decoder_unload(set->decoder, joined->loose);
	sy_network_destroy(joined->network);
	sy_network_destroy(joined->ngram);
	sy_topics_destroy(joined->topics);
	sy_graph_destroy(joined->graph);
	free(joined->key);
	*joined = (struct sy_joined){0};
}

static bool key_has(const char *key, const char *name)
{
	size_t n = strlen(name);

	for (const char *at = key; at; at = strchr(at, '\n') ? strchr(at, '\n') + 1 : NULL)
		if (strncmp(at, name, n) == 0 && (at[n] == '\n' || at[n] == '\0'))
			return true;
	return false;
}

void sy_grammar_set_remove(struct sy_grammar_set *set, const char *name)
{
	for (int i = 0; i < SY_UNIONS_MAX; i++)
		if (set->joined[i].key && key_has(set->joined[i].key, name))
			drop_joined(set, &set->joined[i]);
	for (struct grammar **at = &set->grammars; *at; at = &(*at)->next) {
		struct grammar *grammar = *at;
		if (strcmp(grammar->name, name) != 0)
			continue;
		*at = grammar->next;
		sy_graph_destroy(grammar->graph);
		free(grammar->name);
		free(grammar);
		return;
	}
}

void sy_grammar_set_destroy(struct sy_grammar_set *set)
{
	if (!set)
		return;
	while (set->grammars)
		sy_grammar_set_remove(set, set->grammars->name);
	for (size_t i = 0; i < set->n_carriers; i++)
		free(set->carriers[i]);
	sy_english_destroy(set->english);
	sy_lexicon_destroy(set->lexicon);
	free(set);
}

int sy_grammar_set_pronounce(struct sy_grammar_set *set, const struct sy_pairs *words, struct sy_problem *why)
{
	return sy_lexicon_correct(set->lexicon, words, why);
}

static int learn_words(struct sy_grammar_set *set, const struct sy_graph *graph, struct sy_problem *why)
{
	size_t n = sy_graph_n_words(graph);
	const char **words = malloc((n ? n : 1) * sizeof *words);
	int err;

	if (!words)
		return ENOMEM;
	for (size_t i = 0; i < n; i++)
		words[i] = sy_graph_word(graph, i);
	err = sy_lexicon_add(set->lexicon, words, n, why);
	free(words);
	return err;
}

int sy_grammar_set_add(
	struct sy_grammar_set *set, const char *name, const struct sy_graph *graph, struct sy_problem *why)
{
	struct grammar *grammar;
	int err = learn_words(set, graph, why);

	if (err)
		return err;
	grammar = calloc(1, sizeof *grammar);
	if (!grammar)
		return ENOMEM;
	grammar->name = strdup(name);
	err = grammar->name ? sy_graph_union(name, &graph, 1, &grammar->graph) : ENOMEM;
	if (err) {
		free(grammar->name);
		free(grammar);
		return err;
	}
	sy_grammar_set_remove(set, name);
	grammar->next = set->grammars;
	set->grammars = grammar;
	return 0;
}

static const struct grammar *find(const struct sy_grammar_set *set, const char *name)
{
	for (const struct grammar *grammar = set->grammars; grammar; grammar = grammar->next)
		if (strcmp(grammar->name, name) == 0)
			return grammar;
	return NULL;
}

/* All of them were added. */
static void find_graphs(
	const struct sy_grammar_set *set, const char *const *names, size_t n, const struct sy_graph **ret_graphs)
{
	for (size_t i = 0; i < n; i++)
		ret_graphs[i] = find(set, names[i])->graph;
}

/* Any words of the graph in any order. */
static int loose_graph(const struct sy_graph *graph, struct sy_graph **ret_loose)
{
	struct sy_graph *loose = NULL;
	size_t n = sy_graph_n_words(graph);
	int start, final, err;

	if ((err = sy_graph_create("loose", &loose)) || (err = sy_graph_add_state(loose, &start)) ||
		(err = sy_graph_add_state(loose, &final)))
		goto out;
	for (size_t i = 0; i < n && !err; i++) {
		struct sy_graph_arc arc = {
			.from = start, .to = start, .p = 1 / (float)n, .word = sy_graph_word(graph, i)};
		err = sy_graph_add_arc(loose, &arc);
	}
	if (err || (err = sy_graph_add_arc(loose, &(struct sy_graph_arc){.from = start, .to = final, .p = 1})))
		goto out;
	sy_graph_set_ends(loose, start, final);
	*ret_loose = loose;
	loose = NULL;
out:
	sy_graph_destroy(loose);
	return err;
}

/* What a turn asked for: names of grammars, and how many of the first make the loose loop. */
struct request {
	const char *const *names;
	size_t n;
	size_t n_loose;
};

static int load_loose(struct sy_grammar_set *set, const struct sy_graph *const *graphs, size_t n,
	struct sy_joined *joined, struct sy_problem *why)
{
	struct sy_graph *words = NULL, *loose = NULL;
	int err = n ? sy_graph_union("words", graphs, n, &words) : 0;

	if (err || n == 0 || sy_graph_n_words(words) > SY_LOOSE_WORDS_MAX)
		goto out;
	err = loose_graph(words, &loose);
	if (!err)
		err = sy_decoder_load(set->decoder, joined->loose, loose, set->lexicon, why);
	joined->has_loose = !err;
out:
	sy_graph_destroy(words);
	sy_graph_destroy(loose);
	return err;
}

int sy_grammar_set_carry(struct sy_grammar_set *set, const char *const *sentences, size_t n, struct sy_problem *why)
{
	int err = 0;

	for (size_t i = 0; i < n && !err; i++)
		if (set->n_carriers == SY_CARRIERS_MAX)
			err = sy_problem_set(why, E2BIG, "more than %d ways to begin a sentence", SY_CARRIERS_MAX);
		else if (!(set->carriers[set->n_carriers] = strdup(sentences[i])))
			err = ENOMEM;
		else
			set->n_carriers++;
	return err ? err : sy_lexicon_add_sentences(set->lexicon, sentences, n, why);
}

/* How many bytes of `words` the sentence takes, with the blank after it; all of them where it is broken off; 0: none.
 */
static size_t taken_by(const char *sentence, const char *words)
{
	size_t n = 0;

	while (sentence[n] && sentence[n] == words[n])
		n++;
	if (!sentence[n] && (!words[n] || words[n] == ' '))
		return n + (words[n] == ' ');
	return !words[n] && sentence[n] == ' ' ? n : 0;
}

bool sy_grammar_set_only_begins(const struct sy_grammar_set *set, const char *words)
{
	const size_t n = strlen(words);
	bool *reached = calloc(n + 1, sizeof *reached);
	bool all = false;

	if (!reached)
		return false;
	reached[0] = n > 0;
	for (size_t at = 0; at < n; at++)
		for (size_t i = 0; reached[at] && i < set->n_carriers; i++) {
			const size_t taken = taken_by(set->carriers[i], words + at);
			if (taken)
				reached[at + taken] = true;
		}
	all = n > 0 && reached[n];
	free(reached);
	return all;
}

static int join(
	struct sy_grammar_set *set, const struct request *request, struct sy_joined *joined, struct sy_problem *why)
{
	const struct sy_graph *graphs[SY_HEAR_GRAMMARS_MAX + 1];
	struct sy_graph *acceptor = NULL;
	int err;

	find_graphs(set, request->names, request->n, graphs);
	snprintf(joined->strict, sizeof joined->strict, "strict%lu", set->clock);
	snprintf(joined->loose, sizeof joined->loose, "loose%lu", set->clock);
	if ((err = sy_graph_union("active", graphs, request->n, &joined->graph)) ||
		(err = sy_graph_acceptor(joined->graph, &acceptor)) ||
		(err = sy_network_create(
			 &(struct sy_network_prm){.model = set->model, .acceptor = acceptor, .lexicon = set->lexicon},
			 &joined->network, why)))
		goto out;
	if (set->decoder && sy_graph_n_states(acceptor) <= SY_DECODER_STATES_MAX) {
		err = sy_decoder_load(set->decoder, joined->strict, acceptor, set->lexicon, why);
		joined->has_strict = !err;
		if (err)
			goto out;
	}
	err = set->decoder ? load_loose(set, graphs, request->n_loose, joined, why) : 0;
out:
	sy_graph_destroy(acceptor);
	return err;
}

size_t sy_grammar_set_bytes(const struct sy_grammar_set *set)
{
	size_t bytes = 0;

	for (int i = 0; i < SY_UNIONS_MAX; i++)
		bytes += set->joined[i].bytes;
	return bytes;
}

/* The order does not matter: a union's follows the names asked for. */
int sy_grammar_set_take(struct sy_grammar_set *set, const struct sy_grammar_set *from, struct sy_problem *why)
{
	int err = 0;

	for (const struct grammar *grammar = from->grammars; grammar && !err; grammar = grammar->next)
		if (!find(set, grammar->name))
			err = sy_grammar_set_add(set, grammar->name, grammar->graph, why);
	return err;
}

void sy_grammar_set_bound(struct sy_grammar_set *set, size_t bytes)
{
	set->bytes_max = bytes;
}

static struct sy_joined *least_used(struct sy_grammar_set *set)
{
	struct sy_joined *found = NULL;

	for (int i = 0; i < SY_UNIONS_MAX; i++) {
		struct sy_joined *joined = &set->joined[i];
		if (joined->key && (!found || joined->used < found->used))
			found = joined;
	}
	return found;
}

static size_t room_for_unions(const struct sy_grammar_set *set)
{
	size_t largest = 0;

	for (int i = 0; i < SY_UNIONS_MAX; i++)
		largest = set->joined[i].bytes > largest ? set->joined[i].bytes : largest;
	return largest * SY_UNIONS_LARGEST > set->bytes_max ? largest * SY_UNIONS_LARGEST : set->bytes_max;
}

/* One has grown. */
static void weigh(struct sy_grammar_set *set, struct sy_joined *grown)
{
	grown->bytes = sy_graph_bytes(grown->graph) + sy_network_bytes(grown->network);
	if (grown->ngram)
		grown->bytes += sy_network_bytes(grown->ngram) + sy_topics_bytes(grown->topics);
	while (sy_grammar_set_bytes(set) > room_for_unions(set))
		drop_joined(set, least_used(set));
}

static struct sy_joined *oldest(struct sy_grammar_set *set)
{
	struct sy_joined *found = &set->joined[0];

	for (int i = 0; i < SY_UNIONS_MAX; i++) {
		if (!set->joined[i].key)
			return &set->joined[i];
		if (set->joined[i].used < found->used)
			found = &set->joined[i];
	}
	return found;
}

static int make_joined(struct sy_grammar_set *set, const struct request *request, char *key,
	struct sy_joined **ret_joined, struct sy_problem *why)
{
	struct sy_joined *joined = oldest(set);
	int err;

	drop_joined(set, joined);
	joined->key = key;
	err = join(set, request, joined, why);
	if (err) {
		drop_joined(set, joined);
		return err;
	}
	joined->used = set->clock;
	weigh(set, joined);
	*ret_joined = joined;
	return 0;
}

/* The names, a line each, and an empty line where the loose loop's end: what has the same key is the same union. */
static int make_key(const struct request *request, char **ret_key)
{
	struct sy_text key = {0};
	int err = 0;

	for (size_t i = 0; i < request->n && !err; i++)
		err = sy_text_addf(&key, "%s\n%s", request->names[i], i + 1 == request->n_loose ? "\n" : "");
	if (err) {
		sy_text_reset(&key);
		return err;
	}
	*ret_key = sy_text_take(&key);
	return *ret_key ? 0 : ENOMEM;
}

int sy_grammar_set_activate(struct sy_grammar_set *set, const char *const *names, size_t n, size_t n_loose,
	struct sy_active *ret_active, struct sy_problem *why)
{
	const struct request request = {names, n, n_loose};
	struct sy_joined *joined = NULL;
	char *key;
	int err;

	if (n == 0 || n > SY_HEAR_GRAMMARS_MAX + 1)
		return sy_problem_set(
			why, EINVAL, "between 1 and %d grammars can be heard at once", SY_HEAR_GRAMMARS_MAX);
	err = make_key(&request, &key);
	if (err)
		return err;
	for (int i = 0; i < SY_UNIONS_MAX; i++)
		if (set->joined[i].key && strcmp(set->joined[i].key, key) == 0)
			joined = &set->joined[i];
	set->clock++;
	for (size_t i = 0; !joined && i < n; i++)
		if (!find(set, names[i])) {
			free(key);
			return sy_problem_set(why, ENOENT, "no grammar \"%s\" has been loaded", names[i]);
		}
	if (joined)
		free(key);
	else if ((err = make_joined(set, &request, key, &joined, why)))
		return err;
	joined->used = set->clock;
	*ret_active = (struct sy_active){.graph = joined->graph,
		.network = joined->network,
		.open = !set->decoder && sy_graph_n_words(joined->graph) >= SY_NGRAM_WORDS_MIN,
		.joined = joined,
		.strict = joined->has_strict ? joined->strict : NULL,
		.loose = joined->has_loose ? joined->loose : NULL};
	return 0;
}

/* English, and how its common words are spoken. */
static int learn_english(struct sy_grammar_set *set, struct sy_problem *why)
{
	const char *words[SY_NGRAM_COMMON];
	struct sy_english *english = NULL;
	size_t n = 0;
	int err;

	if (set->english)
		return 0;
	err = sy_english_load(NULL, &english, why);
	for (; !err && n < SY_NGRAM_COMMON && n < sy_english_n_words(english); n++)
		words[n] = sy_english_word(english, n);
	if (!err)
		err = sy_lexicon_add(set->lexicon, words, n, why);
	if (err)
		sy_english_destroy(english);
	else
		set->english = english;
	return err;
}

/* The words of some of the set's grammars, as an acceptor. */
static int accept_words(
	const struct sy_grammar_set *set, const char *const *names, size_t n, struct sy_graph **ret_acceptor)
{
	const struct sy_graph *graphs[SY_HEAR_GRAMMARS_MAX + 1];
	struct sy_graph *whole = NULL;
	int err;

	if (n == 1)
		return sy_graph_acceptor(find(set, names[0])->graph, ret_acceptor);
	find_graphs(set, names, n, graphs);
	if (!(err = sy_graph_union("words", graphs, n, &whole)))
		err = sy_graph_acceptor(whole, ret_acceptor);
	sy_graph_destroy(whole);
	return err;
}

/* Pairs of an acceptor's words; it is freed. Each graph goes as soon as the next is made of it: a large base's are some
 * megabytes. */
static int pair_words(struct sy_grammar_set *set, struct sy_graph *acceptor, const struct sy_topics *topics,
	struct sy_network **ret_ngram, struct sy_problem *why)
{
	const struct sy_ngram_prm pairs = {.sentences = (const char *const *)set->carriers,
		.n_sentences = set->n_carriers,
		.english = set->english,
		.n_common = SY_NGRAM_COMMON};
	struct sy_network_prm prm = {.model = set->model,
		.lexicon = set->lexicon,
		.language_weight = SY_NGRAM_WEIGHT,
		.beam = SY_NGRAM_BEAM,
		.word_beam = SY_NGRAM_WORD_BEAM,
		.trust_scale = SY_NGRAM_TRUST_SCALE,
		.topics = topics};
	struct sy_graph *ngram = NULL;
	int err = sy_graph_ngram(acceptor, &pairs, &ngram);

	sy_graph_destroy(acceptor);
	prm.acceptor = ngram;
	if (!err)
		err = sy_network_create(&prm, ret_ngram, why);
	sy_graph_destroy(ngram);
	return err;
}

static int find_topics(
	const struct sy_grammar_set *set, const char *const *names, size_t n, struct sy_topics **ret_topics)
{
	const struct sy_graph *graphs[SY_HEAR_GRAMMARS_MAX + 1];

	find_graphs(set, names, n, graphs);
	return sy_topics_create(graphs, n, ret_topics);
}

int sy_grammar_set_ngram(struct sy_grammar_set *set, const struct sy_active *active, const char *const *names,
	size_t n_loose, const struct sy_network **ret_ngram, struct sy_problem *why)
{
	struct sy_joined *joined = active->joined;
	struct sy_graph *acceptor = NULL;
	int err = 0;

	if (!joined->ngram) {
		err = learn_english(set, why);
		if (!err && !joined->topics)
			err = find_topics(set, names, n_loose, &joined->topics);
		if (!err && !(err = accept_words(set, names, n_loose, &acceptor)))
			err = pair_words(set, acceptor, joined->topics, &joined->ngram, why);
		if (!err)
			weigh(set, joined);
	}
	if (!err)
		*ret_ngram = joined->ngram;
	return err;
}
