#include "tools/load/service.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ASK_AGAIN_MS 100
#define ANSWER_S 10
#define READ_BYTES 4096

extern char **environ;

static void pause_ms(long ms)
{
	(void)nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL);
}

static struct sockaddr_in loopback(uint16_t port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

/* One that nobody has right now. */
static uint16_t free_port(int type)
{
	struct sockaddr_storage address = {0};
	struct sockaddr_in in = loopback(0);
	socklen_t n = sizeof(address);
	const int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	memcpy(&address, &in, sizeof(in));
	in.sin_port = 0;
	if (fd >= 0 && bind(fd, (const struct sockaddr *)&address, sizeof(in)) == 0 &&
		getsockname(fd, (struct sockaddr *)&address, &n) == 0)
		memcpy(&in, &address, sizeof(in));
	if (fd >= 0)
		(void)close(fd);
	return ntohs(in.sin_port);
}

static int write_configuration(
	const struct sy_service_prm *prm, const struct sy_service *service, const char *path, struct sy_problem *why)
{
	FILE *file = fopen(path, "we");

	if (file == NULL)
		return sy_problem_set(why, errno, "%s: %s", path, strerror(errno));
	(void)fprintf(file,
		"calls: {max: %zu, drain_s: 0}\n"
		"sip: {udp: \"127.0.0.1:%u\", tcp: \"\", invites_per_s: 10000}\n"
		"audiosocket: {listen: \"\"}\n"
		"http: {listen: \"127.0.0.1:%u\", socket: \"%s/line\"}\n"
		"workers: {count: %u}\n"
		"log: {level: warning}\n",
		prm->calls_max, service->sip_port, service->http_port, prm->work, prm->workers);
	return fclose(file) == 0 ? 0 : errno;
}

static int spawn(const struct sy_service_prm *prm, const char *configuration, struct sy_service *service)
{
	const char *const argv[] = {prm->sayso, "serve", "--config", configuration, NULL};
	posix_spawn_file_actions_t files;
	char *copies[5] = {NULL};
	int err = posix_spawn_file_actions_init(&files);

	for (size_t i = 0; err == 0 && argv[i] != NULL; i++)
		err = (copies[i] = strdup(argv[i])) != NULL ? 0 : ENOMEM;
	if (err == 0)
		err = posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	if (err == 0)
		err = posix_spawn_file_actions_addopen(
			&files, STDERR_FILENO, service->log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (err == 0)
		err = posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
	if (err == 0)
		err = posix_spawnp(&service->pid, prm->sayso, &files, NULL, copies, environ);
	(void)posix_spawn_file_actions_destroy(&files);
	for (size_t i = 0; i < 5; i++)
		free(copies[i]);
	return err;
}

static int wait_until_ready(const struct sy_service *service, struct sy_problem *why)
{
	for (int waited = 0; waited < SY_SERVICE_START_MS; waited += ASK_AGAIN_MS) {
		struct sy_text body = {0};
		const int err = sy_service_get(service, "/health", &body);
		sy_text_reset(&body);
		if (err == 0)
			return 0;
		if (waitpid(service->pid, NULL, WNOHANG) != 0)
			return sy_problem_set(why, ECHILD, "the service ended at once; see %s", service->log);
		pause_ms(ASK_AGAIN_MS);
	}
	return sy_problem_set(why, ETIMEDOUT, "the service takes no calls after %d s; see %s",
		SY_SERVICE_START_MS / 1000, service->log);
}

int sy_service_start(const struct sy_service_prm *prm, struct sy_service *ret_service, struct sy_problem *why)
{
	struct sy_service service = {.sip_port = free_port(SOCK_DGRAM), .http_port = free_port(SOCK_STREAM)};
	char configuration[SY_SERVICE_PATH_BYTES];

	(void)snprintf(configuration, sizeof(configuration), "%s/sayso.yaml", prm->work);
	(void)snprintf(service.log, sizeof(service.log), "%s/serve.log", prm->work);
	int err = write_configuration(prm, &service, configuration, why);
	if (err != 0)
		return err;
	err = spawn(prm, configuration, &service);
	if (err != 0)
		return sy_problem_set(why, err, "%s: %s", prm->sayso, strerror(err));
	err = wait_until_ready(&service, why);
	if (err != 0)
		(void)sy_service_stop(&service);
	else
		*ret_service = service;
	return err;
}

bool sy_service_stop(struct sy_service *service)
{
	bool orderly = kill(service->pid, SIGTERM) == 0;
	int status = 0;

	for (int waited = 0; waited < SY_SERVICE_STOP_MS; waited += ASK_AGAIN_MS) {
		const pid_t ended = waitpid(service->pid, &status, WNOHANG);
		if (ended != 0) {
			service->pid = 0;
			return orderly && ended > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
		}
		pause_ms(ASK_AGAIN_MS);
	}
	(void)kill(service->pid, SIGKILL);
	(void)waitpid(service->pid, &status, 0);
	service->pid = 0;
	return false;
}

static double memory_mb(pid_t pid)
{
	char path[64], line[256];
	double kb = 0;

	(void)snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
	FILE *file = fopen(path, "re");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "Pss: %lf kB", &kb) == 1)
			break;
	if (file != NULL)
		(void)fclose(file);
	return kb / 1024;
}

/* Parent and seconds of processor time; EIO where there is no such process. */
static int read_stat(pid_t pid, pid_t *ret_parent, double *ret_cpu_s)
{
	char path[64], line[1024] = "";
	unsigned long user = 0, system = 0;
	int parent = 0;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return EIO;
	(void)!fgets(line, sizeof(line), file);
	(void)fclose(file);
	/* The name, in parentheses, may hold anything. */
	const char *rest = strrchr(line, ')');
	if (rest == NULL ||
		sscanf(rest, ") %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &parent, &user, &system) != 3)
		return EIO;
	*ret_parent = parent;
	*ret_cpu_s = (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
	return 0;
}

static size_t count_descriptors(pid_t pid)
{
	char path[64];
	size_t n = 0;

	(void)snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	DIR *folder = opendir(path);
	while (folder != NULL && readdir(folder) != NULL)
		n++;
	if (folder != NULL)
		(void)closedir(folder);
	return n > 2 ? n - 2 : 0;
}

int sy_service_look(const struct sy_service *service, struct sy_service_sample *ret_sample)
{
	struct sy_service_sample sample = {0};
	const struct dirent *entry;
	pid_t parent;
	double cpu_s;

	int err = read_stat(service->pid, &parent, &sample.main_cpu_s);
	if (err != 0)
		return err;
	sample.main_mb = memory_mb(service->pid);
	sample.descriptors = count_descriptors(service->pid);
	DIR *folder = opendir("/proc");
	while (folder != NULL && (entry = readdir(folder)) != NULL) {
		const pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
		if (pid <= 0 || read_stat(pid, &parent, &cpu_s) != 0 || parent != service->pid)
			continue;
		sample.workers++;
		sample.workers_cpu_s += cpu_s;
		sample.workers_mb += memory_mb(pid);
	}
	if (folder != NULL)
		(void)closedir(folder);
	*ret_sample = sample;
	return 0;
}

static int connect_http(uint16_t port, int *ret_fd)
{
	const struct timeval patience = {.tv_sec = ANSWER_S};
	const struct sockaddr_in in = loopback(port);
	struct sockaddr_storage address = {0};
	const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	memcpy(&address, &in, sizeof(in));
	if (fd < 0)
		return errno;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) != 0 ||
		connect(fd, (const struct sockaddr *)&address, sizeof(in)) != 0) {
		const int err = errno;
		(void)close(fd);
		return err;
	}
	*ret_fd = fd;
	return 0;
}

int sy_service_get(const struct sy_service *service, const char *path, struct sy_text *ret_body)
{
	char bytes[READ_BYTES];
	struct sy_text answer = {0};
	ssize_t n;
	int fd = -1;

	int err = connect_http(service->http_port, &fd);
	if (err != 0)
		return err;
	const int length =
		snprintf(bytes, sizeof(bytes), "GET %s HTTP/1.0\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", path);
	if (send(fd, bytes, (size_t)length, MSG_NOSIGNAL) != length)
		err = EIO;
	while (err == 0 && (n = recv(fd, bytes, sizeof(bytes), 0)) > 0)
		err = sy_text_add_n(&answer, bytes, (size_t)n);
	(void)close(fd);
	const char *text = sy_text_str(&answer), *body = strstr(text, "\r\n\r\n");
	if (err == 0 && (body == NULL || strncmp(text, "HTTP/1.", 7) != 0 || strncmp(text + 8, " 200", 4) != 0))
		err = EIO;
	if (err == 0)
		err = sy_text_add(ret_body, body + 4);
	sy_text_reset(&answer);
	return err;
}

/* Is `label` in the braces that begin here? */
static bool has_label(const char *braces, const char *label)
{
	const char *end = strchr(braces, '}');
	const char *at = strstr(braces, label);

	return end != NULL && at != NULL && at < end;
}

double sy_service_metric(const char *metrics, const char *name, const char *label)
{
	const size_t n = strlen(name);
	double sum = 0;

	for (const char *line = metrics; line != NULL && *line != '\0'; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, name, n) != 0 || (line[n] != ' ' && line[n] != '{'))
			continue;
		if (label != NULL && (line[n] != '{' || !has_label(line + n, label)))
			continue;
		const char *value = line[n] == '{' ? strchr(line, '}') : line + n;
		sum += value != NULL ? strtod(value + (*value == '}'), NULL) : 0;
	}
	return sum;
}

void sy_service_read_ticks(const char *metrics, const char *name, struct sy_service_ticks *ret_ticks)
{
	struct sy_service_ticks ticks = {0};
	char bucket[64];

	if (strcmp(name, SY_SERVICE_TICKS_LATE) == 0)
		ticks.worst_ms = sy_service_metric(metrics, "sayso_tick_late_worst_seconds", NULL) * 1000;
	const int n = snprintf(bucket, sizeof(bucket), "%s_bucket{le=\"", name);
	for (const char *at = strstr(metrics, bucket); at != NULL && ticks.bounds < SY_SERVICE_BOUNDS_MAX;
		at = strstr(at, bucket)) {
		char *end = NULL;
		at += n;
		ticks.bound_ms[ticks.bounds] = strtod(at, &end) * 1000; /* "+Inf" is one, too */
		const char *value = strchr(end, '}');
		if (value == NULL)
			break;
		ticks.n[ticks.bounds++] = strtod(value + 1, NULL);
	}
	*ret_ticks = ticks;
}

static double grown(const struct sy_service_ticks *from, const struct sy_service_ticks *to, size_t i)
{
	return to->n[i] - (i < from->bounds ? from->n[i] : 0);
}

double sy_service_ticks_all(const struct sy_service_ticks *from, const struct sy_service_ticks *to)
{
	return to->bounds > 0 ? grown(from, to, to->bounds - 1) : 0;
}

double sy_service_ticks_past(const struct sy_service_ticks *from, const struct sy_service_ticks *to, double ms)
{
	double within = 0;

	for (size_t i = 0; i < to->bounds; i++)
		if (to->bound_ms[i] <= ms)
			within = grown(from, to, i);
	return sy_service_ticks_all(from, to) - within;
}

double sy_service_ticks_worst_ms(const struct sy_service_ticks *from, const struct sy_service_ticks *to)
{
	const double all = sy_service_ticks_all(from, to);

	if (to->worst_ms > from->worst_ms)
		return to->worst_ms;
	for (size_t i = 0; i < to->bounds; i++)
		if (grown(from, to, i) >= all)
			return to->bound_ms[i];
	return 0;
}
