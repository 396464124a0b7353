#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/converse/call_parts.h"

#define SLOT_STATES (SY_IN(SY_STATE_ASK) | SY_IN(SY_STATE_CORRECT))

static const struct sy_slot *typed_slot(const struct sy_call *call)
{
	return SLOT_STATES & SY_IN(call->dialogue.state) ? sy_asking_wanted(call->asking) : NULL;
}

bool sy_call_types(const struct sy_call *call, char key)
{
	const struct sy_slot *slot = typed_slot(call);

	return slot && key == '0' && (call->typed.n || sy_typed_zero(slot));
}

/* The value is whole. */
static int finish(struct sy_call *call, const struct sy_slot *slot, enum sy_on *ret_on)
{
	const struct sy_typed_prm prm = {.now = call->prm.now, .month_first = call->month_first};
	struct sy_typed typed = call->typed;
	struct sy_text line = {0};
	char *value = NULL;
	int err;

	call->typed = (struct sy_typed){.n = 0};
	err = sy_text_addf(&line, "typed: %s", typed.keys);
	if (!err)
		err = sy_card_add_heard(&call->card, sy_text_str(&line));
	sy_text_reset(&line);
	if (!err && sy_typed_value(slot, typed.keys, &prm, &value) == ENOMEM)
		err = ENOMEM;
	if (!err)
		*ret_on = sy_asking_type(call->asking, value);
	free(value);
	return err;
}

static int choose(struct sy_call *call, enum sy_on *ret_on, struct sy_text *text)
{
	const char *chosen;

	if (call->key == '#') {
		sy_menu_turn(&call->menu);
		return sy_call_add_choices(call, text);
	}
	chosen = sy_menu_chosen(&call->menu, call->key);
	*ret_on = chosen ? sy_asking_type(call->asking, chosen) : SY_ON_NO_CHOICE;
	return 0;
}

int sy_call_type(struct sy_call *call, enum sy_on *ret_on, struct sy_text *text)
{
	const struct sy_slot *slot = typed_slot(call);

	if (!slot)
		return 0;
	if (sy_typed_chosen(slot))
		return choose(call, ret_on, text);
	if (call->key == '#' && !strcmp(call->typed.keys, "0")) {
		call->typed = (struct sy_typed){.n = 0};
		*ret_on = SY_ON_KEY_0;
		return 0;
	}
	if (call->key == '#')
		return call->typed.n ? finish(call, slot, ret_on) : 0;
	if (sy_typed_add(&call->typed, call->key, call->now_ms)) {
		call->typed = (struct sy_typed){.n = 0};
		*ret_on = SY_ON_VALUE_BAD;
		return 0;
	}
	if (sy_typed_length(slot) && call->typed.n == (size_t)sy_typed_length(slot))
		return finish(call, slot, ret_on);
	return 0;
}

int sy_call_typed_timer(struct sy_call *call)
{
	const struct sy_slot *slot = typed_slot(call);
	int64_t since = call->now_ms - call->typed.last_ms;
	enum sy_on on = SY_ON_N;
	int err = 0;

	if (!call->typed.n)
		return 0;
	if (!slot) {
		call->typed = (struct sy_typed){.n = 0};
		return 0;
	}
	if (!strcmp(call->typed.keys, "0") && since >= SY_TYPED_ZERO_MS) {
		call->typed = (struct sy_typed){.n = 0};
		on = SY_ON_KEY_0;
	} else if (since >= SY_TYPED_END_MS) {
		err = finish(call, slot, &on);
	}
	return err || on == SY_ON_N ? err : sy_call_step(call, on);
}
