/* The writing half of content_yaml.h. By hand: libcyaml can neither write rows and words nor lay out a line. */
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "kb/content_yaml.h"

/* Words that YAML 1.1 takes for something else than a text. */
static const char *const not_texts[] = {"true", "false", "yes", "no", "on", "off", "null", "y", "n"};

/* May stand without quotes, inside a flow list too. */
static bool is_plain(const char *s)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	size_t n = strlen(s);

	if (!n || !strchr(letters, s[0]) || s[n - 1] == ' ' || n > 200)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!strchr(letters, s[i]) && !strchr("0123456789 '_./@-()!?", s[i]))
			return false;
	for (size_t i = 0; i < sizeof(not_texts) / sizeof(*not_texts); i++)
		if (!strcasecmp(s, not_texts[i]))
			return false;
	return true;
}

/* Length of the UTF-8 sequence at `s`, and its code point. Content is UTF-8: it came through libyaml or the CSV
 * reader, which both refuse anything else. */
static size_t code_point(const unsigned char *s, unsigned *ret_code)
{
	size_t n = s[0] < 0x80 ? 1 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
	unsigned code = n == 1 ? s[0] : s[0] & (0xFFu >> (n + 1));

	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xC0) != 0x80) {
			*ret_code = s[0];
			return 1;
		}
		code = code << 6 | (s[i] & 0x3Fu);
	}
	*ret_code = code;
	return n;
}

/* Characters that a reader would drop, fold or refuse. */
static bool needs_escape(unsigned code)
{
	return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x2028 || code == 0x2029 || code == 0xFEFF ||
	       code == 0xFFFE || code == 0xFFFF;
}

static int add_quoted(struct sy_text *text, const char *s)
{
	int err = sy_text_add(text, "\"");

	while (*s && !err) {
		unsigned code = 0;
		size_t n = code_point((const unsigned char *)s, &code);

		if (code == '"' || code == '\\')
			err = sy_text_addf(text, "\\%c", (int)code);
		else if (code == '\n')
			err = sy_text_add(text, "\\n");
		else if (code == '\t')
			err = sy_text_add(text, "\\t");
		else if (needs_escape(code))
			err = sy_text_addf(text, "\\u%04X", code);
		else
			err = sy_text_add_n(text, s, n);
		s += n;
	}
	return err ? err : sy_text_add(text, "\"");
}

static int add_scalar(struct sy_text *text, const char *s)
{
	return is_plain(s) ? sy_text_add(text, s) : add_quoted(text, s);
}

/* `before` + the value + `after`, or nothing where the value is NULL. */
static int add_field(struct sy_text *text, const char *before, const char *value, const char *after)
{
	int err;

	if (!value)
		return 0;
	err = sy_text_add(text, before);
	if (!err)
		err = add_scalar(text, value);
	return err ? err : sy_text_add(text, after);
}

/* [a, b, c] */
static int add_list(struct sy_text *text, const struct sy_strings *strings)
{
	int err = sy_text_add(text, "[");

	for (size_t i = 0; i < strings->n && !err; i++) {
		err = i ? sy_text_add(text, ", ") : 0;
		if (!err)
			err = add_scalar(text, strings->at[i]);
	}
	return err ? err : sy_text_add(text, "]");
}

static int add_slot(struct sy_text *text, const struct sy_slot *slot)
{
	int err = add_field(text, "      - {name: ", slot->name, "");

	if (!err)
		err = add_field(text, ", kind: ", sy_value_kind_name(slot->kind), "");
	if (!err && slot->choices.n) {
		err = sy_text_add(text, ", choices: ");
		if (!err)
			err = add_list(text, &slot->choices);
	}
	if (!err)
		err = add_field(text, ", choices_from: ", slot->choices_from, "");
	if (!err && slot->length)
		err = sy_text_addf(text, ", length: %d", slot->length);
	if (!err)
		err = add_field(text, ", check_digit: ", slot->check_digit, "");
	if (!err)
		err = add_field(text, ", ask: ", slot->ask, "");
	if (!err && slot->confirm)
		err = sy_text_add(text, ", confirm: true");
	if (!err && slot->optional)
		err = sy_text_add(text, ", optional: true");
	return err ? err : sy_text_add(text, "}\n");
}

static int add_phrases(struct sy_text *text, const struct sy_article *article)
{
	int err = article->phrases.n ? sy_text_add(text, "    phrases:\n") : 0;

	for (size_t i = 0; i < article->phrases.n && !err; i++)
		err = add_field(text, "      - ", article->phrases.at[i], "\n");
	return err;
}

static int add_slots(struct sy_text *text, const struct sy_article *article)
{
	int err = article->n_slots ? sy_text_add(text, "    slots:\n") : 0;

	for (size_t i = 0; i < article->n_slots && !err; i++)
		err = add_slot(text, &article->slots[i]);
	return err;
}

static int add_article(struct sy_text *text, const struct sy_article *article)
{
	int err = add_field(text, "  - id: ", article->id, "\n");

	if (!err)
		err = add_field(text, "    title: ", article->title, "\n");
	if (!err)
		err = add_field(text, "    topic: ", article->topic, "\n");
	if (!err)
		err = add_field(text, "    owner: ", article->owner, "\n");
	if (!err && article->review) /* a date needs no quotes */
		err = sy_text_addf(text, "    review: %s\n", article->review);
	if (!err)
		err = add_phrases(text, article);
	if (!err)
		err = add_slots(text, article);
	if (!err)
		err = add_field(text, "    lookup: ", article->lookup, "\n");
	if (!err)
		err = add_field(text, "    answer: ", article->answer, "\n");
	if (!err)
		err = add_field(text, "    none: ", article->none, "\n");
	if (!err && article->followups.n) {
		err = sy_text_add(text, "    followups: ");
		if (!err)
			err = add_list(text, &article->followups);
		if (!err)
			err = sy_text_add(text, "\n");
	}
	if (!err && article->handoff)
		err = sy_text_add(text, "    handoff: true\n");
	return err;
}

static int add_table(struct sy_text *text, const struct sy_table *table)
{
	int err = add_field(text, "  - name: ", table->name, "\n    columns: ");

	if (!err)
		err = add_list(text, &table->columns);
	if (!err)
		err = sy_text_add(text, table->n_rows ? "\n    rows:\n" : "\n    rows: []\n");
	for (size_t i = 0; i < table->n_rows && !err; i++) {
		err = sy_text_add(text, "      - ");
		if (!err)
			err = add_list(text, &table->rows[i]);
		if (!err)
			err = sy_text_add(text, "\n");
	}
	return err;
}

static int add_articles(struct sy_text *text, const struct sy_content *content)
{
	int err = sy_text_add(text, content->n_articles ? "articles:\n" : "articles: []\n");

	for (size_t i = 0; i < content->n_articles && !err; i++)
		err = add_article(text, &content->articles[i]);
	return err;
}

static int add_lookups(struct sy_text *text, const struct sy_content *content)
{
	int err = content->n_lookups ? sy_text_add(text, "lookups:\n") : 0;

	for (size_t i = 0; i < content->n_lookups && !err; i++) {
		err = add_field(text, "  - name: ", content->lookups[i].name, "\n");
		if (!err)
			err = add_field(text, "    sql: ", content->lookups[i].sql, "\n");
	}
	return err;
}

static int add_tables(struct sy_text *text, const struct sy_content *content)
{
	int err = content->n_tables ? sy_text_add(text, "tables:\n") : 0;

	for (size_t i = 0; i < content->n_tables && !err; i++)
		err = add_table(text, &content->tables[i]);
	return err;
}

static int add_words(struct sy_text *text, const struct sy_content *content)
{
	int err = content->words.n ? sy_text_add(text, "words:\n") : 0;

	for (size_t i = 0; i < content->words.n && !err; i++) {
		err = add_field(text, "  ", content->words.at[i].name, ": ");
		if (!err)
			err = add_field(text, "", content->words.at[i].value, "\n");
	}
	return err;
}

int sy_content_yaml_write(const struct sy_content *content, struct sy_text *ret_text)
{
	struct sy_text text = {0};
	int err = add_field(&text, "company: ", content->company, "\n");

	if (!err)
		err = add_field(&text, "greeting: ", content->greeting, "\n");
	if (!err)
		err = add_field(&text, "wrong_answers: ", content->wrong_answers, "\n");
	if (!err)
		err = add_articles(&text, content);
	if (!err)
		err = add_lookups(&text, content);
	if (!err)
		err = add_tables(&text, content);
	if (!err)
		err = add_words(&text, content);
	if (err)
		sy_text_reset(&text);
	else
		*ret_text = text;
	return err;
}
