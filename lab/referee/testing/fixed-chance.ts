import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import os from 'node:os'

/**
 * Code that opens connections to Postgres. The number of connections depends on load, so its random bytes must not
 * change the series of other code.
 */
const CONNECTING = /node_modules\/pg(-pool)?\//

/**
 * Makes random IDs, tokens and nonces of this process the same in each run, with one series for each length, and fixes
 * the host name.
 * @returns a function that restores the original functions
 */
export function makeRandomValuesDeterministic(): () => void {
  const { randomBytes, randomUUID } = crypto
  const { hostname } = os
  const { random } = Math
  const { getRandomValues } = globalThis.crypto
  const drawn = new Map<string, number>()
  const draw = (series: string, bytes: number): Buffer => {
    const n = drawn.get(series) ?? 0
    drawn.set(series, n + 1)
    return crypto.hash('shake256', `${series}/${n}`, { outputEncoding: 'buffer', outputLength: bytes })
  }
  const set = (
    own: typeof globalThis.crypto.getRandomValues,
    more: object,
    name: () => string,
    chance: () => number,
  ) => {
    Object.assign(crypto, more)
    globalThis.crypto.getRandomValues = own
    os.hostname = name
    Math.random = chance
    syncBuiltinESMExports()
  }
  set(
    ((array: Uint8Array) => {
      new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(draw('values', array.byteLength))
      return array
    }) as typeof getRandomValues,
    {
      randomBytes: (size: number, done?: never) =>
        done || CONNECTING.test(new Error('who asks').stack ?? '')
          ? randomBytes(size, done as never)
          : draw(`${size} bytes`, size),
      randomUUID: () => {
        const hex = draw('uuid', 16).toString('hex')
        return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`
      },
    },
    () => 'referee',
    () => draw('number', 4).readUInt32BE() / 2 ** 32,
  )
  return () => set(getRandomValues, { randomBytes, randomUUID }, hostname, random)
}
