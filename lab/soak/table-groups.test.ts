import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { groupOf, groups } from './table-groups.ts'

it('names tables that there are', () => {
  const schema = readFileSync(path.resolve(import.meta.dirname, '../../prisma/schema.prisma'), 'utf8')
  const tables = new Set([...schema.matchAll(/@@map\("(\w+)"\)/g)].map(([, name]) => name))
  expect(
    Object.values(groups)
      .flat()
      .filter((name) => !tables.has(name)),
  ).toEqual([])
})

it('counts as the rest what it does not name', () => {
  expect([groupOf('usage_bucket'), groupOf('coverage'), groupOf('poll_state')]).toEqual([
    'rollups',
    'intervals',
    'rest',
  ])
})
