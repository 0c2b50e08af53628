import { isChanging } from '#lib/contract/index.ts'
import { type FreshnessState, isUsable } from '#lib/detection/verdict/freshness.ts'
import type { SessionRole } from '#lib/detection/verdict/role.ts'
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
  role: SessionRole
  verdict: SessionVerdict
}

export interface GatewayVerdictFacts {
  /** freshness of the gateway's peer status; `never` and `stale` lead to `unknown` */
  freshness: FreshnessState
  /** state from ARM; null = not reported */
  provisioningState: string | null
  /**
   * sentence that explains why the gateway has no BGP peers, for example because BGP is off; null = it has peers, or
   * the reason is not known
   */
  withoutBgp: string | null
  /**
   * false = Azure has no request for the sessions of this kind of gateway, which applies to gateways in Virtual WAN
   * hubs
   */
  areSessionsPolled: boolean
  /** true = the gateway is the inactive gateway of a migration */
  isStandby: boolean
  sessions: readonly GatewaySession[]
  /**
   * addresses of the instances that the caller judged as lost, because they were silent for too long and were not
   * scaled in
   */
  lostInstances: readonly string[]
}

interface JudgedGateway {
  state: GatewayState
  /** one plain sentence; null if the gateway is healthy */
  reason: string | null
}

/**
 * Reports whether a session with an external peer is expected to be up, because it has been up before and is not
 * disabled.
 */
function isExpected({ role, verdict }: GatewaySession): boolean {
  return role !== 'gateway-peer' && verdict !== 'never_established' && verdict !== 'disabled'
}

/** Judges the state of a gateway from its sessions, by the rules in docs/rules/verdicts.md, "Gateway". */
export function judgeGateway(facts: GatewayVerdictFacts): JudgedGateway {
  if (facts.withoutBgp !== null) return { state: 'not_offered', reason: facts.withoutBgp }
  if (!isUsable(facts.freshness)) return { state: 'unknown', reason: 'Its BGP peer status is not known.' }
  const { provisioningState } = facts
  if (isChanging(facts)) {
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

/** Judges a gateway without an expected session. Such a gateway is not healthy, because no session shows that it works. */
function judgeWithoutPeers({ sessions, lostInstances, areSessionsPolled }: GatewayVerdictFacts): JudgedGateway {
  const [lost] = lostInstances
  if (lost) return instanceLost(lost)
  if (!areSessionsPolled) return { state: 'not_reported', reason: 'Azure does not report its sessions.' }
  const reason =
    sessions.length > 0 ? 'None of its BGP peers is expected to be up.' : 'Azure reports no BGP peer of it.'
  return { state: 'no_peers', reason }
}

function judgeLosses(facts: GatewayVerdictFacts, expected: GatewaySession[], down: GatewaySession[]): JudgedGateway {
  const reporting = expected.filter(({ verdict }) => verdict !== 'not_reported')
  const gone = [...new Set(down.map(({ neighbor }) => neighbor))].find((neighbor) =>
    reporting.filter((session) => session.neighbor === neighbor).every(({ verdict }) => verdict === 'down'),
  )
  // If a whole instance is lost, that explains the loss of a neighbor that only this instance had. The instance is
  // reported and not the neighbor.
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
 * Returns an instance whose peers are all down; undefined if there is none. The caller has already excluded that all
 * instances are affected.
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
