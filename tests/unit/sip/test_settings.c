#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "audio/media/codec.h"
#include "audio/sip/settings.h"

static const struct sy_sip_listen loopback = {SY_SIP_UDP, "127.0.0.1", 5060};

static int on_arrival(void *arg, struct sy_arrival *arrival)
{
	(void)arg;
	(void)arrival;
	return EBUSY;
}

static struct sy_sip_prm good(void)
{
	return (struct sy_sip_prm){.listen = &loopback, .listen_n = 1, .arrival = on_arrival};
}

static void refused(const struct sy_sip_prm *prm, int err, const char *about)
{
	struct sy_problem why = {0};
	struct sy_settings *settings = NULL;

	assert_int_equal(sy_settings_create(prm, &why, &settings), err);
	assert_null(settings);
	if (!strstr(why.text, about))
		fail_msg("nothing about \"%s\" in \"%s\"", about, why.text);
}

static void test_defaults(void **state)
{
	struct sy_sip_prm prm = good();
	struct sy_settings *settings = NULL;
	const struct sy_sip_prm *set;

	(void)state;
	assert_int_equal(sy_settings_create(&prm, NULL, &settings), 0);
	set = sy_settings_prm(settings);
	assert_int_equal(set->calls_max, 200);
	assert_int_equal(set->source_invites_s, 10);
	assert_int_equal(set->source_messages_s, 200);
	assert_int_equal(set->silence_s, 60);
	assert_int_equal(set->longest_s, 7200);
	assert_int_equal(set->rtp_port_min, 10000);
	assert_int_equal(set->rtp_port_max, 19999);
	assert_int_equal(set->codec_n, SY_CODECS);
	assert_string_equal(set->codec[0], "opus");
	assert_string_equal(set->case_header, "X-Sayso-Case");
	assert_string_equal(set->answers_to, "sayso");
	sy_settings_destroy(settings);
}

static void test_everything_is_copied(void **state)
{
	char address[] = "127.0.0.1";
	char target[] = "sip:queue@127.0.0.1";
	char codec[] = "PCMA";
	const char *codecs[] = {codec};
	struct sy_sip_listen listen = {SY_SIP_UDP, address, 0};
	struct sy_sip_prm prm = good();
	struct sy_settings *settings = NULL;
	const struct sy_sip_prm *set;

	(void)state;
	prm.listen = &listen;
	prm.transfer_to = target;
	prm.codec = codecs;
	prm.codec_n = 1;
	assert_int_equal(sy_settings_create(&prm, NULL, &settings), 0);
	memset(address, 'x', sizeof address - 1);
	memset(target, 'x', sizeof target - 1);
	memset(codec, 'x', sizeof codec - 1);
	set = sy_settings_prm(settings);
	assert_string_equal(set->listen[0].address, "127.0.0.1");
	assert_string_equal(set->transfer_to, "sip:queue@127.0.0.1");
	assert_string_equal(set->codec[0], "PCMA");
	sy_settings_destroy(settings);
}

struct limit {
	size_t offset;
	unsigned min;
	unsigned max;
	const char *about;
};

static unsigned *field(struct sy_sip_prm *prm, const struct limit *limit)
{
	return (unsigned *)(void *)((char *)prm + limit->offset);
}

static void test_numbers_at_their_edges(void **state)
{
	static const struct limit limits[] = {
		{offsetof(struct sy_sip_prm, source_invites_s), 1, 10000, "INVITEs"},
		{offsetof(struct sy_sip_prm, source_messages_s), 1, 100000, "messages"},
		{offsetof(struct sy_sip_prm, calls_max), 1, 10000, "limit on calls"},
		{offsetof(struct sy_sip_prm, retry_after_s), 1, 3600, "Retry-After"},
		{offsetof(struct sy_sip_prm, silence_s), 30, 3600, "silence"},
		{offsetof(struct sy_sip_prm, longest_s), 10, 86400, "longest"},
		{offsetof(struct sy_sip_prm, agent_ring_s), 5, 300, "agent"},
		{offsetof(struct sy_sip_prm, ring_ms), 0, 30000, "ringing"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
		struct sy_sip_prm prm = good();
		struct sy_settings *settings = NULL;

		*field(&prm, &limits[i]) = limits[i].min;
		assert_int_equal(sy_settings_create(&prm, NULL, &settings), 0);
		sy_settings_destroy(settings);
		*field(&prm, &limits[i]) = limits[i].max;
		assert_int_equal(sy_settings_create(&prm, NULL, &settings), 0);
		sy_settings_destroy(settings);
		*field(&prm, &limits[i]) = limits[i].max + 1;
		refused(&prm, EINVAL, limits[i].about);
		if (limits[i].min < 2)
			continue;
		*field(&prm, &limits[i]) = limits[i].min - 1;
		refused(&prm, EINVAL, limits[i].about);
	}
}

static void test_ports(void **state)
{
	static const uint16_t bad[][2] = {{10001, 10010}, {1022, 2000}, {10000, 9000}, {20000, 20000}};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct sy_sip_prm prm = good();

		prm.rtp_port_min = bad[i][0];
		prm.rtp_port_max = bad[i][1];
		refused(&prm, EINVAL, "RTP ports");
	}
}

static void test_what_does_not_fit_together(void **state)
{
	static const struct sy_sip_listen tls = {SY_SIP_TLS, "127.0.0.1", 5061};
	static const struct sy_sip_access password = {"10.0.0.0/8", SY_SIP_PASSWORD};
	static const char *const codecs[] = {"G729"};
	struct sy_sip_prm prm = good();

	(void)state;
	prm.listen_n = 0;
	refused(&prm, EINVAL, "listen");
	prm.listen_n = SY_SETTINGS_LISTEN_MAX + 1;
	refused(&prm, EINVAL, "listen");
	prm = good();
	prm.listen = &tls;
	refused(&prm, EINVAL, "certificate");
	prm.certificate = "/nonexistent.pem";
	refused(&prm, ENOENT, "/nonexistent.pem");
	prm = good();
	prm.access = &password;
	prm.access_n = 1;
	refused(&prm, EINVAL, "no users");
	prm = good();
	prm.otherwise = SY_SIP_PASSWORD;
	refused(&prm, EINVAL, "no users");
	prm = good();
	prm.codec = codecs;
	prm.codec_n = 1;
	refused(&prm, EINVAL, "G729");
	prm = good();
	prm.arrival = NULL;
	refused(&prm, EINVAL, "takes the calls");
}

static void test_trunks(void **state)
{
	static const struct sy_sip_trunk bad[] = {
		{"pbx", "http://pbx", "sayso", NULL, NULL, 600},
		{"pbx", "sip:pbx", "sayso", NULL, NULL, 59},
		{"pbx", "sip:pbx", "sayso", NULL, NULL, 86401},
		{"pbx", "sip:pbx", "", NULL, NULL, 600},
		{NULL, "sip:pbx", "sayso", NULL, NULL, 600},
	};
	struct sy_sip_prm prm = good();

	(void)state;
	prm.trunk_n = 1;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		prm.trunk = &bad[i];
		refused(&prm, EINVAL, "trunk");
	}
	prm.trunk_n = SY_SETTINGS_TRUNKS_MAX + 1;
	refused(&prm, EINVAL, "17 trunks");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_everything_is_copied),
		cmocka_unit_test(test_numbers_at_their_edges),
		cmocka_unit_test(test_ports),
		cmocka_unit_test(test_what_does_not_fit_together),
		cmocka_unit_test(test_trunks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
