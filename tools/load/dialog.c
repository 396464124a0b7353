#include "tools/load/dialog.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define CALL_ID "load-%u-%u@127.0.0.1"

static size_t fitting(int n)
{
	return n > 0 && n < SY_DIALOG_MESSAGE_BYTES ? (size_t)n : 0;
}

static size_t write_request(const struct sy_dialog *dialog, const char *method, const char *line, char *ret_text)
{
	const unsigned cseq = strcmp(method, "BYE") == 0 ? 2 : 1;
	const bool acknowledges = strcmp(method, "ACK") == 0 && dialog->contact[0] != '\0';
	char uri[64], to[64 + 2];

	(void)snprintf(uri, sizeof(uri), "sip:sayso@127.0.0.1:%u", dialog->peer_port);
	(void)snprintf(to, sizeof(to), "<%s>", uri);
	return fitting(snprintf(ret_text, SY_DIALOG_MESSAGE_BYTES,
		"%s %s SIP/2.0\r\n"
		"Via: SIP/2.0/UDP 127.0.0.1:%u;branch=z9hG4bK%u-%u-%u%s;rport\r\n"
		"Max-Forwards: 70\r\n"
		"From: <sip:%u@127.0.0.1:%u>;tag=load%u-%u\r\n"
		"To: %s\r\n"
		"Call-ID: " CALL_ID "\r\n"
		"CSeq: %u %s\r\n"
		"Contact: <sip:%u@127.0.0.1:%u>\r\n"
		"%s",
		method, cseq == 2 || acknowledges ? dialog->contact : uri, dialog->sip_port, dialog->number,
		dialog->attempt, cseq, acknowledges ? "a" : "", 1000 + dialog->number, dialog->sip_port, dialog->number,
		dialog->attempt, dialog->to[0] != '\0' ? dialog->to : to, dialog->number, dialog->attempt, cseq, method,
		1000 + dialog->number, dialog->sip_port, line));
}

size_t sy_dialog_invite(const struct sy_dialog *dialog, char *ret_text)
{
	struct sy_dialog fresh = *dialog;
	char sdp[SY_DIALOG_FIELD_BYTES * 2], tail[SY_DIALOG_FIELD_BYTES * 3];

	fresh.to[0] = fresh.contact[0] = '\0';
	const int n = snprintf(sdp, sizeof(sdp),
		"v=0\r\no=load %u %u IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
		"m=audio %u RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
		"a=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n",
		dialog->number, dialog->attempt, dialog->rtp_port);
	(void)snprintf(tail, sizeof(tail),
		"Allow: INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, REFER, NOTIFY\r\n"
		"Content-Type: application/sdp\r\nContent-Length: %d\r\n\r\n%s",
		n, sdp);
	return write_request(&fresh, "INVITE", tail, ret_text);
}

/* Of a refusal, the ACK belongs to the INVITE's transaction and goes where that went (RFC 3261, 17.1.1.3). */
size_t sy_dialog_ack(const struct sy_dialog *dialog, int status, char *ret_text)
{
	struct sy_dialog refused = *dialog;

	if (status >= 300)
		refused.contact[0] = '\0';
	return write_request(&refused, "ACK", "Content-Length: 0\r\n\r\n", ret_text);
}

size_t sy_dialog_bye(const struct sy_dialog *dialog, char *ret_text)
{
	return write_request(dialog, "BYE", "Content-Length: 0\r\n\r\n", ret_text);
}

size_t sy_dialog_cancel(const struct sy_dialog *dialog, char *ret_text)
{
	struct sy_dialog fresh = *dialog;

	fresh.to[0] = fresh.contact[0] = '\0';
	return write_request(&fresh, "CANCEL", "Content-Length: 0\r\n\r\n", ret_text);
}

/* The next header line with this name, its value's begin; `ret_n` its length. NULL: none. */
static const char *find_header(const char *text, const char *name, size_t *ret_n)
{
	const size_t n = strlen(name);

	for (const char *line = strstr(text, "\r\n"); line != NULL; line = strstr(line, "\r\n")) {
		line += 2;
		if (strncmp(line, "\r\n", 2) == 0)
			return NULL;
		if (strncasecmp(line, name, n) != 0 || line[n] != ':')
			continue;
		line += n + 1;
		line += strspn(line, " ");
		*ret_n = strcspn(line, "\r\n");
		return line;
	}
	return NULL;
}

static void copy_header(const char *text, const char *name, char *ret_value)
{
	size_t n = 0;
	const char *value = find_header(text, name, &n);

	(void)snprintf(ret_value, SY_DIALOG_FIELD_BYTES, "%.*s", (int)n, value != NULL ? value : "");
}

/* <URI>;parameters → URI */
static void cut_to_uri(char *value)
{
	const char *begin = strchr(value, '<');
	const size_t n = begin != NULL ? strcspn(begin + 1, ">") : strcspn(value, ";");

	memmove(value, begin != NULL ? begin + 1 : value, n);
	value[n] = '\0';
}

static int read_method(const char *text, struct sy_dialog_message *message)
{
	char cseq[SY_DIALOG_FIELD_BYTES];

	message->status = strncmp(text, "SIP/2.0 ", 8) == 0 ? (int)strtol(text + 8, NULL, 10) : 0;
	if (message->status == 0)
		return sscanf(text, "%15[A-Z] ", message->method) == 1 ? 0 : EPROTO;
	copy_header(text, "CSeq", cseq);
	return sscanf(cseq, "%*u %15[A-Z]", message->method) == 1 ? 0 : EPROTO;
}

int sy_dialog_read(const char *text, size_t n, struct sy_dialog_message *ret_message)
{
	struct sy_dialog_message message = {.text = text, .n = n};
	char call_id[SY_DIALOG_FIELD_BYTES];
	unsigned port = 0;

	int err = read_method(text, &message);
	copy_header(text, "Call-ID", call_id);
	if (err != 0 || sscanf(call_id, CALL_ID, &message.number, &message.attempt) != 2)
		return EPROTO;
	copy_header(text, "To", message.to);
	copy_header(text, "Contact", message.contact);
	cut_to_uri(message.contact);
	const char *media = strstr(text, "\r\nm=audio ");
	if (media != NULL && sscanf(media, "\r\nm=audio %u", &port) == 1 && port <= UINT16_MAX)
		message.media_port = (uint16_t)port;
	*ret_message = message;
	return 0;
}

size_t sy_dialog_answer(const struct sy_dialog_message *request, int status, const char *reason, char *ret_text)
{
	static const char *const names[] = {"Via", "From", "To", "Call-ID", "CSeq"};
	size_t at = fitting(snprintf(ret_text, SY_DIALOG_MESSAGE_BYTES, "SIP/2.0 %d %s\r\n", status, reason));

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t n = 0;
		const char *value = find_header(request->text, names[i], &n);
		if (value == NULL || at + n + 64 > SY_DIALOG_MESSAGE_BYTES)
			return 0;
		at += (size_t)snprintf(
			ret_text + at, SY_DIALOG_MESSAGE_BYTES - at, "%s: %.*s\r\n", names[i], (int)n, value);
	}
	return at + (size_t)snprintf(ret_text + at, SY_DIALOG_MESSAGE_BYTES - at, "Content-Length: 0\r\n\r\n");
}
