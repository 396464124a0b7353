#include "kb/csv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* Far more than the columns there are; a line with more is not of this table. */
#define FIELDS_MAX 64

/* Length of a well-formed UTF-8 sequence (Unicode 15, table 3-7), 0 where it is none. */
static size_t sequence(const unsigned char *s, size_t left)
{
	static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t n = s[0] < 0x80 ? 1 : s[0] < 0xC2 ? 0 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : s[0] < 0xF5 ? 4 : 0;
	unsigned code;

	if (n < 2)
		return s[0] ? n : 0;
	if (n > left)
		return 0;
	code = s[0] & (0xFFu >> (n + 1));
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xC0) != 0x80)
			return 0;
		code = code << 6 | (s[i] & 0x3Fu);
	}
	return code >= least[n] && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF) ? n : 0;
}

int sy_csv_begin(const char *name, const char *text, size_t n, struct sy_csv *ret_csv, struct sy_problem *why)
{
	int line = 1;

	if (n >= 3 && !memcmp(text, "\xEF\xBB\xBF", 3)) {
		text += 3;
		n -= 3;
	}
	for (size_t i = 0, step; i < n; i += step) {
		step = sequence((const unsigned char *)text + i, n - i);
		if (!step)
			return sy_problem_at(
				why, EINVAL, name, line, 0, "not readable as text; save the file as UTF-8");
		line += text[i] == '\n';
	}
	*ret_csv = (struct sy_csv){.name = name, .at = text, .end = text + n, .line = 1};
	return 0;
}

static int read_quoted(struct sy_csv *csv, struct sy_text *field, struct sy_problem *why)
{
	int line = csv->line;
	int err = 0;

	for (csv->at++; csv->at < csv->end && !err; csv->at++) {
		if (*csv->at == '"') {
			if (csv->at + 1 == csv->end || csv->at[1] != '"')
				break;
			csv->at++;
		}
		csv->line += *csv->at == '\n';
		err = sy_text_add_n(field, csv->at, 1);
	}
	if (err)
		return err;
	if (csv->at == csv->end)
		return sy_problem_at(why, EINVAL, csv->name, line, 0, "a quote opens here and never closes");
	csv->at++;
	while (csv->at < csv->end && (*csv->at == ' ' || *csv->at == '\t' || *csv->at == '\r'))
		csv->at++;
	if (csv->at < csv->end && *csv->at != ',' && *csv->at != '\n')
		return sy_problem_at(why, EINVAL, csv->name, csv->line, 0,
			"text after a closing quote; double a quote that is meant as itself (\"\")");
	return 0;
}

static int read_bare(struct sy_csv *csv, struct sy_text *field)
{
	const char *begin = csv->at;
	const char *end;

	while (csv->at < csv->end && *csv->at != ',' && *csv->at != '\n')
		csv->at++;
	end = csv->at;
	while (end > begin && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\r'))
		end--;
	return sy_text_add_n(field, begin, (size_t)(end - begin));
}

static int read_field(struct sy_csv *csv, struct sy_strings *fields, struct sy_problem *why)
{
	struct sy_text field = {0};
	int err;

	while (csv->at < csv->end && (*csv->at == ' ' || *csv->at == '\t'))
		csv->at++;
	err = csv->at < csv->end && *csv->at == '"' ? read_quoted(csv, &field, why) : read_bare(csv, &field);
	if (!err && fields->n >= FIELDS_MAX)
		err = sy_problem_at(why, EINVAL, csv->name, csv->line, 0, "more than %d fields", FIELDS_MAX);
	if (!err)
		err = sy_strings_add(fields, sy_text_str(&field));
	sy_text_reset(&field);
	return err;
}

/* Fields up to the end of the line, which is stepped over. */
static int read_record(struct sy_csv *csv, struct sy_strings *fields, struct sy_problem *why)
{
	for (;;) {
		int err = read_field(csv, fields, why);

		if (err)
			return err;
		if (csv->at == csv->end)
			return 0;
		if (*csv->at++ == '\n') {
			csv->line++;
			return 0;
		}
	}
}

int sy_csv_next(struct sy_csv *csv, struct sy_strings *ret_fields, int *ret_line, struct sy_problem *why)
{
	while (csv->at < csv->end) {
		struct sy_strings fields = {0};
		int line = csv->line;
		int err = read_record(csv, &fields, why);

		if (!err && (fields.n > 1 || fields.at[0][0])) {
			*ret_fields = fields;
			*ret_line = line;
			return 0;
		}
		sy_strings_reset(&fields);
		if (err)
			return err;
	}
	return ENOENT;
}
