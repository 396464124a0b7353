/* Whole requests: what libre parses is inspected, and its Authorization, User-to-User and body are read. */
#include <re.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "audio/sip/challenge.h"
#include "audio/sip/guard.h"
#include "audio/sip/info_key.h"
#include "audio/sip/uui.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct sy_challenge *challenge_once(void)
{
	static const struct sy_sip_user user = {"alice", "secret"};
	static const struct sy_challenge_prm prm = {"test", &user, 1};
	static struct sy_challenge *challenge;

	if (!challenge && sy_challenge_create(&prm, NULL, &challenge))
		abort();
	return challenge;
}

static void read_parts(const struct sip_msg *msg)
{
	const struct sip_hdr *authorization = sip_msg_hdr(msg, SIP_HDR_AUTHORIZATION);
	const struct sip_hdr *uui = sip_msg_xhdr(msg, "User-to-User");
	const struct sy_info_body body = {
		msg->ctyp.subtype.p, msg->ctyp.subtype.l, (const char *)mbuf_buf(msg->mb), mbuf_get_left(msg->mb)};
	char case_key[SY_ARRIVAL_CASE_BYTES];
	char key;

	if (authorization) {
		const struct sy_challenge_answer answer = {
			authorization->val.p, authorization->val.l, msg->met.p, msg->met.l, {"192.0.2.1", 1000}};

		(void)sy_challenge_check(challenge_once(), &answer);
	}
	if (uui && !sy_uui_read(uui->val.p, uui->val.l, case_key) && strlen(case_key) >= sizeof case_key)
		abort();
	if (body.subtype && !sy_info_key_read(&body, &key) && !strchr("0123456789*#ABCD", key))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct sy_guard_methods none = {0};
	struct sy_guard_refusal refusal;
	struct sip_msg *msg = NULL;
	struct mbuf *mb = mbuf_alloc(size + 1);

	if (!mb)
		return 0;
	(void)mbuf_write_mem(mb, data, size);
	mb->pos = 0;
	if (!sip_msg_decode(&msg, mb) && msg->req) {
		if (!sy_guard_refuses(msg, &none, &refusal))
			sy_guard_trim(msg);
		read_parts(msg);
	}
	mem_deref(msg);
	mem_deref(mb);
	return 0;
}
