import SearchIcon from 'lucide-react/icons/search'
import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import { formatCountWithSeparators, formatCountWithPlural } from '../../format/quantity.ts'
import { ExportButtons, type ExportedTable } from './export-buttons.tsx'
import type { DataTableColumn } from './table-columns.ts'
import ColumnsIcon from 'lucide-react/icons/columns-3'
import { IconButton } from '../button.tsx'
import { CheckboxChoice } from '../choice.tsx'
import { PopoverWithButton } from '../overlay/lazy-overlays.tsx'

/**
 * Toolbar of a table: filter, count of rows, column menu, copy and export. The key `f` focuses the first filter of a
 * page.
 */
export function TableToolbar<Row>({
  columns,
  isDrawn,
  onColumn,
  counts,
  zone,
  filter,
  onFilter,
  isInHead,
  children,
  ...exported
}: ExportedTable<Row> & {
  columns: DataTableColumn<Row>[]
  isDrawn: (id: string) => boolean
  onColumn: (id: string, isShown: boolean) => void
  counts: { shown: number; all: number }
  /** time zone of the table's time columns; null = the table has no time columns */
  zone: string | null
  filter: string | null
  onFilter: (value: string) => void
  /**
   * whether the count of rows and the tools are in the head of the table's panel, because there are no other controls
   */
  isInHead: boolean
  children: ReactNode
}) {
  const { name } = exported
  return (
    <div
      className={clsx(
        'flex flex-wrap items-end gap-2 px-3.5 py-2 print:hidden',
        // the toolbar is in the head because a separate line would contain only three icons
        isInHead && 'sm:in-data-panel:absolute sm:in-data-panel:top-0 sm:in-data-panel:right-0 sm:in-data-panel:py-1.5',
      )}
      {...(isInHead && { 'data-tools-in-head': '' })}
    >
      {filter !== null && (
        // on a phone, the filter shares its line with at most one short select field; sorting and tools are on the next
        // line
        <label className="relative flex min-w-40 flex-1 items-center max-sm:basis-[calc(100%-7.5rem)] sm:max-w-72">
          <SearchIcon aria-hidden className="pointer-events-none absolute left-2 size-3.5 text-ink-3" />
          <span className="sr-only">Filter {name}</span>
          <input
            type="search"
            data-search
            value={filter}
            onChange={(event) => onFilter(event.target.value)}
            placeholder="Filter"
            className="h-7 w-full rounded-md border border-line-strong bg-surface pr-2 pl-7 text-xs placeholder:text-ink-3"
          />
        </label>
      )}
      {children}
      <span className="ml-auto flex h-7 items-center">
        <span className="mr-2 text-xs whitespace-nowrap text-ink-3">
          {counts.shown === counts.all
            ? formatCountWithPlural(counts.all, 'row')
            : `${formatCountWithSeparators(counts.shown)} of ${formatCountWithPlural(counts.all, 'row')}`}
          {zone && (
            // hidden from screen readers, because each column header contains the zone for them; hidden on a phone
            <span aria-hidden className="max-sm:hidden">
              {' · '}times in {zone}
            </span>
          )}
        </span>
        {columns.length > 2 && <ColumnMenu name={name} columns={columns} isDrawn={isDrawn} onColumn={onColumn} />}
        <ExportButtons {...exported} />
      </span>
    </div>
  )
}

/**
 * Menu to choose the columns of a table, including columns that are left out because they do not fit. The first column
 * names the rows and is always shown.
 */
function ColumnMenu({
  name,
  columns,
  isDrawn,
  onColumn,
}: {
  name: string
  columns: { id: string; header: string }[]
  isDrawn: (id: string) => boolean
  onColumn: (id: string, isShown: boolean) => void
}) {
  return (
    <PopoverWithButton
      trigger={
        <IconButton label={`Columns of ${name}`}>
          <ColumnsIcon aria-hidden />
        </IconButton>
      }
      label={`Columns of ${name}`}
      className="max-h-[70vh] min-w-44 overflow-y-auto"
    >
      {columns.slice(1).map(({ id, header }) => (
        <CheckboxChoice key={id} label={header} checked={isDrawn(id)} onChange={(isShown) => onColumn(id, isShown)} />
      ))}
    </PopoverWithButton>
  )
}
