import { expect, it } from 'vitest'
import { formatPlanRehearsalResult } from './report.ts'
import type { RehearsedPrefixMove } from './rehearse.ts'

it('names the table of each prefix that goes elsewhere', () => {
  const moved = (scope: string, routers: RehearsedPrefixMove['routers']): RehearsedPrefixMove => ({
    side: 'azure',
    scope,
    prefix: '10.20.0.0/16',
    outcome: 'stranded',
    routers,
    lostSeconds: null,
  })
  const compared = { compared: 2, differences: [] }
  const text = formatPlanRehearsalResult({
    at: '2026-11-20T03:00:00.000Z',
    done: [],
    refused: [],
    names: { hub: 'ergw-hub', jnb: 'ergw-jnb', lon: 'erc-london' },
    bird: '2.15',
    isOld: false,
    result: {
      routers: 2,
      sessions: 1,
      before: compared,
      seconds: [],
      after: compared,
      moved: [moved('hub', { prefix: '10.20.0.0/16', hops: ['lon primary 10.0.4.4'] }), moved('jnb', null)],
      gained: [],
      unknown: 0,
      notPlayed: [],
    },
  })
  expect(text).toContain('azure 10.20.0.0/16 at ergw-hub: by 10.20.0.0/16 over erc-london primary')
  expect(text).toContain('azure 10.20.0.0/16 at ergw-jnb: nowhere')
})
