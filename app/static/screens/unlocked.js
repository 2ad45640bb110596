// Somebody came in beside a screen that is locked: it is told to look who it is, and this tab has done its work.
import { tellWhoWaits } from "../lib/door_bell.js";

tellWhoWaits();
window.close(); // where the browser lets a page close itself; else it says what to do
