#include "audio/sip/negotiation.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* Numbers of our own offers; 96 to 127 are free to choose (RFC 3551, 6). */
#define OPUS_NUMBER 111
#define EVENTS_NUMBER 101
#define COMFORT_NUMBER 13

/* Room for base64 of a key. */
#define KEY_TEXT_BYTES (SY_MEDIA_SRTP_KEY_BYTES / 3 * 4 + 1)

/* What an answer or offer says of its one audio line. */
struct saying {
	const char *proto;
	const struct sy_media_flow *flow; /* what was settled; NULL: an offer */
	const struct sy_sdp_media *offer; /* answered; NULL: an offer */
	bool secure;
	const char *tag;
};

void sy_negotiation_init(struct sy_negotiation *own)
{
	uint32_t session = 0;

	/* getrandom() of so few bytes cannot fail once the system is up; without a key SRTP must not be offered. */
	if (getrandom(own->key, sizeof own->key, 0) != (ssize_t)sizeof own->key)
		own->srtp = SY_SIP_SRTP_OFF;
	(void)!getrandom(&session, sizeof session, 0);
	own->session = session;
	own->version = session;
}

static bool is_secure(const char *proto)
{
	return !strcmp(proto, "RTP/SAVP") || !strcmp(proto, "RTP/SAVPF");
}

static bool is_plain(const char *proto)
{
	return !strcmp(proto, "RTP/AVP") || !strcmp(proto, "RTP/AVPF");
}

/* Keys beside a plain profile are an offer of encryption to who can do it: the optional mode of softphones and PBXs.
 * RFC 4568 has keys in secure profiles alone, but an answer with a key is what those who offer this expect. */
static bool wants_keys(const struct sy_negotiation *own, const struct sy_sdp_media *media)
{
	return own->srtp != SY_SIP_SRTP_OFF && media->tag[0] && (is_secure(media->proto) || is_plain(media->proto));
}

static bool is_multicast(const struct sockaddr_storage *address)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	if (address->ss_family == AF_INET) {
		memcpy(&in, address, sizeof in);
		return IN_MULTICAST(ntohl(in.sin_addr.s_addr));
	}
	memcpy(&in6, address, sizeof in6);
	return IN6_IS_ADDR_MULTICAST(&in6.sin6_addr);
}

static bool is_nowhere(const struct sockaddr_storage *address)
{
	struct sockaddr_in in;
	struct sockaddr_in6 in6;

	if (address->ss_family == AF_INET) {
		memcpy(&in, address, sizeof in);
		return in.sin_addr.s_addr == htonl(INADDR_ANY);
	}
	memcpy(&in6, address, sizeof in6);
	return IN6_IS_ADDR_UNSPECIFIED(&in6.sin6_addr);
}

/* Sound for many is no caller's, and nobody may point us at a group. */
static bool is_usable(const struct sy_negotiation *own, const struct sy_sdp_media *media)
{
	if (strcmp(media->name, "audio") || !media->port || media->address.ss_family != own->address.ss_family ||
		is_multicast(&media->address))
		return false;
	if (wants_keys(own, media))
		return true;
	return is_plain(media->proto) && own->srtp != SY_SIP_SRTP_REQUIRED;
}

static const struct sy_sdp_format *find_sound(const struct sy_sdp_media *media, enum sy_codec_id codec)
{
	for (size_t i = 0; i < media->formats; i++)
		if (media->format_at[i].kind == SY_SDP_SOUND && media->format_at[i].codec == codec)
			return &media->format_at[i];
	return NULL;
}

/* The one that runs at the codec's clock where there is one (RFC 4733, 2.1); phones also send the other. */
static int find_beside(const struct sy_sdp_media *media, enum sy_sdp_kind kind, int clock)
{
	int any = -1;

	for (size_t i = media->formats; i-- > 0;) {
		if (media->format_at[i].kind != kind)
			continue;
		any = media->format_at[i].number;
		if (media->format_at[i].clock == clock)
			return any;
	}
	return kind == SY_SDP_EVENTS ? any : -1;
}

static bool is_ours(const struct sy_negotiation *own, enum sy_codec_id codec)
{
	for (size_t i = 0; i < own->codecs; i++)
		if (own->codec[i] == codec)
			return true;
	return false;
}

/* Of an answer: what a peer names first is what it sends. */
static const struct sy_sdp_format *first(const struct sy_negotiation *own, const struct sy_sdp_media *media)
{
	for (size_t i = 0; i < media->formats; i++)
		if (media->format_at[i].kind == SY_SDP_SOUND && is_ours(own, media->format_at[i].codec))
			return &media->format_at[i];
	return NULL;
}

/* Of an offer: what we like best. */
static const struct sy_sdp_format *best(const struct sy_negotiation *own, const struct sy_sdp_media *media)
{
	for (size_t i = 0; i < own->codecs; i++) {
		const struct sy_sdp_format *format = find_sound(media, own->codec[i]);

		if (format)
			return format;
	}
	return NULL;
}

/* A packet holds whole frames of 20 ms, and no more than the peer can take. */
static int packet_time(const struct sy_sdp_media *media)
{
	int ptime = media->ptime_ms ? media->ptime_ms : SY_MEDIA_PTIME_MS_MIN;

	if (media->maxptime_ms && ptime > media->maxptime_ms)
		ptime = media->maxptime_ms;
	ptime -= ptime % SY_FRAME_MS;
	if (ptime < SY_MEDIA_PTIME_MS_MIN)
		return SY_MEDIA_PTIME_MS_MIN;
	return ptime > SY_MEDIA_PTIME_MS_MAX ? SY_MEDIA_PTIME_MS_MAX : ptime;
}

/* 0.0.0.0 is how hold was said before RFC 3264 (8.4): nothing may be sent there, whatever the attribute says. */
static enum sy_media_direction peer_direction(const struct sy_sdp_media *media)
{
	if (!is_nowhere(&media->address))
		return media->direction;
	return media->direction == SY_MEDIA_RECVONLY ? SY_MEDIA_INACTIVE : SY_MEDIA_SENDONLY;
}

/* What an answer says: the mirror of the offer (RFC 3264, 6.1). */
static enum sy_media_direction mirror(enum sy_media_direction peer)
{
	if (peer == SY_MEDIA_SENDONLY)
		return SY_MEDIA_RECVONLY;
	return peer == SY_MEDIA_RECVONLY ? SY_MEDIA_SENDONLY : peer;
}

/* A peer that only sends holds us: what it sends is music, and no caller's words are in it. */
static enum sy_media_direction our_direction(const struct sy_sdp_media *media)
{
	enum sy_media_direction direction = mirror(peer_direction(media));

	return direction == SY_MEDIA_RECVONLY ? SY_MEDIA_INACTIVE : direction;
}

static void set_remote(const struct sy_sdp_media *media, struct sy_media_flow *flow)
{
	flow->remote = media->address;
	if (flow->remote.ss_family == AF_INET)
		((struct sockaddr_in *)&flow->remote)->sin_port = htons(media->port);
	else
		((struct sockaddr_in6 *)&flow->remote)->sin6_port = htons(media->port);
	flow->remote_rtcp = media->rtcp;
	if (flow->remote_rtcp.ss_family != flow->remote.ss_family)
		flow->remote_rtcp.ss_family = AF_UNSPEC;
	flow->rtcp_mux = media->rtcp_mux;
}

static void set_security(const struct sy_negotiation *own, const struct sy_sdp_media *media, struct sy_media_flow *flow)
{
	flow->secure = wants_keys(own, media);
	if (!flow->secure)
		return;
	memcpy(flow->key_out, own->key, sizeof flow->key_out);
	memcpy(flow->key_in, media->key, sizeof flow->key_in);
}

typedef const struct sy_sdp_format *choose_h(const struct sy_negotiation *own, const struct sy_sdp_media *media);

/* ENOTSUP: this line is not for us. */
static int settle(const struct sy_negotiation *own, const struct sy_sdp_media *media, choose_h *choose,
	struct sy_media_flow *flow)
{
	const struct sy_sdp_format *sound;

	if (!is_usable(own, media))
		return ENOTSUP;
	sound = choose(own, media);
	if (!sound)
		return ENOTSUP;
	*flow = (struct sy_media_flow){.codec = sound->codec, .ptime_ms = packet_time(media)};
	flow->out.sound = sound->number;
	flow->out.events = find_beside(media, SY_SDP_EVENTS, sound->clock);
	flow->out.comfort = find_beside(media, SY_SDP_COMFORT, sound->clock);
	flow->in = flow->out;
	flow->direction = our_direction(media);
	set_remote(media, flow);
	set_security(own, media, flow);
	return 0;
}

static int say_address(const struct sy_negotiation *own, char ret_text[INET6_ADDRSTRLEN + 8])
{
	char host[INET6_ADDRSTRLEN];
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	const void *bytes = &in.sin_addr;

	if (own->address.ss_family == AF_INET) {
		memcpy(&in, &own->address, sizeof in);
	} else if (own->address.ss_family == AF_INET6) {
		memcpy(&in6, &own->address, sizeof in6);
		bytes = &in6.sin6_addr;
	} else {
		return EAFNOSUPPORT;
	}
	if (!inet_ntop(own->address.ss_family, bytes, host, sizeof host))
		return errno;
	(void)snprintf(
		ret_text, INET6_ADDRSTRLEN + 8, "%s %s", own->address.ss_family == AF_INET ? "IP4" : "IP6", host);
	return 0;
}

static int say_session(struct sy_negotiation *own, struct sy_text *text)
{
	char address[INET6_ADDRSTRLEN + 8];
	int err = say_address(own, address);

	if (err)
		return err;
	return sy_text_addf(text, "v=0\r\no=sayso %" PRIu64 " %" PRIu64 " IN %s\r\ns=-\r\nc=IN %s\r\nt=0 0\r\n",
		own->session, ++own->version, address, address);
}

static int say_codec(enum sy_codec_id id, int number, struct sy_text *text)
{
	const struct sy_codec_impl *codec = sy_codec(id);
	int err = sy_text_addf(text, "a=rtpmap:%d %s/%d", number, codec->name, codec->clock);

	if (!err && codec->channels > 1)
		err = sy_text_addf(text, "/%d", codec->channels);
	if (!err)
		err = sy_text_add(text, "\r\n");
	if (!err && codec->fmtp)
		err = sy_text_addf(text, "a=fmtp:%d %s\r\n", number, codec->fmtp);
	return err;
}

static int say_events(int number, int clock, struct sy_text *text)
{
	if (number < 0)
		return 0;
	return sy_text_addf(text, "a=rtpmap:%d telephone-event/%d\r\na=fmtp:%d 0-15\r\n", number, clock, number);
}

static int say_key(const struct sy_negotiation *own, const char *tag, struct sy_text *text)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char key[KEY_TEXT_BYTES];

	for (size_t i = 0; i < SY_MEDIA_SRTP_KEY_BYTES; i += 3) {
		uint32_t word = (uint32_t)own->key[i] << 16 | (uint32_t)own->key[i + 1] << 8 | own->key[i + 2];

		for (size_t k = 0; k < 4; k++)
			key[i / 3 * 4 + k] = letters[word >> (18 - 6 * k) & 63];
	}
	key[KEY_TEXT_BYTES - 1] = '\0';
	return sy_text_addf(text, "a=crypto:%s AES_CM_128_HMAC_SHA1_80 inline:%s\r\n", tag, key);
}

static int say_common(const struct sy_negotiation *own, const struct saying *saying, struct sy_text *text)
{
	static const char *const names[] = {
		[SY_MEDIA_SENDRECV] = "sendrecv",
		[SY_MEDIA_SENDONLY] = "sendonly",
		[SY_MEDIA_RECVONLY] = "recvonly",
		[SY_MEDIA_INACTIVE] = "inactive",
	};
	enum sy_media_direction direction = SY_MEDIA_SENDRECV;
	int err;

	if (saying->offer)
		direction = mirror(peer_direction(saying->offer));
	err = sy_text_addf(text, "a=ptime:%d\r\na=%s\r\n",
		saying->flow ? saying->flow->ptime_ms : SY_MEDIA_PTIME_MS_MIN, names[direction]);
	if (!err && saying->flow && saying->flow->rtcp_mux)
		err = sy_text_add(text, "a=rtcp-mux\r\n");
	if (!err && saying->secure)
		err = say_key(own, saying->tag, text);
	return err;
}

static int clock_of(const struct sy_sdp_media *media, int number)
{
	for (size_t i = 0; i < media->formats; i++)
		if (media->format_at[i].number == number)
			return media->format_at[i].clock;
	return SY_RATE_LINE;
}

static int say_settled(const struct sy_negotiation *own, const struct saying *saying, struct sy_text *text)
{
	const struct sy_media_flow *flow = saying->flow;
	int err = sy_text_addf(text, "m=audio %d %s %d", own->port, saying->proto, flow->in.sound);

	if (!err && flow->in.events >= 0)
		err = sy_text_addf(text, " %d", flow->in.events);
	if (!err && flow->in.comfort >= 0)
		err = sy_text_addf(text, " %d", flow->in.comfort);
	if (!err)
		err = sy_text_add(text, "\r\n");
	if (!err)
		err = say_codec(flow->codec, flow->in.sound, text);
	if (!err)
		err = say_events(flow->in.events, clock_of(saying->offer, flow->in.events), text);
	if (!err && flow->in.comfort >= 0)
		err = sy_text_addf(
			text, "a=rtpmap:%d CN/%d\r\n", flow->in.comfort, clock_of(saying->offer, flow->in.comfort));
	if (!err)
		err = say_common(own, saying, text);
	return err;
}

int sy_negotiation_answer(struct sy_negotiation *own, const struct sy_sdp *offer, struct sy_text *ret_answer,
	struct sy_media_flow *ret_flow)
{
	struct sy_text text = {0};
	struct sy_media_flow flow = {0};
	size_t ours = offer->n;
	int err = 0;

	for (size_t i = 0; i < offer->n && ours == offer->n; i++)
		if (!settle(own, &offer->media[i], best, &flow))
			ours = i;
	if (ours == offer->n)
		return ENOTSUP;
	err = say_session(own, &text);
	for (size_t i = 0; i < offer->n && !err; i++) {
		const struct sy_sdp_media *media = &offer->media[i];
		struct saying saying = {media->proto, &flow, media, flow.secure, media->tag};

		if (i == ours)
			err = say_settled(own, &saying, &text);
		else
			err = sy_text_addf(&text, "m=%s 0 %s %s\r\n", media->name, media->proto, media->format);
	}
	if (err) {
		sy_text_reset(&text);
		return err;
	}
	sy_text_reset(ret_answer);
	*ret_answer = text;
	*ret_flow = flow;
	return 0;
}

static int own_number(enum sy_codec_id id)
{
	const struct sy_codec_impl *codec = sy_codec(id);

	return codec->payload_type >= 0 ? codec->payload_type : OPUS_NUMBER;
}

int sy_negotiation_offer(struct sy_negotiation *own, struct sy_text *ret_offer)
{
	bool secure = own->srtp == SY_SIP_SRTP_REQUIRED || (own->srtp == SY_SIP_SRTP_OFFERED && own->offer_secure);
	struct saying saying = {.secure = secure, .tag = "1"};
	struct sy_text text = {0};
	int err = say_session(own, &text);

	if (!err)
		err = sy_text_addf(&text, "m=audio %d %s", own->port, secure ? "RTP/SAVP" : "RTP/AVP");
	for (size_t i = 0; i < own->codecs && !err; i++)
		err = sy_text_addf(&text, " %d", own_number(own->codec[i]));
	if (!err)
		err = sy_text_addf(&text, " %d %d\r\n", EVENTS_NUMBER, COMFORT_NUMBER);
	for (size_t i = 0; i < own->codecs && !err; i++)
		err = say_codec(own->codec[i], own_number(own->codec[i]), &text);
	if (!err)
		err = say_events(EVENTS_NUMBER, SY_RATE_LINE, &text);
	if (!err)
		err = say_common(own, &saying, &text);
	if (err) {
		sy_text_reset(&text);
		return err;
	}
	sy_text_reset(ret_offer);
	*ret_offer = text;
	return 0;
}

int sy_negotiation_accept(const struct sy_negotiation *own, const struct sy_sdp *answer, struct sy_media_flow *ret_flow)
{
	struct sy_media_flow flow;
	int err;

	if (!answer->n || (own->srtp == SY_SIP_SRTP_REQUIRED && is_plain(answer->media[0].proto)))
		return ENOTSUP;
	err = settle(own, &answer->media[0], first, &flow);
	if (err)
		return err;
	/* We offer no keys beside a plain profile, so there are none of ours to go with theirs. */
	flow.secure = flow.secure && is_secure(answer->media[0].proto);
	flow.in.sound = own_number(flow.codec);
	flow.in.events = EVENTS_NUMBER;
	flow.in.comfort = COMFORT_NUMBER;
	*ret_flow = flow;
	return 0;
}
