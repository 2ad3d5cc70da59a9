import { count, number } from '../../../terminal/counts.ts';
import type { AuditResult } from '../../result.ts';
import type { View } from '../../view.ts';
import { type UserRow, userColumns, userRow } from './user-rows.ts';

/** The users whose rows are in the page itself. The script gets the others as data. */
export const mostRows = 5_000;

type UserColumn = ReturnType<typeof userColumns>[number];

/** The table of users. Without script it is a table; the script sorts and filters it and shows a page at a time. */
export function UsersSection({
  result,
  view,
}: {
  readonly result: AuditResult;
  readonly view: View;
}) {
  const { users } = view;
  const columns = userColumns(result);
  const more = users.length - mostRows;
  const hidden = result.users.length - users.length;
  return (
    <section id="users">
      <h2 id="users-title">Users</h2>
      {hidden > 0 && (
        <p class="note">
          The options of the audit select {number(users.length)} of{' '}
          {count(result.users.length, 'user')}.
        </p>
      )}
      {result.accounts.length > 1 && (
        <p class="note">
          A link opens the console of the account that you are signed in to. Sign in to the user's
          account first.
        </p>
      )}
      {more > 0 && (
        <p class="note" id="more-users">
          Without JavaScript, this table ends after {number(mostRows)} of {number(users.length)}{' '}
          users. The formats csv and json have all.
        </p>
      )}
      {users.length === 0 ? (
        <p>No user.</p>
      ) : (
        <>
          <form id="controls" class="controls" autocomplete="off" hidden>
            <label>
              Search <input type="search" id="search" autocomplete="off" spellcheck={false} />
            </label>
            <label>
              Compliance{' '}
              <select id="compliance">
                <option value="">All</option>
                <option>NON_COMPLIANT</option>
                <option>COMPLIANT</option>
              </select>
            </label>
            <label>
              Rows{' '}
              <select id="page-size">
                <option>50</option>
                <option selected>100</option>
                <option>500</option>
                <option>5000</option>
              </select>
            </label>
          </form>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard */}
          <section class="scroll" aria-labelledby="users-title" tabIndex={0}>
            <table id="user-table">
              <thead>
                <tr>
                  {columns.map(({ title, kind }) => (
                    <th key={title} scope="col" class={kind} data-kind={kind}>
                      {title}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {users.slice(0, mostRows).map((user) => (
                  <Row key={user.arn} row={userRow(user, columns)} columns={columns} />
                ))}
              </tbody>
            </table>
          </section>
          <nav id="pager" class="pager" aria-label="Pages of users" hidden>
            <button type="button" id="previous">
              Previous
            </button>
            <p id="page-status" role="status" />
            <button type="button" id="next">
              Next
            </button>
          </nav>
        </>
      )}
    </section>
  );
}

/** The script fills copies of such a row: it expects a cell's text in its first element, if it has one. */
function Row({ row, columns }: { readonly row: UserRow; readonly columns: readonly UserColumn[] }) {
  return (
    <tr>
      {row.cells.map((text, index) => {
        const kind = columns[index]?.kind;
        if (kind === 'name') {
          return (
            <th key="name" scope="row" class="name">
              {row.link === null ? <span>{text}</span> : <a href={row.link}>{text}</a>}
            </th>
          );
        }
        return (
          <td key={columns[index]?.title} class={kind}>
            {kind === 'status' ? <span class={text}>{text}</span> : text}
          </td>
        );
      })}
    </tr>
  );
}
