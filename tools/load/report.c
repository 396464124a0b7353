#include "tools/load/report.h"

#include <stdio.h>
#include <string.h>

/* A contact by live agent at home, by one abroad, by machine: the figures that Sayso is held against. */
#define LITERATURE "literature: $0.32 by machine, $2.35 by an agent abroad, $7.50 at home"

/* A target holds at the promised level only. */
static struct sy_bench_row row_of(
	const struct sy_load_level *level, const char *id, const char *what, const char *unit, double target)
{
	const bool promised = level->calls == SY_LOAD_PROMISED_CALLS && target >= 0;

	return (struct sy_bench_row){.id = id,
		.what = what,
		.unit = unit,
		.kind = promised ? SY_BENCH_AT_MOST : SY_BENCH_NO_TARGET,
		.target = promised ? target : 0};
}

#define NO_TARGET (-1.0)
#define FIRST_WORD_S 0.3

static void add_calls(const struct sy_load_level *level, struct sy_bench_table *table)
{
	const struct sy_crowd_counts *counts = &level->counts;
	const double unplanned = (double)counts->hung_up - level->planned;
	const double dropped =
		(double)(counts->lost + counts->unanswered + counts->refused) + (unplanned > 0 ? unplanned : 0);
	struct sy_bench_row row = row_of(level, "calls_up", "calls up, mean", "", NO_TARGET);

	row.value = counts->up_share * (double)level->calls;
	(void)snprintf(row.note, sizeof(row.note), "of %zu, %.0f s, a turn every %.0f s", level->calls, level->seconds,
		level->turn_every_ms / 1000.0);
	sy_bench_add(table, &row);
	row = row_of(level, "dropped", "calls dropped", "", 0);
	row.value = dropped;
	(void)snprintf(row.note, sizeof(row.note),
		"no packets %llu, no answer %llu, refused %llu; the service ended %llu, of these %.0f after a goodbye "
		"or "
		"to a person",
		(unsigned long long)counts->lost, (unsigned long long)counts->unanswered,
		(unsigned long long)counts->refused, (unsigned long long)counts->hung_up, level->planned);
	sy_bench_add(table, &row);
}

static void add_turns(const struct sy_load_level *level, struct sy_bench_table *table)
{
	const struct sy_load_figures *figures = level->figures;
	struct sy_bench_row row = row_of(level, "turns_minute", "turns of callers a minute", "", NO_TARGET);

	row.value = (double)figures->turns * 60 / level->seconds;
	row.n = figures->turns;
	(void)snprintf(row.note, sizeof(row.note), "answered %llu, not %llu, before their end %llu; transferred %llu",
		(unsigned long long)figures->answered, (unsigned long long)figures->unanswered,
		(unsigned long long)figures->early, (unsigned long long)level->counts.passed);
	sy_bench_add(table, &row);
}

static void add_wait(
	struct sy_bench_table *table, struct sy_bench_row row, const struct sy_histogram *waits, double share)
{
	if (waits->n == 0) {
		sy_bench_skip(table, row.id, row.what, "none was measured");
		return;
	}
	row.value = sy_histogram_quantile(waits, share) / 1000;
	row.n = waits->n;
	(void)snprintf(row.note, sizeof(row.note), "worst %.2f", waits->worst_ms / 1000);
	sy_bench_add(table, &row);
}

/* What has an answer, and what has none and is asked back about. */
static const struct {
	enum sy_load_kind kind;
	const char *id50, *what50, *id95, *what95;
} kinds[] = {
	{SY_LOAD_QUESTION, "question_p50_s", "  questions to the company, median", "question_p95_s",
		"  questions to the company, 95 of 100"},
	{SY_LOAD_ORDER, "order_p50_s", "  orders of coffee, median", "order_p95_s", "  orders of coffee, 95 of 100"},
	{SY_LOAD_SENTENCE, "sentence_p50_s", "  other sentences of telephone calls, median", "sentence_p95_s",
		"  other sentences of telephone calls, 95 of 100"},
	{SY_LOAD_READ, "read_p50_s", "  sentences read aloud, median", "read_p95_s",
		"  sentences read aloud, 95 of 100"},
};

static void add_waits(const struct sy_load_level *level, struct sy_bench_table *table)
{
	const struct sy_load_figures *figures = level->figures;

	add_wait(table, row_of(level, "answer_p50_s", "end of a turn to the answer, median", "s", NO_TARGET),
		&figures->answer, 0.5);
	add_wait(table, row_of(level, "answer_p95_s", "end of a turn to the answer, 95 of 100", "s", 0.8),
		&figures->answer, 0.95);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		add_wait(table, row_of(level, kinds[i].id50, kinds[i].what50, "s", NO_TARGET),
			&figures->of_kind[kinds[i].kind], 0.5);
		add_wait(table, row_of(level, kinds[i].id95, kinds[i].what95, "s", NO_TARGET),
			&figures->of_kind[kinds[i].kind], 0.95);
	}
	add_wait(table, row_of(level, "number_p95_s", "the same after digits that may go on", "s", NO_TARGET),
		&figures->number, 0.95);
	add_wait(table, row_of(level, "interrupt_p50_s", "speech over a prompt until it stops, median", "s", NO_TARGET),
		&figures->interrupt, 0.5);
	add_wait(table, row_of(level, "interrupt_p95_s", "speech over a prompt until it stops, 95 of 100", "s", 0.2),
		&figures->interrupt, 0.95);
	add_wait(table, row_of(level, "first_word_p95_s", "ACK to the first word, 95 of 100", "s", FIRST_WORD_S),
		&figures->first_word, 0.95);
}

static void add_ticks(const struct sy_load_level *level, struct sy_bench_table *table)
{
	const struct sy_service_ticks *from = &level->ticks_begin, *to = &level->ticks_end;
	struct sy_bench_row row = row_of(level, "tick_worst_ms", "worst 20 ms tick, late by", "ms", 10);

	if (to->bounds == 0) {
		sy_bench_skip(table, row.id, row.what, "the service does not tell");
		return;
	}
	row.value = sy_service_ticks_worst_ms(from, to);
	(void)snprintf(row.note, sizeof(row.note),
		"as the service tells, to a step of its histogram; past 10 ms: %.0f of %.0f ticks",
		sy_service_ticks_past(from, to, 10), sy_service_ticks_all(from, to));
	sy_bench_add(table, &row);
	from = &level->own_begin;
	to = &level->own_end;
	if (to->bounds == 0)
		return;
	row = row_of(level, "tick_own_worst_ms", "  of it by its own work", "ms", 10);
	row.value = sy_service_ticks_worst_ms(from, to);
	(void)snprintf(row.note, sizeof(row.note),
		"without the time in which the system did not run its media thread; past 10 ms: %.0f of %.0f ticks",
		sy_service_ticks_past(from, to, 10), sy_service_ticks_all(from, to));
	sy_bench_add(table, &row);
}

static void add_machine(const struct sy_load_level *level, struct sy_bench_table *table)
{
	const struct sy_machine_ticks *machine = &level->machine;
	struct sy_bench_row row = row_of(level, "tick_machine_ms", "  an empty ticker beside it", "ms", NO_TARGET);

	if (machine->n == 0)
		return;
	row.value = machine->worst_ms;
	row.n = machine->n;
	(void)snprintf(row.note, sizeof(row.note), "one on each core, %s; past %d ms: %llu",
		machine->preferred ? "before everything else" : "without priority, as the system grants none",
		SY_MACHINE_LATE_MS, (unsigned long long)machine->past);
	sy_bench_add(table, &row);
}

static void add_packets(const struct sy_load_level *level, struct sy_bench_table *table)
{
	struct sy_bench_row row = row_of(level, "packet_late_ms", "its packets late, 999 of 1000", "ms", NO_TARGET);

	row.value = sy_histogram_quantile(&level->figures->late, 0.999);
	row.n = level->figures->packets;
	(void)snprintf(row.note, sizeof(row.note),
		"against the earliest of the call; worst %.1f, missing %llu; this program's own worst tick %.1f",
		level->figures->late.worst_ms, (unsigned long long)level->figures->gaps, level->counts.worst_tick_ms);
	sy_bench_add(table, &row);
}

static void add_memory(const struct sy_load_level *level, struct sy_bench_table *table)
{
	const double further = (double)level->counts.up_now - (double)level->few;
	const double before = level->idle.main_mb + level->idle.workers_mb;
	const double after = level->end.main_mb + level->end.workers_mb;
	struct sy_bench_row row = row_of(level, "memory_call_mb", "memory of a further call", "MB", 0.5);

	if (further <= 0) {
		sy_bench_skip(table, row.id, row.what, "no further calls");
		return;
	}
	row.value = (after - before) / further;
	(void)snprintf(row.note, sizeof(row.note), "main %.0f to %.0f MB, %zu workers %.0f to %.0f MB (PSS)",
		level->idle.main_mb, level->end.main_mb, level->end.workers, level->idle.workers_mb,
		level->end.workers_mb);
	sy_bench_add(table, &row);
	row = row_of(level, "memory_call_main_mb", "of it in the main process", "MB", NO_TARGET);
	row.value = (level->end.main_mb - level->idle.main_mb) / further;
	(void)snprintf(
		row.note, sizeof(row.note), "%zu to %zu descriptors", level->idle.descriptors, level->end.descriptors);
	sy_bench_add(table, &row);
}

static void add_cost(const struct sy_load_level *level, struct sy_bench_table *table)
{
	const double main_cores = (level->end.main_cpu_s - level->begin.main_cpu_s) / level->seconds;
	const double worker_cores = (level->end.workers_cpu_s - level->begin.workers_cpu_s) / level->seconds;
	const double cores = main_cores + worker_cores;
	struct sy_bench_row row = row_of(level, "cores", "processor cores used", "", NO_TARGET);

	row.value = cores;
	(void)snprintf(row.note, sizeof(row.note), "main %.2f, workers %.2f; this program beside them %.2f", main_cores,
		worker_cores, level->own_cpu_s / level->seconds);
	sy_bench_add(table, &row);
	if (cores <= 0)
		return;
	row = row_of(level, "calls_core", "calls a core", "", NO_TARGET);
	row.value = level->counts.up_share * (double)level->calls / cores;
	const double per_core = row.value;
	sy_bench_add(table, &row);
	if (per_core <= 0)
		return;
	row = row_of(level, "cost_call_usd", "machine cost of a call", "$", NO_TARGET);
	row.value = level->price.core_hour * level->price.call_minutes / 60 / per_core;
	(void)snprintf(row.note, sizeof(row.note), "%.0f minutes at $%.4f a core-hour; " LITERATURE,
		level->price.call_minutes, level->price.core_hour);
	sy_bench_add(table, &row);
}

void sy_load_report(const struct sy_load_level *level, struct sy_bench_table *table)
{
	struct sy_bench_row row = row_of(level, "not_orderly", "the service died or did not end", "", 0);

	add_calls(level, table);
	add_turns(level, table);
	add_waits(level, table);
	add_ticks(level, table);
	add_machine(level, table);
	add_packets(level, table);
	add_memory(level, table);
	add_cost(level, table);
	row.value = level->orderly ? 0 : 1;
	sy_bench_add(table, &row);
}

void sy_load_report_first(const struct sy_load_figures *figures, struct sy_bench_table *table)
{
	const struct sy_bench_row row = {.id = "first_word_fresh_p95_s",
		.what = "ACK to the first word, 95 of 100",
		.unit = "s",
		.kind = SY_BENCH_AT_MOST,
		.target = FIRST_WORD_S};

	add_wait(table, row, &figures->first_word, 0.95);
}
