import { parseArgs, type ParseArgsConfig } from 'node:util'
import { crashCode } from '#lib/platform/bootstrap/programs.mjs'

/** Ends the program of this name as unable to finish (exit code 3 for gates, otherwise 1), with one line of standard error for each of `lines`. */
export function failAs(name: string, lines: readonly string[]): never {
  for (const line of lines) process.stderr.write(`${name}: ${line}\n`)
  process.exit(crashCode(name))
}

/** The arguments of a program. Faulty ones end it with its usage; `--help` prints that and ends it well. */
export function argumentsOf<const T extends ParseArgsConfig>(program: string, usage: string, config: T) {
  const parsed = parsedBy(program, usage, config)
  if ((parsed.values as { help?: boolean }).help) {
    process.stdout.write(`${usage}\n`)
    process.exit(0)
  }
  return parsed
}

function parsedBy<T extends ParseArgsConfig>(program: string, usage: string, config: T) {
  try {
    return parseArgs(config)
  } catch (error) {
    return failAs(program, [(error as Error).message, usage])
  }
}
