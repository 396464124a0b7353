#include "audio/sip/trunk.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct sy_trunk {
	struct sy_sip *sip;
	const struct sy_sip_trunk *prm;
	char address[SY_SERVICE_URI_BYTES];
	char proxy[SY_SERVICE_URI_BYTES];
	char host[SY_SERVICE_URI_BYTES];
	struct sip_dialog *dialog;
	struct sip_auth *auth;
	struct sip_request *request;
	struct sip_loopstate loop;
	unsigned expiry_s; /* asked for; 0: leaving */
	unsigned granted_s;
	unsigned failures;
	uint64_t due_ms;
	bool registered;
	bool leaving;
};

struct sy_trunks {
	struct sy_trunk *at;
	size_t n;
};

static int send_register(struct sy_trunk *trunk);

unsigned sy_trunk_wait_ms(unsigned failures, unsigned chance)
{
	unsigned doublings = failures > 1 ? failures - 1 : 0;
	unsigned wait_s = doublings > 9 ? SY_TRUNK_WAIT_MAX_S : SY_TRUNK_WAIT_S << doublings;

	if (wait_s > SY_TRUNK_WAIT_MAX_S)
		wait_s = SY_TRUNK_WAIT_MAX_S;
	return wait_s * (1000 - chance / 2);
}

int sy_trunk_password(const struct sy_trunk *trunk, const char *realm, char **ret_user, char **ret_password)
{
	int err;

	(void)realm;
	if (!trunk || !trunk->prm->password)
		return EAUTH;
	err = str_dup(ret_user, trunk->prm->user);
	if (!err)
		err = str_dup(ret_password, trunk->prm->password);
	return err;
}

const char *sy_trunk_proxy(const struct sy_trunk *trunk)
{
	return trunk && trunk->proxy[0] ? trunk->proxy : NULL;
}

const char *sy_trunk_address(const struct sy_trunk *trunk)
{
	return trunk->address;
}

static int on_password(char **user, char **password, const char *realm, void *arg)
{
	return sy_trunk_password(arg, realm, user, password);
}

static void set_registered(struct sy_trunk *trunk, bool registered)
{
	if (registered && !trunk->registered)
		sy_count(trunk->sip, SY_COUNT_REGISTERED);
	else if (!registered && trunk->registered)
		sy_uncount(trunk->sip, SY_COUNT_REGISTERED);
	trunk->registered = registered;
}

/* Contact of each REGISTER; libre says from which address the request leaves. */
static int on_send(enum sip_transp tp, const struct sa *src, const struct sa *dst, struct mbuf *mb, void *arg)
{
	struct sy_trunk *trunk = arg;
	struct sy_service_contact contact = {.user = trunk->prm->user, .local = *src, .transport = tp};
	char uri[SY_SERVICE_URI_BYTES];
	int err = sy_service_contact(trunk->sip, &contact, uri);

	(void)dst;
	return err ? err : mbuf_printf(mb, "Contact: <%s>;expires=%u\r\n", uri, trunk->expiry_s);
}

static bool find_granted(const struct sip_hdr *hdr, const struct sip_msg *msg, void *arg)
{
	struct sy_trunk *trunk = arg;
	struct sip_addr contact;
	struct pl expires;

	(void)msg;
	if (sip_addr_decode(&contact, &hdr->val) || pl_strcmp(&contact.uri.user, trunk->prm->user) ||
		msg_param_decode(&contact.params, "expires", &expires))
		return false;
	trunk->granted_s = pl_u32(&expires);
	return true;
}

static void accepted(struct sy_trunk *trunk, const struct sip_msg *msg)
{
	char granted[16];

	trunk->granted_s = pl_isset(&msg->expires) ? pl_u32(&msg->expires) : trunk->expiry_s;
	(void)sip_msg_hdr_apply(msg, true, SIP_HDR_CONTACT, find_granted, trunk);
	if (trunk->leaving) {
		set_registered(trunk, false);
		return;
	}
	if (trunk->granted_s < 10 || trunk->granted_s > trunk->expiry_s)
		trunk->granted_s = trunk->granted_s < 10 ? 10 : trunk->expiry_s;
	trunk->due_ms = sy_service_now_ms() + (uint64_t)trunk->granted_s * 900;
	trunk->failures = 0;
	sy_count(trunk->sip, SY_COUNT_REGISTRATIONS);
	(void)re_snprintf(granted, sizeof granted, "%u", trunk->granted_s);
	if (!trunk->registered)
		sy_service_say(trunk->sip, &(struct sy_saying){"registered", NULL, false, false}, "trunk",
			trunk->prm->name, "seconds", granted, NULL);
	set_registered(trunk, true);
}

static void failed(struct sy_trunk *trunk, const char *why)
{
	unsigned wait_ms = sy_trunk_wait_ms(++trunk->failures, rand_u16() % 1001);
	char seconds[16];

	trunk->due_ms = sy_service_now_ms() + wait_ms;
	set_registered(trunk, false);
	sip_auth_reset(trunk->auth);
	if (trunk->leaving)
		return;
	sy_count(trunk->sip, SY_COUNT_REGISTRATIONS_FAILED);
	(void)re_snprintf(seconds, sizeof seconds, "%u", wait_ms / 1000);
	sy_service_say(trunk->sip, &(struct sy_saying){"registration-failed", NULL, true, false}, "trunk",
		trunk->prm->name, "why", why, "again_in_s", seconds, NULL);
}

/* 0: sent again with what the registrar asked for. */
static int retry(struct sy_trunk *trunk, const struct sip_msg *msg)
{
	const struct sip_hdr *min;

	if (msg->scode == 401 || msg->scode == 407) {
		sip_auth_reset(trunk->auth);
		if (sip_auth_authenticate(trunk->auth, msg))
			return EAUTH;
		return send_register(trunk);
	}
	min = sip_msg_hdr(msg, SIP_HDR_MIN_EXPIRES);
	if (msg->scode != 423 || !min || !pl_u32(&min->val) || pl_u32(&min->val) > 86400 || trunk->leaving)
		return EPROTO;
	trunk->expiry_s = pl_u32(&min->val);
	return send_register(trunk);
}

static void on_response(int err, const struct sip_msg *msg, void *arg)
{
	struct sy_trunk *trunk = arg;
	char why[64];

	if (!err && msg->scode < 200)
		return;
	if (err || sip_request_loops(&trunk->loop, msg->scode)) {
		failed(trunk, err ? strerror(err) : "the registrar goes round in circles");
		return;
	}
	if (msg->scode < 300) {
		accepted(trunk, msg);
		return;
	}
	if (!retry(trunk, msg))
		return;
	(void)re_snprintf(why, sizeof why, "%u %r", msg->scode, &msg->reason);
	failed(trunk, why);
}

static int send_register(struct sy_trunk *trunk)
{
	return sip_drequestf(&trunk->request, trunk->sip->stack, true, "REGISTER", trunk->dialog, 0, trunk->auth,
		on_send, on_response, trunk, "Expires: %u\r\nContent-Length: 0\r\n\r\n", trunk->expiry_s);
}

static void begin(struct sy_trunk *trunk)
{
	int err;

	sip_loopstate_reset(&trunk->loop);
	err = send_register(trunk);
	if (err)
		failed(trunk, strerror(err));
}

/* libre writes "<proxy;lr>" by itself. */
static int copy_proxy(struct sy_trunk *trunk)
{
	const char *proxy = trunk->prm->proxy;
	size_t len = proxy ? strlen(proxy) : 0;

	if (len >= 3 && !strcmp(proxy + len - 3, ";lr"))
		len -= 3;
	if (len >= sizeof trunk->proxy)
		return EINVAL;
	memcpy(trunk->proxy, proxy ? proxy : "", len);
	return 0;
}

static int init(struct sy_trunk *trunk)
{
	struct pl registrar;
	struct uri uri;
	const char *route;
	int err;

	trunk->expiry_s = trunk->prm->expiry_s;
	pl_set_str(&registrar, trunk->prm->registrar);
	if (uri_decode(&uri, &registrar) || copy_proxy(trunk))
		return EINVAL;
	(void)pl_strcpy(&uri.host, trunk->host, sizeof trunk->host);
	if (re_snprintf(trunk->address, sizeof trunk->address, "%r:%s@%r", &uri.scheme, trunk->prm->user, &uri.host) <
		0)
		return EINVAL;
	route = sy_trunk_proxy(trunk);
	err = sip_dialog_alloc(
		&trunk->dialog, trunk->prm->registrar, trunk->address, NULL, trunk->address, &route, route ? 1 : 0);
	if (!err)
		err = sip_auth_alloc(&trunk->auth, on_password, trunk, false);
	return err;
}

int sy_trunks_create(struct sy_sip *sip, struct sy_trunks **ret_trunks)
{
	struct sy_trunks *trunks = calloc(1, sizeof *trunks);
	int err = 0;

	if (!trunks)
		return ENOMEM;
	trunks->at = calloc(sip->prm->trunk_n + 1, sizeof *trunks->at);
	if (!trunks->at)
		err = ENOMEM;
	for (size_t i = 0; i < sip->prm->trunk_n && !err; i++) {
		trunks->at[i].sip = sip;
		trunks->at[i].prm = &sip->prm->trunk[i];
		trunks->n++;
		err = init(&trunks->at[i]);
	}
	if (err)
		sy_trunks_destroy(trunks);
	else
		*ret_trunks = trunks;
	return err;
}

void sy_trunks_destroy(struct sy_trunks *trunks)
{
	if (!trunks)
		return;
	for (size_t i = 0; i < trunks->n; i++) {
		mem_deref(trunks->at[i].request);
		mem_deref(trunks->at[i].dialog);
		mem_deref(trunks->at[i].auth);
	}
	free(trunks->at);
	free(trunks);
}

void sy_trunks_tick(struct sy_trunks *trunks, uint64_t now_ms)
{
	for (size_t i = 0; i < trunks->n; i++)
		if (!trunks->at[i].request && !trunks->at[i].leaving && trunks->at[i].due_ms <= now_ms)
			begin(&trunks->at[i]);
}

void sy_trunks_leave(struct sy_trunks *trunks)
{
	for (size_t i = 0; i < trunks->n; i++) {
		struct sy_trunk *trunk = &trunks->at[i];

		trunk->leaving = true;
		trunk->expiry_s = 0;
		if (trunk->registered && !trunk->request)
			begin(trunk);
	}
}

bool sy_trunks_idle(const struct sy_trunks *trunks)
{
	for (size_t i = 0; i < trunks->n; i++)
		if (trunks->at[i].request)
			return false;
	return true;
}

const struct sy_trunk *sy_trunks_find(const struct sy_trunks *trunks, const struct pl *user)
{
	for (size_t i = 0; i < trunks->n; i++)
		if (!pl_strcmp(user, trunks->at[i].prm->user))
			return &trunks->at[i];
	return NULL;
}

const struct sy_trunk *sy_trunks_at(const struct sy_trunks *trunks, const char *uri)
{
	struct pl text;
	struct uri parts;

	pl_set_str(&text, uri);
	if (uri_decode(&parts, &text))
		return NULL;
	for (size_t i = 0; i < trunks->n; i++)
		if (!pl_strcasecmp(&parts.host, trunks->at[i].host))
			return &trunks->at[i];
	return NULL;
}
