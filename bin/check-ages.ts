/**
 * Lists packages that are outdated. A package that processes requests before sign-in is listed after 7 days, and every
 * other package of package.json after 60 days. The check only prints and never fails, because otherwise an unchanged
 * repository would begin to fail after some days. It queries the configured npm registry once a day, and prints a
 * message if no registry answers.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import {
  countDaysBehind,
  SIGN_IN_PACKAGES,
  type OutdatedPackage,
  findPossibleVersion,
  listSignInPackages,
} from '../lib/platform/bootstrap/package-ages.ts'
import { readLock } from '../lib/platform/bootstrap/lock-file.ts'
import { getNpmCommand } from '../lib/platform/bootstrap/node-runtime.mjs'

const root = path.join(import.meta.dirname, '..')
const LIMIT_DAYS = { signIn: 7, other: 60 }
const KEPT = path.join(root, 'node_modules/.cache/peerwatch-ages.json')

/**
 * Runs an npm command and returns its JSON output; null if npm reports an error or prints no JSON, for example because
 * no registry answers.
 */
function ask<T>(args: string[]): Promise<T | null> {
  const [command, ...first] = getNpmCommand()
  const all = [...first, ...args, '--json', '--fetch-timeout=5000', '--fetch-retries=0']
  return new Promise((resolve) => {
    const child = spawn(command ?? 'npm', all, { cwd: root, stdio: ['ignore', 'pipe', 'ignore'], timeout: 60_000 })
    let text = ''
    child.stdout.on('data', (part) => (text += part))
    child.on('error', () => resolve(null))
    child.on('close', () => {
      try {
        const answer = JSON.parse(text)
        resolve(answer.error ? null : answer)
      } catch {
        resolve(null)
      }
    })
  })
}

/**
 * Returns a list with one line of output about a package that is too old; an empty list if the package is not too old
 * or its age is unknown.
 * @param limit maximum number of days that the installed version may be behind the possible version
 */
async function line(name: string, current: string, possible: string, limit: number) {
  const times = await ask<Record<string, string>>(['view', name, 'time'])
  const days = times && countDaysBehind(times, current, possible, Date.now())
  return days !== null && days > limit ? [`${name} ${current} is ${days} days behind: ${possible} could be had`] : []
}

type Located = OutdatedPackage & { location?: string }
type Answer = Record<string, Located | Located[]>

/**
 * Compares the installed packages with the registry. Two calls of `npm outdated` are enough for the comparison, and
 * further calls are avoided because each start of npm takes long. The first call covers the packages of package.json,
 * and the second the other packages on which sign-in depends.
 */
async function lines() {
  const ofSignIn = listSignInPackages(readLock(root).packages)
  const madeOf = ofSignIn.filter((name) => !SIGN_IN_PACKAGES.includes(name))
  const [named, needed] = await Promise.all([ask<Answer>(['outdated']), ask<Answer>(['outdated', ...madeOf])])
  if (named === null || needed === null) return null
  const found = Object.keys({ ...named, ...needed }).map(async (name) => {
    // only the copy of the package in the main node_modules counts; copies inside other packages are ignored
    const outdated = [named[name] ?? [], needed[name] ?? []]
      .flat()
      .filter(({ location }) => location === path.join(root, 'node_modules', name))
    const isOfSignIn = ofSignIn.includes(name)
    const possible = isOfSignIn ? findPossibleVersion(outdated, ofSignIn) : outdated[0]?.latest
    const current = outdated[0]?.current
    if (!current || !possible || current === possible) return []
    return line(name, current, possible, isOfSignIn ? LIMIT_DAYS.signIn : LIMIT_DAYS.other)
  })
  return (await Promise.all(found)).flat()
}

function kept(): { at: number; lines: string[] } | null {
  try {
    const read = JSON.parse(readFileSync(KEPT, 'utf8'))
    const isOfThisLock = read.lock === readFileSync(path.join(root, 'package-lock.json'), 'utf8').length
    return isOfThisLock && Date.now() - read.at < MS_PER_DAY ? read : null
  } catch {
    return null
  }
}

const known = kept()
const behind = known ? known.lines : await lines()
if (behind === null) process.stdout.write('no registry answers: how old the packages are was not checked\n')
else {
  for (const one of behind) process.stdout.write(`${one}\n`)
  process.stdout.write(`${behind.length} packages behind\n`)
  if (!known) {
    mkdirSync(path.dirname(KEPT), { recursive: true })
    const lock = readFileSync(path.join(root, 'package-lock.json'), 'utf8').length
    writeFileSync(KEPT, JSON.stringify({ at: Date.now(), lock, lines: behind }))
  }
}
