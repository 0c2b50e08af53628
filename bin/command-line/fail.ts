import { parseArgs, type ParseArgsConfig } from 'node:util'
import { crashCode } from '#lib/platform/bootstrap/programs.mjs'

/**
 * Prints each of `lines` to standard error with the program's name, and ends the program. The exit code is 3 for
 * programs whose exit code 1 tells a pipeline or a monitor that a check failed (`GATES`), otherwise 1.
 */
export function exitWithFailure(name: string, lines: readonly string[]): never {
  for (const line of lines) process.stderr.write(`${name}: ${line}\n`)
  process.exit(crashCode(name))
}

/**
 * Parses the arguments of a program. Invalid arguments end the program with its usage; `--help` prints the usage and
 * ends it with exit code 0.
 */
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
    return exitWithFailure(program, [(error as Error).message, usage])
  }
}
