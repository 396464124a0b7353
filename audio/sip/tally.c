#include "audio/sip/tally.h"

void sy_tally_tell(struct sy_tally *tally, struct sy_tally_told *told, const struct sy_media_counters *counters)
{
	const uint64_t now[SY_TALLY_N] = {
		[SY_TALLY_IN] = counters->packets_in,
		[SY_TALLY_OUT] = counters->packets_out,
		[SY_TALLY_LOST] = counters->lost,
		[SY_TALLY_LATE] = counters->late,
		[SY_TALLY_CONCEALED] = counters->concealed,
		[SY_TALLY_FOREIGN] = counters->foreign,
		[SY_TALLY_REFUSED] = counters->refused,
	};

	for (int i = 0; i < SY_TALLY_N; i++) {
		if (now[i] <= told->counts[i])
			continue;
		atomic_fetch_add_explicit(&tally->counts[i], now[i] - told->counts[i], memory_order_relaxed);
		told->counts[i] = now[i];
	}
}

void sy_tally_frame(struct sy_tally *tally, struct sy_tally_told *told, const struct sy_media *media)
{
	struct sy_media_counters counters;

	if (++told->frames % SY_TALLY_FRAMES)
		return;
	sy_media_read_counters(media, &counters);
	sy_tally_tell(tally, told, &counters);
}

uint64_t sy_tally_of(const struct sy_tally *tally, enum sy_tally_count which)
{
	return atomic_load_explicit(&tally->counts[which], memory_order_relaxed);
}
