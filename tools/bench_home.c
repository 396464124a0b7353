#include "tools/bench_home.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
	(void)st;
	(void)kind;
	(void)where;
	return remove(path);
}

int sy_bench_home_make(char *work)
{
	char path[256];

	if (!mkdtemp(work))
		return errno;
	(void)snprintf(path, sizeof path, "%s/data", work);
	if (setenv("XDG_DATA_HOME", path, 1) != 0)
		return errno;
	(void)snprintf(path, sizeof path, "%s/cache", work);
	return setenv("XDG_CACHE_HOME", path, 1) != 0 ? errno : 0;
}

void sy_bench_home_remove(const char *work)
{
	(void)nftw(work, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
