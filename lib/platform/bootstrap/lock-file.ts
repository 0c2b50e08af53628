import { readFileSync } from 'node:fs'
import path from 'node:path'

export type LockEntry = {
  version?: string
  dev?: boolean
  optional?: boolean
  os?: string[]
  cpu?: string[]
  libc?: string[]
  resolved?: string
  integrity?: string
  link?: boolean
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}
export type LockFile = { packages: Record<string, LockEntry> }
/**
 * Platform for which npm installs packages: operating system, CPU and C library; `libc` is null on systems that have
 * only one C library.
 */
export type NpmPlatform = { os: string; cpu: string; libc: 'glibc' | 'musl' | null }

/**
 * Platforms on which every package in the lock file must have an integrity (hash), so that npm can verify each
 * download.
 */
export const VERIFIED_PLATFORMS = [
  { os: 'linux', cpu: 'x64', libc: 'glibc' },
  { os: 'linux', cpu: 'arm64', libc: 'glibc' },
] as const

export function readLock(root: string): LockFile {
  return JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'))
}

export function detectPlatform(): NpmPlatform {
  const { platform: os, arch: cpu } = process
  return { os, cpu, libc: os === 'linux' ? linuxLibc() : null }
}

/**
 * Returns the C library of this Linux system, in the same way as the package detect-libc: from the text of `ldd`,
 * otherwise from the report of Node.js.
 */
function linuxLibc() {
  try {
    return readFileSync('/usr/bin/ldd', 'latin1').includes('musl') ? 'musl' : 'glibc'
  } catch {
    const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } }
    return header.glibcVersionRuntime ? 'glibc' : 'musl'
  }
}

export function formatPlatformName({ os, cpu, libc }: NpmPlatform) {
  return [os, cpu, libc === 'musl' ? 'musl' : null].filter(Boolean).join('-')
}

/**
 * Reports whether npm installs a package on a platform, according to the `os`, `cpu` and `libc` fields of the package.
 */
function isFor({ os, cpu, libc }: LockEntry, platform: NpmPlatform) {
  return allows(os, platform.os) && allows(cpu, platform.cpu) && (platform.libc === null || allows(libc, platform.libc))
}

/**
 * Reports whether a list allows a name.
 * @param list allowed names, or `!name` to allow all other names; absent = every name is allowed
 */
function allows(list: string[] | undefined, name: string) {
  if (!list || list.includes(name)) return true
  return list.every((item) => item.startsWith('!') && item !== `!${name}`)
}

/**
 * Returns the packages without an integrity (hash) that npm would install on a platform. npm cannot verify their
 * downloads.
 * @returns `name@version`, sorted
 */
export function listUnverifiedPackages(lock: LockFile, platform: NpmPlatform): string[] {
  return Object.entries(lock.packages)
    .filter(([key, entry]) => key !== '' && !entry.link && !entry.integrity && isFor(entry, platform))
    .map(([key, { version }]) => `${key.slice(key.lastIndexOf('node_modules/') + 'node_modules/'.length)}@${version}`)
    .sort()
}

/**
 * Returns the packages without an integrity (hash) for each platform on which npm would install such packages.
 * @returns `name@version`, sorted, by {@link formatPlatformName}
 */
export function listUnverifiedByPlatform(lock: LockFile): Map<string, string[]> {
  const platforms: Map<string, NpmPlatform> = new Map()
  for (const { integrity, os = [], cpu = [], libc } of Object.values(lock.packages)) {
    if (integrity) continue
    // the operating system `none` marks packages that are never installed automatically, such as WebAssembly
    for (const o of os.filter((name) => name !== 'none')) {
      for (const c of cpu) {
        for (const l of o === 'linux' ? (libc ?? ['glibc', 'musl']) : [null]) {
          const platform = { os: o, cpu: c, libc: l } as NpmPlatform
          platforms.set(formatPlatformName(platform), platform)
        }
      }
    }
  }
  return new Map(
    [...platforms]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, platform]) => [name, listUnverifiedPackages(lock, platform)]),
  )
}

/**
 * Returns the faults of a lock file, one line each. Faults are download addresses, because they would bind the file to
 * a registry; hashes other than SHA-512; and packages without an integrity on a platform of {@link VERIFIED_PLATFORMS}.
 */
export function findLockFaults(lock: LockFile): string[] {
  const entries = Object.entries(lock.packages)
  return [
    ...entries
      .filter(([, { resolved, link }]) => resolved !== undefined && !link)
      .map(([key]) => `${key} names where it was downloaded: set omit-lockfile-registry-resolved=true`),
    ...entries
      .filter(([, { integrity }]) => integrity !== undefined && !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity))
      .map(([key, { integrity }]) => `${key} has the integrity ${integrity}, not one of SHA-512`),
    ...VERIFIED_PLATFORMS.flatMap((platform) =>
      listUnverifiedPackages(lock, platform).map(
        (name) => `${name} has no integrity, and ${formatPlatformName(platform)} installs it`,
      ),
    ),
  ]
}

/**
 * Returns the text of docs/lock-gaps.md, which lists the packages without an integrity on other platforms.
 * @returns Markdown
 */
export function formatLockGapsDocument(lock: LockFile): string {
  const rows = [...listUnverifiedByPlatform(lock)].map(([name, packages]) => `| ${name} | ${packages.join(', ')} |`)
  return `# Platforms whose packages can't be verified

Written by \`node bin/complete-lock.ts\`; the check compares it with \`package-lock.json\`. Every package that ${VERIFIED_PLATFORMS.map(formatPlatformName).join(' and ')}
(glibc) install has a SHA-512 integrity, which npm verifies. For the packages below, the registry that the lock was written from lists none for the
packages named; \`npm start\` and \`npm test\` refuse to install there. \`node bin/complete-lock.ts --ask\`, on a registry that has them, completes the lock.

| platform | packages without an integrity |
|---|---|
${rows.join('\n')}
`
}
