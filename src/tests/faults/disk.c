/* A disk that fails on demand, for the tests: loaded before the C library (LD_PRELOAD), it stands between a program and the
 * files of one folder.
 *
 * What was synced is copied beside each file as `….durable`: that is what a loss of power leaves. The control file is shared
 * with the test, which says there what fails, and reads how many there were. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

struct control {
    _Atomic int32_t failing_write; /* The write that fails, counted from 1; 0 for none. */
    _Atomic int32_t failing_sync;  /* The same of syncs. */
    _Atomic int32_t error;         /* With this errno. */
    _Atomic int32_t delay_us;      /* How long each sync takes longer. */
    _Atomic int32_t writes;        /* How many there were since the test set this to 0. */
    _Atomic int32_t syncs;
    _Atomic int32_t stays;         /* Whether all that follow fail too. */
    _Atomic int32_t unreadable;    /* All but the first page: as memory (1), by calls too (2), or calls never end (3). */
    _Atomic int32_t waiting;       /* How many calls do not end. */
};

static struct control *control;
static const char *folder;
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off64_t);
static ssize_t (*real_pread)(int, void *, size_t, off64_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);

__attribute__((constructor)) static void begin(void) {
    real_write = dlsym(RTLD_NEXT, "write");
    real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
    real_pread = dlsym(RTLD_NEXT, "pread64");
    real_fsync = dlsym(RTLD_NEXT, "fsync");
    real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
    folder = getenv("DISK_FOLDER");
    const char *path = getenv("DISK_CONTROL");
    int fd = path ? open(path, O_RDWR) : -1;
    if (fd >= 0) {
        void *shared = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        control = shared == MAP_FAILED ? NULL : shared;
        close(fd);
    }
}

/* The path of an open file of the folder, or 0. */
static int path_of(int fd, char *path, size_t size) {
    if (!control || !folder) return 0;
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, size - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return strncmp(path, folder, strlen(folder)) == 0;
}

static int fails(_Atomic int32_t *count, _Atomic int32_t *failing) {
    int32_t number = atomic_fetch_add(count, 1) + 1, which = atomic_load(failing);
    if (which == 0 || (number != which && !(number > which && atomic_load(&control->stays)))) return 0;
    errno = atomic_load(&control->error);
    return 1;
}

ssize_t write(int fd, const void *bytes, size_t size) {
    char path[4096];
    if (path_of(fd, path, sizeof path) && fails(&control->writes, &control->failing_write)) return -1;
    return real_write(fd, bytes, size);
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t offset) {
    char path[4096];
    if (path_of(fd, path, sizeof path) && fails(&control->writes, &control->failing_write)) return -1;
    return real_pwrite(fd, bytes, size, offset);
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset) { return pwrite64(fd, bytes, size, offset); }

#define PAGE 4096

ssize_t pread64(int fd, void *bytes, size_t size, off64_t offset) {
    char path[4096];
    int32_t unreadable = control ? atomic_load(&control->unreadable) : 0;
    if (unreadable < 2 || offset < PAGE || !path_of(fd, path, sizeof path)) return real_pread(fd, bytes, size, offset);
    if (unreadable == 3) {
        atomic_fetch_add(&control->waiting, 1);
        for (;;) pause();
    }
    errno = EIO;
    return -1;
}

ssize_t pread(int fd, void *bytes, size_t size, off_t offset) { return pread64(fd, bytes, size, offset); }

/* The memory is part of a file that is not as long: the kernel sends SIGBUS, as it does for a page that a disk does not give. */
void *mmap64(void *at, size_t length, int protection, int flags, int fd, off64_t offset) {
    char path[4096];
    void *mapped = (void *)syscall(SYS_mmap, at, length, protection, flags, fd, offset);
    if (mapped == MAP_FAILED || fd < 0 || length <= PAGE || !path_of(fd, path, sizeof path)) return mapped;
    int32_t unreadable = atomic_load(&control->unreadable);
    if (!unreadable || strstr(path, "-shm")) return mapped;
    if (unreadable == 3) {
        munmap(mapped, length);
        errno = ENOMEM;
        return MAP_FAILED;
    }
    int empty = memfd_create("empty", 0);
    void *rest = (char *)mapped + PAGE;
    if (empty < 0 || syscall(SYS_mmap, rest, length - PAGE, PROT_READ, MAP_SHARED | MAP_FIXED, empty, 0L) < 0) abort();
    close(empty);
    return mapped;
}

void *mmap(void *at, size_t length, int protection, int flags, int fd, off_t offset) {
    return mmap64(at, length, protection, flags, fd, offset);
}

/* Copies what is in a file to its durable copy, all at once. */
static void keep(const char *path) {
    char copy[4200], part[4200], buffer[65536];
    snprintf(copy, sizeof copy, "%s.durable", path);
    snprintf(part, sizeof part, "%s.durable.%d", path, (int)gettid());
    int from = open(path, O_RDONLY), to = open(part, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ssize_t length;
    if (from >= 0 && to >= 0) {
        while ((length = read(from, buffer, sizeof buffer)) > 0) {
            if (real_write(to, buffer, length) != length) abort();
        }
        rename(part, copy);
    }
    if (from >= 0) close(from);
    if (to >= 0) close(to);
}

static int sync_with(int fd, int (*real_sync)(int)) {
    char path[4096];
    if (!path_of(fd, path, sizeof path)) return real_sync(fd);
    struct stat status;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return real_sync(fd);
    if (atomic_load(&control->delay_us) > 0) usleep(atomic_load(&control->delay_us));
    if (fails(&control->syncs, &control->failing_sync)) return -1;
    /* The test's own disk need not be waited for: the copy is what counts. */
    keep(path);
    return 0;
}

int fsync(int fd) { return sync_with(fd, real_fsync); }
int fdatasync(int fd) { return sync_with(fd, real_fdatasync); }
