import type { TimestampBounds, EpochMs } from '#lib/contract/index.ts'
import type { CommissioningStep, LifecycleState } from '../../api/index.ts'

/** History of a circuit, as far as it is stored. */
export interface StoredCircuitHistory {
  /** Time at which a user recorded that the circuit's service key was requested; null = not recorded. */
  keyRequestedAt: EpochMs | null
  /**
   * Configurations of the circuit, oldest first. If the earliest time in `since` is 0, the circuit already had this
   * configuration at the first poll.
   */
  configured: readonly { since: TimestampBounds; providerState: string | null; peerings: readonly string[] }[]
  /**
   * Earliest and latest time at which each kind of fact was observed for the first time. A missing entry means that it
   * was never observed.
   */
  first: ReadonlyMap<'arp' | 'bgp' | 'routes' | 'connection' | 'traffic', TimestampBounds>
  /** Whether the ARP tables, sessions and byte counters of the circuit are polled. */
  polled: { arp: boolean; summary: boolean; stats: boolean }
}

interface Commissioned {
  step: CommissioningStep
  state: LifecycleState
  detail: string
  between: TimestampBounds | null
}

const done = (step: CommissioningStep, between: TimestampBounds, detail: string): Commissioned => ({
  step,
  state: 'done',
  detail,
  between,
})
const not = (step: CommissioningStep, state: 'open' | 'unknown', detail: string): Commissioned => ({
  step,
  state,
  detail,
  between: null,
})

/**
 * Returns the steps until a new circuit carries traffic. Each has the time at which it was done. If it was already done
 * at the first poll, the earliest time is unknown.
 */
export function listCommissioningSteps({
  keyRequestedAt,
  configured,
  first,
  polled,
}: StoredCircuitHistory): Commissioned[] {
  const provisioned = configured.find(({ providerState }) => providerState?.toLowerCase() === 'provisioned')
  const peered = configured.find(({ peerings }) => peerings.length > 0)
  const state = configured.at(-1)?.providerState ?? null
  const seen = (
    step: CommissioningStep,
    kind: 'arp' | 'bgp' | 'routes' | 'connection' | 'traffic',
    isPolled: boolean,
    [yes, no, blind]: readonly [string, string, string],
  ) => {
    const between = first.get(kind)
    if (between) return done(step, between, yes)
    return isPolled ? not(step, 'open', no) : not(step, 'unknown', blind)
  }
  return [
    keyRequestedAt === null
      ? not('service_key_requested', 'unknown', 'No request is recorded here; the key may have been read in Azure.')
      : done('service_key_requested', { earliest: keyRequestedAt, latest: keyRequestedAt }, 'A request is recorded.'),
    provisioned
      ? done('provider_provisioned', provisioned.since, 'The provider’s state is or was Provisioned.')
      : configured.length > 0
        ? not('provider_provisioned', 'open', `The provider’s state is ${state ?? 'not reported'}.`)
        : not('provider_provisioned', 'unknown', 'Its configuration was never read.'),
    peered
      ? done('peering_configured', peered.since, peered.peerings.join(', '))
      : configured.length > 0
        ? not('peering_configured', 'open', 'It has no peering that is enabled.')
        : not('peering_configured', 'unknown', 'Its configuration was never read.'),
    seen('arp_complete', 'arp', polled.arp, [
      'A MAC address of the customer’s router is in the ARP table.',
      'The ARP tables hold no MAC address of the customer’s router.',
      'Its ARP tables are not polled.',
    ]),
    seen('bgp_established', 'bgp', polled.summary, [
      'A session with the customer’s router is established.',
      'No session with the customer’s router has been established.',
      'Its sessions are not polled.',
    ]),
    seen('routes_received', 'routes', polled.summary, [
      'The customer’s router announces prefixes.',
      'The customer’s router announces nothing.',
      'Its sessions are not polled.',
    ]),
    seen('gateway_connected', 'connection', configured.length > 0, [
      'A connection to a gateway is in the inventory.',
      'No connection to a gateway is in a subscription that is read.',
      'Its connections were never read.',
    ]),
    seen('traffic_moving', 'traffic', polled.stats, [
      'Bytes moved in this hour.',
      'No byte has moved.',
      'Its counters are not polled.',
    ]),
  ]
}
