#include "audio/sip/info_key.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

static bool is(const char *s, size_t len, const char *word)
{
	return len == strlen(word) && !strncasecmp(s, word, len);
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void trim(const char **s, size_t *len)
{
	while (*len && is_space(**s)) {
		(*s)++;
		(*len)--;
	}
	while (*len && is_space((*s)[*len - 1]))
		(*len)--;
}

/* Besides the key itself, 10 and 11 are said for * and # (their event codes in RFC 4733). */
static int key_of(const char *s, size_t len, char *ret_key)
{
	static const char keys[] = "0123456789*#ABCD";
	char c;

	trim(&s, &len);
	if (is(s, len, "10") || is(s, len, "star")) {
		*ret_key = '*';
		return 0;
	}
	if (is(s, len, "11") || is(s, len, "pound")) {
		*ret_key = '#';
		return 0;
	}
	if (len != 1)
		return EBADMSG;
	c = *s >= 'a' && *s <= 'd' ? (char)(*s - 'a' + 'A') : *s;
	if (!c || !strchr(keys, c))
		return EBADMSG;
	*ret_key = c;
	return 0;
}

static int relay_key(const char *text, size_t len, char *ret_key)
{
	while (len) {
		const char *newline = memchr(text, '\n', len);
		size_t line = newline ? (size_t)(newline - text) : len;
		const char *equals = memchr(text, '=', line);
		const char *name = text;
		size_t name_len = equals ? (size_t)(equals - text) : 0;

		trim(&name, &name_len);
		if (equals && is(name, name_len, "Signal"))
			return key_of(equals + 1, line - (size_t)(equals + 1 - text), ret_key);
		line += newline != NULL;
		text += line;
		len -= line;
	}
	return EBADMSG;
}

int sy_info_key_read(const struct sy_info_body *body, char *ret_key)
{
	if (is(body->subtype, body->subtype_len, "dtmf-relay"))
		return relay_key(body->text, body->len, ret_key);
	if (is(body->subtype, body->subtype_len, "dtmf"))
		return key_of(body->text, body->len, ret_key);
	return ENOTSUP;
}
