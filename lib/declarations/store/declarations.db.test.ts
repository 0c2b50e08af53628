import { describe, expect, it } from 'vitest'
import type { Declarations } from '#lib/contract/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { DeclarationsConflictError, saveDeclarationsAsNewVersion } from './declarations.ts'
import { listDeclarationVersions, readCurrentDeclarations } from '#lib/history/read/config/declarations.ts'
import { createPastReader } from '#lib/history/past/past-reader.ts'
import { readMaintenanceWindows } from '#lib/history/read/config/maintenance.ts'

const site = (name: string, ...prefixes: string[]) => ({ name, prefixes, home: null, routers: [] })
const watched = (prefix: string, note = '') => ({ prefix, note })

describe('declarations', () => {
  const db = withTestDatabase()
  const save = (lists: Partial<Declarations>, expected: number | null = null, by = 'ada') =>
    db.transaction((client) => saveDeclarationsAsNewVersion(client, lists, { by, expected }))
  const versionTimes: number[] = []
  const noteTime = async () => {
    const { updatedAt } = await readCurrentDeclarations(db.pool)
    versionTimes.push(Date.parse(updatedAt ?? ''))
  }

  it('are nothing, in version 0, before the first save', async () => {
    expect(await readCurrentDeclarations(db.pool)).toEqual({
      circuits: [],
      customers: [],
      customerTags: [],
      exclusions: [],
      interfaces: [],
      sites: [],
      mappings: [],
      routerNeighbors: [],
      policies: [],
      maintenance: [],
      pauses: [],
      cards: [],
      watched: [],
      version: 0,
      updatedAt: null,
      updatedBy: null,
      unreadable: [],
    })
  })

  it('are a new version with each save; lists that are not sent stay', async () => {
    expect(await save({ sites: [site('A', '10.0.0.0/8'), site('B')] }, 0)).toEqual({ version: 1, changed: true })
    await noteTime()
    expect(await save({ watched: [watched('10.1.0.0/16')] }, 1, 'bob')).toEqual({ version: 2, changed: true })
    await noteTime()
    expect(await save({ sites: [site('A', '10.0.0.0/9'), site('C')] }, 2)).toEqual({ version: 3, changed: true })
    await noteTime()
    expect(await readCurrentDeclarations(db.pool)).toMatchObject({
      sites: [site('A', '10.0.0.0/9'), site('C')],
      watched: [watched('10.1.0.0/16')],
      version: 3,
      updatedBy: 'ada',
    })
  })

  it('make no version when nothing differs, in whatever order it is sent', async () => {
    const again = { sites: [site('C'), { routers: [], home: null, prefixes: ['10.0.0.0/9'], name: 'A' }] }
    expect(await save(again, 3)).toEqual({ version: 3, changed: false })
  })

  it('are kept as they were in force at any moment', async () => {
    const at = async (n: number) => readCurrentDeclarations(createPastReader(db.pool, versionTimes[n]))
    expect(await at(0)).toMatchObject({ version: 1, sites: [site('A', '10.0.0.0/8'), site('B')], watched: [] })
    expect(await at(1)).toMatchObject({ version: 2, updatedBy: 'bob', sites: [site('A', '10.0.0.0/8'), site('B')] })
    expect(await readCurrentDeclarations(createPastReader(db.pool, (versionTimes[0] ?? 0) - 1))).toMatchObject({
      version: 0,
      sites: [],
    })
  })

  it('say who changed what, version by version', async () => {
    const first = await listDeclarationVersions(db.pool, { limit: 2 })
    expect(first.rows).toMatchObject([
      {
        version: 3,
        savedBy: 'ada',
        changes: [
          { list: 'sites', key: 'A', op: 'changed' },
          { list: 'sites', key: 'B', op: 'removed' },
          { list: 'sites', key: 'C', op: 'added' },
        ],
      },
      { version: 2, savedBy: 'bob', changes: [{ list: 'watched', key: '10.1.0.0/16', op: 'added' }] },
    ])
    const rest = await listDeclarationVersions(db.pool, { limit: 2, cursor: first.nextCursor ?? undefined })
    expect(rest.rows.map(({ version }) => version)).toEqual([1])
    expect(rest.nextCursor).toBeNull()
  })

  it('are read as windows of their own where they recur, in the order in which they begin', async () => {
    const window = { scopes: [], paths: [], note: '' }
    const [from, to] = ['2026-03-14T22:00:00.000Z', '2026-03-15T02:00:00.000Z']
    const recurrence = { rule: 'FREQ=WEEKLY', timeZone: 'Europe/London', exceptDates: [] }
    await db.transaction((client) =>
      saveDeclarationsAsNewVersion(
        client,
        {
          maintenance: [
            {
              ...window,
              id: 'once',
              title: 'B',
              from: '2026-04-01T00:00:00.000Z',
              to: '2026-04-01T01:00:00.000Z',
              recurrence: null,
            },
            { ...window, id: 'again', title: 'A', from, to, recurrence },
          ],
        },
        { by: 'ada', expected: null },
      ),
    )
    const windows = await readMaintenanceWindows(
      db.pool,
      { from: Date.UTC(2026, 2, 28), to: Date.UTC(2026, 3, 5) },
      () => null,
    )
    expect(windows.map(({ id, sourceId, from: begin, recurring }) => [id, sourceId, begin, recurring])).toEqual([
      ['again@2026-03-28T22:00Z', 'again', '2026-03-28T22:00:00.000Z', true],
      ['once', 'once', '2026-04-01T00:00:00.000Z', false],
      ['again@2026-04-04T21:00Z', 'again', '2026-04-04T21:00:00.000Z', true],
    ])
  })

  it('refuse a save on top of a version that is not in force any more', async () => {
    await expect(save({ sites: [] }, 2)).rejects.toThrow(DeclarationsConflictError)
    expect((await readCurrentDeclarations(db.pool)).sites).toHaveLength(2)
  })

  it('let one of several that edit the same version save, and refuse the others', async () => {
    const { version } = await readCurrentDeclarations(db.pool)
    const all = await Promise.allSettled(
      ['D', 'E', 'F', 'G'].map((name) => save({ sites: [site(name)] }, version, name)),
    )
    expect(all.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected'])
    const now = await readCurrentDeclarations(db.pool)
    expect(now).toMatchObject({ version: version + 1, sites: [site(now.updatedBy ?? '')] })
  })

  it('hold items with keys longer than an index can', async () => {
    const prefixes = (last: number) => Array.from({ length: 500 }, (_, i) => `10.${i >> 8}.${i & 255}.${last}/32`)
    const policy = (last: number) => ({
      kind: 'symmetric' as const,
      circuits: ['lon'],
      prefixes: [...prefixes(1), `10.9.9.${last}/32`],
    })
    await save({ policies: [policy(1), policy(2)] })
    const { policies } = await readCurrentDeclarations(db.pool)
    expect(policies).toHaveLength(2)
    expect((await save({ policies })).changed).toBe(false)
  })
})

describe('a stored item that can not be read', () => {
  const db = withTestDatabase()

  it('is named and left out, and goes with the next save of its list', async () => {
    const save = (lists: Partial<Declarations>) =>
      db.transaction((client) => saveDeclarationsAsNewVersion(client, lists, { by: 'ada', expected: null }))
    await save({ watched: [watched('10.0.0.0/8'), watched('10.1.0.0/16')] })
    await db.pool.query(`UPDATE declaration SET value = '{"prefix": 7}' WHERE key = '10.0.0.0/8'`)
    await db.pool.query(`INSERT INTO declaration VALUES ('dreams', 'x', '{}', 1)`)
    const read = await readCurrentDeclarations(db.pool)
    expect(read.watched).toEqual([watched('10.1.0.0/16')])
    expect(read.unreadable).toEqual([
      { list: 'dreams', key: 'x', reason: 'no list of this name is known' },
      { list: 'watched', key: '10.0.0.0/8', reason: expect.stringMatching(/^prefix: /) },
    ])
    await save({ watched: [watched('10.1.0.0/16'), watched('10.2.0.0/16')] })
    expect((await readCurrentDeclarations(db.pool)).unreadable.map(({ list }) => list)).toEqual(['dreams'])
  })
})
