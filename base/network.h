/*
 * network: an address or a block of addresses, as access lists name them ("192.0.2.7", "127.0.0.0/8", "2001:db8::/32").
 *
 * Plain value, thread-safe. IPv4 addresses and those mapped into IPv6 (::ffff:a.b.c.d; RFC 4291, 2.5.5.2) are the same.
 */
#ifndef SY_BASE_NETWORK_H
#define SY_BASE_NETWORK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/* An IPv6 address with its prefix length and the final NUL. */
#define SY_NETWORK_TEXT_BYTES 50

struct sy_network {
	uint8_t address[16]; /* as IPv6; bits past the prefix are zero */
	unsigned bits;       /* of 128 */
};

/* EINVAL: neither an address nor ADDRESS/BITS, or bits set past the prefix ("10.0.0.1/8" is a slip). */
int sy_network_parse(const char *text, struct sy_network *ret_network);

/* An address as IPv6, 16 bytes; false for other families than IPv4 and IPv6. */
bool sy_network_address(const struct sockaddr *address, uint8_t *ret_bytes);
/* Whether such an address is an IPv4 one. */
bool sy_network_is_v4(const uint8_t *bytes);

/* False for other families. */
bool sy_network_covers(const struct sy_network *network, const struct sockaddr *address);

/* "192.0.2.7", "2001:db8::1", "?" for other families; IPv4 mapped into IPv6 as IPv4. ret_text: SY_NETWORK_TEXT_BYTES */
void sy_network_text(const struct sockaddr *address, char *ret_text);

#endif
