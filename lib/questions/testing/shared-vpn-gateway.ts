import type { EpochMs, PollObservation, PollKind } from '#lib/contract/index.ts'

/**
 * VPN gateway in the same network as a gateway that connects circuits of two customers. A Route Server with
 * branch-to-branch propagates the circuits' routes to it, and it announces them to the on-premises device.
 */

const SERVER = '10.0.6.4'
const SERVERS_OTHER_INSTANCE = '10.0.6.5'
const DEVICE = '192.0.2.77'
const INSTANCE = '10.0.5.4'
export const OF_THE_DEVICE = '10.98.0.0/16'
/** Prefix announced by the device and by circuits of both customers. */
export const BY_DEVICE_TOO = '10.204.0.0/16'

interface Lander {
  prefix: string
  passedOn: string
  onlyOverServer: string
  asn: number
}

type RecordPoll = (
  kind: PollKind,
  resourceId: string,
  at: EpochMs,
  rows: PollObservation['rows'],
  subresource?: string,
) => Promise<void>

/**
 * Records the routes that the gateway learned and announced.
 * @param shared prefix announced by both landers
 */
export async function recordVpnGateway(
  record: RecordPoll,
  { gateway, landers, shared }: { gateway: string; landers: readonly [Lander, Lander]; shared: string },
  at: EpochMs,
): Promise<void> {
  const session = (neighbor: string, asn: number) => ({
    localAddress: INSTANCE,
    neighbor,
    asn,
    state: 'established' as const,
    azureState: 'Connected',
    connectedDurationMs: 3_600_000,
    routesReceived: 2,
    messagesSent: 100n,
    messagesReceived: 101n,
  })
  const route = (prefix: string, peer: string, asPath: number[], origin = 'IBgp') => ({
    instance: INSTANCE,
    prefix,
    nextHop: peer,
    peer,
    origin,
    asPath,
    weight: 32_768,
    localPref: null,
  })
  const [first, second] = landers
  const brought = [
    ...landers.flatMap(({ prefix, asn }) => [
      [prefix, [12_076, 65_001]] as const,
      [BY_DEVICE_TOO, [12_076, asn]] as const,
    ]),
    ...landers.flatMap(({ passedOn, onlyOverServer, asn }) =>
      [passedOn, onlyOverServer].map((prefix) => [prefix, [12_076, asn]] as const),
    ),
  ]
  const learned = [
    ...brought.map(([prefix, path]) =>
      route(prefix, path[1] === first.asn ? SERVERS_OTHER_INSTANCE : SERVER, [...path]),
    ),
    // One instance of the Route Server prefers the first customer's path, the other instance the second customer's.
    route(shared, SERVER, [12_076, second.asn]),
    route(shared, SERVERS_OTHER_INSTANCE, [12_076, first.asn, first.asn]),
    route(OF_THE_DEVICE, DEVICE, [65_030], 'EBgp'),
    route(BY_DEVICE_TOO, DEVICE, [65_030], 'EBgp'),
  ]
  await record('peers', gateway, at, [
    session(SERVER, 65_515),
    session(SERVERS_OTHER_INSTANCE, 65_515),
    session(DEVICE, 65_030),
  ])
  await record('learned', gateway, at, learned)
  const announced = learned
    .filter(({ peer }) => peer !== DEVICE)
    .filter(({ prefix }, index, all) => all.findIndex((one) => one.prefix === prefix) === index)
  await record(
    'advertised',
    gateway,
    at,
    announced.map(({ prefix, asPath }) => route(prefix, INSTANCE, [65_515, ...asPath])),
    DEVICE,
  )
}
