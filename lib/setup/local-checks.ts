import { accessSync, constants, existsSync, statfsSync } from 'node:fs'
import path from 'node:path'
import type { EpochMs } from '#lib/contract/index.ts'
import { type SetupResult, createSetupResult } from '#lib/contract/words/setup-checks.ts'
import { formatSupportEnd } from './support-ends.ts'

const MIN_NODE = 24
const GB = 1_000_000_000
/**
 * Minimum free disk space in bytes for which there is no warning. A day of 150 circuits with changing tables needs less
 * than a tenth of it.
 */
const ROOMY_BYTES = 5 * GB
/** If the disk will be full in fewer days than this number, the check warns. */
const MIN_DAYS = 7
/** Free disk space in bytes below which the check fails, because PostgreSQL stops when its disk is full. */
const MIN_BYTES = GB / 2

export function checkNodeVersion(version: string, now: EpochMs): SetupResult {
  const major = Number(version.replace(/^v/, '').split('.')[0])
  const words = `Version ${version.replace(/^v/, '')}.`
  const ending = formatSupportEnd('Node', major, now)
  if (major >= MIN_NODE && ending)
    return createSetupResult('node', 'warn', `${words} ${ending}`, {
      remedy: 'Install a newer version of Node, or upgrade Peerwatch, which brings one.',
    })
  if (major >= MIN_NODE) return createSetupResult('node', 'pass', words)
  return createSetupResult('node', 'fail', `Version ${version.replace(/^v/, '')} is too old.`, {
    remedy: `Install Node ${MIN_NODE} or later; npm start brings it on Linux x64.`,
  })
}

/**
 * Returns the check of the environment variables.
 * @param faults a line for each variable that cannot be read
 * @param warnings a line for each variable that works but should be changed
 */
export function checkEnvironmentVariables(faults: readonly string[], warnings: readonly string[]): SetupResult {
  if (faults.length === 0) {
    if (warnings.length === 0) return createSetupResult('environment', 'pass', 'Every variable can be read.')
    return createSetupResult('environment', 'warn', 'Every variable can be read; correct what is listed.', {
      lines: [...warnings],
    })
  }
  return createSetupResult('environment', 'fail', 'Correct these variables; npm start and the worker refuse to run.', {
    lines: [...faults],
    remedy: 'The table in README.md lists each variable with its form.',
  })
}

/**
 * Checks the free space on the disk of the data folder, and whether the process can write to the folder.
 * @param dataDir absolute path; the folder need not exist yet
 * @param daysLeft days until the disk is full; null = unknown
 * @param isWritten whether this process must be able to write to the folder. A worker that `npm start` runs as a
 *   separate user only reads there
 */
export function checkDiskSpace(
  dataDir: string,
  { isWritten, daysLeft = null }: { isWritten: boolean; daysLeft?: number | null },
): SetupResult {
  let folder = dataDir
  while (!existsSync(folder) && path.dirname(folder) !== folder) folder = path.dirname(folder)
  try {
    if (isWritten) accessSync(folder, constants.W_OK | constants.X_OK)
    const { bavail, bsize, blocks } = statfsSync(folder)
    const free = bavail * bsize
    const space = `${formatGigabytes(free)} free of ${formatGigabytes(blocks * bsize)} at ${dataDir}.`
    const isFilling = daysLeft !== null && daysLeft < MIN_DAYS
    const words = isFilling ? `${space} Full in ${Math.floor(daysLeft)} days at the growth of the last week.` : space
    if (free >= ROOMY_BYTES && !isFilling) return createSetupResult('disk', 'pass', words)
    return createSetupResult('disk', free < MIN_BYTES ? 'fail' : 'warn', words, {
      remedy: 'Free disk space, or set DATA_DIR to a larger disk; RETAIN_RAW and RETAIN_HISTORY bound what is kept.',
    })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    return createSetupResult('disk', 'fail', `${folder} can’t be written to (${code}).`, {
      remedy: 'Set DATA_DIR to a folder that this user may write to.',
    })
  }
}

export const formatGigabytes = (bytes: number): string => `${(bytes / GB).toFixed(bytes < 10 * GB ? 1 : 0)} GB`
