/* Stands between a program and the C library for every call that changes files below one folder: counts it, writes it
 * down, and lets one of them fail. What it does itself it does by system calls, so that it never meets itself.
 *
 *   FAULTS_ROOT    the folder, absolute and without symbolic links
 *   FAULTS_LOG     the record, appended: call TAB injected TAB result TAB offset TAB length TAB path TAB other path LF,
 *                  and with FAULTS_DATA after each write the bytes that were written
 *   FAULTS_AT      the number of the call that is to fail, from 1
 *   FAULTS_KIND    fail (with FAULTS_ERRNO), dead (this call and every later one fails), short (half is written; the next write finds a full disk), lie (a write says
 *                  that it was done), die (the process is killed before this call), die-half (after half of this write)
 *   FAULTS_NO_SYNC every sync says that it was done, and neither happens nor is written down
 *   FAULTS_NOW     seconds since 1970: the time of day, so that two runs can be compared; it moves on by a microsecond
 *                  whenever it is asked for, since programs measure with it
 *   FAULTS_SLOW    every clock moves on by ten seconds whenever it is asked for: a computer on which everything takes long
 *
 * Compiled with BLIND it does not see syncs: for the proof that the comparison with a trace of the kernel finds what it
 * passes over.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum kind { NOTHING, FAIL, DEAD, SHORT, LIE, DIE, DIE_HALF };
enum verdict { PASS, REFUSE, HALF, PRETEND };

static const char *root;
static size_t root_length;
static int record = -1, with_data, no_sync, slow;
static long at, calls, now_seconds;
static int full_disk, dying, fault_errno = EIO;
static enum kind kind;

static const struct {
	const char *name;
	enum kind kind;
} kinds[] = {{"fail", FAIL}, {"dead", DEAD}, {"short", SHORT}, {"lie", LIE}, {"die", DIE}, {"die-half", DIE_HALF}, {NULL, NOTHING}};

static const char *setting(const char *name) {
	const char *value = getenv(name);
	return value && *value ? value : NULL;
}

__attribute__((constructor)) static void begin(void) {
	const char *text;
	root = setting("FAULTS_ROOT");
	root_length = root ? strlen(root) : 0;
	with_data = setting("FAULTS_DATA") != NULL;
	no_sync = setting("FAULTS_NO_SYNC") != NULL;
	slow = setting("FAULTS_SLOW") != NULL;
	if ((text = setting("FAULTS_AT"))) at = atol(text);
	if ((text = setting("FAULTS_NOW"))) now_seconds = atol(text);
	if ((text = setting("FAULTS_ERRNO"))) fault_errno = atoi(text);
	if ((text = setting("FAULTS_KIND")))
		for (int i = 0; kinds[i].name; i++)
			if (!strcmp(text, kinds[i].name)) kind = kinds[i].kind;
	if ((text = setting("FAULTS_LOG"))) {
		record = (int)syscall(SYS_openat, AT_FDCWD, text, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
		if (record < 0) abort();
	}
}

static int below(const char *path) {
	return root && !strncmp(path, root, root_length) && (path[root_length] == '/' || !path[root_length]);
}

/* The path behind a descriptor, as it is now; empty when it has none. */
static void path_of(int fd, char *path) {
	char link[40];
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	long got = syscall(SYS_readlinkat, AT_FDCWD, link, path, PATH_MAX - 1);
	path[got > 0 ? got : 0] = 0;
}

static void absolute(int folder, const char *name, char *path) {
	if (*name == '/') {
		snprintf(path, PATH_MAX, "%s", name);
		return;
	}
	if (folder == AT_FDCWD) {
		if (syscall(SYS_getcwd, path, PATH_MAX) < 0) *path = 0;
	} else
		path_of(folder, path);
	size_t length = strlen(path);
	snprintf(path + length, PATH_MAX - length, "/%s", name);
}

static void die(void) {
	syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
	for (;;) pause();
}

/* Counts a call and says what is to happen to it. */
static enum verdict judge(int is_write, int *injected) {
	long number = __atomic_add_fetch(&calls, 1, __ATOMIC_SEQ_CST);
	*injected = 0;
	if (is_write && __atomic_exchange_n(&full_disk, 0, __ATOMIC_SEQ_CST)) {
		*injected = 1;
		errno = ENOSPC;
		return REFUSE;
	}
	if (kind == NOTHING || number < at || (number > at && kind != DEAD)) return PASS;
	if (kind == DIE || (kind == DIE_HALF && !is_write)) die();
	if (!is_write && kind != FAIL && kind != DEAD) return PASS;
	*injected = 1;
	if (kind == FAIL || kind == DEAD) {
		errno = fault_errno;
		return REFUSE;
	}
	if (kind == LIE) return PRETEND;
	if (kind == DIE_HALF) {
		__atomic_store_n(&dying, 1, __ATOMIC_SEQ_CST);
		return HALF;
	}
	__atomic_store_n(&full_disk, 1, __ATOMIC_SEQ_CST);
	return HALF;
}

/* One line and its data in one call: records of two threads never mix. */
static void note(const char *call, int injected, long result, long offset, long length, const char *path,
		 const char *other, const void *data) {
	if (record < 0) return;
	int kept = errno;
	char line[2 * PATH_MAX + 128];
	int size = snprintf(line, sizeof line, "%s\t%d\t%ld\t%ld\t%ld\t%s\t%s\n", call, injected, result, offset, length,
			    path, other ? other : "");
	struct iovec parts[2] = {{line, (size_t)size}, {(void *)data, data && with_data && result > 0 ? (size_t)result : 0}};
	if (syscall(SYS_writev, record, parts, 2) != (long)(parts[0].iov_len + parts[1].iov_len)) abort();
	errno = kept;
}

static long on_path(const char *call, int from, const char *name, int to, const char *other, long number, long a, long b,
		    long c, long d, long e) {
	char path[PATH_MAX], target[PATH_MAX] = "";
	absolute(from, name, path);
	if (other) absolute(to, other, target);
	if (!below(path) && !(other && below(target))) return syscall(number, a, b, c, d, e);
	int injected;
	long result = judge(0, &injected) == PASS ? syscall(number, a, b, c, d, e) : -1;
	note(call, injected, result, 0, 0, path, target, NULL);
	return result;
}

static long on_file(const char *call, int fd, long offset, long length, long number, long a, long b, long c, long d) {
	char path[PATH_MAX];
	path_of(fd, path);
	if (!below(path)) return syscall(number, a, b, c, d);
	int injected;
	int sync = number == SYS_fsync || number == SYS_fdatasync || number == SYS_sync_file_range || number == SYS_syncfs;
	enum verdict verdict = judge(0, &injected);
	if (verdict == PASS && sync && no_sync) return 0;
	long result = verdict == PASS ? syscall(number, a, b, c, d) : -1;
	note(call, injected, result, offset, length, path, NULL, NULL);
	return result;
}

/* All writes: `offset` is -1 where the descriptor's own place counts. */
static ssize_t put(const char *call, int fd, const void *data, size_t length, off_t offset) {
	char path[PATH_MAX];
	path_of(fd, path);
	int placed = offset >= 0;
	if (!below(path))
		return placed ? syscall(SYS_pwrite64, fd, data, length, offset) : syscall(SYS_write, fd, data, length);
	if (!placed) offset = syscall(SYS_lseek, fd, 0, SEEK_CUR);
	int injected;
	enum verdict verdict = judge(1, &injected);
	size_t some = verdict == HALF ? (length + 1) / 2 : length;
	ssize_t result = -1;
	if (verdict == PRETEND)
		result = placed || syscall(SYS_lseek, fd, length, SEEK_CUR) >= 0 ? (ssize_t)length : -1;
	else if (verdict != REFUSE)
		result = placed ? syscall(SYS_pwrite64, fd, data, some, offset) : syscall(SYS_write, fd, data, some);
	note(call, injected, result, offset, (long)length, path, NULL, data);
	if (dying) die();
	return result;
}

static ssize_t put_all(const char *call, int fd, const struct iovec *parts, int count, off_t offset) {
	/* One part at a time, as a short write: whoever gathers must go on after one anyway. */
	for (int i = 0; i < count; i++)
		if (parts[i].iov_len) return put(call, fd, parts[i].iov_base, parts[i].iov_len, offset);
	return 0;
}

static int open_at(int folder, const char *name, int flags, mode_t mode) {
	char path[PATH_MAX];
	absolute(folder, name, path);
	if (!(flags & (O_CREAT | O_TRUNC | O_WRONLY | O_RDWR)) || !below(path))
		return (int)syscall(SYS_openat, folder, name, flags, mode);
	int injected;
	int was = syscall(SYS_faccessat, AT_FDCWD, path, F_OK) == 0;
	int result = judge(0, &injected) == PASS ? (int)syscall(SYS_openat, folder, name, flags, mode) : -1;
	note(result >= 0 && !was ? "create" : flags & O_TRUNC ? "empty" : "open", injected, result, 0, 0, path, NULL, NULL);
	return result;
}

#define MODE(flags)                                                                                                    \
	mode_t mode = 0;                                                                                               \
	if ((flags) & (O_CREAT | __O_TMPFILE)) {                                                                       \
		va_list list;                                                                                          \
		va_start(list, flags);                                                                                 \
		mode = va_arg(list, mode_t);                                                                           \
		va_end(list);                                                                                          \
	}
#define OPEN(name) int name(const char *path, int flags, ...) { MODE(flags) return open_at(AT_FDCWD, path, flags, mode); }
#define OPENAT(name) int name(int at, const char *path, int flags, ...) { MODE(flags) return open_at(at, path, flags, mode); }
OPEN(open) OPEN(open64) OPENAT(openat) OPENAT(openat64)
int creat(const char *path, mode_t mode) { return open_at(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

ssize_t write(int fd, const void *data, size_t length) { return put("write", fd, data, length, -1); }
#define PWRITE(name) ssize_t name(int fd, const void *data, size_t n, off_t at) { return put("pwrite", fd, data, n, at); }
PWRITE(pwrite) PWRITE(pwrite64)
ssize_t writev(int fd, const struct iovec *parts, int count) { return put_all("write", fd, parts, count, -1); }
#define PWRITEV(name) ssize_t name(int fd, const struct iovec *p, int n, off_t at) { return put_all("pwrite", fd, p, n, at); }
PWRITEV(pwritev) PWRITEV(pwritev64)

#define FTRUNCATE(name) int name(int fd, off_t size) { return (int)on_file("ftruncate", fd, 0, size, SYS_ftruncate, fd, size, 0, 0); }
FTRUNCATE(ftruncate) FTRUNCATE(ftruncate64)
#define FALLOCATE(name) int name(int fd, int how, off_t at, off_t n) { return (int)on_file("fallocate", fd, at, n, SYS_fallocate, fd, how, at, n); }
FALLOCATE(fallocate) FALLOCATE(fallocate64)
int posix_fallocate(int fd, off_t from, off_t size) { return fallocate(fd, 0, from, size) ? errno : 0; }

#ifndef BLIND
int fsync(int fd) { return (int)on_file("fsync", fd, 0, 0, SYS_fsync, fd, 0, 0, 0); }
int fdatasync(int fd) { return (int)on_file("fsync", fd, 0, 0, SYS_fdatasync, fd, 0, 0, 0); }
#endif
int syncfs(int fd) { return (int)on_file("syncfs", fd, 0, 0, SYS_syncfs, fd, 0, 0, 0); }
int sync_file_range(int fd, off_t from, off_t size, unsigned how) {
	return (int)on_file("sync_file_range", fd, from, size, SYS_sync_file_range, fd, from, size, how);
}
int fchmod(int fd, mode_t mode) { return (int)on_file("fchmod", fd, 0, 0, SYS_fchmod, fd, mode, 0, 0); }
int fchown(int fd, uid_t user, gid_t group) { return (int)on_file("fchown", fd, 0, 0, SYS_fchown, fd, user, group, 0); }

int renameat2(int from, const char *old, int to, const char *new, unsigned flags) {
	return (int)on_path("rename", from, old, to, new, SYS_renameat2, from, (long)old, to, (long)new, flags);
}
int renameat(int from, const char *old, int to, const char *new) { return renameat2(from, old, to, new, 0); }
int rename(const char *old, const char *new) { return renameat2(AT_FDCWD, old, AT_FDCWD, new, 0); }
int unlinkat(int at, const char *path, int flags) {
	return (int)on_path(flags & AT_REMOVEDIR ? "rmdir" : "unlink", at, path, 0, NULL, SYS_unlinkat, at, (long)path, flags, 0, 0);
}
int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }
int linkat(int from, const char *old, int to, const char *new, int flags) {
	return (int)on_path("link", from, old, to, new, SYS_linkat, from, (long)old, to, (long)new, flags);
}
int link(const char *old, const char *new) { return linkat(AT_FDCWD, old, AT_FDCWD, new, 0); }
int mkdirat(int at, const char *path, mode_t mode) {
	return (int)on_path("mkdir", at, path, 0, NULL, SYS_mkdirat, at, (long)path, mode, 0, 0);
}
int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

int clock_gettime(clockid_t clock, struct timespec *time) {
	static long asked;
	long before = __atomic_add_fetch(&asked, 1, __ATOMIC_SEQ_CST);
	int result = (int)syscall(SYS_clock_gettime, clock, time);
	if (clock == CLOCK_REALTIME && now_seconds) *time = (struct timespec){now_seconds, before * 1000};
	if (slow && (clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC)) time->tv_sec += 10 * before;
	return result;
}
