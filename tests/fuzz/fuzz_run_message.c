/*
 * Any bytes as a message between the service and a speech worker, at both ends: refused, or a job that is written and
 * read again the same. The first byte says which end, and what was asked for.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/run/message.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_ask(const uint8_t *data, size_t size)
{
	struct sy_job *job = NULL;
	struct sy_job *again = NULL;
	struct sy_text text = {0};

	if (sy_message_read_ask(data, size, &job))
		return;
	if (sy_message_ask(job, &text) || text.len != size + SY_MESSAGE_HEAD ||
		sy_message_read_ask(text.s + SY_MESSAGE_HEAD, size, &again))
		abort();
	sy_text_reset(&text);
	sy_job_destroy(again);
	sy_job_destroy(job);
}

static void read_answer(const uint8_t *data, size_t size, enum sy_job_kind kind)
{
	struct sy_job *job = calloc(1, sizeof *job);
	struct sy_text text = {0};

	if (!job)
		return;
	job->kind = kind;
	job->say.rate = 8000;
	if (size >= 2 * sizeof(int64_t))
		memcpy(&job->id, data + sizeof(int64_t), sizeof job->id);
	if (!sy_message_read_answer(data, size, job) && sy_message_answer(job, &text))
		abort();
	sy_text_reset(&text);
	sy_job_destroy(job);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum sy_job_kind kinds[] = {SY_JOB_HEAR, SY_JOB_SAY, SY_JOB_LEARN};

	if (!size)
		return 0;
	if (data[0] % 4 == 3)
		read_ask(data + 1, size - 1);
	else
		read_answer(data + 1, size - 1, kinds[data[0] % 4]);
	return 0;
}
