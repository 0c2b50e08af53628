import { createAzureClient, type HttpExchange } from '#lib/azure/index.ts'
import type { IdentitySettings } from '#lib/azure/types.ts'
import {
  createClock,
  type HappeningInput,
  oneCircuitScenario,
  parseSimulatorScenario,
  type SimulatorProfile,
  SIMULATOR_PROFILES,
  startSimulator,
} from '#lab/simulator/index.ts'

/** The subscription of the scenario `pair`, and a second subscription of another tenant without resources. */
export const PAIR_SCENARIO_SUBSCRIPTION_ID = '00000000-c0de-4000-8000-0000000000f1'
export const OTHER_TENANT_SUBSCRIPTION_ID = '00000000-c0de-4000-8000-0000000000f2'
export const PAIR_SCENARIO_GATEWAY_ARM_ID = `/subscriptions/${PAIR_SCENARIO_SUBSCRIPTION_ID}/resourceGroups/rg-pair/providers/Microsoft.Network/virtualNetworkGateways/gw-pair`

const clientIdOf = (name: string) =>
  `3f2504e0-4f89-41d3-9a0c-${[...name]
    .reduce((sum, char) => sum * 31 + char.charCodeAt(0), 7)
    .toString(16)
    .padStart(12, '0')
    .slice(-12)}`

/**
 * Starts a simulated Azure whose clock advances only on command, with clients that sign in with the settings of
 * AZURE_IDENTITIES_FILE.
 */
export async function startSimulatedAzureWithIdentities({
  happenings = [],
  style = 'inline',
  emptyGroups = 0,
  ...profile
}: {
  happenings?: HappeningInput[]
  style?: 'inline' | 'location'
  emptyGroups?: number
} & Partial<SimulatorProfile> = {}) {
  const origin = Date.parse('2026-11-18T12:00:00Z')
  let elapsed = 0
  const [own] = oneCircuitScenario.subscriptions
  if (!own) throw new Error('the scenario has no subscription')
  const scenario = parseSimulatorScenario({
    ...oneCircuitScenario,
    happenings: happenings.map((happening) => withPrincipal(happening)),
    protocol: { lro: { min: '1s', max: '2s', gateway: style, circuit: style } },
    subscriptions: [
      {
        ...own,
        groups: [
          ...own.groups,
          ...Array.from({ length: emptyGroups }, (_, n) => ({ name: `rg-${n}`, location: 'westeurope' })),
        ],
      },
      {
        id: OTHER_TENANT_SUBSCRIPTION_ID,
        name: 'Foreign',
        tenant: '00000000-c0de-4000-8000-0000000000fe',
        groups: [{ name: 'rg-foreign', location: 'uksouth' }],
      },
    ],
  })
  const simulator = await startSimulator({
    scenario,
    clock: createClock(origin, 1, () => elapsed),
    origin,
    profile: { ...SIMULATOR_PROFILES.quick, ...profile },
  })
  const exchanges: HttpExchange[] = []
  const clients: ReturnType<typeof createAzureClient>[] = []
  const identity = (name: string, more: Partial<IdentitySettings> = {}): IdentitySettings => ({
    name,
    tenantId: 'contoso.example',
    clientId: clientIdOf(name),
    clientSecret: `secret-of-${name}-1234`,
    federatedTokenFile: null,
    certificateFile: null,
    authorityHost: simulator.url,
    subscriptions: [PAIR_SCENARIO_SUBSCRIPTION_ID],
    ...more,
  })
  return {
    simulator,
    identity,
    exchanges,
    /** returns the identity that sent each request to ARM so far */
    askers: () => exchanges.map(({ identity: name }) => name),
    connect(identities: readonly IdentitySettings[], subscriptionIds: readonly string[] | '*' = []) {
      const azure = createAzureClient({
        resourceManagerUrl: simulator.url,
        subscriptionIds,
        identities,
        onExchange: (exchange) => exchanges.push(exchange),
      })
      clients.push(azure)
      return azure
    },
    pass(ms: number) {
      elapsed += ms
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.close()
      await simulator.close()
    },
  }
}

/** Replaces the name of an identity by its client ID, because tests use names and Azure uses client IDs. */
function withPrincipal(happening: HappeningInput): HappeningInput {
  return 'principal' in happening && happening.principal !== undefined
    ? { ...happening, principal: clientIdOf(happening.principal) }
    : happening
}
