/*
 * Bytes to a secured port: nothing beyond them is touched, and what opens (the fuzzer learns tags by watching memcmp)
 * has lost its tag.
 */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "audio/media/media.h"
#include "audio/media/secure.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const uint8_t key_out[SY_MEDIA_SRTP_KEY_BYTES] = {1}, key_in[SY_MEDIA_SRTP_KEY_BYTES] = {2};
	struct sy_secure *secure = NULL;
	uint8_t *copy = malloc(n > 0 ? n : 1);

	if (copy == NULL || sy_secure_create(key_out, key_in, &secure) != 0) {
		free(copy);
		return 0;
	}
	for (int kind = SY_SECURE_RTP; kind <= SY_SECURE_RTCP; kind++) {
		size_t left = n;
		if (n > 0)
			memcpy(copy, bytes, n);
		const int err = sy_secure_open(secure, (enum sy_secure_kind)kind, copy, &left);
		if (err == 0 ? left >= n : err != EBADMSG || left != n)
			abort();
	}
	sy_secure_destroy(secure);
	free(copy);
	return 0;
}
