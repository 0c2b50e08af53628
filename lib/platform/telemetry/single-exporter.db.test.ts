import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { withTestDatabase } from '../testing/database.ts'
import { startSingleExporter } from './single-exporter.ts'

const db = withTestDatabase()
const RETRY_MS = 20

it('one of several exports the estate, and another when that one ends', async () => {
  const all = ['first', 'second', 'third'].map((name) =>
    startSingleExporter(db, async () => [{ name, help: '', type: 'gauge', samples: [] }], RETRY_MS),
  )
  const holders = async () =>
    (await Promise.all(all.map(({ families }) => families()))).flatMap((families) => families ?? [])
  while ((await holders()).length === 0) await delay(5)
  const [first, ...others] = await holders()
  expect(others).toEqual([])
  await all[['first', 'second', 'third'].indexOf(first?.name ?? '')]?.stop()
  while ((await holders()).length === 0) await delay(5)
  const [second, ...more] = await holders()
  expect(more).toEqual([])
  expect(second?.name).not.toBe(first?.name)
  await Promise.all(all.map(({ stop }) => stop()))
  expect(await holders()).toEqual([])
})
