#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/converse/answer.h"
#include "engine/converse/call_parts.h"
#include "prompts/prompt_id.h"

/* One event on its way through the table. */
struct acting {
	struct sy_call *call;
	const struct sy_row *row;
	enum sy_state before;
	enum sy_on on;
	enum sy_on next; /* what an action found; SY_ON_N: nothing */
	struct sy_text text;
};

typedef int act_f(struct acting *acting);

static int act_forget(struct acting *acting)
{
	struct sy_call *call = acting->call;

	sy_asking_forget(call->asking);
	sy_candidate_reset(&call->candidate);
	return 0;
}

static int act_suggest(struct acting *acting)
{
	const struct sy_candidate *candidate = &acting->call->candidate;
	int err = sy_card_add_tried(&acting->call->card, candidate->article->id);

	if (!err && acting->on == SY_ON_ARTICLE_EITHER)
		err = sy_card_add_tried(&acting->call->card, candidate->second->id);
	return err;
}

static int act_take(struct acting *acting)
{
	struct sy_call *call = acting->call;
	int err = sy_asking_begin(call->asking, call->candidate.article);

	if (!err)
		err = sy_asking_take(call->asking, &call->candidate.slots, call->candidate.doubtful);
	if (!err && call->candidate.words)
		err = sy_asking_find(call->asking, call->candidate.words, call->candidate.doubtful);
	return err;
}

static int act_store(struct acting *acting)
{
	return sy_asking_store(acting->call->asking);
}

static int act_checked(struct acting *acting)
{
	sy_asking_checked(acting->call->asking);
	return 0;
}

static int act_denied(struct acting *acting)
{
	return sy_asking_denied(acting->call->asking);
}

/* Keys choose among the present slot's choices. */
static int lay_out_choices(struct sy_call *call)
{
	const struct sy_slot *slot = sy_asking_slot(call->asking);

	call->typed = (struct sy_typed){.n = 0};
	if (!slot || !sy_slot_is_chosen(slot))
		return 0;
	return sy_menu_choices(sy_asking_choices(call->asking), &call->menu);
}

static int act_drop(struct acting *acting)
{
	acting->next = sy_asking_drop(acting->call->asking) ? SY_ON_VALUE_LEFT : SY_ON_NO_VALUE_LEFT;
	return lay_out_choices(acting->call);
}

static int act_other(struct acting *acting)
{
	struct sy_candidate *candidate = &acting->call->candidate;

	acting->next = candidate->second ? SY_ON_OTHER_LEFT : SY_ON_NO_OTHER;
	if (!candidate->second)
		return 0;
	candidate->article = candidate->second;
	candidate->second = NULL;
	sy_pairs_reset(&candidate->slots);
	return sy_card_add_tried(&acting->call->card, candidate->article->id);
}

/* What must be known about an answer before it: that nobody looked at it when they should have (promise P11). */
static int add_overdue(struct sy_call *call, const struct sy_article *article, struct sy_text *text)
{
	struct sy_pairs values = {0};
	int err;

	if (!sy_answer_overdue(article, &call->prm.now))
		return 0;
	err = sy_pairs_set(&values, "review", article->review);
	if (!err)
		err = sy_call_add_prompt(call, SY_PROMPT_ANSWER_OVERDUE, &values, text);
	sy_pairs_reset(&values);
	return err;
}

static int keep_answer(struct acting *acting, const char *words)
{
	struct sy_call *call = acting->call;
	const struct sy_article *article = sy_asking_article(call->asking);
	struct sy_text whole = {0};
	char *answer;
	int err = add_overdue(call, article, &whole);

	if (!err)
		err = sy_text_addf(&whole, "%s%s", whole.len ? " " : "", words);
	if (!err)
		err = sy_call_emit_answer(call, words);
	answer = err ? NULL : sy_text_take(&whole);
	sy_text_reset(&whole);
	if (!answer)
		return err ? err : ENOMEM;
	free(call->answer);
	call->answer = answer;
	call->answered = article;
	call->offered_more = false;
	acting->next = article->handoff ? SY_ON_ANSWERED_PASS : SY_ON_ANSWERED;
	return 0;
}

static int keep_none(struct acting *acting, const char *words)
{
	struct sy_call *call = acting->call;

	free(call->none);
	call->none = words ? strdup(words) : NULL;
	acting->next = SY_ON_NOTHING_FOUND;
	if (!words)
		return sy_card_add_tried(&call->card, sy_asking_article(call->asking)->id);
	return call->none ? sy_call_emit_answer(call, words) : ENOMEM;
}

static int find_answer(struct acting *acting)
{
	struct sy_call *call = acting->call;
	const struct sy_answer_prm prm = {.article = sy_asking_article(call->asking),
		.slots = sy_asking_values(call->asking),
		.common = &call->common,
		.now = &call->prm.now,
		.look_up = call->prm.handlers.look_up,
		.arg = call->prm.handlers.arg};
	enum sy_answer_kind kind = SY_ANSWER_FAILED;
	char *words = NULL;
	int err = sy_answer_make(&prm, &kind, &words, NULL);

	call->awaits = err == EAGAIN;
	call->look_up_since_ms = call->now_ms;
	if (call->awaits) {
		acting->next = SY_ON_N;
		return 0;
	}
	if (!err && kind == SY_ANSWER_GIVEN)
		err = keep_answer(acting, words);
	else if (!err && kind == SY_ANSWER_NONE)
		err = keep_none(acting, words);
	else
		acting->next = SY_ON_LOOK_UP_FAILED;
	free(words);
	return err;
}

static int act_pursue(struct acting *acting)
{
	acting->next = sy_asking_next(acting->call->asking, NULL);
	if (acting->next == SY_ON_ANSWERED)
		return find_answer(acting);
	return lay_out_choices(acting->call);
}

static int act_topics(struct acting *acting)
{
	struct sy_call *call = acting->call;
	int err = sy_menu_topics(
		call->content, sy_prompt_text(call->prm.prompts, sy_prompt_id(SY_PROMPT_TOPIC_OTHER)), &call->menu);

	if (!err && !sy_menu_n(&call->menu))
		acting->next = SY_ON_NO_CHOICE;
	return err;
}

static int act_choose(struct acting *acting)
{
	struct sy_call *call = acting->call;
	const char *chosen = sy_menu_chosen(&call->menu, call->key);

	acting->next = chosen ? SY_ON_CHOSEN : SY_ON_NO_CHOICE;
	if (!chosen)
		return 0;
	if (acting->before == SY_STATE_TOPICS)
		return sy_menu_titles(call->content, chosen, &call->menu);
	sy_candidate_reset(&call->candidate);
	call->candidate.article = sy_content_article(call->content, chosen);
	return 0;
}

static int act_more(struct acting *acting)
{
	sy_menu_turn(&acting->call->menu);
	return 0;
}

static int act_type(struct acting *acting)
{
	return sy_call_type(acting->call, &acting->next, &acting->text);
}

static int act_slower(struct acting *acting)
{
	if (sy_telling_slower(acting->call->telling))
		return 0;
	return sy_call_add_prompt(acting->call, SY_PROMPT_SLOWEST, NULL, &acting->text);
}

static int act_louder(struct acting *acting)
{
	if (sy_telling_louder(acting->call->telling))
		return 0;
	return sy_call_add_prompt(acting->call, SY_PROMPT_LOUDEST, NULL, &acting->text);
}

/* The request goes out before a word is said about it. */
static int act_pass(struct acting *acting)
{
	struct sy_call *call = acting->call;
	int err = sy_call_emit_handoff(call, (enum sy_reason)acting->row->reason);

	if (err)
		return err;
	call->pass_job = ++call->next_job;
	if (call->prm.handlers.pass(call->prm.handlers.arg, call->pass_job, &call->card)) {
		call->pass_job = 0;
		acting->next = SY_ON_NOT_HANDED;
	}
	return 0;
}

static int add_words(struct acting *acting, const char *words)
{
	int err = acting->text.len ? sy_text_add(&acting->text, " ") : 0;

	return err ? err : sy_text_add(&acting->text, words);
}

static int act_answer(struct acting *acting)
{
	return acting->call->answer ? add_words(acting, acting->call->answer) : 0;
}

static int act_none(struct acting *acting)
{
	if (acting->call->none)
		return add_words(acting, acting->call->none);
	return sy_call_add_prompt(acting->call, SY_PROMPT_ANSWER_NONE, NULL, &acting->text);
}

static int act_question(struct acting *acting)
{
	return sy_call_add_question(acting->call, acting->call->dialogue.state, &acting->text);
}

/* "As slow as I can" is said instead. */
static int act_repeat(struct acting *acting)
{
	int err = acting->text.len ? 0 : sy_telling_repeat(acting->call->telling);

	return err == ENOENT ? 0 : err;
}

static int act_resume(struct acting *acting)
{
	(void)sy_telling_resume(acting->call->telling);
	return 0;
}

static int act_end(struct acting *acting)
{
	sy_call_emit_end(acting->call, acting->before, acting->on);
	acting->call->ended = true;
	return 0;
}

struct act {
	uint32_t bit;
	act_f *f;
};

/* What is done before the row's lead is said, and after it; counting and clearing is the table's own affair. */
static const struct act first[] = {
	{SY_DO_FORGET, act_forget},
	{SY_DO_SUGGEST, act_suggest},
	{SY_DO_TAKE, act_take},
	{SY_DO_STORE, act_store},
	{SY_DO_CHECKED, act_checked},
	{SY_DO_DENIED, act_denied},
	{SY_DO_DROP, act_drop},
	{SY_DO_OTHER, act_other},
	{SY_DO_PURSUE, act_pursue},
	{SY_DO_TOPICS, act_topics},
	{SY_DO_CHOOSE, act_choose},
	{SY_DO_MORE, act_more},
	{SY_DO_TYPE, act_type},
	{SY_DO_SLOWER, act_slower},
	{SY_DO_LOUDER, act_louder},
	{SY_DO_PASS, act_pass},
};
static const struct act then[] = {
	{SY_DO_ANSWER, act_answer},
	{SY_DO_NONE, act_none},
	{SY_DO_QUESTION, act_question},
	{SY_DO_REPEAT, act_repeat},
	{SY_DO_RESUME, act_resume},
	{SY_DO_END, act_end},
};

static int run(struct acting *acting, const struct act *acts, size_t n)
{
	size_t i;
	int err = 0;

	for (i = 0; i < n && !err; i++) {
		if (acting->row->act & acts[i].bit)
			err = acts[i].f(acting);
	}
	return err;
}

/* An action that found something leads on at once, and what is said is said there. */
static int carry_out(struct acting *acting)
{
	struct sy_call *call = acting->call;
	int err = run(acting, first, sizeof(first) / sizeof(first[0]));

	if (!err)
		err = sy_call_add_lead(call, (enum sy_prompt_id)acting->row->lead, &acting->text);
	if (!err && acting->next == SY_ON_N)
		err = run(acting, then, sizeof(then) / sizeof(then[0]));
	if (!err && acting->text.len)
		err = sy_telling_say(
			call->telling, sy_text_str(&acting->text), call->dialogue.failures, (int)call->dialogue.state);
	return err;
}

static int one_step(struct sy_call *call, enum sy_on on, enum sy_on *ret_next)
{
	struct acting acting = {.call = call, .before = call->dialogue.state, .on = on, .next = SY_ON_N};
	int err;

	acting.row = sy_dialogue_find(sy_dialogue_table(), &call->dialogue, on);
	if (!acting.row)
		return ENOSYS;
	sy_dialogue_follow(acting.row, &call->dialogue);
	/* Elsewhere the call has gone on, and a look-up that is still under way is no longer wanted. */
	call->awaits = call->awaits && call->dialogue.state == SY_STATE_PURSUING;
	err = carry_out(&acting);
	sy_text_reset(&acting.text);
	*ret_next = acting.next;
	return err;
}

int sy_call_step(struct sy_call *call, enum sy_on on)
{
	int steps;
	int err = 0;

	call->before = call->dialogue.state;
	for (steps = 0; on != SY_ON_N && !err; steps++) {
		if (steps == SY_CALL_STEPS_MAX)
			return ELOOP;
		err = one_step(call, on, &on);
	}
	call->before = call->dialogue.state;
	call->quiet_since_ms = call->now_ms;
	call->noise = false;
	return err;
}
