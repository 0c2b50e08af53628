import { expect, it } from 'vitest'
import { copyGroupState } from './group-draft.ts'
import { createResourceState, type GroupState, type LiveEvent } from './scope-state.ts'

const event = { key: 'e', evidence: [{ claim: 'a' }] } as unknown as LiveEvent['event']
const group = (): GroupState => ({
  gw: {
    ...createResourceState(),
    silent: { '10.0.4.4': { earliest: 1, latest: 2 } },
    live: { e: { event, confirm: { source: '1 peers', lastAt: 1, left: 1 }, prefixes: ['10.0.0.0/8'] } },
  },
})

it('leaves what it is a draft of as it is, whatever is written into it', () => {
  const state = group()
  const { gw } = copyGroupState(state)
  const live = gw?.live.e
  if (!gw || !live?.confirm) throw new Error('the draft lacks what the state has')
  expect(gw).toEqual(group().gw)
  live.confirm.left = 0
  live.prefixes?.push('10.1.0.0/16')
  live.event = { ...live.event, key: 'other' }
  Object.assign(gw.silent, { '10.0.4.5': { earliest: 3, latest: 4 } })
  delete gw.live.e
  expect(state).toEqual(group())
})

it('shares events, which nothing writes into', () => {
  expect(copyGroupState(group()).gw?.live.e?.event).toBe(event)
})
