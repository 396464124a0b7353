#include "engine/run/note.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int copy(const char *from, char **ret_copy)
{
	*ret_copy = from ? strdup(from) : NULL;
	return from && !*ret_copy ? ENOMEM : 0;
}

int sy_note_create(const struct sy_event *event, struct sy_note **ret_note)
{
	struct sy_note *note = calloc(1, sizeof *note);
	int err = note ? copy(event->state, &note->state) : ENOMEM;

	if (!err)
		err = copy(event->case_key, &note->case_key);
	if (!err) {
		note->kind = event->kind;
		note->t_ms = event->t_ms;
		note->at = time(NULL);
		note->json = sy_event_json(event);
		err = note->json ? 0 : ENOMEM;
	}
	if (err)
		sy_note_destroy(note);
	else
		*ret_note = note;
	return err;
}

void sy_note_destroy(struct sy_note *note)
{
	if (!note)
		return;
	free(note->state);
	free(note->case_key);
	json_decref(note->json);
	free(note);
}
