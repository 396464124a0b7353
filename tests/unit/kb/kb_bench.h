/*
 * What tests of the knowledge base share: a folder of their own, and a base in it.
 */
#ifndef SY_TESTS_KB_BENCH_H
#define SY_TESTS_KB_BENCH_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "kb/import.h"
#include "kb/publish.h"
#include "kb/store.h"

struct bench {
	char folder[64];
	char path[128];
	struct sy_store *store;
	struct sy_problem why;
};

static inline int bench_remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

/* An empty base. */
static inline int bench_begin(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));

	*state = bench;
	if (!bench)
		return -1;
	(void)snprintf(bench->folder, sizeof(bench->folder), "/tmp/sayso-test-XXXXXX");
	if (!mkdtemp(bench->folder))
		return -1;
	(void)snprintf(bench->path, sizeof(bench->path), "%s/base.db", bench->folder);
	return sy_store_open(bench->path, SY_STORE_MAKE, &bench->store, &bench->why) ? -1 : 0;
}

static inline int bench_end(void **state)
{
	struct bench *bench = *state;

	sy_store_close(bench->store);
	(void)nftw(bench->folder, bench_remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(bench);
	return 0;
}

static inline int bench_import(struct bench *bench, const char *name, const char *text)
{
	struct sy_imported imported;

	bench->why.text[0] = 0;
	return sy_import_bytes(bench->store, name, text, strlen(text), &imported, &bench->why);
}

static inline int bench_publish(struct bench *bench, struct sy_published *ret_published)
{
	static const struct sy_publish how = {.by = "tester"};

	bench->why.text[0] = 0;
	return sy_publish(bench->store, &how, ret_published, &bench->why);
}

/* The working copy as YAML; caller frees. */
static inline char *bench_export(struct bench *bench)
{
	struct sy_text yaml = {0};

	return sy_export(bench->store, &yaml, &bench->why) ? NULL : sy_text_take(&yaml);
}

/* Two articles, one with a slot and a look-up, a draft, a table and a word. */
#define BENCH_YAML                                                                                                     \
	"articles:\n"                                                                                                  \
	"  - id: balance\n"                                                                                            \
	"    title: the balance of your account\n"                                                                     \
	"    topic: billing\n"                                                                                         \
	"    owner: billing@larkfield.example\n"                                                                       \
	"    review: 2027-01-31\n"                                                                                     \
	"    phrases:\n"                                                                                               \
	"      - what's my balance\n"                                                                                  \
	"      - how much do I owe on account {account}\n"                                                             \
	"      - how much is left to pay\n"                                                                            \
	"    slots:\n"                                                                                                 \
	"      - {name: account, kind: digits, length: 6, ask: What is your account number?, confirm: true}\n"         \
	"    lookup: balance_of_account\n"                                                                             \
	"    answer: \"The balance of account {account|digits} is {balance|money}.\"\n"                                \
	"    none: \"I can't find an account with the number {account|digits}.\"\n"                                    \
	"    followups: [opening-hours]\n"                                                                             \
	"  - id: opening-hours\n"                                                                                      \
	"    title: opening hours\n"                                                                                   \
	"    owner: shop@larkfield.example\n"                                                                          \
	"    review: 2027-01-31\n"                                                                                     \
	"    phrases:\n"                                                                                               \
	"      - when are you open\n"                                                                                  \
	"      - opening hours\n"                                                                                      \
	"      - are you open on Sundays\n"                                                                            \
	"    answer: \"We are open from nine to five.\"\n"                                                             \
	"  - id: branch\n"                                                                                             \
	"    title: a branch in your town\n"                                                                           \
	"    phrases:\n"                                                                                               \
	"      - is there a shop in {town}\n"                                                                          \
	"    slots:\n"                                                                                                 \
	"      - {name: town, kind: text, choices: [Ashby, St. Ives], ask: In which town?}\n"                          \
	"lookups:\n"                                                                                                   \
	"  - name: balance_of_account\n"                                                                               \
	"    sql: SELECT balance FROM account WHERE number = :account\n"                                               \
	"tables:\n"                                                                                                    \
	"  - name: account\n"                                                                                          \
	"    columns: [number, balance]\n"                                                                             \
	"    rows:\n"                                                                                                  \
	"      - [\"104233\", \"20.50\"]\n"                                                                            \
	"      - [\"104234\", \"0.00\"]\n"                                                                             \
	"words:\n"                                                                                                     \
	"  larkfield: L AA R K F IY L D\n"

#endif
