import { expect, it } from 'vitest'
import type { AccessRight, StreamChange } from '#lib/contract/index.ts'
import { createChangeFilter } from './change-filter.ts'

const change = (...topics: StreamChange['topics']): StreamChange => ({
  topics,
  scope: null,
  at: '2026-11-20T03:12:00.000Z',
})

it('whoever may not read cost is not notified of it', async () => {
  const sees = await createChangeFilter({ scope: 'everything', rights: new Set<AccessRight>(['read']) })
  expect([change('cost'), change('circuits', 'cost'), change('events')].map((one) => sees?.(one))).toEqual([
    false,
    true,
    true,
  ])
  expect(
    await createChangeFilter({ scope: 'everything', rights: new Set<AccessRight>(['read', 'read_cost']) }),
  ).toBeNull()
})
