#include "audio/media/comfort.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "audio/frame.h"

#define NOT_TOLD 1.0
/* Below G.711's own steps there is nothing to imitate; above, it is no pause that was heard but a voice. */
#define QUIET_MIN_DBFS (-75.0)
#define QUIET_MAX_DBFS (-45.0)
/* Within a second or two the level follows a line that grew noisier; speech is over before that. */
#define RISE_DB_A_FRAME 0.06
/* Digital silence says nothing of the line. */
#define MUTED_DBFS (-90.0)
#define SEED 0x5a150

void sy_comfort_init(struct sy_comfort *comfort, int rate)
{
	*comfort = (struct sy_comfort){
		.rate = rate, .random = {SEED}, .told_dbfs = NOT_TOLD, .quiet_dbfs = QUIET_MAX_DBFS};
}

/* RFC 3389, 3.1 and 3.2: level in -dBov, then one byte for each reflection coefficient. */
int sy_comfort_tell(struct sy_comfort *comfort, const uint8_t *bytes, size_t n)
{
	const int order_before = comfort->order;
	double power = 1;

	if (n == 0)
		return EBADMSG;
	/* dBov of a square wave at full scale; as a root mean square the same number in dBFS. */
	comfort->told_dbfs = -(double)(bytes[0] & 0x7f);
	comfort->order = n - 1 < SY_COMFORT_ORDER_MAX ? (int)(n - 1) : SY_COMFORT_ORDER_MAX;
	/* The spectrum is that of the sender's rate, which packets do not name; it is 8 kHz with type 13. */
	if (comfort->rate != SY_RATE_LINE)
		comfort->order = 0;
	for (int i = 0; i < comfort->order; i++) {
		const double k = 258.0 * (bytes[i + 1] - 127) / 32768;
		comfort->k[i] = (float)fmax(-0.98, fmin(0.98, k));
		power *= 1 - (double)(comfort->k[i] * comfort->k[i]);
	}
	comfort->gain = (float)sqrt(power);
	if (comfort->order != order_before) /* what rings in the filter belongs to another spectrum */
		memset(comfort->b, 0, sizeof(comfort->b));
	return 0;
}

void sy_comfort_forget(struct sy_comfort *comfort)
{
	comfort->told_dbfs = NOT_TOLD;
	comfort->order = 0;
	memset(comfort->b, 0, sizeof(comfort->b));
}

void sy_comfort_hear(struct sy_comfort *comfort, const int16_t *pcm, size_t n)
{
	const double level = sy_level_dbfs(pcm, n);

	if (level < MUTED_DBFS)
		return;
	const double quiet = fmin(level, comfort->quiet_dbfs + RISE_DB_A_FRAME);
	comfort->quiet_dbfs = fmax(QUIET_MIN_DBFS, fmin(QUIET_MAX_DBFS, quiet));
}

/* All-pole lattice (Markel and Gray 1976): white noise in, the told spectrum out. */
static float shape(struct sy_comfort *comfort, float x)
{
	float f = x * comfort->gain;

	for (int i = comfort->order - 1; i >= 0; i--) {
		f -= comfort->k[i] * comfort->b[i];
		comfort->b[i + 1] = comfort->b[i] + comfort->k[i] * f;
	}
	comfort->b[0] = f;
	return f;
}

void sy_comfort_add(struct sy_comfort *comfort, int16_t *pcm, size_t n)
{
	const double level = comfort->told_dbfs > 0 ? comfort->quiet_dbfs : comfort->told_dbfs;
	/* Uniform numbers in ±1 have a root mean square of 1/sqrt 3. */
	const double scale = pow(10, level / 20) * 32768 * sqrt(3);

	for (size_t i = 0; i < n; i++) {
		float x = (float)(2 * sy_noise_uniform(&comfort->random) - 1);
		if (comfort->order > 0)
			x = shape(comfort, x);
		const double sample = pcm[i] + (double)x * scale;
		pcm[i] = (int16_t)lrint(fmax(INT16_MIN, fmin(INT16_MAX, sample)));
	}
}
