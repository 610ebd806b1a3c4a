/* SPDX-License-Identifier: Apache-2.0 */
/* `monitorsim service`: the simulated dispatch service. A small HTTP/1.0 server that answers
 * GET /health and nothing else, also at addresses this host does not have yet (IP_FREEBIND), as a
 * dispatch service behind a moving address must. It owns its listeners and one short connection at
 * a time per client; it knows no room. */
#include "sim/commands.h"

#include "config/units.h"
#include "sim/freebind.h"

#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#define LISTENERS_MAX 8
#define REQUEST_MAX 4096
#define CLIENTS_MAX 256
#define CLIENT_MS 5000 /* a request must be complete by then */

struct service {
    uv_loop_t loop;
    uv_signal_t signals[2];
    const char *name;
    const char *pid_file;
    unsigned listener_count;
    struct cfg_address addresses[LISTENERS_MAX];
    uv_tcp_t listeners[LISTENERS_MAX];
    struct caller *callers;
    unsigned caller_count;
    uint64_t calls;
};
struct caller {
    uv_tcp_t tcp;
    uv_timer_t timer;
    uv_write_t write;
    struct service *service;
    struct caller *next;
    unsigned open_handles;
    size_t length;
    char request[REQUEST_MAX];
    char reply[512];
};

static void on_caller_handle_closed(uv_handle_t *handle)
{
    struct caller *caller = handle->data;
    if (--caller->open_handles > 0) {
        return;
    }
    for (struct caller **at = &caller->service->callers; *at != NULL; at = &(*at)->next) {
        if (*at == caller) {
            *at = caller->next;
            break;
        }
    }
    caller->service->caller_count--;
    free(caller);
}

static void caller_close(struct caller *caller)
{
    if (!uv_is_closing((uv_handle_t *)&caller->tcp)) {
        uv_close((uv_handle_t *)&caller->tcp, on_caller_handle_closed);
        uv_close((uv_handle_t *)&caller->timer, on_caller_handle_closed);
    }
}

static void on_too_slow(uv_timer_t *timer)
{
    caller_close(timer->data);
}

static void on_replied(uv_write_t *write, int status)
{
    (void)status;
    caller_close(write->data);
}

static void caller_reply(struct caller *caller, const char *status, const json_t *body)
{
    char *text = json_dumps(body, JSON_COMPACT);
    int length = snprintf(caller->reply, sizeof(caller->reply),
                          "HTTP/1.0 %s\r\nContent-Type: application/json\r\n"
                          "Content-Length: %zu\r\nConnection: close\r\n\r\n%s",
                          status, text == NULL ? 0 : strlen(text), text == NULL ? "" : text);
    free(text);
    uv_buf_t buffer = uv_buf_init(caller->reply, (unsigned)length);
    caller->write.data = caller;
    if (length >= (int)sizeof(caller->reply) ||
        uv_write(&caller->write, (uv_stream_t *)&caller->tcp, &buffer, 1, on_replied) != 0) {
        caller_close(caller);
    }
}

static void caller_answer(struct caller *caller)
{
    struct service *service = caller->service;
    json_t *body;
    const char *status;
    uv_read_stop((uv_stream_t *)&caller->tcp);
    if (strncmp(caller->request, "GET /health ", 12) == 0) {
        service->calls++;
        status = "200 OK";
        body = json_pack("{s:s s:I}", "server", service->name, "calls", (json_int_t)service->calls);
    } else {
        status = "404 Not Found";
        body = json_pack("{s:s}", "error", "only GET /health is answered here");
    }
    caller_reply(caller, status, body);
    json_decref(body);
}

static void on_buffer(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    (void)suggested;
    struct caller *caller = handle->data;
    *buffer = uv_buf_init(caller->request + caller->length,
                          (unsigned)(sizeof(caller->request) - 1 - caller->length));
}

static void on_bytes(uv_stream_t *stream, ssize_t length, const uv_buf_t *buffer)
{
    (void)buffer;
    struct caller *caller = stream->data;
    if (length < 0) {
        caller_close(caller);
        return;
    }
    caller->length += (size_t)length;
    caller->request[caller->length] = '\0';
    if (strstr(caller->request, "\r\n\r\n") != NULL || strstr(caller->request, "\n\n") != NULL) {
        caller_answer(caller);
    }
}

static void on_connection(uv_stream_t *listener, int status)
{
    struct service *service = listener->data;
    struct caller *caller = status < 0 ? NULL : calloc(1, sizeof(*caller));
    if (caller == NULL) {
        return;
    }
    caller->service = service;
    caller->next = service->callers;
    service->callers = caller;
    service->caller_count++;
    caller->open_handles = 2;
    uv_tcp_init(listener->loop, &caller->tcp);
    uv_timer_init(listener->loop, &caller->timer);
    caller->tcp.data = caller;
    caller->timer.data = caller;
    if (uv_accept(listener, (uv_stream_t *)&caller->tcp) != 0 ||
        service->caller_count > CLIENTS_MAX ||
        uv_read_start((uv_stream_t *)&caller->tcp, on_buffer, on_bytes) != 0) {
        caller_close(caller);
        return;
    }
    uv_timer_start(&caller->timer, on_too_slow, CLIENT_MS, 0);
}

static int listener_open(struct service *service, unsigned index)
{
    const struct cfg_address *address = &service->addresses[index];
    uv_tcp_t *listener = &service->listeners[index];
    int error =
        sim_freebind_listen(&service->loop, listener, (const struct sockaddr *)&address->storage,
                            address->length, on_connection);
    if (error == 0) {
        listener->data = service;
        service->listener_count = index + 1;
    }
    return error;
}

static void service_stop(struct service *service)
{
    for (unsigned i = 0; i < 2; i++) {
        if (!uv_is_closing((uv_handle_t *)&service->signals[i])) {
            uv_close((uv_handle_t *)&service->signals[i], NULL);
        }
    }
    for (unsigned i = 0; i < service->listener_count; i++) {
        uv_close((uv_handle_t *)&service->listeners[i], NULL);
    }
    service->listener_count = 0;
    for (struct caller *caller = service->callers; caller != NULL; caller = caller->next) {
        caller_close(caller);
    }
    if (service->pid_file != NULL) {
        unlink(service->pid_file);
    }
}

static void on_signal(uv_signal_t *signal, int number)
{
    (void)number;
    service_stop(signal->data);
}

static bool pid_write(const char *path)
{
    char beside[512];
    snprintf(beside, sizeof(beside), "%s.new", path);
    FILE *file = fopen(beside, "we");
    bool good = file != NULL && fprintf(file, "%ld\n", (long)getpid()) > 0;
    if (file != NULL && fclose(file) != 0) {
        good = false;
    }
    return good && rename(beside, path) == 0;
}

static int service_run(struct service *service, unsigned addresses)
{
    static const int numbers[2] = {SIGINT, SIGTERM};
    int code = SIM_EXIT_OK;
    uv_loop_init(&service->loop);
    signal(SIGPIPE, SIG_IGN);
    for (unsigned i = 0; i < 2; i++) {
        uv_signal_init(&service->loop, &service->signals[i]);
        service->signals[i].data = service;
        uv_signal_start(&service->signals[i], on_signal, numbers[i]);
    }
    for (unsigned i = 0; i < addresses && code == SIM_EXIT_OK; i++) {
        int error = listener_open(service, i);
        if (error != 0) {
            fprintf(stderr, "monitorsim service: cannot listen: %s\n", strerror(error));
            code = SIM_EXIT_FAILED;
        }
    }
    if (code == SIM_EXIT_OK && service->pid_file != NULL && !pid_write(service->pid_file)) {
        fprintf(stderr, "monitorsim service: %s: %s\n", service->pid_file, strerror(errno));
        code = SIM_EXIT_FAILED;
    }
    if (code == SIM_EXIT_OK) {
        printf("ready\n");
        fflush(stdout);
    } else {
        service_stop(service);
    }
    uv_run(&service->loop, UV_RUN_DEFAULT);
    uv_loop_close(&service->loop);
    return code;
}

int sim_command_service(int argc, char **argv)
{
    static const struct option options[] = {{"name", required_argument, NULL, 'n'},
                                            {"listen", required_argument, NULL, 'l'},
                                            {"pid-file", required_argument, NULL, 'p'},
                                            {0}};
    static struct service service;
    unsigned addresses = 0;
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        const char *wrong = NULL;
        if (option == 'n') {
            service.name = optarg;
        } else if (option == 'p') {
            service.pid_file = optarg;
        } else if (option == 'l' && addresses < LISTENERS_MAX) {
            wrong = cfg_address_parse(optarg, &service.addresses[addresses++]);
        } else {
            return SIM_EXIT_USAGE;
        }
        if (wrong != NULL) {
            fprintf(stderr, "monitorsim service: %s: %s\n", optarg, wrong);
            return SIM_EXIT_USAGE;
        }
    }
    if (service.name == NULL || addresses == 0 || optind != argc) {
        fprintf(stderr,
                "usage: monitorsim service --name NAME --listen ADDRESS:PORT "
                "[--listen ...] [--pid-file FILE]\n");
        return SIM_EXIT_USAGE;
    }
    return service_run(&service, addresses);
}
