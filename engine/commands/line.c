/*
 * line: the calls in progress of the service that runs here: a table that follows them, or one snapshot.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/text.h"
#include "engine/commands/command.h"
#include "engine/run/board.h"
#include "engine/run/watch.h"

/* A level meter that looks alive: five times a second. */
#define REFRESH_MS 200

/* The other screen, so that what was on the terminal is there again afterwards; no cursor; long lines are not wrapped.
 */
#define SCREEN_ENTER "\033[?1049h\033[?25l\033[?7l"
#define SCREEN_LEAVE "\033[?7h\033[?25h\033[?1049l"
#define SCREEN_HOME "\033[H"
#define LINE_REST "\033[K"
#define SCREEN_REST "\033[J"

struct seen {
	json_t *health;
	json_t *calls;
};

static void seen_reset(struct seen *seen)
{
	json_decref(seen->health);
	json_decref(seen->calls);
	*seen = (struct seen){0};
}

static int look(struct sy_watch *watch, struct seen *ret_seen, struct sy_problem *why)
{
	struct seen seen = {0};
	int err = sy_watch_read(watch, "/health", &seen.health, why);

	if (!err)
		err = sy_watch_read(watch, "/calls", &seen.calls, why);
	if (err)
		seen_reset(&seen);
	else
		*ret_seen = seen;
	return err;
}

static int show_once(struct sy_watch *watch, bool json, struct sy_problem *why)
{
	struct seen seen = {0};
	struct sy_text text = {0};
	int err = look(watch, &seen, why);

	if (!err && json)
		sy_print_json(json_pack("{s:O, s:O}", "service", seen.health, "calls", seen.calls));
	else if (!err)
		err = sy_board_lines(seen.calls, &text);
	if (!err)
		(void)fputs(sy_text_str(&text), stdout);
	sy_text_reset(&text);
	seen_reset(&seen);
	return err;
}

/* In place of what was there: each line's rest is wiped, and what lies below the last. */
static void put_screen(const char *table)
{
	(void)fputs(SCREEN_HOME, stdout);
	for (const char *line = table; *line;) {
		size_t n = strcspn(line, "\n");

		(void)fwrite(line, 1, n, stdout);
		line += n + (line[n] == '\n');
		/* A break after the terminal's last line would scroll it. */
		(void)fputs(*line ? LINE_REST "\r\n" : LINE_REST, stdout);
	}
	(void)fputs(SCREEN_REST, stdout);
	(void)fflush(stdout);
}

static int refresh(struct sy_watch *watch, struct sy_problem *why)
{
	struct sy_board board = {.width = 80, .height = 24, .colours = !getenv("NO_COLOR")};
	struct winsize size = {0};
	struct seen seen = {0};
	struct sy_text text = {0};
	int err = look(watch, &seen, why);

	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col && size.ws_row) {
		board.width = size.ws_col;
		board.height = size.ws_row;
	}
	if (!err)
		err = sy_board_table(&board, seen.health, seen.calls, &text);
	if (!err)
		put_screen(sy_text_str(&text));
	sy_text_reset(&text);
	seen_reset(&seen);
	return err;
}

/* Single keys, not echoed. 0 where standard input is a terminal; sy_keys_back() undoes it. */
static int keys_alone(struct termios *ret_before)
{
	struct termios alone;

	if (tcgetattr(STDIN_FILENO, ret_before))
		return errno;
	alone = *ret_before;
	alone.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	return tcsetattr(STDIN_FILENO, TCSANOW, &alone) ? errno : 0;
}

/* Waits for the next refresh; true: somebody pressed q. */
static bool wait_for_q(bool keys)
{
	struct pollfd input = {.fd = keys ? STDIN_FILENO : -1, .events = POLLIN};
	char key = 0;

	return poll(&input, 1, REFRESH_MS) > 0 && read(STDIN_FILENO, &key, 1) >= 0 && (key == 'q' || key == 'Q');
}

static int follow(struct sy_watch *watch, struct sy_problem *why)
{
	const volatile sig_atomic_t *stop = sy_stop_flag();
	struct termios before;
	bool keys = !keys_alone(&before);
	int err = 0;

	(void)fputs(SCREEN_ENTER, stdout);
	while (!err && !*stop && !ferror(stdout)) {
		err = refresh(watch, why);
		if (!err && wait_for_q(keys))
			break;
	}
	(void)fputs(SCREEN_LEAVE, stdout);
	(void)fflush(stdout);
	if (keys)
		(void)tcsetattr(STDIN_FILENO, TCSANOW, &before);
	return err;
}

static int run(const struct sy_command *command, int argc, char **argv)
{
	static const struct option options[] = {{"at", required_argument, NULL, 'a'}, {"json", no_argument, NULL, 'j'},
		{"once", no_argument, NULL, 'o'}, {"help", no_argument, NULL, SY_OPTION_HELP}, {0}};
	struct sy_watch *watch = NULL;
	struct sy_problem why = {0};
	const char *at = NULL;
	bool json = false, once = !isatty(STDOUT_FILENO);
	int status = SY_EXIT_GOOD;
	int option;
	int err;

	while ((option = sy_next_option(command, argc, argv, options, &status)) >= 0) {
		if (option == 'a')
			at = optarg;
		else if (option == 'j')
			json = true;
		else if (option == 'o')
			once = true;
	}
	if (option == SY_OPTION_LEAVE)
		return status;
	if (optind < argc)
		return sy_complain(command, "what is \"%s\"? See sayso line --help", argv[optind]);
	err = sy_watch_open(at, &watch, &why);
	if (!err)
		err = json || once ? show_once(watch, json, &why) : follow(watch, &why);
	sy_watch_close(watch);
	return err ? sy_complain_why(command, err, &why) : SY_EXIT_GOOD;
}

const struct sy_command sy_command_line = {
	.name = "line",
	.summary = "watch the calls in progress of the service that runs here",
	.help = "Usage: sayso line [--at PLACE] [--json | --once]\n"
		"Shows the calls in progress: how long each is up, the state of its dialogue, the levels of\n"
		"the caller and of Sayso (bars from -60 dBFS to full scale), the last decision, and what was\n"
		"heard last. On a terminal the table follows the calls until q or Ctrl-C; elsewhere it is one\n"
		"snapshot of plain lines.\n\n"
		"  --at PLACE  the service's socket (a path) or web address (127.0.0.1:8080); without it the\n"
		"              service that is found on this machine\n"
		"  --json      one snapshot as a JSON object: service, calls\n"
		"  --once      one snapshot of plain lines, on a terminal too\n"
		"\nExit status 2: no service runs there, or it ended while it was watched.\n",
	.run = run,
};
