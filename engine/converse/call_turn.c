#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/converse/call_parts.h"

#define SLOT_STATES (SY_IN(SY_STATE_ASK) | SY_IN(SY_STATE_CORRECT) | SY_IN(SY_STATE_CHECK))
#define WITH_PERSON (SY_IN(SY_STATE_HAND_OVER) | SY_IN(SY_STATE_PASSED))

static void understand_prm(const struct sy_call *call, struct sy_understand_prm *ret_prm)
{
	*ret_prm = (struct sy_understand_prm){.state = call->dialogue.state,
		.content = call->content,
		.search = call->prm.search,
		.suggested = call->candidate.article,
		.other = call->candidate.second,
		.thresholds = call->thresholds,
		.slot = SLOT_STATES & SY_IN(call->dialogue.state) ? sy_asking_slot(call->asking) : NULL};
	if (ret_prm->slot && sy_asking_part(call->asking))
		ret_prm->part = sy_part_slot(sy_asking_part(call->asking));
}

/* While a detail is asked for only its answers are expected; after a failure the caller may be saying something else.
 */
static void choose_grammars(const struct sy_call *call, struct sy_hear_job *job)
{
	uint32_t in = SY_IN(call->dialogue.state);
	const char *slot = SLOT_STATES & in ? sy_asking_grammar(call->asking) : "";
	bool articles = !((SLOT_STATES | WITH_PERSON) & in) || call->dialogue.failures || (SLOT_STATES & in && !*slot);

	job->universals = true;
	if (*slot)
		job->grammars[job->n_grammars++] = slot;
	if (*slot && *sy_asking_part_grammar(call->asking))
		job->grammars[job->n_grammars++] = sy_asking_part_grammar(call->asking);
	if (articles && !(WITH_PERSON & in))
		job->grammars[job->n_grammars++] = call->prm.articles_grammar;
}

static int ask_decode(struct sy_call *call)
{
	struct sy_hear_job job = {.rate = call->prm.rate, .voice = call->voice, .thresholds = call->thresholds};
	uint32_t id = ++call->next_job;

	/* Both together are heard where the first was; what was added, where that led to. */
	sy_call_take_back(call, sy_turn_goes_on(call->turn) && !sy_turn_is_added(call->turn));
	sy_turn_pcm(call->turn, &job.pcm, &job.n);
	choose_grammars(call, &job);
	sy_turn_asked(call->turn, id);
	if (call->prm.handlers.hear(call->prm.handlers.arg, id, &job))
		sy_turn_heard(call->turn, EIO, NULL, 0);
	return 0;
}

static int keep_candidate(struct sy_call *call, const struct sy_hypothesis *heard, const struct sy_meaning *meaning)
{
	struct sy_candidate *candidate = &call->candidate;

	sy_candidate_reset(candidate);
	candidate->article = meaning->article;
	candidate->second = meaning->second;
	if (meaning->searched) {
		/* What a sentence was forced into says nothing of its words. */
		candidate->words = heard->intent ? NULL : sy_own_words_sure(heard);
		return 0;
	}
	candidate->doubtful = heard->decision != SY_ACCEPT;
	return sy_pairs_copy(&heard->slots, &candidate->slots);
}

/* What it means here; read once for all that is asked about it, for it may be searched for. */
static void read_meaning(const struct sy_call *call, const struct sy_hypothesis *heard, struct sy_meaning *ret_meaning)
{
	struct sy_understand_prm prm;

	understand_prm(call, &prm);
	sy_understand(&prm, heard, ret_meaning);
}

static int take_meaning(
	struct sy_call *call, const struct sy_hypothesis *heard, const struct sy_meaning *meaning, enum sy_on *ret_on)
{
	const int err = meaning->article ? keep_candidate(call, heard, meaning) : 0;
	enum sy_on on = meaning->on;

	if (meaning->words)
		on = sy_asking_hear(call->asking, meaning->words, on == SY_ON_VALUE_SURE, heard);
	/* Half a minute of talk has some of everything in it: only what is sure counts. */
	if (sy_turn_too_long(call->turn) && heard->decision != SY_ACCEPT)
		on = SY_ON_TOO_LONG;
	*ret_on = on;
	return err;
}

/* It leads on, where the call stands, without a question back. */
static bool is_sure(const struct sy_call *call, const struct sy_hypothesis *heard, const struct sy_meaning *meaning)
{
	const bool added = sy_turn_is_added(call->turn);

	/* A doubtful "yes" may be an answer; one made of two things that were said is none. */
	return sy_meaning_sure(meaning) &&
	       (added || heard->decision == SY_ACCEPT || meaning->article || meaning->on == SY_ON_AGENT);
}

static int64_t speech_ms(const struct sy_call *call)
{
	return sy_turn_end_ms(call->turn) - sy_turn_begin_ms(call->turn);
}

/* Also in doubt: what was added to a sentence is not lost in it. */
static bool asks_for_person(const struct sy_meaning *meaning)
{
	return meaning->on == SY_ON_AGENT || meaning->on == SY_ON_AGENT_MAYBE;
}

static void take_heard(struct sy_call *call, const struct sy_hypothesis *heard)
{
	struct sy_understand_prm prm;

	understand_prm(call, &prm);
	sy_turn_heard(call->turn, 0, heard, sy_turn_patience(heard, sy_heard_number(&prm, heard)));
}

/* What was added, heard alone: it counts where it asks for a person, or where both together are in doubt or the same
 * as before. */
static void weigh_added(struct sy_call *call, const struct sy_hypothesis *heard)
{
	struct sy_meaning meaning;

	read_meaning(call, heard, &meaning);
	if (asks_for_person(&meaning) ||
		(is_sure(call, heard, &meaning) && !call->earlier.whole_stands && !sy_call_repeats(call, heard))) {
		take_heard(call, heard);
		return;
	}
	call->earlier.noise = !call->earlier.whole_stands && sy_heard_nobody(heard, speech_ms(call));
	sy_turn_take_whole(call->turn);
}

/* A short "agent" is easily lost in the sentence before it: what was added to that is heard alone, too. */
static int weigh_whole(struct sy_call *call, const struct sy_hypothesis *heard)
{
	struct sy_meaning meaning;
	bool sure;

	take_heard(call, heard);
	if (!sy_turn_goes_on(call->turn) || sy_turn_too_long(call->turn))
		return 0;
	read_meaning(call, heard, &meaning);
	if (asks_for_person(&meaning))
		return 0;
	sure = is_sure(call, heard, &meaning);
	call->earlier.whole_stands = sure && !sy_call_adds_nothing(call, heard, sure);
	sy_turn_hear_added(call->turn);
	return ask_decode(call);
}

int sy_call_weigh(struct sy_call *call, int err, const struct sy_hypothesis *heard)
{
	if (err)
		sy_turn_heard(call->turn, err, NULL, 0);
	else if (sy_turn_is_added(call->turn))
		weigh_added(call, heard);
	else
		return weigh_whole(call, heard);
	return 0;
}

/* A cough lets the prompt go on where it was; while we wait it leaves the caller's time as it is. */
static int nobody(struct sy_call *call)
{
	const bool whole = call->earlier.taken_back;

	call->noise = true;
	if (sy_turn_too_long(call->turn)) {
		sy_turn_restart(call->turn);
		return sy_call_step(call, SY_ON_NOISE);
	}
	sy_call_take_back(call, false);
	call->earlier.noise = false;
	if (whole)
		sy_turn_keep(call->turn);
	else
		sy_turn_restart(call->turn);
	(void)sy_telling_resume(call->telling);
	return 0;
}

/* Somebody said something: what follows from it? NULL: it could not be heard. */
static int lead_on(struct sy_call *call, const struct sy_hypothesis *heard, const struct sy_meaning *meaning)
{
	struct sy_earlier mark = {0};
	enum sy_on on = SY_ON_HEAR_ERROR;
	int err = sy_call_mark(call, &mark);

	call->typed = (struct sy_typed){.n = 0};
	if (!err && heard)
		err = take_meaning(call, heard, meaning, &on);
	if (!err)
		err = sy_call_step(call, on);
	if (!err)
		return sy_call_keep(call, &mark, heard, on);
	sy_earlier_reset(&mark);
	sy_turn_restart(call->turn);
	return err;
}

static int turn_over(struct sy_call *call)
{
	const struct sy_hypothesis *heard = sy_turn_hypothesis(call->turn);
	const bool whole = sy_turn_goes_on(call->turn) && !sy_turn_is_added(call->turn);
	struct sy_meaning meaning;
	int err;

	sy_call_take_back(call, whole);
	if (!heard)
		return lead_on(call, NULL, NULL);
	err = sy_call_emit_heard(call, heard);
	if (err)
		return err;
	if (sy_heard_nobody(heard, speech_ms(call)))
		return nobody(call);
	read_meaning(call, heard, &meaning);
	if (whole && sy_call_adds_nothing(call, heard, is_sure(call, heard, &meaning)))
		return nobody(call);
	return lead_on(call, heard, &meaning);
}

int sy_call_listen(struct sy_call *call, const int16_t *frame)
{
	enum sy_turn_news news = SY_TURN_QUIET;
	int err = sy_turn_frame(call->turn, frame, call->now_ms + SY_FRAME_MS, call->voiced, &news);

	if (err)
		return err;
	switch (news) {
	case SY_TURN_QUIET:
		break;
	case SY_TURN_BEGAN:
		sy_telling_stop(call->telling);
		break;
	case SY_TURN_DECODE:
		return ask_decode(call);
	case SY_TURN_OVER:
		return turn_over(call);
	}
	return 0;
}
