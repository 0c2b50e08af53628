import type { CauseOwner } from './cause.ts'

/**
 * Reports whether the owner of a cause must be called, so that the resource needs a declared contact. Microsoft gets a
 * support case, and a change of the user's own needs no call.
 */
export const isCalledOwner = (owner: CauseOwner): boolean => owner === 'provider' || owner === 'onprem'

/** Note for a resource whose owner must be called, although no contact is declared for it. */
export const NO_CONTACT_TEXT = 'no contact declared'
