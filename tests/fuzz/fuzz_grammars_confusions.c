/* Any bytes as a file of confusions: refused with a reason, or whole and with errors that are shares. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "grammars/confusions.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const uint8_t said[] = {0, 1, 2, SY_SOUND_SLOT}, heard[] = {3, 1, 38, 2, SY_SOUND_SLOT};
	int fd = memfd_create("confusions", MFD_CLOEXEC);
	struct sy_confusions *confusions = NULL;
	struct sy_problem why = {""};
	char path[64], line[32];

	if (fd < 0 || write(fd, data, n) != (ssize_t)n || write(fd, "\n", 1) != 1)
		abort();
	/* What the bytes leave out is added behind them, or no file would ever be whole. */
	if (n && data[0] & 1)
		for (int a = 0; a <= SY_PHONES; a++)
			for (int b = 0; b <= SY_PHONES; b++) {
				int len = snprintf(line, sizeof(line), "%s %s 20 9\n",
					a < SY_PHONES ? sy_phone_name(a) : "-", b < SY_PHONES ? sy_phone_name(b) : "-");

				if (a != b && write(fd, line, (size_t)len) != len)
					abort();
			}
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (sy_confusions_load(path, &confusions, &why)) {
		if (!why.text[0])
			abort();
	} else {
		double error = sy_confusions_error(confusions, said, sizeof(said), heard, sizeof(heard));

		if (!(error >= 0 && error <= 0.5) || sy_confusions_class(confusions, said[0]) > said[0])
			abort();
	}
	sy_confusions_destroy(confusions);
	(void)close(fd);
	return 0;
}
