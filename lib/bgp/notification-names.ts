/** Names of NOTIFICATION error codes (RFC 4271 section 4.5; code 7: RFC 7313; code 8: RFC 9687). */
const codes: Readonly<Record<number, string>> = {
  1: 'Message Header Error',
  2: 'OPEN Message Error',
  3: 'UPDATE Message Error',
  4: 'Hold Timer Expired',
  5: 'Finite State Machine Error',
  6: 'Cease',
  7: 'ROUTE-REFRESH Message Error',
  8: 'Send Hold Timer Expired',
}

/**
 * Names of the subcodes of each error code (RFC 4271 sections 6.1 to 6.3, RFC 4486, RFC 5492, RFC 6608, RFC 8538,
 * RFC 9384).
 */
const subcodes: Readonly<Record<number, Readonly<Record<number, string>>>> = {
  1: { 1: 'Connection Not Synchronized', 2: 'Bad Message Length', 3: 'Bad Message Type' },
  2: {
    1: 'Unsupported Version Number',
    2: 'Bad Peer AS',
    3: 'Bad BGP Identifier',
    4: 'Unsupported Optional Parameter',
    6: 'Unacceptable Hold Time',
    7: 'Unsupported Capability',
  },
  3: {
    1: 'Malformed Attribute List',
    2: 'Unrecognized Well-known Attribute',
    3: 'Missing Well-known Attribute',
    4: 'Attribute Flags Error',
    5: 'Attribute Length Error',
    6: 'Invalid ORIGIN Attribute',
    8: 'Invalid NEXT_HOP Attribute',
    9: 'Optional Attribute Error',
    10: 'Invalid Network Field',
    11: 'Malformed AS_PATH',
  },
  5: { 1: 'in OpenSent', 2: 'in OpenConfirm', 3: 'in Established' },
  6: {
    1: 'Maximum Number of Prefixes Reached',
    2: 'Administrative Shutdown',
    3: 'Peer De-configured',
    4: 'Administrative Reset',
    5: 'Connection Rejected',
    6: 'Other Configuration Change',
    7: 'Connection Collision Resolution',
    8: 'Out of Resources',
    9: 'Hard Reset',
    10: 'BFD Down',
  },
}

/**
 * Error codes and subcodes that code compares. HOLD_TIMER_EXPIRED and CEASE are error codes (RFC 4271 section 4.5);
 * CEASE_MAXIMUM_PREFIXES and CEASE_BFD_DOWN are subcodes of Cease (RFC 4486, RFC 9384).
 */
export const HOLD_TIMER_EXPIRED = 4
export const CEASE_ERROR_CODE = 6
export const CEASE_MAXIMUM_PREFIXES = 1
const CEASE_BFD_DOWN = 10

/** Reports whether a NOTIFICATION means that BFD found the neighbor gone. */
export const isBfdDownNotification = (notification: { code: number; subcode: number } | null): boolean =>
  notification?.code === CEASE_ERROR_CODE && notification.subcode === CEASE_BFD_DOWN

/**
 * Returns the names of a NOTIFICATION's code and subcode, for example `Cease, Administrative Shutdown`. Unknown codes
 * are printed as numbers.
 */
export function getNotificationName(code: number, subcode: number): string {
  const name = codes[code] ?? `error code ${code}`
  const sub = subcodes[code]?.[subcode] ?? (subcode === 0 ? null : `subcode ${subcode}`)
  return sub === null ? name : `${name}, ${sub}`
}
