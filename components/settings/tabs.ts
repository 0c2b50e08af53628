import type { ComponentType } from 'react'
import { AuditTab } from './audit/audit-tab.tsx'
import { DeclarationsTab } from '../declarations/declarations-tab.tsx'
import { NotificationsTab } from './notifications/notifications-tab.tsx'
import { ThresholdsTab } from './thresholds/thresholds-tab.tsx'

export interface SettingsTab {
  /** the last part of its address, `/settings/<id>` */
  id: string
  name: string
  /** purpose in one sentence */
  words: string
  Panel: ComponentType
}

/** The tabs of the settings in order; `/settings` opens the first. */
export const settingsTabs: SettingsTab[] = [
  {
    id: 'declarations',
    name: 'Inventory & policy',
    words: 'Facts that Azure does not provide: sites, neighbor mapping, maintenance windows, policies.',
    Panel: DeclarationsTab,
  },
  {
    id: 'thresholds',
    name: 'Thresholds',
    words: 'Detection thresholds with value and source. Back-test a change before you save it.',
    Panel: ThresholdsTab,
  },
  {
    id: 'notifications',
    name: 'Notifications',
    words: 'Webhook and e-mail channels that receive incident notifications.',
    Panel: NotificationsTab,
  },
  {
    id: 'audit',
    name: 'Audit',
    words: 'Requests for secrets. Prices, budgets and declarations have their own history where they are set.',
    Panel: AuditTab,
  },
]

export const FIRST_TAB = 'declarations'
