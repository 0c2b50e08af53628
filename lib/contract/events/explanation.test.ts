import { describe, expect, it } from 'vitest'
import { type IncidentExplanation, formatIncidentExplanations } from './explanation.ts'

const london: IncidentExplanation = { kind: 'location', name: 'London', members: { of: 'circuits', hit: 2, total: 2 } }
const router: IncidentExplanation = { kind: 'router', name: 'ce-a', members: { of: 'paths', hit: 3, total: 3 } }
const equinix: IncidentExplanation = {
  kind: 'provider',
  name: 'Equinix',
  members: { of: 'circuits', hit: 2, total: 3 },
}

describe('what explains an incident, in words', () => {
  it.each<[string, IncidentExplanation[], string]>([
    ['nothing', [], ''],
    ['both of two', [london], 'peering location London, both of its 2 circuits'],
    ['all of more', [router], 'router ce-a, all of its 3 paths'],
    [
      'some, of which nothing is known',
      [equinix],
      'provider Equinix, 2 of its 3 circuits, the rest not confirmed healthy since',
    ],
    [
      'one of two that no sample rules out',
      [{ ...london, kind: 'customer_side' }, london],
      'customer’s or provider’s side at London, both of its 2 circuits; or peering location London, both of its 2 circuits',
    ],
  ])('%s', (_, explanations, words) => {
    expect(formatIncidentExplanations(explanations)).toBe(words)
  })
})
