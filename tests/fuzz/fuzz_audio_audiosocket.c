/* Bytes from a peer: whole or in crumbs they mean the same, and a bridge that gets them neither breaks nor waits. */
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "audio/bridge_audiosocket.h"

#define EXCHANGES 12

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

struct seen {
	uint64_t sum; /* of everything found, in order */
	size_t samples;
};

static void add(struct seen *seen, uint64_t value)
{
	seen->sum = (seen->sum ^ value) * 1099511628211u;
}

static void on_sound(void *arg, int rate, const int16_t *pcm, size_t n)
{
	struct seen *seen = arg;

	if (rate < 8000 || rate > 192000 || n == 0 || n > SY_AUDIOSOCKET_PIECE_MAX)
		abort();
	for (size_t i = 0; i < n; i++)
		add(seen, (uint16_t)pcm[i]);
	seen->samples += n;
}

static void on_message(void *arg, uint8_t kind, const uint8_t *payload, size_t n)
{
	if (n > SY_AUDIOSOCKET_UUID_BYTES || sy_audiosocket_rate(kind) != 0)
		abort();
	add(arg, 0x10000u | kind);
	for (size_t i = 0; i < n; i++)
		add(arg, payload[i]);
}

static int read_all(const uint8_t *bytes, size_t n, size_t crumb, struct seen *seen)
{
	const struct sy_audiosocket_found found = {on_sound, on_message, seen};
	struct sy_audiosocket_reader reader = {0};
	struct sy_problem why = {0};

	for (size_t at = 0; at < n; at += crumb) {
		const size_t piece = n - at < crumb ? n - at : crumb;
		int err = sy_audiosocket_read(&reader, bytes + at, piece, &found, &why);
		if (err != 0 && why.text[0] == '\0')
			abort();
		if (err != 0)
			return err;
	}
	return 0;
}

static void hold_call(const uint8_t *bytes, size_t n)
{
	static const int16_t ours[SY_FRAME_SAMPLES_MAX];
	struct sy_bridge *bridge = NULL;
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) != 0)
		abort();
	const struct sy_bridge_audiosocket_prm prm = {.fd = fds[0], .rate = n % 2 ? SY_RATE_LINE : SY_RATE_WIDE};
	if (sy_bridge_audiosocket_create(&prm, &bridge) != 0)
		abort();
	(void)!write(fds[1], bytes, n);
	for (int i = 0; i < EXCHANGES; i++) {
		struct sy_exchange exchange = {.ours = ours};
		if (sy_bridge_exchange(bridge, &exchange) != 0 || strlen(exchange.keys) > SY_EXCHANGE_KEYS_MAX)
			abort();
		if (i == EXCHANGES / 2)
			(void)sy_bridge_pass(bridge, &(struct sy_bridge_pass){.target = "", .case_key = ""});
	}
	sy_bridge_destroy(bridge);
	(void)close(fds[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct seen whole = {0}, crumbs = {0};

	if (n == 0)
		return 0;
	const int err = read_all(bytes, n, n, &whole);
	if (read_all(bytes, n, 1 + bytes[n - 1] % 7u, &crumbs) != err || whole.sum != crumbs.sum ||
		whole.samples != crumbs.samples)
		abort();
	hold_call(bytes, n);
	return 0;
}
