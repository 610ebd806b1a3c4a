/* SPDX-License-Identifier: Apache-2.0 */
/* The watch of a service with an address of each family, on a bridge with two stations: one count
 * for both, the stations of the address that has two, and a finding for each address that cannot be
 * watched. */
#include "monitord/answer_watch.h"
#include "tests/lib/address_room.h"

#include <arpa/inet.h>
#include <unistd.h>

#define FOUR "10.77.1.100/24"
#define SIX "2001:db8:77::100/64"

static struct site site;
static struct md_answer_watch *watch;
static struct fo_self told;
static unsigned calls;
static uv_timer_t tick;
static uv_loop_t loop;

static void on_answers(void *context, const struct fo_self *self)
{
    (void)context;
    told = *self;
    calls++;
}

static void on_tick(uv_timer_t *timer)
{
    (void)timer;
}

/* A service that is asked over IPv4 and moves with an IPv6 address. */
static void make(void)
{
    struct sockaddr_in *four = (struct sockaddr_in *)&site.services[0].address.storage;

    room_make();
    memset(&site, 0, sizeof(site));
    site.path = "site.conf";
    site.service_count = 1;
    site.policy.services[0].needs_server = true;
    site.services[0].line = 7;
    four->sin_family = AF_INET;
    inet_pton(AF_INET, "10.77.1.100", &four->sin_addr);
    site.services[0].address.length = sizeof(*four);
    inet_pton(AF_INET6, "2001:db8:77::100", &site.services[0].address6);
}

static void start(void)
{
    make();
    room_change("add", NULL, "10.77.1.20/24");
    room_change("add", NULL, "2001:db8:77::20/64");
    room_change("add", "a", FOUR);
    room_change("add", "a", SIX);
    uv_loop_init(&loop);
    uv_timer_init(&loop, &tick);
    uv_timer_start(&tick, on_tick, 20, 20);
    watch = md_answer_watch_start(&loop, &site, on_answers, NULL);
    cr_assert_not_null(watch);
}

static void stop(void)
{
    md_answer_watch_stop(watch);
    uv_close((uv_handle_t *)&tick, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_assert_eq(uv_loop_close(&loop), 0);
}

/* Turns the loop until so many answer, at most 12 s. */
static bool wait_for(int64_t stations)
{
    uint64_t end_ns = uv_hrtime() + 12000000000u;

    while (uv_hrtime() < end_ns && (calls == 0 || told.value != stations)) {
        uv_run(&loop, UV_RUN_ONCE);
    }
    return calls > 0 && told.value == stations;
}

static uint64_t number_of(const char *at)
{
    uint8_t station[6];
    uint64_t number = 0;

    room_station(at, station);
    for (unsigned i = 0; i < 6; i++) {
        number = number << 8 | station[i];
    }
    return number;
}

static bool both_are_named(void)
{
    uint64_t a = number_of("a"), b = number_of("b");

    return (told.stations[0] == a && told.stations[1] == b) ||
           (told.stations[0] == b && told.stations[1] == a);
}

static struct cfg_findings check(void)
{
    struct cfg_findings findings = {0};

    md_answer_watch_check(&site, &findings);
    return findings;
}

Test(answer_watch, two_hosts_that_answer_for_the_ipv6_address_alone_are_two_and_both_are_named)
{
    start();
    cr_assert(wait_for(1));
    cr_assert_eq(told.kind, FO_SELF_ANSWERS);
    cr_assert_eq(told.stations[0], number_of("a"));
    cr_assert_eq(told.stations[1], 0);
    room_change("add", "b", SIX);
    cr_assert(wait_for(2), "over IPv4 still one answers");
    cr_assert(both_are_named());
    room_change("del", "b", SIX);
    cr_assert(wait_for(1));
    cr_assert_eq(told.stations[0], number_of("a"));
    stop();
}

Test(answer_watch, two_hosts_that_answer_for_the_ipv4_address_alone_are_two_and_both_are_named)
{
    start();
    cr_assert(wait_for(1));
    room_change("add", "b", FOUR);
    cr_assert(wait_for(2), "over IPv6 still one answers");
    cr_assert(both_are_named());
    stop();
}

Test(answer_watch, of_an_address_that_is_not_watched_the_other_is_told_all_the_same)
{
    start();
    room_change("del", NULL, "10.77.1.20/24");
    room_change("add", "b", SIX);
    cr_assert(wait_for(2));
    cr_assert(both_are_named());
    stop();
}

Test(answer_watch, each_address_that_cannot_be_watched_is_a_finding_at_its_line)
{
    struct cfg_findings findings;

    make();
    findings = check();
    cr_assert_eq(findings.count, 2);
    cr_assert_eq(findings.errors, 0, "warnings");
    cr_assert_str_eq(findings.list[0].path, "services[0].check.address");
    cr_assert_str_eq(findings.list[1].path, "services[0].address6");
    cr_assert_eq(findings.list[1].line, 7);
    cr_assert_not_null(strstr(findings.list[1].message, "2001:db8:77::100 could not be watched"));
    cr_assert_not_null(strstr(findings.list[1].message, "no interface of this host"));
    room_change("add", NULL, "10.77.1.20/24");
    findings = check();
    cr_assert_eq(findings.count, 1, "IPv4 can be asked now");
    cr_assert_str_eq(findings.list[0].path, "services[0].address6");
    room_change("add", NULL, "2001:db8:77::20/64");
    findings = check();
    cr_assert_eq(findings.count, 0);
    cr_assert_eq(setresuid(65534, 65534, 65534), 0);
    findings = check();
    cr_assert_eq(findings.count, 2);
    cr_assert_not_null(strstr(findings.list[0].message, "CAP_NET_RAW"));
}
