#include "engine/run/message.h"

#include <limits.h>

#include "engine/run/message_parts.h"

/* An errno; also the sign that an answer is one. */
#define ERRNO_MAX 4095

int sy_message_length(const void *head, size_t *ret_n)
{
	uint32_t n;

	memcpy(&n, head, sizeof n);
	if (n > SY_MESSAGE_BYTES_MAX)
		return E2BIG;
	*ret_n = n;
	return 0;
}

/* Writes the head once the body's length is known; takes the body back where it cannot be sent. */
static int finish(struct sy_message_writer *writer, size_t begin)
{
	size_t n = writer->out->len - begin - SY_MESSAGE_HEAD;
	uint32_t head = (uint32_t)n;

	if (!writer->err && n > SY_MESSAGE_BYTES_MAX)
		writer->err = E2BIG;
	if (!writer->err) {
		memcpy(writer->out->s + begin, &head, sizeof head);
		return 0;
	}
	if (writer->out->s && writer->out->len > begin) {
		writer->out->len = begin;
		writer->out->s[begin] = '\0';
	}
	return writer->err;
}

static void start(struct sy_message_writer *writer, const struct sy_job *job)
{
	put(writer, "\0\0\0", SY_MESSAGE_HEAD);
	put_int(writer, job->kind);
	put_int(writer, job->id);
}

static void put_voice(struct sy_message_writer *writer, const struct sy_voice *voice)
{
	for (size_t i = 0; i < SY_VOICE_DIMS; i++)
		put_real(writer, (double)voice->mean[i]);
	put_real(writer, voice->frames);
}

static void get_voice(struct sy_message_reader *reader, struct sy_voice *voice)
{
	for (size_t i = 0; i < SY_VOICE_DIMS; i++)
		voice->mean[i] = get_float(reader);
	voice->frames = get_real(reader);
}

static void put_hear(struct sy_message_writer *writer, const struct sy_hear_job *hear)
{
	put_int(writer, hear->rate);
	put_int(writer, hear->universals);
	put_voice(writer, &hear->voice);
	put_real(writer, hear->thresholds.accept);
	put_real(writer, hear->thresholds.confirm);
	put_int(writer, (int64_t)hear->n_grammars);
	for (size_t i = 0; i < hear->n_grammars; i++)
		put_text(writer, hear->grammars[i]);
	put_samples(writer, hear->pcm, hear->n);
}

static void get_hear(struct sy_message_reader *reader, struct sy_hear_job *hear)
{
	size_t n;

	hear->rate = (int)get_int(reader, 1, INT_MAX);
	hear->universals = get_int(reader, 0, 1);
	get_voice(reader, &hear->voice);
	hear->thresholds.accept = get_real(reader);
	hear->thresholds.confirm = get_real(reader);
	n = (size_t)get_int(reader, 0, SY_HEAR_GRAMMARS_MAX);
	for (size_t i = 0; i < n && !reader->err; i++) {
		hear->grammars[i] = get_some_text(reader);
		hear->n_grammars += hear->grammars[i] != NULL;
	}
	hear->pcm = get_samples(reader, &hear->n);
}

static void put_say(struct sy_message_writer *writer, const struct sy_say_job *say)
{
	put_text(writer, say->text);
	put_text(writer, say->voice);
	put_real(writer, say->pace);
	put_real(writer, say->gain_db);
	put_int(writer, say->rate);
}

static void get_say(struct sy_message_reader *reader, struct sy_say_job *say)
{
	say->text = get_some_text(reader);
	say->voice = get_text(reader);
	say->pace = get_real(reader);
	say->gain_db = get_real(reader);
	say->rate = (int)get_int(reader, 1, INT_MAX);
}

/* An editor's words, of which there may be more than sy_pairs_set() allows. */
static void get_words_spoken(struct sy_message_reader *reader, struct sy_pairs *words)
{
	size_t n = (size_t)get_int(reader, 0, SY_WORDS_MAX);

	words->at = reader->err ? NULL : calloc(n + 1, sizeof *words->at);
	if (!words->at)
		reader->err = reader->err ? reader->err : ENOMEM;
	for (size_t i = 0; i < n && !reader->err; i++) {
		words->at[i].name = get_some_text(reader);
		words->at[i].value = get_some_text(reader);
		words->n++;
	}
}

int sy_message_ask(const struct sy_job *job, struct sy_text *out)
{
	struct sy_message_writer writer = {.out = out};
	size_t begin = out->len;

	start(&writer, job);
	if (job->kind == SY_JOB_HEAR) {
		put_hear(&writer, &job->hear);
	} else if (job->kind == SY_JOB_SAY) {
		put_say(&writer, &job->say);
	} else if (job->kind == SY_JOB_LEARN) {
		put_text(&writer, job->grammar);
		put_text(&writer, job->jsgf);
		put_text(&writer, job->replaces);
		put_int(&writer, job->pronounces);
		put_pairs(&writer, &job->words);
	} else {
		writer.err = writer.err ? writer.err : EINVAL;
	}
	return finish(&writer, begin);
}

int sy_message_read_ask(const void *body, size_t n, struct sy_job **ret_job)
{
	struct sy_message_reader reader = {.at = body, .left = n};
	struct sy_job *job = calloc(1, sizeof *job);

	if (!job)
		return ENOMEM;
	job->kind = (enum sy_job_kind)get_int(&reader, 0, SY_JOB_KINDS - 1);
	job->id = (uint32_t)get_int(&reader, 0, UINT32_MAX);
	if (job->kind == SY_JOB_HEAR) {
		get_hear(&reader, &job->hear);
	} else if (job->kind == SY_JOB_SAY) {
		get_say(&reader, &job->say);
	} else if (job->kind == SY_JOB_LEARN) {
		job->grammar = get_some_text(&reader);
		job->jsgf = get_some_text(&reader);
		job->replaces = get_text(&reader);
		job->pronounces = get_int(&reader, 0, 1);
		get_words_spoken(&reader, &job->words);
	} else {
		reader.err = EBADMSG;
	}
	if (!reader.err && reader.left)
		reader.err = EBADMSG;
	if (reader.err)
		sy_job_destroy(job);
	else
		*ret_job = job;
	return reader.err;
}

static void put_words(struct sy_message_writer *writer, const struct sy_hypothesis *heard)
{
	put_int(writer, (int64_t)heard->n_words);
	for (size_t i = 0; i < heard->n_words; i++) {
		put_int(writer, heard->words[i].begin_ms);
		put_int(writer, heard->words[i].end_ms);
		put_real(writer, (double)heard->words[i].confidence);
	}
}

static void get_words(struct sy_message_reader *reader, struct sy_hypothesis *heard)
{
	size_t n = (size_t)get_int(reader, 0, SY_HYPOTHESIS_WORDS_MAX);

	for (size_t i = 0; i < n; i++) {
		heard->words[i].begin_ms = (int)get_int(reader, INT_MIN, INT_MAX);
		heard->words[i].end_ms = (int)get_int(reader, INT_MIN, INT_MAX);
		heard->words[i].confidence = get_float(reader);
	}
	heard->n_words = n;
}

static void put_guesses(struct sy_message_writer *writer, const struct sy_guesses *guesses)
{
	put_int(writer, (int64_t)guesses->n);
	for (size_t i = 0; i < guesses->n; i++) {
		put_text(writer, guesses->at[i].word);
		put_real(writer, (double)guesses->at[i].times);
	}
}

static void get_guesses(struct sy_message_reader *reader, struct sy_guesses *guesses)
{
	const int64_t n = get_int(reader, 0, SY_GUESSES_MAX);

	for (int64_t i = 0; i < n && !reader->err; i++) {
		char *word = get_some_text(reader);
		const float times = get_float(reader);

		if (!reader->err)
			reader->err = times > 0 ? sy_guesses_add(guesses, word, times) : EBADMSG;
		free(word);
	}
}

static void put_heard(struct sy_message_writer *writer, const struct sy_hypothesis *heard)
{
	put_text(writer, heard->text);
	put_text(writer, heard->intent);
	put_text(writer, heard->second);
	put_pairs(writer, &heard->slots);
	put_real(writer, heard->confidence);
	put_int(writer, heard->decision);
	put_int(writer, heard->completeness);
	put_int(writer, heard->sounded);
	put_int(writer, heard->audio_ms);
	put_int(writer, heard->decode_ms);
	put_words(writer, heard);
	put_guesses(writer, &heard->guesses);
}

static void get_heard(struct sy_message_reader *reader, struct sy_hypothesis *heard)
{
	heard->text = get_text(reader);
	heard->intent = get_text(reader);
	heard->second = get_text(reader);
	get_pairs(reader, &heard->slots);
	heard->confidence = get_real(reader);
	heard->decision = (enum sy_decision)get_int(reader, SY_REJECT, SY_ACCEPT);
	heard->completeness = (enum sy_completeness)get_int(reader, SY_OUTSIDE, SY_COMPLETE);
	heard->sounded = (enum sy_sounded)get_int(reader, SY_SOUNDED_SPEECH, SY_SOUNDED_CLIPPED);
	heard->audio_ms = (int)get_int(reader, 0, INT_MAX);
	heard->decode_ms = (int)get_int(reader, 0, INT_MAX);
	get_words(reader, heard);
	get_guesses(reader, &heard->guesses);
}

int sy_message_answer(const struct sy_job *job, struct sy_text *out)
{
	struct sy_message_writer writer = {.out = out};
	size_t begin = out->len;

	start(&writer, job);
	put_int(&writer, job->err);
	put_text(&writer, job->why.text);
	if (!job->err && job->kind == SY_JOB_HEAR) {
		put_heard(&writer, &job->hypothesis);
		put_voice(&writer, &job->voice);
	} else if (!job->err && job->kind == SY_JOB_SAY) {
		put_int(&writer, job->sound.rate);
		put_samples(&writer, job->sound.pcm, job->sound.n);
	}
	return finish(&writer, begin);
}

static void get_why(struct sy_message_reader *reader, struct sy_problem *why)
{
	char *text = get_some_text(reader);

	if (text && strlen(text) < sizeof why->text)
		strcpy(why->text, text);
	else
		reader->err = reader->err ? reader->err : EBADMSG;
	free(text);
}

static void get_result(struct sy_message_reader *reader, struct sy_job *result)
{
	result->err = (int)get_int(reader, 0, ERRNO_MAX);
	get_why(reader, &result->why);
	if (reader->err || result->err)
		return;
	if (result->kind == SY_JOB_HEAR) {
		get_heard(reader, &result->hypothesis);
		get_voice(reader, &result->voice);
	} else if (result->kind == SY_JOB_SAY) {
		result->sound.rate = (int)get_int(reader, 0, INT_MAX);
		result->sound.pcm = get_samples(reader, &result->sound.n);
		/* It was asked for at this rate, and playout takes no other. */
		if (!reader->err && result->sound.n && result->sound.rate != result->say.rate)
			reader->err = EBADMSG;
	}
}

int sy_message_read_answer(const void *body, size_t n, struct sy_job *job)
{
	struct sy_message_reader reader = {.at = body, .left = n};
	struct sy_job result = {.kind = job->kind, .say.rate = job->say.rate};

	if (get_int(&reader, 0, SY_JOB_KINDS - 1) != (int64_t)job->kind ||
		get_int(&reader, 0, UINT32_MAX) != (int64_t)job->id)
		reader.err = EBADMSG;
	if (!reader.err)
		get_result(&reader, &result);
	if (!reader.err && reader.left)
		reader.err = EBADMSG;
	if (reader.err) {
		sy_hypothesis_reset(&result.hypothesis);
		sy_sound_reset(&result.sound);
		return reader.err;
	}
	job->err = result.err;
	job->why = result.why;
	job->hypothesis = result.hypothesis;
	job->voice = result.voice;
	job->sound = result.sound;
	return 0;
}
