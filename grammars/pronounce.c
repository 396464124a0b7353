#include "grammars/pronounce.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/grow.h"
#include "base/place.h"
#include "base/text.h"
#include "grammars/dictionary.h"
#include "grammars/intern.h"

/* Where Debian's pocketsphinx-en-us puts it. */
#define CMU_DICTIONARY "/usr/share/pocketsphinx/model/en-us/cmudict-en-us.dict"

/* Of a project's folder, an editor's file and the CMU dictionary together. */
#define FILES_MAX 32

/* The shortest part of a compound: with two letters a word falls into parts by chance more often than not. */
#define PART_LETTERS_MIN 3

struct source {
	char *path;
	enum sy_pronounced_by by;
};

struct entry {
	char *phones[SY_PRONUNCIATIONS_MAX];
	size_t n;
	size_t source; /* the one that has it; n_sources: none */
};

/* Words and what is known of them, by the words' numbers. */
struct table {
	struct sy_intern words;
	struct entry *entries;
	size_t n;
	size_t cap;
};

struct sy_lexicon {
	struct source sources[FILES_MAX]; /* first come, first believed */
	size_t n_sources;
	struct table corrections; /* come before all sources */
	struct table table;
};

#define BY_CORRECTION SIZE_MAX /* as an entry's source */

static void table_cut(struct table *table, size_t n)
{
	while (table->n > n) {
		struct entry *entry = &table->entries[--table->n];
		for (size_t i = 0; i < entry->n; i++)
			free(entry->phones[i]);
	}
}

static void table_reset(struct table *table)
{
	table_cut(table, 0);
	free(table->entries);
	sy_intern_reset(&table->words);
	*table = (struct table){0};
}

static int table_add(struct table *table, const char *word, size_t len, size_t none)
{
	size_t number;
	int err = sy_intern_add(&table->words, word, len, &number);
	if (err || number < table->n)
		return err;
	err = SY_GROW(&table->entries, table->n + 1, &table->cap);
	if (!err)
		table->entries[table->n++] = (struct entry){.source = none};
	return err;
}

static int entry_add(struct entry *entry, const char *phones, size_t n)
{
	for (size_t i = 0; i < entry->n; i++)
		if (strlen(entry->phones[i]) == n && memcmp(entry->phones[i], phones, n) == 0)
			return 0;
	if (entry->n == SY_PRONUNCIATIONS_MAX)
		return 0;
	char *copy = strndup(phones, n);
	if (!copy)
		return ENOMEM;
	entry->phones[entry->n++] = copy;
	return 0;
}

/* Sources. */

static int add_source(struct sy_lexicon *lexicon, const char *path, enum sy_pronounced_by by, struct sy_problem *why)
{
	if (lexicon->n_sources == FILES_MAX)
		return sy_problem_set(why, E2BIG, "%s: at most 30 dictionaries can be used", path);
	if (access(path, R_OK) != 0) {
		int err = errno;
		return sy_problem_set(why, err, "%s: the dictionary cannot be read: %s%s", path, strerror(err),
			by == SY_BY_DICTIONARY ? " (install pocketsphinx-en-us, or set SAYSO_CMUDICT)" : "");
	}
	struct source source = {strdup(path), by};
	if (!source.path)
		return ENOMEM;
	lexicon->sources[lexicon->n_sources++] = source;
	return 0;
}

static int is_dictionary(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);
	return n > 5 && entry->d_name[0] != '.' && strcmp(entry->d_name + n - 5, ".dict") == 0;
}

static int add_project_sources(struct sy_lexicon *lexicon, struct sy_problem *why)
{
	char *folder;
	int err = sy_place_data("grammars", &folder, why);
	if (err)
		return err;
	struct dirent **entries = NULL;
	int n = scandir(folder, &entries, is_dictionary, alphasort);
	if (n < 0)
		err = sy_problem_set(why, errno, "%s: the folder cannot be read: %s", folder, strerror(errno));
	for (int i = 0; i < n; i++) {
		struct sy_text path = {0};
		if (!err)
			err = sy_text_addf(&path, "%s/%s", folder, entries[i]->d_name);
		if (!err)
			err = add_source(lexicon, sy_text_str(&path), SY_BY_PROJECT, why);
		sy_text_reset(&path);
		free(entries[i]);
	}
	free(entries);
	free(folder);
	return err;
}

int sy_lexicon_create(const char *extra_dict, struct sy_lexicon **ret_lexicon, struct sy_problem *why)
{
	struct sy_lexicon *lexicon = calloc(1, sizeof *lexicon);
	const char *cmu = getenv("SAYSO_CMUDICT");
	int err = lexicon ? 0 : ENOMEM;
	if (!err && extra_dict)
		err = add_source(lexicon, extra_dict, SY_BY_PROJECT, why);
	if (!err)
		err = add_project_sources(lexicon, why);
	if (!err)
		err = add_source(lexicon, cmu && *cmu ? cmu : CMU_DICTIONARY, SY_BY_DICTIONARY, why);
	if (err) {
		sy_lexicon_destroy(lexicon);
		return err;
	}
	*ret_lexicon = lexicon;
	return 0;
}

void sy_lexicon_destroy(struct sy_lexicon *lexicon)
{
	if (!lexicon)
		return;
	for (size_t i = 0; i < lexicon->n_sources; i++)
		free(lexicon->sources[i].path);
	table_reset(&lexicon->corrections);
	table_reset(&lexicon->table);
	free(lexicon);
}

/* Scanning. */

struct filling {
	struct table *table;
	size_t source; /* at hand */
	size_t none;
};

static int take_found(void *state, const struct sy_dictionary_found *found)
{
	const struct filling *filling = state;
	if (found->word >= filling->table->n)
		return 0;
	struct entry *entry = &filling->table->entries[found->word];
	if (entry->source == filling->none)
		entry->source = filling->source;
	return entry->source == filling->source ? entry_add(entry, found->phones, found->n) : 0;
}

/* Gives the words that were corrected what the editor wrote. */
static int fill_corrected(const struct table *corrections, struct table *fresh)
{
	int err = 0;
	for (size_t i = 0; !err && i < fresh->n; i++) {
		const char *word = fresh->words.at[i];
		long number = sy_intern_find(&corrections->words, word, strlen(word));
		if (number < 0)
			continue;
		const char *phones = corrections->entries[number].phones[0];
		err = entry_add(&fresh->entries[i], phones, strlen(phones));
		fresh->entries[i].source = BY_CORRECTION;
	}
	return err;
}

/* Looks up what the table does not know yet. Words known from an earlier call keep what they have. */
static int fill(const struct sy_lexicon *lexicon, struct table *table, struct sy_problem *why)
{
	struct filling filling = {.table = table, .none = lexicon->n_sources};
	struct table fresh = {0};
	int err = 0;
	for (size_t i = 0; !err && i < table->n; i++)
		if (table->entries[i].source == filling.none && !table->entries[i].n)
			err = table_add(&fresh, table->words.at[i], strlen(table->words.at[i]), filling.none);
	filling.table = &fresh;
	if (!err)
		err = fill_corrected(&lexicon->corrections, &fresh);
	for (; !err && filling.source < lexicon->n_sources; filling.source++) {
		const struct source *source = &lexicon->sources[filling.source];
		struct sy_dictionary_scan scan = {.path = source->path,
			.check_all = source->by == SY_BY_PROJECT,
			.wanted = &fresh.words,
			.found = take_found,
			.state = &filling};
		err = sy_dictionary_scan(&scan, why);
	}
	for (size_t i = 0; !err && i < fresh.n; i++) {
		long number = sy_intern_find(&table->words, fresh.words.at[i], strlen(fresh.words.at[i]));
		table->entries[number] = fresh.entries[i];
		fresh.entries[i].n = 0;
	}
	table_reset(&fresh);
	return err;
}

/* Guessing. */

/* The letters of a word without a final s or 's; 0: it has none, or too few besides. */
static size_t stem_of(const char *word, size_t n)
{
	if (n < PART_LETTERS_MIN + 1 || word[n - 1] != 's')
		return 0;
	size_t stem = word[n - 2] == '\'' ? n - 2 : n - 1;
	return stem >= 2 && word[stem - 1] != 's' ? stem : 0;
}

/* Spelling alone does not say whether a part is a word; one without a vowel never is. */
static bool may_be_part(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strchr("aeiouy", s[i]))
			return true;
	return false;
}

static int list_parts(struct table *parts, const char *word, size_t n, size_t none)
{
	int err = table_add(parts, word, n, none);
	for (size_t i = PART_LETTERS_MIN; !err && i + PART_LETTERS_MIN <= n; i++) {
		if (!may_be_part(word, i) || !may_be_part(word + i, n - i))
			continue;
		err = table_add(parts, word, i, none);
		if (!err)
			err = table_add(parts, word + i, n - i, none);
	}
	return err;
}

static const char *part_phones(const struct table *parts, const char *s, size_t n)
{
	long number = sy_intern_find(&parts->words, s, n);
	if (number < 0 || !parts->entries[number].n)
		return NULL;
	return parts->entries[number].phones[0];
}

/* Two dictionary words in a row, cut where the shorter one is longest. Returns the first one's letters, or 0. */
static size_t best_cut(const struct table *parts, const char *word, size_t n)
{
	size_t best = 0, best_shorter = 0;
	for (size_t i = PART_LETTERS_MIN; i + PART_LETTERS_MIN <= n; i++) {
		size_t shorter = i < n - i ? i : n - i;
		if (shorter <= best_shorter || !may_be_part(word, i) || !may_be_part(word + i, n - i))
			continue;
		if (!part_phones(parts, word, i) || !part_phones(parts, word + i, n - i))
			continue;
		best = i;
		best_shorter = shorter;
	}
	return best;
}

/* The ending "s" as it sounds after these phones. */
static const char *sound_of_s(const char *phones)
{
	const char *last = strrchr(phones, ' ');
	last = last ? last + 1 : phones;
	static const char *const hissing[] = {"S", "Z", "SH", "ZH", "CH", "JH"};
	static const char *const voiceless[] = {"P", "T", "K", "F", "TH"};
	for (size_t i = 0; i < sizeof hissing / sizeof *hissing; i++)
		if (strcmp(last, hissing[i]) == 0)
			return "IH Z";
	for (size_t i = 0; i < sizeof voiceless / sizeof *voiceless; i++)
		if (strcmp(last, voiceless[i]) == 0)
			return "S";
	return "Z";
}

/* The phones of a stem or compound from the parts; nothing is added where there are none. */
static int join_parts(const struct table *parts, const char *word, size_t n, struct sy_text *phones)
{
	const char *whole = part_phones(parts, word, n);
	if (whole)
		return sy_text_add(phones, whole);
	size_t cut = best_cut(parts, word, n);
	if (!cut)
		return 0;
	return sy_text_addf(phones, "%s %s", part_phones(parts, word, cut), part_phones(parts, word + cut, n - cut));
}

static int guess_from_parts(const struct table *parts, const char *word, struct entry *entry)
{
	struct sy_text phones = {0};
	size_t n = strlen(word), stem = stem_of(word, n);
	int err = join_parts(parts, word, n, &phones);
	if (!err && !phones.len && stem) {
		err = join_parts(parts, word, stem, &phones);
		if (!err && phones.len)
			err = sy_text_addf(&phones, " %s", sound_of_s(sy_text_str(&phones)));
	}
	if (!err && phones.len)
		err = entry_add(entry, sy_text_str(&phones), phones.len);
	sy_text_reset(&phones);
	return err;
}

static int guess_from_letters(const char *word, struct entry *entry)
{
	char *phones;
	int err = sy_pronounce_letters(word, &phones);
	if (err)
		return err;
	err = entry_add(entry, phones, strlen(phones));
	free(phones);
	return err;
}

/* Guesses the words from number `first` on that no file has. */
static int guess(struct sy_lexicon *lexicon, size_t first, struct sy_problem *why)
{
	struct table *table = &lexicon->table, parts = {0};
	size_t none = lexicon->n_sources;
	int err = 0;
	for (size_t i = first; !err && i < table->n; i++) {
		const char *word = table->words.at[i];
		size_t n = strlen(word), stem = stem_of(word, n);
		if (table->entries[i].source != none)
			continue;
		err = list_parts(&parts, word, n, none);
		if (!err && stem)
			err = list_parts(&parts, word, stem, none);
	}
	if (!err && parts.n)
		err = fill(lexicon, &parts, why);
	for (size_t i = first; !err && i < table->n; i++) {
		if (table->entries[i].source != none)
			continue;
		err = guess_from_parts(&parts, table->words.at[i], &table->entries[i]);
		if (!err)
			err = guess_from_letters(table->words.at[i], &table->entries[i]);
	}
	table_reset(&parts);
	return err;
}

/* Words. */

static int check_word(const char *word, struct sy_problem *why)
{
	size_t n = strlen(word), letters = 0;
	if (n > SY_WORD_MAX)
		return sy_problem_set(why, EINVAL, "\"%.20s…\" is no word: expected at most 64 letters", word);
	for (size_t i = 0; i < n; i++) {
		bool is_letter = (word[i] >= 'a' && word[i] <= 'z') || (word[i] >= 'A' && word[i] <= 'Z');
		letters += is_letter;
		if (!is_letter && word[i] != '\'')
			return sy_problem_set(why, EINVAL,
				"\"%s\" has a symbol without pronunciation: expected letters and apostrophes", word);
	}
	return letters ? 0 : sy_problem_set(why, EINVAL, "\"%s\" is no word: expected letters", word);
}

/* Phones with one blank between them, so that they compare with those of a dictionary. Caller frees. */
static int read_phones(const char *list, char **ret_phones, struct sy_problem *why)
{
	struct sy_text phones = {0};
	int err = 0;
	for (list += strspn(list, " "); *list && !err; list += strspn(list, " ")) {
		size_t n = strcspn(list, " ");
		if (!sy_is_phone(list, n))
			err = sy_problem_set(why, EINVAL, "\"%.*s\" is no phone: expected those of the CMU dictionary",
				(int)(n < 20 ? n : 20), list);
		else
			err = sy_text_addf(&phones, "%s%.*s", phones.len ? " " : "", (int)n, list);
		list += n;
	}
	if (!err && !phones.len)
		err = sy_problem_set(why, EINVAL, "expected phones, as HH AH L OW");
	if (!err)
		*ret_phones = sy_text_take(&phones);
	sy_text_reset(&phones);
	return err;
}

static int add_lower(struct table *table, const char *word, size_t none)
{
	char lower[SY_WORD_MAX];
	size_t n = strlen(word);
	for (size_t i = 0; i < n; i++)
		lower[i] = (char)tolower((unsigned char)word[i]);
	return table_add(table, lower, n, none);
}

/* On failure the words of this call are forgotten: an empty entry must not pass for a pronunciation. */
static void forget(struct sy_lexicon *lexicon, size_t n_before)
{
	struct table *table = &lexicon->table;
	table_cut(table, n_before);
	struct sy_intern kept = {0};
	for (size_t i = 0; i < n_before; i++) {
		size_t number;
		if (sy_intern_add(&kept, table->words.at[i], strlen(table->words.at[i]), &number) != 0) {
			sy_intern_reset(&kept);
			table_cut(table, 0);
			break;
		}
	}
	sy_intern_reset(&table->words);
	table->words = kept;
}

static int add_correction(struct table *corrections, const struct sy_pair *pair, struct sy_problem *why)
{
	struct sy_problem detail = {""};
	char *phones = NULL;
	int err = check_word(pair->name, why);
	if (err)
		return err;
	err = read_phones(pair->value, &phones, &detail);
	if (err == EINVAL)
		(void)sy_problem_set(why, err, "the word \"%s\": %s", pair->name, detail.text);
	if (!err)
		err = add_lower(corrections, pair->name, 0);
	if (!err && !corrections->entries[corrections->n - 1].n)
		err = entry_add(&corrections->entries[corrections->n - 1], phones, strlen(phones));
	free(phones);
	return err;
}

int sy_lexicon_correct(struct sy_lexicon *lexicon, const struct sy_pairs *words, struct sy_problem *why)
{
	struct table corrections = {0};
	int err = 0;
	for (size_t i = 0; i < words->n && !err; i++)
		err = add_correction(&corrections, &words->at[i], why);
	if (err) {
		table_reset(&corrections);
		return err;
	}
	table_reset(&lexicon->corrections);
	lexicon->corrections = corrections;
	return 0;
}

int sy_lexicon_add(struct sy_lexicon *lexicon, const char *const *words, size_t n, struct sy_problem *why)
{
	struct table *table = &lexicon->table;
	size_t n_before = table->n;
	int err = 0;
	for (size_t i = 0; i < n; i++) {
		err = check_word(words[i], why);
		if (err)
			return err;
	}
	for (size_t i = 0; !err && i < n; i++)
		err = add_lower(table, words[i], lexicon->n_sources);
	if (!err && table->n > n_before)
		err = fill(lexicon, table, why);
	if (!err)
		err = guess(lexicon, n_before, why);
	if (err)
		forget(lexicon, n_before);
	return err;
}

int sy_lexicon_add_sentences(struct sy_lexicon *lexicon, const char *const *sentences, size_t n, struct sy_problem *why)
{
	struct sy_text all = {0};
	const char **words = NULL;
	char *rest = NULL;
	size_t n_words = 0;
	int err = sy_text_addf(&all, " ");
	for (size_t i = 0; i < n && !err; i++)
		err = sy_text_addf(&all, "%s ", sentences[i]);
	if (!err && !(words = malloc((all.len + 1) * sizeof *words)))
		err = ENOMEM;
	for (char *word = err ? NULL : strtok_r(all.s, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
		words[n_words++] = word;
	if (!err)
		err = sy_lexicon_add(lexicon, words, n_words, why);
	free(words);
	sy_text_reset(&all);
	return err;
}

static const struct entry *find_entry(const struct sy_lexicon *lexicon, const char *word)
{
	long number = sy_intern_find(&lexicon->table.words, word, strlen(word));
	return number < 0 ? NULL : &lexicon->table.entries[number];
}

const char *sy_lexicon_phones(const struct sy_lexicon *lexicon, const char *word, size_t i)
{
	const struct entry *entry = find_entry(lexicon, word);
	return entry && i < entry->n ? entry->phones[i] : NULL;
}

enum sy_pronounced_by sy_lexicon_source(const struct sy_lexicon *lexicon, const char *word)
{
	const struct entry *entry = find_entry(lexicon, word);
	if (!entry || entry->source == lexicon->n_sources)
		return SY_BY_LETTERS;
	return entry->source == BY_CORRECTION ? SY_BY_PROJECT : lexicon->sources[entry->source].by;
}

size_t sy_lexicon_n_words(const struct sy_lexicon *lexicon)
{
	return lexicon->table.n;
}

const char *sy_lexicon_word(const struct sy_lexicon *lexicon, size_t i)
{
	return lexicon->table.words.at[i];
}
