// A table of any number of rows, of which only those in sight are in the page.

import { Component, html } from "./view.js";
import { state } from "./state.js";
import { texts } from "./texts.js";

const MARGIN = 8;

/** The table that keys move in; null if there is none. */
export const table = { current: null };

/**
 * Properties: `label`; `rows`; `rowKey(row)`; `columns`, each with `id`, `title`, `cell(row)` and perhaps `head`, `hint`, `cls`,
 * `isSortable`; `rowHeight`; `sort` and `onSort(id)`; `onOpen(row)`; `onToggle(row)`; `rowClass(row)`; `selected`, the keys of
 * selected rows; `view`, which leads back to the top when it changes.
 */
export class VirtualTable extends Component {
  constructor(props) {
    super(props);
    /** `cursor` is the key of a row: rows move. */
    this.state = { top: 0, height: 900, cursor: null };
    this.cursorWas = -1;
    this.measure = () => {
      if (this.box) {
        this.setState({ top: this.box.scrollTop, height: this.box.clientHeight });
      }
    };
  }

  componentDidMount() {
    table.current = this;
    this.sizes = new ResizeObserver(this.measure);
    this.sizes.observe(this.box);
  }

  componentWillUnmount() {
    this.sizes.disconnect();
    if (table.current === this) {
      table.current = null;
    }
  }

  componentDidUpdate(before) {
    if (before.view !== this.props.view) {
      this.box.scrollTop = 0;
      this.cursorWas = -1;
      this.setState({ top: 0, cursor: null });
    }
  }

  /** Returns the row that keys have led to; undefined if there is none. */
  cursorRow() {
    return this.props.rows[this.cursorAt()];
  }

  /** Returns the index of that row now; -1 if there is none. */
  cursorAt() {
    const { rows, rowKey } = this.props;
    const { cursor } = this.state;
    return cursor === null ? -1 : rows.findIndex((row) => rowKey(row) === cursor);
  }

  /** Returns the index to which a step leads. */
  after(step) {
    const at = this.cursorAt();
    if (at >= 0) {
      return at + step;
    }
    if (this.cursorWas < 0) {
      return Math.abs(step) === 1 ? 0 : step;
    }
    // In the place of a row that has gone is the one after it.
    return step === 1 ? this.cursorWas : this.cursorWas + step;
  }

  /** Handles a key that was pressed in no field; returns whether it meant something. */
  key(event) {
    const { rows, onOpen, onToggle } = this.props;
    const page = Math.max(1, Math.floor(this.state.height / this.props.rowHeight) - 2);
    const steps = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    const step = steps[event.key];
    if (step !== undefined && rows.length > 0) {
      this.moveTo(this.after(step));
      return true;
    }
    const row = this.cursorRow();
    if (row && event.key === "Enter" && onOpen && !event.target.closest?.("a, button, input, summary")) {
      onOpen(row);
      return true;
    }
    if (row && event.key === " " && onToggle && !event.target.closest?.("button, input, summary")) {
      onToggle(row);
      return true;
    }
    return false;
  }

  moveTo(wanted) {
    const { rows, rowKey, rowHeight } = this.props;
    if (rows.length === 0) {
      return;
    }
    const at = Math.min(rows.length - 1, Math.max(0, wanted));
    this.cursorWas = at;
    const head = this.box.querySelector("thead").offsetHeight;
    const begin = at * rowHeight;
    const room = this.box.clientHeight - head - rowHeight;
    if (begin < this.box.scrollTop) {
      this.box.scrollTop = begin;
    } else if (begin > this.box.scrollTop + room) {
      this.box.scrollTop = begin - room;
    }
    this.setState({ cursor: rowKey(rows[at]), top: this.box.scrollTop }, () =>
      this.box.querySelector(`tr[aria-rowindex="${at + 2}"] a`)?.focus({ preventScroll: true }),
    );
  }

  /** Leaves clicks on links, buttons and fields to these, and selected text alone. */
  click(event, row) {
    if (this.props.onOpen && !event.target.closest("a, button, input, label") && String(getSelection()) === "") {
      this.props.onOpen(row);
    }
  }

  render({ label, rows, rowKey, columns, rowHeight, sort, onSort, rowClass, selected }, { top, height, cursor }) {
    const first = Math.max(0, Math.min(Math.floor(top / rowHeight) - MARGIN, rows.length - 1));
    const last = Math.min(rows.length, Math.ceil((top + height) / rowHeight) + MARGIN);
    // A cell over columns that are not shown would make room for them.
    const across = columns.filter((column) => !(state.narrow && column.cls?.includes("wide-only"))).length;
    const gap = (count) =>
      count > 0 && html`<tr class="gap" aria-hidden="true"><td colspan=${across} style=${{ height: `${count * rowHeight}px` }}></td></tr>`;
    return html`
      <div class="scroll" ref=${(box) => (this.box = box)} onScroll=${this.measure} tabindex="0" role="region" aria-label=${label}>
        <table aria-rowcount=${rows.length + 1} aria-label=${label}>
          <colgroup>${columns.map((column) => html`<col class=${`c-${column.id} ${column.cls ?? ""}`} />`)}</colgroup>
          <thead>
            <tr aria-rowindex="1">${columns.map((column) => this.head(column, sort, onSort))}</tr>
          </thead>
          <tbody>
            ${gap(first)}
            ${rows.slice(first, last).map((row, index) => {
              const key = rowKey(row);
              const at = first + index;
              const classes = [rowClass?.(row) ?? "", selected?.has(key) ? "selected" : "", key === cursor ? "cursor" : ""];
              return html`<tr
                key=${key}
                class=${classes.join(" ")}
                aria-rowindex=${at + 2}
                style=${{ height: `${rowHeight}px` }}
                onClick=${(event) => this.click(event, row)}
              >
                ${columns.map((column) => html`<td class=${column.cls}>${column.cell(row)}</td>`)}
              </tr>`;
            })}
            ${gap(rows.length - last)}
          </tbody>
        </table>
        ${rows.length === 0 && html`<p class="nothing">${texts.table.nothing}</p>`}
      </div>`;
  }

  head(column, sort, onSort) {
    const isSorted = sort && sort.id === column.id;
    const order = isSorted ? (sort.isDescending ? "descending" : "ascending") : undefined;
    return html`<th class=${column.cls} scope="col" aria-sort=${order} title=${column.hint}>
      ${column.head ??
      (column.isSortable
        ? html`<button class="sort" aria-label=${texts.table.sortBy(column.title)} onClick=${() => onSort(column.id)}>
            ${column.title}<span class="arrow" aria-hidden="true">${isSorted ? (sort.isDescending ? "▾" : "▴") : ""}</span>
          </button>`
        : html`<span>${column.title}</span>`)}
    </th>`;
  }
}

/** Returns the order after a click at a column: the other way round, if it was in order by it already. */
export function nextSort(sort, id, descendingFirst = []) {
  return sort.id === id ? { id, isDescending: !sort.isDescending } : { id, isDescending: descendingFirst.includes(id) };
}
