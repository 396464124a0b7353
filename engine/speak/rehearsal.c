#include "engine/speak/rehearsal.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/speak/sentence.h"
#include "prompts/prompt_id.h"
#include "prompts/template.h"

struct collecting {
	const struct sy_prompts *prompts;
	const struct sy_content *content;
	struct sy_pairs known; /* values that do not depend on a call */
	struct sy_strings sentences;
};

static bool is_there(const struct sy_strings *sentences, const char *sentence)
{
	for (size_t i = 0; i < sentences->n; i++)
		if (strcmp(sentences->at[i], sentence) == 0)
			return true;
	return false;
}

/* The cache knows a sentence without the blanks behind it. */
static void cut_blanks(char *sentence)
{
	size_t n = strlen(sentence);

	while (n && sentence[n - 1] == ' ')
		sentence[--n] = '\0';
}

static int add_sentence(struct collecting *collecting, const char *template)
{
	char *filled = NULL;
	int err = sy_template_fill("", template, &collecting->known, &filled, NULL);

	if (err == EINVAL)
		return 0; /* holds what only a call knows */
	if (!err)
		cut_blanks(filled);
	if (!err && collecting->sentences.n < SY_REHEARSAL_MAX && !is_there(&collecting->sentences, filled))
		err = sy_strings_add(&collecting->sentences, filled);
	free(filled);
	return err;
}

static int add_text(struct collecting *collecting, const char *text)
{
	int err = 0;

	for (size_t n; text && !err && (n = sy_say_split(text)); text += n) {
		char *sentence = strndup(text, n);

		err = sentence ? add_sentence(collecting, sentence) : ENOMEM;
		free(sentence);
	}
	return err;
}

static int add_prompts(struct collecting *collecting)
{
	const struct sy_prompts *prompts = collecting->prompts;
	const struct sy_content *content = collecting->content;
	int err = content->company ? sy_pairs_set(&collecting->known, "company", content->company) : 0;

	if (!err)
		err = add_text(collecting, content->greeting);
	for (size_t i = 0; i < sy_prompts_n(prompts) && !err; i++)
		err = add_text(collecting, sy_prompt_text(prompts, sy_prompts_id(prompts, i)));
	return err;
}

static int add_answers(struct collecting *collecting)
{
	const struct sy_content *content = collecting->content;
	int err = 0;

	for (size_t i = 0; i < content->n_articles && !err; i++) {
		const struct sy_article *article = &content->articles[i];

		err = add_text(collecting, article->answer);
		if (!err)
			err = add_text(collecting, article->none);
		for (size_t k = 0; k < article->n_slots && !err; k++)
			err = add_text(collecting, article->slots[k].ask);
	}
	return err;
}

/* One that names two is sentences that name one each: any two are then kept. */
static int add_question(struct collecting *collecting, const char *title, enum sy_prompt_id id)
{
	static const char *const names[] = {"title", "first", "second"};
	const char *question = sy_prompt_text(collecting->prompts, sy_prompt_id(id));
	int err = 0;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !err; i++)
		err = sy_pairs_set(&collecting->known, names[i], title);
	return err || !question ? err : add_text(collecting, question);
}

static int add_questions(struct collecting *collecting)
{
	static const enum sy_prompt_id ids[] = {SY_PROMPT_CONFIRM, SY_PROMPT_CONFIRM_EITHER};
	const struct sy_content *content = collecting->content;
	int err = 0;

	for (size_t k = 0; k < sizeof(ids) / sizeof(ids[0]); k++)
		for (size_t i = 0; i < content->n_articles && !err; i++)
			if (content->articles[i].title)
				err = add_question(collecting, content->articles[i].title, ids[k]);
	return err;
}

static int64_t now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static size_t say_all(const struct sy_rehearsal *rehearsal, const struct sy_strings *sentences)
{
	int64_t end = rehearsal->ms_max ? now_ms() + rehearsal->ms_max : INT64_MAX;
	size_t ready = 0;

	for (size_t i = 0; i < sentences->n && now_ms() < end && !(rehearsal->stop && *rehearsal->stop); i++) {
		const struct sy_say_job job = {.text = sentences->at[i], .rate = rehearsal->rate};
		struct sy_problem why;
		struct sy_sound sound = {0};

		ready += !sy_synthesiser_say(rehearsal->voice, &job, &sound, &why);
		sy_sound_reset(&sound);
		if (rehearsal->progress)
			rehearsal->progress(rehearsal->arg, i + 1, sentences->n);
	}
	return ready;
}

int sy_rehearsal_sentences(
	const struct sy_prompts *prompts, const struct sy_content *content, struct sy_strings *ret_sentences)
{
	struct collecting collecting = {.prompts = prompts, .content = content};
	int err = add_prompts(&collecting);

	if (!err)
		err = add_answers(&collecting);
	if (!err)
		err = add_questions(&collecting);
	sy_pairs_reset(&collecting.known);
	if (err)
		sy_strings_reset(&collecting.sentences);
	else
		*ret_sentences = collecting.sentences;
	return err;
}

int sy_rehearse(const struct sy_rehearsal *rehearsal, struct sy_rehearsed *ret_rehearsed)
{
	struct sy_strings sentences = {0};
	int err = sy_rehearsal_sentences(rehearsal->prompts, rehearsal->content, &sentences);

	if (!err)
		*ret_rehearsed =
			(struct sy_rehearsed){.sentences = sentences.n, .ready = say_all(rehearsal, &sentences)};
	sy_strings_reset(&sentences);
	return err;
}
