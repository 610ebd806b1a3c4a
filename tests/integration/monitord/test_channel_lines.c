/* SPDX-License-Identifier: Apache-2.0 */
/* Two lines as network devices, one of which swallows everything: a channel that may use both
 * delivers by the other within its time, and begins with that one at the next page. Mail, webhook
 * and INFORM each have their real receiver beyond the lines, in a network namespace of its own. */
#include "tests/lib/peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <sched.h>

#define BEYOND "10.9.0.1" /* where the receivers are, whichever line leads there */

struct lines {
    struct notify_stage stage;
    struct peer peer;
    char url[64], ca[128];
};

static void run(const char *command)
{
    cr_assert_eq(system(command), 0, "%s", command);
}

static void namespace_of(const char *process, char *text, size_t size)
{
    char path[64];
    ssize_t length;

    snprintf(path, sizeof(path), "/proc/%s/ns/net", process);
    length = readlink(path, text, size - 1);
    text[length > 0 ? length : 0] = '\0';
}

/* The receiver's process has a namespace of its own now. */
static void wait_for_namespace(const struct peer *peer)
{
    char process[16], ours[64], its[64] = "";

    namespace_of("self", ours, sizeof(ours));
    snprintf(process, sizeof(process), "%d", (int)peer->pid);
    for (unsigned i = 0; i < 2000 && (its[0] == '\0' || strcmp(its, ours) == 0); i++) {
        namespace_of(process, its, sizeof(its));
        usleep(2500);
    }
    cr_assert_str_neq(its, ours);
}

/* line-a: its far end lies here and answers nothing, not even who has an address. line-b leads to
 * the receiver. */
static void lines_make(struct lines *lines, const char *receiver)
{
    char command[1024];

    if (unshare(CLONE_NEWNET) != 0) {
        cr_skip_test("no right to make a network namespace: %s", strerror(errno));
    }
    notify_stage_make(&lines->stage, 0);
    peer_certificate(&lines->stage.place, "");
    snprintf(command, sizeof(command),
             "env -C %s unshare --net sh -c 'ip link set lo up; ip address add " BEYOND
             "/32 dev lo; "
             "until ip link show far-b >/dev/null 2>&1; do sleep 0.01; done; "
             "ip address add 10.9.2.1/24 dev far-b; ip link set far-b up; exec %s'",
             lines->stage.place.directory, receiver);
    peer_start(&lines->peer, command);
    wait_for_namespace(&lines->peer);
    snprintf(command, sizeof(command),
             "ip link set lo up && ip link add line-a type veth peer name far-a && "
             "ip link add line-b type veth peer name far-b && ip link set far-b netns %d && "
             "ip address add 10.9.1.2/24 dev line-a && ip address add 10.9.2.2/24 dev line-b && "
             "ip link set far-a up arp off && ip link set line-a up && ip link set line-b up && "
             "ip neighbour add 10.9.1.1 lladdr 02:00:00:00:00:01 dev line-a nud permanent && "
             "ip route add " BEYOND
             " via 10.9.1.1 dev line-a metric 100 && "
             "ip route add " BEYOND " via 10.9.2.1 dev line-b metric 200",
             (int)lines->peer.pid);
    run(command);
}

static struct cfg_channel *lines_channel(struct lines *lines, unsigned channel)
{
    struct cfg_channel *configured = &lines->stage.place.site->channels[channel];

    configured->interfaces[0] = "line-a";
    configured->interfaces[1] = "line-b";
    lines->stage.place.site->policy.channels[channel].timeout_us = 8 * FO_SECOND;
    snprintf(lines->ca, sizeof(lines->ca), "%s/cert.pem", lines->stage.place.directory);
    return configured;
}

static double page_seconds(struct lines *lines, unsigned channel, uint64_t sequence)
{
    struct fo_command command = notify_stage_command(channel, sequence);
    uint64_t began_ns = uv_hrtime();

    notify_stage_send(&lines->stage, &command);
    cr_assert_eq(lines->stage.result.outcome, FO_OUTCOME_ACCEPTED, "reason %u, detail %d",
                 lines->stage.result.reason, lines->stage.result.detail);
    return (double)(uv_hrtime() - began_ns) / 1e9;
}

/* The first page finds out that one line is silent, within the time of the channel; the second
 * knows. */
static void delivers(struct lines *lines, unsigned channel)
{
    notify_stage_start(&lines->stage);
    double first = page_seconds(lines, channel, 1), second = page_seconds(lines, channel, 2);

    cr_assert_gt(first, 1.0, "the silent line was not tried: the test proves nothing");
    cr_assert_lt(first, 8.0);
    cr_assert_lt(second, 1.0, "it began with the silent line again: %.1f s", second);
    notify_stage_close(&lines->stage);
    peer_stop(&lines->peer);
}

Test(channel_lines, mail_leaves_by_the_line_that_answers)
{
    struct lines lines = {.url = "smtp://" BEYOND ":2525"};
    char receiver[256];

    snprintf(receiver, sizeof(receiver),
             "/usr/bin/python3 %s/tests/lib/peers/mail_peer.py $PWD " BEYOND " 2525",
             NOROSHI_SOURCE_DIR);
    lines_make(&lines, receiver);
    struct cfg_channel *channel = lines_channel(&lines, STAGE_MAIL);
    channel->smtp.url = lines.url;
    channel->smtp.tls_required = true;
    channel->smtp.ca_file = lines.ca;
    lines.stage.place.site->persons[0].mail = "toban@example.jp";
    peer_ready(&lines.peer);
    delivers(&lines, STAGE_MAIL);
}

Test(channel_lines, a_webhook_leaves_by_the_line_that_answers)
{
    struct lines lines = {.url = "https://" BEYOND ":8443/hook"};
    char receiver[256];

    snprintf(receiver, sizeof(receiver),
             "/usr/bin/python3 %s/tests/lib/peers/https_peer.py $PWD " BEYOND " 8443",
             NOROSHI_SOURCE_DIR);
    lines_make(&lines, receiver);
    struct cfg_channel *channel = lines_channel(&lines, STAGE_SMS);
    channel->kind = FO_CHANNEL_WEBHOOK;
    channel->webhook.url = lines.url;
    channel->webhook.ca_file = lines.ca;
    peer_ready(&lines.peer);
    delivers(&lines, STAGE_SMS);
}

Test(channel_lines, an_inform_leaves_by_the_line_that_answers)
{
    struct lines lines = {.url = ""};

    lines_make(&lines,
               "env SNMP_PERSISTENT_DIR=$PWD MIBS= snmptrapd -f -C -n -On -Lf $PWD/log "
               "--disableAuthorization=yes udp:" BEYOND ":162");
    struct cfg_channel *channel = lines_channel(&lines, STAGE_SMS);
    struct sockaddr_in *address = (struct sockaddr_in *)&channel->address.storage;
    channel->kind = FO_CHANNEL_INFORM;
    channel->snmp = (struct cfg_snmp){.version = CFG_SNMP_V2C, .community = "noroshi"};
    *address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons(162)};
    cr_assert_eq(inet_pton(AF_INET, BEYOND, &address->sin_addr), 1);
    channel->address.length = sizeof(*address);
    delivers(&lines, STAGE_SMS);
}
