/*
 * check: the exit proof, for the dialogue that is built in and for the published content.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/place.h"
#include "engine/commands/command.h"
#include "engine/converse/exit_proof.h"
#include "kb/snapshot.h"

static int load_prompts(struct sy_prompts **ret_prompts, struct sy_problem *why)
{
	char *folder = NULL;
	int err = sy_place_data("prompts/en", &folder, why);

	if (!err)
		err = sy_prompts_load(folder, ret_prompts, why);
	free(folder);
	return err;
}

static int load_snapshot(
	const char *db, struct sy_store **ret_store, struct sy_snapshot **ret_snapshot, struct sy_problem *why)
{
	char *demo = NULL;
	int err = db ? 0 : sy_store_demo_path(&demo, why);

	if (!err)
		err = sy_store_open(db ? db : demo, SY_STORE_READ, ret_store, why);
	if (!err)
		err = sy_snapshot_load(*ret_store, 0, ret_snapshot, why);
	free(demo);
	return err;
}

static void print(const struct sy_exit_report *report, const struct sy_snapshot *snapshot, bool json)
{
	if (json) {
		sy_print_json(json_pack("{s:b, s:i, s:i, s:i, s:i, s:i, s:I}", "proven", true, "states",
			(int)report->states, "edges", (int)report->edges, "promises", (int)report->promises, "prompts",
			(int)report->prompts, "articles", (int)report->articles, "kb_version",
			(json_int_t)sy_snapshot_version(snapshot)));
		return;
	}
	(void)printf("proven: from each of %zu states, over %zu steps, \"agent\" and key 0 reach a person,\n"
		     "        two failures offer one, three put the caller through, and nobody is hung up on\n"
		     "        (%zu promises; %zu prompts have their words)\n"
		     "proven: every article of version %lld, %zu in all, can be reached with keys alone\n",
		report->states, report->edges, report->promises, report->prompts,
		(long long)sy_snapshot_version(snapshot), report->articles);
}

static int check(const struct sy_command *command, const char *db, bool json)
{
	struct sy_exit_report report = {0};
	struct sy_problem why = {0};
	struct sy_snapshot *snapshot = NULL;
	struct sy_prompts *prompts = NULL;
	struct sy_store *store = NULL;
	int status = SY_EXIT_GOOD;
	int err = load_prompts(&prompts, &why);

	if (!err)
		err = load_snapshot(db, &store, &snapshot, &why);
	if (!err)
		err = sy_exit_proof(prompts, sy_snapshot_content(snapshot), &report, &why);
	if (err == EPERM) {
		(void)printf("not proven: %s\n", why.text);
		status = SY_EXIT_UNMET;
	} else if (err) {
		status = sy_complain_why(command, err, &why);
	} else {
		print(&report, snapshot, json);
	}
	sy_snapshot_destroy(snapshot);
	sy_store_close(store);
	sy_prompts_destroy(prompts);
	return status;
}

static int run(const struct sy_command *command, int argc, char **argv)
{
	static const struct option options[] = {{"db", required_argument, NULL, 'd'}, {"json", no_argument, NULL, 'j'},
		{"help", no_argument, NULL, SY_OPTION_HELP}, {0}};
	const char *db = NULL;
	bool json = false;
	int status = SY_EXIT_GOOD;
	int option;

	while ((option = sy_next_option(command, argc, argv, options, &status)) >= 0) {
		if (option == 'd')
			db = optarg;
		else if (option == 'j')
			json = true;
	}
	if (option == SY_OPTION_LEAVE)
		return status;
	if (optind < argc)
		return sy_complain(command, "what is \"%s\"? See sayso check --help", argv[optind]);
	return check(command, db, json);
}

const struct sy_command sy_command_check = {
	.name = "check",
	.summary = "prove that no caller is trapped (the exit proof)",
	.help = "Usage: sayso check [--db FILE] [--json]\n"
		"Walks the dialogue through every state with every event and proves the exits: from each\n"
		"state \"agent\" and key 0 reach a person, failures lead to one, errors and silence never to\n"
		"a hang-up, and each article of the published version can be reached with keys alone.\n\n"
		"  --db FILE  the knowledge base; without it the demonstration base of this user\n"
		"  --json     the figures as one JSON object\n"
		"\nExit status 1 where a promise does not hold; the line says which, and the way there.\n",
	.run = run,
};
