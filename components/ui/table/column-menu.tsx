'use client'

import CheckIcon from 'lucide-react/icons/check'
import ColumnsIcon from 'lucide-react/icons/columns-3'
import { DropdownMenu } from 'radix-ui'
import { IconButton } from '../button.tsx'

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
            <DropdownMenu.CheckboxItem
              key={id}
              checked={isDrawn(id)}
              onCheckedChange={(isShown) => onColumn(id, isShown)}
              // stays open for several choices
              onSelect={(event) => event.preventDefault()}
              className="flex h-7 cursor-pointer items-center gap-2 rounded-sm px-2 pr-7 text-xs outline-none data-highlighted:bg-hover"
            >
              <span className="grid size-3.5 place-items-center">
                <DropdownMenu.ItemIndicator>
                  <CheckIcon aria-hidden className="size-3.5" />
                </DropdownMenu.ItemIndicator>
              </span>
              {header}
            </DropdownMenu.CheckboxItem>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
