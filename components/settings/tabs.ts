import type { ComponentType } from 'react'
import type { Right } from '#lib/contract/index.ts'
import { TokensTab } from './access/tokens-tab.tsx'
import { UsersTab } from './access/users-tab.tsx'
import { AuditTab } from './audit/audit-tab.tsx'
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
  /** purpose in one sentence */
  words: string
  Panel: ComponentType
  /** what its visitor must have */
  right: Right
  /** what changes need, where that is more */
  changes?: Right
}

/** The tabs of the settings in order; `/settings` opens the first. */
export const settingsTabs: SettingsTab[] = [
  {
    id: 'declarations',
    name: 'Inventory & policy',
    words: 'Facts that Azure does not provide: sites, neighbor mapping, policies.',
    Panel: DeclarationsTab,
    right: 'read',
    changes: 'declare',
  },
  {
    id: 'maintenance',
    name: 'Maintenance',
    words: 'Announced work: its events are recorded, and notify nobody while they are expected of it.',
    Panel: MaintenanceTab,
    right: 'read',
    changes: 'declare',
  },
  {
    id: 'thresholds',
    name: 'Thresholds',
    words: 'Detection thresholds with value and source. Back-test a change before you save it.',
    Panel: ThresholdsTab,
    right: 'read',
    changes: 'settings',
  },
  {
    id: 'notifications',
    name: 'Notifications',
    words: 'Channels that receive incident notifications.',
    Panel: NotificationsTab,
    right: 'channels',
  },
  {
    id: 'on-call',
    name: 'On call',
    words: 'Who is on call, and who is notified of incidents that nobody acknowledges.',
    Panel: EscalationTab,
    right: 'channels',
  },
  {
    id: 'reports',
    name: 'Reports',
    words: 'Reports that are sent by mail at set times: the weekly cost review, availability of a month by customer.',
    Panel: ReportsTab,
    right: 'channels',
  },
  {
    id: 'users',
    name: 'Users',
    words: 'Who may sign in, with role and what each one sees.',
    Panel: UsersTab,
    right: 'users',
  },
  {
    id: 'tokens',
    name: 'Tokens',
    words: 'Tokens of programs and of wall displays.',
    Panel: TokensTab,
    right: 'tokens',
  },
  {
    id: 'audit',
    name: 'Audit',
    words: 'Who changed what, when and from where, and requests for secrets.',
    Panel: AuditTab,
    right: 'audit',
  },
]

export const FIRST_TAB = 'declarations'
