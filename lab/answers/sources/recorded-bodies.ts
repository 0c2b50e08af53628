/**
 * Response bodies recorded from Azure, rewritten for each moment of a generated course: the states of sessions, the
 * routes and the counters. Some bodies have irregularities that Azure was seen to return: duplicate and shuffled rows,
 * members that are absent or null, `{}`, refusals.
 */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { convertCliFormToArmForm } from '#lib/azure/identity/cli-form.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'

type Members = Record<string, unknown>
export interface RecordedHttpResponse {
  status: number
  /** the response text that is sent */
  text: string
}

const FOLDER = path.resolve(import.meta.dirname, '../../../lib/azure/testdata')
const read = (file: string) => JSON.parse(readFileSync(path.join(FOLDER, file), 'utf8')) as unknown
const observed = (name: string) => read(`observed/${name}.json`)
const refusals = [
  [429, 'retryable-due-to-another-operation'],
  [429, 'referenced-resource-not-provisioned'],
  [409, 'another-operation-in-progress'],
  [429, 'network-overload'],
] as const

export const RECORDED_SUBSCRIPTION_ID = '11111111-2222-3333-4444-555555555555'
const network = `/subscriptions/${RECORDED_SUBSCRIPTION_ID}/resourceGroups/useastercust1rg/providers/Microsoft.Network`
export const RECORDED_GATEWAY_NAME = 'erspvnetcust1gw1'
export const RECORDED_CIRCUIT_NAME = 'useasterc1cust1'
export const gatewayId = `${network}/virtualNetworkGateways/${RECORDED_GATEWAY_NAME}`
export const circuitId = `${network}/expressRouteCircuits/${RECORDED_CIRCUIT_NAME}`
const connectionId = `${network}/connections/${RECORDED_CIRCUIT_NAME}-cxn`
const peeringId = `${circuitId}/peerings/AzurePrivatePeering`

/** Returns a recorded resource in ARM's form. Masked values are replaced by plausible ones. */
function resource(name: string, over: Members = {}): Members & { id: string } {
  const text = JSON.stringify(convertCliFormToArmForm(observed(name)))
    .replaceAll('<subscription_id>', RECORDED_SUBSCRIPTION_ID)
    .replaceAll('<PoP_name>', 'Amsterdam')
    .replaceAll('<service_provider>', 'Equinix')
    .replaceAll('"useast"', '"eastus"')
  const body = JSON.parse(text) as Members & { id: string; properties: Members }
  return { ...body, properties: { ...body.properties, ...over } }
}

export const RECORDED_INSTANCE_ADDRESSES = ['10.0.4.12', '10.0.4.13'] as const
export const RECORDED_CUSTOMER_ROUTER_ADDRESSES = { primary: '192.0.2.97', secondary: '192.0.2.101' } as const
const NEIGHBORS = ['10.0.4.4', '10.0.4.5'] as const
/**
 * Row of a circuit's route table summary for the session with the customer's router on a path. The fields have ARM's
 * names.
 */
const SUMMARY = { v: 4, as: 65_001, statePfxRcd: '3' }
const PREFIXES = ['192.0.2.1/32', '198.51.100.0/25', '10.0.0.0/20', '203.0.113.0/24'] as const
export const LOOKED_UP_ADDRESSES = ['192.0.2.1', '198.51.100.9', '10.0.3.7', '203.0.113.8', '10.0.4.20']

interface Down {
  session: string
  from: EpochMs
  until: EpochMs
}

/** The true course of events. Peerwatch can see it only through the response bodies. */
export class TrueEventTimeline {
  readonly #random: () => number
  readonly #downs: Down[] = []
  readonly #withdrawn: { prefix: string; from: EpochMs; until: EpochMs }[] = []
  readonly #grown: EpochMs
  readonly #zero: EpochMs

  constructor(random: () => number, from: EpochMs, until: EpochMs) {
    this.#random = random
    this.#zero = from - 3 * MS_PER_DAY
    this.#grown = from + (until - from) / 3
    const sessions = [
      ...RECORDED_INSTANCE_ADDRESSES.flatMap((local) => NEIGHBORS.map((neighbor) => `${local} ${neighbor}`)),
      ...Object.values(RECORDED_CUSTOMER_ROUTER_ADDRESSES),
    ]
    for (let at = from + 10 * MS_PER_MINUTE; at < until; at += MS_PER_MINUTE + this.#below(8 * MS_PER_MINUTE)) {
      const session = this.#pick(sessions)
      // one in five outages may end before the next poll; such an outage is visible only because the session's age is
      // lower afterwards
      const lasts =
        this.#below(5) === 0 ? this.#below(50 * MS_PER_SECOND) : MS_PER_MINUTE + this.#below(15 * MS_PER_MINUTE)
      const isFree = this.#downs.every((one) => one.session !== session || one.until + 3 * MS_PER_MINUTE < at)
      if (isFree) this.#downs.push({ session, from: at, until: at + lasts })
      if (this.#below(6) > 0) continue
      this.#withdrawn.push({
        prefix: this.#pick(PREFIXES),
        from: at,
        until: at + 12 * MS_PER_MINUTE + this.#below(20 * MS_PER_MINUTE),
      })
    }
  }

  #below = (n: number) => Math.floor(this.#random() * n)
  #pick = <T>(list: readonly T[]): T => list[this.#below(list.length)] as T
  #isOdd = (oneIn: number) => this.#below(oneIn) === 0

  /** Returns the true outages of a session. */
  downsOf = (session: string) => this.#downs.filter((one) => one.session === session)

  /** Returns the state of a session and the time of its last change. */
  #state(session: string, at: EpochMs): { up: boolean; since: EpochMs } {
    const begun = this.#downs.filter((one) => one.session === session && one.from <= at)
    const last = begun.toSorted((a, b) => a.from - b.from).at(-1)
    if (!last) return { up: true, since: this.#zero }
    return at < last.until ? { up: false, since: last.from } : { up: true, since: last.until }
  }

  #announced = (at: EpochMs) =>
    PREFIXES.filter((prefix) =>
      this.#withdrawn.every((one) => one.prefix !== prefix || at < one.from || one.until <= at),
    )

  /** Returns the resources that Azure lists at a moment. */
  resources(at: EpochMs): (Members & { id: string })[] {
    const circuit = resource('circuit')
    const properties = circuit.properties as Members & { serviceProviderProperties: Members }
    const bandwidthInMbps = at < this.#grown ? 1_000 : 2_000
    return [
      resource('gateway'),
      {
        ...circuit,
        properties: {
          ...properties,
          serviceProviderProperties: { ...properties.serviceProviderProperties, bandwidthInMbps },
        },
      },
      resource('connection'),
    ]
  }

  /**
   * Returns the response to an ARM request at a moment; null if the path is not in the course, for example a list of
   * resources.
   */
  answer(place: string, at: EpochMs): RecordedHttpResponse | null {
    const body = this.#bodyOf(place, at)
    if (body === null) return null
    if (this.#isOdd(240))
      return { status: 200, text: this.#pick(['{}', '{"value":null}', '', '<html>', '{"value":[{"loc']) }
    if (this.#isOdd(160)) {
      const [status, name] = this.#pick(refusals)
      return { status, text: JSON.stringify(read(`refusals/${name}.json`)) }
    }
    // counters are JSON numbers with all their digits, beyond the precision of a double
    return { status: 200, text: JSON.stringify(body).replaceAll(/"(\d+)n"/g, '$1') }
  }

  #bodyOf(place: string, at: EpochMs): unknown {
    const [, table = '', path = ''] =
      /^.*\/peerings\/AzurePrivatePeering\/(\w+)\/(primary|secondary)$/.exec(place) ?? []
    if (place === `${gatewayId}/getBgpPeerStatus`) return { value: this.#peers(at) }
    if (place === `${gatewayId}/getLearnedRoutes`) return { value: this.#rows(this.#learned(at)) }
    if (place === `${gatewayId}/getAdvertisedRoutes`) return { value: this.#advertised() }
    if (place === `${circuitId}/stats` || place === `${peeringId}/stats`) return this.#stats(at)
    if (place === connectionId) return resource('connection')
    if (path !== 'primary' && path !== 'secondary') return null
    if (table === 'arpTables') return this.#arp(path, at)
    if (table === 'routeTablesSummary') return { value: this.#summary(path, at) }
    if (table === 'routeTables') return { value: this.#rows(this.#table(path, at)) }
    return null
  }

  /** Returns the rows, sometimes reversed or with one duplicate. */
  #rows(rows: readonly Members[]): Members[] {
    if (this.#isOdd(6)) return rows.toReversed()
    return this.#isOdd(12) ? [...rows, ...rows.slice(0, 1)] : [...rows]
  }

  #peers(at: EpochMs): Members[] {
    const [connected, , sibling, never] = (observed('bgp-peer-status') as { value: Members[] }).value
    // sometimes one instance is missing for a poll
    const instances = this.#isOdd(200) ? RECORDED_INSTANCE_ADDRESSES.slice(0, 1) : RECORDED_INSTANCE_ADDRESSES
    const rows = instances.flatMap((localAddress) => [
      ...NEIGHBORS.map((neighbor) => {
        const { up, since } = this.#state(`${localAddress} ${neighbor}`, at)
        const messages = Math.floor((at - since) / 54_000)
        return {
          ...connected,
          localAddress,
          neighbor,
          ...(up
            ? { connectedDuration: durationText(at - since), messagesSent: messages + 3, messagesReceived: messages }
            : { state: 'Connecting', connectedDuration: null, routesReceived: 0 }),
        }
      }),
      {
        ...sibling,
        localAddress,
        neighbor:
          localAddress === RECORDED_INSTANCE_ADDRESSES[0]
            ? RECORDED_INSTANCE_ADDRESSES[1]
            : RECORDED_INSTANCE_ADDRESSES[0],
        connectedDuration: durationText(at - this.#zero),
      },
      ...(localAddress === RECORDED_INSTANCE_ADDRESSES[0] ? [{ ...never }] : []),
    ])
    // these fields can be absent or null in Azure's responses, which must not change the state that is read from the
    // row
    return this.#rows(rows).map((row: Members) => {
      const { asn, routesReceived, connectedDuration, ...rest } = row
      if (this.#isOdd(150)) return { ...rest, routesReceived, connectedDuration, peerWeight: 0 }
      return this.#isOdd(150) ? { ...rest, asn, routesReceived, connectedDuration: null } : row
    })
  }

  #summary(path: keyof typeof RECORDED_CUSTOMER_ROUTER_ADDRESSES, at: EpochMs): Members[] {
    const neighbor = RECORDED_CUSTOMER_ROUTER_ADDRESSES[path]
    const { up, since } = this.#state(neighbor, at)
    const upDown = ageText(at - since)
    const prefixes = String(this.#announced(at).length)
    return [{ ...SUMMARY, neighbor, upDown, statePfxRcd: up ? prefixes : this.#pick(['Idle', 'Active', 'Connect']) }]
  }

  #arp(path: keyof typeof RECORDED_CUSTOMER_ROUTER_ADDRESSES, at: EpochMs): Members {
    const body = observed(`arp-${path}`) as { value: Members[] }
    const age = Math.floor(at / MS_PER_MINUTE) % 240
    return { ...body, value: body.value.map((row) => (row.interface === 'On-Prem' ? { ...row, age } : row)) }
  }

  #learned(at: EpochMs): Members[] {
    const [own, far] = (observed('learned-routes') as { value: [Members, Members] }).value
    return RECORDED_INSTANCE_ADDRESSES.flatMap((localAddress) => [
      { ...own, localAddress, sourcePeer: localAddress },
      ...this.#announced(at).flatMap((prefix) =>
        NEIGHBORS.filter((neighbor) => this.#state(`${localAddress} ${neighbor}`, at).up).map((neighbor) => ({
          ...far,
          localAddress,
          network: prefix,
          nextHop: neighbor,
          sourcePeer: neighbor,
        })),
      ),
    ])
  }

  #advertised(): Members[] {
    const common = { origin: 'Igp', asPath: '65515', weight: 0 }
    return RECORDED_INSTANCE_ADDRESSES.map((localAddress) => ({
      ...common,
      localAddress,
      network: '10.0.4.0/24',
      nextHop: localAddress,
    }))
  }

  #table(path: keyof typeof RECORDED_CUSTOMER_ROUTER_ADDRESSES, at: EpochMs): Members[] {
    const [row] = observed('route-table-primary') as [Members]
    if (!this.#state(RECORDED_CUSTOMER_ROUTER_ADDRESSES[path], at).up) return []
    return this.#announced(at).map((prefix) => ({
      ...row,
      network: prefix,
      nextHop: RECORDED_CUSTOMER_ROUTER_ADDRESSES[path],
    }))
  }

  /** Returns the counters. One exceeds the integers that a double can hold. The rates are 8 to 400 Mbit/s. */
  #stats(at: EpochMs): Members {
    const passed = (share: number) => {
      const seconds = (at - this.#zero) / MS_PER_SECOND
      return Math.floor(seconds * 25e6 * share + 2e9 * share * Math.sin(seconds / 5_000))
    }
    const counter = (base: bigint, share: number) => `${base + BigInt(passed(share))}n`
    const body: Members = {
      primaryBytesIn: counter(9_007_199_254_740_993n, 0.04),
      primaryBytesOut: counter(44_032_550n, 1),
      secondaryBytesIn: counter(0n, 0.1),
      secondaryBytesOut: counter(39_002_500n, 2),
    }
    if (this.#isOdd(150)) body.secondaryBytesOut = null
    return body
  }
}

const two = (n: number) => String(Math.floor(n)).padStart(2, '0')

/** Formats a duration as .NET does: days, and ticks of 100 ns. */
function durationText(ms: number): string {
  const days = Math.floor(ms / MS_PER_DAY)
  const ticks = String(ms % 1_000).padStart(3, '0')
  const time = `${two((ms % MS_PER_DAY) / MS_PER_HOUR)}:${two((ms % MS_PER_HOUR) / MS_PER_MINUTE)}:${two((ms % MS_PER_MINUTE) / MS_PER_SECOND)}.${ticks}6961`
  return days > 0 ? `${days}.${time}` : time
}

/**
 * Formats an age as a router does: hours, minutes and seconds in the first day, then days and hours, then weeks and
 * days.
 */
function ageText(ms: number): string {
  const [days, hours] = [Math.floor(ms / MS_PER_DAY), Math.floor((ms % MS_PER_DAY) / MS_PER_HOUR)]
  if (days === 0)
    return `${two(hours)}:${two((ms % MS_PER_HOUR) / MS_PER_MINUTE)}:${two((ms % MS_PER_MINUTE) / MS_PER_SECOND)}`
  return days < 7 ? `${days}d${two(hours)}h` : `${Math.floor(days / 7)}w${days % 7}d`
}
