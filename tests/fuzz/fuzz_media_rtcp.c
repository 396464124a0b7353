/* Bytes on an RTCP port: a report or a refusal, and the round trip stays within its bounds. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "audio/media/control.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct sy_control control = {.round_trip_ms = -1, .far_lost_percent = -1};
	struct sy_rtcp rtcp;

	if (sy_rtcp_read(bytes, n, 1, &rtcp) == 0 && rtcp.reported && rtcp.report.ssrc != 1)
		abort();
	(void)sy_control_take(&control, bytes, n, 1, 1700000000000000);
	if (control.round_trip_ms < -1 || control.round_trip_ms > 60000 || control.far_lost_percent > 100)
		abort();
	return 0;
}
