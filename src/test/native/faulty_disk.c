/*
 * A library between a member and its disk, for the tests of faults (LD_PRELOAD). It changes writes to files whose path
 * has FAULTY_DISK_FILES in it, as the first line of the file FAULTY_DISK_CONTROL says, which is read again and again:
 *
 *   well        nothing
 *   slow N      each write and each flush takes N ms longer
 *   errors N    every Nth write fails with EIO
 *
 * At all times it keeps beside each such file, in FILE.undo, what writes have replaced since the last flush. A test that
 * kills the process and then undoes that has the disk of a machine that lost its power: see PowerFailure.java. An entry is
 * three 64-bit numbers (the size of the file before, the place of the write, the number of bytes that follow) and the
 * bytes that were there.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

typedef ssize_t (*write_at)(int, const void *, size_t, off64_t);
typedef int (*on_file)(int);
typedef int (*truncation)(int, off64_t);

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static unsigned long writes;

static void *real(const char *name) { return dlsym(RTLD_NEXT, name); }

/* Returns 1 if the file is one whose disk is at fault, and its path. */
static int is_faulty(int fd, char *path, size_t room) {
    const char *files = getenv("FAULTY_DISK_FILES");
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, room - 1);
    if (files == NULL || length <= 0) {
        return 0;
    }
    path[length] = 0;
    return strstr(path, files) != NULL && strstr(path, "-shm") == NULL && strstr(path, ".undo") == NULL;
}

/* Reads what the test wants; a number follows the word. */
static char control(long *number) {
    const char *file = getenv("FAULTY_DISK_CONTROL");
    char text[64] = "";
    int fd = file == NULL ? -1 : open(file, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        ssize_t length = read(fd, text, sizeof text - 1);
        text[length > 0 ? length : 0] = 0;
        close(fd);
    }
    const char *space = strchr(text, ' ');
    *number = space == NULL ? 0 : atol(space);
    return text[0];
}

static void wait_if_slow(void) {
    long millis;
    if (control(&millis) == 's') {
        struct timespec time = {millis / 1000, millis % 1000 * 1000000};
        nanosleep(&time, NULL);
    }
}

static int fails(void) {
    long every;
    return control(&every) == 'e' && every > 0 && __atomic_add_fetch(&writes, 1, __ATOMIC_RELAXED) % every == 0;
}

static int undo_file(const char *path, int flags) {
    char name[4096 + sizeof ".undo"];
    snprintf(name, sizeof name, "%s.undo", path);
    return open(name, flags | O_CLOEXEC, 0644);
}

/* Keeps the bytes from `at` on that a write of `count` bytes, or a truncation to `at`, takes away. */
static void keep(int fd, const char *path, off64_t at, size_t count) {
    struct stat64 before;
    int undo = undo_file(path, O_WRONLY | O_CREAT | O_APPEND);
    if (undo < 0 || fstat64(fd, &before) != 0) {
        return;
    }
    size_t there = at >= before.st_size ? 0 : (size_t)(before.st_size - at);
    size_t length = count < there ? count : there;
    char *entry = malloc(24 + length);
    char again[64];
    snprintf(again, sizeof again, "/proc/self/fd/%d", fd);
    int readable = open(again, O_RDONLY | O_CLOEXEC);
    if (entry != NULL && readable >= 0 && pread64(readable, entry + 24, length, at) == (ssize_t)length) {
        int64_t head[3] = {before.st_size, at, (int64_t)length};
        memcpy(entry, head, sizeof head);
        ssize_t (*write_real)(int, const void *, size_t) = real("write");
        write_real(undo, entry, 24 + length);
    }
    free(entry);
    close(readable);
    close(undo);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) {
    write_at write_real = real("pwrite64");
    char path[4096];
    if (!is_faulty(fd, path, sizeof path)) {
        return write_real(fd, bytes, count, at);
    }
    wait_if_slow();
    if (fails()) {
        errno = EIO;
        return -1;
    }
    pthread_mutex_lock(&lock);
    keep(fd, path, at, count);
    ssize_t written = write_real(fd, bytes, count, at);
    pthread_mutex_unlock(&lock);
    return written;
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) { return pwrite64(fd, bytes, count, at); }

int ftruncate64(int fd, off64_t length) {
    truncation truncate_real = real("ftruncate64");
    char path[4096];
    if (!is_faulty(fd, path, sizeof path)) {
        return truncate_real(fd, length);
    }
    pthread_mutex_lock(&lock);
    keep(fd, path, length, SIZE_MAX);
    int result = truncate_real(fd, length);
    pthread_mutex_unlock(&lock);
    return result;
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

static int flush(int fd, const char *name) {
    on_file flush_real = real(name);
    char path[4096];
    if (!is_faulty(fd, path, sizeof path)) {
        return flush_real(fd);
    }
    wait_if_slow();
    pthread_mutex_lock(&lock);
    int result = flush_real(fd);
    int undo = result == 0 ? undo_file(path, O_WRONLY | O_TRUNC) : -1;
    if (undo >= 0) {
        close(undo);
    }
    pthread_mutex_unlock(&lock);
    return result;
}

int fsync(int fd) { return flush(fd, "fsync"); }

int fdatasync(int fd) { return flush(fd, "fdatasync"); }
