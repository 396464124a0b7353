#include "prompts/prompt.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "prompts/marks.h"

struct prompt {
	char *id;
	char *text;
	char *where;
};

struct sy_prompts {
	struct prompt *at;
	size_t n;
	uint32_t *index; /* open addressing: place in `at` + 1, 0 is free */
	size_t index_n;  /* a power of two, at least twice n */
	struct sy_pair *rules;
	size_t n_rules;
};

struct line {
	const char *file;
	int number;
	const char *id;
	size_t id_n;
	const char *text;
	size_t text_n;
};

typedef int line_h(struct sy_prompts *prompts, const struct line *line, struct sy_problem *why);

/* FNV-1a, 32 bits. */
static uint32_t hash(const char *s)
{
	uint32_t h = 2166136261u;

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 16777619u;
	return h;
}

static const struct prompt *find(const struct sy_prompts *prompts, const char *id)
{
	size_t mask = prompts->index_n - 1;
	size_t i;

	if (!prompts->index_n)
		return NULL;
	for (i = hash(id) & mask; prompts->index[i]; i = (i + 1) & mask) {
		if (!strcmp(prompts->at[prompts->index[i] - 1].id, id))
			return &prompts->at[prompts->index[i] - 1];
	}
	return NULL;
}

static void index_one(struct sy_prompts *prompts, size_t place)
{
	size_t mask = prompts->index_n - 1;
	size_t i = hash(prompts->at[place].id) & mask;

	while (prompts->index[i])
		i = (i + 1) & mask;
	prompts->index[i] = (uint32_t)place + 1;
}

static int grow(struct sy_prompts *prompts)
{
	size_t n = prompts->index_n ? prompts->index_n * 2 : 64;
	struct prompt *at = realloc(prompts->at, n / 2 * sizeof(*at));
	uint32_t *index;
	size_t i;

	if (!at)
		return ENOMEM;
	prompts->at = at;
	index = calloc(n, sizeof(*index));
	if (!index)
		return ENOMEM;
	free(prompts->index);
	prompts->index = index;
	prompts->index_n = n;
	for (i = 0; i < prompts->n; i++)
		index_one(prompts, i);
	return 0;
}

static int add_prompt(struct sy_prompts *prompts, const struct line *line, struct sy_problem *why)
{
	char where[SY_PROBLEM_MAX];
	char id[SY_PROMPT_ID_MAX + 1];
	const struct prompt *twin;
	struct sy_problem detail = {""};
	struct prompt *prompt;
	int err;

	(void)snprintf(id, sizeof(id), "%.*s", (int)line->id_n, line->id);
	(void)snprintf(where, sizeof(where), "%s:%d", line->file, line->number);
	twin = find(prompts, id);
	if (twin)
		return sy_problem_at(why, EINVAL, line->file, line->number, 0, "the prompt '%s' stands at %s already",
			id, twin->where);
	if (prompts->n == SY_PROMPTS_MAX)
		return sy_problem_at(why, E2BIG, line->file, line->number, 0, "more than %d prompts", SY_PROMPTS_MAX);
	if (prompts->n == prompts->index_n / 2) {
		err = grow(prompts);
		if (err)
			return err;
	}
	prompt = &prompts->at[prompts->n];
	prompt->id = strdup(id);
	prompt->text = strndup(line->text, line->text_n);
	prompt->where = strdup(where);
	if (!prompt->id || !prompt->text || !prompt->where) {
		free(prompt->id);
		free(prompt->text);
		free(prompt->where);
		return ENOMEM;
	}
	index_one(prompts, prompts->n++);
	err = sy_template_check(where, prompt->text, NULL, NULL, why);
	if (!err && sy_marks_check(prompt->text, &detail))
		err = sy_problem_at(why, EINVAL, line->file, line->number, 0, "%s", detail.text);
	return err;
}

static int add_rule(struct sy_prompts *prompts, const struct line *line, struct sy_problem *why)
{
	struct sy_pair *rules;
	struct sy_pair rule;

	if (prompts->n_rules == SY_PROMPTS_MAX)
		return sy_problem_at(why, E2BIG, line->file, line->number, 0, "more than %d lines", SY_PROMPTS_MAX);
	rules = realloc(prompts->rules, (prompts->n_rules + 1) * sizeof(*rules));
	if (!rules)
		return ENOMEM;
	prompts->rules = rules;
	rule.name = strndup(line->id, line->id_n);
	rule.value = strndup(line->text, line->text_n);
	if (!rule.name || !rule.value) {
		free(rule.name);
		free(rule.value);
		return ENOMEM;
	}
	rules[prompts->n_rules++] = rule;
	if (strcmp(rule.name, "banned") && strcmp(rule.name, "machine"))
		return sy_problem_at(why, EINVAL, line->file, line->number, 0,
			"'%s' is not known here; write \"banned: words\" or \"machine: words\"", rule.name);
	return 0;
}

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static void trim(const char **text, size_t *n)
{
	while (*n && blank((*text)[0])) {
		(*text)++;
		(*n)--;
	}
	while (*n && blank((*text)[*n - 1]))
		(*n)--;
}

static int parse_line(struct sy_prompts *prompts, struct line *line, line_h *add, struct sy_problem *why)
{
	const char *all = line->text;
	size_t n = line->text_n;
	size_t i = 0;

	trim(&all, &n);
	if (!n || *all == '#')
		return 0;
	while (i < n && (isalnum((unsigned char)all[i]) || all[i] == '-' || all[i] == '_' || all[i] == '.'))
		i++;
	if (!i || i == n || all[i] != ':')
		return sy_problem_at(why, EINVAL, line->file, line->number, 0,
			"expected \"id: text\", with an id of letters, digits, '-', '_' and '.'");
	if (i > SY_PROMPT_ID_MAX)
		return sy_problem_at(
			why, EINVAL, line->file, line->number, 0, "an id has at most %d characters", SY_PROMPT_ID_MAX);
	line->id = all;
	line->id_n = i;
	line->text = all + i + 1;
	line->text_n = n - i - 1;
	trim(&line->text, &line->text_n);
	if (!line->text_n)
		return sy_problem_at(why, EINVAL, line->file, line->number, 0, "'%.*s' has no text", (int)i, all);
	return add(prompts, line, why);
}

static int parse(
	struct sy_prompts *prompts, const char *name, const struct sy_text *bytes, line_h *add, struct sy_problem *why)
{
	const char *at = sy_text_str(bytes);
	const char *end = at + bytes->len;
	struct line line = {.file = name};
	int err = 0;

	if (bytes->len > SY_PROMPTS_BYTES_MAX)
		return sy_problem_set(why, EFBIG, "%s: more than %u KB of prompts", name, SY_PROMPTS_BYTES_MAX >> 10);
	if (memchr(at, '\0', bytes->len))
		return sy_problem_set(why, EINVAL, "%s: not a text file", name);
	while (at < end && !err) {
		line.number++;
		line.text = at;
		line.text_n = strcspn(at, "\n");
		at += line.text_n + (at + line.text_n < end);
		err = parse_line(prompts, &line, add, why);
	}
	return err;
}

static int read_file(const char *path, struct sy_text *bytes, struct sy_problem *why)
{
	FILE *file = fopen(path, "re");
	char block[4096];
	size_t n;
	int err = 0;

	if (!file)
		return sy_problem_set(why, errno, "%s: %s", path, strerror(errno));
	while (!err && bytes->len <= SY_PROMPTS_BYTES_MAX && (n = fread(block, 1, sizeof(block), file)) > 0)
		err = sy_text_add_n(bytes, block, n);
	if (!err && ferror(file))
		err = sy_problem_set(why, EIO, "%s: cannot be read", path);
	(void)fclose(file);
	return err;
}

static int load_file(struct sy_prompts *prompts, const char *path, line_h *add, struct sy_problem *why)
{
	struct sy_text bytes = {0};
	int err = read_file(path, &bytes, why);

	if (!err)
		err = parse(prompts, path, &bytes, add, why);
	sy_text_reset(&bytes);
	return err;
}

static int wanted(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return (dot && dot != entry->d_name && !strcmp(dot, ".prompt")) || !strcmp(entry->d_name, "banned.txt");
}

/* strcmp, not the locale's order: the same findings in the same order everywhere. */
static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int load_entry(struct sy_prompts *prompts, const char *folder, const char *entry, struct sy_problem *why)
{
	struct sy_text path = {0};
	int err = sy_text_addf(&path, "%s/%s", folder, entry);

	if (!err)
		err = load_file(prompts, path.s, strcmp(entry, "banned.txt") ? add_prompt : add_rule, why);
	sy_text_reset(&path);
	return err;
}

int sy_prompts_load(const char *folder, struct sy_prompts **ret_prompts, struct sy_problem *why)
{
	struct sy_prompts *prompts = NULL;
	struct dirent **entries = NULL;
	int err = 0;
	int n;
	int i;

	n = scandir(folder, &entries, wanted, by_name);
	if (n < 0)
		return sy_problem_set(why, errno, "%s: %s", folder, strerror(errno));
	prompts = calloc(1, sizeof(*prompts));
	if (!prompts)
		err = ENOMEM;
	for (i = 0; i < n && !err; i++)
		err = load_entry(prompts, folder, entries[i]->d_name, why);
	if (!err && !prompts->n)
		err = sy_problem_set(why, ENOENT, "%s: there are no prompts here (*.prompt)", folder);
	for (i = 0; i < n; i++)
		free(entries[i]);
	free(entries);
	if (err)
		sy_prompts_destroy(prompts);
	else
		*ret_prompts = prompts;
	return err;
}

int sy_prompts_load_text(
	const char *name, const char *text, size_t n, struct sy_prompts **ret_prompts, struct sy_problem *why)
{
	struct sy_prompts *prompts = calloc(1, sizeof(*prompts));
	struct sy_text bytes = {0};
	int err = prompts ? sy_text_add_n(&bytes, text, n) : ENOMEM;

	if (!err)
		err = parse(prompts, name, &bytes, add_prompt, why);
	sy_text_reset(&bytes);
	if (err)
		sy_prompts_destroy(prompts);
	else
		*ret_prompts = prompts;
	return err;
}

void sy_prompts_destroy(struct sy_prompts *prompts)
{
	size_t i;

	if (!prompts)
		return;
	for (i = 0; i < prompts->n; i++) {
		free(prompts->at[i].id);
		free(prompts->at[i].text);
		free(prompts->at[i].where);
	}
	for (i = 0; i < prompts->n_rules; i++) {
		free(prompts->rules[i].name);
		free(prompts->rules[i].value);
	}
	free(prompts->at);
	free(prompts->rules);
	free(prompts->index);
	free(prompts);
}

const char *sy_prompt_text(const struct sy_prompts *prompts, const char *id)
{
	const struct prompt *prompt = find(prompts, id);

	return prompt ? prompt->text : NULL;
}

size_t sy_prompts_n(const struct sy_prompts *prompts)
{
	return prompts->n;
}

const char *sy_prompts_id(const struct sy_prompts *prompts, size_t i)
{
	return i < prompts->n ? prompts->at[i].id : NULL;
}

const char *sy_prompts_where(const struct sy_prompts *prompts, size_t i)
{
	return i < prompts->n ? prompts->at[i].where : NULL;
}

size_t sy_prompts_n_rules(const struct sy_prompts *prompts)
{
	return prompts->n_rules;
}

const struct sy_pair *sy_prompts_rule(const struct sy_prompts *prompts, size_t i)
{
	return i < prompts->n_rules ? &prompts->rules[i] : NULL;
}

int sy_prompt_fill(const struct sy_prompts *prompts, const char *id, const struct sy_pairs *values, char **ret_text,
	struct sy_problem *why)
{
	const char *text = sy_prompt_text(prompts, id);

	if (!text)
		return sy_problem_set(why, ENOENT, "there is no prompt '%s'", id);
	return sy_template_fill(id, text, values, ret_text, why);
}
