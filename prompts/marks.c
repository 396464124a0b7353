#include "prompts/marks.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "prompts/mark_element.h"

struct open_mark {
	const struct sy_mark_element *element;
	struct sy_mark_effect effect; /* inside it */
	const char *begin;
};

struct parser {
	const char *text;
	const char *at;
	struct open_mark open[SY_MARKS_DEPTH_MAX + 1]; /* [0] is the text itself */
	size_t depth;
	struct sy_text words; /* of the stretch being read */
	struct sy_marks marks;
	int pauses_ms;
	bool template; /* braces stand for values that nobody knows yet */
	struct sy_problem *why;
};

/* Characters, from 1, as an editor counts them. */
static int position(const struct parser *p, const char *at)
{
	int n = 1;

	for (const char *s = p->text; s < at; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

/* The mark that begins at `at`, for a message. */
static int shown_length(const char *at)
{
	size_t len = strcspn(at, ">]");

	len += at[len] != '\0';
	return (int)(len < 60 ? len : 60);
}

static int refuse(struct parser *p, const char *at, const char *reason)
{
	return sy_problem_set(
		p->why, EINVAL, "speech mark %.*s at character %d: %s", shown_length(at), at, position(p, at), reason);
}

static int add_segment(struct parser *p, const struct sy_segment *segment)
{
	struct sy_segment *at;

	if (p->marks.n == SY_MARKS_MAX)
		return sy_problem_set(
			p->why, EINVAL, "more than %d speech marks in one text; split the text", SY_MARKS_MAX);
	at = realloc(p->marks.at, (p->marks.n + 1) * sizeof(*at));
	if (!at)
		return ENOMEM;
	at[p->marks.n++] = *segment;
	p->marks.at = at;
	return 0;
}

static int add_pause(struct parser *p, int ms)
{
	struct sy_segment segment = {.pace = 1, .pause_ms = ms};

	if (!ms)
		return 0;
	p->pauses_ms += ms;
	if (p->pauses_ms > SY_PAUSES_MAX_MS)
		return sy_problem_set(p->why, EINVAL, "the pauses of one text last more than %d s; shorten them",
			SY_PAUSES_MAX_MS / 1000);
	return add_segment(p, &segment);
}

static int speak_words(struct parser *p, const struct open_mark *mark, const char *words, char **ret_spoken)
{
	struct sy_problem why = {""};
	char *spoken = NULL;
	int err = 0;

	if (mark->effect.alias[0]) {
		spoken = strdup(mark->effect.alias);
		err = spoken ? 0 : ENOMEM;
	} else if (mark->effect.say_as && !(p->template && strchr(words, '{'))) {
		err = sy_spoken_value(mark->effect.as, words, &spoken, &why);
	}
	if (!err)
		*ret_spoken = spoken;
	return err && why.text[0] ? refuse(p, mark->begin, why.text) : err;
}

/* Ends the stretch of words before a mark. */
static int flush_words(struct parser *p)
{
	const struct open_mark *mark = &p->open[p->depth];
	struct sy_segment segment = {.pace = mark->effect.pace, .gain_db = mark->effect.gain_db};
	const char *words = sy_text_str(&p->words);
	int err;

	if (!words[strspn(words, " \t\r\n")]) {
		/* Blanks between marks keep words apart. */
		if (!p->words.len || !p->marks.n || p->marks.at[p->marks.n - 1].pause_ms) {
			sy_text_reset(&p->words);
			return 0;
		}
	} else {
		err = speak_words(p, mark, words, &segment.spoken);
		if (err)
			return err;
	}
	segment.text = sy_text_take(&p->words);
	err = segment.text ? add_segment(p, &segment) : ENOMEM;
	if (err) {
		free(segment.text);
		free(segment.spoken);
	}
	return err;
}

static const struct entity {
	const char *written;
	const char *plain;
} entities[] = {{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&apos;", "'"}};

/* One character of text or of an attribute; a bare & stands for itself, as in AT&T. */
static size_t read_char(const char *s, const char **ret_plain)
{
	for (size_t i = 0; *s == '&' && i < sizeof(entities) / sizeof(entities[0]); i++) {
		size_t len = strlen(entities[i].written);

		if (!strncmp(s, entities[i].written, len)) {
			*ret_plain = entities[i].plain;
			return len;
		}
	}
	*ret_plain = s;
	return 1;
}

static size_t read_name(const char *s, char ret_name[SY_MARK_NAME_MAX])
{
	size_t n = 0;

	while (isalnum((unsigned char)s[n]) || s[n] == '-' || s[n] == ':')
		n++;
	if (n >= SY_MARK_NAME_MAX)
		return 0;
	memcpy(ret_name, s, n);
	ret_name[n] = '\0';
	return n;
}

/* name="value" at *s, moved past it. */
static bool read_attribute(const char **s, struct sy_mark_attribute *ret_attribute)
{
	size_t n = read_name(*s, ret_attribute->name), len = 0;
	const char *at = *s + n;
	char quote;

	if (!n || *at++ != '=')
		return false;
	quote = *at++;
	if (quote != '"' && quote != '\'')
		return false;
	while (*at && *at != quote) {
		const char *plain;

		at += read_char(at, &plain);
		if (len + 1 >= SY_MARK_VALUE_MAX)
			return false;
		ret_attribute->value[len++] = *plain;
	}
	if (*at != quote)
		return false;
	ret_attribute->value[len] = '\0';
	*s = at + 1;
	return true;
}

static int open_mark(
	struct parser *p, const struct sy_mark_element *element, const char *begin, const struct sy_mark_effect *effect)
{
	if (p->depth == SY_MARKS_DEPTH_MAX)
		return refuse(p, begin, "too many marks in one another");
	p->open[++p->depth] = (struct open_mark){.element = element, .effect = *effect, .begin = begin};
	return 0;
}

static int apply_mark(struct parser *p, const struct sy_mark_element *element, const char *begin,
	const struct sy_mark_attribute *attributes, size_t n, bool closed)
{
	const struct sy_mark_attribute *bad = NULL;
	struct sy_mark_effect effect = p->open[p->depth].effect;
	char reason[128];
	int err;

	err = sy_mark_element_apply(element, attributes, n, &effect, &bad);
	if (err && !bad)
		return refuse(p, begin, "it lacks what it needs; see docs/speech-marks.md");
	if (err) {
		(void)snprintf(reason, sizeof(reason), "%s=\"%.40s\" is not known here; see docs/speech-marks.md",
			bad->name, bad->value);
		return refuse(p, begin, reason);
	}
	if (sy_mark_element_empty(element) || closed)
		return add_pause(p, effect.pause_ms);
	return open_mark(p, element, begin, &effect);
}

static int read_opening(struct parser *p)
{
	struct sy_mark_attribute attributes[SY_MARK_ATTRIBUTES_MAX];
	const struct sy_mark_element *element;
	const char *begin = p->at, *s = begin + 1;
	char name[SY_MARK_NAME_MAX];
	size_t len = read_name(s, name), n = 0;
	bool closed;

	element = len ? sy_mark_element(name) : NULL;
	if (!element)
		return refuse(p, begin, "not known; write &lt; for the sign itself, and see docs/speech-marks.md");
	s += len;
	for (;;) {
		s += strspn(s, " \t\r\n");
		if (*s == '/' || *s == '>')
			break;
		if (n == SY_MARK_ATTRIBUTES_MAX || !read_attribute(&s, &attributes[n]))
			return refuse(p, begin, "write it like <break time=\"500ms\"/>");
		n++;
	}
	closed = *s == '/';
	s += closed;
	if (*s != '>')
		return refuse(p, begin, "a > is missing");
	p->at = s + 1;
	return apply_mark(p, element, begin, attributes, n, closed);
}

static int read_closing(struct parser *p)
{
	char name[SY_MARK_NAME_MAX];
	const char *begin = p->at;
	size_t len = read_name(begin + 2, name);
	int pause_ms;

	if (!len || begin[2 + len] != '>')
		return refuse(p, begin, "not known; see docs/speech-marks.md");
	if (!p->depth || strcmp(sy_mark_element_name(p->open[p->depth].element), name) != 0)
		return refuse(p, begin, "it closes no open mark");
	pause_ms = p->open[p->depth].effect.pause_ms;
	p->depth--;
	p->at = begin + len + 3;
	return add_pause(p, pause_ms);
}

/* [pause], [pause 800ms] */
static int read_pause(struct parser *p)
{
	char time[16] = "";
	const char *end = strchr(p->at, ']'), *s = p->at + strlen("[pause");
	int ms = SY_PAUSE_MS;

	if (!end || strncmp(p->at, "[pause", strlen("[pause")) != 0 || (*s != ' ' && *s != ']'))
		return refuse(p, p->at, "not known; of marks in brackets there is [pause] and [pause 800ms]");
	if (*s == ' ') {
		s++;
		if ((size_t)(end - s) < sizeof(time))
			memcpy(time, s, (size_t)(end - s));
		ms = sy_mark_time(time);
	}
	if (ms < 0)
		return refuse(p, p->at, "write a time up to 10 s, like [pause 800ms]");
	p->at = end + 1;
	return add_pause(p, ms);
}

static int read_mark(struct parser *p)
{
	int err = flush_words(p);

	if (err)
		return err;
	if (p->at[1] != '/' && (p->open[p->depth].effect.say_as || p->open[p->depth].effect.alias[0]))
		return refuse(p, p->at, "no mark may stand inside <say-as> or <sub>");
	if (*p->at == '[')
		return read_pause(p);
	return p->at[1] == '/' ? read_closing(p) : read_opening(p);
}

static int read_all(struct parser *p)
{
	int err = 0;

	while (*p->at && !err) {
		const char *plain;
		size_t len;

		if (*p->at == '<' || *p->at == '[') {
			err = read_mark(p);
			continue;
		}
		len = read_char(p->at, &plain);
		err = sy_text_add_n(&p->words, plain, 1);
		p->at += len;
	}
	if (!err)
		err = flush_words(p);
	if (!err && p->depth)
		err = refuse(p, p->open[p->depth].begin, "it is never closed");
	return err;
}

static int parse(const char *text, bool template, struct sy_marks *ret_marks, struct sy_problem *why)
{
	struct parser *p = calloc(1, sizeof(*p));
	int err;

	if (!p)
		return ENOMEM;
	p->text = p->at = text;
	p->template = template;
	p->why = why;
	p->open[0].effect.pace = 1;
	err = read_all(p);
	if (!err)
		*ret_marks = p->marks;
	else
		sy_marks_reset(&p->marks);
	sy_text_reset(&p->words);
	free(p);
	return err;
}

int sy_marks_parse(const char *text, struct sy_marks *ret_marks, struct sy_problem *why)
{
	return parse(text, false, ret_marks, why);
}

int sy_marks_check(const char *template, struct sy_problem *why)
{
	struct sy_marks marks = {0};
	int err = parse(template, true, &marks, why);

	sy_marks_reset(&marks);
	return err;
}

void sy_marks_reset(struct sy_marks *marks)
{
	for (size_t i = 0; i < marks->n; i++) {
		free(marks->at[i].text);
		free(marks->at[i].spoken);
	}
	free(marks->at);
	*marks = (struct sy_marks){0};
}

/* Runs of blanks become one, none at the ends or before a stop. */
static int add_tidy(struct sy_text *text, const char *s)
{
	int err = 0;

	for (; *s && !err; s++) {
		bool blank = isspace((unsigned char)*s);
		bool after_blank = !text->len || text->s[text->len - 1] == ' ';

		if (blank && after_blank)
			continue;
		if (text->len && after_blank && strchr(".,;:?!", *s))
			text->s[--text->len] = '\0';
		err = sy_text_add_n(text, blank ? " " : s, 1);
	}
	return err;
}

int sy_marks_plain(const char *text, char **ret_text, struct sy_problem *why)
{
	struct sy_marks marks = {0};
	struct sy_text plain = {0};
	char *s;
	int err = sy_marks_parse(text, &marks, why);

	for (size_t i = 0; i < marks.n && !err; i++)
		err = add_tidy(&plain, marks.at[i].text ? marks.at[i].text : " ");
	if (!err)
		err = sy_text_add(&plain, "");
	if (err)
		goto out;
	if (plain.len && plain.s[plain.len - 1] == ' ')
		plain.s[--plain.len] = '\0';
	s = sy_text_take(&plain);
	if (s)
		*ret_text = s;
	else
		err = ENOMEM;
out:
	sy_marks_reset(&marks);
	sy_text_reset(&plain);
	return err;
}
