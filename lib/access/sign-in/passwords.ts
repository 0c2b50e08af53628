/**
 * NIST SP 800-63B asks for 15 where a password is all that is asked for, and for fewer beside a second factor; length is what counts, not kinds of
 * characters. Shorter ones of before go on.
 */
export const MIN_PASSWORD_LENGTH = 15
const MIN_BESIDE_CODE = 12
export const MAX_PASSWORD_LENGTH = 128

/** The least characters of a new password. @param asksCode whether a sign-in by it asks for a code as well */
export const minPasswordLength = (asksCode: boolean): number => (asksCode ? MIN_BESIDE_CODE : MIN_PASSWORD_LENGTH)

/** What to say to a new password that is too short or too long; null = it may be taken. @param least as {@link minPasswordLength} gives it */
export function passwordFault(password: string, least: number): string | null {
  if (password.length >= least && password.length <= MAX_PASSWORD_LENGTH) return null
  return `password: give ${least} to ${MAX_PASSWORD_LENGTH} characters; several words are easier to remember than signs`
}
