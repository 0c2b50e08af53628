import {
  armTypes,
  type EpochMs,
  type PollObservation,
  parseArmId,
  ROUTES_NOT_GIVEN,
  type RoutesObservation,
} from '#lib/contract/index.ts'
import { isGatewayInstanceReplaced } from '#lib/detection/index.ts'
import { type KnownSourceFacts, MISSING_ROW_STATE } from './known-facts.ts'

/**
 * Changes the outcome of a good poll from `ok` to `incomplete` if its data is not reliable as proof that something is
 * absent:
 * - A gateway instance reported nothing although others did.
 * - A route table is empty although its sessions report prefixes.
 * - A list of neighbors is empty although there were neighbors. An inventory in which some lists failed also becomes
 *   `incomplete`, because its other lists are valid. All other outcomes stay as they are.
 */
export function markIncompletePoll(observation: PollObservation, knowledge: KnownSourceFacts): PollObservation {
  if (observation.kind === 'inventory' && observation.outcome !== 'ok' && observation.rows.listedTypes.length > 0) {
    return { ...observation, outcome: 'incomplete' }
  }
  if (observation.outcome !== 'ok') return observation
  const missing = missingFrom(observation, knowledge)
  if (missing === null) return observation
  const error = {
    code: missing.code,
    detail: missing.detail,
    httpStatus: null,
    retryAfterSeconds: null,
    missingAction: null,
  }
  return { ...observation, outcome: 'incomplete', error, silentInstances: missing.silent }
}

/**
 * Reports whether a poll read an empty table of a VPN connection of a hub. Azure also returns such a table for a
 * connection whose routes it never gives, although the connection has BGP.
 */
export const isEmptyVpnTable = (observation: PollObservation): observation is RoutesObservation =>
  observation.kind === 'learned' &&
  observation.outcome === 'ok' &&
  sizeOf(observation) === 0 &&
  parseArmId(observation.target.resourceId)?.type === armTypes.vpnGateway

/** Returns the poll of an empty table as a poll for which Azure gave no routes (ADR 0355). */
export function markRoutesNotGiven({ answer: _, ...observation }: RoutesObservation): RoutesObservation {
  const error = { ...ROUTES_NOT_GIVEN, httpStatus: null, retryAfterSeconds: null, missingAction: null }
  return { ...observation, outcome: 'not_given', error }
}

interface Missing {
  code: 'INSTANCE_SILENT' | 'EMPTY_TABLE'
  detail: string
  silent: string[]
}

function missingFrom(observation: PollObservation, knowledge: KnownSourceFacts): Missing | null {
  switch (observation.kind) {
    case 'peers':
      return missingInstances(
        new Set(observation.rows.map((row) => row.localAddress)),
        knowledge,
        observation.finishedAt,
      )
    case 'learned': {
      const reporting = new Set(
        observation.answer?.instances ?? observation.rows.flatMap(({ instance }) => instance ?? []),
      )
      if (sizeOf(observation) === 0 && prefixesOf(knowledge) > 0) return emptyTable(knowledge, 'learned routes')
      return reporting.size === 0 ? null : missingInstances(reporting, knowledge, observation.finishedAt)
    }
    case 'tables':
      if (sizeOf(observation) > 0 || prefixesOf(knowledge) === 0) return null
      return { ...emptyTable(knowledge, 'route table'), silent: [] }
    case 'summary':
      if (observation.rows.length > 0 || knowledge.sessions.size === 0) return null
      return {
        code: 'EMPTY_TABLE',
        detail: `The summary lists no neighbor, although ${knowledge.sessions.size} were listed before.`,
        silent: [],
      }
    default:
      return null
  }
}

const sizeOf = (table: RoutesObservation) => table.answer?.size ?? table.rows.length

function missingInstances(reporting: ReadonlySet<string>, knowledge: KnownSourceFacts, now: EpochMs): Missing | null {
  const reported = lastReported(knowledge)
  // a gateway that never reported a row has no BGP, so no instance is missing
  if (reporting.size === 0 && reported.size === 0) return null
  const silent = expectedInstances(knowledge, reported, reporting, now).flatMap((addresses) =>
    addresses.some((address) => reporting.has(address)) ? [] : (addresses[0] ?? []),
  )
  if (silent.length === 0) return null
  return { code: 'INSTANCE_SILENT', detail: `No rows came from gateway instance ${silent.join(', ')}.`, silent }
}

/**
 * Returns the instances that should report: the configured instances, and the instances of earlier polls that no other
 * instance has replaced.
 */
function expectedInstances(
  { configured, instanceCount, changed = null, scales = false }: KnownSourceFacts,
  lastSeen: ReadonlyMap<string, EpochMs | null>,
  reporting: ReadonlySet<string>,
  now: EpochMs,
): (readonly string[])[] {
  const named = new Set(configured.flat())
  const gateway = { instances: configured, instanceCount, changed, scales }
  const others = [...lastSeen].flatMap(([address, lastSeenAt]) =>
    named.has(address) || isGatewayInstanceReplaced({ address, lastSeenAt }, gateway, reporting, now)
      ? []
      : [[address]],
  )
  return [...configured, ...others]
}

/**
 * Returns when each instance last reported a row; null = unknown. An instance that had no row in the last good poll is
 * not included, because it does not exist any more.
 */
function lastReported({ sessions }: KnownSourceFacts): Map<string, EpochMs | null> {
  const reported = new Map<string, EpochMs | null>()
  for (const { localAddress, readAt, azureState } of sessions.values()) {
    if (azureState === MISSING_ROW_STATE) continue
    const before = reported.get(localAddress)
    const newer = before === undefined || before === null || (readAt !== null && readAt > before)
    if (newer) reported.set(localAddress, readAt)
  }
  return reported
}

function prefixesOf({ sessions }: KnownSourceFacts): number {
  let prefixes = 0
  for (const session of sessions.values()) if (session.established) prefixes += session.prefixesReceived ?? 0
  return prefixes
}

function emptyTable(knowledge: KnownSourceFacts, table: string): Missing {
  return {
    code: 'EMPTY_TABLE',
    detail: `The ${table} came back empty, although its sessions report ${prefixesOf(knowledge)} prefixes.`,
    silent: [...lastReported(knowledge).keys()],
  }
}
