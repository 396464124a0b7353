/*
 * uui: the case key that travels with a caller in a `User-to-User` header (RFC 7433).
 *
 * Written in hex, as the RFC wants it for anything that is not plainly a token; read in hex or as a plain or quoted
 * token, which is what PBXs make of it. No state, any thread.
 */
#ifndef SY_SIP_UUI_H
#define SY_SIP_UUI_H

#include <stddef.h>

#include "audio/arrival.h"

/* "353832..;encoding=hex" */
#define SY_UUI_BYTES (2 * SY_ARRIVAL_CASE_BYTES + 32)

/* The header's value. ERANGE: the key is longer than a case key or holds other than letters and digits. */
int sy_uui_write(const char *case_key, char ret_value[SY_UUI_BYTES]);

/* The key in a header's value (not terminated). EINVAL: there is none that could be ours. */
int sy_uui_read(const char *value, size_t len, char ret_case_key[SY_ARRIVAL_CASE_BYTES]);

#endif
