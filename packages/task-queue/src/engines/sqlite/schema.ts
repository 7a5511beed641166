/** Marks the file as a task queue's: `FRTQ`. */
export const APPLICATION_ID = 0x46_52_54_51;

/** The format that this code reads and writes. */
export const FORMAT_VERSION = 1;

/**
 * What the file holds. `rank` is what a task's state is ordered by: the place of a waiting one, the time of a delayed one, the lease's end
 * of an active one, its own end of a final one; so there is one index for all times. The index of states has what
 * queries ask for besides, so that tasks are passed over without a look at their rows. Data above some size has a row of its own, as SQLite
 * writes a whole row whenever any of it changes. `edges` are those dependencies that aren't completed.
 */
export const SCHEMA = `
CREATE TABLE tasks (
  seq INTEGER PRIMARY KEY,
  name TEXT NOT NULL, lane TEXT NOT NULL, grp TEXT NOT NULL, key TEXT,
  data TEXT, priority INTEGER NOT NULL, share REAL NOT NULL,
  reserve TEXT, cpu REAL, memory REAL, gpu REAL, io REAL,
  max_attempts INTEGER NOT NULL, created REAL NOT NULL, after TEXT,
  state INTEGER NOT NULL, rank REAL NOT NULL, tag REAL NOT NULL, not_before REAL NOT NULL,
  attempts INTEGER NOT NULL, token INTEGER NOT NULL, started REAL, finished REAL,
  owner TEXT, cancel INTEGER NOT NULL, progress TEXT, failures TEXT, result TEXT
);
CREATE INDEX tasks_line ON tasks (lane, rank, seq) WHERE state = 2;
CREATE INDEX tasks_times ON tasks (state, rank, seq) WHERE state <> 2 AND state <> 0;
CREATE INDEX tasks_state ON tasks (state, seq, lane, grp, name);
CREATE INDEX tasks_name ON tasks (name, seq);
CREATE INDEX tasks_lane ON tasks (lane, seq);
CREATE INDEX tasks_group ON tasks (grp, seq);
CREATE INDEX tasks_key ON tasks (key, seq) WHERE key IS NOT NULL;
CREATE UNIQUE INDEX tasks_live_key ON tasks (key) WHERE key IS NOT NULL AND state < 4;
CREATE TABLE payloads (seq INTEGER PRIMARY KEY, data TEXT NOT NULL);
CREATE TABLE edges (before INTEGER NOT NULL, task INTEGER NOT NULL, PRIMARY KEY (before, task)) WITHOUT ROWID;
CREATE INDEX edges_task ON edges (task);
CREATE TABLE lanes (lane TEXT PRIMARY KEY, tag REAL NOT NULL, end_tag REAL NOT NULL, paused INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE groups (
  lane TEXT NOT NULL, grp TEXT NOT NULL, tag REAL NOT NULL, size INTEGER NOT NULL,
  blocked INTEGER NOT NULL, delayed INTEGER NOT NULL, waiting INTEGER NOT NULL, active INTEGER NOT NULL,
  completed INTEGER NOT NULL, failed INTEGER NOT NULL, cancelled INTEGER NOT NULL,
  PRIMARY KEY (lane, grp)
) WITHOUT ROWID;
CREATE INDEX groups_busy ON groups (lane) WHERE waiting > 0;
CREATE INDEX groups_empty ON groups (lane, tag) WHERE size = 0;
CREATE TABLE queue (only INTEGER PRIMARY KEY CHECK (only = 1), last_seq INTEGER NOT NULL, kept INTEGER NOT NULL, paused INTEGER NOT NULL);
INSERT INTO queue VALUES (1, 0, 0, 0);
CREATE TABLE permits (key TEXT PRIMARY KEY, past TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE schedules (id TEXT PRIMARY KEY, definition TEXT NOT NULL, next_at REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE profiles (name TEXT PRIMARY KEY, profile TEXT NOT NULL) WITHOUT ROWID;
PRAGMA application_id = ${APPLICATION_ID};
PRAGMA user_version = ${FORMAT_VERSION};
`;
