import { AsyncLocalStorage } from 'node:async_hooks'
import { oncePerProcess } from '#lib/bgp/once.ts'

/** Where access is open, whoever reaches the API is one and the same. */
const LOCAL_ACTOR = 'local'

const storage = oncePerProcess('queries.actor', () => new AsyncLocalStorage<string>())

/** Does a command's work in the name of its caller: what it writes is signed by him. */
export const actingAs = <T>(name: string, work: () => T): T => storage().run(name, work)

/** The name that signs what the command in hand writes. */
export const actor = (): string => storage().getStore() ?? LOCAL_ACTOR
