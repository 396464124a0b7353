#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "prompts/prompt.h"
#include "prompts/prompt_id.h"

static struct sy_prompts *load(const char *text)
{
	struct sy_problem why = {""};
	struct sy_prompts *prompts = NULL;

	assert_int_equal(sy_prompts_load_text("test.prompt", text, strlen(text), &prompts, &why), 0);
	return prompts;
}

static void refused(const char *text, const char *expected)
{
	struct sy_problem why = {""};
	struct sy_prompts *prompts = NULL;

	assert_int_equal(sy_prompts_load_text("t.prompt", text, strlen(text), &prompts, &why), EINVAL);
	assert_null(prompts);
	if (!strstr(why.text, expected))
		fail_msg("expected \"%s\" in \"%s\"", expected, why.text);
}

static void test_reads_ids_and_texts(void **state)
{
	struct sy_prompts *prompts =
		load("# head\r\n\r\nhello:  Good morning: welcome. \r\nbye: Good {{ bye }}.\nlast: x");

	(void)state;
	assert_int_equal(sy_prompts_n(prompts), 3);
	assert_string_equal(sy_prompt_text(prompts, "hello"), "Good morning: welcome.");
	assert_string_equal(sy_prompt_text(prompts, "last"), "x");
	assert_null(sy_prompt_text(prompts, "hell"));
	assert_string_equal(sy_prompts_id(prompts, 1), "bye");
	assert_string_equal(sy_prompts_where(prompts, 1), "test.prompt:4");
	assert_null(sy_prompts_id(prompts, 3));
	sy_prompts_destroy(prompts);
	sy_prompts_destroy(NULL);
}

static void test_refuses_bad_lines(void **state)
{
	(void)state;
	refused("hello\n", "t.prompt:1: expected \"id: text\"");
	refused("a: b\n\nhel lo: x\n", "t.prompt:3: expected");
	refused("a: b\na: c\n", "t.prompt:2: the prompt 'a' stands at t.prompt:1 already");
	refused("a:   \n", "t.prompt:1: 'a' has no text");
	refused(": b\n", "t.prompt:1: expected");
	refused("a: {name\n", "{name is not closed");
	refused("a: }\n", "without an opening one");
	refused("a: { x}\n", "not followed by a name");
	refused("a: {x|klingon}\n", "unknown kind");
	refused("a: b\nc: One [pauze].\n", "t.prompt:2: speech mark [pauze] at character 5");
}

static void test_limits(void **state)
{
	struct sy_problem why = {""};
	struct sy_prompts *prompts = NULL;
	struct sy_text text = {0};
	char id[SY_PROMPT_ID_MAX + 2];
	int i;

	(void)state;
	memset(id, 'a', sizeof(id));
	assert_int_equal(sy_text_addf(&text, "%.*s: x\n", SY_PROMPT_ID_MAX, id), 0);
	assert_int_equal(sy_prompts_load_text("t", text.s, text.len, &prompts, &why), 0);
	sy_prompts_destroy(prompts);
	sy_text_reset(&text);
	assert_int_equal(sy_text_addf(&text, "%.*s: x\n", SY_PROMPT_ID_MAX + 1, id), 0);
	refused(text.s, "at most 64");
	sy_text_reset(&text);

	for (i = 0; i < SY_PROMPTS_MAX; i++)
		assert_int_equal(sy_text_addf(&text, "p%d: x\n", i), 0);
	prompts = NULL;
	assert_int_equal(sy_prompts_load_text("t", text.s, text.len, &prompts, &why), 0);
	assert_int_equal(sy_prompts_n(prompts), SY_PROMPTS_MAX);
	assert_string_equal(sy_prompt_text(prompts, "p4095"), "x");
	sy_prompts_destroy(prompts);
	assert_int_equal(sy_text_add(&text, "one-more: x\n"), 0);
	assert_int_equal(sy_prompts_load_text("t", text.s, text.len, &prompts, &why), E2BIG);
	sy_text_reset(&text);

	for (i = 0; i < (int)SY_PROMPTS_BYTES_MAX / 16; i++)
		assert_int_equal(sy_text_add(&text, "# fifteen bytes\n"), 0);
	assert_int_equal(sy_prompts_load_text("t", text.s, text.len, &prompts, &why), 0);
	sy_prompts_destroy(prompts);
	assert_int_equal(sy_text_add(&text, "#"), 0);
	assert_int_equal(sy_prompts_load_text("t", text.s, text.len, &prompts, &why), EFBIG);
	sy_text_reset(&text);
	assert_int_equal(sy_prompts_load_text("t", "a: b\0c", 6, &prompts, &why), EINVAL);
}

static void fills(const char *text, const char *expected)
{
	struct sy_problem why = {""};
	struct sy_pairs values = {0};
	char *filled = NULL;

	assert_int_equal(sy_pairs_set(&values, "town", "Ashby"), 0);
	assert_int_equal(sy_pairs_set(&values, "due", "2026-05-03"), 0);
	assert_int_equal(sy_pairs_set(&values, "key", "4071"), 0);
	assert_int_equal(sy_pairs_set(&values, "empty", ""), 0);
	assert_int_equal(sy_template_fill("t", text, &values, &filled, &why), 0);
	assert_string_equal(filled, expected);
	free(filled);
	sy_pairs_reset(&values);
}

static void fill_fails(const char *text, const char *expected)
{
	struct sy_problem why = {""};
	struct sy_pairs values = {0};
	char untouched[] = "untouched";
	char *filled = untouched;

	assert_int_equal(sy_pairs_set(&values, "due", "soon"), 0);
	assert_int_equal(sy_template_fill("greeting", text, &values, &filled, &why), EINVAL);
	assert_ptr_equal(filled, untouched);
	if (!strstr(why.text, expected))
		fail_msg("expected \"%s\" in \"%s\"", expected, why.text);
	sy_pairs_reset(&values);
}

static void test_fills_templates(void **state)
{
	char name[SY_TEMPLATE_NAME_MAX + 4];

	(void)state;
	fills("", "");
	fills("Hello.", "Hello.");
	fills("{town}", "Ashby");
	fills("In {town}, {town}: {{town}} {{{town}}}", "In Ashby, Ashby: {town} {Ashby}");
	fills("{empty} In {empty} {town}{empty}.", "In Ashby.");
	fills("{key|digits}", "four, zero, seven, one");
	fills("due {due|date}.", "due Sunday the third of May.");
	fill_fails("Hello {who}.", "greeting: there is no value for {who}");
	fill_fails("On {due|date}.", "greeting: {due}");
	fill_fails("On {due|dat}.", "unknown kind");
	fill_fails("On {due|}.", "unknown kind");
	fill_fails("On {due", "not closed");
	fill_fails("On {", "not followed by a name");
	fill_fails("On }", "without an opening");
	memset(name, 'n', sizeof(name));
	name[0] = '{';
	name[SY_TEMPLATE_NAME_MAX + 1] = '}';
	name[SY_TEMPLATE_NAME_MAX + 2] = '\0';
	fill_fails(name, "there is no value");
	name[SY_TEMPLATE_NAME_MAX + 1] = 'n';
	name[SY_TEMPLATE_NAME_MAX + 2] = '}';
	name[SY_TEMPLATE_NAME_MAX + 3] = '\0';
	fill_fails(name, "not closed");
}

static void test_fills_prompts(void **state)
{
	struct sy_prompts *prompts = load("hi: Hello {name}.\n");
	struct sy_problem why = {""};
	struct sy_pairs values = {0};
	char *text = NULL;

	(void)state;
	assert_int_equal(sy_pairs_set(&values, "name", "Anna"), 0);
	assert_int_equal(sy_prompt_fill(prompts, "hi", &values, &text, &why), 0);
	assert_string_equal(text, "Hello Anna.");
	free(text);
	assert_int_equal(sy_prompt_fill(prompts, "hi", NULL, &text, &why), EINVAL);
	assert_int_equal(sy_prompt_fill(prompts, "ho", &values, &text, &why), ENOENT);
	assert_string_equal(why.text, "there is no prompt 'ho'");
	sy_pairs_reset(&values);
	sy_prompts_destroy(prompts);
}

static void collect(void *arg, const char *name)
{
	assert_int_equal(sy_text_addf(arg, "%s;", name), 0);
}

static void test_names_placeholders(void **state)
{
	struct sy_text names = {0};
	struct sy_problem why = {""};

	(void)state;
	assert_int_equal(sy_template_check("t", "a {b} {{c}} {d|money} {b}", collect, &names, &why), 0);
	assert_string_equal(names.s, "b;d;b;");
	assert_int_equal(sy_template_check("t", "{b", collect, &names, &why), EINVAL);
	sy_text_reset(&names);
}

/* A folder of its own with the given files; returns the loaded prompts. */
static struct sy_prompts *load_folder(const char *prompt_file, const char *banned)
{
	char folder[] = "/tmp/sayso-prompts-XXXXXX";
	char path[64];
	struct sy_prompts *prompts = NULL;
	struct sy_problem why = {""};
	const char *const texts[] = {prompt_file, banned};
	const char *const names[] = {"a.prompt", "banned.txt"};
	size_t i;

	assert_non_null(mkdtemp(folder));
	for (i = 0; i < 2; i++) {
		FILE *file;

		(void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		file = texts[i] ? fopen(path, "w") : NULL;
		if (file) {
			assert_true(fputs(texts[i], file) >= 0);
			assert_int_equal(fclose(file), 0);
		}
	}
	if (sy_prompts_load(folder, &prompts, &why))
		fail_msg("%s", why.text);
	for (i = 0; i < 2; i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		(void)unlink(path);
	}
	assert_int_equal(rmdir(folder), 0);
	return prompts;
}

static void lint_finds(const char *prompt, size_t n, const char *expected)
{
	struct sy_prompts *prompts = load_folder(
		prompt, "banned: your call is important to us\nmachine: automatic assistant\nmachine: not a person\n");
	struct sy_text found = {0};
	size_t got = sy_prompts_lint(prompts, collect, &found);

	if (got != n || !strstr(sy_text_str(&found), expected))
		fail_msg("expected %zu findings with \"%s\", got %zu: %s", n, expected, got, sy_text_str(&found));
	assert_int_equal(sy_prompts_lint(prompts, NULL, NULL), n);
	sy_text_reset(&found);
	sy_prompts_destroy(prompts);
}

static void test_lint_sentences(void **state)
{
	(void)state;
	lint_finds("a: Your  call, is IMPORTANT to us!\n", 1, "a.prompt:1: prompt 'a' says what is banned");
	lint_finds("a: Your call is unimportant to us.\n", 0, "");
	lint_finds("a: Your call is important to us{name}\n", 1, "banned");
	lint_finds("a: Your [pause] call is important to us.\n", 1, "banned");
	lint_finds("greeting: Welcome to Larkfield.\n", 1, "does not say that a machine speaks");
	lint_finds("greeting: Hello, I'm the automatic assistant.\n", 0, "");
}

static void test_lint_lengths(void **state)
{
	struct sy_text text = {0};
	int i;

	(void)state;
	lint_finds("a: For x, press 1. For y, press 2. For z, press three. For w, press {k}. Or press 0.\n", 0, "");
	lint_finds("a: x, press 1. y, press 2. z, press 3. w, press 4. v, press 5.\n", 1, "more than four choices");
	lint_finds("a: say a, say b, say c, say d.\n", 0, "");
	lint_finds("a: say a, say b, say c, say d or say e.\n", 1, "more than four choices");
	assert_int_equal(sy_text_add(&text, "a:"), 0);
	for (i = 0; i < SY_PROMPT_ACT_WORDS; i++)
		assert_int_equal(sy_text_add(&text, " word"), 0);
	lint_finds(text.s, 0, "");
	assert_int_equal(sy_text_add(&text, " more"), 0);
	lint_finds(text.s, 1, "waiting for more than 30 words");
	sy_text_reset(&text);
	assert_int_equal(sy_text_add(&text, "a: What?"), 0);
	for (i = 1; i < SY_PROMPT_WORDS_MAX; i++)
		assert_int_equal(sy_text_add(&text, " word"), 0);
	lint_finds(text.s, 0, "");
	assert_int_equal(sy_text_add(&text, " more"), 0);
	lint_finds(text.s, 1, "more than 60 words");
	sy_text_reset(&text);
}

static void test_lint_ids(void **state)
{
	static const char *const ids[] = {"one", "two"};
	struct sy_prompts *prompts = load("one: x\nthree: x\n");
	struct sy_text found = {0};

	(void)state;
	assert_int_equal(sy_prompts_lint_ids(prompts, ids, 2, collect, &found), 2);
	assert_non_null(strstr(found.s, "prompt 'two' is used by the engine and missing"));
	assert_non_null(strstr(found.s, "test.prompt:2: prompt 'three' is used by nobody"));
	sy_text_reset(&found);
	sy_prompts_destroy(prompts);
}

static void test_lint_needs_its_list(void **state)
{
	struct sy_prompts *prompts = load_folder("a: x\n", NULL);
	struct sy_text found = {0};

	(void)state;
	assert_int_equal(sy_prompts_lint(prompts, collect, &found), 1);
	assert_non_null(strstr(found.s, "missing or empty"));
	sy_text_reset(&found);
	sy_prompts_destroy(prompts);
}

#define ID(constant, id) id,

static void test_our_own_prompts(void **state)
{
	static const char *const ids[] = {SY_PROMPT_IDS(ID)};
	struct sy_prompts *prompts = NULL;
	struct sy_problem why = {""};
	struct sy_text found = {0};

	(void)state;
	if (sy_prompts_load(SAYSO_TESTS_DIR "/../prompts/en", &prompts, &why))
		fail_msg("%s", why.text);
	if (sy_prompts_lint(prompts, collect, &found) +
		sy_prompts_lint_ids(prompts, ids, sizeof(ids) / sizeof(*ids), collect, &found))
		fail_msg("%s", found.s);
	sy_prompts_destroy(prompts);
}

static void test_folder_errors(void **state)
{
	struct sy_prompts *prompts = NULL;
	struct sy_problem why = {""};

	(void)state;
	assert_int_equal(sy_prompts_load("/nonexistent", &prompts, &why), ENOENT);
	assert_string_equal(why.text, "/nonexistent: No such file or directory");
	assert_int_equal(sy_prompts_load(SAYSO_TESTS_DIR "/fuzz", &prompts, &why), ENOENT);
	assert_non_null(strstr(why.text, "there are no prompts here"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_reads_ids_and_texts),
		cmocka_unit_test(test_refuses_bad_lines),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_fills_templates),
		cmocka_unit_test(test_fills_prompts),
		cmocka_unit_test(test_names_placeholders),
		cmocka_unit_test(test_lint_sentences),
		cmocka_unit_test(test_lint_lengths),
		cmocka_unit_test(test_lint_ids),
		cmocka_unit_test(test_lint_needs_its_list),
		cmocka_unit_test(test_our_own_prompts),
		cmocka_unit_test(test_folder_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
