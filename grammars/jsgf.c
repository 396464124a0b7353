#include "grammars/jsgf.h"

#include <stdlib.h>

#include "base/place.h"
#include "base/text.h"
#include "grammars/jsgf_build.h"
#include "grammars/jsgf_link.h"

int sy_jsgf_graph_text(
	const char *name, const char *text, size_t n, struct sy_graph **ret_graph, struct sy_problem *why)
{
	struct sy_linked *linked;
	int err = sy_link(name, text, n, &linked, why);
	if (err)
		return err;
	err = sy_build_graph(linked, ret_graph, why);
	sy_linked_destroy(linked);
	return err;
}

int sy_jsgf_graph_file(const char *path, struct sy_graph **ret_graph, struct sy_problem *why)
{
	return sy_jsgf_graph_text(path, NULL, 0, ret_graph, why);
}

int sy_jsgf_graph_data(const char *file, struct sy_graph **ret_graph, struct sy_problem *why)
{
	struct sy_text relative = {0};
	char *path = NULL;
	int err = sy_text_addf(&relative, "grammars/%s", file);

	if (!err)
		err = sy_place_data(sy_text_str(&relative), &path, why);
	if (!err)
		err = sy_jsgf_graph_file(path, ret_graph, why);
	sy_text_reset(&relative);
	free(path);
	return err;
}
