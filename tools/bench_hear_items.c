#include "tools/bench_hear_items.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/frame.h"
#include "audio/line_effect.h"
#include "audio/wav.h"

#define LINE_BYTES 8192
#define HELD_OUT_OF 4 /* the last of four is held out */

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* By name; orders without their folder, so that one is in the sample with all its noises or with none. */
static bool is_sampled(const struct sy_items_prm *prm, const char *file)
{
	unsigned hash = 2166136261u;

	for (const char *at = strcmp(prm->set, "coffee") == 0 ? base_name(file) : file; *at; at++)
		hash = (hash ^ (unsigned char)*at) * 16777619u;
	return (hash ^ hash >> 15) % prm->every == 0;
}

int sy_items_add(struct sy_items *items, const char *path, json_t *label)
{
	struct sy_item *more = items->n & (items->n - 1)
				       ? items->at
				       : realloc(items->at, (items->n ? 2 * items->n : 1) * sizeof *more);
	char *copy = strdup(path);

	if (more)
		items->at = more;
	if (!more || !copy) {
		free(copy);
		json_decref(label);
		return ENOMEM;
	}
	items->at[items->n++] = (struct sy_item){.path = copy, .label = label};
	return 0;
}

static int add_line(const struct sy_items_prm *prm, const char *line, struct sy_items *items)
{
	json_t *label = json_loads(line, 0, NULL);
	const char *file = json_string_value(json_object_get(label, "file"));
	char path[LINE_BYTES];
	int err;

	if (!file || (prm->wanted && !prm->wanted(label)) || !is_sampled(prm, file)) {
		json_decref(label);
		return 0;
	}
	(void)snprintf(path, sizeof path, "%s/%s/%s", prm->folder, prm->set, file);
	err = sy_items_add(items, path, label);
	if (!err)
		items->at[items->n - 1].wide = strcmp(prm->set, "wide") == 0;
	return err;
}

int sy_items_read(const struct sy_items_prm *prm, struct sy_items *items, struct sy_problem *why)
{
	char path[LINE_BYTES], line[LINE_BYTES];
	FILE *file;
	int err = 0;

	(void)snprintf(path, sizeof path, "%s/%s/labels.jsonl", prm->folder, prm->set);
	file = fopen(path, "re");
	if (!file)
		return sy_problem_set(
			why, errno, "%s: %s; set SAYSO_SPEECH to the folder of recordings", path, strerror(errno));
	while (!err && fgets(line, sizeof line, file))
		err = add_line(prm, line, items);
	(void)fclose(file);
	return err;
}

void sy_items_reset(struct sy_items *items)
{
	for (size_t i = 0; i < items->n; i++) {
		free(items->at[i].path);
		json_decref(items->at[i].label);
	}
	free(items->at);
	*items = (struct sy_items){0};
}

static int is_recording(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return n > 4 && strcmp(entry->d_name + n - 4, ".wav") == 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static bool is_held_out(struct dirent **names, int n, const char *name)
{
	for (int i = 0; i < n; i++)
		if (strcmp(names[i]->d_name, name) == 0)
			return i % HELD_OUT_OF == HELD_OUT_OF - 1;
	return false;
}

int sy_items_hold_out(const char *folder, struct sy_items *items, struct sy_problem *why)
{
	struct dirent **names = NULL;
	char path[LINE_BYTES];
	int n;

	(void)snprintf(path, sizeof path, "%s/coffee/clean", folder);
	n = scandir(path, &names, is_recording, by_bytes);
	if (n < 0)
		return sy_problem_set(why, errno, "%s: %s", path, strerror(errno));
	for (size_t i = 0; i < items->n; i++)
		items->at[i].held_out = is_held_out(names, n, base_name(items->at[i].path));
	for (int i = 0; i < n; i++)
		free(names[i]);
	free(names);
	return 0;
}

const char *sy_item_text(const struct sy_item *item, const char *key)
{
	const char *text = json_string_value(json_object_get(item->label, key));

	return text ? text : "";
}

int sy_item_sound(const struct sy_item *item, struct sy_sound *ret_sound, struct sy_problem *why)
{
	const struct sy_line_effect line = {.coding = SY_LINE_MULAW, .band = true, .seed = 1};
	struct sy_sound sound = {0};
	int err = sy_wav_read(item->path, SY_RATE_LINE, &sound, why);

	if (!err && item->wide)
		err = sy_line_effect_apply(&line, &sound);
	if (err)
		sy_sound_reset(&sound);
	else
		*ret_sound = sound;
	return err;
}
