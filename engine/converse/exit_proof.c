#include "engine/converse/exit_proof.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "engine/converse/exit_content.h"

#define FAILURES_N (SY_FAILURES_MAX + 1)
#define NODES (SY_STATE_N * FAILURES_N * 2)

#define WITH_PERSON (SY_IN(SY_STATE_HAND_OVER) | SY_IN(SY_STATE_PASSED))
#define OURS (((1u << SY_STATE_N) - 1) & ~WITH_PERSON & ~SY_IN(SY_STATE_ENDED))

/* Where the engine, not the caller, did not get on. */
#define CALLER_NOT_UNDERSTOOD                                                                                          \
	(SY_AT(SY_ON_NOT_UNDERSTOOD) | SY_AT(SY_ON_AGENT_MAYBE) | SY_AT(SY_ON_TOO_LONG) | SY_AT(SY_ON_VALUE_BAD) |     \
		SY_AT(SY_ON_VALUE_LENGTH) | SY_AT(SY_ON_VALUE_CHECK_DIGIT) | SY_AT(SY_ON_NO_CHOICE) |                  \
		SY_AT(SY_ON_HEAR_ERROR))
#define NOTHING_HEARD (SY_AT(SY_ON_SILENCE) | SY_AT(SY_ON_NOISE) | SY_AT(SY_ON_SAY_ERROR))
#define FAILURES (CALLER_NOT_UNDERSTOOD | NOTHING_HEARD)
#define UNIVERSALS                                                                                                     \
	(SY_AT(SY_ON_REPEAT) | SY_AT(SY_ON_SLOWER) | SY_AT(SY_ON_LOUDER) | SY_AT(SY_ON_HELP) | SY_AT(SY_ON_GO_BACK) |  \
		SY_AT(SY_ON_START_OVER) | SY_AT(SY_ON_GOODBYE))
#define SAYS_NO (SY_AT(SY_ON_NO) | SY_AT(SY_ON_KEY_2))

struct walk {
	const struct sy_dialogue_table *table;
	struct sy_problem *why;
	size_t states;
	size_t edges;
	int from[NODES]; /* the node this one was first reached from, -1: not reached, itself: the beginning */
	enum sy_on by[NODES];
	int order[NODES]; /* in which they were reached */
};

/* One step of the walk, as the proofs see it. */
struct step {
	struct sy_dialogue before;
	struct sy_dialogue after;
	enum sy_on on;
	const struct sy_row *row;
};

typedef const char *proof_f(const struct step *step); /* what is broken, or NULL */

static int node_of(const struct sy_dialogue *dialogue)
{
	return ((int)dialogue->state * FAILURES_N + (int)dialogue->failures) * 2 + dialogue->answered;
}

static struct sy_dialogue dialogue_of(int node)
{
	return (struct sy_dialogue){.state = (enum sy_state)(node / 2 / FAILURES_N),
		.failures = (unsigned)(node / 2 % FAILURES_N),
		.answered = node % 2};
}

/* The way from the beginning to a node and one event further: "greeting, begin, said: open, silence: …". */
static int broken(const struct walk *walk, int node, enum sy_on on, const char *what)
{
	struct sy_text way = {0};
	int path[NODES];
	int n = 0;
	int i;
	int err;

	for (; walk->from[node] != node; node = walk->from[node])
		path[n++] = node;
	err = sy_text_add(&way, sy_state_name(dialogue_of(node).state));
	for (i = n - 1; i >= 0 && !err; i--)
		err = sy_text_addf(
			&way, " -(%s)-> %s", sy_on_name(walk->by[path[i]]), sy_state_name(dialogue_of(path[i]).state));
	if (!err)
		err = sy_text_addf(&way, " -(%s)-> ?", sy_on_name(on));
	err = err ? err : sy_problem_set(walk->why, EPERM, "%s: %s", what, sy_text_str(&way));
	sy_text_reset(&way);
	return err;
}

static int visit(struct walk *walk, int node, enum sy_on on)
{
	struct sy_dialogue dialogue = dialogue_of(node);
	const struct sy_row *row = sy_dialogue_find(walk->table, &dialogue, on);
	int next;

	if (!row)
		return broken(walk, node, on, "the dialogue has no row for this");
	if (row->next > SY_STATE_SAME || row->lead >= SY_PROMPT_ID_N || row->reason > SY_REASON_ARTICLE)
		return broken(
			walk, node, on, "a row of the dialogue names a state, prompt or reason that is not there");
	sy_dialogue_follow(row, &dialogue);
	next = node_of(&dialogue);
	walk->edges++;
	if (walk->from[next] < 0) {
		walk->from[next] = node;
		walk->by[next] = on;
		walk->order[walk->states++] = next;
	}
	return 0;
}

/* Reaches all that can be reached; every event is taken to be possible everywhere, which only makes the proof harder.
 */
static int explore(struct walk *walk)
{
	const struct sy_dialogue begin = {.state = SY_STATE_GREETING};
	int start = node_of(&begin);
	size_t i;
	int on;
	int err = 0;

	for (i = 0; i < NODES; i++)
		walk->from[i] = -1;
	walk->from[start] = start;
	walk->order[walk->states++] = start;
	for (i = 0; i < walk->states; i++) {
		for (on = 0; on < SY_ON_N && !err; on++)
			err = visit(walk, walk->order[i], (enum sy_on)on);
		if (err)
			return err;
	}
	return 0;
}

/* P1: "agent" and key 0 fetch a person at once; where one was fetched already, they stay with that. */
static const char *proof_person(const struct step *step)
{
	if (!(SY_AT(step->on) & (SY_AT(SY_ON_AGENT) | SY_AT(SY_ON_KEY_0))) || step->before.state == SY_STATE_ENDED)
		return NULL;
	if (!(SY_IN(step->after.state) & WITH_PERSON))
		return "P1, a request for a person does not reach one";
	if ((SY_IN(step->before.state) & OURS) && (!(step->row->act & SY_DO_PASS) || !step->row->reason))
		return "P1, a request for a person fetches nobody";
	return NULL;
}

/* After an answer a caller may be silent because all is said; the first such silence is no failure. */
static bool quiet_after_answer(const struct step *step)
{
	return step->on == SY_ON_SILENCE && step->before.answered && !step->before.failures &&
	       (SY_IN(step->before.state) & (SY_IN(SY_STATE_FOLLOW_UP) | SY_IN(SY_STATE_STILL_THERE)));
}

/* Over our goodbye nobody is expected to speak. */
static bool quiet_at_goodbye(const struct step *step)
{
	return step->before.state == SY_STATE_GOODBYE && (SY_AT(step->on) & NOTHING_HEARD);
}

/* P2: each failure counts, the second in a row offers a person, the third puts the caller through. */
static const char *proof_ladder(const struct step *step)
{
	const uint64_t not_understood = FAILURES | SY_AT(SY_ON_SAID) | SY_AT(SY_ON_BEGIN);
	bool passed = SY_IN(step->after.state) & WITH_PERSON;

	if (!(SY_IN(step->before.state) & OURS) || passed)
		return NULL;
	if ((SY_AT(step->on) & not_understood) && step->after.failures < step->before.failures)
		return "P2, a row of failures is forgotten";
	if (!(SY_AT(step->on) & FAILURES) || quiet_after_answer(step) || quiet_at_goodbye(step))
		return NULL;
	if (step->before.failures >= SY_FAILURES_MAX - 1)
		return "P2, the third failure in a row does not put the caller through";
	if (step->after.failures != step->before.failures + 1)
		return "P2, a failure is not counted";
	if (step->after.failures == SY_FAILURES_MAX - 1 && step->after.state != SY_STATE_OFFER)
		return "P2, the second failure in a row does not offer a person";
	return NULL;
}

static const char *proof_way_to_goodbye(const struct step *step)
{
	bool afterwards = SY_IN(step->before.state) & (SY_IN(SY_STATE_FOLLOW_UP) | SY_IN(SY_STATE_STILL_THERE));

	if (step->on == SY_ON_GOODBYE || (afterwards && (SY_AT(step->on) & SAYS_NO)))
		return NULL;
	if (step->before.state == SY_STATE_STILL_THERE && quiet_after_answer(step))
		return NULL;
	return "P3, goodbye is said to a caller who did not ask for it";
}

/* P3: the only ways to the end. */
static const char *proof_no_hang_up(const struct step *step)
{
	enum sy_state before = step->before.state;
	enum sy_state after = step->after.state;

	if (before == SY_STATE_GOODBYE && after == before && (SY_AT(step->on) & CALLER_NOT_UNDERSTOOD))
		return "P3, goodbye goes on although the caller said something";
	if (before == after)
		return NULL;
	if (after == SY_STATE_ENDED && step->on != SY_ON_HANG_UP && before != SY_STATE_PASSED &&
		before != SY_STATE_GOODBYE)
		return "P3, a call is ended without the caller's word";
	if (after == SY_STATE_ENDED && before == SY_STATE_GOODBYE && (SY_AT(step->on) & FAILURES))
		return "P3, a call is ended by a failure";
	if (after == SY_STATE_PASSED &&
		(before != SY_STATE_HAND_OVER || !(SY_AT(step->on) & (SY_AT(SY_ON_HANDED) | SY_AT(SY_ON_WAITING)))))
		return "P3, a caller is told of a person whom nobody fetched";
	if (after == SY_STATE_STILL_THERE && !quiet_after_answer(step))
		return "P3, silence is taken for the end although there was no answer";
	if (after == SY_STATE_HAND_OVER && !(step->row->act & SY_DO_PASS))
		return "P3, a caller waits for a person whom nobody fetches";
	return after == SY_STATE_GOODBYE ? proof_way_to_goodbye(step) : NULL;
}

/* P8: the words that work everywhere do so, and are not failures. */
static const char *proof_universals(const struct step *step)
{
	if (!(SY_AT(step->on) & UNIVERSALS) || !(SY_IN(step->before.state) & OURS))
		return NULL;
	if (step->row->act & (SY_DO_COUNT | SY_DO_PASS | SY_DO_END))
		return "P8, a word that works everywhere counts as a failure";
	if (step->on == SY_ON_START_OVER && step->after.state != SY_STATE_OPEN)
		return "P8, \"start over\" does not lead to the open question";
	if (step->on == SY_ON_GOODBYE && step->after.state != SY_STATE_GOODBYE)
		return "P8, \"goodbye\" does not end the call politely";
	if (!step->row->act && !step->row->lead)
		return "P8, a word that works everywhere does nothing";
	return NULL;
}

static int prove(const struct walk *walk, proof_f *proof)
{
	size_t i;
	int on;

	for (i = 0; i < walk->states; i++) {
		for (on = 0; on < SY_ON_N; on++) {
			struct step step = {.before = dialogue_of(walk->order[i]), .on = (enum sy_on)on};
			const char *what;

			step.after = step.before;
			step.row = sy_dialogue_find(walk->table, &step.before, step.on);
			sy_dialogue_follow(step.row, &step.after);
			what = proof(&step);
			if (what)
				return broken(walk, walk->order[i], step.on, what);
		}
	}
	return 0;
}

static int prove_words(const struct sy_prompts *prompts, size_t *ret_n, struct sy_problem *why)
{
	size_t n = 0;
	int id;

	for (id = SY_PROMPT_NONE + 1; id < SY_PROMPT_ID_N; id++) {
		const char *text = sy_prompt_text(prompts, sy_prompt_id((enum sy_prompt_id)id));

		if (!text || !*text)
			return sy_problem_set(why, EPERM,
				"the dialogue says the prompt \"%s\", and there are no words for it; add it to "
				"prompts/en",
				sy_prompt_id((enum sy_prompt_id)id));
		n++;
	}
	*ret_n = n;
	return 0;
}

static void keep_first(void *arg, const char *line)
{
	struct sy_problem *first = arg;

	if (!first->text[0])
		(void)sy_problem_set(first, EPERM, "%s", line);
}

/* P9: a greeting that the content brings says that a machine speaks, and nothing that is banned. */
static int prove_greeting(const struct sy_prompts *prompts, const char *greeting, struct sy_problem *why)
{
	struct sy_problem first = {""};

	if (!greeting || !sy_prompts_lint_greeting(prompts, greeting, keep_first, &first))
		return 0;
	return sy_problem_set(why, EPERM, "P9, %.700s", first.text);
}

int sy_exit_proof_table(const struct sy_dialogue_table *table, const struct sy_prompts *prompts,
	const struct sy_content *content, struct sy_exit_report *ret_report, struct sy_problem *why)
{
	static proof_f *const proofs[] = {proof_person, proof_ladder, proof_no_hang_up, proof_universals};
	struct walk *walk = calloc(1, sizeof(*walk));
	struct sy_exit_report report = {0};
	size_t i;
	int err;

	if (!walk)
		return sy_problem_set(why, ENOMEM, "there is no memory for the exit proof");
	walk->table = table;
	walk->why = why;
	err = explore(walk);
	for (i = 0; i < sizeof(proofs) / sizeof(proofs[0]) && !err; i++)
		err = prove(walk, proofs[i]);
	if (!err && prompts)
		err = prove_words(prompts, &report.prompts, why);
	if (!err && prompts && content)
		err = prove_greeting(prompts, content->greeting, why);
	if (!err && content)
		err = sy_exit_content(content, &report.articles, why);
	if (!err) {
		report.states = walk->states;
		report.edges = walk->edges;
		report.promises = i + (content ? 1 : 0);
		*ret_report = report;
	}
	free(walk);
	return err;
}

int sy_exit_proof(const struct sy_prompts *prompts, const struct sy_content *content, struct sy_exit_report *ret_report,
	struct sy_problem *why)
{
	return sy_exit_proof_table(sy_dialogue_table(), prompts, content, ret_report, why);
}
