// The kit's Markdown as elements: paragraphs, lists, tables left as text, code, and emphasis. Text
// only ever becomes text, so nothing in it can be a sign of HTML.

// Text as it is, but that a path in it goes on to another line behind a / only: elsewhere it would read like two.
export function plain(parent, text) {
  text.split(/(\S*[^\s/]\/[^\s/]\S*)/).forEach((part, i) => {
    if (i % 2 === 0) return parent.append(part);
    for (const segment of part.match(/[^/]*\/+|[^/]+$/g)) {
      element(parent, "span", segment, "segment");
      element(parent, "wbr");
    }
  });
}

function inline(parent, text) {
  const pattern = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*\s][^*]*)\*|\[([^\]]+)\]\([^)]*\)/g;
  let at = 0;
  for (const match of text.matchAll(pattern)) {
    plain(parent, text.slice(at, match.index));
    const [, code, bold, soft, link] = match;
    if (code !== undefined) plain(element(parent, "code"), code);
    else if (bold !== undefined) inline(element(parent, "strong"), bold);
    else if (soft !== undefined) inline(element(parent, "em"), soft);
    else inline(parent, link);
    at = match.index + match[0].length;
  }
  plain(parent, text.slice(at));
}

export function element(parent, name, text, className) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  parent?.append(made);
  return made;
}

// A number and a full stop at a line's beginning are an item of a list, or the end of a sentence that was broken there: within a
// paragraph only 1, or the number behind that of the item before, begins an item.
const numberOf = (line) => Number(line.match(/^\s*(\d+)\.\s/)?.[1] ?? NaN);

const kinds = [
  ["fence", /^\s*```/],
  ["code", /^ {4}/],
  ["row", /^\|/],
  ["item", /^\s*(?:[-*]|\d+\.)\s+/],
  ["heading", /^#+\s+/],
];

// Replaces what is in `parent`.
export function words(parent, markdown) {
  parent.replaceChildren();
  let block = null;
  let text = "";  // of the block, because emphasis goes over the ends of lines
  let kind = "";
  let fenced = false;
  let numbered = 0;  // the item before
  for (const line of (markdown ?? "").split("\n")) {
    if (/^\s*```/.test(line)) {
      fenced = !fenced;
      block = fenced ? element(element(parent, "pre"), "code", "") : null;
      kind = "";
      continue;
    }
    if (fenced) {
      block.textContent += `${line}\n`;
      continue;
    }
    if (line.trim() === "") {
      if (kind === "code") block.textContent += "\n";
      else block = null;
      continue;
    }
    const number = numberOf(line);
    const goesOn = block !== null && number > 1 && number !== numbered + 1;
    const found = goesOn ? undefined : kinds.find(([, pattern]) => pattern.test(line));
    const now = found ? found[0] : "text";
    if (now === "code" && (kind === "code" || block === null)) {
      if (kind !== "code") block = element(element(parent, "pre"), "code", "");
      block.textContent += `${line.slice(4)}\n`;
      kind = "code";
    } else if (now === "item") {
      const list = kind === "item" && parent.lastElementChild?.tagName === "UL"
        ? parent.lastElementChild : element(parent, "ul");
      block = element(list, "li");
      text = line.replace(found[1], "");
      inline(block, text);
      kind = "item";
      numbered = number || 0;
    } else if (now === "row") {
      if (/^\|[\s|:-]+$/.test(line)) continue;
      const table = kind === "row" && parent.lastElementChild?.tagName === "TABLE"
        ? parent.lastElementChild : element(parent, "table");
      const row = element(table, "tr");
      for (const cell of line.replace(/^\||\|\s*$/g, "").split("|")) inline(element(row, "td"), cell.trim());
      block = null;
      kind = "row";
    } else if (now === "heading") {
      block = null;
      inline(element(parent, "h3"), line.replace(found[1], ""));
      kind = "";
    } else if (block !== null && kind !== "code") {
      text += ` ${line.trim()}`;
      block.replaceChildren();
      inline(block, text);
    } else {
      block = element(parent, "p");
      text = line.trim();
      inline(block, text);
      kind = "text";
    }
  }
}
