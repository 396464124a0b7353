/*
 * menu: spoken choices for callers who use the keys: topics, the questions of a topic, the choices of a detail.
 *
 * Four choices at a time (promise P7), each with its key; hash turns the page, and after the last page comes the first.
 * A plain value with one owner; a zeroed menu is empty; sy_menu_reset() frees it. No thread rule.
 */
#ifndef SY_CONVERSE_MENU_H
#define SY_CONVERSE_MENU_H

#include <stdbool.h>

#include "base/text.h"
#include "kb/article.h"
#include "prompts/prompt.h"

#define SY_MENU_PAGE 4 /* spoken choices at a time, P7 */

struct sy_menu {
	struct sy_strings ids;    /* what is chosen: a topic ("" for articles without one), an article's id, a choice */
	struct sy_strings labels; /* how it is called */
	size_t page;
};

/* Each replaces *menu. Topics come in the order in which articles first name them; those without a topic come last,
 * under the label `other`. */
int sy_menu_topics(const struct sy_content *content, const char *other, struct sy_menu *menu);
int sy_menu_titles(const struct sy_content *content, const char *topic, struct sy_menu *menu);
int sy_menu_choices(const struct sy_strings *choices, struct sy_menu *menu);
void sy_menu_reset(struct sy_menu *menu);

/* Choices on this page, 0..SY_MENU_PAGE. */
size_t sy_menu_n(const struct sy_menu *menu);
/* What key '1'..'4' chooses on this page; NULL for any other key. Borrowed. */
const char *sy_menu_chosen(const struct sy_menu *menu, char key);
bool sy_menu_has_more(const struct sy_menu *menu);
void sy_menu_turn(struct sy_menu *menu);

/* Adds "For …, press 1. …" of this page. */
int sy_menu_say(const struct sy_menu *menu, const struct sy_prompts *prompts, struct sy_text *text);

#endif
