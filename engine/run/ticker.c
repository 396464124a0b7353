#include "engine/run/ticker.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#if defined(__SSE__)
#include <xmmintrin.h>
#endif

#include "base/mailbox.h"
#include "engine/run/seat.h"

#define SECOND_NS 1000000000LL
#define PERIOD_NS (SY_FRAME_MS * 1000000LL / SY_TICKER_PHASES)

/* A call on its way in. */
struct coming {
	struct sy_guest *guest;
	struct sy_edition *edition;
};

/* Where lateness is counted from: when it was last due with nothing behind it, or not long ago. */
struct mark {
	int64_t ns;
	int64_t cpu_ns;  /* used of a processor by then */
	int64_t late_ns; /* then */
	int64_t own_ns;  /* of this its own work */
};

struct sy_ticker {
	struct sy_ticker_prm prm;
	struct sy_mailbox *coming;
	struct sy_mailbox *results;
	int timer_fd;
	pthread_t thread;
	bool started;
	atomic_bool leaving;
	atomic_bool put_down;
	atomic_size_t calls;
	_Atomic uint64_t beats;
	/* the thread's own */
	struct sy_seat **seats; /* prm.max places; the i-th is of phase i % SY_TICKER_PHASES */
	size_t in_phase[SY_TICKER_PHASES];
	uint64_t serial;
	int64_t due_ns;
	struct mark mark;
	int64_t second_ns; /* when the present second of lateness began */
	int64_t worst_ns;  /* in it */
};

static int64_t read_ns(clockid_t clock)
{
	struct timespec now;

	(void)clock_gettime(clock, &now);
	return now.tv_sec * SECOND_NS + now.tv_nsec;
}

static int64_t now_ns(void)
{
	return read_ns(CLOCK_MONOTONIC);
}

static void drop(struct sy_ticker *ticker, const char *what)
{
	struct sy_labels labels = {what, NULL};

	sy_metrics_add(ticker->prm.metrics, SY_METRIC_DROPS, &labels, 1);
}

/* A free place in the phase that has the fewest calls. */
static size_t find_place(const struct sy_ticker *ticker)
{
	size_t best = ticker->prm.max;

	for (size_t i = 0; i < ticker->prm.max; i++)
		if (!ticker->seats[i] && (best == ticker->prm.max || ticker->in_phase[i % SY_TICKER_PHASES] <
									     ticker->in_phase[best % SY_TICKER_PHASES]))
			best = i;
	return best;
}

static void seat_guest(struct sy_ticker *ticker, struct coming *coming)
{
	size_t place = find_place(ticker);
	struct sy_seat_prm prm = {.ticker = &ticker->prm,
		.call = ++ticker->serial * SY_TICKER_MAX + place,
		.guest = coming->guest,
		.edition = coming->edition};
	struct sy_problem why = {0};
	int err;

	if (place == ticker->prm.max) {
		sy_guest_destroy(coming->guest);
		sy_edition_let_go(coming->edition);
		drop(ticker, "other");
		ticker->prm.ended(ticker->prm.arg);
		return;
	}
	err = sy_seat_create(&prm, &ticker->seats[place], &why);
	if (err) {
		sy_log(ticker->prm.log, SY_LOG_ERROR, "call-not-begun", NULL,
			SY_LOG_FIELDS(SY_LOG_TEXT("why", why.text[0] ? why.text : strerror(err))));
		ticker->prm.ended(ticker->prm.arg);
		return;
	}
	ticker->in_phase[place % SY_TICKER_PHASES]++;
	atomic_fetch_add(&ticker->calls, 1);
}

static void free_place(struct sy_ticker *ticker, size_t place)
{
	sy_seat_destroy(ticker->seats[place]);
	ticker->seats[place] = NULL;
	ticker->in_phase[place % SY_TICKER_PHASES]--;
	atomic_fetch_sub(&ticker->calls, 1);
	ticker->prm.ended(ticker->prm.arg);
}

/* A late result of a call that has ended finds another call, or nobody, in its place. */
static void deliver(struct sy_ticker *ticker, struct sy_job *job)
{
	size_t place = job->call % SY_TICKER_MAX;
	struct sy_seat *seat = place < ticker->prm.max ? ticker->seats[place] : NULL;

	if (job->kind == SY_JOB_SAY && !job->err)
		sy_shelf_keep(ticker->prm.shelf, &job->say, &job->sound);
	if (seat && sy_seat_call(seat) == job->call)
		sy_seat_deliver(seat, job);
	else
		sy_job_destroy(job);
}

static void take_messages(struct sy_ticker *ticker)
{
	struct coming *coming;
	struct sy_job *job;

	while ((coming = sy_mailbox_take(ticker->coming))) {
		seat_guest(ticker, coming);
		free(coming);
	}
	while ((job = sy_mailbox_take(ticker->results)))
		deliver(ticker, job);
}

static void put_all_down(struct sy_ticker *ticker)
{
	for (size_t i = 0; i < ticker->prm.max; i++)
		if (ticker->seats[i])
			sy_seat_put_down(ticker->seats[i]);
}

static void tick_phase(struct sy_ticker *ticker, size_t phase)
{
	for (size_t i = phase; i < ticker->prm.max; i += SY_TICKER_PHASES)
		if (ticker->seats[i] && !sy_seat_step(ticker->seats[i]))
			free_place(ticker, i);
}

/* Once a second: was any call late? */
static void judge_second(struct sy_ticker *ticker, int64_t now)
{
	if (now - ticker->second_ns < SECOND_NS)
		return;
	if (ticker->prm.status)
		sy_status_trouble(
			ticker->prm.status, SY_TROUBLE_TICKS, ticker->worst_ns > SY_TICKER_LATE_MS * 1000000LL);
	sy_metrics_highest(ticker->prm.metrics, SY_METRIC_TICK_LATE_WORST, NULL, (double)ticker->worst_ns / SECOND_NS);
	ticker->second_ns = now;
	ticker->worst_ns = 0;
}

/* What the system took away by not running this thread, be it for another or because a virtual machine stood still, is
 * no work of ours. Who is never at ease counts on from a new mark, or what was taken away long ago would hide it. */
static int64_t own_of(struct sy_ticker *ticker, int64_t now, int64_t late)
{
	struct mark *mark = &ticker->mark;
	int64_t cpu = read_ns(CLOCK_THREAD_CPUTIME_ID);
	int64_t not_run = now - mark->ns - (cpu - mark->cpu_ns);
	int64_t own = mark->own_ns + late - mark->late_ns - not_run;

	own = own < 0 ? 0 : own > late ? late : own;
	if (now - mark->ns > SY_TICKER_BEHIND_MS * 1000000LL)
		*mark = (struct mark){now, cpu, late, own};
	return own;
}

/* How late the last call of the phase was: nobody in it was later. */
static void measure(struct sy_ticker *ticker, int64_t began)
{
	int64_t now = now_ns();
	int64_t late = now - ticker->due_ns;
	int64_t own = own_of(ticker, now, late);

	sy_metrics_observe(ticker->prm.metrics, SY_METRIC_TICK_LATE_SECONDS, NULL, (double)late / SECOND_NS);
	sy_metrics_observe(ticker->prm.metrics, SY_METRIC_TICK_OWN_SECONDS, NULL, (double)own / SECOND_NS);
	sy_metrics_observe(ticker->prm.metrics, SY_METRIC_TICK_WORK_SECONDS, NULL, (double)(now - began) / SECOND_NS);
	if (late > ticker->worst_ns)
		ticker->worst_ns = late;
	judge_second(ticker, now);
}

static void one_period(struct sy_ticker *ticker)
{
	uint64_t beat = atomic_fetch_add(&ticker->beats, 1);
	int64_t began = now_ns();

	take_messages(ticker);
	if (atomic_exchange(&ticker->put_down, false))
		put_all_down(ticker);
	tick_phase(ticker, beat % SY_TICKER_PHASES);
	measure(ticker, began);
}

/* Waits for the timer; how many periods have passed. */
static uint64_t wait_for_timer(struct sy_ticker *ticker)
{
	bool at_ease = now_ns() < ticker->due_ns + PERIOD_NS;
	uint64_t passed = 0;

	if (at_ease)
		ticker->mark =
			(struct mark){.ns = ticker->due_ns + PERIOD_NS, .cpu_ns = read_ns(CLOCK_THREAD_CPUTIME_ID)};
	if (read(ticker->timer_fd, &passed, sizeof passed) != (ssize_t)sizeof passed)
		return 0; /* interrupted */
	return passed;
}

/* On a silent line filters fade into numbers so small (denormals) that a processor takes a hundred times as long for
 * each: a hundred quiet callers filled a core. Here they are 0. */
static void forget_denormals(void)
{
#if defined(__SSE__)
	_mm_setcsr(_mm_getcsr() | 0x8040); /* flush to zero, denormals are zero: Intel SDM vol. 1, 10.2.3 */
#elif defined(__aarch64__)
	uint64_t control;

	__asm__ volatile("mrs %0, fpcr" : "=r"(control));
	control |= UINT64_C(1) << 24; /* flush to zero: Arm ARM, FPCR.FZ */
	__asm__ volatile("msr fpcr, %0" : : "r"(control));
#endif
}

static void *work(void *arg)
{
	struct sy_ticker *ticker = arg;
	const uint64_t behind_max = SY_TICKER_BEHIND_MS * 1000000LL / PERIOD_NS;

	(void)pthread_setname_np(pthread_self(), "sayso-media");
	forget_denormals();
	while (!atomic_load(&ticker->leaving)) {
		uint64_t passed = wait_for_timer(ticker);

		for (; passed > behind_max; passed--) {
			ticker->due_ns += PERIOD_NS;
			ticker->mark.late_ns -= PERIOD_NS;
			drop(ticker, "frame");
		}
		for (; passed; passed--) {
			ticker->due_ns += PERIOD_NS;
			one_period(ticker);
		}
	}
	for (size_t i = 0; i < ticker->prm.max; i++)
		if (ticker->seats[i])
			free_place(ticker, i);
	return NULL;
}

static int start_timer(struct sy_ticker *ticker)
{
	struct itimerspec when = {.it_interval = {.tv_nsec = PERIOD_NS}};

	ticker->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	if (ticker->timer_fd < 0)
		return errno;
	ticker->due_ns = ticker->second_ns = now_ns();
	when.it_value.tv_sec = (ticker->due_ns + PERIOD_NS) / SECOND_NS;
	when.it_value.tv_nsec = (ticker->due_ns + PERIOD_NS) % SECOND_NS;
	return timerfd_settime(ticker->timer_fd, TFD_TIMER_ABSTIME, &when, NULL) ? errno : 0;
}

/* Without the right to it the thread is one among others. */
static void prefer(struct sy_ticker *ticker)
{
	const struct sched_param param = {.sched_priority = ticker->prm.priority};
	int err;

	if (!ticker->prm.priority)
		return;
	err = pthread_setschedparam(ticker->thread, SCHED_FIFO, &param);
	if (err)
		sy_log(ticker->prm.log, SY_LOG_WARNING, "media-priority", NULL,
			SY_LOG_FIELDS(SY_LOG_WHOLE("priority", ticker->prm.priority), SY_LOG_TEXT("why", strerror(err)),
				SY_LOG_TEXT("do", "allow it (LimitRTPRIO) or set media.priority to 0")));
}

int sy_ticker_create(const struct sy_ticker_prm *prm, struct sy_ticker **ret_ticker, struct sy_problem *why)
{
	struct sy_ticker *ticker;
	int err;

	if (!prm->max || prm->max > SY_TICKER_MAX)
		return sy_problem_set(why, EINVAL, "1 to %d calls can be carried at once", SY_TICKER_MAX);
	ticker = calloc(1, sizeof *ticker);
	if (!ticker)
		return ENOMEM;
	ticker->prm = *prm;
	ticker->prm.shelf = NULL;
	ticker->timer_fd = -1;
	ticker->seats = calloc(prm->max, sizeof(struct sy_seat *));
	err = ticker->seats ? sy_mailbox_create(prm->max, &ticker->coming) : ENOMEM;
	if (!err)
		err = sy_shelf_create(SY_SHELF_BYTES, &ticker->prm.shelf);
	if (!err)
		err = sy_mailbox_create(SY_TICKER_RESULTS_MAX, &ticker->results);
	if (!err)
		err = start_timer(ticker);
	if (!err)
		err = pthread_create(&ticker->thread, NULL, work, ticker);
	ticker->started = !err;
	if (err) {
		sy_ticker_destroy(ticker);
		return sy_problem_set(why, err, "the media thread cannot be started: %s", strerror(err));
	}
	prefer(ticker);
	*ret_ticker = ticker;
	return 0;
}

void sy_ticker_clear(struct sy_ticker *ticker)
{
	struct coming *coming;
	struct sy_job *job;

	while (ticker->coming && (coming = sy_mailbox_take(ticker->coming))) {
		sy_guest_destroy(coming->guest);
		sy_edition_let_go(coming->edition);
		free(coming);
	}
	while (ticker->results && (job = sy_mailbox_take(ticker->results)))
		sy_job_destroy(job);
}

void sy_ticker_stop(struct sy_ticker *ticker)
{
	if (!ticker->started)
		return;
	atomic_store(&ticker->leaving, true);
	(void)pthread_join(ticker->thread, NULL);
	ticker->started = false;
}

void sy_ticker_destroy(struct sy_ticker *ticker)
{
	if (!ticker)
		return;
	sy_ticker_stop(ticker);
	sy_ticker_clear(ticker);
	sy_mailbox_destroy(ticker->coming);
	sy_mailbox_destroy(ticker->results);
	if (ticker->timer_fd >= 0)
		(void)close(ticker->timer_fd);
	sy_shelf_destroy(ticker->prm.shelf);
	free(ticker->seats);
	free(ticker);
}

int sy_ticker_receive(struct sy_ticker *ticker, struct sy_guest *guest, struct sy_edition *edition)
{
	struct coming *coming = malloc(sizeof *coming);
	int err = ENOMEM;

	if (coming) {
		*coming = (struct coming){guest, edition};
		err = sy_mailbox_put(ticker->coming, coming);
	}
	if (err)
		free(coming);
	return err;
}

void sy_ticker_result(struct sy_ticker *ticker, struct sy_job *job)
{
	if (!sy_mailbox_put(ticker->results, job))
		return;
	drop(ticker, "result");
	sy_job_destroy(job);
}

void sy_ticker_put_down(struct sy_ticker *ticker)
{
	atomic_store(&ticker->put_down, true);
}

size_t sy_ticker_calls(const struct sy_ticker *ticker)
{
	return atomic_load(&ticker->calls);
}

uint64_t sy_ticker_beats(const struct sy_ticker *ticker)
{
	return atomic_load(&ticker->beats);
}
