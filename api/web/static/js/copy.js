// @ts-check
/** Copies an address to the clipboard and says so. */
document.querySelectorAll("[data-copy]").forEach((element) => {
  const button = /** @type {HTMLElement} */ (element);
  button.addEventListener("click", async () => {
    const field = /** @type {HTMLInputElement} */ (document.getElementById(button.dataset.copy || ""));
    field.select();
    await navigator.clipboard.writeText(field.value);
    const live = document.getElementById("live");
    if (live) live.textContent = button.dataset.done || "";
  });
});
