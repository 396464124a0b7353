#include "audio/caller_program.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audio/caller_voice.h"
#include "audio/frame.h"
#include "audio/wav.h"
#include "base/place.h"

#define CACHE_FOLDER "callers"
#define WORDS_PER_MINUTE 160
#define PITCH 50
#define ARGS_MAX 14

extern char **environ;

/* Numbers as text, for the arguments. */
struct numbers {
	char speed[12], pitch[12];
};

struct sy_caller_kind {
	const char *prefix, *program, *package;
	bool (*knows)(const char *voice); /* NULL: the program itself says */
	void (*args)(const struct sy_caller_program *program, const struct numbers *numbers, const char *text,
		const char *path, const char **ret_args);
};

static void espeak_args(const struct sy_caller_program *program, const struct numbers *numbers, const char *text,
	const char *path, const char **ret_args)
{
	const char *const args[] = {"espeak-ng", "-v", program->voice, "-s", numbers->speed, "-p", numbers->pitch, "-w",
		path, "--", text, NULL};

	memcpy(ret_args, args, sizeof(args));
}

static void flite_args(const struct sy_caller_program *program, const struct numbers *numbers, const char *text,
	const char *path, const char **ret_args)
{
	const char *const args[] = {"flite", "-voice", program->voice, "-o", path, "-t", text, NULL};

	(void)numbers;
	memcpy(ret_args, args, sizeof(args));
}

/* flite speaks in another voice without a word when it does not know one. */
static bool flite_knows(const char *voice)
{
	static const char *const voices[] = {"kal", "kal16", "awb", "rms", "slt", NULL};

	for (size_t i = 0; voices[i]; i++) {
		if (strcmp(voice, voices[i]) == 0)
			return true;
	}
	return false;
}

static const struct sy_caller_kind kinds[] = {
	{.prefix = "espeak:", .program = "espeak-ng", .package = "espeak-ng", .args = espeak_args},
	{.prefix = "flite:", .program = "flite", .package = "flite", .knows = flite_knows, .args = flite_args},
};

/* ":123" at *at; leaves the value as it is where nothing follows. */
static bool read_number(const char **at, int least, int most, int *value)
{
	char *end;

	if (**at != ':')
		return true;
	const long number = strtol(*at + 1, &end, 10);
	if (end == *at + 1 || number < least || number > most)
		return false;
	*value = (int)number;
	*at = end;
	return true;
}

static bool read_voice(const struct sy_caller_kind *kind, const char *at, struct sy_caller_program *program)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-";
	const size_t n = strspn(at, letters);

	if (n == 0 || n >= sizeof(program->voice) || *at == '-')
		return false;
	*program = (struct sy_caller_program){.kind = kind, .words_per_minute = WORDS_PER_MINUTE, .pitch = PITCH};
	memcpy(program->voice, at, n);
	at += n;
	return read_number(&at, 80, 450, &program->words_per_minute) && read_number(&at, 0, 99, &program->pitch) &&
	       !*at && (!kind->knows || kind->knows(program->voice));
}

int sy_caller_program_from(const char *voice, struct sy_caller_program *ret_program, struct sy_problem *why)
{
	struct sy_caller_program program;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const size_t n = strlen(kinds[i].prefix);
		if (strncmp(voice, kinds[i].prefix, n) == 0 && read_voice(&kinds[i], voice + n, &program)) {
			*ret_program = program;
			return 0;
		}
	}
	return sy_problem_set(why, EINVAL,
		"voice: \"%s\" is no voice like espeak:en-us, espeak:en-gb+f3:140:60 (words a minute, pitch) or "
		"flite:slt",
		voice);
}

/* FNV-1a, 64 bits. */
static uint64_t hash(uint64_t sum, const char *text)
{
	for (; *text; text++)
		sum = (sum ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	return (sum ^ 0xff) * UINT64_C(0x100000001b3);
}

static void file_name(
	const struct sy_caller_program *program, const struct numbers *numbers, const char *text, char name[32])
{
	uint64_t sum = UINT64_C(0xcbf29ce484222325);

	sum = hash(sum, program->kind->prefix);
	sum = hash(sum, program->voice);
	sum = hash(sum, numbers->speed);
	sum = hash(sum, numbers->pitch);
	sum = hash(sum, text);
	(void)snprintf(name, 32, "%016llx.wav", (unsigned long long)sum);
}

static int refuse(const struct sy_caller_kind *kind, int err, struct sy_problem *why)
{
	if (err == ENOENT)
		return sy_problem_set(why, ENOENT, "%s is not installed, and a turn's voice needs it: apt install %s",
			kind->program, kind->package);
	return sy_problem_set(why, err, "%s cannot be started: %s", kind->program, strerror(err));
}

static int start(const char *program, const char **args, pid_t *ret_pid)
{
	posix_spawn_file_actions_t actions;
	int err = posix_spawn_file_actions_init(&actions);

	if (err)
		return err;
	err = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (!err)
		err = posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	if (!err)
		err = posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	if (!err) {
		union {
			const char **args;
			char *const *argv; /* posix_spawn does not change them */
		} as = {.args = args};
		err = posix_spawnp(ret_pid, program, &actions, NULL, as.argv, environ);
	}
	(void)posix_spawn_file_actions_destroy(&actions);
	return err;
}

static int wait_for(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return errno;
	}
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : EIO;
}

/* Has the program write the text as a WAV to `path`. */
static int speak(const struct sy_caller_program *program, const struct numbers *numbers, const char *text,
	const char *path, struct sy_problem *why)
{
	const struct sy_caller_kind *kind = program->kind;
	const char *args[ARGS_MAX];
	pid_t pid;

	kind->args(program, numbers, text, path, args);
	int err = start(kind->program, args, &pid);
	if (err)
		return refuse(kind, err, why);
	err = wait_for(pid);
	if (err)
		return sy_problem_set(why, err,
			"%s could not speak in the voice \"%s\"; `%s --voices` lists those it has", kind->program,
			program->voice, kind->program);
	return 0;
}

static int is_sound(const struct dirent *entry)
{
	const size_t n = strlen(entry->d_name);

	return n > 4 && strcmp(entry->d_name + n - 4, ".wav") == 0;
}

/* Once the folder is full, half of it goes, whichever: a text that is still used is simply spoken again. */
static void bound(const char *folder)
{
	struct dirent **names;
	char path[4096];
	const int n = scandir(folder, &names, is_sound, NULL);

	for (int i = 0; i < n; i++) {
		if (n > SY_CALLER_VOICE_CACHE_MAX && i % 2 == 0) {
			(void)snprintf(path, sizeof(path), "%s/%s", folder, names[i]->d_name);
			(void)unlink(path);
		}
		free(names[i]);
	}
	if (n >= 0)
		free(names);
}

/* A folder for sounds: the cache, or a shared one for temporary files where that cannot be written. */
static int folder_for_sounds(char **ret_folder)
{
	int err = sy_place_user_cache(CACHE_FOLDER, ret_folder, NULL);

	if (!err && mkdir(*ret_folder, 0700) != 0 && errno != EEXIST)
		err = errno;
	if (!err && access(*ret_folder, W_OK) == 0)
		return 0;
	if (!err)
		free(*ret_folder);
	*ret_folder = strdup("/tmp");
	return *ret_folder ? 0 : ENOMEM;
}

static int speak_anew(const struct sy_caller_program *program, const struct numbers *numbers, const char *text,
	const char *folder, const char *path, struct sy_sound *ret_sound, struct sy_problem *why)
{
	struct sy_sound sound = {0};
	char fresh[4096];

	if ((size_t)snprintf(fresh, sizeof(fresh), "%s/caller-XXXXXX", folder) >= sizeof(fresh))
		return ENAMETOOLONG;
	const int fd = mkstemp(fresh);
	if (fd < 0)
		return sy_problem_set(why, errno, "no sound can be written in %s: %s", folder, strerror(errno));
	(void)close(fd);
	int err = speak(program, numbers, text, fresh, why);
	if (!err)
		err = sy_wav_read(fresh, SY_RATE_WIDE, &sound, why);
	(void)unlink(fresh);
	if (err)
		return err;
	if (path) {
		bound(folder);
		(void)sy_wav_write(path, &sound, NULL); /* a cache that cannot be written is only slower */
	}
	*ret_sound = sound;
	return 0;
}

int sy_caller_program_run(
	const struct sy_caller_program *program, const char *text, struct sy_sound *ret_sound, struct sy_problem *why)
{
	struct numbers numbers;
	char name[32], path[4096], *folder;

	(void)snprintf(numbers.speed, sizeof(numbers.speed), "%d", program->words_per_minute);
	(void)snprintf(numbers.pitch, sizeof(numbers.pitch), "%d", program->pitch);
	file_name(program, &numbers, text, name);
	int err = folder_for_sounds(&folder);
	if (err)
		return err;
	const bool cached = strcmp(folder, "/tmp") != 0;
	const int length = snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (length < 0 || (size_t)length >= sizeof(path))
		err = ENAMETOOLONG;
	else if (!cached || sy_wav_read(path, SY_RATE_WIDE, ret_sound, NULL) != 0)
		err = speak_anew(program, &numbers, text, folder, cached ? path : NULL, ret_sound, why);
	free(folder);
	return err;
}
