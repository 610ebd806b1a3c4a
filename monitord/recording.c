/* SPDX-License-Identifier: Apache-2.0 */
/* Items of a recording to bytes and back (see recording.h). It owns the form and nothing else: the
 * recorder decides what is written when, the replay what it means. */
#include "monitord/recording.h"

#include "failover/codec.h"
#include "monitord/recording_pack.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ITEM_HEAD 9 /* length, sum, type */
#define FLAG_FAILED 1
#define FLAG_OUTPUT 2
#define FLAG_STATE 4
#define FLAGS 7

/* ---- writing -------------------------------------------------------------------------------- */

static uint32_t sum_of(const uint8_t *typed, size_t size)
{
    return (uint32_t)fo_codec_sum(typed, size);
}

static struct fo_codec begin(uint8_t *out)
{
    return (struct fo_codec){
        .mode = FO_CODEC_WRITE, .out = out, .length = MD_RECORDING_ITEM_MAX, .at = ITEM_HEAD};
}

static size_t finish(struct fo_codec *codec, char type)
{
    size_t size = codec->at - ITEM_HEAD;
    uint32_t length = (uint32_t)size;

    codec->out[ITEM_HEAD - 1] = (uint8_t)type;
    uint32_t sum = sum_of(codec->out + ITEM_HEAD - 1, size + 1);
    codec->at = 0;
    FO_FIELD(codec, length);
    FO_FIELD(codec, sum);
    return ITEM_HEAD + size;
}

static void put_text(struct fo_codec *codec, const char *text)
{
    size_t size = text == NULL ? 0 : strlen(text);
    uint8_t length = size > UINT8_MAX ? UINT8_MAX : (uint8_t)size;

    FO_FIELD(codec, length);
    assert(codec->length - codec->at >= length);
    if (length > 0) {
        memcpy(codec->out + codec->at, text, length);
    }
    codec->at += length;
}

static void put_packed(struct fo_codec *codec, const uint8_t *bytes, size_t length)
{
    assert(codec->length - codec->at >= MD_PACKED_MAX(length));
    codec->at += md_pack(bytes, length, codec->out + codec->at);
}

static void walk_head(struct fo_codec *codec, struct md_recording_head *head)
{
    FO_FIELD(codec, head->version);
    FO_FIELD(codec, head->number);
    FO_FIELD(codec, head->boot);
    FO_FIELD(codec, head->now_us);
    FO_FIELD(codec, head->wall_ms);
    FO_FIELD(codec, head->lost);
}

size_t md_recording_put_head(uint8_t *out, const struct md_recording_head *head)
{
    struct fo_codec codec = begin(out);
    struct md_recording_head copy = *head;

    walk_head(&codec, &copy);
    put_text(&codec, copy.program);
    return finish(&codec, 'H');
}

size_t md_recording_put_site(uint8_t *out, const struct site *site)
{
    static const uint8_t servers = FO_SERVERS;
    struct fo_codec codec = begin(out);
    uint8_t language = site->language, server_count = servers;
    struct site *counted = (struct site *)(uintptr_t)site; /* writing reads the counts */
    uint8_t policy[FO_POLICY_BYTES_MAX];

    FO_FIELD(&codec, language);
    put_text(&codec, site->timezone);
#define PUT_NAMES(count, list)                    \
    do {                                          \
        FO_FIELD(&codec, count);                  \
        for (unsigned i = 0; i < (count); i++) {  \
            put_text(&codec, site->list[i].name); \
        }                                         \
    } while (0)
    PUT_NAMES(counted->device_count, devices);
    PUT_NAMES(server_count, servers);
    PUT_NAMES(counted->line_count, lines);
    PUT_NAMES(counted->service_count, services);
    PUT_NAMES(counted->channel_count, channels);
    PUT_NAMES(counted->net_count, nets);
#undef PUT_NAMES
    FO_FIELD(&codec, counted->person_count);
    put_packed(&codec, policy, fo_policy_encode(&site->policy, policy));
    return finish(&codec, 'S');
}

size_t md_recording_put_image(uint8_t *out, const struct fo_engine *engine)
{
    static uint8_t image[FO_IMAGE_MAX]; /* too large for a stack; one thread writes */
    struct fo_codec codec = begin(out);

    put_packed(&codec, image, fo_image_encode(engine, image));
    return finish(&codec, 'I');
}

size_t md_recording_put_anew(uint8_t *out)
{
    struct fo_codec codec = begin(out);

    return finish(&codec, 'A');
}

/* Events of one source are alike: a slot each, as far as there are slots. */
static uint8_t slot_of(const struct fo_event *event)
{
    unsigned about = 0;

    switch (event->kind) {
        case FO_EVENT_READING:
            about = event->reading.device;
            break;
        case FO_EVENT_PROBE:
            about = event->probe.kind + event->probe.index * 5U + event->probe.target * 11U;
            break;
        case FO_EVENT_DATAGRAM:
            about = event->datagram.net * 8U + event->datagram.datagram.beat.sender * 2U +
                    event->datagram.datagram.kind;
            break;
        default:
            break;
    }
    return (uint8_t)((event->kind * 29U + about) % MD_RECORDING_SLOTS);
}

/* Makes the difference to the slot's last event and remembers the new one. */
static void differ(struct md_recording_memory *memory, uint8_t slot, uint8_t *bytes, size_t length)
{
    uint8_t *last = memory->bytes[slot];

    for (size_t i = 0; i < length; i++) {
        uint8_t byte = bytes[i];

        bytes[i] ^= i < memory->length[slot] ? last[i] : 0;
        last[i] = byte;
    }
    memory->length[slot] = (uint16_t)length;
}

size_t md_recording_put_step(uint8_t *out, struct md_recording_memory *memory,
                             const struct md_recorded_step *step)
{
    struct fo_codec codec = begin(out);
    uint8_t bytes[FO_EVENT_BYTES_MAX];
    size_t length = fo_event_encode(&step->event, bytes);
    uint8_t slot = slot_of(&step->event);
    uint8_t flags =
        (uint8_t)((step->failed ? FLAG_FAILED : 0) | (step->has_output ? FLAG_OUTPUT : 0) |
                  (step->has_state ? FLAG_STATE : 0));
    struct md_recorded_step copy = {.output = step->output, .state = step->state};

    if (length == 0) {
        return 0;
    }
    FO_FIELD(&codec, flags);
    FO_FIELD(&codec, slot);
    if (step->has_output) {
        FO_FIELD(&codec, copy.output);
    }
    if (step->has_state) {
        FO_FIELD(&codec, copy.state);
    }
    differ(memory, slot, bytes, length);
    put_packed(&codec, bytes, length);
    return finish(&codec, 'E');
}

/* ---- reading -------------------------------------------------------------------------------- */

static size_t next_mark(const uint8_t *bytes, size_t length, size_t from)
{
    const uint8_t *found = from < length ? memmem(bytes + from, length - from, MD_RECORDING_MAGIC,
                                                  MD_RECORDING_MAGIC_SIZE)
                                         : NULL;

    return found == NULL ? length : (size_t)(found - bytes);
}

static enum md_recording_item torn(const uint8_t *bytes, size_t length, size_t *at)
{
    *at = next_mark(bytes, length, *at + 1);
    return MD_RECORDING_TORN;
}

enum md_recording_item md_recording_next(const uint8_t *bytes, size_t length, size_t *at,
                                         const uint8_t **payload, size_t *size)
{
    static const char types[] = "HSIEA";
    struct fo_codec codec = {.mode = FO_CODEC_READ, .in = bytes, .length = length, .at = *at};
    uint32_t count = 0, sum = 0;
    uint8_t type = 0;

    if (*at >= length) {
        return MD_RECORDING_END;
    }
    if (length - *at >= MD_RECORDING_MAGIC_SIZE &&
        memcmp(bytes + *at, MD_RECORDING_MAGIC, MD_RECORDING_MAGIC_SIZE) == 0) {
        *at += MD_RECORDING_MAGIC_SIZE;
        return MD_RECORDING_BEGIN;
    }
    FO_FIELD(&codec, count);
    FO_FIELD(&codec, sum);
    FO_FIELD(&codec, type);
    if (codec.bad || count > MD_RECORDING_ITEM_MAX || length - codec.at < count ||
        sum_of(bytes + codec.at - 1, (size_t)count + 1) != sum) {
        return torn(bytes, length, at);
    }
    const char *known = type == 0 ? NULL : strchr(types, type);
    if (known == NULL) {
        return torn(bytes, length, at);
    }
    *payload = bytes + codec.at;
    *size = count;
    *at = codec.at + count;
    return MD_RECORDING_HEAD + (enum md_recording_item)(known - types);
}

static void get_text(struct fo_codec *codec, char *text, size_t size)
{
    uint8_t length = 0;

    FO_FIELD(codec, length);
    text[0] = '\0';
    if (codec->bad || codec->length - codec->at < length) {
        codec->bad = true;
        return;
    }
    snprintf(text, size, "%.*s", (int)length, (const char *)codec->in + codec->at);
    codec->at += length;
}

bool md_recording_get_head(const uint8_t *payload, size_t size, struct md_recording_head *head)
{
    struct fo_codec codec = {.mode = FO_CODEC_READ, .in = payload, .length = size};

    memset(head, 0, sizeof(*head));
    walk_head(&codec, head);
    get_text(&codec, head->program, sizeof(head->program));
    return !codec.bad && codec.at == size;
}

/* A copy on the heap; "" and bad when there is none. */
static const char *take_text(struct fo_codec *codec)
{
    char text[UINT8_MAX + 1];

    get_text(codec, text, sizeof(text));
    char *copy = strdup(text);
    codec->bad = codec->bad || copy == NULL;
    return copy;
}

#define TAKE_NAMES(codec, site, counter, list, most) \
    do {                                             \
        FO_FIELD(codec, counter);                    \
        if ((counter) > (most)) {                    \
            (codec)->bad = true;                     \
            (counter) = 0;                           \
        }                                            \
        for (unsigned i = 0; i < (counter); i++) {   \
            (site)->list[i].name = take_text(codec); \
        }                                            \
    } while (0)

static void take_names(struct fo_codec *codec, struct site *site)
{
    uint8_t servers = 0;

    TAKE_NAMES(codec, site, site->device_count, devices, FO_DEVICES_MAX);
    TAKE_NAMES(codec, site, servers, servers, FO_SERVERS);
    TAKE_NAMES(codec, site, site->line_count, lines, FO_LINES_MAX);
    TAKE_NAMES(codec, site, site->service_count, services, FO_SERVICES_MAX);
    TAKE_NAMES(codec, site, site->channel_count, channels, FO_CHANNELS_MAX);
    TAKE_NAMES(codec, site, site->net_count, nets, FO_NETS_MAX);
    FO_FIELD(codec, site->person_count);
    if (site->person_count > FO_PERSONS_MAX) {
        codec->bad = true;
        site->person_count = 0;
    }
    for (unsigned i = 0; i < site->person_count; i++) {
        char text[8];

        snprintf(text, sizeof(text), "#%u", i + 1);
        site->persons[i].id = strdup(text);
    }
    codec->bad = codec->bad || servers != FO_SERVERS;
}

static void take_policy(struct fo_codec *codec, struct site *site)
{
    uint8_t bytes[FO_POLICY_BYTES_MAX];
    size_t length = codec->bad ? SIZE_MAX
                               : md_unpack(codec->in + codec->at, codec->length - codec->at, bytes,
                                           sizeof(bytes));

    codec->bad = length == SIZE_MAX || !fo_policy_decode(&site->policy, bytes, length) ||
                 site->policy.device_count != site->device_count ||
                 site->policy.line_count != site->line_count ||
                 site->policy.service_count != site->service_count ||
                 site->policy.channel_count != site->channel_count ||
                 site->policy.person_count != site->person_count;
}

struct site *md_recording_get_site(const uint8_t *payload, size_t size)
{
    struct fo_codec codec = {.mode = FO_CODEC_READ, .in = payload, .length = size};
    struct site *site = calloc(1, sizeof(*site));

    if (site == NULL) {
        return NULL;
    }
    FO_FIELD(&codec, site->language);
    site->timezone = take_text(&codec);
    take_names(&codec, site);
    take_policy(&codec, site);
    for (unsigned i = 0; i < FO_SERVERS; i++) {
        site->servers[i].preferred = site->policy.servers[i].preferred;
    }
    if (codec.bad || site->language > CFG_LANGUAGE_EN) {
        md_recording_free_site(site);
        return NULL;
    }
    return site;
}

#define FREE_NAMES(list, most)                   \
    do {                                         \
        for (unsigned i = 0; i < (most); i++) {  \
            free((void *)(uintptr_t)site->list); \
        }                                        \
    } while (0)

void md_recording_free_site(struct site *site)
{
    if (site == NULL) {
        return;
    }
    free((void *)(uintptr_t)site->timezone);
    FREE_NAMES(devices[i].name, FO_DEVICES_MAX);
    FREE_NAMES(servers[i].name, FO_SERVERS);
    FREE_NAMES(lines[i].name, FO_LINES_MAX);
    FREE_NAMES(services[i].name, FO_SERVICES_MAX);
    FREE_NAMES(channels[i].name, FO_CHANNELS_MAX);
    FREE_NAMES(nets[i].name, FO_NETS_MAX);
    FREE_NAMES(persons[i].id, FO_PERSONS_MAX);
    free(site);
}

size_t md_recording_get_image(const uint8_t *payload, size_t size, uint8_t image[FO_IMAGE_MAX])
{
    size_t length = md_unpack(payload, size, image, FO_IMAGE_MAX);

    return length == SIZE_MAX ? 0 : length;
}

bool md_recording_get_step(const uint8_t *payload, size_t size, struct md_recording_memory *memory,
                           struct md_recorded_step *step)
{
    struct fo_codec codec = {.mode = FO_CODEC_READ, .in = payload, .length = size};
    uint8_t flags = 0, slot = 0, bytes[FO_EVENT_BYTES_MAX];

    memset(step, 0, sizeof(*step));
    FO_FIELD(&codec, flags);
    FO_FIELD(&codec, slot);
    if (codec.bad || flags > FLAGS || slot >= MD_RECORDING_SLOTS) {
        return false;
    }
    step->failed = (flags & FLAG_FAILED) != 0;
    step->has_output = (flags & FLAG_OUTPUT) != 0;
    step->has_state = (flags & FLAG_STATE) != 0;
    if (step->has_output) {
        FO_FIELD(&codec, step->output);
    }
    if (step->has_state) {
        FO_FIELD(&codec, step->state);
    }
    size_t length =
        codec.bad ? SIZE_MAX : md_unpack(payload + codec.at, size - codec.at, bytes, sizeof(bytes));
    if (length == SIZE_MAX) {
        return false;
    }
    uint8_t *last = memory->bytes[slot];
    for (size_t i = 0; i < length; i++) {
        last[i] = bytes[i] ^ (i < memory->length[slot] ? last[i] : 0);
    }
    memory->length[slot] = (uint16_t)length;
    return fo_event_decode(&step->event, last, length);
}
