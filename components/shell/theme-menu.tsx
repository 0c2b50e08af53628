import MonitorIcon from 'lucide-react/icons/monitor'
import MoonIcon from 'lucide-react/icons/moon'
import SunIcon from 'lucide-react/icons/sun'
import type { ReactNode } from 'react'
import { type Theme, themes } from '#lib/contract/theme.ts'
import { IconButton } from '../ui/button.tsx'
import { Choice } from '../ui/choice.tsx'
import { Popover } from '../ui/overlay/opened.tsx'
import { usePreferences } from '../ui/preferences.tsx'
import { type Density, densities } from '../ui/preferences-values.ts'

const icons = { system: MonitorIcon, light: SunIcon, dark: MoonIcon }
const names: Record<Theme, string> = { system: 'System', light: 'Light', dark: 'Dark' }
const rows: Record<Density, string> = { comfortable: 'Comfortable', compact: 'Compact' }

/** How this browser shows everything: theme, and how high the rows of tables are. */
export function ThemeMenu() {
  const { theme, setTheme, density, setDensity } = usePreferences()
  const Icon = icons[theme]
  return (
    <Popover
      trigger={
        <IconButton label={`Theme: ${names[theme].toLowerCase()}`}>
          <Icon aria-hidden />
        </IconButton>
      }
      label="Theme and rows"
      className="grid gap-3"
    >
      <Part title="Theme">
        <Choice label="Theme" options={themes} words={names} value={theme} onChange={setTheme} />
      </Part>
      <Part title="Rows of tables">
        <Choice label="Rows of tables" options={densities} words={rows} value={density} onChange={setDensity} />
      </Part>
    </Popover>
  )
}

const Part = ({ title, children }: { title: string; children: ReactNode }) => (
  <div className="grid gap-1.5">
    <h3 className="text-xs text-ink-3">{title}</h3>
    {children}
  </div>
)
