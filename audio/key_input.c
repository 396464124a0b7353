#include "audio/key_input.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* A paste of a whole page must not hold a frame up: the rest waits for the next one. */
#define BYTES_MAX 64
#define CTRL_D 4

struct sy_key_input {
	int fd;
	bool ended;
	bool terminal;
	bool changed; /* the terminal's settings are to be put back */
	struct termios before;
};

/* In the background a change of the terminal would stop the whole program (SIGTTOU). */
static bool take_terminal(struct sy_key_input *input)
{
	if (tcgetpgrp(input->fd) != getpgrp() || tcgetattr(input->fd, &input->before) != 0)
		return false;
	struct termios now = input->before;
	now.c_lflag &= ~(tcflag_t)ICANON;
	now.c_cc[VMIN] = 1;
	now.c_cc[VTIME] = 0;
	return tcsetattr(input->fd, TCSANOW, &now) == 0;
}

int sy_key_input_create(int fd, struct sy_key_input **ret_input)
{
	struct sy_key_input *input = calloc(1, sizeof(*input));

	if (input == NULL)
		return ENOMEM;
	input->fd = fd;
	input->terminal = isatty(fd) == 1;
	input->changed = input->terminal && take_terminal(input);
	input->ended = input->terminal && !input->changed;
	*ret_input = input;
	return 0;
}

void sy_key_input_destroy(struct sy_key_input *input)
{
	if (input == NULL)
		return;
	if (input->changed)
		(void)tcsetattr(input->fd, TCSANOW, &input->before);
	free(input);
}

/* One byte that is there already; false when none is. */
static bool next_byte(struct sy_key_input *input, char *ret_byte)
{
	struct pollfd ready = {.fd = input->fd, .events = POLLIN};

	if (input->ended || poll(&ready, 1, 0) <= 0)
		return false;
	ssize_t n = read(input->fd, ret_byte, 1);
	if (n == 0 || (n < 0 && errno != EINTR && errno != EAGAIN))
		input->ended = true;
	return n == 1;
}

bool sy_key_input_read(struct sy_key_input *input, char *ret_keys, size_t max)
{
	size_t n = 0;
	char byte = 0;
	bool hung_up = false;

	for (int i = 0; i < BYTES_MAX && n < max && !hung_up && next_byte(input, &byte); i++) {
		if (byte != '\0' && strchr("0123456789*#", byte) != NULL)
			ret_keys[n++] = byte;
		hung_up = input->terminal && byte == CTRL_D;
	}
	ret_keys[n] = '\0';
	return hung_up;
}
