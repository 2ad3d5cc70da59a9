import type { ComponentChildren } from 'preact';

interface Props {
  /** The ID of the heading that names the table. */
  readonly labelledBy: string;
  readonly header: readonly string[];
  /** The first cell of a row names it. */
  readonly rows: readonly (readonly ComponentChildren[])[];
  /** The columns whose cells are numbers. */
  readonly numbers?: readonly number[];
}

/** A table that does not change. It scrolls sideways if it is wider than the page. */
export function SimpleTable({ labelledBy, header, rows, numbers = [] }: Props) {
  const kindOf = (index: number) => (numbers.includes(index) ? 'number' : undefined);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
    <section class="scroll" aria-labelledby={labelledBy} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {header.map((text, index) => (
              <th key={text} scope="col" class={kindOf(index)}>
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, ...cells], row) => (
            <tr key={row}>
              <th scope="row" class="name">
                {name}
              </th>
              {cells.map((cell, index) => (
                <td key={header[index + 1]} class={kindOf(index + 1)}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
