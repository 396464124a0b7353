#include "audio/media/rtcp.h"

#include <errno.h>
#include <string.h>

#include "audio/media/bytes.h"

#define VERSION 2
#define WORD 4
#define HEADER 4
#define SENDER_INFO 20
#define REPORT 24
#define CNAME 1

enum kind { SENDER_REPORT = 200, RECEIVER_REPORT = 201, DESCRIPTION = 202, GOODBYE = 203 };

static void read_report(const uint8_t *bytes, struct sy_rtcp_report *ret_report)
{
	const uint32_t lost = sy_bytes_u32(bytes + 4) & 0xffffff;

	*ret_report = (struct sy_rtcp_report){
		.ssrc = sy_bytes_u32(bytes),
		.fraction = bytes[4],
		.lost = lost & 0x800000 ? (int32_t)lost - 0x1000000 : (int32_t)lost,
		.highest_seq = sy_bytes_u32(bytes + 8),
		.jitter = sy_bytes_u32(bytes + 12),
		.last_sr = sy_bytes_u32(bytes + 16),
		.delay = sy_bytes_u32(bytes + 20),
	};
}

static void read_sender(const uint8_t *bytes, struct sy_rtcp *rtcp)
{
	rtcp->sender = true;
	rtcp->ntp = (uint64_t)sy_bytes_u32(bytes) << 32 | sy_bytes_u32(bytes + 4);
	rtcp->ts = sy_bytes_u32(bytes + 8);
	rtcp->packets = sy_bytes_u32(bytes + 12);
	rtcp->bytes = sy_bytes_u32(bytes + 16);
}

/* One report of n bytes behind its header. */
static int read_reports(const uint8_t *bytes, size_t n, uint32_t about, struct sy_rtcp *rtcp)
{
	const bool sender = bytes[1] == SENDER_REPORT;
	const size_t count = bytes[0] & 0x1f;
	size_t at = HEADER + WORD + (sender ? SENDER_INFO : 0);

	if (at + count * REPORT > n)
		return EBADMSG;
	rtcp->ssrc = sy_bytes_u32(bytes + HEADER);
	if (sender)
		read_sender(bytes + HEADER + WORD, rtcp);
	for (size_t i = 0; i < count; i++, at += REPORT) {
		if (sy_bytes_u32(bytes + at) != about)
			continue;
		read_report(bytes + at, &rtcp->report);
		rtcp->reported = true;
	}
	return 0;
}

static int read_one(const uint8_t *bytes, size_t n, uint32_t about, struct sy_rtcp *rtcp)
{
	switch (bytes[1]) {
	case SENDER_REPORT:
	case RECEIVER_REPORT:
		return read_reports(bytes, n, about, rtcp);
	case GOODBYE:
		if (HEADER + (size_t)(bytes[0] & 0x1f) * WORD > n)
			return EBADMSG;
		rtcp->bye = true;
		return 0;
	default:
		return 0;
	}
}

/* RFC 3550, A.2: the first packet of a compound is a report. Reduced-size RTCP (RFC 5506) may be anything. */
int sy_rtcp_read(const uint8_t *bytes, size_t n, uint32_t about, struct sy_rtcp *ret_rtcp)
{
	struct sy_rtcp found = {0};

	if (n < HEADER)
		return EBADMSG;
	for (size_t at = 0; at < n;) {
		if (n - at < HEADER || bytes[at] >> 6 != VERSION)
			return EBADMSG;
		const size_t length = HEADER + (size_t)sy_bytes_u16(bytes + at + 2) * WORD;
		if (length > n - at)
			return EBADMSG;
		const int err = read_one(bytes + at, length, about, &found);
		if (err != 0)
			return err;
		at += length;
	}
	*ret_rtcp = found;
	return 0;
}

static void write_header(uint8_t *bytes, unsigned count, enum kind kind, size_t n)
{
	bytes[0] = (uint8_t)(VERSION << 6 | count);
	bytes[1] = (uint8_t)kind;
	sy_bytes_put_u16(bytes + 2, (uint16_t)(n / WORD - 1));
}

static void write_report(const struct sy_rtcp_report *report, uint8_t *bytes)
{
	sy_bytes_put_u32(bytes, report->ssrc);
	sy_bytes_put_u32(bytes + 4, (uint32_t)report->fraction << 24 | ((uint32_t)report->lost & 0xffffff));
	sy_bytes_put_u32(bytes + 8, report->highest_seq);
	sy_bytes_put_u32(bytes + 12, report->jitter);
	sy_bytes_put_u32(bytes + 16, report->last_sr);
	sy_bytes_put_u32(bytes + 20, report->delay);
}

static size_t write_reports(const struct sy_rtcp *rtcp, uint8_t *bytes)
{
	size_t n = HEADER + WORD;

	sy_bytes_put_u32(bytes + HEADER, rtcp->ssrc);
	if (rtcp->sender) {
		sy_bytes_put_u32(bytes + n, (uint32_t)(rtcp->ntp >> 32));
		sy_bytes_put_u32(bytes + n + 4, (uint32_t)rtcp->ntp);
		sy_bytes_put_u32(bytes + n + 8, rtcp->ts);
		sy_bytes_put_u32(bytes + n + 12, rtcp->packets);
		sy_bytes_put_u32(bytes + n + 16, rtcp->bytes);
		n += SENDER_INFO;
	}
	if (rtcp->reported) {
		write_report(&rtcp->report, bytes + n);
		n += REPORT;
	}
	write_header(bytes, rtcp->reported, rtcp->sender ? SENDER_REPORT : RECEIVER_REPORT, n);
	return n;
}

static size_t write_name(const struct sy_rtcp *rtcp, uint8_t *bytes)
{
	const size_t length = strnlen(rtcp->name, SY_RTCP_NAME_BYTES - 1);
	/* An item ends with at least one zero, and the packet on a word. */
	const size_t n = (HEADER + WORD + 2 + length + WORD) / WORD * WORD;

	memset(bytes, 0, n);
	write_header(bytes, 1, DESCRIPTION, n);
	sy_bytes_put_u32(bytes + HEADER, rtcp->ssrc);
	bytes[HEADER + WORD] = CNAME;
	bytes[HEADER + WORD + 1] = (uint8_t)length;
	memcpy(bytes + HEADER + WORD + 2, rtcp->name, length);
	return n;
}

static size_t write_goodbye(const struct sy_rtcp *rtcp, uint8_t *bytes)
{
	write_header(bytes, 1, GOODBYE, HEADER + WORD);
	sy_bytes_put_u32(bytes + HEADER, rtcp->ssrc);
	return HEADER + WORD;
}

size_t sy_rtcp_write(const struct sy_rtcp *rtcp, uint8_t *ret_bytes)
{
	size_t n = write_reports(rtcp, ret_bytes);

	if (rtcp->name != NULL)
		n += write_name(rtcp, ret_bytes + n);
	if (rtcp->bye)
		n += write_goodbye(rtcp, ret_bytes + n);
	return n;
}
