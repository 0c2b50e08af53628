import { existsSync, readFileSync } from 'node:fs'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'
import {
  type Lock,
  type Platform,
  platformName,
  readLock,
  thisPlatform,
  unverifiedOn,
  VERIFIED_PLATFORMS,
} from './lock-file.ts'
import { npmCommand } from './node-runtime.mjs'
import { StepError } from './progress.ts'
import { compactServer } from './compact-server.ts'
import { runCommand } from './run-command.ts'
import { BUNDLES, programsInput, stampOf } from './programs.mjs'
import { hashFiles, skipIfUnchanged } from './build-cache.mjs'

/**
 * V8 (Chrome and Edge from 136 on) then compiles every function of a script while it comes, beside the main thread, and not each on the main
 * thread when it is first called: https://v8.dev/blog/explicit-compile-hints. It has to be what the file begins with; to others it is a comment.
 */
const HINT = '//# allFunctionsCalledOnLoad\n'

const compress = promisify(brotliCompress)

type Watching = { signal?: AbortSignal; onLine?: (line: string) => void }

const UP_TO_DATE = 'up to date'

/**
 * `npm ci`, unless node_modules matches package.json and the lock file.
 * @param withTests also what tests and checks need alone, `devDependencies`; what was installed with them has all that a start needs
 * @returns what happened, in words
 */
export async function installPackages(
  root: string,
  { withTests = false, ...watching }: Watching & { withTests?: boolean } = {},
): Promise<string> {
  refuseUnverified(readLock(root), thisPlatform())
  const stamp = path.join(root, 'node_modules', '.peerwatch-stamp')
  const inputOf = (packages: string) => () =>
    hashFiles(root, ['package.json', 'package-lock.json', '.npmrc'], {
      salt: `${process.platform} ${process.arch} ${packages}`,
    })
  const hasAll = existsSync(stamp) && readFileSync(stamp, 'utf8').trim() === inputOf('all')()
  const done = await skipIfUnchanged(stamp, inputOf(withTests || hasAll ? 'all' : 'start'), async () => {
    const [npm, ...args] = npmCommand()
    // NODE_ENV=production would omit what is named
    // a peer that a package may do without would bring tools of tests, and Prisma's CLI
    const packages = withTests ? ['--include=dev'] : ['--omit=dev', '--legacy-peer-deps']
    await runCommand(
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
 * npm installs a package without an integrity as if it had been verified.
 * @throws StepError if there are any
 */
export function refuseUnverified(lock: Lock, platform: Platform) {
  const packages = unverifiedOn(lock, platform)
  if (packages.length === 0) return
  const supported = VERIFIED_PLATFORMS.map(platformName).join(' or ')
  throw new StepError(
    `package-lock.json has no integrity of what ${platformName(platform)} needs, so that npm could not verify it: ${packages.join(', ')}`,
    {
      advice: `run it on ${supported} with glibc, or complete the lock on a registry that has these packages: node bin/complete-lock.ts --ask`,
    },
  )
}

/** Inputs of the web build: no tests, nothing of the lab. */
export const BUILD_INPUT = [
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
 * The bundles of programs; then `next build`, a hint and the compression of what it wrote for browsers, and the compaction of what the web
 * loads, unless `.next` was built from the same files.
 * @param bundled called when programs are bundled: the demo's past is made by one, beside the rest
 */
export async function buildWeb(
  root: string,
  { bundled = () => {}, ...watching }: Watching & { bundled?: () => void } = {},
): Promise<string> {
  await bundlePrograms(root, watching)
  bundled()
  const stamp = path.join(root, '.next', 'peerwatch-stamp')
  const input = () => hashFiles(root, BUILD_INPUT, { skip: (name) => NOT_BUILT.test(name), salt: process.version })
  const work = async () => {
    await clearBuild(path.join(root, '.next'))
    await runCommand(process.execPath, [path.join(root, 'node_modules/next/dist/bin/next'), 'build'], {
      cwd: root,
      env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
      what: 'next build',
      advice: 'the lines above name the file; if you changed nothing, remove .next and run this again',
      ...watching,
    })
    await finishStatic(path.join(root, '.next', 'static'))
    for (const chunks of ['chunks', 'chunks/ssr']) await compactServer(path.join(root, '.next', 'server', chunks))
  }
  const done = await skipIfUnchanged(stamp, input, work, path.join(root, '.next', 'BUILD_ID'))
  return done ? 'built' : UP_TO_DATE
}

/** As Next.js itself does before it builds (`cleanDistDir`), but for the bundles. */
async function clearBuild(folder: string): Promise<void> {
  const names = existsSync(folder) ? await readdir(folder) : []
  for (const name of names)
    if (name !== 'cache' && name !== path.basename(BUNDLES)) await rm(path.join(folder, name), { recursive: true })
}

/** Bundles programs, unless they were of the same files: their TypeScript as it is takes a second more to start, and a compiler that stays in memory. */
async function bundlePrograms(root: string, watching?: Watching) {
  await skipIfUnchanged(
    stampOf(root),
    () => programsInput(root),
    () =>
      runCommand(process.execPath, [path.join(root, 'lib/platform/bootstrap/bundle.ts')], {
        cwd: root,
        what: 'bundling of programs',
        advice: 'the lines above name the file; if you changed nothing, restore it',
        ...watching,
      }).then(() => {}),
  )
}

/**
 * Asks browsers to compile the scripts in a folder ahead: a fifth of what a page's main thread did while it loaded was compiling, nearly
 * all of it functions that every page calls at once, and the longest of its tasks with them. Writes `NAME.br` beside each script and style
 * sheet: an eighth smaller than by gzip, and three seconds of CPU, which is why it is done once, after the build.
 */
export async function finishStatic(folder: string): Promise<void> {
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
