/*
 * info_key: a key in the body of a SIP INFO.
 *
 * Two dialects: `application/dtmf-relay` ("Signal=5\r\nDuration=160", Cisco's, what most PBXs send) and
 * `application/dtmf` (the bare key). No state, any thread.
 */
#ifndef SY_SIP_INFO_KEY_H
#define SY_SIP_INFO_KEY_H

#include <stddef.h>

/* `subtype` of the body's application/… type, as text of `subtype_len` bytes. The key is one of "0".."9", "*", "#",
 * "A".."D". ENOTSUP: neither dialect; EBADMSG: no key in it. */
struct sy_info_body {
	const char *subtype;
	size_t subtype_len;
	const char *text;
	size_t len;
};

int sy_info_key_read(const struct sy_info_body *body, char *ret_key);

#endif
