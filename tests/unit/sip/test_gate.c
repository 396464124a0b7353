#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "audio/sip/gate.h"

static struct sy_gate *gate_of(const struct sy_sip_access *access, size_t n)
{
	const struct sy_gate_prm prm = {access, n, SY_SIP_REFUSE, 3, 10};
	struct sy_gate *gate = NULL;

	assert_int_equal(sy_gate_create(&prm, NULL, &gate), 0);
	return gate;
}

static struct sockaddr_storage address(const char *text)
{
	struct sockaddr_storage storage = {0};
	struct sockaddr_in in = {.sin_family = AF_INET};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};

	if (inet_pton(AF_INET, text, &in.sin_addr) == 1) {
		memcpy(&storage, &in, sizeof in);
	} else {
		assert_int_equal(inet_pton(AF_INET6, text, &in6.sin6_addr), 1);
		memcpy(&storage, &in6, sizeof in6);
	}
	return storage;
}

static enum sy_sip_rule rule(const struct sy_gate *gate, const char *text)
{
	struct sockaddr_storage storage = address(text);

	return sy_gate_rule(gate, (const struct sockaddr *)&storage);
}

static enum sy_gate_verdict pass(struct sy_gate *gate, const char *text, bool invite, uint64_t now_ms)
{
	struct sockaddr_storage storage = address(text);
	const struct sy_gate_message message = {(const struct sockaddr *)&storage, invite, now_ms};
	bool report;

	return sy_gate_pass(gate, &message, &report);
}

static void test_first_entry_that_covers_decides(void **state)
{
	static const struct sy_sip_access access[] = {
		{"192.0.2.7", SY_SIP_PASSWORD},
		{"192.0.2.0/24", SY_SIP_OPEN},
		{"198.51.100.128/25", SY_SIP_OPEN},
		{"2001:db8::/33", SY_SIP_OPEN},
	};
	struct sy_gate *gate = gate_of(access, 4);

	(void)state;
	assert_int_equal(rule(gate, "192.0.2.7"), SY_SIP_PASSWORD);
	assert_int_equal(rule(gate, "192.0.2.8"), SY_SIP_OPEN);
	assert_int_equal(rule(gate, "192.0.3.8"), SY_SIP_REFUSE);
	assert_int_equal(rule(gate, "198.51.100.127"), SY_SIP_REFUSE);
	assert_int_equal(rule(gate, "198.51.100.128"), SY_SIP_OPEN);
	assert_int_equal(rule(gate, "2001:db8:7fff::1"), SY_SIP_OPEN);
	assert_int_equal(rule(gate, "2001:db8:8000::1"), SY_SIP_REFUSE);
	/* The same caller, seen through a socket for both families. */
	assert_int_equal(rule(gate, "::ffff:192.0.2.8"), SY_SIP_OPEN);
	sy_gate_destroy(gate);
}

static void test_what_is_no_network_is_named(void **state)
{
	static const char *const bad[] = {"", "192.0.2", "192.0.2.0/33", "192.0.2.0/", "2001:db8::/129", "pbx.com",
		"192.0.2.0/2x", "192.0.2.0/-1", "/8", "192.0.2.7/24"};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		const struct sy_sip_access access = {bad[i], SY_SIP_OPEN};
		const struct sy_gate_prm prm = {&access, 1, SY_SIP_OPEN, 1, 1};
		struct sy_problem why = {0};
		struct sy_gate *gate = NULL;

		assert_int_equal(sy_gate_create(&prm, &why, &gate), EINVAL);
		assert_non_null(strstr(why.text, bad[i]));
		assert_null(gate);
	}
}

static void test_a_list_has_an_end(void **state)
{
	static struct sy_sip_access access[SY_GATE_ACCESS_MAX + 1];
	struct sy_gate_prm prm = {access, SY_GATE_ACCESS_MAX, SY_SIP_OPEN, 1, 1};
	struct sy_gate *gate = NULL;

	(void)state;
	for (size_t i = 0; i <= SY_GATE_ACCESS_MAX; i++)
		access[i].net = "10.0.0.0/8";
	assert_int_equal(sy_gate_create(&prm, NULL, &gate), 0);
	sy_gate_destroy(gate);
	prm.access_n++;
	assert_int_equal(sy_gate_create(&prm, NULL, &gate), EINVAL);
}

static void test_a_source_has_a_rate_of_its_own(void **state)
{
	static const struct sy_sip_access access[] = {{"0.0.0.0/0", SY_SIP_OPEN}};
	struct sy_gate *gate = gate_of(access, 1);

	(void)state;
	for (int i = 0; i < 10; i++)
		assert_int_equal(pass(gate, "192.0.2.1", false, 1000), SY_GATE_PASS);
	assert_int_equal(pass(gate, "192.0.2.1", false, 1000), SY_GATE_LIMITED);
	assert_int_equal(pass(gate, "192.0.2.2", false, 1000), SY_GATE_PASS);
	/* 10 a second are one each 100 ms. */
	assert_int_equal(pass(gate, "192.0.2.1", false, 1099), SY_GATE_LIMITED);
	assert_int_equal(pass(gate, "192.0.2.1", false, 1100), SY_GATE_PASS);
	assert_int_equal(pass(gate, "192.0.2.1", false, 1100), SY_GATE_LIMITED);
	sy_gate_destroy(gate);
}

static void test_invites_are_counted_apart(void **state)
{
	static const struct sy_sip_access access[] = {{"0.0.0.0/0", SY_SIP_OPEN}};
	struct sy_gate *gate = gate_of(access, 1);

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(pass(gate, "192.0.2.1", true, 0), SY_GATE_PASS);
	assert_int_equal(pass(gate, "192.0.2.1", true, 0), SY_GATE_LIMITED);
	assert_int_equal(pass(gate, "192.0.2.1", false, 0), SY_GATE_PASS);
	/* What a source saves up is one second's worth, however long it was away. */
	for (int i = 0; i < 3; i++)
		assert_int_equal(pass(gate, "192.0.2.1", true, 3600000), SY_GATE_PASS);
	assert_int_equal(pass(gate, "192.0.2.1", true, 3600000), SY_GATE_LIMITED);
	sy_gate_destroy(gate);
}

static void test_an_ipv6_subscriber_is_one_source(void **state)
{
	static const struct sy_sip_access access[] = {{"::/0", SY_SIP_OPEN}};
	struct sy_gate *gate = gate_of(access, 1);

	(void)state;
	assert_int_equal(pass(gate, "2001:db8::1", true, 0), SY_GATE_PASS);
	assert_int_equal(pass(gate, "2001:db8::2", true, 0), SY_GATE_PASS);
	assert_int_equal(pass(gate, "2001:db8::ffff:1", true, 0), SY_GATE_PASS);
	assert_int_equal(pass(gate, "2001:db8::3", true, 0), SY_GATE_LIMITED);
	assert_int_equal(pass(gate, "2001:db8:0:1::3", true, 0), SY_GATE_PASS);
	sy_gate_destroy(gate);
}

/* Each second one line a source, so that fail2ban sees it and no disk fills. */
static void test_reports_are_few(void **state)
{
	struct sy_gate *gate = gate_of(NULL, 0);
	struct sockaddr_storage storage = address("192.0.2.1");
	struct sy_gate_message message = {(const struct sockaddr *)&storage, false, 0};
	unsigned reports = 0;

	(void)state;
	for (message.now_ms = 0; message.now_ms < 5000; message.now_ms++) {
		bool report = false;

		assert_int_equal(sy_gate_pass(gate, &message, &report), SY_GATE_REFUSED);
		reports += report;
	}
	assert_int_equal(reports, 5);
	sy_gate_destroy(gate);
}

/* A flood from everywhere displaces strangers, never grows, and leaves others their rate. */
static void test_many_sources(void **state)
{
	static const struct sy_sip_access access[] = {{"0.0.0.0/0", SY_SIP_OPEN}};
	struct sy_gate *gate = gate_of(access, 1);
	struct sockaddr_in in = {.sin_family = AF_INET};

	(void)state;
	for (uint32_t i = 0; i < 20 * SY_GATE_SOURCES; i++) {
		struct sy_gate_message message = {(const struct sockaddr *)&in, true, i / 100};
		bool report;

		in.sin_addr.s_addr = htonl(0x0a000000 + i);
		assert_int_equal(sy_gate_pass(gate, &message, &report), SY_GATE_PASS);
	}
	assert_int_equal(pass(gate, "192.0.2.1", true, 1000), SY_GATE_PASS);
	sy_gate_destroy(gate);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_entry_that_covers_decides),
		cmocka_unit_test(test_what_is_no_network_is_named),
		cmocka_unit_test(test_a_list_has_an_end),
		cmocka_unit_test(test_a_source_has_a_rate_of_its_own),
		cmocka_unit_test(test_invites_are_counted_apart),
		cmocka_unit_test(test_an_ipv6_subscriber_is_one_source),
		cmocka_unit_test(test_reports_are_few),
		cmocka_unit_test(test_many_sources),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
