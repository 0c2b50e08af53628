import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { hashFiles } from './build-cache.mjs'

/** What the build bundles: every program of the product, the demo's past, and threads, which are programs of their own. */
export const PROGRAMS = [
  'bin/access.ts',
  'bin/backup.ts',
  'bin/bmp.ts',
  'bin/doctor.ts',
  'bin/import.ts',
  'bin/migrate.ts',
  'bin/peerwatch.ts',
  'bin/record.ts',
  'bin/replay.ts',
  'bin/restore.ts',
  'bin/run.ts',
  'bin/simulate.ts',
  'bin/start.ts',
  'bin/web.ts',
  'bin/worker.ts',
  'lab/demo-history.ts',
  'lib/routers/bmp/station/listener-thread.ts',
  'lib/routers/bmp/syslog/syslog-thread.ts',
]

/** Programs that decide whether a pipeline or a monitor passes. Their exit code 1 is a result, so that a crash needs another code. */
const GATES = ['peerwatch', 'doctor', 'first-contact']

/**
 * Returns the exit code of a program that could not finish: 3 (unknown) for gates, otherwise 1.
 * @param {string | undefined} program such as `peerwatch`
 */
export const crashCode = (program) => (program !== undefined && GATES.includes(program) ? 3 : 1)

/**
 * Ends a gate with exit code 3, one line of standard error for each line of the reason, if nothing else catches an error, or if the
 * program ends before its work is done (Node exits with code 13 then). Other programs keep the behavior of Node.
 * @param {string | undefined} program such as `peerwatch`
 * @param {(error: unknown) => string[]} describe
 */
export function guardExit(program, describe) {
  const code = crashCode(program)
  if (code === 1) return
  process.on('uncaughtException', (error) => {
    for (const line of describe(error)) process.stderr.write(`${line}\n`)
    process.exit(code)
  })
  process.on('exit', (ended) => {
    if (ended !== 13) return
    process.stderr.write('reason: the program ended before its work was done\n')
    process.exitCode = code
  })
}

/** Where the bundles are, below the clone. */
export const BUNDLES = '.next/programs'

/**
 * Records what the bundles were made of.
 * @param {string} root
 */
export const stampOf = (root) => path.join(root, BUNDLES, 'stamp')

/** @param {string} program */
export const bundleName = (program) => path.basename(program, '.ts')

/**
 * Everything that programs are made of.
 * @param {string} root
 * @returns {string} a hash
 */
export function programsInput(root) {
  const isTest = (/** @type {string} */ file) => file.endsWith('.test.ts')
  return hashFiles(root, ['bin', 'lab', 'lib', 'package.json', 'package-lock.json'], { skip: isTest })
}

/**
 * The file to run for a program: its bundle, if that was made of the sources as they are; otherwise its TypeScript, which Node runs as it is.
 * @param {string} root the clone
 * @param {string} program below it, such as `bin/worker.ts`
 * @returns {string}
 */
export function runnable(root, program) {
  const stamp = stampOf(root)
  const isBundled =
    PROGRAMS.includes(program) && existsSync(stamp) && readFileSync(stamp, 'utf8').trim() === programsInput(root)
  return path.join(root, isBundled ? `${BUNDLES}/${bundleName(program)}.mjs` : program)
}

/**
 * Arguments of Node for a program that runs for weeks: it ends with who started it.
 * @param {string} root
 * @param {readonly string[]} args of Node, then the program, then its own
 * @param {string} [mark] of the instance, which finds what it left behind by it
 * @returns {string[]}
 */
export function programArguments(root, args, mark = '') {
  const watch = pathToFileURL(path.join(root, 'lib/platform/bootstrap/parent-watch.mjs')).href
  return ['--import', `${watch}${mark}`, ...args.map((arg) => (PROGRAMS.includes(arg) ? runnable(root, arg) : arg))]
}
