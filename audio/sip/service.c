#include "audio/sip/service.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

uint64_t sy_service_now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Much of what is said here was written by strangers: it must not begin a line of its own, nor move a cursor. */
static void clean(const char *text, char ret_text[SY_SERVICE_FACT_BYTES])
{
	size_t n = 0;

	for (; text[n] && n < SY_SERVICE_FACT_BYTES - 1; n++)
		ret_text[n] = (unsigned char)text[n] < ' ' || (unsigned char)text[n] >= 127 ? '?' : text[n];
	ret_text[n] = '\0';
}

static bool is_too_often(struct sy_sip *sip)
{
	uint64_t now_ms = sy_service_now_ms();

	if (sip->seldom_ms && now_ms - sip->seldom_ms < 1000 / SY_SERVICE_SELDOM_S)
		return true;
	sip->seldom_ms = now_ms;
	return false;
}

void sy_service_say(struct sy_sip *sip, const struct sy_saying *saying, ...)
{
	char values[SY_SERVICE_FACTS_MAX][SY_SERVICE_FACT_BYTES];
	struct sy_sip_fact facts[SY_SERVICE_FACTS_MAX];
	struct sy_sip_event event = {
		.name = saying->name,
		.id = saying->id ? saying->id : "",
		.warning = saying->warning,
		.fact = facts,
	};
	const char *key;
	va_list ap;

	if (!sip->prm->log || (saying->seldom && is_too_often(sip)))
		return;
	va_start(ap, saying);
	while ((key = va_arg(ap, const char *)) && event.n < SY_SERVICE_FACTS_MAX) {
		clean(va_arg(ap, const char *), values[event.n]);
		facts[event.n] = (struct sy_sip_fact){key, values[event.n]};
		event.n++;
	}
	va_end(ap);
	sip->prm->log(sip->prm->arg, &event);
}

int sy_service_local(const struct sa *to, struct sa *ret_local)
{
	struct sa local = {.len = sizeof local.u};
	struct sa peer = *to;
	int err = 0;
	int fd;

	if (!sa_port(&peer))
		sa_set_port(&peer, SY_SIP_PORT);
	fd = socket(sa_af(to), SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return errno;
	/* Sends nothing: the kernel looks up the route and fills in our end. */
	if (connect(fd, &peer.u.sa, peer.len) || getsockname(fd, &local.u.sa, &local.len))
		err = errno;
	(void)close(fd);
	if (err)
		return err;
	sa_set_port(&local, 0);
	*ret_local = local;
	return 0;
}

void sy_service_public(const struct sy_sip *sip, const struct sa *local, struct sa *ret_public)
{
	struct sa public;

	*ret_public = *local;
	if (sip->prm->public_address && !sa_set_str(&public, sip->prm->public_address, sa_port(local)) &&
		sa_af(&public) == sa_af(local) && !sa_is_loopback(local))
		*ret_public = public;
}

int sy_service_contact(
	const struct sy_sip *sip, const struct sy_service_contact *contact, char ret_uri[SY_SERVICE_URI_BYTES])
{
	static const char *const transports[] = {
		[SIP_TRANSP_UDP] = "",
		[SIP_TRANSP_TCP] = ";transport=tcp",
		[SIP_TRANSP_TLS] = ";transport=tls",
	};
	struct sa address;
	int n;

	sy_service_public(sip, &contact->local, &address);
	n = re_snprintf(ret_uri, SY_SERVICE_URI_BYTES, "%s:%s@%J%s", contact->secret ? "sips" : "sip", contact->user,
		&address, contact->secret ? "" : transports[contact->transport]);
	return n < 0 || n >= SY_SERVICE_URI_BYTES - 1 ? E2BIG : 0;
}
