import { isResourceChanging } from '#lib/contract/index.ts'
import { type FreshnessState, isFreshnessUsable } from '#lib/detection/verdict/freshness.ts'
import type { RemoteSessionEndRole } from '#lib/detection/verdict/role.ts'
import type { SessionVerdict } from '#lib/detection/verdict/session.ts'

export type GatewayState =
  | 'healthy'
  | 'instance_lost'
  | 'peer_lost'
  | 'partial'
  | 'isolated'
  | 'changing'
  | 'not_offered'
  | 'not_reported'
  | 'no_peers'
  | 'unknown'

export interface GatewaySession {
  localAddress: string
  neighbor: string
  role: RemoteSessionEndRole
  verdict: SessionVerdict
}

export interface GatewayVerdictInput {
  /**
   * freshness of the data about the gateway's BGP peers. If it is `never` or `stale`, the state of the gateway is
   * `unknown`
   */
  freshness: FreshnessState
  /** state from ARM; null = not reported */
  provisioningState: string | null
  /**
   * sentence that explains why the gateway has no BGP peers, for example that BGP is disabled; null = it has peers, or
   * the reason is not known
   */
  withoutBgp: string | null
  /** false = Azure cannot report the sessions of this kind of gateway (a gateway in a Virtual WAN hub) */
  areSessionsPolled: boolean
  /** whether the gateway is the inactive one in a gateway migration */
  isStandby: boolean
  sessions: readonly GatewaySession[]
  /**
   * addresses of instances that count as lost. Such an instance has not reported for too long, and was not removed by
   * scaling in
   */
  lostInstances: readonly string[]
}

interface JudgedGateway {
  state: GatewayState
  /** sentence about the state; null if the gateway is healthy */
  reason: string | null
}

/** Reports whether a session should be up: it is with an external peer, has been up before and is not disabled. */
function isExpected({ role, verdict }: GatewaySession): boolean {
  return role !== 'gateway-peer' && verdict !== 'never_established' && verdict !== 'disabled'
}

/** Determines the state of a gateway from its sessions (docs/rules/verdicts.md, "Gateway"). */
export function judgeGateway(facts: GatewayVerdictInput): JudgedGateway {
  if (facts.withoutBgp !== null) return { state: 'not_offered', reason: facts.withoutBgp }
  if (!isFreshnessUsable(facts.freshness)) return { state: 'unknown', reason: 'Its BGP peer status is not known.' }
  const { provisioningState } = facts
  if (isResourceChanging(facts)) {
    return { state: 'changing', reason: `Azure is changing it (${provisioningState}): sessions may restart.` }
  }
  if (facts.isStandby) {
    const reason =
      'It is on standby (adminState Disabled), as in a gateway migration: nothing is expected of its sessions.'
    return { state: 'changing', reason }
  }
  const expected = facts.sessions.filter(isExpected)
  if (expected.length === 0) return judgeWithoutPeers(facts)
  if (expected.every(({ verdict }) => verdict === 'unknown' || verdict === 'not_reported')) {
    return { state: 'unknown', reason: 'Azure reports no state of its BGP peers.' }
  }
  const down = expected.filter(({ verdict }) => verdict === 'down')
  const open = expected.filter(({ verdict }) => verdict === 'up' || verdict === 'unknown')
  if (open.length === 0) return { state: 'isolated', reason: 'No external BGP peer is up on any instance.' }
  return judgeLosses(facts, expected, down)
}

/**
 * Returns the state of a gateway without a session that should be up. It is never `healthy`, because no session shows
 * that the gateway works.
 */
function judgeWithoutPeers({ sessions, lostInstances, areSessionsPolled }: GatewayVerdictInput): JudgedGateway {
  const [lost] = lostInstances
  if (lost) return instanceLost(lost)
  if (!areSessionsPolled) return { state: 'not_reported', reason: 'Azure does not report its sessions.' }
  const reason =
    sessions.length > 0 ? 'None of its BGP peers is expected to be up.' : 'Azure reports no BGP peer of it.'
  return { state: 'no_peers', reason }
}

function judgeLosses(facts: GatewayVerdictInput, expected: GatewaySession[], down: GatewaySession[]): JudgedGateway {
  const reporting = expected.filter(({ verdict }) => verdict !== 'not_reported')
  const gone = [...new Set(down.map(({ neighbor }) => neighbor))].find((neighbor) =>
    reporting.filter((session) => session.neighbor === neighbor).every(({ verdict }) => verdict === 'down'),
  )
  // If all sessions that are down belong to the same lost instance, the loss of that instance is reported instead of
  // the loss of a neighbor.
  const lost = facts.lostInstances[0] ?? wholeInstanceDown(reporting)
  const explained = lost !== undefined && down.every(({ localAddress }) => localAddress === lost)
  if (lost !== undefined && explained) return instanceLost(lost)
  if (gone) return { state: 'peer_lost', reason: `Neighbor ${gone} is down on every instance.` }
  if (lost !== undefined) return instanceLost(lost)
  const [some] = down
  if (some) return { state: 'partial', reason: `Neighbor ${some.neighbor} is down on instance ${some.localAddress}.` }
  return { state: 'healthy', reason: null }
}

/**
 * Returns an instance that lost all its peers; undefined if there is none. The caller handles the case in which all
 * instances lost all their peers.
 */
function wholeInstanceDown(reporting: GatewaySession[]): string | undefined {
  const instances = [...new Set(reporting.map(({ localAddress }) => localAddress))]
  return instances.find((instance) =>
    reporting.filter(({ localAddress }) => localAddress === instance).every(({ verdict }) => verdict === 'down'),
  )
}

function instanceLost(address: string): JudgedGateway {
  return { state: 'instance_lost', reason: `Instance ${address} has lost all its peers or does not report.` }
}
