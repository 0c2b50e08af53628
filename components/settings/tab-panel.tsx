'use client'

import dynamic from 'next/dynamic'
import type { ComponentType } from 'react'
import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'

/**
 * Panels by id of the settings tab. The code of each panel is loaded only on its own page, because all panels together
 * would use a third of the size limit of a page's code.
 */
const panels: Record<string, ComponentType> = createSafeLookupTable({
  declarations: dynamic(() => import('../declarations/declarations-tab.tsx').then((part) => part.DeclarationsTab)),
  maintenance: dynamic(() => import('../maintenance/maintenance-tab.tsx').then((part) => part.MaintenanceTab)),
  thresholds: dynamic(() => import('./thresholds/thresholds-tab.tsx').then((part) => part.ThresholdsTab)),
  notifications: dynamic(() => import('./notifications/notifications-tab.tsx').then((part) => part.NotificationsTab)),
  'on-call': dynamic(() => import('./escalation/escalation-tab.tsx').then((part) => part.EscalationTab)),
  reports: dynamic(() => import('./reports/reports-tab.tsx').then((part) => part.ReportsTab)),
  users: dynamic(() => import('./access/users-tab.tsx').then((part) => part.UsersTab)),
  tokens: dynamic(() => import('./access/tokens-tab.tsx').then((part) => part.TokensTab)),
  snapshots: dynamic(() => import('./access/snapshots-tab.tsx').then((part) => part.SnapshotsTab)),
  audit: dynamic(() => import('./audit/audit-tab.tsx').then((part) => part.AuditTab)),
})

/**
 * Content of a settings page below its title.
 * @param id id of the tab
 */
export function SettingsTabPanel({ id }: { id: string }) {
  const Panel = panels[id]
  return Panel && <Panel />
}
