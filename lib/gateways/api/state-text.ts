import type { SessionState } from '#lib/bgp/index.ts'
import type { Circuit, ApiCircuitPath } from '#lib/circuits/api/index.ts'
import { findMainPeeringType } from '#lib/contract/words/main-peering-type.ts'
import { formatPeeringNames } from '#lib/contract/words/path-text.ts'
import { parsePeeringType } from '#lib/contract/poll.ts'
import type { Gateway } from './index.ts'
import type { BgpSession } from '#lib/sessions/api/index.ts'

/** Display names of a circuit's redundancy. */
export const redundancyLabels: Readonly<Record<Circuit['redundancy'], string>> = {
  redundant: 'both paths up',
  reduced: 'one path left',
  no_path: 'down',
  single_homed: 'single-homed',
  disabled: 'disabled',
  unknown: 'unknown',
}

/** Level of a state. It determines the color of the state on every page and its severity as a problem. */
type StateLevel = 'up' | 'off' | 'notice' | 'degraded' | 'down' | 'unknown'

export const redundancySeverityLevels: Readonly<Record<Circuit['redundancy'], StateLevel>> = {
  redundant: 'up',
  reduced: 'degraded',
  no_path: 'down',
  single_homed: 'notice',
  disabled: 'off',
  unknown: 'unknown',
}

export const gatewaySeverityLevels: Readonly<Record<Gateway['state'], StateLevel>> = {
  healthy: 'up',
  instance_lost: 'degraded',
  peer_lost: 'degraded',
  partial: 'degraded',
  no_prefixes: 'degraded',
  isolated: 'down',
  changing: 'notice',
  not_offered: 'off',
  not_reported: 'off',
  no_peers: 'off',
  unknown: 'unknown',
}

/**
 * Returns the severity of a level as a problem; null if it is not a problem (ADR 0324). `notice`, for example of a
 * single-homed circuit, counts as degraded.
 */
export function findProblemSeverity(level: StateLevel): 'down' | 'degraded' | 'unknown' | null {
  if (level === 'up' || level === 'off') return null
  return level === 'notice' ? 'degraded' : level
}

/**
 * The peerings of a circuit, with the fields from which an outage of one peering is distinguished from an outage of the
 * whole circuit.
 */
export type CircuitPeeringStates = readonly Pick<Circuit['peerings'][number], 'peeringType' | 'atLeastPaths'>[]

/**
 * Outage of a part of a circuit. `down` is the peering without a working path. `works` contains the peerings that
 * certainly have one.
 */
interface PartLoss {
  down: string
  works: string[]
}

/**
 * Returns the outage of one peering if at least one other peering of the circuit certainly has a working path.
 * Otherwise returns null, because the whole circuit then counts as down (ADR 0296).
 * @param down ARM type of the peering without a working path
 */
export function findPeeringOutage(peerings: CircuitPeeringStates, down: string): PartLoss | null {
  const works = peerings.flatMap(({ peeringType, atLeastPaths }) =>
    atLeastPaths > 0 && parsePeeringType(peeringType) !== parsePeeringType(down)
      ? [formatPeeringNames(peeringType)]
      : [],
  )
  return works.length > 0 ? { down: formatPeeringNames(down), works } : null
}

/**
 * Returns the outage of a circuit's main peering if this peering has no working path and another peering has one;
 * otherwise null.
 */
export function findCircuitPartLoss({
  redundancy,
  peerings = [],
}: Pick<Circuit, 'redundancy'> & { peerings?: CircuitPeeringStates | undefined }): PartLoss | null {
  const own = peerings.find(({ peeringType }) => parsePeeringType(peeringType) === findMainPeeringType({ peerings }))
  return redundancy === 'no_path' && own ? findPeeringOutage(peerings, own.peeringType) : null
}

/**
 * An object that may be impaired by an open event. `impaired.called` is the display text of the event; null = no event
 * is open.
 */
type Raised = { impaired: { called: string } | null }

/**
 * Returns the display text for a circuit's state, which is the same on every page (ADR 0270). If the state itself shows
 * no problem (it is redundant or unknown) and an event is open, the display text of the event is returned.
 */
export function formatCircuitState(
  circuit: Pick<Circuit, 'redundancy'> & Raised & { peerings?: CircuitPeeringStates | undefined },
): string {
  const { redundancy, impaired } = circuit
  if (canEventOverrideState(redundancy) && impaired) return impaired.called
  const part = findCircuitPartLoss(circuit)
  return part ? `${part.down} down` : redundancyLabels[redundancy]
}

/**
 * Returns the display text for a gateway's state. If the state itself shows no fault (for example healthy, no peers or
 * unknown) and an event is open, the display text of the event is returned.
 */
export const formatGatewayState = ({ state, impaired }: Pick<Gateway, 'state'> & Raised): string =>
  canEventOverrideState(state) && impaired ? impaired.called : gatewayStateLabels[state]

/**
 * Reports whether the sessions of a gateway do not show if it works, because Azure does not report its sessions or it
 * has no peers.
 */
export const isWithoutSessionEvidence = (state: Gateway['state']): state is 'not_reported' | 'no_peers' =>
  state === 'not_reported' || state === 'no_peers'

/** Returns the number of BGP peers of a gateway that are up, and the number that should be up. */
export const countGatewayPeers = ({
  instances,
  unplaced = { up: 0, expected: 0 },
}: Pick<Gateway, 'instances' | 'unplaced'>) => ({
  up: instances.reduce((sum, { sessionsUp }) => sum + sessionsUp, unplaced.up),
  expected: instances.reduce((sum, { sessionsExpected }) => sum + sessionsExpected, unplaced.expected),
})

export const canEventOverrideState = (state: Circuit['redundancy'] | Gateway['state']): boolean =>
  state === 'redundant' ||
  state === 'healthy' ||
  state === 'not_offered' ||
  state === 'not_reported' ||
  state === 'no_peers' ||
  state === 'unknown'

/** Display names of the states of a circuit's path. */
export const pathStateLabels: Readonly<Record<ApiCircuitPath['state'], string>> = {
  up: 'up',
  degraded: 'degraded',
  down: 'down',
  disabled: 'disabled',
  not_configured: 'not configured',
  unknown: 'unknown',
}

export const gatewayStateLabels: Readonly<Record<Gateway['state'], string>> = {
  healthy: 'healthy',
  instance_lost: 'instance lost',
  peer_lost: 'peer lost',
  partial: 'partial',
  no_prefixes: 'degraded',
  isolated: 'isolated',
  changing: 'changing',
  not_offered: 'without BGP',
  not_reported: 'not reported',
  no_peers: 'no peers',
  unknown: 'unknown',
}

/** Display names of session verdicts. */
export const sessionVerdictLabels: Readonly<Record<BgpSession['verdict'], string>> = {
  up: 'up',
  down: 'down',
  disabled: 'disabled',
  never_established: 'never connected',
  not_reported: 'not reported',
  unknown: 'unknown',
}

/** Display names of session states: the states of RFC 4271 as routers print them, `Stopped` and `unknown`. */
export const sessionStateLabels: Readonly<Record<SessionState, string>> = {
  idle: 'Idle',
  connect: 'Connect',
  active: 'Active',
  openSent: 'OpenSent',
  openConfirm: 'OpenConfirm',
  established: 'Established',
  stopped: 'Stopped',
  unknown: 'unknown',
}

/** Display names of the kind of peer at the other end of a session. */
export const sessionRoleLabels: Readonly<Record<BgpSession['role'], string>> = {
  msee: 'Microsoft edge',
  'gateway-peer': 'sibling instance',
  onprem: 'on-premises',
  other: 'other',
}
