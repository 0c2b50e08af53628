import { expect, it } from 'vitest'
import { detectionWords, evidenceWords } from './router-words.ts'

it.each([
  ['up', 'bmp', 'every outage'],
  ['down', 'bmp', 'every outage'],
  ['up', 'syslog', 'may be lost'],
  ['unknown', 'bmp', 'polls alone'],
  ['unknown', 'syslog', 'polls alone'],
] as const)('the detection floor of a session that is %s by %s is its own', (state, protocol, words) => {
  expect(detectionWords({ state, protocol })).toContain(words)
})

it.each([
  [{}, '4 of 4 agree'],
  [{ asns: false }, '3 of 4 agree: the ASNs differ'],
  [{ customerAddress: null, asns: null }, '2 of 4 agree: address of the router not known, both ASNs not known'],
  [{ mseeAddress: false, isOnly: false }, '2 of 4 agree: the MSEE’s address differs, another router or path is alike'],
])('what speaks for a path, %j, is counted, and what lacks is named', (evidence, words) => {
  expect(evidenceWords({ mseeAddress: true, customerAddress: true, asns: true, isOnly: true, ...evidence })).toBe(words)
})
