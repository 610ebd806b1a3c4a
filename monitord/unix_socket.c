/* SPDX-License-Identifier: Apache-2.0 */
/* Makes unix sockets and asks who is at one. It owns the rules for stale files, modes and groups,
 * and no connection. */
#include "monitord/unix_socket.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static bool address_of(const char *path, struct sockaddr_un *address)
{
    memset(address, 0, sizeof(*address));
    address->sun_family = AF_UNIX;
    if (strlen(path) >= sizeof(address->sun_path)) {
        errno = ENAMETOOLONG;
        return false;
    }
    strcpy(address->sun_path, path);
    return true;
}

int md_unix_connect(const char *path)
{
    struct sockaddr_un address;
    int fd, code;

    if (!address_of(path, &address)) {
        return -1;
    }
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -1;
    }
    if (connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
        code = errno;
        close(fd);
        errno = code;
        return -1;
    }
    return fd;
}

static int fail(int fd, const char *path, const char *what, char *error, size_t error_size)
{
    snprintf(error, error_size, "%s: %s: %s", path, what, strerror(errno));
    if (fd >= 0) {
        close(fd);
    }
    return -1;
}

static bool is_alive(const char *path)
{
    int fd = md_unix_connect(path);

    if (fd >= 0) {
        close(fd);
    }
    return fd >= 0 || errno == EAGAIN;
}

int md_unix_listen(const char *path, const char *group, char *error, size_t error_size)
{
    struct sockaddr_un address;
    struct stat status;
    struct group *entry = NULL;
    mode_t before;
    int fd, code;

    if (!address_of(path, &address)) {
        return fail(-1, path, "address", error, error_size);
    }
    if (group != NULL && (entry = getgrnam(group)) == NULL) {
        snprintf(error, error_size, "%s: no group %s on this host", path, group);
        return -1;
    }
    if (lstat(path, &status) == 0) {
        if (!S_ISSOCK(status.st_mode) || is_alive(path)) {
            snprintf(error, error_size, "%s: in use", path);
            return -1;
        }
        unlink(path);
    }
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return fail(fd, path, "socket", error, error_size);
    }
    before = umask(0177);
    code = bind(fd, (struct sockaddr *)&address, sizeof(address));
    umask(before);
    if (code != 0) {
        return fail(fd, path, "bind", error, error_size);
    }
    if (entry != NULL && (chown(path, (uid_t)-1, entry->gr_gid) != 0 || chmod(path, 0660) != 0)) {
        return fail(fd, path, "group", error, error_size);
    }
    return fd;
}

bool md_unix_peer_uid(const uv_pipe_t *pipe, uid_t *uid)
{
    struct ucred credentials;
    socklen_t length = sizeof(credentials);
    uv_os_fd_t fd;

    if (uv_fileno((const uv_handle_t *)pipe, &fd) != 0 ||
        getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &length) != 0) {
        return false;
    }
    *uid = credentials.uid;
    return true;
}
