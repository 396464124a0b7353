#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "base/network.h"

static struct sockaddr_storage address_of(const char *text)
{
	struct sockaddr_in in = {.sin_family = AF_INET};
	struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
	struct sockaddr_storage address = {0};

	if (inet_pton(AF_INET, text, &in.sin_addr) == 1)
		memcpy(&address, &in, sizeof(in));
	else if (inet_pton(AF_INET6, text, &in6.sin6_addr) == 1)
		memcpy(&address, &in6, sizeof(in6));
	return address;
}

static void covers_to_the_last_bit(void **state)
{
	(void)state;
	static const struct {
		const char *network, *address;
		bool covered;
	} cases[] = {
		{"192.0.2.7", "192.0.2.7", true},
		{"192.0.2.7", "192.0.2.6", false},
		{"192.0.2.6/31", "192.0.2.7", true},
		{"192.0.2.6/31", "192.0.2.8", false},
		{"127.0.0.0/8", "127.255.255.255", true},
		{"127.0.0.0/8", "128.0.0.0", false},
		{"0.0.0.0/0", "203.0.113.1", true},
		{"0.0.0.0/0", "2001:db8::1", false},
		{"::/0", "203.0.113.1", true},
		{"127.0.0.0/8", "::ffff:127.0.0.1", true},
		{"::ffff:127.0.0.1", "127.0.0.1", true},
		{"2001:db8::/33", "2001:db8:7fff::1", true},
		{"2001:db8::/33", "2001:db8:8000::1", false},
		{"::1/128", "::1", true},
		{"::1/128", "::2", false},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct sockaddr_storage address = address_of(cases[i].address);
		struct sy_network network;
		assert_int_equal(sy_network_parse(cases[i].network, &network), 0);
		if (sy_network_covers(&network, (const struct sockaddr *)&address) != cases[i].covered)
			fail_msg("%s and %s", cases[i].network, cases[i].address);
	}
}

static void other_families_are_never_covered(void **state)
{
	(void)state;
	const struct sockaddr local = {.sa_family = AF_UNIX};
	struct sy_network any;
	char text[SY_NETWORK_TEXT_BYTES];

	assert_int_equal(sy_network_parse("::/0", &any), 0);
	assert_false(sy_network_covers(&any, &local));
	sy_network_text(&local, text);
	assert_string_equal(text, "?");
}

static void slips_are_refused(void **state)
{
	(void)state;
	static const char *const slips[] = {"", "/", "/8", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8x",
		"10.0.0.0/-1", "10.0.0", "10.0.0.256", "localhost", "::/129", "2001:db8::1/32", "::g", "10.0.0.0/0008",
		"1234567890123456789012345678901234567890123456789012345678901234567890/8"};

	for (size_t i = 0; i < sizeof(slips) / sizeof(slips[0]); i++) {
		struct sy_network network = {.bits = 77};
		if (sy_network_parse(slips[i], &network) != EINVAL || network.bits != 77)
			fail_msg("\"%s\" passes", slips[i]);
	}
}

static void text_is_what_people_write(void **state)
{
	(void)state;
	static const char *const texts[][2] = {{"192.0.2.7", "192.0.2.7"}, {"::ffff:192.0.2.7", "192.0.2.7"},
		{"2001:DB8::1", "2001:db8::1"}, {"::1", "::1"}};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		const struct sockaddr_storage address = address_of(texts[i][0]);
		char text[SY_NETWORK_TEXT_BYTES];
		sy_network_text((const struct sockaddr *)&address, text);
		assert_string_equal(text, texts[i][1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(covers_to_the_last_bit),
		cmocka_unit_test(other_families_are_never_covered),
		cmocka_unit_test(slips_are_refused),
		cmocka_unit_test(text_is_what_people_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
