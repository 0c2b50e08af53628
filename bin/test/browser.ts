import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import path from 'node:path'
import { StepError } from '../../lib/platform/bootstrap/progress.ts'
import { runCommand } from '../../lib/platform/bootstrap/run-command.ts'

/** The headless shell draws without a window's own interface, in less than half of the CPU time. */
const SHELL = 'chromium-headless-shell'
const NAMES = [SHELL, 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']
const OUTSIDE_PATH = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

interface Options {
  onLine?: (line: string) => void
}

/**
 * Finds a Chromium for the browser tests: CHROMIUM_PATH's, or the system's. As root on Debian it first installs the headless shell, or
 * the whole browser where the distribution has no shell.
 * @returns path of the program
 * @throws StepError when there is none
 */
export async function findBrowser(root: string, options: Options = {}): Promise<string> {
  const named = process.env.CHROMIUM_PATH
  if (named) {
    if (isProgram(named)) return named
    throw new StepError(`CHROMIUM_PATH is ${JSON.stringify(named)}, which is not a program`, {
      advice: 'name a Chromium or Chrome, or unset it',
    })
  }
  const shell = firstThatRuns([SHELL])
  if (shell) return shell
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version')) {
    await install(root, SHELL, options).catch((error: unknown) => {
      if (!firstThatRuns(NAMES)) return install(root, 'chromium', options)
      // a browser is here, and does
      options.onLine?.(`${SHELL} could not be installed: ${error instanceof Error ? error.message : String(error)}`)
      return undefined
    })
  }
  const found = firstThatRuns(NAMES)
  if (found) return found
  throw new StepError('no browser was found for the browser tests', {
    advice: 'install Chromium or Chrome, or set CHROMIUM_PATH to one',
  })
}

async function install(root: string, name: string, options: Options): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const advice = 'install Chromium or Chrome yourself, or set CHROMIUM_PATH'
  const command = { cwd: root, env, advice, ...options }
  await runCommand('apt-get', ['update'], command)
  await runCommand('apt-get', ['install', '-y', '--no-install-recommends', name], command)
}

/** The packages of some distributions only point to another installer. */
function firstThatRuns(names: readonly string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean)
  const candidates = [...names.flatMap((name) => folders.map((folder) => path.join(folder, name))), ...OUTSIDE_PATH]
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
