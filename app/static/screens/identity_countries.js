// Countries by name in the reader's language; the browser knows them all, so no list of ours has to.
export function nameCountries() {
  const names = new Intl.DisplayNames([document.body.dataset.language], { type: "region", fallback: "code" });
  for (const each of document.querySelectorAll("[data-country]")) each.textContent = names.of(each.dataset.country);
  for (const list of document.querySelectorAll("select:has([data-country])")) {
    const chosen = list.value;
    const named = [...list.querySelectorAll("[data-country]")];
    named.sort((one, other) => one.textContent.localeCompare(other.textContent, document.body.dataset.language));
    list.append(...named);
    list.value = chosen;
  }
}
