/**
 * Minimum number of characters in a password that is used without a second factor. NIST SP 800-63B requires 15, but
 * allows fewer with a second factor (MIN_BESIDE_CODE). There are no rules about kinds of characters. Shorter passwords
 * that already exist remain valid.
 */
export const MIN_PASSWORD_LENGTH = 15
const MIN_BESIDE_CODE = 12
export const MAX_PASSWORD_LENGTH = 128

/**
 * Returns the minimum number of characters in a new password.
 * @param asksCode true = a sign-in with this password also requires a code
 */
export const getMinPasswordLength = (asksCode: boolean): number => (asksCode ? MIN_BESIDE_CODE : MIN_PASSWORD_LENGTH)

/**
 * Returns the error message if a new password is too short or too long; null if its length is valid.
 * @param least minimum number of characters, as returned by {@link getMinPasswordLength}
 */
export function findPasswordFault(password: string, least: number): string | null {
  if (password.length >= least && password.length <= MAX_PASSWORD_LENGTH) return null
  return `password: give ${least} to ${MAX_PASSWORD_LENGTH} characters; several words are easier to remember than signs`
}
