#include "audio/bridge_audiosocket.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "audio/resampler.h"

#define TICKS(ms) ((ms) / SY_FRAME_MS)
/* At 192 kHz 20 ms are 7,683 bytes: two reads, and as many again to catch up after a stall. */
#define READ_BYTES 4096
#define READS_A_TICK 4
/* A frame at the highest rate; a resampler may give a sample or two more than its share. */
#define WIRE_FRAME_MAX (192000 / 1000 * SY_FRAME_MS + 8)
/* Below this a frame carries nothing that a recogniser or a person would miss. */
#define QUIET_DBFS -45
/* While the caller never pauses, a frame a second is left out all the same. */
#define LEAVE_OUT_TICKS TICKS(1000)
#define TEXT_BYTES 160

enum phase { PHASE_TALKING, PHASE_FLUSHING, PHASE_CLOSING, PHASE_OVER };

struct caller {
	int fd;
	int rate;
	size_t frame;
	bool cut;
	void (*left)(void *arg, struct sy_audiosocket_left *left);
	void *arg;

	enum phase phase;
	enum sy_audiosocket_end end; /* once over */
	enum sy_passing passing;
	char text[TEXT_BYTES];
	unsigned ticks_unheard;
	unsigned ticks_untaken;
	unsigned ticks_leaving;
	struct sy_audiosocket_counts counts;

	struct sy_audiosocket_reader reader;
	int wire_rate; /* in which the caller's sound comes and ours goes */
	unsigned ticks_rate;
	struct sy_resampler *from_wire;
	struct sy_resampler *to_wire;
	int16_t *heard; /* at the bridge's rate, not exchanged yet */
	size_t n_heard;
	size_t heard_max; /* from here on nothing more is read */
	bool sounded;
	unsigned ticks_delayed;
	char keys[SY_BRIDGE_AUDIOSOCKET_KEYS_MAX];
	size_t n_keys;

	uint8_t *out; /* whole messages, the first perhaps begun */
	size_t n_out;
	size_t out_max;
};

const char *sy_audiosocket_end_name(enum sy_audiosocket_end end)
{
	static const char *const names[SY_AUDIOSOCKET_ENDS] = {
		[SY_AUDIOSOCKET_END_HANG_UP] = "hang-up",
		[SY_AUDIOSOCKET_END_CLOSED] = "closed",
		[SY_AUDIOSOCKET_END_BROKEN] = "broken",
		[SY_AUDIOSOCKET_END_ERROR] = "error",
		[SY_AUDIOSOCKET_END_PROTOCOL] = "protocol",
		[SY_AUDIOSOCKET_END_SILENT] = "silent",
		[SY_AUDIOSOCKET_END_STUCK] = "stuck",
		[SY_AUDIOSOCKET_END_PASSED] = "passed",
		[SY_AUDIOSOCKET_END_OURS] = "ours",
	};

	return names[end];
}

static void finish(struct caller *caller, enum sy_audiosocket_end end)
{
	if (caller->phase == PHASE_OVER)
		return;
	if (caller->passing == SY_PASSING_TRYING)
		caller->passing = end == SY_AUDIOSOCKET_END_PASSED ? SY_PASSING_DONE : SY_PASSING_FAILED;
	caller->phase = PHASE_OVER;
	caller->end = end;
}

/* After our own close, whatever ends the connection is the peer's close. */
static void finish_by_peer(struct caller *caller, enum sy_audiosocket_end end)
{
	finish(caller, caller->phase == PHASE_CLOSING ? SY_AUDIOSOCKET_END_PASSED : end);
}

static size_t out_bytes(int wire_rate)
{
	const size_t message =
		SY_AUDIOSOCKET_HEADER_BYTES + ((size_t)wire_rate * SY_FRAME_MS / 1000 + 2) * sizeof(int16_t);

	return message * TICKS(SY_BRIDGE_AUDIOSOCKET_OUT_MS);
}

/* What waits to be sent stays, in the rate it was made for. */
static int set_wire_rate(struct caller *caller, int rate)
{
	struct sy_resampler *from = NULL, *to = NULL;
	uint8_t *out = NULL;
	size_t max = 0;

	int err = sy_resampler_create(rate, caller->rate, &from);
	if (err == 0)
		err = sy_resampler_create(caller->rate, rate, &to);
	if (err == 0) {
		const size_t more = SY_AUDIOSOCKET_HEADER_BYTES; /* for a 00 at the end */
		max = out_bytes(rate) > caller->n_out ? out_bytes(rate) : caller->n_out;
		out = realloc(caller->out, max + more);
		err = out != NULL ? 0 : ENOMEM;
	}
	if (err != 0) {
		sy_resampler_destroy(from);
		sy_resampler_destroy(to);
		return err;
	}
	sy_resampler_destroy(caller->from_wire);
	sy_resampler_destroy(caller->to_wire);
	caller->from_wire = from;
	caller->to_wire = to;
	caller->out = out;
	caller->out_max = max;
	caller->wire_rate = rate;
	return 0;
}

/* A new rate costs a filter: a peer that changed it with each message would hold up everyone's sound. */
static int follow_rate(struct caller *caller, int rate)
{
	if (rate == caller->wire_rate)
		return 0;
	if (caller->sounded && caller->ticks_rate < TICKS(SY_BRIDGE_AUDIOSOCKET_RATE_MS)) {
		(void)snprintf(caller->text, sizeof(caller->text), "the rate of the sound changes too often");
		finish_by_peer(caller, SY_AUDIOSOCKET_END_PROTOCOL);
		return EPROTO;
	}
	caller->ticks_rate = 0;
	return set_wire_rate(caller, rate);
}

static void on_sound(void *arg, int rate, const int16_t *pcm, size_t n)
{
	struct caller *caller = arg;

	if (caller->phase != PHASE_TALKING || follow_rate(caller, rate) != 0)
		return;
	caller->n_heard += sy_resampler_feed(caller->from_wire, pcm, n, caller->heard + caller->n_heard);
	caller->sounded = true;
}

static void on_key(struct caller *caller, int key)
{
	key = toupper(key);
	if (key != '\0' && strchr("0123456789*#ABCD", key) != NULL && caller->n_keys < sizeof(caller->keys))
		caller->keys[caller->n_keys++] = (char)key;
	else
		caller->counts.keys_dropped++;
}

static void on_message(void *arg, uint8_t kind, const uint8_t *payload, size_t n)
{
	struct caller *caller = arg;

	if (kind == SY_AUDIOSOCKET_KEY) {
		on_key(caller, payload[0]);
	} else if (kind == SY_AUDIOSOCKET_HANG_UP) {
		finish_by_peer(caller, SY_AUDIOSOCKET_END_HANG_UP);
	} else if (kind == SY_AUDIOSOCKET_ERROR) {
		(void)snprintf(caller->text, sizeof(caller->text), "code %u", n > 0 ? payload[0] : 0u);
		finish_by_peer(caller, SY_AUDIOSOCKET_END_ERROR);
	} else if (kind == SY_AUDIOSOCKET_UUID) {
		(void)snprintf(caller->text, sizeof(caller->text), "a second UUID");
		finish_by_peer(caller, SY_AUDIOSOCKET_END_PROTOCOL);
	}
}

static void take_bytes(struct caller *caller, const uint8_t *bytes, size_t n)
{
	const struct sy_audiosocket_found found = {on_sound, on_message, caller};
	struct sy_problem why = {0};

	caller->ticks_unheard = 0;
	if (sy_audiosocket_read(&caller->reader, bytes, n, &found, &why) == 0)
		return;
	if (caller->phase != PHASE_OVER)
		(void)snprintf(caller->text, sizeof(caller->text), "%.*s", TEXT_BYTES - 1, why.text);
	finish_by_peer(caller, SY_AUDIOSOCKET_END_PROTOCOL);
}

static void receive(struct caller *caller)
{
	uint8_t bytes[READ_BYTES];

	caller->ticks_unheard++;
	for (int i = 0; i < READS_A_TICK && caller->phase != PHASE_OVER; i++) {
		if (caller->n_heard >= caller->heard_max) {
			caller->ticks_unheard = 0; /* it is we who do not listen */
			return;
		}
		const ssize_t n = recv(caller->fd, bytes, sizeof(bytes), MSG_DONTWAIT);
		if (n > 0) {
			take_bytes(caller, bytes, (size_t)n);
		} else if (n == 0) {
			finish_by_peer(caller, SY_AUDIOSOCKET_END_CLOSED);
		} else if (errno != EAGAIN && errno != EINTR) {
			(void)snprintf(caller->text, sizeof(caller->text), "%s", strerror(errno));
			finish_by_peer(caller, SY_AUDIOSOCKET_END_BROKEN);
		}
		if (n < (ssize_t)sizeof(bytes))
			break;
	}
	if (caller->ticks_unheard >= TICKS(SY_BRIDGE_AUDIOSOCKET_SILENT_MS))
		finish(caller, SY_AUDIOSOCKET_END_SILENT);
}

/* While the call goes on, what came before the break is still to be read, and tells whether it was one. */
static void on_send_error(struct caller *caller, int err)
{
	caller->n_out = 0;
	if (caller->phase == PHASE_TALKING)
		return;
	(void)snprintf(caller->text, sizeof(caller->text), "%s", strerror(err));
	finish(caller, SY_AUDIOSOCKET_END_BROKEN);
}

static void send_out(struct caller *caller)
{
	if (caller->n_out == 0)
		return;
	const ssize_t n = send(caller->fd, caller->out, caller->n_out, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n > 0) {
		caller->ticks_untaken = 0;
		caller->n_out -= (size_t)n;
		memmove(caller->out, caller->out + n, caller->n_out);
	} else if (n < 0 && errno != EAGAIN && errno != EINTR) {
		on_send_error(caller, errno);
	} else if (++caller->ticks_untaken >= TICKS(SY_BRIDGE_AUDIOSOCKET_SILENT_MS)) {
		finish(caller, SY_AUDIOSOCKET_END_STUCK);
	}
}

static void say(struct caller *caller, const int16_t *ours)
{
	int16_t wire[WIRE_FRAME_MAX];
	const size_t n = sy_resampler_feed(caller->to_wire, ours, caller->frame, wire);
	const size_t bytes = SY_AUDIOSOCKET_HEADER_BYTES + n * sizeof(*wire);

	if (caller->n_out + bytes <= caller->out_max)
		caller->n_out += sy_audiosocket_write_sound(caller->wire_rate, wire, n, caller->out + caller->n_out);
	else
		caller->counts.frames_dropped++;
	send_out(caller);
}

/* Our last words go first; only then is our side closed, and the peer's close awaited. */
static void leave(struct caller *caller)
{
	if (caller->phase == PHASE_FLUSHING) {
		send_out(caller);
		if (caller->phase == PHASE_FLUSHING && caller->n_out == 0) {
			(void)shutdown(caller->fd, SHUT_WR);
			caller->phase = PHASE_CLOSING;
		}
	}
	if (++caller->ticks_leaving >= TICKS(SY_BRIDGE_AUDIOSOCKET_LEAVE_MS))
		finish(caller, SY_AUDIOSOCKET_END_STUCK);
}

static void forget(struct caller *caller, size_t n)
{
	caller->n_heard -= n;
	memmove(caller->heard, caller->heard + n, caller->n_heard * sizeof(*caller->heard));
}

static void win_back_delay(struct caller *caller)
{
	const size_t wanted = sy_frame_samples(caller->rate) * (TICKS(SY_BRIDGE_AUDIOSOCKET_DELAY_MS) + 1);

	if (caller->n_heard < wanted || caller->phase != PHASE_TALKING) {
		caller->ticks_delayed = 0;
		return;
	}
	if (++caller->ticks_delayed < LEAVE_OUT_TICKS && sy_level_dbfs(caller->heard, caller->frame) > QUIET_DBFS)
		return;
	forget(caller, caller->frame);
	caller->counts.frames_left_out++;
	caller->ticks_delayed = 0;
}

/* True when there was a frame. */
static bool give_frame(struct caller *caller, struct sy_exchange *exchange)
{
	win_back_delay(caller);
	if (caller->n_heard < caller->frame)
		return false;
	memcpy(exchange->caller, caller->heard, caller->frame * sizeof(*caller->heard));
	forget(caller, caller->frame);
	return true;
}

static void give_keys(struct caller *caller, struct sy_exchange *exchange)
{
	const size_t n = caller->n_keys < SY_EXCHANGE_KEYS_MAX ? caller->n_keys : SY_EXCHANGE_KEYS_MAX;

	memcpy(exchange->keys, caller->keys, n);
	exchange->keys[n] = '\0';
	caller->n_keys -= n;
	memmove(caller->keys, caller->keys + n, caller->n_keys);
}

/* A caller who hung up had spoken to the end: that much is still to be heard. */
static bool still_heard(const struct caller *caller)
{
	return (caller->end == SY_AUDIOSOCKET_END_HANG_UP || caller->end == SY_AUDIOSOCKET_END_CLOSED) &&
	       (caller->n_heard >= caller->frame || caller->n_keys > 0);
}

static int audiosocket_exchange(void *state, struct sy_exchange *exchange)
{
	struct caller *caller = state;

	caller->ticks_rate++;
	if (caller->phase != PHASE_OVER)
		receive(caller);
	if (caller->phase == PHASE_TALKING)
		say(caller, exchange->ours);
	else if (caller->phase != PHASE_OVER)
		leave(caller);
	exchange->passing = caller->passing;
	if (caller->passing != SY_PASSING_NONE) {
		exchange->gone = caller->passing == SY_PASSING_FAILED;
		return 0;
	}
	exchange->gone = caller->phase == PHASE_OVER && !still_heard(caller);
	if (!give_frame(caller, exchange) && caller->sounded && caller->phase == PHASE_TALKING)
		caller->counts.frames_late++;
	give_keys(caller, exchange);
	return 0;
}

static int audiosocket_pass(void *state, const struct sy_bridge_pass *to)
{
	struct caller *caller = state;

	(void)to;
	if (caller->phase == PHASE_OVER)
		return ENOTCONN;
	if (caller->phase != PHASE_TALKING)
		return EALREADY;
	caller->phase = PHASE_FLUSHING;
	caller->passing = SY_PASSING_TRYING;
	caller->ticks_leaving = 0;
	return 0;
}

/* A connection that still carries something is closed by someone who can wait for the peer. */
static void hand_over(struct caller *caller, struct sy_audiosocket_left *left)
{
	if (caller->phase == PHASE_OVER &&
		(caller->end == SY_AUDIOSOCKET_END_CLOSED || caller->end == SY_AUDIOSOCKET_END_BROKEN ||
			caller->end == SY_AUDIOSOCKET_END_STUCK || caller->end == SY_AUDIOSOCKET_END_PASSED)) {
		(void)close(caller->fd);
		left->fd = -1;
		return;
	}
	finish(caller, SY_AUDIOSOCKET_END_OURS);
	if (!caller->cut && caller->passing == SY_PASSING_NONE && caller->end != SY_AUDIOSOCKET_END_HANG_UP)
		caller->n_out += sy_audiosocket_write(SY_AUDIOSOCKET_HANG_UP, NULL, 0, caller->out + caller->n_out);
	left->fd = caller->fd;
	left->bytes = caller->n_out > 0 ? caller->out : NULL;
	left->n = caller->n_out;
	if (left->bytes != NULL)
		caller->out = NULL;
}

static void close_at_once(void *arg, struct sy_audiosocket_left *left)
{
	(void)arg;
	if (left->n > 0)
		(void)send(left->fd, left->bytes, left->n, MSG_DONTWAIT | MSG_NOSIGNAL);
	free(left->bytes);
	if (left->fd >= 0)
		(void)close(left->fd);
}

static void free_parts(struct caller *caller)
{
	sy_resampler_destroy(caller->to_wire);
	sy_resampler_destroy(caller->from_wire);
	free(caller->heard);
	free(caller->out);
	free(caller);
}

static void audiosocket_destroy(void *state)
{
	struct caller *caller = state;
	struct sy_audiosocket_left left = {.text = caller->text};

	hand_over(caller, &left);
	left.end = caller->end;
	left.counts = caller->counts;
	if (caller->left != NULL)
		caller->left(caller->arg, &left);
	else
		close_at_once(NULL, &left);
	free_parts(caller);
}

static const struct sy_bridge_impl audiosocket_impl = {
	.name = "audiosocket",
	.real_time = true,
	.exchange = audiosocket_exchange,
	.pass = audiosocket_pass,
	.destroy = audiosocket_destroy,
};

static int make_caller(const struct sy_bridge_audiosocket_prm *prm, struct caller *caller)
{
	const int rate = sy_audiosocket_rate(prm->reader.header[0]);

	*caller = (struct caller){.fd = prm->fd,
		.rate = prm->rate,
		.frame = sy_frame_samples(prm->rate),
		.cut = prm->cut,
		.left = prm->left,
		.arg = prm->arg,
		.reader = prm->reader};
	caller->heard_max = (size_t)prm->rate * SY_BRIDGE_AUDIOSOCKET_BACKLOG_MS / 1000;
	/* One read at the lowest rate, brought to the highest, still fits behind it. */
	caller->heard = calloc(caller->heard_max + READ_BYTES + SY_AUDIOSOCKET_PIECE_MAX, sizeof(*caller->heard));
	if (caller->heard == NULL)
		return ENOMEM;
	return set_wire_rate(caller, rate != 0 ? rate : SY_RATE_LINE);
}

int sy_bridge_audiosocket_create(const struct sy_bridge_audiosocket_prm *prm, struct sy_bridge **ret_bridge)
{
	if (prm->rate != SY_RATE_LINE && prm->rate != SY_RATE_WIDE)
		return EINVAL;
	struct sy_bridge *bridge = calloc(1, sizeof(*bridge));
	struct caller *caller = calloc(1, sizeof(*caller));
	int err = bridge != NULL && caller != NULL ? make_caller(prm, caller) : ENOMEM;
	if (err != 0) {
		if (caller != NULL)
			free_parts(caller);
		free(bridge);
		return err;
	}
	*bridge = (struct sy_bridge){.impl = &audiosocket_impl, .state = caller, .rate = prm->rate};
	*ret_bridge = bridge;
	return 0;
}
