/*
 * service: what the parts of the SIP service share. Private to audio/sip.
 *
 * Everything libre gave belongs to the SIP thread: its reference counts are not atomic.
 */
#ifndef SY_SIP_SERVICE_H
#define SY_SIP_SERVICE_H

#include <pthread.h>
#include <re.h>
#include <semaphore.h>
#include <stdatomic.h>

#include "audio/sip/challenge.h"
#include "audio/sip/errand.h"
#include "audio/sip/gate.h"
#include "audio/sip/settings.h"
#include "audio/sip/sip.h"
#include "audio/sip/tally.h"

/* 8 facts tell any event. */
#define SY_SERVICE_FACTS_MAX 8
#define SY_SERVICE_FACT_BYTES 256
/* "[2001:db8::1]:5060", room for the longest. */
#define SY_SERVICE_ADDRESS_BYTES 64
#define SY_SERVICE_URI_BYTES 160
#define SY_SERVICE_SELDOM_S 10

enum sy_count {
	SY_COUNT_MESSAGES,
	SY_COUNT_INVITES,
	SY_COUNT_CALLS,
	SY_COUNT_CALLS_UP,
	SY_COUNT_LIMITED,
	SY_COUNT_UNACKNOWLEDGED,
	SY_COUNT_CANCELLED,
	SY_COUNT_SILENT,
	SY_COUNT_TOO_LONG,
	SY_COUNT_TRANSFERS_DONE,
	SY_COUNT_TRANSFERS_FAILED,
	SY_COUNT_REGISTERED,
	SY_COUNT_REGISTRATIONS,
	SY_COUNT_REGISTRATIONS_FAILED,
	SY_COUNT_REFUSED, /* + enum sy_sip_refusal */
	SY_COUNT_N = SY_COUNT_REFUSED + SY_SIP_REFUSAL_N
};

struct sy_door;
struct sy_relay;
struct sy_trunks;

struct sy_sip {
	struct sy_settings *settings;
	const struct sy_sip_prm *prm;   /* of settings */
	struct sy_challenge *challenge; /* NULL: there are no users */
	struct sy_gate *gate;
	struct sy_errands *errands;
	_Atomic uint64_t counts[SY_COUNT_N];
	struct sy_tally tally;
	_Atomic bool draining;
	_Atomic uint16_t ports[SY_SETTINGS_LISTEN_MAX];
	/* the owner's thread */
	pthread_t thread;
	bool running;
	/* handed over by `ready` */
	sem_t ready;
	int start_err;
	struct sy_problem start_why;
	/* SIP thread */
	struct sip *stack;
	struct dnsc *dns;
	struct tls *tls;
	struct sipsess_sock *sessions;
	struct sipevent_sock *events;
	struct sy_door *door;
	struct sy_trunks *trunks;
	struct sy_relay *relay;
	struct list calls; /* struct sy_call */
	struct sy_errand stop;
	uint64_t seldom_ms;  /* when the last such line was said */
	uint64_t stop_by_ms; /* 0: not stopping */
	int tick_fd;
};

static inline void sy_count(struct sy_sip *sip, enum sy_count count)
{
	atomic_fetch_add_explicit(&sip->counts[count], 1, memory_order_relaxed);
}

static inline void sy_uncount(struct sy_sip *sip, enum sy_count count)
{
	atomic_fetch_sub_explicit(&sip->counts[count], 1, memory_order_relaxed);
}

/* Milliseconds of a clock that nobody sets; libre's own timers run on the wall clock. */
uint64_t sy_service_now_ms(void);

/* What an event says: pairs of key and value, ended by NULL. Values are cleaned of what would break a line. */
struct sy_saying {
	const char *name;
	const char *id; /* NULL: none */
	bool warning;
	bool seldom; /* anybody can cause it without end: at most SY_SERVICE_SELDOM_S such lines a second */
};

void sy_service_say(struct sy_sip *sip, const struct sy_saying *saying, ...) __attribute__((sentinel));

/* The local address from which packets to `to` leave, without port. */
int sy_service_local(const struct sa *to, struct sa *ret_local);

/* Our Contact: how the peer reaches us. `local`: as the peer sees us, with the port. */
struct sy_service_contact {
	const char *user;
	struct sa local;
	enum sip_transp transport;
	bool secret; /* sips: */
};

int sy_service_contact(
	const struct sy_sip *sip, const struct sy_service_contact *contact, char ret_uri[SY_SERVICE_URI_BYTES]);

/* Our address as it goes into SDP: the public one where there is one. */
void sy_service_public(const struct sy_sip *sip, const struct sa *local, struct sa *ret_public);

#endif
