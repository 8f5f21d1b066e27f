// @ts-check
/** Draws the visible part of the timeline and nothing else; names reach the DOM as text only. */

import { barsOf, hueOf, LANE, loadOf, overlapping, rowAt } from "./timeline_layout.js";

/** @typedef {import("./timeline_layout.js").Row} Row */
/** @typedef {import("./timeline_layout.js").Bar} Bar */

const DAY = 1440;
const HEAD = 52;
const OVERSCAN_PX = 160;
const MOST_BARS = 800;
const GAPS = [0, 2, 6, 14, 30, 80];
const SVG = "http://www.w3.org/2000/svg";

/** @param {string} tag @param {string} className @param {string} [text] */
export function node(tag, className, text) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

/** @param {HTMLElement} element @param {number} left @param {number} width */
function place(element, left, width) {
  element.style.left = `${left}px`;
  element.style.width = `${width}px`;
}

export class Renderer {
  /**
   * @param {HTMLElement} scroller
   * @param {{data: import("./timeline_data.js").TimelineData, days: any, words: any, formats: any}} world
   */
  constructor(scroller, { data, days, words, formats }) {
    Object.assign(this, { scroller, data, days, words, formats });
    this.scroller = scroller;
    this.data = data;
    this.days = days;
    this.words = words;
    this.formats = formats;
    this.canvas = node("div", "tl-canvas");
    this.head = node("div", "tl-head");
    this.head.setAttribute("aria-hidden", "true");
    this.corner = node("div", "tl-corner");
    this.ticks = node("div", "tl-ticks");
    this.back = node("div", "tl-back");
    this.back.setAttribute("aria-hidden", "true");
    this.body = node("div", "tl-body");
    this.head.append(this.corner, this.ticks);
    this.canvas.append(this.head, this.back, this.body);
    this.scroller.append(this.canvas);
    /** @type {Map<string, HTMLElement>} */ this.rowNodes = new Map();
    /** @type {Map<string, HTMLElement>} */ this.barNodes = new Map();
    /** @type {Map<string, {bar: Bar, row: Row}>} */ this.shown = new Map();
    this.backKey = "";
  }

  /** @param {any} view */
  draw(view) {
    const { scrollLeft, scrollTop, clientWidth, clientHeight } = this.scroller;
    const label = view.labelWidth;
    const x = (/** @type {number} */ minute) => (minute - view.origin) * view.scale;
    const start = view.origin + (scrollLeft - OVERSCAN_PX) / view.scale;
    const end = view.origin + (scrollLeft + clientWidth - label + OVERSCAN_PX) / view.scale;
    this.canvas.style.width = `${label + (view.last - view.origin) * view.scale}px`;
    this.canvas.style.height = `${HEAD + Math.max(view.height, clientHeight - HEAD)}px`;
    this.back.style.left = this.ticks.style.left = `${label}px`;
    this._drawBack(view, x, start, end);
    const first = rowAt(view.rows, scrollTop - LANE * 3);
    const bottom = scrollTop + clientHeight - HEAD + LANE * 3;
    /** @type {Row[]} */
    const visible = [];
    for (let index = first; index < view.rows.length && view.rows[index].top < bottom; index += 1) visible.push(view.rows[index]);
    const bars = this._barsOf(visible, start, end, x);
    this._drawRows(view, visible, bars, x);
  }

  /** @param {any} view @param {(m: number) => number} x @param {number} start @param {number} end */
  _drawBack(view, x, start, end) {
    const days = this.days;
    const perDay = view.scale * DAY;
    const from = Math.max(0, days.indexAt(start));
    const to = Math.min(days.start.length - 1, days.indexAt(end) + 1);
    const key = [from, to, view.scale, view.labelWidth, this.data.now, view.height].join();
    if (key === this.backKey) return;
    this.backKey = key;
    /** @type {HTMLElement[]} */ const shades = [];
    /** @type {HTMLElement[]} */ const ticks = [];
    for (let index = from; index <= to; index += 1) {
      if (days.kind[index] === "0") continue;
      let stop = index;
      while (stop < to && days.kind[stop + 1] !== "0" && days.kind[stop + 1] === days.kind[index]) stop += 1;
      const shade = node("div", days.kind[index] === "2" ? "tl-shade tl-holiday" : "tl-shade");
      place(shade, x(days.start[index]), x(days.start[stop + 1] ?? view.last) - x(days.start[index]));
      shades.push(shade);
      index = stop;
    }
    const hours = perDay >= 700 ? 2 : perDay >= 330 ? 6 : 0;
    for (let index = from; index <= to; index += 1) {
      const left = x(days.start[index]);
      const date = days.dateOf(index);
      const monday = date.getUTCDay() === 1;
      // Calendars print Saturdays blue, Sundays and holidays red.
      const colour = days.kind[index] === "0" ? "" : days.kind[index] === "1" && date.getUTCDay() === 6 ? " tl-saturday" : " tl-off";
      const isYear = !hours && perDay < 5;
      const first = date.getUTCDate() === 1;
      if (index === from || hours || (first && (!isYear || date.getUTCMonth() === 0))) {
        const text = hours ? this.formats.day(date) : isYear ? this.formats.year(date) : this.formats.month(date);
        const major = node("div", hours ? `tl-major${colour}` : "tl-major");
        const end = hours ? index + 1 : isYear ? days.yearEnd(index) : days.monthEnd(index);
        place(major, left, x(days.start[end] ?? view.last) - left);
        major.append(node("span", "", hours && days.name[index] ? `${text} · ${days.name[index]}` : text));
        ticks.push(major);
      }
      if (isYear && first) {
        const tick = node("div", "tl-minor", this.formats.shortMonth(date));
        place(tick, left, x(days.start[days.monthEnd(index)] ?? view.last) - left);
        ticks.push(tick);
      }
      if (hours) {
        for (let hour = 0; hour < 24; hour += hours) {
          const tick = node("div", "tl-minor", String(hour).padStart(2, "0"));
          place(tick, x(days.start[index] + hour * 60), hours * 60 * view.scale);
          ticks.push(tick);
        }
      } else if (perDay >= 22 || (monday && perDay >= 5)) {
        const tick = node("div", perDay >= 22 ? `tl-minor${colour}` : "tl-minor");
        tick.append(node("b", "", String(date.getUTCDate())));
        if (perDay >= 44) tick.append(node("span", "", this.formats.weekday(date)));
        if (days.name[index]) tick.title = days.name[index];
        place(tick, left, perDay >= 22 ? perDay : perDay * 7);
        ticks.push(tick);
      }
      if (perDay >= 22 || monday) {
        const line = node("div", "tl-line");
        line.style.left = `${left}px`;
        shades.push(line);
      }
    }
    if (this.data.now >= start - DAY && this.data.now <= end + DAY) {
      const now = node("div", "tl-now");
      now.style.left = `${x(this.data.now)}px`;
      shades.push(now);
      const flag = node("div", "tl-now-flag", this.words["js.now"]);
      flag.style.left = `${x(this.data.now)}px`;
      ticks.push(flag);
    }
    this.back.replaceChildren(...shades);
    this.ticks.replaceChildren(...ticks);
  }

  /** @param {Row[]} visible @param {number} start @param {number} end @param {(m: number) => number} x */
  _barsOf(visible, start, end, x) {
    // A year of a busy pool would be thousands of bars: merge neighbours until all fit the budget of nodes.
    /** @type {Map<Row, Bar[]>} */
    let bars = new Map();
    for (const gap of GAPS) {
      bars = new Map();
      let total = 0;
      for (const row of visible) {
        if (row.kind !== "resource" || !row.lanes) continue;
        const lanes = row.lanes;
        const shown = overlapping(this.data.byResource[row.index], start, end).filter((each) => lanes.has(each.id));
        const made = barsOf(shown, lanes, x, gap);
        bars.set(row, made);
        total += made.length;
      }
      if (total <= MOST_BARS) break;
    }
    return bars;
  }

  /** @param {any} view @param {Row[]} visible @param {Map<Row, Bar[]>} bars @param {(m: number) => number} x */
  _drawRows(view, visible, bars, x) {
    const rowNodes = new Map();
    const barNodes = new Map();
    this.shown.clear();
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.key : undefined;
    for (const row of visible) {
      const key = `${row.kind}${row.index}`;
      const element = this.rowNodes.get(key) || (row.kind === "site" ? this._siteRow(row) : this._resourceRow(row));
      this.rowNodes.delete(key);
      rowNodes.set(key, element);
      element.style.top = `${row.top}px`;
      element.style.height = `${row.height}px`;
      if (row.kind === "site") this._updateSite(element, row, view);
      if (!element.isConnected) this.body.append(element);
      for (const bar of bars.get(row) || []) {
        const barKey = `${row.index}:${bar.key}:${bar.bookings.length}`;
        let button = this.barNodes.get(barKey);
        if (button) this.barNodes.delete(barKey);
        else {
          button = this._bar(bar, row);
          button.dataset.key = barKey;
        }
        const isRun = !bar.many && bar.bookings.length > 1;
        const company = view.colours === "company" && bar.bookings.length === 1 ? ` hue-${hueOf(bar.bookings[0].company)}` : "";
        button.className = `tl-bar ${bar.many ? "is-many" : `is-${bar.bookings[0].state}`}${isRun ? " is-run" : ""}${company}`;
        place(button, view.labelWidth + bar.left, bar.width);
        button.style.top = `${bar.lane * LANE + 3}px`;
        button.tabIndex = barKey === view.active ? 0 : -1;
        if (button.parentElement !== element) element.append(button);
        barNodes.set(barKey, button);
        this.shown.set(barKey, { bar, row });
      }
      if (row.kind === "resource") this._updateClosures(element, row, view, x);
    }
    for (const gone of this.barNodes.values()) gone.remove();
    for (const gone of this.rowNodes.values()) gone.remove();
    this.rowNodes = rowNodes;
    this.barNodes = barNodes;
    if (!this.shown.has(view.active) && this.shown.size) {
      // Tab must always find a way in: the first bar on the screen stands in for one that scrolled away.
      const key = this.shown.keys().next().value ?? "";
      view.active = key;
      const button = this.barNodes.get(key);
      if (button) button.tabIndex = 0;
    }
    if (focused && !this.barNodes.has(focused) && document.activeElement === document.body) this.scroller.focus({ preventScroll: true });
  }

  /** @param {Row} row */
  _siteRow(row) {
    const element = node("div", "tl-row tl-site");
    const label = node("div", "tl-label");
    const toggle = node("button", "tl-toggle");
    toggle.setAttribute("type", "button");
    toggle.dataset.site = String(row.index);
    toggle.append(node("span", "tl-caret"), node("span", "tl-name", this.formats.site(row.index)), node("span", "tl-count"));
    toggle.title = this.formats.site(row.index);
    label.append(toggle);
    const chart = document.createElementNS(SVG, "svg");
    chart.setAttribute("class", "tl-load");
    chart.setAttribute("preserveAspectRatio", "none");
    chart.setAttribute("aria-hidden", "true");
    chart.append(document.createElementNS(SVG, "path"));
    element.append(label, chart);
    return element;
  }

  /** @param {HTMLElement} element @param {Row} row @param {any} view */
  _updateSite(element, row, view) {
    const toggle = /** @type {HTMLElement} */ (element.querySelector(".tl-toggle"));
    toggle.setAttribute("aria-expanded", String(!view.collapsed.has(row.index)));
    const count = /** @type {HTMLElement} */ (element.querySelector(".tl-count"));
    count.textContent = this.words["js.resources"].replace("{count}", String(row.count));
    const width = Math.max(50, this.scroller.clientWidth - view.labelWidth);
    const buckets = Math.min(160, Math.floor(width / 8));
    const key = [view.windowStart, view.windowEnd, buckets, this.data.generation].join();
    const chart = /** @type {SVGElement} */ (element.querySelector("svg"));
    if (element.dataset.load !== key) {
      element.dataset.load = key;
      const load = loadOf(this.data, row.index, view.windowStart, view.windowEnd, buckets);
      let path = "M0 100";
      load.forEach((each, index) => (path += `L${index} ${100 - each * 100}L${index + 1} ${100 - each * 100}`));
      chart.setAttribute("viewBox", `0 0 ${buckets} 100`);
      /** @type {SVGElement} */ (chart.firstChild).setAttribute("d", `${path}L${buckets} 100Z`);
    }
    chart.style.left = `${view.labelWidth + (view.windowStart - view.origin) * view.scale}px`;
    chart.style.width = `${(view.windowEnd - view.windowStart) * view.scale}px`;
  }

  /** @param {Row} row */
  _resourceRow(row) {
    const element = node("div", "tl-row");
    const resource = this.data.resources[row.index];
    const name = this.formats.resource(row.index);
    element.setAttribute("role", "group");
    element.setAttribute("aria-label", name);
    const label = node("div", "tl-label");
    label.append(node("span", `tl-kind kind-${resource.kind}`), node("span", "tl-name", name));
    label.title = resource.capacity > 1 ? `${name} (${resource.capacity})` : name;
    element.append(label);
    return element;
  }

  /** @param {HTMLElement} element @param {Row} row @param {any} view @param {(m: number) => number} x */
  _updateClosures(element, row, view, x) {
    const shut = overlapping(/** @type {any} */ (this.data.closures[row.index]), view.windowStart, view.windowEnd).slice(0, 6);
    const key = shut.length ? `${shut.map((each) => each.start).join()}@${view.scale}` : "";
    if ((element.dataset.closures || "") === key) return;
    element.dataset.closures = key;
    element.querySelectorAll(".tl-closure").forEach((each) => each.remove());
    for (const each of shut) {
      const closure = node("div", "tl-closure");
      closure.title = /** @type {any} */ (each).reason || this.words["js.closed"];
      place(closure, view.labelWidth + x(each.start), x(each.end) - x(each.start));
      element.append(closure);
    }
  }

  /** @param {Bar} bar @param {Row} row */
  _bar(bar, row) {
    const button = node("button", "tl-bar");
    button.setAttribute("type", "button");
    button.setAttribute("aria-label", this.formats.label(bar, row));
    if (bar.width > 26) button.append(node("span", "", this.formats.caption(bar)));
    return button;
  }
}
