/* A file of confusions for tests: every change costs the same, but those that a test names. */
#ifndef SY_TESTS_CONFUSION_FILE_H
#define SY_TESTS_CONFUSION_FILE_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "grammars/confusions.h"

#define CONFUSION_FILE "/tmp/sayso-confusions-XXXXXX"

/* `skip` leaves a line out, `more` is added at the end, where later lines win. The path is to be unlinked. */
static inline void confusion_file(char path[sizeof(CONFUSION_FILE)], const char *skip, const char *more)
{
	FILE *file;

	(void)snprintf(path, sizeof(CONFUSION_FILE), CONFUSION_FILE);
	file = fdopen(mkstemp(path), "w");
	if (!file)
		abort();
	(void)fputs("# a comment\n\n", file);
	for (int a = 0; a <= SY_PHONES; a++)
		for (int b = 0; b <= SY_PHONES; b++) {
			char line[16];

			(void)snprintf(line, sizeof(line), "%s %s", a < SY_PHONES ? sy_phone_name(a) : "-",
				b < SY_PHONES ? sy_phone_name(b) : "-");
			if (a != b && (!skip || strcmp(skip, line) != 0))
				(void)fprintf(file, "%s 60 20\n", line);
		}
	(void)fputs(more, file);
	(void)fclose(file);
}

static inline struct sy_confusions *confusions_with(const char *more)
{
	char path[sizeof(CONFUSION_FILE)];
	struct sy_confusions *confusions = NULL;
	struct sy_problem why = {""};

	confusion_file(path, NULL, more);
	if (sy_confusions_load(path, &confusions, &why))
		fail_msg("%s", why.text);
	(void)unlink(path);
	return confusions;
}

/* "T EH N" as numbers; returns how many. A number in the text is a slot. */
static inline size_t sounds_of(const char *text, uint8_t *sounds)
{
	size_t n = 0;

	for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
		size_t len = strcspn(text, " ");
		int number = sy_phone_number(text, len);

		sounds[n++] = (uint8_t)(number >= 0 ? number : SY_SOUND_SLOT + atoi(text));
		text += len;
	}
	return n;
}

#endif
