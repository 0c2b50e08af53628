import { RequireRight } from '../access/needs.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { TabPanel } from './tab-panel.tsx'
import type { SettingsTab } from './tabs.ts'

/** Settings page of one tab. Each tab has its own URL. */
export function SettingsPage({ tab }: { tab: SettingsTab }) {
  return (
    <>
      <PageHead title={tab.name} />
      <RequireRight right={tab.changes ?? tab.right}>
        <TabPanel id={tab.id} />
      </RequireRight>
    </>
  )
}
