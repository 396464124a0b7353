#include "audio/sip/door.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "audio/sip/call.h"
#include "audio/sip/guard.h"

/* The shortest request line is longer than a keep-alive of CRLFs, and Asterisk's of four zeros. */
#define SHORTEST 16
/* A stack needs 64 kB for the longest; the kernel's default of 208 kB is 100 messages, a burst of one tick. */
#define SOCKET_BYTES (1 << 20)

struct gated {
	struct le le;
	struct sy_door *door;
	struct udp_sock *sock; /* borrowed */
	struct udp_helper *helper;
};

struct sy_door {
	struct sy_sip *sip;
	struct sip_lsnr *front;
	struct sip_lsnr *back;
	struct sip_lsnr *replies;
	struct list gated;
};

static bool begins(const struct mbuf *mb, const char *word)
{
	return mbuf_get_left(mb) >= strlen(word) && !memcmp(mbuf_buf(mb), word, strlen(word));
}

static void say_source(struct sy_door *door, const char *event, const struct sa *source, const char *cause)
{
	char address[SY_SERVICE_ADDRESS_BYTES];

	(void)re_snprintf(address, sizeof address, "%j", source);
	sy_service_say(
		door->sip, &(struct sy_saying){event, NULL, true, false}, "source", address, "cause", cause, NULL);
}

/* True where the message goes on. */
static bool pass_gate(struct sy_door *door, const struct sa *source, bool invite)
{
	const struct sy_gate_message message = {&source->u.sa, invite, sy_service_now_ms()};
	bool report = false;
	enum sy_gate_verdict verdict = sy_gate_pass(door->sip->gate, &message, &report);

	sy_count(door->sip, SY_COUNT_MESSAGES);
	if (verdict == SY_GATE_PASS)
		return true;
	if (verdict == SY_GATE_LIMITED)
		sy_count(door->sip, SY_COUNT_LIMITED);
	else
		sy_count(door->sip, SY_COUNT_REFUSED + SY_SIP_REFUSED_SOURCE);
	if (report)
		say_source(door, verdict == SY_GATE_LIMITED ? "limited" : "refused", source,
			verdict == SY_GATE_LIMITED ? "rate" : sy_sip_refusal_name(SY_SIP_REFUSED_SOURCE));
	return false;
}

/* What libre cannot parse it reports on standard error, a line each; nobody reads those, and a flood is long. */
static bool is_sip(struct mbuf *mb)
{
	struct sip_msg *msg = NULL;
	size_t pos = mb->pos;
	int err = sip_msg_decode(&msg, mb);

	mem_deref(msg);
	mb->pos = pos;
	return !err;
}

/* Before libre sees a datagram: true where it must not. */
static bool on_datagram(struct sa *source, struct mbuf *mb, void *arg)
{
	struct gated *gated = arg;

	if (mbuf_get_left(mb) < SHORTEST)
		return true;
	if (!pass_gate(gated->door, source, begins(mb, "INVITE ")))
		return true;
	if (is_sip(mb))
		return false;
	sy_count(gated->door->sip, SY_COUNT_REFUSED + SY_SIP_REFUSED_MESSAGE);
	return true;
}

static void gated_destructor(void *arg)
{
	struct gated *gated = arg;

	list_unlink(&gated->le);
	mem_deref(gated->helper);
}

/* True for a socket that had no gate yet. libre tells its sockets only by the messages that came through them. */
static bool put_gate(struct sy_door *door, struct udp_sock *sock)
{
	struct gated *gated;

	for (struct le *le = door->gated.head; le; le = le->next)
		if (((struct gated *)le->data)->sock == sock)
			return false;
	gated = mem_zalloc(sizeof *gated, gated_destructor);
	if (!gated)
		return true;
	gated->door = door;
	gated->sock = sock;
	(void)udp_sockbuf_set(sock, SOCKET_BYTES);
	if (udp_register_helper(&gated->helper, sock, 0, NULL, on_datagram, gated))
		mem_deref(gated);
	else
		list_append(&door->gated, &gated->le, gated);
	return true;
}

static void drop_connection(const struct sip_msg *msg)
{
	struct tcp_conn *conn = sip_msg_tcpconn(msg);

	if (conn)
		(void)shutdown(tcp_conn_fd(conn), SHUT_RDWR);
}

static void busy(struct sy_door *door, const struct sip_msg *msg)
{
	(void)sip_replyf(door->sip->stack, msg, 503, "Service Unavailable",
		"Retry-After: %u\r\nContent-Length: 0\r\n\r\n", door->sip->prm->retry_after_s);
}

/*
 * What comes over a connection is not said again by itself, so a source that is too fast is told; it cannot forge its
 * address. One that is refused loses the connection.
 */
static bool came_through(struct sy_door *door, const struct sip_msg *msg)
{
	bool invite = !pl_strcmp(&msg->met, "INVITE");

	if (msg->tp == SIP_TRANSP_UDP)
		return put_gate(door, msg->sock) ? pass_gate(door, &msg->src, invite) : true;
	if (pass_gate(door, &msg->src, invite))
		return true;
	if (sy_gate_rule(door->sip->gate, &msg->src.u.sa) == SY_SIP_REFUSE)
		drop_connection(msg);
	else
		busy(door, msg);
	return false;
}

static void refuse(struct sy_door *door, const struct sip_msg *msg, const struct sy_guard_refusal *refusal)
{
	char code[8];
	char source[SY_SERVICE_ADDRESS_BYTES];

	sy_count(door->sip, SY_COUNT_REFUSED + SY_SIP_REFUSED_MESSAGE);
	if (!refusal->code)
		return;
	(void)re_snprintf(code, sizeof code, "%u", refusal->code);
	(void)re_snprintf(source, sizeof source, "%j", &msg->src);
	sy_service_say(door->sip, &(struct sy_saying){.name = "refused", .seldom = true}, "source", source, "cause",
		sy_sip_refusal_name(SY_SIP_REFUSED_MESSAGE), "code", code, "reason", refusal->reason, NULL);
	(void)sip_replyf(
		door->sip->stack, msg, refusal->code, refusal->reason, "%sContent-Length: 0\r\n\r\n", refusal->headers);
}

/* A dispatcher asks with OPTIONS whether to send calls; while we drain the answer is no. */
static void answer_options(struct sy_door *door, const struct sip_msg *msg)
{
	if (atomic_load(&door->sip->draining))
		busy(door, msg);
	else
		(void)sip_replyf(door->sip->stack, msg, 200, "OK",
			"Allow: " SY_GUARD_ALLOW "\r\nAccept: application/sdp\r\nAccept-Language: en\r\n"
			"Content-Length: 0\r\n\r\n");
}

static bool is_extra(const struct sy_sip_prm *prm, const struct sip_msg *msg)
{
	for (size_t i = 0; i < prm->method_n; i++)
		if (!pl_strcmp(&msg->met, prm->method[i]))
			return true;
	return false;
}

/* The first of all listeners for requests that belong to no transaction yet. */
static bool on_request(const struct sip_msg *msg, void *arg)
{
	struct sy_door *door = arg;
	const struct sy_sip_prm *prm = door->sip->prm;
	const struct sy_guard_methods more = {prm->method, prm->method_n};
	struct sy_guard_refusal refusal;

	if (!came_through(door, msg))
		return true;
	if (sy_guard_refuses(msg, &more, &refusal)) {
		refuse(door, msg, &refusal);
		return true;
	}
	sy_guard_trim(msg);
	if (is_extra(prm, msg))
		(void)sip_reply(door->sip->stack, msg, 200, "OK");
	else if (!pl_strcmp(&msg->met, "OPTIONS"))
		answer_options(door, msg);
	else
		return false;
	return true;
}

/* The last of all: a CANCEL without its INVITE, an ACK for nothing. */
static bool on_leftover(const struct sip_msg *msg, void *arg)
{
	struct sy_door *door = arg;

	(void)sip_reply(door->sip->stack, msg, 481, "Call/Transaction Does Not Exist");
	return true;
}

static bool on_stray_reply(const struct sip_msg *msg, void *arg)
{
	(void)msg;
	(void)arg;
	return true;
}

static void challenge(
	struct sy_door *door, const struct sip_msg *msg, const struct sy_challenge_asked *asked, bool stale)
{
	char value[SY_CHALLENGE_BYTES];

	sy_challenge_write(door->sip->challenge, asked, stale, value);
	(void)sip_replyf(
		door->sip->stack, msg, 401, "Unauthorized", "WWW-Authenticate: %s\r\nContent-Length: 0\r\n\r\n", value);
}

/* True where the caller may call. A first request without a password is no failure: phones learn the nonce so. */
static bool authorise(struct sy_door *door, const struct sip_msg *msg)
{
	const struct sip_hdr *hdr = sip_msg_hdr(msg, SIP_HDR_AUTHORIZATION);
	struct sy_challenge_answer answer = {.method = msg->met.p, .method_len = msg->met.l};
	char source[SY_SERVICE_ADDRESS_BYTES];
	enum sy_challenge_result result;

	(void)re_snprintf(source, sizeof source, "%j", &msg->src);
	answer.asked = (struct sy_challenge_asked){source, sy_service_now_ms()};
	if (!hdr) {
		challenge(door, msg, &answer.asked, false);
		return false;
	}
	answer.value = hdr->val.p;
	answer.len = hdr->val.l;
	result = sy_challenge_check(door->sip->challenge, &answer);
	if (result == SY_CHALLENGE_OK)
		return true;
	if (result != SY_CHALLENGE_STALE) {
		sy_count(door->sip, SY_COUNT_REFUSED + SY_SIP_REFUSED_PASSWORD);
		say_source(door, "auth-failed", &msg->src, result == SY_CHALLENGE_REPLAY ? "replay" : "password");
	}
	if (result == SY_CHALLENGE_WRONG)
		(void)sip_reply(door->sip->stack, msg, 403, "Forbidden");
	else
		challenge(door, msg, &answer.asked, true);
	return false;
}

static bool is_full(struct sy_sip *sip)
{
	if (atomic_load(&sip->counts[SY_COUNT_CALLS_UP]) >= sip->prm->calls_max)
		return true;
	return sip->prm->room && !sip->prm->room(sip->prm->arg);
}

void sy_door_invite(const struct sip_msg *msg, void *arg)
{
	struct sy_sip *sip = arg;
	struct sy_door *door = sip->door;
	enum sy_sip_refusal cause = SY_SIP_REFUSED_FULL;

	sy_count(sip, SY_COUNT_INVITES);
	if (sy_gate_rule(sip->gate, &msg->src.u.sa) == SY_SIP_PASSWORD && !authorise(door, msg))
		return;
	if (atomic_load(&sip->draining))
		cause = SY_SIP_REFUSED_DRAINING;
	else if (!is_full(sip)) {
		sy_call_begin(sip, msg);
		return;
	}
	sy_count(sip, SY_COUNT_REFUSED + cause);
	sy_service_say(sip, &(struct sy_saying){.name = "refused", .warning = true, .seldom = true}, "cause",
		sy_sip_refusal_name(cause), NULL);
	busy(door, msg);
}

void sy_door_knock(struct sy_door *door)
{
	static const char knock[] = "OPTIONS sip:knock SIP/2.0\r\n"
				    "Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKknock\r\n"
				    "From: <sip:knock>;tag=1\r\nTo: <sip:knock>\r\nCall-ID: knock\r\n"
				    "CSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n";
	struct sy_sip *sip = door->sip;

	for (size_t i = 0; i < sip->prm->listen_n; i++) {
		struct mbuf *mb;
		struct sa to;

		if (sip->prm->listen[i].transport != SY_SIP_UDP ||
			sa_set_str(&to, sip->prm->listen[i].address, atomic_load(&sip->ports[i])))
			continue;
		if (sa_is_any(&to))
			(void)sa_set_str(&to, sa_af(&to) == AF_INET ? "127.0.0.1" : "::1", sa_port(&to));
		mb = mbuf_alloc(sizeof knock);
		if (mb && !mbuf_write_str(mb, knock)) {
			mb->pos = 0;
			(void)udp_send_anon(&to, mb);
		}
		mem_deref(mb);
	}
}

int sy_door_create(struct sy_sip *sip, struct sy_door **ret_door)
{
	struct sy_door *door = calloc(1, sizeof *door);
	int err;

	if (!door)
		return ENOMEM;
	door->sip = sip;
	list_init(&door->gated);
	err = sip_listen(&door->front, sip->stack, true, on_request, door);
	if (err)
		sy_door_destroy(door);
	else
		*ret_door = door;
	return err;
}

int sy_door_close_back(struct sy_door *door)
{
	int err = sip_listen(&door->back, door->sip->stack, true, on_leftover, door);

	if (!err)
		err = sip_listen(&door->replies, door->sip->stack, false, on_stray_reply, door);
	return err;
}

void sy_door_destroy(struct sy_door *door)
{
	if (!door)
		return;
	list_flush(&door->gated);
	mem_deref(door->front);
	mem_deref(door->back);
	mem_deref(door->replies);
	free(door);
}
