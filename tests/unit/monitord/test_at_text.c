/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of a modem: each that matters is known, none is mistaken, and bytes in any cuts make the
 * same lines. */
#include "monitord/at_text.h"

#include <criterion/criterion.h>
#include <string.h>

Test(at_text, each_line_that_matters_is_known)
{
    static const struct {
        const char *line;
        enum md_at_kind kind;
        int number;
    } lines[] = {
        {"OK", MD_AT_OK, 0},
        {"ERROR", MD_AT_ERROR, -1},
        {"+CMS ERROR: 332", MD_AT_ERROR, 332},
        {"+CME ERROR: 10", MD_AT_ERROR, 10},
        {"+CME ERROR: SIM not inserted", MD_AT_ERROR, -1},
        {"> ", MD_AT_PROMPT, 0},
        {"+CMGS: 42", MD_AT_SENT, 42},
        {"+CMGS: 900", MD_AT_OTHER, 0},
        {"+CPIN: READY", MD_AT_PIN, 1},
        {"+CPIN: SIM PIN", MD_AT_PIN, 0},
        {"+CPIN: SIM PUK", MD_AT_PIN, -1},
        {"+CREG: 0,1", MD_AT_NETWORK, 1},
        {"+CREG: 2,5,\"00C3\",\"0001\"", MD_AT_NETWORK, 1},
        {"+CREG: 0,2", MD_AT_NETWORK, 0},
        {"+CREG: 0,3", MD_AT_NETWORK, 0},
        {"+CREG: 1", MD_AT_NETWORK, 1},
        {"+CSQ: 17,99", MD_AT_SIGNAL, 17},
        {"+CSQ: 99,99", MD_AT_SIGNAL, -1},
        {"+CMTI: \"SM\",3", MD_AT_STORED, 3},
        {"+CDSI: \"SR\",11", MD_AT_STORED, 11},
        {"+CMTI: \"SM\"", MD_AT_STORED, -1},
        {"+CMGL: 5,0,,24", MD_AT_LISTED, 5},
        {"+CMT: ,26", MD_AT_PDU_NEXT, 0},
        {"+CDS: 26", MD_AT_PDU_NEXT, 0},
        {"+CMGR: 0,,26", MD_AT_PDU_NEXT, 0},
        {"AT+CMGF=0", MD_AT_OTHER, 0},
        {"RING", MD_AT_OTHER, 0},
    };

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        struct md_at_line line = md_at_parse(lines[i].line);

        cr_assert_eq(line.kind, lines[i].kind, "%s: kind %d", lines[i].line, (int)line.kind);
        cr_assert_eq(line.number, lines[i].number, "%s: %d", lines[i].line, line.number);
    }
}

Test(at_text, a_wrong_number_is_for_good_and_a_busy_network_is_not)
{
    cr_assert(md_at_error_passes(38));  /* network out of order */
    cr_assert(md_at_error_passes(331)); /* no network service */
    cr_assert(md_at_error_passes(332)); /* network timeout */
    cr_assert(md_at_error_passes(-1));
    cr_assert_not(md_at_error_passes(1));
    cr_assert_not(md_at_error_passes(8));
    cr_assert_not(md_at_error_passes(50));
}

Test(at_text, bytes_in_any_cuts_make_the_same_lines_and_a_prompt_needs_no_end)
{
    static const char bytes[] = "\r\nOK\r\n\r\n> \r\n+CMGS: 7\r\n\r\nOK\r\n";
    static const char *const wanted[] = {"OK", "> ", "+CMGS: 7", "OK"};

    for (size_t cut = 1; cut < sizeof(bytes); cut++) {
        struct md_at_reader reader = {.length = 0};
        unsigned lines = 0;

        for (size_t at = 0; at < sizeof(bytes) - 1;) {
            size_t end = at + cut < sizeof(bytes) - 1 ? at + cut : sizeof(bytes) - 1;

            while (at < end) {
                bool whole;

                at += md_at_read(&reader, bytes + at, end - at, &whole);
                if (whole) {
                    cr_assert_lt(lines, 4u);
                    cr_assert_str_eq(reader.line, wanted[lines]);
                    lines++;
                }
            }
        }
        cr_assert_eq(lines, 4, "cut %zu", cut);
    }
}

Test(at_text, a_line_without_end_is_dropped_and_the_next_one_is_whole)
{
    struct md_at_reader reader = {.length = 0};
    char noise[MD_AT_LINE_MAX * 3];
    bool whole;

    memset(noise, 'x', sizeof(noise));
    cr_assert_eq(md_at_read(&reader, noise, sizeof(noise), &whole), sizeof(noise));
    cr_assert_not(whole);
    cr_assert_eq(md_at_read(&reader, "\r", 1, &whole), 1u);
    cr_assert_not(whole);
    md_at_read(&reader, "OK\r", 3, &whole);
    cr_assert(whole);
    cr_assert_str_eq(reader.line, "OK");
}
