#include "base/place.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

/* A path of ours must not leave the folder it is looked for in. */
static int check_relative(const char *relative, struct sy_problem *why)
{
	if (relative[0] == '/')
		return sy_problem_set(
			why, EINVAL, "%s: expected a path below Sayso's folder, not from the root", relative);
	for (const char *part = relative; *part != '\0';) {
		size_t n = strcspn(part, "/");
		if (n == 2 && strncmp(part, "..", 2) == 0)
			return sy_problem_set(why, EINVAL, "%s: \"..\" would leave Sayso's folder", relative);
		part += n;
		part += *part == '/';
	}
	return 0;
}

static int join(const char *folder, const char *relative, char **ret_path)
{
	struct sy_text path = {0};
	int err = sy_text_add(&path, folder);

	if (err == 0 && relative[0] != '\0')
		err = sy_text_addf(&path, "/%s", relative);
	if (err != 0) {
		sy_text_reset(&path);
		return err;
	}
	*ret_path = sy_text_take(&path);
	return 0;
}

static int must_be_folder(const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return errno;
	return S_ISDIR(st.st_mode) ? 0 : ENOTDIR;
}

int sy_place_data(const char *relative, char **ret_path, struct sy_problem *why)
{
	const char *from_env = getenv("SAYSO_DATA");
	const char *const folders[] = {from_env, SAYSO_SOURCE_DIR, SAYSO_INSTALL_DIR};
	struct sy_text tried = {0};
	int err = check_relative(relative, why);

	/* A mistyped folder would go unnoticed: what it lacks is taken from the others. */
	if (err == 0 && from_env != NULL && from_env[0] != '\0')
		err = must_be_folder(from_env);
	if (err == ENOENT || err == ENOTDIR)
		err = sy_problem_set(
			why, err, "SAYSO_DATA is \"%s\", which is no folder; correct or unset it", from_env);
	for (size_t i = 0; err == 0 && i < sizeof(folders) / sizeof(folders[0]); i++) {
		char *path = NULL;
		if (folders[i] == NULL || folders[i][0] == '\0')
			continue;
		err = join(folders[i], relative, &path);
		if (err != 0)
			break;
		if (access(path, F_OK) == 0) {
			*ret_path = path;
			goto out;
		}
		err = sy_text_addf(&tried, "%s%s", tried.len > 0 ? ", " : "", path);
		free(path);
	}
	if (err == 0)
		err = sy_problem_set(why, ENOENT,
			"%s is missing; looked for it at %s; set SAYSO_DATA to the folder that holds Sayso's data",
			relative, sy_text_str(&tried));
out:
	sy_text_reset(&tried);
	return err;
}

/* Private to the user (0700): a call's record holds what a caller said. */
static int make_folders(char *path)
{
	for (char *s = path + 1;; s++) {
		if (*s != '/' && *s != '\0')
			continue;
		char kept = *s;
		*s = '\0';
		int err = mkdir(path, 0700) == 0 || errno == EEXIST ? 0 : errno;
		*s = kept;
		if (err != 0 || kept == '\0')
			return err;
	}
}

/* XDG Base Directory Specification: a relative value of the variable is to be ignored. */
static int user_folder(const char *variable, const char *below_home, char **ret_folder, struct sy_problem *why)
{
	const char *xdg = getenv(variable);
	const char *home = getenv("HOME");

	if (xdg != NULL && xdg[0] == '/')
		return join(xdg, "sayso", ret_folder);
	if (home == NULL || home[0] != '/')
		return sy_problem_set(why, ENOENT,
			"no folder for your own data: neither %s nor HOME names one; set one of them", variable);
	return join(home, below_home, ret_folder);
}

static int user_path(const char *folder, const char *relative, char **ret_path, struct sy_problem *why)
{
	char *path = NULL;
	int err = check_relative(relative, why);

	if (err != 0)
		return err;
	err = join(folder, relative, &path);
	if (err != 0)
		return err;
	char *last = relative[0] != '\0' ? strrchr(path, '/') : NULL;
	if (last != NULL)
		*last = '\0';
	err = make_folders(path);
	if (err == 0)
		err = must_be_folder(path);
	if (err != 0) {
		(void)sy_problem_set(why, err, "%s: cannot make this folder: %s", path, strerror(err));
		free(path);
		return err;
	}
	if (last != NULL)
		*last = '/';
	*ret_path = path;
	return 0;
}

int sy_place_user_data(const char *relative, char **ret_path, struct sy_problem *why)
{
	char *folder = NULL;
	int err = user_folder("XDG_DATA_HOME", ".local/share/sayso", &folder, why);

	if (err == 0)
		err = user_path(folder, relative, ret_path, why);
	free(folder);
	return err;
}

int sy_place_user_cache(const char *relative, char **ret_path, struct sy_problem *why)
{
	char *folder = NULL;
	int err = user_folder("XDG_CACHE_HOME", ".cache/sayso", &folder, why);

	if (err == 0)
		err = user_path(folder, relative, ret_path, why);
	free(folder);
	return err;
}
