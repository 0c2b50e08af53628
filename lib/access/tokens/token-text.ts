import { createHash, randomBytes } from 'node:crypto'

const PREFIX = 'pw_'
const BYTES = 32
/** base64url of 32 bytes */
const TOKEN = /^pw_[A-Za-z0-9_-]{43}$/

/** A new token: 256 bits that nobody can guess. */
export const makeToken = (): string => PREFIX + randomBytes(BYTES).toString('base64url')

/** Whether a text could be a token, before anybody asks the database. */
export const isTokenText = (text: string): boolean => TOKEN.test(text)

/** What is kept of a token or of a one-time link. A slow hash would protect no better what can't be guessed. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')
