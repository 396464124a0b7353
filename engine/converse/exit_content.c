#include "engine/converse/exit_content.h"

#include <errno.h>
#include <string.h>

#include "engine/converse/menu.h"

/* Presses hash until `id` is among the choices, as a caller would, at most once round. */
static bool found_by_keys(struct sy_menu *menu, const char *id)
{
	size_t pages = (menu->ids.n + SY_MENU_PAGE - 1) / SY_MENU_PAGE;
	size_t page;

	for (page = 0; page < pages; page++) {
		char key;

		for (key = '1'; key < '1' + SY_MENU_PAGE; key++) {
			const char *chosen = sy_menu_chosen(menu, key);

			if (chosen && !strcmp(chosen, id))
				return true;
		}
		sy_menu_turn(menu);
	}
	return false;
}

/* A detail of a list without choices can be neither heard nor typed; the dialogue would ask for it in vain. */
static int prove_slots(const struct sy_article *article, struct sy_problem *why)
{
	size_t i;

	for (i = 0; i < article->n_slots; i++) {
		const struct sy_slot *slot = &article->slots[i];

		if (sy_slot_is_chosen(slot) && !slot->choices.n && !slot->choices_from)
			return sy_problem_set(why, EPERM,
				"P7, the detail \"%s\" of article \"%s\" has no choices, so nobody could give it; add "
				"choices or choices_from",
				slot->name, article->id);
	}
	return 0;
}

static int prove_article(const struct sy_content *content, struct sy_menu *topics, size_t i, struct sy_problem *why)
{
	const struct sy_article *article = &content->articles[i];
	const char *topic = article->topic ? article->topic : "";
	struct sy_menu titles = {0};
	bool found = false;
	int err = sy_menu_titles(content, topic, &titles);

	if (!err)
		found = found_by_keys(topics, topic) && found_by_keys(&titles, article->id);
	sy_menu_reset(&titles);
	if (err)
		return sy_problem_set(why, err, "there is no memory for the exit proof");
	if (!found)
		return sy_problem_set(why, EPERM, "P7, article \"%s\" cannot be reached by keys", article->id);
	return prove_slots(article, why);
}

int sy_exit_content(const struct sy_content *content, size_t *ret_articles, struct sy_problem *why)
{
	struct sy_menu topics = {0};
	size_t i;
	int err = sy_menu_topics(content, "", &topics);

	if (err)
		return sy_problem_set(why, err, "there is no memory for the exit proof");
	for (i = 0; i < content->n_articles && !err; i++)
		err = prove_article(content, &topics, i, why);
	sy_menu_reset(&topics);
	if (!err)
		*ret_articles = content->n_articles;
	return err;
}
