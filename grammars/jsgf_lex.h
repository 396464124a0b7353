/*
 * lex: a grammar's text -> tokens with their places, one token ahead.
 *
 * The text is UTF-8; a byte order mark in front is passed over. Columns count characters, from 1. Token texts are
 * borrowed from the grammar's text, so it must outlive them. Plain value; one thread.
 */
#ifndef SY_GRAMMARS_JSGF_LEX_H
#define SY_GRAMMARS_JSGF_LEX_H

#include <stddef.h>

#include "base/problem.h"

enum sy_lex_kind {
	SY_LEX_END,
	SY_LEX_WORD,   /* also the names in "grammar name;" and keywords: the parser knows which */
	SY_LEX_QUOTED, /* without the quotes, escapes still in */
	SY_LEX_RULE,   /* <name>, without the brackets */
	SY_LEX_TAG,    /* {…}, without the braces, escapes still in */
	SY_LEX_WEIGHT, /* /…/, without the slashes */
	SY_LEX_SIGN,   /* one of ; = | * + ( ) [ ] */
};

struct sy_lex_place {
	int line;
	int column;
};

struct sy_lex_token {
	enum sy_lex_kind kind;
	const char *s; /* not NUL-terminated */
	size_t n;
	struct sy_lex_place at;
};

struct sy_lex {
	const char *file; /* for messages */
	const char *s;
	const char *end;
	struct sy_lex_place at;
	struct sy_lex_token token; /* the one at hand */
};

/* Reads past the "#JSGF V1.0;" header to the first token. EINVAL where there is none. */
int sy_lex_begin(struct sy_lex *lex, const char *file, const char *text, size_t n, struct sy_problem *why);

/* Moves on to the next token. EINVAL for what is no token, such as an open quote. */
int sy_lex_next(struct sy_lex *lex, struct sy_problem *why);

/* True where the token at hand is this sign. */
int sy_lex_is(const struct sy_lex *lex, char sign);

#define SY_LEX_SEEN_MAX 48
/* The token at hand for a message: "`]`", "the word `tea`", "the end of the file". Returns `room`. */
const char *sy_lex_seen(const struct sy_lex *lex, char room[SY_LEX_SEEN_MAX]);

#endif
