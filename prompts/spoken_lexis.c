#include "prompts/spoken_lexis.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define LENGTH(table) (sizeof(table) / sizeof((table)[0]))

/* Longer ones first where one begins another. */
static const struct form {
	const char *written;
	const char *said;
} forms[] = {
	{"24/7", "twenty four seven"},
	{"1/2", "a half"},
	{"1/3", "a third"},
	{"2/3", "two thirds"},
	{"1/4", "a quarter"},
	{"3/4", "three quarters"},
	{"wi-fi", "wifi"},
	{"e-mails", "emails"},
	{"e-mailed", "emailed"},
	{"e-mail", "email"},
	{"and/or", "and or"},
	{"km/h", "kilometres an hour"},
	{"mb/s", "megabits per second"},
	{"gb/s", "gigabits per second"},
	{"e.g.", "for example"},
	{"e.g", "for example"},
	{"i.e.", "that is"},
	{"i.e", "that is"},
	{"https://", ""},
	{"http://", ""},
};

/* `bare`: also without a number before it. */
static const struct unit {
	const char *written;
	const char *one;
	const char *many;
	bool bare;
} units[] = {
	{"kb", "kilobyte", "kilobytes", true},
	{"mb", "megabyte", "megabytes", true},
	{"gb", "gigabyte", "gigabytes", true},
	{"tb", "terabyte", "terabytes", true},
	{"kbps", "kilobit per second", "kilobits per second", true},
	{"mbps", "megabit per second", "megabits per second", true},
	{"gbps", "gigabit per second", "gigabits per second", true},
	{"mhz", "megahertz", "megahertz", true},
	{"ghz", "gigahertz", "gigahertz", true},
	{"kwh", "kilowatt hour", "kilowatt hours", true},
	{"km", "kilometre", "kilometres", true},
	{"cm", "centimetre", "centimetres", true},
	{"kg", "kilogram", "kilograms", true},
	{"mph", "mile an hour", "miles an hour", true},
	{"hr", "hour", "hours", true},
	{"hrs", "hour", "hours", true},
	{"mins", "minute", "minutes", true},
	{"secs", "second", "seconds", true},
	{"min", "minute", "minutes", false},
	{"sec", "second", "seconds", false},
	{"mm", "millimetre", "millimetres", false},
	{"ml", "millilitre", "millilitres", false},
	{"ft", "foot", "feet", false},
	{"lb", "pound", "pounds", false},
	{"lbs", "pound", "pounds", false},
	{"p", "penny", "pence", false},
	{"gbp", "pound", "pounds", false},
	{"usd", "dollar", "dollars", false},
	{"eur", "euro", "euros", false},
	{"bn", "billion", "billion", false},
};

static const struct form words[] = {
	{"mr", "mister"},
	{"mrs", "missus"},
	{"dr", "doctor"},
	{"dept", "department"},
	{"approx", "approximately"},
	{"tel", "telephone"},
	{"vs", "versus"},
	{"uk", "U K"},
};

/* Without a vowel, but in the pronouncing dictionary as they are said; callers' words and texts look better so. */
static const char *const whole[] = {"tv", "tvs", "hmm", "hm", "mm", "mhm", "shh", "ms", "st", "nth", "pm"};

static bool same(const char *name, const char *word, size_t len)
{
	return strlen(name) == len && strncasecmp(name, word, len) == 0;
}

const char *sy_lexis_form(const char *s, size_t *ret_len)
{
	for (size_t i = 0; i < LENGTH(forms); i++) {
		size_t len = strlen(forms[i].written);

		if (strncasecmp(s, forms[i].written, len) != 0)
			continue;
		if (forms[i].said[0] && isalnum((unsigned char)s[len]))
			continue;
		if (s[len] == '/' && isalnum((unsigned char)s[len + 1])) /* 1/2/2026 */
			continue;
		*ret_len = len;
		return forms[i].said;
	}
	return NULL;
}

const char *sy_lexis_unit(const char *word, size_t len, bool counted, bool one)
{
	for (size_t i = 0; i < LENGTH(units); i++) {
		if (same(units[i].written, word, len) && (counted || units[i].bare))
			return one ? units[i].one : units[i].many;
	}
	return NULL;
}

const char *sy_lexis_word(const char *word, size_t len)
{
	for (size_t i = 0; i < LENGTH(words); i++) {
		if (same(words[i].written, word, len))
			return words[i].said;
	}
	return NULL;
}

bool sy_lexis_spelled(const char *word, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (strchr("aeiouyAEIOUY'", word[i]))
			return false;
	}
	for (size_t i = 0; i < LENGTH(whole); i++) {
		if (same(whole[i], word, len))
			return false;
	}
	return len <= 5; /* longer is a name or a typing error; letters would take too long */
}
