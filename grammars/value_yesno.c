/*
 * Yes and no in their many forms, by the words that carry them.
 *
 * "No, that's right" and the like say both; they are neither, so that the caller is asked again.
 */
#include <errno.h>

#include "grammars/value_kinds.h"

#define N(list) (sizeof(list) / sizeof *(list))

enum sense { PLAIN_YES, PLAIN_NO, AGREES, DENIES, NOTHING };

/* Longer ones first where one begins another. */
static const struct {
	const char *said;
	enum sense sense;
} senses[] = {
	{"why not", PLAIN_YES},
	{"no problem", PLAIN_YES},
	{"mm hmm", PLAIN_YES},
	{"i guess", AGREES},
	{"i suppose", AGREES},
	{"i believe", AGREES},
	{"that's it", AGREES},
	{"that is it", AGREES},
	{"you got it", AGREES},
	{"you've got it", AGREES},
	{"spot on", AGREES},
	{"that'll do", AGREES},
	{"of course", AGREES},
	{"the one", AGREES},
	{"thank you", NOTHING},
	{"no way", PLAIN_NO},
	{"not at all", PLAIN_NO},
	{"you bet", PLAIN_YES},
	{"go ahead", PLAIN_YES},
	{"no thanks", PLAIN_NO},
	{"no thank you", PLAIN_NO},
	{"not really", PLAIN_NO},
	{"i'm not sure", NOTHING},
	{"not sure", NOTHING},
	{"don't know", NOTHING},
	{"yes", PLAIN_YES},
	{"yeah", PLAIN_YES},
	{"yep", PLAIN_YES},
	{"yup", PLAIN_YES},
	{"aye", PLAIN_YES},
	{"yea", PLAIN_YES},
	{"affirmative", PLAIN_YES},
	{"okay", PLAIN_YES},
	{"ok", PLAIN_YES},
	{"uh huh", PLAIN_YES},
	{"no", PLAIN_NO},
	{"nope", PLAIN_NO},
	{"nah", PLAIN_NO},
	{"never", PLAIN_NO},
	{"negative", PLAIN_NO},
	{"sure", AGREES},
	{"certainly", AGREES},
	{"definitely", AGREES},
	{"absolutely", AGREES},
	{"indeed", AGREES},
	{"right", AGREES},
	{"correct", AGREES},
	{"true", AGREES},
	{"fine", AGREES},
	{"good", AGREES},
	{"great", AGREES},
	{"perfect", AGREES},
	{"exactly", AGREES},
	{"do", AGREES},
	{"did", AGREES},
	{"is", AGREES},
	{"it's", NOTHING},
	{"think so", AGREES},
	{"would", AGREES},
	{"am", AGREES},
	{"one", NOTHING},
	{"not", DENIES},
	{"neither", DENIES},
	{"alright", AGREES},
	{"totally", AGREES},
	{"surely", AGREES},
	{"does", AGREES},
	{"have", AGREES},
	{"can", AGREES},
	{"will", AGREES},
	{"was", AGREES},
	{"won't", DENIES},
	{"haven't", DENIES},
	{"can't", DENIES},
	{"cannot", DENIES},
	{"wrong", DENIES},
	{"incorrect", DENIES},
	{"false", DENIES},
	{"don't", DENIES},
	{"didn't", DENIES},
	{"isn't", DENIES},
	{"wouldn't", DENIES},
	{"doesn't", DENIES},
	{"wasn't", DENIES},
};

static enum sense take_sense(struct sy_value_words *words)
{
	for (size_t i = 0; i < N(senses); i++)
		if (sy_value_take(words, senses[i].said))
			return senses[i].sense;
	words->pos++;
	return NOTHING;
}

int sy_value_read_yes_no(struct sy_value_reader *reader)
{
	struct sy_value_words *words = &reader->words;
	unsigned said = 0;
	words->pos = 0; /* "it is" and "i think" carry the meaning here */
	while (!sy_value_words_done(words))
		said |= 1u << take_sense(words);
	bool yes = said & 1u << PLAIN_YES, no = said & 1u << PLAIN_NO;
	bool agrees = said & 1u << AGREES, denies = said & 1u << DENIES;
	/* A denial turns round what agrees: "that is not right", "definitely not". */
	no |= denies;
	yes |= agrees && !denies;
	if (yes == no)
		return EINVAL;
	return sy_text_add(&reader->text, yes ? "yes" : "no");
}
