#include "kb/lint_sounds.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/grow.h"
#include "grammars/pronounce.h"
#include "grammars/soundalike.h"
#include "kb/compile.h"
#include "kb/phrase.h"
#include "prompts/spoken.h"

/* Stands for a slot among a phrase's words; no word begins with it. */
#define SLOT_SIGN '{'
#define SLOT_KINDS (UINT8_MAX - SY_SOUND_SLOT)

/* Something that can be said. */
struct said {
	const struct sy_article *article;
	const char *field;
	size_t entry;
	const char *written; /* borrowed from the content, or from `choices` */
	char *words;         /* owned; a slot is "{" and what it is filled with */
	uint8_t *sounds;
	size_t n;
	size_t group; /* things of one group may sound alike */
	size_t set;   /* only things of one set can be mistaken for each other: the phrases, or the choices of a slot */
};

struct sounds {
	const struct sy_content *content;
	struct sy_store *store;
	struct said *at;
	size_t n;
	size_t room;
	struct sy_strings choices; /* of look-ups */
	struct sy_intern slots;    /* what fills a slot, by number */
	struct sy_lexicon *lexicon;
	struct sy_confusions *confusions;
	void (*each)(void *arg, const struct sy_sounds_alike *alike);
	void *arg;
};

/* Takes `words`. */
static int add_said(struct sounds *sounds, const struct said *said)
{
	int err = SY_GROW(&sounds->at, sounds->n + 1, &sounds->room);

	if (err)
		free(said->words);
	else
		sounds->at[sounds->n++] = *said;
	return err;
}

/* What a slot is filled with: two slots of the same are alike, wherever they stand. */
static int add_slot(const struct sy_article *article, const char *name, struct sy_text *words)
{
	const struct sy_slot *slot = sy_article_slot(article, name);

	if (!slot)
		return EINVAL;
	if (slot->kind != SY_VALUE_TEXT)
		return sy_text_addf(words, " {%s", sy_value_kind_name(slot->kind));
	return slot->choices_from ? sy_text_addf(words, " {from:%s", slot->choices_from)
				  : sy_text_addf(words, " {of:%s:%s", article->id, name);
}

/* EINVAL: the phrase cannot be spoken, which sy_content_check() tells. */
static int read_phrase(const struct sy_article *article, const char *phrase, struct sy_text *words)
{
	struct sy_phrase_piece piece;
	int err;

	while (!(err = sy_phrase_next(&phrase, &piece, NULL))) {
		char *spoken = NULL;

		err = piece.slot ? add_slot(article, piece.text, words) : sy_spoken_phrase(piece.text, &spoken, NULL);
		if (!err && spoken)
			err = sy_text_addf(words, " %s", spoken);
		free(spoken);
		if (err)
			return err;
	}
	return err == ENOENT ? 0 : err;
}

static int add_phrases(struct sounds *sounds, size_t i)
{
	const struct sy_article *article = &sounds->content->articles[i];
	int err = 0;

	for (size_t k = 0; k < article->phrases.n && !err; k++) {
		struct said said = {.article = article,
			.field = "phrases",
			.entry = k,
			.written = article->phrases.at[k],
			.group = i};
		struct sy_text words = {0};

		err = read_phrase(article, said.written, &words);
		said.words = err ? NULL : sy_text_take(&words);
		sy_text_reset(&words);
		if (said.words)
			err = add_said(sounds, &said);
		err = err == EINVAL ? 0 : err;
	}
	return err;
}

/* The choices of a text slot; those of a look-up are kept, for the content does not have them. */
static int add_choices(struct sounds *sounds, const struct sy_article *article, size_t entry, size_t set)
{
	const struct sy_slot *slot = &article->slots[entry];
	struct sy_strings choices = {0};
	struct sy_problem why;
	int err = 0;

	if (slot->kind != SY_VALUE_TEXT || (slot->choices_from && !sounds->store))
		return 0;
	if (sy_compile_choices(sounds->content, sounds->store, slot, &choices, &why))
		return 0; /* the look-up fails, which sy_content_check() tells */
	for (size_t i = 0; i < choices.n && !err; i++) {
		struct said said = {.article = article, .field = "slots", .entry = entry, .set = set, .group = i};

		err = sy_spoken_phrase(choices.at[i], &said.words, NULL);
		if (!err)
			err = sy_strings_add(&sounds->choices, choices.at[i]);
		if (!err) {
			said.written = sounds->choices.at[sounds->choices.n - 1];
			err = add_said(sounds, &said);
		} else {
			free(said.words);
		}
		err = err == EINVAL ? 0 : err;
	}
	sy_strings_reset(&choices);
	return err;
}

static int collect(struct sounds *sounds)
{
	const struct sy_content *content = sounds->content;
	size_t sets = 1; /* 0: the phrases */
	int err = 0;

	for (size_t i = 0; i < content->n_articles && !err; i++)
		err = add_phrases(sounds, i);
	for (size_t i = 0; i < content->n_articles && !err; i++)
		for (size_t k = 0; k < content->articles[i].n_slots && !err; k++)
			err = add_choices(sounds, &content->articles[i], k, sets++);
	return err;
}

static int learn_words(struct sounds *sounds, struct sy_problem *why)
{
	struct sy_intern words = {0};
	int err = sy_lexicon_create(NULL, &sounds->lexicon, why);

	for (size_t i = 0; i < sounds->n && !err; i++) {
		for (const char *at = sounds->at[i].words; *at && !err;) {
			size_t n = strcspn(at, " "), number;

			if (n && *at != SLOT_SIGN)
				err = sy_intern_add(&words, at, n, &number);
			at += n + (at[n] == ' ');
		}
	}
	if (!err)
		err = sy_lexicon_correct(sounds->lexicon, &sounds->content->words, why);
	if (!err)
		err = sy_lexicon_add(sounds->lexicon, (const char *const *)words.at, words.n, why);
	sy_intern_reset(&words);
	return err;
}

static void add_phones(struct said *said, const char *phones)
{
	for (phones += strspn(phones, " "); *phones && said->n < SY_SOUNDS_MAX; phones += strspn(phones, " ")) {
		size_t n = strcspn(phones, " ");
		int number = sy_phone_number(phones, n);

		if (number >= 0)
			said->sounds[said->n++] = (uint8_t)number;
		phones += n;
	}
}

static int add_slot_sound(struct sounds *sounds, struct said *said, const char *slot, size_t n)
{
	size_t number = 0;
	int err = sy_intern_add(&sounds->slots, slot, n, &number);

	if (!err && said->n < SY_SOUNDS_MAX)
		said->sounds[said->n++] = (uint8_t)(SY_SOUND_SLOT + number % SLOT_KINDS);
	return err;
}

static int pronounce(struct sounds *sounds, struct said *said)
{
	char word[SY_WORD_MAX + 1];
	int err = 0;

	said->sounds = malloc(SY_SOUNDS_MAX);
	if (!said->sounds)
		return ENOMEM;
	for (const char *at = said->words; *at && !err;) {
		size_t n = strcspn(at, " ");

		if (*at == SLOT_SIGN) {
			err = add_slot_sound(sounds, said, at, n);
		} else if (n && n <= SY_WORD_MAX) {
			const char *phones;

			memcpy(word, at, n);
			word[n] = '\0';
			phones = sy_lexicon_phones(sounds->lexicon, word, 0);
			add_phones(said, phones ? phones : "");
		}
		at += n + (at[n] == ' ');
	}
	return err;
}

static void tell(const struct sounds *sounds, const struct said *set, const struct sy_soundalike *pair)
{
	const struct said *a = &set[pair->a], *b = &set[pair->b];

	if (!strcasecmp(a->written, b->written))
		return;
	sounds->each(sounds->arg, &(struct sy_sounds_alike){.article = a->article,
					  .field = a->field,
					  .entry = a->entry,
					  .said = a->written,
					  .other = b->article,
					  .heard = b->written,
					  .error = pair->error});
}

/* The things said from `from` on that can be mistaken for each other; *ret_n is how many. */
static int compare_set(struct sounds *sounds, size_t from, size_t *ret_n)
{
	struct sy_sounding *rows;
	struct sy_soundalike *pairs = NULL;
	size_t n = 0, n_pairs = 0;
	int err;

	while (from + n < sounds->n && sounds->at[from + n].set == sounds->at[from].set)
		n++;
	rows = calloc(n + 1, sizeof(*rows));
	if (!rows)
		return ENOMEM;
	for (size_t i = 0; i < n; i++) {
		const struct said *said = &sounds->at[from + i];

		rows[i] = (struct sy_sounding){.sounds = said->sounds, .n = said->n, .group = said->group};
	}
	err = sy_soundalikes_find(sounds->confusions, rows, n, SY_SOUNDS_ALIKE, &pairs, &n_pairs);
	for (size_t i = 0; i < n_pairs && !err; i++)
		tell(sounds, &sounds->at[from], &pairs[i]);
	free(pairs);
	free(rows);
	*ret_n = n;
	return err;
}

int sy_lint_sounds(const struct sy_content *content, struct sy_store *store,
	void (*each)(void *arg, const struct sy_sounds_alike *alike), void *arg, struct sy_problem *why)
{
	struct sounds sounds = {.content = content, .store = store, .each = each, .arg = arg};
	size_t n = 0;
	int err = collect(&sounds);

	if (!err && sounds.n)
		err = sy_confusions_load(NULL, &sounds.confusions, why);
	if (!err && sounds.n)
		err = learn_words(&sounds, why);
	for (size_t i = 0; i < sounds.n && !err; i++)
		err = pronounce(&sounds, &sounds.at[i]);
	for (size_t i = 0; i < sounds.n && !err; i += n)
		err = compare_set(&sounds, i, &n);
	for (size_t i = 0; i < sounds.n; i++) {
		free(sounds.at[i].words);
		free(sounds.at[i].sounds);
	}
	free(sounds.at);
	sy_strings_reset(&sounds.choices);
	sy_intern_reset(&sounds.slots);
	sy_lexicon_destroy(sounds.lexicon);
	sy_confusions_destroy(sounds.confusions);
	return err;
}

void sy_sounds_alike_print(const struct sy_sounds_alike *alike, struct sy_problem *ret_line)
{
	long percent = lrint(100 * alike->error);

	if (alike->article == alike->other)
		(void)sy_problem_set(ret_line, 0,
			"the choice '%.120s' sounds like '%.120s' on a telephone: about %ld in 100 who say it are "
			"heard "
			"saying the other",
			alike->said, alike->heard, percent);
	else
		(void)sy_problem_set(ret_line, 0,
			"'%.120s' sounds like '%.120s' of article %s on a telephone: about %ld in 100 who say it are "
			"heard "
			"saying the other; reword one",
			alike->said, alike->heard, alike->other->id, percent);
}
