import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import path from 'node:path'
import { StepError } from '../../lib/platform/bootstrap/progress.mjs'
import { runCommand } from '../../lib/platform/bootstrap/run-command.mjs'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const OUTSIDE_PATH = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/**
 * Finds a Chromium for the browser tests: CHROMIUM_PATH's, the system's, or Debian's package, which root gets installed.
 * @returns path of the program
 * @throws StepError when there is none
 */
export async function findBrowser(root: string, options: { onLine?: (line: string) => void } = {}): Promise<string> {
  const named = process.env.CHROMIUM_PATH
  if (named) {
    if (isProgram(named)) return named
    throw new StepError(`CHROMIUM_PATH is ${JSON.stringify(named)}, which is not a program`, {
      advice: 'name a Chromium or Chrome, or unset it',
    })
  }
  const found = systemBrowser()
  if (found) return found
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const advice = 'install Chromium or Chrome yourself, or set CHROMIUM_PATH'
    await runCommand('apt-get', ['update'], { cwd: root, env, advice, ...options })
    await runCommand('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], {
      cwd: root,
      env,
      advice,
      ...options,
    })
    const installed = systemBrowser()
    if (installed) return installed
  }
  throw new StepError('no browser was found for the browser tests', {
    advice: 'install Chromium or Chrome, or set CHROMIUM_PATH to one',
  })
}

/** The first that runs: the packages of some distributions only point to another installer. */
function systemBrowser(): string | undefined {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean)
  const candidates = [...NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name))), ...OUTSIDE_PATH]
  return candidates.find((file) => isProgram(file) && spawnSync(file, ['--version'], { timeout: 20_000 }).status === 0)
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}
