/**
 * Completes package-lock.json after a change of packages. A registry that lists only this platform's binaries leaves the other
 * platforms' optional packages out of the lock, and `npm ci` then refuses it everywhere. Their entries are added from what
 * their parents ask for; npm never downloads what is not for its platform. Also refuses a lock that names a registry.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** @typedef {{ version?: string, dev?: boolean, optional?: boolean, os?: string[], cpu?: string[], resolved?: string, optionalDependencies?: Record<string, string> }} Entry */

const SYSTEMS = /** @type {const} */ ([
  ['android', 'android'],
  ['darwin', 'darwin'],
  ['freebsd', 'freebsd'],
  ['netbsd', 'netbsd'],
  ['openbsd', 'openbsd'],
  ['openharmony', 'openharmony'],
  ['sunos', 'sunos'],
  ['aix', 'aix'],
  ['win32', 'win32'],
  ['windows', 'win32'],
  ['linux', 'linux'],
])

/**
 * Where npm would find `name` from inside the package at `from`: beside it, or in any folder above.
 * @param {Record<string, Entry>} packages
 * @param {string} from
 * @param {string} name
 */
function isLocked(packages, from, name) {
  for (let base = from; ; ) {
    if (packages[`${base === '' ? '' : `${base}/`}node_modules/${name}`]) return true
    if (base === '') return false
    const parent = base.lastIndexOf('/node_modules/')
    base = parent < 0 ? '' : base.slice(0, parent)
  }
}

/**
 * @param {string} name
 * @param {string} version
 * @param {Entry} parent
 * @returns {Entry}
 */
function platformEntry(name, version, parent) {
  const isWasm = name.includes('wasm')
  const system = SYSTEMS.find(([word]) => name.includes(word))?.[1] ?? 'none'
  const processor = isWasm
    ? 'wasm32'
    : (/(arm64|x64|ia32|armv6|arm(?=-|$)|ppc64|s390x|riscv64|loong64|mips64el)/.exec(name)?.[1] ?? 'none')
  return { version, ...(parent.dev ? { dev: true } : {}), optional: true, os: [system], cpu: [processor] }
}

const file = path.join(import.meta.dirname, '..', 'package-lock.json')
const lock = JSON.parse(readFileSync(file, 'utf8'))
/** @type {Record<string, Entry>} */
const packages = lock.packages
let added = 0
for (const [key, entry] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    if (isLocked(packages, key, name) || !/^\d+\.\d+\.\d+/.test(version)) continue
    packages[`node_modules/${name}`] = platformEntry(name, version, entry)
    added += 1
  }
}
const named = Object.entries(packages).filter(([, entry]) => entry.resolved !== undefined)
if (named.length > 0) {
  process.stderr.write(
    `package-lock.json names where packages were downloaded (${named[0]?.[0]}): set omit-lockfile-registry-resolved=true\n`,
  )
  process.exit(1)
}
const [root, ...rest] = Object.entries(packages)
lock.packages = Object.fromEntries([...(root ? [root] : []), ...rest.sort(([a], [b]) => (a < b ? -1 : 1))])
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
process.stdout.write(`${added} platform packages added to package-lock.json\n`)
