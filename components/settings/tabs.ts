import type { AccessRight } from '#lib/contract/index.ts'
import { findNavigationEntry } from '../shell/navigation-pages.ts'

export interface SettingsTab {
  /** last part of the URL, `/settings/<id>` */
  id: string
  name: string
  /** right needed to open the page */
  right: AccessRight
  /** right needed to change settings on the page, if it differs from `right` */
  changes?: AccessRight
}

const tabs: Pick<SettingsTab, 'id' | 'changes'>[] = [
  { id: 'declarations', changes: 'declare' },
  { id: 'maintenance', changes: 'declare' },
  { id: 'thresholds', changes: 'settings' },
  { id: 'notifications' },
  { id: 'on-call' },
  { id: 'reports' },
  { id: 'users' },
  { id: 'tokens' },
  { id: 'snapshots' },
  { id: 'audit' },
]

/**
 * Settings pages in display order. The name of each page, and the right needed to open it, come from its entry in the
 * navigation.
 */
export const settingsTabs: SettingsTab[] = tabs.map((tab) => {
  const place = findNavigationEntry(`/settings/${tab.id}`, null)?.place
  return { ...tab, name: place?.name ?? 'Settings', right: place?.right ?? 'read' }
})

export const DEFAULT_SETTINGS_TAB = 'declarations'
