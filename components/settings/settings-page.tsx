import { IfMay } from '../access/caller.tsx'
import { Needs } from '../access/needs.tsx'
import { PageLink } from '../links/page-link.tsx'
import { PageHead } from '../ui/panel.tsx'
import { SettingsTabs } from './settings-tabs.tsx'
import { type SettingsTab, settingsTabs } from './tabs.ts'

/** The settings: each tab is a page with its own address. */
export function SettingsPage({ tab }: { tab: SettingsTab }) {
  return (
    <>
      <PageHead
        title="Settings"
        aside={
          <IfMay right="settings">
            <PageLink href="/setup" className="link inline-flex min-h-6 items-center">
              Setup
            </PageLink>
          </IfMay>
        }
      >
        {tab.words}
      </PageHead>
      <SettingsTabs tabs={settingsTabs.map(({ id, name, right }) => ({ id, name, right }))} current={tab.id} />
      <Needs right={tab.changes ?? tab.right}>
        <tab.Panel />
      </Needs>
    </>
  )
}
