/* SPDX-License-Identifier: Apache-2.0 */
/* Adds and removes the service address through libmnl. It owns the messages to the kernel, nothing
 * in between two calls, and never decides who may have the address. */
#include "monitord/agent/address.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>

#define REPLY_SIZE 32768 /* as libmnl advises for dumps: a page-independent upper bound */
#define REQUEST_SIZE 512 /* far more than one address with its attributes */
#define FOREVER 0xffffffffU

static const struct in6_addr none6 = IN6ADDR_ANY_INIT;

static bool has4(const struct md_service_address *address)
{
    return address->address.address4.s_addr != 0;
}

static bool has6(const struct md_service_address *address)
{
    return memcmp(&address->address.address6, &none6, sizeof none6) != 0;
}

/* Sends one request and reads the answers through callback; 0 or an errno value. */
static int ask_kernel(struct nlmsghdr *request, mnl_cb_t callback, void *context)
{
    char reply[REPLY_SIZE];
    int result = 0;
    struct mnl_socket *socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
    if (socket == NULL) {
        return errno;
    }
    request->nlmsg_seq = 1;
    if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0 ||
        mnl_socket_sendto(socket, request, request->nlmsg_len) < 0) {
        result = errno;
    }
    while (result == 0) {
        ssize_t length = mnl_socket_recvfrom(socket, reply, sizeof reply);
        if (length < 0) {
            result = errno;
            break;
        }
        int more =
            mnl_cb_run(reply, (size_t)length, 1, mnl_socket_get_portid(socket), callback, context);
        if (more < 0) {
            result = errno;
        }
        if (more <= 0) {
            break;
        }
    }
    mnl_socket_close(socket);
    return result;
}

static int change_one(uint16_t type, uint16_t flags, unsigned ifindex, uint8_t family,
                      uint8_t prefix, const void *bytes, size_t size)
{
    char buffer[REQUEST_SIZE];
    struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
    request->nlmsg_type = type;
    request->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | flags);
    struct ifaddrmsg *message = mnl_nlmsg_put_extra_header(request, sizeof *message);
    message->ifa_family = family;
    message->ifa_prefixlen = prefix;
    message->ifa_flags = 0;
    message->ifa_scope = RT_SCOPE_UNIVERSE;
    message->ifa_index = ifindex;
    mnl_attr_put(request, IFA_LOCAL, size, bytes);
    mnl_attr_put(request, IFA_ADDRESS, size, bytes);
    if (family == AF_INET6 && type == RTM_NEWADDR) {
        /* deprecated from the start: valid, but no connection of this host's own begins from it */
        struct ifa_cacheinfo life = {.ifa_prefered = 0, .ifa_valid = FOREVER};
        mnl_attr_put_u32(request, IFA_FLAGS, IFA_F_NODAD);
        mnl_attr_put(request, IFA_CACHEINFO, sizeof life, &life);
    }
    return ask_kernel(request, NULL, NULL);
}

static int change(const struct md_service_address *address, uint16_t type, uint16_t flags,
                  int harmless)
{
    unsigned ifindex = if_nametoindex(address->interface);
    int first = 0, second = 0;
    if (ifindex == 0) {
        return ENODEV;
    }
    if (has4(address)) {
        first = change_one(type, flags, ifindex, AF_INET, address->prefix4,
                           &address->address.address4, sizeof(struct in_addr));
    }
    if (has6(address)) {
        second = change_one(type, flags, ifindex, AF_INET6, address->prefix6,
                            &address->address.address6, sizeof(struct in6_addr));
    }
    first = first == harmless ? 0 : first;
    second = second == harmless ? 0 : second;
    return first != 0 ? first : second;
}

int md_address_add(const struct md_service_address *address)
{
    return change(address, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, EEXIST);
}

int md_address_remove(const struct md_service_address *address)
{
    int result = change(address, RTM_DELADDR, 0, EADDRNOTAVAIL);
    return result == ENODEV ? 0 : result;
}

struct search {
    const struct md_service_address *address;
    unsigned ifindex;
    bool found4, found6;
};

static int look_at_address(const struct nlmsghdr *reply, void *context)
{
    struct search *search = context;
    const struct ifaddrmsg *message = mnl_nlmsg_get_payload(reply);
    const struct nlattr *attribute;
    if (reply->nlmsg_type != RTM_NEWADDR || message->ifa_index != search->ifindex) {
        return MNL_CB_OK;
    }
    bool local_seen = false;
    mnl_attr_for_each(attribute, reply, sizeof *message)
    {
        unsigned type = mnl_attr_get_type(attribute);
        size_t size = mnl_attr_get_payload_len(attribute);
        if (type != IFA_LOCAL && (type != IFA_ADDRESS || local_seen)) {
            continue; /* with a peer address, IFA_LOCAL is the own one */
        }
        local_seen = local_seen || type == IFA_LOCAL;
        const void *bytes = mnl_attr_get_payload(attribute);
        if (message->ifa_family == AF_INET && size == sizeof(struct in_addr) &&
            memcmp(bytes, &search->address->address.address4, size) == 0) {
            search->found4 = true;
        }
        if (message->ifa_family == AF_INET6 && size == sizeof(struct in6_addr) &&
            memcmp(bytes, &search->address->address.address6, size) == 0) {
            search->found6 = true;
        }
    }
    return MNL_CB_OK;
}

bool md_address_present(const struct md_service_address *address)
{
    char buffer[REQUEST_SIZE];
    struct search search = {.address = address, .ifindex = if_nametoindex(address->interface)};
    if (search.ifindex == 0) {
        return false;
    }
    struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
    request->nlmsg_type = RTM_GETADDR;
    request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    struct ifaddrmsg *message = mnl_nlmsg_put_extra_header(request, sizeof *message);
    message->ifa_family = AF_UNSPEC;
    return ask_kernel(request, look_at_address, &search) == 0 &&
           (search.found4 || !has4(address)) && (search.found6 || !has6(address));
}
