/*
 * dialog: the little SIP that a load of callers needs: one call each, over UDP, with a trusting peer on loopback.
 *
 * Writes and reads messages; sockets and time belong to whoever calls. Source: RFC 3261, RFC 4566 (SDP).
 */
#ifndef SY_TOOLS_LOAD_DIALOG_H
#define SY_TOOLS_LOAD_DIALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SY_DIALOG_MESSAGE_BYTES 4096
#define SY_DIALOG_FIELD_BYTES 256

struct sy_dialog {
	/* set before the first message */
	unsigned number;  /* which caller; travels in the Call-ID */
	unsigned attempt; /* counts its calls */
	uint16_t sip_port;
	uint16_t rtp_port;
	uint16_t peer_port;
	/* learned from the answer */
	char to[SY_DIALOG_FIELD_BYTES];      /* with its tag */
	char contact[SY_DIALOG_FIELD_BYTES]; /* URI */
};

/* A message that came. Pointers lie in its text. */
struct sy_dialog_message {
	int status;      /* of an answer; 0: a request */
	char method[16]; /* of the request, or of that which is answered */
	unsigned number; /* of its caller */
	unsigned attempt;
	uint16_t media_port; /* from SDP; 0: none */
	char to[SY_DIALOG_FIELD_BYTES];
	char contact[SY_DIALOG_FIELD_BYTES];
	const char *text;
	size_t n;
};

size_t sy_dialog_invite(const struct sy_dialog *dialog, char *ret_text);
size_t sy_dialog_ack(const struct sy_dialog *dialog, int status, char *ret_text);
size_t sy_dialog_bye(const struct sy_dialog *dialog, char *ret_text);
size_t sy_dialog_cancel(const struct sy_dialog *dialog, char *ret_text);
/* An answer to a request of the peer: its Via, From, To, Call-ID and CSeq come back. */
size_t sy_dialog_answer(const struct sy_dialog_message *request, int status, const char *reason, char *ret_text);

/* EPROTO for what is not of one of our calls. `text` must end in NUL. */
int sy_dialog_read(const char *text, size_t n, struct sy_dialog_message *ret_message);

#endif
