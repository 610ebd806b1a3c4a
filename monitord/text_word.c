/* SPDX-License-Identifier: Apache-2.0 */
/* The words themselves: Japanese and English side by side, in the order of monitord/text_word.h, and
 * the few functions that fill, cut and measure them. It decides nothing and prints nothing; screen,
 * messages and reports call it. */
#include "monitord/text_word.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define WORD(id, japanese, english) [MD_WORD_##id] = {japanese, english},

/* clang-format off */
static const char *const words[MD_WORD_COUNT][2] = {
    WORD(MARK_OK, "○", "○")
    WORD(MARK_DEGRADED, "△", "△")
    WORD(MARK_DOWN, "×", "×")
    WORD(MARK_UNKNOWN, "？", "？")
    WORD(MARK_NONE, "－", "－")
    WORD(ASCII_OK, "o", "o")
    WORD(ASCII_DEGRADED, "!", "!")
    WORD(ASCII_DOWN, "X", "X")
    WORD(ASCII_UNKNOWN, "?", "?")
    WORD(ASCII_NONE, "-", "-")
    WORD(STATE_OK, "正常", "ok")
    WORD(STATE_DEGRADED, "縮退", "degraded")
    WORD(STATE_DOWN, "停止", "down")
    WORD(STATE_UNKNOWN, "不明", "unknown")
    WORD(STATE_NONE, "対象外", "not applicable")
    WORD(ROLE_ACTIVE, "運用中", "active")
    WORD(ROLE_STANDBY, "待機", "standby")
    WORD(ROLE_FENCED, "遮断済み", "fenced")
    WORD(ROLE_UNKNOWN, "役割不明", "role unknown")
    WORD(PREFERRED, "主系", "primary")
    WORD(OTHER, "副系", "secondary")
    WORD(PREFERRED_SHORT, "主", "pri")
    WORD(OTHER_SHORT, "副", "sec")
    WORD(MODE_NORMAL, "通常運用", "normal")
    WORD(MODE_MAINTENANCE, "保守中", "MAINTENANCE")
    WORD(MODE_DRILL, "訓練中", "DRILL")
    WORD(MODE_FROZEN, "自動切替停止中", "AUTOMATIC ACTIONS STOPPED")
    WORD(SEVERITY_1, "緊急", "critical")
    WORD(SEVERITY_2, "重大", "serious")
    WORD(SEVERITY_3, "注意", "warning")
    WORD(SEVERITY_4, "情報", "information")
    WORD(CLASS, "可用性{1}", "class {1}")
    WORD(SEVERITY, "重大度{1}（{2}）", "severity {1} ({2})")
    WORD(MONITOR, "監視装置", "monitor")

    /* messages */
    WORD(TAG_INCIDENT, "【障害】", "[INCIDENT]")
    WORD(TAG_RECOVERED, "【復旧】", "[RECOVERED]")
    WORD(TAG_DRILL, "【訓練】", "[DRILL]")
    WORD(TAG_RESEND, "【再送】", "[SENT AGAIN]")
    WORD(TAG_WORSENED, "悪化", "worse:")
    WORD(TAG_REMINDER, "未了知", "unanswered:")
    WORD(TAG_HANDOVER, "引継ぎ", "handed over:")
    WORD(TAG_UNSTABLE, "不安定", "unstable:")
    WORD(TAG_BRIEF, "【発生・復旧】", "[CAME AND WENT]")
    WORD(TAG_DELAYED, "【遅延】", "[DELAYED]")
    WORD(TAG_ABORTED, "【実災害】訓練中止", "[REAL INCIDENT] drill aborted")
    WORD(BRIEF_SERVICES_MORE, "{1}ほか{2}", "{1} and {2} more")
    WORD(BRIEF_DID, "→{1}", ", {1}")
    WORD(BRIEF_ACK, "了知 {1}", "ack {1}")
    WORD(BRIEF_TITLE, "{1}{2}", "{1} {2}")
    WORD(SUBJECT_OF, "{1}（{2}）", "{1} ({2})")
    WORD(MAIL_DRILL, "これは訓練です。実際の障害ではありません。了知の操作まで行ってください。",
        "This is a drill, not a real incident. Please carry it through to the acknowledgement.")
    WORD(MAIL_DRILL_END, "以上、訓練。", "End of drill message.")
    WORD(MAIL_RESEND, "監視プログラムの再起動後に再送しています。同じ内容が届いていることがあります。",
        "Sent again after the monitor restarted; you may have had it before.")
    WORD(MAIL_WHAT, "■ 何が起きたか", "WHAT HAPPENED")
    WORD(MAIL_OPENED_AT, "発生 {1}　事案 {2}　{3}", "Since {1}, incident {2}, {3}")
    WORD(MAIL_RECOVERED, "復旧しました（{1} 現在）。", "It has recovered (as of {1}).")
    WORD(MAIL_WORSENED, "状況が悪化しました。以前の了知は無効です。", "It has become worse; earlier acknowledgements no longer count.")
    WORD(MAIL_REMINDER, "まだ誰も了知していないか、了知の期限が切れました。再度お知らせします。",
        "Nobody has acknowledged, or the acknowledgement has expired. This is a reminder.")
    WORD(MAIL_HANDOVER, "当番交代により引き継ぎます。前任者の了知は終わりました。内容を確認し、了知してください。",
        "It is handed over with the shift; what was acknowledged before has ended. Please read and acknowledge.")
    WORD(MAIL_UNSTABLE, "発生と復旧を繰り返しています。自動の切戻しを止めました。落ち着くまで追加の連絡はしません。",
        "It comes and goes. Automatic failback is stopped; no more messages until it settles.")
    WORD(MAIL_BRIEF, "連絡する前に復旧しました。原因を確認してください。",
        "It had recovered before anybody could be told. Please find out why.")
    WORD(MAIL_DELAYED, "回線が使えなかったため、遅れて送っています。現在の状態は端末で確認してください。",
        "Late, because no line could carry it. See the terminal for how things stand now.")
    WORD(MAIL_ABORTED, "実際の障害が起きたため、訓練を中止しました。訓練の連絡には応答せず、次の連絡に従ってください。",
        "Something real has happened and the drill is over. Do not answer it; follow the next message.")
    WORD(MAIL_CHILDREN, "関連して起きていること: {1}", "Related: {1}")
    WORD(MAIL_MACHINE, "■ 機械がしたこと", "WHAT THE MACHINE DID")
    WORD(MAIL_NOTHING, "自動動作はまだありません。", "No automatic action so far.")
    WORD(MAIL_BLOCKED, "停止中の自動動作: {1}（{2}）", "Automatic action not taken: {1} ({2})")
    WORD(MAIL_YOU, "■ あなたの対応", "WHAT YOU SHOULD DO")
    WORD(MAIL_ACK, "指令台の画面で [a]、または次の操作で了知してください（事案 {1}）。",
        "Acknowledge with [a] on the screen at the centre, or with this command (incident {1}):")
    WORD(MAIL_ACK_HOW, "    monitorctl ack {1}", "    monitorctl ack {1}")
    WORD(MAIL_ACK_NONE, "操作は要りません。復旧を確認してください。", "Nothing to answer. Please confirm that all is well.")
    WORD(MAIL_CANNOT, "対応できないときは monitorctl cannot {1} で、すぐ次の担当者に連絡します。",
        "If you cannot respond, monitorctl cannot {1} calls the next person at once.")
    WORD(MAIL_SERVICES, "■ サービスの状態（{1} 現在）", "STATE OF THE SERVICES (as of {1})")
    WORD(MAIL_GONE, "この事案は現在の一覧にありません。経過は記録にあります: monitorctl report {1}",
        "This incident is no longer listed. Its course is in the journal: monitorctl report {1}")
    WORD(MAIL_NUMBER, "事案番号 {1}（通番 {2}）", "Incident {1} (number {2})")
    WORD(MAIL_FOOT, "-- {1}　Noroshi 監視　連絡 {2}　{3}回目", "-- {1}, monitored by Noroshi, message {2}, attempt {3}")
    WORD(SERVICE_OUTAGE, "停止 {1} / 目標 {2}", "was down {1} of {2}")
    WORD(SERVICE_DOWN_RTO, "{1}経過 / 目標 {2}（残り {3}）", "{1} of {2}, {3} left")
    WORD(SERVICE_DOWN_OVER, "{1}経過 / 目標 {2} 超過", "{1}, target {2} EXCEEDED")
    WORD(SERVICE_DOWN, "停止 {1}", "down for {1}")
    WORD(SERVICE_TARGET, "目標 {1}", "target {1}")
    WORD(STANDBY_NONE, "予備なし", "no standby")
    WORD(UNTIL, "{1} まで", "until {1}")
    WORD(UNTIL_LIFTED, "解除まで", "until lifted")

    /* durations and quantities */
    WORD(SECONDS, "{1}秒", "{1} s")
    WORD(MINUTES, "{1}分", "{1} min")
    WORD(HOURS, "{1}時間", "{1} h")
    WORD(DAYS, "{1}日", "{1} d")
    WORD(HOURS_MINUTES, "{1}時間{2}分", "{1} h {2} min")
    WORD(MILLISECONDS, "{1}ミリ秒", "{1} ms")
    WORD(AGO, "{1}前", "{1} ago")
    WORD(OLD, "（{1}前の値）", " ({1} old)")

    /* screen and plain lines */
    WORD(LABEL_STATE, "状態", "State")
    WORD(LABEL_INCIDENT, "事案", "Incident")
    WORD(LABEL_DID, "機械がしたこと", "Machine did")
    WORD(LABEL_YOU, "あなたの対応", "You should")
    WORD(LABEL_ACK, "了知するには", "To acknowledge")
    WORD(LABEL_BLOCKED, "自動停止", "Automatic")
    WORD(LABEL_SERVICE, "サービス", "Service")
    WORD(LABEL_SERVER, "サーバ", "Server")
    WORD(LABEL_LINE, "回線", "Line")
    WORD(LABEL_POWER, "電源", "Power")
    WORD(LABEL_CONTACT, "連絡網", "Contact")
    WORD(LABEL_MONITOR, "監視", "Monitor")
    WORD(LABEL_SWITCHOVER, "自動切替", "Switchover")
    WORD(LABEL_CHILD, "関連", "Related")
    WORD(ALL_WELL, "全サービス正常", "All services ok")
    WORD(NO_SWITCHOVER, "前回 なし", "last: none")
    WORD(SWITCHOVER_AGO, "前回 {1}前", "last {1} ago")
    WORD(STEP_FENCE, "停止側の電源遮断中", "fencing")
    WORD(STEP_DRAIN, "処理の完了待ち", "draining")
    WORD(STEP_CHOOSE, "切替先を記録中", "choosing")
    WORD(STEP_HOLD, "運用権の取得待ち", "waiting for it to take over")
    WORD(STEP_VERIFY, "応答の確認中", "verifying the answer")
    WORD(SWITCHOVER_NOW, "系切替を実行中 → {1}（{2}）", "switchover to {1} under way ({2})")
    WORD(OPEN_COUNT, "未処理 {1}件", "{1} open")
    WORD(NOT_ALL_WELL, "{1} のサービスがあります", "A service is {1}")
    WORD(WARMING_UP, "起動直後: 最初の値を集めています", "Just started: collecting the first values")
    WORD(NOT_ACTING, "自動動作は停止中です", "Automatic actions are stopped")
    WORD(OCCURRED, "発生 {1}", "since {1}")
    WORD(RECOVERED, "復旧", "recovered")
    WORD(OPEN, "継続中", "open")
    WORD(CONTACT_LABEL, "連絡の状況", "Response")
    WORD(CLOSED, "終結", "closed")
    WORD(UNACKED, "未了知 {1}", "unacknowledged {1}")
    WORD(ACKED_BY, "了知 {1}", "acknowledged by {1}")
    WORD(ACKED_AT, "了知 {1}", "acknowledged at {1}")
    WORD(OWNED_BY, "対応着手 {1}", "taken on by {1}")
    WORD(ACK_LEFT, "期限まで {1}", "{1} left")
    WORD(NEXT_RUNG, "次の連絡先まで {1}", "next rung in {1}")
    WORD(ACK_ORDER, "monitorctl ack {1}", "monitorctl ack {1}")
    WORD(HEARTBEAT, "心拍 {1}前", "heartbeat {1} ago")
    WORD(HEARTBEAT_NEVER, "心拍なし", "no heartbeat")
    WORD(BEAT, "心拍 {1}", "beat {1}")
    WORD(SERVICE_BAD, "業務プログラム異常", "service check failed")
    WORD(UNPOWERED, "給電なし", "no power")
    WORD(LINE_ACTIVE, "使用中", "in use")
    WORD(LINE_STANDBY, "待機", "standby")
    WORD(LOSS, "損失 {1}%", "loss {1}%")
    WORD(NO_LOSS, "損失 不明", "loss unknown")
    WORD(CHARGE, "残量 {1}%", "charge {1}%")
    WORD(RUNTIME, "残り {1}", "{1} left")
    WORD(LOAD, "負荷 {1}%", "load {1}%")
    WORD(FUEL, "燃料 {1}%", "fuel {1}%")
    WORD(ON_BATTERY, "電池運転", "on battery")
    WORD(DYING, "まもなく停止", "about to stop")
    WORD(GEN_STOPPED, "停止中", "stopped")
    WORD(GEN_CRANKING, "始動中", "cranking")
    WORD(GEN_WARMING, "暖機中", "warming up")
    WORD(GEN_RUNNING, "運転中", "running")
    WORD(GEN_LOADED, "給電中", "on load")
    WORD(GEN_COOLING, "冷却運転中", "cooling down")
    WORD(GEN_FAULT, "故障", "fault")
    WORD(GEN_READY, "待機（自動）", "ready (auto)")
    WORD(GEN_NOT_AUTO, "自動でない", "not in auto")
    WORD(SOURCE_MAINS, "商用側", "on mains")
    WORD(SOURCE_GENERATOR, "発電機側", "on generator")
    WORD(SOURCE_NONE, "給電元なし", "no source")
    WORD(VALUES_OLD, "値なし", "no value")
    WORD(MORE, "…ほか {1}件", "... {1} more")
    WORD(CONTACT_QUEUED, "送出待ち", "queued")
    WORD(CONTACT_ACCEPTED, "送達・未了知", "delivered, unanswered")
    WORD(CONTACT_FAILED, "送出失敗", "failed")
    WORD(CONTACT_ACKNOWLEDGED, "了知", "acknowledged")
    WORD(CHANNEL_TERMINAL, "端末", "terminal")
    WORD(CHANNEL_SMTP, "メール", "mail")
    WORD(CHANNEL_COMMAND, "外部送出", "command")
    WORD(MESSAGE_OPENED, "発生", "opened")
    WORD(MESSAGE_WORSENED, "悪化", "worsened")
    WORD(MESSAGE_REMINDER, "再通知", "reminder")
    WORD(MESSAGE_RECOVERED, "復旧", "recovered")
    WORD(MESSAGE_HANDOVER, "引継ぎ", "handed over")
    WORD(MESSAGE_BRIEF, "発生・復旧", "came and went")
    WORD(MESSAGE_UNSTABLE, "不安定", "unstable")
    WORD(MESSAGE_ABORTED, "訓練中止", "drill aborted")
    WORD(ATTEMPT, "{1}回目", "attempt {1}")
    WORD(NO_CONTACTS, "連絡はありません", "nobody has been contacted")
    WORD(NO_INCIDENTS, "事案はありません", "no incidents")
    WORD(NO_DEVICES, "電源機器の登録なし", "no power devices configured")
    WORD(NO_HISTORY, "終結した事案の記録は読めません（監視プログラムの記録を読む権限がありません）",
        "closed incidents cannot be read (no right to read the journal)")
    WORD(JOURNAL_OK, "記録 ○ 正常", "journal ok")
    WORD(JOURNAL_DEAD, "記録 × 書込不能", "journal DEAD")
    WORD(LAGS, "遅れ {1}ms", "lag {1} ms")
    WORD(KEYS_MAIN, "[a]了知 [o]対応着手 [n]対応不能 [r]復旧確認 [h]履歴 [l]回線 [p]電源 [c]連絡 [?]説明 [q]終了",
        "[a]ck [o]wn ca[n]not [r]esolve  [h]istory [l]ines [p]ower [c]ontacts  [?] help [q]uit")
    WORD(KEYS_MAIN_SHORT, "[a]了知 [o]着手 [h]履歴 [l]回線 [p]電源 [c]連絡 [?]説明 [q]終了",
        "[a]ck [o]wn [h]istory [l]ines [p]ower [c]ontacts [?] help [q]uit")
    WORD(KEYS_PAGE, "[m]戻る [↑][↓]送り [h]履歴 [l]回線 [p]電源 [c]連絡 [?]説明 [q]終了",
        "[m]ain [Up][Down] scroll [h]istory [l]ines [p]ower [c]ontacts [?] help [q]uit")
    WORD(HELP,
        "a  選んだ事案を了知する（自分の名前で記録され、期限が来ると再び連絡します）\n"
        "o  対応に着手する        n  対応できない（すぐ次の担当者に連絡します）\n"
        "r  復旧を確認した        Tab  次の事案を選ぶ\n"
        "h  事案の履歴   l  回線   p  電源   c  連絡の状況   m  最初の画面   q  終了\n"
        "\n"
        "○ 正常    △ 縮退（応答するが予備なし・電池運転など）    × 停止\n"
        "？ 不明（停止とは限りません）    － 対象外\n"
        "\n"
        "値の横の「○分前の値」は、その値が古いことを示します。\n"
        "未了知の事案があるあいだ、10秒ごとに音が鳴ります（--quiet で消音）。\n"
        "操作は、この端末の利用者が名簿に登録されているときだけ受け付けられます。",
        "a  acknowledge the selected incident (recorded in your name; it expires and calls again)\n"
        "o  take it on            n  cannot respond (the next person is called at once)\n"
        "r  confirm that it is resolved        Tab  select the next incident\n"
        "h  incidents   l  lines   p  power   c  contacts   m  main screen   q  quit\n"
        "\n"
        "A mark and a word carry every state: ok, degraded (it answers, but without\n"
        "redundancy, on battery ...), down, unknown (not necessarily down).\n"
        "\n"
        "A value followed by its age is old.\n"
        "While an incident is unacknowledged a bell sounds every 10 s (--quiet: never).\n"
        "Orders are taken only from a user who is a person of the site.")
    WORD(CONFIRM_CANNOT, "{1} に「対応できない」と答えますか  [y] はい", "Cannot respond to {1}? The next person is called. [y] yes")
    WORD(CONFIRM_RESOLVE, "{1} の復旧を確認しましたか。 [y] はい", "Is {1} resolved? [y] yes")
    WORD(DONE_ACK, "{1} を了知しました。", "Acknowledged {1}.")
    WORD(DONE_OWN, "{1} の対応に着手しました。", "{1} is taken on by you.")
    WORD(DONE_CANNOT, "{1} に対応不能と答えました。次の担当者に連絡します。", "You cannot respond to {1}; the next person is called.")
    WORD(DONE_RESOLVE, "{1} の復旧を確認しました。", "{1} is resolved.")
    WORD(DONE_HOLD, "自動切替を止めました。再開は monitorctl release です。", "Automatic switchover is on hold; resume with monitorctl release.")
    WORD(DONE_RELEASE, "自動切替を再開しました。", "Automatic switchover is resumed.")
    WORD(NO_OPEN_INCIDENT, "対象の事案がありません。", "There is no incident to act on.")
    WORD(NOT_JOURNALLED, "ただし記録媒体に書けていません。", "But it could not be written to the journal.")
    WORD(REFUSED, "拒否されました: {1}", "Refused: {1}")
    WORD(LOST_DAEMON, "監視プログラムにつながりません", "THE MONITOR DOES NOT ANSWER")
    WORD(LOST_SINCE, "最後の情報は {1} のもの（{2}前）。現在の状態は不明です。", "Last known at {1} ({2} ago). The present state is unknown.")
    WORD(LOST_HINT, "確認: systemctl status monitord　再接続を続けています", "Check: systemctl status monitord. Trying to reconnect.")
    WORD(OLD_BELOW, "以下は {1} 現在の情報（古い）", "BELOW: AS OF {1} (OLD)")
    WORD(DATA_OLD, "情報が {1}前から更新されていません。現在の状態は不明です。", "No news for {1}. The present state is unknown.")
    WORD(CONNECTING, "監視プログラムに接続しています…", "Connecting to the monitor ...")
    WORD(TOO_SMALL, "画面が小さすぎます（80×24以上）", "The window is too small (80x24)")
    WORD(RULE, "─", "─")
    WORD(DRILL_SIDE, "訓練", "DRILL")
    WORD(GONE, "一覧から消えました", "no longer listed")
    WORD(ERROR_NOT_A_PERSON, "この利用者は名簿にありません（login が合う人が一人だけ必要）", "this user is no person of the site (one login must match)")
    WORD(ERROR_NO_INCIDENT, "その番号の事案はありません", "there is no such incident")
    WORD(ERROR_CLOSED, "その事案はすでに終結しています", "that incident is already closed")
    WORD(ERROR_NO_EFFECT, "効力がありません（原因が続いているか、すでに終わった事案です）",
        "it has no effect: its cause goes on, or it is over")
    WORD(ERROR_BUSY, "監視プログラムが処理中です。もう一度試してください", "the monitor is busy; please try again")
    WORD(LABEL_APPROVAL, "承認待ち", "Approval")
    WORD(APPROVAL_WAITS, "monitorctl approve {4}  {1}（依頼 {2}、残り {3}）", "monitorctl approve {4}  {1} (asked by {2}, {3} left)")
    WORD(NO_APPROVALS, "承認待ちの指示はありません", "nothing waits for approval")
    WORD(DONE_ASKED, "もう一人の承認を待っています（{2}、{3}以内）: monitorctl approve {1}", "Waiting for a second person ({2}, within {3}): monitorctl approve {1}")
    WORD(DONE_APPROVED, "{1} を承認しました。実行を始めます。", "Approved {1}; it is being carried out.")
    WORD(DONE_WITHDRAWN, "{1} を取り下げました。", "Withdrew {1}.")
    WORD(DONE_MAINTENANCE_END, "保守を終了しました。", "Maintenance is ended.")
    WORD(ERROR_NO_SERVER, "その名前のサーバはありません", "no server has this name")
    WORD(ERROR_NO_END, "保守には終了時刻が必要です（最長1日）", "maintenance needs an end, at most a day away")
    WORD(ERROR_TOO_MANY, "承認待ちの指示が多すぎます", "too many requests wait for approval")
    WORD(ERROR_SAME_PERSON, "依頼した人とは別の人の承認が必要です", "a person other than the one who asked must approve it")
    WORD(ERROR_NO_REQUEST, "その番号の承認待ちの指示はありません", "no request of this id waits (for you)")

    /* the incident report */
    WORD(REPORT_TITLE, "障害報告書", "INCIDENT REPORT")
    WORD(REPORT_SITE, "組織", "Site")
    WORD(REPORT_ISSUE, "第{1}報", "report no. {1}")
    WORD(REPORT_FINAL, "第{1}報（最終）", "report no. {1} (final)")
    WORD(REPORT_MADE_AT, "作成", "Made at")
    WORD(REPORT_ID, "事案番号", "Incident")
    WORD(REPORT_KIND, "区分", "Kind")
    WORD(REPORT_REAL, "実災害", "real")
    WORD(REPORT_DRILL, "【訓練】", "[DRILL]")
    WORD(REPORT_STATE, "現況", "State")
    WORD(REPORT_TIMES, "1. 時刻", "1. Times")
    WORD(REPORT_DETECTED, "検知", "Detected")
    WORD(REPORT_DECIDED, "判断", "Decided")
    WORD(REPORT_ACTED, "処置完了", "Acted")
    WORD(REPORT_RESTORED, "サービス復旧", "Restored")
    WORD(REPORT_RECOVERED, "事案復旧", "Recovered")
    WORD(REPORT_CLOSED, "終結", "Closed")
    WORD(REPORT_NOT_YET, "まだ", "not yet")
    WORD(REPORT_NOT_NEEDED, "該当なし（記録なし）", "none (nothing recorded)")
    WORD(REPORT_AFTER, "検知から {1}", "{1} after detection")
    WORD(REPORT_SERVICES, "2. 対象サービスと復旧目標", "2. Services and recovery times")
    WORD(REPORT_SERVICE, "{1}（可用性{2}）", "{1} (class {2})")
    WORD(REPORT_WITHIN, "停止 {1} / 目標 {2}　目標内", "down {1} / target {2}, within")
    WORD(REPORT_BREACHED, "停止 {1} / 目標 {2}　超過", "down {1} / target {2}, EXCEEDED")
    WORD(REPORT_ONGOING, "停止中 {1} / 目標 {2}", "still down, {1} / target {2}")
    WORD(REPORT_CAUSE, "3. 原因", "3. Cause")
    WORD(REPORT_SUSPECTED, "推定", "suspected")
    WORD(REPORT_CHILDREN, "関連事象", "Related")
    WORD(REPORT_REDUNDANCY, "4. 冗長の残り（{1} 現在）", "4. Redundancy left (as of {1})")
    WORD(REPORT_MEASURES, "5. 応急措置と結果", "5. What was done, and its result")
    WORD(REPORT_CONTACTS, "6. 連絡の経過", "6. Contacts")
    WORD(REPORT_ORDERS, "7. 指示と指示者", "7. Orders of people")
    WORD(REPORT_BY_PEOPLE, "8. 人が記入する事項", "8. To be filled in by people")
    WORD(REPORT_NOW, "監視プログラムに接続できないため不明", "unknown: the monitor does not answer")
    WORD(REPORT_NO_DATA, "記録なし", "not recorded")
    WORD(REPORT_NONE, "なし", "none")
    WORD(REPORT_EVIDENCE, "9. 証拠", "9. Evidence")
    WORD(REPORT_ROWS, "記録 {1} の第 {2}～{3} 行（{4} 行）", "journal {1}, rows {2} to {3} ({4} rows)")
    WORD(REPORT_BLANK, "原因（推定・確定）", "Cause (suspected, confirmed)")
    WORD(REPORT_OUTSIDE, "外部報告の要否と判断者", "Report outside: yes/no, decided by")
    WORD(REPORT_PREVENTION, "再発防止策・期限・担当", "Prevention, by when, by whom")
    WORD(REPORT_SIGN, "記入者・承認者", "Filled in by, approved by")
    WORD(REPORT_PENDING, "結果待ち", "no result yet")
    WORD(REPORT_DELIVERED, "送達", "delivered")
    WORD(REPORT_NO_OUTAGE, "停止の記録なし", "no outage recorded")
    WORD(REPORT_RESULT_RETRY, "再試行待ち", "to be tried again")
    WORD(REPORT_RESULT_FAILED, "失敗", "failed")
    WORD(REPORT_REFUSED, "拒否（{1}）", "refused ({1})")
    WORD(REPORT_PAGE_DRILL, "【訓練】この報告書は訓練の記録です。", "[DRILL] This is the record of a drill.")
    WORD(REPORT_HANDLING, "取扱注意　関係者限り（機密性2）", "Handle with care: for those concerned only (class 2)")
    WORD(TIMELINE_TITLE, "経過図", "Timeline")
    WORD(TIMELINE_TIMES, "節目", "Milestones")
    WORD(TIMELINE_MACHINE, "機械の措置", "Machine")
    WORD(TIMELINE_CONTACTS, "連絡", "Contacts")
    WORD(TIMELINE_PEOPLE, "人の指示", "People")
    WORD(TIMELINE_AXIS, "検知から（対数）", "after detection (log)")
    WORD(TIMELINE_KEY, "◆ 節目・指示　■ 措置　● 了知あり　○ 未了知　× 不達・再試行。数字は下の表の行番号。", "◆ milestone, order  ■ measure  ● acknowledged  ○ not acknowledged  × not delivered. Numbers are rows of the tables below.")
    WORD(ORDER_ACKNOWLEDGE, "了知", "acknowledge")
    WORD(ORDER_OWN, "対応着手", "take on")
    WORD(ORDER_CANNOT, "対応不能", "cannot respond")
    WORD(ORDER_RESOLVE, "復旧確認", "resolve")
    WORD(ORDER_SWITCH, "系切替", "switch over")
    WORD(ORDER_MAINTENANCE_BEGIN, "保守開始", "begin maintenance")
    WORD(ORDER_MAINTENANCE_END, "保守終了", "end maintenance")
    WORD(ORDER_HOLD, "自動切替の停止", "hold")
    WORD(ORDER_RELEASE, "自動切替の再開", "release")

    /* who would be paged */
    WORD(RUNG, "第{1}段", "Rung {1}")
    WORD(RUNG_WAIT, "了知がなければ {1}後に次へ", "next rung after {1} without an acknowledgement")
    WORD(RUNG_EVERYBODY, "全員の了知が必要", "everybody must acknowledge")
    WORD(RUNG_NOBODY, "該当者なし", "nobody")
    WORD(RUNG_DRILL, "訓練対象", "drills")
};
/* clang-format on */

const char *md_text_word(enum cfg_language language, enum md_word word)
{
    assert((unsigned)word < MD_WORD_COUNT);
    const char *text = words[word][language == CFG_LANGUAGE_EN ? 1 : 0];
    return text != NULL ? text : "";
}

/* Whether byte continues a UTF-8 character. */
static bool continues(char byte)
{
    return ((unsigned char)byte & 0xc0) == 0x80;
}

static void append_bytes(char *text, size_t size, const char *more, size_t length)
{
    size_t used = strlen(text);

    if (used + length >= size) {
        length = size - used - 1;
        while (length > 0 && continues(more[length])) {
            length--;
        }
    }
    memcpy(text + used, more, length);
    text[used + length] = '\0';
}

void md_text_append(char *text, size_t size, const char *more)
{
    append_bytes(text, size, more, strlen(more));
}

void md_text_fill(char *text, size_t size, enum cfg_language language, enum md_word word, ...)
{
    const char *fills[4] = {"", "", "", ""};
    const char *rest = md_text_word(language, word);
    va_list arguments;

    va_start(arguments, word);
    for (size_t i = 0; i < 4; i++) {
        const char *fill = va_arg(arguments, const char *);
        if (fill == NULL) {
            break;
        }
        fills[i] = fill;
    }
    va_end(arguments);
    text[0] = '\0';
    while (*rest != '\0') {
        if (rest[0] == '{' && rest[1] >= '1' && rest[1] <= '4' && rest[2] == '}') {
            md_text_append(text, size, fills[rest[1] - '1']);
            rest += 3;
            continue;
        }
        size_t run = 1 + strcspn(rest + 1, "{");
        append_bytes(text, size, rest, run);
        rest += run;
    }
}

void md_text_duration(char *text, size_t size, enum cfg_language language, double seconds)
{
    char first[32], second[32];
    long long whole = seconds < 0 ? 0 : seconds > 1e12 ? 1000000000000LL : (long long)seconds;

    if (seconds < 0.1 && seconds > 0) {
        snprintf(first, sizeof(first), "%.0f", seconds * 1000);
        md_text_fill(text, size, language, MD_WORD_MILLISECONDS, first, NULL);
    } else if (seconds < 10) {
        snprintf(first, sizeof(first), "%.1f", seconds < 0 ? 0.0 : seconds);
        char *zero = strstr(first, ".0");
        if (zero != NULL) {
            *zero = '\0';
        }
        md_text_fill(text, size, language, MD_WORD_SECONDS, first, NULL);
    } else if (whole <= 120) {
        snprintf(first, sizeof(first), "%lld", whole);
        md_text_fill(text, size, language, MD_WORD_SECONDS, first, NULL);
    } else if (whole < 3600) {
        snprintf(first, sizeof(first), "%lld", whole / 60);
        md_text_fill(text, size, language, MD_WORD_MINUTES, first, NULL);
    } else if (whole < 10 * 3600) {
        snprintf(first, sizeof(first), "%lld", whole / 3600);
        snprintf(second, sizeof(second), "%02lld", whole % 3600 / 60);
        md_text_fill(text, size, language, MD_WORD_HOURS_MINUTES, first, second, NULL);
    } else if (whole < 96 * 3600) {
        snprintf(first, sizeof(first), "%lld", whole / 3600);
        md_text_fill(text, size, language, MD_WORD_HOURS, first, NULL);
    } else {
        snprintf(first, sizeof(first), "%lld", whole / 86400);
        md_text_fill(text, size, language, MD_WORD_DAYS, first, NULL);
    }
}

size_t md_text_characters(const char *text)
{
    size_t count = 0;

    for (; *text != '\0'; text++) {
        count += continues(*text) ? 0 : 1;
    }
    return count;
}

void md_text_shorten(char *text, size_t characters)
{
    size_t count = 0;

    for (; *text != '\0'; text++) {
        if (!continues(*text) && ++count > characters) {
            *text = '\0';
            return;
        }
    }
}
