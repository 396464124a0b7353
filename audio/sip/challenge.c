#include "audio/sip/challenge.h"

#include <errno.h>
#include <inttypes.h>
#include <re.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

/* A nonce: 16 hex digits of time, 16 of chance, 32 of signature. */
#define TIME_DIGITS 16
#define CHANCE_DIGITS 16
#define SIGNED_DIGITS (TIME_DIGITS + CHANCE_DIGITS)
#define SIGNATURE_BYTES 16
#define NONCE_DIGITS (SIGNED_DIGITS + 2 * SIGNATURE_BYTES)
#define SECRET_BYTES 20
/* An IPv6 address with its scope. */
#define SOURCE_BYTES 64

struct user {
	char *name;
	uint8_t ha1[MD5_SIZE];
};

struct used {
	uint64_t chance;
	uint64_t made_ms; /* 0: free */
	uint32_t count;
};

struct sy_challenge {
	char realm[SY_CHALLENGE_REALM_BYTES];
	struct user *users;
	size_t users_n;
	uint8_t secret[SECRET_BYTES];
	struct used used[SY_CHALLENGE_USED];
	uint64_t floor_ms; /* nonces made until then are stale */
};

struct nonce {
	uint64_t made_ms;
	uint64_t chance;
};

static bool is_plain(const char *s)
{
	for (; *s; s++)
		if (*s == '"' || *s == '\\' || (unsigned char)*s < ' ')
			return false;
	return true;
}

static int copy_users(const struct sy_challenge_prm *prm, struct sy_problem *why, struct sy_challenge *challenge)
{
	challenge->users = calloc(prm->user_n + 1, sizeof *challenge->users);
	if (!challenge->users)
		return ENOMEM;
	for (size_t i = 0; i < prm->user_n; i++) {
		struct user *user = &challenge->users[i];

		if (!prm->user[i].name || !prm->user[i].name[0] || !prm->user[i].password ||
			!is_plain(prm->user[i].name) || strchr(prm->user[i].name, ':'))
			return sy_problem_set(
				why, EINVAL, "user %zu needs a name without colon or quote, and a password", i + 1);
		user->name = strdup(prm->user[i].name);
		if (!user->name ||
			md5_printf(user->ha1, "%s:%s:%s", user->name, challenge->realm, prm->user[i].password))
			return ENOMEM;
		challenge->users_n++;
	}
	return 0;
}

int sy_challenge_create(const struct sy_challenge_prm *prm, struct sy_problem *why, struct sy_challenge **ret_challenge)
{
	struct sy_challenge *challenge;
	int err = 0;

	if (!prm->realm || !prm->realm[0] || strlen(prm->realm) >= SY_CHALLENGE_REALM_BYTES || !is_plain(prm->realm))
		return sy_problem_set(why, EINVAL, "the realm must be 1 to %d characters without quotes",
			SY_CHALLENGE_REALM_BYTES - 1);
	if (prm->user_n > SY_CHALLENGE_USERS_MAX)
		return sy_problem_set(why, EINVAL, "%zu users: %d are the most", prm->user_n, SY_CHALLENGE_USERS_MAX);
	challenge = calloc(1, sizeof *challenge);
	if (!challenge)
		return ENOMEM;
	strcpy(challenge->realm, prm->realm);
	if (getrandom(challenge->secret, sizeof challenge->secret, 0) != (ssize_t)sizeof challenge->secret)
		err = EAGAIN;
	if (!err)
		err = copy_users(prm, why, challenge);
	if (err)
		sy_challenge_destroy(challenge);
	else
		*ret_challenge = challenge;
	return err;
}

void sy_challenge_destroy(struct sy_challenge *challenge)
{
	if (!challenge)
		return;
	/* One more than counted: the one at which copying stopped. */
	for (size_t i = 0; challenge->users && i <= challenge->users_n; i++)
		free(challenge->users[i].name);
	free(challenge->users);
	free(challenge);
}

static void sign(const struct sy_challenge *challenge, const char *text, const char *source,
	char ret_digits[2 * SIGNATURE_BYTES + 1])
{
	char whole[SIGNED_DIGITS + SOURCE_BYTES];
	uint8_t mac[SIGNATURE_BYTES];
	int n = snprintf(whole, sizeof whole, "%.*s%s", SIGNED_DIGITS, text, source);

	hmac_sha1(challenge->secret, sizeof challenge->secret, (const uint8_t *)whole,
		(size_t)n < sizeof whole ? (size_t)n : sizeof whole - 1, mac, sizeof mac);
	for (size_t i = 0; i < sizeof mac; i++)
		(void)snprintf(ret_digits + 2 * i, 3, "%02x", mac[i]);
}

void sy_challenge_write(struct sy_challenge *challenge, const struct sy_challenge_asked *asked, bool stale,
	char ret_value[SY_CHALLENGE_BYTES])
{
	char nonce[NONCE_DIGITS + 1];
	uint64_t chance = 0;

	(void)!getrandom(&chance, sizeof chance, 0);
	(void)snprintf(nonce, sizeof nonce, "%016" PRIx64 "%016" PRIx64, asked->now_ms, chance);
	sign(challenge, nonce, asked->source, nonce + SIGNED_DIGITS);
	(void)snprintf(ret_value, SY_CHALLENGE_BYTES,
		"Digest realm=\"%s\", nonce=\"%s\", algorithm=MD5, qop=\"auth\"%s", challenge->realm, nonce,
		stale ? ", stale=true" : "");
}

static int read_digits(const char *s, size_t n, uint64_t *ret_value)
{
	uint64_t value = 0;

	for (size_t i = 0; i < n; i++) {
		if (s[i] >= '0' && s[i] <= '9')
			value = value << 4 | (uint64_t)(s[i] - '0');
		else if (s[i] >= 'a' && s[i] <= 'f')
			value = value << 4 | (uint64_t)(s[i] - 'a' + 10);
		else
			return EBADMSG;
	}
	*ret_value = value;
	return 0;
}

/* EBADMSG: not made by us for this source, or before a restart. */
static int read_nonce(
	const struct sy_challenge *challenge, const struct pl *text, const char *source, struct nonce *ret_nonce)
{
	char digits[2 * SIGNATURE_BYTES + 1];

	if (text->l != NONCE_DIGITS || read_digits(text->p, TIME_DIGITS, &ret_nonce->made_ms) ||
		read_digits(text->p + TIME_DIGITS, CHANCE_DIGITS, &ret_nonce->chance))
		return EBADMSG;
	sign(challenge, text->p, source, digits);
	return memcmp(digits, text->p + SIGNED_DIGITS, 2 * SIGNATURE_BYTES) ? EBADMSG : 0;
}

static bool is_current(const struct sy_challenge *challenge, const struct nonce *nonce, uint64_t now_ms)
{
	return nonce->made_ms > challenge->floor_ms && nonce->made_ms <= now_ms &&
	       now_ms - nonce->made_ms < SY_CHALLENGE_NONCE_MS;
}

/* Where this nonce's uses are counted: its own place, a free or expired one, or the oldest's. */
static struct used *place(struct sy_challenge *challenge, const struct nonce *nonce, uint64_t now_ms)
{
	struct used *oldest = &challenge->used[0];

	for (size_t i = 0; i < SY_CHALLENGE_USED; i++) {
		struct used *used = &challenge->used[i];

		if (used->made_ms == nonce->made_ms && used->chance == nonce->chance)
			return used;
		if (used->made_ms < oldest->made_ms)
			oldest = used;
	}
	if (oldest->made_ms && now_ms - oldest->made_ms < SY_CHALLENGE_NONCE_MS)
		challenge->floor_ms = oldest->made_ms;
	*oldest = (struct used){.chance = nonce->chance, .made_ms = nonce->made_ms};
	return oldest;
}

/* Without qop a request carries no count: such a nonce serves once. */
static uint32_t count_of(const struct httpauth_digest_resp *resp)
{
	return pl_isset(&resp->qop) ? pl_x32(&resp->nc) : 1;
}

static const struct user *find_user(const struct sy_challenge *challenge, const struct pl *name)
{
	for (size_t i = 0; i < challenge->users_n; i++)
		if (!pl_strcmp(name, challenge->users[i].name))
			return &challenge->users[i];
	return NULL;
}

enum sy_challenge_result sy_challenge_check(struct sy_challenge *challenge, const struct sy_challenge_answer *answer)
{
	struct pl value = {answer->value, answer->len};
	struct pl method = {answer->method, answer->method_len};
	struct httpauth_digest_resp resp;
	struct nonce nonce;
	const struct user *user;
	struct used *used;

	if (httpauth_digest_response_decode(&resp, &value) || pl_strcmp(&resp.realm, challenge->realm) ||
		read_nonce(challenge, &resp.nonce, answer->asked.source, &nonce) ||
		!is_current(challenge, &nonce, answer->asked.now_ms))
		return SY_CHALLENGE_STALE;
	user = find_user(challenge, &resp.username);
	if (!user || httpauth_digest_response_auth(&resp, &method, user->ha1))
		return SY_CHALLENGE_WRONG;
	used = place(challenge, &nonce, answer->asked.now_ms);
	if (count_of(&resp) <= used->count)
		return SY_CHALLENGE_REPLAY;
	used->count = count_of(&resp);
	return SY_CHALLENGE_OK;
}
