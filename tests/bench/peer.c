/* SQLite or SQLCipher through its own library: a loop that takes one order a line and answers in one line, with the
   nanoseconds that the library took for it, by the same clock as the other side's. Loaded into a process that has loaded the
   library (whole, for all) before. Any failure ends the process. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct sqlite3 sqlite3;
typedef struct sqlite3_stmt sqlite3_stmt;
typedef long long i64;
int sqlite3_open_v2(const char *, sqlite3 **, int, const char *);
int sqlite3_close(sqlite3 *);
int sqlite3_exec(sqlite3 *, const char *, void *, void *, char **);
int sqlite3_prepare_v2(sqlite3 *, const char *, int, sqlite3_stmt **, const char **);
int sqlite3_bind_text(sqlite3_stmt *, int, const char *, int, void (*)(void *));
int sqlite3_bind_blob(sqlite3_stmt *, int, const void *, int, void (*)(void *));
int sqlite3_bind_int64(sqlite3_stmt *, int, i64);
int sqlite3_step(sqlite3_stmt *);
int sqlite3_reset(sqlite3_stmt *);
int sqlite3_finalize(sqlite3_stmt *);
i64 sqlite3_column_int64(sqlite3_stmt *, int);
const unsigned char *sqlite3_column_text(sqlite3_stmt *, int);
int sqlite3_column_bytes(sqlite3_stmt *, int);
const char *sqlite3_errmsg(sqlite3 *);
const char *sqlite3_libversion(void);

enum { OK = 0, ROW = 100, DONE = 101, READWRITE = 2, CREATE = 4 };

static sqlite3 *db;

static void stop(const char *what) {
  fprintf(stderr, "peer: %s: %s\n", what, db ? sqlite3_errmsg(db) : "no database");
  exit(1);
}

static void run(const char *sql) {
  if (sqlite3_exec(db, sql, NULL, NULL, NULL) != OK) stop(sql);
}

static sqlite3_stmt *prepared(const char *sql) {
  sqlite3_stmt *made;
  if (sqlite3_prepare_v2(db, sql, -1, &made, NULL) != OK) stop(sql);
  return made;
}

static void done(sqlite3_stmt *statement) {
  if (sqlite3_step(statement) != DONE) stop("a statement that gives no rows");
  sqlite3_reset(statement);
}

static i64 now(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return at.tv_sec * 1000000000LL + at.tv_nsec;
}

/* Reads every row and every byte of it; gives how many. The first column of a row is the count of all. */
static i64 read_rows(sqlite3_stmt *statement, i64 *total, i64 *bytes) {
  i64 rows = 0;
  int state;
  *total = 0;
  while ((state = sqlite3_step(statement)) == ROW) {
    *total = sqlite3_column_int64(statement, 0);
    for (int column = 1; column < 3; column++)
      if (sqlite3_column_text(statement, column)) *bytes += sqlite3_column_bytes(statement, column);
    rows++;
  }
  if (state != DONE) stop("rows");
  sqlite3_reset(statement);
  return rows;
}

static const char *next(void) {
  const char *part = strtok(NULL, "\t");
  return part ? part : "";
}

/* open PATH SETTINGS: what it takes to have the first page of the settings read is its own matter. */
static void open_db(void) {
  const char *path = next(), *settings = next();
  if (db) sqlite3_close(db);
  if (sqlite3_open_v2(path, &db, READWRITE | CREATE, NULL) != OK) stop("open");
  run(settings);
}

/* fill FILE: rows as lines of number, id, shown row, text, tokens. */
static void fill(void) {
  FILE *in = fopen(next(), "r");
  char *line = NULL;
  size_t room = 0;
  ssize_t got;
  if (!in) stop("the rows to be filled in");
  run("CREATE TABLE doc (seq INTEGER PRIMARY KEY, id TEXT NOT NULL, shown TEXT NOT NULL, body TEXT NOT NULL);"
      "CREATE VIRTUAL TABLE words USING fts5 (text, content = '', contentless_delete = 1, detail = full, tokenize = 'ascii');"
      "BEGIN");
  sqlite3_stmt *doc = prepared("INSERT INTO doc VALUES (?1, ?2, ?3, ?4)");
  sqlite3_stmt *words = prepared("INSERT INTO words (rowid, text) VALUES (?1, ?2)");
  while ((got = getline(&line, &room, in)) > 0) {
    if (line[got - 1] == '\n') line[got - 1] = 0;
    i64 seq = atoll(strtok(line, "\t"));
    sqlite3_bind_int64(doc, 1, seq);
    for (int place = 2; place <= 4; place++) sqlite3_bind_text(doc, place, next(), -1, NULL);
    done(doc);
    sqlite3_bind_int64(words, 1, seq);
    sqlite3_bind_text(words, 2, next(), -1, NULL);
    done(words);
  }
  sqlite3_finalize(doc);
  sqlite3_finalize(words);
  run("COMMIT; INSERT INTO words(words) VALUES ('optimize')");
  fclose(in);
}

static const char *FIRST = "SELECT count(*) OVER (), id, shown FROM doc ORDER BY seq DESC LIMIT 50";

/* The journal's question in the ways that cost SQLite least: how many there are; the best 50, which FTS5 ranks by itself
   before any other table is read; and the same among the newest alone, as the journal does it. */
static const char *COUNT = "SELECT count(*) FROM words WHERE words MATCH ?1";
static const char *BEST =
    "SELECT 0, id, shown FROM words JOIN doc ON doc.seq = words.rowid WHERE words MATCH ?1 AND words.rowid >= ?2 ORDER BY rank LIMIT 50";
static const char *OLDEST = "SELECT rowid FROM words WHERE words MATCH ?1 ORDER BY rowid DESC LIMIT 1 OFFSET 1999";

static i64 number(sqlite3_stmt *statement, const char *words) {
  i64 value = 0;
  sqlite3_bind_text(statement, 1, words, -1, NULL);
  if (sqlite3_step(statement) == ROW) value = sqlite3_column_int64(statement, 0);
  sqlite3_reset(statement);
  return value;
}

int serve(void) {
  char *line = NULL;
  size_t room = 0;
  ssize_t got;
  sqlite3_stmt *count = NULL, *best = NULL, *oldest = NULL, *take = NULL, *put = NULL, *head = NULL;
  static char blob[1 << 20];
  memset(blob, 0x5A, sizeof blob);
  while ((got = getline(&line, &room, stdin)) > 0) {
    i64 total = 0, rows = 0, bytes = 0;
    if (line[got - 1] == '\n') line[got - 1] = 0;
    const char *verb = strtok(line, "\t");
    i64 began = now();
    if (!strcmp(verb, "open")) {
      open_db();
      count = best = oldest = take = put = head = NULL;
    } else if (!strcmp(verb, "fill")) {
      fill();
    } else if (!strcmp(verb, "first")) {
      sqlite3_stmt *first = prepared(FIRST);
      rows = read_rows(first, &total, &bytes);
      sqlite3_finalize(first);
    } else if (!strcmp(verb, "search") || !strcmp(verb, "search-newest")) {
      const char *words = next();
      i64 unused;
      if (!count) {
        count = prepared(COUNT);
        best = prepared(BEST);
        oldest = prepared(OLDEST);
      }
      began = now();
      total = number(count, words);
      sqlite3_bind_text(best, 1, words, -1, NULL);
      sqlite3_bind_int64(best, 2, strcmp(verb, "search") ? number(oldest, words) : 0);
      rows = read_rows(best, &unused, &bytes);
    } else if (!strcmp(verb, "sizes")) {
      /* sizes PATH SEQ: how long this row and the head are in a vault. */
      char sql[512];
      sqlite3 *own = db;
      /* Chronicle holds it locked, and changes nothing meanwhile. */
      char uri[4200];
      snprintf(uri, sizeof uri, "file:%s?immutable=1", next());
      if (sqlite3_open_v2(uri, &db, 0x41, NULL) != OK) stop("the vault's table");
      snprintf(sql, sizeof sql, "SELECT (SELECT length(sealed) FROM head), (SELECT length(sealed) FROM record WHERE seq = %s)", next());
      sqlite3_stmt *ask = prepared(sql);
      if (sqlite3_step(ask) != ROW) stop("sizes");
      total = sqlite3_column_int64(ask, 0);
      rows = sqlite3_column_int64(ask, 1);
      sqlite3_finalize(ask);
      sqlite3_close(db);
      db = own;
    } else if (!strcmp(verb, "save")) {
      /* save OLD NEW BYTES HEAD: one row goes (0: none), one comes, the head is renewed. */
      if (!take) {
        take = prepared("DELETE FROM record WHERE seq = ?1");
        put = prepared("INSERT INTO record (seq, sealed) VALUES (?1, ?2)");
        head = prepared("INSERT OR REPLACE INTO head (id, sealed) VALUES (1, ?1)");
      }
      i64 old = atoll(next()), new = atoll(next());
      int size = atoi(next()), head_size = atoi(next());
      if (size > (int)sizeof blob || head_size > (int)sizeof blob) stop("a row of more than 1 MiB");
      began = now();
      run("BEGIN IMMEDIATE");
      if (old) {
        sqlite3_bind_int64(take, 1, old);
        done(take);
      }
      sqlite3_bind_int64(put, 1, new);
      sqlite3_bind_blob(put, 2, blob, size, NULL);
      done(put);
      sqlite3_bind_blob(head, 1, blob, head_size, NULL);
      done(head);
      run("COMMIT");
    } else if (!strcmp(verb, "version")) {
      printf("%s\n", sqlite3_libversion());
      fflush(stdout);
      continue;
    } else {
      stop(verb);
    }
    i64 took = now() - began;
    printf("%lld %lld %lld\n", took, total, rows);
    fflush(stdout);
  }
  return 0;
}
