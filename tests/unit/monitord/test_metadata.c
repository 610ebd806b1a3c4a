/* SPDX-License-Identifier: Apache-2.0 */
/* What a fence agent says of itself, however it comes in, and what no agent may say. */
#include "monitord/executor/metadata.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char sample[] =
    "<?xml version=\"1.0\" ?>\n"
    "<resource-agent name=\"fence_x\" shortdesc=\"An outlet &amp; more\" >\n"
    "<parameters>\n"
    "<parameter name=\"action\" unique=\"0\" required=\"1\"><content type=\"string\" "
    "default=\"off\"/></parameter>\n"
    "<parameter name=\"plug\" required=\"1\" obsoletes=\"port\"><content type=\"string\"/>"
    "</parameter>\n"
    "<parameter name=\"port\" required=\"1\" deprecated=\"1\"><content type=\"string\"/>"
    "</parameter>\n"
    "<parameter name=\"snmp_version\" required=\"0\"><content type=\"select\" default=\"1\">"
    "<option value=\"1\"/><option value=\"2c\"/></content></parameter>\n"
    "<parameter name=\"ipport\"><content type=\"integer\"/></parameter>\n"
    "<parameter name=\"ssl\"><content type=\"boolean\"/></parameter>\n"
    "</parameters>\n"
    "<actions><action name=\"off\"/><action name=\"status\"/><action name=\"reboot\"/>"
    "<action name=\"validate-all\"/></actions>\n"
    "</resource-agent>\n";

static char error[MD_METADATA_ERROR_SIZE];

/* Freed by the caller. */
static struct md_metadata *read_in_pieces(const char *text, size_t length, size_t piece)
{
    struct md_metadata_reader *reader = md_metadata_begin();

    cr_assert_not_null(reader);
    for (size_t at = 0; at < length; at += piece) {
        size_t now = length - at < piece ? length - at : piece;

        if (!md_metadata_feed(reader, text + at, now)) {
            break;
        }
    }
    return md_metadata_end(reader, error);
}

static void expect_refused(const char *text, const char *reason)
{
    struct md_metadata *metadata = read_in_pieces(text, strlen(text), 4096);

    cr_assert_null(metadata, "%.80s was taken", text);
    cr_assert_not_null(strstr(error, reason), "\"%s\" instead of \"%s\"", error, reason);
}

Test(metadata, options_and_actions_are_read_whatever_the_pieces)
{
    for (size_t piece = 1; piece <= sizeof(sample); piece++) {
        struct md_metadata *metadata = read_in_pieces(sample, sizeof(sample) - 1, piece);
        const struct md_metadata_parameter *at;

        cr_assert_not_null(metadata, "%zu: %s", piece, error);
        cr_assert_str_eq(metadata->title, "An outlet & more");
        cr_assert_eq(metadata->actions,
                     MD_METADATA_OFF | MD_METADATA_STATUS | MD_METADATA_VALIDATE);
        cr_assert_eq(metadata->count, 6u);
        at = md_metadata_find(metadata, "action");
        cr_assert_not(at->required, "the agent has a value for it");
        at = md_metadata_find(metadata, "plug");
        cr_assert(at->required && !at->deprecated && at->content == MD_CONTENT_TEXT);
        cr_assert_str_eq(at->obsoletes, "port");
        cr_assert(md_metadata_find(metadata, "port")->deprecated);
        at = md_metadata_find(metadata, "snmp-version");
        cr_assert(at->content == MD_CONTENT_SELECT && at->choice_count == 2);
        cr_assert_str_eq(at->choices[1], "2c");
        cr_assert_eq(md_metadata_find(metadata, "ipport")->content, MD_CONTENT_INTEGER);
        cr_assert_eq(md_metadata_find(metadata, "ssl")->content, MD_CONTENT_BOOLEAN);
        cr_assert_null(md_metadata_find(metadata, "plu"));
        cr_assert_null(md_metadata_find(metadata, "plugs"));
        cr_assert_null(md_metadata_find(metadata, ""));
        free(metadata);
    }
}

Test(metadata, what_is_no_metadata_is_refused_with_the_reason)
{
    static const struct {
        const char *text, *reason;
    } cases[] = {
        {"", "are empty"},
        {"usage: fence_x <node>", "are no XML, line 1"},
        {"<resource-agent>\n<parameters>", "are no XML, line 2"},
        {"<html></html>", "begin with <html>"},
        {"<resource-agent><parameter/></resource-agent>", "an option without a name"},
        {"<!DOCTYPE a [<!ENTITY b \"c\">]><resource-agent/>", "a document type"},
        {"<resource-agent/>rest", "are no XML"},
        {"<resource-agent name=\"\xff\"/>", "are no XML"},
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        expect_refused(cases[i].text, cases[i].reason);
    }
}

/* head, then body count times with its number, then tail; freed by the caller. */
static char *repeated(const char *head, const char *body, unsigned count, const char *tail)
{
    size_t size = strlen(head) + (strlen(body) + 12) * count + strlen(tail) + 1, used;
    char *text = malloc(size);

    used = (size_t)snprintf(text, size, "%s", head);
    for (unsigned i = 0; i < count; i++) {
        const char *number = strchr(body, '#');

        used += (size_t)snprintf(text + used, size - used, "%.*s%u%s", (int)(number - body), body,
                                 i, number + 1);
    }
    snprintf(text + used, size - used, "%s", tail);
    return text;
}

static void expect_bound(const char *head, const char *body, unsigned most, const char *tail,
                         const char *reason)
{
    char *text = repeated(head, body, most, tail);
    struct md_metadata *metadata = read_in_pieces(text, strlen(text), 4096);

    cr_assert_not_null(metadata, "%u: %s", most, error);
    free(metadata);
    free(text);
    text = repeated(head, body, most + 1, tail);
    expect_refused(text, reason);
    free(text);
}

Test(metadata, each_list_has_its_bound)
{
    expect_bound("<resource-agent><parameters>", "<parameter name=\"p#\"></parameter>",
                 MD_METADATA_PARAMETERS_MAX, "</parameters></resource-agent>",
                 "more than 256 options");
    expect_bound("<resource-agent><parameter name=\"a\"><content type=\"select\">",
                 "<option value=\"#\"/>", MD_METADATA_CHOICES_MAX,
                 "</content></parameter></resource-agent>", "more than 32 choices for a");
}

Test(metadata, a_name_is_kept_whole_or_refused)
{
    char name[MD_METADATA_NAME_SIZE + 1], text[256];
    struct md_metadata *metadata;

    memset(name, 'n', sizeof(name));
    name[MD_METADATA_NAME_SIZE - 1] = '\0';
    snprintf(text, sizeof(text), "<resource-agent><parameter name=\"%s\"/></resource-agent>", name);
    metadata = read_in_pieces(text, strlen(text), 4096);
    cr_assert_not_null(metadata, "%s", error);
    cr_assert_not_null(md_metadata_find(metadata, name));
    free(metadata);
    name[MD_METADATA_NAME_SIZE - 1] = 'n';
    name[MD_METADATA_NAME_SIZE] = '\0';
    snprintf(text, sizeof(text), "<resource-agent><parameter name=\"%s\"/></resource-agent>", name);
    expect_refused(text, "a name of more than 63 bytes");
}

Test(metadata, elements_nest_only_so_deep)
{
    char text[1024] = "<resource-agent>";
    struct md_metadata *metadata;

    for (unsigned depth = 1; depth < MD_METADATA_DEPTH_MAX; depth++) {
        strcat(text, "<a>");
    }
    for (unsigned depth = 1; depth < MD_METADATA_DEPTH_MAX; depth++) {
        strcat(text, "</a>");
    }
    strcat(text, "</resource-agent>");
    metadata = read_in_pieces(text, strlen(text), 4096);
    cr_assert_not_null(metadata, "%s", error);
    free(metadata);
    strcpy(text, "<resource-agent>");
    for (unsigned depth = 0; depth < MD_METADATA_DEPTH_MAX; depth++) {
        strcat(text, "<a>");
    }
    expect_refused(text, "nested deeper than 16");
}

Test(metadata, so_many_bytes_are_read_and_not_one_more)
{
    static const char head[] = "<resource-agent>", tail[] = "</resource-agent>";
    size_t filling = MD_METADATA_BYTES_MAX - strlen(head) - strlen(tail);
    char *text = malloc(MD_METADATA_BYTES_MAX + 2);
    struct md_metadata *metadata;

    snprintf(text, MD_METADATA_BYTES_MAX + 2, "%s%*s%s", head, (int)filling, "", tail);
    metadata = read_in_pieces(text, strlen(text), 4096);
    cr_assert_not_null(metadata, "%s", error);
    free(metadata);
    snprintf(text, MD_METADATA_BYTES_MAX + 2, "%s%*s%s", head, (int)filling + 1, "", tail);
    expect_refused(text, "are longer than 262144 bytes");
    free(text);
}
