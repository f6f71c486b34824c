// The player of a disc: opened from the file system, asks no network. Facts stand in data.js.
"use strict";
(function () {
  const record = window.RECORD;
  const video = document.getElementById("video");
  const at = (seconds) => { video.currentTime = Math.max(0, seconds); void video.play(); };
  const two = (n) => String(n).padStart(2, "0");
  const span = (ms) => { const s = Math.floor(ms / 1000); return two(Math.floor(s / 3600)) + ":" + two(Math.floor(s / 60) % 60) + ":" + two(s % 60); };
  const zone = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", dateStyle: "long", timeStyle: "medium", hourCycle: "h23" });
  document.title = record.title;
  document.getElementById("title").textContent = record.title;
  document.getElementById("about").textContent = record.about;
  document.getElementById("root").textContent = record.root;
  function row(list, ms, words, before) {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.ms = ms;
    const time = document.createElement("time");
    time.textContent = span(ms);
    button.append(time, words);
    button.addEventListener("click", () => at(ms / 1000 - before));
    const item = document.createElement("li");
    item.append(button);
    document.getElementById(list).append(item);
  }
  for (const line of record.lines) row("lines", line.ms, line.words, 3);
  for (const mark of record.marks) row("marks", mark.ms, mark.words, 0);
  document.getElementById("rate").addEventListener("change", (event) => { video.playbackRate = Number(event.target.value); });
  for (const button of document.querySelectorAll("button[data-jump]")) {
    button.addEventListener("click", () => { video.currentTime += Number(button.dataset.jump); });
  }
  video.addEventListener("timeupdate", () => {
    const now = video.currentTime * 1000;
    document.getElementById("moment").textContent = zone.format(new Date(record.began + now));
    for (const list of document.querySelectorAll("ol")) {
      let current = null;
      for (const button of list.querySelectorAll("button")) {
        button.removeAttribute("aria-current");
        if (Number(button.dataset.ms) <= now) current = button;
      }
      if (current) current.setAttribute("aria-current", "true");
    }
  });
})();
