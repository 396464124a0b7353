/* What a caller said, and bytes that claim to be a model: nothing reads past them or answers with no article. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "kb/search.h"
#include "kb/search_model.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct sy_content content;

static struct sy_search *make_search(void)
{
	static const char *const phrases[] = {"when are you open", "my phone was stolen", "what do I owe you"};
	struct sy_search *search = NULL;
	struct sy_problem why;
	void *bytes = NULL;
	size_t n = 0;

	for (size_t i = 0; i < sizeof(phrases) / sizeof(*phrases); i++) {
		struct sy_article *article = sy_content_add_article(&content);

		if (!article || !(article->id = strdup(phrases[i])) || sy_strings_add(&article->phrases, phrases[i]))
			abort();
	}
	if (sy_search_train(&content, &bytes, &n, &why) || sy_search_load(&content, bytes, n, &search, &why))
		abort();
	free(bytes);
	return search;
}

static void load(const uint8_t *data, size_t size)
{
	const char *at = (const char *)data;
	struct sy_model *model = NULL;
	struct sy_search *search = NULL;
	struct sy_problem why;

	if (!sy_model_load(&at, at + size, &model) && at > (const char *)data + size)
		abort();
	sy_model_destroy(model);
	if (!sy_search_load(&content, data, size, &search, &why))
		sy_search_destroy(search);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sy_search *search;
	struct sy_ranked ranked[2];
	struct sy_text text = {0};
	enum sy_found found;
	size_t n = 0;

	if (!search)
		search = make_search();
	load(data, size);
	if (!sy_text_add_n(&text, (const char *)data, size) &&
		!sy_search_rank(search, sy_text_str(&text), ranked, 2, &n, &found)) {
		for (size_t i = 0; i < n; i++) {
			if (!sy_content_article(&content, ranked[i].article) || !(ranked[i].confidence >= 0) ||
				!(ranked[i].confidence <= 1))
				abort();
		}
		if (!n && found != SY_FOUND_NOTHING)
			abort();
	}
	sy_text_reset(&text);
	return 0;
}
