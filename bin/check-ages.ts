/**
 * Names packages that are behind what the lock could have: those that stand in front of the sign-in from 7 days on, what else package.json names from 60 on. It fails
 * nothing: time alone must not turn an unchanged tree red. It asks the registry that npm is set up for, once a day, and says so where none answers.
 */
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { DAY } from '#lib/contract/time/time.ts'
import { behindBy, latest, signInPackages } from '../lib/platform/bootstrap/package-ages.ts'
import { readLock } from '../lib/platform/bootstrap/lock-file.ts'
import { npmCommand } from '../lib/platform/bootstrap/node-runtime.mjs'

const root = path.join(import.meta.dirname, '..')
const LIMIT_DAYS = { signIn: 7, other: 60 }
const KEPT = path.join(root, 'node_modules/.cache/peerwatch-ages.json')

/** What npm answers; null = no registry did. */
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

/** @param limit in days */
async function line(name: string, current: string, possible: string, limit: number) {
  const times = await ask<Record<string, string>>(['view', name, 'time'])
  const days = times && behindBy(times, current, possible, Date.now())
  return days !== null && days > limit ? [`${name} ${current} is ${days} days behind: ${possible} could be had`] : []
}

async function lines() {
  const lock = readLock(root)
  const ofSignIn = signInPackages(lock.packages)
  const found = []
  for (const { name, version, ranges } of ofSignIn) {
    const matching = await Promise.all(
      ranges.map((range) => ask<string | string[]>(['view', `${name}@${range}`, 'version'])),
    )
    if (matching.includes(null)) return null
    const possible = latest(matching.map((one) => [one ?? []].flat()))
    if (possible !== null && possible !== version)
      found.push(...(await line(name, version, possible, LIMIT_DAYS.signIn)))
  }
  const outdated = await ask<Record<string, { current?: string; latest: string }>>(['outdated'])
  if (outdated === null) return null
  const known = new Set(ofSignIn.map(({ name }) => name))
  for (const [name, { current, latest: newest }] of Object.entries(outdated))
    if (!known.has(name) && current) found.push(...(await line(name, current, newest, LIMIT_DAYS.other)))
  return found
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
