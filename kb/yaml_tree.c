#include "kb/yaml_tree.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/yaml_check.h"

struct reading {
	const char *name;
	struct sy_problem *why;
	yaml_parser_t parser;
	yaml_event_t event;
	size_t n_nodes;
	int depth;
};

void sy_yaml_tree_destroy(struct sy_yaml_node *root)
{
	while (root) {
		struct sy_yaml_node *next = root->next;

		sy_yaml_tree_destroy(root->first); /* as deep as SY_YAML_DEPTH_MAX */
		free(root);
		root = next;
	}
}

static int next_event(struct reading *reading)
{
	yaml_event_delete(&reading->event);
	if (yaml_parser_parse(&reading->parser, &reading->event))
		return 0;
	if (reading->parser.error == YAML_MEMORY_ERROR)
		return ENOMEM;
	return sy_problem_at(reading->why, EINVAL, reading->name, (int)reading->parser.problem_mark.line + 1,
		(int)reading->parser.problem_mark.column + 1, "not YAML: %s",
		reading->parser.problem ? reading->parser.problem : "unreadable");
}

static int node_for_event(struct reading *reading, struct sy_yaml_node **ret_node)
{
	const yaml_event_t *event = &reading->event;
	const char *text = event->type == YAML_SCALAR_EVENT ? (const char *)event->data.scalar.value : "";
	size_t n = strlen(text) + 1;
	struct sy_yaml_node *node;
	int line = (int)event->start_mark.line + 1;

	if (event->type == YAML_SCALAR_EVENT && event->data.scalar.length != n - 1)
		return sy_problem_at(reading->why, EINVAL, reading->name, line, 0,
			"holds the character \\0, which no text can carry; take it out");
	if (++reading->n_nodes > SY_YAML_TREE_NODES_MAX)
		return sy_problem_at(reading->why, E2BIG, reading->name, line, 0,
			"more than %d values in one file; split it", SY_YAML_TREE_NODES_MAX);
	node = calloc(1, sizeof(*node) + n);
	if (!node)
		return ENOMEM;
	node->line = line;
	node->column = (int)event->start_mark.column + 1;
	node->kind = event->type == YAML_SEQUENCE_START_EVENT  ? SY_YAML_LIST
		     : event->type == YAML_MAPPING_START_EVENT ? SY_YAML_KEYS
							       : SY_YAML_SCALAR;
	memcpy(node->text, text, n);
	*ret_node = node;
	return 0;
}

static int read_node(struct reading *reading, struct sy_yaml_node **ret_node);

static int read_children(struct reading *reading, struct sy_yaml_node *node)
{
	struct sy_yaml_node **end = &node->first;
	int err;

	if (++reading->depth > SY_YAML_DEPTH_MAX)
		return sy_problem_at(reading->why, E2BIG, reading->name, node->line, 0, "nested more than %d deep",
			SY_YAML_DEPTH_MAX);
	for (;;) {
		err = next_event(reading);
		if (err || reading->event.type == YAML_SEQUENCE_END_EVENT ||
			reading->event.type == YAML_MAPPING_END_EVENT)
			break;
		err = read_node(reading, end);
		if (err)
			break;
		end = &(*end)->next;
	}
	reading->depth--;
	return err;
}

/* The event is the node's first; afterwards it is its last. */
static int read_node(struct reading *reading, struct sy_yaml_node **ret_node)
{
	struct sy_yaml_node *node = NULL;
	int err = 0;

	if (reading->event.type == YAML_ALIAS_EVENT)
		return sy_problem_at(reading->why, EINVAL, reading->name, (int)reading->event.start_mark.line + 1, 0,
			"an alias; write the value out");
	err = node_for_event(reading, &node);
	if (!err && node->kind != SY_YAML_SCALAR)
		err = read_children(reading, node);
	if (err)
		sy_yaml_tree_destroy(node);
	else
		*ret_node = node;
	return err;
}

/* A second document would be left unread. */
static int expect_end(struct reading *reading)
{
	int err = 0;

	while (!err && reading->event.type != YAML_STREAM_END_EVENT) {
		err = next_event(reading);
		if (!err && reading->event.type == YAML_DOCUMENT_START_EVENT)
			err = sy_problem_at(reading->why, EINVAL, reading->name,
				(int)reading->event.start_mark.line + 1, 0,
				"a second document begins here; one file holds one");
	}
	return err;
}

int sy_yaml_tree_read(
	const char *name, const void *bytes, size_t n, struct sy_yaml_node **ret_root, struct sy_problem *why)
{
	struct reading reading = {.name = name, .why = why};
	struct sy_yaml_node *root = NULL;
	int err = 0;

	if (!yaml_parser_initialize(&reading.parser))
		return ENOMEM;
	yaml_parser_set_encoding(&reading.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&reading.parser, bytes, n);
	do
		err = next_event(&reading);
	while (!err &&
		(reading.event.type == YAML_STREAM_START_EVENT || reading.event.type == YAML_DOCUMENT_START_EVENT));
	if (!err && reading.event.type == YAML_STREAM_END_EVENT)
		err = sy_problem_at(why, EINVAL, name, 0, 0, "the file is empty");
	if (!err)
		err = read_node(&reading, &root);
	if (!err)
		err = expect_end(&reading);
	if (err)
		sy_yaml_tree_destroy(root);
	else
		*ret_root = root;
	yaml_event_delete(&reading.event);
	yaml_parser_delete(&reading.parser);
	return err;
}

const struct sy_yaml_node *sy_yaml_tree_key(const struct sy_yaml_node *node, const char *key)
{
	if (!node || node->kind != SY_YAML_KEYS)
		return NULL;
	for (node = node->first; node && node->next; node = node->next->next)
		if (node->kind == SY_YAML_SCALAR && !strcmp(node->text, key))
			return node->next;
	return NULL;
}

const struct sy_yaml_node *sy_yaml_tree_entry(const struct sy_yaml_node *node, size_t i)
{
	if (!node || node->kind != SY_YAML_LIST)
		return NULL;
	for (node = node->first; node && i; i--)
		node = node->next;
	return node;
}
