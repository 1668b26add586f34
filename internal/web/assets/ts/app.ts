// What every page may use: theme button, search as you type, sources in a side panel, charts as PNG.
// Each part finds its own element and does nothing when it is absent; the page works without all of them.
import { pageKeys } from "./keys";
import { liveForms } from "./live";
import { poll } from "./poll";
import { searchBox } from "./search";
import { takeaway } from "./takeaway";
import { themeButton } from "./themebutton";
import { whyPanel } from "./why";

themeButton();
searchBox();
whyPanel();
liveForms();
poll();
takeaway();
pageKeys();
