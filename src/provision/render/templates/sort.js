// A press on a heading sorts its table by that column, another press turns the order round; failures stay last.
for (const button of document.querySelectorAll("table.sortable th button")) {
  button.addEventListener("click", () => {
    const head = button.closest("th"), table = head.closest("table"), body = table.tBodies[0];
    const at = head.cellIndex, down = head.getAttribute("aria-sort") === "ascending";
    const by = (row) => row.cells[at] && row.cells.length > 2 ? row.cells[at].dataset.by ?? row.cells[at].textContent : null;
    const compare = (a, b) => isNaN(a) || isNaN(b) ? a.localeCompare(b, document.documentElement.lang) : a - b;
    const rows = [...body.rows].sort((one, other) => {
      const a = by(one), b = by(other);
      if (a === null || b === null) return (a === null) - (b === null);
      return down ? compare(b, a) : compare(a, b);
    });
    for (const each of table.tHead.rows[0].cells) each.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    body.append(...rows);
  });
}
