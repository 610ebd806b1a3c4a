/* SPDX-License-Identifier: Apache-2.0 */
/* Answers test packets (see stamp_reflector.h). It has its own idea of the layout and takes none
 * from probes/, so that the two are tried against each other. It measures nothing. */
#include "sim/devices/stamp_reflector.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define PACKET 44 /* RFC 8762, section 4.2.1; a longer one is answered with as much */
#define PACKET_MOST 1500
#define SENDERS_MOST 16 /* the one that was silent longest gives way */
#define NTP_EPOCH 2208988800U

struct sender {
    struct sockaddr_in address; /* family 0: free */
    uint32_t count;             /* packets received of it */
    uint64_t newest;            /* of all packets, which one was its newest */
};
struct sim_stamp_reflector {
    uv_udp_t udp;
    enum sim_reflector_mode mode;
    uint64_t packets;
    struct sender senders[SENDERS_MOST];
    uint8_t bytes[PACKET_MOST];
};

static struct sender *sender_of(struct sim_stamp_reflector *reflector,
                                const struct sockaddr_in *from)
{
    struct sender *oldest = &reflector->senders[0];
    for (unsigned i = 0; i < SENDERS_MOST; i++) {
        struct sender *sender = &reflector->senders[i];
        if (sender->address.sin_family == AF_INET && sender->address.sin_port == from->sin_port &&
            sender->address.sin_addr.s_addr == from->sin_addr.s_addr) {
            return sender;
        }
        oldest = sender->newest < oldest->newest ? sender : oldest;
    }
    *oldest = (struct sender){.address = *from};
    return oldest;
}

static void put_u32(uint8_t *at, uint32_t value)
{
    uint32_t wire = htonl(value);
    memcpy(at, &wire, sizeof(wire));
}

static void put_now(uint8_t *at)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    put_u32(at, (uint32_t)((uint64_t)now.tv_sec + NTP_EPOCH));
    put_u32(at + 4, (uint32_t)(((uint64_t)now.tv_nsec << 32) / 1000000000U));
}

/* The reply in the place of what was received: what stands in it of the sender moves behind. */
static void reflect(uint8_t *bytes, size_t length, uint32_t number)
{
    uint8_t sender[14]; /* sequence number, timestamp, error estimate */
    memcpy(sender, bytes, sizeof(sender));
    memset(bytes, 0, length < PACKET ? length : PACKET);
    put_u32(bytes, number);
    put_now(bytes + 4);
    bytes[12] = 32; /* not synchronised, scale 32, multiplier 1: one second */
    bytes[13] = 1;
    put_now(bytes + 16); /* received */
    memcpy(bytes + 24, sender, sizeof(sender));
    bytes[40] = 255; /* hops of the sender's packet, which a user's socket is not told */
}

static void on_receive(uv_udp_t *udp, ssize_t length, const uv_buf_t *buf,
                       const struct sockaddr *from, unsigned flags)
{
    struct sim_stamp_reflector *reflector = udp->data;
    uint32_t number;
    if (length < PACKET || from == NULL || (flags & UV_UDP_PARTIAL) != 0 ||
        reflector->mode == SIM_REFLECTOR_SILENT) {
        return;
    }
    struct sender *sender = sender_of(reflector, (const struct sockaddr_in *)from);
    sender->newest = ++reflector->packets;
    memcpy(&number, buf->base, sizeof(number));
    number = reflector->mode == SIM_REFLECTOR_COUNTS ? sender->count : ntohl(number);
    sender->count++;
    reflect((uint8_t *)buf->base, (size_t)length, number);
    uv_buf_t answer = uv_buf_init(buf->base, (unsigned)length);
    uv_udp_try_send(udp, &answer, 1, from); /* dropped on the way back: the kernel may say so */
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    (void)suggested;
    struct sim_stamp_reflector *reflector = handle->data;
    *buf = uv_buf_init((char *)reflector->bytes, sizeof(reflector->bytes));
}

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static int bind_to(uv_udp_t *udp, struct sockaddr_in *address, const char *interface)
{
    uv_os_fd_t fd;
    int length = sizeof(*address);
    int error = uv_fileno((const uv_handle_t *)udp, &fd);
    if (error == 0 && interface != NULL &&
        setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface, (socklen_t)strlen(interface) + 1)) {
        error = -errno;
    }
    error = error == 0 ? uv_udp_bind(udp, (const struct sockaddr *)address, 0) : error;
    error = error == 0 ? uv_udp_recv_start(udp, on_alloc, on_receive) : error;
    return error == 0 ? uv_udp_getsockname(udp, (struct sockaddr *)address, &length) : error;
}

struct sim_stamp_reflector *sim_stamp_reflector_open(uv_loop_t *loop, struct sockaddr_in *address,
                                                     const char *interface)
{
    struct sim_stamp_reflector *reflector = calloc(1, sizeof(*reflector));
    if (reflector == NULL) {
        return NULL;
    }
    int error = uv_udp_init_ex(loop, &reflector->udp, AF_INET);
    if (error != 0) {
        free(reflector);
        errno = -error;
        return NULL;
    }
    reflector->udp.data = reflector;
    error = bind_to(&reflector->udp, address, interface);
    if (error != 0) {
        sim_stamp_reflector_close(reflector);
        errno = -error;
        return NULL;
    }
    return reflector;
}

void sim_stamp_reflector_set_mode(struct sim_stamp_reflector *reflector,
                                  enum sim_reflector_mode mode)
{
    reflector->mode = mode;
}

void sim_stamp_reflector_restart(struct sim_stamp_reflector *reflector)
{
    memset(reflector->senders, 0, sizeof(reflector->senders));
}

void sim_stamp_reflector_close(struct sim_stamp_reflector *reflector)
{
    uv_close((uv_handle_t *)&reflector->udp, on_closed);
}
