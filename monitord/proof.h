/* SPDX-License-Identifier: Apache-2.0 */
/* When each person was last shown to be reachable by each channel, told by the journal. An answer
 * that came by a channel proves it; for a channel that carries no answers (mail, tower, a program),
 * it is proven when it took a page of an incident that the person then answered by whatever way.
 * Pure: rows go in, times come out. `monitorctl contacts check` and the daemon's watch share it. */
#ifndef MONITORD_PROOF_H
#define MONITORD_PROOF_H

#include "config/site.h"
#include "monitord/journal_read.h"

#define MD_PROOF_FINDING_DAYS 35  /* unproven so long is a finding … */
#define MD_PROOF_INCIDENT_DAYS 60 /* … and so long, by no channel at all, an incident */
#define MD_PROOF_PAGES 512        /* pages whose outcome or answer may still come; ring */

struct md_proof {
    const struct site *site;
    fo_wall_ms first_wall_ms;                                   /* of the journal; 0: it is empty */
    fo_wall_ms proven_wall_ms[FO_PERSONS_MAX][FO_CHANNELS_MAX]; /* 0: never */
    struct {
        char key[48];
        uint32_t number;
        uint8_t person, channel;
        bool accepted;
    } pages[MD_PROOF_PAGES];
    unsigned next;
};
void md_proof_init(struct md_proof *proof, const struct site *site);
/* One row, oldest first. context: the struct md_proof; as md_journal_each, always true. */
bool md_proof_take(void *context, const struct md_journal_entry *entry);
/* The newest proof of a person by any channel; 0: never. */
fo_wall_ms md_proof_person(const struct md_proof *proof, unsigned person);
/* Whether a person needs this to be told: on the drill list, with a role, and nothing has proven
 * any channel for so many days although the journal is as old as that. */
bool md_proof_is_late(const struct md_proof *proof, unsigned person, unsigned days,
                      fo_wall_ms now_wall_ms);

#endif
