#include "audio/sip/transfer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audio/sip/agent.h"
#include "audio/sip/relay.h"
#include "audio/sip/uui.h"

/* How long after a REFER was accepted its end must be told; beyond the ringing of a phone. */
#define WORD_S 10
/* "?Replaces=" with a Call-ID and two tags, escaped. */
#define REPLACES_BYTES 384

enum stage { CALLING_AGENT, REFERRING, ACCEPTED, BRIDGED, OVER };

struct sy_transfer {
	struct sy_call *call;
	enum sy_sip_transfer way;
	enum stage stage;
	uint64_t by_ms;
	char target[SY_SEAM_TARGET_BYTES];
	char uui[SY_UUI_BYTES];
	char replaces[REPLACES_BYTES];
	struct sipsub *refer;
	struct sy_agent *agent;
	struct sy_relay_pair pair;
	bool relayed;
	bool told; /* the relay's errand has run */
};

static struct sy_sip *service(const struct sy_transfer *transfer)
{
	return transfer->call->leg.service;
}

static void done(struct sy_transfer *transfer)
{
	if (transfer->stage == OVER || transfer->stage == BRIDGED)
		return;
	transfer->stage = transfer->way == SY_SIP_TRANSFER_BRIDGE ? BRIDGED : OVER;
	sy_count(service(transfer), SY_COUNT_TRANSFERS_DONE);
	sy_service_say(
		service(transfer), &(struct sy_saying){"transferred", transfer->call->arrival.id, false, false}, NULL);
	atomic_store(&transfer->call->leg.seam.passing, SY_PASSING_DONE);
}

static void failed(struct sy_call *call, const char *why)
{
	if (call->transfer)
		call->transfer->stage = OVER;
	sy_count(call->leg.service, SY_COUNT_TRANSFERS_FAILED);
	sy_service_say(call->leg.service, &(struct sy_saying){"transfer-failed", call->arrival.id, true, false}, "why",
		why, NULL);
	atomic_store(&call->leg.seam.passing, SY_PASSING_FAILED);
}

/* The agent's phone, where it was called, is of no use any more. */
static void fail(struct sy_transfer *transfer, const char *why)
{
	if (transfer->stage != OVER)
		failed(transfer->call, why);
	sy_agent_destroy(transfer->agent);
	transfer->agent = NULL;
}

/* "SIP/2.0 200 OK" (RFC 3420); 0: not said. */
static unsigned fragment_status(const struct sip_msg *msg)
{
	struct pl code;

	if (re_regex((const char *)mbuf_buf(msg->mb), mbuf_get_left(msg->mb), "SIP/2.0 [0-9]+", &code))
		return 0;
	return pl_u32(&code);
}

/* 2xx says that somebody answered, which is as much as a REFER ever tells. */
static void on_notify(struct sip *stack, const struct sip_msg *msg, void *arg)
{
	struct sy_transfer *transfer = arg;
	unsigned status = fragment_status(msg);
	char why[32];

	(void)sip_treply(NULL, stack, msg, 200, "OK");
	if (transfer->stage == REFERRING)
		transfer->stage = ACCEPTED;
	if (status >= 200 && status < 300) {
		done(transfer);
	} else if (status >= 300) {
		(void)re_snprintf(why, sizeof why, "%u", status);
		fail(transfer, why);
	}
}

/* Refused, unanswered, or the last NOTIFY has been. */
static void on_refer_closed(int err, const struct sip_msg *msg, const struct sipevent_substate *state, void *arg)
{
	struct sy_transfer *transfer = arg;
	char why[64];

	transfer->refer = mem_deref(transfer->refer);
	if (transfer->stage == OVER)
		return;
	if (msg && !msg->req && msg->scode >= 300)
		(void)re_snprintf(why, sizeof why, "%u %r", msg->scode, &msg->reason);
	else
		str_ncpy(why, state ? "ended without a word" : strerror(err), sizeof why);
	fail(transfer, why);
}

static int refer(struct sy_transfer *transfer)
{
	struct sy_leg *leg = &transfer->call->leg;
	bool uui = transfer->uui[0] != '\0';

	transfer->stage = REFERRING;
	transfer->by_ms = sy_service_now_ms() + (uint64_t)(leg->service->prm->agent_ring_s + WORD_S) * 1000;
	return sipevent_drefer(&transfer->refer, leg->service->events, sipsess_dialog(leg->sess), leg->contact,
		sy_call_password, transfer->call, false, on_notify, on_refer_closed, transfer,
		"Refer-To: <%s%s>\r\nReferred-By: <%s>\r\n%s%s%s", transfer->target, transfer->replaces, leg->contact,
		uui ? "User-to-User: " : "", transfer->uui, uui ? "\r\n" : "");
}

/* The agent's own tag is the To tag of its 200. */
static int write_replaces(struct sy_transfer *transfer, const struct sip_msg *msg)
{
	int n = re_snprintf(transfer->replaces, sizeof transfer->replaces,
		"?Replaces=%H%%3Bto-tag%%3D%H%%3Bfrom-tag%%3D%H", uri_header_escape, &msg->callid, uri_header_escape,
		&msg->to.tag, uri_header_escape, &msg->from.tag);

	return n < 0 || (size_t)n >= sizeof transfer->replaces - 1 ? E2BIG : 0;
}

static void on_answered(void *arg, const struct sip_msg *msg)
{
	struct sy_transfer *transfer = arg;
	int err = 0;

	if (transfer->way == SY_SIP_TRANSFER_ATTENDED) {
		err = write_replaces(transfer, msg);
		if (!err)
			err = refer(transfer);
	} else {
		atomic_store(&transfer->call->leg.seam.bridged, true);
		done(transfer);
	}
	if (err)
		fail(transfer, strerror(err));
}

static void end_relay(struct sy_transfer *transfer)
{
	if (!transfer->relayed)
		return;
	sy_relay_remove(service(transfer)->relay, &transfer->pair);
	transfer->relayed = false;
	transfer->pair.one->taken = false;
	transfer->pair.other->taken = false;
}

static void on_agent_ended(void *arg, const char *why)
{
	struct sy_transfer *transfer = arg;
	struct sy_call *call = transfer->call;
	bool relayed = transfer->relayed;

	end_relay(transfer);
	sy_agent_destroy(transfer->agent);
	transfer->agent = NULL;
	if (transfer->stage == CALLING_AGENT) {
		fail(transfer, why);
	} else if (relayed) {
		sy_call_hang_up(call, why);
		sy_call_release(call);
	}
}

static void on_silent(void *arg)
{
	struct sy_call *call = arg;

	call->transfer->told = true;
	sy_call_hang_up(call, "silence");
	sy_call_release(call);
}

static int call_agent(struct sy_transfer *transfer)
{
	const struct sy_sip_prm *settings = service(transfer)->prm;
	struct sy_agent_prm prm = {
		.service = service(transfer),
		.target = transfer->target,
		.uui = transfer->uui,
		.rate = transfer->call->leg.rate,
		.answered = on_answered,
		.ended = on_agent_ended,
		.arg = transfer,
	};

	transfer->stage = CALLING_AGENT;
	transfer->by_ms = sy_service_now_ms() + (uint64_t)settings->agent_ring_s * 1000;
	(void)sa_set_sa(&prm.local, (const struct sockaddr *)&transfer->call->leg.own.address);
	return sy_agent_call(&prm, &transfer->agent);
}

/* What goes between angle brackets in a header must not end them. */
static bool is_address(const char *target)
{
	if (strncmp(target, "sip:", 4) && strncmp(target, "sips:", 5))
		return false;
	for (; *target; target++)
		if ((unsigned char)*target <= ' ' || (unsigned char)*target >= 127 || strchr("<>\"?", *target))
			return false;
	return true;
}

static int prepare(struct sy_call *call, struct sy_transfer **ret_transfer)
{
	const struct sy_sip_prm *settings = call->leg.service->prm;
	const struct sy_seam *seam = &call->leg.seam;
	const char *target = seam->target[0] ? seam->target : settings->transfer_to;
	struct sy_transfer *transfer;

	if (call->over)
		return ECONNRESET;
	if (!target || strlen(target) >= sizeof transfer->target || !is_address(target))
		return EDESTADDRREQ;
	transfer = calloc(1, sizeof *transfer);
	if (!transfer)
		return ENOMEM;
	transfer->call = call;
	transfer->way = settings->transfer;
	strcpy(transfer->target, target);
	if (seam->case_key[0] && sy_uui_write(seam->case_key, transfer->uui))
		transfer->uui[0] = '\0';
	*ret_transfer = transfer;
	return 0;
}

void sy_transfer_begin(struct sy_call *call)
{
	struct sy_transfer *transfer;
	int err;

	(void)sy_transfer_end(call); /* an earlier one, which failed and has no relay */
	err = prepare(call, &transfer);
	if (err) {
		failed(call, strerror(err));
		return;
	}
	call->transfer = transfer;
	sy_service_say(call->leg.service, &(struct sy_saying){"transfer", call->arrival.id, false, false}, "way",
		transfer->way == SY_SIP_TRANSFER_BLIND      ? "blind"
		: transfer->way == SY_SIP_TRANSFER_ATTENDED ? "attended"
							    : "bridge",
		NULL);
	err = transfer->way == SY_SIP_TRANSFER_BLIND ? refer(transfer) : call_agent(transfer);
	if (err)
		fail(transfer, strerror(err));
}

bool sy_transfer_end(struct sy_call *call)
{
	struct sy_transfer *transfer = call->transfer;

	if (!transfer)
		return true;
	end_relay(transfer);
	transfer->stage = OVER;
	transfer->refer = mem_deref(transfer->refer);
	sy_agent_destroy(transfer->agent);
	transfer->agent = NULL;
	if (transfer->pair.said && !transfer->told)
		return false;
	call->transfer = NULL;
	free(transfer);
	return true;
}

void sy_transfer_tick(struct sy_call *call, uint64_t now_ms)
{
	struct sy_transfer *transfer = call->transfer;

	if (!transfer || transfer->stage == OVER || transfer->stage == BRIDGED || now_ms < transfer->by_ms)
		return;
	fail(transfer, "not in time");
}

void sy_transfer_caller_gone(struct sy_call *call)
{
	struct sy_transfer *transfer = call->transfer;

	if (!transfer)
		return;
	if (transfer->stage == ACCEPTED)
		done(transfer);
	end_relay(transfer);
}

bool sy_transfer_keeps(struct sy_call *call)
{
	struct sy_transfer *transfer = call->transfer;

	if (!transfer || call->over || transfer->stage != BRIDGED || !transfer->agent || !call->leg.seam.media)
		return false;
	transfer->pair.one = &call->leg.seam;
	transfer->pair.other = sy_agent_seam(transfer->agent);
	transfer->pair.rate = call->leg.rate;
	transfer->pair.silent = (struct sy_errand){on_silent, call};
	transfer->pair.one->taken = transfer->pair.other->taken = true;
	transfer->relayed = !sy_relay_add(service(transfer)->relay, &transfer->pair);
	return transfer->relayed;
}
