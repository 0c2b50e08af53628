import path from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  listUnverifiedByPlatform,
  type LockFile,
  findLockFaults,
  readLock,
  detectPlatform,
  listUnverifiedPackages,
  VERIFIED_PLATFORMS,
} from './lock-file.ts'
import { refuseUnverifiedPackages } from './prepare.ts'

const root = path.resolve(import.meta.dirname, '../../..')
const sum = `sha512-${'a'.repeat(86)}==`
const linux = { os: 'linux', cpu: 'x64', libc: 'glibc' } as const
const mac = { os: 'darwin', cpu: 'arm64', libc: null } as const

const lockOf = (packages: LockFile['packages']): LockFile => ({ packages: { '': { version: '1.0.0' }, ...packages } })
const good = { 'node_modules/a': { version: '1.0.0', integrity: sum } }

describe('package-lock.json', () => {
  it('has every peer that a package of a start needs by somebody’s dependency, since a start installs no peers', () => {
    type Package = { dev?: boolean; devOptional?: boolean; peer?: boolean } & Record<
      'dependencies' | 'peerDependencies',
      Record<string, string> | undefined
    > & { peerDependenciesMeta?: Record<string, { optional?: boolean }> }
    const packages = Object.entries(readLock(root).packages as unknown as Record<string, Package>)
    const ofStart = packages.filter(
      ([name, { dev, devOptional, peer }]) => name !== '' && !dev && !devOptional && !peer,
    )
    const known = new Set(ofStart.map(([name]) => name.split('node_modules/').at(-1)))
    const missing = ofStart.flatMap(([name, { peerDependencies = {}, peerDependenciesMeta = {} }]) =>
      Object.keys(peerDependencies)
        .filter((peer) => !peerDependenciesMeta[peer]?.optional && !known.has(peer))
        .map((peer) => `${name} needs ${peer}`),
    )
    expect(known.size).toBeGreaterThan(200)
    expect(missing).toEqual([])
  })

  it('has an integrity for every package that a supported platform installs, and names no registry', () => {
    const lock = readLock(root)
    // checks that the lock file was read, because an empty list has no faults either
    expect(Object.keys(lock.packages).length).toBeGreaterThan(500)
    expect(findLockFaults(lock)).toEqual([])
    for (const platform of VERIFIED_PLATFORMS) expect(listUnverifiedPackages(lock, platform)).toEqual([])
  })

  it('does not make this machine install what is for musl', () => {
    expect(detectPlatform()).toMatchObject({ os: process.platform, cpu: process.arch })
    const musl = Object.entries(readLock(root).packages).filter(([name]) => /musl/.test(name))
    expect(musl.length).toBeGreaterThan(0)
    for (const [name, { libc }] of musl) expect(libc, name).toEqual(['musl'])
  })

  it.each<{ what: string; packages: LockFile['packages']; says: RegExp }>([
    {
      what: 'a package of every platform without an integrity',
      packages: { 'node_modules/a/node_modules/@x/b': { version: '2.0.0' } },
      says: /^@x\/b@2\.0\.0 has no integrity, and linux-x64 installs it$/,
    },
    {
      what: 'one of Linux that says nothing of its libc',
      packages: { 'node_modules/b-musl': { version: '2.0.0', os: ['linux'], cpu: ['x64'] } },
      says: /^b-musl@2\.0\.0 has no integrity, and linux-x64/,
    },
    {
      what: 'one for all but Windows',
      packages: { 'node_modules/b': { version: '2.0.0', os: ['!win32'] } },
      says: /^b@2\.0\.0 has no integrity/,
    },
    {
      what: 'the address of a registry',
      packages: { 'node_modules/b': { version: '2.0.0', integrity: sum, resolved: 'https://registry.example/b.tgz' } },
      says: /^node_modules\/b names where it was downloaded/,
    },
    {
      what: 'a weak hash',
      packages: { 'node_modules/b': { version: '2.0.0', integrity: 'sha1-aaaaaaaaaaaaaaaaaaaaaaaaaaa=' } },
      says: /^node_modules\/b has the integrity sha1-/,
    },
  ])('is refused with $what', ({ packages, says }) => {
    expect(findLockFaults(lockOf(good))).toEqual([])
    expect(findLockFaults(lockOf({ ...good, ...packages }))).toContainEqual(expect.stringMatching(says))
  })
})

describe('a platform whose packages have gaps', () => {
  const lock = lockOf({
    ...good,
    'node_modules/swc-darwin': { version: '3.0.0', os: ['darwin'], cpu: ['arm64'] },
    'node_modules/swc-musl': { version: '3.0.0', os: ['linux'], cpu: ['x64'], libc: ['musl'] },
    'node_modules/swc-wasm': { version: '3.0.0', os: ['none'], cpu: ['wasm32'] },
  })

  it('is listed', () => {
    expect(Object.fromEntries(listUnverifiedByPlatform(lock))).toEqual({
      'darwin-arm64': ['swc-darwin@3.0.0'],
      'linux-x64-musl': ['swc-musl@3.0.0'],
    })
  })

  it('is refused before anything is installed, and others are not', () => {
    expect(() => refuseUnverifiedPackages(lock, mac)).toThrow(
      /^package-lock\.json has no integrity of what darwin-arm64 needs, .*: swc-darwin@3\.0\.0$/,
    )
    expect(() => refuseUnverifiedPackages(lock, { ...linux, libc: 'musl' })).toThrow(/linux-x64-musl needs/)
    expect(() => refuseUnverifiedPackages(lock, linux)).not.toThrow()
    expect(() => refuseUnverifiedPackages(lock, { ...mac, cpu: 'x64' })).not.toThrow()
  })
})
