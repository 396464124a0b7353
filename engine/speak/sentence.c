#include "engine/speak/sentence.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

/* A sentence past this is cut at a comma, past twice this at a blank: about ten seconds of speech, so that the first
 * sound never waits for a page. */
#define LONG_SENTENCE 160

/* Words whose stop ends no sentence. */
static bool is_short_form(const char *begin, const char *stop)
{
	static const char *const forms[] = {"mr", "mrs", "ms", "dr", "st", "no", "e.g", "i.e", "vs", "approx"};
	const char *word = stop;

	while (word > begin && (isalpha((unsigned char)word[-1]) || word[-1] == '.'))
		word--;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		size_t len = strlen(forms[i]);

		if ((size_t)(stop - word) == len && !strncasecmp(word, forms[i], len))
			return true;
	}
	return false;
}

static bool ends_sentence(const char *begin, const char *at)
{
	const char *next = at + 1;

	if (!strchr(".?!", *at))
		return false;
	next += strspn(next, "\"')");
	if (*next && !isspace((unsigned char)*next) && *next != '<' && *next != '[')
		return false;
	if (*at != '.')
		return true;
	next += strspn(next, " \t\r\n");
	return !islower((unsigned char)*next) && !is_short_form(begin, at);
}

static bool cuts_long(size_t length, const char *at)
{
	if (!isspace((unsigned char)*at))
		return false;
	return length > 2 * LONG_SENTENCE || (length > LONG_SENTENCE && strchr(",;:", at[-1]));
}

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " \t\r\n");
}

/* Past the mark at `at`; *depth is how many are open then. */
static const char *skip_mark(const char *at, int *depth)
{
	const char *end = at + strcspn(at, *at == '<' ? ">" : "]");

	if (*end && *at == '<') {
		if (at[1] == '/')
			--*depth;
		else if (end[-1] != '/' && strncmp(at, "<break", 6) != 0)
			++*depth;
	}
	return *end ? end + 1 : end;
}

size_t sy_say_split(const char *text)
{
	const char *at = text;
	int depth = 0;

	while (*at) {
		bool end;

		if (*at == '<' || *at == '[') {
			at = skip_mark(at, &depth);
			continue;
		}
		end = depth <= 0 && at > text && (ends_sentence(text, at) || cuts_long((size_t)(at - text), at));
		at++;
		if (!end)
			continue;
		at = skip_blanks(at + strspn(at, "\"')"));
		while (*at == '[') /* a pause belongs to what it follows */
			at = skip_blanks(skip_mark(at, &depth));
		if (*at)
			break;
	}
	return (size_t)(at - text);
}

/* A mark that is a pause, or makes one after itself. */
static bool ends_in_pause(const char *sentence, size_t n)
{
	static const char *const pauses[] = {"[pause", "<break", "</s>", "</p>"};
	size_t at = n;

	if (!n || !strchr("]>", sentence[n - 1]))
		return false;
	while (at && !strchr("[<", sentence[at - 1]))
		at--;
	for (size_t i = 0; at && i < sizeof(pauses) / sizeof(pauses[0]); i++)
		if (!strncmp(sentence + at - 1, pauses[i], strlen(pauses[i])))
			return true;
	return false;
}

int sy_say_gap(const char *sentence, size_t n)
{
	size_t words = n;

	while (words && isspace((unsigned char)sentence[words - 1]))
		words--;
	return words == n || !words || ends_in_pause(sentence, words) ? 0 : SY_SENTENCE_GAP_MS;
}
