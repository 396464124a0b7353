#include "grammars/jsgf_build.h"

#include <errno.h>
#include <float.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "grammars/jsgf.h"

#define CHANCE_OF_OPTIONAL 0.5f
#define CHANCE_OF_REPEAT 0.5f

/* A rule being written out. */
struct frame {
	const struct sy_linked_file *file;
	const struct sy_rule *rule;
	int entry;
	int to;
	bool started;     /* words were said between the frame below and this one */
	size_t outermost; /* the lowest frame that it recurs to; its own number if to none below */
};

/* A rule written out: what leads to `to` through the rule may enter here. */
struct copy {
	const struct sy_rule *rule;
	int to;
	int entry;
	bool can_be_silent;
};

struct builder {
	struct sy_graph *graph;
	struct sy_problem *why;
	struct frame frames[SY_JSGF_DEPTH_MAX + 1];
	size_t n_frames;
	int depth; /* of rules and groups */
	size_t steps;
	struct copy *copies; /* by hash; rule NULL: free */
	size_t n_copies;
	size_t n_slots;
};

/* Where an expansion goes, and how likely. */
struct span {
	int from;
	int to;
	float p;
	bool started; /* words were said since the rule began */
};

static int expand(struct builder *builder, int node, struct span span, bool *ret_can_be_silent);

static const struct sy_linked_file *file_at_hand(const struct builder *builder)
{
	return builder->frames[builder->n_frames - 1].file;
}

static const struct sy_node *node_at(const struct builder *builder, int node)
{
	return &file_at_hand(builder)->parsed->nodes[node];
}

static int fail_at(struct builder *builder, const struct sy_node *node, int err, const char *what)
{
	const char *file = file_at_hand(builder)->path;
	return sy_problem_at(builder->why, err, file, node->at.line, node->at.column, "%s", what);
}

static float at_least(float p)
{
	return p < FLT_MIN ? FLT_MIN : p;
}

static int add_state(struct builder *builder, const struct sy_node *node, int *ret_state)
{
	int err = sy_graph_add_state(builder->graph, ret_state);
	if (err == E2BIG)
		return fail_at(builder, node, err, "the grammar is too large: more than 200000 states up to here");
	return err;
}

static int add_arc(struct builder *builder, const struct sy_node *node, struct sy_graph_arc arc)
{
	int err = sy_graph_add_arc(builder->graph, &arc);
	if (err == E2BIG)
		return fail_at(builder, node, err, "the grammar is too large: more than 800000 arcs up to here");
	return err;
}

static int add_silent_arc(struct builder *builder, const struct sy_node *node, struct span span)
{
	return add_arc(builder, node, (struct sy_graph_arc){.from = span.from, .to = span.to, .p = span.p});
}

/* Copies. */

static size_t copy_slot(const struct builder *builder, const struct sy_rule *rule, int to)
{
	uint64_t hash = ((uint64_t)(uintptr_t)rule ^ (uint64_t)to << 40) * 0x9e3779b97f4a7c15u;
	size_t slot = (hash >> 32) & (builder->n_slots - 1);
	while (builder->copies[slot].rule && (builder->copies[slot].rule != rule || builder->copies[slot].to != to))
		slot = (slot + 1) & (builder->n_slots - 1);
	return slot;
}

static const struct copy *find_copy(const struct builder *builder, const struct sy_rule *rule, int to)
{
	if (!builder->n_slots)
		return NULL;
	const struct copy *copy = &builder->copies[copy_slot(builder, rule, to)];
	return copy->rule ? copy : NULL;
}

static int keep_copy(struct builder *builder, const struct copy *copy)
{
	if (builder->n_copies * 2 >= builder->n_slots) {
		struct builder larger = *builder;
		larger.n_slots = builder->n_slots ? builder->n_slots * 2 : 64;
		larger.copies = calloc(larger.n_slots, sizeof *larger.copies);
		if (!larger.copies)
			return ENOMEM;
		for (size_t i = 0; i < builder->n_slots; i++)
			if (builder->copies[i].rule)
				larger.copies[copy_slot(&larger, builder->copies[i].rule, builder->copies[i].to)] =
					builder->copies[i];
		free(builder->copies);
		builder->copies = larger.copies;
		builder->n_slots = larger.n_slots;
	}
	builder->copies[copy_slot(builder, copy->rule, copy->to)] = *copy;
	builder->n_copies++;
	return 0;
}

/* Rules. */

/* The frame of a rule that is being written out, or NULL. Sets whether words come between it and here. */
static struct frame *open_frame(struct builder *builder, const struct sy_rule *rule, bool *started)
{
	for (size_t i = builder->n_frames; i-- > 0;) {
		if (builder->frames[i].rule == rule)
			return &builder->frames[i];
		*started |= builder->frames[i].started;
	}
	return NULL;
}

/* A rule within itself: a loop back to its beginning, where nothing follows it. */
static int recur(struct builder *builder, const struct sy_node *node, struct span span, const struct frame *outer)
{
	if (!span.started)
		return fail_at(builder, node, EINVAL,
			"left recursion: this rule comes back to itself before any word, expected words first");
	if (outer->to != span.to)
		return fail_at(builder, node, EINVAL,
			"recursion inside a rule: expected it at the rule's very end, untagged, or use \"*\" or \"+\"");
	size_t number = (size_t)(outer - builder->frames);
	struct frame *top = &builder->frames[builder->n_frames - 1];
	if (number < top->outermost)
		top->outermost = number;
	span.to = outer->entry;
	return add_silent_arc(builder, node, span);
}

static int write_out(struct builder *builder, const struct sy_node *node, struct span span, bool *ret_can_be_silent)
{
	struct frame *frame = &builder->frames[builder->n_frames];
	int err = add_state(builder, node, &frame->entry);
	if (!err)
		err = add_silent_arc(builder, node, (struct span){.from = span.from, .to = frame->entry, .p = span.p});
	if (err)
		return err;
	size_t number = builder->n_frames++;
	struct span whole = {.from = frame->entry, .to = span.to, .p = 1};
	frame->outermost = number;
	err = expand(builder, frame->rule->root, whole, ret_can_be_silent);
	builder->n_frames--;
	if (err)
		return err;
	/* A copy that leads back to a rule still open is good inside that rule only. */
	if (frame->outermost < number) {
		struct frame *below = &builder->frames[number - 1];
		if (frame->outermost < below->outermost)
			below->outermost = frame->outermost;
		return 0;
	}
	struct copy copy = {frame->rule, span.to, frame->entry, *ret_can_be_silent};
	return keep_copy(builder, &copy);
}

static int expand_rule(struct builder *builder, const struct sy_node *node, struct span span, bool *ret_can_be_silent)
{
	struct sy_found_rule found;
	int err = sy_linked_find(file_at_hand(builder), node->text, &found);
	if (err)
		return err;
	bool started = span.started;
	const struct frame *outer = open_frame(builder, found.rule, &started);
	if (outer) {
		span.started = started;
		return recur(builder, node, span, outer);
	}
	const struct copy *copy = find_copy(builder, found.rule, span.to);
	if (copy) {
		*ret_can_be_silent = copy->can_be_silent;
		span.to = copy->entry;
		return add_silent_arc(builder, node, span);
	}
	builder->frames[builder->n_frames] =
		(struct frame){.file = found.file, .rule = found.rule, .to = span.to, .started = span.started};
	return write_out(builder, node, span, ret_can_be_silent);
}

/* Other expansions. */

static int expand_sequence(
	struct builder *builder, const struct sy_node *node, struct span span, bool *ret_can_be_silent)
{
	bool can_be_silent = true;
	int end = span.to;
	for (int child = node->child; child >= 0; child = node_at(builder, child)->next) {
		bool silent = false;
		int err = 0;
		span.to = end;
		if (node_at(builder, child)->next >= 0)
			err = add_state(builder, node, &span.to);
		if (!err)
			err = expand(builder, child, span, &silent);
		if (err)
			return err;
		can_be_silent &= silent;
		span = (struct span){.from = span.to, .p = 1, .started = span.started || !silent};
	}
	*ret_can_be_silent = can_be_silent;
	return 0;
}

static int expand_choice(struct builder *builder, const struct sy_node *node, struct span span, bool *ret_can_be_silent)
{
	double sum = 0;
	for (int child = node->child; child >= 0; child = node_at(builder, child)->next)
		sum += (double)node_at(builder, child)->weight;
	if (!(sum > 0))
		return fail_at(builder, node, EINVAL, "all alternatives weigh 0: expected one that can be said");
	float p = span.p;
	for (int child = node->child; child >= 0; child = node_at(builder, child)->next) {
		double weight = (double)node_at(builder, child)->weight;
		if (!(weight > 0))
			continue;
		bool silent = false;
		span.p = at_least((float)((double)p * (weight / sum)));
		int err = expand(builder, child, span, &silent);
		if (err)
			return err;
		*ret_can_be_silent |= silent;
	}
	return 0;
}

static int expand_optional(
	struct builder *builder, const struct sy_node *node, struct span span, bool *ret_can_be_silent)
{
	float p = span.p;
	span.p = at_least(p * CHANCE_OF_OPTIONAL);
	int err = expand(builder, node->child, span, ret_can_be_silent);
	*ret_can_be_silent = true;
	span.p = at_least(p * (1 - CHANCE_OF_OPTIONAL));
	return err ? err : add_silent_arc(builder, node, span);
}

/* x+ : begin -x-> end, from there back or on. x* is the same with begin and end in one. */
static int expand_repeat(struct builder *builder, const struct sy_node *node, struct span span, bool *ret_can_be_silent)
{
	bool star = node->kind == SY_NODE_STAR;
	int begin, end = -1, err = add_state(builder, node, &begin);
	end = begin;
	if (!err && !star)
		err = add_state(builder, node, &end);
	if (!err)
		err = add_silent_arc(builder, node, (struct span){.from = span.from, .to = begin, .p = span.p});
	struct span once = {.from = begin, .to = end, .p = star ? CHANCE_OF_REPEAT : 1, .started = span.started};
	if (!err)
		err = expand(builder, node->child, once, ret_can_be_silent);
	if (!err && !star)
		err = add_silent_arc(builder, node, (struct span){.from = end, .to = begin, .p = CHANCE_OF_REPEAT});
	if (!err)
		err = add_silent_arc(
			builder, node, (struct span){.from = end, .to = span.to, .p = 1 - CHANCE_OF_REPEAT});
	*ret_can_be_silent |= star;
	return err;
}

static int expand_tag(struct builder *builder, const struct sy_node *node, struct span span, bool *ret_can_be_silent)
{
	int begin, end = -1, err = add_state(builder, node, &begin);
	if (!err)
		err = add_state(builder, node, &end);
	struct sy_graph_arc mark = {
		.from = span.from, .to = begin, .p = span.p, .mark = SY_MARK_SLOT_BEGIN, .name = node->text};
	if (!err)
		err = add_arc(builder, node, mark);
	struct span inner = {.from = begin, .to = end, .p = 1, .started = span.started};
	if (!err)
		err = expand(builder, node->child, inner, ret_can_be_silent);
	mark = (struct sy_graph_arc){
		.from = end, .to = span.to, .p = 1, .mark = SY_MARK_SLOT_END, .name = node->text, .value = node->value};
	return err ? err : add_arc(builder, node, mark);
}

static int expand_group(struct builder *builder, const struct sy_node *node, struct span span, bool *ret_can_be_silent)
{
	return expand(builder, node->child, span, ret_can_be_silent);
}

static int expand_word(struct builder *builder, const struct sy_node *node, struct span span, bool *ret_can_be_silent)
{
	(void)ret_can_be_silent;
	return add_arc(builder, node,
		(struct sy_graph_arc){.from = span.from, .to = span.to, .p = span.p, .word = node->text});
}

static int expand_nothing(
	struct builder *builder, const struct sy_node *node, struct span span, bool *ret_can_be_silent)
{
	*ret_can_be_silent = true;
	return add_silent_arc(builder, node, span);
}

/* No arc: whoever comes here gets no further. */
static int expand_never(struct builder *builder, const struct sy_node *node, struct span span, bool *ret_can_be_silent)
{
	(void)builder, (void)node, (void)span, (void)ret_can_be_silent;
	return 0;
}

static const struct kind {
	int (*expand)(struct builder *builder, const struct sy_node *node, struct span span, bool *ret_can_be_silent);
	int depth; /* it adds to what is counted against SY_JSGF_DEPTH_MAX */
} kinds[] = {
	[SY_NODE_WORD] = {expand_word, 0},
	[SY_NODE_RULE] = {expand_rule, 1},
	[SY_NODE_NOTHING] = {expand_nothing, 0},
	[SY_NODE_NEVER] = {expand_never, 0},
	[SY_NODE_SEQUENCE] = {expand_sequence, 0},
	[SY_NODE_CHOICE] = {expand_choice, 0},
	[SY_NODE_GROUP] = {expand_group, 1},
	[SY_NODE_OPTIONAL] = {expand_optional, 1},
	[SY_NODE_STAR] = {expand_repeat, 0},
	[SY_NODE_PLUS] = {expand_repeat, 0},
	[SY_NODE_TAG] = {expand_tag, 0},
};

static int expand(struct builder *builder, int number, struct span span, bool *ret_can_be_silent)
{
	const struct sy_node *node = node_at(builder, number);
	const struct kind *kind = &kinds[node->kind];
	if (builder->depth + kind->depth > SY_JSGF_DEPTH_MAX)
		return fail_at(
			builder, node, E2BIG, "rules and groups are nested more than 64 deep: expected fewer levels");
	if (builder->steps++ == SY_JSGF_STEPS_MAX)
		return fail_at(builder, node, E2BIG, "the grammar is too large: its rules use each other too often");
	builder->depth += kind->depth;
	bool can_be_silent = false;
	int err = kind->expand(builder, node, span, &can_be_silent);
	builder->depth -= kind->depth;
	*ret_can_be_silent = can_be_silent;
	return err;
}

/* One public rule between the grammar's ends, marked as an intent. */
static int add_intent(struct builder *builder, const struct sy_rule *rule, float p)
{
	const struct sy_parsed *parsed = builder->frames[0].file->parsed;
	const struct sy_node *node = &parsed->nodes[rule->root];
	int begin, end = -1, err = add_state(builder, node, &begin);
	if (!err)
		err = add_state(builder, node, &end);
	struct sy_graph_arc mark = {.from = 0, .to = begin, .p = p, .mark = SY_MARK_INTENT_BEGIN, .name = rule->name};
	if (!err)
		err = add_arc(builder, node, mark);
	builder->frames[0].rule = rule;
	builder->frames[0].entry = begin;
	builder->frames[0].to = end;
	bool can_be_silent;
	if (!err)
		err = expand(builder, rule->root, (struct span){.from = begin, .to = end, .p = 1}, &can_be_silent);
	mark = (struct sy_graph_arc){.from = end, .to = 1, .p = 1, .mark = SY_MARK_INTENT_END, .name = rule->name};
	return err ? err : add_arc(builder, node, mark);
}

static int add_intents(struct builder *builder)
{
	const struct sy_linked_file *file = builder->frames[0].file;
	const struct sy_parsed *parsed = file->parsed;
	size_t n = 0;
	for (size_t i = 0; i < parsed->n_rules; i++)
		n += parsed->rules[i].is_public;
	if (!n)
		return sy_problem_at(builder->why, EINVAL, file->path, 0, 0,
			"no public rule, so nothing can be said: expected \"public <name> = …;\"");
	int start, final, err = sy_graph_add_state(builder->graph, &start);
	if (!err)
		err = sy_graph_add_state(builder->graph, &final);
	for (size_t i = 0; !err && i < parsed->n_rules; i++)
		if (parsed->rules[i].is_public)
			err = add_intent(builder, &parsed->rules[i], 1.0f / (float)n);
	if (!err)
		sy_graph_set_ends(builder->graph, start, final);
	return err;
}

int sy_build_graph(const struct sy_linked *linked, struct sy_graph **ret_graph, struct sy_problem *why)
{
	const struct sy_linked_file *file = linked->files[0];
	struct builder *builder = calloc(1, sizeof *builder);
	if (!builder)
		return ENOMEM;
	builder->why = why;
	builder->frames[0].file = file;
	builder->n_frames = 1;
	int err = sy_graph_create(file->parsed->name, &builder->graph);
	if (!err)
		err = add_intents(builder);
	if (!err) {
		err = sy_graph_trim(builder->graph, ret_graph);
		if (err == EINVAL)
			(void)sy_problem_at(
				why, err, file->path, 0, 0, "nothing can be said: expected a sentence without <VOID>");
	}
	sy_graph_destroy(builder->graph);
	free(builder->copies);
	free(builder);
	return err;
}
