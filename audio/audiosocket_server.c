#include "audio/audiosocket_server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "audio/audiosocket_guest.h"
#include "base/network.h"

/* Connections that wait in the kernel to be accepted; more than come in a second. */
#define LISTEN_QUEUE 128
#define ACCEPTS_A_ROUND 64
/* Out of descriptors: accepting at once again would spin. */
#define ACCEPT_PAUSE_MS 100
/* A second of our sound for the kernel to keep, at 8 kHz; its own choice is minutes of it, and what is sent cannot be
 * taken back when the caller interrupts. */
#define SEND_BUFFER_BYTES 16384
#define FOREVER_MS UINT64_MAX

enum life { LIFE_RUNNING, LIFE_STOPPING, LIFE_STOPPED, LIFE_ENDING };

struct sy_audiosocket_server {
	struct sy_audiosocket_server_prm prm;
	struct sy_network *networks;
	int listener;   /* -1: stopped */
	int leaving[2]; /* pipe: connections on their way out, from the bridges' threads to the server's */
	uint16_t port;
	unsigned connections_max;
	pthread_t thread;
	bool started;

	pthread_mutex_t lock; /* of the next four */
	pthread_cond_t changed;
	enum life life;
	uint64_t lines_from_ms;
	unsigned lines;

	/* The server's thread alone. */
	struct sy_audiosocket_guest *guests;
	char (*sources)[SY_NETWORK_TEXT_BYTES]; /* of the guests */
	struct pollfd *polls;
	size_t n_guests;
	size_t guests_max;
	size_t n_greeting;
	uint64_t accept_from_ms;

	atomic_uint_fast64_t connections, calls, calls_up, refused_source, refused_full, refused_busy, bad, slow;
	atomic_uint_fast64_t ended[SY_AUDIOSOCKET_ENDS];
	atomic_uint_fast64_t frames_dropped, frames_late, keys_dropped;
};

/* What a bridge of ours ends with. */
struct call {
	struct sy_audiosocket_server *server;
	char id[SY_ARRIVAL_ID_BYTES];
	char source[SY_NETWORK_TEXT_BYTES];
	bool refused;
};

static uint64_t now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Warnings come from outside, as fast as someone likes. */
static bool may_log(struct sy_audiosocket_server *server)
{
	const uint64_t now = now_ms();

	(void)pthread_mutex_lock(&server->lock);
	if (now - server->lines_from_ms >= 1000) {
		server->lines_from_ms = now;
		server->lines = 0;
	}
	const bool may = server->lines < SY_AUDIOSOCKET_LINES_S;
	server->lines += may ? 1 : 0;
	(void)pthread_mutex_unlock(&server->lock);
	return may;
}

static void tell(struct sy_audiosocket_server *server, const struct sy_audiosocket_event *event)
{
	if (server->prm.log != NULL && (!event->warning || may_log(server)))
		server->prm.log(server->prm.arg, event);
}

static void tell_of_guest(struct sy_audiosocket_server *server, const char *name, const char *source, const char *text)
{
	tell(server, &(struct sy_audiosocket_event){
			     .name = name, .id = "", .source = source, .text = text, .warning = true});
}

static size_t free_guests(const struct sy_audiosocket_server *server)
{
	return server->guests_max - server->n_guests;
}

static struct sy_audiosocket_guest *new_guest(struct sy_audiosocket_server *server, const char *source)
{
	(void)snprintf(server->sources[server->n_guests], SY_NETWORK_TEXT_BYTES, "%s", source);
	return &server->guests[server->n_guests++];
}

static void forget_guest(struct sy_audiosocket_server *server, size_t i)
{
	server->n_guests--;
	server->guests[i] = server->guests[server->n_guests];
	memcpy(server->sources[i], server->sources[server->n_guests], SY_NETWORK_TEXT_BYTES);
}

static void part_from(struct sy_audiosocket_server *server, const struct sy_audiosocket_parting *parting)
{
	if (free_guests(server) > 0) {
		sy_audiosocket_guest_part(new_guest(server, ""), parting, now_ms());
		return;
	}
	(void)close(parting->fd);
	free(parting->bytes);
}

/* The bridge's thread. A full pipe means that more calls end at once than are allowed: closed without ceremony. */
static void on_left(void *arg, struct sy_audiosocket_left *left)
{
	struct call *call = arg;
	struct sy_audiosocket_server *server = call->server;
	const struct sy_audiosocket_parting parting = {.fd = left->fd,
		.bytes = left->bytes,
		.n = left->n,
		.cut = server->prm.cut && left->end == SY_AUDIOSOCKET_END_OURS && !call->refused};
	char text[SY_PROBLEM_MAX];

	atomic_fetch_sub(&server->calls_up, 1);
	if (!call->refused) {
		atomic_fetch_add(&server->ended[left->end], 1);
		atomic_fetch_add(&server->frames_dropped, left->counts.frames_dropped);
		atomic_fetch_add(&server->frames_late, left->counts.frames_late);
		atomic_fetch_add(&server->keys_dropped, left->counts.keys_dropped);
		(void)snprintf(text, sizeof(text), "%s%s%s", sy_audiosocket_end_name(left->end),
			left->text[0] != '\0' ? ": " : "", left->text);
		tell(server, &(struct sy_audiosocket_event){.name = "ended",
				     .id = call->id,
				     .source = call->source,
				     .text = text,
				     .warning = left->end == SY_AUDIOSOCKET_END_PROTOCOL ||
						left->end == SY_AUDIOSOCKET_END_STUCK});
	}
	free(call);
	if (parting.fd < 0 || write(server->leaving[1], &parting, sizeof(parting)) == (ssize_t)sizeof(parting))
		return;
	(void)close(parting.fd);
	free(parting.bytes);
}

static int make_bridge(struct sy_audiosocket_server *server, const struct sy_audiosocket_guest *guest,
	struct call *call, struct sy_bridge **ret_bridge)
{
	struct sy_bridge_audiosocket_prm prm = {
		.fd = guest->fd, .rate = SY_RATE_LINE, .cut = server->prm.cut, .left = on_left, .arg = call};
	struct sy_problem why = {0};

	int err = sy_audiosocket_guest_reader(guest, &prm.reader, &why);
	if (err == EPROTO) {
		atomic_fetch_add(&server->bad, 1);
		tell_of_guest(server, "bad", call->source, why.text);
	}
	if (err != 0)
		return err;
	if (sy_audiosocket_rate(prm.reader.header[0]) >= SY_RATE_WIDE)
		prm.rate = SY_RATE_WIDE;
	return sy_bridge_audiosocket_create(&prm, ret_bridge);
}

static void give_call(struct sy_audiosocket_server *server, struct call *call, struct sy_bridge *bridge)
{
	struct sy_arrival arrival = {.bridge = bridge, .kind = "audiosocket"};
	char id[SY_ARRIVAL_ID_BYTES], source[SY_NETWORK_TEXT_BYTES];

	/* The call may be over, and freed, before the taker returns. */
	memcpy(id, call->id, sizeof(id));
	memcpy(source, call->source, sizeof(source));
	memcpy(arrival.id, call->id, sizeof(arrival.id));
	atomic_fetch_add(&server->calls_up, 1);
	const int err = server->prm.arrival(server->prm.arg, &arrival);
	if (err == 0) {
		atomic_fetch_add(&server->calls, 1);
		tell(server, &(struct sy_audiosocket_event){.name = "call", .id = id, .source = source, .text = ""});
		return;
	}
	atomic_fetch_add(&server->refused_busy, 1);
	tell(server, &(struct sy_audiosocket_event){
			     .name = "busy", .id = id, .source = source, .text = strerror(err), .warning = true});
	call->refused = true;
	sy_bridge_destroy(bridge);
}

static void announce(struct sy_audiosocket_server *server, struct sy_audiosocket_guest *guest, const char *source)
{
	struct call *call = calloc(1, sizeof(*call));
	struct sy_bridge *bridge = NULL;
	int err = ENOMEM;

	if (call != NULL) {
		call->server = server;
		(void)snprintf(call->source, sizeof(call->source), "%s", source);
		sy_audiosocket_uuid_text(guest->bytes + SY_AUDIOSOCKET_HEADER_BYTES, call->id);
		err = make_bridge(server, guest, call, &bridge);
	}
	if (err != 0) {
		free(call);
		sy_audiosocket_guest_drop(guest);
		return;
	}
	guest->phase = SY_AUDIOSOCKET_NOBODY; /* its socket is the bridge's now */
	give_call(server, call, bridge);
}

static void look_at_guest(struct sy_audiosocket_server *server, size_t i)
{
	struct sy_audiosocket_guest *guest = &server->guests[i];
	const bool greeting = guest->phase == SY_AUDIOSOCKET_GREETING;
	struct sy_problem why = {0};

	const enum sy_audiosocket_guest_news news = sy_audiosocket_guest_look(guest, now_ms(), &why);
	if (news == SY_AUDIOSOCKET_GUEST_WAIT)
		return;
	server->n_greeting -= greeting ? 1 : 0;
	if (news == SY_AUDIOSOCKET_GUEST_CALL) {
		announce(server, guest, server->sources[i]);
	} else if (news == SY_AUDIOSOCKET_GUEST_BAD) {
		atomic_fetch_add(&server->bad, 1);
		tell_of_guest(server, "bad", server->sources[i], why.text);
	} else if (news == SY_AUDIOSOCKET_GUEST_SLOW) {
		atomic_fetch_add(&server->slow, 1);
		tell_of_guest(server, "slow", server->sources[i], "no UUID in time");
	}
	forget_guest(server, i);
}

static bool allowed(const struct sy_audiosocket_server *server, const struct sockaddr *source)
{
	for (size_t i = 0; i < server->prm.n_networks; i++)
		if (sy_network_covers(&server->networks[i], source))
			return true;
	return server->prm.n_networks == 0;
}

static void welcome(struct sy_audiosocket_server *server, int fd, const struct sockaddr *address)
{
	const int yes = 1, send_buffer = SEND_BUFFER_BYTES;
	char source[SY_NETWORK_TEXT_BYTES];

	sy_network_text(address, source);
	atomic_fetch_add(&server->connections, 1);
	if (!allowed(server, address)) {
		atomic_fetch_add(&server->refused_source, 1);
		tell_of_guest(server, "refused", source, "not on the list of who may connect");
		(void)close(fd);
		return;
	}
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof(send_buffer));
	if (atomic_load(&server->calls_up) + server->n_greeting >= server->connections_max) {
		atomic_fetch_add(&server->refused_full, 1);
		tell_of_guest(server, "full", source, "as many calls as are allowed");
		part_from(server, &(struct sy_audiosocket_parting){.fd = fd});
		return;
	}
	if (free_guests(server) == 0) {
		(void)close(fd);
		return;
	}
	sy_audiosocket_guest_greet(new_guest(server, source), fd, now_ms());
	server->n_greeting++;
}

static void accept_some(struct sy_audiosocket_server *server)
{
	for (int i = 0; i < ACCEPTS_A_ROUND; i++) {
		struct sockaddr_storage address = {0};
		socklen_t n = sizeof(address);
		const int fd = accept4(server->listener, (struct sockaddr *)&address, &n, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd >= 0) {
			welcome(server, fd, (const struct sockaddr *)&address);
			continue;
		}
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
			server->accept_from_ms = now_ms() + ACCEPT_PAUSE_MS;
		if (errno != ECONNABORTED && errno != EINTR)
			return;
	}
}

static void take_leaving(struct sy_audiosocket_server *server)
{
	struct sy_audiosocket_parting parting;

	while (read(server->leaving[0], &parting, sizeof(parting)) == (ssize_t)sizeof(parting))
		if (parting.fd >= 0)
			part_from(server, &parting);
}

static enum life life_of(struct sy_audiosocket_server *server)
{
	(void)pthread_mutex_lock(&server->lock);
	const enum life life = server->life;
	(void)pthread_mutex_unlock(&server->lock);
	return life;
}

static void set_life(struct sy_audiosocket_server *server, enum life life)
{
	(void)pthread_mutex_lock(&server->lock);
	server->life = life;
	(void)pthread_cond_broadcast(&server->changed);
	(void)pthread_mutex_unlock(&server->lock);
}

/* Those who have not become a call are let go. */
static void stop_listening(struct sy_audiosocket_server *server)
{
	(void)close(server->listener);
	server->listener = -1;
	for (size_t i = 0; i < server->n_guests; i++) {
		const struct sy_audiosocket_parting parting = {.fd = server->guests[i].fd};
		if (server->guests[i].phase == SY_AUDIOSOCKET_GREETING)
			sy_audiosocket_guest_part(&server->guests[i], &parting, now_ms());
	}
	server->n_greeting = 0;
	set_life(server, LIFE_STOPPED);
}

/* Fills the table for poll(): the pipe, the listener, the guests. Returns how long to wait, -1: for ever. */
static int prepare(struct sy_audiosocket_server *server)
{
	const uint64_t now = now_ms();
	const bool accepts = server->listener >= 0 && now >= server->accept_from_ms;
	uint64_t next = server->listener >= 0 && !accepts ? server->accept_from_ms : FOREVER_MS;

	server->polls[0] = (struct pollfd){.fd = server->leaving[0], .events = POLLIN};
	server->polls[1] = (struct pollfd){.fd = accepts ? server->listener : -1, .events = POLLIN};
	for (size_t i = 0; i < server->n_guests; i++) {
		const uint64_t at = sy_audiosocket_guest_next_ms(&server->guests[i], now);
		next = at < next ? at : next;
		server->polls[2 + i] = (struct pollfd){
			.fd = server->guests[i].fd, .events = sy_audiosocket_guest_events(&server->guests[i])};
	}
	if (next == FOREVER_MS)
		return -1;
	return next > now ? (int)(next - now) : 0;
}

static void *serve(void *arg)
{
	struct sy_audiosocket_server *server = arg;

	for (;;) {
		const int wait = prepare(server);
		(void)poll(server->polls, (nfds_t)(2 + server->n_guests), wait);
		/* Backwards: a guest that goes is replaced by the last, which has been looked at. */
		for (size_t i = server->n_guests; i-- > 0;)
			look_at_guest(server, i);
		take_leaving(server);
		if (server->listener >= 0 && server->polls[1].revents != 0)
			accept_some(server);
		const enum life life = life_of(server);
		if (life == LIFE_STOPPING)
			stop_listening(server);
		if (life == LIFE_ENDING && server->n_guests == 0)
			return NULL;
	}
}

static int parse_address(const struct sy_audiosocket_server_prm *prm, struct sockaddr_storage *ret_address,
	socklen_t *ret_n, struct sy_problem *why)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(prm->port)};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6, .sin6_port = htons(prm->port)};

	if (inet_pton(AF_INET, prm->address, &in.sin_addr) == 1) {
		memcpy(ret_address, &in, sizeof(in));
		*ret_n = sizeof(in);
		return 0;
	}
	if (inet_pton(AF_INET6, prm->address, &in6.sin6_addr) == 1) {
		memcpy(ret_address, &in6, sizeof(in6));
		*ret_n = sizeof(in6);
		return 0;
	}
	return sy_problem_set(why, EINVAL,
		"audiosocket: \"%s\" is no numeric address; write one such as 127.0.0.1 or ::", prm->address);
}

static uint16_t port_of(int fd)
{
	struct sockaddr_storage address = {0};
	socklen_t n = sizeof(address);
	struct sockaddr_in6 in6;
	struct sockaddr_in in;

	if (getsockname(fd, (struct sockaddr *)&address, &n) != 0)
		return 0;
	memcpy(&in, &address, sizeof(in));
	memcpy(&in6, &address, sizeof(in6));
	return ntohs(address.ss_family == AF_INET6 ? in6.sin6_port : in.sin_port);
}

static int start_listening(struct sy_audiosocket_server *server, struct sy_problem *why)
{
	const struct sy_audiosocket_server_prm *prm = &server->prm;
	struct sockaddr_storage address = {0};
	const int yes = 1;
	socklen_t n = 0;

	int err = parse_address(prm, &address, &n, why);
	if (err != 0)
		return err;
	server->listener = socket(address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (server->listener < 0 || setsockopt(server->listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) != 0 ||
		bind(server->listener, (const struct sockaddr *)&address, n) != 0 ||
		listen(server->listener, LISTEN_QUEUE) != 0)
		return sy_problem_set(why, errno, "audiosocket: %s port %u: %s; choose another port or stop who has it",
			prm->address, (unsigned)prm->port, strerror(errno));
	server->port = port_of(server->listener);
	return 0;
}

static int read_networks(struct sy_audiosocket_server *server, struct sy_problem *why)
{
	const struct sy_audiosocket_server_prm *prm = &server->prm;

	if (prm->n_networks > SY_AUDIOSOCKET_NETWORKS_MAX)
		return sy_problem_set(why, E2BIG, "audiosocket: %zu networks; at most %d", prm->n_networks,
			SY_AUDIOSOCKET_NETWORKS_MAX);
	server->networks = calloc(prm->n_networks + 1, sizeof(*server->networks));
	if (server->networks == NULL)
		return ENOMEM;
	for (size_t i = 0; i < prm->n_networks; i++)
		if (sy_network_parse(prm->networks[i], &server->networks[i]) != 0)
			return sy_problem_set(why, EINVAL,
				"audiosocket: \"%s\" is no network; write one such as 192.0.2.0/24 or 192.0.2.7",
				prm->networks[i]);
	server->prm.networks = NULL;
	return 0;
}

static int make_tables(struct sy_audiosocket_server *server, struct sy_problem *why)
{
	const unsigned max = server->prm.connections_max;

	server->connections_max = max > 0 ? max : SY_AUDIOSOCKET_CONNECTIONS_DEFAULT;
	if (server->connections_max > SY_AUDIOSOCKET_CONNECTIONS_MAX)
		return sy_problem_set(
			why, EINVAL, "audiosocket: %u connections; at most %d", max, SY_AUDIOSOCKET_CONNECTIONS_MAX);
	/* As many again may be closing. */
	server->guests_max = 2 * (size_t)server->connections_max;
	server->guests = calloc(server->guests_max, sizeof(*server->guests));
	server->sources = calloc(server->guests_max, sizeof(*server->sources));
	server->polls = calloc(server->guests_max + 2, sizeof(*server->polls));
	if (server->guests == NULL || server->sources == NULL || server->polls == NULL)
		return ENOMEM;
	return pipe2(server->leaving, O_NONBLOCK | O_CLOEXEC) == 0 ? 0 : errno;
}

/* Signals are for the threads that expect them. */
static int start_thread(struct sy_audiosocket_server *server)
{
	sigset_t all, before;

	(void)sigfillset(&all);
	int err = pthread_sigmask(SIG_SETMASK, &all, &before);
	if (err != 0)
		return err;
	err = pthread_create(&server->thread, NULL, serve, server);
	server->started = err == 0;
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	return err;
}

int sy_audiosocket_server_create(
	const struct sy_audiosocket_server_prm *prm, struct sy_audiosocket_server **ret_server, struct sy_problem *why)
{
	struct sy_audiosocket_server *server = calloc(1, sizeof(*server));
	if (server == NULL)
		return ENOMEM;
	server->prm = *prm;
	server->listener = server->leaving[0] = server->leaving[1] = -1;
	(void)pthread_mutex_init(&server->lock, NULL);
	(void)pthread_cond_init(&server->changed, NULL);
	int err = read_networks(server, why);
	if (err == 0)
		err = make_tables(server, why);
	if (err == 0)
		err = start_listening(server, why);
	if (err == 0)
		err = start_thread(server);
	if (err != 0) {
		sy_audiosocket_server_destroy(server);
		return err;
	}
	*ret_server = server;
	return 0;
}

uint16_t sy_audiosocket_server_port(const struct sy_audiosocket_server *server)
{
	return server->port;
}

void sy_audiosocket_server_counters(
	const struct sy_audiosocket_server *server, struct sy_audiosocket_counters *ret_counters)
{
	struct sy_audiosocket_counters counters = {
		.connections = atomic_load(&server->connections),
		.calls = atomic_load(&server->calls),
		.calls_up = atomic_load(&server->calls_up),
		.refused_source = atomic_load(&server->refused_source),
		.refused_full = atomic_load(&server->refused_full),
		.refused_busy = atomic_load(&server->refused_busy),
		.bad = atomic_load(&server->bad),
		.slow = atomic_load(&server->slow),
		.frames_dropped = atomic_load(&server->frames_dropped),
		.frames_late = atomic_load(&server->frames_late),
		.keys_dropped = atomic_load(&server->keys_dropped),
	};

	for (size_t i = 0; i < SY_AUDIOSOCKET_ENDS; i++)
		counters.ended[i] = atomic_load(&server->ended[i]);
	*ret_counters = counters;
}

static void wake(struct sy_audiosocket_server *server)
{
	const struct sy_audiosocket_parting nobody = {.fd = -1};

	/* A full pipe has woken it already. */
	(void)!write(server->leaving[1], &nobody, sizeof(nobody));
}

void sy_audiosocket_server_stop(struct sy_audiosocket_server *server)
{
	(void)pthread_mutex_lock(&server->lock);
	if (server->life == LIFE_RUNNING)
		server->life = LIFE_STOPPING;
	wake(server);
	while (server->life == LIFE_STOPPING)
		(void)pthread_cond_wait(&server->changed, &server->lock);
	(void)pthread_mutex_unlock(&server->lock);
}

void sy_audiosocket_server_destroy(struct sy_audiosocket_server *server)
{
	if (server == NULL)
		return;
	if (server->started) {
		sy_audiosocket_server_stop(server);
		set_life(server, LIFE_ENDING);
		wake(server);
		(void)pthread_join(server->thread, NULL);
	}
	for (size_t i = 0; i < 2; i++)
		if (server->leaving[i] >= 0)
			(void)close(server->leaving[i]);
	if (server->listener >= 0)
		(void)close(server->listener);
	(void)pthread_cond_destroy(&server->changed);
	(void)pthread_mutex_destroy(&server->lock);
	free(server->networks);
	free(server->polls);
	free(server->sources);
	free(server->guests);
	free(server);
}
