/* What re_dbg.h wants of those who print through it. */
#define DEBUG_MODULE "sip"
#define DEBUG_LEVEL 0

#include "audio/sip/sip.h"

#include <errno.h>
#include <re.h>
#include <re_dbg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "audio/sip/call.h"
#include "audio/sip/certificate.h"
#include "audio/sip/door.h"
#include "audio/sip/listening.h"
#include "audio/sip/relay.h"
#include "audio/sip/service.h"
#include "audio/sip/transfer.h"
#include "audio/sip/trunk.h"

/* Limits of seconds need no finer clock; a registration or a hang-up waits at most so long. */
#define TICK_MS 250
/* How long stop waits for answers to BYE and REGISTER. */
#define STOP_MS 2000
/* Transactions and connections are found through hash tables of so many lists; a power of two. */
#define TABLE 256
/*
 * Connections that may be open at once. Half of what the process may open at most: whoever opens them by the thousand
 * must not take the descriptors that RTP needs.
 */
#define DESCRIPTORS_MAX 16384
#define DESCRIPTORS_MIN 64
/* Outstanding errands of a call: a pass, a letting go, one of its relay. */
#define ERRANDS_A_CALL 3

static const char *const refusals[] = {
	[SY_SIP_REFUSED_SOURCE] = "source",
	[SY_SIP_REFUSED_PASSWORD] = "password",
	[SY_SIP_REFUSED_FULL] = "full",
	[SY_SIP_REFUSED_DRAINING] = "draining",
	[SY_SIP_REFUSED_MEDIA] = "media",
	[SY_SIP_REFUSED_MESSAGE] = "message",
};

const char *sy_sip_refusal_name(enum sy_sip_refusal refusal)
{
	return refusals[refusal];
}

/* For each call in the list; a call may go away while it is looked at. */
static void each_call(struct sy_sip *sip, void (*h)(struct sy_call *call, uint64_t now_ms))
{
	uint64_t now_ms = sy_service_now_ms();
	struct le *le = sip->calls.head;

	while (le) {
		struct sy_call *call = le->data;

		le = le->next;
		h(call, now_ms);
	}
}

static void end_call(struct sy_call *call, uint64_t now_ms)
{
	(void)now_ms;
	sy_call_hang_up(call, "stop");
	/* Whoever lets go of it later does so when libre is gone. */
	(void)sy_transfer_end(call);
	sy_call_release(call);
}

static void on_stop(void *arg)
{
	struct sy_sip *sip = arg;

	atomic_store(&sip->draining, true);
	sip->stop_by_ms = sy_service_now_ms() + STOP_MS;
	sy_trunks_leave(sip->trunks);
	each_call(sip, end_call);
}

/* Each session holds the socket of sessions, until its BYE was answered. */
static bool is_quiet(const struct sy_sip *sip)
{
	return mem_nrefs(sip->sessions) == 1 && sy_trunks_idle(sip->trunks);
}

static void on_tick(int flags, void *arg)
{
	struct sy_sip *sip = arg;
	uint64_t now_ms = sy_service_now_ms();
	uint64_t times;

	(void)flags;
	(void)!read(sip->tick_fd, &times, sizeof times);
	if (!sip->stop_by_ms) {
		each_call(sip, sy_call_tick);
		sy_trunks_tick(sip->trunks, now_ms);
	} else if (is_quiet(sip) || now_ms >= sip->stop_by_ms) {
		re_cancel();
	}
}

static void on_errands(int flags, void *arg)
{
	struct sy_sip *sip = arg;

	(void)flags;
	sy_errands_run(sip->errands);
}

static int open_tick(struct sy_sip *sip)
{
	const struct itimerspec every = {
		.it_interval = {.tv_nsec = TICK_MS * 1000000L},
		.it_value = {.tv_nsec = 1},
	};
	int err;

	sip->tick_fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	if (sip->tick_fd < 0 || timerfd_settime(sip->tick_fd, 0, &every, NULL))
		return errno;
	err = fd_listen(sip->tick_fd, FD_READ, on_tick, sip);
	if (!err)
		err = fd_listen(sy_errands_fd(sip->errands), FD_READ, on_errands, sip);
	return err;
}

/* Names are looked up where trunks or targets have them; without any server numbers still work. */
static int open_dns(struct sy_sip *sip)
{
	struct sa servers[4];
	uint32_t n = ARRAY_SIZE(servers);

	if (dns_srv_get(NULL, 0, servers, &n))
		n = 0;
	return dnsc_alloc(&sip->dns, NULL, servers, n);
}

static void on_exit_stack(void *arg)
{
	(void)arg;
}

static int open_stack(struct sy_sip *sip)
{
	int err = open_dns(sip);

	if (!err)
		err = sy_certificate_load(sip->prm, &sip->start_why, &sip->tls);
	if (!err)
		err = sip_alloc(&sip->stack, sip->dns, TABLE, TABLE, TABLE, "Sayso " SAYSO_VERSION, on_exit_stack, sip);
	for (size_t i = 0; i < sip->prm->listen_n && !err; i++)
		err = sy_listening_open(sip, i);
	if (!err)
		err = sy_door_create(sip, &sip->door);
	if (!err)
		err = sipsess_listen(&sip->sessions, sip->stack, TABLE, sy_door_invite, sip);
	if (!err)
		err = sipevent_listen(&sip->events, sip->stack, 1, TABLE, NULL, NULL);
	if (!err)
		err = sy_door_close_back(sip->door);
	if (!err)
		err = sy_trunks_create(sip, &sip->trunks);
	return err;
}

static int descriptors(void)
{
	struct rlimit limit;
	rlim_t half = DESCRIPTORS_MAX;

	if (!getrlimit(RLIMIT_NOFILE, &limit) && limit.rlim_cur / 2 < half)
		half = limit.rlim_cur / 2;
	return half < DESCRIPTORS_MIN ? DESCRIPTORS_MIN : (int)half;
}

static int open_thread(struct sy_sip *sip)
{
	int err = fd_setsize(descriptors());

	if (!err)
		err = open_stack(sip);
	if (!err)
		err = open_tick(sip);
	if (!err)
		sy_door_knock(sip->door);
	return err;
}

static void close_thread(struct sy_sip *sip)
{
	sy_trunks_destroy(sip->trunks);
	sip->trunks = NULL;
	sip->events = mem_deref(sip->events);
	if (sip->stack)
		sip_close(sip->stack, true);
	if (sip->sessions)
		sipsess_close_all(sip->sessions);
	sip->sessions = mem_deref(sip->sessions);
	sy_door_destroy(sip->door);
	sip->door = NULL;
	sip->stack = mem_deref(sip->stack);
	sip->tls = mem_deref(sip->tls);
	sip->dns = mem_deref(sip->dns);
	if (sip->tick_fd >= 0) {
		fd_close(sip->tick_fd);
		fd_close(sy_errands_fd(sip->errands));
		(void)close(sip->tick_fd);
		sip->tick_fd = -1;
	}
}

static void *run(void *arg)
{
	struct sy_sip *sip = arg;
	int err = re_thread_init();

	if (!err) {
		err = open_thread(sip);
		sip->start_err = err;
		(void)sem_post(&sip->ready);
		if (!err)
			(void)re_main(NULL);
		close_thread(sip);
		re_thread_close();
		return NULL;
	}
	sip->start_err = err;
	(void)sem_post(&sip->ready);
	return NULL;
}

int sy_sip_create(const struct sy_sip_prm *prm, struct sy_problem *why, struct sy_sip **ret_sip)
{
	struct sy_sip *sip = calloc(1, sizeof *sip);
	int err;

	if (!sip)
		return ENOMEM;
	sip->tick_fd = -1;
	list_init(&sip->calls);
	(void)sem_init(&sip->ready, 0, 0);
	sip->stop = (struct sy_errand){on_stop, sip};
	err = sy_settings_create(prm, why, &sip->settings);
	if (err)
		goto out;
	sip->prm = sy_settings_prm(sip->settings);
	const struct sy_gate_prm gate = {
		prm->access, prm->access_n, prm->otherwise, sip->prm->source_invites_s, sip->prm->source_messages_s};
	const struct sy_challenge_prm challenge = {sip->prm->realm, prm->user, prm->user_n};
	err = sy_gate_create(&gate, why, &sip->gate);
	if (!err && prm->user_n)
		err = sy_challenge_create(&challenge, why, &sip->challenge);
	if (!err)
		err = sy_errands_create(ERRANDS_A_CALL * sip->prm->calls_max + 1, &sip->errands);
	if (!err)
		err = sy_relay_create(sip->errands, &sip->relay);
out:
	if (err)
		sy_sip_destroy(sip);
	else
		*ret_sip = sip;
	return err;
}

void sy_sip_destroy(struct sy_sip *sip)
{
	if (!sip)
		return;
	sy_sip_stop(sip);
	/* What bridges have let go of since the thread ended. */
	if (sip->errands)
		sy_errands_run(sip->errands);
	sy_relay_destroy(sip->relay);
	sy_errands_destroy(sip->errands);
	sy_challenge_destroy(sip->challenge);
	sy_gate_destroy(sip->gate);
	sy_settings_destroy(sip->settings);
	(void)sem_destroy(&sip->ready);
	free(sip);
}

int sy_sip_start(struct sy_sip *sip, struct sy_problem *why)
{
	int err;

	if (sip->running)
		return EALREADY;
	/* What libre has to say goes to standard error, a line for each refused connection. */
	dbg_init(DBG_EMERG, DBG_NONE);
	err = libre_init();
	if (err)
		return err;
	err = pthread_create(&sip->thread, NULL, run, sip);
	if (err)
		return err;
	while (sem_wait(&sip->ready))
		;
	if (!sip->start_err) {
		sip->running = true;
		return 0;
	}
	(void)pthread_join(sip->thread, NULL);
	if (why && sip->start_why.text[0])
		*why = sip->start_why;
	else
		(void)sy_problem_set(why, sip->start_err, "SIP does not start: %s", strerror(sip->start_err));
	return sip->start_err;
}

void sy_sip_drain(struct sy_sip *sip)
{
	atomic_store(&sip->draining, true);
}

void sy_sip_stop(struct sy_sip *sip)
{
	if (!sip->running)
		return;
	(void)sy_errands_post(sip->errands, &sip->stop);
	(void)pthread_join(sip->thread, NULL);
	sip->running = false;
}

static uint64_t count(const struct sy_sip *sip, int which)
{
	return atomic_load_explicit(&sip->counts[which], memory_order_relaxed);
}

void sy_sip_counters(const struct sy_sip *sip, struct sy_sip_counters *ret_counters)
{
	*ret_counters = (struct sy_sip_counters){
		.messages = count(sip, SY_COUNT_MESSAGES),
		.invites = count(sip, SY_COUNT_INVITES),
		.calls = count(sip, SY_COUNT_CALLS),
		.calls_up = count(sip, SY_COUNT_CALLS_UP),
		.limited = count(sip, SY_COUNT_LIMITED),
		.unacknowledged = count(sip, SY_COUNT_UNACKNOWLEDGED),
		.cancelled = count(sip, SY_COUNT_CANCELLED),
		.silent = count(sip, SY_COUNT_SILENT),
		.too_long = count(sip, SY_COUNT_TOO_LONG),
		.transfers_done = count(sip, SY_COUNT_TRANSFERS_DONE),
		.transfers_failed = count(sip, SY_COUNT_TRANSFERS_FAILED),
		.registered = count(sip, SY_COUNT_REGISTERED),
		.registrations = count(sip, SY_COUNT_REGISTRATIONS),
		.registrations_failed = count(sip, SY_COUNT_REGISTRATIONS_FAILED),
		.rtp_in = sy_tally_of(&sip->tally, SY_TALLY_IN),
		.rtp_out = sy_tally_of(&sip->tally, SY_TALLY_OUT),
		.rtp_lost = sy_tally_of(&sip->tally, SY_TALLY_LOST),
		.rtp_late = sy_tally_of(&sip->tally, SY_TALLY_LATE),
		.rtp_concealed = sy_tally_of(&sip->tally, SY_TALLY_CONCEALED),
		.rtp_foreign = sy_tally_of(&sip->tally, SY_TALLY_FOREIGN),
		.rtp_refused = sy_tally_of(&sip->tally, SY_TALLY_REFUSED),
	};
	for (int i = 0; i < SY_SIP_REFUSAL_N; i++)
		ret_counters->refused[i] = count(sip, SY_COUNT_REFUSED + i);
}

uint16_t sy_sip_port(const struct sy_sip *sip, size_t index)
{
	return index < sip->prm->listen_n ? atomic_load(&sip->ports[index]) : 0;
}
