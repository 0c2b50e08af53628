import type { ComponentType } from 'react'
import type { Right } from '#lib/contract/index.ts'
import { TokensTab } from './access/tokens-tab.tsx'
import { SnapshotsTab } from './access/snapshots-tab.tsx'
import { UsersTab } from './access/users-tab.tsx'
import { AuditTab } from './audit/audit-tab.tsx'
import { whereIs } from '../shell/places.ts'
import { DeclarationsTab } from '../declarations/declarations-tab.tsx'
import { EscalationTab } from './escalation/escalation-tab.tsx'
import { MaintenanceTab } from '../maintenance/maintenance-tab.tsx'
import { NotificationsTab } from './notifications/notifications-tab.tsx'
import { ReportsTab } from './reports/reports-tab.tsx'
import { ThresholdsTab } from './thresholds/thresholds-tab.tsx'

export interface SettingsTab {
  /** the last part of its address, `/settings/<id>` */
  id: string
  name: string
  Panel: ComponentType
  /** what its visitor must have */
  right: Right
  /** what changes need, where that is more */
  changes?: Right
}

const panels: Pick<SettingsTab, 'id' | 'Panel' | 'changes'>[] = [
  { id: 'declarations', Panel: DeclarationsTab, changes: 'declare' },
  { id: 'maintenance', Panel: MaintenanceTab, changes: 'declare' },
  { id: 'thresholds', Panel: ThresholdsTab, changes: 'settings' },
  { id: 'notifications', Panel: NotificationsTab },
  { id: 'on-call', Panel: EscalationTab },
  { id: 'reports', Panel: ReportsTab },
  { id: 'users', Panel: UsersTab },
  { id: 'tokens', Panel: TokensTab },
  { id: 'snapshots', Panel: SnapshotsTab },
  { id: 'audit', Panel: AuditTab },
]

/** The pages of the settings, with name and right of the navigation. */
export const settingsTabs: SettingsTab[] = panels.map((tab) => {
  const place = whereIs(`/settings/${tab.id}`, null)?.place
  return { ...tab, name: place?.name ?? 'Settings', right: place?.right ?? 'read' }
})

export const FIRST_TAB = 'declarations'
