#include "prompts/spoken_fold.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* U+00C0..U+00FF and U+0100..U+017F by their letter; those of two letters stand in `signs`. */
static const char latin1[] = "AAAAAA?CEEEEIIIIDNOOOOO?OUUUUY??aaaaaa?ceeeeiiiidnooooo?ouuuuy?y";
static const char latin_a[] =
	"AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIi??JjKkkLlLlLlLlLlNnNnNnnNnOoOoOo??RrRrRr"
	"SsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";
_Static_assert(sizeof(latin1) == 64 + 1, "one letter for each of U+00C0..U+00FF");
_Static_assert(sizeof(latin_a) == 128 + 1, "one letter for each of U+0100..U+017F");

static const struct sign {
	uint32_t code;
	const char *plain;
} signs[] = {
	{0x00a0, " "},
	{0x00a3, "\x01"},
	{0x00ad, ""},
	{0x00b0, " degrees "},
	{0x00b4, "'"},
	{0x00bc, " 1/4 "},
	{0x00bd, " 1/2 "},
	{0x00be, " 3/4 "},
	{0x00c6, "AE"},
	{0x00d7, " times "},
	{0x00de, "Th"},
	{0x00df, "ss"},
	{0x00e6, "ae"},
	{0x00f7, " divided by "},
	{0x00fe, "th"},
	{0x0132, "IJ"},
	{0x0133, "ij"},
	{0x0152, "OE"},
	{0x0153, "oe"},
	{0x02bc, "'"},
	{0x2010, "-"},
	{0x2011, "-"},
	{0x2012, "-"},
	{0x2013, "-"},
	{0x2014, " - "},
	{0x2015, " - "},
	{0x2018, "'"},
	{0x2019, "'"},
	{0x201a, "'"},
	{0x201b, "'"},
	{0x201c, "\""},
	{0x201d, "\""},
	{0x201e, "\""},
	{0x2022, " - "},
	{0x2026, "..."},
	{0x202f, " "},
	{0x2032, "'"},
	{0x20ac, "\x02"},
	{0x2116, " number "},
	{0x2212, "-"},
	{0xfeff, ""},
};

/* ASCII that nobody says. `_` may be part of a slot's name. */
static const char unspoken_ascii[] = "~^|\\<>";

/* One character of UTF-8 (RFC 3629); a byte that is none comes back as itself with *ret_valid false. */
static size_t next_code(const char *s, uint32_t *ret_code, bool *ret_valid)
{
	const unsigned char *u = (const unsigned char *)s;
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t n = u[0] < 0x80 ? 1 : u[0] >> 5 == 6 ? 2 : u[0] >> 4 == 14 ? 3 : u[0] >> 3 == 30 ? 4 : 0;
	uint32_t code = n < 2 ? u[0] : u[0] & (0x7fu >> n);

	for (size_t i = 1; i < n; i++) {
		if (u[i] >> 6 != 2) {
			n = 0;
			break;
		}
		code = code << 6 | (u[i] & 0x3f);
	}
	*ret_valid = n > 0 && code >= least[n] && code <= 0x10ffff && code >> 11 != 0x1b;
	*ret_code = *ret_valid ? code : u[0];
	return *ret_valid ? n : 1;
}

/* What a character becomes, written to `room` where it is one letter; NULL: it has no spoken form. */
static const char *plain_form(uint32_t code, char room[2])
{
	room[0] = (char)code;
	room[1] = '\0';
	if (code == '\t' || code == '\n' || code == '\r')
		return " ";
	if (code == '`')
		return "'";
	if (code < 0x80)
		return code < ' ' || code == 0x7f || strchr(unspoken_ascii, (int)code) ? NULL : room;
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		if (signs[i].code == code)
			return signs[i].plain;
	}
	if (code >= 0x300 && code <= 0x36f) /* an accent that follows its letter */
		return "";
	if (code >= 0x200b && code <= 0x200d) /* zero width */
		return "";
	if (code >= 0x2000 && code <= 0x200a)
		return " ";
	if (code >= 0xc0 && code <= 0xff)
		room[0] = latin1[code - 0xc0];
	else if (code >= 0x100 && code <= 0x17f)
		room[0] = latin_a[code - 0x100];
	else
		return NULL;
	return room;
}

static void name_symbol(struct sy_unspoken *ret, int position, const char *s, size_t n, bool shown)
{
	uint32_t code;
	bool valid;

	(void)next_code(s, &code, &valid);
	ret->position = position;
	if (!valid)
		(void)snprintf(ret->symbol, sizeof(ret->symbol), "byte 0x%02X", (unsigned)code);
	else if (!shown)
		(void)snprintf(ret->symbol, sizeof(ret->symbol), "U+%04X", (unsigned)code);
	else
		(void)snprintf(ret->symbol, sizeof(ret->symbol), "%.*s", (int)n, s);
}

int sy_spoken_fold(const char *text, struct sy_text *ret_plain, struct sy_unspoken *ret_unspoken)
{
	int position = 0;

	for (const char *s = text; *s;) {
		uint32_t code;
		bool valid;
		char room[2];
		size_t n = next_code(s, &code, &valid);
		const char *plain = valid ? plain_form(code, room) : NULL;
		int err;

		position++;
		if (!plain && ret_unspoken) {
			bool control = code < ' ' || (code >= 0x7f && code < 0xa0) || (code >= 0x200b && code < 0x2070);

			name_symbol(ret_unspoken, position, s, n, !control);
			return EINVAL;
		}
		err = sy_text_add(ret_plain, plain ? plain : " ");
		if (err)
			return err;
		s += n;
	}
	return 0;
}
