import { expect, it } from 'vitest'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { addDrill, cancelDrill, findDrill, listDrills } from './drills.ts'

const db = withTestDatabase()
const T0 = Date.UTC(2026, 10, 20, 3)

const drill = (id: string, from: number) => ({
  id,
  title: `Drill ${id}`,
  note: '',
  lose: 'circuit:ckt',
  change: '',
  from,
  to: from + MS_PER_HOUR,
  withinSeconds: 60,
  scopes: ['ckt'],
  marks: [
    {
      id: 'm1',
      kind: 'path_lost' as const,
      scope: 'ckt',
      subject: 'AzurePrivatePeering/primary',
      prefixes: [],
      outcome: null,
      before: null,
      to: null,
      withinSeconds: null,
    },
  ],
  announcedBy: 'ops',
  announcedAt: from - MS_PER_HOUR,
  cancelledBy: null,
  cancelledAt: null,
})

it('drills are read as they were announced, the last to begin first, and called off once', async () => {
  const [early, late] = [drill('a', T0), drill('b', T0 + 2 * MS_PER_HOUR)]
  await addDrill(db.pool, early)
  await addDrill(db.pool, late)
  expect(await listDrills(db.pool, 10)).toEqual([late, early])
  expect(await listDrills(db.pool, 1)).toEqual([late])
  expect(await findDrill(db.pool, 'a')).toEqual(early)
  expect(await findDrill(db.pool, 'c')).toBeNull()
  expect(await cancelDrill(db.pool, 'b', 'kim', T0)).toBe(true)
  expect(await cancelDrill(db.pool, 'b', 'lee', T0 + 1)).toBe(false)
  expect(await findDrill(db.pool, 'b')).toEqual({ ...late, cancelledBy: 'kim', cancelledAt: T0 })
})
