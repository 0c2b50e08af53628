import { expect, it } from 'vitest'
import { branchText } from './route-server-text.ts'

it('branch-to-branch is on, off, or not stated', () => {
  expect([true, false, null].map(branchText)).toEqual([
    expect.stringContaining(' on:'),
    expect.stringContaining(' off:'),
    expect.stringContaining('does not say'),
  ])
})
