'use client'

import CheckIcon from 'lucide-react/icons/check'
import MonitorIcon from 'lucide-react/icons/monitor'
import MoonIcon from 'lucide-react/icons/moon'
import CompactIcon from 'lucide-react/icons/rows-4'
import ComfortableIcon from 'lucide-react/icons/rows-3'
import SunIcon from 'lucide-react/icons/sun'
import type { LucideIcon } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { type Theme, themes } from '#lib/contract/theme.ts'
import { IconButton } from '../ui/button.tsx'
import { usePreferences } from '../ui/preferences.tsx'
import { type Density, densities } from '../ui/preferences-values.ts'

const icons = { system: MonitorIcon, light: SunIcon, dark: MoonIcon }
const names: Record<Theme, string> = { system: 'System', light: 'Light', dark: 'Dark' }
const rows: Record<Density, { name: string; icon: LucideIcon }> = {
  comfortable: { name: 'Comfortable', icon: ComfortableIcon },
  compact: { name: 'Compact', icon: CompactIcon },
}

/** How this browser shows everything: theme, and how high the rows of tables are. */
export function ThemeMenu() {
  const { theme, setTheme, density, setDensity } = usePreferences()
  const Icon = icons[theme]
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <IconButton label={`Theme: ${names[theme].toLowerCase()}`}>
          <Icon aria-hidden />
        </IconButton>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={6}
          className="z-50 min-w-40 rounded-md border bg-surface p-1 shadow-xl"
        >
          <Choices
            label="Theme"
            value={theme}
            choices={themes.map((value) => ({ value, name: names[value], icon: icons[value] }))}
            onChoose={setTheme}
          />
          <DropdownMenu.Separator className="my-1 border-t" />
          <Choices
            label="Rows of tables"
            value={density}
            choices={densities.map((value) => ({ value, ...rows[value] }))}
            onChoose={setDensity}
          />
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

function Choices<Value extends string>({
  label,
  value,
  choices,
  onChoose,
}: {
  label: string
  value: Value
  choices: readonly { value: Value; name: string; icon: LucideIcon }[]
  onChoose: (value: Value) => void
}) {
  return (
    <DropdownMenu.RadioGroup
      aria-label={label}
      value={value}
      onValueChange={(chosen) => {
        const known = choices.find((choice) => choice.value === chosen)
        if (known) onChoose(known.value)
      }}
    >
      <DropdownMenu.Label className="px-2 py-1 text-xs text-ink-3">{label}</DropdownMenu.Label>
      {choices.map(({ value: own, name, icon: Icon }) => (
        <DropdownMenu.RadioItem
          key={own}
          value={own}
          className="flex h-7 cursor-pointer items-center gap-2 rounded-sm px-2 text-xs outline-none data-highlighted:bg-hover"
        >
          <Icon aria-hidden className="size-3.5 text-ink-3" />
          {name}
          <DropdownMenu.ItemIndicator className="ml-auto">
            <CheckIcon aria-hidden className="size-3.5" />
          </DropdownMenu.ItemIndicator>
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  )
}
