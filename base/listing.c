#include "base/listing.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

static int add(struct sy_listing *listing, const char *text, size_t n, int line)
{
	int err = SY_GROW(&listing->at, listing->n + 1, &listing->cap);

	if (!err)
		err = SY_GROW(&listing->lines, listing->n + 1, &listing->cap_lines);
	if (!err && !(listing->at[listing->n] = strndup(text, n)))
		err = ENOMEM;
	if (!err)
		listing->lines[listing->n++] = line;
	return err;
}

/* Cuts the comment off and the blanks around what is left. */
static const char *entry_of(char *text, size_t *ret_n)
{
	const char *begin;
	size_t n;

	text[strcspn(text, "#")] = '\0';
	begin = text + strspn(text, " \t\r\n");
	n = strlen(begin);
	while (n && strchr(" \t\r\n", begin[n - 1]))
		n--;
	*ret_n = n;
	return begin;
}

static int read_lines(FILE *file, const char *path, size_t max, struct sy_listing *listing, struct sy_problem *why)
{
	char text[SY_LISTING_LINE_MAX];
	int err = 0;

	for (int line = 1; !err && fgets(text, sizeof text, file); line++) {
		const bool whole = strlen(text) + 1 < sizeof text || text[sizeof text - 2] == '\n';
		size_t n;
		const char *entry = entry_of(text, &n);

		if (!whole)
			err = sy_problem_at(why, EINVAL, path, line, 0, "a line of %d bytes or more; make it shorter",
				SY_LISTING_LINE_MAX);
		else if (n && listing->n == max)
			err = sy_problem_at(why, E2BIG, path, line, 0, "more than %zu entries; take some out", max);
		else if (n)
			err = add(listing, entry, n, line);
	}
	return err ? err : ferror(file) ? sy_problem_set(why, EIO, "%s: %s", path, strerror(EIO)) : 0;
}

int sy_listing_read(const char *path, size_t max, struct sy_listing *ret_listing, struct sy_problem *why)
{
	struct sy_listing listing = {0};
	FILE *file = fopen(path, "re");
	int err;

	if (!file)
		return sy_problem_set(why, errno, "%s: %s", path, strerror(errno));
	err = read_lines(file, path, max, &listing, why);
	(void)fclose(file);
	if (err)
		sy_listing_reset(&listing);
	*ret_listing = listing;
	return err;
}

void sy_listing_reset(struct sy_listing *listing)
{
	for (size_t i = 0; i < listing->n; i++)
		free(listing->at[i]);
	free(listing->at);
	free(listing->lines);
	*listing = (struct sy_listing){0};
}
