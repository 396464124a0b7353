#include "engine/run/metrics_table.h"

#define VALUES(...) ((const char *const[]){__VA_ARGS__, NULL})
#define BOUNDS(...) ((const double[]){__VA_ARGS__, 0})

#define KIND                                                                                                           \
	{                                                                                                              \
		"kind", VALUES("sip", "audiosocket", "other")                                                          \
	}
#define RESULT                                                                                                         \
	{                                                                                                              \
		"result", VALUES("done", "failed")                                                                     \
	}

/* Promised: an answer within 0.4 s (p50) and 0.8 s (p95) of the turn's end; a caller who stays longer hears dead air.
 */
#define ANSWER_BOUNDS BOUNDS(.1, .2, .3, .4, .5, .6, .8, 1, 1.5, 2, 2.5, 3, 4, 5, 10)
/* Promised: a prompt stops within 0.2 s (p95). */
#define BARGE_IN_BOUNDS BOUNDS(.02, .04, .06, .08, .1, .12, .15, .2, .25, .3, .5, 1)
/* Work of a speech worker: a 3 s turn decodes in some 70 ms, a sentence is synthesised in some 30 ms. */
#define WORK_BOUNDS BOUNDS(.005, .01, .02, .03, .05, .07, .1, .15, .2, .3, .5, 1, 2, 5)
/* Promised: the worst tick is at most 10 ms late; past 20 ms a frame is missed. */
#define TICK_BOUNDS BOUNDS(.0001, .00025, .0005, .001, .002, .003, .005, .0075, .01, .015, .02, .04, .1, 1)
#define CALL_BOUNDS BOUNDS(5, 10, 20, 30, 45, 60, 90, 120, 180, 300, 600, 1800, 3600)

const struct sy_metric_row sy_metric_table[] = {
	[SY_METRIC_BUILD_INFO] = {"sayso_build_info", SY_METRIC_GAUGE, NULL, "The version that runs; always 1.",
		{{"version", VALUES(SAYSO_VERSION)}}, NULL},
	[SY_METRIC_KB_VERSION] = {"sayso_knowledge_base_version", SY_METRIC_GAUGE, NULL,
		"Version of the knowledge base that new calls get.", {{0}}, NULL},
	[SY_METRIC_DRAINING] = {"sayso_draining", SY_METRIC_GAUGE, NULL,
		"1 while no new calls are taken because the service is ending.", {{0}}, NULL},
	[SY_METRIC_CALLS] = {"sayso_calls_total", SY_METRIC_COUNTER, NULL, "Calls that have ended, by how.",
		{KIND, {"outcome", VALUES("answered", "goodbye", "handoff", "hangup", "abandoned", "error", "other")}},
		NULL},
	[SY_METRIC_CALLS_IN_PROGRESS] = {"sayso_calls_in_progress", SY_METRIC_GAUGE, NULL, "Calls that are up.", {KIND},
		NULL},
	[SY_METRIC_CALLS_LIMIT] = {"sayso_calls_limit", SY_METRIC_GAUGE, NULL,
		"Calls that may be up at once; more are refused.", {{0}}, NULL},
	[SY_METRIC_CALL_SECONDS] = {"sayso_call_seconds", SY_METRIC_HISTOGRAM, "seconds", "How long calls lasted.",
		{KIND}, CALL_BOUNDS},
	[SY_METRIC_TURNS] = {"sayso_turns_total", SY_METRIC_COUNTER, NULL,
		"Turns of callers, by what they sounded like.",
		{{"sounded", VALUES("speech", "silence", "noise", "clipped")}}, NULL},
	[SY_METRIC_DECISIONS] = {"sayso_decisions_total", SY_METRIC_COUNTER, NULL,
		"Turns by how sure the engine was: accepted, asked back, or not understood.",
		{{"decision", VALUES("accept", "confirm", "reject")}}, NULL},
	[SY_METRIC_KEYS] = {"sayso_keys_total", SY_METRIC_COUNTER, NULL, "Keys that callers pressed.", {{0}}, NULL},
	[SY_METRIC_SILENCES] = {"sayso_silences_total", SY_METRIC_COUNTER, NULL,
		"Times that a caller was asked and said nothing.", {{0}}, NULL},
	[SY_METRIC_ANSWERS] = {"sayso_answers_total", SY_METRIC_COUNTER, NULL, "Articles that were answered.", {{0}},
		NULL},
	[SY_METRIC_PROMPTS] = {"sayso_prompts_total", SY_METRIC_COUNTER, NULL,
		"Prompts that callers heard, whole or until they interrupted.",
		{{"heard", VALUES("whole", "interrupted")}}, NULL},
	[SY_METRIC_HANDOFFS] = {"sayso_handoffs_total", SY_METRIC_COUNTER, NULL, "Callers passed to a person, by why.",
		{{"reason", VALUES("asked", "unsure", "silence", "article", "other")}}, NULL},
	[SY_METRIC_FIRST_WORD_SECONDS] = {"sayso_first_word_seconds", SY_METRIC_HISTOGRAM, "seconds",
		"From the beginning of a call to our first sound.", {{0}}, ANSWER_BOUNDS},
	[SY_METRIC_ANSWER_SECONDS] = {"sayso_answer_seconds", SY_METRIC_HISTOGRAM, "seconds",
		"From the end of a caller's turn to our first sound; digits that might go on wait longer on purpose "
		"and "
		"are turn=number.",
		{{"turn", VALUES("sentence", "number")}}, ANSWER_BOUNDS},
	[SY_METRIC_BARGE_IN_SECONDS] = {"sayso_barge_in_seconds", SY_METRIC_HISTOGRAM, "seconds",
		"From the first sound of a caller over a prompt to the prompt's end.", {{0}}, BARGE_IN_BOUNDS},
	[SY_METRIC_DECODE_SECONDS] = {"sayso_decode_seconds", SY_METRIC_HISTOGRAM, "seconds",
		"Time to recognise a turn.", {{0}}, WORK_BOUNDS},
	[SY_METRIC_SYNTHESIS_SECONDS] = {"sayso_synthesis_seconds", SY_METRIC_HISTOGRAM, "seconds",
		"Time to make the sound of a sentence, or to find it in the cache.", {{0}}, WORK_BOUNDS},
	[SY_METRIC_WORKERS] = {"sayso_workers", SY_METRIC_GAUGE, NULL, "Speech workers that are alive.", {{0}}, NULL},
	[SY_METRIC_WORKERS_WANTED] = {"sayso_workers_wanted", SY_METRIC_GAUGE, NULL,
		"Speech workers that should be alive.", {{0}}, NULL},
	[SY_METRIC_WORKER_RESTARTS] = {"sayso_worker_restarts_total", SY_METRIC_COUNTER, NULL,
		"Speech workers that died and were started again.", {{0}}, NULL},
	[SY_METRIC_WORKER_JOBS] = {"sayso_worker_jobs_total", SY_METRIC_COUNTER, NULL,
		"Jobs of speech workers, by result.",
		{{"job", VALUES("hear", "say", "learn", "other")},
			{"result", VALUES("done", "failed", "retried", "late", "other")}},
		NULL},
	[SY_METRIC_WORKER_QUEUE] = {"sayso_worker_queue", SY_METRIC_GAUGE, NULL, "Jobs that wait for a speech worker.",
		{{0}}, NULL},
	[SY_METRIC_WORKER_WAIT_SECONDS] = {"sayso_worker_wait_seconds", SY_METRIC_HISTOGRAM, "seconds",
		"How long jobs waited for a speech worker.", {{0}}, WORK_BOUNDS},
	[SY_METRIC_VERSIONS_SET_ASIDE] = {"sayso_versions_set_aside_total", SY_METRIC_COUNTER, NULL,
		"Versions of the knowledge base that were refused because they killed a worker twice.", {{0}}, NULL},
	[SY_METRIC_RELOADS] = {"sayso_reloads_total", SY_METRIC_COUNTER, NULL, "Reloads of content and configuration.",
		{RESULT}, NULL},
	[SY_METRIC_DROPS] = {"sayso_drops_total", SY_METRIC_COUNTER, NULL,
		"What was given up because a queue was full or its receiver was gone.",
		{{"what", VALUES("event", "job", "result", "message", "frame", "log-line", "other")}}, NULL},
	[SY_METRIC_RTP_PACKETS] = {"sayso_rtp_packets_total", SY_METRIC_COUNTER, NULL, "RTP packets.",
		{{"direction", VALUES("in", "out")}}, NULL},
	[SY_METRIC_RTP_FAULTS] = {"sayso_rtp_faults_total", SY_METRIC_COUNTER, NULL,
		"RTP packets that did not come, came too late, were made up for, came from a stranger, or were no RTP "
		"of the call's.",
		{{"fault", VALUES("lost", "late", "concealed", "foreign", "refused", "other")}}, NULL},
	[SY_METRIC_SIP_MESSAGES] = {"sayso_sip_messages_total", SY_METRIC_COUNTER, NULL, "SIP messages received.",
		{{0}}, NULL},
	[SY_METRIC_SIP_INVITES] = {"sayso_sip_invites_total", SY_METRIC_COUNTER, NULL, "SIP calls that were offered.",
		{{0}}, NULL},
	[SY_METRIC_SIP_REFUSALS] = {"sayso_sip_refusals_total", SY_METRIC_COUNTER, NULL,
		"SIP requests that were refused or, past the rate limit, dropped; by cause.",
		{{"cause", VALUES("source", "password", "full", "draining", "media", "message", "rate", "other")}},
		NULL},
	[SY_METRIC_SIP_ENDINGS] = {"sayso_sip_endings_total", SY_METRIC_COUNTER, NULL,
		"SIP calls that ended in another way than by a BYE.",
		{{"cause", VALUES("unacknowledged", "cancelled", "silent", "too-long", "other")}}, NULL},
	[SY_METRIC_SIP_TRANSFERS] = {"sayso_sip_transfers_total", SY_METRIC_COUNTER, NULL, "SIP transfers to a person.",
		{RESULT}, NULL},
	[SY_METRIC_SIP_REGISTERED] = {"sayso_sip_registered", SY_METRIC_GAUGE, NULL,
		"Trunks that we are registered with.", {{0}}, NULL},
	[SY_METRIC_SIP_REGISTRATIONS] = {"sayso_sip_registrations_total", SY_METRIC_COUNTER, NULL,
		"Registrations with trunks, refreshes included.", {RESULT}, NULL},
	[SY_METRIC_AUTH_FAILURES] = {"sayso_auth_failures_total", SY_METRIC_COUNTER, NULL,
		"Wrong passwords, by what asked.", {{"by", VALUES("sip", "http", "other")}}, NULL},
	[SY_METRIC_AUDIOSOCKET_REFUSALS] = {"sayso_audiosocket_refusals_total", SY_METRIC_COUNTER, NULL,
		"AudioSocket connections that were refused, by cause.",
		{{"cause", VALUES("source", "full", "draining", "message", "timeout", "other")}}, NULL},
	[SY_METRIC_TICK_LATE_SECONDS] = {"sayso_tick_late_seconds", SY_METRIC_HISTOGRAM, "seconds",
		"How late the media thread's 20 ms ticks began.", {{0}}, TICK_BOUNDS},
	[SY_METRIC_TICK_OWN_SECONDS] = {"sayso_tick_own_late_seconds", SY_METRIC_HISTOGRAM, "seconds",
		"The same, less the time in which the system did not run the media thread: what its own work made of "
		"it.",
		{{0}}, TICK_BOUNDS},
	[SY_METRIC_TICK_LATE_WORST] = {"sayso_tick_late_worst_seconds", SY_METRIC_GAUGE, "seconds",
		"The latest tick since the start.", {{0}}, NULL},
	[SY_METRIC_TICK_WORK_SECONDS] = {"sayso_tick_work_seconds", SY_METRIC_HISTOGRAM, "seconds",
		"How long the work of a tick took, all calls together.", {{0}}, TICK_BOUNDS},
	[SY_METRIC_RECORDS_WAITING] = {"sayso_records_waiting", SY_METRIC_GAUGE, NULL,
		"Events and hand-offs of calls that wait to be written to the base.", {{0}}, NULL},
	[SY_METRIC_RECORDS_LOST] = {"sayso_records_lost_total", SY_METRIC_COUNTER, NULL,
		"Events of calls that could not be written to the base.", {{0}}, NULL},
	[SY_METRIC_HTTP_REQUESTS] = {"sayso_http_requests_total", SY_METRIC_COUNTER, NULL,
		"HTTP requests, by class of the status.", {{"class", VALUES("2xx", "3xx", "4xx", "5xx", "other")}},
		NULL},
	[SY_METRIC_LOG_LINES] = {"sayso_log_lines_total", SY_METRIC_COUNTER, NULL, "Lines written to the log.",
		{{"level", VALUES("error", "warning", "info", "debug")}}, NULL},
	[SY_METRIC_PROCESS_RESIDENT] = {"sayso_process_resident_bytes", SY_METRIC_GAUGE, "bytes",
		"Memory of the main process, without its speech workers.", {{0}}, NULL},
	[SY_METRIC_WORKERS_RESIDENT] = {"sayso_workers_resident_bytes", SY_METRIC_GAUGE, "bytes",
		"Memory of all speech workers.", {{0}}, NULL},
	[SY_METRIC_PROCESS_DESCRIPTORS] = {"sayso_process_open_descriptors", SY_METRIC_GAUGE, NULL,
		"Open file descriptors of the main process.", {{0}}, NULL},
	[SY_METRIC_PROCESS_DESCRIPTORS_MAX] = {"sayso_process_max_descriptors", SY_METRIC_GAUGE, NULL,
		"File descriptors that the main process may open.", {{0}}, NULL},
	[SY_METRIC_PROCESS_THREADS] = {"sayso_process_threads", SY_METRIC_GAUGE, NULL, "Threads of the main process.",
		{{0}}, NULL},
	[SY_METRIC_PROCESS_CPU] = {"sayso_process_cpu_seconds_total", SY_METRIC_COUNTER, "seconds",
		"Processor time of the main process, without its speech workers.", {{0}}, NULL},
	[SY_METRIC_PROCESS_START] = {"sayso_process_start_time_seconds", SY_METRIC_GAUGE, "seconds",
		"When the service began, in seconds since 1970.", {{0}}, NULL},
};

_Static_assert(sizeof sy_metric_table / sizeof *sy_metric_table == SY_METRIC_N, "one row for each metric");

const char *sy_metric_type_name(enum sy_metric_type type)
{
	static const char *const names[] = {"counter", "gauge", "histogram"};

	return names[type];
}
