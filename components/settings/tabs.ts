import type { ComponentType } from 'react'
import { AuditTab } from './audit/audit-tab.tsx'
import { DeclarationsTab } from '../declarations/declarations-tab.tsx'
import { NotificationsTab } from './notifications/notifications-tab.tsx'
import { ThresholdsTab } from './thresholds/thresholds-tab.tsx'

export interface SettingsTab {
  /** the last part of its address, `/settings/<id>` */
  id: string
  name: string
  /** what it is for, in one sentence */
  words: string
  Panel: ComponentType
}

/** The tabs of the settings, in their order; the first one is opened by `/settings`. */
export const settingsTabs: SettingsTab[] = [
  {
    id: 'declarations',
    name: 'Declarations',
    words:
      'What Azure does not tell and you know: it names places, silences announced work, and settles which path is which.',
    Panel: DeclarationsTab,
  },
  {
    id: 'thresholds',
    name: 'Thresholds',
    words: 'Every rule of detection with its number and who says so. Try another one on the past, then save it.',
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
    words:
      'Who asked for what opens more than a screen. Prices, budgets and declarations keep their own history where they are set.',
    Panel: AuditTab,
  },
]

export const FIRST_TAB = 'declarations'
