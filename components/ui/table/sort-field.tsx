import ArrowDownIcon from 'lucide-react/icons/arrow-down'
import ArrowUpIcon from 'lucide-react/icons/arrow-up'
import { IconButton } from '../button.tsx'
import { SelectField } from '../field.tsx'
import type { DataTableColumn, TableSorting } from './table-columns.ts'

/** Sort controls for the list layout that phones show, which has no column headers. */
export function SortField<Row>({
  name,
  columns,
  sorting,
  onSort,
}: {
  name: string
  columns: readonly DataTableColumn<Row>[]
  sorting: TableSorting | undefined
  onSort: (sorting: TableSorting | undefined) => void
}) {
  const Icon = sorting?.desc ? ArrowDownIcon : ArrowUpIcon
  return (
    <span className="flex min-w-0 flex-[1_1_8rem] items-center gap-1.5 sm:hidden">
      <span aria-hidden className="text-xs text-ink-3">
        Sort
      </span>
      <SelectField
        label={`Sort ${name} by`}
        hideLabel
        className="flex-1"
        value={sorting?.id ?? ''}
        onChange={({ target }) => onSort(target.value === '' ? undefined : { id: target.value, desc: false })}
        options={[
          ...(sorting ? [] : [{ value: '', label: 'default order' }]),
          ...columns.filter(({ sortable }) => sortable ?? true).map(({ id, header }) => ({ value: id, label: header })),
        ]}
      />
      {sorting && (
        <IconButton
          label={`Reverse the order of ${name}`}
          onClick={() => onSort({ id: sorting.id, desc: !sorting.desc })}
        >
          <Icon aria-hidden />
        </IconButton>
      )}
    </span>
  )
}
