/* SPDX-License-Identifier: Apache-2.0 */
/* Decisions as the journal keeps them: one canonical body (compact JSON, sorted keys) per record,
 * command, result and order, as journal_schema.h lays down. Pure: numbers in, text out. The driver
 * calls it before it appends; nobody parses these bodies to decide anything. */
#ifndef MONITORD_RECORD_JSON_H
#define MONITORD_RECORD_JSON_H

#include "config/site.h"
#include "failover/command.h"
#include "monitord/incident_name.h"

#define MD_INCIDENT_BOOK_MAX 64 /* incidents whose opening is remembered for naming */

/* When incidents were opened, so that a number has its name; a ring, oldest forgotten first. Zero
 * it to start. */
struct md_incident_book {
    struct {
        uint32_t number;
        fo_wall_ms opened_wall_ms;
    } entries[MD_INCIDENT_BOOK_MAX];
    unsigned next;
};
/* Remembers when an incident was opened; a number already known keeps its first time. */
void md_incident_book_note(struct md_incident_book *book, uint32_t number, fo_wall_ms opened);
/* "INC-20261121-0003"; an unknown number is named by `fallback` as its opening. */
void md_incident_book_name(const struct md_incident_book *book, const struct site *site,
                           uint32_t number, fo_wall_ms fallback, char id[MD_INCIDENT_NAME_SIZE]);

/* An order as the journal keeps it, accepted or refused. */
struct md_order_note {
    const char *order;   /* "acknowledge" */
    const char *refused; /* code; NULL accepted */
    uint8_t person;      /* FO_NONE: nobody */
    uint32_t uid;
    uint32_t incident;   /* 0 none */
    const char *text;    /* the operation of an order that needs two persons; NULL none */
    const char *channel; /* the answer came by it, and uid means nothing; NULL */
    uint8_t second;      /* who approved it; FO_NONE or the same as person: nobody */
};

/* Each returns a NUL-terminated body the caller frees; NULL when out of memory. */
char *md_record_body(const struct site *site, const struct md_incident_book *book,
                     const struct fo_record *record, fo_wall_ms wall_ms);
char *md_command_body(const struct site *site, const struct md_incident_book *book,
                      const struct fo_command *command, fo_wall_ms wall_ms);
char *md_result_body(const struct fo_result *result);
char *md_order_body(const struct site *site, const struct md_incident_book *book,
                    const struct md_order_note *note, fo_wall_ms wall_ms);
/* {"reason":NAME,"detail":text}: start, stop and alarm rows. */
char *md_note_body(const char *reason, const char *detail);

#endif
