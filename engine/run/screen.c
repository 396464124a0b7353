#include "engine/run/screen.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define INDENT 17 /* "  0:12  caller   " */
#define WIDTH 100
/* Heard so well, it is not the hearing that fails where there is no sentence. */
#define OWN_WORDS_MIN 0.5
#define WIDTH_MIN 40
#define WIDTH_MAX 120 /* longer lines are hard to read */

enum tone { PLAIN, OURS, THEIRS, FAINT, ALARM };

static const char *const codes[] = {
	[PLAIN] = "", [OURS] = "\033[36m", [THEIRS] = "\033[1m", [FAINT] = "\033[2m", [ALARM] = "\033[33m"};

static void tone_on(const struct sy_screen *screen, enum tone tone)
{
	if (screen->colours)
		(void)fputs(codes[tone], screen->out);
}

static void tone_off(const struct sy_screen *screen)
{
	if (screen->colours)
		(void)fputs("\033[0m", screen->out);
}

struct sy_screen sy_screen_of(FILE *out)
{
	struct sy_screen screen = {.out = out, .width = WIDTH};
	struct winsize size = {0};

	if (!isatty(fileno(out)))
		return screen;
	screen.colours = !getenv("NO_COLOR");
	if (!ioctl(fileno(out), TIOCGWINSZ, &size) && size.ws_col)
		screen.width = size.ws_col > WIDTH_MAX ? WIDTH_MAX : size.ws_col < WIDTH_MIN ? WIDTH_MIN : size.ws_col;
	return screen;
}

void sy_screen_bar(double confidence, char *ret_bar)
{
	int full = (int)(confidence * SY_BAR_CELLS + 0.5);

	ret_bar[0] = '\0';
	for (int i = 0; i < SY_BAR_CELLS; i++)
		strcat(ret_bar, i < full ? "▮" : "▯");
}

/* Columns of a run of UTF-8: its characters. */
static int columns(const char *s, size_t n)
{
	int count = 0;

	for (size_t i = 0; i < n; i++)
		count += ((unsigned char)s[i] & 0xC0) != 0x80;
	return count;
}

/* A control character (in a hostile label) is never sent on. */
static void put_word(FILE *out, const char *word, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!iscntrl((unsigned char)word[i]))
			(void)fputc(word[i], out);
}

void sy_screen_wrap(const struct sy_screen *screen, const char *text, int at, int indent)
{
	bool first = true;

	for (text += strspn(text, " \t\n\r"); *text; text += strspn(text, " \t\n\r")) {
		size_t n = strcspn(text, " \t\n\r");
		int wide = columns(text, n);

		if (!first && at + 1 + wide > screen->width) {
			(void)fprintf(screen->out, "\n%*s", indent, "");
			at = indent;
		} else if (!first) {
			(void)fputc(' ', screen->out);
			at++;
		}
		put_word(screen->out, text, n);
		at += wide;
		text += n;
		first = false;
	}
	(void)fputc('\n', screen->out);
}

static const char *string_of(const json_t *event, const char *name)
{
	const char *text = json_string_value(json_object_get(event, name));

	return text ? text : "";
}

static double seconds_of(const json_t *event, const char *name)
{
	return json_number_value(json_object_get(event, name)) / 1000;
}

static void who(const struct sy_screen *screen, const json_t *event, const char *name, enum tone tone)
{
	int s = (int)seconds_of(event, "t_ms");

	tone_on(screen, FAINT);
	(void)fprintf(screen->out, "%3d:%02d  ", s / 60, s % 60);
	tone_off(screen);
	tone_on(screen, tone);
	(void)fprintf(screen->out, "%-8s ", name);
}

static void show_line(
	const struct sy_screen *screen, const json_t *event, const char *name, enum tone tone, const char *text)
{
	who(screen, event, name, tone);
	sy_screen_wrap(screen, text, INDENT, INDENT);
	tone_off(screen);
}

static void show_call(const struct sy_screen *screen, const json_t *event)
{
	char text[80];

	(void)snprintf(text, sizeof text, "case %s, knowledge base version %lld", string_of(event, "case_key"),
		(long long)json_integer_value(json_object_get(event, "kb_version")));
	show_line(screen, event, "call", FAINT, text);
}

/* The marks for the voice ([pause], [spell]...[/spell]) are not for reading. */
static void show_said(const struct sy_screen *screen, const json_t *event)
{
	char *text = strdup(string_of(event, "text"));
	char *to = text;

	if (!text)
		return;
	for (const char *from = text; *from; from++) {
		const char *end = *from == '[' ? strchr(from, ']') : NULL;

		if (end && end[1] == ' ' && to > text && to[-1] == ' ')
			end++;
		if (end)
			from = end;
		else
			*to++ = *from;
	}
	*to = '\0';
	show_line(screen, event, "sayso", OURS, text);
	free(text);
	if (!json_is_true(json_object_get(event, "interrupted")))
		return;
	tone_on(screen, FAINT);
	(void)fprintf(screen->out, "%*s(interrupted after %.1f s)\n", INDENT, "", seconds_of(event, "duration_ms"));
	tone_off(screen);
}

static void show_understood(const struct sy_screen *screen, const json_t *event)
{
	double confidence = json_number_value(json_object_get(event, "confidence"));
	const json_t *values = json_object_get(event, "values");
	const char *decision = string_of(event, "decision");
	/* Words that make no sentence of ours are searched for, and often answered. */
	bool own = *string_of(event, "text") && !*string_of(event, "intent") && confidence >= OWN_WORDS_MIN;
	char bar[SY_BAR_BYTES];
	const char *name;
	json_t *words;

	sy_screen_bar(confidence, bar);
	(void)fprintf(screen->out, "%*s", INDENT, "");
	tone_on(screen, own || strcmp(decision, "reject") ? FAINT : ALARM);
	(void)fprintf(screen->out, "%s %3.0f %%  %s  %s", bar, 100 * confidence, own ? "own words" : decision,
		string_of(event, "intent"));
	json_object_foreach(json_object_get(event, "slots"), name, words)
	{
		const char *value = json_string_value(json_object_get(values, name));

		(void)fprintf(screen->out, "  %s=%s", name, value ? value : json_string_value(words));
	}
	tone_off(screen);
	(void)fputc('\n', screen->out);
}

static void show_heard(const struct sy_screen *screen, const json_t *event)
{
	const char *sounded = string_of(event, "sounded");
	char text[512];

	if (!strcmp(sounded, "speech") || *string_of(event, "text"))
		(void)snprintf(text, sizeof text, "\"%s\"", string_of(event, "text"));
	else
		(void)snprintf(text, sizeof text, "(%s)", sounded);
	show_line(screen, event, "caller", THEIRS, text);
	show_understood(screen, event);
}

static void show_key(const struct sy_screen *screen, const json_t *event)
{
	char text[16];

	(void)snprintf(text, sizeof text, "key %s", string_of(event, "key"));
	show_line(screen, event, "caller", THEIRS, text);
}

static void show_silence(const struct sy_screen *screen, const json_t *event)
{
	char text[64];

	(void)snprintf(text, sizeof text, "(says nothing for %.1f s)", seconds_of(event, "ms"));
	show_line(screen, event, "caller", FAINT, text);
}

static void show_answer(const struct sy_screen *screen, const json_t *event)
{
	show_line(screen, event, "answer", FAINT, string_of(event, "article"));
}

static void card_line(const struct sy_screen *screen, const char *name, const char *value)
{
	if (!value)
		return;
	(void)fprintf(screen->out, "%*s| %-10s", INDENT, "", name);
	sy_screen_wrap(screen, value, INDENT + 12, INDENT);
}

static void card_lines(const struct sy_screen *screen, const char *name, const json_t *lines)
{
	size_t i;
	json_t *line;

	json_array_foreach(lines, i, line) card_line(screen, i ? "" : name, json_string_value(line));
}

static void show_handoff(const struct sy_screen *screen, const json_t *event)
{
	json_t *card = json_object_get(event, "card");
	const char *name;
	json_t *value;
	char text[80];

	(void)snprintf(text, sizeof text, "to a person (%s), with this card:", string_of(event, "reason"));
	show_line(screen, event, "handoff", ALARM, text);
	card_line(screen, "case", json_string_value(json_object_get(card, "case_key")));
	card_line(screen, "about", json_string_value(json_object_get(card, "article")));
	json_object_foreach(json_object_get(card, "slots"), name, value)
		card_line(screen, name, json_string_value(value));
	card_lines(screen, "heard", json_object_get(card, "heard"));
	card_lines(screen, "tried", json_object_get(card, "tried"));
}

static void show_end(const struct sy_screen *screen, const json_t *event)
{
	show_line(screen, event, "end", FAINT, string_of(event, "outcome"));
}

void sy_screen_json(const struct sy_screen *screen, const json_t *event)
{
	static const struct {
		const char *name;
		void (*show)(const struct sy_screen *screen, const json_t *event);
	} kinds[] = {{"call", show_call}, {"say", show_said}, {"heard", show_heard}, {"key", show_key},
		{"silence", show_silence}, {"answer", show_answer}, {"handoff", show_handoff}, {"end", show_end}};
	const char *kind = string_of(event, "event");

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (!strcmp(kind, kinds[i].name))
			kinds[i].show(screen, event);
	(void)fflush(screen->out);
}

void sy_screen_event(const struct sy_event *event, void *arg)
{
	json_t *json = sy_event_json(event);

	if (json)
		sy_screen_json(arg, json);
	json_decref(json);
}
