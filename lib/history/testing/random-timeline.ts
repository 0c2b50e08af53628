import fc from 'fast-check'
import type { ModelPoll } from './naive-model.ts'

export const timelineInstances = ['10.0.4.12', '10.0.4.13']
const START = Date.UTC(2026, 10, 20, 3)

/** A poll before its times are known. */
interface Step {
  gapMs: number
  lengthMs: number
  outcome: ModelPoll['outcome']
  silent: string[]
  values: Map<string, string>
}

/**
 * Generates timelines of tables: mostly successful polls a minute or less apart, some failed, some with a silent
 * instance, some incomplete without a known reason, and some long pauses. Polls are delivered in random order, with
 * repeats.
 * @param options.named instances that may be silent; empty for tables whose rows belong to no instance
 */
export function generateTableTimelines(
  keys: readonly string[],
  values: readonly string[],
  { named = timelineInstances }: { named?: readonly string[] } = {},
): fc.Arbitrary<ModelPoll[]> {
  const table = fc
    .tuple(...keys.map(() => fc.option(fc.constantFrom(...values), { freq: 3 })))
    .map((row) => new Map(row.flatMap((value, i) => (value === null ? [] : [[keys[i] ?? '', value] as const]))))
  const outcome = fc.oneof(
    { weight: 8, arbitrary: fc.constant({ outcome: 'ok' as const, silent: [] as string[] }) },
    { weight: 1, arbitrary: fc.constant({ outcome: 'timeout' as const, silent: [] as string[] }) },
    { weight: 1, arbitrary: fc.constant({ outcome: 'incomplete' as const, silent: [] as string[] }) },
    { weight: 1, arbitrary: fc.constant({ outcome: 'incomplete' as const, silent: ['*'] as string[] }) },
    ...(named.length === 0
      ? []
      : [
          {
            weight: 2,
            arbitrary: fc.constantFrom(...named).map((name) => ({ outcome: 'incomplete' as const, silent: [name] })),
          },
        ]),
  )
  const gap = fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: 1_000, max: 70_000 }) },
    { weight: 1, arbitrary: fc.integer({ min: 150_000, max: 900_000 }) },
  )
  const step = fc
    .tuple(gap, fc.integer({ min: 1, max: 15_000 }), outcome, table, fc.boolean())
    .map(([gapMs, lengthMs, { outcome: how, silent }, rows, repeat]) => ({
      step: { gapMs, lengthMs, outcome: how, silent, values: rowsOf(how, silent, rows) } satisfies Step,
      repeat,
    }))
  const delivery = fc.array(fc.nat({ max: 30 }), { maxLength: 6 })
  return fc.tuple(fc.array(step, { minLength: 2, maxLength: 16, size: 'max' }), delivery).map(([steps, moves]) => {
    const polls = timed(steps.map((entry) => entry.step))
    const order = polls.flatMap((poll, i) => (steps[i]?.repeat ? [poll, poll] : [poll]))
    // some polls are delivered late, after later ones
    for (const move of moves) {
      const [poll] = order.splice(move % order.length, 1)
      if (poll) order.splice(Math.min((move % (order.length + 1)) + 2, order.length), 0, poll)
    }
    return order
  })
}

function rowsOf(
  outcome: ModelPoll['outcome'],
  silent: readonly string[],
  rows: Map<string, string>,
): Map<string, string> {
  if (outcome === 'timeout') return new Map()
  return new Map([...rows].filter(([key]) => !silent.some((name) => key.startsWith(`${name} `))))
}

function timed(steps: readonly Step[]): ModelPoll[] {
  let at = START
  return steps.map(({ gapMs, lengthMs, ...rest }) => {
    const startedAt = at + gapMs
    at = startedAt + lengthMs
    return { startedAt, finishedAt: at, ...rest }
  })
}

/** Returns the interesting moments: each bound of each poll, 1 ms before and after it, and the middle between polls. */
export function collectTestMomentsAroundPolls(polls: readonly ModelPoll[]): number[] {
  const bounds = polls.flatMap(({ startedAt, finishedAt }) => [startedAt, finishedAt])
  const beside = bounds.flatMap((at) => [at - 1, at, at + 1])
  const between = polls.slice(1).map(({ startedAt }, i) => Math.round((startedAt + (polls[i]?.finishedAt ?? 0)) / 2))
  return [...new Set([...beside, ...between])].toSorted((a, b) => a - b)
}
