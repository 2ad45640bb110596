// Which rows are asked for: one of six questions, and words that must all be found.
import { viewOf } from "../lib/row_cache.js";
import { t } from "../lib/texts.js";

const { initials } = document.body.dataset;
const here = (row) => row.status !== "planned";
const waits = (row) => here(row) && row.doctor === null;
const late = ({ wait, next }) => wait.state === "late" || next.state === "late";

export const QUESTIONS = {
  all: () => true,
  triage: (row) => waits(row) && row.level === null,
  doctor: (row) => waits(row) && row.level !== null,
  overdue: (row, time) => here(row) && late(viewOf(row, time, "name")),
  mine: (row) => row.doctor === initials || row.nurse === initials,
  expected: (row) => !here(row),
};

const plain = (text) => text.toLocaleLowerCase("nb").normalize("NFC");
const haystacks = new WeakMap();
function haystack(row) {
  if (!haystacks.has(row)) {
    const place = row.place ?? t("place.waiting_room");
    haystacks.set(row, plain(` ${[row.name, row.number, row.number.replace(/\s/g, ""), row.complaint, place].join(" ")}`));
  }
  return haystacks.get(row);
}

// A long word may stand inside another, as «skade» in «hodeskade»; a short one, as in «rom 7», only at a beginning.
const found = (row, word) => haystack(row).includes(word.length > 3 ? word : ` ${word}`);

// The words and the question as they stand on the page, as one function.
export function asked(form) {
  const words = plain(form.elements.words.value).split(/\s+/).filter(Boolean);
  const question = QUESTIONS[form.elements.filter.value];
  return (row, time) => question(row, time) && words.every((word) => found(row, word));
}
