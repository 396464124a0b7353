#include "audio/sip/settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audio/media/codec.h"

#define PORT_MIN 10000
#define PORT_MAX 19999

/* One number: its default, and what is allowed. */
struct range {
	const char *name;
	unsigned fallback;
	unsigned min;
	unsigned max;
};

struct sy_settings {
	struct sy_sip_prm prm;
	void **owned;
	size_t owned_n;
	bool full; /* out of memory while copying */
};

static void *keep(struct sy_settings *settings, void *memory)
{
	void **grown = realloc(settings->owned, (settings->owned_n + 1) * sizeof *grown);

	if (grown)
		settings->owned = grown;
	if (!grown || !memory) {
		settings->full = true;
		free(memory);
		return NULL;
	}
	settings->owned[settings->owned_n++] = memory;
	return memory;
}

static const char *copy(struct sy_settings *settings, const char *text)
{
	return text ? keep(settings, strdup(text)) : NULL;
}

static void *room(struct sy_settings *settings, size_t n, size_t size)
{
	return keep(settings, calloc(n + 1, size));
}

static int check_number(const struct range *range, unsigned *value, struct sy_problem *why)
{
	if (!*value)
		*value = range->fallback;
	if (*value >= range->min && *value <= range->max)
		return 0;
	return sy_problem_set(
		why, EINVAL, "%s is %u: %u to %u is allowed", range->name, *value, range->min, range->max);
}

static int check_numbers(struct sy_sip_prm *prm, struct sy_problem *why)
{
	static const struct range ranges[] = {
		{"INVITEs a second of one source", 10, 1, 10000},
		{"messages a second of one source", 200, 1, 100000},
		{"the limit on calls", 200, 1, 10000},
		{"Retry-After in seconds", 10, 1, 3600},
		{"the RTP silence limit in seconds", 60, 30, 3600},
		{"the longest call in seconds", 7200, 10, 86400},
		{"ringing of an agent's phone in seconds", 30, 5, 300},
	};
	unsigned *values[] = {&prm->source_invites_s, &prm->source_messages_s, &prm->calls_max, &prm->retry_after_s,
		&prm->silence_s, &prm->longest_s, &prm->agent_ring_s};

	for (size_t i = 0; i < sizeof values / sizeof *values; i++)
		if (check_number(&ranges[i], values[i], why))
			return EINVAL;
	if (prm->ring_ms > 30000)
		return sy_problem_set(why, EINVAL, "ringing is %u ms: 0 to 30000 is allowed", prm->ring_ms);
	return 0;
}

static int check_ports(struct sy_sip_prm *prm, struct sy_problem *why)
{
	if (!prm->rtp_port_min)
		prm->rtp_port_min = PORT_MIN;
	if (!prm->rtp_port_max)
		prm->rtp_port_max = PORT_MAX;
	if (prm->rtp_port_min % 2 || prm->rtp_port_min < 1024 || prm->rtp_port_max <= prm->rtp_port_min)
		return sy_problem_set(why, EINVAL,
			"RTP ports %u to %u: the first must be even and at least 1024, the last larger",
			prm->rtp_port_min, prm->rtp_port_max);
	return 0;
}

static int check_file(const char *path, const char *what, struct sy_problem *why)
{
	if (!path || !access(path, R_OK))
		return 0;
	return sy_problem_set(why, ENOENT, "%s %s cannot be read: %s", what, path, strerror(errno));
}

static int check_listen(const struct sy_sip_prm *prm, struct sy_problem *why)
{
	if (!prm->listen_n || prm->listen_n > SY_SETTINGS_LISTEN_MAX)
		return sy_problem_set(why, EINVAL, "%zu addresses to listen on: 1 to %d is allowed", prm->listen_n,
			SY_SETTINGS_LISTEN_MAX);
	for (size_t i = 0; i < prm->listen_n; i++) {
		const struct sy_sip_listen *listen = &prm->listen[i];

		if (!listen->address || !listen->address[0])
			return sy_problem_set(why, EINVAL, "listen address %zu is empty", i + 1);
		if (listen->transport == SY_SIP_TLS && !prm->certificate)
			return sy_problem_set(
				why, EINVAL, "listening for TLS on %s needs a certificate", listen->address);
	}
	if (check_file(prm->certificate, "the certificate", why) ||
		check_file(prm->private_key, "the private key", why) ||
		check_file(prm->authorities, "the list of authorities", why))
		return ENOENT;
	return 0;
}

static int check_trunks(const struct sy_sip_prm *prm, struct sy_problem *why)
{
	if (prm->trunk_n > SY_SETTINGS_TRUNKS_MAX)
		return sy_problem_set(why, EINVAL, "%zu trunks: %d are the most", prm->trunk_n, SY_SETTINGS_TRUNKS_MAX);
	for (size_t i = 0; i < prm->trunk_n; i++) {
		const struct sy_sip_trunk *trunk = &prm->trunk[i];

		if (!trunk->name || !trunk->registrar || !trunk->user || !trunk->user[0])
			return sy_problem_set(why, EINVAL, "trunk %zu needs a name, a registrar and a user", i + 1);
		if (strncmp(trunk->registrar, "sip:", 4) && strncmp(trunk->registrar, "sips:", 5))
			return sy_problem_set(why, EINVAL,
				"trunk %s: the registrar %s must begin with sip: or sips:", trunk->name,
				trunk->registrar);
		if (trunk->expiry_s < 60 || trunk->expiry_s > 86400)
			return sy_problem_set(why, EINVAL, "trunk %s: expiry is %u s: 60 to 86400 is allowed",
				trunk->name, trunk->expiry_s);
	}
	return 0;
}

static bool is_codec(const char *name)
{
	for (int i = 0; i < SY_CODECS; i++)
		if (sy_codec_find(name, sy_codec((enum sy_codec_id)i)->clock))
			return true;
	return false;
}

static int check_lists(const struct sy_sip_prm *prm, struct sy_problem *why)
{
	if (prm->codec_n > SY_CODECS)
		return sy_problem_set(why, EINVAL, "%zu codecs: there are %d", prm->codec_n, SY_CODECS);
	for (size_t i = 0; i < prm->codec_n; i++)
		if (!is_codec(prm->codec[i]))
			return sy_problem_set(why, EINVAL, "there is no codec %s: opus, G722, PCMA and PCMU are known",
				prm->codec[i]);
	if (prm->method_n > SY_SETTINGS_METHODS_MAX)
		return sy_problem_set(
			why, EINVAL, "%zu further methods: %d are the most", prm->method_n, SY_SETTINGS_METHODS_MAX);
	if (!prm->arrival)
		return sy_problem_set(why, EINVAL, "nobody takes the calls");
	if (prm->otherwise == SY_SIP_PASSWORD && !prm->user_n)
		return sy_problem_set(why, EINVAL, "callers are asked for passwords, but there are no users");
	for (size_t i = 0; i < prm->access_n; i++)
		if (prm->access[i].rule == SY_SIP_PASSWORD && !prm->user_n)
			return sy_problem_set(why, EINVAL,
				"callers from %s are asked for passwords, but there are no users", prm->access[i].net);
	return 0;
}

static void copy_listen(struct sy_settings *settings)
{
	struct sy_sip_prm *prm = &settings->prm;
	struct sy_sip_listen *listen = room(settings, prm->listen_n, sizeof *listen);

	for (size_t i = 0; listen && i < prm->listen_n; i++) {
		listen[i] = prm->listen[i];
		listen[i].address = copy(settings, listen[i].address);
	}
	prm->listen = listen;
}

static void copy_trunks(struct sy_settings *settings)
{
	struct sy_sip_prm *prm = &settings->prm;
	struct sy_sip_trunk *trunk = room(settings, prm->trunk_n, sizeof *trunk);

	for (size_t i = 0; trunk && i < prm->trunk_n; i++) {
		trunk[i] = prm->trunk[i];
		trunk[i].name = copy(settings, trunk[i].name);
		trunk[i].registrar = copy(settings, trunk[i].registrar);
		trunk[i].user = copy(settings, trunk[i].user);
		trunk[i].password = copy(settings, trunk[i].password);
		trunk[i].proxy = copy(settings, trunk[i].proxy);
	}
	prm->trunk = trunk;
}

static const char *const *copy_words(struct sy_settings *settings, const char *const *words, size_t n)
{
	const char **copies = room(settings, n, sizeof *copies);

	for (size_t i = 0; copies && i < n; i++)
		copies[i] = copy(settings, words[i]);
	return (const char *const *)copies;
}

static void copy_rest(struct sy_settings *settings)
{
	static const char *const codecs[] = {"opus", "G722", "PCMA", "PCMU"};
	struct sy_sip_prm *prm = &settings->prm;

	if (!prm->codec_n) {
		prm->codec = codecs;
		prm->codec_n = sizeof codecs / sizeof *codecs;
	}
	prm->codec = copy_words(settings, prm->codec, prm->codec_n);
	prm->method = copy_words(settings, prm->method, prm->method_n);
	prm->certificate = copy(settings, prm->certificate);
	prm->private_key = copy(settings, prm->private_key);
	prm->authorities = copy(settings, prm->authorities);
	prm->public_address = copy(settings, prm->public_address);
	prm->realm = copy(settings, prm->realm ? prm->realm : "sayso");
	prm->transfer_to = copy(settings, prm->transfer_to);
	prm->case_header = copy(settings, prm->case_header ? prm->case_header : "X-Sayso-Case");
	prm->answers_to = copy(settings, prm->answers_to ? prm->answers_to : "sayso");
	prm->user = NULL;
	prm->access = NULL;
}

int sy_settings_create(const struct sy_sip_prm *prm, struct sy_problem *why, struct sy_settings **ret_settings)
{
	struct sy_settings *settings = calloc(1, sizeof *settings);
	int err;

	if (!settings)
		return ENOMEM;
	settings->prm = *prm;
	err = check_numbers(&settings->prm, why);
	if (!err)
		err = check_ports(&settings->prm, why);
	if (!err)
		err = check_listen(prm, why);
	if (!err)
		err = check_trunks(prm, why);
	if (!err)
		err = check_lists(prm, why);
	if (err)
		goto out;
	copy_listen(settings);
	copy_trunks(settings);
	copy_rest(settings);
	if (settings->full)
		err = ENOMEM;
out:
	if (err)
		sy_settings_destroy(settings);
	else
		*ret_settings = settings;
	return err;
}

void sy_settings_destroy(struct sy_settings *settings)
{
	if (!settings)
		return;
	for (size_t i = 0; i < settings->owned_n; i++)
		free(settings->owned[i]);
	free(settings->owned);
	free(settings);
}

const struct sy_sip_prm *sy_settings_prm(const struct sy_settings *settings)
{
	return &settings->prm;
}
