import { bestPathEventKinds } from './best-path.ts'
import { configurationEventKinds } from './configuration.ts'
import { gatewayEventKinds } from './gateways.ts'
import { monitoringEventKindRecords } from './monitoring.ts'
import { pathEventKinds } from './paths.ts'
import { type EventArea, eventAreas, type EventKindRecord } from './event-kind-record.ts'
import { routeEventKinds } from './routes.ts'
import { sessionEventKinds } from './sessions.ts'
import { trafficEventKinds } from './traffic.ts'

export * from './event-kind-record.ts'

const records = {
  ...sessionEventKinds,
  ...pathEventKinds,
  ...gatewayEventKinds,
  ...bestPathEventKinds,
  ...routeEventKinds,
  ...trafficEventKinds,
  ...configurationEventKinds,
  ...monitoringEventKindRecords,
} as const
export type EventKind = keyof typeof records

export const eventKindRecords: Readonly<Record<EventKind, EventKindRecord<EventKind>>> = records

/** All kinds, grouped by area in the order of {@link eventAreas}. */
export const eventKinds = Object.keys(records) as [EventKind, ...EventKind[]]

/** Returns the event kinds whose record meets a condition. */
export const filterEventKinds = (
  holds: (record: EventKindRecord<EventKind>, kind: EventKind) => boolean,
): ReadonlySet<EventKind> => new Set(eventKinds.filter((kind) => holds(eventKindRecords[kind], kind)))

/**
 * Event kinds about monitoring: failing polls, or faults of Peerwatch itself. They do not report faults of the network.
 */
export const monitoringEventKinds = filterEventKinds(({ area }) => area === 'monitoring')

/** Event kinds that report that something is healthy again, except configuration changes. */
export const recoveryEventKinds = filterEventKinds(
  ({ recovery, area }) => recovery === true && area !== 'configuration',
)

/**
 * Event kinds that report an intended action of a user, for example a configuration change. The effects of such an
 * action do not count as separate faults.
 */
export const userActionEventKinds = filterEventKinds(
  ({ incident }) => incident !== 'aside' && incident.explainsLate === true,
)

/** Event kinds about new prefixes. One change of a router may announce several prefixes. They take no prefix away. */
export const announcementEventKinds: ReadonlySet<EventKind> = new Set([
  'more_specific',
  'own_space_heard',
  'default_route_appeared',
])

/** Kinds of each area, in the order of {@link eventAreas}. */
export const eventKindsByArea: readonly { area: EventArea; kinds: readonly EventKind[] }[] = (
  Object.keys(eventAreas) as EventArea[]
).map((area) => ({ area, kinds: eventKinds.filter((kind) => records[kind].area === area) }))

/** Reports whether events of a kind have no duration. */
export const isPointEvent = (kind: EventKind): boolean => eventKindRecords[kind].lifecycle === 'point'

/** Returns the role of an event kind in incidents; null = its events stay outside of all incidents. */
export function getIncidentRoleOfEventKind(kind: EventKind) {
  const { incident } = eventKindRecords[kind]
  return incident === 'aside' ? null : incident
}

/** Reports whether events of a kind are about failing or missing polls instead of a fault of the network. */
export const isPollFailureKind = (kind: EventKind): boolean => getIncidentRoleOfEventKind(kind)?.pollFailure === true

/**
 * Returns the number of consecutive good polls that must show the same before a notification about an event of this
 * kind is sent. It is 1 for kinds without a defined proof.
 */
export const countPollsToConfirm = (kind: EventKind): 1 | 2 | 3 =>
  Math.max(1, ...eventKindRecords[kind].proof.map(({ samples }) => samples)) as 1 | 2 | 3

/** Returns the event kind that ends events of the given kind; null = no other kind ends them. */
export function getEndingEventKind(kind: EventKind): EventKind | null {
  const { lifecycle } = eventKindRecords[kind]
  return typeof lifecycle === 'object' ? lifecycle.endedBy : null
}
