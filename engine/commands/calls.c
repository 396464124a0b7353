/*
 * calls: the records of calls, as a list or one as a conversation.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/commands/command.h"
#include "engine/run/record_list.h"
#include "engine/run/screen.h"

static void print_json(void *arg, const json_t *json)
{
	(void)arg;
	sy_print_json(json_deep_copy(json));
}

static void print_call(void *arg, const json_t *call)
{
	const char *outcome = json_string_value(json_object_get(call, "outcome"));
	const char *bridge = json_string_value(json_object_get(call, "bridge"));
	bool *headed = arg;

	if (!*headed)
		(void)printf("%6s  %-20s  %-5s  %-10s  %7s  %5s  %s\n", "id", "began (UTC)", "case", "by", "seconds",
			"turns", "outcome");
	*headed = true;
	(void)printf("%6lld  %-20s  %-5s  %-10s  %7.1f  %5lld  %s\n",
		(long long)json_integer_value(json_object_get(call, "id")),
		json_string_value(json_object_get(call, "began_at")),
		json_string_value(json_object_get(call, "case_key")), bridge ? bridge : "-",
		json_number_value(json_object_get(call, "duration_ms")) / 1000,
		(long long)json_integer_value(json_object_get(call, "turns")), outcome ? outcome : "(broken off)");
}

static void show_event(void *arg, const json_t *event)
{
	sy_screen_json(arg, event);
}

static int show(struct sy_store *store, const char *word, bool json, struct sy_problem *why)
{
	struct sy_screen screen = sy_screen_of(stdout);
	char *end = NULL;
	long long id;

	errno = 0;
	id = strtoll(word, &end, 10);
	if (errno || *end || end == word || id < 1)
		return sy_problem_set(why, EINVAL,
			"\"%s\" is no call's id; sayso calls --db %s list shows which there are", word,
			sy_store_path(store));
	return sy_record_show(store, id, json ? print_json : show_event, &screen, why);
}

static int list(struct sy_store *store, bool json, struct sy_problem *why)
{
	bool headed = false;
	int err = sy_record_list(store, json ? print_json : print_call, &headed, why);

	if (!err && !json && !headed)
		(void)puts("no calls yet");
	return err;
}

/* A base that was never used for a call is made first where it is the demonstration's. */
static int open_base(const char *db, struct sy_store **ret_store, struct sy_problem *why)
{
	char *demo = NULL;
	int err = db ? 0 : sy_store_demo_path(&demo, why);

	if (!err)
		err = sy_store_open(db ? db : demo, SY_STORE_READ, ret_store, why);
	free(demo);
	return err;
}

static int run(const struct sy_command *command, int argc, char **argv)
{
	static const struct option options[] = {{"db", required_argument, NULL, 'd'}, {"json", no_argument, NULL, 'j'},
		{"help", no_argument, NULL, SY_OPTION_HELP}, {0}};
	struct sy_problem why = {0};
	struct sy_store *store = NULL;
	const char *db = NULL;
	const char *verb;
	bool json = false;
	int status = SY_EXIT_GOOD;
	int option;
	int err;

	while ((option = sy_next_option(command, argc, argv, options, &status)) >= 0) {
		if (option == 'd')
			db = optarg;
		else if (option == 'j')
			json = true;
	}
	if (option == SY_OPTION_LEAVE)
		return status;
	verb = optind < argc ? argv[optind] : "list";
	if (strcmp(verb, "list") && strcmp(verb, "show"))
		return sy_complain(command, "there is no \"%s\"; it is list or show ID", verb);
	if (argc - optind > (!strcmp(verb, "show") ? 2 : 1))
		return sy_complain(command, "too many words; see sayso calls --help");
	if (!strcmp(verb, "show") && argc - optind < 2)
		return sy_complain(command, "show needs a call's id; sayso calls list shows which there are");
	err = open_base(db, &store, &why);
	if (!err)
		err = strcmp(verb, "show") ? list(store, json, &why) : show(store, argv[optind + 1], json, &why);
	sy_store_close(store);
	return err ? sy_complain_why(command, err, &why) : SY_EXIT_GOOD;
}

const struct sy_command sy_command_calls = {
	.name = "calls",
	.summary = "the records of calls",
	.help = "Usage: sayso calls [--db FILE] [--json] [list | show ID]\n"
		"Shows the records of calls: the list, newest first, or one call as a conversation.\n\n"
		"  --db FILE  the knowledge base that holds the records; without it the demonstration\n"
		"             base of this user\n"
		"  --json     one JSON object a line: calls, or the events of one call as sayso call\n"
		"             --json printed them\n",
	.run = run,
};
