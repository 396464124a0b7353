#include "audio/sip/listening.h"

#include <errno.h>
#include <string.h>

static const enum sip_transp transports[] = {
	[SY_SIP_UDP] = SIP_TRANSP_UDP,
	[SY_SIP_TCP] = SIP_TRANSP_TCP,
	[SY_SIP_TLS] = SIP_TRANSP_TLS,
};

/* The system chooses a port behind libre's back; whoever listens on port 0 wants to know it. */
static int find_port(struct sy_sip *sip, const struct sa *address, enum sip_transp transport, uint16_t *ret_port)
{
	struct sa local;
	int err;

	if (sa_port(address)) {
		*ret_port = sa_port(address);
		return 0;
	}
	err = sip_transp_laddr(sip->stack, &local, transport, address);
	if (!err)
		*ret_port = sa_port(&local);
	return err;
}

static int listen_at(struct sy_sip *sip, size_t i, struct sa *address)
{
	enum sip_transp transport = transports[sip->prm->listen[i].transport];
	uint16_t port = 0;
	int err = sip_transp_add(sip->stack, transport, address, sip->tls);

	if (!err)
		err = find_port(sip, address, transport, &port);
	if (err)
		return sy_problem_set(&sip->start_why, err, "SIP cannot listen on %s port %u (%s): %s",
			sip->prm->listen[i].address, sa_port(address), sip_transp_name(transport), strerror(err));
	sa_set_port(address, port);
	atomic_store(&sip->ports[i], port);
	return 0;
}

struct everywhere {
	struct sy_sip *sip;
	size_t i;
	struct sa main;
	uint16_t port;
	int err;
};

static bool on_interface(const char *name, const struct sa *address, void *arg)
{
	struct everywhere *everywhere = arg;
	struct sa one = *address;

	(void)name;
	if (sa_af(address) != sa_af(&everywhere->main) || sa_is_linklocal(address) ||
		sa_cmp(address, &everywhere->main, SA_ADDR))
		return false;
	sa_set_port(&one, everywhere->port);
	everywhere->err = listen_at(everywhere->sip, everywhere->i, &one);
	return everywhere->err != 0;
}

/*
 * libre binds to no wildcard. Each address of this machine gets a socket instead, that of the default route first:
 * libre sends what is no answer from the first.
 */
static int listen_everywhere(struct sy_sip *sip, size_t i, const struct sa *wildcard)
{
	struct everywhere everywhere = {.sip = sip, .i = i};
	struct sa far;

	/* Addresses for documentation (RFC 5737, 3849): nothing is sent there. */
	(void)sa_set_str(&far, sa_af(wildcard) == AF_INET ? "192.0.2.1" : "2001:db8::1", SY_SIP_PORT);
	if (sy_service_local(&far, &everywhere.main))
		(void)sa_set_str(&everywhere.main, sa_af(wildcard) == AF_INET ? "127.0.0.1" : "::1", 0);
	sa_set_port(&everywhere.main, sa_port(wildcard));
	everywhere.err = listen_at(sip, i, &everywhere.main);
	everywhere.port = sa_port(&everywhere.main);
	if (!everywhere.err)
		(void)net_getifaddrs(on_interface, &everywhere);
	return everywhere.err;
}

int sy_listening_open(struct sy_sip *sip, size_t i)
{
	const struct sy_sip_listen *listen = &sip->prm->listen[i];
	struct sa address;

	if (sa_set_str(&address, listen->address, listen->port))
		return sy_problem_set(&sip->start_why, EINVAL, "%s is no IP address to listen on", listen->address);
	return sa_is_any(&address) ? listen_everywhere(sip, i, &address) : listen_at(sip, i, &address);
}
