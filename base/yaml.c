#include "base/yaml.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "base/yaml_check.h"

/* Pages of a disk; one read of a usual talk script. */
#define READ_STEP 65536

/* libcyaml's first error line is the one that names the matter; its backtrace follows. */
struct first_line {
	char text[256];
};

__attribute__((format(printf, 3, 0))) static void keep_first(
	cyaml_log_t level, void *context, const char *fmt, va_list args)
{
	struct first_line *first = context;

	if (level >= CYAML_LOG_ERROR && first->text[0] == '\0')
		(void)vsnprintf(first->text, sizeof(first->text), fmt, args);
}

static cyaml_config_t config_for(struct first_line *first)
{
	return (cyaml_config_t){.log_fn = keep_first,
		.log_ctx = first,
		.mem_fn = cyaml_mem,
		.log_level = CYAML_LOG_ERROR,
		.flags = CYAML_CFG_NO_ALIAS | CYAML_CFG_STYLE_BLOCK};
}

static int refuse(struct sy_problem *why, const char *name, cyaml_err_t code, const struct first_line *first)
{
	size_t n = strcspn(first->text, "\n");

	if (code == CYAML_ERR_OOM)
		return ENOMEM;
	if (n == 0)
		return sy_problem_at(why, EINVAL, name, 0, 0, "%s", cyaml_strerror(code));
	return sy_problem_at(why, EINVAL, name, 0, 0, "%.*s", (int)n, first->text);
}

int sy_yaml_load_bytes(const char *name, const void *bytes, size_t n, const cyaml_schema_value_t *schema,
	void **ret_data, struct sy_problem *why)
{
	struct first_line first = {0};
	cyaml_config_t config = config_for(&first);
	void *data = NULL;
	int err = sy_yaml_check(name, bytes, n, schema, why);

	if (err != 0)
		return err;
	cyaml_err_t code = cyaml_load_data(bytes, n, &config, schema, &data, NULL);
	if (code != CYAML_OK)
		return refuse(why, name, code, &first);
	*ret_data = data;
	return 0;
}

/* Reads to the end, also of a pipe, and refuses as soon as there is more than max_bytes. */
static int read_all(int fd, size_t max_bytes, struct sy_text *ret_text)
{
	char *step = malloc(READ_STEP);
	int err = step != NULL ? 0 : ENOMEM;

	while (err == 0) {
		ssize_t n = read(fd, step, READ_STEP);
		if (n == 0)
			break;
		if (n < 0)
			err = errno == EINTR ? 0 : errno;
		else if ((size_t)n > max_bytes - ret_text->len)
			err = EFBIG;
		else
			err = sy_text_add_n(ret_text, step, (size_t)n);
	}
	free(step);
	return err == E2BIG ? EFBIG : err;
}

int sy_yaml_read_text(const char *path, size_t max_bytes, struct sy_text *ret_text, struct sy_problem *why)
{
	struct sy_text text = {0};
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int err = fd >= 0 ? read_all(fd, max_bytes, &text) : errno;

	if (fd >= 0)
		(void)close(fd);
	if (err == EFBIG)
		(void)sy_problem_at(why, err, path, 0, 0,
			"larger than %zu bytes, the most that is read here; split the file", max_bytes);
	else if (err == ENOENT)
		(void)sy_problem_at(why, err, path, 0, 0, "no such file; check the name");
	else if (err == EISDIR)
		(void)sy_problem_at(why, err, path, 0, 0, "a folder; name a YAML file in it");
	else if (err != 0)
		(void)sy_problem_at(why, err, path, 0, 0, "cannot be read: %s", strerror(err));
	if (err != 0)
		sy_text_reset(&text);
	else
		*ret_text = text;
	return err;
}

int sy_yaml_load_file(
	const char *path, size_t max_bytes, const cyaml_schema_value_t *schema, void **ret_data, struct sy_problem *why)
{
	struct sy_text text = {0};
	int err = sy_yaml_read_text(path, max_bytes, &text, why);

	if (err == 0)
		err = sy_yaml_load_bytes(path, sy_text_str(&text), text.len, schema, ret_data, why);
	sy_text_reset(&text);
	return err;
}

int sy_yaml_save(const void *data, const cyaml_schema_value_t *schema, struct sy_text *ret_text, struct sy_problem *why)
{
	struct first_line first = {0};
	struct sy_text text = {0};
	cyaml_config_t config = config_for(&first);
	char *output = NULL;
	size_t n = 0;
	cyaml_err_t code = cyaml_save_data(&output, &n, &config, schema, data, 0);

	if (code != CYAML_OK)
		return refuse(why, "YAML", code, &first);
	int err = sy_text_add_n(&text, output, n);
	config.mem_fn(config.mem_ctx, output, 0);
	if (err != 0)
		return err;
	*ret_text = text;
	return 0;
}

void sy_yaml_free(const cyaml_schema_value_t *schema, void *data)
{
	struct first_line first = {0};
	cyaml_config_t config = config_for(&first);

	(void)cyaml_free(&config, schema, data, 0);
}
