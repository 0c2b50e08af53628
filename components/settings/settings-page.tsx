import { clsx } from 'clsx'
import { IfMay } from '../access/caller.tsx'
import { Needs } from '../access/needs.tsx'
import { PageLink } from '../links/page-link.tsx'
import { PageHead } from '../ui/panel.tsx'
import { type SettingsTab, settingsTabs } from './tabs.ts'

/** The settings: each tab is a page with its own address. */
export function SettingsPage({ tab }: { tab: SettingsTab }) {
  return (
    <>
      <PageHead
        title="Settings"
        aside={
          <IfMay right="settings">
            <PageLink href="/setup" className="link">
              Setup
            </PageLink>
          </IfMay>
        }
      >
        {tab.words}
      </PageHead>
      <nav aria-label="Settings" className="mb-4 overflow-x-auto border-b">
        <ul className="flex w-max gap-1">
          {settingsTabs.map(({ id, name, right }) => (
            <IfMay key={id} right={right}>
              <li>
                <PageLink
                  href={`/settings/${id}`}
                  aria-current={id === tab.id ? 'page' : undefined}
                  className={clsx(
                    '-mb-px block border-b-2 px-1.5 py-1.5 text-xs whitespace-nowrap -outline-offset-2 sm:px-3 sm:text-sm',
                    id === tab.id ? 'border-ink font-medium text-ink' : 'border-transparent text-ink-2 hover:text-ink',
                  )}
                >
                  {name}
                </PageLink>
              </li>
            </IfMay>
          ))}
        </ul>
      </nav>
      <Needs right={tab.changes ?? tab.right}>
        <tab.Panel />
      </Needs>
    </>
  )
}
