#include "kb/compile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "grammars/jsgf.h"
#include "kb/lookup.h"
#include "kb/phrase.h"
#include "prompts/spoken.h"

/* How people begin and end a request, apart from its matter. Words that are heard, not words that are said. */
static const char before[] =
	"<_before> = [um | uh | er | oh | so | well | okay | yes | yeah]\n"
	"\t[(hi | hello | hey | good morning | good afternoon | good evening | excuse me) [there]] [um | uh | er]\n"
	"\t[please | i'd like to know | i want to know | i would like to know | i was wondering | i wonder |\n"
	"\t (can | could) you [please] tell me | [please] tell me | do you know | i have a question about |\n"
	"\t i'm calling about | it's about] ;\n";
static const char after[] = "<_after> = please | thanks | thank you | please thank you ;\n";
static const char lead[] =
	"<_lead> = [um | uh | er | oh | yes | yeah | well | sure | okay | sorry | (no | nope) [sorry]]"
	" [it's | it is | that's | that is | that would be | it should be | i said | i meant | my number is |"
	" the number is | i think | i think it's | um | uh | er | oh | yes | for | in | on | at | to | from | the] ;\n";

/* The longest exact number that digits.gram has a rule for; longer ones are two of them. */
#define BLOCK_MAX 16

struct compiling {
	const struct sy_content *content;
	struct sy_store *store;
	struct sy_text *rules;
	bool imported[SY_VALUE_N]; /* by kind */
	struct sy_problem *why;
};

static int add_import(struct sy_text *jsgf, enum sy_value_kind kind)
{
	const char *file = sy_value_grammar(kind);
	const char *dot = file ? strrchr(file, '.') : NULL;

	return file ? sy_text_addf(jsgf, "import <%.*s.*>;\n", (int)(dot ? dot - file : (int)strlen(file)), file) : 0;
}

/* <digits.digits>: the one public rule of a kind's grammar is named as its file. */
static int add_kind(struct sy_text *jsgf, enum sy_value_kind kind)
{
	const char *file = sy_value_grammar(kind);
	int n = (int)strcspn(file, ".");

	return sy_text_addf(jsgf, "<%.*s.%.*s>", n, file, n, file);
}

/* Exactly so many digits, in any of the ways in which they are said (grammars/digits.gram). */
static int add_digits(struct sy_text *jsgf, int length)
{
	int err = 0;

	for (; length > BLOCK_MAX && !err; length -= BLOCK_MAX)
		err = sy_text_addf(jsgf, "<digits.spoken%d> ", BLOCK_MAX);
	return err ? err : sy_text_addf(jsgf, "<digits.spoken%d>", length);
}

/* The written form as a tag's value: braces and backslashes keep their meaning. */
static int add_value(struct sy_text *jsgf, const char *value)
{
	int err = 0;

	for (; *value && !err; value++) {
		err = strchr("{}\\", *value) ? sy_text_add(jsgf, "\\") : 0;
		if (!err)
			err = sy_text_add_n(jsgf, value, 1);
	}
	return err;
}

static int add_choice(struct sy_text *jsgf, const struct sy_slot *slot, const char *choice, struct sy_problem *why)
{
	struct sy_problem detail = {""};
	char *words = NULL;
	int err = sy_spoken_phrase(choice, &words, &detail);

	if (err)
		return sy_problem_set(why, err, "slot '%s': choice '%.80s': %s", slot->name, choice, detail.text);
	err = sy_text_addf(jsgf, "(%s) {%s=", words, slot->name);
	if (!err)
		err = add_value(jsgf, choice);
	free(words);
	return err ? err : sy_text_add(jsgf, "}");
}

/* What can be said for the slot, with its tag. */
static int add_slot(
	struct sy_text *jsgf, const struct sy_slot *slot, const struct sy_strings *choices, struct sy_problem *why)
{
	int err = sy_text_add(jsgf, "(");

	if (slot->kind == SY_VALUE_TEXT) {
		if (!err && !choices->n)
			err = sy_text_add(jsgf, "<VOID>");
		for (size_t i = 0; i < choices->n && !err; i++) {
			err = i ? sy_text_add(jsgf, " | ") : 0;
			if (!err)
				err = add_choice(jsgf, slot, choices->at[i], why);
		}
		return err ? err : sy_text_add(jsgf, ")");
	}
	if (!err && slot->kind == SY_VALUE_DIGITS && slot->length)
		err = add_digits(jsgf, slot->length);
	else if (!err)
		err = add_kind(jsgf, slot->kind);
	return err ? err : sy_text_addf(jsgf, ") {%s}", slot->name);
}

int sy_compile_choices(const struct sy_content *content, struct sy_store *store, const struct sy_slot *slot,
	struct sy_strings *ret_choices, struct sy_problem *why)
{
	struct sy_strings choices = {0};
	const struct sy_lookup *lookup = slot->choices_from ? sy_content_lookup(content, slot->choices_from) : NULL;
	time_t clock = time(NULL);
	struct tm now;
	int err = 0;

	if (slot->choices_from && !lookup)
		return sy_problem_set(
			why, EINVAL, "slot '%s': there is no look-up '%s'", slot->name, slot->choices_from);
	if (lookup)
		return sy_lookup_list(store, lookup, localtime_r(&clock, &now), ret_choices, why);
	for (size_t i = 0; i < slot->choices.n && !err; i++)
		err = sy_strings_add(&choices, slot->choices.at[i]);
	if (err)
		sy_strings_reset(&choices);
	else
		*ret_choices = choices;
	return err;
}

static bool is_used(const struct sy_article *article, const char *slot)
{
	size_t n = strlen(slot);

	for (size_t i = 0; i < article->phrases.n; i++)
		for (const char *at = strchr(article->phrases.at[i], '{'); at; at = strchr(at + 1, '{'))
			if (!strncmp(at + 1, slot, n) && at[n + 1] == '}')
				return true;
	return false;
}

/* <_7_account>, the rule of a slot of the eighth article. */
static int add_slot_rules(struct compiling *compiling, size_t i)
{
	const struct sy_article *article = &compiling->content->articles[i];
	int err = 0;

	for (size_t j = 0; j < article->n_slots && !err; j++) {
		const struct sy_slot *slot = &article->slots[j];
		struct sy_strings choices = {0};

		if (!is_used(article, slot->name))
			continue;
		compiling->imported[slot->kind] = true;
		err = sy_compile_choices(compiling->content, compiling->store, slot, &choices, compiling->why);
		if (!err)
			err = sy_text_addf(compiling->rules, "<_%zu_%s> = ", i, slot->name);
		if (!err)
			err = add_slot(compiling->rules, slot, &choices, compiling->why);
		if (!err)
			err = sy_text_add(compiling->rules, ";\n");
		sy_strings_reset(&choices);
	}
	return err;
}

static int add_words(struct sy_text *rules, const char *text, struct sy_problem *why)
{
	char *words = NULL;
	int err = sy_spoken_phrase(text, &words, why);

	if (!err)
		err = sy_text_add(rules, words);
	free(words);
	return err;
}

static int add_phrase(struct compiling *compiling, size_t article, const char *phrase)
{
	struct sy_phrase_piece piece;
	struct sy_problem detail = {""};
	const char *at = phrase;
	bool first = true;
	int err = 0;

	for (;; first = false) {
		err = sy_phrase_next(&at, &piece, &detail);
		if (!err && !first)
			err = sy_text_add(compiling->rules, " ");
		if (err)
			break;
		err = piece.slot ? sy_text_addf(compiling->rules, "<_%zu_%s>", article, piece.text)
				 : add_words(compiling->rules, piece.text, &detail);
		if (err)
			break;
	}
	if (err == EINVAL)
		return sy_problem_set(compiling->why, err, "article %s: phrase '%.80s': %s",
			compiling->content->articles[article].id, phrase, detail.text);
	return err == ENOENT ? 0 : err;
}

static int add_article(struct compiling *compiling, size_t i)
{
	const struct sy_article *article = &compiling->content->articles[i];
	bool carried = compiling->content->n_articles <= SY_COMPILE_CARRIED_MAX;
	int err = add_slot_rules(compiling, i);

	if (!err)
		err = sy_text_addf(compiling->rules, "public <%s> = %s(", article->id, carried ? "<_before> " : "");
	for (size_t j = 0; j < article->phrases.n && !err; j++) {
		err = j ? sy_text_add(compiling->rules, "\n\t| ") : 0;
		if (!err)
			err = add_phrase(compiling, i, article->phrases.at[j]);
	}
	return err ? err : sy_text_add(compiling->rules, carried ? ") [<_after>];\n" : ");\n");
}

static int add_header(const struct compiling *compiling, struct sy_text *jsgf)
{
	int err = sy_text_add(jsgf, "#JSGF V1.0;\ngrammar articles;\n");

	for (int kind = SY_VALUE_TEXT + 1; kind < SY_VALUE_N && !err; kind++)
		if (compiling->imported[kind])
			err = add_import(jsgf, (enum sy_value_kind)kind);
	if (!err)
		err = sy_text_add(jsgf, before);
	return err ? err : sy_text_add(jsgf, after);
}

int sy_compile_articles(
	const struct sy_content *content, struct sy_store *store, struct sy_text *ret_jsgf, struct sy_problem *why)
{
	struct sy_text jsgf = {0}, rules = {0};
	struct compiling compiling = {.content = content, .store = store, .rules = &rules, .why = why};
	int err = 0;

	for (size_t i = 0; i < content->n_articles && !err; i++)
		if (content->articles[i].answer && content->articles[i].phrases.n)
			err = add_article(&compiling, i);
	if (!err)
		err = add_header(&compiling, &jsgf);
	if (!err)
		err = sy_text_add_n(&jsgf, sy_text_str(&rules), rules.len);
	if (!err && jsgf.len > SY_JSGF_BYTES_MAX)
		err = E2BIG;
	if (err == E2BIG)
		(void)sy_problem_set(why, err,
			"the phrases are more than a grammar holds (%u MiB); shorten or split them",
			SY_JSGF_BYTES_MAX >> 20);
	sy_text_reset(&rules);
	if (err)
		sy_text_reset(&jsgf);
	else
		*ret_jsgf = jsgf;
	return err;
}

int sy_compile_slot(
	const struct sy_slot *slot, const struct sy_strings *choices, struct sy_text *ret_jsgf, struct sy_problem *why)
{
	struct sy_text jsgf = {0};
	int err = sy_text_add(&jsgf, "#JSGF V1.0;\ngrammar answer;\n");

	if (!err)
		err = add_import(&jsgf, slot->kind);
	if (!err)
		err = sy_text_addf(&jsgf, "%spublic <slot> = [<_lead>] ", lead);
	if (!err)
		err = add_slot(&jsgf, slot, choices, why);
	if (!err)
		err = sy_text_add(&jsgf, " [please | thanks | thank you];\n");
	if (err)
		sy_text_reset(&jsgf);
	else
		*ret_jsgf = jsgf;
	return err;
}
