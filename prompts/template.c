#include "prompts/template.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "prompts/spoken.h"

/* What a template is made of, one at a time. */
struct piece {
	const char *text; /* characters that stand for themselves */
	size_t n;
	char placeholder[SY_TEMPLATE_NAME_MAX + 1]; /* "" for text */
	bool has_kind;
	enum sy_say_as kind;
};

static bool name_letter(char c)
{
	return isalnum((unsigned char)c) || c == '_' || c == '-';
}

static size_t copy_name(const char *from, char *ret_name)
{
	size_t n = 0;

	while (name_letter(from[n]) && n < SY_TEMPLATE_NAME_MAX) {
		ret_name[n] = from[n];
		n++;
	}
	ret_name[n] = '\0';
	return n;
}

/* `at` points behind the opening brace; sets *ret_next behind the closing one. */
static int read_placeholder(
	const char *name, const char *at, struct piece *piece, const char **ret_next, struct sy_problem *why)
{
	char kind[SY_TEMPLATE_NAME_MAX + 1];
	size_t n = copy_name(at, piece->placeholder);

	if (!n)
		return sy_problem_set(why, EINVAL,
			"%s: a brace is not followed by a name; write {name}, or {{ for the character itself", name);
	at += n;
	piece->has_kind = *at == '|';
	if (piece->has_kind) {
		at += 1 + copy_name(at + 1, kind);
		if (sy_say_as_from(kind, &piece->kind))
			return sy_problem_set(why, EINVAL,
				"%s: {%s|%s}: unknown kind; use number, ordinal, digits, money, date, time, phone, "
				"spell or days",
				name, piece->placeholder, kind);
	}
	if (*at != '}')
		return sy_problem_set(why, EINVAL,
			"%s: {%s is not closed; a name has letters, digits, - and _ (at most %d)", name,
			piece->placeholder, SY_TEMPLATE_NAME_MAX);
	*ret_next = at + 1;
	return 0;
}

/* The piece at `at` (which is not the end); sets *ret_next behind it. */
static int next_piece(
	const char *name, const char *at, struct piece *piece, const char **ret_next, struct sy_problem *why)
{
	size_t n = strcspn(at, "{}");

	*piece = (struct piece){.text = at, .n = n};
	if (n) {
		*ret_next = at + n;
		return 0;
	}
	if (at[1] == at[0]) {
		piece->n = 1;
		*ret_next = at + 2;
		return 0;
	}
	if (*at == '}')
		return sy_problem_set(
			why, EINVAL, "%s: a closing brace without an opening one; write }} for the character", name);
	return read_placeholder(name, at + 1, piece, ret_next, why);
}

static int add_value(
	struct sy_text *text, const char *name, const struct piece *piece, const char *value, struct sy_problem *why)
{
	struct sy_problem detail = {""};
	char *words = NULL;
	int err;

	if (!piece->has_kind)
		return sy_text_add(text, value);
	err = sy_spoken_value(piece->kind, value, &words, &detail);
	if (err)
		return sy_problem_set(why, err, "%s: {%s}: %s", name, piece->placeholder, detail.text);
	err = sy_text_add(text, words);
	free(words);
	return err;
}

static int add_piece(struct sy_text *text, const char *name, const struct piece *piece, const struct sy_pairs *values,
	struct sy_problem *why)
{
	const char *value;

	if (!piece->placeholder[0])
		return sy_text_add_n(text, piece->text, piece->n);
	value = values ? sy_pairs_get(values, piece->placeholder) : NULL;
	if (!value)
		return sy_problem_set(why, EINVAL, "%s: there is no value for {%s}", name, piece->placeholder);
	return add_value(text, name, piece, value, why);
}

/* An empty value takes the blank behind it along, so that "{sentence} {note} We" has single blanks. */
static const char *skip_blank(
	const struct piece *piece, const struct sy_text *filled, size_t n_before, const char *text)
{
	bool at_start = !filled->len || filled->s[filled->len - 1] == ' ';

	return piece->placeholder[0] && filled->len == n_before && at_start && *text == ' ' ? text + 1 : text;
}

int sy_template_fill(
	const char *name, const char *text, const struct sy_pairs *values, char **ret_text, struct sy_problem *why)
{
	struct sy_text filled = {0};
	char *taken = NULL;
	int err = 0;

	while (*text && !err) {
		size_t n_before = filled.len;
		struct piece piece;

		err = next_piece(name, text, &piece, &text, why);
		if (!err)
			err = add_piece(&filled, name, &piece, values, why);
		if (!err)
			text = skip_blank(&piece, &filled, n_before, text);
	}
	if (!err) {
		taken = sy_text_take(&filled);
		err = taken ? 0 : ENOMEM;
	}
	if (!err)
		*ret_text = taken;
	sy_text_reset(&filled);
	return err;
}

int sy_template_check(const char *name, const char *text, void (*each)(void *arg, const char *placeholder), void *arg,
	struct sy_problem *why)
{
	struct piece piece;
	int err = 0;

	while (*text && !err) {
		err = next_piece(name, text, &piece, &text, why);
		if (!err && each && piece.placeholder[0])
			each(arg, piece.placeholder);
	}
	return err;
}
