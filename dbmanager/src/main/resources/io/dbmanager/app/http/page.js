"use strict";
(() => {
  const POLL_MS = 1000;
  const TIMEOUT_MS = 5000;
  const LAG_POINTS = 60;
  const EVENTS_SHOWN = 20;

  const TONES = {
    healthy: "good", replicating: "good", primary: "good",
    degraded: "warn", starting: "warn", waiting: "warn", seeding: "warn", catching_up: "warn", lagging: "warn",
    needs_resync: "bad", no_primary: "bad", unreachable: "bad", stopped: "bad",
  };
  const byId = (id) => document.getElementById(id);
  const words = (state) => state.replaceAll("_", " ");
  const count = (number) => Number(number).toLocaleString("en");

  const cards = new Map();
  const lags = new Map();
  let last = null;
  let lostSince = null;

  function setText(node, text) {
    if (node.textContent !== text) node.textContent = text;
  }

  function setBadge(node, state) {
    setText(node, words(state));
    node.dataset.tone = TONES[state] || "quiet";
  }

  function lagText(seconds) {
    if (seconds === null) return "unknown";
    return seconds < 1 ? Math.round(seconds * 1000) + " ms" : seconds.toFixed(1) + " s";
  }

  function durationText(seconds) {
    const s = Math.max(0, Math.floor(seconds));
    if (s >= 86400) return Math.floor(s / 86400) + " d " + Math.floor((s % 86400) / 3600) + " h";
    if (s >= 3600) return Math.floor(s / 3600) + " h " + Math.floor((s % 3600) / 60) + " min";
    return s >= 60 ? Math.floor(s / 60) + " min " + (s % 60) + " s" : s + " s";
  }

  function bytesText(bytes) {
    let value = bytes;
    let unit = "B";
    for (const next of ["KB", "MB", "GB", "TB"]) {
      if (value < 1024) break;
      value /= 1024;
      unit = next;
    }
    return (unit === "B" ? value : value.toFixed(1)) + " " + unit;
  }

  function card(name) {
    let node = cards.get(name);
    if (!node) {
      node = byId("card").content.firstElementChild.cloneNode(true);
      node.querySelector("h3").textContent = name;
      node.querySelector(".resync").textContent = "Resync " + name;
      node.querySelector(".resync").addEventListener("click", () => openResync(name));
      cards.set(name, node);
      byId("cards").append(node);
    }
    return node;
  }

  function setFacts(node, facts) {
    const list = node.querySelector(".facts");
    const key = JSON.stringify(facts);
    if (list.dataset.key === key) return;
    list.dataset.key = key;
    list.replaceChildren(...facts.flatMap(([term, value]) => {
      const dt = document.createElement("dt");
      const dd = document.createElement("dd");
      dt.textContent = term;
      dd.textContent = value;
      return [dt, dd];
    }));
  }

  function showPrimary(primary) {
    const node = card(primary.name);
    node.dataset.role = "primary";
    const badge = node.querySelector(".badge");
    setBadge(badge, primary.reachable ? "primary" : "unreachable");
    if (!primary.reachable) setText(badge, "primary, unreachable");
    setText(node.querySelector(".where"), primary.address);
    setFacts(node, [
      ["Version", primary.server_version || "unknown"],
      ["Position", primary.position || "unknown"],
    ]);
  }

  function showReplica(replica) {
    const node = card(replica.name);
    node.dataset.role = "replica";
    setBadge(node.querySelector(".badge"), replica.state);
    setText(node.querySelector(".where"), replica.address);
    const reason = node.querySelector(".reason");
    reason.hidden = !replica.reason && !replica.last_error;
    setText(reason, [replica.reason, replica.last_error].filter((text, i, all) => text && all.indexOf(text) === i).join(" — "));
    showSeed(node, replica.seed);
    showLag(node, replica);
    const facts = [
      ["Takes reads", replica.takes_reads ? "yes" : "no"],
      ["Reads", count(replica.reads_total)],
      ["Threads", "io " + (replica.io_running ? "runs" : "stopped") + ", sql " + (replica.sql_running ? "runs" : "stopped")],
      ["Position", replica.position || "unknown"],
    ];
    if (replica.errant) facts.push(["Errant", replica.errant]);
    for (const finding of replica.findings) facts.push([finding.id, finding.detail + " (" + finding.page + ")"]);
    setFacts(node, facts);
    node.querySelector(".buttons").hidden = false;
    node.querySelector(".resync").disabled = replica.state === "seeding";
  }

  function showSeed(node, seed) {
    node.querySelector(".seeding").hidden = !seed;
    if (!seed) return;
    const bar = node.querySelector("progress");
    if (seed.rows_total > 0) bar.value = Math.min(1, seed.rows_done / seed.rows_total);
    else bar.removeAttribute("value");
    bar.setAttribute("aria-label", "rows copied");
    const left = seed.eta_seconds === null ? "" : ", " + durationText(seed.eta_seconds) + " left";
    const slowed = seed.slowed ? " (" + seed.slowed + ")" : "";
    setText(node.querySelector(".seeding-text"),
      count(seed.rows_done) + " of " + count(seed.rows_total) + " rows, " + bytesText(seed.bytes_done) + left + slowed);
  }

  function showLag(node, replica) {
    const known = replica.lag_seconds !== null;
    const seen = lags.get(replica.name) || [];
    if (known) seen.push(replica.lag_seconds);
    while (seen.length > LAG_POINTS) seen.shift();
    lags.set(replica.name, seen);
    node.querySelector(".lag").hidden = !known;
    if (!known) return;
    setText(node.querySelector(".lag-now"), lagText(replica.lag_seconds));
    const most = Math.max(0.05, ...seen);
    node.querySelector("polyline").setAttribute("points", seen
      .map((lag, i) => ((i + LAG_POINTS - seen.length) * 120 / (LAG_POINTS - 1)).toFixed(1) + "," + (26 - 24 * lag / most).toFixed(1))
      .join(" "));
  }

  function showProxy(status, before) {
    const proxy = status.proxy;
    setText(byId("proxy-address"), proxy.address || "not listening yet");
    setText(byId("proxy-clients"), count(proxy.clients));
    setText(byId("proxy-reads"), count(proxy.reads_total));
    setText(byId("proxy-writes"), count(proxy.writes_total));
    const time = before ? status.uptime_seconds - before.uptime_seconds : 0;
    if (time <= 0) return;
    const rate = (now, then) => Math.max(0, Math.round((now - then) / time)) + "/s";
    setText(byId("proxy-reads-rate"), rate(proxy.reads_total, before.proxy.reads_total));
    setText(byId("proxy-writes-rate"), rate(proxy.writes_total, before.proxy.writes_total));
  }

  function showEvents(events) {
    const shown = events.slice(0, EVENTS_SHOWN);
    byId("no-events").hidden = shown.length > 0;
    const table = byId("events");
    table.hidden = shown.length === 0;
    const key = JSON.stringify(shown);
    if (table.dataset.key === key) return;
    table.dataset.key = key;
    table.tBodies[0].replaceChildren(...shown.map((event) => {
      const row = document.createElement("tr");
      const when = document.createElement("time");
      when.dateTime = event.at;
      when.title = event.at;
      when.textContent = new Date(event.at).toLocaleTimeString([], {hour12: false});
      const cells = [when, event.server, words(event.event), event.detail].map((content) => {
        const cell = document.createElement("td");
        cell.append(content);
        return cell;
      });
      row.append(...cells);
      return row;
    }));
  }

  function forgetOthers(status) {
    const names = new Set([status.primary.name, ...status.replicas.map((replica) => replica.name)]);
    for (const [name, node] of cards) {
      if (!names.has(name)) {
        node.remove();
        cards.delete(name);
      }
    }
  }

  function show(status) {
    setBadge(byId("state"), status.state);
    document.title = (status.state === "healthy" ? "" : words(status.state) + " – ") + "dbmanager";
    setText(byId("facts"), "up " + durationText(status.uptime_seconds) + ", epoch " + status.epoch);
    setText(byId("version"), "dbmanager " + status.version);
    forgetOthers(status);
    showPrimary(status.primary);
    status.replicas.forEach(showReplica);
    showProxy(status, last);
    showEvents(status.last_events);
    if (!last || last.state !== status.state) announce(status);
    last = status;
  }

  // Spoken when the state as a whole changes, not every second.
  function announce(status) {
    const stuck = status.needs_resync.length ? ": " + status.needs_resync.join(", ") : "";
    setText(byId("announcer"), "State: " + words(status.state) + stuck);
  }

  function setLost(lost) {
    const banner = byId("lost");
    if (lost) {
      lostSince = lostSince || new Date();
      setText(banner, "No connection to dbmanager since " + lostSince.toLocaleTimeString([], {hour12: false})
        + ". What is shown below is old.");
    } else {
      lostSince = null;
    }
    banner.hidden = !lost;
    document.body.classList.toggle("stale", lost);
    if (lost) setBadge(byId("state"), "unreachable");
  }

  async function poll() {
    try {
      const answer = await fetch("/status", {cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS)});
      if (!answer.ok) throw new Error("status " + answer.status);
      const status = await answer.json();
      setLost(false);
      show(status);
    } catch (error) {
      setLost(true);
    }
    setTimeout(poll, POLL_MS);
  }

  // Actions: they need the token, which is kept in this page's memory only.
  const dialog = byId("action");
  let action = null;

  function open(title, text, go, path, asksConsent) {
    action = {path, asksConsent};
    setText(byId("action-title"), title);
    setText(byId("action-text"), text);
    setText(byId("action-go"), go);
    setText(byId("action-answer"), "");
    byId("overwrite-field").hidden = !asksConsent;
    byId("overwrite").checked = false;
    dialog.showModal();
    byId("token").focus();
  }

  function openResync(name) {
    open("Resync " + name, "The replica takes no reads while it is made equal to the primary again.",
      "Resync", "/replicas/" + encodeURIComponent(name) + "/resync", true);
  }

  byId("verify").addEventListener("click", () => open("Verify all replicas",
    "Every replica is compared with the primary while both go on working. What is found is told under Events.", "Verify", "/verify", false));
  byId("action-cancel").addEventListener("click", () => dialog.close());
  byId("action-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const go = byId("action-go");
    go.disabled = true;
    setText(byId("action-answer"), "Asking...");
    try {
      const answer = await fetch(action.path, {
        method: "POST",
        headers: {"Authorization": "Bearer " + byId("token").value.trim(), "Content-Type": "application/json"},
        body: JSON.stringify(action.asksConsent ? {overwrite: byId("overwrite").checked} : {}),
      });
      const body = await answer.json();
      setText(byId("action-answer"), answer.status === 202 ? "Begun: " + body.plan : "Not done: " + body.error);
    } catch (error) {
      setText(byId("action-answer"), "Not done: no connection to dbmanager.");
    }
    go.disabled = false;
  });

  poll();
})();
