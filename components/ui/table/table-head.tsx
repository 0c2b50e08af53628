import type { ReactTable, RowData } from '@tanstack/react-table'
import { clsx } from 'clsx'
import ArrowDownIcon from 'lucide-react/icons/arrow-down'
import ArrowUpIcon from 'lucide-react/icons/arrow-up'
import { useZoneLabel } from '../preferences.tsx'
import type { sortableTableFeatures } from './table-columns.ts'

/**
 * Column headers of a table. A click sorts by the column, a second click reverses the order. The headers stay below the
 * top bar while the page scrolls.
 * @param mayBreak whether headers may wrap, because the table is wider than its page and scrolls horizontally
 */
export function TableHead<Row extends RowData>({
  table,
  mayBreak,
}: {
  table: ReactTable<typeof sortableTableFeatures, Row>
  mayBreak: boolean
}) {
  const zone = useZoneLabel()
  return (
    // If the table scrolls horizontally, the header does not stick to the top of the page, because it would cover the
    // first rows.
    <thead
      className={clsx('z-10 bg-surface shadow-[inset_0_-1px_0_var(--line)]', !mayBreak && 'sticky top-(--top-bar)')}
    >
      {table.getHeaderGroups().map((group) => (
        <tr key={group.id}>
          {group.headers.map((header) => {
            const direction = header.column.getIsSorted()
            const meta = header.column.columnDef.meta
            return (
              <th
                key={header.id}
                scope="col"
                data-column={header.id}
                aria-sort={direction === 'asc' ? 'ascending' : direction === 'desc' ? 'descending' : undefined}
                className={clsx(
                  'h-8 px-2 text-xs font-medium text-ink-3 first:pl-3.5 last:pr-3.5',
                  (!mayBreak || meta?.zoned) && 'not-print:whitespace-nowrap',
                  meta?.className,
                )}
              >
                {header.column.getCanSort() ? (
                  <button
                    type="button"
                    onClick={header.column.getToggleSortingHandler()}
                    title={meta?.zoned ? `Times in ${zone}` : undefined}
                    className={clsx(
                      'inline-flex min-h-6 items-center gap-1 rounded-xs text-left hover:text-ink',
                      meta?.align === 'right' && 'flex-row-reverse text-right',
                      direction && 'text-ink',
                    )}
                  >
                    <table.FlexRender header={header} />
                    {/* The time zone is visible only once, next to the count of rows, because it would need a second line in each header. In the headers it is only for screen readers and print. */}
                    {meta?.zoned && <span className="sr-only print:not-sr-only"> ({zone})</span>}
                    {direction === 'asc' && <ArrowUpIcon aria-hidden className="size-3" />}
                    {direction === 'desc' && <ArrowDownIcon aria-hidden className="size-3" />}
                  </button>
                ) : (
                  <table.FlexRender header={header} />
                )}
              </th>
            )
          })}
        </tr>
      ))}
    </thead>
  )
}
