-- The knowledge base. Read once, when a base is made; each later schema is a new number in store.h.
--
-- articles, look-ups and words below are the editor's working copy; a version is an immutable copy of them.
-- Data tables (account, branch, …) are ordinary tables beside these, named as the editor names them
-- and listed in data_table; they are live data, not versioned.

CREATE TABLE article (
	id       TEXT PRIMARY KEY NOT NULL,
	position INTEGER NOT NULL, -- the editor's order
	title    TEXT,
	topic    TEXT,
	owner    TEXT,
	review   TEXT,
	lookup   TEXT,
	answer   TEXT,
	none     TEXT,
	handoff  INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX article_position ON article (position);

CREATE TABLE phrase (
	article  TEXT NOT NULL REFERENCES article (id) ON DELETE CASCADE ON UPDATE CASCADE,
	position INTEGER NOT NULL,
	text     TEXT NOT NULL,
	PRIMARY KEY (article, position)
) WITHOUT ROWID;

CREATE TABLE slot (
	article      TEXT NOT NULL REFERENCES article (id) ON DELETE CASCADE ON UPDATE CASCADE,
	position     INTEGER NOT NULL,
	name         TEXT NOT NULL,
	kind         TEXT NOT NULL,
	choices      TEXT,     -- a JSON list of strings
	choices_from TEXT,
	length       INTEGER NOT NULL DEFAULT 0,
	check_digit  NOT NULL DEFAULT 0, -- 0: none; else the scheme
	ask          TEXT,
	confirm      INTEGER NOT NULL DEFAULT 0,
	optional     INTEGER NOT NULL DEFAULT 0,
	PRIMARY KEY (article, position)
) WITHOUT ROWID;

CREATE TABLE followup (
	article  TEXT NOT NULL REFERENCES article (id) ON DELETE CASCADE ON UPDATE CASCADE,
	position INTEGER NOT NULL,
	target   TEXT NOT NULL,
	PRIMARY KEY (article, position)
) WITHOUT ROWID;

CREATE TABLE lookup (
	name     TEXT PRIMARY KEY NOT NULL,
	position INTEGER NOT NULL,
	sql      TEXT NOT NULL
);

CREATE TABLE data_table (
	name     TEXT PRIMARY KEY NOT NULL,
	position INTEGER NOT NULL,
	columns  TEXT NOT NULL -- a JSON list of strings
);

CREATE TABLE word (
	word     TEXT PRIMARY KEY NOT NULL,
	position INTEGER NOT NULL,
	phones   TEXT NOT NULL
);

-- How the company presents itself: 'company', its name, and 'greeting', both as callers hear them. Since schema 2.
CREATE TABLE identity (
	name TEXT PRIMARY KEY NOT NULL,
	text TEXT NOT NULL
);

CREATE TABLE version (
	id       INTEGER PRIMARY KEY AUTOINCREMENT,
	at       TEXT NOT NULL, -- UTC, 2026-05-03T16:30:00Z
	by       TEXT,
	note     TEXT,
	articles INTEGER NOT NULL,
	phrases  INTEGER NOT NULL,
	drafts   INTEGER NOT NULL,
	content  TEXT NOT NULL, -- JSON, drafts included so that a rollback loses none
	grammar  TEXT NOT NULL  -- JSGF
);
CREATE TRIGGER version_is_immutable BEFORE UPDATE ON version
BEGIN
	SELECT RAISE (ABORT, 'a published version does not change');
END;

-- The search model trained from the newest version; older versions' are dropped with the next publish.
CREATE TABLE model (
	version INTEGER PRIMARY KEY REFERENCES version (id) ON DELETE CASCADE,
	bytes   BLOB NOT NULL
);

-- Records of calls.

CREATE TABLE call (
	id         INTEGER PRIMARY KEY,
	case_key   TEXT NOT NULL,
	began_at   TEXT NOT NULL,
	ended_at   TEXT,
	caller     TEXT,    -- the number or address that called, where the bridge knows one
	bridge     TEXT,
	version    INTEGER, -- the knowledge base's at its beginning
	outcome    TEXT,    -- NULL while the call lives, and after a crash
	continues  INTEGER REFERENCES call (id) ON DELETE SET NULL, -- an earlier call with the same case key
	duration_ms INTEGER
);
CREATE INDEX call_case_key ON call (case_key);
CREATE INDEX call_began_at ON call (began_at);

CREATE TABLE turn (
	call_id    INTEGER NOT NULL REFERENCES call (id) ON DELETE CASCADE,
	seq        INTEGER NOT NULL,
	t_ms       INTEGER NOT NULL,
	state      TEXT,
	heard      TEXT,
	intent     TEXT,
	slots      TEXT, -- JSON
	confidence REAL,
	decision   TEXT,
	reply      TEXT,
	article    TEXT,
	PRIMARY KEY (call_id, seq)
) WITHOUT ROWID;

CREATE TABLE event (
	call_id INTEGER NOT NULL REFERENCES call (id) ON DELETE CASCADE,
	seq     INTEGER NOT NULL,
	t_ms    INTEGER NOT NULL,
	kind    TEXT NOT NULL,
	json    TEXT NOT NULL,
	PRIMARY KEY (call_id, seq)
) WITHOUT ROWID;

-- Callers handed to the local desk.
CREATE TABLE desk (
	id       INTEGER PRIMARY KEY,
	call_id  INTEGER REFERENCES call (id) ON DELETE SET NULL,
	case_key TEXT NOT NULL,
	at       TEXT NOT NULL,
	reason   TEXT NOT NULL,
	card     TEXT NOT NULL, -- JSON: what was said, heard, tried and filled
	taken_at TEXT,
	taken_by TEXT,
	outcome  TEXT
);
CREATE INDEX desk_waiting ON desk (at) WHERE taken_at IS NULL;

-- Questions that nothing answered, each waiting for its owner.
CREATE TABLE item (
	id        INTEGER PRIMARY KEY,
	text      TEXT NOT NULL,
	at        TEXT NOT NULL,
	call_id   INTEGER REFERENCES call (id) ON DELETE SET NULL,
	owner     TEXT,
	article   TEXT, -- the one that came nearest
	closed_at TEXT
);
CREATE INDEX item_open ON item (at) WHERE closed_at IS NULL;
