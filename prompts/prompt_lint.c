#include "prompts/prompt_lint.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "base/text.h"
#include "prompts/prompt.h"

struct finder {
	sy_prompts_found_h *found;
	void *arg;
	size_t n;
};

static void report(struct finder *finder, const char *where, const char *id, const char *what, const char *detail)
{
	struct sy_problem line;

	(void)sy_problem_set(&line, 0, "%s: prompt '%s' %s%s", where, id, what, detail);
	finder->n++;
	if (finder->found)
		finder->found(finder->arg, line.text);
}

/* One letter of plain text: what a comparison looks at. Marks in [ ] and < > are not spoken. */
static char plain_letter(char c)
{
	if (isalnum((unsigned char)c) || c == '\'' || (c & 0x80))
		return (char)tolower((unsigned char)c);
	return strchr("?*#{}|", c) ? c : ' ';
}

/* Lower case, single blanks between words, a blank at both ends; punctuation and speech marks gone, '?', '*', '#' and
 * placeholders kept as words. */
static int plain(const char *text, struct sy_text *ret_plain)
{
	int err = sy_text_add(ret_plain, " ");
	char mark = 0;
	bool inside = false;

	for (; *text && !err; text++) {
		char c = plain_letter(*text);

		if (mark || *text == '[' || *text == '<') {
			mark = *text == ']' || *text == '>' ? 0 : '[';
			c = ' ';
		}
		inside = *text == '{' || (inside && *text != '}');
		if (c == '?' || (c == '{' && text[1] != '{'))
			err = sy_text_add(ret_plain, " ");
		if (!err && (c != ' ' || ret_plain->s[ret_plain->len - 1] != ' '))
			err = sy_text_add_n(ret_plain, c == ' ' && inside ? "_" : &c, 1);
		if (!err && (c == '?' || c == '}'))
			err = sy_text_add(ret_plain, " ");
	}
	return err ? err : sy_text_add(ret_plain, " ");
}

static bool holds(const char *text, const char *words)
{
	struct sy_text needle = {0};
	bool found = !plain(words, &needle) && strstr(text, sy_text_str(&needle));

	sy_text_reset(&needle);
	return found;
}

static size_t count_words(const char *text, const char *end)
{
	size_t n = 0;

	for (; text < end; text++)
		n += *text != ' ' && *text != '?' && (text[1] == ' ' || !text[1]);
	return n;
}

static bool is_key(const char *word)
{
	static const char *const keys[] = {"1 ", "2 ", "3 ", "4 ", "5 ", "6 ", "7 ", "8 ", "9 ", "one ", "two ",
		"three ", "four ", "five ", "six ", "seven ", "eight ", "nine ", "{"};
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (!strncmp(word, keys[i], strlen(keys[i])))
			return true;
	}
	return false;
}

static size_t count_options(const char *text)
{
	const char *press = text;
	const char *say = text;
	size_t keys = 0;
	size_t words = 0;

	while ((press = strstr(press, " press "))) {
		press += strlen(" press");
		keys += is_key(press + 1);
	}
	while ((say = strstr(say, " say "))) {
		say += strlen(" say");
		words++;
	}
	return keys > words ? keys : words;
}

/* Where the caller first hears what to do: a question's end, a key, "say". */
static const char *first_act(const char *text)
{
	static const char *const acts[] = {"?", " press ", " say ", " tell "};
	const char *first = text + strlen(text);
	size_t i;

	for (i = 0; i < sizeof(acts) / sizeof(acts[0]); i++) {
		const char *at = strstr(text, acts[i]);

		if (at && at < first)
			first = at;
	}
	return first;
}

/* One prompt: where it stands, its id, and its text as plain() gives it. */
struct line {
	const char *where, *id, *text;
};

static void lint_words(const struct sy_prompts *prompts, const struct line *line, struct finder *finder)
{
	bool greeting = !strncmp(line->id, "greeting", strlen("greeting"));
	bool machine = false;
	size_t k;

	for (k = 0; k < sy_prompts_n_rules(prompts); k++) {
		const struct sy_pair *rule = sy_prompts_rule(prompts, k);
		bool here = holds(line->text, rule->value);

		if (here && !strcmp(rule->name, "banned"))
			report(finder, line->where, line->id, "says what is banned: ", rule->value);
		machine |= here && !strcmp(rule->name, "machine");
	}
	if (greeting && !machine)
		report(finder, line->where, line->id, "does not say that a machine speaks",
			" (see \"machine\" in banned.txt)");
}

static void lint_length(const struct line *line, struct finder *finder)
{
	const char *text = line->text;

	if (count_options(text) > SY_PROMPT_OPTIONS_MAX)
		report(finder, line->where, line->id, "offers more than four choices at a time", "");
	if (count_words(text, first_act(text)) > SY_PROMPT_ACT_WORDS)
		report(finder, line->where, line->id, "keeps the caller waiting for more than 30 words", "");
	else if (count_words(text, text + strlen(text)) > SY_PROMPT_WORDS_MAX)
		report(finder, line->where, line->id, "has more than 60 words", "");
}

static void lint_prompt(const struct sy_prompts *prompts, struct line line, const char *written, struct finder *finder)
{
	struct sy_text text = {0};

	if (!plain(written, &text)) {
		line.text = text.s;
		lint_words(prompts, &line, finder);
		lint_length(&line, finder);
	}
	sy_text_reset(&text);
}

size_t sy_prompts_lint(const struct sy_prompts *prompts, sy_prompts_found_h *found, void *arg)
{
	struct finder finder = {.found = found, .arg = arg};
	size_t i;

	for (i = 0; i < sy_prompts_n(prompts); i++) {
		const struct line line = {.where = sy_prompts_where(prompts, i), .id = sy_prompts_id(prompts, i)};

		lint_prompt(prompts, line, sy_prompt_text(prompts, line.id), &finder);
	}
	if (!sy_prompts_n_rules(prompts))
		report(&finder, "banned.txt", "greeting", "cannot be checked: ", "the file is missing or empty");
	return finder.n;
}

size_t sy_prompts_lint_greeting(
	const struct sy_prompts *prompts, const char *text, sy_prompts_found_h *found, void *arg)
{
	struct finder finder = {.found = found, .arg = arg};

	lint_prompt(prompts, (struct line){.where = "the knowledge base", .id = "greeting"}, text, &finder);
	return finder.n;
}

static bool listed(const char *const *ids, size_t n, const char *id)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (!strcmp(ids[i], id))
			return true;
	}
	return false;
}

size_t sy_prompts_lint_ids(
	const struct sy_prompts *prompts, const char *const *ids, size_t n, sy_prompts_found_h *found, void *arg)
{
	struct finder finder = {.found = found, .arg = arg};
	size_t i;

	for (i = 0; i < n; i++) {
		if (!sy_prompt_text(prompts, ids[i]))
			report(&finder, "prompts", ids[i], "is used by the engine and missing", "");
	}
	for (i = 0; i < sy_prompts_n(prompts); i++) {
		if (!listed(ids, n, sy_prompts_id(prompts, i)))
			report(&finder, sy_prompts_where(prompts, i), sy_prompts_id(prompts, i), "is used by nobody",
				"");
	}
	return finder.n;
}
