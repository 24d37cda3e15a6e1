/* Comfort for caseworkers. Every page works without it. */
import "htmx.org";
import { watchDrafts } from "./drafts.js";
import { watchKeys } from "./keys.js";
import { watchMask } from "./mask.js";
import { keepFocus, leaveFilesOut, refuseStrangers } from "./swaps.js";
import { centreDiagrams } from "./diagrams.js";
import { keepTyping } from "./typing.js";

watchMask();
watchKeys();
watchDrafts();
keepFocus();
keepTyping();
leaveFilesOut();
refuseStrangers();
centreDiagrams();
document.documentElement.dataset.ready = "1";
