#include "stock.h"

#include <errno.h>

#include "engine/hear/grammar_set.h"
#include "engine/hear/recogniser.h"
#include "grammars/jsgf.h"

struct set {
	struct sy_decoder *decoder;
	struct sy_grammar_set *grammars;
};

static struct set set_of(void)
{
	struct set set = {0};
	struct sy_problem why = {0};

	if (sy_decoder_create(stock_folder(), &set.decoder, &why) != 0 ||
		sy_grammar_set_create(stock_model(), set.decoder, &set.grammars, &why) != 0)
		fail_msg("%s", why.text);
	return set;
}

static void set_destroy(struct set *set)
{
	sy_grammar_set_destroy(set->grammars);
	sy_decoder_destroy(set->decoder);
}

static int add(struct set *set, const char *name, const char *rules, struct sy_problem *why)
{
	struct sy_graph *graph = NULL;
	char text[8192];
	int err;

	(void)snprintf(text, sizeof text, "#JSGF V1.0; grammar test; %s", rules);
	if (sy_jsgf_graph_text("test", text, strlen(text), &graph, why) != 0)
		fail_msg("%s", why->text);
	err = sy_grammar_set_add(set->grammars, name, graph, why);
	sy_graph_destroy(graph);
	return err;
}

static void must_add(struct set *set, const char *name, const char *rules)
{
	struct sy_problem why = {0};

	if (add(set, name, rules, &why) != 0)
		fail_msg("%s", why.text);
}

static struct sy_active activated(struct set *set, const char *const *names, size_t n)
{
	struct sy_active active = {0};
	struct sy_problem why = {0};

	if (sy_grammar_set_activate(set->grammars, names, n, n, &active, &why) != 0)
		fail_msg("%s", why.text);
	assert_non_null(active.graph);
	assert_non_null(active.network);
	assert_non_null(active.strict);
	return active;
}

static bool means(const struct sy_active *active, const char *word, const char *intent)
{
	struct sy_reading reading = {0};
	bool same;

	assert_int_equal(sy_graph_read(active->graph, &word, 1, &reading), 0);
	same = reading.intent && strcmp(reading.intent, intent) == 0;
	sy_reading_reset(&reading);
	return same;
}

/* The decoder knows a graph by this name. */
static bool can_run(struct set *set, const char *name)
{
	struct sy_features none = {0};
	struct sy_senones *senones = NULL;
	struct sy_path path = {0};
	int err;

	assert_int_equal(sy_senones_create(stock_model(), &none, &senones), 0);
	err = sy_decoder_run(set->decoder, name, senones, &path, NULL);
	sy_path_reset(&path);
	sy_senones_destroy(senones);
	return err == 0;
}

static void unions_hold_what_each_grammar_holds(void **state)
{
	static const char *const both[] = {"fruit", "days"};
	struct set set = set_of();
	struct sy_active fruit, all;

	(void)state;
	must_add(&set, "fruit", "public <buy> = apples | oranges;");
	must_add(&set, "days", "public <when> = monday | tuesday;");
	fruit = activated(&set, both, 1);
	assert_true(means(&fruit, "apples", "buy"));
	assert_false(means(&fruit, "monday", "when"));
	all = activated(&set, both, 2);
	assert_true(means(&all, "apples", "buy"));
	assert_true(means(&all, "monday", "when"));
	assert_true(can_run(&set, all.strict));
	assert_non_null(all.loose);
	assert_true(can_run(&set, all.loose));
	/* Asked for again, it is the same one. */
	assert_string_equal(activated(&set, both, 2).strict, all.strict);
	set_destroy(&set);
	sy_grammar_set_destroy(NULL);
}

static void unknown_grammars_are_named(void **state)
{
	static const char *const names[] = {"fruit", "vegetables"};
	struct set set = set_of();
	struct sy_active active = {.strict = "untouched"};
	struct sy_problem why = {0};

	(void)state;
	must_add(&set, "fruit", "public <buy> = apples;");
	assert_int_equal(sy_grammar_set_activate(set.grammars, names, 2, 2, &active, &why), ENOENT);
	assert_says(&why, "vegetables");
	assert_string_equal(active.strict, "untouched");
	assert_int_equal(sy_grammar_set_activate(set.grammars, names, 0, 0, &active, &why), EINVAL);
	sy_grammar_set_remove(set.grammars, "vegetables");
	assert_true(can_run(&set, activated(&set, names, 1).strict));
	set_destroy(&set);
}

static void at_most_so_many_at_once(void **state)
{
	const char *names[SY_HEAR_GRAMMARS_MAX + 2];
	struct set set = set_of();
	struct sy_active active;
	struct sy_problem why = {0};

	(void)state;
	must_add(&set, "fruit", "public <buy> = apples;");
	for (int i = 0; i < SY_HEAR_GRAMMARS_MAX + 2; i++)
		names[i] = "fruit";
	/* The universals come on top of a job's own. */
	active = activated(&set, names, SY_HEAR_GRAMMARS_MAX + 1);
	assert_true(means(&active, "apples", "buy"));
	assert_int_equal(
		sy_grammar_set_activate(set.grammars, names, SY_HEAR_GRAMMARS_MAX + 2, 1, &active, &why), EINVAL);
	assert_says(&why, "16");
	set_destroy(&set);
}

static void a_grammar_can_be_replaced(void **state)
{
	static const char *const both[] = {"fruit", "days"};
	struct set set = set_of();
	struct sy_active active;
	struct sy_problem why = {0};

	(void)state;
	must_add(&set, "fruit", "public <buy> = apples;");
	must_add(&set, "days", "public <when> = monday;");
	(void)activated(&set, both, 2);
	must_add(&set, "fruit", "public <sell> = oranges;");
	active = activated(&set, both, 2);
	assert_true(means(&active, "oranges", "sell"));
	assert_true(means(&active, "monday", "when"));
	assert_false(means(&active, "apples", "buy"));
	sy_grammar_set_remove(set.grammars, "fruit");
	assert_int_equal(sy_grammar_set_activate(set.grammars, both, 2, 2, &active, &why), ENOENT);
	/* "day" is not "days": names are compared whole. */
	active = activated(&set, both + 1, 1);
	sy_grammar_set_remove(set.grammars, "day");
	assert_true(can_run(&set, active.strict));
	set_destroy(&set);
}

/* The least recently used goes first, its graphs with it; what is asked for again is made again. */
static void unused_unions_make_room(void **state)
{
	struct set set = set_of();
	char first[32], second[32], name[16], rules[64];
	const char *const names[] = {"g0"}, *const others[] = {"g1"};
	const char *at = name;

	(void)state;
	for (int i = 0; i <= SY_UNIONS_MAX; i++) {
		(void)snprintf(name, sizeof name, "g%d", i);
		(void)snprintf(rules, sizeof rules, "public <intent%d> = monday;", i);
		must_add(&set, name, rules);
	}
	(void)snprintf(first, sizeof first, "%s", activated(&set, names, 1).strict);
	(void)snprintf(second, sizeof second, "%s", activated(&set, others, 1).strict);
	for (int i = 2; i < SY_UNIONS_MAX; i++) {
		(void)snprintf(name, sizeof name, "g%d", i);
		(void)activated(&set, &at, 1);
	}
	assert_true(can_run(&set, first) && can_run(&set, second));
	assert_string_equal(activated(&set, names, 1).strict, first);
	(void)snprintf(name, sizeof name, "g%d", SY_UNIONS_MAX);
	struct sy_active last = activated(&set, &at, 1);
	assert_true(means(&last, "monday", "intent24"));
	assert_true(can_run(&set, first));
	assert_false(can_run(&set, second));
	last = activated(&set, others, 1);
	assert_true(means(&last, "monday", "intent1"));
	assert_true(can_run(&set, last.strict));
	set_destroy(&set);
}

/* Their memory counts, too; but so many of the largest are kept whatever they take. */
static void large_unions_make_room(void **state)
{
	static const char *const all[] = {"g0", "g1", "g2", "g3"};
	struct set set = set_of();
	char strict[4][32], rules[64];

	(void)state;
	for (int i = 0; i < 4; i++) {
		(void)snprintf(rules, sizeof rules, "public <intent%d> = monday;", i);
		must_add(&set, all[i], rules);
	}
	assert_int_equal(sy_grammar_set_bytes(set.grammars), 0);
	(void)activated(&set, all, 1);
	const size_t one = sy_grammar_set_bytes(set.grammars);
	assert_true(one > 0);
	sy_grammar_set_bound(set.grammars, 4 * one);
	for (int i = 0; i < 4; i++)
		(void)snprintf(strict[i], sizeof strict[i], "%s", activated(&set, all + i, 1).strict);
	assert_int_equal(sy_grammar_set_bytes(set.grammars), 4 * one);
	assert_true(can_run(&set, strict[0]));

	sy_grammar_set_bound(set.grammars, 4 * one - 1);
	sy_grammar_set_remove(set.grammars, "g3");
	assert_int_equal(sy_grammar_set_bytes(set.grammars), 3 * one);
	must_add(&set, "g3", "public <intent3> = monday;");
	(void)activated(&set, all + 3, 1);
	assert_int_equal(sy_grammar_set_bytes(set.grammars), 3 * one);
	assert_false(can_run(&set, strict[0]));
	assert_true(can_run(&set, strict[1]));

	sy_grammar_set_bound(set.grammars, 0);
	(void)activated(&set, all, 1);
	assert_int_equal(sy_grammar_set_bytes(set.grammars), SY_UNIONS_LARGEST * one);
	assert_false(can_run(&set, strict[1]));
	assert_true(can_run(&set, strict[2]));
	set_destroy(&set);
}

/* "public <any> = a | b | …" with n words: ba, be, … */
static void many_words(char *rules, int n)
{
	static const char consonants[] = "bdfgklmnprstvz", vowels[] = "aeiou";
	char *at = rules + sprintf(rules, "public <any> = ");

	for (int i = 0; i < n; i++)
		at += sprintf(at, "%s%c%c%c%c", i ? " | " : "", consonants[i % 14], vowels[i / 14 % 5],
			consonants[i / 70 % 14], 'o');
	(void)strcpy(at, ";");
}

static void large_vocabularies_have_no_loose_loop(void **state)
{
	static const char *const names[] = {"most", "more"};
	struct set set = set_of();
	char rules[4096];

	(void)state;
	many_words(rules, SY_LOOSE_WORDS_MAX);
	must_add(&set, "most", rules);
	many_words(rules, SY_LOOSE_WORDS_MAX + 1);
	must_add(&set, "more", rules);
	assert_non_null(activated(&set, names, 1).loose);
	assert_null(activated(&set, names + 1, 1).loose);
	set_destroy(&set);
}

/* A grammar that was not read from JSGF, which would have refused the word. */
static int add_word(struct set *set, const char *name, const char *word, struct sy_problem *why)
{
	struct sy_graph *graph = NULL;
	int from, to, err;

	assert_int_equal(sy_graph_create(name, &graph), 0);
	assert_int_equal(sy_graph_add_state(graph, &from), 0);
	assert_int_equal(sy_graph_add_state(graph, &to), 0);
	assert_int_equal(
		sy_graph_add_arc(graph, &(struct sy_graph_arc){.from = from, .to = to, .p = 1, .word = word}), 0);
	sy_graph_set_ends(graph, from, to);
	err = sy_grammar_set_add(set->grammars, name, graph, why);
	sy_graph_destroy(graph);
	return err;
}

/* Words in any order are made when they are first asked for, are kept with the union, and count for its memory. */
static void pairs_of_words_are_made_once(void **state)
{
	static const char *const name = "days";
	struct set set = set_of();
	struct sy_problem why = {0};
	const struct sy_network *ngram = NULL, *again = NULL;
	struct sy_active active;
	size_t bytes;

	(void)state;
	must_add(&set, name, "public <a> = open on monday; public <b> = open on tuesday;");
	active = activated(&set, &name, 1);
	bytes = sy_grammar_set_bytes(set.grammars);
	if (sy_grammar_set_ngram(set.grammars, &active, &name, 1, &ngram, &why) != 0)
		fail_msg("%s", why.text);
	assert_true(sy_network_nodes(ngram) > sy_network_nodes(active.network));
	assert_true(sy_grammar_set_bytes(set.grammars) >= bytes + sy_network_bytes(ngram));
	active = activated(&set, &name, 1);
	assert_int_equal(sy_grammar_set_ngram(set.grammars, &active, &name, 1, &again, &why), 0);
	assert_ptr_equal(again, ngram);
	set_destroy(&set);
}

/* Of beginnings one after the other, the last perhaps broken off, nothing is said yet. */
static void beginnings_are_told_from_questions(void **state)
{
	static const char *const carriers[] = {"hello", "um", "yeah so", "yeah", "so", "i was wondering if you could"};
	static const char *const only[] = {"hello", "um", "hello um i was wondering", "i was wondering if you could",
		"yeah so yeah so", "so yeah i", "hello hello"};
	static const char *const more[] = {"", "i was wondering why", "hello why", "why hello", "hell", "helloo um",
		"i was wonder", "um i was wondering if you could help"};
	struct set set = set_of();
	struct sy_problem why = {0};

	(void)state;
	assert_false(sy_grammar_set_only_begins(set.grammars, "hello"));
	assert_int_equal(sy_grammar_set_carry(set.grammars, carriers, sizeof carriers / sizeof *carriers, &why), 0);
	for (size_t i = 0; i < sizeof only / sizeof *only; i++)
		if (!sy_grammar_set_only_begins(set.grammars, only[i]))
			fail_msg("\"%s\" is a question", only[i]);
	for (size_t i = 0; i < sizeof more / sizeof *more; i++)
		if (sy_grammar_set_only_begins(set.grammars, more[i]))
			fail_msg("\"%s\" is no question", more[i]);
	set_destroy(&set);
}

static void words_that_cannot_be_pronounced(void **state)
{
	static const char *const names[] = {"rooms"};
	struct set set = set_of();
	struct sy_active active;
	struct sy_problem why = {0};

	(void)state;
	assert_int_equal(add_word(&set, "rooms", "12", &why), EINVAL);
	assert_says(&why, "12");
	assert_int_equal(sy_grammar_set_activate(set.grammars, names, 1, 1, &active, &why), ENOENT);
	set_destroy(&set);
}

/* An addition that fails leaves the grammar of that name as it was. */
static void a_bad_replacement_changes_nothing(void **state)
{
	static const char *const names[] = {"rooms"};
	struct set set = set_of();
	struct sy_active active;
	struct sy_problem why = {0};

	(void)state;
	must_add(&set, "rooms", "public <room> = hall;");
	assert_int_equal(add_word(&set, "rooms", "12", &why), EINVAL);
	active = activated(&set, names, 1);
	assert_true(means(&active, "hall", "room"));
	set_destroy(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unions_hold_what_each_grammar_holds),
		cmocka_unit_test(unknown_grammars_are_named),
		cmocka_unit_test(at_most_so_many_at_once),
		cmocka_unit_test(a_grammar_can_be_replaced),
		cmocka_unit_test(unused_unions_make_room),
		cmocka_unit_test(large_unions_make_room),
		cmocka_unit_test(large_vocabularies_have_no_loose_loop),
		cmocka_unit_test(pairs_of_words_are_made_once),
		cmocka_unit_test(beginnings_are_told_from_questions),
		cmocka_unit_test(words_that_cannot_be_pronounced),
		cmocka_unit_test(a_bad_replacement_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
