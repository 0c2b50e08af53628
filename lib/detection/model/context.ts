import type { TimestampBounds, DetectedEvent, EpochMs, EventKind, PollRecord } from '#lib/contract/index.ts'
import type { RouterSideSession } from './router-side-session.ts'
import type { DetectionSettings } from './settings.ts'
import { createResourceState, type GroupState, type LiveEvent, type ResourceState } from './scope-state.ts'
import { isVirtualWanHubScope, type GroupTopology } from './topology.ts'

/**
 * Data of a group (gateways and circuits that are connected with each other) while one poll is evaluated. `scopes` is a
 * copy for this evaluation only, so rules may change it.
 */
export interface DetectionContext {
  topology: GroupTopology
  scopes: GroupState
  mark: PollRecord
  /** configured poll interval of the source in ms */
  everyMs: number
  settings: DetectionSettings
  /** last good poll of each source of the group; absent = not read (no source is then known to be fresh) */
  lastGoodPolls?: LastGoodPolls
  /** circuits and gateways of the other groups of the estate; absent = not needed, or the estate has only this group */
  otherGroups?: ResourcesOfOtherGroups
  /**
   * time when the number of prefixes of the polled path reaches its limit; absent = not computed. `between` null = the
   * number does not grow
   */
  runsOut?: { between: TimestampBounds | null }
  /** number of scale units over time, for each gateway with a silent instance; absent = not read */
  units?: Readonly<Record<string, readonly { at: EpochMs; units: number }[]>>
  /**
   * states of the group's sessions at the customer's end, as reported by routers; absent = not read, or no router
   * reports
   */
  routerEnds?: readonly RouterSideSession[]
}

/**
 * Last good poll of each source; the key is `scope subresource kind`. A missing entry means that the source was never
 * read successfully, or is in another group.
 */
export type LastGoodPolls = Readonly<Record<string, LastGoodPoll>>

interface LastGoodPoll {
  /** begin of the last poll that read everything; null = no such poll */
  at: EpochMs | null
  /** begin of the last poll that read rows, even if rows of some instances were missing */
  readAt: EpochMs
  /** current poll interval of the source in ms, without bursts; it may be longer than the configured interval */
  everyMs: number
}

/**
 * Circuits and gateways of other groups, as last saved. They are read for rules about the whole estate (all monitored
 * resources), and never written.
 */
export interface ResourcesOfOtherGroups {
  topology: Pick<GroupTopology, 'circuits' | 'gateways'>
  scopes: GroupState
}

/** Scope (key) under which the state of the whole estate is stored, that is, of all groups together. */
export { WHOLE_ESTATE } from '#lib/contract/index.ts'

/** Returns the stored state of a scope (a circuit, gateway or other resource), and creates it if it is missing. */
export function ensureResourceState(context: DetectionContext, scope: string): ResourceState {
  return (context.scopes[scope] ??= createResourceState())
}

/**
 * Returns the states of the scopes whose route tables are evaluated together with the polled table. For the table of a
 * hub this is only the hub itself, otherwise everything except hubs.
 */
export function listJudgedTogether(context: DetectionContext): ResourceState[] {
  const { topology, scopes, mark } = context
  if (isVirtualWanHubScope(topology, mark.scope)) return [ensureResourceState(context, mark.scope)]
  return Object.entries(scopes).flatMap(([scope, state]) => (isVirtualWanHubScope(topology, scope) ? [] : state))
}

export const isEventOpen = ({ event }: LiveEvent) => event.ended === null

/**
 * Returns every event that is still evaluated, in all scopes of the group: open events, and ended events for which
 * later polls may bring evidence.
 */
export function listLiveEvents(context: DetectionContext): LiveEvent[] {
  return Object.values(context.scopes).flatMap(({ live }) => Object.values(live))
}

/** Returns the gateway instances with an open event about their loss. */
export const listLostInstances = (scopes: GroupState): { gateway: string; instance: string }[] =>
  Object.entries(scopes).flatMap(([gateway, { live }]) =>
    Object.values(live)
      .filter((one) => one.event.kind === 'gateway_instance_lost' && isEventOpen(one))
      .map(({ event }) => ({ gateway, instance: event.subject })),
  )

/**
 * Returns the lost instances of a gateway that are back since the last good poll of its routes and whose routes this
 * poll read, with the bounds of the time when they were back.
 */
export const listReturnedInstances = (
  scopes: GroupState,
  { scope, previousOkAt, silentInstances }: Pick<PollRecord, 'scope' | 'previousOkAt' | 'silentInstances'>,
): { instance: string; ended: TimestampBounds }[] =>
  Object.values(scopes[scope]?.live ?? {}).flatMap(({ event: { kind, subject, ended } }) =>
    kind === 'gateway_instance_lost' &&
    ended !== null &&
    ended.latest > (previousOkAt ?? Infinity) &&
    !silentInstances.includes(subject)
      ? [{ instance: subject, ended }]
      : [],
  )

export function findOpenEvent(
  context: DetectionContext,
  kind: EventKind,
  scope: string,
  subject: string,
): LiveEvent | null {
  const { live } = ensureResourceState(context, scope)
  for (const key in live) {
    const one = live[key]
    if (one && one.event.kind === kind && one.event.subject === subject && isEventOpen(one)) return one
  }
  return null
}

/**
 * Stores an event in the state of its scope, and replaces an earlier version with the same key.
 * @param more data that is stored with the event, but is not part of it
 */
export function storeEventInScope(
  context: DetectionContext,
  event: DetectedEvent,
  more: Omit<LiveEvent, 'event'> = { confirm: null },
): LiveEvent {
  const live: LiveEvent = { ...more, event }
  ensureResourceState(context, event.scope).live[event.key] = live
  return live
}

const ranks = { critical: 4, major: 3, minor: 2, warning: 1, info: 0 } as const
/** Returns the rank of a severity; a higher rank is more severe. */
export const getSeverityRank = (severity: DetectedEvent['severity']) => ranks[severity]

/**
 * Returns a key for the source and the poll kind by which an event was proved. Only polls of the same source and kind
 * can confirm the event.
 */
export const formatSourceKey = ({ sourceId, kind }: { sourceId: number; kind: string }) => `${sourceId} ${kind}`

/**
 * Reports whether a poll read usable rows: all rows, or all rows except those of the instances that it lists as silent.
 */
export const hasPollUsableRows = ({ outcome, silentInstances }: PollRecord) =>
  outcome === 'ok' || (outcome === 'incomplete' && silentInstances.length > 0)
