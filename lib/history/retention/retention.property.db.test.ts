import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { computeEventId, upsertEvents } from '../store/events.ts'
import { readEventsById } from '../read/events/list-events.ts'
import { createDownEvent } from '../testing/event.ts'
import { createTestPollSource } from '../testing/feed.ts'
import { timelineInstances, collectTestMomentsAroundPolls, generateTableTimelines } from '../testing/random-timeline.ts'
import { peerRows, convertModelPollValues, recordModelTimeline } from '../testing/recorded-timeline.ts'
import { pruneHistory } from './history-rows.ts'

const db = withTestDatabase()

/** Bounds of the begin and end of an event or interval; an unknown end equals the begin. */
type Moments = readonly (readonly [earliest: number, latest: number])[]
const touch = (a: Moments, b: Moments) =>
  a.some(([from, to]) => b.some(([earliest, latest]) => from <= latest && to >= earliest))

const drawnEvent = fc.record({
  subject: fc.constantFrom('one', 'two'),
  begin: fc.nat(),
  length: fc.nat({ max: 120_000 }),
  end: fc.option(fc.nat()),
})

describe('what retention deletes', () => {
  it('is what ended before its moment, unless an event that stays may have begun or ended with it', async () => {
    const timeline = generateTableTimelines(
      timelineInstances.map((name) => `${name} 10.0.4.4`),
      ['Connected:3', 'Idle:0', 'Connecting:0'],
    )
    await fc.assert(
      fc.asyncProperty(
        timeline,
        fc.array(drawnEvent, { maxLength: 5 }),
        fc.nat(),
        fc.nat(),
        async (polls, drawn, n, m) => {
          const feed = await createTestPollSource(db)
          const model = await recordModelTimeline(feed, 'peers', polls, peerRows)
          const all = collectTestMomentsAroundPolls(model.polls)
          const at = (i: number) => all[i % all.length] ?? 0
          const events = drawn.map(({ subject, begin, length, end }, i) => {
            const started = { earliest: at(begin), latest: at(begin) + length }
            const from = end === null ? 0 : Math.max(at(end), started.latest)
            const ended = end === null ? null : { earliest: from, latest: from + length }
            return createDownEvent(`${feed.sourceId} ${i}`, started.latest + i, {
              scope: `${feed.sourceId}`,
              subject,
              started,
              ended,
            })
          })
          await upsertEvents(db.pool, feed.sourceId, events)
          const [intervals = 0, rest = 0] = [at(n), at(m)].toSorted((a, b) => a - b)

          const staying = events.filter((event) => {
            const isOver = (event.ended ?? event.started).latest < rest
            const isFollowed = events.some(
              ({ subject, detectedAt }) => subject === event.subject && detectedAt > event.detectedAt,
            )
            return !isOver || (event.ended === null && !isFollowed)
          })
          const marks = staying
            .filter(({ started }) => started.earliest < intervals)
            .flatMap(
              ({ started, ended }): Moments => [
                [started.earliest, started.latest],
                [(ended ?? started).earliest, (ended ?? started).latest],
              ],
            )
          const stays = (end: number | null, own: Moments) => end === null || end >= intervals || touch(own, marks)

          await pruneHistory(db, { intervals, rest })

          const left = await readEventsById(
            db.pool,
            events.map(({ key }) => computeEventId(key)),
          )
          expect(left.map(({ key }) => key).toSorted()).toEqual(staying.map(({ key }) => key).toSorted())

          const { rows: spans } = await db.pool.query<{ key: string; value: string; first_present: Date }>(
            `SELECT s.local_address || ' ' || s.neighbor AS key, x.azure_state AS value, x.first_present
           FROM session s JOIN session_span x ON x.session_id = s.id WHERE s.source_id = $1`,
            [feed.sourceId],
          )
          const states = convertModelPollValues(model, (value) => value.split(':')[0] ?? '')
          const kept = states.keys().flatMap((key) =>
            states.intervals(key).filter(({ lastAbsent, firstPresent, lastPresent, firstAbsent }) =>
              stays(firstAbsent, [
                [lastAbsent ?? firstPresent, firstPresent],
                [lastPresent, firstAbsent ?? lastPresent],
              ]),
            ),
          )
          expect(
            spans.map(({ key, value, first_present }) => `${key} ${value} ${first_present.getTime()}`).toSorted(),
          ).toEqual(kept.map(({ key, value, firstPresent }) => `${key} ${value} ${firstPresent}`).toSorted())

          const { rows: covered } = await db.pool.query<{ from_at: Date }>(
            'SELECT from_at FROM coverage WHERE source_id = $1 ORDER BY from_at',
            [feed.sourceId],
          )
          expect(covered.map(({ from_at }) => from_at.getTime())).toEqual(
            model
              .coverage()
              .filter(({ from, to }) => stays(to, [[from, to]]))
              .map(({ from }) => from),
          )
        },
      ),
      { numRuns: 16 },
    )
  })
})
