import {
  type AccessScope,
  type TimestampBounds,
  type DetectedEvent,
  type EpochMs,
  EMPTY_ACCESS_SCOPE,
  type PollObservation,
  type PollKind,
  type ResourceRow,
} from '#lib/contract/index.ts'
import { addCostDecision, saveStatementChanges, saveGbSize } from '#lib/cost/store/index.ts'
import { addDrill, type StoredDrill } from '#lib/resilience/store/index.ts'
import {
  type CalendarMaintenanceWindow,
  getOrCreateSourceId,
  computeEventId,
  saveSubscriptionDetails,
  saveSubscriptionNames,
  saveCostFindings,
  computeShortId,
  syncPollSchedule,
  upsertEvents,
  upsertIncidents,
} from '#lib/history/index.ts'
import { saveDeclarationsAsNewVersion } from '#lib/declarations/store/declarations.ts'
import { replaceCalendarWindows, saveCalendar, type StoredCalendar } from '#lib/maintenance/store/calendars.ts'
import { recordServiceKeyRequest } from '#lib/circuits/store/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { RECORDER_POLL_INTERVAL_SECONDS, recordPoll } from './record-feed.ts'
import { sharedVirtualHub, VIRTUAL_HUB_CANARIES } from './shared-virtual-hub.ts'
import { BY_DEVICE_TOO, OF_THE_DEVICE, recordVpnGateway } from './shared-vpn-gateway.ts'
import { addBmpConnection, recordRouterReports } from '#lib/routers/store/index.ts'

/**
 * Two customers with one hub network. The gateway of the hub network is in the provider's subscription. One customer's
 * circuit is in the customer's own subscription, the other's in the provider's. Names of all objects of a customer
 * contain the customer's word.
 */
export const HUB_OWNER_SUBSCRIPTION_ID = '0a000000-0000-4000-8000-00000000b000'
export const ALPHA_SUBSCRIPTION_ID = '0a000000-0000-4000-8000-00000000a1fa'
export const BRAVO_SUBSCRIPTION_ID = '0a000000-0000-4000-8000-00000000b2a0'

const idIn = (subscription: string, group: string, type: string, name: string) =>
  `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Network/${type}/${name}`

export const SHARED_GATEWAY_ARM_ID = idIn(HUB_OWNER_SUBSCRIPTION_ID, 'rg-hub', 'virtualNetworkGateways', 'ergw-common')
const NETWORK = idIn(HUB_OWNER_SUBSCRIPTION_ID, 'rg-hub', 'virtualNetworks', 'vnet-hubonly-1')
/** Address space of {@link NETWORK}, with which the networks of both customers are peered. */
export const PEERED_NETWORK_ADDRESS_SPACE = '10.97.0.0/16'
/** Virtual WAN hub that also connects both customers. */
export const COMMON_HUB = sharedVirtualHub(NETWORK.split('/').slice(0, 7).join('/'))

/** VPN gateway in the same network as {@link SHARED_GATEWAY_ARM_ID}. */
export const VPN_GATEWAY = idIn(HUB_OWNER_SUBSCRIPTION_ID, 'rg-hub', 'virtualNetworkGateways', 'vpngw-hubonly')
/** Network interface behind the gateways of the hub network. */
export const SHARED_NETWORK_INTERFACE_ARM_ID = idIn(
  HUB_OWNER_SUBSCRIPTION_ID,
  'rg-hub',
  'networkInterfaces',
  'nic-common',
)

interface Party {
  /** word in all names of the party's objects */
  word: string
  customer: string
  subscription: string
  circuit: string
  connection: string
  /** gateway of the party */
  gateway: string
  /** Virtual WAN hub of the party, whose gateway is also connected to the party's circuit */
  virtualHub: string
  hubGateway: string
  neighbors: { primary: string; secondary: string }
  links: { primary: string; secondary: string }
  prefix: string
  /**
   * prefix that is only known through routes from the other gateway instance, so that the next hop determines the owner
   */
  passedOn: string
  /** prefix that is only known through routes from a Route Server to {@link VPN_GATEWAY} */
  onlyOverServer: string
  /** ASN in the AS path of {@link PREFIX_OF_BOTH_TEST_CUSTOMERS} */
  asn: number
  site: string
  event: string
  /** virtual network of the party, connected to {@link COMMON_HUB} like its circuit and its appliance */
  network: string
  overHub: { circuit: string; network: string; appliance: string }
  appliance: string
  /** network interface in the party's network */
  interface: string
}

function party(word: string, subscription: string, circuitIn: string, index: number): Party {
  return {
    word,
    customer: `Customer ${word}`,
    subscription,
    circuit: idIn(circuitIn, `rg-${word}`, 'expressRouteCircuits', `ckt-${word}`),
    connection: idIn(HUB_OWNER_SUBSCRIPTION_ID, 'rg-hub', 'connections', `conn-${word}`),
    gateway: idIn(subscription, `rg-${word}`, 'virtualNetworkGateways', `ergw-${word}`),
    virtualHub: idIn(subscription, `rg-${word}`, 'virtualHubs', `vhub-${word}`),
    hubGateway: idIn(subscription, `rg-${word}`, 'expressRouteGateways', `ergw-vhub-${word}`),
    neighbors: { primary: `10.0.4.${index}4`, secondary: `10.0.4.${index}5` },
    links: { primary: `172.16.${index}.0/30`, secondary: `172.16.${index}.4/30` },
    prefix: `10.${index}0.0.0/16`,
    passedOn: `10.${index}1.0.0/16`,
    onlyOverServer: `10.${index}5.0.0/16`,
    asn: 64_700 + index,
    site: `Site ${word}`,
    event: `event-${word}`,
    network: idIn(subscription, `rg-${word}`, 'virtualNetworks', `vnet-${word}`),
    overHub: { circuit: `10.${index}2.0.0/16`, network: `10.${index}3.0.0/16`, appliance: `10.${index}4.0.0/16` },
    appliance: `10.${index}3.7.4`,
    interface: idIn(subscription, `rg-${word}`, 'networkInterfaces', `nic-${word}`),
  }
}

/** Prefix announced by both parties; the AS path of {@link BRAVO_TEST_CUSTOMER} is shorter. */
export const PREFIX_OF_BOTH_TEST_CUSTOMERS = '10.200.0.0/16'
/** Prefix that is only known through routes from the other gateway instance, with next hops of both parties. */
export const PASSED_ON_OF_BOTH = '10.201.0.0/16'

export const ALPHA_TEST_CUSTOMER = party('alpha7391', ALPHA_SUBSCRIPTION_ID, ALPHA_SUBSCRIPTION_ID, 5)
export const BRAVO_TEST_CUSTOMER = party('bravo5528', BRAVO_SUBSCRIPTION_ID, HUB_OWNER_SUBSCRIPTION_ID, 8)

/** Returns texts that must not be visible to a caller who may not see a party. */
export const listTextsToHideOfTestCustomer = ({
  word,
  circuit,
  connection,
  gateway,
  virtualHub,
  hubGateway,
  neighbors,
  prefix,
  passedOn,
  onlyOverServer,
  asn,
  customer,
  event,
  subscription,
  overHub,
  appliance,
}: Party): string[] => [
  `12076,${asn}`,
  ...Object.values(overHub),
  appliance,
  word,
  subscription,
  ...[circuit, connection, gateway, virtualHub, hubGateway].map(computeShortId),
  ...Object.values(neighbors),
  prefix,
  passedOn,
  onlyOverServer,
  customer,
  computeEventId(event),
  computeEventId(`incident-${word}`),
]

/** Texts about the hub owner's objects, which must not be visible to customers. */
export const HUB_OWNER_TEXTS_TO_HIDE = [
  'vnet-hubonly-1',
  'rg-hub/providers/Microsoft.Network/virtualNetworks',
  '10.0.4.13',
  'vpngw-hubonly',
  OF_THE_DEVICE,
  ...VIRTUAL_HUB_CANARIES,
]

/** Sums over all customers; their digits occur in no other number. */
const WHOLE_SUMS = { measuredBytes: 56_265_341_076_343n, billedGb: '56271.907' }
/** The same sums in all formats that a response may contain. */
export const TRAFFIC_SUM_TEXTS_TO_HIDE = ['56265341076343', '56,265,341,076,343', '56271.907', '56,271.907']

const customers = (...names: string[]): AccessScope => ({ subscriptions: [], customers: names })
const subscriptions = (...ids: string[]): AccessScope => ({ subscriptions: ids, customers: [] })

/** Scopes of different kinds, with texts that must be hidden from them and resources that do not exist for them. */
export const ACCESS_SCOPES_WITH_TEXTS_TO_HIDE: {
  name: string
  scope: AccessScope
  hidden: readonly string[]
  foreign: readonly string[]
}[] = [
  {
    name: 'one customer',
    scope: customers(ALPHA_TEST_CUSTOMER.customer),
    hidden: [
      ...listTextsToHideOfTestCustomer(BRAVO_TEST_CUSTOMER),
      ...HUB_OWNER_TEXTS_TO_HIDE,
      ...TRAFFIC_SUM_TEXTS_TO_HIDE,
    ],
    foreign: [BRAVO_TEST_CUSTOMER.circuit],
  },
  {
    name: 'the other customer',
    scope: customers(BRAVO_TEST_CUSTOMER.customer.toUpperCase()),
    hidden: [
      ...listTextsToHideOfTestCustomer(ALPHA_TEST_CUSTOMER),
      ...HUB_OWNER_TEXTS_TO_HIDE,
      ...TRAFFIC_SUM_TEXTS_TO_HIDE,
    ],
    foreign: [ALPHA_TEST_CUSTOMER.circuit],
  },
  {
    name: 'two customers',
    scope: customers(ALPHA_TEST_CUSTOMER.customer, BRAVO_TEST_CUSTOMER.customer),
    hidden: [...HUB_OWNER_TEXTS_TO_HIDE, ...TRAFFIC_SUM_TEXTS_TO_HIDE],
    foreign: [],
  },
  {
    name: 'a subscription of its own',
    scope: subscriptions(ALPHA_SUBSCRIPTION_ID),
    hidden: [
      ...listTextsToHideOfTestCustomer(BRAVO_TEST_CUSTOMER),
      ...HUB_OWNER_TEXTS_TO_HIDE,
      ...TRAFFIC_SUM_TEXTS_TO_HIDE,
    ],
    foreign: [BRAVO_TEST_CUSTOMER.circuit],
  },
  {
    name: 'the subscription of the hub',
    scope: subscriptions(HUB_OWNER_SUBSCRIPTION_ID),
    hidden: [...listTextsToHideOfTestCustomer(ALPHA_TEST_CUSTOMER), ...TRAFFIC_SUM_TEXTS_TO_HIDE],
    foreign: [ALPHA_TEST_CUSTOMER.circuit],
  },
  {
    name: 'nothing',
    scope: EMPTY_ACCESS_SCOPE,
    hidden: [
      ...listTextsToHideOfTestCustomer(ALPHA_TEST_CUSTOMER),
      ...listTextsToHideOfTestCustomer(BRAVO_TEST_CUSTOMER),
      ...HUB_OWNER_TEXTS_TO_HIDE,
      ...TRAFFIC_SUM_TEXTS_TO_HIDE,
      computeShortId(SHARED_GATEWAY_ARM_ID),
    ],
    foreign: [ALPHA_TEST_CUSTOMER.circuit, BRAVO_TEST_CUSTOMER.circuit, SHARED_GATEWAY_ARM_ID],
  },
]

/** Returns the hidden texts that a text contains. */
export function findLeakedHiddenTexts(text: string, hidden: readonly string[]): string[] {
  const lower = text.toLowerCase()
  return hidden.filter((canary) => lower.includes(canary.toLowerCase()))
}

export const INCIDENT_ID_OF_BOTH_TEST_CUSTOMERS = 'incident-of-both'
export const formatIncidentIdOfTestCustomer = ({ word }: Party) => `incident-${word}`

const LISTED = [
  'expressroutecircuits',
  'virtualnetworkgateways',
  'connections',
  'virtualnetworks',
  'virtualhubs',
  'expressroutegateways',
  'vpngateways',
  'networkinterfaces',
  'expressrouteports',
  'virtualhubs/hubroutetables',
  'virtualhubs/hubvirtualnetworkconnections',
  'virtualhubs/bgpconnections',
].map((type) => `microsoft.network/${type}`)

const listed = (resourceId: string, config: Record<string, unknown>): ResourceRow => ({
  resourceId,
  type: resourceId.split('/').slice(6, 8).join('/').toLowerCase(),
  name: resourceId.split('/')[8] ?? '',
  subscriptionId: resourceId.split('/')[2] ?? '',
  resourceGroup: resourceId.split('/')[4] ?? '',
  location: 'westeurope',
  config,
})

const circuitRow = ({ circuit, links, word }: Party, other: Party) =>
  listed(circuit, {
    sku: { name: 'Standard_MeteredData', tier: 'Standard', family: 'MeteredData' },
    properties: {
      circuitProvisioningState: 'Enabled',
      serviceProviderProvisioningState: 'Provisioned',
      serviceProviderProperties: {
        serviceProviderName: `Provider ${word}`,
        peeringLocation: 'London',
        bandwidthInMbps: 1000,
      },
      peerings: [
        {
          name: 'AzurePrivatePeering',
          properties: {
            peeringType: 'AzurePrivatePeering',
            state: 'Enabled',
            azureASN: 12076,
            peerASN: 65001,
            primaryPeerAddressPrefix: links.primary,
            secondaryPeerAddressPrefix: links.secondary,
            // Global Reach names the circuit of the other party.
            connections: [
              {
                properties: { peerExpressRouteCircuitPeering: { id: `${other.circuit}/peerings/AzurePrivatePeering` } },
              },
            ],
          },
        },
      ],
    },
  })

const gatewayRow = (resourceId: string, network: string, gatewayType: 'ExpressRoute' | 'Vpn' = 'ExpressRoute') =>
  listed(resourceId, {
    properties: {
      gatewayType,
      provisioningState: 'Succeeded',
      sku:
        gatewayType === 'Vpn'
          ? { name: 'VpnGw2AZ', tier: 'VpnGw2AZ' }
          : { name: 'ErGw1AZ', tier: 'ErGw1AZ', capacity: 2 },
      ipConfigurations: [{ properties: { subnet: { id: `${network}/subnets/GatewaySubnet` } } }],
    },
  })

const interfaceRow = (resourceId: string, network: string) =>
  listed(resourceId, {
    properties: {
      virtualMachine: { id: 'vm' },
      ipConfigurations: [{ properties: { subnet: { id: `${network}/subnets/default` } } }],
    },
  })

const connectionRow = ({ circuit, connection }: Party) =>
  listed(connection, {
    properties: {
      connectionType: 'ExpressRoute',
      routingWeight: 10,
      virtualNetworkGateway1: { id: SHARED_GATEWAY_ARM_ID },
      peer: { id: circuit },
    },
  })

const virtualHubRows = ({ virtualHub, hubGateway, circuit, subscription, word }: Party) => [
  listed(virtualHub, {
    properties: {
      provisioningState: 'Succeeded',
      routingState: 'Provisioned',
      virtualWan: { id: idIn(subscription, `rg-${word}`, 'virtualWans', `vwan-${word}`) },
      addressPrefix: '10.120.0.0/23',
      virtualRouterAsn: 65_515,
    },
  }),
  listed(hubGateway, {
    properties: {
      provisioningState: 'Succeeded',
      virtualHub: { id: virtualHub },
      expressRouteConnections: [
        {
          name: `conn-hub-${word}`,
          properties: { expressRouteCircuitPeering: { id: `${circuit}/peerings/AzurePrivatePeering` } },
        },
      ],
    },
  }),
]

/** Records the whole scenario, at `now` and one hour before. */
export async function feedSharedHub(db: Database, now: EpochMs): Promise<void> {
  const wanted: { resourceId: string; subresource: string; kind: PollKind; everySeconds: number }[] = []
  const record = async (
    kind: PollKind,
    resourceId: string,
    at: EpochMs,
    rows: PollObservation['rows'],
    subresource = '',
  ) => {
    const localAddresses = { ipv4: '172.16.0.2', ipv6: 'fd00::2' }
    wanted.push({ resourceId, subresource, kind, everySeconds: RECORDER_POLL_INTERVAL_SECONDS })
    await recordPoll(db, { kind, resourceId, subresource, at, rows }, {}, { localAddresses })
  }
  const parties = [ALPHA_TEST_CUSTOMER, BRAVO_TEST_CUSTOMER]
  const hubRows = [
    gatewayRow(SHARED_GATEWAY_ARM_ID, NETWORK),
    gatewayRow(VPN_GATEWAY, NETWORK, 'Vpn'),
    listed(NETWORK, { properties: { addressSpace: { addressPrefixes: ['10.0.0.0/16'] }, virtualNetworkPeerings: [] } }),
    ...parties.map(connectionRow),
    circuitRow(BRAVO_TEST_CUSTOMER, ALPHA_TEST_CUSTOMER),
    ...COMMON_HUB.rows(parties),
    interfaceRow(SHARED_NETWORK_INTERFACE_ARM_ID, NETWORK),
    listed(idIn(HUB_OWNER_SUBSCRIPTION_ID, 'rg-hub', 'expressRoutePorts', 'port-common'), {
      properties: { circuits: parties.map(({ circuit }) => ({ id: circuit })), links: [] },
    }),
  ]
  const ownRows = (one: Party) => [
    ...virtualHubRows(one),
    gatewayRow(one.gateway, one.network),
    interfaceRow(one.interface, one.network),
    listed(one.network, {
      properties: {
        addressSpace: { addressPrefixes: [one.prefix] },
        virtualNetworkPeerings: [
          {
            name: `to-hub-${one.word}`,
            properties: {
              peeringState: 'Connected',
              remoteVirtualNetwork: { id: NETWORK },
              remoteAddressSpace: { addressPrefixes: [PEERED_NETWORK_ADDRESS_SPACE] },
            },
          },
        ],
      },
    }),
  ]
  for (const ago of [3_600_000, 30_000]) {
    const at = now - ago
    const inventory = (subscription: string, resources: ResourceRow[]) =>
      record('inventory', `/subscriptions/${subscription}`, at, { resources, listedTypes: LISTED, failedTypes: [] })
    await inventory(HUB_OWNER_SUBSCRIPTION_ID, hubRows)
    await inventory(ALPHA_SUBSCRIPTION_ID, [
      circuitRow(ALPHA_TEST_CUSTOMER, BRAVO_TEST_CUSTOMER),
      ...ownRows(ALPHA_TEST_CUSTOMER),
    ])
    await inventory(BRAVO_SUBSCRIPTION_ID, ownRows(BRAVO_TEST_CUSTOMER))
    await recordGateway(record, at)
    await recordVpnGateway(
      record,
      {
        gateway: VPN_GATEWAY,
        landers: [ALPHA_TEST_CUSTOMER, BRAVO_TEST_CUSTOMER],
        shared: PREFIX_OF_BOTH_TEST_CUSTOMERS,
      },
      at,
    )
    for (const one of [SHARED_NETWORK_INTERFACE_ARM_ID, ALPHA_TEST_CUSTOMER.interface, BRAVO_TEST_CUSTOMER.interface])
      await recordInterface(record, one, at)
    await COMMON_HUB.record(record, [ALPHA_TEST_CUSTOMER, BRAVO_TEST_CUSTOMER], at)
    for (const one of parties) {
      await recordCircuit(record, one, at, now)
      await recordVirtualHub(record, one, at)
    }
  }
  await db.transaction((client) => syncPollSchedule(client, wanted))
  await saveSubscriptionNames(
    db.pool,
    [HUB_OWNER_SUBSCRIPTION_ID, ALPHA_SUBSCRIPTION_ID, BRAVO_SUBSCRIPTION_ID].map((subscriptionId, index) => ({
      subscriptionId,
      name: ['Hub subscription', `Sub ${ALPHA_TEST_CUSTOMER.word}`, `Sub ${BRAVO_TEST_CUSTOMER.word}`][index] ?? '',
    })),
  )
  await saveSubscriptionDetails(db.pool, new Map([[HUB_OWNER_SUBSCRIPTION_ID, { tenantId: null, tags: {} }]]))
  await reportRouters(db, now)
  await declare(db, now)
  await recordIncidentsOfTestCustomers(db, now)
  await find(db, now)
  await budget(db, now)
  await saveGbSize(db.pool, { at: now, gbBytes: 1e9, ...WHOLE_SUMS })
  for (const one of parties) {
    const circuitId = computeShortId(one.circuit)
    const words = { at: now, by: `clerk of ${one.word}`, why: `because of ${one.word}` }
    await addDrill(db.pool, drillOf(one, now))
    await addCostDecision(db.pool, { circuitId, decided: `keep ${one.word}`, ...words })
    const key = { ...words, at: new Date(now), circuitId, circuitName: `ckt-${one.word}`, armId: one.circuit }
    await recordServiceKeyRequest(db.pool, key)
  }
}

/** Records a router of each party, and a provider's router with a session of each party; their ids are 1 to 3. */
async function reportRouters(db: Database, now: EpochMs): Promise<void> {
  const at = now - 60_000
  const report = async (name: string, sessions: { of: Party; path: 'primary' | 'secondary' }[]) => {
    const router = { address: '198.51.100.1', name, software: `software of ${name}`, at }
    const key = await addBmpConnection(db.pool, router)
    for (const { of, path } of sessions) {
      const base = of.links[path].replace(/\d+\/30$/, '')
      const host = path === 'primary' ? 0 : 4
      const peer = { type: 'global' as const, distinguisher: '0'.repeat(16), neighbor: `${base}${host + 2}` }
      const communication = `shut by ${of.word}`
      await recordRouterReports(db, key, at, [
        {
          type: 'sessionUp',
          peer,
          at,
          notBefore: null,
          established: null,
          localAddress: `${base}${host + 1}`,
          localAsn: 65_001,
          neighborAsn: 12_076,
          neighborBgpId: '192.0.2.1',
          holdTimeSeconds: 180,
          tableName: `vrf ${of.word}`,
        },
        {
          type: 'route',
          peer,
          at,
          notBefore: null,
          view: 'adjInPre',
          prefix: of.prefix,
          pathId: null,
          attributes: {
            nextHop: null,
            asPath: [12_076, of.asn],
            asPathCorrected: false,
            origin: null,
            med: null,
            localPref: null,
            communities: [],
            extendedCommunities: [],
            largeCommunities: [],
            unreadable: [],
          },
        },
        {
          type: 'sessionDown',
          peer,
          at: at + 1_000,
          notBefore: null,
          neighborAsn: 12_076,
          reason: { by: 'remote', notification: { code: 6, subcode: 2, communication, hardResetOf: null } },
        },
      ])
    }
  }
  for (const one of [ALPHA_TEST_CUSTOMER, BRAVO_TEST_CUSTOMER])
    await report(`ce-${one.word}`, [{ of: one, path: 'primary' }])
  await report(
    'pe-common',
    [ALPHA_TEST_CUSTOMER, BRAVO_TEST_CUSTOMER].map((of) => ({ of, path: 'secondary' as const })),
  )
}

/** Returns a drill that failed over to the other party's circuit, so that its marks name both. */
function drillOf(one: Party, now: EpochMs): StoredDrill {
  const circuit = computeShortId(one.circuit)
  const both = [ALPHA_TEST_CUSTOMER, BRAVO_TEST_CUSTOMER].map((party) => computeShortId(party.circuit))
  const none = { subject: '', prefixes: [], outcome: null, before: null, to: null, withinSeconds: null }
  return {
    id: `drill${circuit}`.slice(0, 10),
    title: `Drill of ${one.word}`,
    note: '',
    lose: circuit,
    change: '',
    from: now - 600_000,
    to: now - 300_000,
    withinSeconds: 180,
    scopes: [circuit],
    marks: [
      { ...none, id: 'path', kind: 'path_lost', scope: circuit, subject: 'private/primary' },
      {
        ...none,
        id: 'prefixes',
        kind: 'prefixes',
        scope: computeShortId(SHARED_GATEWAY_ARM_ID),
        prefixes: [one.prefix],
        outcome: 'moves',
        before: { circuits: [circuit], hasOther: false },
        to: { circuits: both, hasOther: false },
      },
    ],
    announcedBy: `clerk of ${one.word}`,
    announcedAt: now - 900_000,
    cancelledBy: null,
    cancelledAt: null,
  }
}

/** Saves a budget for circuits of one party, a budget for the other party by name, and a budget for both. */
async function budget(db: Database, now: EpochMs): Promise<void> {
  const [alpha, bravo] = [computeShortId(ALPHA_TEST_CUSTOMER.circuit), computeShortId(BRAVO_TEST_CUSTOMER.circuit)]
  const of = (name: string, whom: object) => ({
    name: `Budget of ${name}`,
    owner: name,
    for: whom,
    amount: '100',
    currency: 'USD',
  })
  const make = [
    of(ALPHA_TEST_CUSTOMER.word, { kind: 'circuits', circuitIds: [alpha] }),
    of(BRAVO_TEST_CUSTOMER.word, { kind: 'customer', customer: BRAVO_TEST_CUSTOMER.customer }),
    of(`${ALPHA_TEST_CUSTOMER.word} and ${BRAVO_TEST_CUSTOMER.word}`, { kind: 'circuits', circuitIds: [alpha, bravo] }),
  ]
  await db.transaction((client) =>
    saveStatementChanges(client, 'budget', { make, withdraw: [], by: 'ada', why: 'plan', at: now }, 0),
  )
}

/** Saves cost findings: one for each party, one for a budget of both, and one without resources. */
async function find(db: Database, now: EpochMs): Promise<void> {
  const finding = (scope: string, resources: string[], word: string) => ({
    kind: 'forecast_over_budget' as const,
    scope,
    detail: '',
    resources,
    started: { earliest: now - 3_600_000, latest: now },
    ended: null,
    checkedAt: now,
    body: {
      subject: { kind: 'budget', id: null, resourceId: null, name: `Budget of ${word}` },
      customer: null,
      evidence: [{ field: 'forecast', before: null, after: `over, by ${word}` }],
      amounts: { cost: null, limit: null, saving: null },
      remedy: `ask ${word}`,
      links: [{ label: word, href: `/circuits/${resources[0]}` }],
    },
  })
  const [alpha, bravo] = [computeShortId(ALPHA_TEST_CUSTOMER.circuit), computeShortId(BRAVO_TEST_CUSTOMER.circuit)]
  await saveCostFindings(db.pool, [
    finding('a', [alpha], ALPHA_TEST_CUSTOMER.word),
    finding('b', [bravo], BRAVO_TEST_CUSTOMER.word),
    finding('both', [alpha, bravo], `${ALPHA_TEST_CUSTOMER.word} and ${BRAVO_TEST_CUSTOMER.word}`),
    finding('nobody', [], `all, ${ALPHA_TEST_CUSTOMER.word} and ${BRAVO_TEST_CUSTOMER.word}`),
  ])
}

/** Records the effective routes that both kinds of gateways propagated to the interface's subnet. */
async function recordInterface(record: RecordPoll, resourceId: string, at: EpochMs): Promise<void> {
  const prefixes = [ALPHA_TEST_CUSTOMER, BRAVO_TEST_CUSTOMER].flatMap(({ prefix, passedOn, overHub }) => [
    prefix,
    passedOn,
    overHub.circuit,
  ])
  const rows = [...prefixes, PREFIX_OF_BOTH_TEST_CUSTOMERS].map((prefix) => ({
    instance: null,
    prefix,
    nextHop: '10.0.4.12',
    peer: 'VirtualNetworkGateway',
    origin: 'VirtualNetworkGateway',
    asPath: [],
    weight: null,
    localPref: null,
    state: 'Active',
  }))
  await record('effective', resourceId, at, rows)
}

type RecordPoll = (
  kind: PollKind,
  resourceId: string,
  at: EpochMs,
  rows: PollObservation['rows'],
  subresource?: string,
) => Promise<void>

async function recordGateway(record: RecordPoll, at: EpochMs): Promise<void> {
  const peer = (neighbor: string, asn: number) => ({
    localAddress: '10.0.4.12',
    neighbor,
    asn,
    state: 'established' as const,
    azureState: 'Connected',
    connectedDurationMs: 3_600_000,
    routesReceived: 2,
    messagesSent: 100n,
    messagesReceived: 101n,
  })
  const route = (prefix: string, from: string, asPath: number[]) => ({
    instance: '10.0.4.12',
    prefix,
    nextHop: from,
    peer: from,
    origin: 'EBgp',
    asPath,
    weight: 32_769,
    localPref: null,
  })
  const edges = [ALPHA_TEST_CUSTOMER, BRAVO_TEST_CUSTOMER].flatMap((one) =>
    Object.values(one.neighbors).map((neighbor) => ({ one, neighbor })),
  )
  await record('peers', SHARED_GATEWAY_ARM_ID, at, [
    ...edges.map(({ neighbor }) => peer(neighbor, 12_076)),
    peer('10.0.4.13', 65_515),
  ])
  await record('learned', SHARED_GATEWAY_ARM_ID, at, [
    ...edges.map(({ one, neighbor }) => route(one.prefix, neighbor, [12_076, 65_001])),
    ...edges.map(({ one, neighbor }) =>
      route(PREFIX_OF_BOTH_TEST_CUSTOMERS, neighbor, [
        12_076,
        one.asn,
        ...(one === ALPHA_TEST_CUSTOMER ? [one.asn] : []),
      ]),
    ),
    ...edges.map(({ one, neighbor }) => route(BY_DEVICE_TOO, neighbor, [12_076, one.asn])),
    // An instance propagates the routes that the other instance learned.
    ...[ALPHA_TEST_CUSTOMER, BRAVO_TEST_CUSTOMER].map((one) => ({
      ...route(one.prefix, '10.0.4.13', [12_076, 65_001]),
      nextHop: one.neighbors.primary,
    })),
    // ECMP routes with a row for each next hop, and prefixes that only the other instance has, of both parties or of
    // one.
    ...[ALPHA_TEST_CUSTOMER, BRAVO_TEST_CUSTOMER].flatMap((one) =>
      [PREFIX_OF_BOTH_TEST_CUSTOMERS, PASSED_ON_OF_BOTH, one.passedOn].map((prefix) => ({
        ...route(prefix, '10.0.4.13', [12_076, one.asn]),
        nextHop: one.neighbors.primary,
      })),
    ),
  ])
  for (const { neighbor } of edges) {
    await record('advertised', SHARED_GATEWAY_ARM_ID, at, [route('10.0.0.0/16', neighbor, [65_515])], neighbor)
  }
}

async function recordVirtualHub(record: RecordPoll, { virtualHub, hubGateway, prefix, word }: Party, at: EpochMs) {
  const route = {
    instance: null,
    peer: null,
    origin: null,
    weight: null,
    localPref: null,
    asPath: [12_076, 65_001],
    prefix,
  }
  await record('tables', virtualHub, at, [{ ...route, nextHop: hubGateway }], 'defaultRouteTable')
  await record('learned', hubGateway, at, [{ ...route, nextHop: null }], `vhub-${word}/conn-hub-${word}`)
}

async function recordCircuit(record: RecordPoll, one: Party, at: EpochMs, now: EpochMs): Promise<void> {
  for (const path of ['primary', 'secondary'] as const) {
    const part = `AzurePrivatePeering/${path}`
    const base = one.links[path].replace(/\d+\/30$/, '')
    const customer = `${base}${path === 'primary' ? 1 : 5}`
    await record(
      'summary',
      one.circuit,
      at,
      [
        {
          neighbor: customer,
          asn: 65_001,
          state: 'established',
          azureState: '2',
          downReason: null,
          prefixesReceived: 2,
          upDown: { ms: 3_600_000, unitMs: 1_000 },
        },
      ],
      part,
    )
    await record(
      'arp',
      one.circuit,
      at,
      [{ ageMinutes: 3, interface: 'On-Prem', ipAddress: customer, macAddress: '0011.2233.4455' }],
      part,
    )
    const route = {
      instance: null,
      nextHop: customer,
      peer: null,
      origin: null,
      asPath: [65_001],
      weight: 0,
      localPref: 100,
    }
    await record('tables', one.circuit, at, [{ ...route, prefix: one.prefix }], part)
  }
  const bytes = BigInt(Math.round((at - now) / 1_000) + 7_200) * 1_000_000n
  await record('stats', one.circuit, at, [
    { path: 'primary', bytesIn: bytes, bytesOut: bytes * 2n },
    { path: 'secondary', bytesIn: bytes, bytesOut: bytes },
  ])
  await record('connection', one.connection, at, [
    {
      connectionStatus: 'Connected',
      routingWeight: 10,
      fastPath: false,
      counters: { path: null, bytesIn: bytes, bytesOut: bytes },
      tunnels: [],
    },
  ])
  await record('activity', `/subscriptions/${HUB_OWNER_SUBSCRIPTION_ID}`, at, [
    {
      eventDataId: `activity-${one.word}-${at}`,
      correlationId: `correlation-${one.word}`,
      at: at - 60_000,
      submittedAt: null,
      operation: 'Microsoft.Network/expressRouteCircuits/write',
      status: 'Succeeded',
      resourceId: one.circuit,
      caller: `${one.word}@example.com`,
      category: 'Administrative',
    },
  ])
}

async function declare(db: Database, now: EpochMs): Promise<void> {
  const parties = [ALPHA_TEST_CUSTOMER, BRAVO_TEST_CUSTOMER]
  const window = { from: new Date(now - 60_000).toISOString(), to: new Date(now + 3_600_000).toISOString() }
  const lists = {
    customers: [
      { ...NONE, name: ALPHA_TEST_CUSTOMER.customer, connect: 'to' as const, subscriptions: [ALPHA_SUBSCRIPTION_ID] },
      {
        ...NONE,
        name: BRAVO_TEST_CUSTOMER.customer,
        subscriptions: [BRAVO_SUBSCRIPTION_ID],
        circuits: [computeShortId(BRAVO_TEST_CUSTOMER.circuit)],
      },
    ],
    mappings: parties.flatMap(({ circuit, neighbors }) =>
      (['primary', 'secondary'] as const).map((path) => ({
        gateway: computeShortId(SHARED_GATEWAY_ARM_ID),
        neighbor: neighbors[path],
        circuit: computeShortId(circuit),
        path,
      })),
    ),
    sites: parties.map(({ circuit, site, prefix }) => ({
      name: site,
      prefixes: [prefix],
      home: computeShortId(circuit),
      routers: [],
    })),
    cards: parties.map(({ circuit, word }) => ({
      scope: computeShortId(circuit),
      part: '',
      displayName: `Card ${word}`,
      serviceId: '',
      contact: '',
      runbookUrl: '',
      note: '',
    })),
    maintenance: [
      {
        id: 'mw-both',
        title: `Work on ${ALPHA_TEST_CUSTOMER.word} and ${BRAVO_TEST_CUSTOMER.word}`,
        ...window,
        recurrence: null,
        scopes: parties.map(({ circuit }) => computeShortId(circuit)),
        paths: [],
        note: '',
      },
    ],
  }
  await db.transaction((client) => saveDeclarationsAsNewVersion(client, lists, { by: 'ada', expected: null }))
  await saveCalendar(db.pool, calendarOf(now))
  const times = { from: now - 1_800_000, to: now + 1_800_000, paths: [], impact: null, recurring: false }
  const titled = (key: string, word: string, scopes: string[]): CalendarMaintenanceWindow => ({
    ...times,
    key,
    title: `Change ${word}`,
    scopes,
    isShownOnly: scopes.length === 0,
  })
  await db.transaction((client) =>
    replaceCalendarWindows(
      client,
      'cal_shared',
      [
        ...parties.map(({ circuit, word }) => titled(`of ${word}`, word, [computeShortId(circuit)])),
        titled(
          'of both',
          `${ALPHA_TEST_CUSTOMER.word} ${BRAVO_TEST_CUSTOMER.word}`,
          parties.map(({ circuit }) => computeShortId(circuit)),
        ),
        titled('of none', BRAVO_TEST_CUSTOMER.word, []),
      ],
      now,
    ),
  )
}

const calendarOf = (now: EpochMs): StoredCalendar => ({
  id: 'cal_shared',
  name: `Calendar of ${BRAVO_TEST_CUSTOMER.word}`,
  address: null,
  content: null,
  about: 'named',
  scopes: [],
  paths: [],
  triedAt: null,
  readAt: null,
  failure: null,
  etag: null,
  lastModified: null,
  problems: [],
  saved: { by: 'ada', at: now },
})

const NONE = { connect: null, subscriptions: [], circuits: [], tenants: [] }

/**
 * Records an incident of each party, and one incident that contained both before they were declared as customers.
 * @param over time at which the incidents ended; null = ongoing
 * @returns the ids of the incidents
 */
export async function recordIncidentsOfTestCustomers(
  db: Database,
  now: EpochMs,
  over: TimestampBounds | null = null,
): Promise<string[]> {
  const sourceId = await getOrCreateSourceId(db.pool, { resourceId: SHARED_GATEWAY_ARM_ID, subresource: '' })
  const started = { earliest: now - 600_000, latest: now - 590_000 }
  const event = (one: Party, key: string, incident: string, fields: Partial<DetectedEvent> = {}): DetectedEvent => ({
    key,
    kind: 'circuit_down',
    severity: 'critical',
    scope: computeShortId(one.circuit),
    subject: 'AzurePrivatePeering',
    started,
    ended: over,
    duration: null,
    detectedAt: now - 580_000,
    evidence: [],
    causes: [
      {
        class: 'provider_fault',
        owner: 'provider',
        confidence: 0.7,
        evidence: [],
        nextStep: `Call for ckt-${one.word}.`,
      },
    ],
    flags: [],
    incident,
    ...fields,
  })
  const incident = (key: string, root: string, scope: string) => ({
    key,
    root,
    scope: computeShortId(scope),
    severity: 'critical' as const,
    members: [],
    started,
    ended: over,
    openedAt: now - 580_000,
    closedAt: over && over.latest,
  })
  const moved = (one: Party, other: Party) => ({
    kind: 'failover' as const,
    subject: `ckt-${one.word} > ckt-${other.word}`,
    evidence: [
      {
        field: `routes: ${PREFIX_OF_BOTH_TEST_CUSTOMERS}`,
        before: Object.values(one.neighbors).join(', '),
        after: Object.values(other.neighbors).join(', '),
        sampledBefore: null,
        sampledAfter: started,
      },
    ],
  })
  const events = [ALPHA_TEST_CUSTOMER, BRAVO_TEST_CUSTOMER].flatMap((one) => [
    event(
      one,
      `${one.event}-moved`,
      formatIncidentIdOfTestCustomer(one),
      moved(one, one === ALPHA_TEST_CUSTOMER ? BRAVO_TEST_CUSTOMER : ALPHA_TEST_CUSTOMER),
    ),
    event(one, one.event, formatIncidentIdOfTestCustomer(one)),
    event(one, `${one.event}-both`, INCIDENT_ID_OF_BOTH_TEST_CUSTOMERS, { severity: 'major' }),
    event(one, `${one.event}-session`, formatIncidentIdOfTestCustomer(one), {
      kind: 'session_down',
      scope: computeShortId(SHARED_GATEWAY_ARM_ID),
      subject: `10.0.4.12~${one.neighbors.primary}`,
    }),
    event(one, `${one.event}-peer`, formatIncidentIdOfTestCustomer(one), {
      kind: 'session_down',
      scope: computeShortId(COMMON_HUB.hub),
      subject: `~${one.appliance}`,
    }),
    ...COMMON_HUB.events(one).map((emptied) =>
      event(one, `${one.event}-emptied`, formatIncidentIdOfTestCustomer(one), {
        ...emptied,
        scope: computeShortId(COMMON_HUB.gateway),
      }),
    ),
  ])
  await upsertEvents(db.pool, sourceId, events)
  await upsertIncidents(db.pool, [
    ...[ALPHA_TEST_CUSTOMER, BRAVO_TEST_CUSTOMER].map((one) =>
      incident(formatIncidentIdOfTestCustomer(one), one.event, one.circuit),
    ),
    {
      ...incident(INCIDENT_ID_OF_BOTH_TEST_CUSTOMERS, `${BRAVO_TEST_CUSTOMER.event}-both`, BRAVO_TEST_CUSTOMER.circuit),
      explainedBy: [
        {
          kind: 'provider',
          name: `Provider ${BRAVO_TEST_CUSTOMER.word}`,
          members: { of: 'circuits' as const, hit: 2, total: 2 },
        },
      ],
    },
  ])
  return [
    INCIDENT_ID_OF_BOTH_TEST_CUSTOMERS,
    ...[ALPHA_TEST_CUSTOMER, BRAVO_TEST_CUSTOMER].map(formatIncidentIdOfTestCustomer),
  ].map(computeEventId)
}
