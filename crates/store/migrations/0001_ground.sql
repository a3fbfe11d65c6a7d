-- The tables that belong to the store itself. {type} stands for the engine's own type; a line that begins with
-- "--sqlite:" or "--postgres:" counts for that engine only. Once released, this file never changes.

-- What tables the crates above have described, as JSON.
CREATE TABLE store_table (name {text} NOT NULL PRIMARY KEY, definition {text} NOT NULL){strict};

-- Flags of the whole installation, for instance the active version of the pack.
CREATE TABLE setting (name {text} NOT NULL PRIMARY KEY, value {text} NOT NULL){strict};

-- Who does a thing that only one process may do at a time, and until when.
CREATE TABLE lease (name {text} NOT NULL PRIMARY KEY, holder {text} NOT NULL, held_until {int} NOT NULL){strict};

-- Requests that were carried out, so that a repeated one is not carried out again.
CREATE TABLE idempotency (request_key {text} NOT NULL PRIMARY KEY, result {text} NOT NULL, at {int} NOT NULL){strict};
CREATE INDEX idempotency_at ON idempotency (at);

-- Who did what. horizon: the transaction that wrote the entry (PostgreSQL), by which finished entries are known.
CREATE TABLE journal (
  seq {serial}, at {int} NOT NULL, actor {id} NOT NULL, operation {text} NOT NULL, table_name {text} NOT NULL,
  record_id {id} NOT NULL, county {text} NOT NULL, payload {text}, salt {bytes}, payload_hash {bytes} NOT NULL,
  erased_at {int}, block {int}, horizon {horizon}
){strict};
CREATE INDEX journal_open ON journal (seq) WHERE block IS NULL;
CREATE INDEX journal_record ON journal (record_id, seq);
CREATE INDEX journal_actor ON journal (actor, seq);
CREATE INDEX journal_county ON journal (county, seq);

-- Sealed blocks of the journal, chained by SM3.
CREATE TABLE journal_block (
  number {int} NOT NULL PRIMARY KEY, first_seq {int} NOT NULL, last_seq {int} NOT NULL, entries {int} NOT NULL,
  root {bytes} NOT NULL, previous {bytes} NOT NULL, hash {bytes} NOT NULL, at {int} NOT NULL
){strict};

-- Counters: the base, and what has changed since it was folded.
CREATE TABLE rollup_base (
  counter {text} NOT NULL, county {text} NOT NULL, township {text} NOT NULL, sector {text} NOT NULL,
  value {text} NOT NULL, amount {int} NOT NULL, PRIMARY KEY (counter, county, township, sector, value)
){strict};
CREATE TABLE rollup_delta (
  seq {serial}, counter {text} NOT NULL, county {text} NOT NULL, township {text} NOT NULL, sector {text} NOT NULL,
  value {text} NOT NULL, amount {int} NOT NULL
){strict};
CREATE INDEX rollup_delta_counter ON rollup_delta (counter);

-- Running numbers: the next one of each series.
CREATE TABLE number_series (series {text} NOT NULL PRIMARY KEY, next_number {int} NOT NULL){strict};

-- What can be found of each record. words: as base::search made them.
CREATE TABLE search_entry (
  number {serial}, table_name {text} NOT NULL, record_id {id} NOT NULL, county {text} NOT NULL,
  township {text} NOT NULL, organisation {id} NOT NULL, sector {text} NOT NULL, park {text} NOT NULL,
  words {text} NOT NULL
--postgres:  , document tsvector GENERATED ALWAYS AS (array_to_tsvector(string_to_array(words, ' '))) STORED
){strict};
CREATE UNIQUE INDEX search_entry_record ON search_entry (table_name, record_id);
--postgres:CREATE INDEX search_entry_document ON search_entry USING gin (document);
--sqlite:CREATE VIRTUAL TABLE search_index USING fts5(words, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 0");
-- FTS5 writes a segment for every savepoint that touches it, so that the index is brought up to date once per commit:
-- search_pending says for which entries, and whether the index already holds something of them.
--sqlite:CREATE TABLE search_pending (number INTEGER NOT NULL PRIMARY KEY, indexed INTEGER NOT NULL) STRICT;
--sqlite:CREATE TRIGGER search_entry_added AFTER INSERT ON search_entry BEGIN INSERT INTO search_pending (number, indexed) VALUES (new.number, 0)@ END;
--sqlite:CREATE TRIGGER search_entry_changed AFTER UPDATE OF words ON search_entry BEGIN INSERT INTO search_pending (number, indexed) VALUES (new.number, 1) ON CONFLICT DO NOTHING@ END;
--sqlite:CREATE TRIGGER search_entry_removed AFTER DELETE ON search_entry BEGIN INSERT INTO search_pending (number, indexed) VALUES (old.number, 1) ON CONFLICT DO NOTHING@ END;

-- Work to be done. once_key: while it waits, no second job of the kind with the same key is added.
CREATE TABLE job (
  number {serial}, kind {text} NOT NULL, payload {text} NOT NULL, run_at {int} NOT NULL, once_key {text},
  leased_until {int} NOT NULL DEFAULT 0, attempts {int} NOT NULL DEFAULT 0, last_error {text},
  given_up {bool} NOT NULL DEFAULT {false}
){strict};
CREATE INDEX job_due ON job (run_at, number);
CREATE UNIQUE INDEX job_once ON job (kind, once_key);

-- Attachments by content; the bytes lie in files.
CREATE TABLE blob (
  hash {text} NOT NULL PRIMARY KEY, size {int} NOT NULL, media_type {text} NOT NULL, at {int} NOT NULL
){strict};
