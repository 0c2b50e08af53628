import { expect, it } from 'vitest'
import { branchText, routesText } from './route-server-words.ts'

it('tables are shown by instance, and one that was not read is not empty', () => {
  const tables = [
    { instance: 'RouteServiceRole_IN_0', routes: 3 },
    { instance: 'RouteServiceRole_IN_1', routes: 2 },
  ]
  expect([routesText(tables), routesText([]), routesText(null)]).toEqual([
    'IN_0 3, IN_1 2',
    'no routes',
    'not read yet',
  ])
})

it('branch-to-branch is on, off, or not stated', () => {
  expect([true, false, null].map(branchText)).toEqual([
    expect.stringContaining(' on:'),
    expect.stringContaining(' off:'),
    expect.stringContaining('does not say'),
  ])
})
