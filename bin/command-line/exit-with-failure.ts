import { parseArgs, type ParseArgsConfig } from 'node:util'
import { getCrashExitCode } from '#lib/platform/bootstrap/programs.mjs'

/**
 * Prints an error, each line with the name of the program, and ends the program. The exit code is 1. It is 3 for the
 * programs in `GATES` of lib/platform/bootstrap/programs.mjs, because their exit code 1 means that a check failed.
 */
export function exitWithFailure(name: string, lines: readonly string[]): never {
  for (const line of lines) process.stderr.write(`${name}: ${line}\n`)
  process.exit(getCrashExitCode(name))
}

/**
 * Parses the arguments of a program. If they are invalid, the usage is printed and the program ends with an error. With
 * `--help`, the usage is printed and the exit code is 0.
 */
export function parseArguments<const T extends ParseArgsConfig>(program: string, usage: string, config: T) {
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
