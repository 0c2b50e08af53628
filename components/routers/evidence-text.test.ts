import { expect, it } from 'vitest'
import { formatRouterMatchEvidence } from './evidence-text.ts'

it.each([
  [{}, '4 of 4 agree'],
  [{ asns: false }, '3 of 4 agree: the ASNs differ'],
  [{ customerAddress: null, asns: null }, '2 of 4 agree: address of the router not known, both ASNs not known'],
  [{ mseeAddress: false, isOnly: false }, '2 of 4 agree: the MSEE’s address differs, another router or path is alike'],
])('what speaks for a path, %j, is counted, and what lacks is named', (evidence, words) => {
  expect(
    formatRouterMatchEvidence({ mseeAddress: true, customerAddress: true, asns: true, isOnly: true, ...evidence }),
  ).toBe(words)
})
