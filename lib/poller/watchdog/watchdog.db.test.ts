import { afterEach, describe, expect, it } from 'vitest'
import type { PollObservation, PollOutcome, PollKind } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import {
  getOrCreateSourceId,
  listEvents,
  listIncidents,
  saveThresholdsAsNewVersion,
  computeShortId,
  upsertEvents,
} from '#lib/history/index.ts'
import { createDownEvent } from '#lib/history/testing/event.ts'
import { type ManualClock, manualClock } from '#lib/platform/testing/manual-clock.ts'
import { addMissingPollsToSchedule } from '#lib/platform/leases/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { recordPollAndRunDetection } from '../commit/commit-poll.ts'
import { TopologyCache } from '../detection/topology-cache.ts'
import { startWatchdog, type PollWatchdog } from './index.ts'

const T0 = Date.UTC(2026, 10, 20, 3)
const S1 = '/subscriptions/5ca1ab1e-0000-4000-8000-000000000001'
const S2 = '/subscriptions/5ca1ab1e-0000-4000-8000-000000000002'
const gateway = (subscription: string, name: string) =>
  `${subscription}/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworkGateways/${name}`

const isolated = ({ key, ...of }: { key: string; scope: string; incident: string }, at: number) =>
  createDownEvent(key, at, { ...of, kind: 'gateway_isolated', severity: 'critical', subject: 'gateway' })

describe('the watchdog', () => {
  const db = withTestDatabase()
  const running: PollWatchdog[] = []

  const watch = (clock: ManualClock, datesSamples = false) => {
    const watchdog = startWatchdog({ db, clock, datesSamples })
    running.push(watchdog)
    return watchdog
  }
  afterEach(async () => {
    for (const watchdog of running.splice(0)) await watchdog.stop()
    await db.pool.query('TRUNCATE resource, detection_scope, detection_settings, incident CASCADE')
  })

  const schedule = async (resourceId: string, kind: PollKind = 'learned') => {
    const sourceId = await getOrCreateSourceId(db.pool, { resourceId, subresource: '' })
    await addMissingPollsToSchedule(db, [{ sourceId, kind, everySeconds: 60 }])
    return sourceId
  }

  const poll = async (resourceId: string, at: number, outcome: PollOutcome = 'ok', kind: PollKind = 'learned') => {
    const sourceId = await getOrCreateSourceId(db.pool, { resourceId, subresource: '' })
    const error =
      outcome === 'ok'
        ? null
        : { code: 'X', detail: 'refused', httpStatus: 403, retryAfterSeconds: null, missingAction: null }
    const observation = {
      target: { resourceId, subresource: '' },
      kind,
      startedAt: at,
      finishedAt: at + 1_000,
      outcome,
      error,
      silentInstances: [],
      budget: null,
      correlationId: 'test',
      rows: [],
    } as PollObservation
    const options = { intervalSeconds: 60, estate: new TopologyCache() }
    await db.transaction((client) => recordPollAndRunDetection(client, sourceId, observation, options))
  }

  const raised = async () => {
    const { rows } = await listEvents(db.pool, { limit: 100 })
    return rows.map(({ kind, scopeName, ended, partOf }) => ({ kind, scopeName, open: ended === null, partOf }))
  }

  it('reports that nothing is polled, once, whichever process ticks; and that it is again', async () => {
    const clock = manualClock(T0)
    const [web, worker] = [watch(clock), watch(clock)]
    await schedule(gateway(S1, 'gw-a'))
    await poll(gateway(S1, 'gw-a'), T0)
    // no more polls, because the poll loop hangs or its process is dead
    clock.advance(4 * MS_PER_MINUTE)
    await web.tick()
    expect(await raised()).toEqual([])
    clock.advance(2 * MS_PER_MINUTE)
    await Promise.all([web.tick(), worker.tick()])
    await web.tick()
    const [event, ...more] = await raised()
    expect(more).toEqual([])
    expect(event).toMatchObject({ kind: 'nothing_polled', scopeName: 'collector', open: true })
    const { rows } = await listIncidents(db.pool, { limit: 10 })
    expect(rows).toMatchObject([{ severity: 'critical', closedAt: null }])

    await poll(gateway(S1, 'gw-a'), clock.now())
    clock.advance(MS_PER_MINUTE)
    await worker.tick()
    expect(await raised()).toMatchObject([{ kind: 'nothing_polled', open: false }])
  })

  it('uses thresholds from the tick after they were saved on', async () => {
    const clock = manualClock(T0)
    const watchdog = watch(clock)
    await schedule(gateway(S1, 'gw-a'))
    await poll(gateway(S1, 'gw-a'), T0)
    clock.advance(2 * MS_PER_MINUTE)
    await watchdog.tick()
    expect(await raised()).toEqual([])
    const changed = { 'nothing.all': MS_PER_MINUTE }
    await db.transaction((client) => saveThresholdsAsNewVersion(client, { changed, expected: 0, by: 'test', note: '' }))
    await watchdog.tick()
    expect(await raised()).toMatchObject([{ kind: 'nothing_polled', open: true }])
    expect((await db.pool.query('SELECT settings_version AS version FROM event')).rows).toEqual([{ version: 1 }])
  })

  it('reports one subscription while others are polled', async () => {
    const clock = manualClock(T0)
    const watchdog = watch(clock)
    for (const id of [gateway(S1, 'gw-a'), gateway(S2, 'gw-b')]) {
      await schedule(id)
      await poll(id, T0)
    }
    clock.advance(10 * MS_PER_MINUTE)
    await poll(gateway(S2, 'gw-b'), clock.now())
    clock.advance(2_000)
    await watchdog.tick()
    expect(await raised()).toMatchObject([{ kind: 'nothing_polled', scopeName: S1.split('/')[2], open: true }])
  })

  it('folds the errors of a subscription into the one fault that they share', async () => {
    const clock = manualClock(T0)
    const watchdog = watch(clock)
    const ids = ['gw-a', 'gw-b', 'gw-c'].map((name) => gateway(S1, name))
    for (const id of ids) {
      await schedule(id)
      await poll(id, T0)
    }
    clock.advance(MS_PER_MINUTE)
    for (const id of ids) await poll(id, clock.now(), 'forbidden')
    clock.advance(2_000)
    await watchdog.tick()
    const events = await raised()
    const errors = events.filter(({ kind }) => kind === 'collector_error')
    expect(errors).toHaveLength(3)
    expect(errors.every(({ partOf, open }) => partOf !== null && open)).toBe(true)
    expect(events.filter(({ partOf }) => partOf === null)).toMatchObject([{ kind: 'collector_degraded', open: true }])
    // later versions of the errors remain part of the same event
    clock.advance(MS_PER_MINUTE)
    for (const id of ids) await poll(id, clock.now())
    clock.advance(2_000)
    await watchdog.tick()
    const after = await raised()
    expect(after.every(({ open }) => !open)).toBe(true)
    expect(after.filter(({ partOf }) => partOf !== null)).toHaveLength(3)
  })

  it('opens one incident for a cause that several resources share, and leaves other errors theirs', async () => {
    const clock = manualClock(T0)
    const watchdog = watch(clock)
    const ids = Array.from({ length: 14 }, (_, n) => gateway(S1, `gw-${n}`))
    for (const id of ids) {
      await schedule(id)
      await poll(id, T0)
    }
    const outcomeOf = (n: number): PollOutcome => (n < 4 ? 'unauthorized' : n === 4 ? 'forbidden' : 'ok')
    const pollAll = async (of: (n: number) => PollOutcome) => {
      clock.advance(MS_PER_MINUTE)
      for (const [n, id] of ids.entries()) await poll(id, clock.now(), of(n))
      clock.advance(2_000)
      await watchdog.tick()
    }
    await pollAll(outcomeOf)
    await pollAll(outcomeOf)
    const incidents = async () => {
      const { rows } = await listIncidents(db.pool, { limit: 20 })
      return rows.map(({ scopeName, events }) => [scopeName, events]).toSorted()
    }
    const expected = [
      [S1.split('/')[2], 5],
      ['gw-4', 1],
    ]
    expect(await incidents()).toEqual(expected)
    await pollAll((n) => (n < 3 ? 'ok' : outcomeOf(n)))
    await pollAll(() => 'ok')
    expect(await incidents()).toEqual(expected)
    expect((await raised()).every(({ open }) => !open)).toBe(true)
  })

  it('adds a later error of the same cause to the open incident without another incident', async () => {
    const clock = manualClock(T0)
    const watchdog = watch(clock)
    const ids = Array.from({ length: 8 }, (_, n) => gateway(S1, `gw-${n}`))
    for (const id of ids) {
      await schedule(id)
      await poll(id, T0)
    }
    const open = async () => {
      const { rows } = await listIncidents(db.pool, { limit: 20, open: true })
      return rows.map(({ scopeName, events }) => [scopeName, events])
    }
    clock.advance(MS_PER_MINUTE)
    for (const id of ids.slice(0, 2)) await poll(id, clock.now(), 'forbidden')
    clock.advance(2_000)
    await watchdog.tick()
    expect(await open()).toEqual([[S1.split('/')[2], 3]])
    for (const id of ids.slice(2)) await poll(id, clock.now(), 'forbidden')
    expect(await open(), 'before the next run of the watchdog').toEqual([[S1.split('/')[2], 9]])
    clock.advance(10_000)
    for (const id of ids.slice(1)) await poll(id, clock.now())
    await watchdog.tick()
    expect(await open(), 'the last resource still fails').toEqual([[S1.split('/')[2], 9]])
    clock.advance(10_000)
    for (const id of ids) await poll(id, clock.now())
    await watchdog.tick()
    clock.advance(3 * MS_PER_MINUTE)
    for (const id of ids) await poll(id, clock.now())
    await watchdog.tick()
    expect(await open()).toEqual([])
  })

  it('opens one incident if the credentials of several subscriptions expire, and moves the earlier one into it', async () => {
    const clock = manualClock(T0)
    const watchdog = watch(clock)
    const ids = [S1, S2].flatMap((subscription) => ['gw-a', 'gw-b', 'gw-c'].map((name) => gateway(subscription, name)))
    for (const id of ids) {
      await schedule(id)
      await poll(id, T0)
    }
    const open = async () => {
      const { rows } = await listIncidents(db.pool, { limit: 20, open: true })
      const { rows: all } = await listEvents(db.pool, { limit: 100 })
      return rows.map(({ rootEventId, events }) => [all.find(({ id }) => id === rootEventId)?.scopeName, events])
    }
    clock.advance(MS_PER_MINUTE)
    for (const id of ids.slice(0, 3)) await poll(id, clock.now(), 'unauthorized')
    clock.advance(2_000)
    await watchdog.tick()
    expect(await open()).toEqual([[S1.split('/')[2], 4]])
    for (const id of ids.slice(3)) await poll(id, clock.now(), 'unauthorized')
    clock.advance(8_000)
    await watchdog.tick()
    expect(await open()).toEqual([['collector', 9]])
  })

  it('holds what does not answer because it is lost for a part of that fault, and opens no incident of its own', async () => {
    const clock = manualClock(T0)
    const watchdog = watch(clock)
    const ids = ['gw-a', 'gw-b'].map((name) => gateway(S1, name))
    const sources = await Promise.all(ids.map((id) => schedule(id)))
    for (const id of ids) await poll(id, T0)
    const fault = { key: 'a is isolated', scope: computeShortId(ids[0] ?? ''), incident: 'i' }
    await upsertEvents(db.pool, sources[0] ?? 0, [isolated(fault, T0)])
    clock.advance(4 * MS_PER_MINUTE)
    await poll(ids[0] ?? '', clock.now(), 'unavailable')
    await poll(ids[1] ?? '', clock.now(), 'unavailable')
    await watchdog.tick()
    const degraded = async () => (await raised()).find(({ kind }) => kind === 'collector_degraded')
    expect(await degraded(), 'the other gateway has no fault').toMatchObject({ partOf: null })
    await upsertEvents(db.pool, sources[1] ?? 0, [
      isolated({ ...fault, key: 'b is isolated', scope: computeShortId(ids[1] ?? '') }, T0),
    ])
    clock.advance(10_000)
    await watchdog.tick()
    expect(await degraded()).toMatchObject({ partOf: expect.stringMatching(/./), open: true })
    const { rows } = await listIncidents(db.pool, { limit: 10, open: true })
    expect(rows.filter(({ scopeName }) => scopeName === S1.split('/')[2])).toEqual([])
  })

  it('ends the error of what is polled no more', async () => {
    const clock = manualClock(T0)
    const watchdog = watch(clock)
    for (const name of ['gw-a', 'gw-b', 'gw-c']) await schedule(gateway(S1, name))
    const sourceId = await schedule(gateway(S1, 'gw-a'))
    await poll(gateway(S1, 'gw-a'), T0, 'not_found')
    clock.advance(2_000)
    await watchdog.tick()
    expect(await raised()).toMatchObject([{ kind: 'collector_error', open: true }])
    await db.pool.query('DELETE FROM poll_schedule WHERE source_id = $1', [sourceId])
    clock.advance(15_000)
    await watchdog.tick()
    expect(await raised()).toMatchObject([{ kind: 'collector_error', open: false }])
  })

  it('reports a clock that was set where it dates samples, and nowhere else', async () => {
    const clock = manualClock(T0)
    const [web, worker] = [watch(clock), watch(clock, true)]
    clock.advance(15_000)
    clock.step(clock.now() - 5_000)
    await web.tick()
    expect(await raised()).toEqual([])
    await worker.tick()
    await worker.tick()
    expect(await raised()).toMatchObject([{ kind: 'clock_step', scopeName: 'collector', open: false }])
  })
})
