#include "audio/sip/call.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "audio/sip/guard.h"
#include "audio/sip/transfer.h"
#include "audio/sip/trunk.h"
#include "audio/sip/uui.h"

#define EXTRA_HEADERS "Allow: " SY_GUARD_ALLOW "\r\n"

/* FNV-1a, 64 bits: names a call in logs without giving away what the peer wrote into its Call-ID. */
static void name_call(const struct pl *callid, char ret_id[SY_ARRIVAL_ID_BYTES])
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < callid->l; i++)
		h = (h ^ (uint8_t)callid->p[i]) * UINT64_C(0x100000001b3);
	(void)snprintf(ret_id, SY_ARRIVAL_ID_BYTES, "%016" PRIx64, h);
}

/* Asserted by a trunk where there is one, else as the caller says. */
static void name_parties(struct sy_call *call, const struct sip_msg *msg)
{
	const struct sip_hdr *asserted = sip_msg_hdr(msg, SIP_HDR_P_ASSERTED_IDENTITY);
	const struct pl *from = &msg->from.uri.user;
	const struct pl *to = &msg->uri.user;
	struct sip_addr identity;

	if (asserted && !sip_addr_decode(&identity, &asserted->val))
		from = &identity.uri.user;
	if (call->trunk || !pl_isset(to) || !pl_strcmp(to, call->leg.service->prm->answers_to))
		to = &msg->to.uri.user;
	(void)pl_strcpy(from, call->arrival.from, sizeof call->arrival.from);
	(void)pl_strcpy(to, call->arrival.to, sizeof call->arrival.to);
}

/* A call that a PBX sends back ("no agent free") names its case. */
static void find_case(struct sy_call *call, const struct sip_msg *msg)
{
	const char *const names[] = {call->leg.service->prm->case_header, "User-to-User"};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const struct sip_hdr *hdr = sip_msg_xhdr(msg, names[i]);

		if (hdr && !sy_uui_read(hdr->val.p, hdr->val.l, call->arrival.case_key))
			return;
	}
}

int sy_call_password(char **user, char **password, const char *realm, void *arg)
{
	struct sy_call *call = arg;

	return sy_trunk_password(call->trunk, realm, user, password);
}

void sy_call_release(struct sy_call *call)
{
	if (!call->over || !call->let_go || !sy_transfer_end(call))
		return;
	mem_deref(call->body);
	list_unlink(&call->le);
	sy_uncount(call->leg.service, SY_COUNT_CALLS_UP);
	sy_leg_close(&call->leg);
	free(call);
}

static void end_session(struct sy_call *call)
{
	tmr_cancel(&call->ring);
	call->leg.sess = mem_deref(call->leg.sess);
	call->over = true;
	atomic_store(&call->leg.seam.gone, true);
}

void sy_call_hang_up(struct sy_call *call, const char *why)
{
	if (call->over)
		return;
	sy_service_say(call->leg.service, &(struct sy_saying){"hung-up", call->arrival.id, false, false}, "by", "us",
		"why", why, NULL);
	end_session(call);
}

/* Why a session ended before or after its caller was on the line. */
static const char *cause(const struct sy_call *call, int err)
{
	if (err == ETIMEDOUT)
		return call->leg.seam.taken ? "no answer" : "no ACK";
	if (call->leg.seam.taken)
		return "bye";
	return err == ECONNRESET ? "cancelled" : "no sound agreed";
}

static void on_close(int err, const struct sip_msg *msg, void *arg)
{
	struct sy_call *call = arg;
	struct sy_sip *sip = call->leg.service;

	(void)msg;
	if (call->over)
		return;
	if (!call->leg.seam.taken && err == ETIMEDOUT)
		sy_count(sip, SY_COUNT_UNACKNOWLEDGED);
	else if (!call->leg.seam.taken && err == ECONNRESET)
		sy_count(sip, SY_COUNT_CANCELLED);
	sy_service_say(sip, &(struct sy_saying){"hung-up", call->arrival.id, err == ETIMEDOUT, false}, "by", "caller",
		"why", cause(call, err), NULL);
	sy_transfer_caller_gone(call);
	end_session(call);
	sy_call_release(call);
}

static int on_offer(struct mbuf **body, const struct sip_msg *msg, void *arg)
{
	struct sy_call *call = arg;

	return sy_leg_renew(&call->leg, msg, body);
}

static int on_answer(const struct sip_msg *msg, void *arg)
{
	struct sy_call *call = arg;
	int err = sy_leg_accept(&call->leg, msg);

	if (err)
		sy_service_say(call->leg.service, &(struct sy_saying){"refused", call->arrival.id, false, false},
			"cause", sy_sip_refusal_name(SY_SIP_REFUSED_MEDIA), NULL);
	return err;
}

static void on_info(struct sip *stack, const struct sip_msg *msg, void *arg)
{
	struct sy_call *call = arg;

	(void)stack;
	sy_leg_info(&call->leg, msg);
}

/* The bridge is announced once the caller is on the line for sure; what is said before the ACK is lost on phones. */
static int announce(struct sy_call *call)
{
	struct sy_sip *sip = call->leg.service;
	struct sy_seam *seam = &call->leg.seam;
	int err = sy_seam_bridge(seam, call->leg.rate, &call->arrival.bridge);

	if (err)
		return err;
	seam->taken = true;
	call->let_go = false;
	err = sip->prm->arrival(sip->prm->arg, &call->arrival);
	if (!err)
		return 0;
	seam->taken = false;
	call->let_go = true;
	free(call->arrival.bridge);
	return err;
}

static void on_established(const struct sip_msg *msg, void *arg)
{
	struct sy_call *call = arg;
	struct sy_sip *sip = call->leg.service;
	char from[SY_SERVICE_ADDRESS_BYTES];
	int err;

	call->begun_ms = sy_service_now_ms();
	err = call->leg.seam.media ? announce(call) : EPROTO;
	if (err) {
		sy_count(sip, SY_COUNT_REFUSED + (err == EPROTO ? SY_SIP_REFUSED_MEDIA : SY_SIP_REFUSED_FULL));
		sy_call_hang_up(call, err == EPROTO ? "no sound agreed" : "nobody takes it");
		sy_call_release(call);
		return;
	}
	sy_count(sip, SY_COUNT_CALLS);
	(void)re_snprintf(from, sizeof from, "%J", &msg->src);
	sy_service_say(sip, &(struct sy_saying){"call", call->arrival.id, false, false}, "from", from, "transport",
		sip_transp_name(msg->tp), "codec", sy_codec(call->leg.flow.codec)->name, "srtp",
		call->leg.flow.secure ? "yes" : "no", NULL);
}

/* The taker is done: its bridge is destroyed. */
static void on_let_go(void *arg)
{
	struct sy_call *call = arg;

	call->let_go = true;
	call->leg.seam.taken = false;
	if (!sy_transfer_keeps(call))
		sy_call_hang_up(call, "done");
	sy_call_release(call);
}

static void on_pass(void *arg)
{
	sy_transfer_begin(arg);
}

static void on_rung(void *arg)
{
	struct sy_call *call = arg;

	(void)sipsess_answer(call->leg.sess, 200, "OK", call->body, EXTRA_HEADERS);
	call->body = mem_deref(call->body);
}

static struct sy_call *create(struct sy_sip *sip, const struct sip_msg *msg)
{
	struct sy_call *call = calloc(1, sizeof *call);

	if (!call)
		return NULL;
	tmr_init(&call->ring);
	call->let_go = true;
	call->begun_ms = sy_service_now_ms();
	call->leg.service = sip;
	call->arrival.kind = "sip";
	call->trunk = sy_trunks_find(sip->trunks, &msg->uri.user);
	name_call(&msg->callid, call->arrival.id);
	name_parties(call, msg);
	find_case(call, msg);
	list_append(&sip->calls, &call->le, call);
	sy_count(sip, SY_COUNT_CALLS_UP);
	return call;
}

static int open_leg(struct sy_call *call, const struct sip_msg *msg)
{
	struct sy_sip *sip = call->leg.service;
	struct sy_leg_prm prm = {
		.service = sip,
		.local = msg->dst,
		.transport = msg->tp,
		.secret = !pl_strcasecmp(&msg->uri.scheme, "sips"),
		.seam =
			{
				.errands = sip->errands,
				.silences = &sip->counts[SY_COUNT_SILENT],
				.tally = &sip->tally,
				.pass = on_pass,
				.let_go = on_let_go,
				.arg = call,
			},
	};

	return sy_leg_open(&call->leg, &prm);
}

/* 180 first where we are to ring; the offer was answered, or made, already. */
static int accept_session(struct sy_call *call, const struct sip_msg *msg, struct mbuf *body)
{
	struct sy_leg *leg = &call->leg;
	struct sy_sip *sip = leg->service;
	unsigned ring_ms = sip->prm->ring_ms;
	int err = sipsess_accept(&leg->sess, sip->sessions, msg, ring_ms ? 180 : 200, ring_ms ? "Ringing" : "OK",
		leg->contact, "application/sdp", ring_ms ? NULL : body, sy_call_password, call, false, on_offer,
		on_answer, on_established, on_info, NULL, on_close, call, EXTRA_HEADERS);

	if (err || !ring_ms)
		return err;
	call->body = mem_ref(body);
	tmr_start(&call->ring, ring_ms, on_rung, call);
	return 0;
}

static void refuse(struct sy_call *call, const struct sip_msg *msg, int err)
{
	struct sy_sip *sip = call->leg.service;
	bool media = err == ENOTSUP || err == EBADMSG;

	sy_count(sip, SY_COUNT_REFUSED + (media ? SY_SIP_REFUSED_MEDIA : SY_SIP_REFUSED_FULL));
	sy_service_say(sip, &(struct sy_saying){"refused", call->arrival.id, !media, true}, "cause",
		sy_sip_refusal_name(media ? SY_SIP_REFUSED_MEDIA : SY_SIP_REFUSED_FULL), "error", strerror(err), NULL);
	if (err == ENOTSUP)
		(void)sip_replyf(sip->stack, msg, 488, "Not Acceptable Here",
			"Warning: 305 sayso \"No codec or security in common\"\r\nContent-Length: 0\r\n\r\n");
	else if (err == EBADMSG)
		(void)sip_reply(sip->stack, msg, 400, "Bad Session Description");
	else
		(void)sip_replyf(sip->stack, msg, 503, "Service Unavailable",
			"Retry-After: %u\r\nContent-Length: 0\r\n\r\n", sip->prm->retry_after_s);
}

void sy_call_begin(struct sy_sip *sip, const struct sip_msg *msg)
{
	struct sy_call *call = create(sip, msg);
	struct mbuf *body = NULL;
	int err;

	if (!call) {
		(void)sip_reply(sip->stack, msg, 500, "Server Internal Error");
		return;
	}
	err = open_leg(call, msg);
	if (!err)
		err = sy_leg_renew(&call->leg, msg, &body);
	if (!err)
		err = accept_session(call, msg, body);
	mem_deref(body);
	if (!err)
		return;
	refuse(call, msg, err);
	call->over = true;
	sy_call_release(call);
}

void sy_call_tick(struct sy_call *call, uint64_t now_ms)
{
	struct sy_sip *sip = call->leg.service;

	sy_transfer_tick(call, now_ms);
	if (call->over || now_ms - call->begun_ms < (uint64_t)sip->prm->longest_s * 1000)
		return;
	sy_count(sip, SY_COUNT_TOO_LONG);
	sy_call_hang_up(call, "too long");
	sy_call_release(call);
}
