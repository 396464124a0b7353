#include "kb/store.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/place.h"
#include "base/text.h"
#include "kb/collation.h"

struct sy_store {
	sqlite3 *db;
	char *path;
};

/* The tables of schema.sql; test_store compares the two. */
static const char *const reserved[] = {"article", "phrase", "slot", "followup", "lookup", "data_table", "word",
	"version", "call", "turn", "event", "desk", "item", "model", "identity"};

bool sy_store_reserved(const char *name)
{
	if (!strncasecmp(name, "sqlite_", 7))
		return true;
	for (size_t i = 0; i < sizeof(reserved) / sizeof(*reserved); i++)
		if (!strcasecmp(name, reserved[i]))
			return true;
	return false;
}

const char *sy_store_path(const struct sy_store *store)
{
	return store->path;
}

sqlite3 *sy_store_db(struct sy_store *store)
{
	return store->db;
}

void sy_store_time(time_t at, char ret_text[SY_STORE_TIME_MAX])
{
	struct tm utc;

	if (!gmtime_r(&at, &utc) || !strftime(ret_text, SY_STORE_TIME_MAX, "%Y-%m-%dT%H:%M:%SZ", &utc))
		ret_text[0] = 0;
}

/* The folder that holds `path`; caller frees. */
static char *folder_of(const char *path)
{
	char *copy = strdup(path);
	char *folder = copy ? strdup(dirname(copy)) : NULL;

	free(copy);
	return folder;
}

/* A system error while opening or writing the file, as one line. */
static int file_error(const char *path, int err, const char *doing, struct sy_problem *why)
{
	switch (err) {
	case ENOSPC:
	case EDQUOT:
	case EFBIG: /* what a file-size limit gives */
		return sy_problem_set(why, ENOSPC,
			"%s: cannot %s: the disk is full; make room and try again, nothing was changed", path, doing);
	case EROFS:
		return sy_problem_set(
			why, EROFS, "%s: cannot %s: the file system is read-only; use another --db", path, doing);
	case EACCES:
	case EPERM:
		return sy_problem_set(
			why, EACCES, "%s: cannot %s: no permission; check the file's and folder's rights", path, doing);
	case ENOENT:
		return sy_problem_set(why, ENOENT, "%s: cannot %s: no such file", path, doing);
	default:
		return sy_problem_set(why, err, "%s: cannot %s: %s", path, doing, strerror(err));
	}
}

/* A result whose cause lies in the file system: CANTOPEN, READONLY, IOERR. */
static int system_error(struct sy_store *store, int rc, const char *doing, struct sy_problem *why)
{
	int last = errno;
	int err = store->db ? sqlite3_system_errno(store->db) : 0;

	/* SQLite keeps no errno of a write that failed in a commit; what it undoes afterwards leaves ours alone. */
	if (rc == SQLITE_IOERR_WRITE && !err)
		err = last;
	if ((rc & 0xff) == SQLITE_READONLY && !err)
		err = access(store->path, W_OK) ? errno : EACCES;
	if ((rc & 0xff) == SQLITE_CANTOPEN && !err)
		err = EACCES;
	return file_error(store->path, err ? err : EIO, doing, why);
}

int sy_store_error(struct sy_store *store, int rc, const char *doing, struct sy_problem *why)
{
	const char *path = store->path;

	switch (rc & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return sy_problem_set(why, EBUSY,
			"%s: cannot %s: the knowledge base is locked by another program; try again when it is done",
			path, doing);
	case SQLITE_NOTADB:
		return sy_problem_set(why, EBADMSG, "%s: not a knowledge base of Sayso", path);
	case SQLITE_CORRUPT:
		return sy_problem_set(why, EBADMSG,
			"%s: cannot %s: the knowledge base is damaged (%s); put a good copy in its place", path, doing,
			sqlite3_errmsg(store->db));
	case SQLITE_FULL:
		return file_error(path, ENOSPC, doing, why);
	case SQLITE_NOMEM:
		return sy_problem_set(why, ENOMEM, "%s: cannot %s: out of memory", path, doing);
	case SQLITE_CANTOPEN:
	case SQLITE_READONLY:
	case SQLITE_IOERR:
		return system_error(store, rc, doing, why);
	default:
		return sy_problem_set(why, EINVAL, "%s: cannot %s: %s", path, doing, sqlite3_errmsg(store->db));
	}
}

int sy_store_run(struct sy_store *store, const char *sql, const char *doing, struct sy_problem *why)
{
	int rc = sqlite3_exec(store->db, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? 0 : sy_store_error(store, sqlite3_extended_errcode(store->db), doing, why);
}

int sy_store_prepare(struct sy_store *store, const char *sql, sqlite3_stmt **ret_statement, struct sy_problem *why)
{
	sqlite3_stmt *statement = NULL;
	int rc = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL);

	if (rc == SQLITE_OK) {
		*ret_statement = statement;
		return 0;
	}
	/* Our SQL is right, so a table or column that is not there is missing from the file. */
	if (rc == SQLITE_ERROR)
		return sy_problem_set(why, EBADMSG,
			"%s: the knowledge base is damaged (%s); put a good copy in its place", store->path,
			sqlite3_errmsg(store->db));
	return sy_store_error(store, sqlite3_extended_errcode(store->db), "read it", why);
}

int sy_store_begin(struct sy_store *store, struct sy_problem *why)
{
	return sy_store_run(store, "BEGIN IMMEDIATE", "write", why);
}

int sy_store_commit(struct sy_store *store, struct sy_problem *why)
{
	int err = sy_store_run(store, "COMMIT", "write", why);

	if (err)
		sy_store_rollback(store);
	return err;
}

void sy_store_rollback(struct sy_store *store)
{
	if (!sqlite3_get_autocommit(store->db))
		(void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
}

/* One integer of a PRAGMA or SELECT. */
static int number_of(struct sy_store *store, const char *sql, int64_t *ret_number, struct sy_problem *why)
{
	sqlite3_stmt *statement = NULL;
	int rc;
	int err = sy_store_prepare(store, sql, &statement, why);

	if (err)
		return err;
	rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW)
		*ret_number = sqlite3_column_int64(statement, 0);
	else
		err = sy_store_error(store, rc, "read it", why);
	sqlite3_finalize(statement);
	return err;
}

/* What kind of file lies at the path, told from its first bytes. */
enum at_path { NOTHING, EMPTY, DATABASE };

static int look(const char *path, enum at_path *ret_found, struct sy_problem *why)
{
	static const char magic[16] = "SQLite format 3";
	char head[sizeof(magic)];
	struct stat st;
	ssize_t n;
	int fd;

	if (stat(path, &st)) {
		if (errno != ENOENT)
			return file_error(path, errno, "open it", why);
		*ret_found = NOTHING;
		return 0;
	}
	if (!S_ISREG(st.st_mode))
		return sy_problem_set(why, EBADMSG, "%s: not a knowledge base of Sayso but %s", path,
			S_ISDIR(st.st_mode) ? "a folder" : "no plain file");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return file_error(path, errno, "open it", why);
	n = read(fd, head, sizeof(head));
	(void)close(fd);
	if (n != 0 && (n != sizeof(head) || memcmp(head, magic, sizeof(magic)) != 0))
		return sy_problem_set(why, EBADMSG, "%s: not a knowledge base of Sayso", path);
	*ret_found = n ? DATABASE : EMPTY;
	return 0;
}

/* The folder must be there, and writable where the file is to be written: WAL keeps two files beside it. */
static int check_folder(const char *path, struct sy_problem *why)
{
	struct sy_problem inner;
	char *folder = folder_of(path);
	int err = 0;

	if (!folder)
		return sy_problem_set(why, ENOMEM, "out of memory");
	if (access(folder, F_OK))
		err = sy_problem_set(why, ENOENT, "%s: the folder %s does not exist; make it first", path, folder);
	else if (access(folder, W_OK | X_OK)) {
		err = file_error(folder, errno, "write in this folder", &inner);
		(void)sy_problem_set(why, err, "%s", inner.text);
	}
	free(folder);
	return err;
}

/* "file:…?immutable=1" for a base on read-only ground, where the files of WAL cannot be made. Caller frees. */
static char *immutable_uri(const char *path)
{
	struct sy_text uri = {0};
	int err = sy_text_add(&uri, "file:");

	for (const char *c = path; *c && !err; c++)
		err = strchr("%?#", *c) ? sy_text_addf(&uri, "%%%02X", (unsigned char)*c) : sy_text_add_n(&uri, c, 1);
	if (!err)
		err = sy_text_add(&uri, "?immutable=1");
	if (err) {
		sy_text_reset(&uri);
		return NULL;
	}
	return sy_text_take(&uri);
}

/* Opens for reading where the folder cannot be written. */
static int open_on_read_only_ground(struct sy_store *store)
{
	struct sy_text wal = {0};
	char *uri = immutable_uri(store->path);
	int rc = SQLITE_NOMEM;

	/* With a WAL beside it another program is at work, and its newest pages are there. */
	if (uri && !sy_text_addf(&wal, "%s-wal", store->path)) {
		bool in_use = !access(wal.s, F_OK);

		rc = sqlite3_open_v2(in_use ? store->path : uri, &store->db,
			SQLITE_OPEN_READONLY | (in_use ? 0 : SQLITE_OPEN_URI), NULL);
	}
	sy_text_reset(&wal);
	free(uri);
	return rc;
}

static int connect_to(struct sy_store *store, enum sy_store_open how, struct sy_problem *why)
{
	int flags = SQLITE_OPEN_READWRITE | (how == SY_STORE_MAKE ? SQLITE_OPEN_CREATE : 0);
	int err, rc;

	if (how == SY_STORE_READ && check_folder(store->path, NULL)) {
		rc = open_on_read_only_ground(store);
	} else {
		err = how == SY_STORE_READ ? 0 : check_folder(store->path, why);
		if (!err && how != SY_STORE_READ && !access(store->path, F_OK) && access(store->path, W_OK))
			err = file_error(store->path, errno, "write it", why);
		if (err)
			return err;
		rc = sqlite3_open_v2(store->path, &store->db, flags, NULL);
	}
	if (rc != SQLITE_OK)
		return sy_store_error(store, store->db ? sqlite3_extended_errcode(store->db) : rc, "open it", why);
	sqlite3_extended_result_codes(store->db, 1);
	sqlite3_busy_timeout(store->db, SY_STORE_BUSY_MS);
	if (sy_collation_register(store->db))
		return sy_problem_set(why, ENOMEM, "out of memory");
	return 0;
}

/* Is this file ours, whole and of a schema we know? ENOENT: an empty database. */
static int check_schema(struct sy_store *store, struct sy_problem *why)
{
	int64_t application = 0, schema = 0, tables = 0;
	int err = number_of(store, "PRAGMA application_id", &application, why);

	if (!err)
		err = number_of(store, "PRAGMA user_version", &schema, why);
	if (!err)
		err = number_of(store, "SELECT count(*) FROM sqlite_schema", &tables, why);
	if (err)
		return err;
	if (!application && !schema && !tables)
		return sy_problem_set(why, ENOENT,
			"%s: an empty file; make a knowledge base of it with: sayso kb --db %s init", store->path,
			store->path);
	if (application != SY_STORE_APPLICATION)
		return sy_problem_set(
			why, EBADMSG, "%s: not a knowledge base of Sayso but another program's database", store->path);
	if (schema > SY_STORE_SCHEMA)
		return sy_problem_set(why, ENOTSUP,
			"%s: written by a newer Sayso (schema %lld, this one knows %d); use that one, or a base of "
			"your own",
			store->path, (long long)schema, SY_STORE_SCHEMA);
	return number_of(store,
		"SELECT (SELECT count(*) FROM article WHERE 0) + (SELECT count(*) FROM version WHERE 0)"
		" + (SELECT count(*) FROM event WHERE 0)",
		&tables, why);
}

static int read_schema(char **ret_sql, struct sy_problem *why)
{
	char *path = NULL;
	struct sy_text sql = {0};
	char buffer[4096];
	ssize_t n = 0;
	int fd;
	int err = sy_place_data("kb/schema.sql", &path, why);

	if (err)
		return err;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		err = file_error(path, errno, "read it", why);
		free(path);
		return err;
	}
	while (!err && (n = read(fd, buffer, sizeof(buffer))) > 0)
		err = sy_text_add_n(&sql, buffer, (size_t)n);
	if (n < 0)
		err = errno;
	if (!err)
		err = sy_text_addf(&sql, "PRAGMA application_id = %d; PRAGMA user_version = %d;", SY_STORE_APPLICATION,
			SY_STORE_SCHEMA);
	(void)close(fd);
	if (err)
		(void)file_error(path, err, "read it", why);
	else
		*ret_sql = sy_text_take(&sql);
	sy_text_reset(&sql);
	free(path);
	return err;
}

/* Lays out an empty database, unless another process did so a moment ago. */
static int make_schema(struct sy_store *store, struct sy_problem *why)
{
	char *sql = NULL;
	int err = read_schema(&sql, why);

	if (!err)
		err = sy_store_begin(store, why);
	if (!err && check_schema(store, NULL) == ENOENT)
		err = sy_store_run(store, sql, "make the knowledge base", why);
	if (!err)
		err = sy_store_commit(store, why);
	else if (store->db)
		sy_store_rollback(store);
	free(sql);
	return err;
}

/* What each schema added to the one before it, from 2 on. */
static const char *const upgrades[] = {
	"CREATE TABLE identity (name TEXT PRIMARY KEY NOT NULL, text TEXT NOT NULL)",
};
_Static_assert(sizeof(upgrades) / sizeof(*upgrades) == SY_STORE_SCHEMA - 1, "a step for each schema");

/* Within a transaction: another process may be at it too. */
static int upgrade_within(struct sy_store *store, struct sy_problem *why)
{
	struct sy_text sql = {0};
	int64_t schema = 0;
	int err = number_of(store, "PRAGMA user_version", &schema, why);

	for (; schema < SY_STORE_SCHEMA && !err; schema++)
		err = sy_text_addf(&sql, "%s;", upgrades[schema - 1]);
	if (!err)
		err = sy_text_addf(&sql, "PRAGMA user_version = %d", SY_STORE_SCHEMA);
	if (!err)
		err = sy_store_run(store, sql.s, "bring it up to this Sayso", why);
	sy_text_reset(&sql);
	return err;
}

static int upgrade(struct sy_store *store, struct sy_problem *why)
{
	int64_t schema = 0;
	int err = number_of(store, "PRAGMA user_version", &schema, why);

	if (err || schema >= SY_STORE_SCHEMA)
		return err;
	/* While another program writes, the base serves as it is: calls need nothing newer. */
	err = sy_store_begin(store, why);
	if (err)
		return err == EBUSY ? 0 : err;
	err = upgrade_within(store, why);
	if (!err)
		return sy_store_commit(store, why);
	sy_store_rollback(store);
	return err;
}

static int prepare_connection(struct sy_store *store, enum sy_store_open how, struct sy_problem *why)
{
	if (how == SY_STORE_READ)
		return sy_store_run(store, "PRAGMA query_only = ON", "open it", why);
	/* NORMAL: a killed process loses nothing, a power cut at most the last commits, and neither the database. */
	int err = sy_store_run(store,
		"PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;"
		"PRAGMA journal_size_limit = 4194304",
		"write", why);
	return err ? err : upgrade(store, why);
}

static int open_store(struct sy_store *store, enum sy_store_open how, enum at_path found, struct sy_problem *why)
{
	struct sy_problem unfit = {""};
	int err = connect_to(store, how, why);

	if (err)
		return err;
	err = check_schema(store, &unfit);
	if (err == ENOENT && found == DATABASE)
		err = sy_problem_set(
			why, ENOENT, "%s: an empty database and no knowledge base; use another name", store->path);
	else if (err == ENOENT && how == SY_STORE_MAKE)
		err = make_schema(store, why);
	else if (err)
		(void)sy_problem_set(why, err, "%s", unfit.text);
	return err ? err : prepare_connection(store, how, why);
}

/* After a failure nothing half-made stays; a file that another maker has filled meanwhile does. */
static void remove_if_empty(const char *path)
{
	struct stat st;

	if (!stat(path, &st) && st.st_size == 0)
		(void)unlink(path);
}

int sy_store_open(const char *path, enum sy_store_open how, struct sy_store **ret_store, struct sy_problem *why)
{
	enum at_path found = NOTHING;
	struct sy_store *store;
	int err = look(path, &found, why);

	if (err)
		return err;
	if (found == NOTHING && how != SY_STORE_MAKE)
		return sy_problem_set(
			why, ENOENT, "%s: no such knowledge base; make one with: sayso kb --db %s init", path, path);
	store = calloc(1, sizeof(*store));
	if (store)
		store->path = strdup(path);
	if (!store || !store->path)
		err = sy_problem_set(why, ENOMEM, "out of memory");
	else
		err = open_store(store, how, found, why);
	if (err) {
		sy_store_close(store);
		if (found == NOTHING)
			remove_if_empty(path);
		return err;
	}
	*ret_store = store;
	return 0;
}

void sy_store_close(struct sy_store *store)
{
	if (!store)
		return;
	(void)sqlite3_close_v2(store->db);
	free(store->path);
	free(store);
}
