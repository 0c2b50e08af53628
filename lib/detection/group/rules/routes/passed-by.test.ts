import { describe, expect, it } from 'vitest'
import { runTestTimeline } from '#lib/poller/memory/testing/play.ts'
import type { TestTimelineChange } from '#lib/poller/memory/testing/timeline.ts'
import { SITE_A_PREFIXES, createTwoCircuitEstate } from '../../../testing/estates.ts'
import { announceSimulatedPrefixes, withdrawSimulatedPrefixes } from '../../../testing/happenings.ts'

const PEERS = ['10.0.4.4', '10.0.4.5']
const LEAK = Array.from({ length: 60 }, (_, n) => `10.77.${n}.0/24`)

const comes = (at: string, prefixes = LEAK, peers = PEERS): TestTimelineChange => ({
  at,
  do: (world) => announceSimulatedPrefixes(world, peers, prefixes, [65001]),
})
const goes = (at: string, prefixes = LEAK, peers = PEERS): TestTimelineChange => ({
  at,
  do: (world) => withdrawSimulatedPrefixes(world, peers, prefixes),
})

/** Returns the end and the flags of each withdrawal; null = ongoing. */
async function withdrawals(truth: TestTimelineChange[], to = '11:30') {
  const { events } = await runTestTimeline({ world: createTwoCircuitEstate, from: '9:50', to, truth })
  return events
    .filter(({ kind }) => kind === 'mass_withdraw')
    .map(({ ended, flags }) => (ended ? [new Date(ended.latest).toISOString().slice(11, 16), flags] : null))
}

describe('what a leak brought, and took back after more than ten minutes', () => {
  const leak = [comes('10:00:30'), goes('10:30:30')]
  it('is missing for as long as it was there', async () => {
    expect(await withdrawals(leak)).toEqual([['11:01', ['baseline']]])
    expect(await withdrawals(leak, '11:00')).toEqual([null])
  })

  it.each<[string, TestTimelineChange[]]>([
    ['what was there from the first table on', [goes('10:30:30', SITE_A_PREFIXES)]],
    ['what went with it', [comes('10:00:30'), goes('10:30:30', [...LEAK, ...SITE_A_PREFIXES])]],
    [
      'what flapped before',
      [goes('10:00:30', SITE_A_PREFIXES), comes('10:05:30', SITE_A_PREFIXES), goes('10:10:30', SITE_A_PREFIXES)],
    ],
    ['what others announce still', [comes('10:00:30', LEAK), goes('10:30:30', LEAK, PEERS.slice(1))]],
  ])('%s is missing for longer', async (_, truth) => {
    expect((await withdrawals(truth)).at(-1)).toBeNull()
  })

  it('ends for both neighbors where one took it back a poll later', async () => {
    const apart = [comes('10:00:30'), goes('10:30:30', LEAK, PEERS.slice(1)), goes('10:31:30', LEAK, PEERS.slice(0, 1))]
    const all = await withdrawals(apart)
    expect(all).toHaveLength(2)
    expect(all).not.toContain(null)
  })
})
