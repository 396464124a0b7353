#include "grammars/jsgf_link.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/place.h"
#include "base/text.h"
#include "grammars/jsgf.h"

static int read_all(const char *path, FILE *stream, struct sy_text *text, struct sy_problem *why)
{
	char piece[16384];
	size_t n;
	while ((n = fread(piece, 1, sizeof piece, stream)) > 0) {
		int err = sy_text_add_n(text, piece, n);
		if (err)
			return err;
		/* The parser says that it is too long. */
		if (text->len > SY_JSGF_BYTES_MAX)
			return 0;
	}
	return ferror(stream) ? sy_problem_set(why, EIO, "%s: cannot be read: %s", path, strerror(errno)) : 0;
}

static int read_file(const char *path, struct sy_text *text, struct sy_problem *why)
{
	FILE *stream = fopen(path, "rbe");
	if (!stream) {
		int err = errno;
		return sy_problem_set(why, err, "%s: cannot be opened: %s", path, strerror(err));
	}
	int err = read_all(path, stream, text, why);
	fclose(stream);
	return err;
}

static bool is_file(const char *path)
{
	struct stat found;
	return stat(path, &found) == 0 && S_ISREG(found.st_mode);
}

/* "digits" -> "digits.gram", "shop.menu" -> "shop/menu.gram" */
static int file_name(const char *package, struct sy_text *name)
{
	int err = sy_text_addf(name, "%s.gram", package);
	for (size_t i = 0; !err && package[i]; i++)
		if (package[i] == '.')
			name->s[i] = '/';
	return err;
}

/* The path of an imported package; ENOENT where there is none. Caller frees. */
static int find_package(const char *importer, const char *package, char **ret_path)
{
	struct sy_text name = {0}, beside = {0};
	const char *slash = strrchr(importer, '/');
	int err = file_name(package, &name);
	if (!err && slash)
		err = sy_text_add_n(&beside, importer, (size_t)(slash - importer) + 1);
	if (!err)
		err = sy_text_add(&beside, sy_text_str(&name));
	if (!err && is_file(sy_text_str(&beside))) {
		*ret_path = sy_text_take(&beside);
		err = *ret_path ? 0 : ENOMEM;
	} else if (!err) {
		struct sy_text relative = {0};
		err = sy_text_addf(&relative, "grammars/%s", sy_text_str(&name));
		if (!err)
			err = sy_place_data(sy_text_str(&relative), ret_path, NULL);
		sy_text_reset(&relative);
	}
	sy_text_reset(&name);
	sy_text_reset(&beside);
	return err;
}

static bool is_same_file(const char *a, const char *b)
{
	struct stat one, two;
	if (strcmp(a, b) == 0)
		return true;
	return stat(a, &one) == 0 && stat(b, &two) == 0 && one.st_dev == two.st_dev && one.st_ino == two.st_ino;
}

static struct sy_linked_file *known_file(const struct sy_linked *linked, const char *path)
{
	for (size_t i = 0; i < linked->n; i++)
		if (is_same_file(linked->files[i]->path, path))
			return linked->files[i];
	return NULL;
}

static int load_imports(struct sy_linked *linked, struct sy_linked_file *file, struct sy_problem *why);

/* text: NULL to read the file. */
static int load(struct sy_linked *linked, const char *path, const struct sy_text *text, struct sy_problem *why)
{
	struct sy_linked_file *file = calloc(1, sizeof *file);
	if (!file)
		return ENOMEM;
	linked->files[linked->n++] = file;
	file->path = strdup(path);
	file->open = true;
	struct sy_text own = {0};
	int err = file->path ? 0 : ENOMEM;
	if (!err && !text)
		err = read_file(path, &own, why);
	if (!err && !text)
		text = &own;
	if (!err)
		err = sy_parse(path, text->s ? text->s : "", text->len, &file->parsed, why);
	sy_text_reset(&own);
	if (!err)
		err = load_imports(linked, file, why);
	file->open = false;
	return err;
}

/* Two imports with one package name from different folders cannot be: a package is one file for its importer. */
static int load_import(struct sy_linked *linked, struct sy_linked_file *file, size_t i, struct sy_problem *why)
{
	const struct sy_import *import = &file->parsed->imports[i];
	int line = import->at.line, column = import->at.column;
	char *path;
	int err = find_package(file->path, import->package, &path);
	if (err == ENOENT)
		return sy_problem_at(why, ENOENT, file->path, line, column,
			"no grammar \"%s\" to import: expected a file of that name with .gram beside this one",
			import->package);
	if (err)
		return err;
	struct sy_linked_file *known = known_file(linked, path);
	if (known && known->open) {
		err = sy_problem_at(why, EINVAL, file->path, line, column,
			"imports go in a circle: \"%s\" imports this file, expected one direction only",
			import->package);
	} else if (known) {
		file->imported[i] = known;
	} else if (linked->n == SY_LINKED_MAX) {
		err = sy_problem_at(why, E2BIG, file->path, line, column, "a grammar is made of at most 64 files");
	} else {
		file->imported[i] = NULL;
		size_t place = linked->n;
		err = load(linked, path, NULL, why);
		file->imported[i] = err ? NULL : linked->files[place];
	}
	if (!err && import->rule && !sy_parsed_rule(file->imported[i]->parsed, import->rule))
		err = sy_problem_at(why, EINVAL, file->path, line, column,
			"%s has no rule <%s>: expected one of its rules", path, import->rule);
	free(path);
	return err;
}

static int load_imports(struct sy_linked *linked, struct sy_linked_file *file, struct sy_problem *why)
{
	int err = 0;
	for (size_t i = 0; !err && i < file->parsed->n_imports; i++)
		err = load_import(linked, file, i, why);
	return err;
}

/* Every name must lead somewhere, also in rules that no public rule uses yet. */
static int check_names(const struct sy_linked_file *file, struct sy_problem *why)
{
	for (size_t i = 0; i < file->parsed->n_nodes; i++) {
		const struct sy_node *node = &file->parsed->nodes[i];
		if (node->kind != SY_NODE_RULE)
			continue;
		struct sy_found_rule found;
		int err = sy_linked_find(file, node->text, &found);
		if (err == ENOENT)
			return sy_problem_at(why, EINVAL, file->path, node->at.line, node->at.column,
				"unknown rule <%s>: expected a rule of this file or an imported one", node->text);
		if (err)
			return sy_problem_at(why, EINVAL, file->path, node->at.line, node->at.column,
				"two imports have a rule <%s>: expected <grammar.%s>", node->text, node->text);
	}
	return 0;
}

int sy_link(const char *path, const char *text, size_t n, struct sy_linked **ret_linked, struct sy_problem *why)
{
	struct sy_linked *linked = calloc(1, sizeof *linked);
	if (!linked)
		return ENOMEM;
	struct sy_text given = {0};
	int err = text ? sy_text_add_n(&given, text, n) : 0;
	if (!err)
		err = load(linked, path, text ? &given : NULL, why);
	sy_text_reset(&given);
	for (size_t i = 0; !err && i < linked->n; i++)
		err = check_names(linked->files[i], why);
	if (err) {
		sy_linked_destroy(linked);
		return err;
	}
	*ret_linked = linked;
	return 0;
}

void sy_linked_destroy(struct sy_linked *linked)
{
	if (!linked)
		return;
	for (size_t i = 0; i < linked->n; i++) {
		sy_parsed_destroy(linked->files[i]->parsed);
		free(linked->files[i]->path);
		free(linked->files[i]);
	}
	free(linked);
}

/* <digits.digit> or <com.shop.digits.digit>: the last part is the rule, the rest an imported package or its end. */
static bool is_package_named(const char *package, const char *name, size_t n)
{
	size_t len = strlen(package);
	if (len < n || memcmp(package + len - n, name, n) != 0)
		return false;
	return len == n || package[len - n - 1] == '.';
}

static bool covers(const struct sy_import *import, const char *rule)
{
	return !import->rule || strcmp(import->rule, rule) == 0;
}

static int find_qualified(const struct sy_linked_file *file, const char *name, struct sy_found_rule *ret_found)
{
	const char *dot = strrchr(name, '.');
	for (size_t i = 0; dot && i < file->parsed->n_imports; i++) {
		const struct sy_import *import = &file->parsed->imports[i];
		if (!is_package_named(import->package, name, (size_t)(dot - name)) || !covers(import, dot + 1))
			continue;
		const struct sy_rule *rule = sy_parsed_rule(file->imported[i]->parsed, dot + 1);
		if (rule) {
			*ret_found = (struct sy_found_rule){file->imported[i], rule};
			return 0;
		}
	}
	return ENOENT;
}

int sy_linked_find(const struct sy_linked_file *file, const char *name, struct sy_found_rule *ret_found)
{
	const struct sy_rule *own = sy_parsed_rule(file->parsed, name);
	if (own) {
		*ret_found = (struct sy_found_rule){file, own};
		return 0;
	}
	struct sy_found_rule found = {0};
	for (size_t i = 0; i < file->parsed->n_imports; i++) {
		if (!covers(&file->parsed->imports[i], name))
			continue;
		const struct sy_rule *rule = sy_parsed_rule(file->imported[i]->parsed, name);
		if (rule && found.rule && found.rule != rule)
			return EEXIST;
		if (rule)
			found = (struct sy_found_rule){file->imported[i], rule};
	}
	if (!found.rule)
		return find_qualified(file, name, ret_found);
	*ret_found = found;
	return 0;
}
