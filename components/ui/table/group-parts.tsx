import ChevronDownIcon from 'lucide-react/icons/chevron-down'
import ChevronRightIcon from 'lucide-react/icons/chevron-right'
import { formatCountWithSeparators } from '../../format/quantity.ts'
import { SelectField } from '../field.tsx'
import { StateLabel } from '../status.tsx'
import type { RowGroup, RowGrouping } from './row-groups.ts'

/**
 * Head of a group of rows: the group's name, its number of rows and its worst state. A click collapses or expands the
 * group.
 */
export function RowGroupHeader<Row>({
  group: { name, rows, worst },
  span,
  isOpen,
  onToggle,
}: {
  group: RowGroup<Row>
  span: number
  isOpen: boolean
  onToggle: () => void
}) {
  const Icon = isOpen ? ChevronDownIcon : ChevronRightIcon
  return (
    <tr className="border-b bg-sunken last:border-b-0">
      <th scope="rowgroup" colSpan={span} className="p-0 font-normal">
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={onToggle}
          className="flex h-9 w-full items-center gap-2 px-3.5 text-left -outline-offset-2"
        >
          <Icon aria-hidden className="size-3.5 shrink-0 text-ink-3" />
          <span className="min-w-0 truncate font-semibold" title={name ?? undefined}>
            {name ?? 'None'}
          </span>
          <span className="text-ink-3 tabular-nums">{formatCountWithSeparators(rows.length)}</span>
          {worst && (
            <span className="ml-auto flex items-center gap-1.5 whitespace-nowrap">
              <StateLabel tone={worst.tone} word={worst.word} />
              <span className="text-ink-3 tabular-nums">
                {worst.rows === rows.length ? 'all' : formatCountWithSeparators(worst.rows)}
              </span>
            </span>
          )}
        </button>
      </th>
    </tr>
  )
}

/** Select field for the criterion by which a list is grouped. */
export function GroupField<Row>({
  name,
  groupings,
  group,
  onGroup,
}: {
  name: string
  groupings: readonly RowGrouping<Row>[]
  group: string | null
  onGroup: (id: string | null) => void
}) {
  return (
    <SelectField
      label={`Group ${name} by`}
      hideLabel
      className="w-36 max-sm:hidden"
      value={group ?? ''}
      onChange={({ target }) => onGroup(target.value || null)}
      options={[
        { value: '', label: 'No groups' },
        ...groupings.map(({ id, name }) => ({ value: id, label: `By ${name}` })),
      ]}
    />
  )
}
