/* SPDX-License-Identifier: Apache-2.0 */
/* The two forms of a document for paper. The plain one folds at 80 columns; the HTML one is a
 * single file with its own style, whose handling mark and drill mark stand on every printed page.
 */
#include "monitord/console/paper.h"

#include "monitord/console/canvas.h"
#include "monitord/console/plain.h"

#include <string.h>

#define TEXT 2400
#define FIELD_INDENT 20

/* The document is one table: its head and foot are repeated on every page when a browser prints. */
static const char style[] =
    "@page{size:A4;margin:16mm 14mm 18mm}\n"
    "body{font:10.5pt/1.5 \"Noto Sans CJK JP\",\"IPAGothic\",sans-serif;color:#000;"
    "background:#fff;max-width:182mm;margin:8mm auto}\n"
    "h1{font-size:16pt;border-bottom:2pt solid #000;padding-bottom:1mm;margin:0 0 3mm}\n"
    "h1 small{font-size:11pt;font-weight:normal;margin-left:1em}\n"
    "h2{font-size:12pt;margin:5mm 0 1mm;border-left:3mm solid #000;padding-left:2mm;"
    "break-after:avoid}\n"
    "table{border-collapse:collapse;width:100%}\n"
    "table table{counter-reset:row}\n"
    "table table tr{break-inside:avoid}\n"
    "th,td{border-bottom:.4pt solid #777;padding:.6mm 2mm;text-align:left;vertical-align:top}\n"
    "th{font-weight:normal;white-space:nowrap;width:42mm}\n"
    "tr.n{counter-increment:row}\n"
    "tr.n th::before{content:counter(row)\". \"}\n"
    "td.blank{height:9mm}\n"
    ".page{border:0;padding:0}\n"
    ".mark{text-align:right;font-size:9pt;padding-bottom:3mm}\n"
    ".mark span{border:.6pt solid #000;padding:0 2mm}\n"
    ".drill{text-align:center;font-weight:bold;padding-top:3mm}\n"
    "svg{width:100%;height:auto;break-inside:avoid}\n";

static const char *word(const struct md_paper *paper, enum md_word id)
{
    return md_say(paper->speech, id);
}

void md_paper_escape(FILE *out, const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        switch (*at) {
            case '&':
                fputs("&amp;", out);
                break;
            case '<':
                fputs("&lt;", out);
                break;
            case '>':
                fputs("&gt;", out);
                break;
            case '"':
                fputs("&quot;", out);
                break;
            default:
                fputc((unsigned char)*at < ' ' || *at == 0x7f ? '?' : *at, out);
                break;
        }
    }
}

/* <tag class>text</tag> and a line end. */
static void element(const struct md_paper *paper, const char *open, const char *text,
                    const char *close)
{
    fputs(open, paper->out);
    md_paper_escape(paper->out, text);
    fputs(close, paper->out);
}

/* Prints text after an indent, folded so that no line passes the width of the paper. */
static void fold(const struct md_paper *paper, const char *first, int indent, const char *text)
{
    char line[TEXT * 2];
    bool begun = false;

    do {
        size_t length = text[0] == '\0' ? 0 : md_columns_break(text, MD_PAPER_WIDTH - indent);
        int pad = indent - (begun ? 0 : md_columns(first));
        snprintf(line, sizeof(line), "%s%*s%.*s", begun ? "" : first, pad > 0 ? pad : 0, "",
                 (int)length, text);
        size_t end = strlen(line);
        while (end > 0 && line[end - 1] == ' ') {
            line[--end] = '\0';
        }
        md_plain_line(paper->out, paper->speech, line);
        text += length;
        text += strspn(text, " ");
        begun = true;
    } while (text[0] != '\0');
}

static void plain_head(const struct md_paper *paper, const char *title, const char *issue)
{
    char line[TEXT];

    if (paper->drill) {
        md_plain_line(paper->out, paper->speech, word(paper, MD_WORD_REPORT_PAGE_DRILL));
    }
    md_plain_line(paper->out, paper->speech, word(paper, MD_WORD_REPORT_HANDLING));
    snprintf(line, sizeof(line), "%s%s%s", title, issue[0] != '\0' ? "  " : "", issue);
    md_plain_line(paper->out, paper->speech, line);
    memset(line, '=', MD_PAPER_WIDTH);
    line[MD_PAPER_WIDTH] = '\0';
    md_plain_line(paper->out, paper->speech, line);
}

void md_paper_open(struct md_paper *paper, const char *title, const char *issue)
{
    paper->table = false;
    if (!paper->html) {
        plain_head(paper, title, issue);
        return;
    }
    fprintf(paper->out,
            "<!DOCTYPE html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\">\n<title>",
            paper->speech->language == CFG_LANGUAGE_JA ? "ja" : "en");
    if (paper->drill) {
        md_paper_escape(paper->out, word(paper, MD_WORD_TAG_DRILL));
    }
    element(paper, "", title, "</title>\n<style>\n");
    fputs(style, paper->out);
    fputs("</style></head><body>\n", paper->out);
    fputs("<table><thead><tr><td class=\"page mark\">", paper->out);
    element(paper, "<span>", word(paper, MD_WORD_REPORT_HANDLING), "</span></td></tr></thead>\n");
    if (paper->drill) {
        element(paper, "<tfoot><tr><td class=\"page drill\">",
                word(paper, MD_WORD_REPORT_PAGE_DRILL), "</td></tr></tfoot>\n");
    }
    fputs("<tbody><tr><td class=\"page\">\n", paper->out);
    element(paper, "<h1>", title, "");
    element(paper, "<small>", issue, "</small></h1>\n");
}

void md_paper_pause(struct md_paper *paper)
{
    if (paper->table) {
        fputs("</table>\n", paper->out);
        paper->table = false;
    }
}

static void table_need(struct md_paper *paper)
{
    if (!paper->table) {
        fputs("<table>\n", paper->out);
        paper->table = true;
    }
}

void md_paper_heading(struct md_paper *paper, const char *text)
{
    if (paper->html) {
        md_paper_pause(paper);
        element(paper, "<h2>", text, "</h2>\n");
    } else {
        md_plain_line(paper->out, paper->speech, "");
        md_plain_line(paper->out, paper->speech, text);
    }
}

void md_paper_row(struct md_paper *paper, const char *first, int indent, const char *text,
                  bool numbered)
{
    if (paper->html) {
        table_need(paper);
        fputs(numbered ? "<tr class=\"n\">" : "<tr>", paper->out);
        element(paper, "<th>", first, "</th>");
        element(paper, "<td>", text, "</td></tr>\n");
    } else {
        char label[240];
        snprintf(label, sizeof(label), "  %s", first);
        fold(paper, label, indent, text);
    }
}

void md_paper_field(struct md_paper *paper, enum md_word label, const char *text)
{
    md_paper_row(paper, word(paper, label), FIELD_INDENT,
                 text[0] != '\0' ? text : word(paper, MD_WORD_REPORT_NO_DATA), false);
}

void md_paper_note(struct md_paper *paper, const char *text)
{
    if (paper->html) {
        md_paper_pause(paper);
        element(paper, "<p>", text, "</p>\n");
    } else {
        fold(paper, "", 2, text);
    }
}

void md_paper_blank(struct md_paper *paper, enum md_word label)
{
    char line[200];

    if (paper->html) {
        table_need(paper);
        element(paper, "<tr><th>", word(paper, label), "</th><td class=\"blank\"></td></tr>\n");
        return;
    }
    snprintf(line, sizeof(line), "  %s ", word(paper, label));
    for (int left = MD_PAPER_WIDTH - md_columns(line); left > 0; left--) {
        md_text_append(line, sizeof(line), "_");
    }
    md_plain_line(paper->out, paper->speech, line);
}

void md_paper_close(struct md_paper *paper)
{
    if (paper->html) {
        md_paper_pause(paper);
        fputs("</td></tr></tbody></table></body></html>\n", paper->out);
    } else if (paper->drill) {
        md_plain_line(paper->out, paper->speech, word(paper, MD_WORD_REPORT_PAGE_DRILL));
    }
}
