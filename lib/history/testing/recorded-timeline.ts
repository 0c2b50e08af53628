import { expect } from 'vitest'
import type { ArpRow, ConnectionRow, InventoryRows, PeerRow, PollKind, RouteRow } from '#lib/contract/index.ts'
import { type TestPollSource, TEST_SOURCE_POLL_INTERVAL_SECONDS, peerRow, routeRow } from './feed.ts'
import { type ModelPoll, ReferenceHistoryModel } from './naive-model.ts'

/** Records a timeline as polls of one kind in the database and in a model; both must accept the same polls. */
export async function recordModelTimeline(
  feed: TestPollSource,
  kind: PollKind,
  polls: readonly ModelPoll[],
  rowsOf: (poll: ModelPoll) => unknown,
): Promise<ReferenceHistoryModel> {
  const model = new ReferenceHistoryModel(TEST_SOURCE_POLL_INTERVAL_SECONDS * 1_000)
  for (const poll of polls) {
    const { status } = await feed.record(kind, { ...poll, silentInstances: poll.silent, rows: rowsOf(poll) })
    expect(status === 'recorded').toBe(model.accept(poll))
  }
  return model
}

/** Returns the same polls with converted values. */
export function convertModelPollValues(
  model: ReferenceHistoryModel,
  valueOf: (value: string) => string,
): ReferenceHistoryModel {
  const other = new ReferenceHistoryModel(TEST_SOURCE_POLL_INTERVAL_SECONDS * 1_000)
  for (const poll of model.polls) {
    other.accept({ ...poll, values: new Map([...poll.values].map(([key, value]) => [key, valueOf(value)])) })
  }
  return other
}

/** Returns rows from keys `instance neighbor` and values `azureState:prefixes`. */
export const peerRows = ({ values }: ModelPoll): PeerRow[] =>
  [...values].map(([key, value]) => {
    const [localAddress = '', neighbor = ''] = key.split(' ')
    const [azureState = '', prefixes] = value.split(':')
    const state = azureState === 'Connected' ? 'established' : 'idle'
    return peerRow({ localAddress, neighbor, azureState, state, routesReceived: Number(prefixes) })
  })

/** Value of a route that the network itself originates. */
export const OWN_ROUTE_VALUE = 'own'

/**
 * Returns rows from keys `instance prefix peer` and values that are AS paths. Several paths separated by `|` are equal
 * routes of one key.
 */
export const routeRows = ({ values }: ModelPoll): RouteRow[] =>
  [...values].flatMap(([key, value]) => {
    const [instance = '', prefix = '', peer = ''] = key.split(' ')
    if (value === OWN_ROUTE_VALUE)
      return [routeRow(prefix, { instance, peer, nextHop: null, asPath: [], origin: 'Network' })]
    return value
      .split('|')
      .map((path) => routeRow(prefix, { instance, peer, nextHop: peer, asPath: path.split('-').map(Number) }))
  })

/** Returns the value from which {@link routeRows} created routes. */
export const routeValue = (members: readonly { asPath: number[] }[]): string =>
  members
    .map(({ asPath }) => asPath.join('-') || OWN_ROUTE_VALUE)
    .toSorted()
    .join('|')

/**
 * Returns rows from keys ` interface|address` and values that are MAC addresses; {@link NO_MAC} means an incomplete
 * entry.
 */
export const arpRows = ({ values }: ModelPoll): ArpRow[] =>
  [...values].map(([key, mac]) => {
    const [name = '', ipAddress = ''] = key.slice(1).split('|')
    return { ageMinutes: 3, interface: name, ipAddress, macAddress: mac === NO_MAC ? null : mac }
  })
export const NO_MAC = 'none'

let inventories = 0

/**
 * Returns rows from keys `type ARM ID` and values for the configuration. The etag differs in each poll, which is not a
 * change. Each type has four more resources that stay, so that two removed resources are at most a third and one poll
 * proves their removal.
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
export const CONNECTION_TIMELINE_KEY = ' connection'
export const connectionRows = ({ outcome, values }: ModelPoll): ConnectionRow[] =>
  outcome === 'timeout'
    ? []
    : [
        {
          connectionStatus: values.get(CONNECTION_TIMELINE_KEY) ?? null,
          routingWeight: 0,
          fastPath: false,
          counters: { path: null, bytesIn: null, bytesOut: null },
          tunnels: [],
        },
      ]
