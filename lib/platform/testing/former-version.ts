import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { generatePrismaClient } from '../prisma/generate.ts'

const ROOT = path.resolve(import.meta.dirname, '../../..')

/** The oldest version from which an upgrade without stopping all processes is supported. */
const SINCE = 'v0.2.0'

/**
 * Returns the git name of a version to upgrade from: UPGRADE_FROM, otherwise the newest release before this commit.
 * @returns `missing`: the reason why the version cannot be used; null = it can
 */
export function findFormerVersion(): { version: string; missing: string | null } {
  const wanted = process.env.UPGRADE_FROM
  if (wanted) return { version: wanted, missing: null }
  const asked = ['describe', '--tags', '--abbrev=0', '--match=v[0-9]*', 'HEAD^']
  const { stdout } = spawnSync('git', asked, { cwd: ROOT, encoding: 'utf8' })
  const version = stdout?.trim() || 'a former release'
  if (!stdout?.trim()) return { version, missing: 'git knows no release before this commit' }
  if (version.localeCompare(SINCE, 'en', { numeric: true }) < 0)
    return { version, missing: `an upgrade from before ${SINCE} needs a stop` }
  return { version, missing: missingPackage(version) }
}

/**
 * Checks the dependencies of a version, because it runs with the packages of the current version. @returns a message
 * that names a missing package; null = it has all
 */
function missingPackage(version: string): string | null {
  const text = execFileSync('git', ['show', `${version}:package.json`], { cwd: ROOT, encoding: 'utf8' })
  const { dependencies }: { dependencies: Record<string, string> } = JSON.parse(text)
  const missing = Object.keys(dependencies).find((name) => !existsSync(path.join(ROOT, 'node_modules', name)))
  return missing === undefined ? null : `${version} needs the package ${missing}, which this version has not`
}

/**
 * Unpacks a version into a temporary folder, ready to run with the packages of the current version.
 * @returns its root, and a function that removes it
 */
export async function unpackVersion(version: string): Promise<{ root: string; remove(): void }> {
  const root = mkdtempSync(path.join(tmpdir(), `peerwatch-test-${process.pid}-former-`))
  const archive = execFileSync('git', ['archive', version], { cwd: ROOT, maxBuffer: 1 << 30 })
  execFileSync('tar', ['-x', '-C', root], { input: archive })
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(root, 'node_modules'))
  await generatePrismaClient(ROOT, root)
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) }
}
