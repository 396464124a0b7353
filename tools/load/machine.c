#include "tools/load/machine.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#define SECOND_NS 1000000000LL
#define MS_NS 1000000LL

struct core {
	pthread_t thread;
	atomic_bool *leaving;
	_Atomic uint64_t n, past, worst_ns;
};

struct sy_machine {
	struct core cores[SY_MACHINE_CORES_MAX];
	size_t n;
	bool preferred;
	atomic_bool leaving;
};

static int64_t now_ns(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * SECOND_NS + now.tv_nsec;
}

static void note(struct core *core, int64_t late_ns)
{
	atomic_fetch_add(&core->n, 1);
	atomic_fetch_add(&core->past, late_ns >= SY_MACHINE_LATE_MS * MS_NS ? 1 : 0);
	if (late_ns > (int64_t)atomic_load(&core->worst_ns))
		atomic_store(&core->worst_ns, (uint64_t)late_ns);
}

static void *tick(void *arg)
{
	struct core *core = arg;
	int64_t due_ns = now_ns();

	while (!atomic_load(core->leaving)) {
		due_ns += SY_MACHINE_PERIOD_MS * MS_NS;
		const struct timespec due = {.tv_sec = due_ns / SECOND_NS, .tv_nsec = due_ns % SECOND_NS};
		while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &due, NULL) == EINTR)
			;
		note(core, now_ns() - due_ns);
	}
	return NULL;
}

static int start(struct sy_machine *machine, int number)
{
	const struct sched_param param = {.sched_priority = SY_MACHINE_PRIORITY};
	struct core *core = &machine->cores[machine->n];
	cpu_set_t here;

	core->leaving = &machine->leaving;
	const int err = pthread_create(&core->thread, NULL, tick, core);
	if (err != 0)
		return err;
	machine->n++;
	CPU_ZERO(&here);
	CPU_SET((unsigned)number, &here);
	(void)pthread_setaffinity_np(core->thread, sizeof(here), &here);
	if (pthread_setschedparam(core->thread, SCHED_FIFO, &param) != 0)
		machine->preferred = false;
	return 0;
}

int sy_machine_create(struct sy_machine **ret_machine)
{
	struct sy_machine *machine = calloc(1, sizeof(*machine));
	cpu_set_t ours;
	int err = 0;

	if (machine == NULL)
		return ENOMEM;
	machine->preferred = true;
	CPU_ZERO(&ours);
	if (sched_getaffinity(0, sizeof(ours), &ours) != 0)
		err = errno;
	for (int i = 0; err == 0 && i < CPU_SETSIZE && machine->n < SY_MACHINE_CORES_MAX; i++)
		if (CPU_ISSET((unsigned)i, &ours))
			err = start(machine, i);
	if (err != 0)
		sy_machine_destroy(machine);
	else
		*ret_machine = machine;
	return err;
}

void sy_machine_destroy(struct sy_machine *machine)
{
	if (machine == NULL)
		return;
	atomic_store(&machine->leaving, true);
	for (size_t i = 0; i < machine->n; i++)
		(void)pthread_join(machine->cores[i].thread, NULL);
	free(machine);
}

struct sy_machine_ticks sy_machine_ticks(const struct sy_machine *machine)
{
	struct sy_machine_ticks ticks = {.preferred = machine->preferred};
	uint64_t worst_ns = 0;

	for (size_t i = 0; i < machine->n; i++) {
		const struct core *core = &machine->cores[i];
		const uint64_t worst = atomic_load(&core->worst_ns);
		ticks.n += atomic_load(&core->n);
		ticks.past += atomic_load(&core->past);
		worst_ns = worst > worst_ns ? worst : worst_ns;
	}
	ticks.worst_ms = (double)worst_ns / MS_NS;
	return ticks;
}

void sy_machine_forget(struct sy_machine *machine)
{
	for (size_t i = 0; i < machine->n; i++) {
		atomic_store(&machine->cores[i].n, 0);
		atomic_store(&machine->cores[i].past, 0);
		atomic_store(&machine->cores[i].worst_ns, 0);
	}
}
