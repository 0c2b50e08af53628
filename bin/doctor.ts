/**
 * `npm run doctor`: checks whether the requirements of Peerwatch are met. It can be used before the first start and
 * during operation.
 */
import { existsSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { setupCheckIds, createSetupResult, type SetupResult } from '#lib/contract/words/setup-checks.ts'
import { getCrashExitCode } from '#lib/platform/bootstrap/programs.mjs'
import { readAvailableSettings } from '#lib/platform/settings.ts'
import { checkCertificate } from '#lib/setup/certificate-check.ts'
import { checkDiskSpace, checkEnvironmentVariables, checkNodeVersion } from '#lib/setup/local-checks.ts'
import { formatDoctorResults } from './doctor/doctor-text.ts'

const ROOT = path.resolve(import.meta.dirname, '..')
const USAGE = `usage: npm run doctor -- [--json] [--role] [--without-azure]

  --json           the results as JSON
  --role           only prints the custom role for az role definition create
  --without-azure  asks Azure nothing`

interface Options {
  json: boolean
  role: boolean
  'without-azure': boolean
  help: boolean
}

function options(): Options {
  const flag = { type: 'boolean', default: false } as const
  try {
    return parseArgs({ options: { json: flag, role: flag, 'without-azure': flag, help: flag } }).values
  } catch (error) {
    process.stderr.write(`doctor: ${(error as Error).message}\n${USAGE}\n`)
    process.exit(getCrashExitCode('doctor'))
  }
}

async function main(given: Options): Promise<void> {
  if (given.help) {
    process.stdout.write(`${USAGE}\n`)
    return
  }
  const progress = (line: string) => {
    if (!given.json && process.stderr.isTTY) process.stderr.write(`\r\u001b[K${line}`)
  }
  const { settings, faults } = readAvailableSettings(process.env, process.cwd())
  const ours = [
    checkNodeVersion(process.version, Date.now()),
    checkEnvironmentVariables(faults, settings.warnings),
    checkCertificate(settings.tls ?? null, Date.now()),
    createSetupResult('prices', 'skip', 'The page Setup shows this check.'),
    checkDiskSpace(settings.dataDir, { isWritten: true }),
  ]
  // the checks below import installed packages, which are missing before the first start
  if (!existsSync(path.join(ROOT, 'node_modules/pg'))) {
    if (given.role) throw new Error('packages are missing: run npm ci first')
    report([...ours, ...withoutPackages()], given)
    return
  }
  // The log of libraries is turned off, because failures are already part of the results.
  process.env.LOG_LEVEL = 'silent'
  const checks = await import('./doctor/installation.ts')
  if (given.role) {
    process.stdout.write(`${await checks.describeAzureRole(settings)}\n`)
    return
  }
  const results = [...ours, createSetupResult('packages', 'pass', 'They are installed.')]
  results.push(
    ...(await checks.checkInstallation(settings, {
      asksAzure: !given['without-azure'] && faults.length === 0,
      progress,
    })),
  )
  progress('')
  report(results, given)
}

function withoutPackages(): SetupResult[] {
  const remedy = 'npm start installs them as well.'
  const missing = createSetupResult('packages', 'fail', 'They are not installed.', {
    remedy,
    commands: ['npm ci'],
  })
  const others = setupCheckIds.filter((id) => !['node', 'environment', 'certificate', 'disk', 'packages'].includes(id))
  return [missing, ...others.map((id) => createSetupResult(id, 'skip', 'The packages are missing.'))]
}

function report(results: readonly SetupResult[], { json }: Options): void {
  const inOrder = setupCheckIds.flatMap((id) => results.filter((result) => result.id === id))
  const failed = inOrder.some(({ state }) => state === 'fail')
  process.stdout.write(
    json ? `${JSON.stringify({ ok: !failed, results: inOrder }, null, 2)}\n` : formatDoctorResults(inOrder),
  )
  process.exitCode = failed ? 1 : 0
}

main(options()).catch((error: unknown) => {
  process.stderr.write(`doctor: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = getCrashExitCode('doctor')
})
