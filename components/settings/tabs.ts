import type { Right } from '#lib/contract/index.ts'
import { whereIs } from '../shell/places.ts'

export interface SettingsTab {
  /** the last part of its address, `/settings/<id>` */
  id: string
  name: string
  /** what its visitor must have */
  right: Right
  /** what changes need, where that is more */
  changes?: Right
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

/** The pages of the settings, with name and right of the navigation. */
export const settingsTabs: SettingsTab[] = tabs.map((tab) => {
  const place = whereIs(`/settings/${tab.id}`, null)?.place
  return { ...tab, name: place?.name ?? 'Settings', right: place?.right ?? 'read' }
})

export const FIRST_TAB = 'declarations'
