/* SPDX-License-Identifier: Apache-2.0 */
/* Which addresses of a site are watched, which count stands for all of them, and that the monitor
 * understands what an agent announces. */
#include "monitord/agent/frames.h"
#include "monitord/answer_watch.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <net/ethernet.h>
#include <string.h>

static struct site site;
static struct md_answer_address list[MD_ANSWER_ADDRESSES_MAX];

static struct pb_ip ip(const char *text)
{
    struct pb_ip ip = {.family = strchr(text, ':') != NULL ? AF_INET6 : AF_INET};

    cr_assert_eq(inet_pton(ip.family, text, ip.bytes), 1, "%s", text);
    return ip;
}

/* One more service; check and address6 may be NULL. */
static void service(bool needs_server, const char *check, const char *address6)
{
    unsigned i = site.service_count++;

    site.policy.services[i].needs_server = needs_server;
    if (check != NULL && strchr(check, ':') != NULL) {
        struct sockaddr_in6 *six = (struct sockaddr_in6 *)&site.services[i].address.storage;

        *six = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons(80 + i)};
        inet_pton(AF_INET6, check, &six->sin6_addr);
        site.services[i].address.length = sizeof(*six);
    } else if (check != NULL) {
        struct sockaddr_in *four = (struct sockaddr_in *)&site.services[i].address.storage;

        *four = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(80 + i)};
        inet_pton(AF_INET, check, &four->sin_addr);
        site.services[i].address.length = sizeof(*four);
    }
    if (address6 != NULL) {
        inet_pton(AF_INET6, address6, &site.services[i].address6);
    }
}

static bool is(unsigned index, const char *text, unsigned service, bool address6)
{
    struct pb_ip wanted = ip(text);

    return pb_ip_same(&list[index].ip, &wanted) && list[index].service == service &&
           list[index].address6 == address6;
}

Test(answer_watch, both_families_of_one_service_are_watched)
{
    service(true, "10.1.1.9", "2001:db8::9");
    cr_assert_eq(md_answer_addresses(&site, list), 2);
    cr_assert(is(0, "10.1.1.9", 0, false));
    cr_assert(is(1, "2001:db8::9", 0, true));
}

Test(answer_watch, a_service_that_is_checked_over_ipv6_alone_is_watched)
{
    service(true, "2001:db8::9", NULL);
    cr_assert_eq(md_answer_addresses(&site, list), 1);
    cr_assert(is(0, "2001:db8::9", 0, false));
}

Test(answer_watch, an_address_of_several_services_and_ports_is_watched_once)
{
    service(true, "10.1.1.9", "2001:db8::9");
    service(true, "10.1.1.9", NULL);
    service(true, "2001:db8::9", "2001:db8::9");
    service(true, "10.1.1.8", NULL);
    cr_assert_eq(md_answer_addresses(&site, list), 3);
    cr_assert(is(2, "10.1.1.8", 3, false));
}

Test(answer_watch, what_does_not_stand_on_the_servers_or_has_no_address_is_not_watched)
{
    service(false, "10.1.1.9", NULL);
    service(true, NULL, NULL);
    cr_assert_eq(md_answer_addresses(&site, list), 0);
}

Test(answer_watch, as_many_addresses_as_services_can_have_are_watched)
{
    for (unsigned i = 0; i < FO_SERVICES_MAX; i++) {
        char four[32], six[32];

        snprintf(four, sizeof(four), "10.1.1.%u", i + 1);
        snprintf(six, sizeof(six), "2001:db8::%u", i + 1);
        service(true, four, six);
    }
    cr_assert_eq(md_answer_addresses(&site, list), MD_ANSWER_ADDRESSES_MAX);
}

Test(answer_watch, no_address_at_all_is_a_finding)
{
    struct cfg_findings findings = {0};

    site.path = "site.conf";
    service(true, NULL, NULL);
    md_answer_watch_check(&site, &findings);
    cr_assert_eq(findings.count, 1);
    cr_assert_eq(findings.errors, 0);
    cr_assert_not_null(strstr(findings.list[0].message, "have no address"));
}

Test(answer_watch, the_worst_count_stands_for_all_and_of_equal_ones_the_first)
{
    struct fo_self counts[3] = {{.value = 1}, {.value = 2}, {.value = 2}};

    cr_assert_eq(md_answer_worst(counts, 3), 1);
    cr_assert_eq(md_answer_worst(counts, 1), 0);
    counts[1].value = 0;
    counts[2].value = 1;
    cr_assert_eq(md_answer_worst(counts, 3), 0);
}

Test(answer_watch, what_an_agent_announces_is_understood)
{
    static const uint8_t station[6] = {2, 0, 0, 0, 0, 1};
    uint8_t frame[MD_FRAME_MAX], heard[6] = {0};
    struct in6_addr six;
    struct in_addr four;
    struct pb_ip address6 = ip("2001:db8::9"), own6 = ip("2001:db8::3");
    struct pb_ip address4 = ip("10.1.1.9"), own4 = ip("10.1.1.3");

    inet_pton(AF_INET6, "2001:db8::9", &six);
    inet_pton(AF_INET, "10.1.1.9", &four);
    size_t length = md_frame_nd_announce(frame, station, &six);
    cr_assert_eq(pb_address_read(frame + ETH_HLEN, length - ETH_HLEN, &address6, &own6, heard),
                 PB_ADDRESS_ANNOUNCED);
    cr_assert_arr_eq(heard, station, 6);
    memset(heard, 0, sizeof(heard));
    length = md_frame_arp_announce(frame, station, four, true);
    cr_assert_eq(pb_address_read(frame + ETH_HLEN, length - ETH_HLEN, &address4, &own4, heard),
                 PB_ADDRESS_ANNOUNCED);
    cr_assert_arr_eq(heard, station, 6);
}
