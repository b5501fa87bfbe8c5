// Plotly puts its own style rules into an inline <style> element, which a strict content-security policy refuses.
// The build swaps this module in for that one: the same rules, as a constructed sheet, which the policy allows.
import { rules } from "plotly-rules";

const sheet = new CSSStyleSheet();
sheet.replaceSync(rules);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
