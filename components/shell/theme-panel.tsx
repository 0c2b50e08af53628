import type { ReactNode } from 'react'
import { colorThemes } from '#lib/contract/theme.ts'
import { SingleChoiceButtons } from '../ui/choice.tsx'
import type { ControlledPanelProps } from '../ui/overlay/panel-props.ts'
import PopoverPanel from '../ui/overlay/popover-panel.tsx'
import { usePreferences } from '../ui/preferences.tsx'
import { type RowDensity, rowDensities, themeNames } from '../ui/preferences-values.ts'

const rows: Record<RowDensity, string> = { comfortable: 'Comfortable', compact: 'Compact' }

/** Panel to choose the theme and the height of table rows. */
export default function ThemePanel(panel: ControlledPanelProps) {
  const { theme, setTheme, density, setDensity } = usePreferences()
  return (
    <PopoverPanel {...panel} label="Theme and rows" className="grid gap-3">
      <Part title="Theme">
        <SingleChoiceButtons label="Theme" options={colorThemes} words={themeNames} value={theme} onChange={setTheme} />
      </Part>
      <Part title="Rows of tables">
        <SingleChoiceButtons
          label="Rows of tables"
          options={rowDensities}
          words={rows}
          value={density}
          onChange={setDensity}
        />
      </Part>
    </PopoverPanel>
  )
}

const Part = ({ title, children }: { title: string; children: ReactNode }) => (
  <div className="grid gap-1.5">
    <h3 className="text-xs text-ink-3">{title}</h3>
    {children}
  </div>
)
