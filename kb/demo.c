/*
 * The demonstration base of this user, declared in kb/store.h: made from kb/seed and published where there is none.
 *
 * It is made under another name while a lock is held and then renamed, so that neither a crash nor two at once leave
 * half a base; the lock goes with its process.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/place.h"
#include "base/text.h"
#include "kb/article.h"
#include "kb/import.h"
#include "kb/publish.h"
#include "kb/store.h"

static const char demo_name[] = "larkfield.db";

static int is_seed(const struct dirent *entry)
{
	size_t n = strlen(entry->d_name);

	return n > 5 && entry->d_name[0] != '.' && !strcmp(entry->d_name + n - 5, ".yaml");
}

/* All seeds as one import: an article of one may follow up one of another. */
static int list_seeds(const char *folder, struct sy_strings *ret_paths, struct sy_problem *why)
{
	struct dirent **entries = NULL;
	int n = scandir(folder, &entries, is_seed, alphasort);
	int err = n < 0 ? sy_problem_set(why, errno, "%s: cannot be read: %s", folder, strerror(errno)) : 0;

	for (int i = 0; i < n; i++) {
		struct sy_text path = {0};

		if (!err)
			err = sy_text_addf(&path, "%s/%s", folder, entries[i]->d_name);
		if (!err)
			err = sy_strings_add(ret_paths, sy_text_str(&path));
		sy_text_reset(&path);
		free(entries[i]);
	}
	free(entries);
	if (!err && !ret_paths->n)
		err = sy_problem_set(why, ENOENT, "%s: no seed (*.yaml) is there; install Sayso again", folder);
	return err;
}

/* The base under its working name: seeds imported, published, everything in the one file. */
static int fill(const char *path, const struct sy_strings *seeds, struct sy_problem *why)
{
	static const struct sy_publish how = {.by = "sayso", .note = "the demonstration company"};
	struct sy_store *store = NULL;
	struct sy_imported imported;
	struct sy_published published;
	int err = sy_store_open(path, SY_STORE_MAKE, &store, why);

	if (!err)
		err = sy_import_files(store, seeds, &imported, why);
	if (!err)
		err = sy_publish(store, &how, &published, why);
	if (!err)
		err = sy_store_run(store, "PRAGMA wal_checkpoint(TRUNCATE)", "write", why);
	sy_store_close(store);
	return err;
}

static void remove_base(const char *path)
{
	static const char *const ends[] = {"", "-wal", "-shm", "-journal"};

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		struct sy_text file = {0};

		if (!sy_text_addf(&file, "%s%s", path, ends[i]))
			(void)unlink(file.s);
		sy_text_reset(&file);
	}
}

static int make(const char *path, struct sy_problem *why)
{
	struct sy_strings seeds = {0};
	struct sy_text half = {0};
	char *folder = NULL;
	int err = sy_place_data("kb/seed", &folder, why);

	if (!err)
		err = list_seeds(folder, &seeds, why);
	if (!err)
		err = sy_text_addf(&half, "%s.half", path);
	if (!err) {
		remove_base(half.s); /* what a crash left */
		err = fill(half.s, &seeds, why);
	}
	if (!err && rename(half.s, path))
		err = sy_problem_set(why, errno, "%s: cannot be made: %s", path, strerror(errno));
	if (err && half.s)
		remove_base(half.s);
	free(folder);
	sy_text_reset(&half);
	sy_strings_reset(&seeds);
	return err;
}

static int make_locked(const char *path, struct sy_problem *why)
{
	struct sy_text lock = {0};
	int fd = -1;
	int err = sy_text_addf(&lock, "%s.lock", path);

	if (!err)
		fd = open(lock.s, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (!err && (fd < 0 || flock(fd, LOCK_EX)))
		err = sy_problem_set(why, errno, "%s: cannot be made: %s", lock.s, strerror(errno));
	if (!err && access(path, F_OK))
		err = make(path, why);
	if (fd >= 0)
		(void)close(fd);
	sy_text_reset(&lock);
	return err;
}

int sy_store_demo_path(char **ret_path, struct sy_problem *why)
{
	char *path = NULL;
	int err = sy_place_user_data(demo_name, &path, why);

	if (!err && access(path, F_OK))
		err = make_locked(path, why);
	if (err)
		free(path);
	else
		*ret_path = path;
	return err;
}
