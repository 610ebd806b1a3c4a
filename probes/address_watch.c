/* SPDX-License-Identifier: Apache-2.0 */
/* Asks by ARP who has the service address and counts who says so. It owns one packet socket on the
 * interface whose network holds the address; it looks for that interface anew in each window,
 * because interfaces come and go. */
#include "probes/address_watch.h"

#include <ifaddrs.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netpacket/packet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define ARP_SIZE 28 /* RFC 826, Ethernet and IPv4 */

/* ---- what has been heard ---- */

/* Index of the station in this window, as a new one if need be; MAX when no place is left. */
static unsigned index_of(struct pb_address_tally *tally, const uint8_t station[6])
{
    unsigned i = 0;

    while (i < tally->count && memcmp(tally->stations[i], station, 6) != 0) {
        i++;
    }
    if (i == tally->count && i < PB_ADDRESS_STATIONS_MAX) {
        memcpy(tally->stations[tally->count++], station, 6);
    }
    return i;
}

void pb_address_asked(struct pb_address_tally *tally)
{
    tally->answered = 0;
}

void pb_address_heard(struct pb_address_tally *tally, const uint8_t station[6], bool answer)
{
    unsigned i = index_of(tally, station);

    if (answer && i < PB_ADDRESS_STATIONS_MAX) {
        tally->answered |= (uint8_t)(1u << i);
        tally->both = tally->both || (tally->answered & (tally->answered - 1)) != 0;
    }
}

/* Two at a time, or one after the other? */
static bool is_at_once(const struct pb_address_tally *tally)
{
    unsigned both = 0;

    for (unsigned i = 0; i < PB_ADDRESS_WINDOWS; i++) {
        both += tally->last_both[i] ? 1 : 0;
    }
    return both >= PB_ADDRESS_WINDOWS_BOTH || tally->shared >= PB_ADDRESS_WINDOWS_TURNS;
}

static void believe(struct pb_address_tally *tally)
{
    uint8_t least = tally->last[0], greatest = tally->last[0];

    for (unsigned i = 1; i < PB_ADDRESS_WINDOWS; i++) {
        least = tally->last[i] < least ? tally->last[i] : least;
        greatest = tally->last[i] > greatest ? tally->last[i] : greatest;
    }
    if (least > 1 && !is_at_once(tally)) {
        least = 1;
    }
    if (least > tally->believed) {
        tally->believed = least;
    } else if (greatest < tally->believed) {
        tally->believed = greatest;
    }
}

/* As many as are believed have answered, and they are not those that were named. */
static bool are_others(const struct pb_address_tally *tally)
{
    unsigned same = 0;

    for (unsigned i = 0; i < tally->count; i++) {
        for (unsigned k = 0; k < tally->named_count; k++) {
            same += memcmp(tally->stations[i], tally->named[k], 6) == 0 ? 1 : 0;
        }
    }
    return tally->count == tally->believed && same < tally->count;
}

bool pb_address_window(struct pb_address_tally *tally)
{
    uint8_t before = tally->believed;
    bool news = false;

    memmove(&tally->last[1], &tally->last[0], PB_ADDRESS_WINDOWS - 1);
    memmove(&tally->last_both[1], &tally->last_both[0],
            (PB_ADDRESS_WINDOWS - 1) * sizeof(tally->last_both[0]));
    tally->last[0] = tally->count;
    tally->last_both[0] = tally->both;
    if (tally->count < 2) {
        tally->shared = 0;
    } else if (tally->shared < PB_ADDRESS_WINDOWS_TURNS) {
        tally->shared++;
    }
    if (tally->windows < PB_ADDRESS_WINDOWS) {
        tally->windows++;
    }
    if (tally->windows == PB_ADDRESS_WINDOWS) {
        believe(tally);
        news = !tally->said || tally->believed != before || are_others(tally);
        tally->said = true;
    }
    if (news) {
        memcpy(tally->named, tally->stations, sizeof(tally->named));
        tally->named_count = tally->count;
    }
    tally->count = tally->answered = 0;
    tally->both = false;
    return news;
}

struct fo_self pb_address_self(const struct pb_address_tally *tally)
{
    struct fo_self self = {.kind = FO_SELF_ANSWERS, .value = tally->believed};

    for (unsigned i = 0; i < FO_STATIONS && i < tally->named_count; i++) {
        for (unsigned byte = 0; byte < 6; byte++) {
            self.stations[i] = self.stations[i] << 8 | tally->named[i][byte];
        }
    }
    return self;
}

enum pb_address_said pb_address_read(const uint8_t *bytes, size_t length, struct in_addr address,
                                     struct in_addr own, uint8_t station[6])
{
    static const uint8_t head[6] = {0, 1, 8, 0, 6, 4}; /* Ethernet, IPv4, their lengths */
    static const uint8_t nobody[6] = {0};

    if (length < ARP_SIZE || memcmp(bytes, head, sizeof(head)) != 0 || bytes[6] != 0 ||
        bytes[7] != ARPOP_REPLY || memcmp(bytes + 14, &address.s_addr, 4) != 0 ||
        memcmp(bytes + 8, nobody, 6) == 0) {
        return PB_ADDRESS_NOTHING;
    }
    memcpy(station, bytes + 8, 6);
    return memcmp(bytes + 24, &own.s_addr, 4) == 0 ? PB_ADDRESS_ANSWERED : PB_ADDRESS_ANNOUNCED;
}

/* ---- the socket ---- */

struct pb_address_watch {
    uv_loop_t *loop;
    uv_timer_t timer;
    struct in_addr address;
    pb_address_callback callback;
    void *context;
    struct pb_address_tally tally;
    struct asker *asker; /* NULL: not on the network */
    bool asked_once, known, on_network;
    unsigned handles_open;
    void (*done)(void *context);
    void *done_context;
};

struct asker {
    uv_poll_t poll;
    struct pb_address_watch *watch;
    int fd;
    unsigned interface;
    struct in_addr own;
    uint8_t station[6];
};

struct place {
    unsigned interface;
    struct in_addr own;
    uint8_t station[6];
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

static bool holds(const struct ifaddrs *entry, struct in_addr address)
{
    const struct sockaddr_in *own, *mask;

    if (entry->ifa_addr == NULL || entry->ifa_netmask == NULL ||
        entry->ifa_addr->sa_family != AF_INET || (entry->ifa_flags & IFF_UP) == 0 ||
        (entry->ifa_flags & (IFF_LOOPBACK | IFF_NOARP)) != 0) {
        return false;
    }
    own = (const struct sockaddr_in *)entry->ifa_addr;
    mask = (const struct sockaddr_in *)entry->ifa_netmask;
    return ((own->sin_addr.s_addr ^ address.s_addr) & mask->sin_addr.s_addr) == 0 &&
           mask->sin_addr.s_addr != 0;
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

static bool find_place(struct in_addr address, struct place *place)
{
    struct ifaddrs *list = NULL;
    bool found = false;

    if (getifaddrs(&list) != 0) {
        return false;
    }
    for (const struct ifaddrs *entry = list; entry != NULL && !found; entry = entry->ifa_next) {
        if (holds(entry, address) && station_of(entry->ifa_name, place->station)) {
            place->interface = if_nametoindex(entry->ifa_name);
            place->own = ((const struct sockaddr_in *)entry->ifa_addr)->sin_addr;
            found = place->interface != 0;
        }
    }
    freeifaddrs(list);
    return found;
}

static void read_answers(struct asker *asker)
{
    uint8_t bytes[256], station[6];
    ssize_t length;

    for (unsigned i = 0; i < 64 && (length = recv(asker->fd, bytes, sizeof(bytes), 0)) >= 0; i++) {
        enum pb_address_said said =
            pb_address_read(bytes, (size_t)length, asker->watch->address, asker->own, station);

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

static int open_socket(unsigned interface)
{
    struct sockaddr_ll address = {.sll_family = AF_PACKET,
                                  .sll_protocol = htons(ETHERTYPE_ARP),
                                  .sll_ifindex = (int)interface};
    int fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, htons(ETHERTYPE_ARP));

    if (fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
        close(fd);
        fd = -1;
    }
    return fd;
}

static void open_asker(struct pb_address_watch *watch, const struct place *place)
{
    struct asker *asker = calloc(1, sizeof(*asker));

    if (asker == NULL || (asker->fd = open_socket(place->interface)) < 0) {
        free(asker);
        return;
    }
    if (uv_poll_init(watch->loop, &asker->poll, asker->fd) != 0) {
        close(asker->fd);
        free(asker);
        return;
    }
    asker->watch = watch;
    asker->interface = place->interface;
    asker->own = place->own;
    memcpy(asker->station, place->station, 6);
    asker->poll.data = asker;
    watch->asker = asker;
    watch->handles_open++;
    uv_poll_start(&asker->poll, UV_READABLE, on_readable);
}

static void ask(struct pb_address_watch *watch)
{
    const struct asker *asker = watch->asker;
    struct sockaddr_ll everybody = {.sll_family = AF_PACKET,
                                    .sll_protocol = htons(ETHERTYPE_ARP),
                                    .sll_ifindex = (int)asker->interface,
                                    .sll_halen = 6,
                                    .sll_addr = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
    uint8_t bytes[ARP_SIZE] = {0, 1, 8, 0, 6, 4, 0, ARPOP_REQUEST};

    memcpy(bytes + 8, asker->station, 6);
    memcpy(bytes + 14, &asker->own.s_addr, 4);
    memcpy(bytes + 24, &watch->address.s_addr, 4);
    pb_address_asked(&watch->tally);
    if (sendto(asker->fd, bytes, sizeof(bytes), 0, (struct sockaddr *)&everybody,
               sizeof(everybody)) < 0) {
        return; /* nobody is heard then, which is what is said */
    }
}

/* ---- windows ---- */

static void say_network(struct pb_address_watch *watch)
{
    bool on_network = watch->asker != NULL;

    if (watch->known && on_network == watch->on_network) {
        return;
    }
    watch->known = true;
    watch->on_network = on_network;
    memset(&watch->tally, 0, sizeof(watch->tally));
    watch->callback(watch->context, on_network, &watch->tally);
}

/* Follows the interface: gone, come, or with another address. */
static void follow_network(struct pb_address_watch *watch)
{
    struct place place;
    bool found = find_place(watch->address, &place);

    if (watch->asker != NULL && (!found || watch->asker->interface != place.interface ||
                                 watch->asker->own.s_addr != place.own.s_addr)) {
        close_asker(watch);
    }
    if (watch->asker == NULL && found) {
        open_asker(watch, &place);
    }
    say_network(watch);
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
        watch->callback(watch->context, true, &watch->tally);
    }
    follow_network(watch);
    watch->asked_once = true;
    if (watch->asker != NULL) {
        ask(watch);
    }
    uv_timer_start(timer, on_timer, PB_ADDRESS_AGAIN_MS, 0);
}

struct pb_address_watch *pb_address_watch_start(uv_loop_t *loop, struct in_addr address,
                                                pb_address_callback callback, void *context)
{
    struct pb_address_watch *watch = calloc(1, sizeof(*watch));

    if (watch == NULL) {
        return NULL;
    }
    watch->loop = loop;
    watch->address = address;
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
