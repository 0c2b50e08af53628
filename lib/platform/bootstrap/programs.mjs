import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { hashFileContents } from './build-cache.mjs'

/**
 * Programs that the build bundles: all programs of the product, the recording of the demo's history, and the programs
 * of threads.
 */
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

/**
 * Programs that report the result of a check by their exit code, where 1 means "the check failed". A crash must not
 * look like this result, so it needs another exit code.
 */
const GATES = ['peerwatch', 'doctor', 'first-contact']

/**
 * Returns the exit code of a program that crashed: 3 (result unknown) for the programs in GATES, otherwise 1.
 * @param {string | undefined} program for example `peerwatch`
 */
export const getCrashExitCode = (program) => (program !== undefined && GATES.includes(program) ? 3 : 1)

/**
 * Makes a program of GATES exit with code 3 and print the reason if it crashes. A crash is an error that the program
 * does not catch, or the end of the program before its work is done (exit code 13 of Node.js). Programs outside of
 * GATES are not changed.
 * @param {string | undefined} program for example `peerwatch`
 * @param {(error: unknown) => string[]} describe returns the lines that describe an error
 */
export function setCrashExitCode(program, describe) {
  const code = getCrashExitCode(program)
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

/** Folder of the bundles, relative to the clone. */
export const BUNDLES_FOLDER = '.next/programs'

/**
 * Returns the path of the file that records the hash of the sources from which the bundles were built.
 * @param {string} root
 */
export const getStampPath = (root) => path.join(root, BUNDLES_FOLDER, 'stamp')

/** @param {string} program */
export const getBundleName = (program) => path.basename(program, '.ts')

/**
 * Returns a hash over all files from which the programs are bundled.
 * @param {string} root
 * @returns {string} hex
 */
export function hashProgramSources(root) {
  const isTest = (/** @type {string} */ file) => file.endsWith('.test.ts')
  return hashFileContents(root, ['bin', 'lab', 'lib', 'package.json', 'package-lock.json'], { skip: isTest })
}

/**
 * Returns the file to run for a program: its bundle if it was built from the current sources, otherwise its TypeScript
 * source, which Node.js can run directly.
 * @param {string} root the clone
 * @param {string} program relative to the clone, for example `bin/worker.ts`
 * @returns {string}
 */
export function findRunnableFile(root, program) {
  const stamp = getStampPath(root)
  const isBundled =
    PROGRAMS.includes(program) && existsSync(stamp) && readFileSync(stamp, 'utf8').trim() === hashProgramSources(root)
  return path.join(root, isBundled ? `${BUNDLES_FOLDER}/${getBundleName(program)}.mjs` : program)
}

/**
 * Returns the Node.js arguments for a program that runs permanently and must end together with its parent.
 * @param {string} root
 * @param {readonly string[]} args arguments of Node.js, the program, and the program's arguments
 * @param {string} [mark] text that is added to the command line, by which a later start recognizes a process that was
 *   left running
 * @returns {string[]}
 */
export function buildProgramArguments(root, args, mark = '') {
  const watch = pathToFileURL(path.join(root, 'lib/platform/bootstrap/parent-watch.mjs')).href
  return [
    '--import',
    `${watch}${mark}`,
    ...args.map((arg) => (PROGRAMS.includes(arg) ? findRunnableFile(root, arg) : arg)),
  ]
}
