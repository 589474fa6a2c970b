// Puts a table in another order by a button in each column's head; without scripts it stays as it is, whole. What a cell
// says decides, or the value of its <data>; what says nothing ("–", "not assessed") comes last in either direction.
"use strict";
const EMPTY = /^(–|not assessed|unknown|)$/;
const NUMBER = /^[+−-]?[\d,]*\.?\d+/;

function valueOf(row, column) {
  const cell = row.cells[column];
  const given = cell.querySelector("data")?.value;
  if (given) return Number(given);
  const text = cell.innerText.trim();
  if (EMPTY.test(text)) return null;
  const number = NUMBER.exec(text);
  const dated = /^\d{4}-\d\d/.test(text);
  return number && !dated ? Number(number[0].replaceAll(",", "").replace("−", "-")) : text.toLowerCase();
}

function compare(one, other, way) {
  if (one === null || other === null) return (one === null) - (other === null);
  if (typeof one === typeof other) return way * (typeof one === "number" ? one - other : one.localeCompare(other));
  return typeof one === "number" ? -1 : 1;
}

function sort(table, column) {
  const head = table.tHead.rows[0].cells;
  const way = head[column].ariaSort === "ascending" ? -1 : 1;
  for (const cell of head) cell.removeAttribute("aria-sort");
  head[column].ariaSort = way > 0 ? "ascending" : "descending";
  const rows = [...table.tBodies[0].rows].map((row) => [valueOf(row, column), row]);
  rows.sort((one, other) => compare(one[0], other[0], way));
  table.tBodies[0].append(...rows.map((pair) => pair[1]));
}

for (const table of document.querySelectorAll("table.sortable")) {
  [...table.tHead.rows[0].cells].forEach((cell, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...cell.childNodes);
    button.addEventListener("click", () => sort(table, column));
    cell.append(button);
  });
}
