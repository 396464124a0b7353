#include "kb/lint.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "kb/article_check.h"
#include "kb/lint_sounds.h"
#include "kb/lint_words.h"
#include "kb/working.h"
#include "prompts/template.h"

struct linting {
	const struct sy_lint *lint;
	struct sy_content content;
	char today[16];
	size_t n;
	size_t n_alike;
};

/* Promise P9, and its cousins. In lower case. */
static const char *const banned[] = {"your call is important", "our menu has changed", "our menu options have changed",
	"your call is very important", "listen carefully as our", "due to unusually high call volume"};

const char *sy_severity_name(enum sy_severity severity)
{
	static const char *const names[] = {
		[SY_LINT_NOTE] = "note", [SY_LINT_WARNING] = "warning", [SY_LINT_ERROR] = "error"};

	return names[severity];
}

static void tell(struct linting *linting, const struct sy_finding *finding)
{
	linting->n++;
	if (linting->lint->found)
		linting->lint->found(linting->lint->arg, finding);
}

__attribute__((format(printf, 4, 5))) static void warn(
	struct linting *linting, const struct sy_article *article, const char *field, const char *fmt, ...)
{
	char text[SY_PROBLEM_MAX];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	tell(linting, &(struct sy_finding){.severity = SY_LINT_WARNING,
			      .article = article->id,
			      .field = field,
			      .entry = SIZE_MAX,
			      .text = text});
}

static void tell_fault(void *arg, const struct sy_fault *fault)
{
	struct linting *linting = arg;
	const char *behind_name = fault->part == SY_PART_ARTICLE ? strstr(fault->text, ": ") : NULL;

	tell(linting,
		&(struct sy_finding){.severity = SY_LINT_ERROR,
			.article = fault->part == SY_PART_ARTICLE ? linting->content.articles[fault->item].id : NULL,
			.field = fault->field,
			.entry = fault->entry,
			.text = behind_name ? behind_name + 2 : fault->text});
}

static void lint_faults(struct linting *linting)
{
	struct sy_content_check check = {.content = &linting->content, .found = tell_fault, .arg = linting};

	if (sy_content_check(&check) || !linting->lint->store)
		return;
	check.store = linting->lint->store;
	(void)sy_content_check(&check);
}

static void lint_care(struct linting *linting, const struct sy_article *article)
{
	if (!article->owner)
		warn(linting, article, "owner", "nobody owns this answer; write who does under owner");
	if (!article->review)
		warn(linting, article, "review", "no review date; write when it must be looked at again");
	else if (sy_date_is_good(article->review) && strcmp(article->review, linting->today) < 0)
		warn(linting, article, "review", "the review is overdue since %s", article->review);
	if (!article->answer)
		warn(linting, article, "answer", "no answer yet, so it stays a draft and callers do not hear it");
	if (article->phrases.n < SY_LINT_PHRASES_MIN)
		warn(linting, article, "phrases", "only %zu phrase%s; write down %d or more ways to ask",
			article->phrases.n, article->phrases.n == 1 ? "" : "s", SY_LINT_PHRASES_MIN);
}

static size_t count_words(const char *text)
{
	size_t n = 0;

	for (const char *c = text; *c; c++)
		n += !isspace((unsigned char)*c) && (c == text || isspace((unsigned char)c[-1]));
	return n;
}

/* Stops that end a sentence: followed by a blank or the end, so that "20.50" and "larkfield.example" are none. */
static size_t count_sentences(const char *text)
{
	size_t n = 0;
	bool open = false;

	for (const char *c = text; *c; c++) {
		bool stop = strchr(".!?", *c) && (!c[1] || isspace((unsigned char)c[1]));

		n += stop && open;
		open = stop ? false : open || isalnum((unsigned char)*c) || *c == '}';
	}
	return n + open;
}

static bool holds(const char *text, const char *lower)
{
	return strcasestr(text, lower) != NULL;
}

static void lint_answer(struct linting *linting, const struct sy_article *article)
{
	size_t words = count_words(article->answer), sentences = count_sentences(article->answer);

	if (words > SY_LINT_WORDS_MAX)
		warn(linting, article, "answer", "the answer has %zu words; a caller takes in %d at most", words,
			SY_LINT_WORDS_MAX);
	if (sentences > SY_LINT_SENTENCES_MAX)
		warn(linting, article, "answer", "the answer has %zu sentences; keep it to %d", sentences,
			SY_LINT_SENTENCES_MAX);
	for (size_t i = 0; i < sizeof(banned) / sizeof(*banned); i++)
		if (holds(article->answer, banned[i]))
			warn(linting, article, "answer", "says '%s', which callers were promised not to hear",
				banned[i]);
}

static void lint_followups(struct linting *linting, const struct sy_article *article)
{
	for (size_t i = 0; i < article->followups.n; i++) {
		const struct sy_article *next = sy_content_article(&linting->content, article->followups.at[i]);

		if (next && !next->answer)
			warn(linting, article, "followups", "the follow-up '%s' is a draft and will not be offered",
				next->id);
	}
	if (article->followups.n > SY_LINT_FOLLOWUPS_MAX)
		warn(linting, article, "followups", "%zu follow-ups; at most %d can be offered at a time",
			article->followups.n, SY_LINT_FOLLOWUPS_MAX);
}

struct optional_slots {
	struct linting *linting;
	const struct sy_article *article;
};

static void check_optional(void *arg, const char *placeholder)
{
	struct optional_slots *slots = arg;
	const struct sy_slot *slot = sy_article_slot(slots->article, placeholder);

	if (slot && slot->optional && !slots->article->lookup)
		warn(slots->linting, slots->article, "answer",
			"says {%s}, which is optional, in its only sentence: there is no answer for who did not name "
			"it",
			slot->name);
}

static void check_company(void *arg, const char *placeholder)
{
	struct optional_slots *slots = arg;

	if (!strcmp(placeholder, "company") && !slots->linting->content.company)
		warn(slots->linting, slots->article, "answer",
			"says {company}, and there is none, so the sentence is left out; import company: NAME");
}

static void lint_placeholders(struct linting *linting, const struct sy_article *article)
{
	struct optional_slots slots = {.linting = linting, .article = article};

	(void)sy_template_check("answer", article->answer, check_company, &slots, NULL);
	/* A sentence without a value for its placeholder is left out of the answer; the others are said. */
	if (count_sentences(article->answer) > 1)
		return;
	(void)sy_template_check("answer", article->answer, check_optional, &slots, NULL); /* faults are told above */
}

static void lint_articles(struct linting *linting)
{
	for (size_t i = 0; i < linting->content.n_articles; i++) {
		const struct sy_article *article = &linting->content.articles[i];

		lint_care(linting, article);
		if (article->answer) {
			lint_answer(linting, article);
			lint_placeholders(linting, article);
		}
		lint_followups(linting, article);
	}
}

/* One phrase of the content, for sorting. */
struct placed {
	const struct sy_article *article;
	size_t entry;
};

static const char *phrase_of(const struct placed *placed)
{
	return placed->article->phrases.at[placed->entry];
}

static int by_phrase(const void *a, const void *b)
{
	int order = strcasecmp(phrase_of(a), phrase_of(b));

	return order ? order : strcmp(((const struct placed *)a)->article->id, ((const struct placed *)b)->article->id);
}

static void tell_twins(struct linting *linting, const struct placed *a, const struct placed *b)
{
	char text[SY_PROBLEM_MAX];

	if (a->article == b->article)
		(void)snprintf(text, sizeof(text), "phrase '%.200s' is there twice", phrase_of(b));
	else
		(void)snprintf(text, sizeof(text),
			"phrase '%.200s' is in article %s too; callers who say it will be asked which they mean",
			phrase_of(b), a->article->id);
	tell(linting, &(struct sy_finding){.severity = SY_LINT_WARNING,
			      .article = b->article->id,
			      .field = "phrases",
			      .entry = b->entry,
			      .text = text});
}

static int lint_twins(struct linting *linting)
{
	const struct sy_content *content = &linting->content;
	struct placed *placed = calloc(sy_content_n_phrases(content) + 1, sizeof(*placed));
	size_t n = 0;

	if (!placed)
		return ENOMEM;
	for (size_t i = 0; i < content->n_articles; i++)
		for (size_t j = 0; j < content->articles[i].phrases.n; j++)
			placed[n++] = (struct placed){.article = &content->articles[i], .entry = j};
	qsort(placed, n, sizeof(*placed), by_phrase);
	for (size_t i = 1; i < n; i++)
		if (!strcasecmp(phrase_of(&placed[i - 1]), phrase_of(&placed[i])))
			tell_twins(linting, &placed[i - 1], &placed[i]);
	free(placed);
	return 0;
}

static void tell_guess(void *arg, const struct sy_guess *guess)
{
	char text[SY_PROBLEM_MAX];

	(void)snprintf(text, sizeof(text),
		"'%s' is in no dictionary and will be heard as %s; correct it under words if that is wrong",
		guess->word, guess->phones);
	tell(arg, &(struct sy_finding){.severity = SY_LINT_NOTE,
			  .article = guess->article,
			  .field = "phrases",
			  .entry = SIZE_MAX,
			  .text = text});
}

static void tell_alike(void *arg, const struct sy_sounds_alike *alike)
{
	struct linting *linting = arg;
	struct sy_problem line;

	if (linting->n_alike++ >= SY_LINT_ALIKE_MAX)
		return;
	sy_sounds_alike_print(alike, &line);
	tell(linting, &(struct sy_finding){.severity = SY_LINT_WARNING,
			      .article = alike->article->id,
			      .field = alike->field,
			      .entry = alike->entry,
			      .text = line.text});
}

static int lint_sounds(struct linting *linting, struct sy_problem *why)
{
	struct sy_problem line;
	int err = sy_lint_sounds(&linting->content, linting->lint->store, tell_alike, linting, why);

	if (err || linting->n_alike <= SY_LINT_ALIKE_MAX)
		return err;
	(void)sy_problem_set(&line, 0, "%zu more pairs of phrases sound alike, less than those above",
		linting->n_alike - SY_LINT_ALIKE_MAX);
	tell(linting, &(struct sy_finding){.severity = SY_LINT_NOTE, .entry = SIZE_MAX, .text = line.text});
	return 0;
}

int sy_lint(const struct sy_lint *lint, size_t *ret_n, struct sy_problem *why)
{
	struct linting linting = {.lint = lint};
	int err = sy_working_load(lint->store, SY_WORKING_ARTICLES, &linting.content, why);

	if (err)
		return err;
	if (!strftime(linting.today, sizeof(linting.today), "%Y-%m-%d", lint->today))
		linting.today[0] = 0;
	lint_faults(&linting);
	lint_articles(&linting);
	err = lint_twins(&linting);
	if (!err)
		err = sy_lint_words(&linting.content, tell_guess, &linting, why);
	if (!err)
		err = lint_sounds(&linting, why);
	if (!err)
		*ret_n = linting.n;
	if (err == ENOMEM)
		(void)sy_problem_set(why, err, "out of memory");
	sy_content_reset(&linting.content);
	return err;
}
