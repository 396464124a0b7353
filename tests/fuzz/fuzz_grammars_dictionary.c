/* A dictionary's text -> pronunciations, through a file as an editor would give it. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "grammars/dictionary.h"

static int check_found(void *state, const struct sy_dictionary_found *found)
{
	const struct sy_intern *wanted = state;
	if (found->word >= wanted->n || !found->n || memchr(found->phones, '\n', found->n))
		abort();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char path[64];
	int fd = memfd_create("dict", MFD_CLOEXEC);
	if (fd < 0 || write(fd, data, n) != (ssize_t)n)
		abort();
	(void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	struct sy_intern wanted = {0};
	size_t number;
	if (sy_intern_add(&wanted, "tea", 3, &number) || sy_intern_add(&wanted, "o'clock", 7, &number))
		abort();
	for (int check_all = 0; check_all < 2; check_all++) {
		struct sy_problem why = {0};
		struct sy_dictionary_scan scan = {.path = path,
			.check_all = check_all,
			.wanted = &wanted,
			.found = check_found,
			.state = &wanted};
		if (sy_dictionary_scan(&scan, &why) != 0 && !why.text[0])
			abort();
	}
	sy_intern_reset(&wanted);
	close(fd);
	return 0;
}
