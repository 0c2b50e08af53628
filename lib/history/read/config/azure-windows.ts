import { DAY } from '#lib/contract/time/time.ts'
import type { TimeSpan } from '#lib/contract/time/spans.ts'
import {
  armTypes,
  type EpochMs,
  isCircuitOrGateway,
  type MaintenanceConfigurationConfig,
  occurrenceId,
  occurrencesWithin,
  parseLocal,
  parseRule,
  type ResourceConfig,
  type ServiceHealthEventConfig,
  type UnreadableMaintenance,
} from '#lib/contract/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { iso } from '../../times.ts'
import type { ResourceView } from '../../types.ts'
import { knownResources } from './known-resources.ts'
import type { AnnouncedWindow } from '../../types/maintenance.ts'
import { listResources } from './resources.ts'

/** How a resource is configured, from ARM's JSON: lib/azure has it. */
export type DecodeConfig = (type: string, config: unknown) => ResourceConfig | null

/** Short id of a circuit or gateway by its ARM id, as far as the reader sees it. */
type IdOf = (armId: string) => string[]

/** Windows that Azure announces: planned work and retirements by Service Health, and the times of maintenance configurations. */
export async function azureWindows(db: Queryable, within: TimeSpan, decode: DecodeConfig): Promise<AnnouncedWindow[]> {
  const types = [armTypes.serviceHealthEvent, armTypes.maintenanceConfiguration]
  const { announced, idOf } = await announcedBy(db, types, decode)
  return announced
    .flatMap(({ resource, config }) =>
      config.resource === 'serviceHealthEvent'
        ? config.isRetirement
          ? retirement(resource, config, idOf)
          : announcedWork(resource, config, idOf)
        : configuredTimes(resource, config, idOf, within),
    )
    .filter((window) => Date.parse(window.from) < within.to && Date.parse(window.to) > within.from)
}

/** Maintenance configurations of what the reader sees whose times can't be read, with the reason: their windows are unknown. */
export async function unreadableMaintenance(db: Queryable, decode: DecodeConfig): Promise<UnreadableMaintenance[]> {
  const { announced, idOf } = await announcedBy(db, [armTypes.maintenanceConfiguration], decode)
  return announced.flatMap(({ resource, config }) => {
    if (config.resource !== 'maintenanceConfiguration' || config.unreadable === null || resource.removed) return []
    const scopes = config.resources.flatMap(idOf)
    if (scopes.length === 0) return []
    return [{ sourceId: resource.resourceId, sourceName: resource.name, scopes, reason: config.unreadable }]
  })
}

/** What Azure announces by resources of these types, and the circuits and gateways that it names. */
async function announcedBy(db: Queryable, types: string[], decode: DecodeConfig) {
  const announced = (await listResources(db, { types, includeRemoved: true })).flatMap((resource) => {
    const config = resource.config && decode(resource.type, resource.config)
    return config?.resource === 'serviceHealthEvent' || config?.resource === 'maintenanceConfiguration'
      ? [{ resource, config }]
      : []
  })
  const named = [...new Set(announced.flatMap(({ config }) => config.resources))]
  const known = named.length > 0 ? await knownResources(db, named) : new Map<string, never>()
  const idOf: IdOf = (armId) => {
    const found = known.get(armId)
    return found && isCircuitOrGateway(found.type) ? [found.id] : []
  }
  return { announced, idOf }
}

/** What was withdrawn before it began is none. */
const isWithdrawn = ({ removed }: ResourceView, from: EpochMs) => removed !== null && removed.latest < from

/** Without a resource that is known it explains nothing: a region or a whole service is no reason for silence. */
function announcedWork(
  resource: ResourceView,
  { title, from, to, impact, resources }: ServiceHealthEventConfig,
  idOf: IdOf,
): AnnouncedWindow[] {
  if (from === null || to === null || to <= from || isWithdrawn(resource, from)) return []
  const scopes = resources.flatMap(idOf)
  const covers = impact.map(({ service, regions }) => [service, regions.join(', ')].filter(Boolean).join(' in '))
  return [
    {
      id: `health-${resource.name}`,
      source: 'service_health',
      sourceId: resource.name,
      sourceName: resource.name,
      title,
      note: `Azure says that it covers ${covers.join('; ') || 'this subscription'}${scopes.length > 0 ? '' : ', and names no circuit or gateway'}`,
      from: iso(from),
      to: iso(to),
      recurring: false,
      scopes,
      paths: [],
      impact: null,
      effect: scopes.length > 0 ? 'expected' : 'shown',
    },
  ]
}

const MONTHS = 'January|February|March|April|May|June|July|August|September|October|November|December'
/** `30 September 2026`, as Microsoft's titles have it; in some the month is first. */
const DATES = [
  new RegExp(`\\b(\\d{1,2}) (${MONTHS}) (20\\d\\d)\\b`, 'i'),
  new RegExp(`\\b(${MONTHS}) (\\d{1,2}), (20\\d\\d)\\b`, 'i'),
]

/** The day that a title names, as its first moment (UTC); null = it names none. */
function dayIn(title: string): EpochMs | null {
  const found = DATES.map((pattern) => pattern.exec(title)?.[0]).find(Boolean)
  const at = found === undefined ? Number.NaN : Date.parse(`${found} UTC`)
  return Number.isNaN(at) ? null : at
}

/**
 * The day of a retirement, whole: an hour is not announced. It explains nothing that happens on that day. One that is listed no longer is not
 * withdrawn: Service Health lists what was brought up to date in the last 90 days.
 */
function retirement(
  { name, removed }: ResourceView,
  { title, to, resources }: ServiceHealthEventConfig,
  idOf: IdOf,
): AnnouncedWindow[] {
  const named = dayIn(title)
  const from = named ?? (to === null ? null : Math.floor(to / DAY) * DAY)
  if (from === null) return []
  const notes = [
    'A day alone is announced: the window is the whole day (UTC)',
    named === null && 'which is that of the end of the announcement: its title names none',
    removed !== null && `Service Health has not listed it since ${iso(removed.latest).slice(0, 10)}`,
  ]
  return [
    {
      id: `retirement-${name}`,
      source: 'retirement',
      sourceId: name,
      sourceName: name,
      title,
      note: notes.filter(Boolean).join('; '),
      from: iso(from),
      to: iso(from + DAY),
      recurring: false,
      scopes: resources.flatMap(idOf),
      paths: [],
      impact: null,
      effect: 'shown',
    },
  ]
}

function configuredTimes(
  resource: ResourceView,
  { window, resources }: MaintenanceConfigurationConfig,
  idOf: IdOf,
  within: TimeSpan,
): AnnouncedWindow[] {
  const scopes = resources.flatMap(idOf)
  const start = window && parseLocal(window.start)
  const read = window && parseRule(window.rule)
  // what is assigned to nothing that the reader sees is none of his
  if (scopes.length === 0 || start === null || !read || 'wrong' in read) return []
  const lengthMs = window.minutes * 60_000
  return occurrencesWithin({ rule: read.rule, start, zone: window.zone, lengthMs }, within)
    .filter(({ from }) => !isWithdrawn(resource, from))
    .map(({ from, to }) => ({
      id: occurrenceId(`mc-${resource.id}`, from),
      source: 'maintenance_configuration',
      sourceId: resource.resourceId,
      sourceName: resource.name,
      title: `Azure may maintain the gateway (${resource.name})`,
      note: '',
      from: iso(from),
      to: iso(to),
      recurring: true,
      scopes,
      paths: [],
      impact: null,
      effect: 'expected',
    }))
}
