/**
 * Runs the web of a version without its pages, which would need a build: its API behind the front (the HTTP server in
 * front of Next), and its background work (notifications, the watchdog). `node api-process.mjs ROOT` prints one line of
 * JSON with its `url` once it listens.
 */
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

// Next's compiler allows named imports of the members of a JSON file. Node requires an import attribute and exports
// only the whole object.
registerHooks({
  load(url, context, next) {
    const isOurs = url.endsWith('.json') && context.conditions.includes('import') && !context.importAttributes.type
    if (!isOurs) return next(url, context)
    const text = readFileSync(fileURLToPath(url), 'utf8')
    const members = Object.keys(JSON.parse(text)).map(
      (name, n) => `const m${n} = whole[${JSON.stringify(name)}]; export { m${n} as ${JSON.stringify(name)} }`,
    )
    return { format: 'module', shortCircuit: true, source: [`const whole = ${text}`, ...members].join('\n') }
  },
})

const [, , root = ''] = process.argv
/** @param {string} file */
const load = (file) => import(pathToFileURL(path.join(root, file)).href)
Object.assign(process.env, { NEXT_RUNTIME: 'nodejs', PEERWATCH_FRONT: String(process.pid) })
await (await load('instrumentation.ts')).register()
const { origin } = await (await load('app/api/testing/serve-routes.ts')).startApiServerOnLoopback()
process.stdout.write(`${JSON.stringify({ url: origin })}\n`)
