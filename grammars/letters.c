/* Letters -> phones, for words that no dictionary has: Flite's letter-to-sound rules, and names of letters. */
#include <ctype.h>
#include <errno.h>
#include <flite/flite.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "grammars/dictionary.h"
#include "grammars/pronounce.h"

/* From libflite_cmulex; Flite installs no header for it. */
cst_lexicon *cmu_lex_init(void);

static pthread_once_t once = PTHREAD_ONCE_INIT;
static const cst_lexicon *lexicon;

/* Flite fills a static table in here, so two threads must not do it at once. */
static void init(void)
{
	lexicon = cmu_lex_init();
}

/* What a letter is called, for words that cannot be read as one ("bt", "sms"). */
static const char *const letter_names[] = {
	"EY",
	"B IY",
	"S IY",
	"D IY",
	"IY",
	"EH F",
	"JH IY",
	"EY CH",
	"AY",
	"JH EY",
	"K EY",
	"EH L",
	"EH M",
	"EH N",
	"OW",
	"P IY",
	"K Y UW",
	"AA R",
	"EH S",
	"T IY",
	"Y UW",
	"V IY",
	"D AH B AH L Y UW",
	"EH K S",
	"W AY",
	"Z IY",
};

static int copy_letters(const char *word, char ret_letters[SY_WORD_MAX + 1])
{
	size_t n = 0;
	if (strlen(word) > SY_WORD_MAX)
		return EINVAL;
	for (; *word; word++) {
		bool is_letter = (*word >= 'a' && *word <= 'z') || (*word >= 'A' && *word <= 'Z');
		if (is_letter)
			ret_letters[n++] = (char)tolower((unsigned char)*word);
		else if (*word != '\'')
			return EINVAL;
	}
	ret_letters[n] = '\0';
	return n ? 0 : EINVAL;
}

static int spell(const char *letters, struct sy_text *phones)
{
	int err = 0;
	for (; !err && *letters; letters++)
		err = sy_text_addf(phones, "%s%s", phones->len ? " " : "", letter_names[*letters - 'a']);
	return err;
}

/* "ax0" -> "AH", "iy1" -> "IY": the model has no schwa of its own and no stress. */
static int add_phone(struct sy_text *phones, const char *flite_phone)
{
	char phone[8];
	size_t n = 0;
	for (; *flite_phone && n < sizeof phone; flite_phone++)
		if (isalpha((unsigned char)*flite_phone))
			phone[n++] = (char)toupper((unsigned char)*flite_phone);
	if (n == 2 && memcmp(phone, "AX", 2) == 0)
		phone[1] = 'H';
	if (!sy_is_phone(phone, n))
		return 0;
	return sy_text_addf(phones, "%s%.*s", phones->len ? " " : "", (int)n, phone);
}

static int apply_rules(const char *letters, struct sy_text *phones)
{
	(void)pthread_once(&once, init);
	cst_val *found = lts_apply(letters, "", lexicon->lts_rule_set);
	int err = 0;
	for (const cst_val *v = found; !err && v; v = val_cdr(v))
		err = add_phone(phones, val_string(val_car(v)));
	delete_val(found);
	return err;
}

int sy_pronounce_letters(const char *word, char **ret_phones)
{
	char letters[SY_WORD_MAX + 1];
	int err = copy_letters(word, letters);
	if (err)
		return err;
	struct sy_text phones = {0};
	if (strpbrk(letters, "aeiouy"))
		err = apply_rules(letters, &phones);
	/* Either it has no vowel, or the rules made nothing of it. */
	if (!err && !phones.len)
		err = spell(letters, &phones);
	if (!err) {
		char *taken = sy_text_take(&phones);
		err = taken ? 0 : ENOMEM;
		if (taken)
			*ret_phones = taken;
	}
	sy_text_reset(&phones);
	return err;
}
