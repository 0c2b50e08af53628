import { createHash, randomBytes } from 'node:crypto'

const PREFIX = 'pw_'
const BYTES = 32
/** Pattern of a token: the prefix, and 32 bytes as base64url text. */
const TOKEN = /^pw_[A-Za-z0-9_-]{43}$/

/** Creates a token with 256 random bits. */
export const generateAccessTokenText = (): string => PREFIX + randomBytes(BYTES).toString('base64url')

/** Reports whether a text can be a token. Other texts can then be refused without a database query. */
export const isTokenText = (text: string): boolean => TOKEN.test(text)

/**
 * Returns the hash that is stored instead of a token or the secret of a one-time link. It does not have to be a slow
 * hash, because these secrets are random and cannot be guessed.
 */
export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex')
