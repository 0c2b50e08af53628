'use client'

import CheckIcon from 'lucide-react/icons/check'
import ChevronDownIcon from 'lucide-react/icons/chevron-down'
import { DropdownMenu } from 'radix-ui'
import { Button } from './button.tsx'
import { listInText, toggled } from './toggled-list.ts'

/** Chooses several values, kept as one text with commas between; none = all. */
export function MultiSelect({
  label,
  choices,
  value,
  onChange,
}: {
  label: string
  choices: readonly { value: string; label: string }[]
  value: string | null
  onChange: (value: string | null) => void
}) {
  const chosen = choices.filter((choice) => listInText(value).includes(choice.value))
  const words = chosen.length > 1 ? `${label}: ${chosen.length}` : (chosen[0]?.label ?? label)
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <Button className="font-normal" aria-label={`${label}: ${chosen.map((one) => one.label).join(', ') || 'any'}`}>
          {words}
          <ChevronDownIcon aria-hidden />
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="start"
          sideOffset={6}
          collisionPadding={8}
          className="z-50 min-w-40 rounded-md border bg-surface p-1 shadow-xl"
        >
          {choices.map((choice) => (
            <MenuCheck
              key={choice.value}
              isChecked={chosen.includes(choice)}
              onCheck={() => onChange(toggled(value, [choice.value]))}
            >
              {choice.label}
            </MenuCheck>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

/** One of several choices of a menu, which stays open for the others. */
export const MenuCheck = ({
  isChecked,
  onCheck,
  children,
}: {
  isChecked: boolean
  onCheck: (isChecked: boolean) => void
  children: string
}) => (
  <DropdownMenu.CheckboxItem
    checked={isChecked}
    onCheckedChange={onCheck}
    onSelect={(event) => event.preventDefault()}
    className="flex h-7 cursor-pointer items-center gap-2 rounded-sm px-2 pr-7 text-xs outline-none data-highlighted:bg-hover"
  >
    <span className="grid size-3.5 place-items-center">
      <DropdownMenu.ItemIndicator>
        <CheckIcon aria-hidden className="size-3.5" />
      </DropdownMenu.ItemIndicator>
    </span>
    {children}
  </DropdownMenu.CheckboxItem>
)
