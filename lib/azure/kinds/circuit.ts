import { z } from 'zod'
import { canonicalAddress } from '#lib/bgp/index.ts'
import {
  type ArpRow,
  type CircuitPath,
  type CounterRow,
  circuitPaths,
  type RouteRow,
  type SummaryRow,
} from '#lib/contract/index.ts'
import { ask } from '../ask.ts'
import type { Answer } from '../call.ts'
import { bodyOf, decode, decodeRows, objectOf } from '../decode.ts'
import { malformed, PollFailure } from '../failure.ts'
import { address, countOrNull, field, integerOrNull, text, textOrNull } from '../fields.ts'
import type { JsonObject } from '../json.ts'
import { type BeginOptions, longRunningRows, type Table } from '../long-running.ts'
import { addressKey, distinct, sortedBy } from '../order.ts'
import { parsePrefixState } from '../prefix-state.ts'
import { type Read, unsupported } from '../read.ts'
import { parseUpDown } from '../up-down.ts'
import { pathRouteRow, routeTable } from './routes.ts'

/** What the router printed; an ARP entry is shown as it stands even where its address can't be read. */
const printedAddress = text.transform((printed) => canonicalAddress(printed) ?? printed)

/** A row of arpTables. Source: Azure Network REST, ExpressRouteCircuitArpTable. */
export const arpRow = z
  .object({ age: integerOrNull, interface: text, ipAddress: printedAddress, macAddress: textOrNull })
  .transform(
    ({ age, macAddress, ...row }): ArpRow => ({
      ...row,
      ageMinutes: age,
      macAddress: macAddress === null || /^incomplete$/i.test(macAddress.trim()) ? null : macAddress.trim(),
    }),
  )

const printedState = field('text or number', (value) => {
  if (value === null || value === undefined) return ''
  return typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : undefined
})

/** A row of routeTablesSummary. Source: Azure Network REST, ExpressRouteCircuitRoutesTableSummary. */
export const summaryRow = z
  .object({ neighbor: address, as: integerOrNull, upDown: textOrNull, statePfxRcd: printedState })
  .transform(
    ({ as, upDown, statePfxRcd, neighbor }): SummaryRow => ({
      neighbor,
      asn: as,
      azureState: statePfxRcd,
      upDown: parseUpDown(upDown),
      ...parsePrefixState(statePfxRcd),
    }),
  )

/** Stats of a circuit or of one peering; ARM spells the members like this. */
const stats = z.object({
  primarybytesIn: countOrNull,
  primarybytesOut: countOrNull,
  secondarybytesIn: countOrNull,
  secondarybytesOut: countOrNull,
})

export async function readArp(read: Read): Promise<ArpRow[]> {
  const { arm, id } = read
  const { peering, path } = pathOf(read, 'arp')
  return arpIn(
    await table(read, (options) =>
      arm.network.expressRouteCircuits.listArpTable(id.resourceGroup, id.name, peering, path, options),
    ),
  )
}

export function arpIn({ rows, at }: Table): ArpRow[] {
  const single = distinct(
    decodeRows(arpRow, rows, at),
    (row) => `${row.interface}~${row.ipAddress}`,
    (a, b) => Number(b.macAddress !== null) - Number(a.macAddress !== null),
  )
  return sortedBy(single, (row) => `${addressKey(row.ipAddress)}~${row.interface}`)
}

export async function readTables(read: Read): Promise<RouteRow[]> {
  const { arm, id } = read
  const { peering, path } = pathOf(read, 'tables')
  return pathRoutesIn(
    await table(read, (options) =>
      arm.network.expressRouteCircuits.listRoutesTable(id.resourceGroup, id.name, peering, path, options),
    ),
  )
}

export const pathRoutesIn = ({ rows, at }: Table): RouteRow[] => routeTable(decodeRows(pathRouteRow, rows, at))

export async function readSummary(read: Read): Promise<SummaryRow[]> {
  const { arm, id } = read
  const { peering, path } = pathOf(read, 'summary')
  return summaryIn(
    await table(read, (options) =>
      arm.network.expressRouteCircuits.listRoutesTableSummary(id.resourceGroup, id.name, peering, path, options),
    ),
  )
}

export function summaryIn({ rows, at }: Table): SummaryRow[] {
  const single = distinct(
    decodeRows(summaryRow, rows, at),
    (row) => row.neighbor,
    (a, b) => Number(b.state === 'established') - Number(a.state === 'established'),
  )
  return sortedBy(single, (row) => addressKey(row.neighbor))
}

/**
 * Cumulative bytes of both paths. The part names a peering, or is empty for the whole circuit. Where ARM has no stats
 * of the circuit (404, and only then: a series must not alternate between two counters) those of its private peering
 * stand in.
 */
export async function readStats({ call, arm, id, part }: Read): Promise<CounterRow[]> {
  const { expressRouteCircuits } = arm.network
  const ofPeering = (peering: string) => expressRouteCircuits.getPeeringStats(id.resourceGroup, id.name, peering)
  if (part !== '') return countersIn(await ask(call, () => ofPeering(part)))
  try {
    return countersIn(await ask(call, () => expressRouteCircuits.getStats(id.resourceGroup, id.name)))
  } catch (error) {
    if (!(error instanceof PollFailure) || error.outcome !== 'not_found') throw error
    return countersIn(await ask(call, () => ofPeering('AzurePrivatePeering')))
  }
}

export const countersIn = (answer: Answer): CounterRow[] => counters(objectOf(bodyOf(answer)))

/** Any counter may be missing, but an answer with none of the four says nothing. */
export function counters(body: JsonObject): CounterRow[] {
  const told = decode(stats, body)
  if (Object.values(told).every((value) => value === null)) {
    throw malformed('the body: expected primarybytesIn and its like, got none of them', 'MALFORMED_FIELD')
  }
  return [
    { path: 'primary', bytesIn: told.primarybytesIn, bytesOut: told.primarybytesOut },
    { path: 'secondary', bytesIn: told.secondarybytesIn, bytesOut: told.secondarybytesOut },
  ]
}

type Begin = (options: BeginOptions) => ReturnType<Parameters<typeof longRunningRows>[2]>

const table = ({ call, arm }: Read, begin: Begin) => longRunningRows(call, arm, begin)

/** `AzurePrivatePeering/primary` */
function pathOf({ part }: Read, kind: string): { peering: string; path: CircuitPath } {
  const [peering, device, ...rest] = part.split('/')
  const path = circuitPaths.find((known) => known === device?.toLowerCase())
  if (!peering || !path || rest.length > 0) {
    throw unsupported(
      `${kind} is polled for one path of a peering such as AzurePrivatePeering/primary, not for "${part}"`,
    )
  }
  return { peering, path }
}
