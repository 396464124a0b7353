/* An editor's SQL: whatever it says, nothing is written, no table of ours is read, and it ends. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "kb/lookup.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct sy_store *open_base(void)
{
	char folder[] = "/tmp/sayso-fuzz-XXXXXX";
	char path[64];
	struct sy_store *store = NULL;
	struct sy_problem why;

	if (!mkdtemp(folder))
		abort();
	(void)snprintf(path, sizeof(path), "%s/kb.db", folder);
	if (sy_store_open(path, SY_STORE_MAKE, &store, &why) ||
		sqlite3_exec(sy_store_db(store),
			"CREATE TABLE account (number TEXT, balance TEXT);"
			"INSERT INTO account VALUES ('1', '2'), ('3', '4');"
			"CREATE TABLE hours (day TEXT, opens TEXT, closes TEXT);"
			"INSERT INTO hours VALUES ('monday', '09:00', '17:30');"
			"INSERT INTO item (text, at) VALUES ('planted-secret', '')",
			NULL, NULL, NULL) != SQLITE_OK)
		abort();
	return store;
}

static void look_for_secret(const struct sy_pairs *row)
{
	for (size_t i = 0; i < row->n; i++) {
		if (strstr(row->at[i].value, "planted-secret"))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sy_store *store;
	static const struct tm now = {.tm_year = 126, .tm_mon = 10, .tm_mday = 16};
	char name[] = "fuzz";
	struct sy_lookup lookup = {.name = name};
	struct sy_text sql = {0};
	struct sy_pairs row = {0};
	struct sy_strings values = {0};
	struct sy_problem why;
	size_t n;
	int changes;

	if (!store)
		store = open_base();
	/* What the text itself names is no leak. */
	if (sy_text_add_n(&sql, (const char *)data, size) || !sql.s || strcasestr(sql.s, "planted"))
		goto out;
	lookup.sql = sql.s;
	changes = sqlite3_total_changes(sy_store_db(store));
	(void)sy_lookup_check(store, &lookup, NULL, &why);
	if (!sy_lookup_run(store, &lookup, NULL, &now, &row, &n, &why))
		look_for_secret(&row);
	(void)sy_lookup_list(store, &lookup, &now, &values, &why);
	if (sqlite3_total_changes(sy_store_db(store)) != changes || !sqlite3_get_autocommit(sy_store_db(store)))
		abort();
out:
	sy_text_reset(&sql);
	sy_pairs_reset(&row);
	sy_strings_reset(&values);
	return 0;
}
