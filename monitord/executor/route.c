/* SPDX-License-Identifier: Apache-2.0 */
/* Netlink through libmnl: one RTM_NEWROUTE, one dump to read it back. The answers of the kernel
 * come at once, so these calls do not hold up the loop. act.c calls it. */
#include "monitord/executor/route.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <string.h>
#include <time.h>

#define BUFFER_SIZE 32768 /* the kernel never makes a longer message for us */

static struct mnl_socket *open_socket(void)
{
    struct mnl_socket *socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);

    if (socket != NULL && mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0) {
        mnl_socket_close(socket);
        socket = NULL;
    }
    return socket;
}

/* Sends and runs the answers through each; 0 or a negative errno. */
static int talk(struct nlmsghdr *message, mnl_cb_t each, void *context)
{
    char buffer[BUFFER_SIZE];
    struct mnl_socket *socket = open_socket();
    int code = MNL_CB_OK, result = 0;

    if (socket == NULL) {
        return -errno;
    }
    message->nlmsg_seq = (uint32_t)time(NULL);
    if (mnl_socket_sendto(socket, message, message->nlmsg_len) < 0) {
        result = -errno;
    }
    while (result == 0 && code > MNL_CB_STOP) {
        ssize_t length = mnl_socket_recvfrom(socket, buffer, sizeof(buffer));

        code = length < 0 ? MNL_CB_ERROR
                          : mnl_cb_run(buffer, (size_t)length, message->nlmsg_seq,
                                       mnl_socket_get_portid(socket), each, context);
        result = code == MNL_CB_ERROR ? -errno : 0;
    }
    mnl_socket_close(socket);
    return result;
}

static struct rtmsg *begin(struct nlmsghdr *message, uint16_t type, uint16_t flags)
{
    struct rtmsg *route;

    message->nlmsg_type = type;
    message->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | flags);
    route = mnl_nlmsg_put_extra_header(message, sizeof(*route));
    route->rtm_family = AF_INET;
    route->rtm_table = RT_TABLE_MAIN;
    return route;
}

struct wanted {
    uint32_t interface;
    struct in_addr gateway;
    unsigned found, others;
};

static int on_attribute(const struct nlattr *attribute, void *context)
{
    const struct nlattr **attributes = context;

    if (mnl_attr_type_valid(attribute, RTA_MAX) >= 0) {
        attributes[mnl_attr_get_type(attribute)] = attribute;
    }
    return MNL_CB_OK;
}

/* Only the default route of the best metric counts: ours has none, so nothing goes before it. */
static int on_route(const struct nlmsghdr *message, void *context)
{
    struct wanted *wanted = context;
    const struct rtmsg *route = mnl_nlmsg_get_payload(message);
    const struct nlattr *attributes[RTA_MAX + 1] = {NULL};

    mnl_attr_parse(message, sizeof(*route), on_attribute, attributes);
    if (route->rtm_family != AF_INET || route->rtm_dst_len != 0 ||
        route->rtm_table != RT_TABLE_MAIN || route->rtm_type != RTN_UNICAST ||
        (attributes[RTA_PRIORITY] != NULL && mnl_attr_get_u32(attributes[RTA_PRIORITY]) != 0)) {
        return MNL_CB_OK;
    }
    if (attributes[RTA_OIF] != NULL && attributes[RTA_GATEWAY] != NULL &&
        mnl_attr_get_u32(attributes[RTA_OIF]) == wanted->interface &&
        mnl_attr_get_u32(attributes[RTA_GATEWAY]) == wanted->gateway.s_addr) {
        wanted->found++;
    } else {
        wanted->others++;
    }
    return MNL_CB_OK;
}

bool md_route_is(const char *interface, struct in_addr gateway)
{
    char buffer[BUFFER_SIZE];
    struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
    struct wanted wanted = {.interface = if_nametoindex(interface), .gateway = gateway};

    begin(message, RTM_GETROUTE, NLM_F_DUMP);
    return wanted.interface != 0 && talk(message, on_route, &wanted) == 0 && wanted.found == 1 &&
           wanted.others == 0;
}

int md_route_replace(const char *interface, struct in_addr gateway)
{
    char buffer[BUFFER_SIZE];
    struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
    uint32_t index = if_nametoindex(interface);
    struct rtmsg *route;
    int code;

    if (index == 0) {
        return -ENODEV;
    }
    route = begin(message, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE | NLM_F_ACK);
    route->rtm_protocol = RTPROT_STATIC;
    route->rtm_scope = RT_SCOPE_UNIVERSE;
    route->rtm_type = RTN_UNICAST;
    mnl_attr_put_u32(message, RTA_GATEWAY, gateway.s_addr);
    mnl_attr_put_u32(message, RTA_OIF, index);
    code = talk(message, NULL, NULL);
    if (code != 0) {
        return code;
    }
    return md_route_is(interface, gateway) ? 0 : -EAGAIN;
}
