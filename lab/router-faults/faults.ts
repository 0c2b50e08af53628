import { setTimeout as delay } from 'node:timers/promises'
import { cutSilently, dropCarrier, mendCut, raiseCarrier } from '../simulator/daemons/network.ts'
import type { PathName } from '../simulator/vocabulary.ts'
import type { BothEnds } from './both-ends.ts'

export interface RouterFault {
  /** reasons with which the routers' BMP may report the fault (RFC 7854 section 4.9); empty = it ends no session */
  endsBy: readonly string[]
  /** owners that the product may name as the first cause; empty = the owner is not checked */
  owners: readonly string[]
  /** whether one end closes the session with a message that the other end reads immediately */
  isByMessage?: boolean
  /** whether only FRR supports the fault */
  isOfFrr?: boolean
  /** Injects the fault. Restores the session after the given time, or leaves it up. */
  make: (ends: BothEnds, on: PathName, forMs: number) => Promise<void>
}

/**
 * Reasons for sessions that the router ended itself. FRR does not report the cause in BMP; GoBGP includes the
 * NOTIFICATION.
 */
const BY_ROUTER = ['local', 'localWithoutNotification']
const CUSTOMER = ['onprem']
const WITHDRAWN = '10.20.1.0/24'

/** Faults of a session, of its routes or of the station. */
export const routerFaults = {
  shutdownByAzure: {
    endsBy: ['remote'],
    owners: ['microsoft'],
    isByMessage: true,
    make: (ends, on, forMs) =>
      ends.down(
        on,
        forMs,
        () => ends.msee(on).ask(['disable customer']),
        () => ends.msee(on).ask(['enable customer']),
      ),
  },
  resetByAzure: {
    endsBy: ['remote'],
    owners: ['microsoft'],
    isByMessage: true,
    make: (ends, on) => ends.down(on, 0, () => ends.msee(on).ask(['restart customer'])),
  },
  crashOfAzure: {
    endsBy: ['remoteWithoutNotification'],
    owners: [],
    make: (ends, on, forMs) =>
      ends.down(
        on,
        forMs,
        () => ends.msee(on).kill(),
        () => ends.msee(on).start(),
      ),
  },
  hangOfAzure: {
    endsBy: BY_ROUTER,
    owners: [],
    make: (ends, on, forMs) =>
      ends.down(
        on,
        forMs,
        () => ends.msee(on).pause(),
        () => ends.msee(on).resume(),
      ),
  },
  cut: {
    endsBy: BY_ROUTER,
    owners: ['provider'],
    make: (ends, on, forMs) =>
      ends.down(
        on,
        forMs,
        () => cutSilently(on),
        () => mendCut(on),
      ),
  },
  lossOfCarrier: {
    // the cause is in the log of FRR only, which names the interface
    endsBy: [...BY_ROUTER, 'log'],
    owners: [],
    make: (ends, on, forMs) =>
      ends.down(
        on,
        forMs,
        () => dropCarrier(on),
        () => raiseCarrier(on),
      ),
  },
  clear: {
    endsBy: [...BY_ROUTER, 'remoteWithoutNotification'],
    owners: CUSTOMER,
    isByMessage: true,
    make: (ends, on) => ends.down(on, 0, () => ends.router(on).clear()),
  },
  shutdownByCustomer: {
    // GoBGP may notice the closed connection before it reports the NOTIFICATION that it sent
    endsBy: [...BY_ROUTER, 'remoteWithoutNotification'],
    owners: CUSTOMER,
    isByMessage: true,
    make: (ends, on, forMs) =>
      ends.down(
        on,
        forMs,
        () => ends.router(on).shutDown(),
        () => ends.router(on).enable(),
      ),
  },
  hangOfCustomer: {
    endsBy: [...BY_ROUTER, 'remote', 'remoteWithoutNotification'],
    owners: [],
    make: (ends, on, forMs) => ends.hang(on, forMs),
  },
  crashOfCustomer: { endsBy: [], owners: [], make: (ends, on, forMs) => ends.crash(on, forMs) },
  prefixLimit: {
    endsBy: BY_ROUTER,
    owners: CUSTOMER,
    isByMessage: true,
    isOfFrr: true,
    async make(ends, on, forMs) {
      await ends.announceSpare(0)
      await ends.down(
        on,
        forMs,
        async () => {
          await ends.frr(on)?.limitPrefixes(1)
          // this UPDATE exceeds the limit of prefixes and ends the session
          await ends.sendSpare([65_515, 65_515])
        },
        async () => {
          await ends.frr(on)?.limitPrefixes(1_000)
          await ends.router(on).clear()
        },
      )
      await ends.announceSpare(null)
    },
  },
  withdrawalByAzure: {
    endsBy: [],
    owners: [],
    async make(ends) {
      await ends.announceSpare(0)
      await ends.announceSpare(null)
    },
  },
  prependingByAzure: {
    endsBy: [],
    owners: [],
    async make(ends) {
      await ends.announceSpare(0)
      await ends.announceSpare(3)
      await ends.announceSpare(null)
    },
  },
  withdrawalByCustomer: {
    endsBy: [],
    owners: [],
    async make(ends, on, forMs) {
      await ends.router(on).withdraw(WITHDRAWN)
      await delay(forMs)
      await ends.router(on).announce(WITHDRAWN)
    },
  },
  stationAway: {
    endsBy: [...BY_ROUTER, 'remoteWithoutNotification'],
    owners: [],
    make: (ends, on, forMs) =>
      ends.away(() =>
        ends.down(
          on,
          forMs,
          () => ends.router(on).shutDown(),
          () => ends.router(on).enable(),
        ),
      ),
  },
  stationSlow: {
    endsBy: [...BY_ROUTER, 'remoteWithoutNotification'],
    owners: CUSTOMER,
    make: (ends, on) =>
      ends.slow(() =>
        ends.down(
          on,
          1_000,
          () => ends.router(on).shutDown(),
          () => ends.router(on).enable(),
        ),
      ),
  },
} satisfies Record<string, RouterFault>

export type FaultName = keyof typeof routerFaults

export interface ChosenRouterFault {
  name: FaultName
  on: PathName
  /** duration of the fault, in milliseconds */
  forMs: number
}

/**
 * Returns a generator of random faults that is the same for a seed. Each fault is used once on each path before any is
 * repeated.
 */
export function createRouterFaultChooser(seed: number, names: readonly FaultName[]): () => ChosenRouterFault {
  let state = seed >>> 0
  const next = (below: number) => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
  const all = names.flatMap((name) => {
    const paths: PathName[] = 'isOfFrr' in routerFaults[name] ? ['primary'] : ['primary', 'secondary']
    return paths.map((on) => ({ name, on }))
  })
  let left: { name: FaultName; on: PathName }[] = []
  return () => {
    if (left.length === 0) left = [...all]
    const [one] = left.splice(next(left.length), 1)
    if (!one) throw new Error('there is no fault to choose')
    return { ...one, forMs: 300 + next(5_000) }
  }
}
