// @ts-check
/** The schedule page: toolbar, zoom, keyboard, tooltip and details around the renderer. */

import { TimelineData } from "./timeline_data.js";
import { loadOfRun, rowsOf } from "./timeline_layout.js";
import { node, Renderer } from "./timeline_render.js";

const DAY = 1440;
const SPANS = [1, 3, 7, 14, 28, 91, 365];

/** @param {string} id */
const byId = (id) => /** @type {any} */ (document.getElementById(id));
const settings = JSON.parse(byId("settings").textContent);
const words = settings.words;
const root = byId("timeline");
const english = document.documentElement.lang === "en";
const zone = settings.zone;

const clock = new Intl.DateTimeFormat(settings.locale, { timeZone: zone, month: "short", day: "numeric", weekday: "short", hour: "2-digit", minute: "2-digit", hour12: false });
const utc = (/** @type {Intl.DateTimeFormatOptions} */ options) => new Intl.DateTimeFormat(settings.locale, { timeZone: "UTC", ...options });
const [monthFormat, shortMonthFormat, yearFormat] = [utc({ year: "numeric", month: "long" }), utc({ month: "short" }), utc({ year: "numeric" })];
const [dayFormat, longDayFormat, weekdayFormat] = [
  utc({ month: "short", day: "numeric", weekday: "short" }),
  utc({ year: "numeric", month: "short", day: "numeric" }),
  utc({ weekday: "short" }),
];

const days = {
  start: settings.days.start_minute,
  kind: settings.days.kind,
  name: settings.days.name,
  first: Date.parse(`${settings.days.first}T00:00:00Z`),
  /** @param {number} minute */
  indexAt(minute) {
    let low = 0;
    let high = this.start.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.start[middle] <= minute) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  },
  /** @param {number} index */
  dateOf(index) {
    return new Date(this.first + index * 86400000);
  },
  /** @param {number} index */
  monthEnd(index) {
    const date = this.dateOf(index);
    return Math.round((Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) - this.first) / 86400000);
  },
  /** @param {number} index */
  yearEnd(index) {
    return Math.round((Date.UTC(this.dateOf(index).getUTCFullYear() + 1, 0, 1) - this.first) / 86400000);
  },
};

const data = new TimelineData({ lab: settings.lab_url, schedule: settings.schedule_url });
const own = (/** @type {{name: string, nameEn: string}} */ each) => (english ? each.nameEn : each.name);
const span = (/** @type {number} */ start, /** @type {number} */ end) => `${clock.format(start * 60000)} – ${clock.format(end * 60000)}`;
const state = (/** @type {string} */ name) => words[`js.state.${name}`] || name;

const MOST_NAMED = 6;
/** @param {any} bar */
const capacityOf = (bar) => data.resources[bar.bookings[0].resource].capacity;

const formats = {
  month: (/** @type {Date} */ date) => monthFormat.format(date),
  shortMonth: (/** @type {Date} */ date) => shortMonthFormat.format(date),
  year: (/** @type {Date} */ date) => yearFormat.format(date),
  day: (/** @type {Date} */ date) => dayFormat.format(date),
  weekday: (/** @type {Date} */ date) => weekdayFormat.format(date),
  site: (/** @type {number} */ index) => (index < 0 ? words["js.no_site"] : own(data.sites[index])),
  resource: (/** @type {number} */ index) => own(data.resources[index]),
  caption: (/** @type {any} */ bar) => {
    if (bar.many) return String(bar.bookings.length);
    const [first] = bar.bookings;
    if (bar.bookings.length > 1) return `${loadOfRun(bar)}/${capacityOf(bar)} · ${bar.bookings.map((/** @type {any} */ each) => each.companyName).join(", ")}`;
    return `${first.companyName} · ${first.title}`;
  },
  /** How full a closed run is; nothing for any other bar. */
  run: (/** @type {any} */ bar) =>
    bar.many || !bar.bookings[0].batch ? "" : words["js.run_load"].replace("{load}", String(loadOfRun(bar))).replace("{capacity}", String(capacityOf(bar))),
  label: (/** @type {any} */ bar, /** @type {any} */ row) => {
    const [first, last] = [bar.bookings[0], bar.bookings[bar.bookings.length - 1]];
    const where = formats.resource(row.index);
    const count = words["js.bookings"].replace("{count}", bar.bookings.length);
    if (bar.many) return `${count}, ${span(first.start, last.end)}, ${where}`;
    if (bar.bookings.length > 1) return `${formats.run(bar)}, ${count}, ${formats.caption(bar)}, ${span(first.start, first.end)}, ${where}, ${state(first.state)}`;
    return `${first.title}, ${own(first)}, ${first.companyName}, ${span(first.start, first.end)}, ${where}, ${state(first.state)}`;
  },
};

const view = {
  origin: days.start[0],
  last: days.start[days.start.length - 1],
  scale: 1,
  labelWidth: 240,
  windowStart: 0,
  windowEnd: 0,
  rows: /** @type {any[]} */ ([]),
  height: 0,
  active: "",
  collapsed: new Set(),
  colours: "status",
};
const scroller = node("div", "tl-scroll");
scroller.tabIndex = 0;
scroller.setAttribute("role", "region");
scroller.setAttribute("aria-label", words["js.timeline"]);
const tooltip = node("div", "tl-tooltip");
tooltip.id = "tl-tooltip";
tooltip.setAttribute("role", "tooltip");
tooltip.hidden = true;
root.replaceChildren(scroller, tooltip);
const renderer = new Renderer(scroller, { data, days, words, formats });

let queued = false;
function queue() {
  if (queued) return;
  queued = true;
  requestAnimationFrame(() => {
    queued = false;
    renderer.draw(view);
  });
}

const shownWidth = () => Math.max(120, scroller.clientWidth - view.labelWidth);

/** Reads the window off the scroll position, fetches what is missing, works the rows out anew. */
async function settle() {
  view.windowStart = view.origin + scroller.scrollLeft / view.scale;
  view.windowEnd = view.windowStart + shownWidth() / view.scale;
  const top = scroller.scrollTop;
  const anchor = view.rows.find((row) => row.top + row.height > top);
  const layout = rowsOf(data, {
    start: view.windowStart,
    end: view.windowEnd,
    bookedOnly: byId("only-booked").checked,
    site: byId("site-filter").value,
    search: byId("search").value,
    collapsed: view.collapsed,
    language: settings.locale,
  });
  const same = anchor && layout.rows.find((row) => row.kind === anchor.kind && row.index === anchor.index);
  view.rows = layout.rows;
  view.height = layout.height;
  byId("empty").hidden = layout.rows.length > 0 || data.revision < 0;
  queue();
  if (same && same.top !== anchor.top) requestAnimationFrame(() => (scroller.scrollTop = top + same.top - anchor.top));
  const [from, to] = [view.windowStart + 1, view.windowEnd - 1].map((minute) => days.dateOf(Math.max(0, days.indexAt(minute))));
  const format = from.getUTCFullYear() === to.getUTCFullYear() ? dayFormat : longDayFormat;
  byId("window").textContent = from.getTime() === to.getTime() ? format.format(from) : `${format.format(from)} – ${format.format(to)}`;
  try {
    if (await data.ensure(view.windowStart, view.windowEnd)) await settle();
    root.setAttribute("aria-busy", "false");
  } catch {
    say(words["js.load_failed"]);
  }
}

/** @param {string} text */
function say(text) {
  byId("live").textContent = text;
}

/** @param {number} minute first minute shown @param {number} [scale] */
function show(minute, scale) {
  if (scale !== undefined) view.scale = Math.min(shownWidth() / 360, Math.max(shownWidth() / (400 * DAY), scale));
  view.windowStart = minute;
  renderer.draw(view); // The canvas must have its width before it can be scrolled there.
  scroller.scrollLeft = Math.max(0, (minute - view.origin) * view.scale);
  document.querySelectorAll("[data-span]").forEach((each) => {
    const pressed = Math.abs((Number(/** @type {HTMLElement} */ (each).dataset.span) * DAY * view.scale) / shownWidth() - 1) < 0.02;
    each.setAttribute("aria-pressed", String(pressed));
  });
  return settle();
}

/** @param {number} factor @param {number} [at] px from the left edge of the bars that must stay where it is */
function zoom(factor, at = shownWidth() / 2) {
  const minute = view.origin + (scroller.scrollLeft + at) / view.scale;
  const scale = Math.min(shownWidth() / 360, Math.max(shownWidth() / (400 * DAY), view.scale * factor));
  return show(minute - at / scale, scale);
}

/** @param {number} spanDays */
function showDays(spanDays) {
  // Near today, people mean today: a day's view opens on it, longer ones with a little of the past.
  const isNear = view.windowStart <= settings.now_minute && settings.now_minute < view.windowEnd;
  const start = isNear || !view.windowStart ? today() - (spanDays > 7 ? DAY : 0) : view.windowStart;
  return show(days.start[Math.max(0, days.indexAt(start + 1))], shownWidth() / (spanDays * DAY));
}

const today = () => days.start[Math.max(0, days.indexAt(settings.now_minute))];
const spanOf = () => shownWidth() / view.scale;

let timer = 0;
scroller.addEventListener("scroll", () => {
  hideTooltip();
  queue();
  window.clearTimeout(timer);
  timer = window.setTimeout(settle, 140);
}, { passive: true });
scroller.addEventListener("wheel", (event) => {
  if (!event.ctrlKey) return;
  event.preventDefault();
  zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2, event.clientX - scroller.getBoundingClientRect().left - view.labelWidth);
}, { passive: false });

/** @param {HTMLElement} button */
function showTooltip(button) {
  const found = renderer.shown.get(button.dataset.key || "");
  if (!found) return;
  const { bar, row } = found;
  const [first, last] = [bar.bookings[0], bar.bookings[bar.bookings.length - 1]];
  const count = words["js.bookings"].replace("{count}", String(bar.bookings.length));
  const load = formats.run(bar);
  const what = bar.bookings.length > 1
    ? [node("strong", "", load || count), ...bar.bookings.slice(0, load ? MOST_NAMED : 0).map((each) => node("div", "", `${each.companyName} · ${each.title}`))]
    : [node("strong", "", first.title), node("div", "", own(first)), node("div", "", first.companyName), ...(load ? [node("div", "", load)] : [])];
  if (load && bar.bookings.length > MOST_NAMED) what.push(node("div", "", count));
  const lines = [...what, node("div", "", span(first.start, last.end)), ...(bar.many ? [] : [node("div", "", state(first.state))])];
  tooltip.replaceChildren(...lines, node("div", "muted", formats.resource(row.index)));
  tooltip.hidden = false;
  button.setAttribute("aria-describedby", tooltip.id);
  const [box, frame] = [button.getBoundingClientRect(), root.getBoundingClientRect()];
  const left = Math.max(box.left, frame.left + view.labelWidth) - frame.left;
  tooltip.style.left = `${Math.max(4, Math.min(left, frame.width - tooltip.offsetWidth - 8))}px`;
  const below = box.bottom - frame.top + 6;
  tooltip.style.top = `${below + tooltip.offsetHeight > frame.height ? Math.max(0, box.top - frame.top - tooltip.offsetHeight - 6) : below}px`;
}

function hideTooltip() {
  tooltip.hidden = true;
}

/** @param {Event} event */
const barOf = (event) => /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest?.(".tl-bar"));

scroller.addEventListener("pointerover", (event) => {
  const button = barOf(event);
  if (button) showTooltip(button);
  else hideTooltip();
});
root.addEventListener("pointerleave", hideTooltip);
scroller.addEventListener("focusin", (event) => {
  const button = barOf(event);
  if (!button) return hideTooltip();
  scroller.querySelectorAll('.tl-bar[tabindex="0"]').forEach((each) => (/** @type {HTMLElement} */ (each).tabIndex = -1));
  button.tabIndex = 0;
  view.active = button.dataset.key || "";
  showTooltip(button);
});
scroller.addEventListener("click", (event) => {
  const toggle = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest(".tl-toggle"));
  if (toggle) {
    const site = Number(toggle.dataset.site);
    if (!view.collapsed.delete(site)) view.collapsed.add(site);
    settle();
    return;
  }
  const button = barOf(event);
  if (button) open(button);
});

/** @param {HTMLElement} button */
function open(button) {
  const found = renderer.shown.get(button.dataset.key || "");
  if (!found) return;
  const { bar, row } = found;
  if (bar.many) {
    const [first, last] = [bar.bookings[0].start, bar.bookings[bar.bookings.length - 1].end];
    const room = Math.max(DAY / 4, (last - first) * 1.2);
    show((first + last) / 2 - room / 2, shownWidth() / room);
    return;
  }
  const booking = bar.bookings[0];
  const load = formats.run(bar);
  const isShared = bar.bookings.length > 1;
  byId("details-title").textContent = isShared ? load : booking.title;
  const who = isShared
    ? bar.bookings.map((each) => [each.companyName, `${each.title} (${each.request})`])
    : [[words["js.task"], own(booking)], [words["js.company"], booking.companyName], ...(load ? [[words["js.run"], `${booking.units} / ${capacityOf(bar)}`]] : [])];
  const facts = [
    ...who,
    [words["js.when"], span(booking.from, booking.to)],
    [words["js.where"], formats.site(data.resources[row.index].site)],
    [words["js.resources_booked"], [...new Set(bar.bookings.flatMap((each) => each.resources))].map((index) => formats.resource(index)).join(", ")],
    [words["js.status"], state(booking.state)],
    ...(isShared ? [] : [[words["js.request"], booking.request]]),
  ];
  byId("details-facts").replaceChildren(...facts.flatMap(([term, text]) => [node("dt", "", term), node("dd", "", text)]));
  byId("details-link").hidden = isShared;
  byId("details-link").href = `${settings.request_url}${encodeURIComponent(booking.request)}`;
  hideTooltip();
  byId("details").showModal();
}

/** @param {number} across @param {number} down */
function move(across, down) {
  const here = renderer.shown.get(view.active);
  if (!here) return;
  const centre = here.bar.left + here.bar.width / 2;
  let best = null;
  let least = Infinity;
  for (const [key, each] of renderer.shown) {
    if (key === view.active) continue;
    const dx = each.bar.left + each.bar.width / 2 - centre;
    const dy = each.row.top + each.bar.lane * 24 - here.row.top - here.bar.lane * 24;
    if (across && (each.row !== here.row || Math.sign(each.bar.left - here.bar.left || dy) !== across)) continue;
    if (down && Math.sign(dy) !== down) continue;
    const distance = across ? Math.abs(dx) : Math.abs(dy) * 1000 + Math.abs(dx);
    if (distance < least) [best, least] = [key, distance];
  }
  if (best === null) {
    if (across) scroller.scrollLeft += across * shownWidth() * 0.5;
    else scroller.scrollTop += down * 72;
    return;
  }
  const button = renderer.barNodes.get(best);
  const found = renderer.shown.get(best);
  if (!button || !found) return;
  const y = found.row.top + found.bar.lane * 24;
  if (y < scroller.scrollTop + 30) scroller.scrollTop = Math.max(0, y - 60);
  if (y > scroller.scrollTop + scroller.clientHeight - 110) scroller.scrollTop = y - scroller.clientHeight + 150;
  button.focus({ preventScroll: true });
}

root.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  /** @type {Record<string, () => void>} */
  const keys = {
    ArrowLeft: () => move(-1, 0),
    ArrowRight: () => move(1, 0),
    ArrowUp: () => move(0, -1),
    ArrowDown: () => move(0, 1),
    "+": () => zoom(1.5),
    "=": () => zoom(1.5),
    "-": () => zoom(1 / 1.5),
    t: () => show(today()),
    T: () => show(today()),
    Escape: hideTooltip,
  };
  if (!keys[event.key]) return;
  event.preventDefault();
  keys[event.key]();
});

byId("earlier").addEventListener("click", () => show(Math.max(view.origin, view.windowStart - spanOf())));
byId("later").addEventListener("click", () => show(view.windowStart + spanOf()));
byId("today").addEventListener("click", () => show(today()));
byId("zoom-in").addEventListener("click", () => zoom(1.5));
byId("zoom-out").addEventListener("click", () => zoom(1 / 1.5));
document.querySelectorAll("[data-span]").forEach((each) => each.addEventListener("click", () => showDays(Number(/** @type {HTMLElement} */ (each).dataset.span))));
["only-booked", "site-filter"].forEach((id) => byId(id).addEventListener("change", settle));
byId("search").addEventListener("input", () => {
  window.clearTimeout(timer);
  timer = window.setTimeout(settle, 120);
});
byId("colours").addEventListener("change", () => {
  view.colours = byId("colours").value;
  queue();
});
byId("details-close").addEventListener("click", () => byId("details").close());

/** @type {number} */ let width = 0;
new ResizeObserver(() => {
  if (scroller.clientWidth === width || !width) return queue();
  const spanned = width - view.labelWidth;
  width = scroller.clientWidth;
  setLabelWidth();
  show(view.windowStart, (view.scale * shownWidth()) / Math.max(1, spanned));
}).observe(scroller);

function setLabelWidth() {
  view.labelWidth = scroller.clientWidth < 640 ? 116 : 240;
  root.classList.toggle("is-narrow", scroller.clientWidth < 640);
  root.dataset.label = String(view.labelWidth);
  scroller.style.setProperty("--label", `${view.labelWidth}px`);
}

setLabelWidth();
width = scroller.clientWidth;
root.setAttribute("aria-busy", "true");
try {
  await data.loadLab();
  for (const site of data.sites) byId("site-filter").append(new Option(own(site), site.id));
  data.now = settings.now_minute;
  await show(today() - (scroller.clientWidth < 640 ? 0 : DAY), shownWidth() / ((scroller.clientWidth < 640 ? 4 : SPANS[3]) * DAY));
  root.dataset.ready = "true";
} catch {
  say(words["js.load_failed"]);
  byId("live").classList.add("banner");
}
