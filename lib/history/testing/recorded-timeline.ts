import { expect } from 'vitest'
import type { ArpRow, ConnectionRow, InventoryRows, PeerRow, PollKind, RouteRow } from '#lib/contract/index.ts'
import { type Feed, INTERVAL_SECONDS, peerRow, routeRow } from './feed.ts'
import { type ModelPoll, NaiveModel } from './naive-model.ts'

/** Records a timeline as polls of one kind and into a model of them; both must accept the same polls. */
export async function recordTimeline(
  feed: Feed,
  kind: PollKind,
  polls: readonly ModelPoll[],
  rowsOf: (poll: ModelPoll) => unknown,
): Promise<NaiveModel> {
  const model = new NaiveModel(INTERVAL_SECONDS * 1_000)
  for (const poll of polls) {
    const { status } = await feed.record(kind, { ...poll, silentInstances: poll.silent, rows: rowsOf(poll) })
    expect(status === 'recorded').toBe(model.accept(poll))
  }
  return model
}

/** The same polls with another value in the place of each. */
export function projected(model: NaiveModel, valueOf: (value: string) => string): NaiveModel {
  const other = new NaiveModel(INTERVAL_SECONDS * 1_000)
  for (const poll of model.polls) {
    other.accept({ ...poll, values: new Map([...poll.values].map(([key, value]) => [key, valueOf(value)])) })
  }
  return other
}

/** Keys `instance neighbor`, values `azureState:prefixes`. */
export const peerRows = ({ values }: ModelPoll): PeerRow[] =>
  [...values].map(([key, value]) => {
    const [localAddress = '', neighbor = ''] = key.split(' ')
    const [azureState = '', prefixes] = value.split(':')
    const state = azureState === 'Connected' ? 'established' : 'idle'
    return peerRow({ localAddress, neighbor, azureState, state, routesReceived: Number(prefixes) })
  })

/** The value of a route that the network itself originates. */
export const OWN = 'own'

/** Keys `instance prefix peer`, values AS paths; several of them, with `|` between, are equal routes under one key. */
export const routeRows = ({ values }: ModelPoll): RouteRow[] =>
  [...values].flatMap(([key, value]) => {
    const [instance = '', prefix = '', peer = ''] = key.split(' ')
    if (value === OWN) return [routeRow(prefix, { instance, peer, nextHop: null, asPath: [], origin: 'Network' })]
    return value
      .split('|')
      .map((path) => routeRow(prefix, { instance, peer, nextHop: peer, asPath: path.split('-').map(Number) }))
  })

/** The value that {@link routeRows} made routes of. */
export const routeValue = (members: readonly { asPath: number[] }[]): string =>
  members
    .map(({ asPath }) => asPath.join('-') || OWN)
    .toSorted()
    .join('|')

/** Keys ` interface|address`, values MAC addresses; {@link NO_MAC} stands for an incomplete entry. */
export const arpRows = ({ values }: ModelPoll): ArpRow[] =>
  [...values].map(([key, mac]) => {
    const [name = '', ipAddress = ''] = key.slice(1).split('|')
    return { ageMinutes: 3, interface: name, ipAddress, macAddress: mac === NO_MAC ? null : mac }
  })
export const NO_MAC = 'none'

let inventories = 0

/**
 * Keys `type ARM id`, values what the configuration says. Its etag changes with every poll, which is no change. Of each type there are
 * four more, which stay: two that go are no more than a third of it, and one reading proves that they went.
 */
export const inventoryRows = (types: readonly string[]) => {
  inventories += 1
  const beside = types.flatMap((type) =>
    [1, 2, 3, 4].map((n): [string, string] => [
      `${type} /subscriptions/s/resourceGroups/rg/providers/${type}/beside-${inventories}-${n}`,
      'Standard',
    ]),
  )
  return ({ startedAt, outcome, silent, values }: ModelPoll): InventoryRows => {
    const isPartly = silent.length > 0 && !silent.includes('*')
    const listedTypes = outcome === 'ok' ? [...types] : isPartly ? types.filter((type) => !silent.includes(type)) : []
    const resources = [...values, ...beside].map(([key, sku]) => {
      const [type = '', resourceId = ''] = key.split(' ')
      const [, , subscriptionId = ''] = resourceId.split('/')
      const name = resourceId.split('/').at(-1) ?? ''
      const config = { name, etag: String(startedAt), properties: { sku } }
      return { resourceId, type, name, subscriptionId, resourceGroup: 'rg', location: 'uksouth', config }
    })
    return { resources, listedTypes, failedTypes: [] }
  }
}

/** The only key of a connection, which is never absent. */
export const CONNECTION = ' connection'
export const connectionRows = ({ outcome, values }: ModelPoll): ConnectionRow[] =>
  outcome === 'timeout'
    ? []
    : [
        {
          connectionStatus: values.get(CONNECTION) ?? null,
          routingWeight: 0,
          fastPath: false,
          counters: { path: null, bytesIn: null, bytesOut: null },
          tunnels: [],
        },
      ]
