/*
 * call: one call from a talk script or from recordings, on a virtual clock.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "audio/bridge_script.h"
#include "audio/talk.h"
#include "engine/commands/call_shared.h"
#include "engine/run/judge.h"
#include "engine/run/timeline.h"

struct asked {
	struct sy_call_asked shared;
	char **files;
	size_t n_files;
};

struct sinks {
	const struct sy_call_asked *asked;
	struct sy_judge *judge;
};

static void on_event(const struct sy_event *event, void *arg)
{
	struct sinks *sinks = arg;

	sy_call_show(sinks->asked, event);
	sy_judge_event(event, sinks->judge);
}

static bool is_script(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot && (!strcasecmp(dot, ".yaml") || !strcasecmp(dot, ".yml"));
}

/* The caller: a script, or recordings at the local time of day. */
static int load_talk(const struct asked *asked, struct sy_talk **ret_talk, struct sy_problem *why)
{
	const char *const *paths = (const char *const *)asked->files;
	time_t now = time(NULL);
	int err;

	if (asked->n_files == 1 && is_script(paths[0]))
		return sy_talk_load(paths[0], ret_talk, why);
	for (size_t i = 0; i < asked->n_files; i++)
		if (is_script(paths[i]))
			return sy_problem_set(
				why, EINVAL, "%s: one talk script, or recordings, but not both", paths[i]);
	err = sy_talk_from_wavs(paths, asked->n_files, SY_RATE_LINE, ret_talk, why);
	if (!err)
		(void)localtime_r(&now, &(*ret_talk)->now);
	return err;
}

static void print_failed(void *arg, const char *line)
{
	(void)arg;
	(void)fprintf(stderr, "%s\n", line);
}

static int run_call(const struct asked *asked, const struct sy_talk *talk, struct sy_bridge **bridge)
{
	struct sinks sinks = {.asked = &asked->shared};
	char key[SY_CASE_KEY_BYTES];
	struct sy_session_call call = {.case_key = key,
		.now = talk->now,
		.reply = asked->shared.reply,
		.event = on_event,
		.arg = &sinks,
		.stop = sy_stop_flag()};
	struct sy_timeline *timeline = NULL;
	struct sy_session *session = NULL;
	struct sy_problem why = {0};
	int status = SY_EXIT_GOOD;
	int err = sy_judge_create(talk, &sinks.judge);

	sy_session_key_of((const char *const *)asked->files, asked->n_files, key);
	if (!err)
		err = sy_timeline_create(talk, bridge, &timeline);
	call.bridge = *bridge;
	if (!err)
		err = sy_session_open(asked->shared.db ? asked->shared.db : talk->db, &session, &why);
	if (!err)
		err = sy_session_run(session, &call, &why);
	if (err)
		status = sy_complain_why(asked->shared.command, err, &why);
	else if (sy_judge_verdict(sinks.judge, sy_timeline_spans(timeline), print_failed, NULL))
		status = SY_EXIT_UNMET;
	sy_call_report(&asked->shared, &call);
	if (!err && asked->shared.reply && !asked->shared.json)
		(void)printf("reply: %s\n", asked->shared.reply);
	sy_judge_destroy(sinks.judge);
	sy_session_close(session);
	return status;
}

static int call(const struct asked *asked)
{
	struct sy_bridge *bridge = NULL;
	struct sy_problem why = {0};
	struct sy_talk *talk = NULL;
	int status;
	int err = load_talk(asked, &talk, &why);

	if (!err)
		err = sy_bridge_script_create(talk, &bridge, &why);
	status = err ? sy_complain_why(asked->shared.command, err, &why) : run_call(asked, talk, &bridge);
	sy_bridge_destroy(bridge);
	sy_talk_destroy(talk);
	return status;
}

static int run(const struct sy_command *command, int argc, char **argv)
{
	static const struct option options[] = {SY_CALL_OPTIONS, {0}};
	const struct sy_call_more more = {.options = options};
	struct asked asked = {.shared = {.command = command}};
	int status = SY_EXIT_GOOD;

	if (!sy_call_options(&asked.shared, argc, argv, &more, &status))
		return status;
	if (optind == argc)
		return sy_complain(command, "which talk script or recordings? See sayso call --help");
	asked.files = argv + optind;
	asked.n_files = (size_t)(argc - optind);
	return call(&asked);
}

const struct sy_command sy_command_call = {
	.name = "call",
	.summary = "run one call: a talk script, or recordings as the caller's turns",
	.help = "Usage: sayso call [--db FILE] [--json] [--reply OUT.wav] TALK.yaml | WAV...\n"
		"Runs one call on a virtual clock, many times faster than real time, and prints the\n"
		"conversation as it happens. A talk script says what the caller does and what must come of\n"
		"it; recordings are one turn of the caller each, spoken when the prompt before has ended.\n\n"
		"  --db FILE        the knowledge base; without it the script's, or the demonstration base\n"
		"                   of this user\n"
		"  --json           the events, one JSON object a line (t_ms, event ...), instead\n"
		"  --reply OUT.wav  the sound of the whole call: caller left, engine right\n"
		"\nExit status 0: done, all expectations met; 1: an expectation failed, and standard error\n"
		"says which, where, and what came instead; 2: bad input.\n",
	.run = run,
};
