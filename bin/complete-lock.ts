/**
 * Completes package-lock.json after packages have changed. Some npm registries list only the binaries of this platform,
 * so that npm leaves optional packages of other platforms out of the lock file. `npm ci` would then fail on all
 * platforms. This program adds their entries from the dependencies of other packages. Such entries have no integrity
 * hash. With `--ask`, the hash is read from the registry; docs/lock-gaps.md lists the packages without a hash. The
 * program fails if the result would not pass bin/check-lock.ts.
 */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import {
  type LockEntry,
  formatLockGapsDocument,
  findLockFaults,
  readLock,
} from '../lib/platform/bootstrap/lock-file.ts'
import { getNpmCommand } from '../lib/platform/bootstrap/node-runtime.mjs'

const SYSTEMS = [
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
] as const

/**
 * Reports whether npm would find the package `name` from inside the package at `from`. It searches the node_modules
 * folder there and in every folder above.
 */
function isLocked(packages: Record<string, LockEntry>, from: string, name: string) {
  for (let base = from; ; ) {
    if (packages[`${base === '' ? '' : `${base}/`}node_modules/${name}`]) return true
    if (base === '') return false
    const parent = base.lastIndexOf('/node_modules/')
    base = parent < 0 ? '' : base.slice(0, parent)
  }
}

function platformEntry(name: string, version: string, parent: LockEntry): LockEntry {
  const isWasm = name.includes('wasm')
  const system = SYSTEMS.find(([word]) => name.includes(word))?.[1] ?? 'none'
  const processor = isWasm
    ? 'wasm32'
    : (/(arm64|x64|ia32|armv6|arm(?=-|$)|ppc64|s390x|riscv64|loong64|mips64el)/.exec(name)?.[1] ?? 'none')
  return {
    version,
    cpu: [processor],
    ...(parent.dev ? { dev: true } : {}),
    // without `libc`, npm would install packages for musl also on systems with glibc
    ...(/musl/.test(name) ? { libc: ['musl'] } : /-gnu/.test(name) ? { libc: ['glibc'] } : {}),
    optional: true,
    os: [system],
  }
}

/**
 * Reads the integrity hash and the platform of a package version from the registry.
 * @returns fields for the lock file; empty if the registry does not have the package
 */
function fetchFromRegistry(name: string, version: string): Pick<LockEntry, 'integrity' | 'os' | 'cpu' | 'libc'> {
  const [npm, ...args] = getNpmCommand()
  const fields = ['dist.integrity', 'os', 'cpu', 'libc']
  const { stdout } = spawnSync(npm, [...args, 'view', `${name}@${version}`, ...fields, '--json'], { encoding: 'utf8' })
  const { 'dist.integrity': integrity, os, cpu, libc } = JSON.parse(stdout || '{}')
  return integrity ? { integrity, ...(os ? { os } : {}), ...(cpu ? { cpu } : {}), ...(libc ? { libc } : {}) } : {}
}

const root = path.join(import.meta.dirname, '..')
const lock = readLock(root)
const { packages } = lock
const asks = process.argv.includes('--ask')
let without = 0
for (const [key, entry] of Object.entries(packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const place = `node_modules/${name}`
    const isIncomplete = packages[place]?.optional && !packages[place].integrity
    if ((isLocked(packages, key, name) && !isIncomplete) || !/^\d+\.\d+\.\d+/.test(version)) continue
    packages[place] = { ...platformEntry(name, version, entry), ...(asks ? fetchFromRegistry(name, version) : {}) }
    if (!packages[place].integrity) without += 1
  }
}
const faults = findLockFaults(lock)
for (const fault of faults) process.stderr.write(`package-lock.json: ${fault}\n`)
if (faults.length > 0) process.exit(1)
const [own, ...rest] = Object.entries(packages)
lock.packages = Object.fromEntries([...(own ? [own] : []), ...rest.sort(([a], [b]) => (a < b ? -1 : 1))])
writeFileSync(path.join(root, 'package-lock.json'), `${JSON.stringify(lock, null, 2)}\n`)
writeFileSync(path.join(root, 'docs/lock-gaps.md'), formatLockGapsDocument(lock))
process.stdout.write(`${without} packages of other platforms have no integrity (docs/lock-gaps.md)\n`)
