/* The only file that knows PortAudio. */
#include "audio/sound_card.h"

#include <alsa/asoundlib.h>
#include <dlfcn.h>
#include <errno.h>
#include <portaudio.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* 10 ms a tick: two make a frame, so that a frame is never late by more than half of one. */
#define TICKS_A_SECOND 100

struct card {
	PaStream *stream;
	struct sy_sound_card_prm prm;
};

/* ALSA prints some 60 lines for each configured card that is not there; what matters comes back as a code. */
static void drop_alsa_line(const char *file, int line, const char *function, int err, const char *fmt, ...)
{
	(void)file;
	(void)line;
	(void)function;
	(void)err;
	(void)fmt;
}

static void drop_jack_line(const char *text)
{
	(void)text;
}

/* PortAudio brings JACK's library along, which says on standard error that no server runs. Where it is loaded, it is
 * quietened through its own functions (jack/jack.h), looked up by name so that we need not link it. */
static void quieten(void)
{
	typedef void jack_set_printer(void (*printer)(const char *text));
	static const char *const names[] = {"jack_set_error_function", "jack_set_info_function"};

	(void)snd_lib_error_set_handler(drop_alsa_line);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		jack_set_printer *set_printer = NULL;
		*(void **)&set_printer = dlsym(RTLD_DEFAULT, names[i]);
		if (set_printer != NULL)
			set_printer(drop_jack_line);
	}
}

static int refuse(struct sy_problem *why, const char *what, PaError code)
{
	return sy_problem_set(why, code == paInsufficientMemory ? ENOMEM : EIO,
		"the sound card cannot be %s: %s; check that no other program holds it", what, Pa_GetErrorText(code));
}

/* PortAudio starts without a complaint on a machine that has no sound card. */
static int begin(struct sy_problem *why)
{
	quieten();
	PaError code = Pa_Initialize();
	if (code != paNoError)
		return refuse(why, "asked for", code);
	if (Pa_GetDeviceCount() > 0)
		return 0;
	(void)Pa_Terminate();
	return sy_problem_set(
		why, ENODEV, "no sound card found; plug in a headset (or a microphone and loudspeakers) and try again");
}

static int channels(PaDeviceIndex device, bool input)
{
	const PaDeviceInfo *info = Pa_GetDeviceInfo(device);

	if (info == NULL)
		return 0;
	return input ? info->maxInputChannels : info->maxOutputChannels;
}

static PaDeviceIndex by_number(const char *wanted)
{
	char *end = NULL;
	long number = strtol(wanted, &end, 10);

	if (end == wanted || *end != '\0' || number < 0 || number >= Pa_GetDeviceCount())
		return paNoDevice;
	return (PaDeviceIndex)number;
}

static PaDeviceIndex by_name(const char *wanted, bool input)
{
	for (PaDeviceIndex i = 0; i < Pa_GetDeviceCount(); i++)
		if (channels(i, input) > 0 && strcasestr(Pa_GetDeviceInfo(i)->name, wanted) != NULL)
			return i;
	return paNoDevice;
}

static int find_device(const char *wanted, bool input, PaDeviceIndex *ret_device, struct sy_problem *why)
{
	const char *kind = input ? "microphone" : "loudspeaker";
	PaDeviceIndex device = input ? Pa_GetDefaultInputDevice() : Pa_GetDefaultOutputDevice();

	if (wanted != NULL) {
		device = by_number(wanted);
		if (device == paNoDevice)
			device = by_name(wanted, input);
	}
	if (device == paNoDevice && wanted != NULL)
		return sy_problem_set(
			why, ENODEV, "no %s called \"%s\"; list the devices to see their names", kind, wanted);
	if (device == paNoDevice || channels(device, input) < 1)
		return sy_problem_set(why, ENODEV, "no %s found%s%s; plug in a headset and try again", kind,
			wanted != NULL ? " at device " : "", wanted != NULL ? wanted : "");
	*ret_device = device;
	return 0;
}

static int on_tick(const void *in, void *out, unsigned long n, const PaStreamCallbackTimeInfo *time,
	PaStreamCallbackFlags flags, void *user)
{
	const struct card *card = user;

	(void)time;
	(void)flags;
	card->prm.tick(card->prm.user, in, out, n);
	return paContinue;
}

static PaError open_at(struct card *card, PaDeviceIndex input, PaDeviceIndex output, int rate)
{
	PaStreamParameters in = {.device = input, .channelCount = 1, .sampleFormat = paInt16};
	PaStreamParameters out = {.device = output, .channelCount = 1, .sampleFormat = paInt16};

	in.suggestedLatency = Pa_GetDeviceInfo(input)->defaultLowInputLatency;
	out.suggestedLatency = Pa_GetDeviceInfo(output)->defaultLowOutputLatency;
	return Pa_OpenStream(
		&card->stream, &in, &out, rate, (unsigned long)(rate / TICKS_A_SECOND), paNoFlag, on_tick, card);
}

static int open_stream(struct card *card, int *ret_rate, struct sy_problem *why)
{
	PaDeviceIndex input = paNoDevice, output = paNoDevice;
	int err = find_device(card->prm.input, true, &input, why);

	if (err == 0)
		err = find_device(card->prm.output, false, &output, why);
	if (err != 0)
		return err;
	int rate = card->prm.rate;
	PaError code = open_at(card, input, output, rate);
	if (code == paInvalidSampleRate) {
		rate = (int)Pa_GetDeviceInfo(input)->defaultSampleRate;
		code = open_at(card, input, output, rate);
	}
	if (code != paNoError)
		return refuse(why, "opened", code);
	*ret_rate = rate;
	return 0;
}

static int portaudio_open(const struct sy_sound_card_prm *prm, void **ret_card, int *ret_rate, struct sy_problem *why)
{
	struct card *card = calloc(1, sizeof(*card));
	int err = card != NULL ? begin(why) : ENOMEM;

	if (err == 0) {
		card->prm = *prm;
		err = open_stream(card, ret_rate, why);
		if (err != 0)
			(void)Pa_Terminate();
	}
	if (err != 0) {
		free(card);
		return err;
	}
	*ret_card = card;
	return 0;
}

static int portaudio_start(void *state)
{
	const struct card *card = state;

	return Pa_StartStream(card->stream) == paNoError ? 0 : EIO;
}

static void portaudio_wait(void *state)
{
	const struct timespec time = {.tv_nsec = SY_SOUND_CARD_WAIT_MS * 1000000L};

	(void)state;
	(void)nanosleep(&time, NULL); /* a signal only shortens it */
}

static void portaudio_stop(void *state)
{
	const struct card *card = state;

	(void)Pa_AbortStream(card->stream);
}

static void portaudio_close(void *state)
{
	struct card *card = state;

	if (card == NULL)
		return;
	(void)Pa_CloseStream(card->stream);
	(void)Pa_Terminate();
	free(card);
}

static int portaudio_list(struct sy_text *ret_list, struct sy_problem *why)
{
	struct sy_text list = {0};
	int err = begin(why);

	if (err != 0)
		return err;
	for (PaDeviceIndex i = 0; err == 0 && i < Pa_GetDeviceCount(); i++) {
		const PaDeviceInfo *info = Pa_GetDeviceInfo(i);
		err = sy_text_addf(&list, "%2d  %-10s  %-11s  %6.0f Hz  %s\n", i,
			info->maxInputChannels > 0 ? "microphone" : "",
			info->maxOutputChannels > 0 ? "loudspeaker" : "", info->defaultSampleRate, info->name);
	}
	(void)Pa_Terminate();
	if (err != 0) {
		sy_text_reset(&list);
		return err;
	}
	*ret_list = list;
	return 0;
}

const struct sy_sound_card_impl sy_sound_card_portaudio = {
	.name = "portaudio",
	.open = portaudio_open,
	.start = portaudio_start,
	.wait = portaudio_wait,
	.stop = portaudio_stop,
	.close = portaudio_close,
	.list = portaudio_list,
};
