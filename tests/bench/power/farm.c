/* SPDX-License-Identifier: Apache-2.0 */
/* Thousands of simulated devices for the power benchmark, in one process: UPSes of RFC 1628 by SNMP
 * (v1, v2c) and transfer switches by Modbus TCP, one port each on one loopback address. It counts
 * requests and the longest silence of its client per device, so that the figures come from the
 * device's side and not from the program that is measured. It shares no code with Noroshi: a fault
 * of our own codec must not hide in its judge.
 *
 *   farm UPSES PORT SWITCHES PORT     prints {"ev":"ready"}, then takes one order a line on stdin:
 *   onbatt I | online I | lowbatt I   UPS I changes           {"ev":…,"t":unix time}
 *   all onbatt | all online           every UPS at once
 *   all storm                         alarms without end, others every second, until all online
 *   mute A B | drip A B | well A B    devices A to B - 1 (UPSes first, then switches) misbehave
 *   stats                             {"requests":N,"alarms":N,"late_ms":[…]}
 *   mark                              forgets the longest silences
 *   quit */
#include "tests/bench/power/farm_ups.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define DRIP_MS 150

enum manner { WELL, MUTE, DRIP };
enum sort { SORT_INPUT, SORT_UDP, SORT_LISTEN, SORT_STREAM };

struct device {
    bool modbus;
    struct farm_ups ups;
    enum manner manner;
    unsigned long requests; /* all there ever were */
    double last, gap;       /* newest request; longest silence between two */
};
struct end { /* one socket */
    enum sort sort;
    int fd;
    unsigned device;
    uint8_t in[FARM_FRAME_MAX], out[FARM_FRAME_MAX];
    size_t in_length, out_length, out_at;
    double drip_at;
    bool drips; /* is in the list */
    struct end *next_drip;
};

static struct device *devices;
static unsigned device_count, ups_count;
static int poller;
static struct end *dripping;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* ---- the clients ----------------------------------------------------------------------------- */

static void count(struct device *device)
{
    double t = now();
    device->requests++;
    if (device->last != 0 && t - device->last > device->gap) {
        device->gap = t - device->last;
    }
    device->last = t;
}

static void on_datagram(struct end *end)
{
    struct device *device = &devices[end->device];
    struct sockaddr_in peer;
    socklen_t size = sizeof peer;
    ssize_t length;
    static struct farm_pen pen;
    while ((length = recvfrom(end->fd, end->in, sizeof end->in, MSG_DONTWAIT,
                              (struct sockaddr *)&peer, &size)) > 0) {
        count(device);
        if (device->manner == MUTE ||
            !farm_ups_answer(&device->ups, end->device, now(), end->in, (size_t)length, &pen)) {
            continue;
        }
        size_t left = sizeof pen.bytes - pen.at;
        /* a datagram cannot drip: it comes in scraps, none of which is an answer */
        size_t piece = device->manner == DRIP ? 20 : left;
        for (size_t at = 0; at < left; at += piece) {
            size_t here = left - at < piece ? left - at : piece;
            sendto(end->fd, pen.bytes + pen.at + at, here, MSG_DONTWAIT, (struct sockaddr *)&peer,
                   size);
        }
        size = sizeof peer;
    }
}

static void end_close(struct end *end)
{
    for (struct end **at = &dripping; *at != NULL; at = &(*at)->next_drip) {
        if (*at == end) {
            *at = end->next_drip;
            break;
        }
    }
    close(end->fd);
    free(end);
}

/* A transfer switch on the mains: 1, 200.0 V, 50.0 Hz, generator 0.0 V; every other register 0. */
static void modbus_answer(struct end *end, const uint8_t *frame)
{
    static const uint16_t values[] = {1, 2000, 500, 0};
    unsigned first = (unsigned)frame[8] << 8 | frame[9],
             words = (unsigned)frame[10] << 8 | frame[11];
    uint8_t *out = end->out;
    words = words > 100 ? 100 : words;
    memcpy(out, frame, 8);
    out[4] = 0;
    out[5] = (uint8_t)(3 + 2 * words);
    out[8] = (uint8_t)(2 * words);
    for (unsigned i = 0; i < words; i++) {
        uint16_t value = first + i < 4 ? values[first + i] : 0;
        out[9 + 2 * i] = (uint8_t)(value >> 8);
        out[10 + 2 * i] = (uint8_t)value;
    }
    end->out_length = 9 + 2 * words;
    end->out_at = 0;
}

static void on_stream(struct end *end)
{
    struct device *device = &devices[end->device];
    ssize_t got = recv(end->fd, end->in + end->in_length, sizeof end->in - end->in_length, 0);
    if (got <= 0) {
        end_close(end);
        return;
    }
    end->in_length += (size_t)got;
    while (end->in_length >= 12) {
        count(device);
        if (device->manner != MUTE && (end->in[7] == 3 || end->in[7] == 4)) {
            modbus_answer(end, end->in);
            if (device->manner == WELL) {
                (void)!write(end->fd, end->out, end->out_length);
                end->out_at = end->out_length;
            } else if (!end->drips) {
                end->drips = true;
                end->drip_at = now() + DRIP_MS / 1e3;
                end->next_drip = dripping;
                dripping = end;
            }
        }
        end->in_length -= 12;
        memmove(end->in, end->in + 12, end->in_length);
    }
}

static void drip(void)
{
    double t = now();
    for (struct end *end = dripping, *next = NULL; end != NULL; end = next) {
        next = end->next_drip;
        if (end->drip_at > t || end->out_at >= end->out_length) {
            continue;
        }
        end->drip_at = t + DRIP_MS / 1e3;
        if (send(end->fd, end->out + end->out_at, 1, MSG_NOSIGNAL | MSG_DONTWAIT) == 1) {
            end->out_at++;
        }
    }
}

static void watch(struct end *end)
{
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = end};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, end->fd, &event) != 0) {
        perror("epoll_ctl");
        exit(1);
    }
}

static void on_connection(struct end *listener)
{
    int fd = accept(listener->fd, NULL, NULL);
    struct end *end = fd >= 0 ? calloc(1, sizeof *end) : NULL;
    if (end == NULL) {
        return;
    }
    end->sort = SORT_STREAM;
    end->fd = fd;
    end->device = listener->device;
    watch(end);
}

static void end_open(unsigned device, bool stream, uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct end *end = calloc(1, sizeof *end);
    int yes = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    end->sort = stream ? SORT_LISTEN : SORT_UDP;
    end->fd = socket(AF_INET, stream ? SOCK_STREAM : SOCK_DGRAM, 0);
    end->device = device;
    setsockopt(end->fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(end->fd, (struct sockaddr *)&address, sizeof address) != 0 ||
        (stream && listen(end->fd, 16) != 0)) {
        fprintf(stderr, "port %u: %s\n", port, strerror(errno));
        exit(1);
    }
    watch(end);
}

/* ---- orders ---------------------------------------------------------------------------------- */

static void set_battery(unsigned index, const char *what)
{
    struct device *device = &devices[index % device_count];
    device->ups.low = strcmp(what, "lowbatt") == 0;
    device->ups.storm = strcmp(what, "storm") == 0;
    device->ups.battery = strcmp(what, "online") != 0 && !device->ups.storm;
    device->ups.since = now();
}

static void stats(void)
{
    unsigned long requests = 0, alarms = 0;
    printf("{\"late_ms\":[");
    for (unsigned i = 0; i < device_count; i++) {
        double silence = devices[i].last != 0 ? now() - devices[i].last : 0;
        double gap = devices[i].gap > silence ? devices[i].gap : silence;
        requests += devices[i].requests;
        alarms += devices[i].ups.alarms;
        printf("%s%.0f", i > 0 ? "," : "", gap * 1e3);
    }
    printf("],\"requests\":%lu,\"alarms\":%lu}\n", requests, alarms);
}

static bool obey(char *line)
{
    char word[16] = "", other[16] = "";
    unsigned a = 0, b = 0;
    double t = now();
    if (sscanf(line, "%15s", word) != 1) {
        return true;
    }
    if (strcmp(word, "quit") == 0) {
        return false;
    }
    if (strcmp(word, "stats") == 0) {
        stats();
    } else if (strcmp(word, "mark") == 0) {
        for (unsigned i = 0; i < device_count; i++) {
            devices[i].gap = 0;
        }
        printf("{\"ev\":\"mark\"}\n");
    } else if (sscanf(line, "all %15s", other) == 1) {
        for (unsigned i = 0; i < ups_count; i++) {
            set_battery(i, other);
        }
        printf("{\"ev\":\"%s\",\"t\":%.6f}\n", other, t);
    } else if (sscanf(line, "%*s %u %u", &a, &b) == 2) {
        for (unsigned i = a; i < b && i < device_count; i++) {
            devices[i].manner = word[0] == 'm' ? MUTE : word[0] == 'd' ? DRIP : WELL;
        }
        printf("{\"ev\":\"%s\",\"t\":%.6f}\n", word, t);
    } else if (sscanf(line, "%*s %u", &a) == 1) {
        set_battery(a, word);
        printf("{\"ev\":\"%s\",\"t\":%.6f}\n", word, t);
    }
    fflush(stdout);
    return true;
}

static bool on_input(struct end *end)
{
    ssize_t got = read(0, end->in + end->in_length, sizeof end->in - 1 - end->in_length);
    if (got <= 0) {
        return false;
    }
    end->in_length += (size_t)got;
    for (;;) {
        uint8_t *stop = memchr(end->in, '\n', end->in_length);
        if (stop == NULL) {
            return true;
        }
        *stop = '\0';
        if (!obey((char *)end->in)) {
            return false;
        }
        end->in_length -= (size_t)(stop + 1 - end->in);
        memmove(end->in, stop + 1, end->in_length);
    }
}

int main(int argc, char **argv)
{
    static struct end input = {.sort = SORT_INPUT};
    struct rlimit limit = {.rlim_cur = 65536, .rlim_max = 65536};
    if (argc != 5) {
        fprintf(stderr, "usage: farm UPSES PORT SWITCHES PORT\n");
        return 2;
    }
    unsigned switches = (unsigned)atoi(argv[3]);
    ups_count = (unsigned)atoi(argv[1]);
    device_count = ups_count + switches;
    devices = calloc(device_count, sizeof *devices);
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0) {
        getrlimit(RLIMIT_NOFILE, &limit);
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
    poller = epoll_create1(0);
    watch(&input);
    for (unsigned i = 0; i < device_count; i++) {
        devices[i].modbus = i >= ups_count;
        end_open(i, devices[i].modbus,
                 (uint16_t)(i < ups_count ? (unsigned)atoi(argv[2]) + i
                                          : (unsigned)atoi(argv[4]) + i - ups_count));
    }
    printf("{\"ev\":\"ready\"}\n");
    fflush(stdout);
    for (;;) {
        struct epoll_event events[256];
        int count = epoll_wait(poller, events, 256, dripping != NULL ? 20 : -1);
        for (int i = 0; i < count; i++) {
            struct end *end = events[i].data.ptr;
            if (end->sort == SORT_UDP) {
                on_datagram(end);
            } else if (end->sort == SORT_LISTEN) {
                on_connection(end);
            } else if (end->sort == SORT_STREAM) {
                on_stream(end);
            } else if (!on_input(end)) {
                _exit(0); /* sockets and their memory go with us */
            }
        }
        drip();
    }
}
