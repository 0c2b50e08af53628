import { setTimeout as delay } from 'node:timers/promises'
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import type { StartedProduct } from '../product/start-product.ts'

type Name = 'worker' | 'web'

export interface ProcessFreezeCounts {
  count: Record<Name, number>
  seconds: Record<Name, number>
  /** periods in which both processes were stopped, in epoch milliseconds */
  both: { from: number; to: number }[]
  longest: number
}

export interface ProcessFreezeOptions {
  /** epoch milliseconds */
  until: number
  /** longest freeze, in seconds */
  longest: number
  /** uniform, 0 to 1 */
  random: () => number
}

/** Stops worker, web or both with SIGSTOP at random times and resumes them, until a time. */
export async function freezeAtRandom(
  product: Pick<StartedProduct, 'pidOf'>,
  { until, longest, random }: ProcessFreezeOptions,
): Promise<ProcessFreezeCounts> {
  const freezes: ProcessFreezeCounts = {
    count: { worker: 0, web: 0 },
    seconds: { worker: 0, web: 0 },
    both: [],
    longest: 0,
  }
  while (Date.now() < until) {
    await delay(1_000 + random() * 19_000)
    const names = pick(random())
    const seconds = 0.5 + random() ** 2 * (longest - 0.5)
    const pids = names.map((name) => product.pidOf(name))
    const from = Date.now()
    for (const pid of pids) process.kill(pid, 'SIGSTOP')
    try {
      await delay(seconds * 1_000)
    } finally {
      for (const pid of pids) process.kill(pid, 'SIGCONT')
    }
    for (const name of names) {
      freezes.count[name] += 1
      freezes.seconds[name] += seconds
    }
    if (names.length > 1) freezes.both.push({ from, to: Date.now() })
    freezes.longest = Math.max(freezes.longest, seconds)
  }
  return freezes
}

const pick = (share: number): readonly Name[] =>
  share < 0.45 ? ['worker'] : share < 0.85 ? ['web'] : ['worker', 'web']

/** Returns a seeded generator of numbers from 0 to 1. */
export function createSeededNumberGenerator(seed: number): () => number {
  const generator = xoroshiro128plus(seed)
  return () => uniformFloat64(generator)
}
