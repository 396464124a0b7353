#include "engine/converse/understand.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "engine/converse/part.h"
#include "grammars/value.h"

#define RANKED 3

#define SLOT_STATES (SY_IN(SY_STATE_ASK) | SY_IN(SY_STATE_CORRECT) | SY_IN(SY_STATE_CHECK))
/* What we asked there is answered by yes or no; a doubtful "no" to "anything else?" would end the call, so not there.
 */
#define YES_NO_STATES (SY_IN(SY_STATE_CONFIRM) | SY_IN(SY_STATE_EITHER) | SY_IN(SY_STATE_CHECK) | SY_IN(SY_STATE_OFFER))
/* Here questions are not expected, so that nothing is searched for in what was not understood. */
#define NO_SEARCH (SLOT_STATES | SY_IN(SY_STATE_HAND_OVER) | SY_IN(SY_STATE_PASSED) | SY_IN(SY_STATE_ENDED))

struct universal {
	const char *intent; /* letters only: a grammar may write go-back, goBack or "go back" */
	enum sy_on on;
};

static const struct universal universals[] = {
	{"agent", SY_ON_AGENT},
	{"repeat", SY_ON_REPEAT},
	{"slower", SY_ON_SLOWER},
	{"louder", SY_ON_LOUDER},
	{"help", SY_ON_HELP},
	{"goback", SY_ON_GO_BACK},
	{"startover", SY_ON_START_OVER},
	{"goodbye", SY_ON_GOODBYE},
	{"yes", SY_ON_YES},
	{"no", SY_ON_NO},
};

static bool same_letters(const char *intent, const char *letters)
{
	for (; *intent; intent++) {
		if (!isalpha((unsigned char)*intent))
			continue;
		if (tolower((unsigned char)*intent) != *letters++)
			return false;
	}
	return !*letters;
}

static bool find_universal(const char *intent, enum sy_on *ret_on)
{
	size_t i;

	for (i = 0; i < sizeof(universals) / sizeof(universals[0]); i++) {
		if (same_letters(intent, universals[i].intent)) {
			*ret_on = universals[i].on;
			return true;
		}
	}
	return false;
}

bool sy_heard_nobody(const struct sy_hypothesis *heard, int64_t ms)
{
	bool words = heard->text && *heard->text;

	if (heard->decision != SY_REJECT)
		return false;
	return heard->sounded == SY_SOUNDED_SILENCE || heard->sounded == SY_SOUNDED_NOISE ||
	       (!words && ms < SY_HEARD_COUGH_MS);
}

/* A doubtful goodbye would be a call cut off; everything else that works everywhere does no harm when it was meant
 * otherwise. What the recogniser turns down may still be a request for a person, and after a question for yes or no it
 * is more likely to be that than the recogniser, who does not know the question, can tell. */
static bool mean_universal(
	const struct sy_understand_prm *prm, const struct sy_hypothesis *heard, struct sy_meaning *meaning)
{
	bool yes_no;
	enum sy_on on;

	if (!heard->intent || !find_universal(heard->intent, &on))
		return false;
	yes_no = (on == SY_ON_YES || on == SY_ON_NO) && (YES_NO_STATES & SY_IN(prm->state));
	if (on == SY_ON_AGENT && (heard->decision == SY_REJECT ||
					 (heard->decision == SY_CONFIRM && heard->confidence < SY_HEARD_REQUEST)))
		meaning->on = SY_ON_AGENT_MAYBE;
	else if (heard->decision == SY_REJECT && !(yes_no && heard->confidence >= SY_HEARD_HOPELESS))
		return false;
	else
		meaning->on = on == SY_ON_GOODBYE && heard->confidence < SY_HEARD_GOODBYE ? SY_ON_NOT_UNDERSTOOD : on;
	return true;
}

/* The words that answer the slot's question, or NULL. */
static const char *slot_words(const struct sy_understand_prm *prm, const struct sy_hypothesis *heard)
{
	const char *words = prm->slot ? sy_pairs_get(&heard->slots, prm->slot->name) : NULL;
	enum sy_on on;

	if (!words && prm->part)
		words = sy_pairs_get(&heard->slots, prm->part->name);

	if (words || !prm->slot)
		return words;
	if (prm->slot->kind == SY_VALUE_YES_NO && prm->state != SY_STATE_CHECK && heard->intent &&
		find_universal(heard->intent, &on) && (on == SY_ON_YES || on == SY_ON_NO))
		return on == SY_ON_YES ? "yes" : "no";
	/* Three of six digits are no sentence; what was heard tells the caller what is missing. */
	if (prm->slot->kind == SY_VALUE_DIGITS && !heard->intent && heard->completeness == SY_INCOMPLETE)
		return heard->text;
	return NULL;
}

/* Half of the words are sure: it is the answer, with something over a part of it, and not other people's talk. */
static bool partly_sure(const struct sy_hypothesis *heard)
{
	size_t n = 0;
	size_t i;

	for (i = 0; i < heard->n_words; i++)
		n += heard->words[i].confidence >= SY_PART_SURE;
	return n && n * 2 >= heard->n_words;
}

static bool mean_value(
	const struct sy_understand_prm *prm, const struct sy_hypothesis *heard, struct sy_meaning *meaning)
{
	const char *words = SLOT_STATES & SY_IN(prm->state) ? slot_words(prm, heard) : NULL;

	if (!words || (heard->decision == SY_REJECT && heard->completeness != SY_INCOMPLETE && !partly_sure(heard)))
		return false;
	meaning->words = words;
	meaning->on = heard->decision == SY_ACCEPT ? SY_ON_VALUE_SURE : SY_ON_VALUE_DOUBTFUL;
	return true;
}

/* "The second one", where two were named. It is no sentence of the base's. */
static bool mean_which(
	const struct sy_understand_prm *prm, const struct sy_hypothesis *heard, struct sy_meaning *meaning)
{
	const struct sy_value_prm which = {.kind = SY_VALUE_WHICH};
	struct sy_value value = {0};

	if (prm->state != SY_STATE_EITHER || !heard->text || heard->confidence < SY_HEARD_HOPELESS ||
		sy_value_read(&which, heard->text, &value))
		return false;
	meaning->on = strcmp(value.text, "1") == 0 ? SY_ON_FIRST : SY_ON_SECOND;
	sy_value_reset(&value);
	return true;
}

/* It is what we asked about: said again, it is meant. */
static bool was_named(const struct sy_understand_prm *prm, const struct sy_article *article)
{
	return (prm->state == SY_STATE_CONFIRM && article == prm->suggested) ||
	       (prm->state == SY_STATE_EITHER && (article == prm->suggested || article == prm->other));
}

static bool mean_article(
	const struct sy_understand_prm *prm, const struct sy_hypothesis *heard, struct sy_meaning *meaning)
{
	const struct sy_article *article = heard->intent ? sy_content_article(prm->content, heard->intent) : NULL;

	if (!article || heard->decision == SY_REJECT)
		return false;
	meaning->article = article;
	meaning->second = heard->second ? sy_content_article(prm->content, heard->second) : NULL;
	if (meaning->second == article)
		meaning->second = NULL;
	meaning->on =
		heard->decision == SY_ACCEPT || was_named(prm, article) ? SY_ON_ARTICLE_SURE : SY_ON_ARTICLE_MAYBE;
	return true;
}

static struct sy_thresholds thresholds_of(const struct sy_understand_prm *prm)
{
	const struct sy_costs usual = SY_COSTS_USUAL;

	return prm->thresholds.accept > 0 ? prm->thresholds : sy_costs_thresholds(&usual);
}

/* How a search's two best articles lead on. `surely`: the first may be answered. */
static enum sy_on weigh_ranked(const struct sy_understand_prm *prm, const struct sy_ranked *ranked, bool surely,
	bool either, const struct sy_article *first)
{
	const struct sy_thresholds thresholds = thresholds_of(prm);
	const enum sy_decision decision = sy_decide(&thresholds, ranked[0].confidence);

	if (decision != SY_REJECT && was_named(prm, first))
		return SY_ON_ARTICLE_SURE;
	if (decision == SY_ACCEPT && surely)
		return SY_ON_ARTICLE_SURE;
	if (either && sy_thresholds_either(&thresholds, ranked[0].confidence, ranked[1].confidence))
		return SY_ON_ARTICLE_EITHER;
	return decision == SY_REJECT ? SY_ON_NOT_UNDERSTOOD : SY_ON_ARTICLE_MAYBE;
}

/* The words are no sentence, or not surely one; perhaps the search knows what they are about. */
static bool mean_searched(
	const struct sy_understand_prm *prm, const struct sy_hypothesis *heard, struct sy_meaning *meaning)
{
	const struct sy_heard_words words = {
		heard->text, &heard->guesses, heard->confidence, heard->intent ? heard->intent : heard->second};
	/* Of a sentence that hardly fits not even the words are known; nor are those of a sound that is cut off. */
	const bool surely = !heard->intent && heard->sounded == SY_SOUNDED_SPEECH;
	const struct sy_article *first, *second;
	struct sy_ranked ranked[RANKED];
	enum sy_on on;
	size_t n = 0;

	if (!prm->search || (NO_SEARCH & SY_IN(prm->state)) || heard->confidence < SY_HEARD_HOPELESS || !heard->text ||
		!*heard->text || sy_search_heard(prm->search, &words, ranked, RANKED, &n, NULL) || !n)
		return false;
	first = sy_content_article(prm->content, ranked[0].article);
	second = n > 1 ? sy_content_article(prm->content, ranked[1].article) : NULL;
	/* A choice of two is offered where words were heard in any order: what a sentence was forced into ranks badly.
	 */
	on = first ? weigh_ranked(prm, ranked, surely, second && heard->guesses.n > 0, first) : SY_ON_NOT_UNDERSTOOD;
	if (on == SY_ON_NOT_UNDERSTOOD)
		return false;
	*meaning = (struct sy_meaning){.on = on, .article = first, .second = second, .searched = true};
	return true;
}

bool sy_meaning_sure(const struct sy_meaning *meaning)
{
	return meaning->on != SY_ON_NOT_UNDERSTOOD && meaning->on != SY_ON_ARTICLE_MAYBE &&
	       meaning->on != SY_ON_ARTICLE_EITHER && meaning->on != SY_ON_AGENT_MAYBE &&
	       meaning->on != SY_ON_VALUE_DOUBTFUL;
}

void sy_understand(
	const struct sy_understand_prm *prm, const struct sy_hypothesis *heard, struct sy_meaning *ret_meaning)
{
	struct sy_meaning meaning = {.on = SY_ON_NOT_UNDERSTOOD};

	if (!mean_value(prm, heard, &meaning) && !mean_universal(prm, heard, &meaning) &&
		!mean_which(prm, heard, &meaning) && !mean_article(prm, heard, &meaning))
		(void)mean_searched(prm, heard, &meaning);
	*ret_meaning = meaning;
}

static bool ends_with(const char *text, const char *words)
{
	size_t n = strlen(text);
	size_t k = strlen(words);

	return k && k <= n && !strcmp(text + n - k, words);
}

static bool is_number(const struct sy_slot *slot)
{
	return slot->kind == SY_VALUE_DIGITS || slot->kind == SY_VALUE_NUMBER || slot->kind == SY_VALUE_MONEY ||
	       slot->kind == SY_VALUE_DATE || slot->kind == SY_VALUE_TIME || slot->kind == SY_VALUE_PHONE ||
	       slot->kind == SY_VALUE_SPELLED;
}

/* Figures or letters of which only the caller knows how many there are. */
static bool is_open_ended(const struct sy_slot *slot)
{
	return (slot->kind == SY_VALUE_DIGITS && !slot->length) || slot->kind == SY_VALUE_PHONE ||
	       slot->kind == SY_VALUE_SPELLED;
}

static bool may_go_on(const struct sy_slot *slot, const char *words, const struct sy_hypothesis *heard)
{
	if (!is_number(slot))
		return false;
	if (heard->completeness == SY_INCOMPLETE)
		return true;
	return is_open_ended(slot) && heard->text && ends_with(heard->text, words);
}

bool sy_heard_number(const struct sy_understand_prm *prm, const struct sy_hypothesis *heard)
{
	const struct sy_article *article = heard->intent ? sy_content_article(prm->content, heard->intent) : NULL;
	enum sy_on on;
	size_t i;

	/* "Yes" to a value that was read back begins no other. */
	if (prm->state == SY_STATE_CHECK && heard->decision != SY_REJECT && heard->intent &&
		find_universal(heard->intent, &on) && on == SY_ON_YES)
		return false;
	if (heard->completeness == SY_INCOMPLETE &&
		((prm->slot && is_number(prm->slot)) ||
			(!heard->intent && heard->text && sy_value_ends_in_digit(heard->text))))
		return true;
	for (i = 0; i < heard->slots.n; i++) {
		const char *name = heard->slots.at[i].name;
		const struct sy_slot *slot = article ? sy_article_slot(article, name) : NULL;

		if (!slot && prm->slot && !strcmp(prm->slot->name, name))
			slot = prm->slot;
		if (!slot && prm->part && !strcmp(prm->part->name, name))
			slot = prm->part;
		if (slot && may_go_on(slot, heard->slots.at[i].value, heard))
			return true;
	}
	return false;
}
