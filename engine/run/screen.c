#include "engine/run/screen.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define INDENT 16 /* "  0:12  caller  " */
#define WIDTH 100
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

/* Words from column `at` on, wrapped under INDENT. Control characters (a hostile label) are never sent on. */
static void wrap(const struct sy_screen *screen, const char *text, int at)
{
	while (*text) {
		size_t n = strcspn(text, " \t\n\r");
		int wide = columns(text, n);

		if (n && at > INDENT && at + wide > screen->width) {
			(void)fprintf(screen->out, "\n%*s", INDENT, "");
			at = INDENT;
		}
		for (size_t i = 0; i < n; i++)
			if (!iscntrl((unsigned char)text[i]))
				(void)fputc(text[i], screen->out);
		at += wide;
		text += n;
		if (*text && n && at < screen->width) {
			(void)fputc(' ', screen->out);
			at++;
		}
		text += *text != '\0';
	}
	(void)fputc('\n', screen->out);
}

static void who(const struct sy_screen *screen, const struct sy_event *event, const char *name, enum tone tone)
{
	int s = (int)(event->t_ms / 1000);

	tone_on(screen, FAINT);
	(void)fprintf(screen->out, "%3d:%02d  ", s / 60, s % 60);
	tone_off(screen);
	tone_on(screen, tone);
	(void)fprintf(screen->out, "%-8s", name);
}

/* The marks for the voice ([pause], [spell]…[/spell]) are not for reading. */
static void show_said(const struct sy_screen *screen, const struct sy_event *event)
{
	char *text = strdup(event->text ? event->text : "");
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
	who(screen, event, "sayso", OURS);
	wrap(screen, text, INDENT);
	free(text);
	if (event->interrupted) {
		tone_off(screen);
		tone_on(screen, FAINT);
		(void)fprintf(screen->out, "%*s(interrupted after %.1f s)\n", INDENT, "", event->duration_ms / 1000.0);
	}
	tone_off(screen);
}

static void show_heard(const struct sy_screen *screen, const struct sy_event *event)
{
	static const enum tone tones[] = {[SY_REJECT] = ALARM, [SY_CONFIRM] = PLAIN, [SY_ACCEPT] = PLAIN};
	const struct sy_hypothesis *heard = event->hypothesis;
	char bar[SY_BAR_BYTES];

	who(screen, event, "caller", THEIRS);
	if (heard->sounded == SY_SOUNDED_SPEECH || (heard->text && heard->text[0]))
		(void)fprintf(screen->out, "\"%s\"\n", heard->text ? heard->text : "");
	else
		(void)fprintf(screen->out, "(%s)\n", sy_sounded_name(heard->sounded));
	tone_off(screen);
	sy_screen_bar(heard->confidence, bar);
	(void)fprintf(screen->out, "%*s", INDENT, "");
	tone_on(screen, tones[heard->decision]);
	(void)fprintf(screen->out, "%s %3.0f %%  %s", bar, 100 * heard->confidence, sy_decision_name(heard->decision));
	if (heard->intent)
		(void)fprintf(screen->out, "  %s", heard->intent);
	for (size_t i = 0; i < heard->slots.n; i++) {
		const char *value = event->values ? sy_pairs_get(event->values, heard->slots.at[i].name) : NULL;

		(void)fprintf(
			screen->out, "  %s=%s", heard->slots.at[i].name, value ? value : heard->slots.at[i].value);
	}
	tone_off(screen);
	(void)fputc('\n', screen->out);
}

static void card_line(const struct sy_screen *screen, const char *name, const char *value)
{
	(void)fprintf(screen->out, "%*s| %-8s", INDENT, "", name);
	wrap(screen, value, INDENT + 10);
}

static void show_card(const struct sy_screen *screen, const struct sy_card *card)
{
	card_line(screen, "case", card->case_key ? card->case_key : "-");
	if (card->article)
		card_line(screen, "about", card->article);
	for (size_t i = 0; i < card->slots.n; i++)
		card_line(screen, card->slots.at[i].name, card->slots.at[i].value);
	for (size_t i = 0; i < card->n_heard; i++)
		card_line(screen, i ? "" : "heard", card->heard[i]);
	for (size_t i = 0; i < card->n_tried; i++)
		card_line(screen, i ? "" : "tried", card->tried[i]);
}

static void show_line(const struct sy_screen *screen, const struct sy_event *event, const char *name, enum tone tone,
	const char *text)
{
	who(screen, event, name, tone);
	wrap(screen, text, INDENT);
	tone_off(screen);
}

void sy_screen_event(const struct sy_event *event, void *arg)
{
	const struct sy_screen *screen = arg;
	char text[256];

	switch (event->kind) {
	case SY_EVENT_CALL:
		(void)snprintf(text, sizeof text, "case %s, knowledge base version %lld", event->case_key,
			(long long)event->kb_version);
		show_line(screen, event, "call", FAINT, text);
		break;
	case SY_EVENT_SAY:
		show_said(screen, event);
		break;
	case SY_EVENT_HEARD:
		show_heard(screen, event);
		break;
	case SY_EVENT_KEY:
		(void)snprintf(text, sizeof text, "key %c", event->key);
		show_line(screen, event, "caller", THEIRS, text);
		break;
	case SY_EVENT_SILENCE:
		(void)snprintf(text, sizeof text, "(says nothing for %.1f s)", event->duration_ms / 1000.0);
		show_line(screen, event, "caller", FAINT, text);
		break;
	case SY_EVENT_ANSWER:
		show_line(screen, event, "answer", FAINT, event->article ? event->article : "-");
		break;
	case SY_EVENT_HANDOFF:
		(void)snprintf(text, sizeof text, "to a person (%s), with this card:", event->reason);
		show_line(screen, event, "handoff", ALARM, text);
		if (event->card)
			show_card(screen, event->card);
		break;
	case SY_EVENT_END:
		show_line(screen, event, "end", FAINT, event->outcome);
		break;
	}
	(void)fflush(screen->out);
}
