#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "engine/run/config.h"
#include "engine/run/setting.h"

/* A text in double quotes, as YAML 1.1 escapes it (5.7). */
static int add_quoted(struct sy_text *out, const char *text)
{
	int err = sy_text_add(out, "\"");

	for (; *text && !err; text++) {
		if (*text == '"' || *text == '\\')
			err = sy_text_add(out, "\\");
		if (!err)
			err = sy_text_add_n(out, text, 1);
	}
	return err ? err : sy_text_add(out, "\"");
}

static int add_list(struct sy_text *out, const struct sy_config_list *list)
{
	int err = sy_text_add(out, "[");

	for (size_t i = 0; i < list->n && !err; i++) {
		err = i ? sy_text_add(out, ", ") : 0;
		if (!err)
			err = add_quoted(out, list->at[i]);
	}
	return err ? err : sy_text_add(out, "]");
}

static int add_value(struct sy_text *out, const struct sy_setting *setting, const char *base, bool secrets)
{
	const void *at = base + setting->at;

	switch (setting->type) {
	case SY_SETTING_SECRET:
		if (!secrets)
			return sy_text_add(out, "\"\"");
		/* fall through */
	case SY_SETTING_TEXT:
	case SY_SETTING_ADDRESS:
		return add_quoted(out, *(char *const *)at);
	case SY_SETTING_NUMBER:
		return sy_text_addf(out, "%d", *(const int *)at);
	case SY_SETTING_SWITCH:
		return sy_text_add(out, *(const bool *)at ? "yes" : "no");
	case SY_SETTING_CHOICE:
		return sy_text_add(out, setting->words[*(const int *)at]);
	case SY_SETTING_WORDS:
	case SY_SETTING_NETWORKS:
		return add_list(out, at);
	}
	return EINVAL;
}

/* "1 to 2000 calls", "desk, blind, attended or bridge"; "" where the meaning says it all. */
static int add_range(struct sy_text *out, const struct sy_setting *setting)
{
	const char *const *words = setting->words;
	int err = 0;

	if (setting->type == SY_SETTING_NUMBER)
		return sy_text_addf(out, "%d to %d%s%s", setting->min, setting->max, setting->unit ? " " : "",
			setting->unit ? setting->unit : "");
	if (setting->type == SY_SETTING_SWITCH)
		return sy_text_add(out, "yes or no");
	if (setting->type == SY_SETTING_ADDRESS)
		return sy_text_add(out, "ADDRESS:PORT");
	if (setting->type == SY_SETTING_NETWORKS)
		return sy_text_add(out, "list of ADDRESS or ADDRESS/BITS");
	if (setting->type == SY_SETTING_WORDS)
		err = sy_text_add(out, "list of ");
	for (size_t i = 0; words && words[i] && !err; i++)
		err = sy_text_addf(out, "%s%s", !i ? "" : words[i + 1] ? ", " : " or ", words[i]);
	return err;
}

static int add_comment(struct sy_text *out, const struct sy_setting *setting, const char *indent)
{
	size_t before;
	int err = sy_text_addf(out, "%s# %s (", indent, setting->meaning);

	before = out->len;
	if (!err)
		err = add_range(out, setting);
	if (err)
		return err;
	if (out->len != before)
		return sy_text_add(out, ")\n");
	out->len -= 2;
	return sy_text_add(out, "\n");
}

static int print_group(struct sy_text *out, const struct sy_setting_group *group, const char *base, bool secrets)
{
	int err = 0;

	for (size_t i = 0; i < group->n && !err; i++) {
		const char *lead = !group->size ? "  " : i ? "    " : "  - ";

		err = group->size ? 0 : add_comment(out, &group->settings[i], "  ");
		if (!err)
			err = sy_text_addf(out, "%s%s: ", lead, group->settings[i].name);
		if (!err)
			err = add_value(out, &group->settings[i], base, secrets);
		if (!err)
			err = sy_text_add(out, "\n");
	}
	return err;
}

/* What each entry may hold goes before the list, once. */
static int print_entries(
	struct sy_text *out, const struct sy_setting_group *group, const struct sy_config *config, bool secrets)
{
	const char *at = *(char *const *)(const void *)((const char *)config + group->at);
	size_t n = *(const size_t *)(const void *)((const char *)config + group->at_n);
	int err = 0;

	for (size_t i = 0; i < group->n && !err; i++) {
		char name[64];

		(void)snprintf(name, sizeof name, "#   %s: ", group->settings[i].name);
		err = add_comment(out, &group->settings[i], name);
	}
	if (!err)
		err = sy_text_addf(out, "%s:%s\n", group->name, n ? "" : " []");
	for (size_t i = 0; i < n && !err; i++)
		err = print_group(out, group, at + i * group->size, secrets);
	return err;
}

int sy_config_print(const struct sy_config *config, bool secrets, struct sy_text *ret_text)
{
	struct sy_text out = {0};
	const struct sy_setting_group *groups;
	size_t n;
	int err = sy_text_add(&out, "# The settings of sayso serve. What is left out has the value that "
				    "sayso serve --print-config shows without a file.\n");

	groups = sy_setting_groups(&n);
	for (size_t i = 0; i < n && !err; i++) {
		err = sy_text_addf(&out, "\n# %s\n", groups[i].meaning);
		if (!err && !groups[i].size)
			err = sy_text_addf(&out, "%s:\n", groups[i].name);
		if (!err)
			err = groups[i].size ? print_entries(&out, &groups[i], config, secrets)
					     : print_group(&out, &groups[i], (const char *)config, secrets);
	}
	if (err)
		sy_text_reset(&out);
	else
		*ret_text = out;
	return err;
}

/* roff: a hyphen that is a minus, and no line that begins with a full stop. */
static int add_roff(struct sy_text *out, const char *text)
{
	int err = 0;

	for (; *text && !err; text++)
		err = *text == '-' ? sy_text_add(out, "\\-") : sy_text_add_n(out, text, 1);
	return err;
}

static int man_setting(struct sy_text *out, const struct sy_setting_group *group, const struct sy_setting *setting)
{
	size_t before;
	int err = sy_text_addf(out, ".TP\n\\fB%s.%s\\fR", group->name, setting->name);

	if (!err && setting->preset[0]) {
		err = sy_text_add(out, " (");
		if (!err)
			err = add_roff(out, setting->preset);
		if (!err)
			err = sy_text_add(out, ")");
	}
	if (!err)
		err = sy_text_add(out, "\n");
	if (!err)
		err = add_roff(out, setting->meaning);
	before = out->len;
	if (!err)
		err = sy_text_add(out, "; ");
	if (!err)
		err = add_range(out, setting);
	if (!err && out->len == before + 2)
		out->len = before;
	return err ? err : sy_text_add(out, "\n");
}

int sy_config_print_man(struct sy_text *ret_text)
{
	struct sy_text out = {0};
	const struct sy_setting_group *groups;
	size_t n;
	int err = 0;

	groups = sy_setting_groups(&n);
	for (size_t i = 0; i < n && !err; i++) {
		err = sy_text_addf(&out, ".SS %s\n", groups[i].name);
		if (!err)
			err = add_roff(&out, groups[i].meaning);
		if (!err)
			err = sy_text_add(&out, "\n");
		for (size_t k = 0; k < groups[i].n && !err; k++)
			err = man_setting(&out, &groups[i], &groups[i].settings[k]);
	}
	if (err)
		sy_text_reset(&out);
	else
		*ret_text = out;
	return err;
}
