#include "base/network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ADDRESS_BITS 128
#define MAPPED_BITS 96

static const uint8_t mapped[MAPPED_BITS / 8] = {[10] = 0xff, [11] = 0xff};

bool sy_network_address(const struct sockaddr *source, uint8_t *ret_address)
{
	if (source->sa_family == AF_INET6) {
		struct sockaddr_in6 in6;

		memcpy(&in6, source, sizeof(in6));
		memcpy(ret_address, &in6.sin6_addr, sizeof(in6.sin6_addr));
		return true;
	}
	if (source->sa_family == AF_INET) {
		struct sockaddr_in in;

		memcpy(&in, source, sizeof(in));
		memcpy(ret_address, mapped, sizeof(mapped));
		memcpy(ret_address + sizeof(mapped), &in.sin_addr, sizeof(in.sin_addr));
		return true;
	}
	return false;
}

bool sy_network_is_v4(const uint8_t *bytes)
{
	return memcmp(bytes, mapped, sizeof(mapped)) == 0;
}

static int parse_address(const char *text, struct sy_network *network)
{
	struct in_addr in;

	if (inet_pton(AF_INET6, text, network->address) == 1) {
		network->bits = 0;
		return 0;
	}
	if (inet_pton(AF_INET, text, &in) != 1)
		return EINVAL;
	memcpy(network->address, mapped, sizeof(mapped));
	memcpy(network->address + sizeof(mapped), &in, sizeof(in));
	network->bits = MAPPED_BITS;
	return 0;
}

/* The bits of `address` at and after `bits`. */
static bool rest_is_zero(const uint8_t *address, unsigned bits)
{
	for (unsigned bit = bits; bit < ADDRESS_BITS; bit++)
		if (address[bit / 8] & (0x80u >> bit % 8))
			return false;
	return true;
}

int sy_network_parse(const char *text, struct sy_network *ret_network)
{
	struct sy_network network = {0};
	const char *slash = strchr(text, '/');
	char address[SY_NETWORK_TEXT_BYTES];
	size_t n = slash != NULL ? (size_t)(slash - text) : strlen(text);
	unsigned long bits = ADDRESS_BITS;

	if (n >= sizeof(address))
		return EINVAL;
	memcpy(address, text, n);
	address[n] = '\0';
	int err = parse_address(address, &network);
	if (err != 0)
		return err;
	if (slash != NULL) {
		const size_t digits = strspn(slash + 1, "0123456789");
		if (digits == 0 || digits > 3 || slash[1 + digits] != '\0')
			return EINVAL;
		bits = strtoul(slash + 1, NULL, 10) + network.bits;
	}
	if (bits > ADDRESS_BITS || !rest_is_zero(network.address, (unsigned)bits))
		return EINVAL;
	network.bits = (unsigned)bits;
	*ret_network = network;
	return 0;
}

bool sy_network_covers(const struct sy_network *network, const struct sockaddr *address)
{
	uint8_t bytes[sizeof(network->address)];

	if (!sy_network_address(address, bytes))
		return false;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] ^= network->address[i];
	for (unsigned bit = 0; bit < network->bits; bit++)
		if (bytes[bit / 8] & (0x80u >> bit % 8))
			return false;
	return true;
}

void sy_network_text(const struct sockaddr *address, char *ret_text)
{
	uint8_t bytes[16];

	(void)snprintf(ret_text, SY_NETWORK_TEXT_BYTES, "?");
	if (!sy_network_address(address, bytes))
		return;
	if (sy_network_is_v4(bytes))
		(void)inet_ntop(AF_INET, bytes + sizeof(mapped), ret_text, SY_NETWORK_TEXT_BYTES);
	else
		(void)inet_ntop(AF_INET6, bytes, ret_text, SY_NETWORK_TEXT_BYTES);
}
