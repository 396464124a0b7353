/*
 * respell: words that Flite's American lexicon does not have and its letter-to-sound rules get wrong, written so that
 * it says them right ("kilometres", "organise"). Found by listening to what a British company says. Pure, thread-safe.
 */
#ifndef SY_SPEAK_RESPELL_H
#define SY_SPEAK_RESPELL_H

/* The text with those words spelt otherwise; all else stays. Caller frees. ENOMEM or E2BIG. */
int sy_respell(const char *text, char **ret_text);

#endif
