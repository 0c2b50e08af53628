import { AsyncLocalStorage } from 'node:async_hooks'

/** Where access is open, whoever reaches the API is one and the same. */
const LOCAL_ACTOR = 'local'

/** Bundlers may instantiate this module more than once. */
const KEY = Symbol.for('peerwatch.queries.actor')
type Holder = { [KEY]?: AsyncLocalStorage<string> }
const storage = () => {
  const holder = globalThis as Holder
  holder[KEY] ??= new AsyncLocalStorage()
  return holder[KEY]
}

/** Does a command's work in the name of its caller: what it writes is signed by him. */
export const actingAs = <T>(name: string, work: () => T): T => storage().run(name, work)

/** The name that signs what the command in hand writes. */
export const actor = (): string => storage().getStore() ?? LOCAL_ACTOR
