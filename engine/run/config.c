#include "engine/run/config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/yaml.h"
#include "engine/run/setting.h"
#include "kb/yaml_tree.h"

/* One file on its way into a configuration. */
struct reading {
	const char *name;
	struct sy_problem *why;
	struct sy_config *config;
};

/* One value: the setting it is for, and the struct of its group. */
struct place {
	const struct sy_setting_group *group;
	const struct sy_setting *setting;
	char *base;
	int line;
};

static int refuse(const struct reading *reading, const struct place *place, const char *value, const char *expected)
{
	return sy_problem_at(reading->why, EINVAL, reading->name, place->line, 0, "%s.%s: expected %s, found '%.60s'",
		place->group->name, place->setting->name, expected, value);
}

static int set_text(const struct place *place, const char *value)
{
	char **text = (char **)(void *)(place->base + place->setting->at);
	char *copy = strdup(value);

	if (!copy)
		return ENOMEM;
	free(*text);
	*text = copy;
	return 0;
}

static int take_text(const struct reading *reading, const struct place *place, const char *value)
{
	if (strlen(value) >= SY_CONFIG_TEXT_MAX)
		return refuse(reading, place, value, "a text of less than 512 bytes");
	/* A line break would end a header of SIP, or a line of a log. */
	for (const char *c = value; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return refuse(reading, place, value, "a text without control characters");
	return set_text(place, value);
}

static bool is_number(const char *value, long min, long max, long *ret_number)
{
	char *end;

	if (!*value || value[strspn(value, "0123456789")] || strlen(value) > 9)
		return false;
	*ret_number = strtol(value, &end, 10);
	return *ret_number >= min && *ret_number <= max;
}

/* "127.0.0.1", "::1": the family, 0 for none. */
static int family_of(const char *host)
{
	struct in6_addr address;

	if (inet_pton(AF_INET, host, &address) == 1)
		return AF_INET;
	return inet_pton(AF_INET6, host, &address) == 1 ? AF_INET6 : 0;
}

static bool is_address(const char *value)
{
	const char *colon = strrchr(value, ':');
	size_t n = colon ? (size_t)(colon - value) : 0;
	bool six = n > 2 && value[0] == '[' && value[n - 1] == ']';
	char host[INET6_ADDRSTRLEN];
	long port;

	if (!n || n >= sizeof host + 2 || !is_number(colon + 1, 1, 65535, &port))
		return false;
	if (six && n - 2 < sizeof host) {
		memcpy(host, value + 1, n - 2);
		host[n - 2] = '\0';
		return family_of(host) == AF_INET6;
	}
	if (n >= sizeof host)
		return false;
	memcpy(host, value, n);
	host[n] = '\0';
	return family_of(host) == AF_INET;
}

static bool is_network(const char *value)
{
	const char *slash = strchr(value, '/');
	size_t n = slash ? (size_t)(slash - value) : strlen(value);
	char host[INET6_ADDRSTRLEN];
	int family;
	long bits;

	if (n >= sizeof host)
		return false;
	memcpy(host, value, n);
	host[n] = '\0';
	family = family_of(host);
	return family && (!slash || is_number(slash + 1, 0, family == AF_INET ? 32 : 128, &bits));
}

static int take_number(const struct reading *reading, const struct place *place, const char *value)
{
	const struct sy_setting *setting = place->setting;
	char expected[80];
	long number;

	if (!is_number(value, setting->min, setting->max, &number)) {
		(void)snprintf(expected, sizeof expected, "a whole number from %d to %d", setting->min, setting->max);
		return refuse(reading, place, value, expected);
	}
	*(int *)(void *)(place->base + setting->at) = (int)number;
	return 0;
}

static int take_switch(const struct reading *reading, const struct place *place, const char *value)
{
	bool yes = !strcasecmp(value, "yes") || !strcasecmp(value, "true") || !strcasecmp(value, "on");
	bool no = !strcasecmp(value, "no") || !strcasecmp(value, "false") || !strcasecmp(value, "off");

	if (!yes && !no)
		return refuse(reading, place, value, "yes or no");
	*(bool *)(void *)(place->base + place->setting->at) = yes;
	return 0;
}

static int refuse_word(const struct reading *reading, const struct place *place, const char *value)
{
	struct sy_text expected = {0};
	int err = sy_text_add(&expected, "one of");

	for (size_t i = 0; place->setting->words[i] && !err; i++)
		err = sy_text_addf(&expected, "%s %s", i ? "," : "", place->setting->words[i]);
	if (!err)
		err = refuse(reading, place, value, sy_text_str(&expected));
	sy_text_reset(&expected);
	return err;
}

static int find_word(const struct sy_setting *setting, const char *value)
{
	for (int i = 0; setting->words[i]; i++)
		if (!strcmp(setting->words[i], value))
			return i;
	return -1;
}

static int take_choice(const struct reading *reading, const struct place *place, const char *value)
{
	int i = find_word(place->setting, value);

	if (i < 0)
		return refuse_word(reading, place, value);
	*(int *)(void *)(place->base + place->setting->at) = i;
	return 0;
}

static void reset_list(struct sy_config_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->at[i]);
	free(list->at);
	*list = (struct sy_config_list){0};
}

static int take_entry(const struct reading *reading, const struct place *place, const char *value)
{
	struct sy_config_list *list = (struct sy_config_list *)(void *)(place->base + place->setting->at);
	char **grown;

	if (place->setting->words && find_word(place->setting, value) < 0)
		return refuse_word(reading, place, value);
	if (!place->setting->words && !is_network(value))
		return refuse(reading, place, value, "an address, or ADDRESS/BITS");
	if (list->n == SY_CONFIG_LIST_MAX)
		return refuse(reading, place, value, "at most 64 entries");
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->at[i], value))
			return refuse(reading, place, value, "each entry once");
	grown = realloc(list->at, (list->n + 1) * sizeof *grown);
	if (!grown)
		return ENOMEM;
	list->at = grown;
	grown[list->n] = strdup(value);
	if (!grown[list->n])
		return ENOMEM;
	list->n++;
	return 0;
}

static int take_address(const struct reading *reading, const struct place *place, const char *value)
{
	if (*value && !is_address(value))
		return refuse(reading, place, value, "ADDRESS:PORT (127.0.0.1:5060, [::1]:5060) or nothing");
	return set_text(place, value);
}

static int take_scalar(const struct reading *reading, const struct place *place, const char *value)
{
	switch (place->setting->type) {
	case SY_SETTING_TEXT:
	case SY_SETTING_SECRET:
		return take_text(reading, place, value);
	case SY_SETTING_ADDRESS:
		return take_address(reading, place, value);
	case SY_SETTING_NUMBER:
		return take_number(reading, place, value);
	case SY_SETTING_SWITCH:
		return take_switch(reading, place, value);
	case SY_SETTING_CHOICE:
		return take_choice(reading, place, value);
	case SY_SETTING_WORDS:
	case SY_SETTING_NETWORKS:
		break;
	}
	return refuse(reading, place, value, "a list, [like, this]");
}

static bool is_list(const struct sy_setting *setting)
{
	return setting->type == SY_SETTING_WORDS || setting->type == SY_SETTING_NETWORKS;
}

static int take_node(const struct reading *reading, struct place *place, const struct sy_yaml_node *node)
{
	int err = 0;

	place->line = node->line;
	if (node->kind == SY_YAML_SCALAR)
		return take_scalar(reading, place, node->text);
	if (node->kind != SY_YAML_LIST || !is_list(place->setting))
		return refuse(reading, place, "a list or keys", "one value");
	reset_list((struct sy_config_list *)(void *)(place->base + place->setting->at));
	for (node = node->first; node && !err; node = node->next) {
		place->line = node->line;
		err = take_entry(reading, place, node->kind == SY_YAML_SCALAR ? node->text : "a list or keys");
	}
	return err;
}

static int take_preset(const struct reading *reading, const struct place *place)
{
	char entries[SY_CONFIG_TEXT_MAX];
	char *rest = NULL;
	int err = 0;

	if (!is_list(place->setting))
		return take_scalar(reading, place, place->setting->preset);
	(void)snprintf(entries, sizeof entries, "%s", place->setting->preset);
	for (char *entry = strtok_r(entries, ", ", &rest); entry && !err; entry = strtok_r(NULL, ", ", &rest))
		err = take_entry(reading, place, entry);
	return err;
}

static int take_presets(const struct reading *reading, const struct sy_setting_group *group, char *base)
{
	int err = 0;

	for (size_t i = 0; i < group->n && !err; i++)
		err = take_preset(reading, &(struct place){group, &group->settings[i], base, 0});
	return err;
}

static const struct sy_setting *find_setting(const struct sy_setting_group *group, const char *name)
{
	for (size_t i = 0; i < group->n; i++)
		if (!strcmp(group->settings[i].name, name))
			return &group->settings[i];
	return NULL;
}

/* The names that there are, for a message. */
static int refuse_key(
	const struct reading *reading, const struct sy_yaml_node *key, const struct sy_setting_group *group)
{
	const struct sy_setting_group *groups;
	struct sy_text known = {0};
	size_t n;
	int err = 0;

	groups = sy_setting_groups(&n);
	n = group ? group->n : n;
	for (size_t i = 0; i < n && !err; i++)
		err = sy_text_addf(&known, "%s%s", i ? ", " : "", group ? group->settings[i].name : groups[i].name);
	if (!err)
		err = sy_problem_at(reading->why, EINVAL, reading->name, key->line, 0,
			"there is no setting '%s%s%.60s'; there are %s", group ? group->name : "", group ? "." : "",
			key->kind == SY_YAML_SCALAR ? key->text : "?", sy_text_str(&known));
	sy_text_reset(&known);
	return err;
}

static int refuse_twice(const struct reading *reading, const struct sy_yaml_node *keys, const struct sy_yaml_node *key)
{
	for (const struct sy_yaml_node *at = keys->first; at != key; at = at->next->next)
		if (!strcmp(at->text, key->text))
			return sy_problem_at(reading->why, EINVAL, reading->name, key->line, 0,
				"'%.60s' stands in line %d already", key->text, at->line);
	return 0;
}

static bool is_empty(const struct sy_yaml_node *node)
{
	return node->kind == SY_YAML_SCALAR && !node->text[0];
}

static int read_group(const struct reading *reading, const struct sy_setting_group *group,
	const struct sy_yaml_node *node, char *base)
{
	int err = 0;

	if (is_empty(node))
		return 0;
	if (node->kind != SY_YAML_KEYS)
		return sy_problem_at(reading->why, EINVAL, reading->name, node->line, 0,
			"'%s': expected settings below it, each on a line \"name: value\"", group->name);
	for (const struct sy_yaml_node *key = node->first; key && key->next && !err; key = key->next->next) {
		const struct sy_setting *setting = key->kind == SY_YAML_SCALAR ? find_setting(group, key->text) : NULL;

		err = setting ? refuse_twice(reading, node, key) : refuse_key(reading, key, group);
		if (!err)
			err = take_node(reading, &(struct place){group, setting, base, key->line}, key->next);
	}
	return err;
}

static int read_entries(
	const struct reading *reading, const struct sy_setting_group *group, const struct sy_yaml_node *node)
{
	char **at = (char **)(void *)((char *)reading->config + group->at);
	size_t *n = (size_t *)(void *)((char *)reading->config + group->at_n);
	int err = 0;

	if (is_empty(node))
		return 0;
	if (node->kind != SY_YAML_LIST)
		return sy_problem_at(reading->why, EINVAL, reading->name, node->line, 0,
			"'%s': expected a list (entries that begin with \"- \")", group->name);
	for (node = node->first; node && !err; node = node->next) {
		char *grown;

		if (*n == group->max)
			return sy_problem_at(reading->why, EINVAL, reading->name, node->line, 0,
				"'%s' may have at most %zu entries", group->name, group->max);
		grown = realloc(*at, (*n + 1) * group->size);
		if (!grown)
			return ENOMEM;
		*at = grown;
		memset(grown + *n * group->size, 0, group->size);
		err = take_presets(reading, group, grown + (*n)++ * group->size);
		if (!err)
			err = read_group(reading, group, node, grown + (*n - 1) * group->size);
	}
	return err;
}

static int read_root(const struct reading *reading, const struct sy_yaml_node *root)
{
	const struct sy_setting_group *groups;
	size_t n;
	int err = 0;

	groups = sy_setting_groups(&n);
	if (root->kind != SY_YAML_KEYS)
		return sy_problem_at(reading->why, EINVAL, reading->name, root->line, 0,
			"expected settings; sayso serve --print-config shows how they are written");
	for (const struct sy_yaml_node *key = root->first; key && key->next && !err; key = key->next->next) {
		const struct sy_setting_group *group = NULL;

		for (size_t i = 0; i < n && !group; i++)
			if (key->kind == SY_YAML_SCALAR && !strcmp(groups[i].name, key->text))
				group = &groups[i];
		err = group ? refuse_twice(reading, root, key) : refuse_key(reading, key, NULL);
		if (!err)
			err = group->size ? read_entries(reading, group, key->next)
					  : read_group(reading, group, key->next, (char *)reading->config);
	}
	return err;
}

/* The line of a group in the file, for what concerns several of its settings; 0 where it is not there. */
static int line_of(const struct sy_yaml_node *root, const char *group, size_t entry)
{
	const struct sy_yaml_node *node = sy_yaml_tree_key(root, group);

	if (node && node->kind == SY_YAML_LIST)
		node = sy_yaml_tree_entry(node, entry);
	return node ? node->line : 0;
}

/* A base's word for a wrong answer may stand in the place of the service's (engine/converse/call.c). */
static int read_costs(
	const struct sy_config *config, struct sy_costs *costs, const char **ret_name, struct sy_problem *why)
{
	int err;

	*ret_name = "question";
	err = sy_cost_from(config->costs.question, &costs->question, why);
	if (err)
		return err;
	*ret_name = "person_minute";
	err = sy_cost_from(config->costs.person_minute, &costs->person_minute, why);
	if (err)
		return err;
	*ret_name = "wrong_answer";
	return sy_cost_of_wrong(config->costs.wrong_answer, costs, &costs->wrong_answer, why);
}

void sy_config_costs(const struct sy_config *config, struct sy_costs *ret_costs)
{
	const char *name;

	*ret_costs = SY_COSTS_USUAL;
	(void)read_costs(config, ret_costs, &name, NULL);
}

static int check_costs(const struct reading *reading, const struct sy_yaml_node *root)
{
	struct sy_problem what = {""};
	struct sy_costs costs;
	const char *name;

	if (!read_costs(reading->config, &costs, &name, &what))
		return 0;
	return sy_problem_at(
		reading->why, EINVAL, reading->name, line_of(root, "costs", 0), 0, "costs.%s: %s", name, what.text);
}

static int check_trunk(const struct reading *reading, const struct sy_config_trunk *trunk, int line)
{
	const char *text = NULL;

	if (!trunk->name[0])
		text = "needs a name";
	else if (!trunk->server[0])
		text = "needs a server";
	else if (trunk->register_with && !trunk->user[0])
		text = "is to be registered with and needs a user";
	return text ? sy_problem_at(
			      reading->why, EINVAL, reading->name, line, 0, "the trunk '%s' %s", trunk->name, text)
		    : 0;
}

/* What no single setting shows. */
static int check_whole(const struct reading *reading, const struct sy_yaml_node *root)
{
	const struct sy_config *config = reading->config;
	int line = line_of(root, "sip", 0);
	int err = 0;

	if (config->sip.rtp_port_max - config->sip.rtp_port_min < 2 * config->calls.max - 1)
		return sy_problem_at(reading->why, EINVAL, reading->name, line, 0,
			"sip.rtp_port_min to rtp_port_max: %d calls need %d ports, two each", config->calls.max,
			2 * config->calls.max);
	if (config->sip.rtp_port_min % 2)
		return sy_problem_at(reading->why, EINVAL, reading->name, line, 0,
			"sip.rtp_port_min is %d: sound begins on even ports (RFC 3550, section 11)",
			config->sip.rtp_port_min);
	if (config->sip.tls[0] && !config->sip.tls_certificate[0])
		return sy_problem_at(
			reading->why, EINVAL, reading->name, line, 0, "sip.tls needs sip.tls_certificate, a PEM file");
	if (!config->sip.codecs.n)
		return sy_problem_at(reading->why, EINVAL, reading->name, line, 0,
			"sip.codecs is empty; without one no call can be answered");
	if (config->handoff.mode != SY_PASS_DESK && !config->handoff.target[0])
		return sy_problem_at(reading->why, EINVAL, reading->name, line_of(root, "handoff", 0), 0,
			"handoff.mode needs handoff.target, the address where the person is");
	err = check_costs(reading, root);
	for (size_t i = 0; i < config->n_trunks && !err; i++)
		err = check_trunk(reading, &config->trunks[i], line_of(root, "trunks", i));
	for (size_t i = 0; i < config->n_users && !err; i++)
		if (!config->users[i].name[0] || !config->users[i].password[0])
			err = sy_problem_at(reading->why, EINVAL, reading->name, line_of(root, "users", i), 0,
				"a user needs a name and a password");
	return err;
}

static int fill(const struct reading *reading, const char *text, size_t n)
{
	struct sy_yaml_node *root = NULL;
	const struct sy_setting_group *groups;
	size_t n_groups;
	int err = 0;

	groups = sy_setting_groups(&n_groups);
	for (size_t i = 0; i < n_groups && !err; i++)
		if (!groups[i].size)
			err = take_presets(reading, &groups[i], (char *)reading->config);
	if (!err && text)
		err = sy_yaml_tree_read(reading->name, text, n, &root, reading->why);
	if (!err && root)
		err = read_root(reading, root);
	if (!err)
		err = check_whole(reading, root);
	sy_yaml_tree_destroy(root);
	return err;
}

int sy_config_load_text(
	const char *name, const char *text, size_t n, struct sy_config **ret_config, struct sy_problem *why)
{
	struct reading reading = {.name = name, .why = why, .config = calloc(1, sizeof *reading.config)};
	int err;

	if (!reading.config)
		return ENOMEM;
	err = fill(&reading, text, n);
	if (err)
		sy_config_destroy(reading.config);
	else
		*ret_config = reading.config;
	return err;
}

int sy_config_load(const char *path, struct sy_config **ret_config, struct sy_problem *why)
{
	struct sy_text text = {0};
	int err;

	if (!path)
		return sy_config_load_text("defaults", NULL, 0, ret_config, why);
	err = sy_yaml_read_text(path, SY_CONFIG_BYTES_MAX, &text, why);
	if (!err)
		err = sy_config_load_text(path, sy_text_str(&text), text.len, ret_config, why);
	sy_text_reset(&text);
	return err;
}

static void reset_group(const struct sy_setting_group *group, char *base)
{
	for (size_t i = 0; i < group->n; i++) {
		char *at = base + group->settings[i].at;

		if (is_list(&group->settings[i]))
			reset_list((struct sy_config_list *)(void *)at);
		else if (group->settings[i].type <= SY_SETTING_ADDRESS)
			free(*(char **)(void *)at);
	}
}

void sy_config_destroy(struct sy_config *config)
{
	const struct sy_setting_group *groups;
	size_t n;

	if (!config)
		return;
	groups = sy_setting_groups(&n);
	for (size_t i = 0; i < n; i++) {
		char *base = (char *)config;
		size_t entries = 1;

		if (groups[i].size) {
			base = *(char **)(void *)((char *)config + groups[i].at);
			entries = *(size_t *)(void *)((char *)config + groups[i].at_n);
		}
		for (size_t k = 0; k < entries; k++)
			reset_group(&groups[i], base + k * groups[i].size);
		if (groups[i].size)
			free(base);
	}
	free(config);
}
