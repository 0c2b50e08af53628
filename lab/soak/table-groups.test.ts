import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { getGroupOfTable, tableGroups } from './table-groups.ts'

it('names tables that there are', () => {
  const folder = path.resolve(import.meta.dirname, '../../prisma/migrations')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.sql'))
  const sql = files.map((file) => readFileSync(path.join(folder, file), 'utf8')).join('\n')
  const tables = new Set([...sql.matchAll(/(?:CREATE TABLE|RENAME TO) (\w+)/g)].map(([, name]) => name))
  expect(
    Object.values(tableGroups)
      .flat()
      .filter((name) => !tables.has(name)),
  ).toEqual([])
})

it('counts as the rest what it does not name', () => {
  expect([getGroupOfTable('usage_bucket'), getGroupOfTable('coverage'), getGroupOfTable('poll_state')]).toEqual([
    'rollups',
    'intervals',
    'rest',
  ])
})
