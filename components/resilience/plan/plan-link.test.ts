import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readPlan } from '#lib/plan/api/file/read-plan.ts'
import { decodePlanFragment, encodePlanFragment, type PlanInUrl } from './plan-link.ts'

const id = (n: number) => `/subscriptions/${'s'.repeat(36)}/providers/Microsoft.Network/connections/er-${n}`
const plan = (changes: number): PlanInUrl => ({
  name: 'main.json',
  read: readPlan(
    JSON.stringify(Array.from({ length: changes }, (_, n) => ({ set: { resource: id(n), weight: n, colour: 'x' } }))),
  ),
})

it.each([1, 20, 200])('a link restores %i changes and the unknown parts', async (changes) => {
  const fragment = await encodePlanFragment(plan(changes))
  expect(fragment).toMatch(/^#plan=[\w-]+$/)
  const found = await decodePlanFragment(fragment ?? '')
  expect(found).toEqual(plan(changes))
  expect(found?.read.unknown).toHaveLength(changes)
})

it('a plan that is too large has no link', async () => {
  const { name, read } = plan(1)
  const why = Array.from({ length: 40_000 }, (_, n) => ((n * 7_919) % 9_973).toString(36)).join('')
  const large = Array.from({ length: 40 }, (_, n) => ({
    at: '',
    attribute: null,
    why: why.slice(n * 999, n * 999 + 999),
  }))
  expect(await encodePlanFragment({ name, read: { ...read, unknown: large } })).toBeNull()
})

it('a damaged or forged link is refused', async () => {
  const fragment = (await encodePlanFragment(plan(1))) ?? ''
  expect(await decodePlanFragment(fragment.slice(0, -9))).toBeNull()
  const forged = { ...plan(1), read: { format: 'x' } } as unknown as PlanInUrl
  expect(await decodePlanFragment((await encodePlanFragment(forged)) ?? '')).toBeNull()
  const bomb = { ...plan(1), name: 'a'.repeat(2_000_000) }
  expect(await decodePlanFragment((await encodePlanFragment(bomb)) ?? '')).toBeNull()
  await fc.assert(
    fc.asyncProperty(fc.string(), async (text) => {
      expect(await decodePlanFragment(`#plan=${text}`)).toBeNull()
    }),
    { numRuns: 50 },
  )
})
