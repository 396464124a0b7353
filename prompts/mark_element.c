#include "prompts/mark_element.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "prompts/marks.h"

#define LENGTH(table) (sizeof(table) / sizeof((table)[0]))

typedef bool attribute_fn(const char *value, struct sy_mark_effect *effect);

struct named_value {
	const char *name;
	double value;
};

/* How far a word goes: chosen by ear with the engine's own voices. */
static const struct named_value rates[] = {
	{"x-slow", 0.6}, {"slow", 0.8}, {"medium", 1.0}, {"default", 1.0}, {"fast", 1.25}, {"x-fast", 1.5}};
static const struct named_value volumes[] = {
	{"x-soft", -12}, {"soft", -6}, {"medium", 0}, {"default", 0}, {"loud", 4}, {"x-loud", 8}};
static const struct named_value strengths[] = {
	{"none", 0}, {"x-weak", 100}, {"weak", 200}, {"medium", SY_PAUSE_MS}, {"strong", 600}, {"x-strong", 1000}};

static const struct emphasis {
	const char *name;
	double pace;
	double gain_db;
} emphases[] = {{"none", 1, 0}, {"reduced", 1.05, -2}, {"moderate", 0.9, 1}, {"strong", 0.8, 2}};

static const struct kind {
	const char *name;
	enum sy_say_as as;
} kinds[] = {
	{"characters", SY_SAY_SPELL},
	{"spell-out", SY_SAY_SPELL},
	{"digits", SY_SAY_DIGITS},
	{"telephone", SY_SAY_PHONE},
	{"date", SY_SAY_DATE},
	{"time", SY_SAY_TIME},
	{"cardinal", SY_SAY_NUMBER},
	{"number", SY_SAY_NUMBER},
	{"ordinal", SY_SAY_ORDINAL},
	{"currency", SY_SAY_MONEY},
};

static bool find_named(const struct named_value *table, size_t n, const char *name, double *ret_value)
{
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(table[i].name, name)) {
			*ret_value = table[i].value;
			return true;
		}
	}
	return false;
}

/* A plain decimal number and its unit; strtod() alone would take "inf", "0x1" and a locale's comma. */
static bool read_amount(const char *s, const char *unit, double *ret_amount)
{
	size_t sign = *s == '+' || *s == '-', len = strspn(s + sign, "0123456789.");
	char *end;

	if (!len || len > 8 || strcmp(s + sign + len, unit) != 0)
		return false;
	*ret_amount = strtod(s, &end);
	return end == s + sign + len;
}

int sy_mark_time(const char *s)
{
	double amount;

	if (read_amount(s, "s", &amount))
		amount *= 1000;
	else if (!read_amount(s, "ms", &amount) && !read_amount(s, "", &amount))
		return -1;
	return *s != '-' && amount <= SY_PAUSE_MAX_MS ? (int)lrint(amount) : -1;
}

static bool set_time(const char *value, struct sy_mark_effect *effect)
{
	int ms = sy_mark_time(value);

	if (ms >= 0)
		effect->pause_ms = ms;
	return ms >= 0;
}

static bool set_strength(const char *value, struct sy_mark_effect *effect)
{
	double ms;

	if (!find_named(strengths, LENGTH(strengths), value, &ms))
		return false;
	effect->pause_ms = (int)ms;
	return true;
}

static bool set_kind(const char *value, struct sy_mark_effect *effect)
{
	for (size_t i = 0; i < LENGTH(kinds); i++) {
		if (!strcmp(kinds[i].name, value)) {
			effect->say_as = true;
			effect->as = kinds[i].as;
			return true;
		}
	}
	return false;
}

static bool set_rate(const char *value, struct sy_mark_effect *effect)
{
	double pace;

	if (read_amount(value, "%", &pace))
		pace /= 100;
	else if (!find_named(rates, LENGTH(rates), value, &pace))
		return false;
	if (pace < SY_MARK_PACE_MIN || pace > SY_MARK_PACE_MAX)
		return false;
	effect->pace *= pace;
	return true;
}

static bool set_volume(const char *value, struct sy_mark_effect *effect)
{
	double gain;

	if (!read_amount(value, "dB", &gain) && !find_named(volumes, LENGTH(volumes), value, &gain))
		return false;
	if (gain < SY_MARK_GAIN_MIN_DB || gain > SY_MARK_GAIN_MAX_DB)
		return false;
	effect->gain_db += gain;
	return true;
}

static bool set_level(const char *value, struct sy_mark_effect *effect)
{
	for (size_t i = 0; i < LENGTH(emphases); i++) {
		if (!strcmp(emphases[i].name, value)) {
			effect->pace *= emphases[i].pace;
			effect->gain_db += emphases[i].gain_db;
			return true;
		}
	}
	return false;
}

static bool set_alias(const char *value, struct sy_mark_effect *effect)
{
	strcpy(effect->alias, value); /* both SY_MARK_VALUE_MAX */
	return value[0] != '\0';
}

static bool set_nothing(const char *value, struct sy_mark_effect *effect)
{
	(void)value;
	(void)effect;
	return true;
}

struct sy_mark_element {
	const char *name;
	bool empty;
	int pause_ms;         /* unless an attribute says otherwise */
	const char *required; /* an attribute without which it means nothing; "": none */
	const char *fallback; /* the value of the first attribute where none is given; NULL: none */
	struct {
		const char *name;
		attribute_fn *set;
	} attributes[3];
};

static const struct sy_mark_element elements[] = {
	{"speak", false, 0, "", NULL, {{"version", set_nothing}, {"xmlns", set_nothing}, {"xml:lang", set_nothing}}},
	{"p", false, 500, "", NULL, {{NULL, NULL}}},
	{"s", false, 250, "", NULL, {{NULL, NULL}}},
	{"break", true, SY_PAUSE_MS, "", NULL, {{"strength", set_strength}, {"time", set_time}}},
	{"say-as", false, 0, "interpret-as", NULL, {{"interpret-as", set_kind}, {"format", set_nothing}}},
	{"prosody", false, 0, "", NULL, {{"rate", set_rate}, {"volume", set_volume}}},
	{"emphasis", false, 0, "", "moderate", {{"level", set_level}}},
	{"sub", false, 0, "alias", NULL, {{"alias", set_alias}}},
};

const struct sy_mark_element *sy_mark_element(const char *name)
{
	for (size_t i = 0; i < LENGTH(elements); i++) {
		if (!strcmp(elements[i].name, name))
			return &elements[i];
	}
	return NULL;
}

const char *sy_mark_element_name(const struct sy_mark_element *element)
{
	return element->name;
}

bool sy_mark_element_empty(const struct sy_mark_element *element)
{
	return element->empty;
}

static attribute_fn *find_attribute(const struct sy_mark_element *element, const char *name)
{
	for (size_t i = 0; i < LENGTH(element->attributes); i++) {
		if (element->attributes[i].name && !strcmp(element->attributes[i].name, name))
			return element->attributes[i].set;
	}
	return NULL;
}

int sy_mark_element_apply(const struct sy_mark_element *element, const struct sy_mark_attribute *attributes, size_t n,
	struct sy_mark_effect *effect, const struct sy_mark_attribute **ret_bad)
{
	bool required = element->required[0] == '\0';
	struct sy_mark_effect changed = *effect;

	changed.pause_ms = element->pause_ms;
	if (!n && element->fallback && !element->attributes[0].set(element->fallback, &changed))
		return EINVAL;
	for (size_t i = 0; i < n; i++) {
		attribute_fn *set = find_attribute(element, attributes[i].name);

		if (!set || !set(attributes[i].value, &changed)) {
			*ret_bad = &attributes[i];
			return EINVAL;
		}
		required = required || !strcmp(attributes[i].name, element->required);
	}
	if (!required) {
		*ret_bad = NULL;
		return EINVAL;
	}
	changed.pace = fmin(fmax(changed.pace, SY_MARK_PACE_MIN), SY_MARK_PACE_MAX);
	changed.gain_db = fmin(fmax(changed.gain_db, SY_MARK_GAIN_MIN_DB), SY_MARK_GAIN_MAX_DB);
	*effect = changed;
	return 0;
}
