/*
 * librarian: keeps the edition that new calls get up to date.
 *
 * A thread of its own looks every so often for a newly published version, opens it, and has new speech workers learn it
 * before any call gets it; calls under way keep theirs, and when the last of them has ended its workers are let go. A
 * version that cannot be opened, or that kills speech workers, is set aside: new calls get the newest one that is not,
 * and a person is told (log, metric, /health).
 *
 * Owner: the service. Create and destroy belong to one thread, all else to any.
 */
#ifndef SY_RUN_LIBRARIAN_H
#define SY_RUN_LIBRARIAN_H

#include "engine/run/edition.h"
#include "engine/run/pool.h"
#include "engine/run/status.h"

/* Versions that were set aside are remembered; far more than a person would publish wrong before looking. */
#define SY_LIBRARIAN_ASIDE_MAX 64

struct sy_librarian_prm {
	const char *db; /* path; borrowed for create */
	int poll_s;
	struct sy_pool *pool;       /* these are borrowed; outlive the librarian */
	struct sy_metrics *metrics; /* these may be NULL */
	struct sy_log *log;
	struct sy_status *status;
};

struct sy_librarian;

/* Returns when there is an edition for calls. */
int sy_librarian_create(
	const struct sy_librarian_prm *prm, struct sy_librarian **ret_librarian, struct sy_problem *why);
/* After the last call has ended. NULL is allowed. */
void sy_librarian_destroy(struct sy_librarian *librarian);

/* A hold on the edition that a new call gets. */
struct sy_edition *sy_librarian_edition(struct sy_librarian *librarian);

/* Opens the newest version anew, with the prompts as they are now, and with new workers. */
void sy_librarian_reload(struct sy_librarian *librarian);
/* Two workers died over a turn that was heard with this crew's articles. */
void sy_librarian_blame(struct sy_librarian *librarian, uint32_t crew);

#endif
