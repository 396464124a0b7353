/*
 * talk: a call through microphone and speakers, and its recording as a talk script.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "audio/bridge_mic.h"
#include "engine/commands/call_shared.h"
#include "engine/run/recorder.h"

struct asked {
	struct sy_call_asked shared;
	const char *record;
	struct sy_bridge_mic_prm mic;
	bool devices; /* listed, and no call */
};

struct sinks {
	const struct sy_call_asked *asked;
	struct sy_recorder *recorder; /* NULL: nothing is kept */
};

static void on_event(const struct sy_event *event, void *arg)
{
	struct sinks *sinks = arg;

	sy_call_show(sinks->asked, event);
	if (sinks->recorder)
		sy_recorder_event(event, sinks->recorder);
}

static struct tm local_time(void)
{
	time_t now = time(NULL);
	struct tm tm = {0};

	(void)localtime_r(&now, &tm);
	return tm;
}

static int list_devices(const struct sy_command *command)
{
	struct sy_problem why = {0};
	struct sy_text list = {0};
	int err = sy_sound_card_portaudio.list(&list, &why);

	if (!err)
		(void)fputs(sy_text_str(&list), stdout);
	sy_text_reset(&list);
	return err ? sy_complain_why(command, err, &why) : SY_EXIT_GOOD;
}

/* The microphone first: without one nothing else is worth the wait. */
static int converse(const struct asked *asked, struct sy_bridge **ret_bridge, struct sinks *sinks,
	struct sy_session **ret_session, struct sy_problem *why)
{
	struct sy_session_call call = {.now = local_time(),
		.reply = asked->shared.reply,
		.event = on_event,
		.arg = sinks,
		.stop = sy_stop_flag()};
	int err = sy_bridge_mic_create(&asked->mic, ret_bridge, why);

	if (!err && asked->record)
		err = sy_recorder_create(asked->record, ret_bridge, &sinks->recorder, why);
	if (!err)
		err = sy_session_open(asked->shared.db, ret_session, why);
	if (err)
		return err;
	if (isatty(STDERR_FILENO))
		(void)fputs("Speak when the greeting has ended. 0 to 9, * and # are keys, Ctrl-C hangs up.\n", stderr);
	call.bridge = *ret_bridge;
	err = sy_session_run(*ret_session, &call, why);
	sy_call_report(&asked->shared, &call);
	return err;
}

static int talk(const struct asked *asked)
{
	struct sinks sinks = {.asked = &asked->shared};
	struct sy_session *session = NULL;
	struct sy_bridge *bridge = NULL;
	struct sy_problem why = {0};
	int err = converse(asked, &bridge, &sinks, &session, &why);
	int saved;

	sy_session_close(session);
	saved = sy_recorder_finish(sinks.recorder, err ? NULL : &why);
	sy_bridge_destroy(bridge);
	if (!err && !saved && asked->record && !asked->shared.json)
		(void)printf("recorded: sayso call %s/talk.yaml plays this call again\n", asked->record);
	return err || saved ? sy_complain_why(asked->shared.command, err ? err : saved, &why) : SY_EXIT_GOOD;
}

static void read_option(void *arg, int option)
{
	struct asked *asked = arg;

	if (option == 'c')
		asked->record = optarg;
	else if (option == 'i')
		asked->mic.input = optarg;
	else if (option == 'o')
		asked->mic.output = optarg;
	else if (option == 's')
		asked->mic.speakers = true;
	else if (option == 'l')
		asked->devices = true;
}

static int run(const struct sy_command *command, int argc, char **argv)
{
	static const struct option options[] = {SY_CALL_OPTIONS, {"record", required_argument, NULL, 'c'},
		{"input", required_argument, NULL, 'i'}, {"output", required_argument, NULL, 'o'},
		{"speakers", no_argument, NULL, 's'}, {"devices", no_argument, NULL, 'l'}, {0}};
	struct asked asked = {.shared = {.command = command}, .mic = {.rate = SY_RATE_WIDE}};
	const struct sy_call_more more = {.options = options, .read = read_option, .arg = &asked};
	int status = SY_EXIT_GOOD;

	if (!sy_call_options(&asked.shared, argc, argv, &more, &status))
		return status;
	if (optind < argc)
		return sy_complain(command, "what is \"%s\"? See sayso talk --help", argv[optind]);
	return asked.devices ? list_devices(command) : talk(&asked);
}

const struct sy_command sy_command_talk = {
	.name = "talk",
	.summary = "speak with it through microphone and speakers",
	.help = "Usage: sayso talk [--db FILE] [--json] [--reply OUT.wav] [--record DIR] [--speakers]\n"
		"                  [--input DEVICE] [--output DEVICE] | --devices\n"
		"Runs one call through the microphone and the speakers. Keys typed on the terminal (0 to 9,\n"
		"*, #) are keys of the telephone; Ctrl-C hangs up. Best with headphones.\n\n"
		"  --db FILE        the knowledge base; without it the demonstration base of this user\n"
		"  --json           the events, one JSON object a line, instead of the conversation\n"
		"  --reply OUT.wav  the sound of the whole call: you left, Sayso right\n"
		"  --record DIR     keeps what was spoken, a WAV for each turn, with a talk script,\n"
		"                   DIR/talk.yaml, that replays the call\n"
		"  --speakers       no headphones: the microphone is shut while Sayso speaks, and only keys\n"
		"                   interrupt it\n"
		"  --input DEVICE   microphone, by its number or a part of its name; --output likewise\n"
		"  --devices        lists the devices\n"
		"\nWithout a sound device it says so; exit status 2.\n",
	.run = run,
};
