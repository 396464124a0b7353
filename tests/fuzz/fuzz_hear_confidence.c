#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/hear/confidence.h"

/* The weights' file is text that a tool writes and a person may edit. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sy_confidence *confidence = NULL;
	struct sy_problem why = {0};
	char path[64];
	int fd = memfd_create("confidence", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	(void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (sy_confidence_load(path, &confidence, &why) == 0) {
		const struct sy_evidence evidence = {.at = {1, 2, 3}};
		(void)sy_confidence_of(confidence, SY_HEARD_AS_WORDS, &evidence);
	} else if (!why.text[0]) {
		abort(); /* refused without a reason */
	}
	sy_confidence_destroy(confidence);
	(void)close(fd);
	return 0;
}
