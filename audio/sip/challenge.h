/*
 * challenge: passwords of callers, by digest (RFC 7616 with MD5, which is what phones and PBXs speak).
 *
 * A nonce carries its time and our signature, which covers the source too, so that a flood of first requests is
 * answered without keeping anything, and nobody can fail in the name of an address that is not theirs. Only nonces that
 * were used well are kept, with the count of their last use, and a count that does not grow is a replay. When more than
 * SY_CHALLENGE_USED are in use at once the oldest are forgotten, and every nonce as old as those is stale from then on:
 * forgetting never lets a replay in. For one thread.
 */
#ifndef SY_SIP_CHALLENGE_H
#define SY_SIP_CHALLENGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audio/sip/sip.h"

/* A phone answers a challenge within a second; a re-used nonce saves it the second request for so long. */
#define SY_CHALLENGE_NONCE_MS 60000
#define SY_CHALLENGE_USED 1024
#define SY_CHALLENGE_USERS_MAX 1024
/* Room for the header's value. */
#define SY_CHALLENGE_BYTES 384
#define SY_CHALLENGE_REALM_BYTES 128

enum sy_challenge_result {
	SY_CHALLENGE_OK,
	SY_CHALLENGE_STALE, /* no nonce that we gave this source of late: ask again, it means nothing */
	SY_CHALLENGE_WRONG, /* user or password, with a nonce of ours */
	SY_CHALLENGE_REPLAY
};

struct sy_challenge;

/* Passwords are not kept, their hashes are. EINVAL: a user or realm that digest cannot carry. */
struct sy_challenge_prm {
	const char *realm;
	const struct sy_sip_user *user;
	size_t user_n;
};

int sy_challenge_create(
	const struct sy_challenge_prm *prm, struct sy_problem *why, struct sy_challenge **ret_challenge);
void sy_challenge_destroy(struct sy_challenge *challenge);

/* Who is asked, and when. */
struct sy_challenge_asked {
	const char *source; /* an address without port */
	uint64_t now_ms;    /* of a monotonic clock */
};

/* The value of WWW-Authenticate. */
void sy_challenge_write(struct sy_challenge *challenge, const struct sy_challenge_asked *asked, bool stale,
	char ret_value[SY_CHALLENGE_BYTES]);

/* What a request says for itself. */
struct sy_challenge_answer {
	const char *value; /* of the Authorization header */
	size_t len;
	const char *method;
	size_t method_len;
	struct sy_challenge_asked asked;
};

enum sy_challenge_result sy_challenge_check(struct sy_challenge *challenge, const struct sy_challenge_answer *answer);

#endif
