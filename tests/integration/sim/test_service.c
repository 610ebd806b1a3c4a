/* SPDX-License-Identifier: Apache-2.0 */
/* The simulated dispatch service as its clients see it. */
#include "tests/integration/sim/room_process.h"
#include "tests/lib/free_port.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

static char listen_here[64], listen_there[64], pid_file[64];
static struct sockaddr_in here;
static pid_t service;

static void begin(void)
{
    uint16_t port = (uint16_t)free_port(SOCK_STREAM, "127.0.0.1");
    here = (struct sockaddr_in){
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(port)};
    snprintf(listen_here, sizeof(listen_here), "127.0.0.1:%u", port);
    /* a documentation address: this host does not have it */
    snprintf(listen_there, sizeof(listen_there), "192.0.2.77:%u", port);
    snprintf(pid_file, sizeof(pid_file), "/tmp/test-service-%ld.pid", (long)getpid());
    char *const arguments[] = {MONITORSIM,   "service",   "--name",   "dispatch-1",
                               "--listen",   listen_here, "--listen", listen_there,
                               "--pid-file", pid_file,    NULL};
    service = ready_start(arguments);
}

static void end(void)
{
    int status = process_end(service);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    cr_assert_neq(access(pid_file, F_OK), 0, "the pid file is gone");
}

TestSuite(service, .init = begin, .fini = end, .timeout = 60);

static int service_connect(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert_eq(connect(fd, (struct sockaddr *)&here, sizeof(here)), 0);
    return fd;
}

/* Sends the request in one piece and reads to the end. */
static const char *ask(const char *request)
{
    static char reply[1024];
    size_t length = 0;
    int fd = service_connect();
    cr_assert_eq(send(fd, request, strlen(request), MSG_NOSIGNAL), (ssize_t)strlen(request));
    for (ssize_t step; (step = recv(fd, reply + length, sizeof(reply) - 1 - length, 0)) > 0;) {
        length += (size_t)step;
    }
    reply[length] = '\0';
    close(fd);
    return reply;
}

Test(service, answers_its_health_with_its_name_and_the_number_of_calls)
{
    const char *reply = ask("GET /health HTTP/1.0\r\n\r\n");
    cr_assert_not_null(strstr(reply, "HTTP/1.0 200 OK\r\n"));
    json_t *body = json_loads(strstr(reply, "\r\n\r\n") + 4, 0, NULL);
    cr_assert_str_eq(json_string_value(json_object_get(body, "server")), "dispatch-1");
    cr_assert_eq(json_integer_value(json_object_get(body, "calls")), 1);
    json_decref(body);
    cr_assert_not_null(strstr(ask("GET /health HTTP/1.1\r\nHost: x\r\n\r\n"), "\"calls\":2"));
}

Test(service, knows_no_other_path_and_no_other_method)
{
    cr_assert_not_null(strstr(ask("GET / HTTP/1.0\r\n\r\n"), "HTTP/1.0 404"));
    cr_assert_not_null(strstr(ask("GET /healthy HTTP/1.0\r\n\r\n"), "HTTP/1.0 404"));
    cr_assert_not_null(strstr(ask("POST /health HTTP/1.0\r\n\r\n"), "HTTP/1.0 404"));
}

Test(service, a_caller_that_says_nothing_does_not_hold_the_others)
{
    int silent[20];
    for (size_t i = 0; i < 20; i++) {
        silent[i] = service_connect();
        cr_assert_eq(send(silent[i], "GET /he", 7, MSG_NOSIGNAL), 7);
    }
    cr_assert_not_null(strstr(ask("GET /health HTTP/1.0\r\n\r\n"), "200 OK"));
    for (size_t i = 0; i < 20; i++) {
        close(silent[i]);
    }
}

Test(service, a_request_without_end_is_cut_off)
{
    char noise[8192];
    memset(noise, 'a', sizeof(noise));
    int fd = service_connect();
    send(fd, noise, sizeof(noise), MSG_NOSIGNAL);
    struct pollfd closed = {.fd = fd, .events = POLLIN};
    cr_assert_eq(poll(&closed, 1, 5000), 1);
    cr_assert_leq(recv(fd, noise, sizeof(noise), 0), 0);
    close(fd);
}

Test(service, writes_its_process_number_before_it_is_ready)
{
    FILE *file = fopen(pid_file, "r");
    long pid = 0;
    cr_assert_not_null(file);
    cr_assert_eq(fscanf(file, "%ld", &pid), 1);
    fclose(file);
    cr_assert_eq(pid, (long)service);
}
