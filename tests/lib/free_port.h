/* SPDX-License-Identifier: Apache-2.0 */
/* A port on which nobody listens now: for a program that is told where to listen, and for one who
 * asks and is to be refused. Nobody is kept from it afterwards; the tests that need that run in a
 * network of their own. */
#ifndef TESTS_LIB_FREE_PORT_H
#define TESTS_LIB_FREE_PORT_H

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

/* kind: SOCK_STREAM or SOCK_DGRAM; host: an IPv4 address of this machine. */
static inline int free_port(int kind, const char *host)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof(address);
    int fd = socket(AF_INET, kind | SOCK_CLOEXEC, 0);

    cr_assert_geq(fd, 0);
    cr_assert_eq(inet_pton(AF_INET, host, &address.sin_addr), 1);
    cr_assert_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    cr_assert_eq(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    close(fd);
    return ntohs(address.sin_port);
}

#endif
