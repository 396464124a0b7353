/*
 * config: the defaults answer on this machine, every setting's edges, what is wrong is named by line, and what is
 * printed reads back the same.
 */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/yaml.h"
#include "engine/run/config.h"
#include "engine/run/setting.h"

static int load(const char *text, struct sy_config **ret_config, struct sy_problem *why)
{
	return sy_config_load_text("test.yaml", text, strlen(text), ret_config, why);
}

static void good(const char *text)
{
	struct sy_config *config = NULL;
	struct sy_problem why = {0};

	if (load(text, &config, &why))
		fail_msg("%s: %s", text, why.text);
	sy_config_destroy(config);
}

/* Refused, on that line, with these words. */
static void bad(const char *text, int line, const char *words)
{
	struct sy_config *config = NULL;
	struct sy_problem why = {0};
	char where[64];

	(void)snprintf(where, sizeof where, "test.yaml:%d:", line);
	assert_int_equal(load(text, &config, &why), EINVAL);
	assert_null(config);
	if (strncmp(why.text, where, strlen(where)) != 0 || !strstr(why.text, words) || strchr(why.text, '\n'))
		fail_msg("%s\n-> %s", text, why.text);
}

static void defaults_are_this_machine(void **state)
{
	struct sy_config *config = NULL;

	(void)state;
	assert_int_equal(sy_config_load(NULL, &config, NULL), 0);
	assert_string_equal(config->sip.udp, "127.0.0.1:5060");
	assert_string_equal(config->sip.tcp, "127.0.0.1:5060");
	assert_string_equal(config->sip.tls, "");
	assert_string_equal(config->http.listen, "127.0.0.1:8080");
	assert_string_equal(config->audiosocket.listen, "127.0.0.1:8090");
	assert_string_equal(config->content.db, "");
	assert_true(config->sip.invites_per_s >= 50);
	assert_true(config->calls.max >= 200);
	assert_true(config->sip.rtp_silence_s >= 30);
	assert_int_equal(config->sip.trusted.n, 2);
	assert_string_equal(config->sip.trusted.at[0], "127.0.0.0/8");
	assert_int_equal(config->sip.codecs.n, 4);
	assert_int_equal(config->handoff.mode, SY_PASS_DESK);
	sy_config_destroy(config);
}

/* Both ends of every number are taken, what lies beyond is not. Two settings that hang together are moved as one. */
static void every_number_has_edges(void **state)
{
	const struct sy_setting_group *groups;
	size_t n;

	(void)state;
	groups = sy_setting_groups(&n);
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < groups[i].n; k++) {
			const struct sy_setting *setting = &groups[i].settings[k];
			const char *entry = groups[i].size ? "  - name: a\n    server: b\n    user: c\n  " : "\n\n\n";
			long values[] = {setting->min, setting->max, (long)setting->min - 1, (long)setting->max + 1};
			char text[256];

			if (setting->type != SY_SETTING_NUMBER)
				continue;
			for (size_t v = 0; v < 4; v++) {
				struct sy_config *config = NULL;
				struct sy_problem why = {0};
				int err;

				(void)snprintf(text, sizeof text, "%s:\n%s  %s: %ld\n", groups[i].name, entry,
					setting->name, values[v]);
				err = load(text, &config, &why);
				sy_config_destroy(config);
				if (v >= 2)
					bad(text, 5, setting->name);
				else if (err && !strstr(why.text, "rtp_port_min"))
					fail_msg("%s: %s", text, why.text);
			}
		}
	}
}

static void wrong_lines_are_named(void **state)
{
	(void)state;
	bad("sip:\n  upd: 127.0.0.1:5060\n", 2, "no setting 'sip.upd'");
	bad("calls:\n  max: 10\nsipp:\n  udp: x\n", 3, "no setting 'sipp'");
	bad("calls:\n  max: 10\n  max: 20\n", 3, "line 2 already");
	bad("calls:\n  max: 10\ncalls:\n  max: 20\n", 3, "line 1 already");
	bad("calls:\n  max: ten\n", 2, "a whole number from 1 to 2000");
	bad("calls:\n  max: 1e2\n", 2, "a whole number");
	bad("calls:\n  max: [1]\n", 2, "one value");
	bad("calls: 5\n", 1, "expected settings below it");
	bad("5\n", 1, "expected settings");
	bad("sip:\n  udp: localhost:5060\n", 2, "ADDRESS:PORT");
	bad("sip:\n  udp: 127.0.0.1\n", 2, "ADDRESS:PORT");
	bad("sip:\n  udp: 127.0.0.1:0\n", 2, "ADDRESS:PORT");
	bad("sip:\n  udp: 127.0.0.1:65536\n", 2, "ADDRESS:PORT");
	bad("sip:\n  udp: \"::1:5060\"\n", 2, "ADDRESS:PORT");
	bad("sip:\n  allowed: [10.0.0.0/33]\n", 2, "ADDRESS/BITS");
	bad("sip:\n  allowed: [10.0.0.0/]\n", 2, "ADDRESS/BITS");
	bad("sip:\n  allowed: 10.0.0.0\n", 2, "a list");
	bad("sip:\n  codecs: [pcma, g729]\n", 2, "one of opus, g722, pcmu, pcma");
	bad("sip:\n  codecs: [pcma, pcma]\n", 2, "each entry once");
	bad("sip:\n  codecs: []\n", 2, "no call can be answered");
	bad("sip:\n  srtp: maybe\n", 2, "one of never, optional, required");
	bad("handoff:\n  dialplan: 1\n", 2, "yes or no");
	bad("sip:\n  tls: 127.0.0.1:5061\n", 2, "tls_certificate");
	bad("sip:\n  rtp_port_min: 20000\n  rtp_port_max: 20398\n", 2, "200 calls need 400 ports");
	bad("sip:\n  rtp_port_min: 20001\n", 2, "even ports");
	bad("sip:\n  realm: \"a\\nb\"\n", 2, "control characters");
	bad("sip:\n  realm: \"a\\0b\"\n", 2, "\\0");
	bad("handoff:\n  mode: blind\n", 2, "handoff.target");
	bad("trunks:\n  - name: a\n", 2, "needs a server");
	bad("trunks:\n  - name: a\n    server: b\n", 2, "needs a user");
	bad("trunks:\n  - server: b\n    register: no\n", 2, "needs a name");
	bad("users:\n  - name: a\n", 2, "name and a password");
	bad("trunks:\n  name: a\n", 2, "a list");
	bad("calls:\n  max: 10\n---\ncalls:\n  max: 5\n", 3, "second document");
	bad("calls: &a\n  max: 10\nsip: *a\n", 3, "alias");
}

static void edges_that_are_good(void **state)
{
	(void)state;
	good("sip:\n  udp: \"\"\n  tcp:\n");
	good("sip:\n  udp: \"[::1]:5060\"\n");
	good("sip:\n  allowed: [10.0.0.0/8, \"::/0\", 192.168.1.1]\n");
	good("sip:\n  rtp_port_min: 20000\n  rtp_port_max: 20399\n");
	good("sip:\n  tls: 127.0.0.1:5061\n  tls_certificate: a.pem\n");
	good("handoff:\n  mode: bridge\n  target: sip:a@b\n");
	good("trunks: []\nusers:\n");
	good("trunks:\n  - {name: a, server: b, register: no, sources: [10.1.2.3]}\n");
}

static void lists_are_bounded(void **state)
{
	struct sy_text text = {0};

	(void)state;
	assert_int_equal(sy_text_add(&text, "sip:\n  allowed:\n"), 0);
	for (int i = 0; i < SY_CONFIG_LIST_MAX; i++)
		assert_int_equal(sy_text_addf(&text, "    - 10.0.0.%d\n", i), 0);
	good(sy_text_str(&text));
	assert_int_equal(sy_text_add(&text, "    - 10.0.1.0\n"), 0);
	bad(sy_text_str(&text), SY_CONFIG_LIST_MAX + 3, "at most 64");
	sy_text_reset(&text);
	assert_int_equal(sy_text_add(&text, "trunks:\n"), 0);
	for (int i = 0; i < SY_CONFIG_TRUNKS_MAX; i++)
		assert_int_equal(sy_text_addf(&text, "  - {name: t%d, server: s, register: no}\n", i), 0);
	good(sy_text_str(&text));
	assert_int_equal(sy_text_add(&text, "  - {name: t, server: s, register: no}\n"), 0);
	bad(sy_text_str(&text), SY_CONFIG_TRUNKS_MAX + 2, "at most 16");
	sy_text_reset(&text);
}

static void texts_are_bounded(void **state)
{
	char text[SY_CONFIG_TEXT_MAX + 64];
	int n;

	(void)state;
	n = snprintf(text, sizeof text, "sip:\n  realm: ");
	memset(text + n, 'a', SY_CONFIG_TEXT_MAX);
	text[n + SY_CONFIG_TEXT_MAX - 1] = '\0';
	good(text);
	text[n + SY_CONFIG_TEXT_MAX - 1] = 'a';
	text[n + SY_CONFIG_TEXT_MAX] = '\0';
	bad(text, 2, "less than 512");
}

static void check_round(const char *text)
{
	struct sy_config *config = NULL;
	struct sy_config *again = NULL;
	struct sy_text first = {0};
	struct sy_text second = {0};
	struct sy_problem why = {0};

	assert_int_equal(load(text, &config, NULL), 0);
	assert_int_equal(sy_config_print(config, true, &first), 0);
	if (load(sy_text_str(&first), &again, &why))
		fail_msg("%s\n%s", why.text, sy_text_str(&first));
	assert_int_equal(sy_config_print(again, true, &second), 0);
	assert_string_equal(sy_text_str(&first), sy_text_str(&second));
	sy_config_destroy(config);
	sy_config_destroy(again);
	sy_text_reset(&first);
	sy_text_reset(&second);
}

static void printed_reads_back(void **state)
{
	(void)state;
	check_round("{}");
	check_round("calls:\n  max: 7\nsip:\n  realm: 'a \"b\" \\c: #d'\n  codecs: [pcma]\n  ring_ms: 5\n"
		    "trunks:\n  - {name: a, server: 'b:5070', user: c, password: \"d'\\\"\", sources: [10.0.0.1]}\n"
		    "  - {name: e, server: f, register: no, transport: tls, expires_s: 60}\n"
		    "users:\n  - {name: g, password: h}\n");
}

static void passwords_are_not_printed(void **state)
{
	struct sy_config *config = NULL;
	struct sy_text text = {0};

	(void)state;
	assert_int_equal(load("trunks:\n  - {name: a, server: b, user: c, password: zebra}\n"
			      "users:\n  - {name: g, password: quagga}\n",
				 &config, NULL),
		0);
	assert_int_equal(sy_config_print(config, false, &text), 0);
	assert_null(strstr(sy_text_str(&text), "zebra"));
	assert_null(strstr(sy_text_str(&text), "quagga"));
	sy_text_reset(&text);
	sy_config_destroy(config);
}

static void files_that_are_not_there(void **state)
{
	struct sy_config *config = NULL;
	struct sy_problem why = {0};

	(void)state;
	assert_int_equal(sy_config_load("/nowhere/sayso.yaml", &config, &why), ENOENT);
	assert_non_null(strstr(why.text, "/nowhere/sayso.yaml"));
	assert_null(config);
}

/* docs/sayso.1 holds what the table says; sayso serve --print-man prints it anew. */
static void man_page_follows(void **state)
{
	struct sy_problem why = {0};
	struct sy_text page = {0};
	struct sy_text man = {0};

	(void)state;
	assert_int_equal(sy_yaml_read_text(SAYSO_SOURCE_DIR "/docs/sayso.1", 1u << 20, &page, &why), 0);
	assert_int_equal(sy_config_print_man(&man), 0);
	if (!strstr(sy_text_str(&page), sy_text_str(&man)))
		fail_msg("docs/sayso.1 lacks what sayso serve --print-man prints:\n%s", sy_text_str(&man));
	sy_text_reset(&page);
	sy_text_reset(&man);
}

static void costs_are_words_or_money(void **state)
{
	struct sy_config *config = NULL;
	struct sy_costs costs;
	const struct sy_costs usual = SY_COSTS_USUAL;

	(void)state;
	assert_int_equal(sy_config_load(NULL, &config, NULL), 0);
	sy_config_costs(config, &costs);
	assert_true(fabs(costs.wrong_answer - usual.wrong_answer) < 1e-9 && costs.question == usual.question &&
		    costs.person_minute == usual.person_minute);
	sy_config_destroy(config);
	assert_int_equal(
		load("costs:\n  wrong_answer: 3.50\n  question: 0.2\n  person_minute: 0.001\n", &config, NULL), 0);
	sy_config_costs(config, &costs);
	assert_true(costs.wrong_answer == 3.5 && costs.question == 0.2 && costs.person_minute == SY_COST_MIN);
	sy_config_destroy(config);
	/* A word is worth more where asking anew is dearer. */
	assert_int_equal(load("costs:\n  wrong_answer: very bad\n  person_minute: 4\n", &config, NULL), 0);
	sy_config_costs(config, &costs);
	assert_true(fabs(costs.wrong_answer - 8 * (0.1 + SY_TURNED_DOWN_MINUTES * 4)) < 1e-9);
	sy_config_destroy(config);
	good("costs:\n  wrong_answer: bearable\n");
	good("costs:\n  wrong_answer: 1000000\n");
	bad("\ncosts:\n  wrong_answer: awful\n", 3, "costs.wrong_answer");
	bad("costs:\n  wrong_answer: 0\n", 2, "\"very bad\"");
	bad("costs:\n  question: 1000001\n", 2, "costs.question");
	bad("costs:\n  question: bad\n", 2, "amount of money");
	bad("costs:\n  person_minute: -1\n", 2, "costs.person_minute");
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(costs_are_words_or_money),
		cmocka_unit_test(defaults_are_this_machine), cmocka_unit_test(every_number_has_edges),
		cmocka_unit_test(wrong_lines_are_named), cmocka_unit_test(edges_that_are_good),
		cmocka_unit_test(lists_are_bounded), cmocka_unit_test(texts_are_bounded),
		cmocka_unit_test(printed_reads_back), cmocka_unit_test(passwords_are_not_printed),
		cmocka_unit_test(files_that_are_not_there), cmocka_unit_test(man_page_follows)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
