/* SPDX-License-Identifier: Apache-2.0 */
/* What the journal proves about people: an answer by the channel itself, a page that was taken and
 * then answered, and nothing else. */
#include "monitord/proof.h"

#include "tests/unit/config/people_text.h"

#define DAY_MS 86400000LL

static void row(struct md_proof *proof, int64_t wall_ms, const char *kind, const char *body)
{
    struct md_journal_entry entry = {.wall_ms = wall_ms, .kind = kind, .body = body};
    cr_assert(md_proof_take(proof, &entry));
}

/* person chief-1 has the channels screen (terminal) and sms (command); sms becomes a real one. */
static struct site *begin(struct md_proof *proof)
{
    struct site *site = people_site(NULL, NULL);
    md_proof_init(proof, site);
    return site;
}

Test(proof, a_page_that_was_taken_and_then_answered_proves_its_channel)
{
    struct md_proof *proof = calloc(1, sizeof(*proof));
    struct site *site = begin(proof);
    row(proof, 1000, "command",
        "{\"key\":\"7-1\",\"kind\":\"notify\",\"incident\":\"INC-20261128-0003\","
        "\"person\":\"chief-1\",\"channel\":\"screen\"}");
    row(proof, 1000, "command",
        "{\"key\":\"7-2\",\"kind\":\"notify\",\"incident\":\"INC-20261128-0003\","
        "\"person\":\"chief-1\",\"channel\":\"sms\"}");
    row(proof, 1100, "result", "{\"key\":\"7-1\",\"outcome\":\"accepted\"}");
    row(proof, 1100, "result", "{\"key\":\"7-2\",\"outcome\":\"retry\"}");
    row(proof, 1500, "order",
        "{\"order\":\"acknowledge\",\"person\":\"chief-2\","
        "\"incident\":\"INC-20261128-0003\",\"refused\":null}");
    row(proof, 1600, "order",
        "{\"order\":\"acknowledge\",\"person\":\"chief-1\","
        "\"incident\":\"INC-20261128-0003\",\"refused\":\"not-allowed\"}");
    row(proof, 1700, "order",
        "{\"order\":\"acknowledge\",\"person\":\"chief-1\","
        "\"incident\":\"INC-20261128-0004\",\"refused\":null}");
    cr_assert_eq(md_proof_person(proof, CHIEF_1), 0, "none of these is his answer to it");
    row(proof, 2000, "order",
        "{\"order\":\"own\",\"person\":\"chief-1\","
        "\"incident\":\"INC-20261128-0003\",\"refused\":null}");
    cr_assert_eq(proof->proven_wall_ms[CHIEF_1][0], 2000);
    cr_assert_eq(proof->proven_wall_ms[CHIEF_1][1], 0, "it was not taken");
    row(proof, 2100, "result", "{\"key\":\"7-2\",\"outcome\":\"delivered\"}");
    row(proof, 2200, "order",
        "{\"order\":\"resolve\",\"person\":\"chief-1\","
        "\"incident\":\"INC-20261128-0003\",\"refused\":null}");
    cr_assert_eq(proof->proven_wall_ms[CHIEF_1][1], 2200);
    cfg_site_free(site);
    free(proof);
}

Test(proof, a_channel_that_carries_answers_is_proven_by_an_answer_alone)
{
    struct md_proof *proof = calloc(1, sizeof(*proof));
    struct site *site = begin(proof);
    site->channels[1].kind = FO_CHANNEL_SMS;
    row(proof, 1000, "command",
        "{\"key\":\"7-2\",\"kind\":\"notify\",\"incident\":\"INC-20261128-0003\","
        "\"person\":\"chief-1\",\"channel\":\"sms\"}");
    row(proof, 1100, "result", "{\"key\":\"7-2\",\"outcome\":\"accepted\"}");
    row(proof, 1200, "order",
        "{\"order\":\"acknowledge\",\"person\":\"chief-1\",\"uid\":5,"
        "\"incident\":\"INC-20261128-0003\",\"refused\":null}");
    cr_assert_eq(proof->proven_wall_ms[CHIEF_1][1], 0);
    row(proof, 1300, "order",
        "{\"order\":\"acknowledge\",\"person\":\"chief-1\","
        "\"channel\":\"sms\",\"incident\":\"INC-20261128-0003\","
        "\"refused\":null}");
    cr_assert_eq(proof->proven_wall_ms[CHIEF_1][1], 1300);
    cfg_site_free(site);
    free(proof);
}

Test(proof, a_person_is_late_when_the_journal_is_old_enough_to_know)
{
    struct md_proof *proof = calloc(1, sizeof(*proof));
    struct site *site = begin(proof);
    cr_assert_not(md_proof_is_late(proof, CHIEF_1, 60, 100 * DAY_MS), "an empty journal");
    row(proof, 50 * DAY_MS, "start", "{}");
    cr_assert_not(md_proof_is_late(proof, CHIEF_1, 60, 110 * DAY_MS));
    cr_assert(md_proof_is_late(proof, CHIEF_1, 60, 110 * DAY_MS + 1));
    row(proof, 60 * DAY_MS, "order",
        "{\"order\":\"cannot\",\"person\":\"chief-1\","
        "\"channel\":\"screen\",\"refused\":null}");
    cr_assert_not(md_proof_is_late(proof, CHIEF_1, 60, 110 * DAY_MS + 1));
    cr_assert(md_proof_is_late(proof, CHIEF_1, 60, 120 * DAY_MS + 1));
    site->policy.persons[CHIEF_1].drill = false;
    cr_assert_not(md_proof_is_late(proof, CHIEF_1, 60, 120 * DAY_MS + 1));
    row(proof, 61 * DAY_MS, "order", "not json");
    row(proof, 61 * DAY_MS, "command", "[]");
    cfg_site_free(site);
    free(proof);
}
