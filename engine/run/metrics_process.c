#include "engine/run/metrics_process.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

/* The second number of statm(5) is what is resident, in pages. */
static void read_memory(struct sy_metrics *metrics)
{
	FILE *file = fopen("/proc/self/statm", "r");
	long pages;

	if (!file)
		return;
	if (fscanf(file, "%*s %ld", &pages) == 1)
		sy_metrics_set(
			metrics, SY_METRIC_PROCESS_RESIDENT, NULL, (double)pages * (double)sysconf(_SC_PAGESIZE));
	(void)fclose(file);
}

static double count_entries(const char *path)
{
	DIR *folder = opendir(path);
	const struct dirent *entry;
	double n = 0;

	if (!folder)
		return -1;
	while ((entry = readdir(folder)))
		n += entry->d_name[0] != '.';
	(void)closedir(folder);
	return n;
}

static double seconds(const struct timeval *time)
{
	return (double)time->tv_sec + (double)time->tv_usec / 1e6;
}

void sy_metrics_process(struct sy_metrics *metrics, void *arg)
{
	double descriptors = count_entries("/proc/self/fd");
	double threads = count_entries("/proc/self/task");
	struct rlimit limit;
	struct rusage usage;

	(void)arg;
	read_memory(metrics);
	if (descriptors > 0) /* one of them was the folder's own */
		sy_metrics_set(metrics, SY_METRIC_PROCESS_DESCRIPTORS, NULL, descriptors - 1);
	if (threads > 0)
		sy_metrics_set(metrics, SY_METRIC_PROCESS_THREADS, NULL, threads);
	if (!getrlimit(RLIMIT_NOFILE, &limit))
		sy_metrics_set(metrics, SY_METRIC_PROCESS_DESCRIPTORS_MAX, NULL, (double)limit.rlim_cur);
	if (!getrusage(RUSAGE_SELF, &usage))
		sy_metrics_set(
			metrics, SY_METRIC_PROCESS_CPU, NULL, seconds(&usage.ru_utime) + seconds(&usage.ru_stime));
}
