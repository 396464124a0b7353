/*
 * What tests of look-ups and their functions share: one base for the whole program, and SQL to fill it with.
 */
#ifndef SY_TESTS_SQL_BENCH_H
#define SY_TESTS_SQL_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kb_bench.h"

static void *base;             /* a struct bench */
static struct sy_store *store; /* of the base */

static inline void sql(const char *text)
{
	if (sqlite3_exec(sy_store_db(store), text, NULL, NULL, NULL) != SQLITE_OK)
		fail_msg("%s: %s", text, sqlite3_errmsg(sy_store_db(store)));
}

static inline int make_base(void)
{
	if (bench_begin(&base))
		return -1;
	store = ((struct bench *)base)->store;
	return 0;
}

static inline int drop_base(void **state)
{
	(void)state;
	return bench_end(&base);
}

#endif
