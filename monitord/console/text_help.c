/* SPDX-License-Identifier: Apache-2.0 */
/* The summary of monitorctl, command by command, Japanese and English side by side. It owns wording
 * and layout only and parses nothing; options.c knows the commands, main.c calls it. */
#include "monitord/console/text_help.h"

#include "monitord/console/options.h"

#include <string.h>

#define COLUMN 29 /* where words begin; a longer command has them on the next line */

/* command NULL: a heading. Words break where "\n" says. */
struct entry {
    const char *command, *words[2];
};

/* clang-format off */
static const struct entry entries[] = {
    {NULL, {"見る", "Look"}},
    {"status [--json]",
        {"何が起きているか、まず何をするか（1行に一つ）",
         "what is wrong and what to do first, one fact a line"}},
    {"watch [--plain] [--quiet]",
        {"全画面表示。--plain は変化を1行ずつ、--quiet は\n消音",
         "full screen; --plain: one line for each change;\n--quiet: no bell"}},
    {"incidents [--all] [--json]",
        {"継続中と復旧済みの事案。--all は終結済みも",
         "open and recovered incidents; --all: closed too"}},
    {"show INC [--json]", {"事案一件の詳細", "one incident in full"}},
    {"runbook INC|CODE",
        {"手順書（最初に見るもの、対応、平常への戻し方）",
         "its runbook: first look, what to do, back to normal"}},
    {"contacts [--config FILE]",
        {"誰に、どの順で連絡するか", "who would be called, rung by rung"}},
    {"power plan [--json]",
        {"停電が続いたとき、何分後に何を切るか",
         "what would be switched off at which minute of an\noutage"}},
    {"approvals [--json]", {"2人目の承認を待つ指示", "what waits for a second person"}},

    {NULL, {"事案に応答する", "Answer an incident"}},
    {"ack INC",
        {"了知する（期限付き。悪化すると再び連絡する）",
         "acknowledge (it expires; a worsening calls again)"}},
    {"own INC", {"対応に着手する", "take it on"}},
    {"cannot INC",
        {"対応できない（すぐ次の担当者に連絡する）",
         "cannot respond: the next person is called at once"}},
    {"resolve INC [--cause TEXT --prevention TEXT | --defer TEXT --due YYYY-MM-DD]\n"
     "              [--false-alarm]",
        {"復旧を確認し、原因と再発防止策、または保留の理由と\n期限を記録する（端末では順に尋ねる）",
         "confirm that it is over, with cause and prevention,\nor why and until when they are put off (asks on a\nterminal)"}},
    {"raise [NAME] --reason TEXT",
        {"人が事案を起票する（サーバ・回線・サービスなど）",
         "open an incident by hand (about a server, line,\nservice ...)"}},
    {"merge INC INTO", {"二つの事案を一つにまとめる", "two incidents are one"}},
    {"called INC PERSON no-answer|reached|taken|cannot",
        {"電話で連絡した結果を記録する", "record a call made by hand"}},
    {"outside INC CONTACT",
        {"外部（通信事業者・業者など）へ連絡したことを記録\nする",
         "record that somebody outside was called"}},
    {"handover", {"申し送りを受けた（前の当番への連絡を終える）",
         "the shift is handed over to you: the outgoing shift\nis released"}},
    {"away [PERSON] | back [PERSON]",
        {"出動中（代行にも連絡する）／帰署した",
         "at a call (the deputy is called too); back again"}},

    {NULL, {"機械に指示する", "Order the machine"}},
    {"hold | release", {"自動切替を止める／再開する", "stop automatic switchovers; let them go on"}},
    {"switch SERVER",
        {"系の切替を依頼する（2人目の承認が必要）",
         "ask for a switchover (a second person approves)"}},
    {"maintenance begin [--target NAME] --for DURATION|--until HH:MM --reason TEXT",
        {"保守の開始を依頼する（2人目の承認が必要）。対象は\nサーバ・回線・電源機器・サービス、省略時は全体。\n最長1日、承認から数える",
         "ask for maintenance of a server, line, power device\nor service, or of the whole site (a second person\napproves); at most a day, counted from the approval"}},
    {"maintenance end [--target NAME]",
        {"保守を終える（承認は不要）", "end it; needs no second person"}},
    {"power stop",
        {"今回の停電では、これ以上負荷を切らない。\n再投入も止める",
         "nothing more is switched off in this outage, nor on\nagain"}},
    {"power restore [STAGE|all]",
        {"復電後、停止計画で切った負荷の再投入を依頼する\n（2人目の承認が必要）",
         "after an outage: ask for what the plan switched off\nto be switched on again (a second person approves)"}},
    {"approve ID", {"ほかの人の依頼を承認する（直ちに実行）",
         "approve what another person asked for: it is done\nat once"}},
    {"withdraw ID", {"自分の依頼を取り下げる", "take back what you asked for"}},
    {"adopt",
        {"継続中の事案を、直した連絡網に合わせる（2人目の\n承認が必要）",
         "open incidents change to the edited ladder (a\nsecond person approves)"}},

    {NULL, {"連絡網を確かめる", "Check the contact network"}},
    {"contacts check [--json] [--config FILE] [--file PATH]",
        {"今後35日の当番の空きと、35日以上確認のない連絡先",
         "roles with nobody in the next 35 days, and contacts\nnot confirmed for 35 days"}},
    {"contacts test", {"全手段を、人に知らせず試す", "test every channel without disturbing anybody"}},
    {"contacts tree INC",
        {"電話連絡表（相手、番号、話すこと）",
         "whom to call by hand, with numbers and what to say"}},
    {"contacts drill [--for DURATION]",
        {"連絡網訓練を依頼する（2人目の承認が必要）",
         "ask for a drill of the contact network (a second\nperson approves)"}},
    {"contacts end INC", {"連絡網訓練を終える", "end such a drill"}},

    {NULL, {"訓練する", "Drill"}},
    {"drill plan [NAME]",
        {"訓練の種類、または一つの訓練の手順",
         "the library of drills, or one of them step by step"}},
    {"drill start NAME [--config FILE] [--format text|html] [--json]\n"
     "              [--directory DIR]",
        {"模擬の複製上で行う（全項目達成なら終了コード 0）",
         "carry it out in the twin of the site; exit 0 only\nif every expectation held"}},
    {"drill rehearse NAME [--json]",
        {"今それ（サーバ・回線・電源機器・mains）が故障\nしたら何を判断するか。何も動かさない",
         "what would be decided if that server, line, power\ndevice or `mains` failed now; touches nothing"}},
    {"drill switchover [SERVER] --reason TEXT [--for DURATION] [--json]",
        {"実機の切替訓練を依頼する（全体の保守時間内、2人目\nの承認が必要）",
         "ask for a drill that really moves the service,\ninside a maintenance window (a second person\napproves)"}},
    {"drill give-back",
        {"訓練の切戻しを依頼する（2人目の承認が必要）",
         "ask for the way back (a second person approves)"}},
    {"drill status | abort",
        {"実施中・前回・次回期限／中止する",
         "the one under way, the last one, the next; end it"}},
    {"drill report [ID]", {"訓練報告書", "its report (the last one unless named)"}},

    {NULL, {"報告と証拠", "Reports and evidence"}},
    {"report INC [--format text|html] [--json] [--file PATH]",
        {"障害報告書（印刷用）", "the incident report, for paper"}},
    {"report month [YYYY-MM] [--format text|html] [--json]",
        {"月次報告書（可用率、訓練、指摘事項）",
         "the month: availability, drills, findings"}},
    {"replay [INC] [--with FILE] [--json] [--file PATH]",
        {"判断を記録から再現して照合する。--with は別の設定\nなら何を判断したかを並べて示す",
         "decide the incident again, offline, and compare;\n--with: what another site file would have decided"}},
    {"journal verify [--file PATH]",
        {"記録の連鎖を検査する", "check the chain of the journal"}},
    {"shadow report [--json] [--file PATH]",
        {"試行運用で、本番なら行われた動作",
         "what shadow mode would have done"}},

    {NULL, {"設定", "Set up"}},
    {"keygen [FILE]",
        {"心拍の鍵を作る（既存のファイルは上書きしない）",
         "a new heartbeat key; never overwrites a file"}},
    {"passphrase PERSON --file PATH",
        {"共用端末の暗証句を設定する（root）",
         "set a passphrase for shared terminals (as root)"}},
};

static const char *const usage[2] = {
    "使い方: monitorctl [--socket PATH] [--language ja|en] 命令 ...\n",
    "usage: monitorctl [--socket PATH] [--language ja|en] COMMAND ...\n"};

static const char *const rest[2] = {
    "\n"
    "INC      事案番号（INC-20261121-0003、または末尾の番号だけ: 3）\n"
    "DURATION 設定ファイルと同じ書き方: 90min、90m、2h。HH:MM は次に来るその時刻\n"
    "\n"
    "  --socket PATH     既定は $NOROSHI_SOCKET、なければ " MD_SOCKET_DEFAULT "\n"
    "  --language ja|en  既定は組織の言語。ASCII だけの端末では英語\n"
    "  --as PERSON       この担当者として操作する（暗証句を尋ねる）\n"
    "  --break-glass --reason TEXT\n"
    "                    switch と maintenance を一人の判断で行う（決定者に報告）\n"
    "  --help, --version\n"
    "\n"
    "終了コード: 0 完了、1 拒否・該当なし・連鎖の異常、3 ファイルを読めない、\n"
    "  4 監視プログラムにつながらない、64 使い方の誤り。\n"
    "  status では 0 正常、1 縮退、2 停止、3 不明。\n",
    "\n"
    "INC      an incident like INC-20261121-0003, or only its number: 3\n"
    "DURATION as in the site file: 90min (or 90m), 2h. HH:MM is the next such time\n"
    "\n"
    "  --socket PATH     default: $NOROSHI_SOCKET, else " MD_SOCKET_DEFAULT "\n"
    "  --language ja|en  default: the site's; English on a terminal of ASCII only\n"
    "  --as PERSON       act as this person; asks for the passphrase\n"
    "  --break-glass --reason TEXT\n"
    "                    switch and maintenance without a second person; those\n"
    "                    who must decide are told, and nobody can prevent that\n"
    "  --help, --version\n"
    "\n"
    "exit: 0 done; 1 refused, not found or a broken chain; 3 a file cannot be read;\n"
    "      4 no daemon; 64 wrong usage.  status: 0 ok, 1 degraded, 2 down, 3 unknown.\n"};
/* clang-format on */

static void print_entry(FILE *out, const char *command, const char *words)
{
    size_t length = strlen(command);

    fprintf(out, "  %s", command);
    if (length + 3 > COLUMN) {
        fprintf(out, "\n%*s", COLUMN, "");
    } else {
        fprintf(out, "%*s", (int)(COLUMN - 2 - length), "");
    }
    for (; *words != '\0'; words++) {
        fputc(*words, out);
        if (*words == '\n') {
            fprintf(out, "%*s", COLUMN, "");
        }
    }
    fputc('\n', out);
}

void md_text_help_print(FILE *out, enum cfg_language language)
{
    unsigned column = language == CFG_LANGUAGE_EN ? 1 : 0;

    fputs(usage[column], out);
    for (size_t i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
        if (entries[i].command == NULL) {
            fprintf(out, "\n%s\n", entries[i].words[column]);
        } else {
            print_entry(out, entries[i].command, entries[i].words[column]);
        }
    }
    fputs(rest[column], out);
}
