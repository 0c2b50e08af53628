'use client'

import CheckIcon from 'lucide-react/icons/check'
import MonitorIcon from 'lucide-react/icons/monitor'
import MoonIcon from 'lucide-react/icons/moon'
import SunIcon from 'lucide-react/icons/sun'
import { DropdownMenu } from 'radix-ui'
import { IconButton } from '../ui/button.tsx'
import { usePreferences } from '../ui/preferences.tsx'
import { type Theme, themes } from '../ui/preferences-values.ts'

const icons = { system: MonitorIcon, light: SunIcon, dark: MoonIcon }
const names: Record<Theme, string> = { system: 'System', light: 'Light', dark: 'Dark' }

export function ThemeMenu() {
  const { theme, setTheme } = usePreferences()
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
          <DropdownMenu.RadioGroup
            value={theme}
            onValueChange={(value) => setTheme(themes.find((known) => known === value) ?? 'system')}
          >
            {themes.map((value) => {
              const ItemIcon = icons[value]
              return (
                <DropdownMenu.RadioItem
                  key={value}
                  value={value}
                  className="flex h-7 cursor-pointer items-center gap-2 rounded-sm px-2 text-xs outline-none data-highlighted:bg-hover"
                >
                  <ItemIcon aria-hidden className="size-3.5 text-ink-3" />
                  {names[value]}
                  <DropdownMenu.ItemIndicator className="ml-auto">
                    <CheckIcon aria-hidden className="size-3.5" />
                  </DropdownMenu.ItemIndicator>
                </DropdownMenu.RadioItem>
              )
            })}
          </DropdownMenu.RadioGroup>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
