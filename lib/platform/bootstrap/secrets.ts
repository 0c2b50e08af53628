import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/**
 * Returns a random secret that is safe in URLs, headers and files.
 * @param bytes bytes of entropy; default 32
 * @returns base64url text
 */
export function generateSecret(bytes: number = 32): string {
  return randomBytes(bytes).toString('base64url')
}

/**
 * Returns the secret in `DATA_DIR/secrets/NAME` (folder 0700, file 0600); creates it if it does not exist. Concurrent
 * processes get the same value, because only one of them can create the file.
 * @param dataDir absolute path
 * @param name file name, for example `postgres-password`
 */
export function readOrCreateSecret(dataDir: string, name: string): string {
  const folder = path.join(dataDir, 'secrets')
  const file = path.join(folder, name)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chmodSync(folder, 0o700)
  try {
    writeFileSync(file, `${generateSecret()}\n`, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    chmodSync(file, 0o600)
  }
  const secret = readFileSync(file, 'utf8').trim()
  if (secret === '') throw new Error(`${file} is empty: delete it, and a new secret is created`)
  return secret
}
