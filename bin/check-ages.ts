/**
 * Lists packages for which a newer version is available: packages that process requests before sign-in if they are more
 * than 7 days behind, other packages of package.json if they are more than 60 days behind. The check never fails,
 * because time alone must not turn an unchanged tree red. It queries npm's configured registry once a day, and prints a
 * message if no registry answers.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { DAY } from '#lib/contract/time/time.ts'
import {
  countDaysBehind,
  IN_FRONT,
  type Outdated,
  possibleOf,
  signInPackages,
} from '../lib/platform/bootstrap/package-ages.ts'
import { readLock } from '../lib/platform/bootstrap/lock-file.ts'
import { npmCommand } from '../lib/platform/bootstrap/node-runtime.mjs'

const root = path.join(import.meta.dirname, '..')
const LIMIT_DAYS = { signIn: 7, other: 60 }
const KEPT = path.join(root, 'node_modules/.cache/peerwatch-ages.json')

/** Returns the output of an npm command; null if no registry answered. */
function ask<T>(args: string[]): Promise<T | null> {
  const [command, ...first] = npmCommand()
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
 * Returns a line of output about a package; an empty list if the package is not too old.
 * @param limit maximum age in days
 */
async function line(name: string, current: string, possible: string, limit: number) {
  const times = await ask<Record<string, string>>(['view', name, 'time'])
  const days = times && countDaysBehind(times, current, possible, Date.now())
  return days !== null && days > limit ? [`${name} ${current} is ${days} days behind: ${possible} could be had`] : []
}

type Located = Outdated & { location?: string }
type Answer = Record<string, Located | Located[]>

/**
 * Compares the installed packages with the registry. Two npm calls cover all packages, because each call starts npm.
 * The second call covers the packages behind the sign-in, without the large ones that the first call covers.
 */
async function lines() {
  const ofSignIn = signInPackages(readLock(root).packages)
  const madeOf = ofSignIn.filter((name) => !IN_FRONT.includes(name))
  const [named, needed] = await Promise.all([ask<Answer>(['outdated']), ask<Answer>(['outdated', ...madeOf])])
  if (named === null || needed === null) return null
  const found = Object.keys({ ...named, ...needed }).map(async (name) => {
    // copies of a package inside other packages are left out
    const outdated = [named[name] ?? [], needed[name] ?? []]
      .flat()
      .filter(({ location }) => location === path.join(root, 'node_modules', name))
    const isOfSignIn = ofSignIn.includes(name)
    const possible = isOfSignIn ? possibleOf(outdated, ofSignIn) : outdated[0]?.latest
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
    return isOfThisLock && Date.now() - read.at < DAY ? read : null
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
