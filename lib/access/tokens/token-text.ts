import { createHash, randomBytes } from 'node:crypto'

const PREFIX = 'pw_'
const BYTES = 32
/** Pattern of a token: the prefix and the base64url text of 32 bytes. */
const TOKEN = /^pw_[A-Za-z0-9_-]{43}$/

/** Creates a random token with 256 bits of entropy. */
export const makeToken = (): string => PREFIX + randomBytes(BYTES).toString('base64url')

/** Reports whether a text has the form of a token, so that other texts are refused without a database query. */
export const isTokenText = (text: string): boolean => TOKEN.test(text)

/**
 * Returns the hash under which a token or one-time link is stored. A slow hash is unnecessary, because the secrets are
 * random and cannot be guessed.
 */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex')
