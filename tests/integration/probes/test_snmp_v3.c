/* SPDX-License-Identifier: Apache-2.0 */
/* SNMPv3 against Debian's snmpd: protocols, refusals, restarts, another engine, lost boots, and two
 * cards with one engineID. */
#include "failover/reason.h"
#include "probes/snmp_device.h"
#include "tests/integration/probes/loop_room.h"
#include "tests/integration/probes/snmp_daemon.h"
#include "tests/lib/profiles.h"

#define USERS                                                                         \
    "createUser alice SHA-256 \"password-a\" AES \"password-p\"\nrouser alice priv\n" \
    "createUser bob SHA-512 \"password-a\" AES \"password-p\"\nrouser bob priv\n"     \
    "createUser carol MD5 \"password-a\" DES \"password-p\"\nrouser carol priv\n"     \
    "createUser dave SHA-224 \"password-a\"\nrouser dave auth\n"                      \
    "createUser erin SHA-384 \"password-a\" AES \"password-p\"\nrouser erin priv\n"   \
    "createUser frank SHA \"password-a\" AES \"password-p\"\nrouser frank priv\n"

struct card {
    struct snmp_daemon daemon;
    char auth_file[128], priv_file[128];
    struct cfg_device config;
    struct pb_snmp_device *device;
    struct fo_reading reading;
    bool read;
};
static struct room room;

static void on_reading(void *context, const struct fo_reading *reading)
{
    struct card *card = context;
    card->reading = *reading;
    card->read = true;
}

static void card_write_password(struct card *card, const char *password)
{
    char line[64];
    snprintf(line, sizeof line, "%s\n", password);
    daemon_write(&card->daemon, "auth", line);
}

static void card_open(struct card *card, const char *engine)
{
    if (access(SNMPD, X_OK) != 0) {
        cr_skip_test("there is no snmpd here");
    }
    memset(card, 0, sizeof *card);
    daemon_start(&card->daemon, USERS, engine);
    snprintf(card->auth_file, sizeof card->auth_file, "%s/auth", card->daemon.folder);
    snprintf(card->priv_file, sizeof card->priv_file, "%s/priv", card->daemon.folder);
    card_write_password(card, "password-a");
    daemon_write(&card->daemon, "priv", "password-p\n");
    card->config = (struct cfg_device){.name = "ups-a",
                                       .kind = FO_DEVICE_UPS,
                                       .driver = CFG_DRIVER_SNMP,
                                       .address = room_address("127.0.0.1", card->daemon.port),
                                       .profiles = test_profiles(),
                                       .chosen = test_profile("rfc1628"),
                                       .interval_us = FO_SECOND,
                                       .timeout_us = FO_SECOND,
                                       .snmp = {.version = CFG_SNMP_V3,
                                                .user = "alice",
                                                .auth = CFG_AUTH_SHA256,
                                                .priv = CFG_PRIV_AES,
                                                .auth_password_file = card->auth_file,
                                                .priv_password_file = card->priv_file}};
    card->device = pb_snmp_device_open(&room.loop, &card->config, on_reading, card);
    cr_assert_not_null(card->device);
}

static void card_begin(struct card *card)
{
    card->read = false;
    pb_snmp_device_poll(card->device);
}

static void card_end(struct card *card)
{
    cr_assert(room_wait(&room, room_is_true, &card->read, 20000), "no reading came");
}

static enum fo_quality card_poll(struct card *card)
{
    card_begin(card);
    card_end(card);
    return (enum fo_quality)card->reading.quality;
}

/* Polls until the daemon has come up, at most 40 times. */
static void card_await(struct card *card)
{
    unsigned tries = 0;
    while (card_poll(card) != FO_GOOD) {
        cr_assert_lt(++tries, 40, "it never answered: %s", fo_reason_name(card->reading.reason));
        room_turn(&room, 50);
    }
}

static void card_close(struct card *card)
{
    bool closed = false;
    pb_snmp_device_close(card->device, room_set_flag, &closed);
    cr_assert(room_wait(&room, room_is_true, &closed, 2000));
    daemon_remove(&card->daemon);
}

static void card_user(struct card *card, const char *user, uint8_t auth, uint8_t priv)
{
    bool closed = false;
    pb_snmp_device_close(card->device, room_set_flag, &closed);
    cr_assert(room_wait(&room, room_is_true, &closed, 2000));
    card->config.snmp.user = user;
    card->config.snmp.auth = auth;
    card->config.snmp.priv = priv;
    card->device = pb_snmp_device_open(&room.loop, &card->config, on_reading, card);
}

static int64_t charge_of(const struct card *card)
{
    for (unsigned i = 0; i < card->reading.count; i++) {
        if (card->reading.values[i].variable == FO_VAR_BATTERY_CHARGE) {
            return card->reading.values[i].milli;
        }
    }
    return -1;
}

static void open_room(void)
{
    (void)test_profiles(); /* reading the files is not the loop's work */
    room_open(&room);
}

TestSuite(snmp_v3, .init = open_room);

Test(snmp_v3, each_pair_of_protocols_is_spoken)
{
    static const struct {
        const char *user;
        uint8_t auth, priv;
    } users[] = {{"alice", CFG_AUTH_SHA256, CFG_PRIV_AES}, {"bob", CFG_AUTH_SHA512, CFG_PRIV_AES},
                 {"carol", CFG_AUTH_MD5, CFG_PRIV_DES},    {"dave", CFG_AUTH_SHA224, CFG_PRIV_NONE},
                 {"erin", CFG_AUTH_SHA384, CFG_PRIV_AES},  {"frank", CFG_AUTH_SHA, CFG_PRIV_AES}};
    struct card card;
    card_open(&card, NULL);
    card_await(&card);
    for (unsigned i = 0; i < sizeof users / sizeof users[0]; i++) {
        card_user(&card, users[i].user, users[i].auth, users[i].priv);
        cr_assert_eq(card_poll(&card), FO_GOOD, "%s: %s", users[i].user,
                     fo_reason_name(card.reading.reason));
        cr_assert_eq(charge_of(&card), 98000);
    }
    card_close(&card);
    room_close(&room);
}

Test(snmp_v3, a_wrong_password_or_user_is_said_and_a_mended_one_needs_no_restart)
{
    struct card card;
    card_open(&card, NULL);
    card_await(&card);
    card_write_password(&card, "password-x");
    card_user(&card, "alice", CFG_AUTH_SHA256, CFG_PRIV_AES);
    cr_assert_eq(card_poll(&card), FO_ABSENT);
    cr_assert_eq(card.reading.reason, FO_REASON_ACCESS_DENIED);
    card_write_password(&card, "password-a");
    cr_assert_eq(card_poll(&card), FO_GOOD);
    card_user(&card, "mallory", CFG_AUTH_SHA256, CFG_PRIV_AES);
    cr_assert_eq(card_poll(&card), FO_ABSENT);
    cr_assert_eq(card.reading.reason, FO_REASON_ACCESS_DENIED);
    unlink(card.auth_file);
    card_user(&card, "alice", CFG_AUTH_SHA256, CFG_PRIV_AES);
    cr_assert_eq(card_poll(&card), FO_ABSENT);
    cr_assert_eq(card.reading.reason, FO_REASON_SECRET_UNREADABLE);
    card_close(&card);
    room_close(&room);
}

Test(snmp_v3, a_card_that_restarts_in_mid_outage_is_believed_at_once)
{
    struct card card;
    card_open(&card, "one-card");
    card_await(&card);
    for (unsigned i = 0; i < 3; i++) { /* one more boot each time, its time again from 0 */
        daemon_stop(&card.daemon);
        daemon_launch(&card.daemon);
        card_await(&card);
        cr_assert_eq(card_poll(&card), FO_GOOD);
        cr_assert_eq(charge_of(&card), 98000);
    }
    card_close(&card);
    room_close(&room);
}

Test(snmp_v3, another_engine_at_the_same_address_is_found_within_the_poll)
{
    struct card card;
    card_open(&card, "first-engine");
    card_await(&card);
    daemon_stop(&card.daemon);
    daemon_lose_memory(&card.daemon);
    daemon_configure(&card.daemon, USERS, "second-engine");
    daemon_launch(&card.daemon);
    card_await(&card);
    cr_assert_eq(charge_of(&card), 98000);
    card_close(&card);
    room_close(&room);
}

Test(snmp_v3, a_card_that_has_forgotten_its_boots_costs_one_poll)
{
    struct card card;
    unsigned lost = 0;
    card_open(&card, "forgetful");
    card_await(&card);
    for (unsigned i = 0; i < 2; i++) { /* it counts three boots … */
        daemon_stop(&card.daemon);
        daemon_launch(&card.daemon);
        card_await(&card);
    }
    daemon_stop(&card.daemon);
    daemon_lose_memory(&card.daemon); /* … and starts over at one */
    daemon_launch(&card.daemon);
    room_turn(&room, 1500);
    while (card_poll(&card) != FO_GOOD) {
        cr_assert_lt(++lost, 6, "%s", fo_reason_name(card.reading.reason));
    }
    cr_assert_eq(card_poll(&card), FO_GOOD);
    card_close(&card);
    room_close(&room);
}

Test(snmp_v3, two_cards_with_one_engine_id_do_not_disturb_each_other)
{
    struct card a, b;
    card_open(&a, "cloned-image");
    card_await(&a);
    daemon_stop(&a.daemon); /* so that the two count different boots */
    daemon_launch(&a.daemon);
    card_await(&a);
    card_open(&b, "cloned-image");
    daemon_stop(&b.daemon);
    daemon_lose_memory(&b.daemon);
    daemon_configure(&b.daemon,
                     "createUser alice SHA-256 \"password-b\" AES \"password-q\"\n"
                     "rouser alice priv\n",
                     "cloned-image");
    daemon_launch(&b.daemon);
    card_write_password(&b, "password-b");
    daemon_write(&b.daemon, "priv", "password-q\n");
    card_await(&b);
    for (unsigned i = 0; i < 20; i++) {
        card_begin(&a);
        card_begin(&b); /* both have a question in flight */
        card_end(&a);
        card_end(&b);
        cr_assert_eq(a.reading.quality, FO_GOOD, "%s", fo_reason_name(a.reading.reason));
        cr_assert_eq(b.reading.quality, FO_GOOD, "%s", fo_reason_name(b.reading.reason));
    }
    card_close(&a);
    card_close(&b);
    room_close(&room);
}

Test(snmp_v3, a_silent_card_is_no_answer_and_holds_nobody)
{
    struct card card;
    card_open(&card, NULL);
    card_await(&card);
    daemon_stop(&card.daemon);
    int fd = socket(AF_INET, SOCK_DGRAM, 0); /* takes everything and never answers */
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr = {htonl(INADDR_LOOPBACK)},
                                  .sin_port = htons((uint16_t)card.daemon.port)};
    cr_assert_eq(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    room_turn(&room, 5);
    room.longest_ns = 0;               /* the test itself has waited for snmpd to end */
    for (unsigned i = 0; i < 2; i++) { /* with the engine known, and then not */
        cr_assert_eq(card_poll(&card), FO_ABSENT);
        cr_assert_eq(card.reading.reason, FO_REASON_NO_ANSWER);
    }
    close(fd);
    room_expect_never_blocked(&room);
    daemon_launch(&card.daemon);
    card_await(&card);
    card_close(&card);
    room_close(&room);
}
