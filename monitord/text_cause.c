/* SPDX-License-Identifier: Apache-2.0 */
/* The words of every cause of an incident, Japanese and English side by side: what happened, its
 * short form, and what a person should do; and which causes press beside a root. It knows no
 * state; text_reason.c asks it. */
#include "monitord/text_cause.h"

/* clang-format off */
static const struct md_reason_words words[] = {
    REASON(MAINS_LOST,
        "商用停電", "Mains power lost",
        "商用停電", "mains lost",
        "発電機の始動と燃料を確認し、電力会社に停電範囲と復旧見込みを照会してください。",
        "Check that the generator starts and has fuel; ask the power company for extent and duration.")
    REASON(UPS_ON_BATTERY,
        "UPS 電池運転", "UPS on battery",
        "UPS電池運転", "UPS on battery",
        "UPS 入力側のブレーカと配線を確認してください。商用電源は他の系統に来ています。",
        "Check the breaker and cabling at the input of this UPS; other circuits still have mains.")
    REASON(UPS_LOW,
        "UPS 電池残量低下", "UPS battery low",
        "UPS電池残りわずか", "UPS battery low",
        "残り時間のうちに給電を戻すか、この UPS の負荷を別系統へ移してください。",
        "Restore its supply within the time left, or move its load to the other circuit.")
    REASON(UPS_SILENT,
        "UPS 通信途絶", "UPS does not answer",
        "UPS通信途絶", "UPS silent",
        "停電ではありません。UPS 本体の表示と監視用の配線を確認してください。",
        "This is not a power failure. Look at the UPS panel and check its monitoring cable.")
    REASON(UPS_SILENT_ON_BATTERY,
        "電池運転中の UPS 通信途絶", "UPS fell silent while on battery",
        "電池運転中UPS途絶", "UPS silent on battery",
        "残り時間は最後の値からの推定です。UPS 本体の表示で残量を確認してください。",
        "The time left is estimated from the last value; read the remaining charge on the UPS itself.")
    REASON(UPS_BYPASS,
        "UPS バイパス運転（停電保護なし）", "UPS on bypass, load not protected",
        "UPSバイパス運転", "UPS on bypass",
        "停電すると負荷が止まります。UPS をインバータ給電へ戻すよう保守業者に依頼してください。",
        "A power cut would stop the load. Have the UPS returned to inverter operation.")
    REASON(UPS_OVERLOAD,
        "UPS 過負荷", "UPS overloaded",
        "UPS過負荷", "UPS overload",
        "最近つないだ機器を外し、負荷を定格以下にしてください。",
        "Unplug what was connected lately and bring the load below the rating.")
    REASON(UPS_REPLACE_BATTERY,
        "UPS 電池交換時期", "UPS battery must be replaced",
        "UPS電池交換", "UPS battery old",
        "電池の交換を手配してください。交換まで停電時の保持時間は当てになりません。",
        "Order a battery replacement; until then do not rely on its runtime.")
    REASON(UPS_OFF,
        "UPS 出力停止", "UPS output off",
        "UPS出力停止", "UPS output off",
        "UPS 本体を確認し、安全を確かめてから出力を入れてください。",
        "Look at the UPS, and switch its output on once that is safe.")
    REASON(UPS_EXHAUSTED,
        "UPS 電池切れ（推定）", "UPS battery exhausted (estimated)",
        "UPS電池切れ", "UPS exhausted",
        "この UPS の負荷は停止したものとして扱います。給電を戻してください。",
        "Its load is treated as without power. Restore the supply.")
    REASON(GENERATOR_START_SLOW,
        "発電機始動遅れ", "Generator slow to start",
        "発電機始動遅れ", "generator slow",
        "発電機室へ向かい、始動の状態を確認してください。",
        "Go to the generator room and see whether it is starting.")
    REASON(GENERATOR_NO_START,
        "発電機始動渋滞（不始動）", "Generator failed to start",
        "発電機始動渋滞", "generator no start",
        "発電機が始動しません。発電機室で手動始動を行い、不調なら電源車と保守業者を要請してください。",
        "No generator. Start it by hand in its room, or call for a mobile generator and service.")
    REASON(GENERATOR_NO_TRANSFER,
        "発電機電圧確立後の切替不能", "Generator runs but the load is not on it",
        "発電機切替不能", "no transfer to gen.",
        "切替器を手動で発電機側へ切り替えてください。",
        "Move the transfer switch to the generator by hand.")
    REASON(GENERATOR_REFUSED,
        "発電機運転中だが UPS が受電しない", "Generator carries the load, but a UPS stays on battery",
        "UPS発電機受電せず", "UPS refuses gen.",
        "電池運転が続く UPS の入力（電圧・周波数の許容範囲）を確認し、負荷を減らすか、商用復電・別系統へ切り替えてください。",
        "Look at the input of the UPS that stays on battery (voltage, frequency window); shed load or feed it otherwise.")
    REASON(GENERATOR_EMERGENCY_STOP,
        "発電機 非常停止", "Generator emergency stop is pressed",
        "発電機非常停止", "gen. emergency stop",
        "非常停止ボタンが押されています。停電しても始動しません。理由を確かめ、安全を確認のうえ解除してください。",
        "The button is pressed: it will not start in a power cut. Find out why; release it when that is safe.")
    REASON(FUEL_SHORT,
        "発電機 燃料の残り時間不足", "Generator fuel does not last long enough",
        "発電機燃料時間不足", "gen. fuel hours short",
        "優先供給契約先に給油を依頼してください。残り時間は電源の画面に出ています。",
        "Order fuel from the supplier under the priority agreement; the hours left are on the power page.")
    REASON(GENERATOR_TEST_DUE,
        "発電機 負荷運転の記録なし（期限超過）", "Generator load test overdue",
        "発電機負荷試験期限", "gen. test overdue",
        "30%以上の負荷で 30 分間の運転を計画し、実施してください。",
        "Plan and carry out a run of 30 minutes at 30% load or more.")
    REASON(UPS_MARGIN,
        "UPS 保持時間不足", "UPS runtime too short",
        "UPS保持時間不足", "UPS runtime short",
        "停電時に発電機の始動と機器の正常停止までもちません。電池の点検と負荷の見直しを行ってください。",
        "In a power cut it would not last until the generator carries the load or the load has shut down. Test the battery, reduce the load.")
    REASON(FEED_REDUNDANCY_LOST,
        "ラック切替器 片系または両系の給電断", "A rack transfer switch has lost a source",
        "切替器給電断", "rack source lost",
        "切れた側の UPS と分電盤を確かめてください。残る一系が切れると、その先の機器が止まります。",
        "Check UPS and breaker of the lost side. If the other side goes too, everything behind the switch stops.")
    REASON(SHED_DUE,
        "停止計画の実施時期", "A stage of the shutdown plan is due",
        "停止計画の時期", "shutdown stage due",
        "monitorctl power plan で次に切る負荷を確かめ、必要な負荷なら monitorctl power stop で止めてください。",
        "monitorctl power plan shows what goes off next; if it is needed, monitorctl power stop keeps it on.")
    REASON(SHED_FAILED,
        "停止計画の負荷が切れない", "A load of the shutdown plan could not be switched off",
        "負荷を切れず", "load still on",
        "その負荷を手で切ってください。切らないと電池が計画より早く尽きます。",
        "Switch that load off by hand; otherwise the batteries end sooner than planned.")
    REASON(SHED_LEFT_OFF,
        "復電済み、停止計画で切った負荷が未復旧", "The mains are back, loads of the shutdown plan are not",
        "切った負荷が未復旧", "loads still off",
        "2名で再投入を指示し（monitorctl power restore）、残りは手で一つずつ入れ、動作を確かめてから復旧確認をしてください。",
        "By two persons: monitorctl power restore; what it leaves, switch on by hand one by one, see that it works, then resolve.")
    REASON(GENERATOR_NOT_AUTO,
        "発電機が自動待機でない", "Generator not in automatic",
        "発電機非自動", "generator not in auto",
        "発電機の運転切替スイッチを「自動」に戻してください。停電しても始動しません。",
        "Turn its selector back to AUTO; it would not start in a power cut.")
    REASON(GENERATOR_FAULT,
        "発電機故障", "Generator fault",
        "発電機故障", "generator fault",
        "発電機盤の警報を確認し、保守業者を要請してください。",
        "Read the alarms on the generator panel and call service.")
    REASON(GENERATOR_SILENT,
        "発電機通信途絶", "Generator does not answer",
        "発電機通信途絶", "generator silent",
        "発電機の状態は不明です。発電機盤を目視で確認してください。",
        "Its state is unknown. Look at the generator panel.")
    REASON(GENERATOR_FUEL_LOW,
        "発電機燃料不足", "Generator fuel low",
        "発電機燃料不足", "generator fuel low",
        "燃料の補給を手配してください。",
        "Order fuel.")
    REASON(GENERATOR_BATTERY_LOW,
        "発電機始動用蓄電池電圧低下", "Generator start battery low",
        "始動用電池低下", "gen. battery low",
        "始動用蓄電池と充電器を点検してください。停電しても始動しないおそれがあります。",
        "Check the start battery and its charger; it may fail to start.")
    REASON(TRANSFER_SWITCH_SILENT,
        "切替器通信途絶", "Transfer switch does not answer",
        "切替器通信途絶", "transfer sw. silent",
        "切替器の位置は不明です。盤面で給電元を確認してください。",
        "Its position is unknown. Read on its panel which source feeds the load.")
    REASON(SERVER_DEAD,
        "指令サーバ停止", "Dispatch server stopped",
        "サーバ停止", "server stopped",
        "もう一方の系で受付を続けられることを確認し、止まったサーバの電源と表示を調べてください。",
        "Confirm that the other server carries the service, then check power and console of the stopped one.")
    REASON(SERVER_UNREACHABLE,
        "指令サーバ到達不能（停止は未確認）", "Dispatch server not reachable, not proven dead",
        "サーバ到達不能", "server unreachable",
        "まだ停止とは断定できません。サーバ本体と LAN の配線を確認してください。",
        "It is not proven to be down. Look at the server itself and at the network cabling.")
    REASON(SERVICE_FAILED,
        "指令業務プログラム異常", "Dispatch service failed on its server",
        "業務プログラム異常", "service failed",
        "受付が続いていることを確認し、異常の起きたサーバの業務プログラムを調べてください。",
        "Confirm that calls are still taken, then examine the dispatch service on that server.")
    REASON(SERVER_DEAF,
        "指令サーバ受信不能（運用権を保てない）", "Server hears nobody and cannot keep the right to serve",
        "サーバ受信不能", "server hears nobody",
        "相手系で受付が続いていることを確認し、受信不能のサーバの LAN 配線、スイッチ、通信制限の設定を調べてください。",
        "Confirm that the other server carries the service, then check cabling, switch port and firewall of the deaf one.")
    REASON(BOTH_SERVERS_DEAD,
        "主系・副系とも停止", "Both dispatch servers stopped",
        "両系停止", "both servers stopped",
        "手書き受付と代替回線に切り替え、両サーバの電源を確認し、保守業者を要請してください。",
        "Go over to paper and the alternative lines, check power of both servers, call service.")
    REASON(REDUNDANCY_LOST,
        "待機系なし（冗長喪失）", "Redundancy lost: no healthy standby",
        "予備なし", "no standby",
        "次の故障で受付が止まります。待機系の復旧を急いでください。",
        "The next fault would stop the service. Bring the standby back soon.")
    REASON(SERVER_HEARTBEAT_PATH,
        "監視経路の異常（サーバは稼働中）", "Heartbeat path lost, server is alive",
        "監視経路異常", "heartbeat path lost",
        "サーバは動いています。監視装置との間の LAN を確認してください。",
        "The server is running. Check the network between it and the monitor.")
    REASON(LEASE_LAPSED,
        "運用権の一時失効（復旧済み）", "Right to serve lapsed for a moment",
        "運用権一時失効", "lease lapsed",
        "受付が短時間止まりました。LAN の輻輳や損失を調べてください。",
        "The service paused briefly. Look for loss or congestion on the local networks.")
    REASON(SWITCHOVER_FAILED,
        "系切替失敗", "Switchover failed",
        "系切替失敗", "switchover failed",
        "自動では戻せません。両サーバを確認し、手動で受付を確保してください。",
        "The machine cannot repair this. Check both servers and secure call taking by hand.")
    REASON(TWO_ANSWERS,
        "受付用アドレスの二重応答", "Two hosts answer for the service address",
        "アドレス二重応答", "two answers",
        "直ちに一方のサーバの業務用 LAN を抜いてください。",
        "Unplug the service network of one of the two servers at once.")
    REASON(LINE_DOWN,
        "回線断", "Line down",
        "回線断", "line down",
        "残りの回線で継続しています。通信事業者へ障害を申告してください。",
        "The remaining line carries on. Report the fault to the carrier.")
    REASON(LINES_ALL_DOWN,
        "全回線断", "All lines down",
        "全回線断", "all lines down",
        "外部との通信が途絶しています。無線と代替手段を確保し、通信事業者へ申告してください。",
        "There is no way out. Secure radio and other means, and report to both carriers.")
    REASON(LINE_DEGRADED,
        "回線品質低下", "Line degraded",
        "回線品質低下", "line degraded",
        "損失が続くようなら通信事業者へ申告してください。",
        "If the loss persists, report it to the carrier.")
    REASON(SERVICE_DOWN,
        "受付用アドレス無応答", "Nobody answers at the service address",
        "サービス停止", "service down",
        "手書き受付に切り替え、指令サーバの状態を確認してください。",
        "Go over to paper and check the dispatch servers.")
    REASON(SERVICE_RTO_HALF,
        "復旧目標時間の半分を経過", "Half of the recovery time has passed",
        "目標時間の半分経過", "half of RTO passed",
        "目標時間内に戻らないときの代替手段を今から準備してください。",
        "Prepare other ways of taking calls now, in case it is not back in time.")
    REASON(SERVICE_RTO_BREACHED,
        "復旧目標時間を超過", "Recovery time exceeded",
        "目標時間超過", "RTO exceeded",
        "代替手段での受付を続け、統括情報セキュリティ責任者へ報告してください。",
        "Carry on by other means and report to the officer in charge of information security.")
    REASON(MONITOR_NETWORK,
        "監視装置自身のネットワーク断", "The monitor itself is cut off",
        "監視装置LAN断", "monitor cut off",
        "自動切替は止めています。監視装置の LAN を確認してください。",
        "Automatic switchover is stopped. Check the network of the monitor.")
    REASON(MONITOR_STALLED,
        "監視処理の停滞", "The monitor stalled",
        "監視停滞", "monitor stalled",
        "この間の値は古くなっています。監視装置の負荷と記憶装置を確認してください。",
        "Values of that time are stale. Check load and disk of the monitor.")
    REASON(MONITOR_CLOCK,
        "監視装置の時計異常", "The monitor's clock cannot be trusted",
        "監視装置時計異常", "monitor clock",
        "時刻同期（chrony）の状態を確認してください。",
        "Check time synchronisation (chrony).")
    REASON(JOURNAL_DEAD,
        "記録媒体の書込不能", "The journal cannot be written",
        "記録書込不能", "journal dead",
        "電源操作などの強い自動動作を止めています。記憶装置の空きと故障を確認してください。",
        "Strong automatic actions are stopped. Check free space and health of the disk.")
    REASON(ENGINE_ASSERTION,
        "監視プログラムの自己点検不合格", "The monitor failed its own check",
        "監視自己点検不合格", "monitor self-check",
        "自動動作を止めました。手動で監視を続け、保守担当へ連絡してください。",
        "Automatic actions are stopped. Watch by hand and call the maintainer.")
    REASON(MONITOR_RESTARTED,
        "監視プログラム再起動", "The monitor restarted",
        "監視再起動", "monitor restarted",
        "再起動前の通知が重なることがあります。内容を確認してください。",
        "Messages from before the restart may arrive twice; please check them.")
    REASON(CHANNEL_DOWN,
        "連絡手段の異常", "A contact channel is down",
        "連絡手段異常", "channel down",
        "この手段では人に届きません。別の手段があることを確認し、復旧してください。",
        "It reaches nobody now. Make sure that another channel works, and repair it.")
    REASON(ROSTER_GAP,
        "当番表の空き", "Nobody on duty in a role",
        "当番不在", "roster gap",
        "この役割の当番者を決め、当番表を直してください。それまで前任者に連絡します。",
        "Name somebody for this role and correct the roster; until then the previous person is called.")
    REASON(ROSTER_GAP_AHEAD,
        "当番表の空き予定", "A role will have nobody on duty",
        "当番空き予定", "roster gap ahead",
        "monitorctl contacts check で日時を確かめ、代行者を決めて当番の変更ファイルに書いてください。",
        "See the time with monitorctl contacts check, name a substitute and write it in the duty file.")
    REASON(CONTACTS_CUT,
        "外部連絡不能", "No way to reach people outside",
        "外部連絡不能", "contacts cut",
        "端末の電話連絡表に従い、使える電話と無線で順に連絡し、結果を記録してください。",
        "Call by any telephone or radio that works, following the call tree on the terminal.")
    REASON(CONTACT_UNPROVEN,
        "連絡先の確認期限切れ", "A contact has not been confirmed for too long",
        "連絡先未確認", "contact unconfirmed",
        "連絡網訓練を行い、この連絡先に届くことを確かめてください。",
        "Hold a drill of the contact network and make sure that this contact is reached.")
    REASON(SERVICE_OVERLOADED,
        "受付の逼迫", "The service is at its limit",
        "逼迫", "overloaded",
        "切り替えても解消しません。応援要員と代替の受付手段を手配してください。",
        "A switchover would not help. Call in staff and open other ways of taking calls.")
    REASON(MAINTENANCE_OVERRUN,
        "保守時間の超過", "Maintenance has overrun its window",
        "保守時間超過", "overrun",
        "作業の状況を確認し、保守の延長か復旧を指示してください。自動切替はまだ止めています。",
        "Ask how the work stands; extend the window or have it undone. Switchover is still held.")
    REASON(REPORTED,
        "人からの報告（手動起票）", "Reported by a person",
        "報告あり", "reported",
        "報告の内容を確認し、該当するサービスの状態を確かめてください。",
        "Read the report and look at the service it is about.")
    REASON(BREAK_GLASS,
        "一人の判断による緊急操作", "One person acted alone",
        "単独緊急操作", "acted alone",
        "操作の理由と結果を確認してください。",
        "Examine the reason for it and its result.")
    REASON(DRILL,
        "緊急連絡網訓練", "Drill of the contact network",
        "連絡網訓練", "contact drill",
        "訓練です。届いたことを、示された番号で答えてください。",
        "This is a drill. Answer with the number shown that it has reached you.")
    REASON(SWITCHOVER_DRILL,
        "切替訓練（実機）", "Switchover drill on the real servers",
        "切替訓練", "switchover drill",
        "訓練です。119番の受付を確かめてください。切替後、切り戻すかどうかは2名で決めます（monitorctl drill give-back）。",
        "This is a drill. See that calls come in. Two persons decide afterwards whether to give back (monitorctl drill give-back).")
    REASON(DRILL_DUE,
        "訓練の期限が近い", "A drill is due soon",
        "訓練期限接近", "drill due soon",
        "訓練の日程を決め、期限までに実施してください（期限は monitorctl drill status で確認できます）。",
        "Set a date and carry out a drill in time (monitorctl drill status names the day).")
    REASON(DRILL_OVERDUE,
        "訓練の期限超過", "A drill is overdue",
        "訓練期限超過", "drill overdue",
        "定めた期間、訓練が記録されていません。早い日に実施してください（monitorctl drill plan）。",
        "No drill is recorded within the period that is set. Carry one out soon (monitorctl drill plan).")
    REASON(MONITOR_MISSED,
        "監視装置の心拍途絶", "The monitor is not heard",
        "監視装置途絶", "monitor not heard",
        "監視が止まっています。監視装置の電源と LAN を確認してください。",
        "Nobody is watching. Check power and network of the monitor.")
    REASON(GATE_LOST,
        "遮断機構の消失", "The gate is gone",
        "遮断機構消失", "gate lost",
        "二重運用を防ぐ仕組みが外れています。当該サーバの保守担当へ連絡してください。",
        "The guard against double service is missing on this server; call its maintainer.")
    REASON(SERVED_ALONE,
        "単独運用（相手系・監視装置とも不通）", "Serving alone, no other voter in reach",
        "単独運用", "serving alone",
        "相手系と監視装置が見えないまま運用しています。LAN を確認してください。",
        "The server runs without seeing its peer or the monitor. Check the networks.")
    REASON(FORCED,
        "人の指示による強制運用", "Forced to serve by a person's order",
        "強制運用", "forced",
        "二重運用でないことを目視で確認してください。",
        "See with your own eyes that the other server does not serve.")
};
/* clang-format on */

const struct md_reason_words *md_text_cause(unsigned reason)
{
    bool known = reason < sizeof(words) / sizeof(words[0]) && words[reason].title[0] != NULL;
    return known ? &words[reason] : NULL;
}

bool md_text_reason_presses(unsigned reason)
{
    switch (reason) {
        case FO_REASON_UPS_LOW:
        case FO_REASON_UPS_EXHAUSTED:
        case FO_REASON_UPS_OVERLOAD:
        case FO_REASON_SHED_DUE:
        case FO_REASON_SHED_FAILED:
        case FO_REASON_GENERATOR_START_SLOW:
        case FO_REASON_GENERATOR_NO_START:
        case FO_REASON_GENERATOR_NO_TRANSFER:
        case FO_REASON_GENERATOR_NOT_AUTO:
        case FO_REASON_GENERATOR_REFUSED:
        case FO_REASON_GENERATOR_EMERGENCY_STOP:
        case FO_REASON_GENERATOR_FAULT:
        case FO_REASON_GENERATOR_FUEL_LOW:
        case FO_REASON_BOTH_SERVERS_DEAD:
        case FO_REASON_SWITCHOVER_FAILED:
        case FO_REASON_TWO_ANSWERS:
            return true;
        default:
            return false;
    }
}
