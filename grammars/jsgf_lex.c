#include "grammars/jsgf_lex.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

/* What ends a word besides white space (JSGF 1.0, "Tokens"). */
#define SIGNS ";=|*+()[]"
#define BREAKS SIGNS "<>{}\"/"

static bool has(const struct sy_lex *lex, const char *s)
{
	size_t n = strlen(s);
	return (size_t)(lex->end - lex->s) >= n && memcmp(lex->s, s, n) == 0;
}

static void advance(struct sy_lex *lex)
{
	unsigned char c = (unsigned char)*lex->s++;
	if (c == '\n') {
		lex->at.line++;
		lex->at.column = 1;
	} else if ((c & 0xc0) != 0x80) {
		/* A character of several bytes is one column: it counts with its first byte. */
		lex->at.column++;
	}
}

static int fail(const struct sy_lex *lex, struct sy_lex_place at, struct sy_problem *why, const char *what)
{
	return sy_problem_at(why, EINVAL, lex->file, at.line, at.column, "%s", what);
}

static int skip_comment(struct sy_lex *lex, struct sy_problem *why)
{
	struct sy_lex_place began = lex->at;
	bool block = has(lex, "/*");
	advance(lex);
	advance(lex);
	while (lex->s < lex->end && !(block ? has(lex, "*/") : *lex->s == '\n'))
		advance(lex);
	if (!block)
		return 0;
	if (lex->s == lex->end)
		return fail(lex, began, why, "this comment is never closed: expected \"*/\"");
	advance(lex);
	advance(lex);
	return 0;
}

static int skip_blanks(struct sy_lex *lex, struct sy_problem *why)
{
	while (lex->s < lex->end) {
		if (isspace((unsigned char)*lex->s)) {
			advance(lex);
		} else if (has(lex, "//") || has(lex, "/*")) {
			int err = skip_comment(lex, why);
			if (err)
				return err;
		} else {
			break;
		}
	}
	return 0;
}

/* The header is a line of its own kind: "#JSGF V1.0 [encoding [locale]];". */
int sy_lex_begin(struct sy_lex *lex, const char *file, const char *text, size_t n, struct sy_problem *why)
{
	*lex = (struct sy_lex){.file = file, .s = text, .end = text + n, .at = {1, 1}};
	if (has(lex, BYTE_ORDER_MARK))
		lex->s += strlen(BYTE_ORDER_MARK);
	while (lex->s < lex->end && isspace((unsigned char)*lex->s))
		advance(lex);
	struct sy_lex_place began = lex->at;
	static const char magic[] = "#JSGF";
	if (!has(lex, magic))
		return fail(lex, began, why, "a grammar begins with its header: expected \"#JSGF V1.0;\"");
	for (size_t i = 0; i < strlen(magic); i++)
		advance(lex);
	while (lex->s < lex->end && (*lex->s == ' ' || *lex->s == '\t'))
		advance(lex);
	began = lex->at;
	const char *version = lex->s;
	while (lex->s < lex->end && *lex->s != ';' && *lex->s != '\n')
		advance(lex);
	size_t len = (size_t)(lex->s - version);
	if (len < 4 || memcmp(version, "V1.0", 4) != 0 || (len > 4 && !isspace((unsigned char)version[4])))
		return fail(lex, began, why, "only version 1.0 of JSGF is read: expected \"#JSGF V1.0;\"");
	if (lex->s == lex->end || *lex->s != ';')
		return fail(lex, lex->at, why, "the header has no end: expected \";\"");
	advance(lex);
	return sy_lex_next(lex, why);
}

/* What stands between the sign at hand and `close`; a backslash keeps the character after it from closing. */
static int take_between(struct sy_lex *lex, char close, const char *never_closed, struct sy_problem *why)
{
	struct sy_lex_token *token = &lex->token;
	advance(lex);
	token->s = lex->s;
	while (lex->s < lex->end && *lex->s != close) {
		bool one_line = token->kind == SY_LEX_RULE || token->kind == SY_LEX_WEIGHT;
		if (one_line && *lex->s == '\n')
			return fail(lex, token->at, why, never_closed);
		if (*lex->s == '\\' && token->kind != SY_LEX_RULE && lex->s + 1 < lex->end)
			advance(lex);
		advance(lex);
	}
	if (lex->s >= lex->end)
		return fail(lex, token->at, why, never_closed);
	token->n = (size_t)(lex->s - token->s);
	advance(lex);
	return 0;
}

static void trim(struct sy_lex_token *token)
{
	while (token->n && isspace((unsigned char)token->s[0])) {
		token->s++;
		token->n--;
	}
	while (token->n && isspace((unsigned char)token->s[token->n - 1]))
		token->n--;
}

static void take_word(struct sy_lex *lex)
{
	lex->token.s = lex->s;
	while (lex->s < lex->end && !isspace((unsigned char)*lex->s) && !(*lex->s && strchr(BREAKS, *lex->s)))
		advance(lex);
	lex->token.n = (size_t)(lex->s - lex->token.s);
}

/* Tokens that have an end of their own. */
static const struct enclosed {
	char open;
	char close;
	enum sy_lex_kind kind;
	const char *never_closed;
} enclosed[] = {
	{'<', '>', SY_LEX_RULE, "this rule name is never closed: expected \">\" on the same line"},
	{'{', '}', SY_LEX_TAG, "this tag is never closed: expected \"}\""},
	{'"', '"', SY_LEX_QUOTED, "these words are never closed: expected '\"'"},
	{'/', '/', SY_LEX_WEIGHT, "this weight is never closed: expected \"/\" on the same line"},
};

int sy_lex_next(struct sy_lex *lex, struct sy_problem *why)
{
	int err = skip_blanks(lex, why);
	if (err)
		return err;
	lex->token = (struct sy_lex_token){.kind = SY_LEX_END, .s = lex->s, .at = lex->at};
	if (lex->s == lex->end)
		return 0;
	for (size_t i = 0; i < sizeof enclosed / sizeof *enclosed; i++) {
		if (*lex->s != enclosed[i].open)
			continue;
		lex->token.kind = enclosed[i].kind;
		err = take_between(lex, enclosed[i].close, enclosed[i].never_closed, why);
		trim(&lex->token);
		return err;
	}
	if (*lex->s == '>' || *lex->s == '}')
		return fail(lex, lex->at, why,
			*lex->s == '>' ? "\">\" closes nothing: expected \"<\" before it"
				       : "\"}\" closes nothing: expected \"{\" before it");
	if (*lex->s && strchr(SIGNS, *lex->s)) {
		lex->token.kind = SY_LEX_SIGN;
		lex->token.n = 1;
		advance(lex);
		return 0;
	}
	lex->token.kind = SY_LEX_WORD;
	take_word(lex);
	return 0;
}

int sy_lex_is(const struct sy_lex *lex, char sign)
{
	return lex->token.kind == SY_LEX_SIGN && lex->token.s[0] == sign;
}

const char *sy_lex_seen(const struct sy_lex *lex, char room[SY_LEX_SEEN_MAX])
{
	static const struct {
		const char *before;
		const char *after;
	} form[] = {
		[SY_LEX_END] = {"the end of the file", ""},
		[SY_LEX_WORD] = {"the word \"", "\""},
		[SY_LEX_QUOTED] = {"the words \"", "\""},
		[SY_LEX_RULE] = {"<", ">"},
		[SY_LEX_TAG] = {"the tag {", "}"},
		[SY_LEX_WEIGHT] = {"the weight /", "/"},
		[SY_LEX_SIGN] = {"\"", "\""},
	};
	enum { LETTERS = 24 }; /* enough to recognise it by */
	const struct sy_lex_token *token = &lex->token;
	int n = token->n < LETTERS ? (int)token->n : LETTERS;
	(void)snprintf(
		room, SY_LEX_SEEN_MAX, "%s%.*s%s", form[token->kind].before, n, token->s, form[token->kind].after);
	return room;
}
