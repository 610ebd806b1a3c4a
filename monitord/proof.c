/* SPDX-License-Identifier: Apache-2.0 */
/* Proofs of the contact network out of journal rows (see proof.h). */
#include "monitord/proof.h"

#include "monitord/fact.h"
#include "monitord/incident_name.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#define DAY_MS ((fo_wall_ms)24 * 3600 * 1000)

void md_proof_init(struct md_proof *proof, const struct site *site)
{
    memset(proof, 0, sizeof(*proof));
    proof->site = site;
}

static uint8_t person_of(const struct site *site, const json_t *body)
{
    for (uint8_t i = 0; i < site->person_count; i++) {
        if (strcmp(site->persons[i].id, md_fact_text(body, "person")) == 0) {
            return i;
        }
    }
    return FO_NONE;
}

static uint8_t channel_of(const struct site *site, const json_t *body)
{
    for (uint8_t i = 0; i < site->channel_count; i++) {
        if (strcmp(site->channels[i].name, md_fact_text(body, "channel")) == 0) {
            return i;
        }
    }
    return FO_NONE;
}

static void take_page(struct md_proof *proof, const json_t *body)
{
    uint8_t person = person_of(proof->site, body), channel = channel_of(proof->site, body);

    if (strcmp(md_fact_text(body, "kind"), "notify") != 0 || person == FO_NONE ||
        channel == FO_NONE || md_fact_true(body, "shadow")) {
        return;
    }
    unsigned at = proof->next++ % MD_PROOF_PAGES;
    snprintf(proof->pages[at].key, sizeof(proof->pages[at].key), "%s", md_fact_text(body, "key"));
    proof->pages[at].number = md_incident_number(md_fact_text(body, "incident"));
    proof->pages[at].person = person;
    proof->pages[at].channel = channel;
    proof->pages[at].accepted = false;
}

static void take_result(struct md_proof *proof, const json_t *body)
{
    const char *outcome = md_fact_text(body, "outcome"), *key = md_fact_text(body, "key");
    bool good = strcmp(outcome, "accepted") == 0 || strcmp(outcome, "delivered") == 0;

    for (unsigned i = 0; good && i < MD_PROOF_PAGES; i++) {
        if (proof->pages[i].key[0] != '\0' && strcmp(proof->pages[i].key, key) == 0) {
            proof->pages[i].accepted = true;
        }
    }
}

/* Kinds by which people can answer: a page there is proven by the answer, by nothing less. */
static bool carries_answers(const struct site *site, uint8_t channel)
{
    uint8_t kind = site->channels[channel].kind;

    return kind == FO_CHANNEL_SMS || kind == FO_CHANNEL_WEBHOOK || kind == FO_CHANNEL_SIP;
}

static void prove(struct md_proof *proof, uint8_t person, uint8_t channel, fo_wall_ms wall_ms)
{
    fo_wall_ms *proven = &proof->proven_wall_ms[person][channel];

    *proven = wall_ms > *proven ? wall_ms : *proven;
}

static void take_answer(struct md_proof *proof, const json_t *body, fo_wall_ms wall_ms)
{
    static const char *const answers[] = {"acknowledge", "own", "cannot", "resolve"};
    uint8_t person = person_of(proof->site, body), channel = channel_of(proof->site, body);
    uint32_t number = md_incident_number(md_fact_text(body, "incident"));
    bool answer = false;

    for (unsigned i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        answer = answer || strcmp(md_fact_text(body, "order"), answers[i]) == 0;
    }
    if (!answer || person == FO_NONE || json_is_string(json_object_get(body, "refused"))) {
        return;
    }
    if (channel != FO_NONE) {
        prove(proof, person, channel, wall_ms);
    }
    for (unsigned i = 0; i < MD_PROOF_PAGES; i++) {
        if (proof->pages[i].accepted && proof->pages[i].person == person &&
            proof->pages[i].number == number &&
            !carries_answers(proof->site, proof->pages[i].channel)) {
            prove(proof, person, proof->pages[i].channel, wall_ms);
        }
    }
}

bool md_proof_take(void *context, const struct md_journal_entry *entry)
{
    struct md_proof *proof = context;
    bool command = strcmp(entry->kind, "command") == 0, result = strcmp(entry->kind, "result") == 0;

    if (proof->first_wall_ms == 0) {
        proof->first_wall_ms = entry->wall_ms;
    }
    if (!command && !result && strcmp(entry->kind, "order") != 0) {
        return true;
    }
    json_t *body = json_loads(entry->body, 0, NULL);
    if (command) {
        take_page(proof, body);
    } else if (result) {
        take_result(proof, body);
    } else {
        take_answer(proof, body, entry->wall_ms);
    }
    json_decref(body);
    return true;
}

fo_wall_ms md_proof_person(const struct md_proof *proof, unsigned person)
{
    fo_wall_ms newest = 0;

    for (unsigned i = 0; i < FO_CHANNELS_MAX; i++) {
        fo_wall_ms proven = proof->proven_wall_ms[person][i];
        newest = proven > newest ? proven : newest;
    }
    return newest;
}

bool md_proof_is_late(const struct md_proof *proof, unsigned person, unsigned days,
                      fo_wall_ms now_wall_ms)
{
    const struct fo_person_policy *policy = &proof->site->policy.persons[person];
    fo_wall_ms bound = now_wall_ms - (fo_wall_ms)days * DAY_MS;

    return policy->drill && policy->roles != 0 && proof->first_wall_ms != 0 &&
           proof->first_wall_ms < bound && md_proof_person(proof, person) < bound;
}
