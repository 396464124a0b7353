/*
 * log: what the service has to say, one line each, as key=value pairs (logfmt).
 *
 *     time=2026-01-31T09:30:00.123Z level=info event=heard call=1f3a decision=accept confidence=0.93
 * intent=opening-hours
 *
 * Never in it: what callers said or keyed, what was said to them, names, numbers, case keys (promise P13). A value with
 * a space, a quote, "=" or a control character stands in quotes with escapes, so a line is always one line and no value
 * can pass for another key. Before each line stands "<N>" (sd-daemon(3)) where the journal reads it.
 *
 * Lines go through a mailbox to a thread that writes them, so nobody waits for a slow disk or pipe: what finds the
 * mailbox full is counted, and the count is logged when there is room. Past SY_LOG_RATE lines a second lines are
 * counted instead, errors excepted.
 *
 * Owner: the service. sy_log() may be called from any thread; NULL as a log is allowed and silent.
 */
#ifndef SY_RUN_LOG_H
#define SY_RUN_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "engine/converse/event.h"

struct sy_metrics;

enum sy_log_level { SY_LOG_ERROR, SY_LOG_WARNING, SY_LOG_INFO, SY_LOG_DEBUG, SY_LOG_LEVEL_N };

/* 800 calls make some 320 lines a second; more is a flood, and a disk is finite. */
#define SY_LOG_RATE 1000
/* Lines that wait for a slow writer: 4 s of the rate above. */
#define SY_LOG_WAITING_MAX 4096
#define SY_LOG_LINE_MAX 1024
#define SY_LOG_VALUE_MAX 256
#define SY_LOG_FIELDS_MAX 16

struct sy_log_field {
	const char *key;  /* a constant; NULL ends the list */
	const char *text; /* NULL: a number */
	double number;
	int decimals; /* of a number */
};

#define SY_LOG_TEXT(name, value)                                                                                       \
	{                                                                                                              \
		.key = (name), .text = (value)                                                                         \
	}
#define SY_LOG_WHOLE(name, value)                                                                                      \
	{                                                                                                              \
		.key = (name), .number = (double)(value)                                                               \
	}
#define SY_LOG_REAL(name, value, places)                                                                               \
	{                                                                                                              \
		.key = (name), .number = (value), .decimals = (places)                                                 \
	}
/* sy_log(log, SY_LOG_INFO, "worker-died", NULL, SY_LOG_FIELDS(SY_LOG_WHOLE("worker", 3), SY_LOG_TEXT("by", "SIGSEGV")))
 */
#define SY_LOG_FIELDS(...) ((const struct sy_log_field[]){__VA_ARGS__, {.key = NULL}})

struct sy_log_prm {
	const char *path;           /* NULL or "": standard error */
	enum sy_log_level level;    /* lines above it are left out */
	struct sy_metrics *metrics; /* borrowed; counts lines and drops; may be NULL */
};

struct sy_log;

/* EACCES, ENOENT …: the file cannot be opened; `why` names it. */
int sy_log_create(const struct sy_log_prm *prm, struct sy_log **ret_log, struct sy_problem *why);
/* Writes what waits, then ends the thread. NULL is allowed. */
void sy_log_destroy(struct sy_log *log);

/* event: a word of letters and dashes. call: the arrival's id, or NULL. fields: SY_LOG_FIELDS(…), or NULL; a field past
 * SY_LOG_FIELDS_MAX or past the line's length is left out whole, and the line says so (cut=true). */
void sy_log(struct sy_log *log, enum sy_log_level level, const char *event, const char *call,
	const struct sy_log_field *fields);
/* The same with fields that are counted, and of which none is a constant: those of another module's event. */
void sy_log_n(struct sy_log *log, enum sy_log_level level, const char *event, const char *call,
	const struct sy_log_field *fields, size_t n);

/* From the next line on; any thread. */
void sy_log_set_level(struct sy_log *log, enum sy_log_level level);
/* The file is opened anew under its path (it was rotated). No wait; any thread. */
void sy_log_reopen(struct sy_log *log);
/* Returns when all that was logged before has been written. */
void sy_log_flush(struct sy_log *log);

/* "error" …; EINVAL for any other word. */
int sy_log_level_of(const char *word, enum sy_log_level *ret_level);
const char *sy_log_level_name(enum sy_log_level level);

/* What fail2ban reads (tools/fail2ban/sayso.conf): a wrong password from `address`, which is written only where it is
 * an IPv4 or IPv6 address ("unknown" else). by: "sip", "http". Counted as an authentication failure. */
void sy_log_auth_failure(struct sy_log *log, const char *by, const char *address);

/* One call's stream of events as lines: a plain value beside the call. */
struct sy_log_call {
	struct sy_log *log;
	const char *call; /* the arrival's id; borrowed */
	const char *kind; /* "sip" … */
};

/* A sy_event_h; `call` is a struct sy_log_call. */
void sy_log_event(const struct sy_event *event, void *call);

#endif
