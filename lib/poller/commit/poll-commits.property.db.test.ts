import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decodePollResponse, RouteTableCache } from '#lib/azure/index.ts'
import type { PollObservation, RouteRow, RoutesObservation } from '#lib/contract/index.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { getMetricsRegistry } from '#lib/platform/metrics.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { commitPoll } from './commit-poll.ts'
import { InMemoryRecorder } from '../memory/recorder.ts'
import { PollCommits } from './poll-commits.ts'
import {
  makeDueAndLeasePolls,
  readRemainingRows,
  newEstate,
  buildObservation,
  createPollOfEveryKind,
  createPollResult,
  schedulePolls,
  type PollContentVariant,
} from '#lab/commits/estate.ts'

const alone = withTestDatabase()
const together = withTestDatabase()
const log = createComponentLogger('test')

/** Variants of polls. Most polls are quiet, as in reality. */
const variant = fc.oneof(
  { weight: 12, arbitrary: fc.constant<PollContentVariant>('same') },
  {
    weight: 3,
    arbitrary: fc.constantFrom<PollContentVariant[]>('changed', 'down', 'fails', 'incomplete', 'late', 'again'),
  },
)
const KINDS = createPollOfEveryKind('').length
/** Rounds: the variant of each poll, and which of two workers runs it. */
const rounds = fc.array(
  fc.record({
    variants: fc.array(variant, { minLength: KINDS, maxLength: KINDS }),
    workers: fc.array(fc.integer({ min: 0, max: 7 }), { minLength: KINDS, maxLength: KINDS }),
  }),
  { minLength: 4, maxLength: 9 },
)
let runs = 0

const tables = new RouteTableCache()
let partly = 0

/** Encodes a gateway's routes as a response and decodes them with a decoder that remembers the previous table. */
function remembered(observation: PollObservation): PollObservation {
  const { kind, outcome, target, rows } = observation
  if (outcome !== 'ok' || (kind !== 'learned' && kind !== 'advertised')) return observation
  const value = (rows as RouteRow[]).map(({ instance, prefix, peer, asPath, ...own }) => ({
    ...own,
    localAddress: instance,
    network: prefix,
    sourcePeer: peer,
    asPath: asPath?.join('-'),
  }))
  const wire = { status: 200, headers: {}, body: JSON.stringify({ value }) }
  const read = decodePollResponse(target, kind, wire, observation, tables) as RoutesObservation
  expect(new Set(read.rows)).toEqual(new Set(rows))
  if (read.answer?.since) partly++
  return { ...observation, answer: read.answer } as PollObservation
}

const recordedTogether = async () =>
  (await getMetricsRegistry().getSingleMetric('peerwatch_polls_recorded_together_total')?.get())?.values[0]?.value

/**
 * Replaces event keys in rows by the kind, subject and start of the event. A key contains the poll that proved the
 * event; if either of two simultaneous polls proves it, the key depends on which was evaluated first, and the order of
 * workers is not defined.
 */
function named(rows: Record<string, unknown[]>): Record<string, unknown[]> {
  const events = (rows.event ?? []).map((row) => JSON.parse(String(row).slice(String(row).indexOf('{'))))
  const names = new Map(events.map((event) => [event.key, `${event.kind} ${event.subject} ${event.started_earliest}`]))
  // all names must be different, so that no event replaces another
  expect(new Set(names.values()).size).toBe(events.length)
  const text = (value: unknown) =>
    typeof value === 'string' ? value.replaceAll(/\b[0-9a-f]{32}\b/g, (key) => names.get(key) ?? key) : value
  return Object.fromEntries(Object.entries(rows).map(([table, values]) => [table, values.map(text).toSorted()]))
}

it('polls that two workers commit together leave the very rows that they leave one by one, which prove what they prove in memory', async () => {
  await fc.assert(
    fc.asyncProperty(rounds, async (timeline) => {
      const polls = createPollOfEveryKind(`run-${++runs}`)
      const [aloneIds, togetherIds] = [await schedulePolls(alone, polls), await schedulePolls(together, polls)]
      const estates = [newEstate(), newEstate()] as const
      const memory = new InMemoryRecorder()
      const workers = [new PollCommits(together, log), new PollCommits(together, log)] as const
      for (const [round, { variants, workers: turns }] of timeline.entries()) {
        const observations = polls.map((poll, i) => buildObservation(poll, round, variants[i] ?? 'same'))
        const held = await makeDueAndLeasePolls(alone, aloneIds, polls)
        for (const [i, observation] of observations.entries()) {
          const own = held[i]
          if (!own) continue
          const result = createPollResult(own, observation, estates[0])
          const { status, changes } = await commitPoll(alone, result)
          expect(memory.record(observation, 'scope', result.localAddresses)).toMatchObject({ status, changes })
        }
        const claimed = await makeDueAndLeasePolls(together, togetherIds, polls)
        const committed = claimed.map((own, i) => {
          // the first worker in most cases, because a worker compares with its own earlier polls
          const worker = turns[i] === 0 ? workers[1] : workers[0]
          const observation = observations[i]
          return observation && worker.commit(createPollResult(own, remembered(observation), estates[1]))
        })
        await Promise.all(committed)
        await Promise.all(workers.map((worker) => worker.idle()))
      }
      expect(named(await readRemainingRows(together, togetherIds))).toEqual(
        named(await readRemainingRows(alone, aloneIds)),
      )
    }),
    { numRuns: 6 },
  )
  expect(await recordedTogether()).toBeGreaterThan(10)
  expect(partly).toBeGreaterThan(0)
})
