/*
 * sayso: answers the phone. This file finds the command; each command has a file of its own beside it.
 */
#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine/commands/command.h"

static const struct sy_command *const commands[] = {&sy_command_call, &sy_command_talk, &sy_command_hear,
	&sy_command_kb, &sy_command_serve, &sy_command_line, &sy_command_calls, &sy_command_check, &sy_command_worker};
#define N_COMMANDS (sizeof commands / sizeof *commands)

static void print_help(void)
{
	(void)fputs("Usage: sayso COMMAND [OPTION]... [ARGUMENT]...\n"
		    "Answers the phone: hears a caller, answers from a knowledge base, and hands over to a person.\n\n",
		stdout);
	for (size_t i = 0; i < N_COMMANDS; i++)
		if (!commands[i]->inner)
			(void)printf("  %-7s %s\n", commands[i]->name, commands[i]->summary);
	(void)fputs("\n  sayso COMMAND --help says more, sayso --version which version this is.\n"
		    "  Exit status: 0 good, 1 an expectation or check failed, 2 bad input.\n",
		stdout);
}

static int run(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : NULL;

	if (!name)
		return sy_complain(NULL, "which command? See sayso --help");
	if (!strcmp(name, "--help") || !strcmp(name, "-h")) {
		print_help();
		return SY_EXIT_GOOD;
	}
	if (!strcmp(name, "--version")) {
		(void)puts("sayso " SAYSO_VERSION);
		return SY_EXIT_GOOD;
	}
	for (size_t i = 0; i < N_COMMANDS; i++)
		if (!strcmp(name, commands[i]->name))
			return commands[i]->run(commands[i], argc - 1, argv + 1);
	return sy_complain(
		NULL, "there is no %s \"%s\"; see sayso --help", name[0] == '-' ? "option" : "command", name);
}

/* The error may lie as far back as the stream's first line, and errno with it. */
static bool reader_left(void)
{
	struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};

	return poll(&out, 1, 0) == 1 && (out.revents & POLLERR);
}

int main(int argc, char **argv)
{
	int status;

	/* A reader that leaves early (sayso ... | head) must not end a call without its record. */
	(void)signal(SIGPIPE, SIG_IGN);
	(void)setlocale(LC_CTYPE, "C.UTF-8");
	status = run(argc, argv);
	errno = 0;
	if (fflush(stdout) || ferror(stdout) || fclose(stdout)) {
		if (errno == EPIPE || reader_left())
			return status;
		return sy_complain(NULL, "the output cannot be written: %s", strerror(errno ? errno : EIO));
	}
	return status;
}
