#include "engine/converse/menu.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "prompts/prompt_id.h"

static int add(struct sy_menu *menu, const char *id, const char *label)
{
	int err = sy_strings_add(&menu->ids, id);

	return err ? err : sy_strings_add(&menu->labels, label);
}

static int finish(int err, struct sy_menu *made, struct sy_menu *menu)
{
	if (err) {
		sy_menu_reset(made);
		return err;
	}
	sy_menu_reset(menu);
	*menu = *made;
	return 0;
}

static bool listed(const struct sy_menu *menu, const char *id)
{
	size_t i;

	for (i = 0; i < menu->ids.n; i++) {
		if (!strcmp(menu->ids.at[i], id))
			return true;
	}
	return false;
}

int sy_menu_topics(const struct sy_content *content, const char *other, struct sy_menu *menu)
{
	struct sy_menu made = {0};
	bool others = false;
	size_t i;
	int err = 0;

	for (i = 0; i < content->n_articles && !err; i++) {
		const char *topic = content->articles[i].topic;

		others |= !topic;
		if (topic && !listed(&made, topic))
			err = add(&made, topic, topic);
	}
	if (!err && others)
		err = add(&made, "", other);
	return finish(err, &made, menu);
}

int sy_menu_titles(const struct sy_content *content, const char *topic, struct sy_menu *menu)
{
	struct sy_menu made = {0};
	size_t i;
	int err = 0;

	for (i = 0; i < content->n_articles && !err; i++) {
		const struct sy_article *article = &content->articles[i];

		if (!strcmp(article->topic ? article->topic : "", topic))
			err = add(&made, article->id, article->title ? article->title : article->id);
	}
	return finish(err, &made, menu);
}

int sy_menu_choices(const struct sy_strings *choices, struct sy_menu *menu)
{
	struct sy_menu made = {0};
	size_t i;
	int err = 0;

	for (i = 0; i < choices->n && !err; i++)
		err = add(&made, choices->at[i], choices->at[i]);
	return finish(err, &made, menu);
}

void sy_menu_reset(struct sy_menu *menu)
{
	sy_strings_reset(&menu->ids);
	sy_strings_reset(&menu->labels);
	*menu = (struct sy_menu){0};
}

size_t sy_menu_n(const struct sy_menu *menu)
{
	size_t left = menu->ids.n - menu->page * SY_MENU_PAGE;

	return left < SY_MENU_PAGE ? left : SY_MENU_PAGE;
}

const char *sy_menu_chosen(const struct sy_menu *menu, char key)
{
	size_t i = (size_t)(key - '1');

	return key >= '1' && i < sy_menu_n(menu) ? menu->ids.at[menu->page * SY_MENU_PAGE + i] : NULL;
}

bool sy_menu_has_more(const struct sy_menu *menu)
{
	return menu->ids.n > SY_MENU_PAGE;
}

void sy_menu_turn(struct sy_menu *menu)
{
	menu->page++;
	if (menu->page * SY_MENU_PAGE >= menu->ids.n)
		menu->page = 0;
}

static int say_choice(const struct sy_menu *menu, size_t i, const struct sy_prompts *prompts, struct sy_text *text)
{
	const char key[2] = {(char)('1' + i), '\0'};
	struct sy_pairs values = {0};
	char *line = NULL;
	int err = sy_pairs_set(&values, "title", menu->labels.at[menu->page * SY_MENU_PAGE + i]);

	if (!err)
		err = sy_pairs_set(&values, "key", key);
	if (!err)
		err = sy_prompt_fill(prompts, sy_prompt_id(SY_PROMPT_CHOICE), &values, &line, NULL);
	if (!err && text->len)
		err = sy_text_add(text, " ");
	if (!err)
		err = sy_text_add(text, line);
	free(line);
	sy_pairs_reset(&values);
	return err;
}

int sy_menu_say(const struct sy_menu *menu, const struct sy_prompts *prompts, struct sy_text *text)
{
	const char *more = sy_prompt_text(prompts, sy_prompt_id(SY_PROMPT_CHOICES_MORE));
	size_t i;
	int err = 0;

	for (i = 0; i < sy_menu_n(menu) && !err; i++)
		err = say_choice(menu, i, prompts, text);
	if (!err && more && sy_menu_has_more(menu))
		err = sy_text_addf(text, " %s", more);
	return err;
}
