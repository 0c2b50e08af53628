/** Records the answers of one world in many orders. The events must not depend on the order. */
import type { DetectedEvent, PollOutcome } from '#lib/contract/index.ts'
import { detectEvents, type CollectedPoll, generateScenarioPolls, createScenarioWorld } from '../corpus/run.ts'
import { type PolledSource, createPollSlots } from '../corpus/schedule.ts'
import { createSeededNumberGenerator } from '../freezes/freezer.ts'
import { type DisturbedPollPeriod, findGap, type DisturbedPollTestRun } from './plan.ts'
import {
  UNDISTURBED_POLL_CYCLE_COUNT,
  findUnconfirmedEvents,
  CLOSE_MS,
  isAdverse,
  doTimeBoundsOverlap,
  runTestWithCompleteAnswers,
  createScenarioOfTestRun,
  formatEvent,
} from './play.ts'

/** Maximum delay of an answer, as a share of an interval. */
const MAX_LATE = 0.9
/** Share of polls that are late (`LATE`), and share of polls before which the worker restarts (`RESTARTS`). */
const LATE = 0.4
const RESTARTS = 0.01

/**
 * Records the polls of a round in the order in which they ended, and then in `orders` other orders.
 * @returns texts about reported events that complete answers do not confirm, about losses that are still reported as
 * ongoing although all have ended, and about events that not all orders have; empty if there are none
 */
export async function runTestInSeveralPollOrders(round: DisturbedPollTestRun, orders: number): Promise<string[]> {
  const scenario = createScenarioOfTestRun(round, [...round.truth, ...round.partial])
  const world = createScenarioWorld(scenario)
  const { everyMs, seed } = round
  const begin = scenario.start + UNDISTURBED_POLL_CYCLE_COUNT * everyMs
  const random = createSeededNumberGenerator(seed + 2)
  const polls: CollectedPoll[] = []
  const slots = createPollSlots(scenario, world.scenario, everyMs)
  // no gap lasts longer than the round, so that every source is polled successfully before the end
  const gaps = round.gaps.map((gap) => ({ ...gap, to: Math.min(gap.to, round.lengthMs) }))
  const refusedAs = ({ source, startedAt }: { source: PolledSource; startedAt: number }) =>
    refusalOf(findGap(gaps, source, startedAt - begin), random)
  for await (const made of generateScenarioPolls(scenario, world, slots, refusedAs)) polls.push(made)
  const events = async (all: readonly CollectedPoll[]) => (await detectEvents({ scenario, world, everyMs }, all)).events
  const usual = await events(polls)
  const found = [usual]
  for (let n = 0; n < orders; n++)
    found.push(await events(inAnotherOrder(polls, everyMs, createSeededNumberGenerator(1_000 * seed + n))))
  const bornOut = await completeFor(round, found.flat())
  return found.flatMap((own, n) => [
    ...findUnconfirmedEvents(own, bornOut).map((claim) => `order ${n}: ${claim}`),
    ...own.filter(goesOn).map((event) => `order ${n}: goes on although all is over: ${formatEvent(event)}`),
    ...differences(own, usual).map((difference) => `order ${n}: ${difference}`),
  ])
}

/**
 * Returns the events from complete answers at the round's poll interval. If they do not confirm all found events, adds
 * the events from short intervals.
 */
async function completeFor(
  round: DisturbedPollTestRun,
  found: readonly DetectedEvent[],
): Promise<readonly DetectedEvent[]> {
  const complete = await runTestWithCompleteAnswers(round, round.everyMs)
  return findUnconfirmedEvents(found, complete).length === 0
    ? complete
    : [...complete, ...(await runTestWithCompleteAnswers(round, CLOSE_MS))]
}

function refusalOf(gap: DisturbedPollPeriod | undefined, random: () => number): PollOutcome | null {
  if (!gap || gap.how === 'gap' || gap.how === 'late' || gap.how === 'slow' || gap.how === 'held') return null
  return random() < gap.share ? gap.how : null
}

/**
 * Returns the polls in another order of recording. Polls of one source keep the order in which they end; polls of
 * different sources are interleaved freely.
 */
function inAnotherOrder(polls: readonly CollectedPoll[], everyMs: number, random: () => number): CollectedPoll[] {
  const last = new Map<string, number>()
  return polls
    .map((made) => {
      const { kind, name } = made.slot.source
      const source = `${kind} ${name}`
      const by = random() < LATE ? random() * MAX_LATE * everyMs : 0
      const at = Math.max(made.slot.finishedAt + by, last.get(source) ?? 0)
      last.set(source, at)
      return { made: { ...made, restarted: random() < RESTARTS }, at }
    })
    .toSorted((a, b) => a.at - b.at)
    .map(({ made }) => made)
}

const goesOn = (event: DetectedEvent) => isAdverse(event) && event.partOf === null && event.ended === null

/** Returns adverse root events that are present in only one of the two orders. */
function differences(own: readonly DetectedEvent[], usual: readonly DetectedEvent[]): string[] {
  return [...lacking(own, usual, 'only here'), ...lacking(usual, own, 'only in the usual order')]
}

function lacking(some: readonly DetectedEvent[], others: readonly DetectedEvent[], where: string): string[] {
  return some
    .filter((event) => isAdverse(event) && event.partOf === null && !others.some((other) => isSame(event, other)))
    .map((event) => `${where}: ${formatEvent(event)}`)
}

const isSame = (a: DetectedEvent, b: DetectedEvent) =>
  a.kind === b.kind &&
  a.scope === b.scope &&
  a.subject === b.subject &&
  (a.ended === null) === (b.ended === null) &&
  doTimeBoundsOverlap(a.started, b.started)
