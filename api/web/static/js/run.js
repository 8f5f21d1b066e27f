// @ts-check
/** Follows one run over server-sent events, draws objective and bound, and shows the draft when it is done. */

const settings = JSON.parse(/** @type {HTMLElement} */ (document.getElementById("settings")).textContent || "{}");
const words = settings.words;
const number = new Intl.NumberFormat(settings.locale);
const SVG = "http://www.w3.org/2000/svg";
/** @type {{seconds: number, objective: number | null, bound: number | null}[]} */
const points = [];

/** @param {string} name @param {string} text */
function set(name, text) {
  const field = document.querySelector(`[data-field="${name}"]`);
  if (field) field.textContent = text;
}

/** @param {string} text */
function say(text) {
  const live = document.getElementById("live");
  if (live) live.textContent = text;
}

/** @param {any} event */
function showProgress(event) {
  if (event.objective !== null && event.objective !== undefined) set("objective", number.format(event.objective));
  if (event.bound !== null && event.bound !== undefined) set("bound", number.format(event.bound));
  if (event.gap !== null && event.gap !== undefined) set("gap", `${(event.gap * 100).toFixed(1)} %`);
  if (event.seconds !== null && event.seconds !== undefined) set("seconds", words["js.seconds"].replace("{count}", event.seconds.toFixed(1)));
  if (event.served !== null && event.served !== undefined) set("served", words["js.served"].replace("{served}", number.format(event.served)).replace("{total}", number.format(settings.requests)));
  if (event.phase) set("phase", words[`js.phase.${event.phase}`] || event.phase);
  if (typeof event.seconds === "number") points.push({ seconds: event.seconds, objective: event.objective ?? null, bound: event.bound ?? null });
  draw();
}

function draw() {
  const chart = document.getElementById("chart");
  const values = points.flatMap((each) => [each.objective, each.bound]).filter((each) => each !== null);
  if (!chart || !values.length) return;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const end = Math.max(points[points.length - 1].seconds, 0.1);
  const y = (/** @type {number} */ value) => 150 - ((value - low) / (high - low || 1)) * 140;
  const lines = /** @type {const} */ (["objective", "bound"]).map((name) => {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("class", `line ${name}`);
    let steps = "";
    let last = null;
    for (const each of points) {
      const value = each[name];
      if (value === null) continue;
      const x = (each.seconds / end) * 600;
      steps += last === null ? `M${x} ${y(value)}` : `H${x}V${y(value)}`;
      last = value;
    }
    if (steps) path.setAttribute("d", `${steps}H600`);
    return path;
  });
  chart.replaceChildren(...lines);
}

const source = new EventSource(settings.events_url);
/** @param {string} state */
function showState(state) {
  const chip = document.querySelector("[data-run-state]");
  if (!chip || !words[`js.run.${state}`]) return;
  chip.className = `chip run-${state}`;
  chip.textContent = words[`js.run.${state}`];
  say(words[`js.run.${state}`]);
}
source.addEventListener("progress", (message) => showProgress(JSON.parse(message.data)));
source.addEventListener("state", (message) => showState(JSON.parse(message.data).state));
source.addEventListener("done", (message) => {
  source.close(); // Else the browser would connect again for ever.
  const run = JSON.parse(message.data);
  showProgress(run);
  showState(run.state);
  location.replace(`${location.pathname}#draft`);
  location.reload();
});
source.addEventListener("error", () => {
  if (source.readyState !== EventSource.CLOSED) say(words["js.lost"]);
});
window.addEventListener("pagehide", () => source.close());
