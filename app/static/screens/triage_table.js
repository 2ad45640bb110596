// Which table is asked by: when size or pregnancy calls for another than the one drawn, the page is drawn anew.
import { send } from "../lib/form.js";
import { autosave } from "./triage_draft.js";
import { data, patient } from "./triage_form.js";

export const choosesTable = ({ name }) => name === "pregnant" || data.sizes.includes(name);

const asksBy = async ({ scale }) => {
  const answer = await send("POST", `/api/scales/${scale}/evaluate`, { ...patient(), age_months: data.age_months });
  return answer.data?.group; // none where the scale is not made for the patient, or the line is cut: that is said elsewhere
};

const known = () => JSON.stringify(patient());
let settled = null; // what the tables were last asked about

// The page as it was drawn, its draft filled in.
export function startTable() {
  settled = known();
}

// Whether the page stays. The draft chooses what is drawn next, so what could not be saved is not left behind.
export async function fits() {
  const said = known();
  if (settled === null || said === settled) return true;
  const groups = await Promise.all(data.tables.map(asksBy));
  if (!groups.some((group, place) => group && group !== data.tables[place].group)) {
    settled = said;
    return true;
  }
  if (!(await autosave.now())) return false;
  history.replaceState(null, "", `#${document.activeElement?.id ?? ""}`);
  location.reload();
  return false;
}
