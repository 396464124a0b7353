/*
 * typed: a detail's value from the keys of a phone. Pure; thread-safe.
 */
#ifndef SY_CONVERSE_TYPED_H
#define SY_CONVERSE_TYPED_H

#include <stdint.h>
#include <time.h>

#include "kb/article.h"
#include "prompts/prompt_id.h"

/* An account number has up to 20 digits, a phone number 15. */
#define SY_TYPED_MAX 32
/* A number begun with 0 goes on within this time; a 0 alone fetches a person (promise P1), at most so much later. */
#define SY_TYPED_ZERO_MS 1000
/* After so long without a key the number is taken as it is; hash says so at once. */
#define SY_TYPED_END_MS 4000

/* What has been typed so far. A zeroed value is nothing. */
struct sy_typed {
	char keys[SY_TYPED_MAX + 1];
	size_t n;
	int64_t last_ms; /* when the last key came */
};

/* E2BIG past SY_TYPED_MAX. */
int sy_typed_add(struct sy_typed *typed, char key, int64_t now_ms);

/* Keys that make a whole value: 1 where one key chooses, 0 where hash ends it. */
int sy_typed_length(const struct sy_slot *slot);

/* Whether a value of this kind can begin with 0, so that key 0 may be part of it. */
bool sy_typed_zero(const struct sy_slot *slot);

/* Whether a key chooses from a menu of what can be said, as for text. */
bool sy_typed_chosen(const struct sy_slot *slot);

struct sy_typed_prm {
	struct tm now;    /* the call's local time */
	bool month_first; /* 0503 is the third of May; else the fifth of March */
};

/* Normalised as grammars/value.h does. Dates are day and month, of this year or the next, whichever comes. Caller
 * frees. EINVAL: no such value, or one that is chosen. */
int sy_typed_value(const struct sy_slot *slot, const char *keys, const struct sy_typed_prm *prm, char **ret_value);

/* What tells the caller how to type it. */
enum sy_prompt_id sy_typed_hint(const struct sy_slot *slot);

#endif
