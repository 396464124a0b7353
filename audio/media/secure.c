#include "audio/media/secure.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <re_types.h>

#include <re_mbuf.h>
#include <re_mem.h>
#include <re_srtp.h>

#include "audio/media/media.h"

struct sy_secure {
	struct srtp *out;
	struct srtp *in;
	uint8_t key_in[SY_MEDIA_SRTP_KEY_BYTES];
};

static int make(const uint8_t *key, struct srtp **ret_srtp)
{
	return srtp_alloc(ret_srtp, SRTP_AES_CM_128_HMAC_SHA1_80, key, SY_MEDIA_SRTP_KEY_BYTES, 0);
}

int sy_secure_create(const uint8_t *key_out, const uint8_t *key_in, struct sy_secure **ret_secure)
{
	struct sy_secure *secure = calloc(1, sizeof(*secure));

	if (secure == NULL)
		return ENOMEM;
	memcpy(secure->key_in, key_in, sizeof(secure->key_in));
	int err = make(key_out, &secure->out);
	if (err == 0)
		err = make(key_in, &secure->in);
	if (err != 0) {
		sy_secure_destroy(secure);
		return err;
	}
	*ret_secure = secure;
	return 0;
}

void sy_secure_destroy(struct sy_secure *secure)
{
	if (secure == NULL)
		return;
	mem_deref(secure->out);
	mem_deref(secure->in);
	explicit_bzero(secure->key_in, sizeof(secure->key_in));
	free(secure);
}

int sy_secure_seal(struct sy_secure *secure, enum sy_secure_kind kind, uint8_t *bytes, size_t *n)
{
	struct mbuf mb = {.buf = bytes, .size = *n + SY_SECURE_EXTRA_BYTES, .end = *n};
	const int err = kind == SY_SECURE_RTP ? srtp_encrypt(secure->out, &mb) : srtcp_encrypt(secure->out, &mb);

	if (err == 0)
		*n = mb.end;
	return err;
}

static int open_once(struct sy_secure *secure, enum sy_secure_kind kind, uint8_t *bytes, size_t *n)
{
	struct mbuf mb = {.buf = bytes, .size = *n, .end = *n};
	const int err = kind == SY_SECURE_RTP ? srtp_decrypt(secure->in, &mb) : srtcp_decrypt(secure->in, &mb);

	if (err == 0)
		*n = mb.end;
	return err;
}

/*
 * libre remembers at most 8 sources and makes room for one before it has checked the packet, so eight forged packets
 * would lock a new source out for good. It starts afresh then.
 */
int sy_secure_open(struct sy_secure *secure, enum sy_secure_kind kind, uint8_t *bytes, size_t *n)
{
	struct srtp *fresh = NULL;
	int err = open_once(secure, kind, bytes, n);

	if (err == ENOSR && make(secure->key_in, &fresh) == 0) {
		mem_deref(secure->in);
		secure->in = fresh;
		err = open_once(secure, kind, bytes, n);
	}
	return err != 0 ? EBADMSG : 0;
}
