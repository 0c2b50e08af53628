import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { runCommandAndReturnStdout } from '../../lib/platform/bootstrap/run-command.ts'
import { isProgramMissing, type SystemProgram, readProgramVersion } from '../../lib/platform/system-programs.ts'

export type InstallOptions = { onLine?: (line: string) => void }

/** Reports whether Debian packages can be installed here. This needs Debian and the user root. */
export const canInstall = (): boolean => process.getuid?.() === 0 && existsSync('/etc/debian_version')

/**
 * Installs the Debian packages of missing programs, and stops the services that the packages start.
 * @throws StepError if the installation fails
 */
export async function installMissingPackages(
  root: string,
  programs: readonly SystemProgram[],
  options: InstallOptions,
): Promise<void> {
  const absent = programs.filter(isProgramMissing)
  if (absent.length === 0) return
  const packages = absent.map((program) => program.package)
  const how = {
    cwd: root,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    advice: `install ${packages.join(', ')} yourself, or choose other stages`,
    ...options,
  }
  await runCommandAndReturnStdout('apt-get', ['update'], how)
  await runCommandAndReturnStdout('apt-get', ['install', '-y', '--no-install-recommends', ...packages], how)
  if (!existsSync('/run/systemd/system')) return
  for (const { service } of absent) {
    if (service !== undefined) spawnSync('systemctl', ['disable', '--now', service], { stdio: 'ignore' })
  }
}

/**
 * Finds optional programs, without which some tests are skipped. On Debian, root also installs missing ones.
 * @returns a text with the version of each program, or that it is missing
 * @throws StepError if the installation fails
 */
export async function findPrograms(
  root: string,
  programs: readonly SystemProgram[],
  options: InstallOptions = {},
): Promise<string> {
  if (canInstall()) await installMissingPackages(root, programs, options)
  return programs.map((program) => readProgramVersion(program) ?? `no ${program.name}`).join(', ')
}
