import { IfMay } from '../access/caller.tsx'
import { Needs } from '../access/needs.tsx'
import { PageLink } from '../links/page-link.tsx'
import { PageHead } from '../ui/page-head.tsx'
import { SettingsTabs } from './settings-tabs.tsx'
import { type SettingsTab, settingsTabs } from './tabs.ts'

/** The settings: each tab is a page with its own address. */
export function SettingsPage({ tab }: { tab: SettingsTab }) {
  return (
    <>
      <PageHead
        title="Settings"
        actions={
          <IfMay right="settings">
            <PageLink href="/setup" className="link inline-flex min-h-6 items-center">
              Setup
            </PageLink>
          </IfMay>
        }
        tabs={<SettingsTabs tabs={settingsTabs.map(({ id, name, right }) => ({ id, name, right }))} current={tab.id} />}
      />
      <Needs right={tab.changes ?? tab.right}>
        <tab.Panel />
      </Needs>
    </>
  )
}
