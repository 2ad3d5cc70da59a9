// The script of the HTML report: sorts, filters and pages the table of users. The page is whole without it.

/**
 * A row of the table of users. @typedef {object} Row @property {HTMLTableRowElement | null} element Null until the
 * row is shown, if the page has only its data. @property {readonly string[] | null} cells The texts of its cells;
 * null until they are needed. @property {string | null} link
 */

/**
 * The element of this ID. Throws if it is missing or of another kind.
 * @template {HTMLElement} Kind
 * @param {string} id
 * @param {new () => Kind} kind
 * @returns {Kind}
 */
function elementOf(id, kind) {
  const element = document.getElementById(id);
  if (element instanceof kind) return element;
  throw new Error(`The page has no ${kind.name} with the ID ${id}`);
}

/** @param {Row} row */
function cellsOf(row) {
  row.cells ??= Array.from(row.element?.cells ?? [], ({ textContent }) => textContent ?? '');
  return row.cells;
}

/**
 * A copy of a row of the page with the texts of another.
 * @param {HTMLTableRowElement} pattern
 * @param {Row} row
 */
function makeElement(pattern, row) {
  const copy = document.importNode(pattern, true);
  for (const [index, text] of cellsOf(row).entries()) {
    const cell = copy.cells[index];
    const inner = cell?.firstElementChild ?? cell;
    if (inner === undefined) continue;
    inner.textContent = text;
    if (inner instanceof HTMLAnchorElement) {
      if (row.link === null) inner.removeAttribute('href');
      else inner.href = row.link;
    } else if (cell?.className === 'status') inner.className = text;
  }
  return copy;
}

/**
 * What a cell is sorted by: `user-10` after `user-9`, and numbers by value; null if it is empty.
 * @param {string} text
 * @param {string | undefined} kind
 */
function sortKey(text, kind) {
  if (text === '') return null;
  if (kind === 'number') return Number(text.replaceAll(',', ''));
  return text.toLowerCase().replace(/\d+/gu, (digits) => digits.padStart(12, '0'));
}

/** @param {HTMLTableElement} table */
function enhance(table) {
  const body = table.tBodies[0];
  const pattern = body?.rows[0];
  if (body === undefined || pattern === undefined) return;
  const search = elementOf('search', HTMLInputElement);
  const compliance = elementOf('compliance', HTMLSelectElement);
  const pageSize = elementOf('page-size', HTMLSelectElement);
  const previous = elementOf('previous', HTMLButtonElement);
  const next = elementOf('next', HTMLButtonElement);
  const status = elementOf('page-status', HTMLElement);
  const headers = Array.from(table.tHead?.rows[0]?.cells ?? []);
  const statusColumn = headers.findIndex(({ dataset }) => dataset['kind'] === 'status');

  /** @type {{ cells: string[], link: string | null }[]} */
  const more = JSON.parse(elementOf('more-rows', HTMLScriptElement).text);
  /** @type {Row[]} */
  const all = [
    ...Array.from(body.rows, (element) => ({ element, cells: null, link: null })),
    ...more.map(({ cells, link }) => ({ element: null, cells, link })),
  ];
  let sorted = all;
  let filtered = all;
  let first = 0;
  const format = new Intl.NumberFormat('en-US').format;

  function show() {
    const size = Number(pageSize.value);
    const last = Math.min(first + size, filtered.length);
    const elements = filtered.slice(first, last).map((row) => {
      row.element ??= makeElement(pattern ?? document.createElement('tr'), row);
      return row.element;
    });
    body?.replaceChildren(...elements);
    for (const button of [previous, next]) button.hidden = filtered.length <= size;
    previous.disabled = first === 0;
    next.disabled = last === filtered.length;
    const of = filtered.length === all.length ? '' : ` (${format(all.length)} in all)`;
    const users = `${format(filtered.length)} user${filtered.length === 1 ? '' : 's'}`;
    status.textContent =
      filtered.length <= size
        ? users + of
        : `${format(first + 1)}\u2013${format(last)} of ${users}${of}`;
  }

  function filter() {
    const wanted = search.value.trim().toLowerCase();
    const only = compliance.value;
    filtered = sorted.filter((row) => {
      if (only === '' && wanted === '') return true;
      const cells = cellsOf(row);
      if (only !== '' && cells[statusColumn] !== only) return false;
      return cells.some((text) => text.toLowerCase().includes(wanted));
    });
    first = 0;
    show();
  }

  /** @param {HTMLTableCellElement} header */
  function sortBy(header) {
    const kind = header.dataset['kind'];
    // The first click on a column of numbers shows the largest first.
    const firstOrder = kind === 'number' ? 'descending' : 'ascending';
    const present = header.ariaSort;
    const order =
      present === null ? firstOrder : present === 'ascending' ? 'descending' : 'ascending';
    for (const other of headers) other.ariaSort = null;
    header.ariaSort = order;
    const column = headers.indexOf(header);
    const sign = order === 'ascending' ? 1 : -1;
    sorted = all
      .map((row) => ({ row, key: sortKey(cellsOf(row)[column] ?? '', kind) }))
      .sort((a, b) => {
        if (a.key === b.key) return 0;
        // Empty cells are last in both orders: they would hide the others behind pages of nothing.
        if (a.key === null || b.key === null) return a.key === null ? 1 : -1;
        return a.key < b.key ? -sign : sign;
      })
      .map(({ row }) => row);
    filter();
  }

  /** @param {number} pages */
  function turn(pages) {
    first += pages * Number(pageSize.value);
    show();
    // A disabled button loses the focus of the keyboard.
    if (previous.disabled) next.focus({ preventScroll: true });
    else if (next.disabled) previous.focus({ preventScroll: true });
    // The new rows are read from the first one, which is above the button.
    if (table.getBoundingClientRect().top < 0) table.scrollIntoView({ block: 'start' });
  }

  for (const header of headers) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = header.textContent;
    button.addEventListener('click', () => sortBy(header));
    header.replaceChildren(button);
  }
  search.addEventListener('input', filter);
  compliance.addEventListener('change', filter);
  pageSize.addEventListener('change', () => {
    first = 0;
    show();
  });
  previous.addEventListener('click', () => turn(-1));
  next.addEventListener('click', () => turn(1));
  const controls = elementOf('controls', HTMLFormElement);
  controls.addEventListener('submit', (event) => event.preventDefault());
  controls.hidden = false;
  elementOf('pager', HTMLElement).hidden = false;
  document.getElementById('more-users')?.remove();
  show();
}

const userTable = document.getElementById('user-table');
if (userTable instanceof HTMLTableElement) enhance(userTable);
