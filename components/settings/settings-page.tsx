import { DisableControlsWithoutRight } from '../access/require-right.tsx'
import { SettingsTabPanel } from './tab-panel.tsx'
import type { SettingsTab } from './tabs.ts'

/** Settings page of one tab. Each tab has its own URL. */
export function SettingsPage({ tab }: { tab: SettingsTab }) {
  return (
    <>
      {/* the tab above and the head of the panel show the name */}
      <h1 className="sr-only">{tab.name}</h1>
      <DisableControlsWithoutRight right={tab.changes ?? tab.right}>
        <SettingsTabPanel id={tab.id} />
      </DisableControlsWithoutRight>
    </>
  )
}
