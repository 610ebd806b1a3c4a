/* SPDX-License-Identifier: Apache-2.0 */
/* The executor's ledger on disk: remembered, rewritten, damaged, full. */
#include "monitord/executor/ledger.h"
#include "tests/lib/daemon_fixture.h"

static struct md_ledger *open_ledger(const struct place *place)
{
    char error[256];
    struct md_ledger *ledger = md_ledger_open(place->directory, error, sizeof(error));

    cr_assert_not_null(ledger, "%s", error);
    return ledger;
}

Test(ledger, what_was_written_is_known_to_the_next_process)
{
    struct place place;
    struct md_ledger *ledger;
    const struct md_ledger_entry *entry;

    place_make(&place, 0);
    ledger = open_ledger(&place);
    cr_assert(md_ledger_write(ledger, "1-1", "fence-1", MD_ACT_BEGUN, 0));
    cr_assert(md_ledger_write(ledger, "1-1", "fence-1", MD_ACT_FAILED, 3));
    cr_assert(md_ledger_write(ledger, "1-1", "fence-2", MD_ACT_BEGUN, 0));
    md_ledger_close(ledger);
    ledger = open_ledger(&place);
    entry = md_ledger_find(ledger, "1-1", "fence-1");
    cr_assert_not_null(entry);
    cr_assert(entry->state == MD_ACT_FAILED && entry->detail == 3);
    entry = md_ledger_find(ledger, "1-1", "fence-2");
    cr_assert(entry != NULL && entry->state == MD_ACT_BEGUN);
    cr_assert_null(md_ledger_find(ledger, "1-2", "fence-1"));
    cr_assert_null(md_ledger_find(ledger, "1-1", "fence-3"));
    md_ledger_close(ledger);
    place_remove(&place);
}

Test(ledger, damaged_lines_are_left_out_and_whole_ones_kept)
{
    struct place place;
    struct md_ledger *ledger;

    place_make(&place, 0);
    place_write(&place, MD_LEDGER_FILE,
                "rubbish\n{\"key\":\"1-1\",\"act\":\"a\",\"state\":\"done\",\"detail\":0}\n{}\n"
                "{\"key\":\"1-2\",\"act\":\"a\",\"state\":\"what\",\"detail\":0}\n"
                "{\"key\":\"1-3\",\"act\":\"a\",\"state\":\"done\",\"det",
                0600);
    ledger = open_ledger(&place);
    cr_assert_not_null(md_ledger_find(ledger, "1-1", "a"));
    cr_assert_null(md_ledger_find(ledger, "1-2", "a"));
    cr_assert_null(md_ledger_find(ledger, "1-3", "a"));
    cr_assert(md_ledger_write(ledger, "1-4", "a", MD_ACT_DONE, 0));
    md_ledger_close(ledger);
    ledger = open_ledger(&place);
    cr_assert_not_null(md_ledger_find(ledger, "1-4", "a"), "written behind a torn line");
    md_ledger_close(ledger);
    place_remove(&place);
}

Test(ledger, it_stays_small_and_forgets_the_oldest_first)
{
    struct place place;
    struct md_ledger *ledger;
    struct stat status;
    char key[32], path[160];

    place_make(&place, 0);
    ledger = open_ledger(&place);
    for (unsigned i = 1; i <= 6 * MD_LEDGER_ENTRIES_MAX; i++) {
        snprintf(key, sizeof(key), "1-%x", i);
        cr_assert(md_ledger_write(ledger, key, "a", MD_ACT_DONE, 0));
    }
    cr_assert_null(md_ledger_find(ledger, "1-1", "a"));
    cr_assert_not_null(md_ledger_find(ledger, key, "a"));
    snprintf(path, sizeof(path), "%s/%s", place.directory, MD_LEDGER_FILE);
    cr_assert_eq(stat(path, &status), 0);
    cr_assert_lt(status.st_size, 5L * MD_LEDGER_ENTRIES_MAX * 64);
    cr_assert_eq(status.st_mode & 0777, 0600);
    md_ledger_close(ledger);
    ledger = open_ledger(&place);
    cr_assert_not_null(md_ledger_find(ledger, key, "a"));
    md_ledger_close(ledger);
    place_remove(&place);
}
