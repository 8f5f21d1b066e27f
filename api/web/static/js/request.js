// @ts-check
/** Shows only the durations of the chosen method; without scripts the server says which they are. */
const method = /** @type {HTMLSelectElement} */ (document.getElementById("method"));
const duration = /** @type {HTMLSelectElement} */ (document.getElementById("duration"));

if (method && duration) {
  const all = [...duration.options];
  const narrow = () => {
    const chosen = duration.value;
    const fitting = all.filter((each) => !each.value || (each.dataset.methods || "").split(" ").includes(method.value));
    duration.replaceChildren(...(method.value ? fitting : all));
    if (fitting.some((each) => each.value === chosen)) duration.value = chosen;
    else duration.selectedIndex = fitting.length === 2 ? 1 : 0;
    duration.disabled = method.value !== "" && fitting.length === 1;
  };
  method.addEventListener("change", narrow);
  narrow();
}
