import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lookUpRoutesToAddress } from '#lib/routes/answers/index.ts'
import type { TimestampBounds } from '#lib/contract/index.ts'
import { readLatestCounters, type StoredEvent } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { SHOULD_RUN_LONG_TESTS } from '#lib/platform/testing/long.ts'
import { findInconsistenciesInHistory } from '#lib/poller/testing/audit.ts'
import { waitUntilTrue } from '#lib/poller/testing/lab.ts'
import type { EffectInterval } from '../effect.ts'
import { edgeCounter } from '../keys.ts'
import type { SimulatedRoute } from '../topology.ts'
import type { PathName } from '../vocabulary.ts'
import { HOLD_S } from './bird-config.ts'
import {
  getCustomerRouterName,
  cutSilently,
  dropCarrier,
  getGatewayInstanceName,
  mendCut,
  CIRCUIT_PATH_NAMES,
  raiseCarrier,
  toMsee,
} from './network.ts'
import { kernelNextHops } from './kernel-routes.ts'
import { type TemporaryPathLoss, MSEE_NEIGHBOR_ADDRESSES, RouterChangeSequence } from './testing/trials.ts'
import { type MonitoredRealRouterAzure, watchRoutedAzure } from './testing/watched.ts'

/** Maximum waiting time in milliseconds. It is only exceeded if a component hangs, also on a busy machine. */
const PATIENCE_MS = 240_000

const db = withTestDatabase()
let watched: MonitoredRealRouterAzure
let trials: RouterChangeSequence

beforeAll(async () => {
  watched = await watchRoutedAzure(db)
  trials = new RouterChangeSequence(watched)
}, PATIENCE_MS)
afterAll(async () => {
  await watched?.stop()
}, 30_000)

/** Number of prefixes that are announced over one path or both. */
const PREFIXES = 20
/**
 * Time in milliseconds that detection waits before it reports a move of routes without a loss (`burst.slack`), plus
 * some polls.
 */
const SHIFT_WITHIN_MS = 70_000

const routesOf = (path: PathName): readonly SimulatedRoute[] => {
  const { topology, edges } = watched.azure.plan
  return topology.received.get(edges[path].key) ?? []
}
const seconds = (one: EffectInterval) => (one.until - one.from) / 1000
const isBranch = ({ prefix }: SimulatedRoute) => prefix.text.startsWith('10.20.')

/**
 * Checks the hold timer, which runs from the last message in the router's own log. The time between that message and
 * the cut depends on keepalives. BIRD lets the timer expire up to a quarter early, as RFC 4271 section 10 describes for
 * other timers.
 */
function expectHoldTimer({ loss }: TemporaryPathLoss): void {
  const silentMs = loss.from - (loss.lastMessageAt ?? Number.NaN)
  expect(silentMs).toBeGreaterThan(0.75 * HOLD_S * 1_000 - 100)
}

/**
 * Returns the times at which flows were answered again that had no answer from the cut to the session's end. On a busy
 * machine other flows may also wait.
 */
const answeredAgain = ({ acted, loss, silences }: TemporaryPathLoss): number[] =>
  silences.flatMap(({ from, until }) => (from <= acted.until && until >= loss.from ? [until] : []))

describe('while nothing happens', () => {
  it('an address goes where the gateway’s kernel sends it', async () => {
    for (const n of watched.azure.plan.instances.keys()) {
      const hops = await kernelNextHops(getGatewayInstanceName(n))
      expect(hops.size).toBe(PREFIXES)
      for (const [prefix, nextHops] of hops) {
        const { data } = await lookUpRoutesToAddress(db, { ip: prefix.replace(/0\/\d+$/, '1') })
        const own = data.candidates.filter(({ instance: of }) => of === watched.azure.plan.instances[n])
        const best = own.filter(({ rank }) => rank === own[0]?.rank).map(({ peer }) => peer)
        expect({ match: data.match, best: best.toSorted() }).toEqual({ match: prefix, best: nextHops })
      }
    }
  })

  it('counters are those of the routers’ interfaces', async () => {
    const before = await watched.azure.observe()
    await watched.polled(2)
    const polled = await readLatestCounters(db.pool, {})
    const after = await watched.azure.observe()
    for (const path of CIRCUIT_PATH_NAMES)
      for (const direction of ['in', 'out'] as const) {
        const counter = edgeCounter(watched.azure.plan.edges[path].key, direction)
        const { latest } = polled.find((one) => one.counter === path) ?? {}
        const bytes = BigInt((direction === 'in' ? latest?.bytesIn : latest?.bytesOut) ?? -1)
        expect(bytes).toBeGreaterThan(before.bytes.get(counter) ?? 0n)
        expect(bytes).toBeLessThanOrEqual(after.bytes.get(counter) ?? 0n)
      }
  })
})

describe('what is done to real routers', { timeout: PATIENCE_MS }, () => {
  it('prefixes withdrawn on both paths: no session moves', async () => {
    const announce = (isKept: (route: SimulatedRoute) => boolean) =>
      Promise.all(CIRCUIT_PATH_NAMES.map((path) => watched.azure.announce(path, routesOf(path).filter(isKept))))
    // both routers receive the withdrawal, one of them first
    const both = `${MSEE_NEIGHBOR_ADDRESSES.primary},${MSEE_NEIGHBOR_ADDRESSES.secondary}`
    const between = CIRCUIT_PATH_NAMES.flatMap((path) =>
      ['ecmp_reduced', 'ecmp_restored'].map((kind) => `${kind} ${both} > ${MSEE_NEIGHBOR_ADDRESSES[path]}`),
    )
    const withdraw = async () => {
      await announce((route) => !isBranch(route))
      await watched.polled(2)
      await announce(() => true)
    }
    await trials.expectEvents(
      [`mass_withdraw ${MSEE_NEIGHBOR_ADDRESSES.primary}`, `mass_withdraw ${MSEE_NEIGHBOR_ADDRESSES.secondary}`],
      withdraw,
      between,
    )
  })

  it.runIf(SHOULD_RUN_LONG_TESTS)('a prepend on one path: routes move, nothing is lost', async () => {
    const { from } = await trials.expectEvents(
      [
        `best_path_shift ${MSEE_NEIGHBOR_ADDRESSES.primary} > ${MSEE_NEIGHBOR_ADDRESSES.secondary}`,
        `best_path_shift ${MSEE_NEIGHBOR_ADDRESSES.primary},${MSEE_NEIGHBOR_ADDRESSES.secondary} > ${MSEE_NEIGHBOR_ADDRESSES.secondary}`,
        `ecmp_restored ${MSEE_NEIGHBOR_ADDRESSES.primary},${MSEE_NEIGHBOR_ADDRESSES.secondary} > ${MSEE_NEIGHBOR_ADDRESSES.secondary}`,
      ],
      async () => {
        const longer = routesOf('primary').map((route) => ({ ...route, path: [65001, 65001, 65001, ...route.path] }))
        await watched.azure.announce('primary', longer)
        await watched.polled(2)
        await watched.azure.announce('primary', routesOf('primary'))
      },
    )
    expect(trials.silencesSince(from)).toEqual([])
  })

  it('a silent cut under BFD: the session falls within a second, and packets are lost no longer', async () => {
    const { acted, loss, silences } = await trials.losePath('primary', {
      isCut: true,
      act: () => cutSilently('primary'),
      undo: () => mendCut('primary'),
    })
    expect(loss.from - acted.from).toBeLessThan(1_500)
    expect(silences.length).toBeGreaterThan(0)
    for (const silence of silences) expect(seconds(silence)).toBeLessThan(2)
  })

  it('a silent cut without BFD: the hold timer ends the session, and all that time packets are lost', async () => {
    const lost = await trials.losePath('secondary', {
      isCut: true,
      act: () => cutSilently('secondary'),
      undo: () => mendCut('secondary'),
    })
    expectHoldTimer(lost)
    expect(answeredAgain(lost)).not.toEqual([])
  })

  it('a gateway instance killed and started again', async () => {
    const own = CIRCUIT_PATH_NAMES.map((path) => trials.sessionOf(path, 1))
    await trials.expectEvents(
      [
        ...own.flatMap(({ subject }) => [`session_down ${subject}`, `session_up ${subject}`]),
        `gateway_instance_lost ${watched.azure.plan.instances[1]}`,
      ],
      async () => {
        await watched.azure.daemon(getGatewayInstanceName(1)).kill()
        // an instance counts as lost after three samples without its rows
        await watched.polled(4)
        await watched.azure.daemon(getGatewayInstanceName(1)).start()
        for (const session of own) await trials.rises(session)
      },
    )
  })

  it.runIf(SHOULD_RUN_LONG_TESTS)(
    'a customer’s router that hangs: the link stays, its neighbor’s hold timer ends the session',
    async () => {
      const router = watched.azure.daemon(getCustomerRouterName('secondary'))
      const lost = await trials.losePath('secondary', {
        isCut: false,
        act: () => router.pause(),
        undo: () => router.resume(),
      })
      expectHoldTimer(lost)
    },
  )

  it('a session restarted by hand', async () => {
    const session = trials.sessionOf('primary', 0)
    await trials.expectEvents([`session_down ${session.subject}`, `session_up ${session.subject}`], async () => {
      const since = Date.now()
      await watched.azure.daemon(getGatewayInstanceName(0)).ask([`restart ${toMsee('primary')}`])
      await trials.falls(session, since)
      await trials.rises(session)
    })
  })

  it.runIf(SHOULD_RUN_LONG_TESTS)('carrier lost at both ends: the session falls at once', async () => {
    const { acted, loss } = await trials.losePath('primary', {
      isCut: true,
      act: () => dropCarrier('primary'),
      undo: () => raiseCarrier('primary'),
    })
    expect(loss.from - acted.from).toBeLessThan(1_000)
  })
})

const within = ({ earliest, latest }: TimestampBounds, at: number) => earliest <= at && at <= latest
/** Returns whether bounds can contain a moment that is known to lie within an interval. */
const meeting =
  ({ from, until }: EffectInterval) =>
  ({ earliest, latest }: TimestampBounds) =>
    earliest <= until && from <= latest
const named = ({ kind, subject }: StoredEvent) => `${kind} ${subject}`
/**
 * Lists combined events separately, because the times of polls decide whether they are combined: a fall and a return
 * between two polls are one event, and so are withdrawals of two neighbors.
 */
function spelledOut(event: StoredEvent): string[] {
  if (event.kind === 'session_flap') return [`session_down ${event.subject}`, `session_up ${event.subject}`]
  if (event.kind === 'mass_withdraw') return event.subject.split(',').map((peer) => `mass_withdraw ${peer}`)
  return [named(event)]
}
/**
 * Reports whether an event is a withdrawal that a fallen path explains. The times of polls decide whether it is raised.
 */
const isOfAFall = ({ kind, partOf }: StoredEvent) => kind === 'mass_withdraw' && partOf !== null

describe('what the product reports', () => {
  it(
    'is all of it, and nothing else',
    async () => {
      const reported = async () => {
        const byStep = Map.groupBy(await watched.events(), (event) =>
          trials.done.findLast(({ from }) => from <= event.started.latest),
        )
        return trials.done.map((one) =>
          (byStep.get(one) ?? [])
            .filter((event) => !isOfAFall(event))
            .flatMap(spelledOut)
            .filter((name) => !one.between.includes(name))
            .toSorted(),
        )
      }
      const expected = trials.done.map((one) => one.events)
      const isComplete = async () => (await reported()).flat().length >= expected.flat().length
      // the comparison shows missing events, not this wait
      await waitUntilTrue('every event', isComplete, SHIFT_WITHIN_MS).catch(() => undefined)
      expect(await reported()).toEqual(expected)
      const [first] = trials.done
      const before = (await watched.events()).filter(({ started }) => started.latest < (first?.from ?? 0))
      // the two paths announce different prefixes from the beginning
      expect(before.map(named)).toEqual(['parity_mismatch AzurePrivatePeering'])
    },
    SHIFT_WITHIN_MS + PATIENCE_MS,
  )

  it('of sessions contains what the routers’ own logs say', async () => {
    const events = await watched.events()
    for (const session of watched.sessions) {
      const losses = watched.losses(session)
      const own = events
        .filter(({ kind, subject }) => subject === session.subject && /^session_(down|flap)$/.test(kind))
        .toSorted((a, b) => a.started.earliest - b.started.earliest)
      expect(own, session.subject).toHaveLength(losses.length)
      for (const [n, loss] of losses.entries()) {
        const event = own[n]
        expect(event && within(event.started, loss.from), `${session.subject} fell, ${n}`).toBe(true)
        expect(event?.ended && within(event.ended, loss.until), `${session.subject} rose, ${n}`).toBe(true)
        const { minMs = Number.NaN, maxMs = Number.NaN } = event?.duration ?? {}
        expect(minMs).toBeLessThanOrEqual(loss.until - loss.from)
        expect(maxMs).toBeGreaterThanOrEqual(loss.until - loss.from)
      }
    }
  })

  it('of paths contains the fall and the rise of the customer’s session', async () => {
    const events = await watched.events()
    for (const path of CIRCUIT_PATH_NAMES) {
      const losses = watched.losses(trials.sessionOf(path, null))
      const own = events.filter((event) => named(event) === `path_down AzurePrivatePeering/${path}`)
      expect(own).toHaveLength(losses.length)
      for (const loss of losses)
        expect(
          own.filter(({ started, ended }) => within(started, loss.from) && ended !== null && within(ended, loss.until)),
        ).toHaveLength(1)
    }
  })

  it('of failovers contains the end of forwarding, the end of the session, and when bytes moved again', async () => {
    const failovers = (await watched.events()).filter(({ kind }) => kind === 'failover')
    expect(failovers).toHaveLength(trials.lostPaths.length)
    const marks = trials.lostPaths.map((lost) => {
      const { path, isCut, acted, loss } = lost
      const found = failovers.find(({ subject, failover }) => {
        const ends = failover?.sessionEnds
        return subject.startsWith(MSEE_NEIGHBOR_ADDRESSES[path]) && ends && within(ends, loss.from)
      })
      expect(found, `failover of ${path} at ${new Date(loss.from).toISOString()}`).toBeDefined()
      const { forwardingEnds: ends, forwardingResumes: resumes, detection, dataPlane } = found?.failover ?? {}
      // a router that only hangs forwards packets until its neighbor declares it down
      const stopped = isCut ? acted : { from: acted.from, until: loss.from }
      // the gateway reroutes as soon as it learns of the session's end, and answers after that use the new path
      const answered = answeredAgain(lost)
      const moved = { from: loss.from, until: answered.length > 0 ? Math.max(...answered) : Number.POSITIVE_INFINITY }
      if (ends)
        expect(ends, `${path} stopped forwarding between ${stopped.from} and ${stopped.until}`).toSatisfy(
          meeting(stopped),
        )
      const when = `from ${moved.from} until ${moved.until}, cut at ${acted.from}`
      if (resumes) expect(resumes, `bytes of ${path} moved again ${when}`).toSatisfy(meeting(moved))
      if (detection) expect(detection.minMs).toBeLessThanOrEqual(loss.from - acted.from)
      if (dataPlane && isCut) expect(dataPlane.minMs).toBeLessThanOrEqual(moved.until - acted.from)
      return { ends, resumes }
    })
    // without any mark all checks would pass
    expect(marks.some(({ ends }) => ends)).toBe(true)
    expect(marks.some(({ resumes }) => resumes)).toBe(true)
  })

  it('leaves a consistent history', async () => {
    expect(await findInconsistenciesInHistory(db)).toEqual([])
  })
})
