#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "audio/caller_voice.h"
#include "audio/frame.h"
#include "audio/line_effect.h"
#include "audio/talk_file.h"
#include "base/yaml.h"

/* Longer than any time-out of the engine. */
#define WAIT_MAX_MS 600000
#define KEY_GAP_MIN_MS 40

struct load {
	struct sy_talk *talk;
	const struct sy_talk_file *file;
	struct sy_problem *why;
	long total_ms;
	size_t turn;     /* the one looked at */
	int line_number; /* of it; 0: not known */
	bool in_turn;
};

__attribute__((format(printf, 2, 3))) static int refuse(const struct load *load, const char *fmt, ...)
{
	char text[SY_PROBLEM_MAX];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	if (!load->in_turn)
		return sy_problem_at(load->why, EINVAL, load->talk->path, 0, 0, "%s", text);
	return sy_problem_at(
		load->why, EINVAL, load->talk->path, load->line_number, 0, "turn %zu: %s", load->turn + 1, text);
}

/* `words` is a list that ends in NULL. */
static int one_of(const struct load *load, const char *key, const char *value, const char *const *words)
{
	char list[200] = "";

	if (!value)
		return 0;
	for (size_t i = 0; words[i]; i++) {
		if (strcmp(value, words[i]) == 0)
			return 0;
		const size_t at = strlen(list);
		(void)snprintf(list + at, sizeof(list) - at, "%s%s", i ? ", " : "", words[i]);
	}
	return refuse(load, "%s: \"%s\" is none of %s", key, value, list);
}

static int in_range(const struct load *load, const char *key, const int *value, int least, int most)
{
	if (!value || (*value >= least && *value <= most))
		return 0;
	return refuse(load, "%s: %d is not between %d and %d", key, *value, least, most);
}

static int in_range_db(const struct load *load, const char *key, const double *value, double least, double most)
{
	if (!value || (*value >= least && *value <= most))
		return 0;
	return refuse(load, "%s: %g is not between %g and %g", key, *value, least, most);
}

/* "name=value" */
static int set_pairs(const struct load *load, const struct sy_talk_file_words *words, struct sy_pairs *pairs)
{
	for (unsigned i = 0; i < words->n; i++) {
		char *equals = strchr(words->at[i], '=');
		if (!equals || equals == words->at[i])
			return refuse(load, "\"%s\" is not written name=value", words->at[i]);
		*equals = '\0';
		const int err = sy_pairs_set(pairs, words->at[i], equals + 1);
		*equals = '=';
		if (err)
			return err;
	}
	return 0;
}

static struct sy_talk_words words_of(const struct sy_talk_file_words *words)
{
	return (struct sy_talk_words){.at = (const char *const *)words->at, .n = words->n};
}

static int set_noise_name(const struct load *load, const char *name, const char **ret_name)
{
	static const char *const kinds[] = {"none", "white", "pink", "babble", "hum", "clatter", "drone", NULL};
	const size_t n = strlen(name);

	if ((n > 4 && strcmp(name + n - 4, ".wav") == 0) || (n > 5 && strcmp(name + n - 5, ".flac") == 0))
		return sy_talk_join(load->talk, name, ret_name);
	const int err = one_of(load, "noise", name, kinds);
	if (!err)
		*ret_name = name;
	return err;
}

/* Adds to `line` what `from` says. */
static int set_line(const struct load *load, const struct sy_talk_file_line *from, struct sy_talk_line *line)
{
	static const char *const codecs[] = {"none", "mulaw", "ulaw", "alaw", NULL};

	if (!from)
		return 0;
	int err = one_of(load, "codec", from->codec, codecs);
	if (!err && from->noise)
		err = set_noise_name(load, from->noise, &line->noise);
	if (!err)
		err = in_range_db(load, "snr_db", from->snr_db, SY_LINE_SNR_MIN_DB, SY_LINE_SNR_MAX_DB);
	if (!err)
		err = in_range_db(load, "level_db", from->level_db, -SY_LINE_LEVEL_MAX_DB, SY_LINE_LEVEL_MAX_DB);
	if (!err)
		err = in_range_db(load, "loss_percent", from->loss_percent, 0, 100);
	if (err)
		return err;
	line->codec = from->codec ? from->codec : line->codec;
	line->snr_db = from->snr_db ? from->snr_db : line->snr_db;
	line->level_db = from->level_db ? from->level_db : line->level_db;
	line->loss_percent = from->loss_percent ? from->loss_percent : line->loss_percent;
	return 0;
}

static const char *const handoffs[] = {"asked", "unsure", "silence", "article", "none", NULL};

static int set_expect(const struct load *load, const struct sy_talk_file_expect *from, struct sy_talk_expect *expect)
{
	static const char *const decisions[] = {"accept", "confirm", "reject", NULL};

	if (!from)
		return 0;
	int err = one_of(load, "decision", from->decision, decisions);
	if (!err)
		err = one_of(load, "handoff", from->handoff, handoffs);
	if (!err)
		err = in_range(load, "within_ms", from->within_ms, 0, WAIT_MAX_MS);
	if (!err)
		err = set_pairs(load, &from->slots, &expect->slots);
	if (err)
		return err;
	expect->intent = from->intent;
	expect->decision = from->decision;
	expect->text = from->text;
	expect->answer = from->answer;
	expect->say = words_of(&from->say);
	expect->not_say = words_of(&from->not_say);
	expect->state = from->state;
	expect->handoff = from->handoff;
	expect->interrupted = from->interrupted;
	expect->silence = from->silence;
	expect->within_ms = from->within_ms;
	return 0;
}

static int set_end(const struct load *load, const struct sy_talk_file_end *from, struct sy_talk_end *expect)
{
	static const char *const outcomes[] = {"handoff", "answered", "goodbye", "hangup", "abandoned", "error", NULL};

	if (!from)
		return 0;
	int err = one_of(load, "expect: outcome", from->outcome, outcomes);
	if (!err)
		err = one_of(load, "expect: handoff", from->handoff, handoffs);
	if (!err)
		err = in_range(load, "expect: max_ms", from->max_ms, 0, INT_MAX);
	if (!err)
		err = set_pairs(load, &from->filled, &expect->filled);
	if (err)
		return err;
	expect->outcome = from->outcome;
	expect->handoff = from->handoff;
	expect->answers = words_of(&from->answers);
	expect->max_ms = from->max_ms;
	return 0;
}

static int set_say(struct load *load, const struct sy_talk_file_turn *from, struct sy_talk_turn *turn)
{
	struct sy_problem text = {0};

	(void)load;
	turn->say = from->say;
	const int err = sy_caller_voice_check(turn->voice, turn->say, &text);
	return err == EINVAL ? refuse(load, "%s", text.text) : err;
}

static int set_wav(struct load *load, const struct sy_talk_file_turn *from, struct sy_talk_turn *turn)
{
	return sy_talk_join(load->talk, from->wav, &turn->wav);
}

static int set_keys(struct load *load, const struct sy_talk_file_turn *from, struct sy_talk_turn *turn)
{
	if (strspn(from->key, "0123456789*#ABCD") != strlen(from->key))
		return refuse(load, "key: \"%s\" has something else than 0 to 9, * and #", from->key);
	turn->keys = from->key;
	turn->gap_ms = from->gap_ms ? *from->gap_ms : SY_TALK_KEY_GAP_MS;
	load->total_ms += (long)strlen(from->key) * turn->gap_ms;
	return in_range(load, "gap_ms", from->gap_ms, KEY_GAP_MIN_MS, WAIT_MAX_MS);
}

static int set_silence(struct load *load, const struct sy_talk_file_turn *from, struct sy_talk_turn *turn)
{
	turn->ms = *from->silence_ms;
	load->total_ms += turn->ms;
	return in_range(load, "silence_ms", from->silence_ms, SY_FRAME_MS, WAIT_MAX_MS);
}

static int set_noise(struct load *load, const struct sy_talk_file_turn *from, struct sy_talk_turn *turn)
{
	const struct sy_talk_file_noise *noise = from->noise;

	turn->ms = noise->ms;
	turn->level_db = noise->level_db ? *noise->level_db : SY_TALK_LEVEL_DB;
	load->total_ms += turn->ms;
	int err = in_range(load, "noise: ms", &noise->ms, SY_FRAME_MS, WAIT_MAX_MS);
	if (!err)
		err = in_range_db(load, "noise: level_db", noise->level_db, -90, 0);
	if (!err)
		err = set_noise_name(load, noise->kind, &turn->noise);
	return err;
}

static int set_hang_up(struct load *load, const struct sy_talk_file_turn *from, struct sy_talk_turn *turn)
{
	(void)turn;
	if (!*from->hang_up)
		return refuse(load, "hang_up: only true makes sense; leave the turn out");
	if (load->turn + 1 < load->file->turns_n)
		return refuse(load, "nothing can follow once the caller has hung up");
	return 0;
}

static const struct {
	const char *key;
	size_t offset; /* of the pointer that says the key is there */
	int (*set)(struct load *load, const struct sy_talk_file_turn *from, struct sy_talk_turn *turn);
} acts[SY_TALK_ACTS] = {
	[SY_TALK_SAY] = {"say", offsetof(struct sy_talk_file_turn, say), set_say},
	[SY_TALK_WAV] = {"wav", offsetof(struct sy_talk_file_turn, wav), set_wav},
	[SY_TALK_KEY] = {"key", offsetof(struct sy_talk_file_turn, key), set_keys},
	[SY_TALK_SILENCE] = {"silence_ms", offsetof(struct sy_talk_file_turn, silence_ms), set_silence},
	[SY_TALK_NOISE] = {"noise", offsetof(struct sy_talk_file_turn, noise), set_noise},
	[SY_TALK_HANG_UP] = {"hang_up", offsetof(struct sy_talk_file_turn, hang_up), set_hang_up},
};

static bool has(const struct sy_talk_file_turn *from, size_t offset)
{
	void *pointer;

	memcpy(&pointer, (const char *)from + offset, sizeof(pointer));
	return pointer != NULL;
}

static int find_act(const struct load *load, const struct sy_talk_file_turn *from, enum sy_talk_act *ret_act)
{
	int found = -1;

	for (int act = 0; act < SY_TALK_ACTS; act++) {
		if (!has(from, acts[act].offset))
			continue;
		if (found >= 0)
			return refuse(load, "does two things, %s and %s; make two turns of them", acts[found].key,
				acts[act].key);
		found = act;
	}
	if (found < 0)
		return refuse(load, "does nothing; it needs say, wav, key, silence_ms, noise or hang_up");
	*ret_act = (enum sy_talk_act)found;
	return 0;
}

static int set_timing(struct load *load, const struct sy_talk_file_turn *from, struct sy_talk_turn *turn)
{
	if (from->after_ms && from->during_ms)
		return refuse(load, "after_ms and during_ms exclude each other");
	if (from->gap_ms && turn->act != SY_TALK_KEY)
		return refuse(load, "gap_ms belongs to key");
	turn->after_ms = from->during_ms ? -1 : from->after_ms ? *from->after_ms : SY_TALK_AFTER_MS;
	turn->during_ms = from->during_ms ? *from->during_ms : -1;
	load->total_ms += turn->after_ms + turn->during_ms + 1;
	const int err = in_range(load, "after_ms", from->after_ms, 0, WAIT_MAX_MS);
	return err ? err : in_range(load, "during_ms", from->during_ms, 0, WAIT_MAX_MS);
}

static int set_turn(struct load *load)
{
	const struct sy_talk_file_turn *from = &load->file->turns[load->turn];
	struct sy_talk_turn *turn = &load->talk->turns[load->turn];

	turn->line_number = load->line_number;
	turn->voice = from->voice ? from->voice : load->file->voice ? load->file->voice : SY_TALK_VOICE;
	turn->line = load->talk->line;
	int err = find_act(load, from, &turn->act);
	if (!err)
		err = set_timing(load, from, turn);
	if (!err)
		err = set_line(load, from->line, &turn->line);
	if (!err)
		err = set_expect(load, from->expect, &turn->expect);
	if (!err)
		err = acts[turn->act].set(load, from, turn);
	if (!err && load->total_ms > SY_TALK_SECONDS_MAX * 1000L)
		err = refuse(load, "the script is longer than %d seconds; split it", SY_TALK_SECONDS_MAX);
	return err;
}

/* "folder/early-no.yaml" -> "early-no" */
static int set_name(const struct load *load)
{
	struct sy_talk *talk = load->talk;
	const char *slash = strrchr(talk->path, '/');
	const char *base = slash ? slash + 1 : talk->path;
	const char *dot = strrchr(base, '.');

	talk->name = load->file->name;
	if (talk->name)
		return 0;
	char *name = strndup(base, dot ? (size_t)(dot - base) : strlen(base));
	if (!name)
		return ENOMEM;
	talk->name = name;
	return sy_talk_keep(talk, name);
}

static int set_head(struct load *load)
{
	const struct sy_talk_file *file = load->file;
	struct sy_talk *talk = load->talk;

	talk->about = file->about ? file->about : "";
	talk->rate = file->rate ? *file->rate : SY_RATE_LINE;
	talk->seed = file->seed ? *file->seed : 1;
	if (talk->rate != SY_RATE_LINE && talk->rate != SY_RATE_WIDE)
		return refuse(load, "rate: %d is neither %d nor %d", talk->rate, SY_RATE_LINE, SY_RATE_WIDE);
	if (sy_talk_now(file->now ? file->now : SY_TALK_NOW, &talk->now))
		return refuse(load, "now: \"%s\" is no moment like %s", file->now, SY_TALK_NOW);
	int err = set_name(load);
	if (!err && file->db)
		err = sy_talk_join(talk, file->db, &talk->db);
	if (!err)
		err = set_line(load, file->line, &talk->line);
	return err ? err : set_end(load, file->expect, &talk->expect);
}

/* Follows libyaml's events to the beginning of each turn, as libcyaml keeps no lines. */
struct scan {
	int depth;
	bool at_key; /* of the outermost mapping */
	bool in_turns;
	size_t n;
	int *lines;
};

static void scan_event(struct scan *scan, const yaml_event_t *event)
{
	const bool opens = event->type == YAML_MAPPING_START_EVENT || event->type == YAML_SEQUENCE_START_EVENT;
	const bool closes = event->type == YAML_MAPPING_END_EVENT || event->type == YAML_SEQUENCE_END_EVENT;

	scan->depth -= closes;
	if (scan->depth == 1 && (opens || closes || event->type == YAML_SCALAR_EVENT)) {
		if (scan->at_key && event->type == YAML_SCALAR_EVENT)
			scan->in_turns = strcmp((const char *)event->data.scalar.value, "turns") == 0;
		if (!opens)
			scan->at_key = !scan->at_key;
	}
	if (scan->depth == 2 && scan->in_turns && opens && scan->n < SY_TALK_TURNS_MAX)
		scan->lines[scan->n++] = (int)event->start_mark.line + 1;
	scan->depth += opens;
}

static void find_lines(yaml_parser_t *parser, int *ret_lines)
{
	struct scan scan = {.at_key = true, .lines = ret_lines};
	bool more = true;

	while (more) {
		yaml_event_t event;
		if (!yaml_parser_parse(parser, &event))
			break;
		scan_event(&scan, &event);
		more = event.type != YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
	}
}

static int set_all(struct load *load, const int *lines)
{
	int err = set_head(load);

	if (!err && !load->file->turns_n)
		err = refuse(load,
			"turns: there is none, so nothing would be tested; a caller who says nothing is a turn of "
			"silence_ms");
	for (load->turn = 0; !err && load->turn < load->file->turns_n; load->turn++) {
		load->in_turn = true;
		load->line_number = lines[load->turn];
		err = set_turn(load);
	}
	return err;
}

/* Takes `data`. The parser stands at the beginning of the same text. */
static int make(const char *name, struct sy_talk_file *data, yaml_parser_t *parser, struct sy_talk **ret_talk,
	struct sy_problem *why)
{
	struct load load = {.file = data, .why = why};
	int lines[SY_TALK_TURNS_MAX] = {0};
	int err = sy_talk_make(name, data->turns_n, &load.talk);

	if (err) {
		sy_yaml_free(&sy_talk_file_schema, data);
		return err;
	}
	load.talk->memory->file = data;
	find_lines(parser, lines);
	err = set_all(&load, lines);
	if (err) {
		sy_talk_destroy(load.talk);
		return err;
	}
	*ret_talk = load.talk;
	return 0;
}

int sy_talk_load_bytes(const char *name, const void *bytes, size_t n, struct sy_talk **ret_talk, struct sy_problem *why)
{
	yaml_parser_t parser;
	void *data = NULL;

	if (n > SY_TALK_BYTES_MAX)
		return sy_problem_at(
			why, EFBIG, name, 0, 0, "larger than %d bytes, the most for a talk script", SY_TALK_BYTES_MAX);
	int err = sy_yaml_load_bytes(name, bytes, n, &sy_talk_file_schema, &data, why);
	if (err)
		return err;
	if (!yaml_parser_initialize(&parser)) {
		sy_yaml_free(&sy_talk_file_schema, data);
		return ENOMEM;
	}
	yaml_parser_set_input_string(&parser, bytes, n);
	err = make(name, data, &parser, ret_talk, why);
	yaml_parser_delete(&parser);
	return err;
}

int sy_talk_load(const char *path, struct sy_talk **ret_talk, struct sy_problem *why)
{
	yaml_parser_t parser;
	FILE *file = NULL;
	void *data = NULL;
	int err = sy_yaml_load_file(path, SY_TALK_BYTES_MAX, &sy_talk_file_schema, &data, why);

	if (err)
		return err;
	if (!yaml_parser_initialize(&parser)) {
		sy_yaml_free(&sy_talk_file_schema, data);
		return ENOMEM;
	}
	/* Read once more, for the lines; without them (a pipe) messages only name the turn. */
	file = fopen(path, "re");
	if (file)
		yaml_parser_set_input_file(&parser, file);
	else
		yaml_parser_set_input_string(&parser, (const unsigned char *)"", 0);
	err = make(path, data, &parser, ret_talk, why);
	yaml_parser_delete(&parser);
	if (file)
		(void)fclose(file);
	return err;
}
