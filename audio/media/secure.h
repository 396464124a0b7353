/*
 * secure: SRTP and SRTCP (RFC 3711) with keys from SDES, AES_CM_128_HMAC_SHA1_80, through libre.
 *
 * Packets are sealed and opened in place. libre counts references without locks, so an object is used by one thread
 * at a time; handing it over once, as sy_media does, is allowed.
 */
#ifndef SY_AUDIO_MEDIA_SECURE_H
#define SY_AUDIO_MEDIA_SECURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What sealing adds at most: SRTCP's index and the tag. */
#define SY_SECURE_EXTRA_BYTES 14

struct sy_secure;

/* Each key: SY_MEDIA_SRTP_KEY_BYTES. */
int sy_secure_create(const uint8_t *key_out, const uint8_t *key_in, struct sy_secure **ret_secure);
void sy_secure_destroy(struct sy_secure *secure);

enum sy_secure_kind { SY_SECURE_RTP, SY_SECURE_RTCP };

/* n bytes, with room for SY_SECURE_EXTRA_BYTES behind them. */
int sy_secure_seal(struct sy_secure *secure, enum sy_secure_kind kind, uint8_t *bytes, size_t *n);
/* EBADMSG: too short, forged, or come before. */
int sy_secure_open(struct sy_secure *secure, enum sy_secure_kind kind, uint8_t *bytes, size_t *n);

#endif
