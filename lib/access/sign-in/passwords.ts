/** NIST SP 800-63B asks for 15 where a password is all that is asked for; length is what counts, not kinds of characters. Shorter ones of before go on. */
export const MIN_PASSWORD_LENGTH = 15
export const MAX_PASSWORD_LENGTH = 128
