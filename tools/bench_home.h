/*
 * bench_home: a folder of its own for a measuring program, as if it were another user's: neither this user's base nor
 * their cache is touched. One thread.
 */
#ifndef SY_TOOLS_BENCH_HOME_H
#define SY_TOOLS_BENCH_HOME_H

#define SY_BENCH_HOME_TEMPLATE "/tmp/sayso-bench-XXXXXX"

/* Fills `work` (the template), and sets $XDG_DATA_HOME and $XDG_CACHE_HOME to folders in it. 0 or a positive errno. */
int sy_bench_home_make(char *work);
/* With all that is in it. */
void sy_bench_home_remove(const char *work);

#endif
