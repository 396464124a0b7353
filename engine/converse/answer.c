#include "engine/converse/answer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "engine/speak/sentence.h"
#include "prompts/template.h"

static int add_pairs(const struct sy_pairs *from, struct sy_pairs *to)
{
	size_t i;
	int err = 0;

	for (i = 0; from && i < from->n && !err; i++)
		err = sy_pairs_set(to, from->at[i].name, from->at[i].value);
	return err;
}

/* Only this article's own details go to its look-up. */
static int make_params(const struct sy_answer_prm *prm, struct sy_pairs *params)
{
	size_t i;
	int err = 0;

	for (i = 0; i < prm->article->n_slots && !err; i++) {
		const char *name = prm->article->slots[i].name;
		const char *value = sy_pairs_get(prm->slots, name);

		if (value)
			err = sy_pairs_set(params, name, value);
	}
	return err;
}

/* *ret_text is NULL when the sentence needs a value that is not there, or one to be read as a kind that it is not. */
static int fill_sentence(const struct sy_answer_prm *prm, const char *sentence, const struct sy_pairs *values,
	char **ret_text, struct sy_problem *why)
{
	int err = sy_template_fill(prm->article->id, sentence, values, ret_text, why);

	if (err != EINVAL)
		return err;
	*ret_text = NULL;
	return 0;
}

/* An empty value leaves two blanks where there was one. */
static int add_squeezed(struct sy_text *text, const char *s)
{
	int err = 0;

	for (; *s && !err; s++) {
		bool blank = *s == ' ' || *s == '\n' || *s == '\t';
		bool after_blank = !text->len || text->s[text->len - 1] == ' ';

		if (!blank || !after_blank)
			err = sy_text_add_n(text, blank ? " " : s, 1);
	}
	return err;
}

static int add_sentence(const struct sy_answer_prm *prm, const char *sentence, const struct sy_pairs *values,
	struct sy_text *text, struct sy_problem *why)
{
	char *filled = NULL;
	int err = fill_sentence(prm, sentence, values, &filled, why);

	if (!err && filled)
		err = add_squeezed(text, filled);
	if (!err && filled)
		err = add_squeezed(text, " ");
	free(filled);
	return err;
}

/* *ret_text stays NULL when no sentence can be said. */
static int fill(const struct sy_answer_prm *prm, const char *template, const struct sy_pairs *values, char **ret_text,
	struct sy_problem *why)
{
	struct sy_text text = {0};
	size_t n;
	int err = 0;

	for (; *template && !err && (n = sy_say_split(template)); template += n) {
		char *sentence = strndup(template, n);

		err = sentence ? add_sentence(prm, sentence, values, &text, why) : ENOMEM;
		free(sentence);
	}
	while (text.len && text.s[text.len - 1] == ' ')
		text.s[--text.len] = '\0';
	if (!err && text.len) {
		*ret_text = sy_text_take(&text);
		err = *ret_text ? 0 : ENOMEM;
	}
	sy_text_reset(&text);
	return err;
}

static int look_up(
	const struct sy_answer_prm *prm, struct sy_pairs *row, enum sy_answer_kind *kind, struct sy_problem *why)
{
	struct sy_pairs params = {0};
	size_t n = 0;
	int failed;
	int err;

	*kind = SY_ANSWER_GIVEN;
	if (!prm->article->lookup)
		return 0;
	err = make_params(prm, &params);
	failed = err ? err : prm->look_up(prm->arg, prm->article->lookup, &params, prm->now, row, &n, why);
	sy_pairs_reset(&params);
	if (err || failed == EAGAIN)
		return failed;
	if (failed)
		*kind = SY_ANSWER_FAILED;
	else if (!n)
		*kind = SY_ANSWER_NONE;
	return 0;
}

int sy_answer_make(
	const struct sy_answer_prm *prm, enum sy_answer_kind *ret_kind, char **ret_text, struct sy_problem *why)
{
	const char *template = prm->article->answer;
	enum sy_answer_kind kind;
	struct sy_pairs values = {0};
	struct sy_pairs row = {0};
	char *text = NULL;
	int err = look_up(prm, &row, &kind, why);

	if (!err)
		err = add_pairs(prm->common, &values);
	if (!err)
		err = add_pairs(prm->slots, &values);
	if (!err)
		err = add_pairs(&row, &values);
	if (kind == SY_ANSWER_NONE)
		template = prm->article->none;
	if (!err && kind != SY_ANSWER_FAILED && template)
		err = fill(prm, template, &values, &text, why);
	if (!err && kind == SY_ANSWER_GIVEN && !text)
		kind = SY_ANSWER_FAILED;
	sy_pairs_reset(&values);
	sy_pairs_reset(&row);
	if (err)
		return err;
	*ret_kind = kind;
	*ret_text = text;
	return 0;
}

bool sy_answer_overdue(const struct sy_article *article, const struct tm *now)
{
	char today[32];

	if (!article->review || !strftime(today, sizeof(today), "%Y-%m-%d", now))
		return false;
	return strcmp(article->review, today) < 0;
}
