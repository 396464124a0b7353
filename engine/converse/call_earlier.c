#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/converse/call_parts.h"

/* Where an article that is taken changes more than can be given back: what is asked for, or chosen from. */
#define ASKED                                                                                                          \
	(SY_IN(SY_STATE_ASK) | SY_IN(SY_STATE_CORRECT) | SY_IN(SY_STATE_CHECK) | SY_IN(SY_STATE_TOPICS) |              \
		SY_IN(SY_STATE_TITLES))
/* Here "yes" and "no" are answers. */
#define QUESTIONS (SY_IN(SY_STATE_CONFIRM) | SY_IN(SY_STATE_EITHER) | SY_IN(SY_STATE_OFFER))
/* A person has been asked for, or the call is ending: that stands. */
#define STANDS (SY_IN(SY_STATE_HAND_OVER) | SY_IN(SY_STATE_PASSED) | SY_IN(SY_STATE_GOODBYE) | SY_IN(SY_STATE_ENDED))

void sy_candidate_reset(struct sy_candidate *candidate)
{
	sy_pairs_reset(&candidate->slots);
	free(candidate->words);
	*candidate = (struct sy_candidate){0};
}

void sy_earlier_reset(struct sy_earlier *earlier)
{
	sy_candidate_reset(&earlier->candidate);
	sy_hypothesis_reset(&earlier->heard);
	*earlier = (struct sy_earlier){0};
}

int sy_call_mark(const struct sy_call *call, struct sy_earlier *ret_mark)
{
	struct sy_earlier mark = {.dialogue = call->dialogue, .candidate = call->candidate, .awaits = call->awaits};
	int err;

	mark.candidate.slots = (struct sy_pairs){0};
	mark.candidate.words = NULL;
	err = sy_pairs_copy(&call->candidate.slots, &mark.candidate.slots);
	if (!err && call->candidate.words && !(mark.candidate.words = strdup(call->candidate.words)))
		err = ENOMEM;
	if (err)
		sy_candidate_reset(&mark.candidate);
	else
		*ret_mark = mark;
	return err;
}

/* It was taken in doubt, or more might follow; and all that came of it can be taken back. */
static bool may_go_on(
	const struct sy_call *call, const struct sy_earlier *mark, const struct sy_hypothesis *heard, enum sy_on on)
{
	const uint32_t before = SY_IN(mark->dialogue.state);

	if (!heard || sy_turn_too_long(call->turn) || STANDS & SY_IN(call->dialogue.state) ||
		(heard->completeness == SY_COMPLETE && heard->decision == SY_ACCEPT))
		return false;
	switch (on) {
	case SY_ON_NOT_UNDERSTOOD:
	case SY_ON_ARTICLE_MAYBE:
	case SY_ON_ARTICLE_EITHER:
	case SY_ON_AGENT_MAYBE:
		return true;
	case SY_ON_ARTICLE_SURE:
		return !(ASKED & before);
	case SY_ON_YES: /* what half a sentence is easily taken for, where nobody asked */
	case SY_ON_NO:
	case SY_ON_HELP:
	case SY_ON_REPEAT:
		return heard->decision != SY_ACCEPT && !((ASKED | QUESTIONS) & before);
	default:
		return false;
	}
}

int sy_call_keep(struct sy_call *call, struct sy_earlier *mark, const struct sy_hypothesis *heard, enum sy_on on)
{
	const bool keep = may_go_on(call, mark, heard, on);
	const int err = keep ? sy_hypothesis_copy(heard, &mark->heard) : 0;

	sy_earlier_reset(&call->earlier);
	if (!keep || err) {
		sy_earlier_reset(mark);
		sy_turn_restart(call->turn);
		return err;
	}
	mark->sure = on == SY_ON_ARTICLE_SURE;
	call->earlier = *mark;
	*mark = (struct sy_earlier){0};
	sy_turn_keep(call->turn);
	return 0;
}

void sy_call_take_back(struct sy_call *call, bool back)
{
	struct sy_earlier *earlier = &call->earlier;
	const struct sy_earlier now = {
		.dialogue = call->dialogue, .candidate = call->candidate, .awaits = call->awaits};

	if (earlier->taken_back == back || (back && STANDS & SY_IN(call->dialogue.state)))
		return;
	call->dialogue = earlier->dialogue;
	call->candidate = earlier->candidate;
	call->awaits = earlier->awaits;
	call->before = call->dialogue.state;
	earlier->dialogue = now.dialogue;
	earlier->candidate = now.candidate;
	earlier->awaits = now.awaits;
	earlier->taken_back = back;
}

static bool same_meaning(const struct sy_hypothesis *a, const struct sy_hypothesis *b)
{
	if (a->intent && b->intent)
		return !strcmp(a->intent, b->intent) && sy_pairs_equal(&a->slots, &b->slots);
	return !strcmp(a->text ? a->text : "", b->text ? b->text : "");
}

bool sy_call_repeats(const struct sy_call *call, const struct sy_hypothesis *heard)
{
	return call->earlier.sure && same_meaning(&call->earlier.heard, heard);
}

bool sy_call_adds_nothing(const struct sy_call *call, const struct sy_hypothesis *heard, bool sure)
{
	const struct sy_earlier *earlier = &call->earlier;

	if (!earlier->taken_back || sy_turn_too_long(call->turn))
		return false;
	return earlier->noise || (earlier->sure && !sure) ||
	       (earlier->sure == sure && same_meaning(&earlier->heard, heard));
}

void sy_call_drop_turn(struct sy_call *call)
{
	sy_call_take_back(call, false);
	sy_turn_restart(call->turn);
}
