/*
 * config: every setting of the telephone service, as one file (sayso.yaml) gives it.
 *
 * What settings there are, their defaults, ranges and meanings stands in one table (engine/run/setting.h), from which
 * the file is read and checked, `sayso serve --print-config` is printed and the man page's section is made. Without a
 * file the service answers on this machine alone, for the demonstration company.
 *
 * Owner: whoever loaded it. Immutable after load and then safe to read from many threads.
 *
 * Errors: EINVAL with "FILE:LINE: text" (unknown setting, value out of range, settings that contradict each other),
 * ENOENT, EACCES, EFBIG past SY_CONFIG_BYTES_MAX, ENOMEM.
 */
#ifndef SY_RUN_CONFIG_H
#define SY_RUN_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/costs.h"
#include "base/problem.h"
#include "base/text.h"

/* A file of a hundred trunks with all their settings is a tenth of it. */
#define SY_CONFIG_BYTES_MAX (256u << 10)
/* As many as SIP registers with; telephones with a password; entries of one list of networks or words. */
#define SY_CONFIG_TRUNKS_MAX 16
#define SY_CONFIG_USERS_MAX 1000
#define SY_CONFIG_LIST_MAX 64
/* A password, a path, a SIP address. */
#define SY_CONFIG_TEXT_MAX 512

enum sy_transport { SY_TRANSPORT_UDP, SY_TRANSPORT_TCP, SY_TRANSPORT_TLS };
enum sy_secrecy { SY_SECRECY_NEVER, SY_SECRECY_OPTIONAL, SY_SECRECY_REQUIRED };
enum sy_passing_mode { SY_PASS_DESK, SY_PASS_BLIND, SY_PASS_ATTENDED, SY_PASS_BRIDGE };

/* Texts of a setting that is a list. */
struct sy_config_list {
	char **at;
	size_t n;
};

/* Texts are never NULL; "" where nothing is set. Addresses are "HOST:PORT" with a numeric host ("[::1]:5060"). */
struct sy_config_trunk {
	char *name;
	char *server;  /* HOST or HOST:PORT, a name or an address */
	int transport; /* enum sy_transport */
	char *user;
	char *password;
	char *proxy;        /* HOST or HOST:PORT that it is reached through; "": straight */
	bool register_with; /* we register and are called through the registration */
	int expires_s;
	struct sy_config_list sources; /* networks from which its calls come, without a password */
};

struct sy_config_user {
	char *name;
	char *password;
};

struct sy_config {
	struct {
		char *db; /* "": this user's demonstration base */
		int poll_s;
	} content;
	struct {
		int max;
		int longest_s;
		int drain_s;
	} calls;
	struct {
		char *udp; /* "": none, as for the others */
		char *tcp;
		char *tls;
		char *tls_certificate;
		char *tls_key;
		char *tls_ca;
		char *public_address; /* "": the address that the peer reached us by */
		char *realm;
		int rtp_port_min;
		int rtp_port_max;
		int invites_per_s;
		int retry_after_s;
		int rtp_silence_s;
		int ring_ms;
		int srtp; /* enum sy_secrecy */
		char *case_header;
		struct sy_config_list codecs;  /* "opus", "g722", "pcmu", "pcma"; the first is liked best */
		struct sy_config_list allowed; /* networks; empty: any */
		struct sy_config_list trusted; /* networks that need no password */
	} sip;
	struct {
		char *listen;
		struct sy_config_list allowed;
		bool hang_up; /* who is not passed on; else the dial plan goes on */
	} audiosocket;
	struct {
		char *listen;
		char *socket; /* path that `sayso line` reads; "": sy_watch_place() */
		bool show_heard;
	} http;
	struct {
		int mode; /* enum sy_passing_mode */
		char *target;
		bool dialplan; /* AudioSocket: let go, and the dial plan goes on */
		int ring_s;
	} handoff;
	struct {
		char *wrong_answer; /* "bearable", "bad", "very bad" or an amount (base/costs.h) */
		char *question;     /* amounts in the same money */
		char *person_minute;
	} costs;
	struct {
		int count; /* 0: one a core */
		int job_s;
		int memory_mb;
	} workers;
	struct {
		int priority; /* of the media thread under SCHED_FIFO; 0: like every other thread */
	} media;
	struct {
		int level;  /* enum sy_log_level (engine/run/log.h) */
		char *file; /* "": standard error */
	} log;
	struct sy_config_trunk *trunks;
	size_t n_trunks;
	struct sy_config_user *users;
	size_t n_users;
};

/* path NULL: the defaults. */
int sy_config_load(const char *path, struct sy_config **ret_config, struct sy_problem *why);
/* The same from a text; `name` stands for the file in messages. */
int sy_config_load_text(
	const char *name, const char *text, size_t n, struct sy_config **ret_config, struct sy_problem *why);
void sy_config_destroy(struct sy_config *config); /* NULL is allowed */

/* What mistakes cost, as numbers; a configuration that was loaded has them. */
void sy_config_costs(const struct sy_config *config, struct sy_costs *ret_costs);

/* The whole configuration as YAML, each setting with its meaning, unit and range as a comment; what is printed reads
 * back the same. Passwords are left out unless `secrets`. */
int sy_config_print(const struct sy_config *config, bool secrets, struct sy_text *ret_text);

/* The man page's section on sayso.yaml, as roff. */
int sy_config_print_man(struct sy_text *ret_text);

#endif
