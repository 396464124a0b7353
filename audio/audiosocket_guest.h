/*
 * audiosocket_guest: a connection before its call (it has yet to send its UUID) or after it (it is being closed).
 *
 * Driven by its events and by the time; never waits. Source of the closing: a socket that is closed while something
 * from the peer is unread resets the connection (RFC 2525, section 2.17), and Asterisk then hangs the caller up; so our
 * side is shut down first, and what still comes is read until the peer has closed too. Plain value, one thread.
 */
#ifndef SY_AUDIO_AUDIOSOCKET_GUEST_H
#define SY_AUDIO_AUDIOSOCKET_GUEST_H

#include "audio/audiosocket.h"

/* Its UUID and the header of the message behind it, which tells the rate. */
#define SY_AUDIOSOCKET_GREETING_BYTES (SY_AUDIOSOCKET_HEADER_BYTES + SY_AUDIOSOCKET_UUID_BYTES)

enum sy_audiosocket_guest_phase { SY_AUDIOSOCKET_NOBODY, SY_AUDIOSOCKET_GREETING, SY_AUDIOSOCKET_PARTING };

/* What became of a guest. All but WAIT and CALL have closed it. */
enum sy_audiosocket_guest_news {
	SY_AUDIOSOCKET_GUEST_WAIT,
	SY_AUDIOSOCKET_GUEST_CALL, /* `fd` is the caller's to take; sy_audiosocket_guest_reader() says what was read */
	SY_AUDIOSOCKET_GUEST_LEFT, /* went before its UUID */
	SY_AUDIOSOCKET_GUEST_BAD,
	SY_AUDIOSOCKET_GUEST_SLOW,
	SY_AUDIOSOCKET_GUEST_PARTED,
};

struct sy_audiosocket_guest {
	enum sy_audiosocket_guest_phase phase;
	int fd;
	uint64_t until_ms;
	/* greeting */
	uint8_t bytes[SY_AUDIOSOCKET_GREETING_BYTES + SY_AUDIOSOCKET_HEADER_BYTES];
	size_t n;
	/* parting */
	uint8_t *out;
	size_t n_out;
	size_t sent;
	bool cut;
	bool shut;
};

/* What is left of a call, all of it taken. */
struct sy_audiosocket_parting {
	int fd;
	uint8_t *bytes; /* heap memory, NULL for nothing */
	size_t n;
	bool cut; /* reset it once the bytes have gone: Asterisk is to hang up */
};

/* Times are milliseconds of a monotonic clock. */
void sy_audiosocket_guest_greet(struct sy_audiosocket_guest *guest, int fd, uint64_t now_ms);
void sy_audiosocket_guest_part(
	struct sy_audiosocket_guest *guest, const struct sy_audiosocket_parting *parting, uint64_t now_ms);
/* Closes at once; nobody afterwards. Allowed on nobody. */
void sy_audiosocket_guest_drop(struct sy_audiosocket_guest *guest);

/* For poll(). */
short sy_audiosocket_guest_events(const struct sy_audiosocket_guest *guest);
/* When it wants to be looked at again if nothing comes before. */
uint64_t sy_audiosocket_guest_next_ms(const struct sy_audiosocket_guest *guest, uint64_t now_ms);

/* Looks at it: something came, or its time has. `why` is set for BAD. */
enum sy_audiosocket_guest_news sy_audiosocket_guest_look(
	struct sy_audiosocket_guest *guest, uint64_t now_ms, struct sy_problem *why);

/* After CALL: what came behind the UUID, as a bridge reads on from it. EPROTO, or ECONNRESET for a hang-up. */
int sy_audiosocket_guest_reader(
	const struct sy_audiosocket_guest *guest, struct sy_audiosocket_reader *ret_reader, struct sy_problem *why);

#endif
