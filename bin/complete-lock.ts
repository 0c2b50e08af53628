/**
 * Completes package-lock.json after a change of packages. A registry that lists only this platform's binaries leaves
 * the other platforms' optional packages out of the lock, and `npm ci` then refuses it everywhere. Their entries are
 * added from the dependencies of their parents; npm never downloads packages of other platforms. Such entries have no
 * integrity: `--ask` queries the registry for it, and docs/lock-gaps.md lists the platforms without one. Refuses a lock
 * that the check would refuse.
 */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { type Entry, gapsDocument, lockFaults, readLock } from '../lib/platform/bootstrap/lock-file.ts'
import { npmCommand } from '../lib/platform/bootstrap/node-runtime.mjs'

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
 * Reports whether npm would find `name` from inside the package at `from`, in its own node_modules or in that of any
 * folder above.
 */
function isLocked(packages: Record<string, Entry>, from: string, name: string) {
  for (let base = from; ; ) {
    if (packages[`${base === '' ? '' : `${base}/`}node_modules/${name}`]) return true
    if (base === '') return false
    const parent = base.lastIndexOf('/node_modules/')
    base = parent < 0 ? '' : base.slice(0, parent)
  }
}

function platformEntry(name: string, version: string, parent: Entry): Entry {
  const isWasm = name.includes('wasm')
  const system = SYSTEMS.find(([word]) => name.includes(word))?.[1] ?? 'none'
  const processor = isWasm
    ? 'wasm32'
    : (/(arm64|x64|ia32|armv6|arm(?=-|$)|ppc64|s390x|riscv64|loong64|mips64el)/.exec(name)?.[1] ?? 'none')
  return {
    version,
    cpu: [processor],
    ...(parent.dev ? { dev: true } : {}),
    // without libc, npm would install packages for musl on glibc too
    ...(/musl/.test(name) ? { libc: ['musl'] } : /-gnu/.test(name) ? { libc: ['glibc'] } : {}),
    optional: true,
    os: [system],
  }
}

/**
 * Queries the registry for the integrity and the platform of a package version.
 * @returns the fields of the lock's entry; empty if the registry does not have the package
 */
function fetchFromRegistry(name: string, version: string): Pick<Entry, 'integrity' | 'os' | 'cpu' | 'libc'> {
  const [npm, ...args] = npmCommand()
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
const faults = lockFaults(lock)
for (const fault of faults) process.stderr.write(`package-lock.json: ${fault}\n`)
if (faults.length > 0) process.exit(1)
const [own, ...rest] = Object.entries(packages)
lock.packages = Object.fromEntries([...(own ? [own] : []), ...rest.sort(([a], [b]) => (a < b ? -1 : 1))])
writeFileSync(path.join(root, 'package-lock.json'), `${JSON.stringify(lock, null, 2)}\n`)
writeFileSync(path.join(root, 'docs/lock-gaps.md'), gapsDocument(lock))
process.stdout.write(`${without} packages of other platforms have no integrity (docs/lock-gaps.md)\n`)
