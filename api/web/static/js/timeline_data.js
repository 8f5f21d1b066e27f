// @ts-check
/**
 * What the timeline knows: the lab once, bookings window by window.
 * Times are whole minutes since 1970-01-01T00:00Z; nothing here reads the browser's own zone.
 */

/** @typedef {{id: string, name: string, nameEn: string, site: number, kind: string, capacity: number, batch: boolean}} Resource */
/** @typedef {{id: string, name: string, nameEn: string}} Site */
/** @typedef {{id: string, request: string, task: string, title: string, name: string, nameEn: string, company: string, companyName: string,
 *   start: number, end: number, from: number, to: number, state: string, resources: number[], units: number, resource: number, batch: boolean, text: string}} Booking
 * One bar: `[start, end)` is what the resource gives (an operator the loading only), `[from, to)` the whole booking.
 * `units` are what it takes of the resource; those of one start and end in a `batch` resource are one closed run. */
/** @typedef {{start: number, end: number, reason: string}} Closure */

/** Bookings are fetched in blocks of this many minutes (four weeks), so that a scroll to and fro asks once. */
export const BLOCK = 28 * 24 * 60;

export class TimelineData {
  /** @param {{lab: string, schedule: string}} urls */
  constructor(urls) {
    this.urls = urls;
    /** @type {Resource[]} */ this.resources = [];
    /** @type {Site[]} */ this.sites = [];
    /** @type {Set<string>} ids of the bars at hand */ this.known = new Set();
    /** @type {Booking[][]} bars of each resource, by start */ this.byResource = [];
    /** @type {Closure[][]} */ this.closures = [];
    /** @type {Set<number>} */ this.blocks = new Set();
    this.labVersion = "";
    /** Rises whenever something has come, so that what was worked out before is known to be old. */
    this.generation = 0;
    /** @type {Map<number, number[]>} resources of each site */ this.ofSite = new Map();
    this.revision = -1;
    this.now = 0;
  }

  async loadLab() {
    const lab = await getJson(this.urls.lab);
    const siteIndex = new Map();
    this.sites = lab.sites.map((/** @type {any} */ each, /** @type {number} */ index) => {
      siteIndex.set(each.id, index);
      return { id: each.id, name: each.name || each.id, nameEn: each.name_en || each.name || each.id };
    });
    this.resources = lab.resources.map((/** @type {any} */ each) => ({
      id: each.id,
      name: each.name || each.id,
      nameEn: each.name_en || each.name || each.id,
      kind: each.kind,
      capacity: each.capacity,
      batch: each.batch,
      site: each.site === null ? -1 : siteIndex.get(each.site),
    }));
    this.ofSite.clear();
    this.resources.forEach((each, index) => {
      const members = this.ofSite.get(each.site);
      if (members) members.push(index);
      else this.ofSite.set(each.site, [index]);
    });
    this.labVersion = lab.version;
    this._clear();
  }

  _clear() {
    this.known.clear();
    this.byResource = this.resources.map(() => []);
    this.closures = this.resources.map(() => []);
    this.blocks.clear();
  }

  /**
   * Fetches what is missing of `[start, end)`; true if anything came.
   * @param {number} start @param {number} end
   */
  async ensure(start, end) {
    const missing = [];
    for (let block = Math.floor(start / BLOCK); block * BLOCK < end; block += 1) if (!this.blocks.has(block)) missing.push(block);
    if (!missing.length) return false;
    const first = missing[0];
    const last = missing[missing.length - 1];
    for (let block = first; block <= last; block += 1) this.blocks.add(block);
    const query = `?start_minute=${first * BLOCK}&end_minute=${(last + 1) * BLOCK}`;
    let page;
    try {
      page = await getJson(this.urls.schedule + query);
    } catch (error) {
      missing.forEach((block) => this.blocks.delete(block));
      throw error;
    }
    if (page.lab !== this.labVersion) {
      await this.loadLab();
      return this.ensure(start, end);
    }
    if (this.revision !== -1 && page.revision !== this.revision) {
      // Somebody published meanwhile: what we hold is of the plan before. Begin again with this window.
      this._clear();
      this.revision = page.revision;
      return this.ensure(start, end);
    }
    this.revision = page.revision;
    this._take(page);
    return true;
  }

  /** @param {any} page */
  _take(page) {
    const [columns, bars] = [page.bookings, page.bars];
    const touched = new Set();
    for (let bar = 0; bar < bars.booking.length; bar += 1) {
      const [index, resource, start, end] = [bars.booking[bar], bars.resource[bar], bars.start_minute[bar], bars.end_minute[bar]];
      const id = `${columns.id[index]}/${resource}/${start}`;
      if (this.known.has(id)) continue;
      this.known.add(id);
      const [from, to] = [columns.start_minute[index], columns.end_minute[index]];
      const [name, nameEn, company] = [columns.name[index], columns.name_en[index] || columns.name[index], columns.company_name[index]];
      this.byResource[resource].push({
        id,
        request: columns.request[index],
        task: columns.task[index],
        title: columns.title[index] || name,
        name,
        nameEn,
        company: columns.company[index],
        companyName: company,
        start,
        end,
        from,
        to,
        state: to <= this.now ? "done" : from <= this.now ? "running" : "confirmed",
        resources: columns.resources[index],
        units: bars.units[bar],
        resource,
        batch: this.resources[resource].batch,
        text: `${columns.title[index]} ${name} ${nameEn} ${company} ${columns.request[index]}`.toLowerCase(),
      });
      touched.add(resource);
    }
    this.generation += 1;
    for (const resource of touched) this.byResource[resource].sort((a, b) => a.start - b.start || a.end - b.end);
    for (let index = 0; index < page.closures.resource.length; index += 1) {
      const known = this.closures[page.closures.resource[index]];
      const start = page.closures.start_minute[index];
      if (!known.some((each) => each.start === start)) known.push({ start, end: page.closures.end_minute[index], reason: page.closures.reason[index] });
    }
  }
}

/** @param {string} url */
async function getJson(url) {
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer.json();
}
