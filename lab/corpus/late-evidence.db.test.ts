import { expect, it } from 'vitest'
import type { TimestampBounds, DetectedEvent } from '#lib/contract/index.ts'
import { getOrCreateSourceId, recordObservation, replayPolls } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { InMemoryDetector, InMemoryRecorder } from '#lib/poller/index.ts'
import { createDetectionInputs } from './beside.ts'
import { detectEvents, type CollectedPoll, generateScenarioPolls, createScenarioWorld } from './run.ts'
import { getPollIntervalOfKindMs, createPollSlots } from './schedule.ts'
import { readScenario } from './text/read.ts'

const db = withTestDatabase()
const EVERY_MS = 300_000

/** Maintenance takes a path down. Service Health reports it long after the path is back. */
const work = readScenario(`
scenario S999 fault: Work that is reported 40 minutes late
  run T2 from 09:50:00 to 11:05:00
  10:00:30 maintenance ckt-lon/primary drain=1s down=12m undrain=1s announced=2m noticeDelay=40m
  pages 1
`)

/**
 * Returns the events in the order of their keys, without two kinds of evidence. History does not store counts of
 * messages from poll to poll, and stores the age of a session only as its first sample reported it: see {@link
 * agesBefore}.
 */
const kept = (events: readonly DetectedEvent[]) =>
  events
    .map((event) => ({
      ...event,
      evidence: event.evidence
        .filter(({ field }) => !field.startsWith('messages'))
        .map((item) => (item.field === 'establishedAt' ? { ...item, before: null } : item)),
    }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))

/** Returns the times at which the sessions of these events had been established, by their evidence. */
const agesBefore = (events: readonly DetectedEvent[]) =>
  events
    .toSorted((a, b) => (a.key < b.key ? -1 : 1))
    .flatMap(({ evidence }) => evidence.filter(({ field }) => field === 'establishedAt'))
    .map(({ before }) => before as TimestampBounds | null)
const isWithin = (age: TimestampBounds | null | undefined, { earliest, latest }: TimestampBounds) =>
  age != null && earliest <= age.earliest && age.latest <= latest

it('late notices of Service Health give the same events from the stored polls as they did live', async () => {
  const world = createScenarioWorld(work)
  const polls: CollectedPoll[] = []
  for await (const poll of generateScenarioPolls(work, world, createPollSlots(work, world.scenario, EVERY_MS))) {
    polls.push(poll)
    const { observation, localAddresses } = poll
    const sourceId = await getOrCreateSourceId(db.pool, observation.target)
    const options = { intervalSeconds: getPollIntervalOfKindMs(observation.kind, EVERY_MS) / 1_000, localAddresses }
    await db.transaction((client) => recordObservation(client, sourceId, observation, options))
  }
  const live = await detectEvents({ scenario: work, world, everyMs: EVERY_MS }, polls)
  const recorder = new InMemoryRecorder()
  const again = new InMemoryDetector(recorder, createDetectionInputs(work, world))
  const scopeOf = ({ resourceId }: { resourceId: string }) => resourceId.split('/').slice(4).at(-1) ?? 'subscription'
  for await (const { observation, everySeconds, localAddresses } of replayPolls(db.pool, {
    from: work.start,
    to: work.end,
    scopes: null,
  })) {
    const noted = recorder.record(observation, scopeOf(observation.target), localAddresses)
    await again.feed({ ...noted, observation: noted.evaluated, localAddresses, everyMs: everySeconds * 1_000 })
  }
  const [path] = live.events.filter(({ kind }) => kind === 'path_down')
  expect(path?.causes[0]).toMatchObject({ class: 'msee_maintenance', confidence: 0.97 })
  expect(kept(again.events)).toEqual(kept(live.events))
  const [stored, then] = [agesBefore(again.events), agesBefore(live.events)]
  expect(then).not.toEqual([])
  expect(stored.map((age, index) => age && isWithin(then[index], age))).toEqual(then.map((age) => age && true))
  expect(again.incidents).toEqual(live.incidents)
}, 60_000)
