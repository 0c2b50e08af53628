import { readFileSync } from 'node:fs'
import path from 'node:path'

/** @typedef {{ version?: string, dev?: boolean, optional?: boolean, os?: string[], cpu?: string[], libc?: string[], resolved?: string, integrity?: string, link?: boolean, dependencies?: Record<string, string>, optionalDependencies?: Record<string, string> }} Entry */
/** @typedef {{ packages: Record<string, Entry> }} Lock */
/** @typedef {{ os: string, cpu: string, libc: 'glibc' | 'musl' | null }} Platform libc: null where there is no choice */

/** Where every package must have an integrity, so that npm verifies what it downloads. */
export const VERIFIED_PLATFORMS = /** @type {const} */ ([
  { os: 'linux', cpu: 'x64', libc: 'glibc' },
  { os: 'linux', cpu: 'arm64', libc: 'glibc' },
])

/**
 * @param {string} root
 * @returns {Lock}
 */
export function readLock(root) {
  return JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'))
}

/** @returns {Platform} */
export function thisPlatform() {
  const { platform: os, arch: cpu } = process
  return { os, cpu, libc: os === 'linux' ? linuxLibc() : null }
}

/** As detect-libc does: the loader's own tool names its library. */
function linuxLibc() {
  try {
    return readFileSync('/usr/bin/ldd', 'latin1').includes('musl') ? 'musl' : 'glibc'
  } catch {
    const { header } = /** @type {{ header: { glibcVersionRuntime?: string } }} */ (process.report.getReport())
    return header.glibcVersionRuntime ? 'glibc' : 'musl'
  }
}

/** @param {Platform} platform */
export function platformName({ os, cpu, libc }) {
  return [os, cpu, libc === 'musl' ? 'musl' : null].filter(Boolean).join('-')
}

/**
 * Whether npm installs a package there, by its `os`, `cpu` and `libc`.
 * @param {Entry} entry
 * @param {Platform} platform
 */
function isFor({ os, cpu, libc }, platform) {
  return allows(os, platform.os) && allows(cpu, platform.cpu) && (platform.libc === null || allows(libc, platform.libc))
}

/**
 * @param {string[] | undefined} list names, or `!name` for all but these
 * @param {string} name
 */
function allows(list, name) {
  if (!list || list.includes(name)) return true
  return list.every((item) => item.startsWith('!') && item !== `!${name}`)
}

/**
 * Packages that npm would install on a platform without being able to verify them.
 * @param {Lock} lock
 * @param {Platform} platform
 * @returns {string[]} `name@version`, sorted
 */
export function unverifiedOn(lock, platform) {
  return Object.entries(lock.packages)
    .filter(([key, entry]) => key !== '' && !entry.link && !entry.integrity && isFor(entry, platform))
    .map(([key, { version }]) => `${key.slice(key.lastIndexOf('node_modules/') + 'node_modules/'.length)}@${version}`)
    .sort()
}

/**
 * Packages without an integrity by platform, for every platform that has any.
 * @param {Lock} lock
 * @returns {Map<string, string[]>} by {@link platformName}, sorted
 */
export function gapsByPlatform(lock) {
  /** @type {Map<string, Platform>} */
  const platforms = new Map()
  for (const { integrity, os = [], cpu = [], libc } of Object.values(lock.packages)) {
    if (integrity) continue
    // `none` marks what no platform installs by itself, such as WebAssembly
    for (const o of os.filter((name) => name !== 'none')) {
      for (const c of cpu) {
        for (const l of o === 'linux' ? (libc ?? ['glibc', 'musl']) : [null]) {
          const platform = /** @type {Platform} */ ({ os: o, cpu: c, libc: l })
          platforms.set(platformName(platform), platform)
        }
      }
    }
  }
  return new Map(
    [...platforms].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, platform]) => [name, unverifiedOn(lock, platform)]),
  )
}

/**
 * What is wrong with the lock, one line each: an address that would bind it to a registry, a weak hash, or a package of a verified
 * platform that has none.
 * @param {Lock} lock
 * @returns {string[]}
 */
export function lockFaults(lock) {
  const entries = Object.entries(lock.packages)
  return [
    ...entries
      .filter(([, { resolved, link }]) => resolved !== undefined && !link)
      .map(([key]) => `${key} names where it was downloaded: set omit-lockfile-registry-resolved=true`),
    ...entries
      .filter(([, { integrity }]) => integrity !== undefined && !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity))
      .map(([key, { integrity }]) => `${key} has the integrity ${integrity}, not one of SHA-512`),
    ...VERIFIED_PLATFORMS.flatMap((platform) =>
      unverifiedOn(lock, platform).map((name) => `${name} has no integrity, and ${platformName(platform)} installs it`),
    ),
  ]
}

/**
 * The list of other platforms' gaps, as docs/lock-gaps.md holds it.
 * @param {Lock} lock
 * @returns {string} Markdown
 */
export function gapsDocument(lock) {
  const rows = [...gapsByPlatform(lock)].map(([name, packages]) => `| ${name} | ${packages.join(', ')} |`)
  return `# Platforms whose packages can't be verified

Written by \`node bin/complete-lock.mjs\`; the check compares it with \`package-lock.json\`. Every package that ${VERIFIED_PLATFORMS.map(platformName).join(' and ')}
(glibc) install has a SHA-512 integrity, which npm verifies. Of those below, the registry that the lock was written from lists none for the
packages named; \`npm start\` and \`npm test\` refuse to install there. \`node bin/complete-lock.mjs --ask\`, on a registry that has them, completes the lock.

| platform | packages without an integrity |
|---|---|
${rows.join('\n')}
`
}
