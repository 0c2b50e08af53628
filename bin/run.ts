import { existsSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { jsonLine } from '#lib/platform/bootstrap/json-line.ts'
import { crashCode, runnable } from '#lib/platform/bootstrap/programs.mjs'
import { describeFailure } from '#lib/platform/bootstrap/progress.ts'
import { partToRun, runPart } from '#lib/platform/bootstrap/run-part.ts'

const root = path.resolve(import.meta.dirname, '..')
let print = (line: string) => line
const failed = crashCode(process.argv[2])

async function main(): Promise<void> {
  const [name = '', ...args] = process.argv.slice(2)
  const script = `bin/${name}.ts`
  if (!/^[a-z-]+$/.test(name) || !existsSync(path.join(root, script)))
    throw new Error(`there is no program "${name}" in bin`)
  const given = { args, environment: process.env, folder: process.cwd(), isTerminal: process.stdout.isTTY }
  const part = partToRun(name, given)
  if (part) {
    if (part.json) print = (line) => jsonLine(part.component, line, 'stderr')
    process.exit(await runPart(part, { root, script, args, environment: process.env }))
  }
  const file = runnable(root, script)
  process.argv.splice(1, 2, file)
  await import(pathToFileURL(file).href)
}

main().catch((error) => {
  for (const line of describeFailure(error)) process.stderr.write(`${print(line)}\n`)
  process.exit(failed)
})
