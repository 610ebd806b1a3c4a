/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a fence agent's metadata with expat. It owns the parser and what was read so far; the first
 * thing that is wrong stops the parser for good. A document type is refused: agents have none, and
 * what entities can do is nothing that a list of options needs. */
#include "monitord/executor/metadata.h"

#include <expat.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct md_metadata_reader {
    XML_Parser parser;
    struct md_metadata *metadata;
    struct md_metadata_parameter *open; /* the parameter that is being described; NULL none */
    bool has_default;                   /* … and the agent has a value for it */
    bool failed;
    unsigned depth;
    size_t bytes;
    char error[MD_METADATA_ERROR_SIZE];
};

/* Keeps the first reason. */
__attribute__((format(printf, 2, 3))) static void fail(struct md_metadata_reader *reader,
                                                       const char *format, ...)
{
    va_list arguments;

    if (reader->failed) {
        return;
    }
    reader->failed = true;
    va_start(arguments, format);
    vsnprintf(reader->error, sizeof(reader->error), format, arguments);
    va_end(arguments);
    XML_StopParser(reader->parser, XML_FALSE);
}

static const char *attribute(const char **attributes, const char *name)
{
    for (; attributes[0] != NULL; attributes += 2) {
        if (strcmp(attributes[0], name) == 0) {
            return attributes[1];
        }
    }
    return NULL;
}

static bool is_one(const char *text)
{
    return text != NULL && (strcmp(text, "1") == 0 || strcmp(text, "true") == 0);
}

/* A name as it was written; one too long to be kept whole would match what it is not. */
static void keep_name(struct md_metadata_reader *reader, char name[MD_METADATA_NAME_SIZE],
                      const char *text)
{
    if (text != NULL && strlen(text) >= MD_METADATA_NAME_SIZE) {
        fail(reader, "have a name of more than %d bytes", MD_METADATA_NAME_SIZE - 1);
    } else if (text != NULL) {
        strcpy(name, text);
    }
}

/* ---- elements ---- */

static void take_parameter(struct md_metadata_reader *reader, const char **attributes)
{
    struct md_metadata *metadata = reader->metadata;
    struct md_metadata_parameter *parameter;

    if (metadata->count == MD_METADATA_PARAMETERS_MAX) {
        fail(reader, "have more than %d options", MD_METADATA_PARAMETERS_MAX);
        return;
    }
    parameter = &metadata->parameters[metadata->count++];
    keep_name(reader, parameter->name, attribute(attributes, "name"));
    keep_name(reader, parameter->obsoletes, attribute(attributes, "obsoletes"));
    parameter->required = is_one(attribute(attributes, "required"));
    parameter->deprecated = is_one(attribute(attributes, "deprecated"));
    reader->open = parameter;
    reader->has_default = false;
    if (parameter->name[0] == '\0') {
        fail(reader, "have an option without a name");
    }
}

static void take_content(struct md_metadata_reader *reader, const char **attributes)
{
    const char *type = attribute(attributes, "type");

    if (type != NULL && strcmp(type, "integer") == 0) {
        reader->open->content = MD_CONTENT_INTEGER;
    } else if (type != NULL && strcmp(type, "boolean") == 0) {
        reader->open->content = MD_CONTENT_BOOLEAN;
    } else if (type != NULL && strcmp(type, "select") == 0) {
        reader->open->content = MD_CONTENT_SELECT;
    }
    reader->has_default = reader->has_default || attribute(attributes, "default") != NULL;
}

static void take_choice(struct md_metadata_reader *reader, const char **attributes)
{
    struct md_metadata_parameter *parameter = reader->open;

    if (parameter->choice_count == MD_METADATA_CHOICES_MAX) {
        fail(reader, "have more than %d choices for %s", MD_METADATA_CHOICES_MAX, parameter->name);
        return;
    }
    keep_name(reader, parameter->choices[parameter->choice_count++],
              attribute(attributes, "value"));
}

static void take_action(struct md_metadata_reader *reader, const char **attributes)
{
    static const struct {
        const char *name;
        unsigned bit;
    } known[] = {{"on", MD_METADATA_ON},
                 {"off", MD_METADATA_OFF},
                 {"status", MD_METADATA_STATUS},
                 {"validate-all", MD_METADATA_VALIDATE}};
    const char *name = attribute(attributes, "name");

    for (size_t i = 0; name != NULL && i < sizeof(known) / sizeof(known[0]); i++) {
        if (strcmp(name, known[i].name) == 0) {
            reader->metadata->actions |= known[i].bit;
        }
    }
}

static void on_element(void *context, const char *name, const char **attributes)
{
    struct md_metadata_reader *reader = context;
    const char *title = attribute(attributes, "shortdesc");

    if (reader->failed) {
        return; /* the rest of the piece in which the parser was stopped */
    }
    if (++reader->depth > MD_METADATA_DEPTH_MAX) {
        fail(reader, "are nested deeper than %d", MD_METADATA_DEPTH_MAX);
    } else if (reader->depth == 1 && strcmp(name, "resource-agent") != 0) {
        fail(reader, "begin with <%.40s>, not with <resource-agent>", name);
    } else if (reader->depth == 1) {
        snprintf(reader->metadata->title, sizeof(reader->metadata->title), "%s",
                 title != NULL ? title : "");
    } else if (strcmp(name, "parameter") == 0) {
        take_parameter(reader, attributes);
    } else if (reader->open != NULL && strcmp(name, "content") == 0) {
        take_content(reader, attributes);
    } else if (reader->open != NULL && strcmp(name, "option") == 0) {
        take_choice(reader, attributes);
    } else if (strcmp(name, "action") == 0) {
        take_action(reader, attributes);
    }
}

static void on_element_end(void *context, const char *name)
{
    struct md_metadata_reader *reader = context;

    if (reader->failed) {
        return;
    }
    reader->depth--;
    if (reader->open != NULL && strcmp(name, "parameter") == 0) {
        reader->open->required = reader->open->required && !reader->has_default;
        reader->open = NULL;
    }
}

static void on_document_type(void *context, const char *name, const char *system,
                             const char *public_name, int has_internal_subset)
{
    (void)name;
    (void)system;
    (void)public_name;
    (void)has_internal_subset;
    fail(context, "have a document type, which no agent needs");
}

/* ---- in and out ---- */

static void reader_free(struct md_metadata_reader *reader)
{
    if (reader->parser != NULL) {
        XML_ParserFree(reader->parser);
    }
    free(reader->metadata);
    free(reader);
}

struct md_metadata_reader *md_metadata_begin(void)
{
    struct md_metadata_reader *reader = calloc(1, sizeof(*reader));

    if (reader == NULL) {
        return NULL;
    }
    reader->parser = XML_ParserCreate(NULL);
    reader->metadata = calloc(1, sizeof(*reader->metadata));
    if (reader->parser == NULL || reader->metadata == NULL) {
        reader_free(reader);
        return NULL;
    }
    XML_SetUserData(reader->parser, reader);
    XML_SetElementHandler(reader->parser, on_element, on_element_end);
    XML_SetStartDoctypeDeclHandler(reader->parser, on_document_type);
    return reader;
}

static void parse(struct md_metadata_reader *reader, const char *bytes, size_t length, bool last)
{
    if (reader->failed || XML_Parse(reader->parser, bytes, (int)length, last) == XML_STATUS_OK) {
        return;
    }
    if (!reader->failed) {
        fail(reader, "are no XML, line %lu: %s",
             (unsigned long)XML_GetCurrentLineNumber(reader->parser),
             XML_ErrorString(XML_GetErrorCode(reader->parser)));
    }
}

bool md_metadata_feed(struct md_metadata_reader *reader, const char *bytes, size_t length)
{
    reader->bytes += length;
    if (reader->bytes > MD_METADATA_BYTES_MAX) {
        fail(reader, "are longer than %d bytes", MD_METADATA_BYTES_MAX);
    } else {
        parse(reader, bytes, length, false);
    }
    return !reader->failed;
}

struct md_metadata *md_metadata_end(struct md_metadata_reader *reader,
                                    char error[MD_METADATA_ERROR_SIZE])
{
    struct md_metadata *metadata = NULL;

    if (reader->bytes == 0) {
        fail(reader, "are empty");
    } else {
        parse(reader, "", 0, true);
    }
    snprintf(error, MD_METADATA_ERROR_SIZE, "%s", reader->error);
    if (!reader->failed) {
        metadata = reader->metadata;
        reader->metadata = NULL;
    }
    reader_free(reader);
    return metadata;
}

static bool is_dash(char letter)
{
    return letter == '-' || letter == '_';
}

static bool is_same_name(const char *a, const char *b)
{
    while (*a != '\0' && (*a == *b || (is_dash(*a) && is_dash(*b)))) {
        a++;
        b++;
    }
    return *a == '\0' && *b == '\0';
}

const struct md_metadata_parameter *md_metadata_find(const struct md_metadata *metadata,
                                                     const char *name)
{
    for (unsigned i = 0; i < metadata->count; i++) {
        if (is_same_name(metadata->parameters[i].name, name)) {
            return &metadata->parameters[i];
        }
    }
    return NULL;
}
