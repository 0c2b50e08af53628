import { existsSync, readFileSync } from 'node:fs'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'
import {
  type LockFile,
  type NpmPlatform,
  formatPlatformName,
  readLock,
  detectPlatform,
  listUnverifiedPackages,
  VERIFIED_PLATFORMS,
} from './lock-file.ts'
import { getNpmCommand } from './node-runtime.mjs'
import { StepError } from './progress.ts'
import { compactServer } from './compact-server.ts'
import { runCommandAndReturnStdout } from './run-command.ts'
import { BUNDLES_FOLDER, hashProgramSources, getStampPath } from './programs.mjs'
import { hashFileContents, runUnlessUnchanged } from './build-cache.mjs'

/**
 * Comment at the start of a script that tells V8 (Chrome and Edge from version 136) to compile all functions of the
 * script in the background while it loads: https://v8.dev/blog/explicit-compile-hints. Otherwise each function is
 * compiled on the main thread at its first call. Other browsers ignore the comment.
 */
const HINT = '//# allFunctionsCalledOnLoad\n'

const compress = promisify(brotliCompress)

type Watching = { signal?: AbortSignal; onLine?: (line: string) => void }

const UP_TO_DATE = 'up to date'

/**
 * Runs `npm ci`, unless node_modules was installed from the same package.json and lock file.
 * @param withTests true = also installs `devDependencies`, which tests and checks need. A later start without them
 *   accepts such an installation
 * @returns short result for the progress line
 */
export async function installPackages(
  root: string,
  { withTests = false, ...watching }: Watching & { withTests?: boolean } = {},
): Promise<string> {
  refuseUnverifiedPackages(readLock(root), detectPlatform())
  const stamp = path.join(root, 'node_modules', '.peerwatch-stamp')
  const inputOf = (packages: string) => () =>
    hashFileContents(root, ['package.json', 'package-lock.json', '.npmrc'], {
      salt: `${process.platform} ${process.arch} ${packages}`,
    })
  const hasAll = existsSync(stamp) && readFileSync(stamp, 'utf8').trim() === inputOf('all')()
  const done = await runUnlessUnchanged(stamp, inputOf(withTests || hasAll ? 'all' : 'start'), async () => {
    const [npm, ...args] = getNpmCommand()
    // --include=dev is needed, because NODE_ENV=production would omit these packages; --legacy-peer-deps avoids
    // optional peer dependencies, which would install test tools and Prisma's CLI
    const packages = withTests ? ['--include=dev'] : ['--omit=dev', '--legacy-peer-deps']
    await runCommandAndReturnStdout(
      npm,
      [...args, 'ci', ...packages, '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'],
      {
        cwd: root,
        what: 'npm ci',
        advice: 'check that the npm registry can be reached and that the disk has 1 GB free, then run this again',
        ...watching,
      },
    )
  })
  return done ? 'installed' : UP_TO_DATE
}

/**
 * Throws an error if the lock file lacks the integrity (hash) of a package for this platform, because npm would install
 * such a package without verification.
 * @throws StepError
 */
export function refuseUnverifiedPackages(lock: LockFile, platform: NpmPlatform) {
  const packages = listUnverifiedPackages(lock, platform)
  if (packages.length === 0) return
  const supported = VERIFIED_PLATFORMS.map(formatPlatformName).join(' or ')
  throw new StepError(
    `package-lock.json has no integrity of what ${formatPlatformName(platform)} needs, so that npm could not verify it: ${packages.join(', ')}`,
    {
      advice: `run it on ${supported} with glibc, or complete the lock on a registry that has these packages: node bin/complete-lock.ts --ask`,
    },
  )
}

/** Files and folders on which the web build depends. Tests and the lab are not part of it. */
export const WEB_BUILD_INPUTS = [
  'app',
  'components',
  'lib',
  'instrumentation.ts',
  'proxy.ts',
  'next.config.mjs',
  'postcss.config.mjs',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
]
const NOT_BUILT = /(\.test\.tsx?$)|(\/testdata$)|(\/testing$)|(\/bootstrap$)/

/**
 * Bundles the programs and builds the web, unless `.next` was built from the same files. After `next build`, it adds
 * compile hints, compresses the files for browsers and compacts the server's scripts.
 * @param bundled called when the programs are bundled, so that the demo's history can be recorded during the rest of
 *   the build
 */
export async function buildWeb(
  root: string,
  { bundled = () => {}, ...watching }: Watching & { bundled?: () => void } = {},
): Promise<string> {
  await bundlePrograms(root, watching)
  bundled()
  const stamp = path.join(root, '.next', 'peerwatch-stamp')
  const input = () =>
    hashFileContents(root, WEB_BUILD_INPUTS, { skip: (name) => NOT_BUILT.test(name), salt: process.version })
  const work = async () => {
    await clearBuild(path.join(root, '.next'))
    await runCommandAndReturnStdout(process.execPath, [path.join(root, 'node_modules/next/dist/bin/next'), 'build'], {
      cwd: root,
      env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
      what: 'next build',
      advice: 'the lines above name the file; if you changed nothing, remove .next and run this again',
      ...watching,
    })
    await compressStaticFiles(path.join(root, '.next', 'static'))
    for (const chunks of ['chunks', 'chunks/ssr']) await compactServer(path.join(root, '.next', 'server', chunks))
  }
  const done = await runUnlessUnchanged(stamp, input, work, path.join(root, '.next', 'BUILD_ID'))
  return done ? 'built' : UP_TO_DATE
}

/** Empties the build folder as Next.js does before a build (`cleanDistDir`), except for the cache and the bundles. */
async function clearBuild(folder: string): Promise<void> {
  const names = existsSync(folder) ? await readdir(folder) : []
  for (const name of names)
    if (name !== 'cache' && name !== path.basename(BUNDLES_FOLDER))
      await rm(path.join(folder, name), { recursive: true })
}

/**
 * Bundles the programs, unless the bundles were made from the same files. Without a bundle, a program starts a second
 * later, and the TypeScript compiler stays in its memory.
 */
async function bundlePrograms(root: string, watching?: Watching) {
  await runUnlessUnchanged(
    getStampPath(root),
    () => hashProgramSources(root),
    () =>
      runCommandAndReturnStdout(process.execPath, [path.join(root, 'lib/platform/bootstrap/bundle.ts')], {
        cwd: root,
        what: 'bundling of programs',
        advice: 'the lines above name the file; if you changed nothing, restore it',
        ...watching,
      }).then(() => {}),
  )
}

/**
 * Adds the compile hint to the scripts in a folder, and compresses each script and style sheet with Brotli into
 * `NAME.br`. Without the hint, compilation took a fifth of the main thread's time while a page loaded. Brotli files are
 * an eighth smaller than gzip files. Their compression takes three seconds of CPU time, so it is done once after the
 * build.
 */
export async function compressStaticFiles(folder: string): Promise<void> {
  const names = await readdir(folder, { recursive: true })
  const finish = async (file: string) => {
    let content = await readFile(file)
    if (file.endsWith('.js') && !content.toString().startsWith(HINT)) {
      content = Buffer.concat([Buffer.from(HINT), content])
      await writeFile(file, content)
    }
    const params = { [constants.BROTLI_PARAM_SIZE_HINT]: content.length }
    await writeFile(`${file}.br`, await compress(content, { params }))
  }
  await Promise.all(names.filter((name) => /\.(?:js|css)$/.test(name)).map((name) => finish(path.join(folder, name))))
}
