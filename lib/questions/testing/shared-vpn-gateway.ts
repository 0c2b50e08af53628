import type { EpochMs, Observation, PollKind } from '#lib/contract/index.ts'

/**
 * A VPN gateway beside a gateway on which circuits of two customers land. A Route Server with branch-to-branch passes on to it what
 * these circuits bring, and it announces that to the device on premises.
 */

const SERVER = '10.0.6.4'
const SERVERS_OTHER_INSTANCE = '10.0.6.5'
const DEVICE = '192.0.2.77'
const INSTANCE = '10.0.5.4'
export const OF_THE_DEVICE = '10.98.0.0/16'
/** Brought by the device, and by circuits of both. */
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
  rows: Observation['rows'],
  subresource?: string,
) => Promise<void>

/** Records what the gateway learned and announced. @param shared announced by both landers */
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
    // one instance of the Route Server prefers the one's path, the other one the other's
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
