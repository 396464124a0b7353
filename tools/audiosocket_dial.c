#include "tools/audiosocket_dial.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "audio/audiosocket.h"
#include "audio/frame.h"

/* Louder than this, 20 ms of the engine's carry voice; a silent line is at -96, G.711's own noise at -72. */
#define VOICE_DBFS -50
#define KEY_EVERY_MS 100
#define RATE_MAX 192000
#define PACKET_MS_MAX 60
#define PACKET_MAX (RATE_MAX / 1000 * PACKET_MS_MAX)
#define READ_BYTES 8192
#define HANG_UP_MS 1000

struct dial {
	const struct sy_audiosocket_dial_prm *prm;
	uint64_t begun_ms;
	uint64_t next_ms; /* when the next packet goes */

	/* the script */
	size_t turn; /* the one that plays, or is next */
	bool playing;
	size_t at; /* samples or keys of it sent */
	uint64_t key_ms;
	uint64_t turn_end_ms; /* of speech, or the last key */
	bool ended_speech;
	bool answered; /* since then; the greeting counts as the first answer */

	/* the engine */
	struct sy_audiosocket_reader reader;
	int16_t window[RATE_MAX / 1000 * SY_FRAME_MS];
	size_t n_window;
	bool speaking;
	uint64_t voiced_ms;
	size_t n_said;
	const char *over; /* why the call is over, or NULL */
	enum sy_audiosocket_result result;
};

static uint64_t clock_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* `more` is taken: further members, or NULL. */
static void tell(const struct dial *dial, const char *event, json_t *more)
{
	json_t *line = json_pack("{s:f, s:s}", "t", (double)(clock_ms() - dial->begun_ms) / 1000, "event", event);

	if (line != NULL && more != NULL)
		(void)json_object_update(line, more);
	if (line != NULL && json_dumpf(line, dial->prm->events, JSON_REAL_PRECISION(6) | JSON_COMPACT) == 0) {
		(void)fputc('\n', dial->prm->events);
		(void)fflush(dial->prm->events);
	}
	json_decref(more);
	json_decref(line);
}

static void end_call(struct dial *dial, const char *why, enum sy_audiosocket_result result)
{
	if (dial->over != NULL)
		return;
	dial->over = why;
	dial->result = result;
}

/* The engine's end is as good as ours once everything was played and answered. */
static void on_engine_end(struct dial *dial, const char *why)
{
	const bool last = dial->playing && dial->ended_speech && dial->turn + 1 == dial->prm->script->n;
	const bool all = last || dial->turn == dial->prm->script->n;

	end_call(dial, why, all && (dial->answered || dial->prm->stay) ? SY_AUDIOSOCKET_PLAYED : SY_AUDIOSOCKET_ENDED);
}

static void on_voice(struct dial *dial, uint64_t now)
{
	if (!dial->speaking)
		tell(dial, "speaks", NULL);
	dial->speaking = true;
	dial->voiced_ms = now;
	if (dial->answered || dial->playing)
		return;
	dial->answered = true;
	tell(dial, "answer", json_pack("{s:f}", "after_s", (double)(now - dial->turn_end_ms) / 1000));
}

static void on_sound(void *arg, int rate, const int16_t *pcm, size_t n)
{
	struct dial *dial = arg;
	const size_t frame = (size_t)rate * SY_FRAME_MS / 1000;

	dial->n_said += n;
	if (dial->prm->said != NULL)
		(void)sy_sound_append(dial->prm->said, pcm, n);
	while (n > 0) {
		const size_t room = frame - dial->n_window, piece = n < room ? n : room;
		memcpy(dial->window + dial->n_window, pcm, piece * sizeof(*pcm));
		dial->n_window += piece;
		pcm += piece;
		n -= piece;
		if (dial->n_window < frame)
			return;
		if (sy_level_dbfs(dial->window, frame) > VOICE_DBFS)
			on_voice(dial, clock_ms());
		dial->n_window = 0;
	}
}

static void on_message(void *arg, uint8_t kind, const uint8_t *payload, size_t n)
{
	(void)payload;
	(void)n;
	if (kind == SY_AUDIOSOCKET_HANG_UP)
		on_engine_end(arg, "hang-up");
	else if (kind == SY_AUDIOSOCKET_ERROR)
		on_engine_end(arg, "error");
}

static void take_bytes(struct dial *dial)
{
	const struct sy_audiosocket_found found = {on_sound, on_message, dial};
	uint8_t bytes[READ_BYTES];
	struct sy_problem why = {0};
	const ssize_t n = recv(dial->prm->fd, bytes, sizeof(bytes), MSG_DONTWAIT);

	if (n == 0)
		on_engine_end(dial, "closed");
	else if (n < 0 && errno != EAGAIN && errno != EINTR)
		on_engine_end(dial, "reset");
	else if (n > 0 && sy_audiosocket_read(&dial->reader, bytes, (size_t)n, &found, &why) != 0)
		on_engine_end(dial, why.text[0] != '\0' ? "no message" : "protocol");
}

static void put(struct dial *dial, const uint8_t *bytes, size_t n)
{
	while (n > 0 && dial->over == NULL) {
		const ssize_t sent = send(dial->prm->fd, bytes, n, MSG_NOSIGNAL);
		if (sent < 0 && errno != EINTR)
			return; /* what has come is read first, and then tells why */
		bytes += sent > 0 ? sent : 0;
		n -= sent > 0 ? (size_t)sent : 0;
	}
}

static void put_message(struct dial *dial, uint8_t kind, const void *payload, size_t n)
{
	uint8_t bytes[SY_AUDIOSOCKET_HEADER_BYTES + SY_AUDIOSOCKET_UUID_BYTES];

	put(dial, bytes, sy_audiosocket_write(kind, payload, n, bytes));
}

static void end_speech(struct dial *dial)
{
	dial->ended_speech = true;
	dial->turn_end_ms = clock_ms();
	tell(dial, "turn-end", json_pack("{s:i}", "turn", (int)dial->turn));
}

static void end_turn(struct dial *dial)
{
	if (!dial->ended_speech)
		end_speech(dial);
	dial->playing = false;
	dial->answered = false;
	dial->turn++;
}

static bool quiet(const struct dial *dial, uint64_t now)
{
	return now - dial->voiced_ms >= dial->prm->quiet_ms && now - dial->turn_end_ms >= dial->prm->quiet_ms;
}

static void begin_turn_when_due(struct dial *dial, uint64_t now)
{
	const struct sy_audiosocket_turn *turn = &dial->prm->script->turns[dial->turn];
	const bool due = turn->at_s >= 0 ? now - dial->begun_ms >= (uint64_t)(turn->at_s * 1000)
					 : dial->answered && quiet(dial, now);

	if (!due)
		return;
	dial->playing = true;
	dial->ended_speech = false;
	dial->at = 0;
	dial->key_ms = now;
	tell(dial, "turn", json_pack("{s:i, s:s}", "turn", (int)dial->turn, "what", turn->text));
}

static void send_key_when_due(struct dial *dial, uint64_t now)
{
	const struct sy_audiosocket_turn *turn = &dial->prm->script->turns[dial->turn];

	if (now < dial->key_ms)
		return;
	put_message(dial, SY_AUDIOSOCKET_KEY, turn->keys + dial->at, 1);
	dial->key_ms = now + KEY_EVERY_MS;
	if (++dial->at == turn->n_keys)
		end_turn(dial);
}

/* The turn's next samples, silence behind them. */
static void fill_packet(struct dial *dial, int16_t *pcm, size_t n)
{
	const struct sy_audiosocket_turn *turn = &dial->prm->script->turns[dial->turn];
	const size_t left = turn->sound.n - dial->at;
	const size_t take = left < n ? left : n;

	memcpy(pcm, turn->sound.pcm + dial->at, take * sizeof(*pcm));
	dial->at += take;
	if (!dial->ended_speech && dial->at >= turn->speech_end)
		end_speech(dial);
	if (dial->at == turn->sound.n)
		end_turn(dial);
}

static void send_packet(struct dial *dial, uint64_t now)
{
	static int16_t pcm[PACKET_MAX];
	static uint8_t bytes[SY_AUDIOSOCKET_HEADER_BYTES + sizeof(pcm)];
	const size_t n = (size_t)dial->prm->rate * dial->prm->packet_ms / 1000;

	memset(pcm, 0, n * sizeof(*pcm));
	if (!dial->playing && dial->turn < dial->prm->script->n)
		begin_turn_when_due(dial, now);
	if (dial->playing && dial->prm->script->turns[dial->turn].keys != NULL)
		send_key_when_due(dial, now);
	else if (dial->playing)
		fill_packet(dial, pcm, n);
	put(dial, bytes, sy_audiosocket_write_sound(dial->prm->rate, pcm, n, bytes));
}

static void look_at_time(struct dial *dial, uint64_t now)
{
	const bool waits = !dial->playing && !dial->answered;

	if (dial->speaking && now - dial->voiced_ms >= dial->prm->quiet_ms) {
		dial->speaking = false;
		tell(dial, "quiet", NULL);
	}
	if (now - dial->begun_ms >= dial->prm->longest_ms)
		end_call(dial, "too long", SY_AUDIOSOCKET_UNANSWERED);
	else if (waits && now - dial->turn_end_ms >= dial->prm->patience_ms && !dial->prm->stay)
		end_call(dial, "no answer", SY_AUDIOSOCKET_UNANSWERED);
	else if (dial->turn == dial->prm->script->n && dial->answered && quiet(dial, now) && !dial->prm->stay)
		end_call(dial, "all played", SY_AUDIOSOCKET_PLAYED);
}

static void wait_and_take(struct dial *dial)
{
	const uint64_t now = clock_ms();
	struct pollfd fd = {.fd = dial->prm->fd, .events = POLLIN};

	if (poll(&fd, 1, now < dial->next_ms ? (int)(dial->next_ms - now) : 0) > 0)
		take_bytes(dial);
}

static bool ours(const struct dial *dial)
{
	return strcmp(dial->over, "all played") == 0 || strcmp(dial->over, "no answer") == 0 ||
	       strcmp(dial->over, "too long") == 0;
}

/* Reads what is still said, so that the engine is not reset while it reads our 00. */
static void hang_up(const struct dial *dial)
{
	static const uint8_t bye[SY_AUDIOSOCKET_HEADER_BYTES] = {SY_AUDIOSOCKET_HANG_UP};
	const uint64_t until = clock_ms() + HANG_UP_MS;
	struct pollfd fd = {.fd = dial->prm->fd, .events = POLLIN};
	uint8_t bytes[READ_BYTES];

	if (ours(dial))
		(void)send(fd.fd, bye, sizeof(bye), MSG_NOSIGNAL);
	(void)shutdown(fd.fd, SHUT_WR);
	while (clock_ms() < until && poll(&fd, 1, HANG_UP_MS) > 0 &&
		recv(fd.fd, bytes, sizeof(bytes), MSG_DONTWAIT) > 0)
		;
}

enum sy_audiosocket_result sy_audiosocket_dial(const struct sy_audiosocket_dial_prm *prm)
{
	struct dial *dial = calloc(1, sizeof(*dial));
	char uuid[SY_AUDIOSOCKET_UUID_TEXT_BYTES];

	if (dial == NULL)
		return SY_AUDIOSOCKET_UNCONNECTED;
	dial->prm = prm;
	dial->begun_ms = dial->next_ms = dial->turn_end_ms = dial->voiced_ms = clock_ms();
	sy_audiosocket_uuid_text(prm->uuid, uuid);
	tell(dial, "connected", json_pack("{s:s}", "uuid", uuid));
	put_message(dial, SY_AUDIOSOCKET_UUID, prm->uuid, SY_AUDIOSOCKET_UUID_BYTES);
	while (dial->over == NULL) {
		const uint64_t now = clock_ms();
		if (now >= dial->next_ms) {
			dial->next_ms += prm->packet_ms;
			send_packet(dial, now);
		}
		wait_and_take(dial);
		look_at_time(dial, clock_ms());
	}
	tell(dial, "end",
		json_pack("{s:s, s:b, s:f}", "why", dial->over, "ours", ours(dial), "said_s",
			(double)dial->n_said / prm->rate));
	hang_up(dial);
	const enum sy_audiosocket_result result = dial->result;
	free(dial);
	return result;
}
