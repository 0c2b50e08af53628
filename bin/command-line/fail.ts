/** Ends the program of this name with exit code 1, a line of standard error for each of `lines`. */
export function failAs(name: string, lines: readonly string[]): never {
  for (const line of lines) process.stderr.write(`${name}: ${line}\n`)
  process.exit(1)
}
