#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <re.h>
#include <stdio.h>
#include <string.h>

#include "audio/sip/challenge.h"

#define ANSWER_BYTES 1024

/* A phone's side, by RFC 7616. */
struct phone {
	const char *user;
	const char *password;
	const char *method;
	unsigned count; /* 0: without qop, as RFC 2069 had it */
};

static struct sy_challenge *challenge;

static int setup(void **state)
{
	static const struct sy_sip_user users[] = {{"alice", "secret"}, {"bob", "other"}};
	static const struct sy_challenge_prm prm = {"test", users, 2};

	(void)state;
	return sy_challenge_create(&prm, NULL, &challenge);
}

static int teardown(void **state)
{
	(void)state;
	sy_challenge_destroy(challenge);
	return 0;
}

static void nonce_at(uint64_t now_ms, char nonce[80])
{
	char value[SY_CHALLENGE_BYTES];

	const struct sy_challenge_asked asked = {"192.0.2.1", now_ms};

	sy_challenge_write(challenge, &asked, false, value);
	assert_int_equal(sscanf(value, "Digest realm=\"test\", nonce=\"%79[0-9a-f]\"", nonce), 1);
}

static void answer(const struct phone *phone, const char *nonce, char text[ANSWER_BYTES])
{
	uint8_t ha1[MD5_SIZE];
	uint8_t ha2[MD5_SIZE];
	uint8_t response[MD5_SIZE];
	char count[64] = "";

	assert_int_equal(md5_printf(ha1, "%s:test:%s", phone->user, phone->password), 0);
	assert_int_equal(md5_printf(ha2, "%s:sip:ivr@127.0.0.1", phone->method), 0);
	if (phone->count) {
		assert_int_equal(md5_printf(response, "%w:%s:%08x:abc:auth:%w", ha1, sizeof ha1, nonce, phone->count,
					 ha2, sizeof ha2),
			0);
		(void)snprintf(count, sizeof count, ", qop=auth, nc=%08x, cnonce=\"abc\"", phone->count);
	} else {
		assert_int_equal(md5_printf(response, "%w:%s:%w", ha1, sizeof ha1, nonce, ha2, sizeof ha2), 0);
	}
	assert_true(re_snprintf(text, ANSWER_BYTES,
			    "Digest username=\"%s\", realm=\"test\", nonce=\"%s\", uri=\"sip:ivr@127.0.0.1\", "
			    "response=\"%w\"%s",
			    phone->user, nonce, response, sizeof response, count) > 0);
}

static enum sy_challenge_result check(const char *text, uint64_t now_ms)
{
	const struct sy_challenge_answer said = {text, strlen(text), "INVITE", 6, {"192.0.2.1", now_ms}};

	return sy_challenge_check(challenge, &said);
}

static const struct phone alice = {"alice", "secret", "INVITE", 1};

static void test_the_right_password(void **state)
{
	static const struct phone bob = {"bob", "other", "INVITE", 1};
	char nonce[80];
	char text[ANSWER_BYTES];

	(void)state;
	nonce_at(1000, nonce);
	answer(&alice, nonce, text);
	assert_int_equal(check(text, 1500), SY_CHALLENGE_OK);
	nonce_at(1000, nonce);
	answer(&bob, nonce, text);
	assert_int_equal(check(text, 1500), SY_CHALLENGE_OK);
}

static void test_wrong_passwords(void **state)
{
	static const struct phone phones[] = {
		{"alice", "Secret", "INVITE", 1},
		{"alice", "other", "INVITE", 1},
		{"mallory", "secret", "INVITE", 1},
		{"alice", "secret", "OPTIONS", 1}, /* overheard in another request */
		{"", "", "INVITE", 1},
	};
	char nonce[80];
	char text[ANSWER_BYTES];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(phones); i++) {
		nonce_at(1000, nonce);
		answer(&phones[i], nonce, text);
		assert_int_equal(check(text, 1500), SY_CHALLENGE_WRONG);
	}
	assert_int_equal(check("", 1500), SY_CHALLENGE_STALE);
	assert_int_equal(check("Basic YWxpY2U6c2VjcmV0", 1500), SY_CHALLENGE_STALE);
}

/* Nobody can have another banned by failing in their name: the nonce never came to them. */
static void test_a_nonce_is_for_one_source(void **state)
{
	static const struct phone mallory = {"mallory", "guess", "INVITE", 1};
	const struct phone *phones[] = {&alice, &mallory};
	char nonce[80];
	char text[ANSWER_BYTES];

	(void)state;
	nonce_at(1000, nonce);
	for (size_t i = 0; i < ARRAY_SIZE(phones); i++) {
		answer(phones[i], nonce, text);
		const struct sy_challenge_answer elsewhere = {text, strlen(text), "INVITE", 6, {"192.0.2.10", 1500}};

		assert_int_equal(sy_challenge_check(challenge, &elsewhere), SY_CHALLENGE_STALE);
	}
	answer(&mallory, nonce, text);
	assert_int_equal(check(text, 1500), SY_CHALLENGE_WRONG);
}

static void test_counts_must_grow(void **state)
{
	struct phone phone = alice;
	char nonce[80];
	char text[ANSWER_BYTES];

	(void)state;
	nonce_at(1000, nonce);
	answer(&phone, nonce, text);
	assert_int_equal(check(text, 1000), SY_CHALLENGE_OK);
	assert_int_equal(check(text, 1001), SY_CHALLENGE_REPLAY);
	phone.count = 3;
	answer(&phone, nonce, text);
	assert_int_equal(check(text, 1002), SY_CHALLENGE_OK);
	phone.count = 2;
	answer(&phone, nonce, text);
	assert_int_equal(check(text, 1003), SY_CHALLENGE_REPLAY);
}

static void test_without_a_count_a_nonce_serves_once(void **state)
{
	struct phone phone = {"alice", "secret", "INVITE", 0};
	char nonce[80];
	char text[ANSWER_BYTES];

	(void)state;
	nonce_at(1000, nonce);
	answer(&phone, nonce, text);
	assert_int_equal(check(text, 1000), SY_CHALLENGE_OK);
	assert_int_equal(check(text, 1000), SY_CHALLENGE_REPLAY);
}

static void test_nonces_grow_old(void **state)
{
	char nonce[80];
	char text[ANSWER_BYTES];

	(void)state;
	nonce_at(1000, nonce);
	answer(&alice, nonce, text);
	assert_int_equal(check(text, 1000 + SY_CHALLENGE_NONCE_MS), SY_CHALLENGE_STALE);
	assert_int_equal(check(text, 999), SY_CHALLENGE_STALE); /* from the future: not this clock's */
	assert_int_equal(check(text, 999 + SY_CHALLENGE_NONCE_MS), SY_CHALLENGE_OK);
}

static void test_nonces_of_others_are_stale(void **state)
{
	char nonce[80];
	char text[ANSWER_BYTES];

	(void)state;
	nonce_at(1000, nonce);
	nonce[63] = nonce[63] == '0' ? '1' : '0';
	answer(&alice, nonce, text);
	assert_int_equal(check(text, 1000), SY_CHALLENGE_STALE);
	nonce[40] = '\0';
	answer(&alice, nonce, text);
	assert_int_equal(check(text, 1000), SY_CHALLENGE_STALE);
}

/* One more phone than can be remembered: the first one's words are stale then, never good again. */
static void test_what_is_forgotten_cannot_be_replayed(void **state)
{
	char first[ANSWER_BYTES];
	char text[ANSWER_BYTES];
	char nonce[80];

	(void)state;
	nonce_at(1000, nonce);
	answer(&alice, nonce, first);
	assert_int_equal(check(first, 1000), SY_CHALLENGE_OK);
	for (int i = 1; i < SY_CHALLENGE_USED; i++) {
		nonce_at(1000 + (uint64_t)i, nonce);
		answer(&alice, nonce, text);
		assert_int_equal(check(text, 3000), SY_CHALLENGE_OK);
	}
	assert_int_equal(check(first, 3000), SY_CHALLENGE_REPLAY);
	nonce_at(3000, nonce);
	answer(&alice, nonce, text);
	assert_int_equal(check(text, 3000), SY_CHALLENGE_OK);
	assert_int_equal(check(first, 3000), SY_CHALLENGE_STALE);
}

static void test_settings_that_digest_cannot_carry(void **state)
{
	static const struct sy_sip_user users[] = {{"a:b", "x"}, {"a\"b", "x"}, {"", "x"}, {"a", NULL}};
	struct sy_challenge *none = NULL;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(users); i++) {
		const struct sy_challenge_prm prm = {"test", &users[i], 1};

		assert_int_equal(sy_challenge_create(&prm, NULL, &none), EINVAL);
	}
	const struct sy_challenge_prm realm = {"a\"b", users, 0};

	assert_int_equal(sy_challenge_create(&realm, NULL, &none), EINVAL);
	assert_null(none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_the_right_password, setup, teardown),
		cmocka_unit_test_setup_teardown(test_wrong_passwords, setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_nonce_is_for_one_source, setup, teardown),
		cmocka_unit_test_setup_teardown(test_counts_must_grow, setup, teardown),
		cmocka_unit_test_setup_teardown(test_without_a_count_a_nonce_serves_once, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nonces_grow_old, setup, teardown),
		cmocka_unit_test_setup_teardown(test_nonces_of_others_are_stale, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_is_forgotten_cannot_be_replayed, setup, teardown),
		cmocka_unit_test(test_settings_that_digest_cannot_carry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
