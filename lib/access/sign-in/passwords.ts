/**
 * Minimum length in characters of a password that is used without a second factor. NIST SP 800-63B requires 15, and
 * fewer together with a second factor (MIN_BESIDE_CODE). Only the length counts, not the kinds of characters. Existing
 * shorter passwords remain valid.
 */
export const MIN_PASSWORD_LENGTH = 15
const MIN_BESIDE_CODE = 12
export const MAX_PASSWORD_LENGTH = 128

/**
 * Returns the minimum length of a new password in characters.
 * @param asksCode true = a sign-in with the password also requires a code
 */
export const minPasswordLength = (asksCode: boolean): number => (asksCode ? MIN_BESIDE_CODE : MIN_PASSWORD_LENGTH)

/**
 * Returns the error message for a new password that is too short or too long; null = the length is valid.
 * @param least result of {@link minPasswordLength}
 */
export function passwordFault(password: string, least: number): string | null {
  if (password.length >= least && password.length <= MAX_PASSWORD_LENGTH) return null
  return `password: give ${least} to ${MAX_PASSWORD_LENGTH} characters; several words are easier to remember than signs`
}
