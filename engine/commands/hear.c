/*
 * hear: recognises recordings and prints what was heard, one line each.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audio/frame.h"
#include "audio/wav.h"
#include "engine/commands/command.h"
#include "engine/hear/recogniser.h"
#include "grammars/jsgf.h"

struct hearing {
	const struct sy_command *command;
	struct sy_recogniser *recogniser;
	struct sy_hear_job job;
	const char *list;
	bool json;
	bool progress;
	bool bad;   /* one of the recordings could not be heard */
	bool heard; /* something in one of them that was no reject */
};

static json_t *slots_json(const struct sy_pairs *slots)
{
	json_t *object = json_object();

	for (size_t i = 0; object && i < slots->n; i++)
		(void)json_object_set_new(object, slots->at[i].name, json_string(slots->at[i].value));
	return object;
}

static void print_hypothesis(const char *file, const struct sy_hypothesis *heard, bool json)
{
	if (json) {
		sy_print_json(json_pack("{s:s, s:s, s:s?, s:o, s:f, s:s, s:i, s:i, s:s}", "file", file, "text",
			heard->text ? heard->text : "", "intent", heard->intent, "slots", slots_json(&heard->slots),
			"confidence", round(heard->confidence * 1e4) / 1e4, "decision",
			sy_decision_name(heard->decision), "audio_ms", heard->audio_ms, "decode_ms", heard->decode_ms,
			"sounded", sy_sounded_name(heard->sounded)));
		return;
	}
	(void)printf("%s: %s %.2f", file, sy_decision_name(heard->decision), heard->confidence);
	if (heard->intent)
		(void)printf(" %s", heard->intent);
	for (size_t i = 0; i < heard->slots.n; i++)
		(void)printf(" %s=%s", heard->slots.at[i].name, heard->slots.at[i].value);
	if (heard->sounded != SY_SOUNDED_SPEECH)
		(void)printf(" (%s)", sy_sounded_name(heard->sounded));
	(void)printf(" \"%s\"\n", heard->text ? heard->text : "");
	(void)fflush(stdout);
}

/* `line` is where the path stands in the list, 0 for one on the command line. */
static void hear_file(struct hearing *hearing, const char *path, size_t line_number)
{
	struct sy_hypothesis heard = {0};
	struct sy_problem why = {0};
	struct sy_sound sound = {0};
	struct sy_sound line = {0};
	int err = sy_wav_read(path, 0, &sound, &why);

	/* What has the whole band keeps it; everything else is brought to the telephone's. */
	if (!err)
		err = sy_sound_resample(&sound, sound.rate >= SY_RATE_WIDE ? SY_RATE_WIDE : SY_RATE_LINE, &line);
	if (!err) {
		hearing->job.pcm = line.pcm;
		hearing->job.n = line.n;
		hearing->job.rate = line.rate;
		err = sy_recogniser_hear(hearing->recogniser, &hearing->job, &heard, NULL, &why);
	}
	if (err) {
		hearing->bad = true;
		if (line_number)
			(void)sy_complain(hearing->command, "%s:%zu: %s", hearing->list, line_number,
				why.text[0] ? why.text : strerror(err));
		else
			(void)sy_complain_why(hearing->command, err, &why);
	} else {
		hearing->heard = hearing->heard || heard.decision != SY_REJECT;
		print_hypothesis(path, &heard, hearing->json);
	}
	sy_hypothesis_reset(&heard);
	sy_sound_reset(&line);
	sy_sound_reset(&sound);
}

/* The name under which the recogniser knows the file is its path as given. */
static int load_grammar(struct hearing *hearing, const char *path, struct sy_problem *why)
{
	struct sy_graph *graph = NULL;
	int err;

	if (hearing->job.n_grammars == SY_HEAR_GRAMMARS_MAX)
		return sy_problem_set(why, E2BIG, "at most %d grammars can be heard at a time", SY_HEAR_GRAMMARS_MAX);
	err = sy_jsgf_graph_file(path, &graph, why);
	if (!err)
		err = sy_recogniser_load(hearing->recogniser, path, graph, why);
	if (!err)
		hearing->job.grammars[hearing->job.n_grammars++] = path;
	sy_graph_destroy(graph);
	return err;
}

struct asked {
	const char *grammars[SY_HEAR_GRAMMARS_MAX + 1];
	size_t n_grammars;
	const char *list;
	bool no_universals;
	bool json;
};

static int open_recogniser(struct hearing *hearing, const struct asked *asked)
{
	struct sy_problem why = {0};
	int err = sy_recogniser_sphinx_create(&hearing->recogniser, &why);

	for (size_t i = 0; !err && i < asked->n_grammars; i++)
		err = load_grammar(hearing, asked->grammars[i], &why);
	return err ? sy_complain_why(hearing->command, err, &why) : SY_EXIT_GOOD;
}

static int hear_all(struct hearing *hearing, const struct asked *asked, char **wavs, size_t n_wavs)
{
	struct sy_problem why = {0};
	char **lines = NULL;
	size_t n = 0;
	int err = asked->list ? sy_lines_read(asked->list, &lines, &n, &why) : 0;
	int status;

	if (err)
		return sy_complain_why(hearing->command, err, &why);
	status = open_recogniser(hearing, asked);
	/* Nobody waits for the rest once the reader has left (sayso hear … | head). */
	for (size_t i = 0; !status && i < n_wavs && !ferror(stdout); i++)
		hear_file(hearing, wavs[i], 0);
	for (size_t i = 0; !status && i < n && !ferror(stdout); i++) {
		if (lines[i][0])
			hear_file(hearing, lines[i], i + 1);
		if (hearing->progress)
			sy_progress("heard", i + 1, n);
	}
	sy_lines_free(lines, n);
	if (!status && !hearing->heard && !asked->n_grammars && isatty(STDERR_FILENO))
		(void)sy_complain(hearing->command, "nothing was made out; without a --grammar there are only agent, "
						    "repeat, slower, louder, help, "
						    "go back, start over, goodbye, yes and no");
	return status ? status : hearing->bad ? SY_EXIT_BAD : SY_EXIT_GOOD;
}

static int run(const struct sy_command *command, int argc, char **argv)
{
	static const struct option options[] = {{"grammar", required_argument, NULL, 'g'},
		{"no-universals", no_argument, NULL, 'n'}, {"json", no_argument, NULL, 'j'},
		{"list", required_argument, NULL, 'l'}, {"help", no_argument, NULL, SY_OPTION_HELP}, {0}};
	struct hearing hearing = {.command = command};
	struct asked asked = {0};
	int status = SY_EXIT_GOOD;
	int option;

	while ((option = sy_next_option(command, argc, argv, options, &status)) >= 0) {
		if (option == 'g' && asked.n_grammars <= SY_HEAR_GRAMMARS_MAX)
			asked.grammars[asked.n_grammars++] = optarg;
		else if (option == 'n')
			asked.no_universals = true;
		else if (option == 'j')
			asked.json = true;
		else if (option == 'l')
			asked.list = optarg;
	}
	if (option == SY_OPTION_LEAVE)
		return status;
	if (optind == argc && !asked.list)
		return sy_complain(command, "which recordings? See sayso hear --help");
	if (asked.no_universals && !asked.n_grammars)
		return sy_complain(command, "without the universals a --grammar is needed, else nothing can be heard");
	hearing.job.universals = !asked.no_universals;
	hearing.json = asked.json;
	hearing.list = asked.list;
	hearing.progress = asked.list && !isatty(STDOUT_FILENO);
	status = hear_all(&hearing, &asked, argv + optind, (size_t)(argc - optind));
	sy_recogniser_destroy(hearing.recogniser);
	return status;
}

const struct sy_command sy_command_hear = {
	.name = "hear",
	.summary = "recognise recordings",
	.help = "Usage: sayso hear [--grammar FILE]... [--no-universals] [--json] [--list FILE] WAV...\n"
		"Recognises recordings of one turn each and prints what was heard, one line each.\n\n"
		"  --grammar FILE   a JSGF grammar to hear; may be given several times (at most 16); without\n"
		"                   one the universals below are all that can be heard\n"
		"  --no-universals  leave out agent, repeat, slower, louder, help, go back, start over,\n"
		"                   goodbye, yes and no, which are heard beside the grammars otherwise\n"
		"  --json           one JSON object a line: file, text, intent, slots, confidence,\n"
		"                   decision (accept, confirm, reject), audio_ms, decode_ms, sounded\n"
		"  --list FILE      recordings from a file, one path a line, from the current directory;\n"
		"                   - is standard input\n"
		"\nA recording is a WAV or FLAC of any rate and any number of channels, up to ten minutes.\n"
		"One that cannot be read is reported, the others are heard all the same; exit status 2 then.\n",
	.run = run,
};
