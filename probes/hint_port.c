/* SPDX-License-Identifier: Apache-2.0 */
/* The socket behind hint_port.h: who is known by his address is heard, all else is dropped without
 * an answer. It limits nothing but its own work, and knows no state of any device; only the fleet
 * starts it. */
#include "probes/hint_port.h"

#include "failover/assert.h"
#include "probes/snmp_hint.h"

#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#define REBIND_MS 1000

struct pb_hint_port {
    uv_loop_t *loop;
    const struct site *site;
    pb_hint_callback callback;
    void *context;
    uv_udp_t udp;
    uv_timer_t rebind;
    bool open, closing, stopping; /* closing: of udp, its callback has not come yet */
    unsigned handles;
    void (*done)(void *context);
    void *done_context;
    char buffer[PB_HINT_BYTES_MAX + 1]; /* a longer datagram is seen to be longer */
};

/* ---- who is it ------------------------------------------------------------------------------- */
/* The address alone, IPv4 written as IPv6; false for neither. */
static bool host_of(const struct sockaddr *address, struct in6_addr *host)
{
    if (address->sa_family == AF_INET6) {
        *host = ((const struct sockaddr_in6 *)address)->sin6_addr;
        return true;
    }
    if (address->sa_family != AF_INET) {
        return false;
    }
    static const uint8_t mapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    memcpy(host->s6_addr, mapped, sizeof mapped);
    memcpy(host->s6_addr + 12, &((const struct sockaddr_in *)address)->sin_addr, 4);
    return true;
}

static bool is_at(const struct cfg_device *device, const struct in6_addr *host)
{
    struct in6_addr own;
    return device->address.length > 0 &&
           host_of((const struct sockaddr *)&device->address.storage, &own) &&
           memcmp(&own, host, sizeof own) == 0;
}

static bool is_known(const struct pb_hint_port *port, const struct in6_addr *host)
{
    for (unsigned i = 0; i < cfg_site_watched(port->site); i++) {
        if (is_at(cfg_site_device(port->site, i), host)) {
            return true;
        }
    }
    return false;
}

static void tell(const struct pb_hint_port *port, const struct in6_addr *host)
{
    for (unsigned i = 0; i < cfg_site_watched(port->site); i++) {
        if (is_at(cfg_site_device(port->site, i), host)) {
            port->callback(port->context, i);
        }
    }
}

/* ---- the socket ------------------------------------------------------------------------------ */
static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *buf)
{
    (void)suggested;
    struct pb_hint_port *port = handle->data;
    *buf = uv_buf_init(port->buffer, sizeof port->buffer);
}

static void drop_handle(uv_handle_t *handle)
{
    struct pb_hint_port *port = handle->data;
    if (handle == (uv_handle_t *)&port->udp) {
        port->closing = false;
    }
    if (--port->handles > 0 || !port->stopping) {
        return;
    }
    void (*done)(void *) = port->done;
    void *context = port->done_context;
    free(port);
    done(context);
}

static void close_socket(struct pb_hint_port *port)
{
    port->open = false;
    port->closing = true;
    uv_close((uv_handle_t *)&port->udp, drop_handle);
}

static void on_receive(uv_udp_t *udp, ssize_t length, const uv_buf_t *buf,
                       const struct sockaddr *from, unsigned flags)
{
    struct pb_hint_port *port = udp->data;
    struct in6_addr host;

    if (port->stopping || (length == 0 && from == NULL)) {
        return;
    }
    if (length < 0) {
        close_socket(port); /* the timer opens it again */
        return;
    }
    uint8_t *bytes = (uint8_t *)buf->base;
    enum pb_hint hint = (flags & UV_UDP_PARTIAL) != 0 || length > PB_HINT_BYTES_MAX
                            ? PB_HINT_NONE
                            : pb_snmp_hint_read(bytes, (size_t)length);
    if (hint == PB_HINT_NONE || !host_of(from, &host) || !is_known(port, &host)) {
        return;
    }
    if (hint == PB_HINT_INFORM) {
        pb_snmp_hint_confirm(bytes, (size_t)length);
        uv_buf_t answer = uv_buf_init(buf->base, (unsigned)length);
        (void)uv_udp_try_send(udp, &answer, 1, from); /* lost: it is repeated */
    }
    tell(port, &host);
}

static void open_socket(struct pb_hint_port *port)
{
    const struct cfg_address *address = &port->site->trap_port;

    if (port->open || port->closing ||
        uv_udp_init_ex(port->loop, &port->udp, address->storage.ss_family) != 0) {
        return;
    }
    port->udp.data = port;
    port->handles++;
    if (uv_udp_bind(&port->udp, (const struct sockaddr *)&address->storage, 0) != 0 ||
        uv_udp_recv_start(&port->udp, on_alloc, on_receive) != 0) {
        close_socket(port);
        return;
    }
    port->open = true;
}

static void on_rebind(uv_timer_t *timer)
{
    open_socket(timer->data);
}

struct pb_hint_port *pb_hint_port_start(uv_loop_t *loop, const struct site *site,
                                        pb_hint_callback callback, void *context)
{
    FO_ASSERT(site->trap_port.length > 0 && callback != NULL);
    struct pb_hint_port *port = calloc(1, sizeof *port);

    if (port == NULL) {
        return NULL;
    }
    port->loop = loop;
    port->site = site;
    port->callback = callback;
    port->context = context;
    (void)uv_timer_init(loop, &port->rebind);
    port->rebind.data = port;
    port->handles = 1;
    open_socket(port);
    uv_timer_start(&port->rebind, on_rebind, REBIND_MS, REBIND_MS);
    return port;
}

bool pb_hint_port_is_open(const struct pb_hint_port *port)
{
    return port->open;
}

void pb_hint_port_stop(struct pb_hint_port *port, void (*done)(void *context), void *context)
{
    FO_ASSERT(!port->stopping && done != NULL);
    port->stopping = true;
    port->done = done;
    port->done_context = context;
    if (port->open) {
        close_socket(port);
    }
    uv_close((uv_handle_t *)&port->rebind, drop_handle);
}
