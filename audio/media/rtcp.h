/*
 * rtcp: the reports that both ends of an RTP stream send each other (RFC 3550, section 6). No state.
 *
 * Read: sender and receiver reports and goodbyes of a compound packet; other kinds are stepped over. Written: one
 * report, our canonical name, and a goodbye where wanted.
 */
#ifndef SY_AUDIO_MEDIA_RTCP_H
#define SY_AUDIO_MEDIA_RTCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The longest packet that sy_rtcp_write() makes: sender report with one block, name, goodbye. */
#define SY_RTCP_BYTES_MAX 128
/* A canonical name is for telling apart, not for telling who (RFC 7022): letters, digits, '-'. */
#define SY_RTCP_NAME_BYTES 24

struct sy_rtcp_report {
	uint32_t ssrc;    /* whom it is about */
	uint8_t fraction; /* lost since the last report, of 256 */
	int32_t lost;     /* since the stream began */
	uint32_t highest_seq;
	uint32_t jitter;  /* timestamp units */
	uint32_t last_sr; /* middle bits of the last sender report's time; 0: none came */
	uint32_t delay;   /* since then, in 1/65536 s */
};

struct sy_rtcp {
	uint32_t ssrc;           /* who sends this */
	bool sender;             /* a sender report, else a receiver report */
	uint64_t ntp;            /* sender: seconds since 1900 in the upper half, fraction in the lower */
	uint32_t ts;             /* sender: the same moment in RTP units */
	uint32_t packets, bytes; /* sender: sent so far */
	bool reported;
	struct sy_rtcp_report report; /* read: the one about `about` */
	bool bye;
	const char *name; /* written only, borrowed; at most SY_RTCP_NAME_BYTES - 1 characters */
};

/*
 * A whole compound packet; `about` is the SSRC whose report is wanted. EBADMSG when it is no RTCP or a part claims
 * more than there is. A packet with none of the known kinds leaves ret_rtcp zeroed but for what was found.
 */
int sy_rtcp_read(const uint8_t *bytes, size_t n, uint32_t about, struct sy_rtcp *ret_rtcp);

/* ret_bytes has room for SY_RTCP_BYTES_MAX; returns how many were written. */
size_t sy_rtcp_write(const struct sy_rtcp *rtcp, uint8_t *ret_bytes);

#endif
