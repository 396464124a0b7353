/*
 * answerer: a taker of SIP calls without an engine, for the tests in this folder.
 *
 * Starts the SIP service as its arguments say, plays each caller a tone, and writes a line for everything that happens:
 * what the service logs, keys, the end of each call with how many frames and how loud the caller was, and the counters
 * at the end. Key 0 passes the caller on; key 9 hangs up. SIGTERM stops it; SIGUSR1 drains.
 */
#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "audio/sip/sip.h"
#include "base/mailbox.h"

#define CALLS_MAX 1024
#define LIST_MAX 16
#define TONE_HZ 440
#define TONE_LEVEL 8000

struct taken {
	struct sy_arrival arrival;
	double energy;
	unsigned frames;
	bool said_passing;
	enum sy_passing passing;
};

struct answerer {
	struct sy_sip *sip;
	struct sy_mailbox *arrivals;
	struct taken *calls[CALLS_MAX];
	size_t n;
	unsigned frame;
	const char *pass_to;
	const char *case_key;
	bool quiet;
	uint64_t worst_late_us;
};

struct arguments {
	struct sy_sip_listen listen[LIST_MAX];
	struct sy_sip_user user[LIST_MAX];
	struct sy_sip_access access[LIST_MAX];
	struct sy_sip_trunk trunk[LIST_MAX];
	const char *codec[LIST_MAX];
	const char *method[LIST_MAX];
	struct sy_sip_prm prm;
	struct answerer *answerer;
};

static volatile sig_atomic_t stopped;
static volatile sig_atomic_t draining;

static void on_signal(int number)
{
	if (number == SIGUSR1)
		draining = 1;
	else
		stopped = 1;
}

static int on_arrival(void *arg, struct sy_arrival *arrival)
{
	struct answerer *answerer = arg;
	struct taken *taken = calloc(1, sizeof *taken);

	if (!taken)
		return ENOMEM;
	taken->arrival = *arrival;
	if (!sy_mailbox_put(answerer->arrivals, taken))
		return 0;
	free(taken);
	return EBUSY;
}

static void on_log(void *arg, const struct sy_sip_event *event)
{
	struct answerer *answerer = arg;

	if (answerer->quiet)
		return;
	flockfile(stdout);
	printf("log %s%s", event->name, event->warning ? " !" : "");
	if (event->id[0])
		printf(" id=%s", event->id);
	for (size_t i = 0; i < event->n; i++)
		printf(" %s=%s", event->fact[i].key, event->fact[i].value);
	printf("\n");
	fflush(stdout);
	funlockfile(stdout);
}

static void say(const struct answerer *answerer, const struct taken *taken, const char *what, const char *value)
{
	if (answerer->quiet)
		return;
	printf("%s id=%s %s\n", what, taken->arrival.id, value);
	fflush(stdout);
}

static void drop(struct answerer *answerer, size_t i)
{
	struct taken *taken = answerer->calls[i];
	char text[64];
	double level = taken->frames ? sqrt(taken->energy / taken->frames) : 0;

	(void)snprintf(text, sizeof text, "frames=%u loud=%s", taken->frames, level > 100 ? "yes" : "no");
	say(answerer, taken, "ended", text);
	sy_bridge_destroy(taken->arrival.bridge);
	free(taken);
	answerer->calls[i] = answerer->calls[--answerer->n];
}

static void on_passing(const struct answerer *answerer, struct taken *taken, enum sy_passing passing)
{
	static const char *const names[] = {"none", "trying", "done", "failed"};

	if (passing == taken->passing)
		return;
	taken->passing = passing;
	say(answerer, taken, "passing", names[passing]);
}

static void on_keys(const struct answerer *answerer, struct taken *taken, const char *keys)
{
	const struct sy_bridge_pass to = {answerer->pass_to, answerer->case_key};

	for (; *keys; keys++) {
		char text[2] = {*keys, '\0'};

		say(answerer, taken, "key", text);
		if (*keys == '0' && sy_bridge_pass(taken->arrival.bridge, &to))
			say(answerer, taken, "passing", "impossible");
	}
}

/* True while the call goes on. */
static bool exchange(struct answerer *answerer, struct taken *taken)
{
	struct sy_exchange x = {0};
	int16_t tone[SY_FRAME_SAMPLES_MAX];
	size_t n = sy_frame_samples(taken->arrival.bridge->rate);
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		tone[i] = (int16_t)(TONE_LEVEL * sin(2 * M_PI * TONE_HZ * (double)(taken->frames * n + i) /
							 taken->arrival.bridge->rate));
	x.ours = tone;
	x.speaking = true;
	if (sy_bridge_exchange(taken->arrival.bridge, &x))
		say(answerer, taken, "exchange", "failed");
	for (size_t i = 0; i < n; i++)
		sum += (double)x.caller[i] * x.caller[i];
	taken->energy += sum / (double)n;
	taken->frames++;
	on_keys(answerer, taken, x.keys);
	on_passing(answerer, taken, x.passing);
	return !x.gone && x.passing != SY_PASSING_DONE && !strchr(x.keys, '9');
}

static void tick(struct answerer *answerer)
{
	struct taken *taken;

	while ((taken = sy_mailbox_take(answerer->arrivals))) {
		say(answerer, taken, "arrival", taken->arrival.case_key[0] ? taken->arrival.case_key : "new");
		if (answerer->n < CALLS_MAX) {
			answerer->calls[answerer->n++] = taken;
			continue;
		}
		sy_bridge_destroy(taken->arrival.bridge);
		free(taken);
	}
	for (size_t i = answerer->n; i-- > 0;)
		if (!exchange(answerer, answerer->calls[i]))
			drop(answerer, i);
}

static uint64_t now_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static void serve(struct answerer *answerer)
{
	const struct itimerspec every = {.it_interval = {.tv_nsec = 20000000}, .it_value = {.tv_nsec = 20000000}};
	int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	uint64_t begun;
	uint64_t ticks = 0;
	uint64_t late;
	uint64_t times;
	bool drained = false;

	begun = now_us();
	(void)timerfd_settime(timer, 0, &every, NULL);
	while (!stopped) {
		if (read(timer, &times, sizeof times) != (ssize_t)sizeof times)
			continue;
		ticks += times;
		late = now_us() - begun - ticks * SY_FRAME_MS * 1000;
		if (late > answerer->worst_late_us)
			answerer->worst_late_us = late;
		for (; times; times--)
			tick(answerer);
		if (draining && !drained) {
			sy_sip_drain(answerer->sip);
			drained = true;
		}
	}
	(void)close(timer);
}

static const char *after(char **rest, char stop)
{
	char *word = *rest;
	char *end = strchr(word, stop);

	*rest = end ? end + 1 : word + strlen(word);
	if (end)
		*end = '\0';
	return word;
}

static void add_listen(struct arguments *arguments, enum sy_sip_transport transport, char *value)
{
	struct sy_sip_listen *listen = &arguments->listen[arguments->prm.listen_n++];

	listen->transport = transport;
	listen->address = after(&value, '/');
	listen->port = (uint16_t)atoi(value);
}

static void add_access(struct arguments *arguments, enum sy_sip_rule rule, const char *value)
{
	arguments->access[arguments->prm.access_n++] = (struct sy_sip_access){value, rule};
}

static void add_trunk(struct arguments *arguments, char *value)
{
	struct sy_sip_trunk *trunk = &arguments->trunk[arguments->prm.trunk_n++];

	trunk->name = trunk->user = after(&value, '/');
	trunk->password = after(&value, '/');
	trunk->registrar = value;
	trunk->expiry_s = 60;
}

static bool set_number(struct sy_sip_prm *prm, const char *name, const char *value)
{
	const struct {
		const char *name;
		unsigned *number;
	} numbers[] = {
		{"calls", &prm->calls_max},
		{"invites", &prm->source_invites_s},
		{"messages", &prm->source_messages_s},
		{"silence", &prm->silence_s},
		{"longest", &prm->longest_s},
		{"ring", &prm->ring_ms},
		{"retry", &prm->retry_after_s},
		{"agent-ring", &prm->agent_ring_s},
	};

	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		if (strcmp(name, numbers[i].name))
			continue;
		*numbers[i].number = (unsigned)atoi(value);
		return true;
	}
	return false;
}

static bool set_choice(struct sy_sip_prm *prm, const char *name, const char *value)
{
	if (!strcmp(name, "srtp"))
		prm->srtp = !strcmp(value, "required")  ? SY_SIP_SRTP_REQUIRED
			    : !strcmp(value, "offered") ? SY_SIP_SRTP_OFFERED
							: SY_SIP_SRTP_OFF;
	else if (!strcmp(name, "transfer"))
		prm->transfer = !strcmp(value, "bridge")     ? SY_SIP_TRANSFER_BRIDGE
				: !strcmp(value, "attended") ? SY_SIP_TRANSFER_ATTENDED
							     : SY_SIP_TRANSFER_BLIND;
	else if (!strcmp(name, "certificate"))
		prm->certificate = value;
	else if (!strcmp(name, "key-file"))
		prm->private_key = value;
	else if (!strcmp(name, "authorities"))
		prm->authorities = value;
	else if (!strcmp(name, "transfer-to"))
		prm->transfer_to = value;
	else if (!strcmp(name, "rtp"))
		prm->rtp_port_min = (uint16_t)atoi(value), prm->rtp_port_max = (uint16_t)(prm->rtp_port_min + 999);
	else
		return false;
	return true;
}

static bool set(struct arguments *arguments, const char *name, char *value)
{
	struct sy_sip_prm *prm = &arguments->prm;

	if (!strcmp(name, "udp"))
		add_listen(arguments, SY_SIP_UDP, value);
	else if (!strcmp(name, "tcp"))
		add_listen(arguments, SY_SIP_TCP, value);
	else if (!strcmp(name, "tls"))
		add_listen(arguments, SY_SIP_TLS, value);
	else if (!strcmp(name, "open"))
		add_access(arguments, SY_SIP_OPEN, value);
	else if (!strcmp(name, "password"))
		add_access(arguments, SY_SIP_PASSWORD, value);
	else if (!strcmp(name, "refuse"))
		add_access(arguments, SY_SIP_REFUSE, value);
	else if (!strcmp(name, "user"))
		arguments->user[prm->user_n].name = after(&value, '/'), arguments->user[prm->user_n++].password = value;
	else if (!strcmp(name, "trunk"))
		add_trunk(arguments, value);
	else if (!strcmp(name, "codec"))
		arguments->codec[prm->codec_n++] = value;
	else if (!strcmp(name, "method"))
		arguments->method[prm->method_n++] = value;
	else if (!strcmp(name, "pass-to"))
		arguments->answerer->pass_to = value;
	else if (!strcmp(name, "case"))
		arguments->answerer->case_key = value;
	else if (!strcmp(name, "quiet"))
		arguments->answerer->quiet = true;
	else
		return set_number(prm, name, value) || set_choice(prm, name, value);
	return true;
}

static bool read_arguments(struct arguments *arguments, char **argv)
{
	for (char **arg = argv + 1; *arg; arg++) {
		char *value = *arg;
		const char *name = after(&value, '=');

		if (!set(arguments, name, value)) {
			fprintf(stderr, "answerer: what is %s?\n", name);
			return false;
		}
	}
	arguments->prm.listen = arguments->listen;
	arguments->prm.user = arguments->user;
	arguments->prm.access = arguments->access;
	arguments->prm.trunk = arguments->trunk;
	arguments->prm.codec = arguments->codec;
	arguments->prm.method = arguments->method;
	arguments->prm.realm = "test";
	arguments->prm.arrival = on_arrival;
	arguments->prm.log = on_log;
	arguments->prm.arg = arguments->answerer;
	return true;
}

static void print_counters(const struct answerer *answerer)
{
	struct sy_sip_counters c;

	sy_sip_counters(answerer->sip, &c);
	printf("counters calls=%llu calls_up=%llu invites=%llu limited=%llu unacknowledged=%llu cancelled=%llu "
	       "silent=%llu "
	       "too_long=%llu done=%llu failed=%llu late_us=%llu",
		(unsigned long long)c.calls, (unsigned long long)c.calls_up, (unsigned long long)c.invites,
		(unsigned long long)c.limited, (unsigned long long)c.unacknowledged, (unsigned long long)c.cancelled,
		(unsigned long long)c.silent, (unsigned long long)c.too_long, (unsigned long long)c.transfers_done,
		(unsigned long long)c.transfers_failed, (unsigned long long)answerer->worst_late_us);
	for (int i = 0; i < SY_SIP_REFUSAL_N; i++)
		printf(" %s=%llu", sy_sip_refusal_name((enum sy_sip_refusal)i), (unsigned long long)c.refused[i]);
	printf(" rtp_in=%llu rtp_out=%llu rtp_foreign=%llu\n", (unsigned long long)c.rtp_in,
		(unsigned long long)c.rtp_out, (unsigned long long)c.rtp_foreign);
}

int main(int argc, char **argv)
{
	static struct answerer answerer;
	static struct arguments arguments = {.answerer = &answerer};
	const struct sigaction action = {.sa_handler = on_signal};
	struct sy_problem why = {0};

	(void)argc;
	(void)sigaction(SIGTERM, &action, NULL);
	(void)sigaction(SIGINT, &action, NULL);
	(void)sigaction(SIGUSR1, &action, NULL);
	if (!read_arguments(&arguments, argv) || sy_mailbox_create(CALLS_MAX, &answerer.arrivals))
		return 2;
	if (sy_sip_create(&arguments.prm, &why, &answerer.sip) || sy_sip_start(answerer.sip, &why)) {
		fprintf(stderr, "answerer: %s\n", why.text);
		return 1;
	}
	for (size_t i = 0; i < arguments.prm.listen_n; i++)
		printf("listening %u\n", sy_sip_port(answerer.sip, i));
	fflush(stdout);
	serve(&answerer);
	sy_sip_stop(answerer.sip);
	while (answerer.n)
		drop(&answerer, answerer.n - 1);
	print_counters(&answerer);
	sy_sip_destroy(answerer.sip);
	sy_mailbox_destroy(answerer.arrivals);
	return 0;
}
