import type { EpochMs } from '../time/time.ts'

/** Planned work that Azure Service Health announces for a subscription. */
export interface ServiceHealthEventConfig {
  resource: 'serviceHealthEvent'
  title: string
  /** the announced time; null = not stated */
  from: EpochMs | null
  to: EpochMs | null
  /** services and regions that it covers, in Azure's words */
  impact: { service: string; regions: string[] }[]
  /** ARM ids that Azure names as impacted; none = it names none, or they could not be read */
  resources: string[]
}

/** When Azure may maintain the gateways that a maintenance configuration is assigned to. */
export interface MaintenanceConfigurationConfig {
  resource: 'maintenanceConfiguration'
  /** null = it can't be read, and `unreadable` says why */
  window: MaintenanceSchedule | null
  unreadable: string | null
  /** ARM ids of the gateways that it is assigned to */
  resources: string[]
}

/** A window that comes again. */
export interface MaintenanceSchedule {
  /** by the clocks of the zone, `2026-01-03T22:00` */
  start: string
  /** IANA */
  zone: string
  minutes: number
  /** RRULE, with UNTIL where it expires */
  rule: string
}
