import { expect } from 'vitest'
import { type IpAddress, parseAddress } from '../address.ts'
import type { CandidateRoute, RankedCandidate } from './candidate.ts'

/**
 * Returns a row of a gateway's route table for tests: the gateway has two instances and learns the route from the two
 * MSEEs of a circuit. Tests override individual fields.
 */
export const createTestCandidate = (fields: Partial<CandidateRoute> = {}): CandidateRoute => ({
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

export function parseTestAddress(text: string): IpAddress {
  const read = parseAddress(text)
  if (!read) throw new Error(`no address: ${text}`)
  return read
}

/** Two candidates and the rule that separates them. */
export interface PreferenceRuleCase {
  rule: string
  better: Partial<CandidateRoute>
  worse: Partial<CandidateRoute>
  by: string
  reasons: [string, string]
  inferred?: boolean
}

/**
 * Expects that `better` ranks before `worse`, with the expected rule and reasons. The worse candidate is passed first;
 * the peers `better` and `worse` identify the candidates in the result.
 */
export function expectOrder(
  { better, worse, by, reasons, inferred = false }: PreferenceRuleCase,
  rank: (rows: CandidateRoute[]) => RankedCandidate<CandidateRoute>[],
) {
  const ranked = rank([
    createTestCandidate({ peer: 'worse', ...worse }),
    createTestCandidate({ peer: 'better', ...better }),
  ])
  expect(ranked.map(({ peer, rank: place, rule, reason }) => [peer, place, rule, reason])).toEqual([
    ['better', 1, by, reasons[0]],
    ['worse', 2, by, reasons[1]],
  ])
  expect(ranked.map((row) => row.inferred)).toEqual([inferred, inferred])
}
