#include "engine/run/setting.h"

/* Where a field lies, refused by the compiler where it is not of the setting's type. */
#define AT(group, field, type) (offsetof(group, field) + 0 * sizeof(char[_Generic(((group *)0)->field, type : 1)]))

#define TEXT_AS(kind, group, field, preset_, meaning_)                                                                 \
	.type = kind, .at = AT(group, field, char *), .preset = preset_, .meaning = meaning_
#define NUMBER_AS(group, field, preset_, min_, max_, unit_, meaning_)                                                  \
	.type = SY_SETTING_NUMBER, .at = AT(group, field, int), .preset = preset_, .min = min_, .max = max_,           \
	.unit = unit_, .meaning = meaning_
#define SWITCH_AS(group, field, preset_, meaning_)                                                                     \
	.type = SY_SETTING_SWITCH, .at = AT(group, field, bool), .preset = preset_, .meaning = meaning_
#define CHOICE_AS(group, field, preset_, words_, meaning_)                                                             \
	.type = SY_SETTING_CHOICE, .at = AT(group, field, int), .preset = preset_, .words = words_, .meaning = meaning_
#define LIST_AS(kind, group, field, preset_, words_, meaning_)                                                         \
	.type = kind, .at = AT(group, field, struct sy_config_list), .preset = preset_, .words = words_,               \
	.meaning = meaning_

#define TEXT(field, ...) TEXT_AS(SY_SETTING_TEXT, struct sy_config, field, __VA_ARGS__)
#define ADDRESS(field, ...) TEXT_AS(SY_SETTING_ADDRESS, struct sy_config, field, __VA_ARGS__)
#define NUMBER(field, ...) NUMBER_AS(struct sy_config, field, __VA_ARGS__)
#define SWITCH(field, ...) SWITCH_AS(struct sy_config, field, __VA_ARGS__)
#define CHOICE(field, ...) CHOICE_AS(struct sy_config, field, __VA_ARGS__)
#define WORDS(field, ...) LIST_AS(SY_SETTING_WORDS, struct sy_config, field, __VA_ARGS__)
#define NETWORKS(field, preset_, meaning_)                                                                             \
	LIST_AS(SY_SETTING_NETWORKS, struct sy_config, field, preset_, NULL, meaning_)

/* In the order of their enums (config.h). */
static const char *const transports[] = {"udp", "tcp", "tls", NULL};
static const char *const secrecies[] = {"never", "optional", "required", NULL};
static const char *const modes[] = {"desk", "blind", "attended", "bridge", NULL};
static const char *const levels[] = {"error", "warning", "info", "debug", NULL};
static const char *const codecs[] = {"opus", "g722", "pcmu", "pcma", NULL};

static const struct sy_setting content[] = {
	{"db", TEXT(content.db, "", "the knowledge base, a file; empty: this user's demonstration company")},
	{"poll_s", NUMBER(content.poll_s, "1", 1, 3600, "s", "how often a newly published version is looked for")},
};

static const struct sy_setting calls[] = {
	{"max", NUMBER(calls.max, "200", 1, 2000, "calls",
			"at once; a caller beyond is refused with a time to try again")},
	{"longest_s", NUMBER(calls.longest_s, "3600", 60, 86400, "s", "a call longer than this is a line left open")},
	{"drain_s", NUMBER(calls.drain_s, "120", 0, 86400, "s",
			    "how long calls may go on after SIGTERM; then they are put down")},
};

static const struct sy_setting sip[] = {
	{"udp", ADDRESS(sip.udp, "127.0.0.1:5060", "where SIP over UDP is answered; empty: nowhere")},
	{"tcp", ADDRESS(sip.tcp, "127.0.0.1:5060", "where SIP over TCP is answered; empty: nowhere")},
	{"tls", ADDRESS(sip.tls, "", "where SIP over TLS is answered; empty: nowhere")},
	{"tls_certificate", TEXT(sip.tls_certificate, "", "our certificate, a PEM file, for TLS")},
	{"tls_key", TEXT(sip.tls_key, "", "its key, a PEM file; empty: in the certificate's file")},
	{"tls_ca",
		TEXT(sip.tls_ca, "", "certificates that a trunk's may be signed with, a PEM file; empty: not checked")},
	{"public_address", TEXT(sip.public_address, "",
				   "the address that peers reach us by, where a router changes it; empty: ours")},
	{"realm", TEXT(sip.realm, "sayso", "what callers with a password are asked it for")},
	{"rtp_port_min", NUMBER(sip.rtp_port_min, "20000", 1024, 65534, NULL, "first port of the callers' sound")},
	{"rtp_port_max", NUMBER(sip.rtp_port_max, "29999", 1025, 65535, NULL, "last port of the callers' sound")},
	{"invites_per_s", NUMBER(sip.invites_per_s, "50", 1, 10000, "calls/s",
				  "new calls that one source may begin; more are refused")},
	{"retry_after_s", NUMBER(sip.retry_after_s, "10", 1, 3600, "s", "when a refused caller may try again")},
	{"rtp_silence_s",
		NUMBER(sip.rtp_silence_s, "60", 30, 3600, "s", "a call without any packet for so long has ended")},
	{"srtp",
		CHOICE(sip.srtp, "optional", secrecies, "encrypted sound: never, when the caller wants it, or always")},
	{"ring_ms", NUMBER(sip.ring_ms, "0", 0, 30000, "ms", "how long it rings before a call is answered")},
	{"case_header", TEXT(sip.case_header, "X-Sayso-Case",
				"header in which a PBX names the case of a caller who comes back from its queue")},
	{"codecs", WORDS(sip.codecs, "opus, g722, pcma, pcmu", codecs, "which are spoken, the first liked best")},
	{"allowed", NETWORKS(sip.allowed, "", "networks that may call; empty: any")},
	{"trusted", NETWORKS(sip.trusted, "127.0.0.0/8, ::1", "networks that need no password")},
};

static const struct sy_setting audiosocket[] = {
	{"listen", ADDRESS(audiosocket.listen, "127.0.0.1:8090",
			   "where Asterisk's AudioSocket is answered; empty: nowhere")},
	{"allowed", NETWORKS(audiosocket.allowed, "", "networks that may connect; empty: any")},
	{"hang_up", SWITCH(audiosocket.hang_up, "no",
			    "a caller who is not passed on is hung up; else the dial plan goes on after every call")},
};

static const struct sy_setting http[] = {
	{"listen", ADDRESS(http.listen, "127.0.0.1:8080", "where /health and /metrics are read; empty: nowhere")},
	{"socket", TEXT(http.socket, "",
			   "path of the socket that sayso line reads; empty: in $XDG_RUNTIME_DIR or /run/sayso")},
	{"show_heard",
		SWITCH(http.show_heard, "yes", "sayso line shows what callers said last, on this machine alone")},
};

static const struct sy_setting handoff[] = {
	{"mode", CHOICE(handoff.mode, "desk", modes,
			 "how a SIP caller reaches a person: a card on the desk alone, a transfer, one announced "
			 "first, or a"
			 " second call joined to the first")},
	{"target", TEXT(handoff.target, "", "where the person is, e.g. sip:agents@pbx.example")},
	{"dialplan", SWITCH(handoff.dialplan, "yes",
			     "an AudioSocket caller who wants a person is let go, and the dial plan goes on")},
	{"ring_s", NUMBER(handoff.ring_s, "30", 5, 300, "s", "how long the person's telephone rings")},
};

static const struct sy_setting costs[] = {
	{"wrong_answer",
		TEXT(costs.wrong_answer, "bad",
			"an answer to another question: bearable, bad, very bad, or an amount of money; a knowledge "
			"base may have a word of its own")},
	{"question", TEXT(costs.question, "0.10", "one more question to a caller, an amount in the same money")},
	{"person_minute",
		TEXT(costs.person_minute, "1.00", "a minute of a person's time, an amount in the same money")},
};

static const struct sy_setting workers[] = {
	{"count", NUMBER(workers.count, "0", 0, 64, "processes", "that recognise and speak; 0: one a core")},
	{"job_s", NUMBER(workers.job_s, "10", 1, 300, "s",
			  "a worker that takes longer for one turn is hung and replaced")},
	{"memory_mb", NUMBER(workers.memory_mb, "1024", 256, 65536, "MB",
			      "address space of one worker, so that a grammar"
			      " gone wrong cannot fill the machine")},
};

static const struct sy_setting media[] = {
	{"priority", NUMBER(media.priority, "20", 0, 99, NULL,
			     "of the thread that carries sound, under SCHED_FIFO where the system allows it; 0: as the "
			     "rest")},
};

static const struct sy_setting logs[] = {
	{"level", CHOICE(log.level, "info", levels, "what is logged: this and what is graver")},
	{"file", TEXT(log.file, "", "where it is written; empty: standard error")},
};

#define TRUNK struct sy_config_trunk
static const struct sy_setting trunk[] = {
	{"name", TEXT_AS(SY_SETTING_TEXT, TRUNK, name, "", "of the trunk, in logs and metrics")},
	{"server", TEXT_AS(SY_SETTING_TEXT, TRUNK, server, "", "host or host:port of the provider or PBX")},
	{"transport", CHOICE_AS(TRUNK, transport, "udp", transports, "how it is reached")},
	{"user", TEXT_AS(SY_SETTING_TEXT, TRUNK, user, "", "our name there")},
	{"password", TEXT_AS(SY_SETTING_SECRET, TRUNK, password, "", "our password there")},
	{"proxy", TEXT_AS(SY_SETTING_TEXT, TRUNK, proxy, "",
			  "host or host:port that it is reached through; empty: none")},
	{"register", SWITCH_AS(TRUNK, register_with, "yes", "we register there and are called through it")},
	{"expires_s", NUMBER_AS(TRUNK, expires_s, "600", 60, 86400, "s", "how long one registration is asked to last")},
	{"sources", LIST_AS(SY_SETTING_NETWORKS, TRUNK, sources, "", NULL,
			    "networks that its calls come from; they need no password")},
};

#define USER struct sy_config_user
static const struct sy_setting user[] = {
	{"name", TEXT_AS(SY_SETTING_TEXT, USER, name, "", "that the telephone gives")},
	{"password", TEXT_AS(SY_SETTING_SECRET, USER, password, "", "that goes with it")},
};

#define SETTINGS(array) .settings = array, .n = sizeof(array) / sizeof((array)[0])

static const struct sy_setting_group groups[] = {
	{"content", "what callers are told", SETTINGS(content)},
	{"calls", "how many, and how long", SETTINGS(calls)},
	{"sip", "telephones, trunks and PBXes", SETTINGS(sip)},
	{"trunks", "providers and PBXes that we know by name; each entry:", SETTINGS(trunk),
		.at = offsetof(struct sy_config, trunks), .at_n = offsetof(struct sy_config, n_trunks),
		.size = sizeof(struct sy_config_trunk), .max = SY_CONFIG_TRUNKS_MAX},
	{"users", "telephones that give a password; each entry:", SETTINGS(user),
		.at = offsetof(struct sy_config, users), .at_n = offsetof(struct sy_config, n_users),
		.size = sizeof(struct sy_config_user), .max = SY_CONFIG_USERS_MAX},
	{"audiosocket", "Asterisk's AudioSocket", SETTINGS(audiosocket)},
	{"http", "health, metrics", SETTINGS(http)},
	{"handoff", "how callers reach a person", SETTINGS(handoff)},
	{"costs",
		"what mistakes cost, from which follows how sure Sayso has to be to answer, to ask back, or to ask "
		"anew",
		SETTINGS(costs)},
	{"workers", "processes that recognise and speak", SETTINGS(workers)},
	{"media", "the thread that carries sound", SETTINGS(media)},
	{"log", "what is written to standard error", SETTINGS(logs)},
};

const struct sy_setting_group *sy_setting_groups(size_t *ret_n)
{
	*ret_n = sizeof(groups) / sizeof(groups[0]);
	return groups;
}
