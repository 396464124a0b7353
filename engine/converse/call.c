#include "engine/converse/call.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/converse/call_parts.h"

static int make_common(struct sy_call *call)
{
	const char *company = call->content->company;
	int err = sy_pairs_set(&call->common, "case_key", call->case_key);

	return err || !company ? err : sy_pairs_set(&call->common, "company", company);
}

static bool is_month_first(const struct sy_prompts *prompts)
{
	const char *order = sy_prompt_text(prompts, sy_prompt_id(SY_PROMPT_DATE_ORDER));

	return order && !strncasecmp(order, "month", strlen("month"));
}

static int make_parts(struct sy_call *call)
{
	const struct sy_telling_prm telling = {.rate = call->prm.rate,
		.next_job = &call->next_job,
		.say = call->prm.handlers.say,
		.say_arg = call->prm.handlers.arg,
		.told = sy_call_emit_said,
		.told_arg = call};
	const struct sy_asking_prm asking = {.value = {.now = call->prm.now, .month_first = call->month_first},
		.slot_grammar = call->prm.handlers.slot_grammar,
		.arg = call->prm.handlers.arg};
	int err;

	call->case_key = strdup(call->prm.case_key ? call->prm.case_key : "");
	if (!call->case_key)
		return ENOMEM;
	err = make_common(call);
	if (!err)
		err = sy_telling_create(&telling, &call->telling);
	if (!err)
		err = sy_turn_create(call->prm.rate, &call->turn);
	return err ? err : sy_asking_create(&asking, &call->asking);
}

/* A card names its details and not their kinds; those of the details called so in this version. */
static const struct sy_slot *find_slot(const struct sy_content *content, const char *name)
{
	for (size_t i = 0; i < content->n_articles; i++) {
		const struct sy_slot *slot = sy_article_slot(&content->articles[i], name);

		if (slot)
			return slot;
	}
	return NULL;
}

/* What was said, heard, tried and filled in the earlier call goes on with this one (promises P4 and P10). */
static int take_earlier(struct sy_call *call, const struct sy_card *earlier)
{
	int err = sy_card_copy(earlier, &call->card);

	free(call->card.case_key);
	call->card.case_key = NULL;
	for (size_t i = 0; i < earlier->slots.n && !err; i++) {
		const struct sy_pair *known = &earlier->slots.at[i];
		const struct sy_slot *slot = find_slot(call->content, known->name);

		if (slot)
			err = sy_asking_know(call->asking, known->name, slot->kind, known->value);
	}
	call->goes_on = true;
	return err;
}

/* How bad a wrong answer is depends on what is asked: the base's word counts before the service's. */
static struct sy_thresholds find_thresholds(const struct sy_call_prm *prm, const struct sy_content *content)
{
	struct sy_costs costs = prm->costs.question > 0 ? prm->costs : SY_COSTS_USUAL;

	if (content->wrong_answers)
		(void)sy_cost_of_wrong(content->wrong_answers, &costs, &costs.wrong_answer, NULL);
	return sy_costs_thresholds(&costs);
}

int sy_call_create(const struct sy_call_prm *prm, struct sy_call **ret_call, struct sy_problem *why)
{
	struct sy_call *call;
	int err;

	if (prm->rate != SY_RATE_LINE && prm->rate != SY_RATE_WIDE)
		return sy_problem_set(why, EINVAL, "a call runs at 8000 or 16000 Hz, not at %d", prm->rate);
	call = calloc(1, sizeof(*call));
	if (!call)
		return sy_problem_set(why, ENOMEM, "there is no memory for a call");
	call->prm = *prm;
	call->content = sy_snapshot_content(prm->snapshot);
	call->thresholds = find_thresholds(prm, call->content);
	call->dialogue.state = SY_STATE_GREETING;
	call->before = SY_STATE_GREETING;
	call->month_first = is_month_first(prm->prompts);
	err = make_parts(call);
	if (!err && prm->earlier)
		err = take_earlier(call, prm->earlier);
	call->prm.earlier = NULL;
	if (err) {
		sy_call_destroy(call);
		return sy_problem_set(why, err, "a call cannot begin: %s", strerror(err));
	}
	*ret_call = call;
	return 0;
}

void sy_call_destroy(struct sy_call *call)
{
	if (!call)
		return;
	sy_telling_destroy(call->telling);
	sy_turn_destroy(call->turn);
	sy_asking_destroy(call->asking);
	sy_menu_reset(&call->menu);
	sy_candidate_reset(&call->candidate);
	sy_earlier_reset(&call->earlier);
	sy_pairs_reset(&call->common);
	sy_card_reset(&call->card);
	free(call->answer);
	free(call->none);
	free(call->case_key);
	free(call);
}

/* The caller has the word and uses it for nothing. */
static bool quiet(const struct sy_call *call)
{
	bool waits = sy_state_listens(call->dialogue.state) || call->dialogue.state == SY_STATE_HAND_OVER;

	return waits && !sy_telling_busy(call->telling) && !call->typed.n;
}

static int patience_ms(const struct sy_call *call)
{
	if (call->dialogue.state == SY_STATE_HAND_OVER)
		return SY_CALL_PERSON_WAIT_MS;
	if (call->dialogue.state == SY_STATE_STILL_THERE)
		return SY_CALL_STILL_THERE_MS;
	return SY_CALL_SILENCE_MS + (int)call->dialogue.failures * SY_CALL_SILENCE_MORE_MS;
}

static int check_silence(struct sy_call *call)
{
	int64_t since = call->now_ms - call->quiet_since_ms;

	if (!quiet(call)) {
		call->quiet_since_ms = call->now_ms;
		call->noise = false;
		return 0;
	}
	if (sy_turn_under_way(call->turn) || since < patience_ms(call))
		return 0;
	if (sy_state_listens(call->dialogue.state))
		sy_call_emit_silence(call, (int)since);
	return sy_call_step(call, call->noise ? SY_ON_NOISE : SY_ON_SILENCE);
}

/* A state that is over when its prompt is over, with nothing being said: nobody would ever lead it on. */
static bool stuck(const struct sy_call *call)
{
	enum sy_state state = call->dialogue.state;

	return !sy_state_listens(state) && state != SY_STATE_HAND_OVER && state != SY_STATE_ENDED && !call->awaits &&
	       !sy_telling_busy(call->telling) && !sy_turn_under_way(call->turn);
}

static int tell(struct sy_call *call, int16_t *ours)
{
	switch (sy_telling_frame(call->telling, call->now_ms, ours, &call->voiced)) {
	case SY_TELLING_ENDED:
		/* All was heard, so whoever speaks now answers it. */
		sy_turn_let_go(call->turn);
		return sy_call_step(call, SY_ON_SAID);
	case SY_TELLING_FAILED:
		return sy_call_step(call, SY_ON_SAY_ERROR);
	case SY_TELLING_QUIET:
	case SY_TELLING_GOING:
		break;
	}
	return stuck(call) ? sy_call_step(call, SY_ON_SAID) : 0;
}

static int check_look_up(struct sy_call *call)
{
	if (call->earlier.looked_up && !call->earlier.taken_back && !sy_turn_under_way(call->turn)) {
		call->earlier.looked_up = false;
		sy_call_looked_up(call);
	}
	if (!call->awaits || call->now_ms - call->look_up_since_ms < SY_CALL_LOOK_UP_MAX_MS)
		return 0;
	call->awaits = false;
	return sy_call_step(call, SY_ON_LOOK_UP_FAILED);
}

static int begin(struct sy_call *call)
{
	int err;

	if (call->begun)
		return 0;
	call->begun = true;
	err = sy_call_emit_begin(call);
	return err ? err : sy_call_step(call, call->goes_on ? SY_ON_GO_ON : SY_ON_BEGIN);
}

int sy_call_frame(struct sy_call *call, const int16_t *caller, int16_t *ret_ours)
{
	int err = call->err;

	memset(ret_ours, 0, sy_frame_samples(call->prm.rate) * sizeof(*ret_ours));
	call->voiced = call->voiced && !call->ended;
	if (!call->ended && !err)
		err = begin(call);
	if (!call->ended && !err)
		err = sy_call_listen(call, caller);
	if (!call->ended && !err)
		err = sy_call_typed_timer(call);
	if (!call->ended && !err)
		err = check_silence(call);
	if (!call->ended && !err)
		err = check_look_up(call);
	if (!call->ended && !err)
		err = tell(call, ret_ours);
	call->now_ms += SY_FRAME_MS;
	return err ? err : call->err;
}

static enum sy_on key_event(char key)
{
	switch (key) {
	case '0':
		return SY_ON_KEY_0;
	case '1':
		return SY_ON_KEY_1;
	case '2':
		return SY_ON_KEY_2;
	case '*':
		return SY_ON_KEY_STAR;
	case '#':
		return SY_ON_KEY_HASH;
	default:
		return SY_ON_KEY_DIGIT;
	}
}

int sy_call_key(struct sy_call *call, char key)
{
	enum sy_on on = SY_ON_N;
	int err = 0;

	if (!key || !strchr("0123456789*#ABCD", key))
		return EINVAL;
	if (call->ended || !call->begun)
		return 0;
	sy_telling_stop(call->telling);
	sy_call_drop_turn(call); /* the tone itself was heard as sound */
	call->by_keys = true;
	call->key = key;
	sy_call_emit_key(call, key);
	call->quiet_since_ms = call->now_ms;
	if (key == '*')
		call->typed = (struct sy_typed){.n = 0};
	if (!sy_call_types(call, key))
		return sy_call_step(call, key_event(key));
	err = sy_call_type(call, &on, NULL);
	return err || on == SY_ON_N ? err : sy_call_step(call, on);
}

void sy_call_gone(struct sy_call *call)
{
	int err = 0;

	if (call->ended)
		return;
	if (!call->begun)
		err = begin(call);
	sy_telling_stop(call->telling);
	sy_call_drop_turn(call);
	if (!err)
		err = sy_call_step(call, SY_ON_HANG_UP);
	call->ended = true;
	call->err = call->err ? call->err : err;
}

void sy_call_heard(struct sy_call *call, uint32_t job, int err, const struct sy_hypothesis *hypothesis,
	const struct sy_voice *voice)
{
	if (call->ended || !sy_turn_awaits(call->turn, job))
		return;
	if (!err && voice && hypothesis->decision == SY_ACCEPT)
		call->voice = *voice;
	err = sy_call_weigh(call, err, hypothesis);
	call->err = call->err ? call->err : err;
}

void sy_call_said(struct sy_call *call, uint32_t job, int err, struct sy_sound *sound)
{
	sy_telling_said(call->telling, job, err, sound);
}

void sy_call_passed(struct sy_call *call, uint32_t job, int err, enum sy_handed handed)
{
	enum sy_on on = SY_ON_NOT_HANDED;

	if (call->ended || !job || job != call->pass_job)
		return;
	call->pass_job = 0;
	if (!err && handed == SY_HANDED_OVER)
		on = SY_ON_HANDED;
	else if (!err && handed == SY_HANDED_WAITING)
		on = SY_ON_WAITING;
	err = sy_call_step(call, on);
	call->err = call->err ? call->err : err;
}

void sy_call_looked_up(struct sy_call *call)
{
	int err;

	/* Perhaps nobody wants to know any more. */
	call->earlier.looked_up = call->earlier.taken_back && call->earlier.awaits;
	if (call->ended || !call->awaits)
		return;
	call->awaits = false;
	err = sy_call_step(call, SY_ON_LOOKED_UP);
	call->err = call->err ? call->err : err;
}

bool sy_call_saying(const struct sy_call *call)
{
	return sy_telling_busy(call->telling);
}

bool sy_call_speaking(const struct sy_call *call)
{
	return call->voiced;
}

bool sy_call_listening(const struct sy_call *call)
{
	return call->begun && !call->ended && sy_state_listens(call->dialogue.state) &&
	       !sy_telling_busy(call->telling) && !sy_turn_under_way(call->turn);
}

bool sy_call_ended(const struct sy_call *call)
{
	return call->ended;
}

int64_t sy_call_ms(const struct sy_call *call)
{
	return call->now_ms;
}

const char *sy_call_state(const struct sy_call *call)
{
	return sy_state_name(call->dialogue.state);
}
