#include "audio/media/media.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "audio/frame.h"
#include "audio/media/control.h"
#include "audio/media/echo.h"
#include "audio/media/incoming.h"
#include "audio/media/outgoing.h"
#include "audio/media/reception.h"
#include "audio/media/secure.h"
#include "audio/media/source.h"
#include "audio/media/wire.h"

/* Packets read in one exchange at most, so that a flood on one port does not hold up the other calls. */
#define READ_MAX 256
/* RTCP may lie for a while: the kernel says when it came. */
#define CONTROL_TICKS 10

static const int16_t no_sound[SY_FRAME_SAMPLES_MAX];

struct sy_media {
	struct sy_ports ports; /* owned */
	int rate;
	int silence_ms;
	struct sy_media_flow flow;
	void *codec_state; /* owned, of sy_codec(flow.codec) */
	struct sy_secure *secure;
	struct sy_source source; /* of RTP */
	struct sy_source control_source;
	struct sy_incoming *incoming;
	struct sy_outgoing outgoing;
	struct sy_echo *echo; /* NULL: not wanted */
	struct sy_reception reception;
	struct sy_control control;
	struct sy_media_counters counters;
	int silent_ms;
	int ticks;
	bool sent; /* something of ours has gone out: there is somebody to say goodbye to */
};

static uint64_t now_us(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static bool takes(const struct sy_media *media)
{
	return media->flow.direction == SY_MEDIA_SENDRECV || media->flow.direction == SY_MEDIA_RECVONLY;
}

static bool sends(const struct sy_media *media)
{
	/* An address of zeros is how older phones say hold (RFC 2543, B.5), whatever the direction. */
	return (media->flow.direction == SY_MEDIA_SENDRECV || media->flow.direction == SY_MEDIA_SENDONLY) &&
	       sy_source_reachable(&media->flow.remote);
}

static bool is_number(int payload_type)
{
	return payload_type >= 0 && payload_type <= SY_RTP_PAYLOAD_TYPE_MAX;
}

static bool is_number_or_none(int payload_type)
{
	return payload_type == -1 || is_number(payload_type);
}

static bool is_family(const struct sockaddr_storage *address)
{
	return address->ss_family == AF_INET || address->ss_family == AF_INET6;
}

static int check_flow(const struct sy_media_flow *flow)
{
	const bool good = (unsigned)flow->codec < SY_CODECS && is_family(&flow->remote) &&
			  (flow->remote_rtcp.ss_family == AF_UNSPEC || is_family(&flow->remote_rtcp)) &&
			  is_number(flow->out.sound) && is_number(flow->in.sound) &&
			  is_number_or_none(flow->out.events) && is_number_or_none(flow->in.events) &&
			  is_number_or_none(flow->out.comfort) && is_number_or_none(flow->in.comfort) &&
			  (unsigned)flow->direction <= SY_MEDIA_INACTIVE;

	if (!good || flow->ptime_ms < SY_MEDIA_PTIME_MS_MIN || flow->ptime_ms > SY_MEDIA_PTIME_MS_MAX ||
		flow->ptime_ms % SY_FRAME_MS != 0)
		return EINVAL;
	return 0;
}

static bool same_keys(const struct sy_media_flow *a, const struct sy_media_flow *b)
{
	return a->secure == b->secure && (!a->secure || (memcmp(a->key_out, b->key_out, sizeof(a->key_out)) == 0 &&
								memcmp(a->key_in, b->key_in, sizeof(a->key_in)) == 0));
}

static bool same_sound(const struct sy_media_flow *a, const struct sy_media_flow *b)
{
	return a->codec == b->codec && memcmp(&a->in, &b->in, sizeof(a->in)) == 0;
}

/* What a flow needs and may fail to get; made before the old flow is given up. */
struct fresh {
	void *codec_state;
	struct sy_secure *secure;
};

static int prepare(const struct sy_media *media, const struct sy_media_flow *flow, struct fresh *ret_fresh)
{
	const bool first = media->codec_state == NULL;
	struct fresh fresh = {0};
	int err = check_flow(flow);

	if (err == 0 && (first || flow->codec != media->flow.codec))
		err = sy_codec(flow->codec)->create(media->rate, &fresh.codec_state);
	if (err == 0 && flow->secure && (first || !same_keys(flow, &media->flow)))
		err = sy_secure_create(flow->key_out, flow->key_in, &fresh.secure);
	if (err != 0) {
		if (fresh.codec_state != NULL)
			sy_codec(flow->codec)->destroy(fresh.codec_state);
		return err;
	}
	*ret_fresh = fresh;
	return 0;
}

static void adopt_codec(struct sy_media *media, enum sy_codec_id id, void *codec_state)
{
	if (codec_state == NULL)
		return;
	if (media->codec_state != NULL)
		sy_codec(media->flow.codec)->destroy(media->codec_state);
	media->flow.codec = id;
	media->codec_state = codec_state;
}

static void open_sources(struct sy_media *media, const struct sy_media_flow *flow)
{
	struct sockaddr_storage told = flow->remote;

	if (!sy_source_same(&flow->remote, &media->flow.remote))
		sy_source_open(&media->source, &told);
	media->source.latched = false;
	if (flow->remote_rtcp.ss_family != AF_UNSPEC)
		told = flow->remote_rtcp;
	else
		sy_source_set_port(&told, (uint16_t)(sy_source_port(&told) + 1));
	sy_source_open(&media->control_source, &told);
}

static int settle(struct sy_media *media, const struct sy_media_flow *flow)
{
	const bool same = media->codec_state != NULL && same_sound(flow, &media->flow);
	struct fresh fresh;
	int err = prepare(media, flow, &fresh);

	if (err != 0)
		return err;
	if (!same_keys(flow, &media->flow)) {
		sy_secure_destroy(media->secure);
		media->secure = fresh.secure;
	}
	adopt_codec(media, flow->codec, fresh.codec_state);
	const struct sy_codec_impl *codec = sy_codec(flow->codec);
	if (!same) {
		sy_incoming_settle(media->incoming, codec, media->codec_state, &flow->in);
		sy_reception_begin(&media->reception, media->reception.ssrc, codec->clock);
	}
	err = sy_outgoing_settle(&media->outgoing, codec, media->codec_state, flow);
	open_sources(media, flow);
	media->flow = *flow;
	media->silent_ms = 0;
	return err;
}

int sy_media_create(const struct sy_media_prm *prm, struct sy_media **ret_media)
{
	if ((prm->rate != SY_RATE_LINE && prm->rate != SY_RATE_WIDE) || prm->silence_ms < 0 || prm->ports.rtp_fd < 0)
		return EINVAL;
	struct sy_media *media = calloc(1, sizeof(*media));
	if (media == NULL)
		return ENOMEM;
	media->ports = (struct sy_ports){.rtp_fd = -1, .rtcp_fd = -1, .port = prm->ports.port};
	media->rate = prm->rate;
	media->silence_ms = prm->silence_ms;
	int err = sy_incoming_create(prm->rate, prm->inband_keys, &media->incoming);
	if (err == 0 && prm->cancel_echo)
		err = sy_echo_create(prm->rate, &media->echo);
	if (err == 0)
		err = sy_outgoing_init(&media->outgoing, prm->rate);
	if (err == 0)
		err = sy_control_init(&media->control);
	if (err == 0)
		err = settle(media, &prm->flow);
	if (err == 0)
		err = sy_wire_prepare(prm->ports.rtp_fd);
	if (err == 0 && prm->ports.rtcp_fd >= 0)
		err = sy_wire_prepare(prm->ports.rtcp_fd);
	if (err != 0) {
		sy_media_destroy(media);
		return err;
	}
	media->ports = prm->ports;
	*ret_media = media;
	return 0;
}

int sy_media_change(struct sy_media *media, const struct sy_media_flow *flow)
{
	return settle(media, flow);
}

static void send_rtp(struct sy_media *media, uint8_t *bytes, size_t n)
{
	const size_t payload = n - SY_RTP_HEADER_BYTES;

	if (media->secure != NULL && sy_secure_seal(media->secure, SY_SECURE_RTP, bytes, &n) != 0) {
		media->counters.unsent++;
		return;
	}
	media->sent = true;
	if (sy_wire_send(media->ports.rtp_fd, &media->source.address, bytes, n) != 0) {
		media->counters.unsent++;
		return;
	}
	media->counters.packets_out++;
	media->counters.bytes_out += payload;
}

static void send_control(struct sy_media *media, bool bye)
{
	const struct sy_control_sides sides = {.outgoing = &media->outgoing, .reception = &media->reception};
	const int fd = media->flow.rtcp_mux ? media->ports.rtp_fd : media->ports.rtcp_fd;
	struct sockaddr_storage to = media->flow.rtcp_mux ? media->source.address : media->control_source.address;
	uint8_t bytes[SY_RTCP_BYTES_MAX + SY_SECURE_EXTRA_BYTES];

	if (fd < 0 || !sy_source_reachable(&to))
		return;
	size_t n = sy_control_write(&media->control, &sides, now_us(), bye, bytes);
	if (media->secure != NULL && sy_secure_seal(media->secure, SY_SECURE_RTCP, bytes, &n) != 0)
		return;
	/* A report that is lost is replaced by the next. */
	(void)sy_wire_send(fd, &to, bytes, n);
}

static void send_ours(struct sy_media *media, const int16_t *ours)
{
	uint8_t bytes[SY_OUTGOING_PACKET_BYTES];
	size_t n = 0;

	if (!sends(media)) {
		sy_outgoing_pause(&media->outgoing);
		return;
	}
	sy_outgoing_take(&media->outgoing, ours, bytes, &n);
	if (n > 0)
		send_rtp(media, bytes, n);
}

static bool is_agreed(const struct sy_media *media, int payload_type)
{
	const struct sy_media_numbers *in = &media->flow.in;

	return payload_type == in->sound || payload_type == in->events || payload_type == in->comfort;
}

static int take_rtp(struct sy_media *media, struct sy_wire_packet *packet, uint64_t now)
{
	struct sy_rtp rtp;
	int err = 0;

	if (media->secure != NULL)
		err = sy_secure_open(media->secure, SY_SECURE_RTP, packet->bytes, &packet->n);
	if (err == 0)
		err = sy_rtp_read(packet->bytes, packet->n, &rtp);
	if (err != 0 || !is_agreed(media, rtp.payload_type))
		return EBADMSG;
	if (!media->source.latched)
		sy_source_latch(&media->source, &packet->from);
	media->silent_ms = 0;
	if (!media->reception.begun || rtp.ssrc != media->reception.ssrc) {
		if (media->reception.begun)
			sy_incoming_restart(media->incoming);
		sy_reception_begin(&media->reception, rtp.ssrc, sy_codec(media->flow.codec)->clock);
	}
	media->counters.packets_in++;
	media->counters.bytes_in += rtp.n;
	if (!sy_reception_take(&media->reception, &rtp, packet->came_us))
		return 0;
	return sy_incoming_take(media->incoming, &rtp, now > packet->came_us ? (uint32_t)(now - packet->came_us) : 0);
}

/* From the caller's machine, whatever the port, before the first one has come. */
static bool admits_control(const struct sy_media *media, const struct sockaddr_storage *from)
{
	if (media->flow.rtcp_mux || media->control_source.latched)
		return sy_source_admits(media->flow.rtcp_mux ? &media->source : &media->control_source, from);
	return sy_source_same_host(&media->source.address, from) ||
	       sy_source_same_host(&media->control_source.address, from);
}

static int take_control(struct sy_media *media, struct sy_wire_packet *packet)
{
	int err = 0;

	if (media->secure != NULL)
		err = sy_secure_open(media->secure, SY_SECURE_RTCP, packet->bytes, &packet->n);
	if (err == 0)
		err = sy_control_take(&media->control, packet->bytes, packet->n, media->outgoing.ssrc, packet->came_us);
	if (err != 0)
		return err;
	if (!media->flow.rtcp_mux && !media->control_source.latched)
		sy_source_latch(&media->control_source, &packet->from);
	media->silent_ms = 0;
	return 0;
}

static void take_packet(struct sy_media *media, struct sy_wire_packet *packet, bool control, uint64_t now)
{
	int err;

	control = control || (media->flow.rtcp_mux && sy_rtp_is_rtcp(packet->bytes, packet->n));
	if (control ? !admits_control(media, &packet->from) : !sy_source_admits(&media->source, &packet->from)) {
		media->counters.foreign++;
		return;
	}
	if (control)
		err = take_control(media, packet);
	else
		err = takes(media) ? take_rtp(media, packet, now) : 0;
	media->counters.refused += err == EBADMSG;
}

static int read_all(struct sy_media *media, int fd, bool control)
{
	struct sy_wire_packet packets[SY_WIRE_BATCH];
	size_t n = SY_WIRE_BATCH;

	for (size_t read = 0; n == SY_WIRE_BATCH && read < READ_MAX; read += n) {
		const int err = sy_wire_read(fd, packets, &n);
		if (err != 0)
			return err;
		const uint64_t now = n > 0 ? now_us() : 0;
		for (size_t i = 0; i < n; i++)
			take_packet(media, &packets[i], control, now);
	}
	return 0;
}

static int read_packets(struct sy_media *media)
{
	const bool control_due = media->ticks++ % CONTROL_TICKS == 0;
	int err = read_all(media, media->ports.rtp_fd, false);

	if (err == 0 && control_due && media->ports.rtcp_fd >= 0)
		err = read_all(media, media->ports.rtcp_fd, true);
	return err;
}

static void take_frame(struct sy_media *media, const int16_t *ours, int16_t *ret_frame)
{
	if (!takes(media)) {
		memset(ret_frame, 0, SY_FRAME_SAMPLES_MAX * sizeof(*ret_frame));
		return;
	}
	media->silent_ms += SY_FRAME_MS;
	sy_incoming_frame(media->incoming, ret_frame);
	if (media->echo != NULL)
		sy_echo_frame(media->echo, sends(media) ? ours : no_sound, ret_frame);
}

int sy_media_exchange(struct sy_media *media, struct sy_exchange *exchange)
{
	const int16_t *ours = exchange->ours != NULL ? exchange->ours : no_sound;
	const int err = read_packets(media);

	take_frame(media, ours, exchange->caller);
	sy_keys_read(sy_incoming_keys(media->incoming), exchange->keys);
	send_ours(media, ours);
	if (sy_control_tick(&media->control))
		send_control(media, false);
	exchange->gone = media->silence_ms > 0 && media->silent_ms >= media->silence_ms;
	return err;
}

int sy_media_key(struct sy_media *media, char key)
{
	return sy_keys_put(sy_incoming_keys(media->incoming), key);
}

void sy_media_read_counters(const struct sy_media *media, struct sy_media_counters *ret_counters)
{
	struct sy_media_counters counters = media->counters;

	sy_incoming_count(media->incoming, &counters);
	counters.lost = sy_reception_lost(&media->reception);
	counters.jitter_ms = sy_reception_jitter_ms(&media->reception);
	counters.round_trip_ms = media->control.round_trip_ms;
	counters.far_lost_percent = media->control.far_lost_percent;
	counters.echo_ms = media->echo != NULL ? sy_echo_delay_ms(media->echo) : -1;
	counters.bye = media->control.bye;
	counters.silent_ms = media->silent_ms;
	*ret_counters = counters;
}

uint16_t sy_media_port(const struct sy_media *media)
{
	return media->ports.port;
}

void sy_media_destroy(struct sy_media *media)
{
	if (media == NULL)
		return;
	if (media->sent)
		send_control(media, true);
	sy_ports_close(&media->ports);
	if (media->codec_state != NULL)
		sy_codec(media->flow.codec)->destroy(media->codec_state);
	sy_incoming_destroy(media->incoming);
	sy_echo_destroy(media->echo);
	sy_secure_destroy(media->secure);
	explicit_bzero(&media->flow, sizeof(media->flow));
	free(media);
}
