#include "audio/sip/sdp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Static numbers whose clock the table of codecs does not say (RFC 3551, table 4). */
#define COMFORT_NUMBER 13

/* A piece of the text; never terminated. */
struct slice {
	const char *s;
	size_t len;
};

/* What stands before the first m= holds for all that do not say otherwise. */
struct defaults {
	struct sockaddr_storage address;
	enum sy_media_direction direction;
	int ptime_ms;
};

struct reading {
	struct sy_sdp sdp;
	struct defaults defaults;
	struct sy_sdp_media *now; /* NULL before the first m= */
	bool version;
};

static bool equals(struct slice slice, const char *word)
{
	return slice.len == strlen(word) && !memcmp(slice.s, word, slice.len);
}

/* Takes the text up to `stop` off the front of `rest`, and `stop` with it. */
static struct slice take(struct slice *rest, char stop)
{
	const char *end = memchr(rest->s, stop, rest->len);
	struct slice word = {rest->s, end ? (size_t)(end - rest->s) : rest->len};

	rest->s += word.len + (end != NULL);
	rest->len -= word.len + (end != NULL);
	return word;
}

/* Words may be parted by more than one space. */
static struct slice take_word(struct slice *rest)
{
	while (rest->len && *rest->s == ' ')
		(void)take(rest, ' ');
	return take(rest, ' ');
}

static int number(struct slice slice, unsigned max, unsigned *ret_number)
{
	unsigned value = 0;

	if (!slice.len || slice.len > 9)
		return EBADMSG;
	for (size_t i = 0; i < slice.len; i++) {
		if (slice.s[i] < '0' || slice.s[i] > '9')
			return EBADMSG;
		value = value * 10 + (unsigned)(slice.s[i] - '0');
	}
	if (value > max)
		return EBADMSG;
	*ret_number = value;
	return 0;
}

static int copy_word(struct slice slice, char ret_word[SY_SDP_WORD_BYTES])
{
	if (!slice.len || slice.len >= SY_SDP_WORD_BYTES || memchr(slice.s, '\0', slice.len))
		return EBADMSG;
	memcpy(ret_word, slice.s, slice.len);
	ret_word[slice.len] = '\0';
	return 0;
}

/* "IN IP4 192.0.2.1", without names: looking them up would take time, and sound goes to numbers. */
static void read_address(struct slice text, struct sockaddr_storage *ret_address)
{
	struct slice net = take_word(&text);
	struct slice type = take_word(&text);
	struct slice host = take_word(&text);
	char name[SY_SDP_WORD_BYTES * 2];
	struct sockaddr_in in = {.sin_family = AF_INET};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};

	memset(ret_address, 0, sizeof *ret_address);
	ret_address->ss_family = AF_UNSPEC;
	if (!equals(net, "IN") || !host.len || host.len >= sizeof name)
		return;
	memcpy(name, host.s, host.len);
	name[host.len] = '\0';
	if (equals(type, "IP4") && inet_pton(AF_INET, name, &in.sin_addr) == 1)
		memcpy(ret_address, &in, sizeof in);
	else if (equals(type, "IP6") && inet_pton(AF_INET6, name, &in6.sin6_addr) == 1)
		memcpy(ret_address, &in6, sizeof in6);
}

static void classify(struct slice name, int clock, struct sy_sdp_format *format)
{
	const struct sy_codec_impl *codec;
	char word[SY_SDP_WORD_BYTES];

	format->kind = SY_SDP_OTHER;
	format->clock = clock;
	if (copy_word(name, word))
		return;
	codec = sy_codec_find(word, clock);
	if (codec) {
		format->kind = SY_SDP_SOUND;
		format->codec = codec->id;
	} else if (!strcasecmp(word, "telephone-event")) {
		format->kind = SY_SDP_EVENTS;
	} else if (!strcasecmp(word, "CN")) {
		format->kind = SY_SDP_COMFORT;
	}
}

static void classify_static(struct sy_sdp_format *format)
{
	const struct sy_codec_impl *codec = sy_codec_find_static(format->number);

	if (codec) {
		format->kind = SY_SDP_SOUND;
		format->codec = codec->id;
		format->clock = codec->clock;
	} else if (format->number == COMFORT_NUMBER) {
		format->kind = SY_SDP_COMFORT;
		format->clock = SY_RATE_LINE;
	}
}

/* Formats of RTP are numbers; those of other protocols ("webrtc-datachannel") only have to be given back. */
static int read_formats(struct slice text, struct sy_sdp_media *media)
{
	struct slice word = take_word(&text);

	if (copy_word(word, media->format))
		return EBADMSG;
	for (; word.len; word = take_word(&text)) {
		struct sy_sdp_format *format = &media->format_at[media->formats];
		unsigned value;

		if (number(word, 127, &value))
			continue;
		if (media->formats == SY_SDP_FORMATS_MAX)
			return EBADMSG;
		format->number = (int)value;
		classify_static(format);
		media->formats++;
	}
	return 0;
}

/* "audio 49170/1 RTP/AVP 0 8 101" */
static int read_media(struct reading *reading, struct slice text)
{
	struct sy_sdp_media *media = &reading->sdp.media[reading->sdp.n];
	struct slice ports;
	unsigned port;

	if (reading->sdp.n == SY_SDP_MEDIA_MAX || copy_word(take_word(&text), media->name))
		return EBADMSG;
	ports = take_word(&text);
	if (number(take(&ports, '/'), UINT16_MAX, &port) || copy_word(take_word(&text), media->proto) ||
		read_formats(text, media))
		return EBADMSG;
	media->port = (uint16_t)port;
	media->address = reading->defaults.address;
	media->direction = reading->defaults.direction;
	media->ptime_ms = reading->defaults.ptime_ms;
	media->rtcp.ss_family = AF_UNSPEC;
	reading->now = media;
	reading->sdp.n++;
	return 0;
}

/* "101 telephone-event/8000", "111 opus/48000/2" */
static int read_rtpmap(struct sy_sdp_media *media, struct slice text)
{
	struct slice which = take_word(&text);
	struct slice name = take(&text, '/');
	struct slice rate = take(&text, '/');
	unsigned value;
	unsigned clock;

	if (number(which, 127, &value) || number(rate, 192000, &clock))
		return EBADMSG;
	for (size_t i = 0; i < media->formats; i++)
		if (media->format_at[i].number == (int)value)
			classify(name, (int)clock, &media->format_at[i]);
	return 0;
}

static void set_port(struct sockaddr_storage *address, uint16_t port)
{
	if (address->ss_family == AF_INET)
		((struct sockaddr_in *)address)->sin_port = htons(port);
	else if (address->ss_family == AF_INET6)
		((struct sockaddr_in6 *)address)->sin6_port = htons(port);
}

/* "53020", "53020 IN IP4 192.0.2.1" (RFC 3605) */
static int read_rtcp(struct sy_sdp_media *media, struct slice text)
{
	struct slice first = take_word(&text);
	unsigned port;

	if (number(first, UINT16_MAX, &port))
		return EBADMSG;
	if (text.len)
		read_address(text, &media->rtcp);
	else
		media->rtcp = media->address;
	set_port(&media->rtcp, (uint16_t)port);
	return 0;
}

static int base64_value(char c)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c ? strchr(letters, c) : NULL;

	return at ? (int)(at - letters) : -1;
}

/* 40 characters are exactly 30 bytes, without padding. */
static int read_key(struct slice text, uint8_t ret_key[SY_MEDIA_SRTP_KEY_BYTES])
{
	if (text.len != SY_MEDIA_SRTP_KEY_BYTES / 3 * 4)
		return EBADMSG;
	for (size_t i = 0; i < text.len; i += 4) {
		uint32_t word = 0;

		for (size_t k = 0; k < 4; k++) {
			int value = base64_value(text.s[i + k]);

			if (value < 0)
				return EBADMSG;
			word = word << 6 | (uint32_t)value;
		}
		ret_key[i / 4 * 3] = (uint8_t)(word >> 16);
		ret_key[i / 4 * 3 + 1] = (uint8_t)(word >> 8);
		ret_key[i / 4 * 3 + 2] = (uint8_t)word;
	}
	return 0;
}

/*
 * "1 AES_CM_128_HMAC_SHA1_80 inline:KEY|2^20" (RFC 4568). A master key identifier and session parameters change the
 * packets; a line with one is not for us, and the peer usually offers another without.
 */
static void read_crypto(struct sy_sdp_media *media, struct slice text)
{
	struct slice tag = take_word(&text);
	struct slice suite = take_word(&text);
	struct slice key = take_word(&text);
	struct slice method = take(&key, ':');
	struct slice inline_key = take(&key, '|');
	uint8_t bytes[SY_MEDIA_SRTP_KEY_BYTES];
	unsigned value;

	if (media->tag[0] || tag.len >= SY_SDP_TAG_BYTES || number(tag, 999999999, &value) ||
		!equals(suite, "AES_CM_128_HMAC_SHA1_80") || !equals(method, "inline") || text.len ||
		(key.len && memchr(key.s, ':', key.len)) || read_key(inline_key, bytes))
		return;
	memcpy(media->tag, tag.s, tag.len);
	media->tag[tag.len] = '\0';
	memcpy(media->key, bytes, sizeof bytes);
}

static bool read_direction(struct slice name, enum sy_media_direction *direction)
{
	static const char *const names[] = {
		[SY_MEDIA_SENDRECV] = "sendrecv",
		[SY_MEDIA_SENDONLY] = "sendonly",
		[SY_MEDIA_RECVONLY] = "recvonly",
		[SY_MEDIA_INACTIVE] = "inactive",
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (!equals(name, names[i]))
			continue;
		*direction = (enum sy_media_direction)i;
		return true;
	}
	return false;
}

static int read_attribute(struct reading *reading, struct slice text)
{
	struct sy_sdp_media *media = reading->now;
	struct slice name = take(&text, ':');
	unsigned value;

	if (read_direction(name, media ? &media->direction : &reading->defaults.direction))
		return 0;
	if (equals(name, "ptime") && !number(take_word(&text), 1000, &value)) {
		*(media ? &media->ptime_ms : &reading->defaults.ptime_ms) = (int)value;
		return 0;
	}
	if (!media)
		return 0;
	if (equals(name, "maxptime") && !number(take_word(&text), 1000, &value))
		media->maxptime_ms = (int)value;
	else if (equals(name, "rtpmap"))
		return read_rtpmap(media, text);
	else if (equals(name, "rtcp"))
		return read_rtcp(media, text);
	else if (equals(name, "rtcp-mux"))
		media->rtcp_mux = true;
	else if (equals(name, "crypto"))
		read_crypto(media, text);
	return 0;
}

static int read_line(struct reading *reading, struct slice line)
{
	struct slice value = {line.s + 2, line.len - 2};

	if (line.len < 2 || line.s[1] != '=')
		return EBADMSG;
	switch (line.s[0]) {
	case 'v':
		reading->version = equals(value, "0");
		return reading->version ? 0 : EBADMSG;
	case 'c':
		read_address(value, reading->now ? &reading->now->address : &reading->defaults.address);
		return 0;
	case 'm':
		return read_media(reading, value);
	case 'a':
		return read_attribute(reading, value);
	default:
		return 0;
	}
}

int sy_sdp_parse(const char *text, size_t len, struct sy_sdp *ret_sdp)
{
	struct slice rest = {text, len};
	struct reading *reading;
	int err = 0;

	if (len > SY_SDP_BYTES_MAX)
		return EBADMSG;
	reading = calloc(1, sizeof *reading);
	if (!reading)
		return ENOMEM;
	reading->defaults.address.ss_family = AF_UNSPEC;
	while (rest.len && !err) {
		struct slice line = take(&rest, '\n');

		if (line.len && line.s[line.len - 1] == '\r')
			line.len--;
		if (line.len)
			err = read_line(reading, line);
	}
	if (!err && (!reading->version || !reading->sdp.n))
		err = EBADMSG;
	if (!err)
		*ret_sdp = reading->sdp;
	free(reading);
	return err;
}
