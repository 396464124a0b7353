/*
 * data_table: the tables that look-ups read, made and filled from content and read back.
 *
 * Named as the editor names them, TEXT columns (kb/store.h), replaced whole. Names have passed sy_content_check().
 * Part of working; putting happens inside the caller's transaction.
 */
#ifndef SY_KB_DATA_TABLE_H
#define SY_KB_DATA_TABLE_H

#include "kb/article.h"
#include "kb/store.h"

int sy_data_table_put(struct sy_store *store, const struct sy_table *table, struct sy_problem *why);

/* Adds all data tables with their rows to `content`, in the editor's order. */
int sy_data_tables_load(struct sy_store *store, struct sy_content *content, struct sy_problem *why);

#endif
