import { existsSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { toJsonLogLine } from '#lib/platform/bootstrap/json-line.ts'
import { getCrashExitCode, findRunnableFile } from '#lib/platform/bootstrap/programs.mjs'
import { describeFailure } from '#lib/platform/bootstrap/progress.ts'
import { planProgramRun, runProgramAsChild } from '#lib/platform/bootstrap/run-program.ts'

const root = path.resolve(import.meta.dirname, '..')
let print = (line: string) => line
const failed = getCrashExitCode(process.argv[2])

async function main(): Promise<void> {
  const [name = '', ...args] = process.argv.slice(2)
  const script = `bin/${name}.ts`
  if (!/^[a-z-]+$/.test(name) || !existsSync(path.join(root, script)))
    throw new Error(`there is no program "${name}" in bin`)
  const given = { args, environment: process.env, folder: process.cwd(), isTerminal: process.stdout.isTTY }
  const part = planProgramRun(name, given)
  if (part) {
    if (part.json) print = (line) => toJsonLogLine(part.component, line, 'stderr')
    process.exit(await runProgramAsChild(part, { root, script, args, environment: process.env }))
  }
  const file = findRunnableFile(root, script)
  process.argv.splice(1, 2, file)
  await import(pathToFileURL(file).href)
}

main().catch((error) => {
  for (const line of describeFailure(error)) process.stderr.write(`${print(line)}\n`)
  process.exit(failed)
})
