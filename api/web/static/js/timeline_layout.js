// @ts-check
/** Pure geometry of the timeline: which rows, how tall, which bars, what to merge. No DOM. */

/** @typedef {import("./timeline_data.js").Booking} Booking */
/** @typedef {import("./timeline_data.js").TimelineData} TimelineData */
/** @typedef {{kind: "site" | "resource", index: number, top: number, height: number, count: number, lanes: Map<string, number> | null}} Row */
/** @typedef {{key: string, left: number, width: number, lane: number, bookings: Booking[], many: boolean}} Bar
 * One booking, the bookings of one closed run, or `many` neighbours for which there is no room. */

export const LANE = 24;
export const SITE_HEIGHT = 34;
export const ROW_PADDING = 6;
const MOST_LANES = 8;

/**
 * The rows for the window `[start, end)`, sites first, their resources below.
 * @param {TimelineData} data
 * @param {{start: number, end: number, bookedOnly: boolean, site: string, search: string, collapsed: Set<number>, language: string}} view
 */
export function rowsOf(data, view) {
  const words = view.search.trim().toLowerCase();
  /** @type {Map<number, {index: number, bookings: Booking[]}[]>} */
  const bySite = new Map();
  data.resources.forEach((resource, index) => {
    if (view.site && (resource.site < 0 || data.sites[resource.site].id !== view.site)) return;
    const own = `${resource.name} ${resource.nameEn} ${resource.id}`.toLowerCase();
    let bookings = overlapping(data.byResource[index], view.start, view.end);
    if (words && !own.includes(words)) {
      bookings = bookings.filter((each) => each.text.includes(words));
      if (!bookings.length) return;
    }
    if (view.bookedOnly && !bookings.length) return;
    const group = bySite.get(resource.site);
    if (group) group.push({ index, bookings });
    else bySite.set(resource.site, [{ index, bookings }]);
  });
  /** @type {Row[]} */
  const rows = [];
  let top = 0;
  const sites = [...bySite.keys()].sort((a, b) => (a < 0 ? Infinity : a) - (b < 0 ? Infinity : b));
  for (const site of sites) {
    const members = bySite.get(site) || [];
    rows.push({ kind: "site", index: site, top, height: SITE_HEIGHT, count: members.length, lanes: null });
    top += SITE_HEIGHT;
    if (view.collapsed.has(site)) continue;
    for (const { index, bookings } of members) {
      const { lanes, count } = lanesOf(bookings);
      const height = count * LANE + ROW_PADDING;
      rows.push({ kind: "resource", index, top, height, count: bookings.length, lanes });
      top += height;
    }
  }
  return { rows, height: top };
}

/**
 * Those of `bookings` (by start) that share an instant with `[start, end)`.
 * @param {Booking[]} bookings @param {number} start @param {number} end
 */
export function overlapping(bookings, start, end) {
  return bookings.filter((each) => each.start < end && start < each.end);
}

/**
 * Greedy lanes, so that bookings of one shared resource that overlap lie below each other.
 * @param {Booking[]} bookings
 */
export function lanesOf(bookings) {
  /** @type {Map<string, number>} */
  const lanes = new Map();
  /** @type {number[]} */
  const ends = [];
  /** @type {Booking | undefined} */
  let before;
  for (const each of bookings) {
    let lane = ends.findIndex((end) => end <= each.start);
    if (lane < 0) lane = Math.min(ends.length, MOST_LANES - 1);
    if (before && areOneRun(before, each)) lane = lanes.get(before.id) ?? 0;
    ends[lane] = each.end;
    lanes.set(each.id, lane);
    before = each;
  }
  return { lanes, count: Math.max(1, ends.length) };
}

/**
 * Whether two bookings of one resource share a closed run, and so one bar.
 * @param {Booking} one @param {Booking} other
 */
export function areOneRun(one, other) {
  return one.batch && other.batch && one.start === other.start && one.end === other.end;
}

/** What the bookings of a bar take of the resource together. @param {Bar} bar */
export function loadOfRun(bar) {
  return bar.bookings.reduce((sum, each) => sum + each.units, 0);
}

/**
 * Bars of one row; neighbours nearer than `gap` px are drawn as one, so that a year of sessions stays a few nodes.
 * @param {Booking[]} bookings @param {Map<string, number>} lanes @param {(minute: number) => number} x @param {number} gap
 * @returns {Bar[]}
 */
export function barsOf(bookings, lanes, x, gap) {
  /** @type {Bar[]} */
  const bars = [];
  /** @type {(Bar | undefined)[]} */
  const last = [];
  for (const each of bookings) {
    const lane = lanes.get(each.id) ?? 0;
    const left = x(each.start);
    const width = Math.max(3, x(each.end) - left - 1);
    const before = last[lane];
    if (before && !before.many && areOneRun(before.bookings[0], each)) {
      before.bookings.push(each);
      continue;
    }
    if (before && left - (before.left + before.width) < gap && (width < gap + 3 || before.width < gap + 3 || before.many) && gap > 0) {
      before.many = true;
      before.width = Math.max(before.width, left + width - before.left);
      before.bookings.push(each);
      continue;
    }
    const bar = { key: each.id, left, width, lane, bookings: [each], many: false };
    bars.push(bar);
    last[lane] = bar;
  }
  return bars;
}

/** The first row that reaches below `y`. @param {Row[]} rows @param {number} y */
export function rowAt(rows, y) {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rows[middle].top + rows[middle].height <= y) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * How loaded a site is: per bucket of the window, booked resource-minutes over all there are.
 * @param {TimelineData} data @param {number} site @param {number} start @param {number} end @param {number} buckets
 */
export function loadOf(data, site, start, end, buckets) {
  const load = new Float64Array(buckets);
  const step = (end - start) / buckets;
  let resources = 0;
  for (const index of data.ofSite.get(site) || []) {
    if (!data.byResource[index].length) continue;
    resources += 1;
    for (const each of overlapping(data.byResource[index], start, end)) {
      const from = Math.max(0, Math.floor((each.start - start) / step));
      const to = Math.min(buckets - 1, Math.floor((each.end - 1 - start) / step));
      for (let bucket = from; bucket <= to; bucket += 1) {
        const low = start + bucket * step;
        load[bucket] += (Math.min(each.end, low + step) - Math.max(each.start, low)) / step;
      }
    }
  }
  return load.map((each) => Math.min(1, resources ? each / resources : 0));
}

/** A stable hue class for a company. @param {string} id */
export function hueOf(id) {
  let hash = 7;
  for (let index = 0; index < id.length; index += 1) hash = (hash * 31 + id.charCodeAt(index)) >>> 0;
  return hash % 10;
}
