/*
 * sayso-natural: sentences in callers' own words (tests/natural/) -> recordings, as a telephone line brings them.
 *
 * Each sentence is spoken by some of ten synthetic callers, none of them the engine's own voice, with pauses where
 * people think, over one of six lines; which ones follows from the sentence, so that the same files come out each time.
 * FOLDER/PART/NUMBER-VOICE.wav (8 kHz), and FOLDER/labels.jsonl with file, text, article (null: none answers it), part,
 * voice, line.
 *
 * usage: sayso-natural [--voices N] FOLDER FILE.tsv...        (sentence, tab, article or "-"; # begins a comment)
 */
#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audio/caller_voice.h"
#include "audio/frame.h"
#include "audio/line_effect.h"
#include "audio/wav.h"
#include "base/text.h"

#define PATH_MAX_BYTES 1024
#define THINKING_MS 250 /* at a comma, and behind "um" */

static const char *const voices[] = {"espeak:en-gb", "espeak:en-us", "espeak:en-us+f3:150:60", "espeak:en-gb+m3:170:35",
	"espeak:en-gb-scotland:160:45", "espeak:en-us+f5:190:70", "espeak:en-gb-x-rp+m7:130:40", "flite:rms",
	"flite:awb", "flite:kal16"};
#define VOICES (sizeof voices / sizeof *voices)

static const struct {
	const char *name;
	struct sy_line_effect effect;
} lines[] = {
	{"quiet", {.band = true, .coding = SY_LINE_MULAW}},
	{"soft", {.band = true, .coding = SY_LINE_ALAW, .level_db = -12}},
	{"street", {.band = true, .coding = SY_LINE_MULAW, .noise = SY_NOISE_PINK, .snr_db = 18}},
	{"people", {.band = true, .coding = SY_LINE_ALAW, .noise = SY_NOISE_BABBLE, .snr_db = 15}},
	{"kitchen", {.band = true, .coding = SY_LINE_MULAW, .noise = SY_NOISE_CLATTER, .snr_db = 15}},
	{"lossy", {.band = true, .coding = SY_LINE_MULAW, .loss = 0.02}},
};
#define LINES (sizeof lines / sizeof *lines)

struct natural {
	const char *folder;
	size_t voices; /* of each sentence */
	FILE *labels;
	char part[64];
	size_t number; /* of the sentence in its part */
	size_t made;
};

static unsigned hash(const char *s)
{
	unsigned hash = 2166136261u;

	for (; *s; s++)
		hash = (hash ^ (unsigned char)*s) * 16777619u;
	return hash ^ hash >> 15;
}

static bool is_hesitation(const char *word, size_t n)
{
	static const char *const words[] = {"um", "uh", "er", "erm", "so", "hi", "hello"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (n == strlen(words[i]) && !strncmp(word, words[i], n))
			return true;
	return false;
}

/* The sentence with its pauses as a caller's text. */
static int add_pauses(const char *sentence, unsigned seed, struct sy_text *text)
{
	int err = 0;

	for (const char *at = sentence; *at && !err;) {
		size_t n = strcspn(at, " ");
		bool comma = n && at[n - 1] == ',';
		int ms = THINKING_MS + (int)(seed % 5) * 80;

		err = sy_text_addf(text, "%s%.*s", at > sentence ? " " : "", (int)(n - comma), at);
		if (!err && at[n] && (comma || is_hesitation(at, n)))
			err = sy_text_addf(text, " [pause %dms]", ms);
		seed = seed * 1664525u + 1013904223u;
		at += n + strspn(at + n, " ");
	}
	return err;
}

/* What is said, on its line. */
static int speak(
	const char *voice, size_t line, const char *sentence, struct sy_sound *ret_sound, struct sy_problem *why)
{
	struct sy_line_effect effect = lines[line].effect;
	struct sy_sound said = {0}, sound = {0};
	struct sy_text text = {0};
	int err = add_pauses(sentence, hash(sentence), &text);

	effect.seed = hash(sentence) | 1;
	if (!err)
		err = sy_caller_voice_say(voice, sy_text_str(&text), &said, why);
	if (!err)
		err = sy_sound_resample(&said, SY_RATE_LINE, &sound);
	if (!err)
		err = sy_line_effect_apply(&effect, &sound);
	if (!err)
		*ret_sound = sound;
	else
		sy_sound_reset(&sound);
	sy_sound_reset(&said);
	sy_text_reset(&text);
	return err;
}

static int write_label(struct natural *natural, const char *file, const char *sentence, const char *article,
	const char *voice, const char *line)
{
	json_t *label = json_pack("{s:s, s:s, s:s?, s:s, s:s, s:s}", "file", file, "text", sentence, "article",
		strcmp(article, "-") != 0 ? article : NULL, "part", natural->part, "voice", voice, "line", line);
	int err = label && !json_dumpf(label, natural->labels, JSON_COMPACT) && fputc('\n', natural->labels) != EOF
			  ? 0
			  : EIO;

	json_decref(label);
	return err;
}

static int make_one(
	struct natural *natural, const char *sentence, const char *article, size_t k, struct sy_problem *why)
{
	size_t choice = hash(sentence) + k * 3, line = (hash(sentence) / VOICES + k) % LINES;
	const char *voice = voices[choice % VOICES];
	char file[128], path[PATH_MAX_BYTES];
	struct sy_sound sound = {0};
	int err = speak(voice, line, sentence, &sound, why);

	snprintf(file, sizeof file, "%s/%04zu-%zu.wav", natural->part, natural->number, choice % VOICES);
	if (!err && snprintf(path, sizeof path, "%s/%s", natural->folder, file) >= (int)sizeof path)
		err = sy_problem_set(why, ENAMETOOLONG, "%s: the path is too long", natural->folder);
	if (!err)
		err = sy_wav_write(path, &sound, why);
	if (!err)
		err = write_label(natural, file, sentence, article, voice, lines[line].name);
	natural->made += !err;
	sy_sound_reset(&sound);
	return err;
}

static int make_line(struct natural *natural, char *line, struct sy_problem *why)
{
	char *article = strchr(line, '\t');
	int err = 0;

	line[strcspn(line, "\r\n")] = '\0';
	if (!*line || *line == '#')
		return 0;
	if (!article)
		return EINVAL;
	*article++ = '\0';
	natural->number++;
	for (size_t k = 0; k < natural->voices && !err; k++)
		err = make_one(natural, line, article, k, why);
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r%-10s %5zu", natural->part, natural->number);
	return err;
}

static int make_part(struct natural *natural, const char *path, struct sy_problem *why)
{
	const char *slash = strrchr(path, '/');
	char folder[PATH_MAX_BYTES], line[4096];
	FILE *file = fopen(path, "re");
	int err = 0;

	if (!file)
		return sy_problem_set(why, errno, "%s: %s", path, strerror(errno));
	snprintf(natural->part, sizeof natural->part, "%s", slash ? slash + 1 : path);
	natural->part[strcspn(natural->part, ".")] = '\0';
	natural->number = 0;
	snprintf(folder, sizeof folder, "%.900s/%s", natural->folder, natural->part);
	if (mkdir(folder, 0777) && errno != EEXIST)
		err = sy_problem_set(why, errno, "%s: %s", folder, strerror(errno));
	for (int n = 1; !err && fgets(line, sizeof line, file); n++) {
		err = make_line(natural, line, why);
		if (err == EINVAL && !why->text[0])
			err = sy_problem_at(why, err, path, n, 0, "expected a sentence, a tab and an article");
	}
	fclose(file);
	return err;
}

static int make_all(struct natural *natural, char **files, int n, struct sy_problem *why)
{
	char path[PATH_MAX_BYTES];
	int err = 0;

	if (mkdir(natural->folder, 0777) && errno != EEXIST)
		return sy_problem_set(why, errno, "%s: %s", natural->folder, strerror(errno));
	snprintf(path, sizeof path, "%.900s/labels.jsonl", natural->folder);
	natural->labels = fopen(path, "we");
	if (!natural->labels)
		return sy_problem_set(why, errno, "%s: %s", path, strerror(errno));
	for (int i = 0; i < n && !err; i++)
		err = make_part(natural, files[i], why);
	if (fclose(natural->labels) && !err)
		err = sy_problem_set(why, errno, "%s: %s", path, strerror(errno));
	return err;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {{"voices", required_argument, NULL, 'v'}, {0}};
	struct natural natural = {.voices = 1};
	struct sy_problem why = {""};
	int option, err;

	while ((option = getopt_long(argc, argv, "", options, NULL)) >= 0)
		natural.voices = option == 'v' ? strtoul(optarg, NULL, 10) : 0;
	if (optind + 2 > argc || natural.voices < 1 || natural.voices > VOICES) {
		fprintf(stderr, "usage: sayso-natural [--voices 1..%zu] FOLDER FILE.tsv...\n", VOICES);
		return 2;
	}
	natural.folder = argv[optind];
	err = make_all(&natural, argv + optind + 1, argc - optind - 1, &why);
	if (err)
		fprintf(stderr, "sayso-natural: %s\n", why.text[0] ? why.text : strerror(err));
	else
		fprintf(stderr, "\r%zu recordings in %s\n", natural.made, natural.folder);
	return err ? 1 : 0;
}
