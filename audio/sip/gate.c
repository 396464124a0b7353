#include "audio/sip/gate.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/network.h"

/* A source can only be displaced by others that fall into its set. */
#define WAYS 4
#define SETS (SY_GATE_SOURCES / WAYS)
/* One message in the bucket's own unit, so that a bucket fills smoothly between two milliseconds. */
#define TOKEN 1000

/* As IPv6 (base/network.h). */
struct address {
	uint8_t bytes[16];
};

struct net {
	struct sy_network network;
	enum sy_sip_rule rule;
};

struct source {
	struct address address;
	uint64_t seen_ms;
	uint64_t reported_ms;
	uint32_t invites;  /* in thousandths */
	uint32_t messages; /* in thousandths */
	bool used;
	bool reported;
};

struct sy_gate {
	struct net *nets;
	size_t nets_n;
	enum sy_sip_rule otherwise;
	unsigned invites_s;
	unsigned messages_s;
	uint64_t seed;
	struct source sources[SETS][WAYS];
};

static int copy_access(const struct sy_gate_prm *prm, struct sy_problem *why, struct sy_gate *gate)
{
	gate->nets = calloc(prm->access_n + 1, sizeof *gate->nets);
	if (!gate->nets)
		return ENOMEM;
	for (size_t i = 0; i < prm->access_n; i++) {
		const struct sy_sip_access *access = &prm->access[i];

		if (!access->net || sy_network_parse(access->net, &gate->nets[i].network))
			return sy_problem_set(why, EINVAL,
				"\"%s\" in the access list is no network: write 192.0.2.0/24 or 2001:db8::/32",
				access->net ? access->net : "");
		gate->nets[i].rule = access->rule;
	}
	gate->nets_n = prm->access_n;
	return 0;
}

int sy_gate_create(const struct sy_gate_prm *prm, struct sy_problem *why, struct sy_gate **ret_gate)
{
	struct sy_gate *gate;
	int err;

	if (prm->access_n > SY_GATE_ACCESS_MAX)
		return sy_problem_set(why, EINVAL, "%zu entries in the access list: %d are the most", prm->access_n,
			SY_GATE_ACCESS_MAX);
	if (!prm->invites_s || !prm->messages_s)
		return sy_problem_set(why, EINVAL, "a source must be allowed at least one message a second");
	gate = calloc(1, sizeof *gate);
	if (!gate)
		return ENOMEM;
	gate->otherwise = prm->otherwise;
	gate->invites_s = prm->invites_s;
	gate->messages_s = prm->messages_s;
	if (getrandom(&gate->seed, sizeof gate->seed, 0) < 0)
		gate->seed = (uintptr_t)gate;
	err = copy_access(prm, why, gate);
	if (err)
		sy_gate_destroy(gate);
	else
		*ret_gate = gate;
	return err;
}

void sy_gate_destroy(struct sy_gate *gate)
{
	if (!gate)
		return;
	free(gate->nets);
	free(gate);
}

enum sy_sip_rule sy_gate_rule(const struct sy_gate *gate, const struct sockaddr *source)
{
	for (size_t i = 0; i < gate->nets_n; i++)
		if (sy_network_covers(&gate->nets[i].network, source))
			return gate->nets[i].rule;
	return gate->otherwise;
}

/* The seed is secret, so that nobody can choose addresses which displace another's. (SplitMix64's finaliser.) */
static size_t set_of(const struct sy_gate *gate, const struct address *address)
{
	uint64_t words[2];
	uint64_t h = gate->seed;

	memcpy(words, address->bytes, sizeof words);
	for (int i = 0; i < 2; i++) {
		h = (h ^ words[i]) * UINT64_C(0xbf58476d1ce4e5b9);
		h = (h ^ (h >> 27)) * UINT64_C(0x94d049bb133111eb);
		h ^= h >> 31;
	}
	return (size_t)(h % SETS);
}

static struct source *source_of(struct sy_gate *gate, const struct sockaddr *from, uint64_t now_ms)
{
	struct address address = {0};
	struct source *set;
	struct source *oldest;

	if (sy_network_address(from, address.bytes) && !sy_network_is_v4(address.bytes))
		memset(address.bytes + 8, 0, 8);
	set = gate->sources[set_of(gate, &address)];
	oldest = &set[0];
	for (int i = 0; i < WAYS; i++) {
		if (set[i].used && !memcmp(&set[i].address, &address, sizeof address))
			return &set[i];
		if (oldest->used && (!set[i].used || set[i].seen_ms < oldest->seen_ms))
			oldest = &set[i];
	}
	*oldest = (struct source){
		.address = address,
		.seen_ms = now_ms,
		.invites = gate->invites_s * TOKEN,
		.messages = gate->messages_s * TOKEN,
		.used = true,
	};
	return oldest;
}

/* A bucket holds one second's worth: short bursts pass, the mean does not rise. */
static uint32_t refilled(uint32_t tokens, uint64_t elapsed_ms, unsigned per_second)
{
	uint64_t full = (uint64_t)per_second * TOKEN;
	uint64_t more = elapsed_ms >= 1000 ? full : elapsed_ms * per_second;

	return (uint32_t)(tokens + more > full ? full : tokens + more);
}

static bool worth_reporting(struct source *source, uint64_t now_ms)
{
	if (source->reported && now_ms - source->reported_ms < SY_GATE_REPORT_MS)
		return false;
	source->reported = true;
	source->reported_ms = now_ms;
	return true;
}

enum sy_gate_verdict sy_gate_pass(struct sy_gate *gate, const struct sy_gate_message *message, bool *ret_report)
{
	struct source *source = source_of(gate, message->source, message->now_ms);
	uint64_t elapsed = message->now_ms - source->seen_ms;
	enum sy_gate_verdict verdict = SY_GATE_PASS;

	source->seen_ms = message->now_ms;
	source->messages = refilled(source->messages, elapsed, gate->messages_s);
	source->invites = refilled(source->invites, elapsed, gate->invites_s);
	if (sy_gate_rule(gate, message->source) == SY_SIP_REFUSE)
		verdict = SY_GATE_REFUSED;
	else if (source->messages < TOKEN || (message->invite && source->invites < TOKEN))
		verdict = SY_GATE_LIMITED;
	*ret_report = verdict != SY_GATE_PASS && worth_reporting(source, message->now_ms);
	if (verdict != SY_GATE_PASS)
		return verdict;
	source->messages -= TOKEN;
	if (message->invite)
		source->invites -= TOKEN;
	return SY_GATE_PASS;
}
