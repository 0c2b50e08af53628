import type { TimestampBounds, Cause } from '#lib/contract/index.ts'
import type { LoggedChange } from '../simulator/daemons/customer-router.ts'
import { doTimeBoundsOverlapWithSlack, formatLogTimeAsIso } from './compare.ts'

/** A period in which the session was down at one end or both, according to both logs. */
export interface SessionOutageOfBothEnds {
  fell: TimestampBounds
  rose: TimestampBounds | null
  /**
   * bounds of the periods within the outage in which the session was up for so short a time that the outage did not end
   */
  between: TimestampBounds[]
}

/** Fields of an event about the session that are checked. */
export interface SessionEvent {
  kind: string
  started: TimestampBounds
  ended: TimestampBounds | null
  causes: readonly Pick<Cause, 'class' | 'owner'>[]
}

/** An injected fault, and the owners that may be named. */
export interface InjectedFaultWithOwners {
  name: string
  from: number
  to: number
  /** empty = any owner, because the data of both ends cannot prove the owner */
  owners: readonly string[]
  /**
   * whether one end closed the session with a message that the router sent or received immediately, so that the start
   * is known to the router's second
   */
  isByMessage: boolean
}

export interface SessionEventComparison {
  outages: number
  events: number
  /** widths of the bounds of the starts, in milliseconds */
  widths: number[]
  /** widths for faults in which a message closed the session */
  messageWidths: number[]
  /** number of outages with an injected fault, by the text `fault: class, owner` */
  named: Map<string, number>
  wrong: string[]
}

/**
 * Tolerance between logs, in milliseconds. All processes share one clock, but logs are written shortly after the event.
 */
const LOGS_MS = 50

/**
 * Maximum time in milliseconds for which a session can be up without ending the outage. If two connections collide,
 * only one end may see the session as up (RFC 4271 section 6.8).
 */
const SHORT_LIFE_MS = 2_000

const ends = (down: { from: number; until: number }): SessionOutageOfBothEnds => ({
  fell: { earliest: down.from, latest: down.from },
  rose: Number.isFinite(down.until) ? { earliest: down.until, latest: down.until } : null,
  between: [],
})

/** Converts the changes in the customer router's log to outages. */
function outagesOf(log: readonly LoggedChange[]): SessionOutageOfBothEnds[] {
  const found: SessionOutageOfBothEnds[] = []
  for (const change of log.slice(log.findIndex(({ state }) => state === 'up') + 1)) {
    const bounds = { earliest: change.earliest, latest: change.latest }
    const last = found.at(-1)
    if (change.state === 'down' && (!last || last.rose)) found.push({ fell: bounds, rose: null, between: [] })
    if (change.state === 'up' && last) last.rose ??= bounds
  }
  return found
}

const earlier = (a: TimestampBounds, b: TimestampBounds): TimestampBounds => ({
  earliest: Math.min(a.earliest, b.earliest),
  latest: Math.min(a.latest, b.latest),
})
const later = (a: TimestampBounds, b: TimestampBounds): TimestampBounds => ({
  earliest: Math.max(a.earliest, b.earliest),
  latest: Math.max(a.latest, b.latest),
})

/**
 * Returns the periods in which at least one end had the session down. The session is up only while both ends have it
 * up.
 */
export function outagesOfBoth(
  azure: readonly { from: number; until: number }[],
  customer: readonly LoggedChange[],
): SessionOutageOfBothEnds[] {
  const all = [...azure.map(ends), ...outagesOf(customer)].toSorted((a, b) => a.fell.latest - b.fell.latest)
  const found: SessionOutageOfBothEnds[] = []
  for (const one of all) {
    const last = found.at(-1)
    if (last && (last.rose === null || one.fell.earliest <= last.rose.latest + SHORT_LIFE_MS)) {
      if (last.rose && one.fell.earliest > last.rose.latest) last.between.push(last.rose)
      last.fell = earlier(last.fell, one.fell)
      last.rose = last.rose && one.rose ? later(last.rose, one.rose) : null
    } else found.push({ ...one })
  }
  return found
}

/**
 * Compares the events of a session with its outages from both logs. Each outage must match an event or lie within one,
 * because Azure may be found down again without an answer in between. Each event must match one outage and end when a
 * session came up.
 */
export function compareEvents(
  outages: readonly SessionOutageOfBothEnds[],
  events: readonly SessionEvent[],
  done: readonly InjectedFaultWithOwners[],
): SessionEventComparison {
  const wrong: string[] = []
  const widths: number[] = []
  const messageWidths: number[] = []
  const named = new Map<string, number>()
  const faultAt = ({ latest }: TimestampBounds) => done.find(({ from, to }) => latest >= from && latest <= to)
  const nameOf = (bounds: TimestampBounds) =>
    `at ${formatLogTimeAsIso(bounds.latest)} (${faultAt(bounds)?.name ?? 'between faults'})`
  const left = events.toSorted((a, b) => a.started.latest - b.started.latest)
  for (const { fell } of outages) {
    const at = left.findIndex(({ started }) => doTimeBoundsOverlapWithSlack(started, fell, LOGS_MS))
    const [event] = at === -1 ? [] : left.splice(at, 1)
    if (!event) {
      const isWithin = events.some(
        ({ started, ended }) =>
          started.earliest <= fell.latest && (ended?.latest ?? Number.POSITIVE_INFINITY) >= fell.earliest,
      )
      if (!isWithin) wrong.push(`the outage ${nameOf(fell)} is no event`)
      continue
    }
    const width = event.started.latest - event.started.earliest
    widths.push(width)
    const rises = outages.flatMap(({ rose, between }) => [...between, ...(rose ? [rose] : [])])
    if (event.ended && !rises.some((rose) => event.ended && doTimeBoundsOverlapWithSlack(event.ended, rose, LOGS_MS)))
      wrong.push(`${event.kind} ${nameOf(fell)} ends when no session came up`)
    const fault = faultAt(fell)
    if (!fault) continue
    if (fault.isByMessage) messageWidths.push(width)
    const [cause] = event.causes
    const name = `${fault.name}: ${cause?.class}, ${cause?.owner}`
    named.set(name, (named.get(name) ?? 0) + 1)
    if (fault.owners.length > 0 && !fault.owners.includes(cause?.owner ?? ''))
      wrong.push(`${event.kind} ${nameOf(fell)} is named ${cause?.class}, ${cause?.owner}`)
  }
  for (const { kind, started } of left) wrong.push(`${kind} ${nameOf(started)} did not happen, or is doubled`)
  return { outages: outages.length, events: events.length, widths, messageWidths, named, wrong }
}
