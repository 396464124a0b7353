#include "audio/sip/uui.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool is_key_character(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_key(const char *s, size_t len)
{
	if (!len || len >= SY_ARRIVAL_CASE_BYTES)
		return false;
	for (size_t i = 0; i < len; i++)
		if (!is_key_character(s[i]))
			return false;
	return true;
}

int sy_uui_write(const char *case_key, char ret_value[SY_UUI_BYTES])
{
	size_t len = strlen(case_key);
	size_t at = 0;

	if (!is_key(case_key, len))
		return ERANGE;
	for (size_t i = 0; i < len; i++)
		at += (size_t)snprintf(ret_value + at, SY_UUI_BYTES - at, "%02x", (unsigned char)case_key[i]);
	(void)snprintf(ret_value + at, SY_UUI_BYTES - at, ";encoding=hex");
	return 0;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static bool says_hex(const char *parameters, size_t len)
{
	static const char hex[] = "encoding=hex";

	for (size_t i = 0; i + sizeof hex - 1 <= len; i++)
		if (!strncasecmp(parameters + i, hex, sizeof hex - 1))
			return true;
	return false;
}

static int read_hex(const char *s, size_t len, char ret_case_key[SY_ARRIVAL_CASE_BYTES])
{
	char key[SY_ARRIVAL_CASE_BYTES] = "";

	if (len % 2 || len / 2 >= sizeof key)
		return EINVAL;
	for (size_t i = 0; i < len; i += 2) {
		int high = hex_digit(s[i]);
		int low = hex_digit(s[i + 1]);

		if (high < 0 || low < 0)
			return EINVAL;
		key[i / 2] = (char)(high << 4 | low);
	}
	if (!is_key(key, len / 2))
		return EINVAL;
	memcpy(ret_case_key, key, sizeof key);
	return 0;
}

int sy_uui_read(const char *value, size_t len, char ret_case_key[SY_ARRIVAL_CASE_BYTES])
{
	const char *end;
	size_t data;

	while (len && (*value == ' ' || *value == '\t')) {
		value++;
		len--;
	}
	end = memchr(value, ';', len);
	data = end ? (size_t)(end - value) : len;
	if (end && says_hex(end, len - data))
		return read_hex(value, data, ret_case_key);
	while (data && (value[data - 1] == ' ' || value[data - 1] == '\t'))
		data--;
	if (data >= 2 && value[0] == '"' && value[data - 1] == '"') {
		value++;
		data -= 2;
	}
	if (!is_key(value, data))
		return EINVAL;
	memcpy(ret_case_key, value, data);
	ret_case_key[data] = '\0';
	return 0;
}
