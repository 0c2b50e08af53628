/**
 * The faults that an event or an incident can be about, by time and by names and addresses of the estate. Derived only
 * from the list of faults.
 */
import type { TimestampBounds, DetectedEvent, EpochMs } from '#lib/contract/index.ts'
import type { JudgedEstate } from './estate.ts'
import type { SimulatedEstateRun } from './play.ts'
import {
  type GeneratedFault,
  MAX_REPAIR_EFFECT_DELAY_MS,
  type ExpectedEventOfFault,
  MAX_FAULT_EFFECT_DELAY_MS,
} from './faults.ts'

/** Returns the elements of an estate by name and address. */
export function elementsByName({ circuits, sites, gateways, vpn, hub, reach }: JudgedEstate): Map<string, string[]> {
  const names = new Map<string, string[]>()
  const add = (name: string, element: string) => names.set(name, [...(names.get(name) ?? []), element])
  for (const { name, gateways: own, hubConnection } of circuits) {
    add(name, `circuit ${name}`)
    if (hubConnection) add(hubConnection, `circuit ${name}`)
    for (const { connection, neighbors } of own) {
      add(connection, `connection ${connection}`)
      for (const neighbor of Object.values(neighbors)) add(neighbor, `circuit ${name}`)
    }
  }
  for (const { name, prefixes } of sites) {
    add(name, `site ${name}`)
    for (const prefix of prefixes) add(prefix, `site ${name}`)
  }
  for (const { name, instances } of gateways) {
    add(name, `gateway ${name}`)
    for (const instance of instances) add(instance, `instance ${instance}`)
  }
  if (vpn) {
    for (const name of [vpn.connection, vpn.device, 'br1', '10.90.0.0/16']) add(name, `vpn ${vpn.connection}`)
    add(vpn.gateway, `gateway ${vpn.gateway}`)
    for (const instance of vpn.instances) add(instance, `instance ${instance}`)
  }
  if (hub) {
    add(hub.branch, `hub ${hub.branch}`)
    add(hub.vpnGateway, `gateway ${hub.vpnGateway}`)
    for (const { hubConnection } of circuits) if (hubConnection) add(hubConnection, `hub ${hubConnection}`)
  }
  if (reach) add(reach.name, `reach ${reach.name}`)
  return names
}

/**
 * Returns the sites of an event about a learned site. Because such a site is not declared, the event names the place
 * and the provider of its circuits.
 */
const learnedSites = ({ circuits }: JudgedEstate, subject: string): string[] =>
  circuits
    .filter(({ place, provider }) => subject === `learned: ${place} / ${provider}`)
    .flatMap(({ sites }) => sites.map((site) => `site ${site}`))

/** The elements that events are about, and the faults that may be their reason. */
export class EstateFaultTruth {
  private readonly estate: JudgedEstate
  private readonly names: Map<string, string[]>
  private readonly ofEvents = new Map<string, ReadonlySet<string>>()
  private readonly faults: readonly GeneratedFault[]
  private readonly everyMs: number

  constructor(estate: JudgedEstate, faults: readonly GeneratedFault[], everyMs: number) {
    this.estate = estate
    this.names = elementsByName(estate)
    this.faults = faults
    this.everyMs = everyMs
  }

  /** Returns every element that the scope or the subject names. */
  elementsOf({ key, scope, subject }: Pick<DetectedEvent, 'key' | 'scope' | 'subject'>): ReadonlySet<string> {
    const known = this.ofEvents.get(key)
    if (known) return known
    const words = `${scope.split('/').at(-1)} ${subject}`.split(/[\s,~>()]+|(?<=\D)\/(?=\D)/)
    const named = words.flatMap((word) => this.names.get(word) ?? [])
    const own = new Set([...named, ...learnedSites(this.estate, subject)])
    this.ofEvents.set(key, own)
    return own
  }

  /**
   * Returns the faults that may be the reason of an event: the event names a failed or affected element, and it began
   * between the begin of the fault and its last effect.
   */
  behind(event: DetectedEvent): GeneratedFault[] {
    const elements = this.elementsOf(event)
    return this.faults.filter((fault) => isNear(event.started, fault, this.everyMs) && touches(elements, fault))
  }

  /** Returns the faults that overlap a fault, end after it, and whose failed elements the event all identifies. */
  outlasting(fault: GeneratedFault, event: DetectedEvent): GeneratedFault[] {
    const named = this.elementsOf(event)
    return this.faults.filter(
      (other) =>
        other.until > fault.until && isSameTime(other, fault) && other.elements.every((element) => named.has(element)),
    )
  }

  /**
   * Returns the faults of which the event identifies a failed element. The circuit to which a failover moved the traffic
   * did not fail.
   */
  at(event: DetectedEvent): GeneratedFault[] {
    const [failed = ''] = event.subject.split(' > ')
    const elements =
      event.kind === 'failover'
        ? this.elementsOf({ ...event, key: `${event.key} without target`, subject: failed })
        : this.elementsOf(event)
    return this.behind(event).filter((fault) => fault.elements.some((element) => elements.has(element)))
  }
}

export const truthOfPlayed = ({ estate, faults, everyMs }: SimulatedEstateRun) =>
  new EstateFaultTruth(estate, faults, everyMs)

const touches = (elements: ReadonlySet<string>, { elements: own, felt }: GeneratedFault) =>
  [...own, ...felt].some((element) => elements.has(element))

/** Maximum delay of events about routes and rates, in polls. Such events need several polls. */
const LATE_POLLS = 6

const isNear = ({ earliest, latest }: TimestampBounds, { from, until }: GeneratedFault, everyMs: number): boolean =>
  latest >= from && earliest <= until + MAX_REPAIR_EFFECT_DELAY_MS + LATE_POLLS * everyMs

export const isSign = ({ kinds, scope, subject }: ExpectedEventOfFault, event: DetectedEvent): boolean =>
  kinds.includes(event.kind) &&
  (scope === '' || event.scope.split('/').at(-1) === scope) &&
  event.subject.includes(subject ?? '')

/**
 * Reports whether two faults overlap. Faults of one element never overlap, so that the later one cannot be part of the
 * earlier one.
 */
export const isSameTime = (a: GeneratedFault, b: GeneratedFault) => a.from <= b.until && b.from <= a.until

const meets = ({ earliest, latest }: TimestampBounds, from: EpochMs, to: EpochMs) => earliest <= to && latest >= from

/**
 * Reports whether the bounds contain a moment between the true begin of the fault and the begin of its last direct
 * effect.
 */
export const doBoundsContainFaultStart = (bounds: TimestampBounds, { from }: Pick<GeneratedFault, 'from'>) =>
  meets(bounds, from, from + MAX_FAULT_EFFECT_DELAY_MS)
export const doBoundsContainFaultEnd = (bounds: TimestampBounds, { until }: Pick<GeneratedFault, 'until'>) =>
  meets(bounds, until, until + MAX_REPAIR_EFFECT_DELAY_MS)

/** Reports whether bounds contain a moment before the last direct effect of a repair. */
export const isBeforeRepairEffects = ({ earliest }: TimestampBounds, until: EpochMs) =>
  earliest <= until + MAX_REPAIR_EFFECT_DELAY_MS

/** Maximum time in milliseconds between the begins of two related faults. */
const TOGETHER_MS = 5 * 60_000

/**
 * Reports whether two faults may be related. Faults are related if they have an element in common. They are also
 * related if they began at about the same time and affect circuits of the same provider or place, because one failure
 * there would explain both.
 */
export function areRelated(estate: JudgedEstate, a: GeneratedFault, b: GeneratedFault): boolean {
  if (a === b || a.elements.some((element) => b.elements.includes(element))) return true
  if (Math.abs(a.from - b.from) > TOGETHER_MS) return false
  const [one, other] = [a, b].map(({ elements }) =>
    estate.circuits.filter(({ name }) => elements.includes(`circuit ${name}`)),
  )
  return (one ?? []).some((x) => (other ?? []).some((y) => x.provider === y.provider || x.place === y.place))
}
