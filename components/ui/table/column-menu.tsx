'use client'

import CheckIcon from 'lucide-react/icons/check'
import ColumnsIcon from 'lucide-react/icons/columns-3'
import { DropdownMenu } from 'radix-ui'
import { IconButton } from '../button.tsx'

/** Selects the visible columns of a table; the first one, which names the rows, is always visible. */
export function ColumnMenu({
  name,
  columns,
  hidden,
  onHidden,
}: {
  name: string
  columns: { id: string; header: string }[]
  hidden: readonly string[]
  onHidden: (ids: string[]) => void
}) {
  const toggle = (id: string) =>
    onHidden(hidden.includes(id) ? hidden.filter((other) => other !== id) : [...hidden, id])
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <IconButton label={hidden.length > 0 ? `Columns of ${name}: ${hidden.length} hidden` : `Columns of ${name}`}>
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
              checked={!hidden.includes(id)}
              onCheckedChange={() => toggle(id)}
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
