#include "audio/media/source.h"

#include <netinet/in.h>
#include <string.h>

static const struct sockaddr_in *v4(const struct sockaddr_storage *address)
{
	return (const struct sockaddr_in *)address;
}

static const struct sockaddr_in6 *v6(const struct sockaddr_storage *address)
{
	return (const struct sockaddr_in6 *)address;
}

void sy_source_open(struct sy_source *source, const struct sockaddr_storage *told)
{
	source->latched = false;
	source->address = *told;
}

bool sy_source_admits(const struct sy_source *source, const struct sockaddr_storage *from)
{
	return !source->latched || sy_source_same(&source->address, from);
}

void sy_source_latch(struct sy_source *source, const struct sockaddr_storage *from)
{
	source->latched = true;
	source->address = *from;
}

bool sy_source_reachable(const struct sockaddr_storage *address)
{
	if (sy_source_port(address) == 0)
		return false;
	if (address->ss_family == AF_INET)
		return v4(address)->sin_addr.s_addr != htonl(INADDR_ANY);
	return address->ss_family == AF_INET6 && !IN6_IS_ADDR_UNSPECIFIED(&v6(address)->sin6_addr);
}

bool sy_source_same_host(const struct sockaddr_storage *a, const struct sockaddr_storage *b)
{
	if (a->ss_family != b->ss_family)
		return false;
	if (a->ss_family == AF_INET)
		return v4(a)->sin_addr.s_addr == v4(b)->sin_addr.s_addr;
	return a->ss_family == AF_INET6 && memcmp(&v6(a)->sin6_addr, &v6(b)->sin6_addr, sizeof(struct in6_addr)) == 0;
}

bool sy_source_same(const struct sockaddr_storage *a, const struct sockaddr_storage *b)
{
	return sy_source_same_host(a, b) && sy_source_port(a) == sy_source_port(b);
}

uint16_t sy_source_port(const struct sockaddr_storage *address)
{
	if (address->ss_family == AF_INET)
		return ntohs(v4(address)->sin_port);
	return address->ss_family == AF_INET6 ? ntohs(v6(address)->sin6_port) : 0;
}

void sy_source_set_port(struct sockaddr_storage *address, uint16_t port)
{
	if (address->ss_family == AF_INET6)
		((struct sockaddr_in6 *)address)->sin6_port = htons(port);
	else
		((struct sockaddr_in *)address)->sin_port = htons(port);
}

socklen_t sy_source_bytes(const struct sockaddr_storage *address)
{
	return address->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
}
