#include "engine/converse/dialogue.h"

const char *sy_state_name(enum sy_state state)
{
#define NAME(constant, name) [constant] = name,
	static const char *const names[SY_STATE_N] = {SY_STATE_LIST(NAME)};
#undef NAME

	return (unsigned)state < SY_STATE_N ? names[state] : "?";
}

const char *sy_on_name(enum sy_on on)
{
#define NAME(constant, name) [constant] = name,
	static const char *const names[SY_ON_N] = {SY_ON_LIST(NAME)};
#undef NAME

	return (unsigned)on < SY_ON_N ? names[on] : "?";
}

const char *sy_reason_name(enum sy_reason reason)
{
	static const char *const names[] = {
		[SY_REASON_NONE] = NULL,
		[SY_REASON_ASKED] = "asked",
		[SY_REASON_UNSURE] = "unsure",
		[SY_REASON_SILENCE] = "silence",
		[SY_REASON_ARTICLE] = "article",
	};

	return names[reason];
}

bool sy_state_listens(enum sy_state state)
{
	const uint32_t spoken = SY_IN(SY_STATE_GREETING) | SY_IN(SY_STATE_PURSUING) | SY_IN(SY_STATE_ANSWERING) |
				SY_IN(SY_STATE_PARTING) | SY_IN(SY_STATE_HAND_OVER) | SY_IN(SY_STATE_PASSED) |
				SY_IN(SY_STATE_GOODBYE) | SY_IN(SY_STATE_ENDED);

	return !(spoken & SY_IN(state));
}

static bool fits(const struct sy_row *row, const struct sy_dialogue *dialogue, enum sy_on on)
{
	return (row->in & SY_IN(dialogue->state)) && (row->at & SY_AT(on)) &&
	       (!row->failed || (row->failed & (1u << dialogue->failures))) && (!row->answered || dialogue->answered);
}

const struct sy_row *sy_dialogue_find(
	const struct sy_dialogue_table *table, const struct sy_dialogue *dialogue, enum sy_on on)
{
	size_t i;

	for (i = 0; i < table->n; i++) {
		if (fits(&table->rows[i], dialogue, on))
			return &table->rows[i];
	}
	return NULL;
}

void sy_dialogue_follow(const struct sy_row *row, struct sy_dialogue *dialogue)
{
	if (row->next != SY_STATE_SAME)
		dialogue->state = row->next;
	if (row->act & SY_DO_CLEAR)
		dialogue->failures = 0;
	if ((row->act & SY_DO_COUNT) && dialogue->failures < SY_FAILURES_MAX)
		dialogue->failures++;
	if (row->act & SY_DO_TAKE)
		dialogue->answered = false;
	if (row->act & SY_DO_ANSWERED)
		dialogue->answered = true;
}
