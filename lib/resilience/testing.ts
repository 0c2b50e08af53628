import { type Address, parseAddress } from '#lib/bgp/index.ts'
import type { Candidate } from './candidate.ts'

/** A gateway's row as its two instances and two MSEEs of a circuit give it; tests say what differs. */
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
