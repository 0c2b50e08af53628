/** It hangs on globalThis because a web bundler may instantiate this module more than once. */
const KEY = Symbol.for('peerwatch.database.password')
type Holder = { [KEY]?: Password | undefined }
type Password = () => Promise<string>

/**
 * What signs in to databases whose address has no password, asked for at each connection, so that one that expires is renewed.
 * @param password undefined = as the address says
 */
export function signInWith(password: Password | undefined): void {
  const holder = globalThis as Holder
  holder[KEY] = password
}

export const passwordInForce = (): Password | undefined => (globalThis as Holder)[KEY]
