#include "audio/sip/leg.h"

#include <errno.h>
#include <string.h>

#include "audio/sip/info_key.h"

static void copy_address(const struct sa *sa, struct sockaddr_storage *ret_address)
{
	memset(ret_address, 0, sizeof *ret_address);
	memcpy(ret_address, &sa->u, sa->len);
}

static void set_codecs(const struct sy_sip_prm *prm, struct sy_negotiation *own)
{
	for (size_t i = 0; i < prm->codec_n; i++)
		for (int id = 0; id < SY_CODECS; id++)
			if (!str_casecmp(sy_codec((enum sy_codec_id)id)->name, prm->codec[i]))
				own->codec[own->codecs++] = (enum sy_codec_id)id;
}

static int open_ports(struct sy_leg *leg, const struct sa *local)
{
	const struct sy_sip_prm *prm = leg->service->prm;
	struct sy_ports_prm ports = {.first = prm->rtp_port_min, .last = prm->rtp_port_max};
	struct sa public;
	int err;

	copy_address(local, &ports.local);
	err = sy_ports_open(&ports, &leg->ports);
	if (err)
		return err;
	sy_service_public(leg->service, local, &public);
	copy_address(&public, &leg->own.address);
	leg->own.port = leg->ports.port;
	return 0;
}

int sy_leg_open(struct sy_leg *leg, const struct sy_leg_prm *prm)
{
	const struct sy_service_contact contact = {
		.user = prm->service->prm->answers_to,
		.local = prm->local,
		.transport = prm->transport,
		.secret = prm->secret,
	};
	int err;

	leg->service = prm->service;
	leg->agent = prm->agent;
	leg->rate = prm->rate;
	leg->ports = (struct sy_ports){.rtp_fd = -1, .rtcp_fd = -1};
	leg->own.srtp = prm->service->prm->srtp;
	leg->own.offer_secure = prm->transport == SIP_TRANSP_TLS;
	sy_negotiation_init(&leg->own);
	set_codecs(prm->service->prm, &leg->own);
	err = sy_seam_init(&leg->seam, &prm->seam);
	if (!err)
		err = sy_service_contact(prm->service, &contact, leg->contact);
	if (!err)
		err = open_ports(leg, &prm->local);
	return err;
}

void sy_leg_close(struct sy_leg *leg)
{
	leg->sess = mem_deref(leg->sess);
	if (leg->ports.rtp_fd > 0)
		sy_ports_close(&leg->ports);
	sy_seam_reset(&leg->seam);
}

static int body_of(const struct sy_text *text, struct mbuf **ret_body)
{
	struct mbuf *body = mbuf_alloc(text->len + 1);

	if (!body || mbuf_write_str(body, sy_text_str(text))) {
		mem_deref(body);
		return ENOMEM;
	}
	body->pos = 0;
	*ret_body = body;
	return 0;
}

/* 16 kHz is carried where the codec has it. */
static int rate_of(enum sy_codec_id codec)
{
	return codec == SY_CODEC_G722 || codec == SY_CODEC_OPUS ? SY_RATE_WIDE : SY_RATE_LINE;
}

static int start_media(struct sy_leg *leg)
{
	struct sy_media_prm prm = {
		.ports = leg->ports,
		.flow = leg->flow,
		.silence_ms = (int)leg->service->prm->silence_s * 1000,
		.inband_keys = !leg->agent,
		.cancel_echo = !leg->agent,
	};
	int err;

	if (!leg->rate)
		leg->rate = rate_of(leg->flow.codec);
	prm.rate = leg->rate;
	err = sy_media_create(&prm, &leg->seam.media);
	if (!err)
		leg->ports = (struct sy_ports){.rtp_fd = -1, .rtcp_fd = -1};
	return err;
}

static int settle(struct sy_leg *leg, const struct sy_media_flow *flow)
{
	leg->flow = *flow;
	if (leg->ports.rtp_fd >= 0)
		return start_media(leg);
	return sy_seam_change(&leg->seam, flow);
}

static int parse(const struct sip_msg *msg, struct sy_sdp *ret_sdp)
{
	return sy_sdp_parse((const char *)mbuf_buf(msg->mb), mbuf_get_left(msg->mb), ret_sdp);
}

int sy_leg_answer(struct sy_leg *leg, const struct sip_msg *msg, struct mbuf **ret_body)
{
	struct sy_text text = {0};
	struct sy_media_flow flow;
	struct sy_sdp sdp;
	struct mbuf *body = NULL;
	int err = parse(msg, &sdp);

	if (!err)
		err = sy_negotiation_answer(&leg->own, &sdp, &text, &flow);
	if (!err)
		err = body_of(&text, &body);
	if (!err)
		err = settle(leg, &flow);
	if (err)
		mem_deref(body);
	else
		*ret_body = body;
	sy_text_reset(&text);
	return err;
}

int sy_leg_offer(struct sy_leg *leg, struct mbuf **ret_body)
{
	struct sy_text text = {0};
	int err = sy_negotiation_offer(&leg->own, &text);

	if (!err)
		err = body_of(&text, ret_body);
	sy_text_reset(&text);
	return err;
}

int sy_leg_accept(struct sy_leg *leg, const struct sip_msg *msg)
{
	struct sy_media_flow flow;
	struct sy_sdp sdp;
	int err = parse(msg, &sdp);

	if (!err)
		err = sy_negotiation_accept(&leg->own, &sdp, &flow);
	if (!err)
		err = settle(leg, &flow);
	return err;
}

int sy_leg_renew(struct sy_leg *leg, const struct sip_msg *msg, struct mbuf **ret_body)
{
	if (mbuf_get_left(msg->mb))
		return sy_leg_answer(leg, msg, ret_body);
	return sy_leg_offer(leg, ret_body);
}

void sy_leg_info(struct sy_leg *leg, const struct sip_msg *msg)
{
	const struct sy_info_body body = {
		.subtype = msg->ctyp.subtype.p,
		.subtype_len = msg->ctyp.subtype.l,
		.text = (const char *)mbuf_buf(msg->mb),
		.len = mbuf_get_left(msg->mb),
	};
	struct sip *stack = leg->service->stack;
	char key;
	int err;

	/* An INFO without a body keeps a session alive. */
	if (!body.len) {
		(void)sip_reply(stack, msg, 200, "OK");
		return;
	}
	err = pl_strcasecmp(&msg->ctyp.type, "application") ? ENOTSUP : sy_info_key_read(&body, &key);
	if (!err && !leg->agent)
		err = sy_seam_key(&leg->seam, key);
	if (!err)
		(void)sip_reply(stack, msg, 200, "OK");
	else if (err == ENOTSUP)
		(void)sip_replyf(stack, msg, 415, "Unsupported Media Type",
			"Accept: application/dtmf-relay, application/dtmf\r\nContent-Length: 0\r\n\r\n");
	else if (err == EBADMSG)
		(void)sip_reply(stack, msg, 400, "No Key");
	else
		(void)sip_reply(stack, msg, 500, "Server Internal Error");
}
