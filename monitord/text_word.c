/* SPDX-License-Identifier: Apache-2.0 */
/* The words themselves, Japanese and English side by side: marks, messages, screen. Those of what
 * is recorded, proven, drilled and planned are text_word_records.c's. It decides nothing and
 * prints nothing; screen, messages and reports call it. */
#include "monitord/text_word.h"

#include <assert.h>

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
    WORD(MODE_FROZEN, "自動動作停止中", "AUTOMATIC ACTIONS STOPPED")
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
    WORD(TAG_GIVE_BACK, "【切替完了・切戻し判断】", "[SWITCHED, GIVE BACK?]")
    WORD(TAG_ABORTED, "【実障害】訓練中止", "[REAL INCIDENT] drill aborted")
    WORD(BRIEF_SERVICES_MORE, "{1}ほか{2}", "{1} and {2} more")
    WORD(BRIEF_DID, "→{1}", ", {1}")
    WORD(BRIEF_PRESSING, "・{1}", ", {1}")
    WORD(BRIEF_ACK, "了知 {1}", "ack {1}")
    WORD(BRIEF_TITLE, "{1}{2}", "{1} {2}")
    WORD(SUBJECT_OF, "{1}（{2}）", "{1} ({2})")
    WORD(MAIL_DRILL, "これは訓練です。実際の障害ではありません。了知の操作まで行ってください。",
        "This is a drill, not a real incident. Please carry it through to the acknowledgement.")
    WORD(MAIL_DRILL_END, "以上、訓練。", "End of drill message.")
    WORD(MAIL_RESEND, "監視プログラムの再起動後に再送しています。同じ内容が届いていることがあります。",
        "Sent again after the monitor restarted; you may have had it before.")
    WORD(MAIL_SHORT, "この連絡手段は暗号化されていないため、要点だけを送っています。詳しくは監視端末で確認してください。",
        "This channel is not encrypted, so it carries only the main point; the rest is on the console.")
    WORD(MAIL_WHAT, "■ 何が起きたか", "WHAT HAPPENED")
    WORD(MAIL_OPENED_AT, "発生 {1}　事案 {2}　{3}", "Since {1}, incident {2}, {3}")
    WORD(MAIL_RECOVERED, "復旧しました（{1} 現在）。", "It has recovered (as of {1}).")
    WORD(MAIL_WORSENED, "状況が悪化しました。以前の了知は無効です。", "It has become worse. Earlier acknowledgements no longer count.")
    WORD(MAIL_REMINDER, "まだ誰も了知していないか、了知の期限が切れました。再度お知らせします。",
        "Nobody has acknowledged, or the acknowledgement has expired. This is a reminder.")
    WORD(MAIL_HANDOVER, "当番交代により引き継ぎます。前任者の了知は終わりました。内容を確認し、了知してください。",
        "Handed over at the change of shift. The previous acknowledgement has ended: please read and acknowledge.")
    WORD(MAIL_UNSTABLE, "発生と復旧を繰り返しています。自動の切戻しを止めました。落ち着くまで追加の連絡はしません。",
        "It keeps coming and going. Automatic failback is stopped; no further messages until it settles.")
    WORD(MAIL_BRIEF, "連絡する前に復旧しました。原因を確認してください。",
        "It recovered before anybody could be told. Please find out the cause.")
    WORD(MAIL_DELAYED, "回線が使えなかったため、遅れて送っています。現在の状態は端末で確認してください。",
        "Delayed: no line was available. See the terminal for the present state.")
    WORD(MAIL_ABORTED, "実際の障害が起きたため、訓練を中止しました。訓練の連絡には応答せず、次の連絡に従ってください。",
        "A real incident has happened and the drill is aborted. Do not answer the drill; follow the next message.")
    WORD(MAIL_GIVE_BACK, "訓練の切替が終わり、サービスは切替先で応答しています。機械は自動では切り戻しません。切り戻すか、このまま続けるかを2名で決めてください。",
        "The switchover of the drill is done and the service answers on the other server. It does not move back by itself: two persons decide whether to give back.")
    WORD(MAIL_STATIONS, "応答した機器の MAC アドレス: {1} と {2}", "MAC addresses that answer: {1} and {2}")
    WORD(MAIL_DIRECTIONS, "{1} の損失: 上り {2}%、下り {3}%（通信事業者へはこの向きを伝えてください）",
        "Loss of {1}: {2} % on the way out, {3} % on the way back (tell the carrier which)")
    WORD(MAIL_CHILDREN, "関連して起きていること: {1}", "Related: {1}")
    WORD(MAIL_MACHINE, "■ 機械がしたこと", "WHAT THE MACHINE DID")
    WORD(MAIL_NOTHING, "自動の動作は行っていません。", "No automatic action.")
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
    WORD(SERVICE_OUTAGE, "停止 {1} / 目標 {2}", "outage {1}, target {2}")
    WORD(SERVICE_DOWN_RTO, "{1}経過 / 目標 {2}（残り {3}）", "{1}, target {2}, {3} left")
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
    WORD(NO_SWITCHOVER, "前回 なし", "none so far")
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
    WORD(DELAY, "遅延 {1}", "delay {1}")
    WORD(JITTER, "ゆらぎ {1}ms", "jitter {1}ms")
    WORD(NO_LOSS, "損失 不明", "loss unknown")
    WORD(LOSS_OUT, "上り {1}%", "out {1}%")
    WORD(LOSS_BACK, "下り {1}%", "back {1}%")
    WORD(FAR_SILENT, "対向装置から報告なし", "far end does not report")
    WORD(FAR_UNCOUNTED, "対向装置に方向別の計数なし", "far end does not count by direction")
    WORD(CHARGE, "残量 {1}%", "charge {1}%")
    WORD(RUNTIME, "残り {1}", "{1} left")
    WORD(LOAD, "負荷 {1}%", "load {1}%")
    WORD(FUEL, "燃料 {1}%", "fuel {1}%")
    WORD(FUEL_HOURS, "燃料あと約 {1} 時間", "fuel for about {1} h")
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
    WORD(SOURCE_A, "A系給電", "on source A")
    WORD(SOURCE_B, "B系給電", "on source B")
    WORD(SOURCE_NONE, "給電元なし", "no source")
    WORD(VALUES_OLD, "値なし", "no value")
    WORD(MORE, "…ほか {1}件", "... {1} more")
    WORD(CONTACT_QUEUED, "送信待ち", "queued")
    WORD(CONTACT_ACCEPTED, "送信済み・未了知", "sent, unanswered")
    WORD(CONTACT_FAILED, "送信失敗", "failed")
    WORD(CONTACT_ACKNOWLEDGED, "了知", "acknowledged")
    WORD(CONTACT_TOLD, "送信済み", "sent")
    WORD(CHANNEL_TERMINAL, "端末", "terminal")
    WORD(CHANNEL_SMTP, "メール", "mail")
    WORD(CHANNEL_COMMAND, "外部プログラム", "program")
    WORD(CHANNEL_SMS, "SMS", "SMS")
    WORD(CHANNEL_TOWER, "信号灯", "signal tower")
    WORD(CHANNEL_WEBHOOK, "Webhook", "webhook")
    WORD(CHANNEL_INFORM, "SNMP通知", "SNMP inform")
    WORD(CHANNEL_SIP, "電話", "telephone")
    WORD(MESSAGE_OPENED, "発生", "opened")
    WORD(MESSAGE_WORSENED, "悪化", "worsened")
    WORD(MESSAGE_REMINDER, "再通知", "reminder")
    WORD(MESSAGE_RECOVERED, "復旧", "recovered")
    WORD(MESSAGE_HANDOVER, "引継ぎ", "handed over")
    WORD(MESSAGE_BRIEF, "発生・復旧", "came and went")
    WORD(MESSAGE_UNSTABLE, "不安定", "unstable")
    WORD(MESSAGE_ABORTED, "訓練中止", "drill aborted")
    WORD(MESSAGE_GIVE_BACK, "切戻し判断", "give back?")
    WORD(ATTEMPT, "{1}回目", "attempt {1}")
    WORD(NO_CONTACTS, "連絡はありません", "nobody has been contacted")
    WORD(NO_INCIDENTS, "事案はありません", "no incidents")
    WORD(NO_DEVICES, "電源機器の登録なし", "no power devices configured")
    WORD(NO_HISTORY, "終結した事案の記録は読めません（監視プログラムの記録を読む権限がありません）",
        "closed incidents cannot be read (no right to read the journal)")
    WORD(JOURNAL_OK, "記録 ○ 正常", "journal ok")
    WORD(JOURNAL_DEAD, "記録 × 書込不能", "journal DEAD")
    WORD(LAGS, "遅れ {1}ms", "lag {1} ms")
    WORD(KEYS_MAIN, "[a]了知 [o]対応着手 [n]対応不能 [f]復旧確認 [r]手順書 [h]履歴 [l]回線 [p]電源 [c]連絡 [v]承認 [?]説明 [q]終了",
        "[a]ck [o]wn ca[n]not [f]ixed  [r]unbook [h]istory [l]ines [p]ower [c]ontacts [v]approve  [?] help [q]uit")
    WORD(KEYS_MAIN_SHORT, "[a]了知 [o]着手 [r]手順書 [h]履歴 [l]回線 [p]電源 [c]連絡 [?]説明 [q]終了",
        "[a]ck [o]wn [r]unbook [h]istory [l]ines [p]ower [c]ontacts [?] help [q]uit")
    WORD(KEYS_PAGE, "[m]戻る [↑][↓]送り [r]手順書 [h]履歴 [l]回線 [p]電源 [c]連絡 [?]説明 [q]終了",
        "[m]ain [Up][Down] [r]unbook [h]istory [l]ines [p]ower [c]ontacts [?] help [q]uit")
    WORD(HELP,
        "a y  選んだ事案を了知する（自分の名前で記録され、期限が来ると再び連絡します）\n"
        "o y  対応に着手する      n y  対応できない（すぐ次の担当者に連絡します）\n"
        "f y  復旧を確認した      v y  承認待ちの指示を承認する      Tab  次を選ぶ\n"
        "r  手順書  h  事案の履歴  l  回線  p  電源  c  連絡  m  最初の画面  q  終了\n"
        "t  電話連絡表（外部連絡不能になると自動で開きます）  Tab 相手  1-4 結果  # 番号\n"
        "\n"
        "○ 正常    △ 縮退（応答するが予備なし・電池運転など）    × 停止\n"
        "？ 不明（停止とは限りません）    － 対象外\n"
        "\n"
        "値の横の「○分前の値」は、その値が古いことを示します。\n"
        "未了知の事案があるあいだ、10秒ごとに音が鳴ります（--quiet で消音）。\n"
        "操作は、この端末の利用者が名簿に登録されているときだけ受け付けられます。",
        "a y  acknowledge the selected incident, in your name (it expires)\n"
        "o y  take it on          n y  cannot respond (the next person is called at once)\n"
        "f y  it is fixed         v y  approve what waits for a second person\n"
        "Tab  select the next incident         r  its runbook\n"
        "h  incidents   l  lines   p  power   c  contacts   m  main screen   q  quit\n"
        "t  call tree (opens by itself when nobody outside can be reached): Tab next,\n"
        "   1 to 4 how the call went, # numbers\n"
        "\n"
        "A mark and a word carry every state: ok, degraded (it answers, but without\n"
        "redundancy, on battery ...), down, unknown (not necessarily down).\n"
        "\n"
        "A value followed by its age is old.\n"
        "While an incident is unacknowledged a bell sounds every 10 s (--quiet: never).\n"
        "Orders are taken only from people who are named in the site file.")
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
    WORD(LOST_DAEMON, "監視プログラムにつながりません（再接続中）", "THE MONITOR DOES NOT ANSWER (reconnecting)")
    WORD(LOST_SINCE, "監視プログラムにつながりません  {1} から（{2}）  → 再接続中", "THE MONITOR DOES NOT ANSWER  since {1} ({2})  -> reconnecting")
    WORD(LOST_HINT, "指令台を確認し、システム担当へ電話を。自動の切替と連絡が停止のおそれ。", "Check the dispatch desks, phone the engineer: switching and calls may be down.")
    WORD(OLD_BELOW, "以下は {1} 現在の情報（古い）", "BELOW: AS OF {1} (OLD)")
    WORD(DATA_OLD, "監視の情報が更新されていません  {1} から（{2}）  → 受信待ち", "NO NEWS FROM THE MONITOR  since {1} ({2})  -> waiting for it")
    WORD(DATA_OLD_HINT, "現在の状態は不明です。指令台を確認し、続くときはシステム担当へ電話を。", "State unknown now: check the dispatch desks; if it lasts, phone the engineer.")
    WORD(CONNECTING, "監視プログラムに接続しています…", "Connecting to the monitor ...")
    WORD(TOO_SMALL, "画面が小さすぎます（80×24以上）", "The window is too small (80x24)")
    WORD(RULE, "─", "─")
    WORD(DRILL_SIDE, "訓練", "DRILL")
    WORD(GONE, "一覧から消えました", "no longer listed")
    WORD(ERROR_NOT_A_PERSON, "この利用者は名簿にありません（サイトファイルの login が一致する人が一人だけ必要です）", "this user is nobody in the site file (exactly one person must have this login)")
    WORD(ERROR_NO_INCIDENT, "その番号の事案はありません", "there is no incident with this number")
    WORD(ERROR_CLOSED, "その事案はすでに終結しています", "that incident is already closed")
    WORD(ERROR_NO_EFFECT, "効力がありません（原因が続いているか、すでに終わった事案です）",
        "no effect: its cause still holds, or it is over already")
    WORD(ERROR_BUSY, "監視プログラムが処理中です。もう一度試してください", "the monitor is busy; please try again")
    WORD(LABEL_APPROVAL, "承認待ち", "Approval")
    WORD(APPROVAL_WAITS, "monitorctl approve {4}  {1}（依頼 {2}、残り {3}）", "monitorctl approve {4}  {1} (asked by {2}, {3} left)")
    WORD(NO_APPROVALS, "承認待ちの指示はありません", "nothing waits for approval")
    WORD(DONE_ASKED, "もう一人の承認を待っています（{2}、{3}以内）: monitorctl approve {1}", "Waiting for a second person ({2}, within {3}): monitorctl approve {1}")
    WORD(DONE_APPROVED, "{1} を承認しました。実行を始めます。", "Approved {1}; it is being carried out.")
    WORD(DONE_WITHDRAWN, "{1} を取り下げました。", "Withdrew {1}.")
    WORD(DONE_MAINTENANCE_END, "保守を終了しました。", "Maintenance is ended.")
    WORD(ERROR_NO_SERVER, "その名前のサーバはありません", "no server has this name")
    WORD(ERROR_NO_END, "保守には終了時刻が必要です（最長1日）", "maintenance needs an end time, at most a day away")
    WORD(ERROR_TOO_MANY, "承認待ちの指示が多すぎます", "too many requests wait for approval")
    WORD(ERROR_SAME_PERSON, "依頼した人とは別の人の承認が必要です", "a person other than the one who asked must approve it")
    WORD(ERROR_NO_REQUEST, "その番号の承認待ちの指示はありません", "no request with this id is waiting (for you)")

    /* the screen's alarm block and power path */
    WORD(HEADLINE_DID, "→ {1}", "-> {1}")
    WORD(DID_NOTHING, "自動動作なし", "no automatic action")
    WORD(DID_BLOCKED, "自動切替は停止中", "switchover is blocked")
    WORD(ADVICE_BLOCKED, "受付が止まっています。手書き受付に切り替え、下の「自動停止」の理由を解くか、2名の承認でもう一方の系へ切り替えてください。", "No calls are taken. Go over to paper, then lift what blocks the switchover (see Automatic) or order it with two persons.")
    WORD(DID_UNDONE, "切替先なし", "no server left to switch to")
    WORD(DID_UNDONE_LONG, "切替先のサーバも停止したため、自動でできることは残っていません", "The other server stopped too: nothing left to do automatically")
    WORD(KEYS_ALARM, "[a]了知 [r]手順書", "[a]ck [r]unbook")
    WORD(KEYS_RUNBOOK, "[r]手順書", "[r]unbook")
    WORD(MAINS, "商用", "mains")
    WORD(NO_RUNBOOK, "この事案の手順書がありません", "there is no runbook for it")
    WORD(CONFIRM_ACK, "{1} を了知しますか（自分の名前で記録されます）  [y] はい", "Acknowledge {1} in your name? [y] yes")
    WORD(CONFIRM_OWN, "{1} の対応に着手しますか  [y] はい", "Take on {1}? [y] yes")
    WORD(PATH_LINK, " ─", " ─")
    WORD(PATH_BRANCH, " ─┬─", " ─┬─")
    WORD(PATH_NEXT, " ├─", " ├─")
    WORD(PATH_LAST, " └─", " └─")

    /* persons on a shared terminal, approvals */
    WORD(PROMPT_PERSON, "共用端末です。担当者ID: {1}_  [Enter] 次へ [Esc] 中止", "Shared terminal. Person: {1}_  [Enter] next [Esc] cancel")
    WORD(PROMPT_PASSPHRASE, "暗証句: {1}_  [Enter] 確定 [Esc] 中止", "Passphrase: {1}_  [Enter] go [Esc] cancel")
    WORD(PASSPHRASE_CHECKING, "確認しています…", "Checking ...")
    WORD(LAST_USE, "前回の使用 {1}", "last use {1}")
    WORD(FIRST_USE, "初めての使用です", "first use")
    WORD(ASK_PASSPHRASE, "{1} の暗証句:", "passphrase of {1}:")
    WORD(NEW_PASSPHRASE, "新しい暗証句:", "new passphrase:")
    WORD(PASSPHRASE_AGAIN, "もう一度:", "again:")
    WORD(NO_PASSPHRASE, "暗証句が入力されませんでした。", "No passphrase was given.")
    WORD(PASSPHRASES_DIFFER, "二つの暗証句が違います。何も変更していません。", "The two differ; nothing was changed.")
    WORD(NO_DAEMON, "監視が止まっているおそれがあります。指令台で受付を確かめ、システム担当へ電話してください。",
        "The monitor may have stopped: check the dispatch desks and phone the engineer.")
    WORD(LOCKED, "操作をロックしました。表示は続きます。", "Locked; the view goes on.")
    WORD(UNLOCKED_AS, "{1} として操作中 [x]ロック", "acting as {1} [x]lock")
    WORD(CONFIRM_APPROVE, "承認しますか  [y] はい: {1}", "Approve? [y] yes: {1}")
    WORD(DONE_ALONE, "一人の判断で実行しました。決定者（CISO など）に報告します。", "Done by one person alone; those who must decide are told.")
    WORD(ERROR_APPROVAL_USED, "その承認はすでに使われています", "that request was approved before")
    WORD(ERROR_APPROVAL_LATE, "承認の期限（10分）を過ぎています。もう一度依頼してください", "its ten minutes are over; please ask again")
    WORD(ERROR_APPROVAL_WITHDRAWN, "その依頼は取り下げられています", "that request was withdrawn")
    WORD(ERROR_APPROVAL_CHANGED, "内容が表示されたものと違います", "the order is not the one that was shown")
    WORD(ERROR_NOT_ALLOWED, "この担当者にはその操作の権限がありません", "this person may not do this")
    WORD(ERROR_NO_REASON, "理由が必要です（--reason）", "a reason is needed (--reason)")
    WORD(ERROR_NO_PERSON, "その担当者IDはありません", "no person has this id")
    WORD(ERROR_NO_PASSPHRASES, "この組織では暗証句が設定されていません（site.passphrase_file）", "this site has no passphrases (site.passphrase_file)")
    WORD(ERROR_WRONG_PASSPHRASE, "暗証句が違います", "wrong passphrase")
    WORD(ERROR_TOO_MANY_TRIES, "暗証句の誤りが続いたため、この端末の操作を10分間止めています。表示は続きます",
        "too many wrong passphrases: no orders from this terminal for 10 minutes; viewing goes on")
    WORD(ERROR_LOCKED, "操作がロックされています。--as で担当者を指定してください", "locked: say who acts with --as")
    WORD(TREND_CHARGE, "電池残量 24時間 {1} {2}%～100%", "charge 24 h {1} {2}% to 100%")
    WORD(TREND_LOAD, "負荷 24時間 {1} 最大 {2}%", "load 24 h {1} at most {2}%")
    WORD(TREND_LOSS, "損失 24時間 {1} 最大 {2}%", "loss 24 h {1} at most {2}%")
    WORD(TREND_RTT, "遅延 24時間 {1} 最大 {2}ms", "delay 24 h {1} at most {2} ms")
    WORD(MAINTENANCE_WHY, "理由 {1}（{2}、承認 {3}）", "reason: {1} ({2}, approved by {3})")
};
/* clang-format on */

const char *md_text_word(enum cfg_language language, enum md_word word)
{
    assert((unsigned)word < MD_WORD_COUNT);
    unsigned column = language == CFG_LANGUAGE_EN ? 1 : 0;
    const char *text = words[word][column];
    text = text != NULL ? text : md_words_of_records[word][column];
    return text != NULL ? text : "";
}
