/**
 * Preloaded (`node --import`) into the processes that run for weeks: TypeScript whose types the build stripped is loaded without them. Types of what was
 * changed since Node strips itself, for which it loads a compiler and keeps it: 17 MB of each process.
 */
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'
import { strippedFile } from './strip-types.mjs'

registerHooks({
  load(url, context, nextLoad) {
    const source = url.startsWith('file:') && url.endsWith('.ts') ? strippedSource(fileURLToPath(url)) : null
    return source === null ? nextLoad(url, context) : { format: 'module', source, shortCircuit: true }
  },
})

/**
 * @param {string} file
 * @returns {string | null} null = its types were not stripped, or it is gone
 */
function strippedSource(file) {
  try {
    return readFileSync(strippedFile(readFileSync(file)), 'utf8')
  } catch {
    return null
  }
}
