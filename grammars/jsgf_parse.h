/*
 * parse: the text of one grammar file -> its rules as trees.
 *
 * Knows nothing of other files: an import is a name here. Owner: the creator; read only afterwards.
 *
 * Errors: EINVAL with FILE:LINE:COLUMN and what was expected, E2BIG past a bound, ENOMEM.
 */
#ifndef SY_GRAMMARS_JSGF_PARSE_H
#define SY_GRAMMARS_JSGF_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/problem.h"
#include "grammars/intern.h"
#include "grammars/jsgf_lex.h"

enum sy_node_kind {
	SY_NODE_WORD,     /* text: lower case */
	SY_NODE_RULE,     /* text: the name as written */
	SY_NODE_NOTHING,  /* <NULL> */
	SY_NODE_NEVER,    /* <VOID> */
	SY_NODE_SEQUENCE, /* children one after the other */
	SY_NODE_CHOICE,   /* one of the children */
	SY_NODE_GROUP,    /* ( one child ) */
	SY_NODE_OPTIONAL,
	SY_NODE_STAR,
	SY_NODE_PLUS,
	SY_NODE_TAG, /* text: the slot; value: NULL or given */
};

/* Nodes lie in one array and name each other by index; -1: none. */
struct sy_node {
	enum sy_node_kind kind;
	struct sy_lex_place at;
	int child;
	int next;     /* among its siblings */
	float weight; /* in a choice, as written; 1 where nothing was */
	const char *text;
	const char *value;
};

struct sy_rule {
	const char *name;
	bool is_public;
	struct sy_lex_place at;
	int root; /* node */
};

struct sy_import {
	const char *package; /* "digits" of <digits.digit> */
	const char *rule;    /* NULL: all of them */
	struct sy_lex_place at;
};

struct sy_parsed {
	char *file; /* for messages; its folder is where imports are looked for first */
	const char *name;
	struct sy_node *nodes;
	size_t n_nodes;
	size_t cap_nodes;
	struct sy_rule *rules;
	size_t n_rules;
	size_t cap_rules;
	struct sy_import *imports;
	size_t n_imports;
	struct sy_intern texts;
	struct sy_intern rule_names; /* numbered like the rules */
};

int sy_parse(const char *file, const char *text, size_t n, struct sy_parsed **ret_parsed, struct sy_problem *why);
void sy_parsed_destroy(struct sy_parsed *parsed);

/* The rule of that name in this file, or NULL. */
const struct sy_rule *sy_parsed_rule(const struct sy_parsed *parsed, const char *name);

#define SY_IMPORTS_MAX 32 /* of one file; a grammar that needs more should be cut differently */
#define SY_TAGS_MAX 8     /* after one expansion */

#endif
