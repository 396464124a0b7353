#include "grammars/jsgf_parse.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "grammars/jsgf.h"
#include "grammars/pronounce.h"

#define RIGHT_QUOTE "\xe2\x80\x99" /* U+2019, which editors put for an apostrophe */

struct parser {
	struct sy_lex lex;
	struct sy_parsed *parsed;
	struct sy_problem *why;
	int depth; /* of groups */
};

static int parse_choice(struct parser *parser, int *ret_node);

static struct sy_lex_place here(const struct parser *parser)
{
	return parser->lex.token.at;
}

static int fail_at(struct parser *parser, struct sy_lex_place at, int err, const char *what)
{
	return sy_problem_at(parser->why, err, parser->parsed->file, at.line, at.column, "%s", what);
}

/* "expected … , not …" at the token at hand. */
static int expected(struct parser *parser, const char *what)
{
	char seen[SY_LEX_SEEN_MAX];
	struct sy_lex_place at = here(parser);
	return sy_problem_at(parser->why, EINVAL, parser->parsed->file, at.line, at.column, "expected %s, not %s", what,
		sy_lex_seen(&parser->lex, seen));
}

static int next(struct parser *parser)
{
	return sy_lex_next(&parser->lex, parser->why);
}

static int take_sign(struct parser *parser, char sign, const char *what)
{
	return sy_lex_is(&parser->lex, sign) ? next(parser) : expected(parser, what);
}

static int keep_text(struct parser *parser, const char *s, size_t n, const char **ret_text)
{
	size_t number;
	int err = sy_intern_add(&parser->parsed->texts, s, n, &number);
	if (!err)
		*ret_text = parser->parsed->texts.at[number];
	return err;
}

static int add_node(struct parser *parser, enum sy_node_kind kind, struct sy_lex_place at, int *ret_node)
{
	struct sy_parsed *parsed = parser->parsed;
	int err = SY_GROW(&parsed->nodes, parsed->n_nodes + 1, &parsed->cap_nodes);
	if (err)
		return err;
	parsed->nodes[parsed->n_nodes] = (struct sy_node){.kind = kind, .at = at, .child = -1, .next = -1, .weight = 1};
	*ret_node = (int)parsed->n_nodes++;
	return 0;
}

static struct sy_node *node_at(struct parser *parser, int node)
{
	return &parser->parsed->nodes[node];
}

/* A node of that kind around `child`. */
static int wrap(struct parser *parser, enum sy_node_kind kind, int child, int *ret_node)
{
	int err = add_node(parser, kind, node_at(parser, child)->at, ret_node);
	if (!err)
		node_at(parser, *ret_node)->child = child;
	return err;
}

/* Words: letters and apostrophes, lower case. */

static int fail_symbol(struct parser *parser, const struct sy_lex_token *token, size_t i)
{
	struct sy_lex_place at = token->at;
	for (size_t k = 0; k < i; k++)
		at.column += ((unsigned char)token->s[k] & 0xc0) != 0x80;
	size_t n = 1;
	while (i + n < token->n && ((unsigned char)token->s[i + n] & 0xc0) == 0x80)
		n++;
	return sy_problem_at(parser->why, EINVAL, parser->parsed->file, at.line, at.column,
		"\"%.*s\" has no pronunciation: expected letters and apostrophes, write what is said", (int)n,
		token->s + i);
}

/* token: one word's characters and where they stand. */
static int add_word(struct parser *parser, const struct sy_lex_token *token, int *ret_node)
{
	char word[SY_WORD_MAX];
	size_t n = 0, letters = 0;
	for (size_t i = 0; i < token->n; i++) {
		char c = token->s[i];
		if (token->n - i >= 3 && memcmp(token->s + i, RIGHT_QUOTE, 3) == 0) {
			c = '\'';
			i += 2;
		}
		bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		if (!is_letter && c != '\'')
			return fail_symbol(parser, token, i);
		if (n == SY_WORD_MAX)
			return fail_at(parser, token->at, E2BIG, "a word has at most 64 letters");
		letters += is_letter;
		word[n++] = (char)tolower((unsigned char)c);
	}
	if (!letters)
		return fail_at(parser, token->at, EINVAL, "expected a word, not an apostrophe alone");
	int err = add_node(parser, SY_NODE_WORD, token->at, ret_node);
	if (!err)
		err = keep_text(parser, word, n, &node_at(parser, *ret_node)->text);
	return err;
}

/* "new york": each word in turn, as one group. */
static int add_quoted(struct parser *parser, int *ret_node)
{
	struct sy_lex_token token = parser->lex.token;
	const char *s = token.s, *end = token.s + token.n;
	int sequence, last = -1;
	int err = add_node(parser, SY_NODE_SEQUENCE, token.at, &sequence);
	while (!err && s < end) {
		struct sy_lex_token word = {.kind = SY_LEX_WORD, .s = s, .at = token.at};
		while (s < end && !isspace((unsigned char)*s))
			s++;
		word.n = (size_t)(s - word.s);
		while (s < end && isspace((unsigned char)*s))
			s++;
		int node;
		err = add_word(parser, &word, &node);
		if (err)
			break;
		*(last < 0 ? &node_at(parser, sequence)->child : &node_at(parser, last)->next) = node;
		last = node;
	}
	if (!err && last < 0)
		err = fail_at(parser, token.at, EINVAL, "expected words between the quotes");
	return err ? err : wrap(parser, SY_NODE_GROUP, sequence, ret_node);
}

static bool is_text(const struct sy_lex_token *token, const char *text)
{
	return token->n == strlen(text) && memcmp(token->s, text, token->n) == 0;
}

static bool is_name(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (isspace((unsigned char)s[i]) || iscntrl((unsigned char)s[i]) || strchr("<>*\"", s[i]))
			return false;
	return n > 0;
}

static int add_reference(struct parser *parser, int *ret_node)
{
	const struct sy_lex_token token = parser->lex.token;
	enum sy_node_kind kind = SY_NODE_RULE;
	if (is_text(&token, "NULL"))
		kind = SY_NODE_NOTHING;
	else if (is_text(&token, "VOID"))
		kind = SY_NODE_NEVER;
	if (!is_name(token.s, token.n))
		return fail_at(
			parser, token.at, EINVAL, "expected a rule's name, without white space, between < and >");
	int err = add_node(parser, kind, token.at, ret_node);
	if (!err)
		err = keep_text(parser, token.s, token.n, &node_at(parser, *ret_node)->text);
	return err;
}

/* ( … ) or [ … ] */
static int parse_group(struct parser *parser, int *ret_node)
{
	struct sy_lex_place began = here(parser);
	bool round = sy_lex_is(&parser->lex, '(');
	if (parser->depth == SY_JSGF_DEPTH_MAX)
		return fail_at(
			parser, began, E2BIG, "groups are nested more than 64 deep: name the inner ones as rules");
	parser->depth++;
	int inner, err = next(parser);
	if (!err)
		err = parse_choice(parser, &inner);
	if (err)
		return err;
	if (!sy_lex_is(&parser->lex, round ? ')' : ']')) {
		char seen[SY_LEX_SEEN_MAX];
		return sy_problem_at(parser->why, EINVAL, parser->parsed->file, here(parser).line, here(parser).column,
			"expected \"%s\" for the \"%s\" at %d:%d, not %s", round ? ")" : "]", round ? "(" : "[",
			began.line, began.column, sy_lex_seen(&parser->lex, seen));
	}
	parser->depth--;
	err = wrap(parser, round ? SY_NODE_GROUP : SY_NODE_OPTIONAL, inner, ret_node);
	if (!err)
		node_at(parser, *ret_node)->at = began;
	return err ? err : next(parser);
}

/* Tags. */

static size_t unescape(const char *s, size_t n, char *ret)
{
	size_t len = 0;
	for (size_t i = 0; i < n; i++) {
		if (s[i] == '\\' && i + 1 < n)
			i++;
		ret[len++] = s[i];
	}
	while (len && isspace((unsigned char)ret[len - 1]))
		len--;
	return len;
}

static bool is_slot(const char *s, size_t n)
{
	if (!n || !isalpha((unsigned char)s[0]))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)s[i]) && !strchr("_-.", s[i]))
			return false;
	return memchr(s, '\0', n) == NULL;
}

static int read_tag(struct parser *parser, char *room, struct sy_node *node)
{
	const struct sy_lex_token token = parser->lex.token;
	size_t equals = 0;
	while (equals < token.n && token.s[equals] != '=')
		equals += token.s[equals] == '\\' ? 2 : 1;
	if (equals > token.n)
		equals = token.n;
	size_t n = unescape(token.s, equals, room);
	if (!is_slot(room, n))
		return fail_at(
			parser, token.at, EINVAL, "expected {slot} or {slot=value}, a slot's name being letters");
	int err = keep_text(parser, room, n, &node->text);
	if (err || equals == token.n)
		return err;
	const char *value = token.s + equals + 1;
	while (value < token.s + token.n && isspace((unsigned char)*value))
		value++;
	n = unescape(value, (size_t)(token.s + token.n - value), room);
	if (!n || memchr(room, '\0', n))
		return fail_at(parser, token.at, EINVAL, "expected a value after \"=\", or {slot} alone");
	return keep_text(parser, room, n, &node->value);
}

static int parse_tag(struct parser *parser, int *node)
{
	int tag, err = wrap(parser, SY_NODE_TAG, *node, &tag);
	char *room = malloc(parser->lex.token.n + 1);
	if (!err)
		err = room ? read_tag(parser, room, node_at(parser, tag)) : ENOMEM;
	free(room);
	if (err)
		return err;
	*node = tag;
	return next(parser);
}

/* What follows an expansion and binds to it alone: one * or +, and tags. */
static int parse_after(struct parser *parser, int *node)
{
	int tags = 0;
	bool repeated = false;
	for (;;) {
		bool star = sy_lex_is(&parser->lex, '*'), plus = sy_lex_is(&parser->lex, '+');
		int err;
		if (star || plus) {
			if (repeated)
				return expected(parser, "one \"*\" or \"+\" after an expansion");
			repeated = true;
			err = wrap(parser, star ? SY_NODE_STAR : SY_NODE_PLUS, *node, node);
			if (!err)
				err = next(parser);
		} else if (parser->lex.token.kind == SY_LEX_TAG) {
			if (++tags > SY_TAGS_MAX)
				return fail_at(parser, here(parser), E2BIG, "at most 8 tags after one expansion");
			err = parse_tag(parser, node);
		} else {
			return 0;
		}
		if (err)
			return err;
	}
}

static bool begins_item(const struct parser *parser)
{
	enum sy_lex_kind kind = parser->lex.token.kind;
	if (kind == SY_LEX_WORD || kind == SY_LEX_QUOTED || kind == SY_LEX_RULE)
		return true;
	return sy_lex_is(&parser->lex, '(') || sy_lex_is(&parser->lex, '[');
}

static int parse_item(struct parser *parser, int *ret_node)
{
	if (sy_lex_is(&parser->lex, '(') || sy_lex_is(&parser->lex, '['))
		return parse_group(parser, ret_node);
	int err;
	if (parser->lex.token.kind == SY_LEX_WORD)
		err = add_word(parser, &parser->lex.token, ret_node);
	else if (parser->lex.token.kind == SY_LEX_QUOTED)
		err = add_quoted(parser, ret_node);
	else
		err = add_reference(parser, ret_node);
	return err ? err : next(parser);
}

static int parse_sequence(struct parser *parser, int *ret_node)
{
	if (!begins_item(parser))
		return expected(parser, "a word, <rule>, \"(\" or \"[\" (<NULL> where nothing is said)");
	int first = -1, last = -1;
	while (begins_item(parser)) {
		int node, err = parse_item(parser, &node);
		if (!err && sy_lex_is(&parser->lex, '=') && node_at(parser, node)->kind == SY_NODE_RULE)
			return fail_at(parser, node_at(parser, node)->at, EINVAL,
				"expected \";\" before this name, which begins another rule");
		if (!err)
			err = parse_after(parser, &node);
		if (err)
			return err;
		if (last >= 0)
			node_at(parser, last)->next = node;
		else
			first = node;
		last = node;
	}
	if (first != last)
		return wrap(parser, SY_NODE_SEQUENCE, first, ret_node);
	*ret_node = first;
	return 0;
}

/* A decimal number by hand, since strtod() follows the locale. */
static int read_weight(struct parser *parser, float *ret_weight)
{
	const struct sy_lex_token token = parser->lex.token;
	const char *s = token.s, *end = s + token.n;
	double value = 0, scale = 1;
	int digits = 0, exponent = 0;
	for (; s < end && isdigit((unsigned char)*s); s++, digits++)
		value = value * 10 + (*s - '0');
	for (s += s < end && *s == '.'; s < end && isdigit((unsigned char)*s); s++, digits++)
		value += (*s - '0') * (scale /= 10);
	if (digits && s < end && (*s == 'e' || *s == 'E')) {
		bool minus = ++s < end && *s == '-';
		s += s < end && (*s == '-' || *s == '+');
		digits = s < end && isdigit((unsigned char)*s);
		for (; s < end && isdigit((unsigned char)*s) && exponent < 100; s++)
			exponent = exponent * 10 + (*s - '0');
		value *= pow(10, minus ? -exponent : exponent);
	}
	if (!digits || s != end || !(value <= 1e30))
		return expected(parser, "a weight such as /2.5/");
	*ret_weight = (float)value;
	return next(parser);
}

static int parse_alternative(struct parser *parser, int *ret_node)
{
	float weight = 1;
	int err = 0;
	if (parser->lex.token.kind == SY_LEX_WEIGHT)
		err = read_weight(parser, &weight);
	if (!err)
		err = parse_sequence(parser, ret_node);
	if (!err)
		node_at(parser, *ret_node)->weight = weight;
	return err;
}

static int parse_choice(struct parser *parser, int *ret_node)
{
	int first, err = parse_alternative(parser, &first);
	int last = first;
	while (!err && sy_lex_is(&parser->lex, '|')) {
		int node;
		err = next(parser);
		if (!err)
			err = parse_alternative(parser, &node);
		if (err)
			return err;
		node_at(parser, last)->next = node;
		last = node;
	}
	if (err)
		return err;
	if (first != last)
		return wrap(parser, SY_NODE_CHOICE, first, ret_node);
	*ret_node = first;
	return 0;
}

/* Statements. */

static int add_rule(struct parser *parser, bool is_public, struct sy_rule **ret_rule)
{
	struct sy_parsed *parsed = parser->parsed;
	const struct sy_lex_token token = parser->lex.token;
	if (token.kind != SY_LEX_RULE || !is_name(token.s, token.n))
		return expected(parser, "a rule's name such as <order>");
	if (is_text(&token, "NULL") || is_text(&token, "VOID"))
		return fail_at(parser, token.at, EINVAL,
			"<NULL> and <VOID> have their meaning already: expected another name");
	long known = sy_intern_find(&parsed->rule_names, token.s, token.n);
	if (known >= 0)
		return sy_problem_at(parser->why, EINVAL, parsed->file, token.at.line, token.at.column,
			"the rule <%.*s> is there already, at %d:%d: expected another name", (int)token.n, token.s,
			parsed->rules[known].at.line, parsed->rules[known].at.column);
	size_t number;
	int err = SY_GROW(&parsed->rules, parsed->n_rules + 1, &parsed->cap_rules);
	if (!err)
		err = sy_intern_add(&parsed->rule_names, token.s, token.n, &number);
	if (err)
		return err;
	struct sy_rule *rule = &parsed->rules[parsed->n_rules++];
	*rule = (struct sy_rule){parsed->rule_names.at[number], is_public, token.at, -1};
	*ret_rule = rule;
	return next(parser);
}

static int parse_rule(struct parser *parser)
{
	struct sy_rule *rule = NULL;
	bool is_public = is_text(&parser->lex.token, "public") && parser->lex.token.kind == SY_LEX_WORD;
	int err = is_public ? next(parser) : 0;
	if (!err)
		err = add_rule(parser, is_public, &rule);
	if (!err)
		err = take_sign(parser, '=', "\"=\" after the rule's name");
	if (!err)
		err = parse_choice(parser, &rule->root);
	return err ? err : take_sign(parser, ';', "\"|\", a further word, or \";\" at the rule's end");
}

/* Package names become file names, so they are kept to what is safe in one. */
static bool is_package(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool dot = s[i] == '.' && i > 0 && s[i - 1] != '.';
		if (!dot && !isalnum((unsigned char)s[i]) && s[i] != '_' && s[i] != '-')
			return false;
	}
	return n > 0 && s[n - 1] != '.';
}

static int parse_import(struct parser *parser)
{
	struct sy_parsed *parsed = parser->parsed;
	int err = next(parser);
	if (err)
		return err;
	const struct sy_lex_token token = parser->lex.token;
	const char *dot = token.kind == SY_LEX_RULE ? memrchr(token.s, '.', token.n) : NULL;
	size_t n = dot ? (size_t)(dot - token.s) : 0;
	if (!dot || !is_package(token.s, n))
		return expected(parser, "an import such as <digits.digit> or <digits.*>");
	size_t left = token.n - n - 1;
	bool all = left == 1 && dot[1] == '*';
	if (!all && !is_name(dot + 1, left))
		return expected(parser, "a rule's name or \"*\" after the dot");
	if (parsed->n_imports == SY_IMPORTS_MAX)
		return fail_at(parser, token.at, E2BIG, "at most 32 imports in one file");
	struct sy_import *imports = realloc(parsed->imports, (parsed->n_imports + 1) * sizeof *imports);
	if (!imports)
		return ENOMEM;
	parsed->imports = imports;
	struct sy_import import = {.at = token.at};
	err = keep_text(parser, token.s, n, &import.package);
	if (!err && !all)
		err = keep_text(parser, dot + 1, left, &import.rule);
	if (err)
		return err;
	imports[parsed->n_imports++] = import;
	err = next(parser);
	return err ? err : take_sign(parser, ';', "\";\" after the import");
}

static int parse_declaration(struct parser *parser)
{
	if (parser->lex.token.kind != SY_LEX_WORD || !is_text(&parser->lex.token, "grammar"))
		return expected(parser, "\"grammar NAME;\" after the header");
	int err = next(parser);
	if (err)
		return err;
	const struct sy_lex_token token = parser->lex.token;
	if (token.kind != SY_LEX_WORD || !is_name(token.s, token.n))
		return expected(parser, "the grammar's name");
	err = keep_text(parser, token.s, token.n, &parser->parsed->name);
	if (!err)
		err = next(parser);
	return err ? err : take_sign(parser, ';', "\";\" after the grammar's name");
}

static int parse_statements(struct parser *parser)
{
	int err = parse_declaration(parser);
	while (!err && parser->lex.token.kind != SY_LEX_END) {
		const struct sy_lex_token *token = &parser->lex.token;
		bool import = token->kind == SY_LEX_WORD && is_text(token, "import");
		bool rule = token->kind == SY_LEX_RULE || (token->kind == SY_LEX_WORD && is_text(token, "public"));
		if (import && parser->parsed->n_rules)
			err = fail_at(parser, token->at, EINVAL, "expected imports before the first rule");
		else if (import)
			err = parse_import(parser);
		else if (rule)
			err = parse_rule(parser);
		else
			err = expected(parser, "a rule such as \"public <order> = …;\" or an import");
	}
	return err;
}

int sy_parse(const char *file, const char *text, size_t n, struct sy_parsed **ret_parsed, struct sy_problem *why)
{
	struct sy_parsed *parsed = calloc(1, sizeof *parsed);
	if (!parsed)
		return ENOMEM;
	struct parser parser = {.parsed = parsed, .why = why};
	parsed->file = strdup(file);
	int err = parsed->file ? 0 : ENOMEM;
	if (!err && n > SY_JSGF_BYTES_MAX)
		err = sy_problem_at(why, E2BIG, file, 0, 0, "longer than 8 MiB: split the grammar");
	if (!err)
		err = sy_lex_begin(&parser.lex, parsed->file, text, n, why);
	if (!err)
		err = parse_statements(&parser);
	if (err) {
		sy_parsed_destroy(parsed);
		return err;
	}
	*ret_parsed = parsed;
	return 0;
}

void sy_parsed_destroy(struct sy_parsed *parsed)
{
	if (!parsed)
		return;
	sy_intern_reset(&parsed->texts);
	sy_intern_reset(&parsed->rule_names);
	free(parsed->nodes);
	free(parsed->rules);
	free(parsed->imports);
	free(parsed->file);
	free(parsed);
}

const struct sy_rule *sy_parsed_rule(const struct sy_parsed *parsed, const char *name)
{
	long number = sy_intern_find(&parsed->rule_names, name, strlen(name));
	return number < 0 ? NULL : &parsed->rules[number];
}
