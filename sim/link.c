/* SPDX-License-Identifier: Apache-2.0 */
/* Interfaces by rtnetlink (libmnl). It owns what one link lost while it was cut, and gives it back;
 * every request is made inside the link's namespace and waits for the kernel's answer. */
#include "sim/link.h"

#include "sim/netns.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

unsigned if_nametoindex(const char *name); /* <net/if.h> clashes with <linux/if.h> */

/* One conversation with the kernel about one link. */
struct talk {
    struct sim_netns_visit visit;
    struct mnl_socket *socket;
    struct sim_link *link;
    const struct sim_host_address *keep;
    unsigned keep_count;
    int index;
    uint32_t sequence;
    /* addresses to be deleted, collected during a dump */
    unsigned doomed_count;
    uint16_t doomed_length[SIM_LINK_SAVED_MAX];
    _Alignas(8) uint8_t doomed[SIM_LINK_SAVED_MAX][SIM_LINK_MESSAGE_MAX];
};

static void talk_end(struct talk *talk)
{
    int error = errno;
    if (talk->socket != NULL) {
        mnl_socket_close(talk->socket);
    }
    sim_netns_leave(&talk->visit);
    errno = error;
}

static bool talk_begin(struct talk *talk, struct sim_link *link)
{
    *talk = (struct talk){.link = link};
    if (link->netns[0] == '\0') {
        errno = EPERM;
        return false;
    }
    if (!sim_netns_enter(&talk->visit, link->netns)) {
        return false;
    }
    talk->index = (int)if_nametoindex(link->name);
    talk->socket = talk->index == 0 ? NULL : mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
    if (talk->socket == NULL || mnl_socket_bind(talk->socket, 0, MNL_SOCKET_AUTOPID) < 0) {
        talk_end(talk);
        return false;
    }
    return true;
}

/* Sends one request and reads until its end; dump parts go to `each`. */
static bool talk_ask(struct talk *talk, struct nlmsghdr *message, mnl_cb_t each)
{
    _Alignas(8) uint8_t bytes[16384];
    unsigned port = mnl_socket_get_portid(talk->socket);
    message->nlmsg_seq = ++talk->sequence;
    if (mnl_socket_sendto(talk->socket, message, message->nlmsg_len) < 0) {
        return false;
    }
    int more = MNL_CB_OK;
    while (more == MNL_CB_OK) {
        ssize_t length = mnl_socket_recvfrom(talk->socket, bytes, sizeof(bytes));
        if (length < 0) {
            return false;
        }
        more = mnl_cb_run(bytes, (size_t)length, talk->sequence, port, each, talk);
    }
    return more == MNL_CB_STOP;
}

static bool flags_set(struct talk *talk, bool up)
{
    _Alignas(8) uint8_t bytes[256];
    struct nlmsghdr *message = mnl_nlmsg_put_header(bytes);
    message->nlmsg_type = RTM_NEWLINK;
    message->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
    struct ifinfomsg *info = mnl_nlmsg_put_extra_header(message, sizeof(*info));
    info->ifi_family = AF_UNSPEC;
    info->ifi_index = talk->index;
    info->ifi_change = IFF_UP;
    info->ifi_flags = up ? IFF_UP : 0;
    return talk_ask(talk, message, NULL);
}

static void link_save(struct sim_link *link, const struct nlmsghdr *message, uint16_t type)
{
    if (link->saved_count == SIM_LINK_SAVED_MAX || message->nlmsg_len > SIM_LINK_MESSAGE_MAX) {
        return;
    }
    struct nlmsghdr *saved = (struct nlmsghdr *)link->saved[link->saved_count];
    memcpy(saved, message, message->nlmsg_len);
    saved->nlmsg_type = type;
    saved->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE;
    saved->nlmsg_pid = 0;
    link->saved_length[link->saved_count++] = (uint16_t)message->nlmsg_len;
}

/* Routes over this link that the kernel will not make again by itself. */
static int on_route(const struct nlmsghdr *message, void *data)
{
    struct talk *talk = data;
    const struct rtmsg *route = mnl_nlmsg_get_payload(message);
    const struct nlattr *attribute;
    bool ours = false;
    mnl_attr_for_each(attribute, message, sizeof(*route))
    {
        if (mnl_attr_get_type(attribute) == RTA_OIF &&
            mnl_attr_get_u32(attribute) == (uint32_t)talk->index) {
            ours = true;
        }
    }
    if (ours && route->rtm_protocol != RTPROT_KERNEL && route->rtm_type == RTN_UNICAST &&
        (route->rtm_flags & RTM_F_CLONED) == 0) {
        link_save(talk->link, message, RTM_NEWROUTE);
    }
    return MNL_CB_OK;
}

/* IPv6 addresses go when the link goes down; without duplicate detection they are usable at once.
 */
static int on_address_save(const struct nlmsghdr *message, void *data)
{
    struct talk *talk = data;
    const struct ifaddrmsg *address = mnl_nlmsg_get_payload(message);
    if (address->ifa_index != (uint32_t)talk->index || address->ifa_family != AF_INET6 ||
        address->ifa_scope != RT_SCOPE_UNIVERSE || (address->ifa_flags & IFA_F_PERMANENT) == 0) {
        return MNL_CB_OK;
    }
    unsigned before = talk->link->saved_count;
    link_save(talk->link, message, RTM_NEWADDR);
    if (talk->link->saved_count == before) {
        return MNL_CB_OK;
    }
    struct nlmsghdr *saved = (struct nlmsghdr *)talk->link->saved[before];
    struct nlattr *attribute;
    mnl_attr_for_each(attribute, saved, sizeof(*address))
    {
        if (mnl_attr_get_type(attribute) == IFA_FLAGS) {
            uint32_t flags = IFA_F_NODAD;
            memcpy(mnl_attr_get_payload(attribute), &flags, sizeof(flags));
        }
    }
    return MNL_CB_OK;
}

static bool dump(struct talk *talk, uint16_t type, uint8_t family, mnl_cb_t each)
{
    _Alignas(8) uint8_t bytes[256];
    struct nlmsghdr *message = mnl_nlmsg_put_header(bytes);
    message->nlmsg_type = type;
    message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    struct rtgenmsg *general = mnl_nlmsg_put_extra_header(message, sizeof(struct rtmsg));
    general->rtgen_family = family;
    return talk_ask(talk, message, each);
}

bool sim_link_cut(struct sim_link *link)
{
    struct talk talk;
    if (link->cut) {
        return true;
    }
    if (!talk_begin(&talk, link)) {
        return false;
    }
    link->saved_count = 0;
    /* addresses first: a route over an address that is not there yet is refused */
    bool good = dump(&talk, RTM_GETADDR, AF_INET6, on_address_save) &&
                dump(&talk, RTM_GETROUTE, AF_INET, on_route) &&
                dump(&talk, RTM_GETROUTE, AF_INET6, on_route) && flags_set(&talk, false);
    link->cut = good;
    talk_end(&talk);
    return good;
}

bool sim_link_join(struct sim_link *link)
{
    struct talk talk;
    if (!link->cut) {
        return true;
    }
    if (!talk_begin(&talk, link)) {
        return false;
    }
    bool good = flags_set(&talk, true);
    for (unsigned i = 0; good && i < link->saved_count; i++) {
        /* already there again is as good as given back */
        talk_ask(&talk, (struct nlmsghdr *)link->saved[i], NULL);
    }
    link->cut = !good;
    talk_end(&talk);
    return good;
}

/* The address an RTM_NEWADDR message is about. */
static const uint8_t *address_bytes(const struct nlmsghdr *message)
{
    const struct nlattr *attribute;
    const uint8_t *bytes = NULL;
    mnl_attr_for_each(attribute, message, sizeof(struct ifaddrmsg))
    {
        uint16_t type = mnl_attr_get_type(attribute);
        if (type == IFA_LOCAL || (type == IFA_ADDRESS && bytes == NULL)) {
            bytes = mnl_attr_get_payload(attribute);
        }
    }
    return bytes;
}

static bool address_kept(const struct talk *talk, const struct nlmsghdr *message)
{
    const struct ifaddrmsg *address = mnl_nlmsg_get_payload(message);
    const uint8_t *bytes = address_bytes(message);
    size_t length = address->ifa_family == AF_INET ? 4 : 16;
    for (unsigned i = 0; bytes != NULL && i < talk->keep_count; i++) {
        if (talk->keep[i].family == address->ifa_family &&
            memcmp(talk->keep[i].bytes, bytes, length) == 0) {
            return true;
        }
    }
    return false;
}

static int on_address_doom(const struct nlmsghdr *message, void *data)
{
    struct talk *talk = data;
    const struct ifaddrmsg *address = mnl_nlmsg_get_payload(message);
    if (address->ifa_index != (uint32_t)talk->index || address->ifa_scope == RT_SCOPE_LINK ||
        address_kept(talk, message) || message->nlmsg_len > SIM_LINK_MESSAGE_MAX ||
        talk->doomed_count == SIM_LINK_SAVED_MAX) {
        return MNL_CB_OK;
    }
    struct nlmsghdr *doomed = (struct nlmsghdr *)talk->doomed[talk->doomed_count++];
    memcpy(doomed, message, message->nlmsg_len);
    doomed->nlmsg_type = RTM_DELADDR;
    doomed->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
    doomed->nlmsg_pid = 0;
    return MNL_CB_OK;
}

/* What was to be given back and is not kept. */
static void saved_strip(struct talk *talk)
{
    struct sim_link *link = talk->link;
    unsigned kept = 0;
    for (unsigned i = 0; i < link->saved_count; i++) {
        const struct nlmsghdr *message = (const struct nlmsghdr *)link->saved[i];
        if (message->nlmsg_type == RTM_NEWADDR && !address_kept(talk, message)) {
            continue;
        }
        if (kept != i) {
            memcpy(link->saved[kept], link->saved[i], link->saved_length[i]);
            link->saved_length[kept] = link->saved_length[i];
        }
        kept++;
    }
    link->saved_count = kept;
}

static void filters_remove(struct talk *talk)
{
    _Alignas(8) uint8_t bytes[256];
    struct nlmsghdr *message = mnl_nlmsg_put_header(bytes);
    message->nlmsg_type = RTM_DELQDISC;
    message->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
    struct tcmsg *qdisc = mnl_nlmsg_put_extra_header(message, sizeof(*qdisc));
    qdisc->tcm_family = AF_UNSPEC;
    qdisc->tcm_ifindex = talk->index;
    qdisc->tcm_handle = TC_H_MAKE(TC_H_CLSACT, 0);
    qdisc->tcm_parent = TC_H_CLSACT;
    mnl_attr_put_strz(message, TCA_KIND, "clsact");
    talk_ask(talk, message, NULL); /* none there: nothing to do */
}

bool sim_link_strip(struct sim_link *link, const struct sim_host_address *keep, unsigned keep_count)
{
    struct talk talk;
    if (!talk_begin(&talk, link)) {
        return false;
    }
    talk.keep = keep;
    talk.keep_count = keep_count;
    bool good = true;
    if (keep_count > 0) {
        good = dump(&talk, RTM_GETADDR, AF_UNSPEC, on_address_doom);
        for (unsigned i = 0; i < talk.doomed_count; i++) {
            good = talk_ask(&talk, (struct nlmsghdr *)talk.doomed[i], NULL) && good;
        }
        saved_strip(&talk);
    }
    filters_remove(&talk);
    talk_end(&talk);
    return good;
}
