import { expect, it } from 'vitest'
import { eventful, eventsOf, makePast, ORIGIN, scratch } from './testing.ts'

it('the same events and incidents come of it, whichever lane is first', { timeout: 600_000 }, async () => {
  const [one, other] = [await scratch(), await scratch()]
  try {
    await makePast(one.db, eventful, ORIGIN, 'around-edges')
    await makePast(other.db, eventful, ORIGIN, 'around-edges', { arrange: (lanes) => lanes.toReversed() })
    const found = await eventsOf(one.db)
    expect(found).toEqual(await eventsOf(other.db))
    const incidents = 'SELECT id, root, opened_at, closed_at FROM incident ORDER BY id'
    const { rows } = await one.db.pool.query(incidents)
    expect(rows).toEqual((await other.db.pool.query(incidents)).rows)
    expect(rows.length).toBeGreaterThan(2)
  } finally {
    await one.drop()
    await other.drop()
  }
})
