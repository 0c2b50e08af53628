import { expect, it } from 'vitest'
import { describeBranchToBranch } from './route-server-text.ts'

it('branch-to-branch is on, off, or not stated', () => {
  expect([true, false, null].map(describeBranchToBranch)).toEqual([
    expect.stringContaining(' on:'),
    expect.stringContaining(' off:'),
    expect.stringContaining('does not say'),
  ])
})
