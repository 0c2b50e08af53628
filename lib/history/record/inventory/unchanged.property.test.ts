import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UnreadRowCounter } from '#lib/azure/decode/unread-row-counter.ts'
import { decodeResources } from '#lib/azure/kinds/inventory/resources.ts'
import { armTypes } from '#lib/contract/index.ts'
import { createProvenAbsence } from '../poll-reading.ts'
import type { StoredInventoryResource } from './known-resource.ts'
import { compareInventory } from './compare-inventory.ts'

type Json = null | boolean | number | string | Json[] | { [name: string]: Json }
type Members = Record<string, Json>

const NETWORK =
  '/subscriptions/5eed0000-0000-4000-8000-0000000000aa/resourceGroups/rg-quiet/providers/Microsoft.Network'
const id = (path: string) => `${NETWORK}/${path}`
const body = (path: string, properties: Members): Members => ({
  id: id(path),
  name: path.split('/').at(-1) ?? '',
  etag: 'W/"00000000-0000-4000-8000-000000000001"',
  location: 'westeurope',
  tags: { owner: 'Team Edge', createdAt: '2024-03-01', operationId: 'ours-7' },
  properties: { provisioningState: 'Succeeded', resourceGuid: '5eed0000-0000-4000-8000-0000000000bb', ...properties },
})

/** Bodies in ARM's format, with members that this code does not know. */
const BODIES: readonly [type: string, body: Members][] = [
  [
    armTypes.circuit,
    body('expressRouteCircuits/erc-quiet', {
      circuitProvisioningState: 'Enabled',
      serviceProviderProvisioningState: 'Provisioned',
      serviceProviderNotes: 'Ring the desk before 17:00',
      serviceProviderProperties: { serviceProviderName: 'Ferry', peeringLocation: 'Utrecht', bandwidthInMbps: 500 },
      authorizations: [{ name: 'a', properties: { authorizationUseStatus: 'InUse' } }],
      peerings: [
        {
          name: 'AzurePrivatePeering',
          id: id('expressRouteCircuits/erc-quiet/peerings/AzurePrivatePeering'),
          etag: 'W/"2"',
          properties: {
            peeringType: 'AzurePrivatePeering',
            state: 'Enabled',
            peerASN: 64_990,
            vlanId: 310,
            primaryPeerAddressPrefix: '10.255.3.0/30',
            secondaryPeerAddressPrefix: '10.255.3.4/30',
            lastModifiedBy: 'Customer',
          },
        },
        { name: 'MicrosoftPeering', properties: { peeringType: 'MicrosoftPeering', state: 'Disabled', vlanId: 311 } },
      ],
    }),
  ],
  [
    armTypes.virtualNetworkGateway,
    body('virtualNetworkGateways/gw-quiet', {
      gatewayType: 'ExpressRoute',
      vpnType: 'PolicyBased',
      enableBgp: false,
      activeActive: false,
      sku: { name: 'ErGw1AZ', tier: 'ErGw1AZ', capacity: 2 },
      zones: ['1', '2', '3'],
      bgpSettings: { asn: 65_515, bgpPeeringAddress: '10.9.0.12,10.9.0.13', peerWeight: 0 },
      ipConfigurations: [
        {
          name: 'default',
          properties: {
            privateIPAllocationMethod: 'Dynamic',
            subnet: { id: id('virtualNetworks/v/subnets/GatewaySubnet') },
          },
        },
      ],
    }),
  ],
  [
    armTypes.connection,
    body('connections/cxn-quiet', {
      connectionType: 'IPsec',
      routingWeight: 0,
      enableBgp: true,
      sharedKey: 'never-kept',
      virtualNetworkGateway1: { id: id('virtualNetworkGateways/gw-quiet') },
      localNetworkGateway2: { id: id('localNetworkGateways/depot') },
      connectionStatus: 'Connected',
      ipsecPolicies: [{ ikeEncryption: 'AES256', dhGroup: 'DHGroup14', saLifeTimeSeconds: 27_000 }],
    }),
  ],
  [
    armTypes.virtualNetwork,
    body('virtualNetworks/v', {
      addressSpace: { addressPrefixes: ['10.9.0.0/16', 'fd00:9::/48'] },
      dhcpOptions: { dnsServers: ['10.9.0.4', '10.9.0.5'] },
      subnets: [{ name: 'GatewaySubnet', properties: { addressPrefix: '10.9.0.0/27' } }],
      virtualNetworkPeerings: [
        {
          name: 'to-spoke',
          properties: { peeringState: 'Connected', remoteVirtualNetwork: { id: id('virtualNetworks/spoke') } },
        },
      ],
    }),
  ],
]

const OPERATIONS = ['resiliencyInformation', 'RouteSets', 'startSiteFailoverTest', 'lastAsked', ''].map(
  (word) => `${word}OperationId`,
)
const TIMES = ['lastModifiedTime', 'lastModifiedDateTime', 'LastUpdatedUtc', 'createdAt', 'provisioningTimestamp']
const TEXT_CASES = [(text: string) => text.toLowerCase(), (text: string) => text.toUpperCase(), (text: string) => text]

/** Draws a number below a bound. */
type Draw = (bound: number) => number

function shuffled<Item>(items: readonly Item[], draw: Draw): Item[] {
  const left = [...items]
  return items.map(() => left.splice(draw(left.length), 1)[0] as Item)
}

const otherCase = (text: string, draw: Draw) => (TEXT_CASES[draw(TEXT_CASES.length)] as (text: string) => string)(text)

/** Returns the same resource as another response may print it. */
function readAgain(value: Json, draw: Draw, path: readonly string[] = []): Json {
  const inTags = path.some((name) => name.toLowerCase() === 'tags')
  if (typeof value === 'string') return inTags || /\s/.test(value) ? value : otherCase(value, draw)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) {
    const isOrdered = path.at(-1)?.toLowerCase() === 'dnsservers'
    const isSet = value.every(
      (one) => typeof one === 'string' || (one !== null && Object.hasOwn(one as object, 'name')),
    )
    return (isOrdered || !isSet ? value : shuffled(value, draw)).map((one) => readAgain(one, draw, path))
  }
  const own = Object.entries(value).map(([name, member]): [string, Json] => {
    if (/etag$/i.test(name) && !inTags) return [name, `W/"${draw(1_000_000)}"`]
    return [inTags || draw(4) > 0 ? name : otherCase(name, draw), readAgain(member, draw, [...path, name])]
  })
  const marks = inTags
    ? []
    : [
        ...OPERATIONS.filter(() => draw(3) === 0).map((name): [string, Json] => [name, `op-${draw(1_000_000)}`]),
        ...TIMES.filter(() => draw(3) === 0).map((name): [string, Json] => [
          name,
          new Date(draw(1_000_000_000) * 1_000).toISOString(),
        ]),
      ]
  return Object.fromEntries(shuffled([...own, ...marks], draw))
}

const read = (type: string, one: Json) => {
  const [row] = decodeResources(type, [one], new UnreadRowCounter())
  if (!row) throw new Error('the body can not be read')
  return row
}

const reading = createProvenAbsence(
  1,
  { startedAt: 2_000, finishedAt: 3_000, outcome: 'ok', silentInstances: [] },
  { readAt: 1_000, silentReadAt: {} },
)

/** Returns the known resource after a first poll. */
function knownBy(type: string, first: Json): StoredInventoryResource {
  const row = read(type, first)
  return {
    ...row,
    identities: [...(row.identities ?? [])],
    config: row.config as Record<string, unknown>,
    id: 1,
    listedBy: 1,
    open: { lastAbsent: null, firstPresent: 1_000 },
    closedUntil: null,
    removedAfter: null,
    missing: null,
    scope: 'abcdefghij',
    joins: null,
    parts: false,
    isAside: false,
  } as StoredInventoryResource
}

/** Returns the changes of a further poll. */
function changesOf(known: StoredInventoryResource, type: string, again: Json) {
  const resources = new Map([[known.resourceId.toLowerCase(), known]])
  const rows = { resources: [read(type, again)], listedTypes: [type], failedTypes: [] }
  return compareInventory({ resources, moves: [], parted: [] }, reading, rows).changes
}

/** Creates a generator from a seed (Numerical Recipes), because it is faster than fast-check's generator. */
function drawBy(seed: number): Draw {
  let state = seed >>> 0
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * bound)
  }
}

const REPLAYS = 10

describe('an inventory of what nobody changed', () => {
  it('makes no change, however ARM prints it and whatever a question wrote into it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...BODIES), fc.nat(), ([type, one], seed) => {
        const draw = drawBy(seed)
        const known = knownBy(type, readAgain(one, draw))
        for (let n = 0; n < REPLAYS; n++) expect(changesOf(known, type, readAgain(one, draw))).toEqual([])
      }),
      // 1,000 runs × 10 replays
      { numRuns: 1_000 },
    )
  })

  it('makes no change of the first private endpoint of a subnet, which is a resource of its own', () => {
    const network = (more: Members) => body('virtualNetworks/v', { subnets: [{ name: 's', properties: more }] })
    const known = knownBy(armTypes.virtualNetwork, network({}))
    const endpoint = { privateEndpoints: [{ id: id('privateEndpoints/e') }] }
    expect(changesOf(known, armTypes.virtualNetwork, network(endpoint))).toEqual([])
  })

  it('names each member that somebody changed, and none beside it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...BODIES), fc.nat(), ([type, one], seed) => {
        const draw = drawBy(seed)
        const paths = leavesOf(one).filter(([first]) => first === 'tags' || first === 'properties')
        const path = paths[draw(paths.length)] as string[]
        const known = knownBy(type, readAgain(one, draw))
        const changes = changesOf(known, type, readAgain(changedAt(one, path), draw))
        const fields = changes.flatMap((change) => (change.type === 'config' ? change.fields : []))
        expect(fields.length, path.join('/')).toBeGreaterThan(0)
        for (const field of fields) expect(field.path.toLowerCase()).toContain(String(path[0]).toLowerCase())
      }),
      { numRuns: 500 },
    )
  })

  it('makes no change of five reads, each after a question about resiliency', () => {
    const [type, gateway] = BODIES[1] as (typeof BODIES)[number]
    const asked = [1, 2, 3, 4, 5].map((n) => ({
      ...gateway,
      etag: `W/"${n}"`,
      properties: { ...(gateway.properties as Members), resiliencyInformationOperationId: `op-${n}` },
    }))
    expect(asked.flatMap((one) => changesOf(knownBy(type, gateway), type, one))).toEqual([])
  })
})

const NOT_COMPARED = /^(authorizations|etag|connectionStatus|sharedKey|createdAt|operationId)$/

/** Returns the paths of members that contain a text, number or flag and belong to the configuration; all tags do. */
function leavesOf(value: Json, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path]
  return Object.entries(value)
    .filter(([name]) => path[0] === 'tags' || !NOT_COMPARED.test(name))
    .flatMap(([name, member]) => leavesOf(member as Json, [...path, name]))
}

function changedAt(value: Json, [step, ...rest]: readonly string[]): Json {
  if (step === undefined)
    return typeof value === 'number' ? value + 1 : typeof value === 'boolean' ? !value : `${String(value)}-other`
  if (Array.isArray(value)) return value.map((one, i) => (String(i) === step ? changedAt(one, rest) : one))
  return Object.fromEntries(
    Object.entries(value as Members).map(([name, member]) => [name, name === step ? changedAt(member, rest) : member]),
  )
}
