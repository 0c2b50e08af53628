import { registerHooks } from 'node:module'

/** Whoever imports fast-check gets the one whose number of cases is steered, in Node's own loader and in Vite's, which leaves packages to it. */
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
