#include "audio/audiosocket_guest.h"

#include <errno.h>
#include <linux/sockios.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "audio/audiosocket_server.h"

/* How soon a connection that is to be cut is asked again whether all has gone: a frame. */
#define GONE_YET_MS SY_FRAME_MS
#define THROWN_AWAY_BYTES 4096
#define READS_A_LOOK 16

void sy_audiosocket_guest_greet(struct sy_audiosocket_guest *guest, int fd, uint64_t now_ms)
{
	*guest = (struct sy_audiosocket_guest){
		.phase = SY_AUDIOSOCKET_GREETING, .fd = fd, .until_ms = now_ms + SY_AUDIOSOCKET_GREET_MS};
}

void sy_audiosocket_guest_part(
	struct sy_audiosocket_guest *guest, const struct sy_audiosocket_parting *parting, uint64_t now_ms)
{
	*guest = (struct sy_audiosocket_guest){.phase = SY_AUDIOSOCKET_PARTING,
		.fd = parting->fd,
		.until_ms = now_ms + SY_AUDIOSOCKET_PART_MS,
		.out = parting->bytes,
		.n_out = parting->n,
		.cut = parting->cut};
}

void sy_audiosocket_guest_drop(struct sy_audiosocket_guest *guest)
{
	if (guest->phase == SY_AUDIOSOCKET_NOBODY)
		return;
	(void)close(guest->fd);
	free(guest->out);
	*guest = (struct sy_audiosocket_guest){.fd = -1};
}

short sy_audiosocket_guest_events(const struct sy_audiosocket_guest *guest)
{
	return guest->sent < guest->n_out ? POLLIN | POLLOUT : POLLIN;
}

uint64_t sy_audiosocket_guest_next_ms(const struct sy_audiosocket_guest *guest, uint64_t now_ms)
{
	const bool asks = guest->phase == SY_AUDIOSOCKET_PARTING && guest->cut && guest->sent == guest->n_out;

	return asks && now_ms + GONE_YET_MS < guest->until_ms ? now_ms + GONE_YET_MS : guest->until_ms;
}

static enum sy_audiosocket_guest_news leave(struct sy_audiosocket_guest *guest, enum sy_audiosocket_guest_news news)
{
	sy_audiosocket_guest_drop(guest);
	return news;
}

/* What is wrong with a greeting as far as it has come; 0: nothing yet. ECONNRESET: it hangs up. */
static int check_greeting(const struct sy_audiosocket_guest *guest, struct sy_problem *why)
{
	if (guest->n >= 1 && guest->bytes[0] == SY_AUDIOSOCKET_HANG_UP)
		return ECONNRESET;
	if ((guest->n >= 1 && guest->bytes[0] != SY_AUDIOSOCKET_UUID) || (guest->n >= 2 && guest->bytes[1] != 0) ||
		(guest->n >= 3 && guest->bytes[2] != SY_AUDIOSOCKET_UUID_BYTES))
		return sy_problem_set(why, EPROTO, "the first message is no UUID");
	return 0;
}

static enum sy_audiosocket_guest_news greet(struct sy_audiosocket_guest *guest, uint64_t now_ms, struct sy_problem *why)
{
	const bool named = guest->n >= SY_AUDIOSOCKET_GREETING_BYTES;
	const ssize_t n = recv(guest->fd, guest->bytes + guest->n, sizeof(guest->bytes) - guest->n, MSG_DONTWAIT);

	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		return leave(guest, SY_AUDIOSOCKET_GUEST_LEFT);
	guest->n += n > 0 ? (size_t)n : 0;
	int err = check_greeting(guest, why);
	if (err != 0)
		return leave(guest, err == EPROTO ? SY_AUDIOSOCKET_GUEST_BAD : SY_AUDIOSOCKET_GUEST_LEFT);
	if (!named && guest->n >= SY_AUDIOSOCKET_GREETING_BYTES)
		guest->until_ms = now_ms + SY_AUDIOSOCKET_FIRST_SOUND_MS;
	if (guest->n == sizeof(guest->bytes))
		return SY_AUDIOSOCKET_GUEST_CALL;
	if (now_ms < guest->until_ms)
		return SY_AUDIOSOCKET_GUEST_WAIT;
	return guest->n >= SY_AUDIOSOCKET_GREETING_BYTES ? SY_AUDIOSOCKET_GUEST_CALL
							 : leave(guest, SY_AUDIOSOCKET_GUEST_SLOW);
}

/* 0, or what broke the connection. */
static int send_rest(struct sy_audiosocket_guest *guest)
{
	while (guest->sent < guest->n_out) {
		const ssize_t n = send(
			guest->fd, guest->out + guest->sent, guest->n_out - guest->sent, MSG_DONTWAIT | MSG_NOSIGNAL);
		if (n < 0)
			return errno == EAGAIN || errno == EINTR ? 0 : errno;
		guest->sent += (size_t)n;
	}
	return 0;
}

/* False once the peer has closed. */
static bool throw_away(int fd)
{
	uint8_t bytes[THROWN_AWAY_BYTES];

	for (int i = 0; i < READS_A_LOOK; i++) {
		const ssize_t n = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);
		if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
			return false;
		if (n < 0)
			return true;
	}
	return true;
}

static bool peer_has_all(int fd)
{
	int waiting = 0;

	return ioctl(fd, SIOCOUTQ, &waiting) != 0 || waiting == 0;
}

static void reset_on_close(int fd)
{
	const struct linger at_once = {.l_onoff = 1, .l_linger = 0};

	(void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

static enum sy_audiosocket_guest_news part(struct sy_audiosocket_guest *guest, uint64_t now_ms)
{
	if (send_rest(guest) != 0 || !throw_away(guest->fd) || now_ms >= guest->until_ms)
		return leave(guest, SY_AUDIOSOCKET_GUEST_PARTED);
	if (guest->sent < guest->n_out)
		return SY_AUDIOSOCKET_GUEST_WAIT;
	if (guest->cut && peer_has_all(guest->fd)) {
		reset_on_close(guest->fd);
		return leave(guest, SY_AUDIOSOCKET_GUEST_PARTED);
	}
	if (!guest->cut && !guest->shut) {
		(void)shutdown(guest->fd, SHUT_WR);
		guest->shut = true;
	}
	return SY_AUDIOSOCKET_GUEST_WAIT;
}

enum sy_audiosocket_guest_news sy_audiosocket_guest_look(
	struct sy_audiosocket_guest *guest, uint64_t now_ms, struct sy_problem *why)
{
	return guest->phase == SY_AUDIOSOCKET_GREETING ? greet(guest, now_ms, why) : part(guest, now_ms);
}

static void no_sound(void *arg, int rate, const int16_t *pcm, size_t n)
{
	(void)arg;
	(void)rate;
	(void)pcm;
	(void)n;
}

static void note_hang_up(void *arg, uint8_t kind, const uint8_t *payload, size_t n)
{
	bool *hung_up = arg;

	(void)payload;
	(void)n;
	if (kind == SY_AUDIOSOCKET_HANG_UP)
		*hung_up = true;
}

int sy_audiosocket_guest_reader(
	const struct sy_audiosocket_guest *guest, struct sy_audiosocket_reader *ret_reader, struct sy_problem *why)
{
	bool hung_up = false;
	const struct sy_audiosocket_found found = {no_sound, note_hang_up, &hung_up};
	struct sy_audiosocket_reader reader = {0};

	int err = sy_audiosocket_read(&reader, guest->bytes + SY_AUDIOSOCKET_GREETING_BYTES,
		guest->n - SY_AUDIOSOCKET_GREETING_BYTES, &found, why);
	if (err == 0 && hung_up)
		err = ECONNRESET;
	if (err == 0)
		*ret_reader = reader;
	return err;
}
