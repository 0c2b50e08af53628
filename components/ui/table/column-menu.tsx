'use client'

import ColumnsIcon from 'lucide-react/icons/columns-3'
import { DropdownMenu } from 'radix-ui'
import { IconButton } from '../button.tsx'
import { MenuCheck } from '../multi-select.tsx'

/** Selects the columns of a table, those too that it leaves out for want of room; the first one, which names the rows, always stands. */
export function ColumnMenu({
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
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <IconButton label={`Columns of ${name}`}>
          <ColumnsIcon aria-hidden />
        </IconButton>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={6}
          collisionPadding={8}
          className="z-50 max-h-[70vh] min-w-44 overflow-y-auto rounded-md border bg-surface p-1 shadow-xl"
        >
          {columns.slice(1).map(({ id, header }) => (
            <MenuCheck key={id} isChecked={isDrawn(id)} onCheck={(isShown) => onColumn(id, isShown)}>
              {header}
            </MenuCheck>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
