#include "engine/commands/command.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/run/screen.h"

/* A list of half a million recordings is a mistake, and so is a line longer than any path. */
#define LINES_MAX 500000
#define LINE_BYTES_MAX 8192

int sy_complain(const struct sy_command *command, const char *fmt, ...)
{
	va_list args;

	(void)fflush(stdout);
	if (command)
		(void)fprintf(stderr, "sayso %s: ", command->name);
	else
		(void)fputs("sayso: ", stderr);
	va_start(args, fmt);
	(void)vfprintf(stderr, fmt, args);
	va_end(args);
	(void)fputc('\n', stderr);
	return SY_EXIT_BAD;
}

int sy_complain_why(const struct sy_command *command, int err, const struct sy_problem *why)
{
	return sy_complain(command, "%s", why->text[0] ? why->text : strerror(err));
}

int sy_next_option(const struct sy_command *command, int argc, char **argv, const struct option *options, int *ret_exit)
{
	int next = optind;
	int option;

	opterr = 0;
	option = getopt_long(argc, argv, ":h", options, NULL);
	if (option == SY_OPTION_HELP) {
		(void)fputs(command->help, stdout);
		*ret_exit = SY_EXIT_GOOD;
		return SY_OPTION_LEAVE;
	}
	if (option == ':')
		*ret_exit =
			sy_complain(command, "%s needs a value; see sayso %s --help", argv[optind - 1], command->name);
	else if (option == '?')
		*ret_exit = sy_complain(command, "there is no option %s; see sayso %s --help",
			argv[optind > next ? optind - 1 : next], command->name);
	else
		return option;
	return SY_OPTION_LEAVE;
}

void sy_print_json(json_t *json)
{
	char *line = json ? json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(6)) : NULL;

	/* Without memory for one line the stream would be misleading: standard output is marked as failed. */
	if (line)
		(void)puts(line);
	else
		(void)fclose(stdout);
	(void)fflush(stdout);
	free(line);
	json_decref(json);
}

void sy_print_entry(const char *head, const char *text, int indent)
{
	const struct sy_screen screen = sy_screen_of(stdout);

	(void)fputs(head, stdout);
	if (isatty(STDOUT_FILENO))
		sy_screen_wrap(&screen, text, (int)strlen(head), indent);
	else
		(void)puts(text);
}

void sy_progress(const char *doing, size_t n, size_t of)
{
	if (!isatty(STDERR_FILENO))
		return;
	(void)fprintf(stderr, "\r%s: %zu of %zu%s", doing, n, of, n == of ? "\n" : "");
}

static int add_line(char ***lines, size_t *n, const char *line)
{
	char **more;

	if (*n == LINES_MAX)
		return E2BIG;
	if ((*n & (*n + 1)) == 0) {
		more = realloc(*lines, (2 * *n + 2) * sizeof *more);
		if (!more)
			return ENOMEM;
		*lines = more;
	}
	(*lines)[*n] = strdup(line);
	if (!(*lines)[*n])
		return ENOMEM;
	(*n)++;
	return 0;
}

static int read_lines(FILE *file, const char *path, char ***lines, size_t *n, struct sy_problem *why)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t len;
	int number = 0;
	int err = 0;

	while (!err && (len = getline(&line, &room, file)) >= 0) {
		number++;
		while (len && (line[len - 1] == '\n' || line[len - 1] == '\r'))
			line[--len] = '\0';
		if (len > LINE_BYTES_MAX || strlen(line) != (size_t)len)
			err = sy_problem_at(why, EINVAL, path, number, 0, "this is no list of one entry a line");
		else
			err = add_line(lines, n, line);
	}
	if (!err && ferror(file))
		err = sy_problem_set(why, errno, "%s: %s", path, strerror(errno));
	free(line);
	return err;
}

int sy_lines_read(const char *path, char ***ret_lines, size_t *ret_n, struct sy_problem *why)
{
	bool standard = !strcmp(path, "-");
	FILE *file = standard ? stdin : fopen(path, "r");
	char **lines = NULL;
	size_t n = 0;
	int err;

	if (!file)
		return sy_problem_set(why, errno, "%s: %s", path, strerror(errno));
	err = read_lines(file, path, &lines, &n, why);
	if (!standard)
		(void)fclose(file);
	if (err) {
		sy_lines_free(lines, n);
		return err;
	}
	*ret_lines = lines;
	*ret_n = n;
	return 0;
}

void sy_lines_free(char **lines, size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(lines[i]);
	free(lines);
}

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
	(void)number;
	stop = 1;
}

const volatile sig_atomic_t *sy_stop_flag(void)
{
	struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESETHAND | SA_RESTART};

	(void)sigemptyset(&action.sa_mask);
	(void)sigaction(SIGINT, &action, NULL);
	(void)sigaction(SIGTERM, &action, NULL);
	return &stop;
}
