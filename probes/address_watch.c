/* SPDX-License-Identifier: Apache-2.0 */
/* Asks who has a service address and counts who says so. It owns one packet socket on the interface
 * whose network holds the address; it looks for that interface anew in each window, because
 * interfaces come and go. */
#include "probes/address_watch.h"

#include <errno.h>
#include <ifaddrs.h>
#include <linux/filter.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/icmp6.h>
#include <netpacket/packet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* ---- the socket ---- */

struct pb_address_watch {
    uv_loop_t *loop;
    uv_timer_t timer;
    struct pb_ip address;
    pb_address_callback callback;
    void *context;
    struct pb_address_tally tally;
    struct asker *asker; /* NULL: there is trouble */
    int trouble;         /* as last said */
    bool asked_once, known;
    unsigned handles_open;
    void (*done)(void *context);
    void *done_context;
};

struct place { /* where we ask from */
    unsigned interface;
    struct pb_ip own;
    uint8_t station[6];
};

struct asker {
    uv_poll_t poll;
    struct pb_address_watch *watch;
    int fd;
    struct place place;
};

static void on_gone(struct pb_address_watch *watch)
{
    void (*done)(void *) = watch->done;
    void *context = watch->done_context;

    if (--watch->handles_open > 0) {
        return;
    }
    free(watch);
    if (done != NULL) {
        done(context);
    }
}

static void on_asker_closed(uv_handle_t *handle)
{
    struct asker *asker = handle->data;
    struct pb_address_watch *watch = asker->watch;

    close(asker->fd);
    free(asker);
    on_gone(watch);
}

static void close_asker(struct pb_address_watch *watch)
{
    if (watch->asker != NULL) {
        uv_poll_stop(&watch->asker->poll);
        uv_close((uv_handle_t *)&watch->asker->poll, on_asker_closed);
        watch->asker = NULL;
    }
}

static bool holds(const struct ifaddrs *entry, const struct pb_ip *address)
{
    struct pb_ip own = pb_ip_of(entry->ifa_addr), mask = pb_ip_of(entry->ifa_netmask);

    return (entry->ifa_flags & IFF_UP) != 0 &&
           (entry->ifa_flags & (IFF_LOOPBACK | IFF_NOARP)) == 0 &&
           pb_ip_one_network(&own, address, &mask);
}

/* An IPv6 address that duplicate detection has not let pass is not ours to ask from (RFC 4862
 * section 5.4): the kernel lets nobody bind to it. */
static bool is_ours(const struct sockaddr *address)
{
    int fd;
    bool ours;

    if (address->sa_family != AF_INET6) {
        return true;
    }
    fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ours = fd >= 0 && bind(fd, address, sizeof(struct sockaddr_in6)) == 0;
    if (fd >= 0) {
        close(fd);
    }
    return ours;
}

static bool station_of(const char *name, uint8_t station[6])
{
    struct ifreq request = {0};
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool known;

    memcpy(request.ifr_name, name, strnlen(name, sizeof(request.ifr_name) - 1));
    known = fd >= 0 && ioctl(fd, SIOCGIFHWADDR, &request) == 0 &&
            request.ifr_hwaddr.sa_family == ARPHRD_ETHER;
    if (known) {
        memcpy(station, request.ifr_hwaddr.sa_data, 6);
    }
    if (fd >= 0) {
        close(fd);
    }
    return known;
}

/* 0, ENETUNREACH, or why the kernel cannot be asked. */
static int find_place(const struct pb_ip *address, struct place *place)
{
    struct ifaddrs *list = NULL;
    bool found = false;

    if (getifaddrs(&list) != 0) {
        return errno;
    }
    for (const struct ifaddrs *entry = list; entry != NULL && !found; entry = entry->ifa_next) {
        if (holds(entry, address) && is_ours(entry->ifa_addr) &&
            station_of(entry->ifa_name, place->station)) {
            place->interface = if_nametoindex(entry->ifa_name);
            place->own = pb_ip_of(entry->ifa_addr);
            found = place->interface != 0;
        }
    }
    freeifaddrs(list);
    return found ? 0 : ENETUNREACH;
}

static void read_answers(struct asker *asker)
{
    uint8_t bytes[2048], station[6];
    ssize_t length;

    for (unsigned i = 0; i < 64 && (length = recv(asker->fd, bytes, sizeof(bytes), 0)) >= 0; i++) {
        enum pb_address_said said = pb_address_read(bytes, (size_t)length, &asker->watch->address,
                                                    &asker->place.own, station);

        if (said != PB_ADDRESS_NOTHING) {
            pb_address_heard(&asker->watch->tally, station, said == PB_ADDRESS_ANSWERED);
        }
    }
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
    struct asker *asker = poll->data;

    (void)events;
    if (status < 0) {
        close_asker(asker->watch);
        return;
    }
    read_answers(asker);
}

/* Of all IPv6 only the advertisements: the daemon wakes for nothing else. */
static bool hears_advertisements(int fd)
{
    struct sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 6), /* next header */
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_ICMPV6, 0, 3),
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 40), /* type */
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ND_NEIGHBOR_ADVERT, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
        BPF_STMT(BPF_RET | BPF_K, 0),
    };
    struct sock_fprog filter = {.len = sizeof(steps) / sizeof(steps[0]), .filter = steps};

    return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)) == 0;
}

static uint16_t protocol_of(const struct pb_ip *address)
{
    return htons(address->family == AF_INET6 ? ETHERTYPE_IPV6 : ETHERTYPE_ARP);
}

/* 0 and *fd, or why there is none. It hears nothing until it is bound, and by then is filtered. */
static int open_socket(const struct pb_ip *address, unsigned interface, int *fd)
{
    struct sockaddr_ll place = {.sll_family = AF_PACKET,
                                .sll_protocol = protocol_of(address),
                                .sll_ifindex = (int)interface};
    int trouble;

    *fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (*fd < 0) {
        return errno;
    }
    if ((address->family == AF_INET6 && !hears_advertisements(*fd)) ||
        bind(*fd, (struct sockaddr *)&place, sizeof(place)) != 0) {
        trouble = errno;
        close(*fd);
        return trouble;
    }
    return 0;
}

static int open_asker(struct pb_address_watch *watch, const struct place *place)
{
    struct asker *asker = calloc(1, sizeof(*asker));
    int trouble =
        asker == NULL ? ENOMEM : open_socket(&watch->address, place->interface, &asker->fd);

    if (trouble != 0) {
        free(asker);
        return trouble;
    }
    trouble = -uv_poll_init(watch->loop, &asker->poll, asker->fd);
    if (trouble != 0) {
        close(asker->fd);
        free(asker);
        return trouble;
    }
    asker->watch = watch;
    asker->place = *place;
    asker->poll.data = asker;
    watch->asker = asker;
    watch->handles_open++;
    uv_poll_start(&asker->poll, UV_READABLE, on_readable);
    return 0;
}

static void ask(struct pb_address_watch *watch)
{
    const struct place *place = &watch->asker->place;
    struct sockaddr_ll to = {.sll_family = AF_PACKET,
                             .sll_protocol = protocol_of(&watch->address),
                             .sll_ifindex = (int)place->interface,
                             .sll_halen = 6};
    uint8_t bytes[PB_ADDRESS_QUESTION_MAX];
    size_t length =
        pb_address_question(&watch->address, &place->own, place->station, bytes, to.sll_addr);

    pb_address_asked(&watch->tally);
    if (sendto(watch->asker->fd, bytes, length, 0, (struct sockaddr *)&to, sizeof(to)) < 0) {
        return; /* nobody is heard then, which is what is said */
    }
}

/* ---- windows ---- */

static void say_trouble(struct pb_address_watch *watch, int trouble)
{
    if (watch->known && trouble == watch->trouble) {
        return;
    }
    watch->known = true;
    watch->trouble = trouble;
    memset(&watch->tally, 0, sizeof(watch->tally));
    watch->callback(watch->context, trouble, &watch->tally);
}

/* Follows the interface: gone, come, or with another address. */
static void follow_network(struct pb_address_watch *watch)
{
    struct place place;
    int trouble = find_place(&watch->address, &place);

    if (watch->asker != NULL && (trouble != 0 || watch->asker->place.interface != place.interface ||
                                 !pb_ip_same(&watch->asker->place.own, &place.own))) {
        close_asker(watch);
    }
    if (watch->asker == NULL && trouble == 0) {
        trouble = open_asker(watch, &place);
    }
    say_trouble(watch, trouble);
}

static void on_timer(uv_timer_t *timer)
{
    struct pb_address_watch *watch = timer->data;

    if (watch->asker != NULL) {
        read_answers(watch->asker); /* after a stall they wait behind the timer, and are old */
    }
    if (watch->asked_once) { /* the second request of the window */
        watch->asked_once = false;
        if (watch->asker != NULL) {
            ask(watch);
        }
        uv_timer_start(timer, on_timer, PB_ADDRESS_WINDOW_MS - PB_ADDRESS_AGAIN_MS, 0);
        return;
    }
    if (watch->asker != NULL && pb_address_window(&watch->tally)) {
        watch->callback(watch->context, 0, &watch->tally);
    }
    follow_network(watch);
    watch->asked_once = true;
    if (watch->asker != NULL) {
        ask(watch);
    }
    uv_timer_start(timer, on_timer, PB_ADDRESS_AGAIN_MS, 0);
}

struct pb_address_watch *pb_address_watch_start(uv_loop_t *loop, const struct pb_ip *address,
                                                pb_address_callback callback, void *context)
{
    struct pb_address_watch *watch = calloc(1, sizeof(*watch));

    if (watch == NULL) {
        return NULL;
    }
    watch->loop = loop;
    watch->address = *address;
    watch->callback = callback;
    watch->context = context;
    watch->handles_open = 1;
    uv_timer_init(loop, &watch->timer);
    watch->timer.data = watch;
    uv_timer_start(&watch->timer, on_timer, 0, 0);
    return watch;
}

static void on_timer_closed(uv_handle_t *handle)
{
    on_gone(handle->data);
}

void pb_address_watch_stop(struct pb_address_watch *watch, void (*done)(void *context),
                           void *context)
{
    watch->done = done;
    watch->done_context = context;
    close_asker(watch);
    uv_close((uv_handle_t *)&watch->timer, on_timer_closed);
}

int pb_address_try(const struct pb_ip *address)
{
    struct place place;
    int fd, trouble = find_place(address, &place);

    if (trouble == 0 && (trouble = open_socket(address, place.interface, &fd)) == 0) {
        close(fd);
    }
    return trouble;
}
