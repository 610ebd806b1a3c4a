/* SPDX-License-Identifier: Apache-2.0 */
/* Opens packet sockets and sends through them. It owns nothing but the socket it opened. */
#include "monitord/agent/packet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static int give_up(struct md_packet *packet)
{
    int reason = errno;
    md_packet_close(packet);
    return reason;
}

int md_packet_open(struct md_packet *packet, const char *interface, bool receive, bool bypass)
{
    struct ifreq request;
    struct sockaddr_ll link = {.sll_family = AF_PACKET};
    int yes = 1;
    memset(packet, 0, sizeof *packet);
    /* protocol 0 receives nothing; the bind below says what is wanted */
    packet->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (packet->fd < 0) {
        return errno;
    }
    memset(&request, 0, sizeof request);
    memcpy(request.ifr_name, interface, strnlen(interface, IF_NAMESIZE - 1));
    if (ioctl(packet->fd, SIOCGIFHWADDR, &request) != 0) {
        return give_up(packet);
    }
    memcpy(packet->mac, request.ifr_hwaddr.sa_data, sizeof packet->mac);
    if (ioctl(packet->fd, SIOCGIFINDEX, &request) != 0) {
        return give_up(packet);
    }
    packet->ifindex = request.ifr_ifindex;
    if (bypass && setsockopt(packet->fd, SOL_PACKET, PACKET_QDISC_BYPASS, &yes, sizeof yes) != 0) {
        return give_up(packet);
    }
    /* "all protocols" is delivered before the filters of the interface, a single one behind them */
    link.sll_protocol = receive ? htons(ETH_P_ALL) : 0;
    link.sll_ifindex = packet->ifindex;
    if (bind(packet->fd, (struct sockaddr *)&link, sizeof link) != 0) {
        return give_up(packet);
    }
    return 0;
}

bool md_packet_send(const struct md_packet *packet, const uint8_t *frame, size_t length)
{
    struct sockaddr_ll link = {
        .sll_family = AF_PACKET, .sll_ifindex = packet->ifindex, .sll_halen = MD_MAC_SIZE};
    memcpy(link.sll_addr, frame, MD_MAC_SIZE);
    memcpy(&link.sll_protocol, frame + 2 * MD_MAC_SIZE, sizeof link.sll_protocol);
    ssize_t sent = sendto(packet->fd, frame, length, 0, (struct sockaddr *)&link, sizeof link);
    return sent == (ssize_t)length;
}

bool md_packet_has_link(const struct md_packet *packet, const char *interface)
{
    struct ifreq request;
    memset(&request, 0, sizeof request);
    memcpy(request.ifr_name, interface, strnlen(interface, IF_NAMESIZE - 1));
    return packet->fd >= 0 && ioctl(packet->fd, SIOCGIFFLAGS, &request) == 0 &&
           (request.ifr_flags & IFF_UP) != 0 && (request.ifr_flags & IFF_RUNNING) != 0;
}

void md_packet_close(struct md_packet *packet)
{
    if (packet->fd >= 0) {
        close(packet->fd);
    }
    packet->fd = -1;
}
