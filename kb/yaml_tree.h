/*
 * yaml_tree: a YAML document as nodes that know their line.
 *
 * libcyaml fills structs and forgets where a value stood, and it has no form for a list of lists or for keys that are
 * not known beforehand. Content files need all three, so this reads the same text a second time, after libcyaml's
 * schema has been kept. Immutable after reading; free with sy_yaml_tree_destroy().
 *
 * Errors: EINVAL (not YAML), E2BIG past SY_YAML_TREE_NODES_MAX or SY_YAML_DEPTH_MAX, ENOMEM.
 */
#ifndef SY_KB_YAML_TREE_H
#define SY_KB_YAML_TREE_H

#include <stddef.h>

#include "base/problem.h"

#define SY_YAML_TREE_NODES_MAX 2000000 /* 100,000 rows of 20 columns */

enum sy_yaml_node_kind { SY_YAML_SCALAR, SY_YAML_LIST, SY_YAML_KEYS };

struct sy_yaml_node {
	enum sy_yaml_node_kind kind;
	int line; /* from 1 */
	int column;
	struct sy_yaml_node *first; /* of a list: its entries; of keys: key, value, key, value, … */
	struct sy_yaml_node *next;
	char text[]; /* of a scalar */
};

int sy_yaml_tree_read(
	const char *name, const void *bytes, size_t n, struct sy_yaml_node **ret_root, struct sy_problem *why);
void sy_yaml_tree_destroy(struct sy_yaml_node *root);

/* The value of a key; NULL if it is not there, or `node` is NULL or has no keys. */
const struct sy_yaml_node *sy_yaml_tree_key(const struct sy_yaml_node *node, const char *key);
/* Entry `i` of a list; NULL likewise. */
const struct sy_yaml_node *sy_yaml_tree_entry(const struct sy_yaml_node *node, size_t i);

#endif
