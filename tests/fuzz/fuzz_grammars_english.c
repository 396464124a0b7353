/* Any bytes as a list of English words and pairs: refused with a reason, or whole, with shares and words that are. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "grammars/english.h"
#include "grammars/pronounce.h"

static void check(const struct sy_english *english)
{
	const size_t n = sy_english_n_words(english);

	for (size_t i = 0; i < n; i++) {
		const char *word = sy_english_word(english, i);
		const double share = sy_english_share(english, i);
		if (!word[0] || strlen(word) > SY_WORD_MAX || !(share > 0 && share <= 1))
			abort();
	}
	for (size_t i = 0; i < sy_english_n_pairs(english); i++) {
		const struct sy_english_pair *pair = sy_english_pair(english, i);
		if ((pair->before >= n && pair->before != SY_ENGLISH_EDGE) ||
			(pair->after >= n && pair->after != SY_ENGLISH_EDGE) || !(pair->p > 0 && pair->p <= 1))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	int fd = memfd_create("english", MFD_CLOEXEC);
	struct sy_english *english = NULL;
	struct sy_problem why = {""};
	char path[64];

	if (fd < 0 || write(fd, data, n) != (ssize_t)n)
		abort();
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (sy_english_load(path, &english, &why) == 0)
		check(english);
	else if (!why.text[0])
		abort();
	sy_english_destroy(english);
	(void)close(fd);
	return 0;
}
