#include "engine/run/service.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/run/librarian.h"
#include "engine/run/ticker.h"

struct sy_service {
	const struct sy_config *config;
	char *db;
	struct sy_metrics *metrics;
	struct sy_log *log;
	struct sy_roster *roster;
	struct sy_status *status;
	struct sy_pool *pool;
	struct sy_librarian *_Atomic librarian;
	struct sy_clerk *clerk;
	struct sy_reader *reader;
	struct sy_ticker *ticker;
	atomic_size_t calls;
	atomic_bool draining;
};

/* --- handlers: each on the thread of whoever calls it --- */

static void on_result(void *arg, struct sy_job *job)
{
	struct sy_service *service = arg;

	sy_ticker_result(service->ticker, job);
}

static void on_blamed(void *arg, uint32_t crew)
{
	struct sy_service *service = arg;
	struct sy_librarian *librarian = atomic_load(&service->librarian);

	if (librarian)
		sy_librarian_blame(librarian, crew);
}

static void on_ended(void *arg)
{
	struct sy_service *service = arg;

	atomic_fetch_sub(&service->calls, 1);
}

static void on_guest(void *arg, struct sy_guest *guest)
{
	struct sy_service *service = arg;
	struct sy_edition *edition = sy_librarian_edition(atomic_load(&service->librarian));
	int err = sy_ticker_receive(service->ticker, guest, edition);

	if (!err)
		return;
	sy_log(service->log, SY_LOG_ERROR, "call-not-begun", guest->arrival.id,
		SY_LOG_FIELDS(SY_LOG_TEXT("why", strerror(err))));
	sy_edition_let_go(edition);
	sy_guest_destroy(guest);
	on_ended(service);
}

static const char *pass_to(void *arg, const char *kind)
{
	const struct sy_service *service = arg;
	const struct sy_config *config = service->config;

	if (!strcmp(kind, "audiosocket"))
		return config->handoff.dialplan ? "" : NULL;
	return config->handoff.mode == SY_PASS_DESK ? NULL : config->handoff.target;
}

/* --- making and unmaking --- */

static int open_watch(struct sy_service *service, struct sy_problem *why)
{
	const struct sy_config *config = service->config;
	int err = sy_metrics_create(&service->metrics);
	struct sy_log_prm log = {.path = config->log.file, .level = (enum sy_log_level)config->log.level};

	if (err)
		return err;
	log.metrics = service->metrics;
	err = sy_log_create(&log, &service->log, why);
	if (!err)
		err = sy_roster_create((size_t)config->calls.max, config->http.show_heard, &service->roster);
	if (!err)
		err = sy_status_create(service->metrics, service->roster, &service->status);
	if (!err)
		sy_metrics_set(service->metrics, SY_METRIC_CALLS_LIMIT, NULL, config->calls.max);
	return err;
}

static size_t count_workers(const struct sy_config *config)
{
	long cores = config->workers.count ? config->workers.count : sysconf(_SC_NPROCESSORS_ONLN);

	return cores < 1 ? 1 : cores > SY_CREW_MAX ? SY_CREW_MAX : (size_t)cores;
}

static int open_workers(struct sy_service *service, const char *const *worker)
{
	const struct sy_pool_prm pool = {.argv = worker,
		.n = count_workers(service->config),
		.job_ms = (int64_t)service->config->workers.job_s * 1000,
		.result = on_result,
		.blamed = on_blamed,
		.arg = service,
		.metrics = service->metrics,
		.log = service->log};

	return sy_pool_create(&pool, &service->pool);
}

/* When there is somebody to take what workers say ahead. */
static int open_content(struct sy_service *service, struct sy_problem *why)
{
	const struct sy_librarian_prm prm = {.db = service->db,
		.poll_s = service->config->content.poll_s,
		.pool = service->pool,
		.metrics = service->metrics,
		.log = service->log,
		.status = service->status};
	struct sy_librarian *made = NULL;
	int err = sy_librarian_create(&prm, &made, why);

	atomic_store(&service->librarian, made);
	return err;
}

static int open_threads(struct sy_service *service, struct sy_problem *why)
{
	const struct sy_clerk_prm clerk = {.db = service->db,
		.result = on_result,
		.arg = service,
		.metrics = service->metrics,
		.status = service->status,
		.log = service->log};
	const struct sy_reader_prm reader = {
		.db = service->db, .result = on_result, .guest = on_guest, .arg = service, .log = service->log};
	struct sy_ticker_prm ticker = {.max = (size_t)service->config->calls.max,
		.priority = service->config->media.priority,
		.longest_s = service->config->calls.longest_s,
		.pass_to = pass_to,
		.ended = on_ended,
		.arg = service,
		.pool = service->pool,
		.metrics = service->metrics,
		.log = service->log,
		.roster = service->roster,
		.status = service->status};
	int err = sy_clerk_create(&clerk, &service->clerk, why);

	if (!err)
		err = sy_reader_create(&reader, &service->reader, why);
	sy_config_costs(service->config, &ticker.costs);
	ticker.clerk = service->clerk;
	ticker.reader = service->reader;
	return err ? err : sy_ticker_create(&ticker, &service->ticker, why);
}

static int find_base(struct sy_service *service, struct sy_problem *why)
{
	if (!service->config->content.db[0])
		return sy_store_demo_path(&service->db, why);
	service->db = strdup(service->config->content.db);
	return service->db ? 0 : ENOMEM;
}

int sy_service_create(const struct sy_service_prm *prm, struct sy_service **ret_service, struct sy_problem *why)
{
	struct sy_service *service = calloc(1, sizeof *service);
	int err;

	if (!service)
		return ENOMEM;
	service->config = prm->config;
	err = find_base(service, why);
	if (!err)
		err = open_watch(service, why);
	if (!err)
		err = open_workers(service, prm->worker);
	if (!err)
		err = open_threads(service, why);
	if (!err)
		err = open_content(service, why);
	if (err) {
		sy_service_destroy(service);
		return err;
	}
	sy_status_phase(service->status, SY_PHASE_SERVING);
	*ret_service = service;
	return 0;
}

void sy_service_stop(struct sy_service *service)
{
	atomic_store(&service->draining, true);
	if (service->ticker)
		sy_ticker_stop(service->ticker);
	sy_reader_destroy(service->reader);
	service->reader = NULL;
	if (service->ticker)
		sy_ticker_clear(service->ticker);
}

/* The media thread uses the others until it ends, and they hand it their results until they do. */
void sy_service_destroy(struct sy_service *service)
{
	if (!service)
		return;
	sy_service_stop(service);
	sy_clerk_destroy(service->clerk);
	sy_librarian_destroy(atomic_load(&service->librarian));
	sy_pool_destroy(service->pool);
	sy_ticker_destroy(service->ticker);
	sy_status_destroy(service->status);
	sy_roster_destroy(service->roster);
	sy_log_destroy(service->log);
	sy_metrics_destroy(service->metrics);
	free(service->db);
	free(service);
}

/* --- calls --- */

bool sy_service_room(void *arg)
{
	struct sy_service *service = arg;

	return !atomic_load(&service->draining) && atomic_load(&service->calls) < (size_t)service->config->calls.max;
}

int sy_service_arrive(void *arg, struct sy_arrival *arrival)
{
	struct sy_service *service = arg;
	size_t max = (size_t)service->config->calls.max;
	int err;

	if (atomic_load(&service->draining))
		return ESHUTDOWN;
	if (atomic_fetch_add(&service->calls, 1) >= max) {
		atomic_fetch_sub(&service->calls, 1);
		return EBUSY;
	}
	err = sy_reader_arrive(service->reader, arrival);
	if (!err)
		return 0;
	atomic_fetch_sub(&service->calls, 1);
	return err == EAGAIN ? EBUSY : err;
}

void sy_service_drain(struct sy_service *service)
{
	atomic_store(&service->draining, true);
	sy_status_phase(service->status, SY_PHASE_DRAINING);
}

void sy_service_put_down(struct sy_service *service)
{
	sy_ticker_put_down(service->ticker);
}

size_t sy_service_calls(const struct sy_service *service)
{
	return atomic_load(&service->calls);
}

uint64_t sy_service_beats(const struct sy_service *service)
{
	return sy_ticker_beats(service->ticker);
}

void sy_service_reload(struct sy_service *service)
{
	sy_librarian_reload(atomic_load(&service->librarian));
}

struct sy_log *sy_service_log(struct sy_service *service)
{
	return service->log;
}

struct sy_metrics *sy_service_metrics(struct sy_service *service)
{
	return service->metrics;
}

struct sy_status *sy_service_status(struct sy_service *service)
{
	return service->status;
}

struct sy_roster *sy_service_roster(struct sy_service *service)
{
	return service->roster;
}
