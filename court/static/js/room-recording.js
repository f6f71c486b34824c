// The recording as everyone sees it, and its proof of life for bench and clerk. It is started and stopped elsewhere.

import { clock, element, explain, get, make, span } from "./room-http.js";

/** @typedef {{seat: string, source: string, until: string | null, level: number}} Track `until`: the last second on disk */
/** @typedef {{lag_s: number, problem: string}} Copy of the running recording, in the second place */

const STALE_AFTER_MS = 3000;
/** @type {Record<string, string>} */
const KINDS = { mic: "声音", camera: "画面", room: "全景", document: "实物展台" };

/** @param {{on: boolean, paused: string, startedAt: string | null}} recording @param {number} now @returns {string} */
function recordingWords(recording, now) {
  if (recording.paused) return `录音录像已暂停：${recording.paused}`;
  if (!recording.on) return "尚未录音录像";
  return `● 正在录音录像${recording.startedAt ? ` ${span(now - Date.parse(recording.startedAt))}` : ""}`;
}

/**
 * The proof of life of the recording, per track; red after three seconds without durable data.
 * @param {HTMLElement} list
 * @param {Track[]} tracks
 * @param {Map<string, string>} captions
 * @param {number | null} now milliseconds of the court's clock; null while nothing is to be recorded
 * @returns {boolean} whether all tracks are safe
 */
function drawTracks(list, tracks, captions, now) {
  let safe = true;
  const rows = tracks.map((track) => {
    const stale = now !== null && (!track.until || now - Date.parse(track.until) > STALE_AFTER_MS);
    safe = safe && !stale;
    const kind = KINDS[track.source] ?? "";
    const words = track.until ? `最后一秒已保存 ${clock(track.until)}` : "还没有保存";
    const row = make("li", stale ? "track track--stale" : "track");
    row.append(make("span", "track__who", `${captions.get(track.seat) || track.seat} ${kind}`));
    row.append(make("span", "track__until", stale ? `${words}（没有新的数据）` : words));
    if (track.source === "mic") {
      const meter = make("meter", "track__level");
      meter.max = 1;
      meter.value = track.level;
      meter.setAttribute("aria-label", "录到的音量");
      row.append(meter);
    }
    return row;
  });
  list.replaceChildren(...rows);
  return safe;
}

/** @type {Record<string, string>} */
const PROBLEMS = {
  "recording.disk_full": "磁盘已满，录音录像可能中断。请立即换用备用设备。",
  "recording.cut": "录音录像刚刚中断，正在自动恢复。请稍等几秒再继续。",
  "recording.disk_error": "磁盘写入出错，录音录像可能中断。请立即换用备用设备。",
  "recording.not_closed": "录音录像没有正常保存完毕。请不要关机，立即联系技术人员。",
  "recording.behind": "磁盘已有 3 秒没有写入。请准备换用备用设备。",
  "recording.video_stopped": "磁盘空间不足，已停录画面，声音仍在录。请立即腾出空间或者换用备用设备。",
  "recording.overload": "服务器来不及写入，有内容没有录到。请关闭不用的摄像头。",
  "recording.disk_low": "磁盘空间不多了：不足 20 GB，或者按现在的速度录不满 4 小时。请尽快腾出空间。",
};

/** @type {Record<string, string>} */
const COPY_PROBLEMS = {
  "mirror.late": "第二份没有跟上。请检查第二处的磁盘是否接好。",
  "mirror.full": "第二处的磁盘已满。请腾出空间或者换一块磁盘。",
  "mirror.error": "第二处的磁盘写不进去。请检查磁盘是否接好。",
  "mirror.source_error": "第一处有文件读不出来，第二份停住了。请立即联系技术人员。",
  "mirror.source_changed": "第一处有文件被改动，没有再抄到第二处。请立即联系技术人员。",
  "mirror.differs": "第二处放着的不是这一场的录音录像，没有覆盖。请联系技术人员。",
};
const NO_SECOND = "mirror.none";

/**
 * How far the second place is behind the first. @param {Copy | null} copy null while nothing is recorded
 * @returns {boolean} whether it stands still, so that a lost disk would lose what was said
 */
function drawCopy(copy) {
  const words = element("copy-words", HTMLElement);
  const bad = copy !== null && copy.problem !== "" && copy.problem !== NO_SECOND;
  let text = "";
  if (copy && copy.problem === NO_SECOND) text = "没有配置第二处，录音录像现在只有一份。";
  else if (copy && !bad) text = copy.lag_s < 1 ? "第二处也已存好" : `第二处也在存，差 ${Math.round(copy.lag_s)} 秒`;
  else if (copy) text = `还有 ${Math.round(copy.lag_s)} 秒没有存到第二处：${COPY_PROBLEMS[copy.problem] || copy.problem}`;
  if (words.textContent !== text) words.textContent = text;
  words.dataset.bad = String(bad);
  return bad;
}

/** @param {{state: string, problem: string, tracks: Track[]}} status @param {boolean} safe @param {boolean} single */
function showSafety(status, safe, single) {
  const words = element("safety-words", HTMLElement);
  const stale = status.state === "failed" || (status.state === "on" && !safe);
  const bad = Boolean(status.problem) || stale || single;
  let text = "正常";
  if (status.state === "off") text = "没有录";
  if (status.state === "paused") text = "已暂停";
  if (single) text = "第二份停住了";
  if (stale) text = "有席位 3 秒没有新的数据";
  if (status.problem) text = PROBLEMS[status.problem] || `出错（${status.problem}）`;
  if (words.textContent !== text) words.textContent = text;
  words.className = bad ? "tag tag--bad" : "tag tag--good";
}

/**
 * What is true of the recording after the end; nothing is called saved before the server says so.
 * @param {{state: string, started_at: string | null, saved: boolean}} hearing
 * @returns {string}
 */
export function endWords(hearing) {
  if (hearing.state !== "closed" || !hearing.started_at) return "录音录像已停止。";
  return hearing.saved ? "录音录像已停止并保存。" : PROBLEMS["recording.not_closed"] || "";
}

/** Asks once a second what is safely on disk. */
export class RecordingWatch {
  /** @param {string} hearing @param {boolean} staff whether this seat watches the tracks */
  constructor(hearing, staff) {
    this.hearing = hearing;
    this.staff = staff;
    this.asking = false;
  }

  /**
   * @param {{recording: boolean, paused: string, started_at: string | null}} facts
   * @param {{seat: string, caption: string}[]} seats
   * @param {number} now milliseconds of the court's clock
   */
  second(facts, seats, now) {
    const recording = { on: facts.recording, paused: facts.paused, startedAt: facts.started_at };
    const words = element("recording-words", HTMLElement);
    words.textContent = recordingWords(recording, now);
    words.dataset.on = String(recording.on && !recording.paused);
    if (this.staff && facts.started_at) void this.ask(seats);
  }

  /** @param {{seat: string, caption: string}[]} seats */
  async ask(seats) {
    if (this.asking) return;
    this.asking = true;
    try {
      const status = await get(`/room/${this.hearing}/recording`);
      const captions = new Map(seats.map((seat) => [seat.seat, seat.caption]));
      const now = status.state === "on" ? Date.parse(status.now) : null;
      const safe = drawTracks(element("tracks", HTMLElement), status.tracks, captions, now);
      showSafety(status, safe, drawCopy(status.copy));
    } catch (error) {
      element("safety-words", HTMLElement).textContent = explain(error);
    } finally {
      this.asking = false;
    }
  }
}
