#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/hear/neural.h"

/* A model's file: made by a tool, but it may be cut off or of another version. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sy_neural *neural = NULL;
	struct sy_problem why = {""};
	char path[64];
	int fd = memfd_create("neural", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	(void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (sy_neural_load(path, &neural, &why) == 0) {
		float bands[3][SY_MEL_BANDS] = {{1}, {2}, {3}}, *rows = NULL;
		struct sy_mel mel = {.n = 3, .at = bands};
		size_t n = 0;
		if (sy_neural_run(neural, &mel, &rows, &n) == 0)
			free(rows);
	} else if (!why.text[0]) {
		abort(); /* refused without a reason */
	}
	sy_neural_destroy(neural);
	(void)close(fd);
	return 0;
}
