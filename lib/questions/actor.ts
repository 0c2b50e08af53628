import { AsyncLocalStorage } from 'node:async_hooks'
import { memoizePerProcess } from '#lib/bgp/memoize.ts'

/** Name that is stored if the caller is unknown. If access is open, nobody signs in, so every caller has this name. */
const LOCAL_ACTOR = 'local'

const storage = memoizePerProcess('queries.actor', () => new AsyncLocalStorage<string>())

/**
 * Runs the work of a command with the name of its caller. Data that the work writes is stored with this name
 * ({@link getActorName}).
 */
export const runAsActor = <T>(name: string, work: () => T): T => storage().run(name, work)

/** Returns the name to store with data that the current command writes. */
export const getActorName = (): string => storage().getStore() ?? LOCAL_ACTOR
