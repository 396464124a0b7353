#include "audio/sip/guard.h"

#include <stdio.h>
#include <string.h>

/* RFC 3261, 8.1.1.5: less than 2^31. */
#define CSEQ_MAX INT64_C(2147483647)
/* RFC 3261, 20.22. */
#define MAX_FORWARDS_MAX 255
/* RFC 3261, 20.19: what fits 32 bits. */
#define EXPIRES_MAX INT64_C(4294967295)

struct inspection {
	const struct sip_msg *msg;
	const struct sy_guard_methods *more;
	struct sy_guard_refusal *refusal;
};

typedef bool inspect_h(const struct inspection *inspection);

static bool refuse(const struct inspection *inspection, uint16_t code, const char *reason)
{
	inspection->refusal->code = code;
	inspection->refusal->reason = reason;
	return true;
}

static bool is_method(const struct sip_msg *msg, const char *method)
{
	return !pl_strcmp(&msg->met, method);
}

/* -1: no number, or beyond what int64 holds. */
static int64_t number(const struct pl *text)
{
	int64_t value = 0;

	if (!text->l || text->l > 18)
		return -1;
	for (size_t i = 0; i < text->l; i++) {
		if (text->p[i] < '0' || text->p[i] > '9')
			return -1;
		value = value * 10 + (text->p[i] - '0');
	}
	return value;
}

/* Without them no dialog can be told from another, and with two of them nobody knows which one counts. */
static bool lacks_headers(const struct inspection *inspection)
{
	static const enum sip_hdrid once[] = {SIP_HDR_FROM, SIP_HDR_TO, SIP_HDR_CALL_ID, SIP_HDR_CSEQ};
	static const enum sip_hdrid at_most_once[] = {
		SIP_HDR_CONTENT_LENGTH, SIP_HDR_MAX_FORWARDS, SIP_HDR_CONTENT_TYPE, SIP_HDR_EXPIRES};
	const struct sip_msg *msg = inspection->msg;

	for (size_t i = 0; i < ARRAY_SIZE(once); i++)
		if (sip_msg_hdr_count(msg, once[i]) != 1)
			return refuse(inspection, 400, "Missing Or Repeated Header");
	for (size_t i = 0; i < ARRAY_SIZE(at_most_once); i++)
		if (sip_msg_hdr_count(msg, at_most_once[i]) > 1)
			return refuse(inspection, 400, "Repeated Header");
	if (!pl_isset(&msg->callid) || !pl_isset(&msg->from.tag) || !pl_isset(&msg->from.auri) ||
		!pl_isset(&msg->to.auri))
		return refuse(inspection, 400, "Incomplete Header");
	return false;
}

static bool counts_wrongly(const struct inspection *inspection)
{
	const struct sip_msg *msg = inspection->msg;
	struct pl digits = sip_msg_hdr(msg, SIP_HDR_CSEQ)->val;
	size_t n = 0;

	while (n < digits.l && digits.p[n] >= '0' && digits.p[n] <= '9')
		n++;
	digits.l = n;
	if (number(&digits) < 0 || number(&digits) > CSEQ_MAX)
		return refuse(inspection, 400, "Bad CSeq");
	if (pl_cmp(&msg->cseq.met, &msg->met))
		return refuse(inspection, 400, "CSeq Method Mismatch");
	if (msg->maxfwd.p && (number(&msg->maxfwd) < 0 || number(&msg->maxfwd) > MAX_FORWARDS_MAX))
		return refuse(inspection, 400, "Bad Max-Forwards");
	if (msg->expires.p && (number(&msg->expires) < 0 || number(&msg->expires) > EXPIRES_MAX))
		return refuse(inspection, 400, "Bad Expires");
	return false;
}

static bool measures_wrongly(const struct inspection *inspection)
{
	const struct sip_msg *msg = inspection->msg;

	if (!msg->clen.p)
		return false;
	if (number(&msg->clen) < 0 || (uint64_t)number(&msg->clen) > mbuf_get_left(msg->mb))
		return refuse(inspection, 400, "Bad Content-Length");
	return false;
}

static bool is_for_another_scheme(const struct inspection *inspection)
{
	const struct sip_msg *msg = inspection->msg;

	if (!pl_strcasecmp(&msg->uri.scheme, "sips")) {
		if (msg->tp == SIP_TRANSP_TLS)
			return false;
		(void)snprintf(inspection->refusal->headers, SY_GUARD_HEADERS_BYTES,
			"Warning: 380 sayso \"SIPS not allowed here\"\r\n"); /* RFC 5630, 5.3 */
		return refuse(inspection, 480, "Temporarily Unavailable");
	}
	if (pl_strcasecmp(&msg->uri.scheme, "sip"))
		return refuse(inspection, 416, "Unsupported URI Scheme");
	return false;
}

static bool is_unknown(const struct inspection *inspection)
{
	static const char *const known[] = {"INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "INFO", "NOTIFY"};
	static const char *const foreign[] = {
		"REGISTER", "SUBSCRIBE", "PUBLISH", "MESSAGE", "REFER", "UPDATE", "PRACK"};
	const struct sip_msg *msg = inspection->msg;

	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (is_method(msg, known[i]))
			return false;
	for (size_t i = 0; i < inspection->more->n; i++)
		if (is_method(msg, inspection->more->method[i]))
			return false;
	(void)snprintf(inspection->refusal->headers, SY_GUARD_HEADERS_BYTES, "Allow: %s\r\n", SY_GUARD_ALLOW);
	for (size_t i = 0; i < ARRAY_SIZE(foreign); i++)
		if (is_method(msg, foreign[i]))
			return refuse(inspection, 405, "Method Not Allowed");
	return refuse(inspection, 501, "Not Implemented");
}

struct joining {
	char *s;
	size_t size;
	size_t len;
};

static bool join(const struct sip_hdr *hdr, const struct sip_msg *msg, void *arg)
{
	struct joining *joining = arg;
	size_t more = hdr->val.l + 2;

	(void)msg;
	if (joining->len + more >= joining->size)
		return true;
	if (joining->len) {
		memcpy(joining->s + joining->len, ", ", 2);
		joining->len += 2;
	}
	memcpy(joining->s + joining->len, hdr->val.p, hdr->val.l);
	joining->len += hdr->val.l;
	joining->s[joining->len] = '\0';
	return false;
}

/* No extension is spoken here; whoever cannot do without one is told which. */
static bool requires_more(const struct inspection *inspection)
{
	const struct sip_msg *msg = inspection->msg;
	char list[SY_GUARD_HEADERS_BYTES / 2] = "";
	struct joining joining = {list, sizeof list, 0};

	if (is_method(msg, "CANCEL") || !sip_msg_hdr_count(msg, SIP_HDR_REQUIRE))
		return false;
	(void)sip_msg_hdr_apply(msg, true, SIP_HDR_REQUIRE, join, &joining);
	(void)snprintf(inspection->refusal->headers, SY_GUARD_HEADERS_BYTES, "Unsupported: %s\r\n", list);
	return refuse(inspection, 420, "Bad Extension");
}

static bool accepts_sound(const struct sip_hdr *hdr, const struct sip_msg *msg, void *arg)
{
	static const char *const ours[] = {"application/sdp", "application/*", "*/*"};
	struct pl type = hdr->val;
	const char *end = memchr(type.p, ';', type.l);

	(void)msg;
	(void)arg;
	if (end)
		type.l = (size_t)(end - type.p);
	while (type.l && (type.p[type.l - 1] == ' ' || type.p[type.l - 1] == '\t'))
		type.l--;
	for (size_t i = 0; i < ARRAY_SIZE(ours); i++)
		if (!pl_strcasecmp(&type, ours[i]))
			return true;
	return false;
}

static bool speaks_otherwise(const struct inspection *inspection)
{
	const struct sip_msg *msg = inspection->msg;
	const struct sip_hdr *encoding = sip_msg_hdr(msg, SIP_HDR_CONTENT_ENCODING);

	if (!is_method(msg, "INVITE"))
		return false;
	if (!sip_msg_hdr(msg, SIP_HDR_CONTACT))
		return refuse(inspection, 400, "Missing Contact");
	if (mbuf_get_left(msg->mb) && (!msg->clen.p || number(&msg->clen)) &&
		!msg_ctype_cmp(&msg->ctyp, "application", "sdp")) {
		(void)snprintf(inspection->refusal->headers, SY_GUARD_HEADERS_BYTES, "Accept: application/sdp\r\n");
		return refuse(inspection, 415, "Unsupported Media Type");
	}
	if (encoding && pl_strcasecmp(&encoding->val, "identity")) {
		(void)snprintf(inspection->refusal->headers, SY_GUARD_HEADERS_BYTES, "Accept-Encoding: identity\r\n");
		return refuse(inspection, 415, "Unsupported Media Type");
	}
	if (sip_msg_hdr_count(msg, SIP_HDR_ACCEPT) &&
		!sip_msg_hdr_apply(msg, true, SIP_HDR_ACCEPT, accepts_sound, NULL))
		return refuse(inspection, 406, "Not Acceptable");
	return false;
}

/* An answer goes to the packet's source. A Via that names another place would make us throw stones for strangers. */
static bool answers_elsewhere(const struct sip_msg *msg)
{
	struct pl maddr;

	return !msg_param_decode(&msg->via.params, "maddr", &maddr);
}

bool sy_guard_refuses(
	const struct sip_msg *msg, const struct sy_guard_methods *more, struct sy_guard_refusal *ret_refusal)
{
	static inspect_h *const inspections[] = {lacks_headers, counts_wrongly, measures_wrongly, is_for_another_scheme,
		is_unknown, requires_more, speaks_otherwise};
	struct inspection inspection = {msg, more, ret_refusal};
	bool refused = false;

	*ret_refusal = (struct sy_guard_refusal){0};
	if (!pl_isset(&msg->via.sentby) || answers_elsewhere(msg))
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(inspections) && !refused; i++)
		refused = inspections[i](&inspection);
	if (refused && is_method(msg, "ACK"))
		ret_refusal->code = 0;
	return refused;
}

void sy_guard_trim(const struct sip_msg *msg)
{
	if (msg->clen.p && (size_t)number(&msg->clen) < mbuf_get_left(msg->mb))
		mbuf_set_end(msg->mb, msg->mb->pos + (size_t)number(&msg->clen));
}
