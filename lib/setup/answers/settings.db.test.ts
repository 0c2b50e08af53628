import { describe, expect, it } from 'vitest'
import { takeNextBackTest, upsertEvents } from '#lib/history/index.ts'
import { getOrCreateSourceId } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { placeBackTestOrder, cancelRequestedBackTest, getBackTest, getThresholds, putThresholds } from './settings.ts'

const db = withTestDatabase()
const valueOf = async (name: string) =>
  (await getThresholds(db)).data.thresholds.find((threshold) => threshold.name === name)

describe('thresholds', () => {
  it('come as shipped, each with where it comes from', async () => {
    const { data } = await getThresholds(db)
    expect(data).toMatchObject({ version: 0, savedBy: null, versions: [{ version: 0, changed: {} }] })
    expect(await valueOf('timers.hold')).toMatchObject({ value: 180_000, unit: 'duration', source: 'documentation' })
    expect(await valueOf('withdraw.mass.share')).toMatchObject({ value: 0.2, unit: 'share', source: 'assumption' })
  })

  it('are saved as versions of which each keeps what differs', async () => {
    await putThresholds(db, { version: 0, values: { 'session.flapping': 5 }, note: 'noisy provider' })
    await putThresholds(db, { version: 1, values: { 'headroom.warn': 0.85 } })
    const { data } = await putThresholds(db, { version: 2, values: { 'session.flapping': null } })
    expect(data.versions.map(({ version, changed }) => [version, changed])).toEqual([
      [3, { 'headroom.warn': 0.85 }],
      [2, { 'session.flapping': 5, 'headroom.warn': 0.85 }],
      [1, { 'session.flapping': 5 }],
      [0, {}],
    ])
    expect(await valueOf('session.flapping')).toMatchObject({ value: 3, shipped: 3 })
  })

  it('are refused when somebody saved others meanwhile, and when they are none', async () => {
    await expect(putThresholds(db, { version: 1, values: {} })).rejects.toThrow(/version 3 of the thresholds was saved/)
    const put = (values: Record<string, number>) => putThresholds(db, { version: 3, values })
    await expect(put({ 'session.flaping': 3 })).rejects.toThrow(/there is no such threshold/)
    await expect(put({ 'headroom.warn': 80 })).rejects.toThrow('values.headroom.warn: send a share from 0 to 2')
    expect((await getThresholds(db)).data.version).toBe(3)
  })

  it('stay with the event that they made', async () => {
    const sourceId = await getOrCreateSourceId(db.pool, { resourceId: '/subscriptions/s', subresource: '' })
    const event = {
      key: 'k',
      kind: 'session_down' as const,
      severity: 'minor' as const,
      scope: 's',
      subject: 'a~b',
      started: { earliest: 1, latest: 2 },
      ended: null,
      duration: null,
      detectedAt: 2,
      evidence: [],
      causes: [],
      flags: [],
    }
    await upsertEvents(db.pool, sourceId, [event], 2)
    await upsertEvents(db.pool, sourceId, [{ ...event, severity: 'major' }], 3)
    const { rows } = await db.pool.query('SELECT severity, settings_version FROM event')
    expect(rows).toEqual([{ severity: 'major', settings_version: 2 }])
  })
})

describe('a back-test', () => {
  it('is queued with what would be in force, taken once, and given up when nobody wants it', async () => {
    const { data } = await placeBackTestOrder(db, { values: { 'session.flapping': 2 } })
    expect(data).toMatchObject({
      state: 'queued',
      version: 3,
      changed: { 'headroom.warn': 0.85, 'session.flapping': 2 },
      progress: 0,
      result: null,
    })
    expect(data.to - data.from).toBe(7 * 86_400_000)
    expect((await takeNextBackTest(db.pool))?.id).toBe(data.id)
    expect((await cancelRequestedBackTest(db, data.id)).data.state).toBe('cancelled')
    expect(await takeNextBackTest(db.pool)).toBeNull()
    await expect(getBackTest(db, 'nothing')).rejects.toThrow(/no back-test nothing/)
  })
})
