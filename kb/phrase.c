#include "kb/phrase.h"

#include <errno.h>
#include <string.h>

/* Between two slots these have nothing to say. */
#define SILENT " \t\r\n,.;:?!-\"'"

bool sy_name_is_good(const char *name, bool hyphens)
{
	const char *letters =
		hyphens ? "abcdefghijklmnopqrstuvwxyz0123456789_-" : "abcdefghijklmnopqrstuvwxyz0123456789_";
	size_t n = strlen(name);

	if (!n || n > SY_NAME_MAX || strspn(name, letters) != n)
		return false;
	return hyphens ? name[0] != '-' && name[0] != '_' : name[0] >= 'a' && name[0] <= 'z';
}

static int copy(const char *from, size_t n, struct sy_phrase_piece *piece, struct sy_problem *why)
{
	if (n > SY_PHRASE_BYTES_MAX)
		return sy_problem_set(
			why, EINVAL, "longer than %d bytes; nobody says that in one breath", SY_PHRASE_BYTES_MAX);
	memcpy(piece->text, from, n);
	piece->text[n] = 0;
	return 0;
}

static int read_slot(const char **at, struct sy_phrase_piece *piece, struct sy_problem *why)
{
	size_t n = strcspn(*at + 1, "{}");
	int err;

	if ((*at)[1 + n] != '}')
		return sy_problem_set(why, EINVAL, "a brace is not closed; write {slot}");
	err = copy(*at + 1, n, piece, why);
	if (err)
		return err;
	if (!sy_name_is_good(piece->text, true))
		return sy_problem_set(why, EINVAL, "{%s} is no slot's name (a-z, 0-9, _ and -)", piece->text);
	piece->slot = true;
	*at += n + 2;
	return 0;
}

int sy_phrase_next(const char **at, struct sy_phrase_piece *ret_piece, struct sy_problem *why)
{
	struct sy_phrase_piece piece = {0};
	size_t n;
	int err;

	for (;;) {
		n = strcspn(*at, "{}");
		if (strspn(*at, SILENT) < n)
			break;
		*at += n;
		if (!**at)
			return ENOENT;
		if (**at == '}')
			return sy_problem_set(why, EINVAL, "a closing brace without an opening one");
		err = read_slot(at, &piece, why);
		if (!err)
			*ret_piece = piece;
		return err;
	}
	err = copy(*at, n, &piece, why);
	if (err)
		return err;
	*at += n;
	*ret_piece = piece;
	return 0;
}
