/* SPDX-License-Identifier: Apache-2.0 */
/* Journal bodies, byte for byte: they are hashed, so their form is a promise. */
#include "monitord/record_json.h"
#include "tests/lib/daemon_fixture.h"

static void expect(char *body, const char *expected)
{
    cr_assert_str_eq(body, expected);
    free(body);
}

Test(record_json, a_record_leaves_out_what_means_nothing)
{
    struct place place;
    struct md_incident_book book = {0};
    struct fo_record record = {.reason = FO_REASON_MAINS_RETURNED,
                               .subject = {FO_SUBJECT_DEVICE, 0},
                               .person = FO_NONE,
                               .a = 5,
                               .b = -7};

    place_make(&place, 0);
    expect(md_record_body(place.site, &book, &record, 0),
           "{\"a\":5,\"b\":-7,\"name\":\"mains_returned\",\"reason\":240,"
           "\"subject\":{\"kind\":\"device\",\"name\":\"ups-a\"}}");
    place_remove(&place);
}

Test(record_json, a_record_names_incident_key_person_and_cause)
{
    struct place place;
    struct md_incident_book book = {0};
    struct fo_record record = {.reason = FO_REASON_ACKNOWLEDGED,
                               .why = FO_REASON_MAINS_LOST,
                               .subject = {FO_SUBJECT_SERVER, 1},
                               .incident = 3,
                               .key = {0xab, 0x10},
                               .person = 0,
                               .epoch = 2};

    place_make(&place, 0);
    md_incident_book_note(&book, 3, 1795198364000);
    expect(md_record_body(place.site, &book, &record, 1795198364000 + 86400000),
           "{\"a\":0,\"b\":0,\"epoch\":2,\"incident\":\"INC-20261121-0003\",\"key\":\"ab-10\","
           "\"name\":\"acknowledged\",\"number\":3,\"person\":\"person-1\",\"reason\":226,"
           "\"subject\":{\"kind\":\"server\",\"name\":\"dispatch-2\"},\"why\":\"mains_lost\"}");
    place_remove(&place);
}

Test(record_json, each_kind_of_command_says_what_it_is_about)
{
    struct place place;
    struct md_incident_book book = {0};
    struct fo_command command = {.kind = FO_COMMAND_FENCE,
                                 .server = 0,
                                 .line = FO_NONE,
                                 .device = FO_NONE,
                                 .reason = FO_REASON_SERVER_DEAD,
                                 .key = {1, 2}};

    place_make(&place, 0);
    expect(md_command_body(place.site, &book, &command, 0),
           "{\"key\":\"1-2\",\"kind\":\"fence\",\"reason\":\"server_dead\",\"server\":\"dispatch-"
           "1\"}");
    command.kind = FO_COMMAND_CHOOSE;
    command.server = 1;
    expect(md_command_body(place.site, &book, &command, 0),
           "{\"key\":\"1-2\",\"kind\":\"choose\",\"reason\":\"server_dead\","
           "\"server\":\"dispatch-2\"}");
    command.kind = FO_COMMAND_ROUTE;
    command.server = FO_NONE;
    command.line = 1;
    command.reason = FO_REASON_LINE_DOWN;
    expect(md_command_body(place.site, &book, &command, 0),
           "{\"key\":\"1-2\",\"kind\":\"route\",\"line\":\"line-b\",\"reason\":\"line_down\"}");
    command.kind = FO_COMMAND_RESTORE;
    command.line = FO_NONE;
    command.stage = 0;
    command.act = 1;
    command.reason = FO_REASON_RESTORE_STARTED;
    expect(md_command_body(place.site, &book, &command, 0),
           "{\"act\":\"halt-1\",\"key\":\"1-2\",\"kind\":\"restore\","
           "\"reason\":\"restore_started\",\"stage\":\"stage-1\"}");
    command = (struct fo_command){.kind = FO_COMMAND_NOTIFY,
                                  .server = FO_NONE,
                                  .line = FO_NONE,
                                  .device = FO_NONE,
                                  .reason = FO_REASON_MAINS_LOST,
                                  .key = {1, 3},
                                  .notify = {.incident = 4,
                                             .epoch = 1,
                                             .rung = 1,
                                             .person = 1,
                                             .channel = 1,
                                             .message = FO_MESSAGE_REMINDER,
                                             .attempt = 2,
                                             .resend = true}};
    expect(
        md_command_body(place.site, &book, &command, 1795198364000),
        "{\"attempt\":2,\"channel\":\"sms\",\"drill\":false,\"epoch\":1,"
        "\"incident\":\"INC-20261121-0004\",\"key\":\"1-3\",\"kind\":\"notify\","
        "\"message\":\"reminder\",\"number\":4,\"person\":\"person-2\",\"reason\":\"mains_lost\","
        "\"resend\":true,\"rung\":1}");
    place_remove(&place);
}

Test(record_json, no_address_of_a_person_is_ever_in_a_body)
{
    struct place place;
    struct md_incident_book book = {0};
    struct fo_command command = {.kind = FO_COMMAND_NOTIFY, .key = {1, 3}};
    char *body;

    place_make(&place, 0);
    for (unsigned person = 0; person < place.site->person_count; person++) {
        for (unsigned channel = 0; channel < place.site->channel_count; channel++) {
            command.notify.person = (uint8_t)person;
            command.notify.channel = (uint8_t)channel;
            body = md_command_body(place.site, &book, &command, 0);
            cr_assert_null(strstr(body, "0X0"));
            cr_assert_null(strchr(body, '@'));
            free(body);
        }
    }
    place_remove(&place);
}

Test(record_json, results_orders_and_notes)
{
    struct place place;
    struct md_incident_book book = {0};
    struct fo_result result = {
        .key = {1, 2}, .outcome = FO_OUTCOME_RETRY, .reason = FO_REASON_NO_ANSWER, .detail = 451};
    struct md_order_note note = {.order = "own",
                                 .refused = "not-a-person",
                                 .person = FO_NONE,
                                 .second = FO_NONE,
                                 .uid = 1000};

    place_make(&place, 0);
    expect(md_result_body(&result),
           "{\"detail\":451,\"key\":\"1-2\",\"outcome\":\"retry\",\"reason\":\"no_answer\"}");
    expect(md_order_body(place.site, &book, &note, 0),
           "{\"order\":\"own\",\"refused\":\"not-a-person\",\"uid\":1000}");
    note.refused = NULL;
    note.person = 1;
    expect(md_order_body(place.site, &book, &note, 0),
           "{\"order\":\"own\",\"person\":\"person-2\",\"refused\":null,\"uid\":1000}");
    expect(md_note_body("stop", "SIGTERM"), "{\"detail\":\"SIGTERM\",\"reason\":\"stop\"}");
    place_remove(&place);
}

Test(record_json, the_book_keeps_the_first_time_of_a_number_and_forgets_the_oldest)
{
    struct place place;
    struct md_incident_book book = {0};
    char id[MD_INCIDENT_NAME_SIZE];

    place_make(&place, 0);
    md_incident_book_note(&book, 1, 1795198364000);
    md_incident_book_note(&book, 1, 0);
    md_incident_book_name(&book, place.site, 1, 0, id);
    cr_assert_str_eq(id, "INC-20261121-0001");
    for (uint32_t number = 2; number <= MD_INCIDENT_BOOK_MAX + 1; number++) {
        md_incident_book_note(&book, number, 1795198364000);
    }
    md_incident_book_name(&book, place.site, 1, 0, id);
    cr_assert_str_eq(id, "INC-19700101-0001");
    md_incident_book_name(&book, place.site, MD_INCIDENT_BOOK_MAX + 1, 0, id);
    cr_assert_str_eq(id, "INC-20261121-0065");
    place_remove(&place);
}
