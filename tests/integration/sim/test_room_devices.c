/* SPDX-License-Identifier: Apache-2.0 */
/* The real monitorsim with devices on loopback, asked by other people's clients: net-snmp and
 * libmodbus. */
#include <net-snmp/net-snmp-config.h>

#include <net-snmp/net-snmp-includes.h>

#include "tests/integration/sim/room_process.h"

#include <errno.h>
#include <modbus/modbus.h>

static const char room_text[] =
    "generators = ( { name = \"gen-1\"; address = \"127.0.0.1:0\"; start_delay = \"100ms\";\n"
    "  crank = \"200ms\"; crank_limit = \"300ms\"; crank_rest = \"100ms\"; warm = \"300ms\";\n"
    "  cool = \"500ms\"; } );\n"
    "transfer_switches = ( { name = \"ats-1\"; address = \"127.0.0.1:0\"; unit = 9;\n"
    "  generator = \"gen-1\"; start = \"200ms\"; transfer = \"300ms\"; return = \"500ms\"; } );\n"
    "ups = ( { name = \"ups-a\"; address = \"127.0.0.1:0\"; feed = \"ats-1\"; return = \"200ms\"; "
    "},\n"
    "        { name = \"ups-b\"; address = \"127.0.0.1:0\"; community = \"secret\"; } );\n";

static struct room_process room;

static void begin(void)
{
    room_start(&room, room_text);
}

static void end(void)
{
    room_end(&room);
}

TestSuite(room_devices, .init = begin, .fini = end, .timeout = 60);

/* One value by SNMP: LONG_MIN when there was no answer, LONG_MAX when there is no such object. */
static long snmp_number(const char *device, const char *community, const char *text)
{
    netsnmp_session session, *open;
    netsnmp_pdu *request, *reply = NULL;
    oid name[MAX_OID_LEN];
    size_t length = MAX_OID_LEN;
    char peer[64];
    setenv("MIBS", "", 1);
    snmp_sess_init(&session);
    snprintf(peer, sizeof(peer), "%s", room_address(&room, device));
    session.peername = peer;
    session.version = SNMP_VERSION_2c;
    session.community = (u_char *)(uintptr_t)community;
    session.community_len = strlen(community);
    session.timeout = 700000;
    session.retries = 0;
    open = snmp_open(&session);
    cr_assert_not_null(open);
    request = snmp_pdu_create(SNMP_MSG_GET);
    cr_assert_not_null(snmp_parse_oid(text, name, &length));
    snmp_add_null_var(request, name, length);
    long value = LONG_MIN;
    if (snmp_synch_response(open, request, &reply) == STAT_SUCCESS &&
        reply->errstat == SNMP_ERR_NOERROR) {
        value =
            reply->variables->type == SNMP_NOSUCHOBJECT ? LONG_MAX : *reply->variables->val.integer;
    }
    if (reply != NULL) {
        snmp_free_pdu(reply);
    }
    snmp_close(open);
    return value;
}
#define UPS ".1.3.6.1.2.1.33.1."

/* One register by Modbus; -errno when it could not be read. */
static int modbus_word(const char *device, int unit, int number)
{
    char host[32];
    uint16_t value;
    snprintf(host, sizeof(host), "%s", room_address(&room, device));
    char *port = strchr(host, ':');
    *port++ = '\0';
    modbus_t *client = modbus_new_tcp(host, atoi(port));
    modbus_set_slave(client, unit);
    modbus_set_response_timeout(client, 0, 700000);
    modbus_set_byte_timeout(client, 0, 300000);
    cr_assert_eq(modbus_connect(client), 0);
    int result = modbus_read_registers(client, number, 1, &value) == 1 ? value : -errno;
    modbus_close(client);
    modbus_free(client);
    return result;
}

Test(room_devices, a_mains_failure_shows_on_every_device_and_passes)
{
    cr_assert_eq(snmp_number("ups-a", "public", UPS "4.1.0"), 3);
    cr_assert_eq(modbus_word("gen-1", 1, 1408), 0);
    cr_assert_eq(modbus_word("ats-1", 9, 0), 1);
    cr_assert(room_fault(&room, "mains state=lost"));
    WAIT_UNTIL(5000, snmp_number("ups-a", "public", UPS "4.1.0") == 5);
    cr_assert_gt(snmp_number("ups-a", "public", UPS "2.2.0"), 0);
    cr_assert_geq(snmp_number("ups-a", "public", UPS "6.1.0"), 2);
    WAIT_UNTIL(10000, modbus_word("ats-1", 9, 0) == 2);
    cr_assert_eq(modbus_word("ats-1", 9, 1), 0);
    cr_assert_eq(modbus_word("gen-1", 1, 1408), 3);
    WAIT_UNTIL(5000, snmp_number("ups-a", "public", UPS "4.1.0") == 3);
    cr_assert_eq(snmp_number("ups-b", "secret", UPS "4.1.0"), 5, "ups-b hangs on the mains alone");
    cr_assert(room_fault(&room, "mains state=ok"));
    WAIT_UNTIL(10000, modbus_word("ats-1", 9, 0) == 1);
    WAIT_UNTIL(5000, modbus_word("gen-1", 1, 1408) == 0);
    WAIT_UNTIL(5000, snmp_number("ups-b", "secret", UPS "4.1.0") == 3);
}

Test(room_devices, a_generator_that_refuses_says_fail_to_start)
{
    cr_assert(room_fault(&room, "gen-1 start=refuse"));
    cr_assert(room_fault(&room, "mains state=lost"));
    WAIT_UNTIL(10000, modbus_word("gen-1", 1, 2050) == 0x1131);
    cr_assert(room_says(&room, "devices", "gen-1", "status", "fault"));
}

Test(room_devices, a_wrong_community_a_wrong_unit_and_a_missing_object_are_told_apart)
{
    cr_assert_eq(snmp_number("ups-b", "public", UPS "2.4.0"), LONG_MIN);
    cr_assert_eq(snmp_number("ups-b", "secret", UPS "2.4.0"), 100);
    cr_assert_eq(snmp_number("ups-b", "secret", UPS "2.44.0"), LONG_MAX);
    cr_assert_eq(modbus_word("ats-1", 1, 0), -ETIMEDOUT);
    cr_assert_eq(modbus_word("ats-1", 9, 77), -EMBXILADD);
}

Test(room_devices, misbehave_on_snmp_as_ordered)
{
    static const char *const ways[] = {"silent", "half", "drip", "garbage", "wrong-id"};
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        char fault[64];
        snprintf(fault, sizeof(fault), "ups-a comms=%s", ways[i]);
        cr_assert(room_fault(&room, fault));
        cr_assert_eq(snmp_number("ups-a", "public", UPS "2.4.0"), LONG_MIN, "%s", ways[i]);
    }
    cr_assert(room_fault(&room, "ups-a comms=ok"));
    cr_assert_eq(snmp_number("ups-a", "public", UPS "2.4.0"), 100);
}

Test(room_devices, misbehave_on_modbus_as_ordered)
{
    static const char *const ways[] = {"silent", "half", "garbage"};
    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        char fault[64];
        snprintf(fault, sizeof(fault), "gen-1 comms=%s", ways[i]);
        cr_assert(room_fault(&room, fault));
        cr_assert_lt(modbus_word("gen-1", 1, 1029), 0, "%s", ways[i]);
    }
    cr_assert(room_fault(&room, "gen-1 comms=drip"));
    int64_t began_ms = test_now_ms();
    cr_assert_eq(modbus_word("gen-1", 1, 1029), 264, "libmodbus waits for every byte");
    cr_assert_gt(test_now_ms() - began_ms, 1000);
    cr_assert(room_fault(&room, "gen-1 comms=ok"));
    cr_assert_eq(modbus_word("gen-1", 1, 1029), 264);
}

Test(room_devices, frozen_values_stand_still_while_the_card_goes_on)
{
    cr_assert(room_fault(&room, "ups-b comms=frozen"));
    cr_assert(room_fault(&room, "gen-1 comms=frozen"));
    long up_time = snmp_number("ups-b", "secret", ".1.3.6.1.2.1.1.3.0");
    cr_assert(room_fault(&room, "mains state=lost"));
    WAIT_UNTIL(10000, room_says(&room, "devices", "gen-1", "status", "running"));
    cr_assert_eq(modbus_word("gen-1", 1, 1408), 0);
    cr_assert_eq(snmp_number("ups-b", "secret", UPS "4.1.0"), 3);
    cr_assert_gt(snmp_number("ups-b", "secret", ".1.3.6.1.2.1.1.3.0"), up_time);
    cr_assert(room_fault(&room, "ups-b comms=ok"));
    WAIT_UNTIL(3000, snmp_number("ups-b", "secret", UPS "4.1.0") == 5);
}

Test(room_devices, a_card_that_has_lost_its_ups_says_so_over_old_values)
{
    cr_assert(room_fault(&room, "ups-b card=lost"));
    cr_assert(room_fault(&room, "mains state=lost"));
    WAIT_UNTIL(3000, snmp_number("ups-b", "secret", UPS "6.2.1.1.20") == 20);
    cr_assert_eq(snmp_number("ups-b", "secret", UPS "4.1.0"), 3);
}

Test(room_devices, a_wrong_order_changes_nothing_and_says_what_would_be_right)
{
    cr_assert_not(room_fault(&room, "moon state=full"));
    cr_assert_not(room_fault(&room, "mains phase=new"));
    cr_assert_not(room_fault(&room, "mains state=upside-down"));
    cr_assert_not(room_fault(&room, "ups-a charge=50% colour=red"), "all or nothing");
    cr_assert_eq(snmp_number("ups-a", "public", UPS "2.4.0"), 100);
    json_t *state = room_state(&room);
    cr_assert_eq(json_array_size(json_object_get(state, "injected")), 0);
    json_decref(state);
    cr_assert(room_fault(&room, "ups-a charge=50% load=700W"));
    WAIT_UNTIL(3000, snmp_number("ups-a", "public", UPS "2.4.0") <= 51);
    cr_assert_eq(snmp_number("ups-a", "public", UPS "4.4.1.5.1"), 70);
}

Test(room_devices, what_is_injected_is_listed_until_it_is_taken_back)
{
    cr_assert(room_fault(&room, "gen-1 mode=manual"));
    cr_assert(room_fault(&room, "gen-1 mode=off"));
    cr_assert(room_fault(&room, "ups-a comms=half"));
    json_t *state = room_state(&room);
    json_t *injected = json_object_get(state, "injected");
    cr_assert_eq(json_array_size(injected), 2);
    cr_assert_str_eq(json_string_value(json_object_get(json_array_get(injected, 0), "value")),
                     "off");
    json_decref(state);
    cr_assert(room_fault(&room, "gen-1 mode=auto"));
    cr_assert(room_fault(&room, "ups-a comms=ok"));
    state = room_state(&room);
    cr_assert_eq(json_array_size(json_object_get(state, "injected")), 0);
    json_decref(state);
}

Test(room_devices, a_second_room_on_the_same_socket_is_refused)
{
    char file[96];
    snprintf(file, sizeof(file), "%s/room.conf", room.directory);
    pid_t pid = fork();
    if (pid == 0) {
        execl(MONITORSIM, MONITORSIM, "room", file, (char *)NULL);
        _exit(127);
    }
    int status;
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 1);
    cr_assert_eq(snmp_number("ups-a", "public", UPS "2.4.0"), 100, "the first one lives on");
}
