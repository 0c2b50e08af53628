import { expect } from 'vitest'
import { type Address, parseAddress } from '../address.ts'
import type { Candidate, Ranked } from './candidate.ts'

/**
 * Returns a gateway row as its two instances and the two MSEEs of a circuit produce it; tests override individual
 * fields.
 */
export const candidate = (fields: Partial<Candidate> = {}): Candidate => ({
  scope: 'gw-hub',
  resourceId: '/gw-hub',
  transport: 'er',
  circuit: 'ckt-lon',
  path: 'primary',
  connectionWeight: 0,
  prefix: '10.20.0.0/16',
  nextHop: '10.0.4.4',
  peer: '10.0.4.4',
  instance: '10.0.4.12',
  asPath: [12076, 65001],
  weight: 32769,
  localPref: null,
  origin: 'EBgp',
  ...fields,
})

export function address(text: string): Address {
  const read = parseAddress(text)
  if (!read) throw new Error(`no address: ${text}`)
  return read
}

/** Two candidates and the rule that separates them. */
export interface Case {
  rule: string
  better: Partial<Candidate>
  worse: Partial<Candidate>
  by: string
  reasons: [string, string]
  inferred?: boolean
}

/** Expects the order of two candidates, which are passed worse one first and identified by their peers. */
export function expectOrder(
  { better, worse, by, reasons, inferred = false }: Case,
  rank: (rows: Candidate[]) => Ranked<Candidate>[],
) {
  const ranked = rank([candidate({ peer: 'worse', ...worse }), candidate({ peer: 'better', ...better })])
  expect(ranked.map(({ peer, rank: place, rule, reason }) => [peer, place, rule, reason])).toEqual([
    ['better', 1, by, reasons[0]],
    ['worse', 2, by, reasons[1]],
  ])
  expect(ranked.map((row) => row.inferred)).toEqual([inferred, inferred])
}
