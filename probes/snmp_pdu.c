/* SPDX-License-Identifier: Apache-2.0 */
/* Copies what net-snmp has parsed into plain structs, value by value. It allocates nothing and
 * keeps nothing of the library's. */
#include "probes/snmp_pdu.h"

#include <arpa/inet.h>
#include <string.h>

static bool copy_oid(const oid *arcs, size_t length, struct cfg_oid *copy)
{
    memset(copy, 0, sizeof *copy);
    if (length > CFG_OID_MAX) {
        return false;
    }
    copy->length = (uint8_t)length;
    for (size_t i = 0; i < length; i++) {
        copy->arcs[i] = (uint32_t)arcs[i];
    }
    return true;
}

/* A float in thousandths; false when it is none or far outside of what is measured. */
static bool copy_float(double number, struct pb_snmp_varbind *to)
{
    if (!(number > -1e12 && number < 1e12)) {
        return false;
    }
    to->type = PB_SNMP_FRACTION;
    to->integer = (int64_t)(number * 1000.0 + (number < 0 ? -0.5 : 0.5));
    return true;
}

static void copy_text(const netsnmp_variable_list *from, struct pb_snmp_varbind *to)
{
    size_t length = from->val_len < PB_SNMP_TEXT_MAX ? from->val_len : PB_SNMP_TEXT_MAX;
    to->type = PB_SNMP_TEXT;
    memcpy(to->text, from->val.string, length);
    to->text[length] = '\0';
    to->length = from->val_len < UINT32_MAX ? (uint32_t)from->val_len : UINT32_MAX;
}

static void copy_value(const netsnmp_variable_list *from, struct pb_snmp_varbind *to)
{
    to->type = PB_SNMP_OTHER;
    switch (from->type) {
        case ASN_INTEGER:
            to->type = PB_SNMP_INTEGER;
            to->integer = *from->val.integer;
            break;
        case ASN_GAUGE: /* the same number as ASN_UNSIGNED */
        case ASN_COUNTER:
        case ASN_TIMETICKS:
            to->type = PB_SNMP_INTEGER;
            to->integer = (int64_t)((unsigned long)*from->val.integer & UINT32_MAX);
            break;
        case ASN_COUNTER64:
            if (from->val.counter64->high <= INT32_MAX) {
                to->type = PB_SNMP_INTEGER;
                to->integer =
                    (int64_t)from->val.counter64->high << 32 | (int64_t)from->val.counter64->low;
            }
            break;
        case ASN_OBJECT_ID:
            if (copy_oid(from->val.objid, from->val_len / sizeof(oid), &to->value)) {
                to->type = PB_SNMP_OID;
            }
            break;
        case ASN_OCTET_STR:
            copy_text(from, to);
            break;
        case ASN_IPADDRESS:
            if (from->val_len == sizeof(struct in_addr)) {
                struct in_addr address;
                memcpy(&address, from->val.string, sizeof address);
                to->type = PB_SNMP_ADDRESS;
                to->integer = (int64_t)ntohl(address.s_addr);
            }
            break;
#ifdef NETSNMP_WITH_OPAQUE_SPECIAL_TYPES
        case ASN_OPAQUE_FLOAT:
            (void)copy_float((double)*from->val.floatVal, to);
            break;
        case ASN_OPAQUE_DOUBLE:
            (void)copy_float(*from->val.doubleVal, to);
            break;
#endif
        case SNMP_NOSUCHOBJECT:
        case SNMP_NOSUCHINSTANCE:
        case SNMP_ENDOFMIBVIEW:
        case ASN_NULL:
            to->type = PB_SNMP_MISSING;
            break;
        default:
            break;
    }
}

void pb_snmp_pdu_read(const netsnmp_pdu *pdu, struct pb_snmp_answer *answer)
{
    memset(answer, 0, sizeof *answer);
    answer->error_status = (int)pdu->errstat;
    answer->error_index = (int)pdu->errindex;
    for (const netsnmp_variable_list *v = pdu->variables; v != NULL; v = v->next_variable) {
        if (answer->count == PB_SNMP_BATCH) {
            break;
        }
        struct pb_snmp_varbind *varbind = &answer->varbinds[answer->count++];
        if (copy_oid(v->name, v->name_length, &varbind->oid)) {
            copy_value(v, varbind);
        } else {
            varbind->type = PB_SNMP_OTHER;
        }
    }
}

static size_t give_oid(const struct cfg_oid *from, oid arcs[CFG_OID_MAX])
{
    for (unsigned i = 0; i < from->length; i++) {
        arcs[i] = from->arcs[i];
    }
    return from->length;
}

netsnmp_pdu *pb_snmp_pdu_make(const struct pb_snmp_request *request)
{
    oid arcs[CFG_OID_MAX];
    netsnmp_pdu *pdu = snmp_pdu_create(request->next ? SNMP_MSG_GETNEXT : SNMP_MSG_GET);

    for (unsigned i = 0; pdu != NULL && i < request->count; i++) {
        size_t length = give_oid(&request->oids[i], arcs);
        snmp_add_null_var(pdu, arcs, length);
    }
    return pdu;
}

/* RFC 3416, 4.2.6: first how long we have been up, then what kind of notification it is. */
netsnmp_pdu *pb_snmp_pdu_inform(const struct pb_snmp_notice *notice)
{
    static const oid uptime[] = {1, 3, 6, 1, 2, 1, 1, 3, 0};
    static const oid trap[] = {1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0};
    oid arcs[CFG_OID_MAX];
    netsnmp_pdu *pdu = snmp_pdu_create(SNMP_MSG_INFORM);
    u_long ticks = notice->uptime_cs;
    bool whole = pdu != NULL;

    size_t length = give_oid(&notice->trap, arcs);
    whole = whole &&
            snmp_pdu_add_variable(pdu, uptime, OID_LENGTH(uptime), ASN_TIMETICKS, &ticks,
                                  sizeof ticks) != NULL &&
            snmp_pdu_add_variable(pdu, trap, OID_LENGTH(trap), ASN_OBJECT_ID, arcs,
                                  length * sizeof(oid)) != NULL;
    for (unsigned i = 0; whole && i < notice->count; i++) {
        const struct pb_snmp_fact *fact = &notice->facts[i];
        long number = fact->integer;

        length = give_oid(&fact->oid, arcs);
        whole = fact->text != NULL ? snmp_pdu_add_variable(pdu, arcs, length, ASN_OCTET_STR,
                                                           fact->text, strlen(fact->text)) != NULL
                                   : snmp_pdu_add_variable(pdu, arcs, length, ASN_INTEGER, &number,
                                                           sizeof number) != NULL;
    }
    if (!whole) {
        snmp_free_pdu(pdu);
        return NULL;
    }
    return pdu;
}

static bool add_value(netsnmp_pdu *pdu, const struct cfg_snmp_value *value)
{
    oid arcs[CFG_OID_MAX];
    size_t length = give_oid(&value->oid, arcs);
    long number = (long)value->integer;
    struct in_addr address = {htonl((uint32_t)value->integer)};

    switch ((enum cfg_snmp_type)value->type) {
        case CFG_SNMP_TEXT:
            return snmp_pdu_add_variable(pdu, arcs, length, ASN_OCTET_STR, value->text,
                                         strlen(value->text)) != NULL;
        case CFG_SNMP_IP_ADDRESS:
            return snmp_pdu_add_variable(pdu, arcs, length, ASN_IPADDRESS, &address,
                                         sizeof address) != NULL;
        default:
            return snmp_pdu_add_variable(
                       pdu, arcs, length,
                       value->type == CFG_SNMP_UNSIGNED ? ASN_UNSIGNED : ASN_INTEGER, &number,
                       sizeof number) != NULL;
    }
}

netsnmp_pdu *pb_snmp_pdu_set(const struct cfg_snmp_value *values, unsigned count)
{
    netsnmp_pdu *pdu = snmp_pdu_create(SNMP_MSG_SET);
    bool whole = pdu != NULL;

    for (unsigned i = 0; whole && i < count; i++) {
        whole = add_value(pdu, &values[i]);
    }
    if (!whole) {
        snmp_free_pdu(pdu);
        return NULL;
    }
    return pdu;
}
