import type { RouterSessionUp } from '#lib/contract/index.ts'

/** The neighbor that tests' routers report. */
export const peer = { type: 'global' as const, distinguisher: '0'.repeat(16), neighbor: '192.0.2.98' }

/** That the session with it came up, reported at a moment. */
export const sessionUp = (at: number, more: Partial<RouterSessionUp> = {}): RouterSessionUp => ({
  type: 'sessionUp',
  peer,
  at,
  notBefore: null,
  established: null,
  localAddress: '192.0.2.97',
  localAsn: 65010,
  neighborAsn: 12076,
  neighborBgpId: '10.0.4.4',
  holdTimeSeconds: 180,
  tableName: null,
  ...more,
})
