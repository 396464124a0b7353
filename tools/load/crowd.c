#include "tools/load/crowd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "audio/frame.h"
#include "tools/load/dialog.h"

/* A quarter of the callers send every 5 ms. */
#define PHASES 4
#define TICK_MS (SY_FRAME_MS / PHASES)
#define RTP_HEADER 12
#define RTP_BYTES 1500
#define RTP_VERSION 0x80
#define PAYLOAD_PCMU 0
/* RFC 3261, timers A and B, the latter cut to what a caller would wait. */
#define RESEND_FIRST_MS 500
#define ANSWER_MS 8000
/* After a call has ended, before the same caller dials again. */
#define REDIAL_MS 1000

enum line_state { LINE_IDLE, LINE_INVITED, LINE_UP, LINE_LEAVING };

struct line {
	enum line_state state;
	int fd; /* RTP */
	struct sy_dialog dialog;
	struct sy_load_caller caller;
	struct sockaddr_in media;
	double since_ms;
	double resend_ms;
	double resend_step_ms;
	uint16_t sequence;
	uint32_t timestamp;
	bool passed;
};

struct sy_crowd {
	struct sy_crowd_prm prm;
	struct line *lines;
	size_t wanted;
	int sip_fd;
	uint16_t sip_port;
	double next_ms;
	double may_dial_ms;
	unsigned phase;
	struct sy_load_figures *figures;
	struct sy_crowd_counts counts;
	double up_sum;
	uint64_t up_n;
};

/* Of the clock that the kernel's timestamps are of. */
static double now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static struct sockaddr_in loopback(uint16_t port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static int open_socket(int *ret_fd, uint16_t *ret_port)
{
	struct sockaddr_in in = loopback(0);
	struct sockaddr_storage address = {0};
	socklen_t n = sizeof(address);
	const int yes = 1;

	memcpy(&address, &in, sizeof(in));
	const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return errno;
	if (bind(fd, (const struct sockaddr *)&address, sizeof(in)) != 0 ||
		getsockname(fd, (struct sockaddr *)&address, &n) != 0 ||
		setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &yes, sizeof(yes)) != 0) {
		const int err = errno;
		(void)close(fd);
		return err;
	}
	memcpy(&in, &address, sizeof(in));
	*ret_port = ntohs(in.sin_port);
	*ret_fd = fd;
	return 0;
}

static void send_text(const struct sy_crowd *crowd, const char *text, size_t n)
{
	const struct sockaddr_in in = loopback(crowd->prm.service_port);
	struct sockaddr_storage address = {0};

	memcpy(&address, &in, sizeof(in));
	if (n > 0)
		(void)sendto(crowd->sip_fd, text, n, 0, (const struct sockaddr *)&address, sizeof(in));
}

static void go(struct line *line, enum line_state state, double now)
{
	line->state = state;
	line->since_ms = now;
}

static void dial(struct sy_crowd *crowd, struct line *line, double now)
{
	char text[SY_DIALOG_MESSAGE_BYTES];

	line->dialog.attempt++;
	line->dialog.to[0] = line->dialog.contact[0] = '\0';
	line->passed = false;
	line->resend_step_ms = RESEND_FIRST_MS;
	line->resend_ms = now + RESEND_FIRST_MS;
	go(line, LINE_INVITED, now);
	crowd->counts.begun++;
	send_text(crowd, text, sy_dialog_invite(&line->dialog, text));
}

static void on_answered(struct sy_crowd *crowd, struct line *line, const struct sy_dialog_message *message)
{
	const double now = now_ms();
	char text[SY_DIALOG_MESSAGE_BYTES];

	memcpy(line->dialog.to, message->to, sizeof(line->dialog.to));
	memcpy(line->dialog.contact, message->contact, sizeof(line->dialog.contact));
	send_text(crowd, text, sy_dialog_ack(&line->dialog, message->status, text));
	if (line->state != LINE_INVITED)
		return;
	if (message->status >= 300 || message->media_port == 0) {
		crowd->counts.refused++;
		go(line, LINE_IDLE, now);
		return;
	}
	crowd->counts.up++;
	line->media = loopback(message->media_port);
	go(line, LINE_UP, now);
	sy_load_caller_begin(&line->caller, line->dialog.number + line->dialog.attempt * 13, now);
}

static void on_request(struct sy_crowd *crowd, struct line *line, const struct sy_dialog_message *message)
{
	const bool refers = strcmp(message->method, "REFER") == 0;
	char text[SY_DIALOG_MESSAGE_BYTES];

	send_text(crowd, text, sy_dialog_answer(message, refers ? 202 : 200, refers ? "Accepted" : "OK", text));
	if (line->state != LINE_UP)
		return;
	if (refers && !line->passed) {
		line->passed = true;
		crowd->counts.passed++;
	} else if (strcmp(message->method, "BYE") == 0) {
		crowd->counts.hung_up += line->passed ? 0 : 1;
		go(line, LINE_IDLE, now_ms());
	}
}

static void on_message(struct sy_crowd *crowd, const char *text, size_t n)
{
	struct sy_dialog_message message;

	if (sy_dialog_read(text, n, &message) != 0 || message.number >= crowd->prm.calls)
		return;
	struct line *line = &crowd->lines[message.number];
	if (message.attempt != line->dialog.attempt)
		return;
	if (message.status == 0)
		on_request(crowd, line, &message);
	else if (message.status >= 200 && strcmp(message.method, "INVITE") == 0)
		on_answered(crowd, line, &message);
	else if (message.status >= 200 && strcmp(message.method, "BYE") == 0 && line->state == LINE_LEAVING)
		go(line, LINE_IDLE, now_ms());
	else if (message.status >= 100)
		line->resend_ms = line->since_ms + 2.0 * ANSWER_MS; /* it is being looked at */
}

static void take_messages(struct sy_crowd *crowd)
{
	char text[SY_DIALOG_MESSAGE_BYTES + 1];
	ssize_t n;

	while ((n = recv(crowd->sip_fd, text, sizeof(text) - 1, MSG_DONTWAIT)) > 0) {
		text[n] = '\0';
		on_message(crowd, text, (size_t)n);
	}
}

/* When the kernel got the packet. */
static double time_of(struct msghdr *header)
{
	struct timespec at;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(header); c != NULL; c = CMSG_NXTHDR(header, c))
		if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_TIMESTAMPNS) {
			memcpy(&at, CMSG_DATA(c), sizeof(at));
			return (double)at.tv_sec * 1e3 + (double)at.tv_nsec / 1e6;
		}
	return now_ms();
}

static void on_packet(struct line *line, const uint8_t *bytes, size_t n, double at_ms)
{
	const size_t header = RTP_HEADER + 4u * (bytes[0] & 0x0fu);

	if (line->state != LINE_UP || n <= header || (bytes[1] & 0x7f) != PAYLOAD_PCMU)
		return;
	sy_load_caller_hear(&line->caller, &(struct sy_load_packet){.at_ms = at_ms,
						   .sequence = (uint16_t)(bytes[2] << 8 | bytes[3]),
						   .timestamp = (uint32_t)bytes[4] << 24 | (uint32_t)bytes[5] << 16 |
								(uint32_t)bytes[6] << 8 | bytes[7],
						   .mulaw = bytes + header,
						   .n = n - header});
}

static void take_packets(struct line *line)
{
	uint8_t bytes[RTP_BYTES];
	union {
		char room[CMSG_SPACE(sizeof(struct timespec))];
		struct cmsghdr align;
	} control;
	struct iovec piece = {.iov_base = bytes, .iov_len = sizeof(bytes)};

	for (;;) {
		struct msghdr header = {.msg_iov = &piece,
			.msg_iovlen = 1,
			.msg_control = control.room,
			.msg_controllen = sizeof(control.room)};
		const ssize_t n = recvmsg(line->fd, &header, MSG_DONTWAIT);
		if (n < 0)
			return;
		if (n > RTP_HEADER && (bytes[0] & 0xc0) == RTP_VERSION)
			on_packet(line, bytes, (size_t)n, time_of(&header));
	}
}

static void send_packet(struct line *line, double now)
{
	uint8_t bytes[RTP_HEADER + SY_LOAD_PACKET] = {RTP_VERSION, PAYLOAD_PCMU};
	struct sockaddr_storage address = {0};

	bytes[2] = (uint8_t)(line->sequence >> 8);
	bytes[3] = (uint8_t)line->sequence;
	for (int i = 0; i < 4; i++)
		bytes[4 + i] = (uint8_t)(line->timestamp >> (24 - 8 * i));
	bytes[8] = (uint8_t)line->dialog.attempt;
	bytes[10] = (uint8_t)(line->dialog.number >> 8);
	bytes[11] = (uint8_t)line->dialog.number;
	line->sequence++;
	line->timestamp += SY_LOAD_PACKET;
	sy_load_caller_speak(&line->caller, now, bytes + RTP_HEADER);
	memcpy(&address, &line->media, sizeof(line->media));
	(void)sendto(line->fd, bytes, sizeof(bytes), 0, (const struct sockaddr *)&address, sizeof(line->media));
}

static void look_at_invite(struct sy_crowd *crowd, struct line *line, double now)
{
	char text[SY_DIALOG_MESSAGE_BYTES];

	if (now - line->since_ms >= ANSWER_MS) {
		crowd->counts.unanswered++;
		send_text(crowd, text, sy_dialog_cancel(&line->dialog, text));
		go(line, LINE_IDLE, now);
	} else if (now >= line->resend_ms) {
		line->resend_step_ms *= 2;
		line->resend_ms = now + line->resend_step_ms;
		send_text(crowd, text, sy_dialog_invite(&line->dialog, text));
	}
}

static void look_at_line(struct sy_crowd *crowd, struct line *line, double now)
{
	const bool rested = line->dialog.attempt == 0 || now - line->since_ms >= REDIAL_MS;

	if (line->state == LINE_INVITED) {
		look_at_invite(crowd, line, now);
	} else if (line->state == LINE_UP && sy_load_caller_lost(&line->caller, now)) {
		crowd->counts.lost++;
		go(line, LINE_IDLE, now);
	} else if (line->state == LINE_UP) {
		send_packet(line, now);
	} else if (line->state == LINE_IDLE && line->dialog.number < crowd->wanted && rested &&
		   now >= crowd->may_dial_ms) {
		crowd->may_dial_ms = now + 1000.0 / crowd->prm.calls_s;
		dial(crowd, line, now);
	}
}

static void tick(struct sy_crowd *crowd)
{
	const double began = now_ms();
	size_t up = 0;

	if (began - crowd->next_ms > crowd->counts.worst_tick_ms)
		crowd->counts.worst_tick_ms = began - crowd->next_ms;
	for (size_t i = crowd->phase; i < crowd->prm.calls; i += PHASES) {
		take_packets(&crowd->lines[i]);
		look_at_line(crowd, &crowd->lines[i], now_ms());
	}
	crowd->phase = (crowd->phase + 1) % PHASES;
	for (size_t i = 0; i < crowd->prm.calls; i++)
		up += crowd->lines[i].state == LINE_UP;
	crowd->counts.up_now = up;
	crowd->up_sum += crowd->wanted > 0 ? (double)up / (double)crowd->wanted : 0;
	crowd->up_n++;
	crowd->next_ms += TICK_MS;
	/* After a stall the missed packets are not sent in one burst: a telephone would not. */
	if (now_ms() - crowd->next_ms > 5.0 * SY_FRAME_MS)
		crowd->next_ms = now_ms();
}

/* Only signalling wakes this program. Sound lies until its caller's tick: the kernel has noted when it came, and on one
 * machine each waking would be paid for by the service's thread that sends. */
static void wait_and_take(struct sy_crowd *crowd)
{
	struct pollfd sip = {.fd = crowd->sip_fd, .events = POLLIN};
	const double left = crowd->next_ms - now_ms();
	const long ns = left > 0 ? (long)(left * 1e6) : 0;

	if (ppoll(&sip, 1, &(struct timespec){.tv_nsec = ns}, NULL) > 0)
		take_messages(crowd);
}

int sy_crowd_run(struct sy_crowd *crowd, double seconds)
{
	const double until = now_ms() + seconds * 1000;

	if (crowd->next_ms <= 0 || now_ms() - crowd->next_ms > SY_FRAME_MS)
		crowd->next_ms = now_ms();
	while (now_ms() < until) {
		wait_and_take(crowd);
		while (now_ms() >= crowd->next_ms)
			tick(crowd);
	}
	return 0;
}

void sy_crowd_hang_up(struct sy_crowd *crowd)
{
	char text[SY_DIALOG_MESSAGE_BYTES];

	crowd->wanted = 0;
	for (size_t i = 0; i < crowd->prm.calls; i++) {
		struct line *line = &crowd->lines[i];
		if (line->state == LINE_UP)
			send_text(crowd, text, sy_dialog_bye(&line->dialog, text));
		if (line->state == LINE_INVITED)
			send_text(crowd, text, sy_dialog_cancel(&line->dialog, text));
		go(line, line->state == LINE_UP ? LINE_LEAVING : LINE_IDLE, now_ms());
		/* A burst of hundreds would overflow the peer's socket. */
		if (i % 10 == 9)
			(void)sy_crowd_run(crowd, 0.01);
	}
	(void)sy_crowd_run(crowd, 1);
}

void sy_crowd_want(struct sy_crowd *crowd, size_t calls)
{
	crowd->wanted = calls < crowd->prm.calls ? calls : crowd->prm.calls;
}

const struct sy_load_figures *sy_crowd_figures(const struct sy_crowd *crowd)
{
	return crowd->figures;
}

struct sy_crowd_counts sy_crowd_counts(const struct sy_crowd *crowd)
{
	struct sy_crowd_counts counts = crowd->counts;

	counts.up_share = crowd->up_n > 0 ? crowd->up_sum / (double)crowd->up_n : 0;
	return counts;
}

void sy_crowd_forget(struct sy_crowd *crowd)
{
	/* First words are spoken while the crowd gathers. */
	struct sy_load_figures *figures = crowd->figures;

	memset(&figures->answer, 0, sizeof(figures->answer));
	memset(&figures->number, 0, sizeof(figures->number));
	memset(figures->of_kind, 0, sizeof(figures->of_kind));
	memset(&figures->interrupt, 0, sizeof(figures->interrupt));
	memset(&figures->late, 0, sizeof(figures->late));
	figures->turns = figures->answered = figures->unanswered = figures->early = 0;
	figures->packets = figures->gaps = 0;
	crowd->counts = (struct sy_crowd_counts){.up_now = crowd->counts.up_now};
	crowd->up_sum = 0;
	crowd->up_n = 0;
}

static int raise_limit(size_t calls, struct sy_problem *why)
{
	struct rlimit limit;
	const rlim_t needed = calls + 64;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return errno;
	if (limit.rlim_cur < needed && limit.rlim_max >= needed) {
		limit.rlim_cur = needed;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
	}
	return limit.rlim_cur >= needed
		       ? 0
		       : sy_problem_set(why, EMFILE, "%zu calls need %lu descriptors; raise the limit (ulimit -n)",
				 calls, (unsigned long)needed);
}

static int open_lines(struct sy_crowd *crowd)
{
	int err = open_socket(&crowd->sip_fd, &crowd->sip_port);
	const int big = 1 << 20;

	if (err == 0)
		(void)setsockopt(crowd->sip_fd, SOL_SOCKET, SO_RCVBUF, &big, sizeof(big));
	for (size_t i = 0; err == 0 && i < crowd->prm.calls; i++) {
		struct line *line = &crowd->lines[i];
		line->caller = (struct sy_load_caller){.turns = crowd->prm.turns,
			.figures = crowd->figures,
			.turn_every_ms = crowd->prm.turn_every_ms};
		err = open_socket(&line->fd, &line->dialog.rtp_port);
		line->dialog.number = (unsigned)i;
		line->dialog.sip_port = crowd->sip_port;
		line->dialog.peer_port = crowd->prm.service_port;
	}
	return err;
}

int sy_crowd_create(const struct sy_crowd_prm *prm, struct sy_crowd **ret_crowd, struct sy_problem *why)
{
	if (prm->calls == 0 || prm->calls > SY_CROWD_CALLS_MAX || prm->calls_s == 0)
		return sy_problem_set(why, EINVAL, "expected 1 to %d calls", SY_CROWD_CALLS_MAX);
	int err = raise_limit(prm->calls, why);
	if (err != 0)
		return err;
	struct sy_crowd *crowd = calloc(1, sizeof(*crowd));
	if (crowd == NULL)
		return ENOMEM;
	crowd->prm = *prm;
	crowd->wanted = prm->calls;
	crowd->sip_fd = -1;
	crowd->lines = calloc(prm->calls, sizeof(*crowd->lines));
	crowd->figures = calloc(1, sizeof(*crowd->figures));
	for (size_t i = 0; crowd->lines != NULL && i < prm->calls; i++)
		crowd->lines[i].fd = -1;
	err = crowd->lines == NULL || crowd->figures == NULL ? ENOMEM : open_lines(crowd);
	if (err != 0) {
		sy_crowd_destroy(crowd);
		return err;
	}
	*ret_crowd = crowd;
	return 0;
}

void sy_crowd_destroy(struct sy_crowd *crowd)
{
	if (crowd == NULL)
		return;
	for (size_t i = 0; crowd->lines != NULL && i < crowd->prm.calls; i++)
		if (crowd->lines[i].fd >= 0)
			(void)close(crowd->lines[i].fd);
	if (crowd->sip_fd >= 0)
		(void)close(crowd->sip_fd);
	free(crowd->figures);
	free(crowd->lines);
	free(crowd);
}
