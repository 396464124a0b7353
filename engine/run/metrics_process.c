#include "engine/run/metrics_process.h"

#include <dirent.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

/* Bytes; the second number of statm is what is resident, in pages. 0: no such process, or not ours to see. */
static double resident(const char *process)
{
	char path[64];
	FILE *file;
	long pages = 0;

	(void)snprintf(path, sizeof path, "/proc/%s/statm", process);
	file = fopen(path, "r");
	if (!file)
		return 0;
	if (fscanf(file, "%*s %ld", &pages) != 1)
		pages = 0;
	(void)fclose(file);
	return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

/* Of the processes that one of our threads began: a list of their numbers. */
static double resident_children(const char *thread)
{
	char path[64], child[16];
	FILE *file;
	double sum = 0;

	(void)snprintf(path, sizeof path, "/proc/self/task/%.16s/children", thread);
	file = fopen(path, "r");
	if (!file)
		return 0;
	while (fscanf(file, "%15s", child) == 1)
		sum += resident(child);
	(void)fclose(file);
	return sum;
}

static double resident_workers(void)
{
	DIR *folder = opendir("/proc/self/task");
	const struct dirent *entry;
	double sum = 0;

	if (!folder)
		return 0;
	while ((entry = readdir(folder)))
		if (entry->d_name[0] != '.')
			sum += resident_children(entry->d_name);
	(void)closedir(folder);
	return sum;
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
	double own = resident("self");
	struct rlimit limit;
	struct rusage usage;

	(void)arg;
	if (own > 0)
		sy_metrics_set(metrics, SY_METRIC_PROCESS_RESIDENT, NULL, own);
	sy_metrics_set(metrics, SY_METRIC_WORKERS_RESIDENT, NULL, resident_workers());
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
