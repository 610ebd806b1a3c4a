/* SPDX-License-Identifier: Apache-2.0 */
/* Bounded read of a file into memory, checks of the raw text that libconfig does not make (size,
 * stray bytes, includes, depth), the parse, and findings with line and path. It never looks at what
 * a key means. load.c opens and closes; everybody below load.c reports through it. */
#include "config/source.h"

#include "failover/assert.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

/* ---- the file as bytes ---------------------------------------------------------------------- */

/* The whole file, with an end mark; NULL after a finding. The caller frees it. */
static char *file_read(const char *file, size_t *length, struct cfg_findings *findings)
{
    int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat status;
    if (fd < 0 || fstat(fd, &status) != 0) {
        cfg_finding_add(findings, false, file, 0, "", "cannot be opened: %s", strerror(errno));
        if (fd >= 0) {
            close(fd);
        }
        return NULL;
    }
    char *text = NULL;
    if (!S_ISREG(status.st_mode)) {
        cfg_finding_add(findings, false, file, 0, "", "is not a regular file");
    } else if (status.st_size > CFG_FILE_MAX) {
        cfg_finding_add(findings, false, file, 0, "", "is larger than %d bytes", CFG_FILE_MAX);
    } else if ((text = malloc(CFG_FILE_MAX + 1)) == NULL) {
        cfg_finding_add(findings, false, file, 0, "", "cannot be read: out of memory");
    }
    *length = 0;
    while (text != NULL && *length < CFG_FILE_MAX) {
        ssize_t got = read(fd, text + *length, CFG_FILE_MAX - *length);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            cfg_finding_add(findings, false, file, 0, "", "cannot be read: %s", strerror(errno));
            free(text);
            text = NULL;
            break;
        }
        if (got == 0) {
            break;
        }
        *length += (size_t)got;
    }
    close(fd);
    if (text != NULL) {
        text[*length] = '\0';
    }
    return text;
}

/* Bytes of the UTF-8 character at `at` (1 … 4), or 0 when it is none. */
static size_t character_length(const unsigned char *at, size_t left)
{
    static const uint32_t lowest[5] = {0, 0, 0x80, 0x800, 0x10000};
    size_t length = at[0] < 0x80 ? 1 : at[0] >> 5 == 6 ? 2 : at[0] >> 4 == 14 ? 3 : 4;
    if (length == 1) {
        return 1;
    }
    if (length > left || (length == 4 && at[0] >> 3 != 30)) {
        return 0;
    }
    uint32_t code = at[0] & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        if (at[i] >> 6 != 2) {
            return 0;
        }
        code = code << 6 | (at[i] & 0x3fu);
    }
    bool surrogate = code >= 0xd800 && code <= 0xdfff;
    return code < lowest[length] || code > 0x10ffff || surrogate ? 0 : length;
}

static bool line_includes(const char *line)
{
    while (*line == ' ' || *line == '\t') {
        line++;
    }
    return strncmp(line, "@include", 8) == 0;
}

/* What libconfig would take without a word: bytes that are no text, and other files drawn in. */
static bool text_check(const char *file, const char *text, size_t length,
                       struct cfg_findings *findings)
{
    int errors = findings->errors, line = 1;
    for (size_t i = 0; i < length;) {
        if ((i == 0 || text[i - 1] == '\n') && line_includes(text + i)) {
            cfg_finding_add(findings, false, file, line, "",
                            "@include is not supported; one site is one file");
        }
        unsigned char byte = (unsigned char)text[i];
        size_t step = character_length((const unsigned char *)text + i, length - i);
        if (step == 0 || (byte < ' ' && byte != '\n' && byte != '\t' && byte != '\r')) {
            cfg_finding_add(findings, false, file, line, "",
                            "byte 0x%02x is not text; save the file as UTF-8", byte);
            return false;
        }
        line += byte == '\n';
        i += step;
    }
    return findings->errors == errors;
}

/* ---- the parse ------------------------------------------------------------------------------ */

/* libconfig's parser and its destructor recurse, so a file must not nest deeper than any sane one.
 * Brackets inside texts and comments count as well: harmless, they come in pairs or are few. */
static bool depth_check(const char *file, const char *text, struct cfg_findings *findings)
{
    int depth = 0, line = 1;
    bool quoted = false, comment = false;
    for (; *text != '\0'; text++) {
        if (*text == '\n') {
            line++;
            comment = false;
        } else if (quoted && *text == '\\' && text[1] != '\0') {
            text++;
            line += *text == '\n';
        } else if (*text == '"' && !comment) {
            quoted = !quoted;
        } else if (!quoted && (*text == '#' || (*text == '/' && text[1] == '/'))) {
            comment = true;
        } else if (!quoted && !comment && strchr("{[(", *text) != NULL) {
            depth++;
        } else if (!quoted && !comment && strchr("}])", *text) != NULL) {
            depth--;
        }
        if (depth > CFG_DEPTH_MAX) {
            cfg_finding_add(findings, false, file, line, "",
                            "more than %d brackets inside each other; is one not closed?",
                            CFG_DEPTH_MAX);
            return false;
        }
    }
    return true;
}

/* libconfig 1.5 loses the text it has just read when a parse fails (its issue 142): some bytes,
 * once, in a program that is about to refuse the file and end. Our leak checks must not stumble on
 * it. */
static bool text_parse(config_t *config, const char *text)
{
#ifdef __SANITIZE_ADDRESS__
    __lsan_disable();
#endif
    bool good = config_read_string(config, text) == CONFIG_TRUE;
#ifdef __SANITIZE_ADDRESS__
    __lsan_enable();
#endif
    return good;
}

static const char *syntax_hint(const char *error)
{
    if (strstr(error, "duplicate") != NULL) {
        return "the same key stands twice in one group";
    }
    return "look here and at the line before: each setting ends with \";\", elements of a list "
           "are separated by \",\", texts stand in quotation marks";
}

/* text: `length` bytes and an end mark. */
static bool text_open(struct cfg_source *source, const char *text, size_t length, size_t reserve)
{
    const char *file = source->file;
    struct cfg_findings *findings = source->findings;
    if (!text_check(file, text, length, findings) || !depth_check(file, text, findings)) {
        return false;
    }
    config_init(&source->config);
    bool good = text_parse(&source->config, text);
    if (!good) {
        const char *error = config_error_text(&source->config);
        cfg_finding_add(findings, false, file, config_error_line(&source->config), "", "%s; %s",
                        error, syntax_hint(error));
    } else { /* each text is copied at most a few times; paths made from texts are short */
        source->arena = cfg_arena_new(reserve + 4 * length + 64 * 1024);
        if (source->arena == NULL) {
            cfg_finding_add(findings, false, file, 0, "", "cannot be read: out of memory");
            good = false;
        }
    }
    if (!good) {
        config_destroy(&source->config);
    }
    return good;
}

bool cfg_source_open(struct cfg_source *source, const char *file, size_t reserve,
                     struct cfg_findings *findings)
{
    size_t length;
    *source = (struct cfg_source){.file = file, .findings = findings};
    char *text = file_read(file, &length, findings);
    bool good = text != NULL && text_open(source, text, length, reserve);
    free(text);
    return good;
}

bool cfg_source_read(struct cfg_source *source, const char *file, const char *text, size_t length,
                     size_t reserve, struct cfg_findings *findings)
{
    *source = (struct cfg_source){.file = file, .findings = findings};
    if (length > CFG_FILE_MAX) {
        cfg_finding_add(findings, false, file, 0, "", "is larger than %d bytes", CFG_FILE_MAX);
        return false;
    }
    char *copy = malloc(length + 1);
    if (copy == NULL) {
        cfg_finding_add(findings, false, file, 0, "", "cannot be read: out of memory");
        return false;
    }
    memcpy(copy, text, length);
    copy[length] = '\0';
    bool good = text_open(source, copy, length, reserve);
    free(copy);
    return good;
}

void cfg_source_close(struct cfg_source *source)
{
    config_destroy(&source->config);
}

/* ---- findings at a setting ------------------------------------------------------------------ */

#define PATH_MAX_BYTES 128

/* Appends what fits; paths are for people, a cut one still says where. */
static void path_append(char *path, const char *text)
{
    size_t used = strlen(path);
    snprintf(path + used, PATH_MAX_BYTES - used, "%s", text);
}

static void path_build(config_setting_t *setting, const char *key, char *path)
{
    config_setting_t *chain[CFG_DEPTH_MAX + 2];
    unsigned depth = 0;
    for (; setting != NULL && config_setting_parent(setting) != NULL;
         setting = config_setting_parent(setting)) {
        FO_ASSERT(depth < sizeof chain / sizeof chain[0]);
        chain[depth++] = setting;
    }
    path[0] = '\0';
    while (depth > 0) {
        config_setting_t *here = chain[--depth];
        const char *name = config_setting_name(here);
        char index[16];
        if (name == NULL) {
            snprintf(index, sizeof index, "[%d]", config_setting_index(here));
        } else if (path[0] != '\0') {
            path_append(path, ".");
        }
        path_append(path, name == NULL ? index : name);
    }
    if (key != NULL) {
        path_append(path, path[0] == '\0' ? "" : ".");
        path_append(path, key);
    }
}

config_setting_t *cfg_member(config_setting_t *group, const char *key)
{
    return group != NULL && config_setting_is_group(group) ? config_setting_get_member(group, key)
                                                           : NULL;
}

int cfg_line_at(config_setting_t *group, const char *key)
{
    config_setting_t *member = key != NULL ? cfg_member(group, key) : NULL;
    if (member != NULL) {
        return (int)config_setting_source_line(member);
    }
    return group != NULL ? (int)config_setting_source_line(group) : 0;
}

static void finding_at(struct cfg_source *source, bool warning, config_setting_t *setting,
                       const char *key, const char *format, va_list arguments)
    __attribute__((format(printf, 5, 0)));
static void finding_at(struct cfg_source *source, bool warning, config_setting_t *setting,
                       const char *key, const char *format, va_list arguments)
{
    char path[PATH_MAX_BYTES];
    char message[sizeof source->findings->list[0].message];
    path_build(setting, key, path);
    vsnprintf(message, sizeof message, format, arguments);
    cfg_finding_add(source->findings, warning, source->file, cfg_line_at(setting, key), path, "%s",
                    message);
}

void cfg_error_at(struct cfg_source *source, config_setting_t *setting, const char *key,
                  const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    finding_at(source, false, setting, key, format, arguments);
    va_end(arguments);
}

void cfg_warning_at(struct cfg_source *source, config_setting_t *setting, const char *key,
                    const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    finding_at(source, true, setting, key, format, arguments);
    va_end(arguments);
}
