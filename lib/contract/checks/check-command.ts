import { quoteShellWord } from '../shell-word.ts'

/**
 * Returns the Azure CLI command of a check for one resource. It replaces each placeholder `{name}` with its value. If
 * the value is unknown, it writes `<name>`, which the user must fill in.
 * @param template see `CheckRecord.command`
 */
export function formatCheckCommand(template: string, values: Readonly<Record<string, string | null>>): string {
  return template.replaceAll(/\{(\w+)\}/g, (_, hole: string) => {
    const value = values[hole] ?? null
    return value === null ? `<${hole}>` : quoteShellWord(value)
  })
}
