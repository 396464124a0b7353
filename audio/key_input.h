/*
 * key_input: keys of a telephone (0-9, *, #) typed on a terminal or read from a descriptor.
 *
 * A terminal in the foreground gives each key at once, without Enter, until destroy, which
 * puts it back as it was; Ctrl-C keeps its meaning, so a program that wants the terminal
 * back after Ctrl-C must catch it and destroy. Never blocks. One thread.
 */
#ifndef SY_AUDIO_KEY_INPUT_H
#define SY_AUDIO_KEY_INPUT_H

#include <stdbool.h>
#include <stddef.h>

struct sy_key_input;

/* The descriptor is borrowed until destroy. */
int sy_key_input_create(int fd, struct sy_key_input **ret_input);
void sy_key_input_destroy(struct sy_key_input *input); /* NULL is allowed */

/*
 * Up to `max` keys that have come, NUL-terminated (max + 1 bytes); what is no key is passed over.
 * Returns true when Ctrl-D was typed on the terminal: the caller hangs up. The end of a file or pipe only
 * means that no more keys come.
 */
bool sy_key_input_read(struct sy_key_input *input, char *ret_keys, size_t max);

#endif
