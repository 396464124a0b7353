#include "engine/speak/respell.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

static const struct respelling {
	const char *word;
	const char *instead;
} respellings[] = {
	{"metre", "meter"},
	{"metres", "meters"},
	{"kilometre", "kilometer"},
	{"kilometres", "kilometers"},
	{"centimetre", "centimeter"},
	{"centimetres", "centimeters"},
	{"millimetre", "millimeter"},
	{"millimetres", "millimeters"},
	{"litre", "liter"},
	{"litres", "liters"},
	{"millilitre", "milliliter"},
	{"millilitres", "milliliters"},
	{"organise", "organize"},
	{"finalise", "finalize"},
	{"personalise", "personalize"},
	{"realise", "realize"},
	{"emphasise", "emphasize"},
	{"summarise", "summarize"},
	{"enquiries", "inquiries"},
	{"enrol", "enroll"},
	{"gigabit", "giga bit"},
	{"gigabits", "giga bits"},
	{"login", "log in"},
	{"logins", "log ins"},
};

static int add_word(struct sy_text *text, const char *word, size_t len)
{
	for (size_t i = 0; i < sizeof(respellings) / sizeof(respellings[0]); i++) {
		const struct respelling *r = &respellings[i];

		if (strlen(r->word) == len && !strncasecmp(r->word, word, len))
			return sy_text_add(text, r->instead);
	}
	return sy_text_add_n(text, word, len);
}

int sy_respell(const char *text, char **ret_text)
{
	struct sy_text out = {0};
	int err = sy_text_add(&out, "");
	char *s;

	for (const char *at = text; *at && !err;) {
		size_t len = 0;

		while (isalpha((unsigned char)at[len]))
			len++;
		err = len ? add_word(&out, at, len) : sy_text_add_n(&out, at, 1);
		at += len ? len : 1;
	}
	s = err ? NULL : sy_text_take(&out);
	if (s)
		*ret_text = s;
	else if (!err)
		err = ENOMEM;
	sy_text_reset(&out);
	return err;
}
