import { registerHooks } from 'node:module'

const REGISTERED = Symbol.for('peerwatch.test-properties')
type Holder = { [REGISTERED]?: true }

/**
 * Registers a hook that replaces imports of fast-check by the module with the configurable number of cases. It works in
 * the loader of Node.js and in Vite's, which leaves packages to Node.js.
 */
function steerFastCheck(): void {
  const original = import.meta.resolve('fast-check')
  const steered = new URL('fast-check.ts', import.meta.url).href
  registerHooks({
    resolve(specifier, context, next) {
      const resolved = next(specifier, context)
      return resolved.url === original && context.parentURL !== steered
        ? { ...resolved, url: steered, format: 'module-typescript' }
        : resolved
    },
  })
}

// Vitest evaluates this module again for each test file. A second hook would slow down all later imports of the process.
const holder = globalThis as Holder
if (!holder[REGISTERED]) {
  holder[REGISTERED] = true
  steerFastCheck()
}
