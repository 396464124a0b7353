#include "audio/talk_file.h"

#define OPTIONAL CYAML_FLAG_OPTIONAL
#define LIST (CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL)
#define WORD_MAX 200
#define WORDS_MAX 64

#define TEXT(key, type, member, max) CYAML_FIELD_STRING_PTR(key, OPTIONAL, type, member, 1, max)
#define WORDS(key, type, member) CYAML_FIELD_SEQUENCE_COUNT(key, LIST, type, member.at, member.n, &word, 0, WORDS_MAX)

static const cyaml_schema_value_t word = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, WORD_MAX)};

static const cyaml_schema_field_t line_fields[] = {
	TEXT("codec", struct sy_talk_file_line, codec, WORD_MAX),
	TEXT("noise", struct sy_talk_file_line, noise, WORD_MAX),
	CYAML_FIELD_FLOAT_PTR("snr_db", OPTIONAL, struct sy_talk_file_line, snr_db),
	CYAML_FIELD_FLOAT_PTR("level_db", OPTIONAL, struct sy_talk_file_line, level_db),
	CYAML_FIELD_FLOAT_PTR("loss_percent", OPTIONAL, struct sy_talk_file_line, loss_percent),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t noise_fields[] = {
	CYAML_FIELD_STRING_PTR("kind", CYAML_FLAG_DEFAULT, struct sy_talk_file_noise, kind, 1, WORD_MAX),
	CYAML_FIELD_INT("ms", CYAML_FLAG_DEFAULT, struct sy_talk_file_noise, ms),
	CYAML_FIELD_FLOAT_PTR("level_db", OPTIONAL, struct sy_talk_file_noise, level_db),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t expect_fields[] = {
	TEXT("intent", struct sy_talk_file_expect, intent, WORD_MAX),
	TEXT("decision", struct sy_talk_file_expect, decision, WORD_MAX),
	TEXT("text", struct sy_talk_file_expect, text, WORD_MAX),
	WORDS("slots", struct sy_talk_file_expect, slots),
	TEXT("answer", struct sy_talk_file_expect, answer, WORD_MAX),
	WORDS("say", struct sy_talk_file_expect, say),
	WORDS("not_say", struct sy_talk_file_expect, not_say),
	TEXT("state", struct sy_talk_file_expect, state, WORD_MAX),
	TEXT("handoff", struct sy_talk_file_expect, handoff, WORD_MAX),
	CYAML_FIELD_BOOL_PTR("interrupted", OPTIONAL, struct sy_talk_file_expect, interrupted),
	CYAML_FIELD_BOOL_PTR("silence", OPTIONAL, struct sy_talk_file_expect, silence),
	CYAML_FIELD_INT_PTR("within_ms", OPTIONAL, struct sy_talk_file_expect, within_ms),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t turn_fields[] = {
	TEXT("say", struct sy_talk_file_turn, say, SY_TALK_TEXT_MAX),
	TEXT("wav", struct sy_talk_file_turn, wav, SY_TALK_TEXT_MAX),
	TEXT("key", struct sy_talk_file_turn, key, SY_TALK_KEYS_MAX),
	CYAML_FIELD_INT_PTR("silence_ms", OPTIONAL, struct sy_talk_file_turn, silence_ms),
	CYAML_FIELD_MAPPING_PTR("noise", OPTIONAL, struct sy_talk_file_turn, noise, noise_fields),
	CYAML_FIELD_BOOL_PTR("hang_up", OPTIONAL, struct sy_talk_file_turn, hang_up),
	TEXT("voice", struct sy_talk_file_turn, voice, WORD_MAX),
	CYAML_FIELD_MAPPING_PTR("line", OPTIONAL, struct sy_talk_file_turn, line, line_fields),
	CYAML_FIELD_INT_PTR("gap_ms", OPTIONAL, struct sy_talk_file_turn, gap_ms),
	CYAML_FIELD_INT_PTR("after_ms", OPTIONAL, struct sy_talk_file_turn, after_ms),
	CYAML_FIELD_INT_PTR("during_ms", OPTIONAL, struct sy_talk_file_turn, during_ms),
	CYAML_FIELD_MAPPING_PTR("expect", OPTIONAL, struct sy_talk_file_turn, expect, expect_fields),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t end_fields[] = {
	TEXT("outcome", struct sy_talk_file_end, outcome, WORD_MAX),
	TEXT("handoff", struct sy_talk_file_end, handoff, WORD_MAX),
	WORDS("answers", struct sy_talk_file_end, answers),
	WORDS("case", struct sy_talk_file_end, filled),
	CYAML_FIELD_INT_PTR("max_ms", OPTIONAL, struct sy_talk_file_end, max_ms),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t turn = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct sy_talk_file_turn, turn_fields)};

static const cyaml_schema_field_t file_fields[] = {
	TEXT("name", struct sy_talk_file, name, WORD_MAX),
	TEXT("about", struct sy_talk_file, about, SY_TALK_TEXT_MAX),
	TEXT("voice", struct sy_talk_file, voice, WORD_MAX),
	TEXT("now", struct sy_talk_file, now, WORD_MAX),
	TEXT("db", struct sy_talk_file, db, SY_TALK_TEXT_MAX),
	CYAML_FIELD_INT_PTR("rate", OPTIONAL, struct sy_talk_file, rate),
	CYAML_FIELD_UINT_PTR("seed", OPTIONAL, struct sy_talk_file, seed),
	CYAML_FIELD_MAPPING_PTR("line", OPTIONAL, struct sy_talk_file, line, line_fields),
	CYAML_FIELD_SEQUENCE_COUNT(
		"turns", CYAML_FLAG_POINTER, struct sy_talk_file, turns, turns_n, &turn, 0, SY_TALK_TURNS_MAX),
	CYAML_FIELD_MAPPING_PTR("expect", OPTIONAL, struct sy_talk_file, expect, end_fields),
	CYAML_FIELD_END,
};

const cyaml_schema_value_t sy_talk_file_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct sy_talk_file, file_fields)};
