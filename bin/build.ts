/**
 * `npm run build`: builds the web server's pages as `npm start` does. The packages must already be installed
 * (`npm ci`). `npm run build -- --archive FILE` also packs the committed files (without tests) and the build into an
 * archive. If `npm start` runs in the unpacked archive, it builds nothing (ADR 0255).
 */
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { buildWeb } from '#lib/platform/bootstrap/prepare.ts'
import { AlreadyReportedError, createStartupStepRunner, describeFailure } from '#lib/platform/bootstrap/progress.ts'
import { runCommandAndReturnStdout } from '#lib/platform/bootstrap/run-command.ts'

const root = path.resolve(import.meta.dirname, '..')
const SBOM = 'sbom.cdx.json'
const LEFT_OUT = ['*.test.ts', '*.test.tsx', './e2e', './.ci', './.next/cache', './.next/diagnostics', './.next/types']

try {
  const { archive } = parseArgs({ options: { archive: { type: 'string' } } }).values
  const progress = createStartupStepRunner({ total: archive === undefined ? 1 : 2, json: false })
  await progress.step('Web build', (note) => buildWeb(root, { onLine: note }))
  if (archive !== undefined) await progress.step('Archive', () => pack(path.resolve(archive)))
} catch (error) {
  if (!(error instanceof AlreadyReportedError))
    for (const line of describeFailure(error)) process.stderr.write(`${line}\n`)
  process.exitCode = 1
}

async function pack(file: string): Promise<string> {
  const committed = await runCommandAndReturnStdout('git', ['ls-tree', '--name-only', 'HEAD'], {
    cwd: root,
    what: 'git',
    advice: 'run it in a clone',
  })
  // The SBOM (software bill of materials) contains the name and SHA-512 of each package in the archive
  const sbom = await runCommandAndReturnStdout('npm', ['run', '--silent', 'sbom'], {
    cwd: root,
    advice: 'install npm 10 or later',
  })
  await writeFile(path.join(root, SBOM), sbom)
  const names = [...committed.split('\n').filter(Boolean), '.next', SBOM].map((top) => `./${top}`)
  const excluded = LEFT_OUT.map((pattern) => `--exclude=${pattern}`)
  const how = ['--create', '--gzip', `--file=${file}`, '--transform=s,^\\.,peerwatch,S', '--owner=0', '--group=0']
  await runCommandAndReturnStdout('tar', [...how, ...excluded, ...names], {
    cwd: root,
    what: 'tar',
    advice: 'install GNU tar',
  })
  return file
}
