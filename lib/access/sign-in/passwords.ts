/** NIST SP 800-63B asks for 8 where there is a second factor and 15 where there is none; length is what counts, not kinds of characters. */
export const MIN_PASSWORD_LENGTH = 12
export const MAX_PASSWORD_LENGTH = 128
