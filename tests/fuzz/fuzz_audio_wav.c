/* Bytes from outside become a bounded mono sound at the rate asked for, or one line that says why not. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "audio/wav.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct sy_problem why = {0};
	struct sy_sound sound = {0};
	int err = sy_wav_read_bytes("fuzz.wav", bytes, n, 16000, &sound, &why);

	if (err == 0 && (sound.rate != 16000 || sound.pcm == NULL))
		abort();
	if (err != 0 && (sound.pcm != NULL || why.text[0] == '\0'))
		abort();
	sy_sound_reset(&sound);
	return 0;
}
