import { formatUtcDay } from '#lib/contract/time/dates.ts'
import type { TimeInterval } from '#lib/contract/time/time-spans.ts'
import {
  armTypes,
  type EpochMs,
  isCircuitOrGateway,
  type MaintenanceConfigurationConfig,
  formatOccurrenceId,
  listOccurrencesWithin,
  parseLocal,
  parseRecurrenceRule,
  type ResourceConfig,
  type ServiceHealthEventConfig,
  type UnreadableMaintenanceConfiguration,
} from '#lib/contract/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { formatIsoTime } from '../../times.ts'
import type { ResourceView } from '../../types.ts'
import { findKnownResources } from './known-resources.ts'
import type { AnnouncedWindow } from '../../types/maintenance.ts'
import { readResourcePage } from './resources.ts'

/** Function that decodes a resource's configuration from ARM's JSON; null = not decodable. lib/azure implements it. */
export type DecodeConfig = (type: string, config: unknown) => ResourceConfig | null

/**
 * Function that returns the short ID of a circuit or gateway by its ARM ID, as a list with one element. The list is
 * empty if the ID is unknown or belongs to another type, or if the caller may not see the resource.
 */
type IdOf = (armId: string) => string[]

/**
 * Returns the windows that Azure announces: planned work and retirements from Service Health, and the times of
 * maintenance configurations.
 */
export async function readAzureWindows(
  db: SqlExecutor,
  within: TimeInterval,
  decode: DecodeConfig,
): Promise<AnnouncedWindow[]> {
  const types = [armTypes.serviceHealthEvent, armTypes.maintenanceConfiguration]
  const { announced, idOf } = await announcedBy(db, types, decode)
  const missing = await missingSince(db)
  return announced
    .flatMap(({ resource, config }) =>
      config.resource === 'serviceHealthEvent'
        ? announcedWork(resource, config, { idOf, missing: missing.get(resource.resourceId.toLowerCase()) ?? null })
        : configuredTimes(resource, config, idOf, within),
    )
    .filter((window) => Date.parse(window.from) < within.to && Date.parse(window.to) > within.from)
}

/**
 * Returns the maintenance configurations whose times cannot be parsed, with the reason. Their windows are unknown. Only
 * configurations that are assigned to resources visible to the caller are returned.
 */
export async function readUnreadableMaintenance(
  db: SqlExecutor,
  decode: DecodeConfig,
): Promise<UnreadableMaintenanceConfiguration[]> {
  const { announced, idOf } = await announcedBy(db, [armTypes.maintenanceConfiguration], decode)
  return announced.flatMap(({ resource, config }) => {
    if (config.resource !== 'maintenanceConfiguration' || config.unreadable === null || resource.removed) return []
    const scopes = config.resources.flatMap(idOf)
    if (scopes.length === 0) return []
    return [{ sourceId: resource.resourceId, sourceName: resource.name, scopes, reason: config.unreadable }]
  })
}

/**
 * Returns the announcements that are stored as resources of these ARM types, and a function that finds the circuits and
 * gateways that the announcements name.
 */
async function announcedBy(db: SqlExecutor, types: string[], decode: DecodeConfig) {
  const announced = (await readResourcePage(db, { types, includeRemoved: true })).flatMap((resource) => {
    const config = resource.config && decode(resource.type, resource.config)
    return config?.resource === 'serviceHealthEvent' || config?.resource === 'maintenanceConfiguration'
      ? [{ resource, config }]
      : []
  })
  const named = [...new Set(announced.flatMap(({ config }) => config.resources ?? []))]
  const known = named.length > 0 ? await findKnownResources(db, named) : new Map<string, never>()
  const idOf: IdOf = (armId) => {
    const found = known.get(armId)
    return found && isCircuitOrGateway(found.type) ? [found.id] : []
  }
  return { announced, idOf }
}

/**
 * Returns, by lower-case ARM ID, the time since which an announcement of Service Health is missing from Azure's lists.
 * Only announcements are included whose removal is not proved.
 */
async function missingSince(db: SqlExecutor): Promise<Map<string, EpochMs>> {
  const { rows } = await db.query<{ arm_id: string; missing_after: Date }>(
    'SELECT arm_id, missing_after FROM resource WHERE type = $1 AND missing_after IS NOT NULL',
    [armTypes.serviceHealthEvent],
  )
  return new Map(rows.map((row) => [row.arm_id.toLowerCase(), row.missing_after.getTime()]))
}

/**
 * Reports whether an announcement disappeared from Azure before its window began. The announced work is then taken as
 * cancelled.
 */
const isWithdrawn = ({ removed }: ResourceView, from: EpochMs) => removed !== null && removed.latest < from

/**
 * Returns the window of a Service Health event as a list. The list is empty if the event has no valid times or was
 * withdrawn before it began. An event without a known resource and a retirement are returned, but explain no outage. A
 * retirement never counts as withdrawn, because Azure removes it from its list after 90 days.
 */
function announcedWork(
  resource: ResourceView,
  { title, retires, from, to, impact, resources }: ServiceHealthEventConfig,
  { idOf, missing }: { idOf: IdOf; missing: EpochMs | null },
): AnnouncedWindow[] {
  if (from === null || to === null || to <= from || (!retires && isWithdrawn(resource, from))) return []
  const scopes = resources?.flatMap(idOf) ?? []
  const since = resource.removed?.latest ?? missing
  const unlisted = since === null ? '' : `; Service Health has not listed it since ${formatUtcDay(since)}`
  const named =
    resources === null
      ? ', and gives no list of the affected resources, which are therefore unknown'
      : scopes.length === 0
        ? ', and names no circuit or gateway'
        : ''
  const covers = impact.map(({ service, regions }) => [service, regions.join(', ')].filter(Boolean).join(' in '))
  return [
    {
      id: `${retires ? 'retirement' : 'health'}-${resource.name}`,
      source: retires ? 'retirement' : 'service_health',
      sourceId: resource.name,
      sourceName: resource.name,
      title,
      note: retires
        ? `${retires}${resources === null ? '; Azure gives no list of the affected resources' : ''}${unlisted}`
        : `Azure says that it covers ${covers.join('; ') || 'this subscription'}${named}${unlisted}`,
      from: formatIsoTime(from),
      to: formatIsoTime(to),
      recurring: false,
      scopes,
      paths: [],
      impact: null,
      effect: scopes.length > 0 && !retires ? 'expected' : 'shown',
    },
  ]
}

function configuredTimes(
  resource: ResourceView,
  { window, resources }: MaintenanceConfigurationConfig,
  idOf: IdOf,
  within: TimeInterval,
): AnnouncedWindow[] {
  const scopes = resources.flatMap(idOf)
  const start = window && parseLocal(window.start)
  const read = window && parseRecurrenceRule(window.rule)
  // a configuration that is assigned only to resources that the caller may not see is left out
  if (scopes.length === 0 || start === null || !read || 'wrong' in read) return []
  const lengthMs = window.minutes * 60_000
  return listOccurrencesWithin({ rule: read.rule, start, zone: window.zone, lengthMs }, within)
    .filter(({ from }) => !isWithdrawn(resource, from))
    .map(({ from, to }) => ({
      id: formatOccurrenceId(`mc-${resource.id}`, from),
      source: 'maintenance_configuration',
      sourceId: resource.resourceId,
      sourceName: resource.name,
      title: `Azure may maintain the gateway (${resource.name})`,
      note: '',
      from: formatIsoTime(from),
      to: formatIsoTime(to),
      recurring: true,
      scopes,
      paths: [],
      impact: null,
      effect: 'expected',
    }))
}
