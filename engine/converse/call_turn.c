#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/converse/call_parts.h"

#define SLOT_STATES (SY_IN(SY_STATE_ASK) | SY_IN(SY_STATE_CORRECT) | SY_IN(SY_STATE_CHECK))
#define WITH_PERSON (SY_IN(SY_STATE_HAND_OVER) | SY_IN(SY_STATE_PASSED))

void sy_call_understand_prm(const struct sy_call *call, struct sy_understand_prm *ret_prm)
{
	*ret_prm = (struct sy_understand_prm){.state = call->dialogue.state,
		.content = call->content,
		.search = call->prm.search,
		.suggested = call->candidate.article,
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

	candidate->article = meaning->article;
	candidate->second = meaning->second;
	candidate->doubtful = heard->decision != SY_ACCEPT;
	sy_pairs_reset(&candidate->slots);
	return meaning->searched ? 0 : sy_pairs_copy(&heard->slots, &candidate->slots);
}

/* What does it mean here? */
static int mean(struct sy_call *call, const struct sy_hypothesis *heard, enum sy_on *ret_on)
{
	struct sy_understand_prm prm;
	struct sy_meaning meaning;
	int err = 0;

	sy_call_understand_prm(call, &prm);
	sy_understand(&prm, heard, &meaning);
	if (meaning.article)
		err = keep_candidate(call, heard, &meaning);
	if (meaning.words)
		meaning.on = sy_asking_hear(call->asking, meaning.words, meaning.on == SY_ON_VALUE_SURE, heard);
	/* Half a minute of talk has some of everything in it: only what is sure counts. */
	if (sy_turn_too_long(call->turn) && heard->decision != SY_ACCEPT)
		meaning.on = SY_ON_TOO_LONG;
	*ret_on = meaning.on;
	return err;
}

bool sy_call_sure(const struct sy_call *call, const struct sy_hypothesis *heard)
{
	const bool added = sy_turn_is_added(call->turn);
	struct sy_understand_prm prm;
	struct sy_meaning meaning;

	sy_call_understand_prm(call, &prm);
	sy_understand(&prm, heard, &meaning);
	/* A doubtful "yes" may be an answer; one made of two things that were said is none. */
	return sy_meaning_sure(&meaning) &&
	       (added || heard->decision == SY_ACCEPT || meaning.article || meaning.on == SY_ON_AGENT);
}

static int64_t speech_ms(const struct sy_call *call)
{
	return sy_turn_end_ms(call->turn) - sy_turn_begin_ms(call->turn);
}

/* Also in doubt: what was added to a sentence is not lost in it. */
static bool asks_for_person(const struct sy_call *call, const struct sy_hypothesis *heard)
{
	struct sy_understand_prm prm;
	struct sy_meaning meaning;

	sy_call_understand_prm(call, &prm);
	sy_understand(&prm, heard, &meaning);
	return meaning.on == SY_ON_AGENT || meaning.on == SY_ON_AGENT_MAYBE;
}

/* What was added, heard alone: it counts where it asks for a person, or where both together are in doubt or the same
 * as before. */
static void weigh_added(struct sy_call *call, const struct sy_hypothesis *heard, bool sure)
{
	struct sy_understand_prm prm;

	if (!asks_for_person(call, heard) && (!sure || call->earlier.whole_stands || sy_call_repeats(call, heard))) {
		call->earlier.noise = !call->earlier.whole_stands && sy_heard_nobody(heard, speech_ms(call));
		sy_turn_take_whole(call->turn);
		return;
	}
	sy_call_understand_prm(call, &prm);
	sy_turn_heard(call->turn, 0, heard, sy_turn_patience(heard, sy_heard_number(&prm, heard)));
}

int sy_call_weigh(struct sy_call *call, int err, const struct sy_hypothesis *heard)
{
	struct sy_understand_prm prm;
	bool sure;

	if (err) {
		sy_turn_heard(call->turn, err, NULL, 0);
		return 0;
	}
	sure = sy_call_sure(call, heard);
	if (sy_turn_is_added(call->turn)) {
		weigh_added(call, heard, sure);
		return 0;
	}
	sy_call_understand_prm(call, &prm);
	sy_turn_heard(call->turn, 0, heard, sy_turn_patience(heard, sy_heard_number(&prm, heard)));
	if (!sy_turn_goes_on(call->turn) || sy_turn_too_long(call->turn) || asks_for_person(call, heard))
		return 0;
	/* A short "agent" is easily lost in the sentence before it. */
	call->earlier.whole_stands = sure && !sy_call_adds_nothing(call, heard);
	sy_turn_hear_added(call->turn);
	return ask_decode(call);
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

/* Somebody said something: what follows from it? */
static int lead_on(struct sy_call *call, const struct sy_hypothesis *heard)
{
	struct sy_earlier mark = {0};
	enum sy_on on = SY_ON_HEAR_ERROR;
	int err = sy_call_mark(call, &mark);

	call->typed = (struct sy_typed){.n = 0};
	if (!err && heard)
		err = mean(call, heard, &on);
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
	int err;

	sy_call_take_back(call, whole);
	err = heard ? sy_call_emit_heard(call, heard) : 0;
	if (err)
		return err;
	if (heard && (sy_heard_nobody(heard, speech_ms(call)) || (whole && sy_call_adds_nothing(call, heard))))
		return nobody(call);
	return lead_on(call, heard);
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
