#include "prompts/spoken_words.h"

#include <ctype.h>
#include <string.h>

static int add_char(struct sy_words *words, char c)
{
	return sy_text_add_n(&words->text, &c, 1);
}

int sy_words_add_n(struct sy_words *words, const char *s, size_t n)
{
	int err = 0;

	if (!n)
		return 0;
	if (words->text.len)
		err = add_char(words, ' ');
	for (size_t i = 0; i < n && !err; i++) {
		if (!words->grammar)
			err = add_char(words, s[i]);
		else if (s[i] != ',')
			err = add_char(words, (char)tolower((unsigned char)s[i]));
	}
	return err;
}

int sy_words_add(struct sy_words *words, const char *s)
{
	return sy_words_add_n(words, s, strlen(s));
}

int sy_words_letter(struct sy_words *words, char letter)
{
	char name = (char)toupper((unsigned char)letter);

	return sy_words_add_n(words, &name, 1);
}

int sy_words_mark(struct sy_words *words, char mark)
{
	char *last = words->text.len ? &words->text.s[words->text.len - 1] : NULL;

	if (words->grammar || !last)
		return 0;
	if (!strchr(".,;:?!", *last))
		return add_char(words, mark);
	if (strchr(",;:", *last) && strchr(".?!", mark))
		*last = mark;
	return 0;
}
