import { bestPathKinds } from './best-path.ts'
import { configurationKinds } from './configuration.ts'
import { gatewayEventKinds } from './gateways.ts'
import { monitoringKinds } from './monitoring.ts'
import { pathKinds } from './paths.ts'
import { type EventArea, eventAreas, type EventKindRecord } from './record.ts'
import { routeEventKinds } from './routes.ts'
import { sessionKinds } from './sessions.ts'
import { trafficKinds } from './traffic.ts'

export * from './record.ts'

const records = {
  ...sessionKinds,
  ...pathKinds,
  ...gatewayEventKinds,
  ...bestPathKinds,
  ...routeEventKinds,
  ...trafficKinds,
  ...configurationKinds,
  ...monitoringKinds,
} as const
export type EventKind = keyof typeof records

export const eventKindRecords: Readonly<Record<EventKind, EventKindRecord<EventKind>>> = records

/** Every kind, by area in the order of {@link eventAreas}. */
export const eventKinds = Object.keys(records) as [EventKind, ...EventKind[]]

/** The kinds whose record meets a condition. */
export const eventKindsWhere = (
  holds: (record: EventKindRecord<EventKind>, kind: EventKind) => boolean,
): ReadonlySet<EventKind> => new Set(eventKinds.filter((kind) => holds(eventKindRecords[kind], kind)))

/** Kinds that report polls that fail, and nothing of the network. */
export const kindsOfPolls = eventKindsWhere(({ area }) => area === 'monitoring')

/** Kinds by which something is healthy again; an act that makes it so is no recovery. */
export const kindsOfRecovery = eventKindsWhere(({ recovery, area }) => recovery === true && area !== 'configuration')

/** Kinds that report what somebody did, whose effects are no faults of their own. */
export const kindsOfActs = eventKindsWhere(({ incident }) => incident !== 'aside' && incident.explainsLate === true)

/** The kinds of each area, in the order of {@link eventAreas}. */
export const eventKindsByArea: readonly { area: EventArea; kinds: readonly EventKind[] }[] = (
  Object.keys(eventAreas) as EventArea[]
).map((area) => ({ area, kinds: eventKinds.filter((kind) => records[kind].area === area) }))

/** It happens and is over: its end has the bounds of its begin. */
export const isPoint = (kind: EventKind): boolean => eventKindRecords[kind].lifecycle === 'point'

/** Its part in incidents; null = it opens none and belongs to none. */
export function incidentRoleOf(kind: EventKind) {
  const { incident } = eventKindRecords[kind]
  return incident === 'aside' ? null : incident
}

/** Good samples in a row that must agree before anybody is notified; 1 for kinds without a bound on their delay. */
export const samplesToConfirm = (kind: EventKind): 1 | 2 | 3 =>
  Math.max(1, ...eventKindRecords[kind].proof.map(({ samples }) => samples)) as 1 | 2 | 3

/** The kind that reports the end of another; null = the event itself ends. */
export function endedBy(kind: EventKind): EventKind | null {
  const { lifecycle } = eventKindRecords[kind]
  return typeof lifecycle === 'object' ? lifecycle.endedBy : null
}
