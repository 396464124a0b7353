/*
 * worker: a speech worker's process. Started by `sayso serve`, never by a person.
 */
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "engine/commands/command.h"
#include "engine/run/session.h"
#include "engine/run/speech_worker.h"
#include "engine/speak/speech_cache.h"

static int work(int memory_mb)
{
	struct sy_speech_worker worker = {.fd = SY_SPEECH_WORKER_FD};
	int err = sy_speech_worker_settle(memory_mb, &worker.why);

	if (!err)
		err = sy_session_voice(&worker.tools.synthesiser, &worker.why);
	if (!err)
		sy_speech_cache_keep(worker.tools.synthesiser, SY_SPEECH_WORKER_VOICE_BYTES);
	if (!err)
		err = sy_recogniser_sphinx_create(&worker.tools.recogniser, &worker.why);
	worker.trouble = err;
	err = sy_speech_worker_run(&worker);
	sy_recogniser_destroy(worker.tools.recogniser);
	sy_synthesiser_destroy(worker.tools.synthesiser);
	return err ? SY_EXIT_BAD : SY_EXIT_GOOD;
}

static int run(const struct sy_command *command, int argc, char **argv)
{
	static const struct option options[] = {
		{"memory", required_argument, NULL, 'm'}, {"help", no_argument, NULL, SY_OPTION_HELP}, {0}};
	int status = SY_EXIT_GOOD;
	int memory_mb = 0;
	struct stat is;
	int option;

	while ((option = sy_next_option(command, argc, argv, options, &status)) >= 0)
		if (option == 'm')
			memory_mb = (int)strtol(optarg, NULL, 10);
	if (option == SY_OPTION_LEAVE)
		return status;
	if (fstat(SY_SPEECH_WORKER_FD, &is) || !S_ISSOCK(is.st_mode))
		return sy_complain(command, "sayso serve starts its speech workers itself");
	return work(memory_mb);
}

const struct sy_command sy_command_worker = {
	.name = "worker",
	.summary = "recognise and speak for sayso serve",
	.inner = true,
	.help = "Usage: sayso worker [--memory MB]\n"
		"Recognises and speaks for a running service, which starts it; of no use by itself.\n",
	.run = run,
};
