#include "kb/article_check.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grammars/check_digit.h"
#include "kb/phrase.h"
#include "prompts/marks.h"
#include "prompts/spoken.h"
#include "prompts/template.h"

/* The longest number that a caller is asked for at once: a card's has 19. */
#define DIGITS_MAX 24

/* What every answer may name besides its slots and columns. */
static const char *const always_known[] = {"case_key", "company"};

void sy_checking_found(struct sy_checking *checking, const char *field, size_t entry, const char *fmt, ...)
{
	char what[512], line[SY_PROBLEM_MAX];
	struct sy_fault fault = checking->at;
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	(void)snprintf(line, sizeof(line), "%s: %s", checking->name, what);
	fault.field = field;
	fault.entry = entry;
	fault.text = line;
	checking->n_found++;
	if (checking->check->found)
		checking->check->found(checking->check->arg, &fault);
}

static const struct sy_article *article_of(const struct sy_checking *checking)
{
	return &checking->check->content->articles[checking->at.item];
}

bool sy_date_is_good(const char *date)
{
	static const int days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int year, month, day;

	if (strlen(date) != 10 || date[4] != '-' || date[7] != '-' || strspn(date, "0123456789-") != 10 ||
		sscanf(date, "%4d-%2d-%2d", &year, &month, &day) != 3)
		return false;
	if (year < 2000 || month < 1 || month > 12 || day < 1 || day > days[month - 1])
		return false;
	return month != 2 || day < 29 || (year % 4 == 0 && (year % 100 != 0 || year % 400 == 0));
}

static bool has_article(const struct sy_content_check *check, const char *id)
{
	return sy_content_article(check->content, id) || (check->base && sy_content_article(check->base, id));
}

static bool has_lookup(const struct sy_content_check *check, const char *name)
{
	return sy_content_lookup(check->content, name) || (check->base && sy_content_lookup(check->base, name));
}

/* The title is said in questions, so its marks are heard as well. */
static void check_title(struct sy_checking *checking)
{
	const struct sy_article *article = article_of(checking);
	struct sy_problem why = {""};

	if (article->title && sy_marks_check(article->title, &why))
		sy_checking_found(checking, "title", SY_FAULT_NO_ENTRY, "title: %s", why.text);
}

/* The first of these texts that is too long to be meant. */
static void check_lengths(struct sy_checking *checking)
{
	const struct sy_article *article = article_of(checking);
	const struct {
		const char *field;
		const char *text;
	} texts[] = {{"title", article->title}, {"topic", article->topic}, {"owner", article->owner},
		{"answer", article->answer}, {"none", article->none}};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (texts[i].text && strlen(texts[i].text) > SY_FIELD_BYTES_MAX)
			sy_checking_found(checking, texts[i].field, SY_FAULT_NO_ENTRY,
				"%s is longer than %d bytes; a caller would not listen to it", texts[i].field,
				SY_FIELD_BYTES_MAX);
}

static void check_words(struct sy_checking *checking, const char *field, size_t entry, const char *text)
{
	struct sy_problem why = {""};
	char *words = NULL;

	if (sy_spoken_phrase(text, &words, &why))
		sy_checking_found(checking, field, entry, "'%.80s': %s", text, why.text);
	free(words);
}

static void check_phrase(struct sy_checking *checking, size_t entry)
{
	const struct sy_article *article = article_of(checking);
	const char *phrase = article->phrases.at[entry];
	const char *at = phrase;
	struct sy_phrase_piece piece;
	struct sy_problem why = {""};
	size_t n = 0;
	int err;

	if (strlen(phrase) > SY_PHRASE_BYTES_MAX) {
		sy_checking_found(checking, "phrases", entry, "'%.40s…' is longer than %d bytes; shorten it", phrase,
			SY_PHRASE_BYTES_MAX);
		return;
	}
	for (; !(err = sy_phrase_next(&at, &piece, &why)); n++) {
		if (!piece.slot)
			check_words(checking, "phrases", entry, piece.text);
		else if (!sy_article_slot(article, piece.text))
			sy_checking_found(checking, "phrases", entry, "phrase '%.80s': the article has no slot '%s'",
				phrase, piece.text);
	}
	if (err != ENOENT)
		sy_checking_found(checking, "phrases", entry, "phrase '%.80s': %s", phrase, why.text);
	else if (!n)
		sy_checking_found(checking, "phrases", entry, "phrase '%.80s' has no word", phrase);
}

static void check_text_slot(struct sy_checking *checking, size_t entry, const struct sy_slot *slot)
{
	bool is_text = sy_slot_is_chosen(slot);

	if (is_text && !slot->choices.n && !slot->choices_from)
		sy_checking_found(checking, "slots", entry,
			"slot '%s' of kind %s needs choices or choices_from: what can be said", slot->name,
			sy_value_kind_name(slot->kind));
	if (!is_text && (slot->choices.n || slot->choices_from))
		sy_checking_found(checking, "slots", entry,
			"slot '%s' has choices, which only the kinds text and spelled take (it is %s)", slot->name,
			sy_value_kind_name(slot->kind));
	if (slot->choices.n && slot->choices_from)
		sy_checking_found(
			checking, "slots", entry, "slot '%s' has both choices and choices_from; keep one", slot->name);
	if (slot->choices_from && !has_lookup(checking->check, slot->choices_from))
		sy_checking_found(checking, "slots", entry, "slot '%s': there is no look-up '%s' for its choices",
			slot->name, slot->choices_from);
	for (size_t i = 0; i < slot->choices.n; i++)
		check_words(checking, "slots", entry, slot->choices.at[i]);
}

static void check_digits_slot(struct sy_checking *checking, size_t entry, const struct sy_slot *slot)
{
	struct sy_check_digit check;
	struct sy_problem why = {""};

	if (slot->kind != SY_VALUE_DIGITS && (slot->length || slot->check_digit))
		sy_checking_found(checking, "slots", entry,
			"slot '%s': length and check_digit are for the kind digits only", slot->name);
	if (slot->length < 0 || slot->length > DIGITS_MAX)
		sy_checking_found(checking, "slots", entry, "slot '%s': length %d is not 1 to %d (0: any)", slot->name,
			slot->length, DIGITS_MAX);
	if (slot->check_digit && sy_check_digit_from(slot->check_digit, &check, &why))
		sy_checking_found(checking, "slots", entry, "slot '%s': %s", slot->name, why.text);
}

static void check_slot(struct sy_checking *checking, size_t entry)
{
	const struct sy_article *article = article_of(checking);
	const struct sy_slot *slot = &article->slots[entry];

	if (!slot->name || !sy_name_is_good(slot->name, false)) {
		sy_checking_found(checking, "slots", entry, "'%.80s' is no slot's name: use a-z, 0-9 and _",
			slot->name ? slot->name : "");
		return;
	}
	for (size_t i = 0; i < entry; i++)
		if (article->slots[i].name && !strcmp(article->slots[i].name, slot->name))
			sy_checking_found(checking, "slots", entry, "slot '%s' is there twice; rename one", slot->name);
	check_text_slot(checking, entry, slot);
	check_digits_slot(checking, entry, slot);
	if (!slot->ask && !slot->optional)
		sy_checking_found(checking, "slots", entry, "slot '%s' has no question; write ask, or optional: true",
			slot->name);
}

static void check_followup(struct sy_checking *checking, size_t entry)
{
	const struct sy_article *article = article_of(checking);
	const char *id = article->followups.at[entry];

	if (!has_article(checking->check, id))
		sy_checking_found(checking, "followups", entry, "the follow-up '%s' is no article's id", id);
	else if (!strcmp(id, article->id))
		sy_checking_found(checking, "followups", entry, "an article cannot follow up itself; take it out");
}

struct placeholders {
	struct sy_checking *checking;
	const struct sy_strings *columns;
	const char *field;
};

static bool knows(const struct placeholders *placeholders, const char *name)
{
	for (size_t i = 0; i < sizeof(always_known) / sizeof(*always_known); i++)
		if (!strcmp(always_known[i], name))
			return true;
	for (size_t i = 0; placeholders->columns && i < placeholders->columns->n; i++)
		if (!strcmp(placeholders->columns->at[i], name))
			return true;
	return sy_article_slot(article_of(placeholders->checking), name) != NULL;
}

static void check_placeholder(void *arg, const char *name)
{
	struct placeholders *placeholders = arg;

	if (!knows(placeholders, name))
		sy_checking_found(placeholders->checking, placeholders->field, SY_FAULT_NO_ENTRY,
			"{%s} in the %s is neither a slot nor a column of its look-up", name, placeholders->field);
}

static void check_template(
	struct sy_checking *checking, const char *field, const char *text, const struct sy_strings *columns)
{
	struct placeholders placeholders = {.checking = checking, .columns = columns, .field = field};
	struct sy_problem why = {""};

	if (!text)
		return;
	if (sy_template_check(field, text, check_placeholder, &placeholders, &why))
		sy_checking_found(checking, field, SY_FAULT_NO_ENTRY, "%s", why.text);
	else if (sy_marks_check(text, &why))
		sy_checking_found(checking, field, SY_FAULT_NO_ENTRY, "%s: %s", field, why.text);
}

void sy_article_check_answer(struct sy_checking *checking, const struct sy_strings *columns)
{
	check_template(checking, "answer", article_of(checking)->answer, columns);
	check_template(checking, "none", article_of(checking)->none, NULL);
	for (size_t i = 0; i < article_of(checking)->n_slots; i++)
		if (article_of(checking)->slots[i].ask)
			check_template(checking, "slots", article_of(checking)->slots[i].ask, NULL);
}

void sy_article_check(struct sy_checking *checking)
{
	const struct sy_article *article = article_of(checking);

	check_lengths(checking);
	check_title(checking);
	if (article->review && !sy_date_is_good(article->review))
		sy_checking_found(checking, "review", SY_FAULT_NO_ENTRY,
			"the review date '%.40s' is no date like 2027-01-31", article->review);
	if (article->n_slots > SY_SLOTS_MAX)
		sy_checking_found(
			checking, "slots", SY_SLOTS_MAX, "more than %d slots; a caller would give up", SY_SLOTS_MAX);
	for (size_t i = 0; i < article->n_slots; i++)
		check_slot(checking, i);
	for (size_t i = 0; i < article->phrases.n; i++)
		check_phrase(checking, i);
	for (size_t i = 0; i < article->followups.n; i++)
		check_followup(checking, i);
	if (article->lookup && !has_lookup(checking->check, article->lookup))
		sy_checking_found(checking, "lookup", SY_FAULT_NO_ENTRY, "there is no look-up '%s'", article->lookup);
	if (!article->lookup)
		sy_article_check_answer(checking, NULL);
}
