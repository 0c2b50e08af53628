import { setTimeout as delay } from 'node:timers/promises'
import type { LiveRouter } from './live-router.ts'

interface Fault {
  /** what the router's end may say of it; empty = it ends no session */
  endsBy: readonly string[]
  /** Brings the session back, or leaves it up. */
  make: (router: LiveRouter) => Promise<void>
}

/** Longer than the hold timer of both ends. */
const SILENT_MS = 12_000
/** FRR does not say by BMP why it ended a session itself. */
const BY_FRR = ['localWithoutNotification']
const FAMILY = 'address-family ipv4 unicast'
const BOTH = ['10.10.0.0/16', '10.11.0.0/16']

/** What may happen to a session, its routes or its station. */
export const faults = {
  shutdownByAzure: {
    endsBy: ['remote'],
    make: (router) =>
      router.down(
        () => router.msee.ask(['disable ce']),
        () => router.msee.ask(['enable ce']),
      ),
  },
  resetByAzure: { endsBy: ['remote'], make: (router) => router.down(() => router.msee.ask(['restart ce'])) },
  crashOfAzure: {
    endsBy: ['remoteWithoutNotification'],
    make: (router) =>
      router.down(
        () => router.msee.kill(),
        () => router.msee.start(),
      ),
  },
  silence: {
    endsBy: BY_FRR,
    make: (router) =>
      router.down(
        () => router.msee.pause(),
        async () => router.msee.resume(),
        SILENT_MS,
      ),
  },
  lossOfCarrier: {
    endsBy: BY_FRR,
    make: (router) =>
      router.down(
        () => router.link('down'),
        () => router.link('up'),
        SILENT_MS,
      ),
  },
  clear: { endsBy: BY_FRR, make: (router) => router.down(() => router.clear()) },
  shutdownByCustomer: {
    endsBy: BY_FRR,
    make: (router) =>
      router.down(
        () => router.configure('shutdown'),
        () => router.configure('no shutdown'),
      ),
  },
  prefixLimit: {
    endsBy: BY_FRR,
    async make(router) {
      await router.announce(BOTH)
      await router.down(
        async () => {
          await router.configure('maximum-prefix 1', FAMILY)
          // it is the next UPDATE that goes beyond it
          await router.send(BOTH, 1)
        },
        async () => {
          await router.configure('maximum-prefix 1000', FAMILY)
          await router.clear()
        },
      )
      await router.announce(BOTH)
    },
  },
  withdrawal: {
    endsBy: [],
    async make(router) {
      await router.announce(BOTH.slice(0, 1))
      await router.announce(BOTH)
    },
  },
  prepending: {
    endsBy: [],
    async make(router) {
      await router.announce(BOTH, 3)
      await router.announce(BOTH)
    },
  },
  stationAway: { endsBy: BY_FRR, make: (router) => router.away(() => router.down(() => router.clear())) },
  stationSlow: {
    endsBy: BY_FRR,
    make: (router) =>
      router.slow(async () => {
        await router.clear()
        await delay(2_000)
      }),
  },
} satisfies Record<string, Fault>

export type FaultName = keyof typeof faults

/** Names of faults at random, the same for a seed; each comes once before one comes again. */
export function chooserOf(seed: number): () => FaultName {
  let state = seed >>> 0
  const next = (below: number) => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
  let left: FaultName[] = []
  return () => {
    if (left.length === 0) left = Object.keys(faults) as FaultName[]
    const [name = 'clear'] = left.splice(next(left.length), 1)
    return name
  }
}
