/* SPDX-License-Identifier: Apache-2.0 */
/* One watch for each address of the service, and the worst of them (see answer_watch.h). It owns
 * the watches and keeps what each has said last; app.c takes the count to the engine. */
#include "monitord/answer_watch.h"

#include "monitord/log.h"
#include "monitord/text_word.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct one {
    struct md_answer_watch *all;
    struct pb_address_watch *watch;
    char text[INET6_ADDRSTRLEN];
    bool troubled;
};

struct md_answer_watch {
    md_answer_callback callback;
    void *context;
    unsigned count;
    bool said;
    struct fo_self last; /* as said */
    struct fo_self counts[MD_ANSWER_ADDRESSES_MAX];
    struct one ones[MD_ANSWER_ADDRESSES_MAX];
};

static void add(struct md_answer_address *list, unsigned *count, struct md_answer_address address)
{
    for (unsigned i = 0; i < *count; i++) {
        if (pb_ip_same(&list[i].ip, &address.ip)) {
            return;
        }
    }
    if (address.ip.family != 0) {
        list[(*count)++] = address;
    }
}

unsigned md_answer_addresses(const struct site *site,
                             struct md_answer_address list[MD_ANSWER_ADDRESSES_MAX])
{
    unsigned count = 0;

    for (unsigned i = 0; i < site->service_count; i++) {
        const struct cfg_service *service = &site->services[i];
        struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_addr = service->address6};

        if (site->policy.services[i].needs_server && service->address.length > 0) {
            add(list, &count,
                (struct md_answer_address){
                    .ip = pb_ip_of((const struct sockaddr *)&service->address.storage),
                    .service = (uint8_t)i});
        }
        if (site->policy.services[i].needs_server && !IN6_IS_ADDR_UNSPECIFIED(&six.sin6_addr)) {
            add(list, &count,
                (struct md_answer_address){.ip = pb_ip_of((const struct sockaddr *)&six),
                                           .service = (uint8_t)i,
                                           .address6 = true});
        }
    }
    return count;
}

unsigned md_answer_worst(const struct fo_self *counts, unsigned count)
{
    unsigned worst = 0;

    for (unsigned i = 1; i < count; i++) {
        worst = counts[i].value > counts[worst].value ? i : worst;
    }
    return worst;
}

/* For people: why nobody can be asked. */
static const char *why(int trouble)
{
    return trouble == ENETUNREACH ? "no interface of this host is on its network"
           : trouble == EPERM || trouble == EACCES
               ? "it takes CAP_NET_RAW, which this process does not have"
               : strerror(trouble);
}

static void log_trouble(struct one *one, int trouble)
{
    if (trouble != 0) {
        md_log(MD_LOG_WARNING, "address %s: not watched: %s; two answers would not be seen",
               one->text, why(trouble));
    } else if (one->troubled) {
        md_log(MD_LOG_NOTICE, "address %s: watched again", one->text);
    }
    one->troubled = trouble != 0;
}

static void log_count(const struct one *one, const struct fo_self *self)
{
    char stations[FO_STATIONS][MD_STATION_TEXT_SIZE];

    for (unsigned i = 0; i < FO_STATIONS; i++) {
        md_text_station(stations[i], self->stations[i]);
    }
    if (self->value > 1) {
        md_log(MD_LOG_ERROR, "address %s: %d stations answer, among them %s and %s", one->text,
               (int)self->value, stations[0], stations[1]);
    } else if (self->value == 1) {
        md_log(MD_LOG_NOTICE, "address %s: %s answers", one->text, stations[0]);
    } else {
        md_log(MD_LOG_NOTICE, "address %s: nobody answers", one->text);
    }
}

static void on_address(void *context, int trouble, const struct pb_address_tally *tally)
{
    struct one *one = context;
    struct md_answer_watch *all = one->all;
    struct fo_self self = pb_address_self(tally);

    log_trouble(one, trouble);
    if (trouble == 0 && tally->said) {
        log_count(one, &self);
    }
    all->counts[one - all->ones] = self;
    self = all->counts[md_answer_worst(all->counts, all->count)];
    if (!all->said || self.value != all->last.value ||
        memcmp(self.stations, all->last.stations, sizeof(self.stations)) != 0) {
        all->said = true;
        all->last = self;
        all->callback(all->context, &self);
    }
}

struct md_answer_watch *md_answer_watch_start(uv_loop_t *loop, const struct site *site,
                                              md_answer_callback callback, void *context)
{
    struct md_answer_address list[MD_ANSWER_ADDRESSES_MAX];
    struct md_answer_watch *all = calloc(1, sizeof(*all));
    unsigned count = md_answer_addresses(site, list);

    if (all == NULL || count == 0) {
        md_log(MD_LOG_WARNING, "address: %s; two answers would not be seen",
               all == NULL ? "out of memory" : "no service of the servers has one");
        free(all);
        return NULL;
    }
    all->callback = callback;
    all->context = context;
    all->count = count;
    for (unsigned i = 0; i < count; i++) {
        struct one *one = &all->ones[i];

        one->all = all;
        all->counts[i].kind = FO_SELF_ANSWERS;
        inet_ntop(list[i].ip.family, list[i].ip.bytes, one->text, sizeof(one->text));
        one->watch = pb_address_watch_start(loop, &list[i].ip, on_address, one);
        if (one->watch == NULL) {
            log_trouble(one, ENOMEM);
        }
    }
    return all;
}

void md_answer_watch_stop(struct md_answer_watch *watch)
{
    for (unsigned i = 0; watch != NULL && i < watch->count; i++) {
        if (watch->ones[i].watch != NULL) {
            pb_address_watch_stop(watch->ones[i].watch, NULL, NULL);
        }
    }
    free(watch);
}

void md_answer_watch_check(const struct site *site, struct cfg_findings *findings)
{
    struct md_answer_address list[MD_ANSWER_ADDRESSES_MAX];
    unsigned count = md_answer_addresses(site, list);
    char text[INET6_ADDRSTRLEN], path[64];

    for (unsigned i = 0; i < count; i++) {
        int trouble = pb_address_try(&list[i].ip);

        if (trouble != 0) {
            inet_ntop(list[i].ip.family, list[i].ip.bytes, text, sizeof(text));
            snprintf(path, sizeof(path), "services[%u].%s", list[i].service,
                     list[i].address6 ? "address6" : "check.address");
            cfg_finding_add(findings, true, site->path, site->services[list[i].service].line, path,
                            "%s could not be watched from here, a second host that answers for it "
                            "would not be seen: %s; run --check on the monitor, as monitord runs",
                            text, why(trouble));
        }
    }
    if (count == 0 && !site->probe_only) {
        cfg_finding_add(findings, true, site->path, 0, "services",
                        "have no address that the monitor knows, so a second host that answers for "
                        "the service would not be seen; give the check of one its address");
    }
}
